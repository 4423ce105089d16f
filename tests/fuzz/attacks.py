"""The kinds of inputs of a campaign, and the share of each."""

from tests.fuzz.campaign import Attack
from tests.fuzz.corrections import attack_corrections
from tests.fuzz.links import attack_links, attack_pages_by_links
from tests.fuzz.tables import attack_parquet, attack_sheets, attack_tables
from tests.fuzz.texts import attack_texts

ATTACKS: dict[str, Attack] = {
    "texts": attack_texts,
    "tables": attack_tables,
    "Parquet of any types": attack_parquet,
    "spreadsheets": attack_sheets,
    "corrections": attack_corrections,
    "links": attack_links,
    "pages by links": attack_pages_by_links,
}
# In thousandths. Spreadsheets, read in processes of their own, and pages take time.
SHARES = {
    "texts": 250,
    "tables": 440,
    "Parquet of any types": 130,
    "spreadsheets": 8,
    "corrections": 50,
    "links": 118,
    "pages by links": 4,
}
