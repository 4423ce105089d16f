"""Entry point of the app: `streamlit run app.py`.

Streamlit imports this file once, to serve `app`, and runs it as a script for every visitor.
"""

import streamlit as st

from sentiment.web import navigation, server

if __name__ == "__main__":
    navigation.show()
else:
    app = st.App(__file__, middleware=server.MIDDLEWARE, lifespan=server.lifespan)
