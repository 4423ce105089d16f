"""Open a corpus by its name or by whatever file or folder it is in."""

import functools
import os
from pathlib import Path

from sentiment.corpus import archive, tables, text_files
from sentiment.corpus.download import ARCHIVE_NAME, ARCHIVE_VARIABLE
from sentiment.corpus.review import Corpus
from sentiment.corpus.table_config import TableConfig
from sentiment.errors import CorpusError
from sentiment.places import PROJECT, SOURCES_VARIABLE, downloads_dir, source_dirs
from sentiment.progress import Progress

SAMPLE, IMDB = "sample", "imdb"
ARCHIVE_SUFFIXES = (".tar.gz", ".tgz", ".tar")
REVIEWS_FILE, LABELS_FILE = "reviews.txt", "labels.txt"

ACCEPTED = (
    f"'{IMDB}', '{SAMPLE}', {ARCHIVE_NAME}, an unpacked aclImdb folder, {REVIEWS_FILE} with "
    f"{LABELS_FILE} beside it or the folder of both, or a table "
    f"({', '.join(tables.SUFFIXES)}, the text ones also as .gz)"
)


def open_corpus(
    source: str | Path,
    table: TableConfig | None = None,
    *,
    unlabelled: bool = False,
    progress: Progress | None = None,
) -> Corpus:
    """Read the reviews of "imdb" (the archive on disk), "sample" (composed ones) or a path.

    table: how a table is read; its positive and negative labels also apply to labels.txt.
    unlabelled: also read what IMDB has without labels.
    progress: called with (reviews seen, reviews expected) while IMDB is read.
    Raises CorpusError, whose message says what is wrong with the source.
    """
    table = table or TableConfig()
    if source == SAMPLE:
        return _sample()
    path = _located(source)
    if _is_archive(path):
        return archive.read_archive(path, unlabelled=unlabelled, progress=progress)
    if archive.imdb_root(path) is not None:
        return archive.read_folder(path, unlabelled=unlabelled, progress=progress)
    if pair := _text_pair(path):
        return tables.read_text_pair(*pair, table)
    if _is_table(path):
        return tables.read_table(path, table)
    raise _not_accepted(path)


def fingerprint_of(source: str | Path) -> str:
    """The `fingerprint` of the corpus `source` opens as, without reading its reviews.

    sha256 over the file or files; for an unpacked folder over names, sizes and times, because
    reading 100,000 files takes too long. Raises CorpusError as `open_corpus` does.
    """
    if source == SAMPLE:
        return _sample_fingerprint()
    path = _located(source)
    try:
        if _is_archive(path):
            return archive.archive_fingerprint(path)
        if archive.imdb_root(path) is not None:
            return archive.folder_fingerprint(path)
        if pair := _text_pair(path):
            return text_files.fingerprint_of_files(*pair)
        if _is_table(path):
            return text_files.fingerprint_of_files(path)
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror or error}.") from error
    raise _not_accepted(path)


def find_archive() -> Path | None:
    """The IMDB archive on this machine, None if there is none.

    Looked for where SENTIMENT_ARCHIVE points (an unpacked folder will do as well), among the
    downloads, and in a folder `shared` beside the project.
    """
    named = os.environ.get(ARCHIVE_VARIABLE)
    candidates = [Path(named).expanduser()] if named else []
    candidates.append(downloads_dir() / ARCHIVE_NAME)
    candidates.append(PROJECT.parent / "shared" / "imdb" / ARCHIVE_NAME)
    return next((path for path in candidates if path.exists()), None)


def allowed_source(source: str) -> str:
    """`source` as a page may hand it on: a name, or a path within the allowed folders.

    Whoever reaches the pages can read what they read, so they read no file of the machine's but
    those in `places.source_dirs`. A shell has no such limit. Raises CorpusError.
    """
    if source in (IMDB, SAMPLE) or not source.strip():
        return source
    path = Path(source).expanduser().resolve()  # where links lead, not where they lie
    allowed = source_dirs()
    if not any(path.is_relative_to(folder) for folder in allowed):
        raise CorpusError(
            f"{path} is outside the folders that pages may read: "
            f"{', '.join(map(str, allowed))}. Put the file into one of these, upload it, or name "
            f"its folder in the environment variable {SOURCES_VARIABLE} and start the app again."
        )
    return str(path)


def _sample() -> Corpus:
    # Imported here: composing reviews brings its phrase lists along, and few callers need them.
    from sentiment.corpus.sample import sample_corpus

    return sample_corpus()


@functools.cache
def _sample_fingerprint() -> str:
    return _sample().fingerprint


def _located(source: str | Path) -> Path:
    if source == IMDB:
        path = find_archive()
        if path is None:
            named = os.environ.get(ARCHIVE_VARIABLE)
            missing = f" ({ARCHIVE_VARIABLE} names {named}, which does not exist)" if named else ""
            raise CorpusError(
                f"The IMDB archive is not on this machine{missing}. Fetch it with "
                f"`python -m sentiment download`, or put {ARCHIVE_NAME} at "
                f"{downloads_dir() / ARCHIVE_NAME}, or set {ARCHIVE_VARIABLE} to where it is. "
                f"Without it, '{SAMPLE}' works at once."
            )
        return path
    if not str(source).strip():
        raise CorpusError(f"No source of reviews is named. Accepted: {ACCEPTED}.")
    path = Path(source).expanduser()
    if not path.exists():
        raise CorpusError(f"There is no file or folder {path}. Accepted: {ACCEPTED}.")
    return path


def _is_archive(path: Path) -> bool:
    return path.is_file() and path.name.lower().endswith(ARCHIVE_SUFFIXES)


def _is_table(path: Path) -> bool:
    return path.is_file() and tables.table_suffix(path) in tables.SUFFIXES


def _text_pair(path: Path) -> tuple[Path, Path] | None:
    folder = path.parent if path.name in (REVIEWS_FILE, LABELS_FILE) else path
    pair = (folder / REVIEWS_FILE, folder / LABELS_FILE)
    if all(file.is_file() for file in pair):
        return pair
    if any(file.is_file() for file in pair):
        absent = next(file for file in pair if not file.is_file())
        raise CorpusError(f"{absent} is missing: {REVIEWS_FILE} and {LABELS_FILE} go together.")
    return None


def _not_accepted(path: Path) -> CorpusError:
    kind = "folder" if path.is_dir() else "file"
    return CorpusError(f"The {kind} {path} is no source of reviews. Accepted: {ACCEPTED}.")
