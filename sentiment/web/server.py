"""The server that `streamlit run app.py` starts: its middleware, and its start and end."""

import contextlib
import importlib
import threading
import webbrowser
from collections.abc import AsyncIterator

import streamlit as st
from starlette.middleware import Middleware

from sentiment import workspace
from sentiment.places import write_private_files
from sentiment.web import visitors
from sentiment.web.access import OwnPagesOnly

PREDICTOR = "sentiment.inspection.predictor"
MIDDLEWARE = [Middleware(OwnPagesOnly)]


@contextlib.asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, object] | None]:
    """Start and stop the visitors of the hosted mode; open the browser, unless headless."""
    write_private_files()
    # Home reads a review at once, and torch takes seconds to load: begin while the browser opens.
    threading.Thread(target=importlib.import_module, args=[PREDICTOR], daemon=True).start()
    if workspace.hosted():
        visitors.start()
    if not st.get_option("server.headless"):
        # For a script with an `App`, Streamlit opens no browser. In a thread, since a browser in a
        # terminal blocks.
        threading.Thread(target=webbrowser.open, args=[_url()], daemon=True).start()
    yield None
    visitors.stop()


def _url() -> str:
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    path = st.get_option("server.baseUrlPath").strip("/")
    return f"{scheme}://localhost:{st.get_option('server.port')}/{path}"
