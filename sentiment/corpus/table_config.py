"""Settings for reading a table: its columns, its labels, and how its file is written."""

from dataclasses import asdict, dataclass

from sentiment import settings
from sentiment.corpus.class_setting import EXAMPLE, parse_classes
from sentiment.corpus.classes import Classes
from sentiment.errors import ConfigError
from sentiment.settings import Settings, require, setting

YES, NO = "yes", "no"
BACKSLASH = "backslash"
TAB = "tab"  # the delimiter, by a name that can be typed


@dataclass(frozen=True)
class TableConfig(Settings):
    """Settings for reading a table; empty fields are guessed."""

    text: str = setting("", "Text column", "Column of the table with the reviews.")
    label: str = setting("", "Label column", "Column of the table with the labels.")
    classes: str = setting(
        "",
        "Classes",
        "Names of the classes with their labels, the lowest first: Negative=1,2; Neutral=3; "
        "Positive=4,5. A name alone stands for the label of that name. Rows with other labels are "
        "dropped.",
    )
    ordered: str = setting(
        "",
        "Ordered classes",
        "Whether the order of the classes has a meaning, as with ratings; if empty, this is "
        "decided by the labels.",
        choices=("", YES, NO),
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
        "Column with train, valid or test. none: ignore this column and splits in file names, and "
        "draw new splits.",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.classes:
            self._check_classes()
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

    def _check_classes(self) -> None:
        try:
            Classes(tuple(parse_classes(self.classes)))
        except ValueError as error:
            raise ConfigError(
                f"classes is {self.classes!r}: {error}; expected a text such as {EXAMPLE}."
            ) from error

    def options(self) -> dict[str, str]:
        """The fields that are not empty."""
        return {name: value for name, value in asdict(self).items() if value}

    def arguments(self) -> list[str]:
        """The options as arguments of a command."""
        return [f"{settings.option_of(name)}={value}" for name, value in self.options().items()]


def named(field: str) -> str:
    """How messages name a setting of a table, see `settings.named`."""
    return settings.named(TableConfig, field)
