# `make` opens the app, `make help` lists all targets. On Windows, use the commands in the README.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check
# Three workers on two cores: browser and training tests often wait.
PYTEST := $(PY) -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder
TORCH_CPU := https://download.pytorch.org/whl/cpu

# Many tests start a process, which would compile the whole package again without its cache.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: app test test-all check lint coverage bench faults fuzz model screenshots docs format clean help

app: $(VENV)/installed  ## Install the requirements and open the app
	$(PY) -m streamlit run app.py

test: lint  ## Run every check: lint, format, types, and all tests but the slow ones; with CI=true all
ifeq ($(CI),true)
	$(PYTEST)
else
	$(PYTEST) -m "not slow"
	@echo "The tests marked slow were left out. To run them as well: make test-all"
endif

test-all: lint  ## The same with the slow tests
	$(PYTEST)

check: lint  ## The same without browser, slow and archive tests
	$(PYTEST) -m "not browser and not slow and not archive"

lint: $(VENV)/installed-dev  ## Check style, format and types
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

coverage: $(VENV)/installed-dev  ## Run all tests and measure which lines they execute
	$(PYTEST) --cov=sentiment --cov=pages --cov-report=term

bench: $(VENV)/installed-dev  ## Measure speed and memory; one part with only=load
	$(PY) tests/benchmarks/run.py $(if $(only),--only $(only))

faults: $(VENV)/installed-dev  ## Kill trainings and fill the disk, then check that nothing is lost
	$(PY) tests/faults/run.py

fuzz: $(VENV)/installed-dev  ## Attack every reader with mutated inputs: make fuzz INPUTS=100000 SEED=1
	$(PY) tests/fuzz/run.py --inputs $(or $(INPUTS),10000) $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only "$(ONLY)")

# The stages of the included models. A finished stage has its target and is not repeated; an interrupted one
# resumes from its last checkpoint.
DATA := $(or $(SENTIMENT_DATA),data)
MADE := $(DATA)/made
STAGE = SENTIMENT_MODELS=$(MADE) OMP_NUM_THREADS=1
PRETRAIN = $(STAGE) $(PY) -m sentiment pretrain imdb --output $(basename $@)
TWO = $(STAGE) $(VENV)/bin/torchrun --standalone --nproc-per-node 2 -m sentiment train --preset best --half
ONE = $(STAGE) $(PY) -m sentiment train --preset best --half
AS = --run-folder $(DATA)/runs/$(notdir $(@D)) --output $(@D)
BILSTM = --architecture bilstm --embedding-dim 128 --hidden-size 256 --epochs 2 \
  --initialization imdb-language-model-bilstm --synthetic-reviews 20000

model: $(VENV)/installed  ## Train the included models again, in stages that resume, in data/made
	@echo "All stages took about seven and a half hours on two cores (docs/imdb-lstm.md)."
	$(MAKE) $(MADE)/imdb-lstm/config.json

$(MADE)/compare-bow/config.json:
	mkdir -p $(MADE) && cp -R models/compare-bow $(MADE)
$(MADE)/imdb-language-model-bilstm.done:
	$(PRETRAIN) --architecture bilstm --embedding-dim 128 --hidden-size 256 --batch-size 16 && touch $@
$(MADE)/imdb-teacher/config.json: | $(MADE)/imdb-language-model-bilstm.done
	$(TWO) $(AS) $(BILSTM) --teachers ""
$(MADE)/imdb-student/config.json: | $(MADE)/compare-bow/config.json $(MADE)/imdb-teacher/config.json
	$(TWO) $(AS) $(BILSTM) --teachers "compare-bow, imdb-teacher" --adversarial 0
$(MADE)/imdb-bilstm/config.json: | $(MADE)/imdb-student/config.json
	$(ONE) $(AS) $(BILSTM) --teachers "compare-bow, imdb-student"
$(MADE)/imdb-language-model-start.done:
	$(PRETRAIN) && touch $@
$(MADE)/imdb-language-model.done: | $(MADE)/imdb-language-model-start.done
	$(PRETRAIN) --initialization imdb-language-model-start --epochs 2 --learning-rate 0.002 && touch $@
$(MADE)/imdb-lstm-first/config.json: | $(MADE)/imdb-bilstm/config.json $(MADE)/imdb-language-model-start.done
	$(TWO) $(AS) --epochs 3 --initialization imdb-language-model-start \
	  --teachers "compare-bow, imdb-bilstm" --synthetic-reviews 20000
$(MADE)/imdb-lstm-second/config.json: | $(MADE)/imdb-lstm-first/config.json $(MADE)/imdb-language-model.done
	$(TWO) $(AS) --teachers "imdb-lstm-first, imdb-bilstm"
$(MADE)/imdb-lstm-mean/config.json: | $(MADE)/imdb-lstm-second/config.json
	$(STAGE) $(PY) -m sentiment average imdb-lstm-first imdb-lstm-second --output $(@D) --half
$(MADE)/imdb-lstm-remarks/config.json: | $(MADE)/imdb-lstm-mean/config.json
	$(TWO) $(AS) --epochs 1 --learning-rate 0.0005 --initialization imdb-lstm-mean \
	  --teachers "imdb-lstm-first, imdb-bilstm" --adversarial 0
$(MADE)/imdb-lstm/config.json: | $(MADE)/imdb-lstm-remarks/config.json
	$(STAGE) $(PY) -m sentiment average $(addprefix imdb-lstm-,remarks remarks remarks mean) --output $(@D) --half

screenshots: $(VENV)/installed-dev  ## Take a screenshot of every page in a real browser
	$(PY) tests/browser/screenshots.py

docs: $(VENV)/installed  ## Generate cli.md, glossary.md, demo.html, the formats of data.md and the cards of models/
	$(PY) docs/make_cli.py
	$(PY) docs/make_formats.py
	$(PY) docs/make_glossary.py
	$(PY) docs/make_cards.py
	rm -f docs/demo.html
	$(PY) -m sentiment export compare-bilstm --html docs/demo.html

format: $(VENV)/installed-dev  ## Format the code and apply safe fixes
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

clean:  ## Remove the environment and caches, but not data and models
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help:  ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$(PYTHON) is older than Python 3.11. Choose another: make PYTHON=python3.12"; \
	  exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot create virtual environments. On Debian and Ubuntu: sudo apt install python3-venv"; \
	  exit 1; }
	$(PYTHON) -m venv --clear $(VENV)

# PyPI's Linux wheels of torch include 2.7 GB of CUDA. A machine without an NVIDIA GPU gets the same
# version from PyTorch's CPU index if that is reachable. An installed torch is not replaced.
$(VENV)/installed: requirements.txt $(PY)
	@if [ "$$(uname)" = Linux ] && ! nvidia-smi >/dev/null 2>&1 && \
	  $(PY) -c 'import urllib.request as web; web.urlopen("$(TORCH_CPU)/torch/", timeout=5)' 2>/dev/null; \
	then $(PIP) install --no-deps --constraint requirements.txt --index-url $(TORCH_CPU) torch || \
	  echo "The CPU build of torch is not available. Installing the build from PyPI."; fi
	$(PIP) install -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	$(PIP) install -r requirements-dev.txt
	@touch $@
