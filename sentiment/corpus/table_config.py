"""Settings for reading a table: its columns, its labels and its encoding."""

from dataclasses import asdict, dataclass

from sentiment.settings import Settings, setting


@dataclass(frozen=True)
class TableConfig(Settings):
    """How to read a table; empty fields are guessed."""

    text: str = setting("", "Text column", "Column of the table with the reviews.")
    label: str = setting("", "Label column", "Column of the table with the labels.")
    positive: str = setting(
        "", "Positive label", "Label value of positive reviews; several for ratings: 7,8,9,10."
    )
    negative: str = setting(
        "", "Negative label", "Label value of negative reviews. Rows with other labels are dropped."
    )
    encoding: str = setting(
        "",
        "Encoding",
        "Encoding of the table; UTF-8 if empty. mixed: UTF-8 with some Windows-1252.",
    )

    def options(self) -> dict[str, str]:
        """The fields that are not empty."""
        return {name: value for name, value in asdict(self).items() if value}
