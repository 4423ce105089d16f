"""Predict the class of each text, or of each row of a table."""

import argparse
import io
import itertools
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from sentiment.commands.options import (
    add_json,
    add_model,
    add_settings,
    model_named,
    settings_from,
)
from sentiment.commands.predict_table import predict_folder, predict_table
from sentiment.corpus import limits
from sentiment.corpus.containers import SUFFIXES as COMPRESSED
from sentiment.corpus.formats.registry import SUFFIXES
from sentiment.corpus.table_config import TableConfig
from sentiment.encoding.settings import SequenceConfig
from sentiment.errors import ReviewError
from sentiment.scoring.formats import FORMATS

if TYPE_CHECKING:
    from sentiment.inspection.prediction import Prediction
    from sentiment.inspection.predictor import Predictor

READING = ("encoding", "header", "delimiter", "quotes", "sheet")  # settings of a table
_CHUNK_BYTES = 1 << 16
_MAX_BYTES = 4 * limits.LIMITS.text_characters  # of a line; UTF-8 has at most four per character
_SHOWN_CHARACTERS = 60
_PATH = re.compile(
    rf"(~|\.{{1,2}}|[a-z]:)?[/\\]\S+|\S+({'|'.join(map(re.escape, (*SUFFIXES, *COMPRESSED)))})",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Line:
    """A line of standard input, or an argument, with its prediction or the reason for none."""

    number: int  # from 1
    text: str
    prediction: "Prediction | None" = None
    error: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "texts",
        nargs="*",
        metavar="TEXT",
        help="reviews, or one file: a table of any accepted format, - for standard input. "
        "Default: standard input, one review per line, in UTF-8",
    )
    parser.add_argument(
        "--column",
        "--text",
        dest="text",
        metavar="NAME",
        help="column of the table with the reviews, by name or number. Default: guessed",
    )
    parser.add_argument(
        "--output",
        action="append",
        metavar="FILE",
        help=f"write the table with its predictions ({', '.join(FORMATS)}); can be repeated. "
        "Default: JSON lines on standard output",
    )
    parser.add_argument(
        "--ray",
        metavar="ADDRESS",
        help="predict a folder of Parquet files with the Ray cluster at this address (auto, local "
        "or HOST:PORT) into the folder of --output; both can be in an object storage, as "
        "s3://BUCKET/FOLDER (needs `pip install -r requirements-cluster.txt`)",
    )
    parser.set_defaults(option_names={"text": "--column"})  # in messages
    add_model(parser)
    add_settings(parser, TableConfig(), only=READING)
    add_settings(parser, SequenceConfig(), default_from="the model")
    add_json(parser)
    parser.epilog = (
        "One result per text, in order. A text without words, with invalid UTF-8, or with more "
        f"than {limits.LIMITS.text_characters:,} characters has an error as its result, and the "
        "exit status is 1. For a table, the output has all rows in order; the column reason says "
        "why a row has no prediction. After an interruption, the same command with --output "
        "continues where it stopped."
    )


def run(arguments: argparse.Namespace) -> None:
    if arguments.ray:
        predict_folder(arguments)
        return
    if arguments.texts == ["-"] or (len(arguments.texts) == 1 and _is_file(arguments.texts[0])):
        predict_table(arguments)
        return
    for text in arguments.texts:
        _refuse_path(text)
    for option, value in (("--output", arguments.output), ("--column", arguments.text)):
        if value:
            raise ReviewError(f"{option} needs a file to predict, or - for standard input.")
    from sentiment.inspection.predictor import Predictor

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # not all terminals have all characters
    predictor = Predictor.load(model_named(arguments.model))
    sequence = settings_from(arguments, predictor.sequence)
    given = [os.fsencode(text) for text in arguments.texts]
    unit = "text" if given else "line"
    results = predict_lines(
        predictor, sequence, [given] if given else line_blocks(sys.stdin.buffer)
    )
    failed, count = _print(results, unit, as_json=arguments.json)
    if failed:
        raise ReviewError(f"{failed:,} of {count:,} {unit}s have no prediction.")


