"""`evaluate`: a file of one's own is measured whole; a part without both classes is refused."""

import json

import numpy as np
import pytest

from sentiment.__main__ import main
from sentiment.inspection.predictor import Predictor
from sentiment.networks.model_folder import model_folder

MODEL = "compare-bow"


def own_file(tmp_path, *, split="", count=40):
    """Reviews of 1 to 2,000 words, every fifth with the wrong label, and one without words."""
    lines = ["text,label" + (",split" if split else "")]
    for n in range(count):
        words = "wonderful" if n % 2 else "awful"
        text = " ".join([words] * (2_000 if n == 3 else n + 1))
        label = n % 2 if n % 5 else 1 - n % 2
        lines.append(f"{text},{label}" + (f",{split}" if split else ""))
    lines.append("?!,1" + (f",{split}" if split else ""))
    path = tmp_path / "own.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def evaluate(capsys, *words):
    assert main(["evaluate", MODEL, *map(str, words), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("split", ["", "test", "train"])
def test_all_reviews_of_a_file_are_measured(tmp_path, capsys, new_user, split):
    path = own_file(tmp_path, split=split)
    figures = evaluate(capsys, "--data", path, "--split", "all")
    assert figures["reviews"] == 40 and figures["without_words"] == 1
    rows = [line.split(",") for line in path.read_text().splitlines()[1:-1]]
    predictor = Predictor.load(model_folder(MODEL))
    predictions = predictor.predict([row[0] for row in rows])
    predicted = np.array([prediction.label for prediction in predictions])
    correct = predicted == np.array([int(row[1]) for row in rows])
    assert figures["accuracy"] == pytest.approx(correct.mean())
    assert sum(entry["reviews"] for entry in figures["by_length"]) == 40
    assert figures["in_training"] is None  # IMDB is not here


def test_rows_that_were_not_read_are_counted(tmp_path, capsys, new_user):
    rows = ["comment,rating", "lovely,5", "awful,1", "so so,3", ",1", "great,5", "dull,1"]
    (tmp_path / "own.csv").write_text("\n".join(rows) + "\n")
    words = ["--data", tmp_path / "own.csv", "--text", "comment", "--label", "rating"]
    figures = evaluate(capsys, *words, "--classes", "Negative=1; Positive=5", "--split", "all")
    assert figures["reviews"] == 4 and figures["rejected"] == 2
    assert main(["evaluate", MODEL, *map(str, words), "--split", "all"]) == 0
    assert "2 rows" in capsys.readouterr().out


def test_an_empty_split_names_the_way_to_all_reviews(tmp_path, capsys, new_user):
    path = tmp_path / "own.csv"
    path.write_text("text,label\n" + "not a good film,0\na fine film,1\nit was great fun,1\n")
    assert main(["evaluate", MODEL, "--data", str(path)]) == 1
    assert "--split all" in capsys.readouterr().err


def test_a_file_whose_column_says_test_is_its_test_split(tmp_path, capsys, new_user):
    path = own_file(tmp_path, split="test")
    assert evaluate(capsys, "--data", path)["reviews"] == 40
    assert main(["train", "--source", str(path)]) == 1
    assert "own.csv" in capsys.readouterr().err
    prepared = main(["prepare", str(path), "--json"])
    report = json.loads(capsys.readouterr().out)
    assert prepared == 0 and report["splits"].keys() == {"test"}


def test_a_part_of_a_file_is_announced(tmp_path, capsys, new_user):
    path = own_file(tmp_path, count=200)
    assert main(["evaluate", MODEL, "--data", str(path)]) == 0
    assert "--split all" in capsys.readouterr().err


@pytest.mark.parametrize("label", ["1", "0"])
def test_one_class_is_refused(tmp_path, capsys, new_user, label):
    path = tmp_path / "one.csv"
    rows = [f"film {n},{label}" for n in range(20)]
    path.write_text("\n".join(["text,label", *rows, f"?!,{1 - int(label)}"]) + "\n")
    assert main(["evaluate", MODEL, "--data", str(path), "--split", "all"]) == 1
    error = capsys.readouterr().err
    assert "one.csv" in error and ("Negative" if label == "1" else "Positive") in error


def test_an_empty_split_is_refused(tmp_path, capsys, new_user):
    path = own_file(tmp_path, split="test")
    assert main(["evaluate", MODEL, "--data", str(path), "--split", "train"]) == 1
    assert "own.csv" in capsys.readouterr().err


@pytest.mark.slow
def test_reviews_of_the_training_are_counted(tmp_path, capsys, new_user):
    source, model = tmp_path / "train.csv", tmp_path / "model"
    words = ["a", "film", "about", "people", "and", "maps", "in", "town"]
    random = np.random.default_rng(0)
    texts = [
        f"{' '.join(random.choice(words, 9))} {'great' if n % 2 else 'awful'} no{n}"
        for n in range(200)
    ]
    source.write_text("text,label\n" + "".join(f"{t},{n % 2}\n" for n, t in enumerate(texts)))
    command = ["train", "--source", str(source), "--architecture", "bow", "--output", str(model)]
    assert main([*command, "--json"]) == 0
    capsys.readouterr()
    other = tmp_path / "own.csv"
    rows = [*((text, n % 2) for n, text in enumerate(texts)), ("new and great", 1), ("dull", 0)]
    other.write_text("text,label\n" + "".join(f"{text},{label}\n" for text, label in rows))
    assert main(["evaluate", str(model), "--data", str(other), "--split", "all", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    splits = json.loads((model / "training.json").read_text())["splits"]
    trained_on = sum(sum(splits[split].values()) for split in ("train", "valid"))
    assert figures["reviews"] == 202 and figures["in_training"] == trained_on
