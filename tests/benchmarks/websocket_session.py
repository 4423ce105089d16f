"""One visitor of the app without a browser: speaks Streamlit's websocket protocol.

A browser draws what it receives; this only reads which controls a page has, so that hundreds of
visitors fit on a machine.
"""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

LONGEST = 300.0  # seconds of one rerun
OK = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
ERROR = ":red[**Error**]"  # above each message of `sentiment.web.layout.show_error`
VALUES = {  # field of WidgetState by kind of control
    "number_input": "double_value",
    "pagination": "int_value",
    "text_area": "string_value",
    "text_input": "string_value",
    "selectbox": "string_value",
    "checkbox": "bool_value",
    "button": "trigger_value",
    "menu_button": "string_trigger_value",
    "button_group": "string_array_value",
    "multiselect": "string_array_value",
    "slider": "double_array_value",
}


@dataclass(frozen=True)
class Control:
    id: str
    kind: str  # field of Element
    fragment: str  # id of the fragment that reruns with it; empty for the page


@dataclass(frozen=True)
class Answer:
    """What came back from one rerun."""

    seconds: float  # until the script has run to its end
    sent: int  # bytes
    error: str  # empty if there was none


@dataclass
class Visitor:
    url: str
    socket: ClientConnection | None = None
    controls: dict[str, Control] = field(default_factory=dict)  # by key
    states: dict[str, WidgetState] = field(default_factory=dict)  # by id
    stored: dict[str, Delta] = field(default_factory=dict)  # what the browser need not get again
    query: str = ""
    page_hash: str = ""

    async def leave(self) -> None:
        if self.socket:
            await self.socket.close()

    async def open(self, page: str, **query: str) -> Answer:
        """Open a page (its path; empty for Home) by a link, which begins a new session."""
        await self.leave()
        stream = f"{self.url.replace('http', 'ws', 1)}/_stcore/stream"
        self.socket = await connect(stream, max_size=None, ping_interval=None, compression=None)
        self.states.clear()
        self.controls.clear()
        self.stored.clear()
        self.query, self.page_hash = urlencode(query), ""
        message = self._message("")
        message.rerun_script.page_name = page
        message.rerun_script.context_info.url = f"{self.url}/{page}?{self.query}"
        return await self._answer(message)

    async def change(self, key: str, value: Any) -> Answer:
        """Give the control with this key a value, or click it."""
        control = self.controls[key]
        state, kind = WidgetState(id=control.id), VALUES[control.kind]
        if kind.endswith("array_value"):
            getattr(state, kind).data.extend(value if isinstance(value, list) else [value])
        else:
            setattr(state, kind, value)
        self.states[control.id] = state
        message = self._message(control.fragment)
        if kind.endswith("trigger_value"):
            del self.states[control.id]  # a click counts once
        return await self._answer(message)

    def _message(self, fragment: str) -> BackMsg:
        message = BackMsg()
        client = message.rerun_script
        client.query_string, client.fragment_id = self.query, fragment
        client.page_script_hash = self.page_hash
        client.widget_states.widgets.extend(self.states.values())
        client.cached_message_hashes.extend(self.stored)
        client.context_info.color_scheme = "light"
        client.context_info.locale, client.context_info.timezone = "en-US", "UTC"
        return message

    async def _answer(self, message: BackMsg) -> Answer:
        assert self.socket is not None
        started = time.perf_counter()
        sent, error = 0, ""
        await self.socket.send(message.SerializeToString())
        async with asyncio.timeout(LONGEST):
            while True:
                payload = await self.socket.recv()
                sent += len(payload)
                got = ForwardMsg.FromString(payload)
                kind = got.WhichOneof("type")
                if kind == "script_finished":
                    if got.script_finished in OK:
                        return Answer(time.perf_counter() - started, sent, error)
                    if got.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                        error = error or "compile error"
                else:
                    error = self._read(got, kind) or error

    def _read(self, got: ForwardMsg, kind: str | None) -> str:
        """Note what a message says about the page; return the error it shows, if any."""
        if kind == "navigation":
            self.page_hash = got.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = got.page_info_changed.query_string
        elif kind == "page_not_found":
            return "page not found"
        elif kind == "ref_hash":
            return self._draw(self.stored[got.ref_hash])
        elif kind == "delta":
            if got.metadata.cacheable:
                self.stored[got.hash] = got.delta
            return self._draw(got.delta)
        return ""

    def _draw(self, delta: Delta) -> str:
        if delta.WhichOneof("type") != "new_element":
            return ""
        kind = delta.new_element.WhichOneof("type")
        if kind == "exception":
            return f"{delta.new_element.exception.type}: {delta.new_element.exception.message}"
        if kind == "markdown" and ERROR in delta.new_element.markdown.body:
            return "an error is shown"
        if kind in VALUES:
            id = getattr(delta.new_element, kind).id
            key = id.split("-", 2)[-1]  # $$ID-hash-key
            self.controls[key] = Control(id, kind, delta.fragment_id)
        return ""
