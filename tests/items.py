"""Valid stored items, made in well under a second each: models, runs, corpora, jobs and more."""

import hashlib
import json
import time
from pathlib import Path

import numpy as np
import torch

from sentiment import atomic
from sentiment.analysis.exclusions import QUALITY_CHECKS
from sentiment.corpus.classes import NEGATIVE_POSITIVE
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.uploads import store_upload
from sentiment.corpus.whole_rows import whole_table
from sentiment.dataset.corpora import RegisteredCorpus, corpora, register
from sentiment.dataset.corrections import Correction, change_corrections, hex_digest, now
from sentiment.dataset.prepared_statistics import statistics_of
from sentiment.dataset.quality_findings import Findings
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.splitting import text_digests
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.evaluation.metrics import Evaluation
from sentiment.evaluation.predictions import FILE, TestPredictions
from sentiment.inspection.predictor import Predictor
from sentiment.networks.build import new_network
from sentiment.networks.config import NetworkConfig
from sentiment.networks.model_files import WEIGHTS
from sentiment.networks.model_folder import CONFIG, ModelInfo, save_model
from sentiment.places import data_dir, jobs_dir
from sentiment.runs.event_log import PartsEvent
from sentiment.runs.jobs import Job, JobStatus, Process
from sentiment.runs.launch import create_run
from sentiment.runs.run import Run
from sentiment.scoring.saved import Request, SavedPredictions
from sentiment.scoring.score import score_table
from sentiment.training.config import recipe_with
from sentiment.training.events import EndEvent, EpochEvent, StepEvent
from sentiment.training.presets import PRESETS
from tests.classes import of_both
from tests.corpora import small_corpus
from tests.records import training_record

WORDS = ["the", "a", "film", "great", "awful", "not", "good", "bad", "movie", "was", "i"]


def make_model(folder: Path, architecture: str = "lstm") -> Path:
    """A small untrained classifier with metrics and predictions."""
    torch.manual_seed(0)
    vocabulary = Vocabulary(WORDS, list(range(len(WORDS), 0, -1)))
    config = NetworkConfig(architecture=architecture, embedding_dim=4, hidden_size=3)
    labels, probabilities = np.array([0, 1] * 10), of_both(np.linspace(0.1, 0.9, 20))
    figures = Evaluation.of(labels, probabilities, NEGATIVE_POSITIVE).to_json()
    predictions = TestPredictions(np.arange(20), labels, np.full(20, 9), probabilities)
    save_model(
        folder,
        new_network(config, len(vocabulary)),
        vocabulary,
        NEGATIVE_POSITIVE,
        SequenceConfig(),
        training_record(),
        {"valid": figures, "test": figures},
        "# x",
        files={FILE: predictions.to_bytes()},
    )
    return folder


def make_run() -> Run:
    """A finished run with two epochs and a model."""
    run = create_run(recipe_with(PRESETS["sample"].recipe, {"epochs": 2, "hidden_size": 8}))
    run.append(PartsEvent({"train": {"Negative": 400, "Positive": 400}}, NEGATIVE_POSITIVE))
    for step in (10, 20):
        run.append(StepEvent(step, step // 10, step / 20, 0.6, 0.7, 1.0, 0.01, 9_000.0, 2.0))
        run.append(EpochEvent(step, step // 10, 0.6, 0.7, 0.6, 0.7, 0.7, True, 3.0))
    run.append(EndEvent(20, 2, 0.6, "all 2 epochs done", 4.0))
    make_model(run.model)
    run.set_status("finished", "Done", 1.0, "all 2 epochs done")
    return run


def make_corpus(name: str = "mine", reviews: int = 120) -> RegisteredCorpus:
    """A registered and prepared corpus with statistics, findings and one correction."""
    corpus = small_corpus(reviews)
    path = data_dir() / "tables" / f"{name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [
        f"{text},{label}\n"
        for text, label in zip(corpus.texts, corpus.labels.tolist(), strict=True)
    ]
    path.write_text("text,label\n" + "".join(lines))
    registered = RegisteredCorpus(name, str(path))
    register(registered)
    prepared = registered.as_read().open()
    statistics_of(prepared)
    findings = Findings.of(prepared)
    assert set(findings.results) == set(QUALITY_CHECKS)
    digest = hex_digest(text_digests([corpus.texts[0]])[0])
    change_corrections(registered.id, Correction((digest,), 1, False, "label-errors", now()))
    corrected = corpora()[name]
    corrected.open()
    return corrected


def make_job(name: str) -> Job:
    """A job that has ended."""
    job = Job(jobs_dir() / name)
    job.folder.mkdir(parents=True)
    process = Process(2**22 + 17, time.time(), ["memory"], {"model": "x", "source": "sample"})
    job._save(process)
    job._write(JobStatus("done"))
    return job


def change_weights(folder: Path, change: float = float("nan")) -> None:
    """Set a weight of a model folder; its checksum fits."""
    import safetensors.torch

    content = (folder / WEIGHTS).read_bytes()
    weights = safetensors.torch.load(content)
    next(value for value in weights.values() if value.is_floating_point()).view(-1)[0] = change
    content = safetensors.torch.save(weights)
    atomic.write_bytes(folder / WEIGHTS, content)
    config = json.loads((folder / CONFIG).read_text("utf-8"))
    config["checksums"][WEIGHTS] = hashlib.sha256(content).hexdigest()
    atomic.write_json(folder / CONFIG, config)


def make_predictions(model: Path, name: str = "healthy") -> SavedPredictions:
    """Complete predictions of a model for an uploaded file of eleven rows, labelled."""
    rows = [f"a {'good' if n % 3 else 'bad'} film,{'pos' if n % 2 else 'neg'}" for n in range(10)]
    path = store_upload(f"{name}.csv", "\n".join(["text,label", *rows, "?!,pos\n"]).encode())
    info, predictor = ModelInfo.read(model), Predictor.load(model)
    request = Request(
        file=str(path),
        table=TableConfig(text="text"),
        column="text",
        model=str(model),
        model_name=info.name,
        checksum=info.checksum,
        classes=info.classes,
        label="label",
    )
    saved = SavedPredictions.of(request)
    table, outputs = whole_table(path, request.table), [saved.parquet, saved.csv]
    score_table(predictor, info.checksum, table, predictor.sequence, outputs)
    return saved
