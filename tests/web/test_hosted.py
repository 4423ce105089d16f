"""The hosted mode: workspaces, quotas, and every control of every page under observation."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.testing.v1 import AppTest

from sentiment import atomic, guard, places, workspace
from sentiment.corpus.sources import allowed_source, fingerprint_of, open_corpus
from sentiment.errors import CorpusError, QuotaError, SentimentError, WorkspaceError
from sentiment.networks.model_folder import installed_models, model_folder
from sentiment.runs import processes
from sentiment.web import visitors
from tests.pages.driver import page, press, text_of

PROJECT = Path(__file__).parents[2]
PAGES = sorted(path.stem for path in (PROJECT / "pages").glob("*.py"))
TABLE = b"text,label\n" + b"good film,pos\nbad film,neg\n" * 30


@pytest.fixture
def server(new_user: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The data folder of a hosted server; `own` workspaces end with the test."""
    monkeypatch.setenv("SENTIMENT_HOSTED", "1")
    visitors.load_libraries()
    guard.install(visitors.VISITORS.folder)
    yield new_user
    for session in list(visitors.VISITORS.folders):
        visitors.VISITORS.end(session)


@pytest.fixture
def own(server: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A workspace, as in the thread of its visitor."""
    folder = server / "visitors" / "one"
    folder.mkdir(parents=True)
    monkeypatch.setattr(workspace, "_find", lambda: folder)
    return folder


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "QUOTA", workspace.Quota(files=5, bytes=2000, cpu_seconds=60))


def test_every_place_to_write_is_in_the_workspace(own):
    names = {name for name in vars(places) if name.endswith("_dir")}
    for name in names - {"server_data_dir", "models_dir"}:
        assert getattr(places, name)().is_relative_to(own), name
    assert places.models_dirs() == [own / "models", places.models_dir()]
    assert places.source_dirs() == [own.resolve()]


def test_a_thread_without_a_visitor_has_no_place(server):
    with pytest.raises(WorkspaceError):
        places.data_dir()


def test_only_named_corpora_and_uploads_are_read(own, tmp_path, monkeypatch):
    table = tmp_path / "reviews.csv"
    table.write_bytes(TABLE)
    link = own / "uploads" / "link.csv"
    link.parent.mkdir()
    link.symlink_to(table)
    monkeypatch.setenv("SENTIMENT_SOURCES", str(tmp_path))
    sources = [table, link, tmp_path, tmp_path / "*.csv", f"{link},{table}", tmp_path / "none.csv"]
    for source in map(str, sources):
        for read in (allowed_source, open_corpus, fingerprint_of):
            with pytest.raises((CorpusError, WorkspaceError)):
                read(source)
    (own / "uploads" / "mine.csv").write_bytes(TABLE)
    assert len(open_corpus(str(own / "uploads" / "mine.csv"))) == 60
    assert open_corpus("sample")


@pytest.mark.parametrize("name", ["../secret", "/etc", "a/b", "../models/../secret"])
def test_models_are_read_by_name(own, name):
    with pytest.raises(SentimentError):
        model_folder(name)
    assert installed_models()[0].folder.parent == places.models_dir()


def test_bytes_and_files_are_limited_before_anything_is_written(own, small):
    atomic.write_bytes(own / "a", bytes(1000))
    for write in (
        lambda: atomic.write_bytes(own / "b", bytes(1001)),
        lambda: [atomic.write_bytes(own / f"c{number}", b"") for number in range(9)],
        lambda: _fill(own / "d"),
    ):
        with pytest.raises(QuotaError):
            write()
    assert sum(file.stat().st_size for file in own.iterdir()) == 1000
    assert len(list(own.iterdir())) == 5


def _fill(folder: Path) -> None:
    with atomic.new_folder(folder) as fresh:
        (fresh / "large").write_bytes(bytes(3000))


def test_one_job_at_a_time_and_a_limit_for_all(own, monkeypatch):
    running = SimpleNamespace(poll=lambda: None)
    monkeypatch.setattr(processes, "_CHILDREN", [(running, own)])
    with pytest.raises(QuotaError, match="last job"):
        processes.start(["stats"], own / "log.txt")
    many = workspace.JOBS_PER_CORE * (os.cpu_count() or 1)
    monkeypatch.setattr(processes, "_CHILDREN", [(running, own / "other")] * many)
    with pytest.raises(QuotaError, match="busy"):
        processes.start(["stats"], own / "log.txt")
    assert not (own / "log.txt").exists()


def test_used_processor_time_is_counted_over_jobs(own):
    (own / "cpu").mkdir()
    for job, seconds in (("1", "600.5"), ("2", "599.5"), ("damaged", "x")):
        (own / "cpu" / job).write_text(seconds)
    assert workspace.used_seconds(own) == 1200
    with pytest.raises(QuotaError):
        processes.start(["stats"], own / "log.txt")


JOB = """
import sys, time
from sentiment import guard, workspace
from sentiment.errors import SentimentError
workspace.QUOTA = workspace.Quota(files=20, bytes=100_000, cpu_seconds=1)
workspace.limit_process()
guard.install(workspace.current)
try:
    exec(sys.argv[1])
    while True: pass
except SentimentError as error:
    print(type(error).__name__)
"""


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("", "QuotaError"),  # a second of processor time
        ("(workspace.current() / 'x').write_bytes(bytes(200_000)); time.sleep(9)", "QuotaError"),
        ("open(workspace.current().parent / 'x', 'w')", "WorkspaceError"),
        ("open(workspace.current().parents[1] / 'secret')", "WorkspaceError"),
        ("import os; os.unlink(workspace.current().parents[1] / 'secret')", "WorkspaceError"),
        ("import shutil; shutil.rmtree(workspace.current().parent)", "WorkspaceError"),
        ("(workspace.current().parents[1] / 'secret').rename(workspace.current() / 's')",
         "WorkspaceError"),
        ("import subprocess; subprocess.run(['true'])", "WorkspaceError"),
        ("import socket; socket.socket().connect(('127.0.0.1', 9))", "WorkspaceError"),
        ("import sqlite3; sqlite3.connect(workspace.current().parent / 'x.db')", "WorkspaceError"),
        ("import os; os.listdir('/root')", "WorkspaceError"),
    ],
)  # fmt: skip
def test_a_job_is_held_to_its_quota_and_workspace(code, error, own):
    (own.parents[1] / "secret").write_text("")
    done = subprocess.run(
        [sys.executable, "-c", JOB, code],
        env=places.child_environment(),
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.strip() == error, done.stderr
    assert (own.parents[1] / "secret").exists()


def test_what_is_in_the_workspace_may_be_done(own):
    _fill(own / "folder")
    (own / "folder" / "large").rename(own / "folder" / "renamed")
    processes.start(["stats", "sample", "--json"], own / "log.txt")
    visitors.VISITORS.folders["one"] = own
    visitors.VISITORS.end("one")
    assert not own.exists()


def test_the_workspace_of_an_absent_visitor_is_deleted_with_its_job(own):
    pid = processes.start(["memory", "--full"], own / "log.txt")
    started = processes.start_time(pid)
    visitors.VISITORS.folders["one"] = own
    visitors.VISITORS.end_absent(60)
    assert own.exists()
    visitors.VISITORS.end_absent(0)
    assert not own.exists() and not processes.alive(pid, started)


def test_folders_of_killed_servers_are_deleted_at_the_next_start(server, monkeypatch):
    stale, alive = server / "visitors" / "999999-1", visitors._folder_of_server(os.getpid())
    for folder in (stale, alive):
        (folder / "x" / "runs").mkdir(parents=True)
    monkeypatch.setattr(threading.Thread, "start", lambda thread: None)
    visitors.start()
    assert not stale.exists() and alive.exists()


def test_the_end_of_a_visit_leaves_the_caches_of_others(server):
    calls = []
    cached = st.cache_data(lambda number: calls.append(number))
    cached(1)
    visitors.VISITORS.folders["gone"] = server / "visitors" / "gone"
    visitors.VISITORS.end("gone")
    cached(1)
    assert calls == [1]


def test_presenting_keeps_the_workspace(server):
    app = page("learn")
    press(app, "Present")
    assert "true" in app.query_params["present"]
    press(app, "Leave presenter mode")
    assert "present" not in app.query_params


def test_two_visitors_see_nothing_of_each_other(server, monkeypatch):
    shown = {}
    for name in "ab":
        visitors.VISITORS.folders.clear()  # the session of every AppTest has the same name
        if name == "a":
            app = page("sources")
            app.file_uploader[0].set_value([("secret-film.csv", TABLE, "text/csv")]).run()
            monkeypatch.setattr(processes, "start", lambda words, log: os.getpid())
            next(button for button in app.button if button.label == "Add corpus").click().run()
        for title in ("explore", "reviews", "sources"):
            seen = text_of(page(title, corpus="secret-film"))
            seen = seen.replace("corpus=secret-film", "")  # what is ignored of the link
            shown[name, title] = seen + str([box.options for box in page(title).selectbox])
    assert "secret-film" in shown["a", "sources"]
    assert not [key for key, text in shown.items() if key[0] == "b" and "secret-film" in text]


# Every control of every page. Events are recorded by a hook of its own, which does not share code
# with the guard; processes are recorded instead of started.

CHANGES = {"os.remove": [0], "os.rmdir": [0], "os.mkdir": [0], "os.rename": [0, 1], "os.link": [1]}
CHANGES |= {"os.symlink": [1], "os.truncate": [0], "os.chmod": [0]}
_recorded: list[tuple[str, str]] | None = None


def _record(event: str, arguments: tuple[object, ...]) -> None:
    if _recorded is None or get_script_run_ctx(suppress_warning=True) is None:
        return
    if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
        writing = set(str(arguments[1] or "r")) & set("wax+") or int(arguments[2] or 0) & (
            os.O_WRONLY | os.O_RDWR
        )
        _recorded.append(("change" if writing else "read", os.fsdecode(arguments[0])))
    elif event in CHANGES:
        _recorded.extend(("change", os.fsdecode(arguments[place])) for place in CHANGES[event])
    elif event in ("os.kill", "socket.connect", "subprocess.Popen"):
        _recorded.append((event, str(arguments)))


sys.addaudithook(_record)


def _controls(app: AppTest) -> Iterator[tuple[str, Any, Any]]:
    """Every control and value to try: its name, the element, the value."""
    for several in app.multiselect:
        yield f"several {several.key or several.label}", several, list(several.options)[-2:]
    steps = [button for button in app.button if button.key == "next_step" or button.label == "Back"]
    for button in app.button:
        if button not in steps:
            yield f"button {button.key or button.label} {_step(app)}", button, None
    for uploader in app.file_uploader:
        yield f"upload {uploader.label}", uploader, [("reviews.csv", TABLE, "text/csv")]
    for toggle in [*app.toggle, *app.checkbox]:
        yield f"toggle {toggle.key or toggle.label}", toggle, not toggle.value
    for number in [*app.number_input, *app.slider]:
        yield f"number {number.key or number.label}", number, number.min
    for text in [*app.text_input, *app.text_area]:
        yield f"text {text.key or text.label}", text, "/etc/hosts"
    choices = [*app.selectbox, *app.segmented_control, *app.radio]
    for choice in sorted(choices, key=lambda choice: choice.key == "view"):  # leads elsewhere
        options, name = list(choice.options), choice.key or choice.label
        for option in options if name == "view" else dict.fromkeys([*options[:1], *options[-1:]]):
            yield f"choice {name} {option}", choice, option
    for menu in app.menu_button:
        for option in menu.options:
            yield f"menu {menu.label} {option}", menu, option
    for button in reversed(steps):
        yield f"button {button.key or button.label} {_step(app)}", button, None


def _step(app: AppTest) -> str:
    """The step of the Learn page, so that its buttons are pressed at each."""
    return str(app.query_params.get("step", ""))


def _disabled(element: Any) -> bool:
    return bool(getattr(element, "disabled", False) or getattr(element.proto, "disabled", False))


def _walk(name: str, most: int) -> set[str]:
    """Use every control of a page once; returns those used."""
    app, used = page(name), set()
    app.default_timeout = 300
    while len(used) < most:
        left = [one for one in _controls(app) if one[0] not in used and not _disabled(one[1])]
        if not left:
            return used
        filled = [one for one in left if one[0].split()[0] in ("toggle", "number", "text")]
        for control, element, value in filled or left[:1]:  # a form is filled in one go
            used.add(control)
            last = element.click() if value is None else element.set_value(value)
        app = last.run()
        assert not app.exception, (control, app.exception)
        assert "outside of your workspace" not in text_of(app).replace("/etc/hosts is", ""), control
        if not any(True for _ in _controls(app)):  # a link led away
            app = page(name)
    return used


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_no_control_reaches_outside_of_the_workspace(name, server, monkeypatch, tmp_path):
    global _recorded
    (server / "uploads" / "abc").mkdir(parents=True)
    (server / "uploads" / "abc" / "secret.csv").write_bytes(TABLE)
    started = []
    monkeypatch.setattr(
        processes, "start", lambda words, log: started.append(places.data_dir()) or 0
    )
    if name == "runs":
        press(page("train"), "Start training")
    before = _listing(server), _listing(places.models_dir())
    _recorded = []
    try:
        used = _walk(name, 250)
        events = _recorded
    finally:
        _recorded = None
    (own,) = visitors.VISITORS.folders.values()
    assert (_listing(server), _listing(places.models_dir())) == before
    assert {folder for folder in started} <= {own}
    changed = {path for kind, path in events if kind == "change" and path != os.devnull}
    changed -= {str(folder) for folder in [own, *own.parents]}  # made for the visitor
    assert all(path.startswith(str(own)) or not os.path.isabs(path) for path in changed), changed
    assert not [event for event in events if event[0] in ("os.kill", "socket.connect")]
    read = [path for kind, path in events if kind == "read"]
    secret = [path for path in read if path.startswith((str(server / "uploads"), "/etc/hosts"))]
    assert used and not secret


def _listing(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if "visitors" not in path.parts and path.is_file()
    }
