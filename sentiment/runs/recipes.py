"""The recipe that the Train page's form starts from: a preset or an earlier run, with changes.

The changes are applied in this order: a registered corpus, the reviews in the link, an uploaded
file, the exclusions and corrections recorded for the reviews, the other settings in the link. A
later one overrides an earlier one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sentiment.corpus.table_config import TableConfig
from sentiment.dataset.corpora import RegisteredCorpus, registered_as
from sentiment.runs.comparison import settings_of
from sentiment.runs.links import LINK_PREFIX, OF_REVIEWS, recipe_from_link
from sentiment.training.config import Recipe


@dataclass(frozen=True)
class StartingRecipe:
    """A recipe to start from, and which of its settings come from the link or a registration."""

    recipe: Recipe
    from_link: Mapping[str, Any]  # settings by their bare names; those that change something
    unlinked: Mapping[str, Any]  # what all settings would be without the link
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
    unlinked = settings_of(recipe)
    which_reviews = {LINK_PREFIX + name for name in OF_REVIEWS}
    parameters = link or {}
    reviews = {name: value for name, value in parameters.items() if name in which_reviews}
    others = {name: value for name, value in parameters.items() if name not in which_reviews}
    recipe, from_link = recipe_from_link(recipe, reviews)
    if file:
        recipe, from_link = replace(recipe, source=file[0], table=file[1]), {}
    exclude = corrections = ""
    if as_registered:
        if corpus is None or (corpus.source, corpus.table) != (recipe.source, recipe.table):
            corpus = registered_as(recipe.source, recipe.table)
        exclude = corpus.prepare.exclude if corpus else ""
        corrections = corpus.prepare.corrections if corpus else ""
        prepare = replace(
            recipe.prepare, exclude=exclude or recipe.prepare.exclude, corrections=corrections
        )
        recipe = replace(recipe, prepare=prepare)
    unlinked = settings_of(recipe) | {name: unlinked[name] for name in from_link}
    recipe, also = recipe_from_link(recipe, others)
    changed = {name: value for name, value in (from_link | also).items() if value != unlinked[name]}
    return StartingRecipe(recipe, changed, unlinked, exclude, corrections)
