"""Files that ask a reader for as much memory or time as they can, in any size.

Each maker writes one file of a chosen size; `hostile.py` measures the full sizes, and the tests
read small forms under lowered limits.
"""

import bz2
import gzip
import io
import json
import lzma
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

HEAD = b"text,label\n"
ROWS = b"a good film,pos\na bad film,neg\n"
Maker = Callable[[Path, int], Path]  # a folder and a size in bytes -> the file
ATTACKS: dict[str, Maker] = {}


def _attack(make: Maker) -> Maker:
    ATTACKS[make.__name__] = make
    return make


def _write(path: Path, pieces: Iterable[bytes]) -> Path:
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)
    return path


def _repeated(unit: bytes, size: int) -> Iterable[bytes]:
    block = unit * max(1, min(size, 1 << 20) // len(unit))
    for _ in range(max(1, size // len(block))):
        yield block


def _csv(name: str, unit: bytes, *, head: bytes = HEAD, end: bytes = b"\n" + ROWS) -> None:
    def make(folder: Path, size: int) -> Path:
        return _write(folder / f"{name}.csv", [head, *_repeated(unit, size), end])

    ATTACKS[f"csv_{name}"] = make


def _lines(name: str, suffix: str, unit: bytes, *, head: bytes = b"", end: bytes = b"") -> None:
    def make(folder: Path, size: int) -> Path:
        return _write(folder / f"{name}{suffix}", [head, *_repeated(unit, size), end])

    ATTACKS[f"{suffix[1:]}_{name}"] = make


_csv("one_cell", b"long ", end=b",pos\n" + ROWS)
_csv("wide_header", b"c,", head=b"", end=HEAD + ROWS)
_csv("long_name", b"n", head=b"", end=b",label\n" + ROWS)
_csv("header_of_lines", b"n\n", head=b'"', end=b'",label\n' + ROWS)
_csv("unclosed_quote", b"more words,pos\n", head=HEAD + b'"')
_csv("only_quotes", b'"')
_csv("quoted_line_ends", b'"\n",')
_csv("rows_in_a_quote", b"a,1\n", head=HEAD + ROWS * 9 + b'"', end=b'x"' + b',"\n"' * 9)
_csv("only_commas", b",")
_csv("only_line_ends", b"\n")
_csv("only_cr", b"\r")
_csv("tiny_rows", b"a,1\n", end=b"b,0\n")
_csv("ragged_rows", b"a\n" + b"a,b,c\n")
_csv("backslashes", b"\\", head=HEAD + b'"say \\"hi\\"",pos\n' + b'"')
_csv("comments", b"#,a\n", head=b"")
_csv("spaces_before_quotes", b', "a b"', head=HEAD + b'a, "b"\n')
_csv("null_bytes", b"\0")
_csv("invalid_utf8", b"\xff\n")
_csv("marks", b"a" + b"\xcc\x81" * 500 + b"\xcc\xa3" * 500)
_csv("emoji_cells", "\N{CLAPPER BOARD}".encode() * 1_000 + b",pos\n" + b"x,neg\n")

_lines("brackets", ".json", b"[")
_lines("objects", ".json", b'{"a":')
_lines("empty_lists", ".json", b"[],", head=b"[", end=b"[]]")
_lines("list_in_object", ".json", b"[],", head=b'{"text": [', end=b"[]]}")
_lines("numbers", ".json", b"1,", head=b"[", end=b"1]")
_lines("digits", ".json", b"9", head=b"[", end=b"]")
_lines("long_string", ".json", b"a", head=b'[{"text": "', end=b'", "label": 1}]')
_lines("one_line", ".jsonl", b"a", head=b'{"text": "', end=b'", "label": 1}\n')
_lines("empty_lines", ".jsonl", b"\n")
_lines("empty_objects", ".jsonl", b"{}\n")
_lines("deep_labels", ".jsonl", b'{"text": "a", "label": ' + b"[" * 900 + b"]" * 900 + b"}\n")
_lines("many_keys", ".jsonl", b'"k": 1, ', head=b'{"', end=b'"text": "a", "label": 1}\n')
_lines("many_labels", ".txt", b"__label__a ", end=b"\n__label__b good\n__label__c bad\n")
_lines("trees", ".txt", b"(1 ", end=b"\n")
_lines("tree_ends", ".txt", b") ", head=b"(1 (1 a) ", end=b"x\n")
_lines("prose", ".txt", b"words and ")
_lines("one_byte_lines", ".txt", b"a\n")


@_attack
def json_table_of_keys(folder: Path, size: int) -> Path:
    """An object of columns, each with a row of its own: a table of columns times rows."""
    count = max(2, size // 24)
    pieces = (b'"c%d":{"r%d":1},' % (number, number) for number in range(count))
    return _write(folder / "keys.json", [b"{", *pieces, b'"text":{"r0":1}}'])


@_attack
def jsonl_key_per_line(folder: Path, size: int) -> Path:
    """A hundred lines whose keys are all different."""
    count = max(2, size // 100 // 14)
    lines = (
        b"{"
        + b",".join(b'"k%d_%d":1' % (line, number) for number in range(count))
        + b',"text":"a","label":1}\n'
        for line in range(100)
    )
    return _write(folder / "keys.jsonl", lines)


def _bomb(name: str, suffix: str, compress: Callable[[bytes], bytes], head: bytes, unit: bytes):
    def make(folder: Path, size: int) -> Path:
        """`size` bytes when it is unpacked: 64 MB each in members of their own."""
        block = b"".join(_repeated(unit, min(size, 1 << 26)))
        member = compress(block)
        return _write(
            folder / f"{name}{suffix}",
            [compress(head), *(member for _ in range(max(1, size // len(block))))],
        )

    ATTACKS[f"{suffix.rpartition('.')[2]}_{name}"] = make


for _suffix, _compress in ((".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)):
    _bomb("line", f".jsonl{_suffix}", _compress, b'{"text": "', b"a")
    _bomb("rows", f".csv{_suffix}", _compress, HEAD, ROWS)
    _bomb("nested", f".csv.gz{_suffix}", _compress, b"", b"\x1f\x8b\x08\0")


@_attack
def xz_dictionary(folder: Path, size: int) -> Path:
    """A dictionary as large as the content, which a decoder must keep."""
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": min(1 << 30, max(size, 4096))}]
    packer = lzma.LZMACompressor(filters=filters)
    pieces = (packer.compress(block) for block in _repeated(ROWS, size))
    return _write(folder / "dictionary.csv.xz", [packer.compress(HEAD), *pieces, packer.flush()])


@_attack
def zip_bomb(folder: Path, size: int) -> Path:
    path = folder / "bomb.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("reviews.csv", "w", force_zip64=True) as member,
    ):
        member.write(HEAD)
        for block in _repeated(ROWS, size):
            member.write(block)
    return path


@_attack
def zip_lies(folder: Path, size: int) -> Path:
    """The headers say that the table has ten bytes."""
    content = bytearray(zip_bomb(folder, size).read_bytes())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        real = archive.getinfo("reviews.csv").file_size
    where = content.rfind(b"PK\x01\x02")
    if real < 1 << 32:
        content[where + 24 : where + 28] = struct.pack("<I", 10)
    path = folder / "lies.zip"
    path.write_bytes(content)
    return path


@_attack
def zip_directory(folder: Path, size: int) -> Path:
    """A directory of empty files."""
    path, count = folder / "directory.zip", max(1, size // 100)
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(count):
            archive.writestr(zipfile.ZipInfo(f"{number}.csv"), b"")
    return path


def _workbook(folder: Path, name: str, sheet: Iterable[bytes]) -> Path:
    from tests.corpus.formats.spreadsheets import xlsx

    path = folder / name
    with (
        zipfile.ZipFile(io.BytesIO(xlsx([["text", "label"]]))) as model,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        for info in model.infolist():
            with archive.open(info.filename, "w", force_zip64=True) as member:
                of_sheet = "sheet1" in info.filename
                for piece in sheet if of_sheet else [model.read(info)]:
                    member.write(piece)
    return path


_SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_CELL = b'<c r="%s" t="inlineStr"><is><t>%s</t></is></c>'


@_attack
def xlsx_corners(folder: Path, size: int) -> Path:
    """Two cells in opposite corners of the largest sheet."""
    cells = _CELL % (b"A1", b"text"), _CELL % (b"XFD1048576", b"label")
    rows = b'<row r="1">%s</row><row r="1048576">%s</row>' % cells
    return _workbook(folder, "corners.xlsx", [_SHEET, rows, b"</sheetData></worksheet>"])


@_attack
def xlsx_rows(folder: Path, size: int) -> Path:
    row = b"<row>%s%s</row>" % (_CELL % (b"", b"a"), _CELL % (b"", b"1"))
    row = row.replace(b' r=""', b"")
    end = b"</sheetData></worksheet>"
    return _workbook(folder, "rows.xlsx", [_SHEET, *_repeated(row, size), end])


@_attack
def xlsx_cell(folder: Path, size: int) -> Path:
    cell = [b'<row r="1"><c r="A1" t="inlineStr"><is><t>', *_repeated(b"word ", size)]
    end = b"</t></is></c></row></sheetData></worksheet>"
    return _workbook(folder, "cell.xlsx", [_SHEET, *cell, end])


@_attack
def ods_repeated(folder: Path, size: int) -> Path:
    """One cell that is repeated over the largest sheet."""
    office, table, text = (
        f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "table", "text")
    )
    content = (
        f'<office:document-content xmlns:office="{office}" xmlns:table="{table}" '
        f'xmlns:text="{text}">'
        '<office:body><office:spreadsheet><table:table table:name="A">'
        '<table:table-row table:number-rows-repeated="1048576">'
        '<table:table-cell office:value-type="string" table:number-columns-repeated="16384">'
        "<text:p>text</text:p></table:table-cell></table:table-row></table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    path = folder / "repeated.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return path


def _parquet(folder: Path, name: str, texts: pa.Array, labels: pa.Array, **options: object) -> Path:
    path = folder / name
    pq.write_table(pa.table({"text": texts, "label": labels}), path, **options)
    return path


@_attack
def parquet_cell(folder: Path, size: int) -> Path:
    """One cell of `size` bytes."""
    texts = pa.array(["a" * size, "good", "bad"])
    labels = pa.array([1, 1, 0])
    return _parquet(folder, "cell.parquet", texts, labels, compression="zstd")


@_attack
def parquet_dictionary(folder: Path, size: int) -> Path:
    """A text of 900 kB that is repeated until all have `size` bytes."""
    count = max(3, size // 900_000)
    texts = pa.DictionaryArray.from_arrays(
        pa.array(np.arange(count) % 2, pa.int32()), pa.array(["a " * 450_000, "b " * 450_000])
    )
    labels = pa.array(np.arange(count) % 2)
    options = {"compression": "zstd", "dictionary_pagesize_limit": 1 << 30}
    return _parquet(folder, "dictionary.parquet", texts, labels, **options)


@_attack
def parquet_prefixes(folder: Path, size: int) -> Path:
    """As `parquet_dictionary`, by prefixes of the text before."""
    count = max(3, min(size // 900_000, 1_000))
    texts = pa.array(["a " * 450_000] * count)
    labels = pa.array(np.arange(count) % 2)
    options = {"use_dictionary": False, "column_encoding": {"text": "DELTA_BYTE_ARRAY"}}
    return _parquet(folder, "prefixes.parquet", texts, labels, compression="zstd", **options)


@_attack
def parquet_columns(folder: Path, size: int) -> Path:
    count = max(3, size // 600)
    names = ["text", "label", *(f"c{number}" for number in range(count))]
    table = pa.table([pa.array([1])] * len(names), names=names)
    pq.write_table(table, folder / "columns.parquet", write_statistics=False)
    return folder / "columns.parquet"


@_attack
def parquet_rows(folder: Path, size: int) -> Path:
    """Rows that take no space: `size` empty ones."""
    texts = pa.DictionaryArray.from_arrays(pa.array(np.zeros(size, np.int8)), pa.array(["a"]))
    labels = pa.array(np.zeros(size, np.int8))
    return _parquet(folder, "rows.parquet", texts, labels, compression="zstd")


@_attack
def parquet_footer(folder: Path, size: int) -> Path:
    return _write(
        folder / "footer.parquet",
        [b"PAR1", *_repeated(b"\x15\x04\x19\x6c", size), struct.pack("<I", size - 8), b"PAR1"],
    )


@_attack
def npz_lies(folder: Path, size: int) -> Path:
    """Arrays that are larger in their headers than in the file."""
    path = folder / "lies.npz"
    header = io.BytesIO()
    shape = (size, 1_000)
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<i8", "fortran_order": False, "shape": shape}
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("x_train", "y_train", "x_test", "y_test"):
            archive.writestr(f"{name}.npy", header.getvalue())
    (folder / "imdb_word_index.json").write_text(json.dumps({"good": 1}))
    return path


@_attack
def npz_zeros(folder: Path, size: int) -> Path:
    path = folder / "zeros.npz"
    ids, labels = np.full((2, max(1, size // 2)), 4, np.int8), np.array([0, 1])
    np.savez_compressed(path, x_train=ids, y_train=labels, x_test=ids, y_test=labels)
    (folder / "imdb_word_index.json").write_text(json.dumps({"good" * 1_000: 1}))
    return path


@_attack
def tar_header(folder: Path, size: int) -> Path:
    """A header for a long name, which is as long as the file."""
    member = tarfile.TarInfo("././@LongLink")
    member.type, member.size = tarfile.GNUTYPE_LONGNAME, size
    path = folder / "header.tar.gz"
    with gzip.open(path, "wb", 1) as file:
        file.write(member.tobuf())
        for block in _repeated(b"\0", size):
            file.write(block)
    return path


@_attack
def tar_tail(folder: Path, size: int) -> Path:
    """Zeros after the end of the archive."""
    path = folder / "tail.tar.gz"
    with gzip.open(path, "wb", 1) as file:
        for block in _repeated(b"\0", size):
            file.write(block)
    return path


@_attack
def tar_reviews(folder: Path, size: int) -> Path:
    """Reviews of 999 kB."""
    path = folder / "reviews.tar.gz"
    content = "\N{CLAPPER BOARD}".encode() + b"a" * 999_000
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        for number in range(max(1, size // len(content))):
            member = tarfile.TarInfo(f"aclImdb/train/pos/{number}_9.txt")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


@_attack
def text_pair(folder: Path, size: int) -> Path:
    _write(folder / "reviews.txt", _repeated(b"\n", size))
    return _write(folder / "labels.txt", _repeated(b"\n", size))
