"""Predictions by a Ray cluster: against those of one process, with a worker that is killed."""

import pyarrow as pa
import pyarrow.parquet
import pytest

from sentiment.__main__ import main
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.whole_rows import whole_table
from sentiment.errors import CorpusError, StorageError
from sentiment.inspection.predictor import Predictor
from sentiment.networks.model_folder import ModelInfo, model_folder
from sentiment.scoring.parquet_folder import Folder, Source
from sentiment.scoring.score import score_table

WORDS = ("wonderful", "awful", "film", "the", "plot", "of", "a", "boring", "great", "music", "and")
TEXTS = [" ".join(WORDS[n % 3 : n % 13 + 4]) if n % 7 else "?!" for n in range(90)]
TABLE = pa.table(
    {"review": TEXTS, "id": pa.array(range(90), pa.int16()), "more": [[n] for n in range(90)]}
)


@pytest.fixture
def files(tmp_path):
    """Three files of 40, 40 and 10 rows, in groups of 15."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(3):
        part = TABLE.slice(40 * number, 40)
        pa.parquet.write_table(part, folder / f"{number}.parquet", row_group_size=15)
    (folder / "_SUCCESS").touch()
    return folder


def test_pieces_have_all_rows_once_and_in_order(files):
    source = Source.of(str(files), TableConfig(text="review"), 20)
    assert [piece.rows for piece in source.pieces] == [30, 10, 30, 10, 10]
    rows = [
        row for piece in source.pieces for block in piece.read(source.folder, 7) for row in block
    ]
    assert [row.number for row in rows] == list(range(1, 91))
    assert [dict(zip(source.table.names, row.values, strict=True)) for row in rows] == (
        TABLE.to_pylist()
    )
    by_address = Source.of(files.as_uri(), TableConfig(), 20)
    assert by_address.pieces == source.pieces and by_address.table.text_column() == 0
    with pytest.raises(CorpusError, match=f"^{files.as_uri()} has no column 'nix'"):
        by_address.table.column("nix")


def test_folders_that_are_not_of_one_table_of_parquet_files(files, tmp_path):
    def refused(path):
        with pytest.raises(CorpusError) as refusal:
            Source.of(str(path), TableConfig(), 20)
        return str(refusal.value)

    assert "nix" in refused(tmp_path / "nix")
    pa.parquet.write_table(TABLE.select(["review"]), files / "9.parquet")
    assert "9.parquet" in refused(files)
    (files / "9.parquet").write_text("no Parquet")
    assert "9.parquet" in refused(files)
    (files / "9.parquet").unlink()
    (files / "more").mkdir()
    assert "more" in refused(files)


def test_a_file_has_its_name_once_it_is_complete(tmp_path):
    folder = Folder(str(tmp_path))
    path = folder.hidden("part-")
    with folder.files.open_output_stream(path) as stream:
        stream.write(b"half")
        assert [entry.base_name[0] for entry in folder.entries()] == ["."]
    folder.rename(path, "part-1")
    folder.write("other", b"whole")
    assert [entry.base_name for entry in folder.entries()] == ["other", "part-1"]


@pytest.mark.parametrize(
    "words",
    [
        ["in", "--ray", "local"],
        ["--ray", "local", "--output", "out"],
        ["in", "in", "--ray", "local", "--output", "out"],
        ["in", "--ray", "local", "--output", "out", "--output", "out2"],
        ["in", "--ray", "local", "--output", "out", "--encoding", "cp1252"],
    ],
)
def test_a_wrong_command_line_is_refused(files, monkeypatch, capsys, words):
    monkeypatch.chdir(files.parent)
    assert main(["predict", "--model", "compare-bow", *words]) == 1
    assert "--" in capsys.readouterr().err
    assert not (files.parent / "out").exists()


@pytest.fixture
def two_workers(monkeypatch):
    """Ray on this machine, with two processors whatever it has."""
    ray = pytest.importorskip("ray", reason="ray is missing: requirements-cluster.txt")
    monkeypatch.setenv("RAY_worker_niceness", "0")
    init = ray.init
    monkeypatch.setattr(ray, "init", lambda *words, **more: init(*words, num_cpus=2, **more))


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # of Ray
def test_a_cluster_writes_what_one_process_writes_though_a_worker_is_killed(
    files, tmp_path, two_workers, monkeypatch, capsys
):
    import psutil

    from sentiment.scoring.cluster import COMPLETE, score_folder

    info = ModelInfo.read(model_folder("compare-lstm"))
    predictor = Predictor(*info.load(), info.sequence, info.classes)
    pa.parquet.write_table(TABLE, tmp_path / "one.parquet")
    table = whole_table(tmp_path / "one.parquet")
    alone = tmp_path / "alone.parquet"
    totals = score_table(predictor, info.checksum, table, info.sequence, [alone])

    def workers():
        found = psutil.Process().children(recursive=True)
        return [one for one in found if "_Worker" in " ".join(one.cmdline())]

    killed, seen = [], []

    def stop(stage, rows, total):
        raise KeyboardInterrupt

    def kill_one(stage, rows, total):
        seen.append(rows)
        if not killed:
            killed.extend(workers()[:1])
            killed[0].kill()

    source, output = Source.of(str(files), TableConfig(), 10), tmp_path / "out"
    arguments = (info, source, info.sequence, str(output), "local")
    with pytest.raises(KeyboardInterrupt):
        score_folder(*arguments, stop)
    written = set(output.glob("part-*"))
    assert score_folder(*arguments, kill_one) == totals  # the rest
    assert written and len(seen) == len(source.pieces) - len(written)
    assert killed and not killed[0].is_running()
    assert seen[-1] == len(TEXTS) and len(source.pieces) == len(list(output.glob("part-*")))
    assert sorted(path.name for path in output.iterdir() if path.name[0] in "._") == [
        COMPLETE,
        "_plan.json",
    ]
    parts = [pa.parquet.read_table(path) for path in sorted(output.glob("part-*"))]
    expected, found = pa.parquet.read_table(alone), pa.concat_tables(parts)
    assert found.schema == expected.schema
    for name in expected.column_names:
        ours, theirs = found[name].to_pylist(), expected[name].to_pylist()
        if pa.types.is_floating(expected.schema.field(name).type):
            assert [one is None for one in ours] == [one is None for one in theirs]
            ours = [one or 0 for one in ours]
            theirs = pytest.approx([one or 0 for one in theirs], abs=1e-6)
        assert ours == theirs, name
    with pytest.raises(StorageError):  # it exists
        score_folder(*arguments)
    words = ["predict", str(files), "--model", "compare-lstm", "--output", str(tmp_path / "new")]
    assert main([*words, "--ray", "127.0.0.1:1"]) == 1
    assert "127.0.0.1:1" in capsys.readouterr().err
