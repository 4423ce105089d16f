"""Settings for reading a table: its columns, its labels and its encoding."""

from dataclasses import asdict, dataclass

from sentiment.settings import Settings, setting


@dataclass(frozen=True)
class TableConfig(Settings):
    """How a table is read; what is empty is guessed."""

    text: str = setting("", "Text column", "The column of a table that holds the reviews.")
    label: str = setting("", "Label column", "The column of a table that holds the labels.")
    positive: str = setting(
        "", "Positive label", "Which label means Positive; of ratings several, as 7,8,9,10."
    )
    negative: str = setting(
        "", "Negative label", "The same for Negative; rows with any other label are left out."
    )
    encoding: str = setting(
        "",
        "Encoding",
        "Of a table; UTF-8 if empty. mixed: UTF-8, and Windows-1252 wherever it is none.",
    )

    def options(self) -> dict[str, str]:
        """Those that are given, as `open_corpus` takes them."""
        return {name: value for name, value in asdict(self).items() if value}
