"""The kinds of inputs of a campaign, and the share of each."""

from tests.fuzz.campaign import Attack
from tests.fuzz.corrections import attack_corrections
from tests.fuzz.tables import attack_parquet, attack_sheets, attack_tables
from tests.fuzz.texts import attack_texts

ATTACKS: dict[str, Attack] = {
    "texts": attack_texts,
    "tables": attack_tables,
    "Parquet of any types": attack_parquet,
    "spreadsheets": attack_sheets,
    "corrections": attack_corrections,
}
# Spreadsheets are read in processes of their own, which takes time.
SHARES = {
    "texts": 30,
    "tables": 50,
    "Parquet of any types": 14,
    "spreadsheets": 1,
    "corrections": 5,
}
