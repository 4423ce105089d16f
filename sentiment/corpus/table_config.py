"""Settings for reading a table: its columns, its labels, and how its file is written."""

from dataclasses import asdict, dataclass

from sentiment import settings
from sentiment.settings import Settings, require, setting

YES, NO = "yes", "no"
BACKSLASH = "backslash"
TAB = "tab"  # the delimiter, by a name that can be typed


@dataclass(frozen=True)
class TableConfig(Settings):
    """How to read a table; empty fields are guessed."""

    text: str = setting("", "Text column", "Column of the table with the reviews.")
    label: str = setting("", "Label column", "Column of the table with the labels.")
    positive: tuple[str, ...] = setting(
        (),
        "Positive labels",
        "Label of positive reviews, or several: 7,8,9,10. Repeat it for labels that have commas.",
    )
    negative: tuple[str, ...] = setting(
        (),
        "Negative labels",
        "Label of negative reviews, or several. Rows with other labels are dropped.",
    )
    encoding: str = setting(
        "",
        "Encoding",
        "Encoding of the table, for example cp1252. mixed: UTF-8 with some Windows-1252.",
    )
    header: str = setting(
        "",
        "Header",
        "Whether the first row has the names of the columns. Without a header, give columns by "
        "number: 1 is the first.",
        choices=("", YES, NO),
    )
    delimiter: str = setting(
        "", "Delimiter", f"The character between two values; {TAB} for a tab character."
    )
    quotes: str = setting(
        "",
        "Quotes",
        f"Whether quotes enclose values; {NO}: quotes are part of the text. {BACKSLASH}: they "
        'enclose values, and \\" is a quote within a value.',
        choices=("", YES, NO, BACKSLASH),
    )

    sheet: str = setting("", "Sheet", "Sheet of a spreadsheet; the first with rows if empty.")
    split_column: str = setting(
        "",
        "Split column",
        "Column with train, valid or test. none: ignore it and what file names tell, and draw new "
        "splits.",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        fits = self.delimiter in ("", TAB) or (
            len(self.delimiter) == 1
            and self.delimiter.isascii()
            and not self.delimiter.isalnum()
            and self.delimiter not in '"\n\r'
        )
        require(
            fits,
            f"delimiter is {self.delimiter!r}; expected one character such as , or ; or the word "
            f"{TAB}.",
        )

    def options(self) -> dict[str, str | tuple[str, ...]]:
        """The fields that are not empty."""
        return {name: value for name, value in asdict(self).items() if value}


def named(field: str) -> str:
    """How messages name a setting of a table, see `settings.named`."""
    return settings.named(TableConfig, field)
