"""Opening a corpus by its name, file or folder."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sentiment import workspace
from sentiment.corpus import archive, imdb_folder, imdb_stars, tables, text_files
from sentiment.corpus.class_folders import is_class_folder, links_by_class
from sentiment.corpus.classes import Classes
from sentiment.corpus.download import ARCHIVE_NAME, ARCHIVE_URL, ARCHIVE_VARIABLE
from sentiment.corpus.formats import registry
from sentiment.corpus.review import Corpus
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_files import (
    LABELS_FILE,
    REVIEWS_FILE,
    SEPARATOR,
    files_of,
    is_several,
    short_name,
)
from sentiment.errors import CorpusError
from sentiment.places import (
    ARCHIVES,
    SOURCES_VARIABLE,
    downloads_dir,
    program,
    server_data_dir,
    source_dirs,
)
from sentiment.progress import Progress
from sentiment.wording import escaped

SAMPLE, SAMPLE3 = "sample", "sample3"
IMDB, IMDB_STARS = "imdb", "imdb-stars"
ARCHIVE_SUFFIXES = (".tar.gz", ".tgz", ".tar")


class Options(NamedTuple):
    """Arguments of `open_corpus` for the readers; each reader uses those that apply to it."""

    table: TableConfig
    unlabelled: bool
    progress: Progress | None


@dataclass(frozen=True)
class Reader:
    """One kind of source."""

    title: str  # for lists of what is accepted
    matches: Callable[[Path], bool]
    read: Callable[[Path, Options], Corpus]
    fingerprint: Callable[[Path], str]


# The first reader that matches a path reads it.
READERS = (
    Reader(
        ARCHIVE_NAME,
        lambda path: path.is_file() and path.name.lower().endswith(ARCHIVE_SUFFIXES),
        lambda path, options: archive.read_archive(
            path, unlabelled=options.unlabelled, progress=options.progress
        ),
        lambda path: text_files.fingerprint_of_files(path),
    ),
    Reader(
        "an unpacked aclImdb folder",
        lambda path: imdb_folder.is_imdb_folder(path),
        lambda path, options: imdb_folder.read_folder(
            path, unlabelled=options.unlabelled, progress=options.progress
        ),
        lambda path: imdb_folder.folder_fingerprint(path),
    ),
    Reader(
        f"a table ({registry.ACCEPTED}), or several: a folder, a pattern such as train-*.parquet, "
        f"or paths separated by commas; {REVIEWS_FILE} with {LABELS_FILE}; a folder with a folder "
        "of .txt files per class, such as pos and neg, or with train and test of these",
        lambda path: tables.is_table(path),
        lambda path, options: tables.read_table(path, options.table, options.progress),
        lambda path: tables.table_fingerprint(path),
    ),
)
ACCEPTED_PATHS = ", ".join(reader.title for reader in READERS)
# Sources without a file: they need no download.
SYNTHETIC = (SAMPLE, SAMPLE3)
IN_ARCHIVE = (IMDB, IMDB_STARS)
NAMES = (*IN_ARCHIVE, *SYNTHETIC)
_MAAS = (
    f"the Large Movie Review Dataset of [Maas et al. (2011)](https://aclanthology.org/P11-1015/), "
    f"{ARCHIVE_URL}, movie reviews of IMDb offered for research without an explicit license"
)
HUB_DATASETS = {IMDB: "stanfordnlp/imdb"}  # the same reviews on the Hugging Face Hub
_SYNTHETIC = "movie reviews that Sentiment Lab composes from phrases"
ORIGINS = {
    IMDB: _MAAS,
    IMDB_STARS: f"{_MAAS}; classes are the stars",
    SAMPLE: _SYNTHETIC,
    SAMPLE3: _SYNTHETIC,
}
ACCEPTED = ", ".join([*map(repr, NAMES), ACCEPTED_PATHS])


def open_corpus(
    source: str | Path,
    table: TableConfig | None = None,
    *,
    unlabelled: bool = False,
    progress: Progress | None = None,
) -> Corpus:
    """Read the reviews of one of NAMES or of a path.

    "imdb" is the archive on disk, and "imdb-stars" the same with the stars as classes. "sample" and
    "sample3" are synthetic, with two and three classes.
    table: how to read a table; its classes also apply to labels.txt and to folders.
    unlabelled: also read the unlabelled reviews of IMDB.
    progress: called with (reviews read, reviews expected) while IMDB is read.
    Raises CorpusError.
    """
    if source in SYNTHETIC:
        # Imported here, because few callers need the sample corpora.
        from sentiment.corpus.sample import sample_corpus
        from sentiment.corpus.sample3 import sample3_corpus

        return sample_corpus() if source == SAMPLE else sample3_corpus()
    path = _path_of(source)
    corpus = _reader_of(path).read(path, Options(table or TableConfig(), unlabelled, progress))
    return imdb_stars.by_stars(corpus) if source == IMDB_STARS else corpus


def fingerprint_of(source: str | Path) -> str:
    """The `Corpus.fingerprint` of `source`, without reading its reviews.

    sha256 over the file or files. For an unpacked folder over names, sizes and times, because
    reading 100,000 files takes too long. Raises CorpusError as `open_corpus` does.
    """
    if source in SYNTHETIC:
        from sentiment.corpus.sample import sample_fingerprint
        from sentiment.corpus.sample3 import sample3_fingerprint

        return sample_fingerprint() if source == SAMPLE else sample3_fingerprint()
    path = _path_of(source)
    try:
        fingerprint = _reader_of(path).fingerprint(path)
        return imdb_stars.stars_fingerprint(fingerprint) if source == IMDB_STARS else fingerprint
    except OSError as error:
        raise CorpusError(f"{path} cannot be read: {error.strerror or error}.") from error


def classes_of_name(source: str) -> Classes:
    """The classes of one of NAMES, without reading its reviews."""
    from sentiment.corpus import imdb_reviews, review_writer, sample3

    classes_of = {
        IMDB: imdb_reviews.CLASSES,
        IMDB_STARS: imdb_stars.CLASSES,
        SAMPLE: review_writer.CLASSES,
        SAMPLE3: sample3.CLASSES,
    }
    return classes_of[source]


def origin_of(source: str) -> str:
    """The origin of the reviews of a source, as Markdown.

    A path is given without its folders, which may contain the name of a person.
    """
    if source in ORIGINS:
        return ORIGINS[source]
    return (
        f"read from {escaped(' '.join(short_name(source).split()))}, whose origin is not recorded"
    )


def find_archive() -> Path | None:
    """The IMDB archive on this machine, None if there is none.

    Searches the path in SENTIMENT_ARCHIVE (it may be an unpacked folder), then the downloads. If
    the variable is not set, the downloads, then a folder `shared` beside the checkout.
    """
    downloaded = server_data_dir() / "downloads" / ARCHIVE_NAME
    if given := os.environ.get(ARCHIVE_VARIABLE):
        candidates = [Path(given).expanduser(), downloaded]
    else:
        candidates = [downloaded, ARCHIVES / ARCHIVE_NAME]
    return next((path for path in candidates if path.exists()), None)


def allowed_source(source: str) -> str:
    """`source`, checked for use by a page: a name, or a path within `places.source_dirs`.

    Everyone who can open the pages sees what the pages read, so pages read only files in these
    folders. The command line has no such limit. Raises CorpusError.
    """
    if source in NAMES or not source.strip():
        return source
    folder = Path(source).expanduser()
    if is_class_folder(folder):
        for link in links_by_class(folder):
            _allowed_path(link)
    if is_class_folder(folder) or not is_several(source):
        return str(_allowed_path(folder))
    if folder.is_dir():
        for file in files_of(folder, strict=False):
            _allowed_path(file.path)
        return str(_allowed_path(folder))
    return SEPARATOR.join(str(_allowed_path(file.path)) for file in files_of(source, strict=False))


def _allowed_path(path: Path) -> Path:
    path = path.expanduser().resolve()  # resolved, so that no link leads out
    allowed = source_dirs()
    if not any(path.is_relative_to(folder) for folder in allowed):
        raise CorpusError(
            f"{path} is outside the folders that pages may read: "
            f"{', '.join(map(str, allowed))}. Move the file into one of them, upload it, or add "
            f"its folder to the environment variable {SOURCES_VARIABLE} and restart the app."
        )
    return path


def _path_of(source: str | Path) -> Path:
    if source in IN_ARCHIVE:
        path = find_archive()
        if path is None:
            given = os.environ.get(ARCHIVE_VARIABLE)
            missing = f" ({ARCHIVE_VARIABLE} is {given}, which does not exist)" if given else ""
            raise CorpusError(
                f"The IMDB archive is not on this machine{missing}. Download it on the Sources "
                f"page or with `{program()} download`, or put {ARCHIVE_NAME} at "
                f"{downloads_dir() / ARCHIVE_NAME}, or set {ARCHIVE_VARIABLE} to its path. "
                f"The source '{SAMPLE}' needs no download."
            )
        return path
    if not str(source).strip():
        raise CorpusError(f"The source is empty. Accepted: {ACCEPTED}.")
    if workspace.current():
        allowed_source(str(source))
    path = Path(source).expanduser()
    if not os.path.exists(path) and not is_several(source):
        raise CorpusError(f"There is no file or folder {path}. Accepted: {ACCEPTED}.")
    return path


def _reader_of(path: Path) -> Reader:
    for reader in READERS:
        if reader.matches(path):
            return reader
    kind = "folder" if path.is_dir() else "file"
    raise CorpusError(f"The {kind} {path} is not a source of reviews. Accepted: {ACCEPTED}.")
