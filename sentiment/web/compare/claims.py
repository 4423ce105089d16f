"""Claims view: statements of the article, and the measurements that support or refute them."""

import streamlit as st

from sentiment.evaluation.claims import shipped_claims


def show() -> None:
    st.markdown(
        "Statements about these networks in the article on which this project is based, and the "
        "measurements that support or refute them."
    )
    for claim in shipped_claims():
        with st.container(border=True):
            st.markdown(f"**{claim.text}** :{claim.color}-badge[{claim.verdict}]")
            st.markdown(claim.evidence)
