"""Reading of stored files: JSON, JSON lines, arrays. Whatever is wrong becomes one kind of error.

A file may be missing, a folder, a dangling link, unreadable, truncated, huge, nested without end,
or hold other types than expected. Each function raises the error that its caller names, with the
path, what is wrong and what to do. No other module lists the exceptions of damaged files.
"""

import contextlib
import io
import json
import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, NoReturn, TypeVar

import numpy as np

from sentiment.errors import SentimentError
from sentiment.typed_data import convert

Value = TypeVar("Value")
MIB = 2**20
LARGEST_JSON = 64 * MIB
LARGEST_ARRAYS = 1024 * MIB  # of one .npz, unpacked
LARGEST_LOG = 256 * MIB
LONGEST_LINE = 1 * MIB
_LONGEST_REASON = 300  # characters
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")  # half a character, if not followed by the other half


@contextlib.contextmanager
def reading(path: Path, error: type[SentimentError], remedy: str) -> Iterator[None]:
    """Turn any failure of the block, which reads `path` and nothing else, into `error`.

    remedy: a sentence that says what to do. An `error` of the block itself passes.
    """
    try:
        yield
    except error:
        raise
    except Exception as problem:  # the readers of other packages raise almost anything
        raise error(f"{path} cannot be read: {_reason(path, problem)}. {remedy}".rstrip()) from (
            problem
        )


def read_json(
    path: Path,
    kind: Any,
    error: type[SentimentError],
    remedy: str,
    *,
    then: Callable[[Any], Any] | None = None,
) -> Any:
    """The JSON in `path` as `kind`: a dataclass or another type annotation, see `typed_data`.

    then: converts the value to the result; its exceptions become `error` too.
    """
    with reading(path, error, remedy):
        value = parse_json(read_bytes(path, LARGEST_JSON), kind)
        return then(value) if then else value


def read_array(path: Path, error: type[SentimentError], remedy: str, **facts: Any) -> np.ndarray:
    """The array of a .npy file, memory-mapped. facts: see `require_array`."""
    with reading(path, error, remedy):
        require_file(path)
        array: np.ndarray = np.load(path, mmap_mode="r", allow_pickle=False)
        require_array(array, **facts)
        return array


def read_arrays(path: Path, error: type[SentimentError], remedy: str) -> dict[str, np.ndarray]:
    """The arrays of a .npz file by name."""
    with reading(path, error, remedy):
        content = io.BytesIO(read_bytes(path, LARGEST_ARRAYS))
        with zipfile.ZipFile(content) as archive:
            size = sum(member.file_size for member in archive.infolist())
            if size > LARGEST_ARRAYS:
                raise ValueError(f"it unpacks to {size / MIB:,.0f} MiB, expected less")
        with np.load(content, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}


def require_array(
    array: np.ndarray,
    dtype: Any = None,
    shape: tuple[int | None, ...] | None = None,
    low: float | None = None,
    high: float | None = None,
) -> None:
    """Raise ValueError if `array` has another type, shape (None: any length) or range.

    low, high: bounds of the values, inclusive, which excludes NaN.
    """
    if dtype is not None and array.dtype != dtype:
        raise ValueError(f"it has numbers of type {array.dtype}, expected {np.dtype(dtype)}")
    if shape is not None:
        fits = len(array.shape) == len(shape) and all(
            wanted in (None, found) for wanted, found in zip(shape, array.shape, strict=True)
        )
        if not fits:
            wanted = " × ".join("any" if length is None else f"{length:,}" for length in shape)
            raise ValueError(f"it has the shape {array.shape}, expected {wanted}")
    if array.size and not (low is None or array.min() >= low):
        raise ValueError(f"it holds {array.min()}, expected at least {low}")
    if array.size and not (high is None or array.max() <= high):
        raise ValueError(f"it holds {array.max()}, expected at most {high}")


def read_bytes(path: Path, largest: int) -> bytes:
    """The content of a file. Raises OSError or ValueError; call it within `reading`."""
    require_file(path, largest)
    with path.open("rb") as file:
        content = file.read(largest + 1)
    if len(content) > largest:  # it has grown
        raise ValueError(f"it has more than {largest / MIB:,.0f} MiB")
    return content


def read_tail(path: Path, characters: int) -> str:
    """The end of a log; empty if it cannot be read."""
    with contextlib.suppress(OSError, ValueError):
        require_file(path)
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 4 * characters))
            return file.read().decode("utf-8", "replace")[-characters:]
    return ""


def require_file(path: Path, largest: int | None = None) -> None:
    """Raise OSError or ValueError unless `path` is a file, of at most `largest` bytes.

    Opening a pipe would wait for a writer.
    """
    about = path.stat()
    if not stat.S_ISREG(about.st_mode):
        found = "a folder" if stat.S_ISDIR(about.st_mode) else "a pipe or a device"
        raise ValueError(f"it is {found}, expected a file")
    if largest is not None and about.st_size > largest:
        size, limit = about.st_size / MIB, largest / MIB
        raise ValueError(f"it has {size:,.0f} MiB, expected at most {limit:,.0f} MiB")


def version(path: Path) -> tuple[int, ...] | None:
    """What changes with a file and its permissions, without reading it; None if there is none."""
    try:
        about = path.stat()
    except (OSError, ValueError):
        return None
    return about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns


def parse_json(content: bytes, kind: Any = Any) -> Any:
    """JSON as `kind`. Raises ValueError, TypeError or RecursionError; call it within `reading`."""
    text = content.decode("utf-8")
    value = json.loads(text, parse_constant=_refuse_constant)
    if _SURROGATE.search(text):
        json.dumps(
            value, ensure_ascii=False
        ).encode()  # raises UnicodeEncodeError for half a character
    return convert(kind, value)


def read_lines(file: IO[bytes]) -> Iterator[bytes]:
    """The complete lines of an open file from its position on; call it within `reading`.

    The last line is incomplete while another process writes it.
    """
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise ValueError(f"it has a line of more than {LONGEST_LINE / MIB:.0f} MiB")
        if not line.endswith(b"\n"):
            return
        yield line


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"it holds {name}, which is not a JSON number")


def _reason(path: Path, problem: Exception) -> str:
    """What is wrong, without a full stop."""
    if isinstance(problem, FileNotFoundError):
        return "it is a broken link" if path.is_symlink() else "it does not exist"
    if isinstance(problem, NotADirectoryError):
        return "its folder is a file"
    if isinstance(problem, RecursionError):
        return "it is nested too deeply"
    if isinstance(problem, MemoryError):
        return "it does not fit into memory"
    if isinstance(problem, UnicodeEncodeError):
        return "it holds half a character (a surrogate)"
    if isinstance(problem, KeyError):
        return f"no {problem}"
    reason = problem.strerror if isinstance(problem, OSError) else None
    reason = " ".join((reason or str(problem)).split()) or type(problem).__name__
    return reason[:_LONGEST_REASON].rstrip(".")
