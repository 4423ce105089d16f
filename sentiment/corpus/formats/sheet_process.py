"""Program that reads a spreadsheet and writes its sheets and rows as lines of JSON.

python-calamine allocates the whole rectangle around all cells. A file of a few kilobytes can make
it larger than the memory of any machine, which ends the process. So it runs in a process of its own
with limits. It is started as a file, because it imports nothing of the package.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

OUT_OF_MEMORY, TOO_SLOW = "memory", "time"


def main(arguments: str) -> None:
    """arguments: JSON with `sheet` (None for all), `rows` of each, and the limits."""
    asked = json.loads(arguments)
    import python_calamine

    _limit(asked["bytes"], asked["seconds"])
    try:
        sys.stdin.buffer.seek(0)
        book = python_calamine.CalamineWorkbook.from_filelike(sys.stdin.buffer)
        names = book.sheet_names if asked["sheet"] is None else [asked["sheet"]]
        for name in names[: asked["sheets"]]:
            for line in _lines(book.get_sheet_by_name(name), asked):
                sys.stdout.write(json.dumps(line) + "\n")
    except MemoryError:
        print(json.dumps({"error": OUT_OF_MEMORY}))
    except Exception as error:
        # calamine raises errors of many kinds, those of Rust's panics included.
        print(json.dumps({"error": str(error)[:500] or type(error).__name__}))


def _limit(most_bytes: int, seconds: int) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, most in ((resource.RLIMIT_AS, most_bytes), (resource.RLIMIT_CPU, seconds)):
        _, hard = resource.getrlimit(kind)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, hard))


def _lines(sheet: Any, asked: dict[str, Any]) -> Iterator[Any]:
    """Rows that are not empty as [number, values], then the name and size of the sheet.

    The values are None if together they exceed the limit of characters.
    """
    first = sheet.start[0] + 1 if sheet.start else 1
    count = width = 0
    for number, row in enumerate(sheet.to_python(skip_empty_area=True), first):
        if not any(cell != "" for cell in row):
            continue
        count, width = count + 1, max(width, len(row))
        if asked["rows"] is None or count <= asked["rows"]:
            cells = [_value(cell) for cell in row[: asked["columns"]]]
            size = sum(len(cell) for cell in cells if isinstance(cell, str))
            yield [number, cells if size <= asked["characters"] else None]
    yield {"sheet": sheet.name, "rows": count, "width": width}


def _value(cell: Any) -> Any:
    """A cell as JSON. Whole numbers become int: spreadsheets store every number as a float."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, str | int | float):
        return cell
    return {"value": str(cell)}  # dates and times


if __name__ == "__main__":
    main(sys.argv[1])
