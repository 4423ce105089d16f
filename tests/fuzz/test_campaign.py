"""A small campaign: about 1,000 inputs of a fixed seed, and as many new ones on demand."""

import os
import random
from pathlib import Path

import pytest

from tests.fuzz import campaign
from tests.fuzz.attacks import ATTACKS, SHARES
from tests.fuzz.campaign import attack
from tests.marks import slow_but

INPUTS = 1_000  # of each seed
# With SENTIMENT_RANDOM_SEED=1 also inputs that no earlier run has tried.
SEEDS = ["fixed", *(["random"] if os.environ.get("SENTIMENT_RANDOM_SEED") == "1" else [])]


@pytest.mark.parametrize("chosen", SEEDS)
@pytest.mark.parametrize("name", slow_but(["texts", "stored items"], ATTACKS))
def test_mutated_inputs_are_read_or_refused(name, chosen):
    number = 0 if chosen == "fixed" else random.SystemRandom().randrange(1 << 32)
    inputs = round(INPUTS * SHARES[name] / sum(SHARES.values()))
    result = attack(name, ATTACKS[name], inputs, number, Path("fuzz-found"))
    if result.error is not None:
        command = f"make fuzz INPUTS={inputs} SEED={number} ONLY='{name}'"
        raise AssertionError(f"{name}, seed {number}; again: {command}") from result.error


def test_an_input_that_takes_too_long_is_a_failure(tmp_path, monkeypatch):
    monkeypatch.setattr(campaign, "SECONDS", 0.05)

    def attacked(choices, folder):
        while choices is not None:
            pass

    result = attack("endless", attacked, 1, 0, tmp_path)
    assert isinstance(result.error, TimeoutError)


def test_a_failing_input_is_minimized_and_saved(tmp_path):
    def attacked(choices, folder):
        text = choices.text()
        (folder / "text").write_text(text, errors="surrogatepass")
        assert "a" not in text

    result = attack("example", attacked, 500, 0, tmp_path)
    assert isinstance(result.error, AssertionError)
    assert len((tmp_path / "example-0" / "text").read_text(errors="surrogatepass")) < 60
