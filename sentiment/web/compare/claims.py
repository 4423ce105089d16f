"""Claims view: statements of the article, and the measurements that support or refute them."""

import streamlit as st

from sentiment.evaluation.claims import shipped_claims


def show() -> None:
    st.markdown("Statements of the article about these networks, and the measurements.")
    for claim in shipped_claims():
        with st.container(border=True):
            st.markdown(f"**{claim.text}** :{claim.color}-badge[{claim.verdict}]")
            st.markdown(claim.evidence)
