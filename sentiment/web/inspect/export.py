"""Export view: figures, a report, the model, arrays, and a trace with a script that checks it."""

import streamlit as st

from sentiment.networks.registry import ARCHITECTURES
from sentiment.places import program
from sentiment.web.download import offer_file, offer_model
from sentiment.web.inspect.context import Inspection, choose_layer


def show(inspection: Inspection) -> None:
    from sentiment.charts.review_report import review_report
    from sentiment.export.page import model_page
    from sentiment.inspection.bundle import bundle
    from sentiment.inspection.steps import has_steps

    info, trace, predictor = inspection.info, inspection.trace, inspection.predictor
    st.markdown("**Figures**: the camera button of a figure saves it in this format.")
    st.segmented_control(
        "Figure format",
        ["svg", "png"],
        default="svg",
        key="figures_as",
        required=True,
        label_visibility="collapsed",
        help="SVG scales without loss; PNG works everywhere.",
    )
    st.markdown(
        "**Report**: one HTML file with the verdict, the curve and the gates of every layer. It "
        "works offline."
    )
    offer_file(
        "Export report (HTML)",
        lambda: review_report(info.name, trace),
        "review.html",
        icon="article",
    )
    st.markdown(
        "**Model as a page**: one HTML file that predicts any review and shows every gate. It "
        "needs no installation and works offline. Recurrent networks only."
    )
    if ARCHITECTURES[info.network.architecture].cell:
        offer_file(
            "Export model as a page (HTML)",
            lambda: model_page(info),
            f"{info.name}.html",
            icon="public",
        )
    else:
        st.caption("This model has no recurrent cell.")
    st.markdown("**Model folder**: the model, its card, and a short script that predicts with it.")
    offer_model(info)
    st.markdown("**Arrays**: all arrays in one NumPy file, or one quantity as a table.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        layer = choose_layer(trace)
        symbols = {quantity.name: quantity.symbol for quantity in trace.quantities}
        name = st.selectbox("Quantity", list(symbols), key="csv_of", width=220)
    with st.container(horizontal=True):
        offer_file("Export all arrays (NPZ)", trace.npz, "trace.npz", icon="data_array")
        offer_file(
            f"Export {name} of {layer.title} (CSV)",
            lambda: trace.csv(layer, symbols[name]),
            "trace.csv",
            icon="table",
        )
    st.markdown(
        "**Verification**: the trace, the weights, the checksums of the model folder, and a short "
        "script that recomputes every gate with NumPy and compares the values."
    )
    if has_steps(predictor):
        offer_file(
            "Export trace with check (ZIP)",
            lambda: bundle(predictor, info, trace),
            "trace.zip",
            icon="verified",
        )
    else:
        st.caption("This model has no recurrent cell to recompute.")
    st.markdown(
        "**Link**: the address of this page contains the review, the model, the view and its "
        f"settings. **Command line**: `{program()} trace` prints and saves the same values."
    )
