"""The kinds of inputs of a campaign, and the share of each."""

from tests.fuzz.campaign import Attack
from tests.fuzz.checkpoints import attack_checkpoints
from tests.fuzz.corrections import attack_corrections
from tests.fuzz.links import attack_links, attack_pages_by_links
from tests.fuzz.stored import attack_items, attack_pages
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
    "stored items": attack_items,
    "pages with bad items": attack_pages,
    "checkpoints": attack_checkpoints,
}
# In thousandths. Spreadsheets, read in processes of their own, and pages take time.
SHARES = {
    "texts": 200,
    "tables": 440,
    "Parquet of any types": 100,
    "spreadsheets": 8,
    "corrections": 50,
    "links": 114,
    "pages by links": 4,
    "stored items": 60,
    "pages with bad items": 4,
    "checkpoints": 20,
}