def line_blocks(stream: IO[bytes]) -> Iterator[list[bytes]]:
    """The lines of a stream in blocks, as soon as they arrive and in constant memory.

    A line is cut off after `_MAX_BYTES` and a byte more.
    """
    rest = b""
    while chunk := stream.read1(_CHUNK_BYTES):  # type: ignore[attr-defined]
        if len(rest) > _MAX_BYTES and b"\n" not in chunk:
            continue
        first, *others = chunk.split(b"\n")
        lines = [(rest + first)[: _MAX_BYTES + 1], *others]
        rest = lines.pop()
        if lines:
            yield lines
    if rest:
        yield [rest]


def predict_lines(
    predictor: "Predictor", sequence: SequenceConfig, blocks: Iterable[list[bytes]]
) -> Iterator[list[Line]]:
    """The same blocks of lines with predictions; a line that cannot be read has an error."""
    first = 1
    for block in blocks:
        lines, encoded = [], []
        for number, content in enumerate(block, first):
            text = ""
            try:
                text = _decoded(content, number)
                encoded.append(predictor.encode(text, sequence))
                lines.append(Line(number, text))
            except ReviewError as error:
                lines.append(Line(number, text, error=str(error)))
        predictions = predictor.predict_encoded(encoded)
        yield [
            line if line.error else Line(line.number, line.text, next(predictions))
            for line in lines
        ]
        first += len(block)


def _decoded(content: bytes, number: int) -> str:
    if len(content) > _MAX_BYTES:
        raise ReviewError(
            f"The text has more than {_MAX_BYTES:,} bytes; the limit is "
            f"{limits.LIMITS.text_characters:,} characters. Give one review per line."
        )
    try:
        text = content.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise ReviewError(
            f"Byte {error.start + 1:,} of the text is not valid UTF-8. Convert the text to UTF-8."
        ) from error
    return text.removesuffix("\r")


def _print(results: Iterable[list[Line]], unit: str, *, as_json: bool) -> tuple[int, int]:
    """Print each block as soon as it is predicted; returns the numbers of errors and of lines."""
    failed = count = 0
    if as_json:
        print("[", end="")
    for block in results:
        for line in block:
            if as_json:
                print(",\n" if count else "", json.dumps(_json(line)), sep="", end="")
            else:
                print("\n".join(_shown(line, unit)))
            if line.error and not as_json:
                print(f"{unit} {line.number}: {line.error}", file=sys.stderr)
            failed, count = failed + bool(line.error), count + 1
        sys.stdout.flush()
    if as_json:
        print("]")
    return failed, count


def _json(line: Line) -> dict[str, object]:
    about = {"line": line.number, "text": line.text}
    if line.prediction is None:
        return {**about, "error": line.error}
    return {**about, **line.prediction.to_json()}


def _shown(line: Line, unit: str) -> list[str]:
    # On one line, and without control characters: the text comes from outside.
    words = itertools.islice(line.text[: 2 * _SHOWN_CHARACTERS].split(), _SHOWN_CHARACTERS)
    text = "".join(char if char.isprintable() else "�" for char in " ".join(words))
    if len(text) > _SHOWN_CHARACTERS:
        text = text[: _SHOWN_CHARACTERS - 1] + "…"
    prediction = line.prediction
    if prediction is None:
        return [f"Error  {unit} {line.number}  {text}".rstrip()]
    uncertain = " (uncertain)" if prediction.uncertain else ""
    return [
        f"{prediction.name}{uncertain}  {prediction.probability:.1%}  {text}",
        *(f"  {note}" for note in prediction.notes),
    ]


def _is_file(text: str) -> bool:
    try:
        return os.path.isfile(os.path.expanduser(text))
    except ValueError:  # a NUL character
        return False


def _refuse_path(text: str) -> None:
    """Raise ReviewError if an argument looks like a file and not like a review."""
    if _is_file(text) or _PATH.fullmatch(text):
        found = "is one of several arguments" if _is_file(text) else "does not exist"
        raise ReviewError(
            f"{text!r} looks like a file and {found}. To predict the reviews of a file, give it "
            "alone: predict FILE. To predict this text itself, give it as a line: echo TEXT | "
            "predict."
        )
