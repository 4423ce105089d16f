"""What an intervention does to the accuracy of a model, measured in the background."""

from collections.abc import Sequence

import streamlit as st

from sentiment.corpus.sources import find_archive
from sentiment.evaluation.comparison import p_value_text
from sentiment.inspection import intervention_effects
from sentiment.inspection.intervention_effects import Effect
from sentiment.inspection.interventions import Intervention
from sentiment.networks.model_folder import ModelInfo
from sentiment.web import layout
from sentiment.web.inspect.reference_source import TITLES, choose_source, reference_key
from sentiment.web.jobs import watch


def show_effect(info: ModelInfo, interventions: Sequence[Intervention]) -> None:
    """On the test part of a corpus: what was measured, what is being measured, a button."""
    if not find_archive():
        st.caption(
            "The IMDB archive is not on this machine; download it on the Reviews page. The sample "
            "corpus is always available, but most models were not trained on it."
        )
    source = choose_source(info, "Measured on the test split of", "cut_data")
    line = intervention_effects.written(interventions)
    key = reference_key(info, source)
    job = intervention_effects.job()
    work, asked = job.status(), job.about
    if work.state == "running":
        watch(job, "Measuring an intervention")
        st.text(f"{asked.get('model')} on {asked.get('source')}: {asked.get('interventions')}")
    elif not interventions:
        st.caption("Choose an intervention above to measure what it does to the accuracy.")
    elif effect := intervention_effects.kept(info, key, line):
        _show(effect)
    else:
        if work.state == "failed" and asked.get("interventions") == line:
            layout.show_error(work.message)
        if st.button("Measure the accuracy", icon=":material/monitoring:"):
            intervention_effects.launch(info, source, interventions)
            st.rerun()
        st.caption(
            f"Reads every test review of {TITLES[source]} with the changed cell, in a process of "
            "its own: leave the page and come back. Seconds on the sample corpus, some minutes "
            "on IMDB."
        )
    if effects := intervention_effects.all_kept(info, key):
        with st.expander(f"Measured so far: {len(effects)}", icon=":material/table:"):
            st.dataframe(
                [
                    {
                        "interventions": effect.interventions,
                        "accuracy": effect.after,
                        "points": 100 * effect.difference,
                        "to Positive": effect.to_positive,
                        "to Negative": effect.to_negative,
                        "McNemar p": effect.p_value,
                    }
                    for effect in effects
                ],
                column_config={
                    "accuracy": st.column_config.NumberColumn(format="percent"),
                    "points": st.column_config.NumberColumn(format="%+.2f"),
                    "McNemar p": st.column_config.NumberColumn(format="%.3g"),
                },
                hide_index=True,
            )


def _show(effect: Effect) -> None:
    layout.metrics(
        Accuracy_before=f"{effect.before:.1%}",
        Accuracy_after=f"{effect.after:.1%}",
        Difference=f"{100 * effect.difference:+.2f} points",
        Verdicts_flipped=f"{effect.to_positive + effect.to_negative:,}",
        McNemar_p=p_value_text(effect.p_value).removeprefix("= "),
    )
    st.text(effect.finding)
