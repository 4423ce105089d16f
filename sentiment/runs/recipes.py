"""The recipe that the Train page's form starts from: a preset or an earlier run, with changes.

The changes are applied in this order: a registered corpus, the settings in the link, an uploaded
file, the exclusions and corrections recorded for the reviews. A later one overrides an earlier one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sentiment.corpus.table_config import TableConfig
from sentiment.dataset.corpora import RegisteredCorpus, registered_as
from sentiment.runs.links import recipe_from_link
from sentiment.training.config import Recipe


@dataclass(frozen=True)
class StartingRecipe:
    """A recipe to start from, and which of its settings come from the link or a registration."""

    recipe: Recipe
    from_link: Mapping[str, Any]  # settings by their bare names
    exclusions: str = ""  # kinds of reviews, as in `PrepareConfig.exclude`
    corrections: str = ""  # as in `PrepareConfig.corrections`


def starting_recipe(
    base: Recipe,
    *,
    corpus: RegisteredCorpus | None = None,
    link: Mapping[str, str] | None = None,
    file: tuple[str, TableConfig] | None = None,
    as_registered: bool = True,
) -> StartingRecipe:
    """Apply the changes to `base`.

    corpus: replaces the reviews, and if it is not a shipped one, also how they are prepared.
    link: query parameters, see `recipe_from_link`. file: path and columns of a table.
    as_registered: also apply the exclusions and corrections that the Reviews page recorded for
    these reviews.
    """
    recipe = base
    if corpus:
        prepare = corpus.prepare if corpus.is_custom else base.prepare
        recipe = replace(recipe, source=corpus.source, table=corpus.table, prepare=prepare)
    recipe, from_link = recipe_from_link(recipe, link or {})
    if file:
        recipe = replace(recipe, source=file[0], table=file[1])
    if not as_registered:
        return StartingRecipe(recipe, from_link)
    if corpus is None or (corpus.source, corpus.table) != (recipe.source, recipe.table):
        corpus = registered_as(recipe.source, recipe.table)
    exclude = corpus.prepare.exclude if corpus else ""
    corrections = corpus.prepare.corrections if corpus else ""
    prepare = replace(
        recipe.prepare, exclude=exclude or recipe.prepare.exclude, corrections=corrections
    )
    return StartingRecipe(replace(recipe, prepare=prepare), from_link, exclude, corrections)
