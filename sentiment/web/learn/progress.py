"""The current step and the answered steps; both are in the link."""

import streamlit as st

STEP, DONE = "step", "done"


def current_step(steps: int) -> int:
    """The step of the link, else that of this session, else the first."""
    return _number(st.query_params.get(STEP) or st.session_state.get("learn_step"), steps) or 1


def done_steps(steps: int) -> set[int]:
    """The answered steps of the link and of this session."""
    listed = str(st.query_params.get(DONE, "")).split("-")
    return {
        number
        for value in [*listed, *st.session_state.get("learn_done", ())]
        if (number := _number(value, steps))
    }


def go(step: int) -> None:
    """Open a step."""
    st.session_state.learn_step = step
    st.query_params[STEP] = str(step)


def keep(step: int, done: set[int]) -> None:
    """Put the place and the answered steps into the session and the link."""
    st.session_state.learn_step, st.session_state.learn_done = step, sorted(done)
    link = {STEP: str(step)} | ({DONE: "-".join(map(str, sorted(done)))} if done else {})
    for name, value in link.items():
        if st.query_params.get(name) != value:
            st.query_params[name] = value


def _number(value: object, steps: int) -> int | None:
    text = str(value)
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0
    return number if 1 <= number <= steps else None
