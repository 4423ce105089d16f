"""`predict`: one result per text, whatever the others are; output while reading."""

import io
import json
import os
import sys

import pytest

from sentiment.__main__ import main
from sentiment.commands.predict import line_blocks

MODEL = ("--model", "compare-bow")


def predict(monkeypatch, capsys, content, *words):
    """Exit status, standard output and standard error for this standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    status = main(["predict", *MODEL, *words])
    return status, *capsys.readouterr()


def labels(output):
    return [entry.get("label", entry["line"]) for entry in json.loads(output)]


def test_each_line_of_standard_input(monkeypatch, capsys):
    content = "A wonderful film.\r\nAn awful bore.\n".encode("utf-8-sig")
    status, output, _ = predict(monkeypatch, capsys, content, "--json")
    assert status == 0 and labels(output) == ["Positive", "Negative"]
    _, shown, _ = predict(monkeypatch, capsys, content)
    starts = [line.split()[0] for line in shown.splitlines() if not line.startswith(" ")]
    assert starts == ["Positive", "Negative"]


@pytest.mark.parametrize(
    "unreadable",
    [b"", b"?!", b"caf\xe9", b"\xff\xfea\x00", b"good " * 300_000],
    ids=["empty", "no words", "latin-1", "utf-16", "long"],
)
def test_an_unreadable_line_costs_only_itself(monkeypatch, capsys, unreadable):
    content = b"A wonderful film.\n" + unreadable + b"\nAn awful bore."
    status, output, _ = predict(monkeypatch, capsys, content, "--json")
    assert status == 1 and labels(output) == ["Positive", 2, "Negative"]
    assert json.loads(output)[1].keys() == {"line", "text", "error"}
    status, shown, errors = predict(monkeypatch, capsys, content)
    assert status == 1 and "line 2: " in errors
    starts = [line.split()[:3] for line in shown.splitlines() if not line.startswith(" ")]
    assert starts[1] == ["Error", "line", "2"] and len(starts) == 3


def test_unreadable_arguments_are_counted_as_texts(monkeypatch, capsys):
    status, output, errors = predict(
        monkeypatch, capsys, b"", "wonderful", "?!", os.fsdecode(b"caf\xe9"), "awful", "--json"
    )
    assert status == 1 and labels(output) == ["Positive", 2, 3, "Negative"]
    assert "2 of 4 texts" in errors


def test_no_lines_are_an_empty_list(monkeypatch, capsys):
    status, output, _ = predict(monkeypatch, capsys, b"", "--json")
    assert (status, json.loads(output)) == (0, [])


def test_characters_that_a_terminal_lacks_are_escaped(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, "ascii"))
    assert main(["predict", *MODEL, "a wonderful café\x1b[31m\n映画"]) == 0
    sys.stdout.flush()
    assert b"caf\\xe9" in raw.getvalue() and b"\x1b" not in raw.getvalue()


def test_lines_are_predicted_as_soon_as_they_arrive(monkeypatch, capsys):
    printed = []

    class Typed(io.RawIOBase):
        """A person who types a line and waits for the answer."""

        lines = iter([b"wonderful\n", b"awf", b"ul\nwonderful\n"])

        def readable(self):
            return True

        def readinto(self, buffer):
            printed.append(capsys.readouterr().out.count("%"))
            content = next(self.lines, b"")
            buffer[: len(content)] = content
            return len(content)

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(Typed())))
    assert main(["predict", *MODEL]) == 0
    assert printed == [0, 1, 0, 2]


def test_an_endless_line_is_cut_off(monkeypatch):
    monkeypatch.setattr("sentiment.commands.predict._MAX_BYTES", 10)
    monkeypatch.setattr("sentiment.commands.predict._CHUNK_BYTES", 7)
    stream = io.BufferedReader(io.BytesIO(b"a" * 9 + b"\n" + b"b" * 1_000 + b"\nc\n\nd"))
    lines = [line for block in line_blocks(stream) for line in block]
    assert lines == [b"a" * 9, b"b" * 11, b"c", b"", b"d"]


def test_a_closed_pipe_ends_quietly(monkeypatch, capsys):
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w") as closed:
        monkeypatch.setattr(sys, "stdout", closed)
        assert main(["predict", *MODEL, "wonderful"]) == 141
        monkeypatch.undo()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("text", ["reviews.csv", "./reviews", "~/mine", "/tmp/x", "a.JSONL.gz"])
def test_an_argument_that_looks_like_a_path_is_refused(capsys, text):
    for words in ([text], ["wonderful", text]):
        assert main(["predict", *MODEL, *words]) == 1
        shown, error = capsys.readouterr()
        assert shown == "" and repr(text) in error and "predict FILE" in error


def test_a_file_beside_other_arguments_is_refused(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my reviews").write_text("wonderful\n")
    assert main(["predict", *MODEL, "my reviews", "wonderful"]) == 1
    assert "'my reviews'" in capsys.readouterr().err
    for text in ("9/10", "good/bad", "The end.", "a.b", "wonderful", "a\0b"):
        assert main(["predict", *MODEL, text]) == 0


def test_a_file_is_read_as_a_table(capsys, monkeypatch, tmp_path):
    path = tmp_path / "mine"
    path.write_text("id,review\n7,A wonderful film\n8,?!\n9\n10,An awful bore\n")
    assert main(["predict", *MODEL, str(path)]) == 0
    shown, notes = capsys.readouterr()
    rows = [json.loads(line) for line in shown.splitlines()]
    assert [(row["id"], row["row"], row["label"]) for row in rows] == [
        ("7", 2, "Positive"),
        ("8", 3, None),
        (None, 4, None),
        ("10", 5, "Negative"),
    ]
    assert [bool(row["reason"]) for row in rows] == [False, True, True, False]
    assert "2 of 4" in notes
    _, piped, _ = predict(monkeypatch, capsys, path.read_bytes(), "-", "--column", "2")
    assert piped == shown


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--column", "nix"], "Change the option --column."),
        (["--output", "x.docx"], ".docx"),
        (["--output", "there.csv"], "there.csv"),
        (["--column", "id", "--output", "x.csv"], "'id'"),
        (["--model", "nix"], "nix"),
    ],
)
def test_a_table_that_cannot_be_predicted(capsys, monkeypatch, tmp_path, words, named):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.csv").write_text("id,review\n?,A wonderful film\n!,An awful bore\n")
    (tmp_path / "there.csv").write_text("mine")
    assert main(["predict", "mine.csv", *MODEL, *words]) == 1
    assert named in capsys.readouterr().err
    assert (tmp_path / "there.csv").read_text() == "mine"


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"text,label\n?!,1\n"])
def test_errors_name_standard_input_and_not_its_copy(monkeypatch, capsys, content):
    status, _, errors = predict(monkeypatch, capsys, content, "-")
    assert status == 1 and "standard input" in errors and "tmp" not in errors


def test_an_empty_file_and_options_without_a_file(capsys, tmp_path):
    for content, said in (("", "is empty"), ("id,review\n", "has no rows")):
        (tmp_path / "empty.csv").write_text(content)
        assert main(["predict", *MODEL, str(tmp_path / "empty.csv")]) == 1
        assert f"empty.csv {said}" in capsys.readouterr().err
    assert main(["predict", *MODEL, "wonderful", "--output", "x.csv"]) == 1
    assert "--output" in capsys.readouterr().err
