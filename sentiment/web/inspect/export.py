"""Inspect, keep: figures, arrays, a report, and a bundle that can be checked without us."""

import streamlit as st

from sentiment.web.inspect.context import Inspection, choose_layer


def show(inspection: Inspection) -> None:
    from sentiment.charts.review_report import review_report
    from sentiment.inspection.bundle import bundle
    from sentiment.inspection.steps import has_steps

    info, trace, predictor = inspection.info, inspection.trace, inspection.predictor
    st.markdown("**Figures.** The camera above each figure saves it, as")
    st.segmented_control(
        "Save figures as",
        ["svg", "png"],
        default="svg",
        key="figures_as",
        required=True,
        label_visibility="collapsed",
        help="SVG is for print and stays sharp; PNG is for slides.",
    )
    st.markdown(
        "**A report.** One HTML file with the verdict, the curve and the gates of every layer, "
        "which opens anywhere, also offline."
    )
    st.download_button(
        "Report",
        lambda: review_report(info.name, trace),
        "review.html",
        "text/html",
        icon=":material/article:",
        on_click="ignore",
    )
    st.markdown("**The numbers.** Every array in one file for NumPy, or one quantity as a table.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        layer = choose_layer(trace)
        symbols = {quantity.name: quantity.symbol for quantity in trace.quantities}
        name = st.selectbox("Quantity", list(symbols), key="csv_of", width=220)
    with st.container(horizontal=True):
        st.download_button(
            "All arrays (NPZ)",
            trace.npz,
            "trace.npz",
            icon=":material/data_array:",
            on_click="ignore",
        )
        st.download_button(
            f"{name} of {layer.title} (CSV)",
            lambda: trace.csv(layer, symbols[name]),
            "trace.csv",
            "text/csv",
            icon=":material/table:",
            on_click="ignore",
        )
    st.markdown(
        "**Checkable.** The trace, the weights behind it, the fingerprint of the model folder and "
        "a short script that recomputes every gate with NumPy alone and compares. Nobody has to "
        "take our word for it."
    )
    if has_steps(predictor):
        st.download_button(
            "Trace with its check (ZIP)",
            lambda: bundle(predictor, info, trace),
            "trace.zip",
            "application/zip",
            icon=":material/verified:",
            on_click="ignore",
        )
    else:
        st.caption("This model has no recurrent cell for the script to recompute.")
    st.markdown(
        "**A link.** The address of this page holds the review, the model, the view and what you "
        "chose in it: copy it, and it opens the same page again. In a shell, "
        "`python -m sentiment trace` prints and saves the same numbers."
    )
