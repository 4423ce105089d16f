"""The effect of an intervention on the accuracy of a model, measured in the background."""

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from sentiment.corpus.sources import IN_ARCHIVE, find_archive
from sentiment.corpus.table_files import short_name
from sentiment.evaluation.comparison import p_value_text
from sentiment.inspection import intervention_effects
from sentiment.inspection.intervention_effects import Effect
from sentiment.inspection.interventions import Intervention
from sentiment.networks.model_folder import ModelInfo
from sentiment.web import layout
from sentiment.web.bad_items import show_bad
from sentiment.web.inspect.reference_source import choose_reference, reference_key
from sentiment.web.jobs import watch
from sentiment.wording import percentage_points


def show_effect(info: ModelInfo, interventions: Sequence[Intervention]) -> None:
    """Show the effect on the test split of a corpus, the running measurement, or a button."""
    corpus = choose_reference(info, "Measured on the test split of", "intervene_data")
    if corpus is None:
        return
    if info.training.source in IN_ARCHIVE and not find_archive():
        st.caption(
            "This model was trained on IMDB, whose archive is not on this machine. Download it on "
            "the Sources page."
        )
    line = intervention_effects.notation(interventions)
    key = reference_key(info, corpus)
    job = intervention_effects.job()
    status, about = job.status(), job.metadata
    if status.state == "running":
        watch(job, "Measuring accuracy")
        source = short_name(about.get("source", ""))
        st.text(f"{about.get('model')} on {source}: {about.get('interventions')}")
    elif not interventions:
        st.caption("Choose an intervention above to measure its effect.")
    elif effect := intervention_effects.stored_effect(info, key, line):
        _show_metrics(effect)
    else:
        if status.state == "failed" and about.get("interventions") == line:
            layout.show_error(status.message)
        if st.button("Measure accuracy", icon=":material/monitoring:"):
            intervention_effects.launch_measurement(
                info, corpus.source, interventions, corpus.table
            )
            st.rerun()
        st.caption(
            f"Applies the intervention to every test review of {layout.escaped(corpus.name)}. "
            "This takes seconds for thousands of reviews and minutes for IMDB. You can leave this "
            "page."
        )
    listed = intervention_effects.stored_effects(info, key)
    show_bad(listed.bad)
    if effects := listed.items:
        with st.expander(f"Measured interventions ({len(effects)})", icon=":material/table:"):
            rows = [
                {
                    "interventions": effect.interventions,
                    "accuracy": effect.after,
                    "change": effect.difference,
                    **{
                        f"to {name}": count
                        for name, count in zip(effect.classes, effect.flips, strict=True)
                    },
                    "McNemar p": effect.p_value,
                }
                for effect in effects
            ]
            st.dataframe(
                pd.DataFrame(rows).style.format({"change": partial(percentage_points, digits=2)}),
                column_config={
                    "accuracy": st.column_config.NumberColumn(format="percent"),
                    "McNemar p": st.column_config.NumberColumn(format="%.3g"),
                },
                hide_index=True,
            )


def _show_metrics(effect: Effect) -> None:
    layout.metrics(
        {
            "Accuracy before": f"{effect.before:.1%}",
            "Accuracy after": f"{effect.after:.1%}",
            "Difference": percentage_points(effect.difference, 2),
            "Flipped verdicts": f"{sum(effect.flips):,}",
            "McNemar p": p_value_text(effect.p_value).removeprefix("= "),
        }
    )
    st.text(effect.finding)
