"""Trainings on parts without a class, and on reviews in scripts without spaces."""

import csv
import itertools

import pytest

from sentiment.errors import CorpusError
from sentiment.inspection.predictor import Predictor
from sentiment.runs.diagnostics import diagnose
from sentiment.runs.launch import create_run
from sentiment.runs.trainer import train
from sentiment.training.config import recipe_with
from sentiment.training.presets import PRESETS
from tests.marks import slow_but

TINY = {"hidden_size": 4, "embedding_dim": 4, "sequence_length": 20, "epochs": 1}

# Subjects, what is good about them, and what is bad.
SCRIPTS = {
    "Chinese": (
        ["电影", "故事", "演员", "音乐", "结局", "画面", "导演", "对白"],
        ["非常精彩", "很好看", "令人感动", "我很喜欢", "值得推荐"],
        ["非常无聊", "很难看", "令人失望", "我很讨厌", "浪费时间"],
    ),
    "Japanese": (
        ["映画は", "物語は", "俳優は", "音楽は", "結末は", "映像は", "監督は", "台詞は"],
        ["とても面白かった", "素晴らしかった", "感動した", "大好きだ", "最高だった"],
        ["とても退屈だった", "ひどかった", "がっかりした", "大嫌いだ", "最低だった"],
    ),
    "Thai": (
        ["หนัง", "เรื่อง", "นักแสดง", "ดนตรี", "ตอนจบ", "ภาพ", "ผู้กำกับ", "บท"],
        ["สนุกมาก", "ยอดเยี่ยม", "ประทับใจ", "ชอบมาก", "ดีที่สุด"],
        ["น่าเบื่อ", "แย่มาก", "ผิดหวัง", "เกลียด", "เสียเวลา"],
    ),
}


@pytest.fixture(autouse=True)
def data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path / "data"))


def recipe_for(path, rows, header=("text", "label"), **settings):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return recipe_with(PRESETS["sample"].recipe, TINY | {"source": str(path)} | settings)


@pytest.mark.parametrize("script", slow_but(["Chinese"], SCRIPTS))
def test_a_script_without_spaces_trains_to_a_sensible_model(tmp_path, script):
    subjects, good, bad = SCRIPTS[script]
    rows = [
        (f"{subject}{phrase}，{other}{phrases[number - 1]}。", label)
        for label, phrases in enumerate((bad, good))
        for subject, other in itertools.permutations(subjects, 2)
        for number, phrase in enumerate(phrases)
    ]
    settings = {"hidden_size": 8, "embedding_dim": 16, "epochs": 6, "sequence_length": 40}
    info = train(create_run(recipe_for(tmp_path / "reviews.csv", rows, **settings)))
    assert info.metrics["test"]["accuracy"] > 0.9
    assert not info.training.dropped
    predictor = Predictor.load(info.folder)
    praise, blame = predictor.predict([subjects[0] + good[0], subjects[0] + bad[0]])
    assert praise.name == "Positive" and blame.name == "Negative"
    assert not praise.unknown and praise.words > 3


@pytest.mark.parametrize("architecture", ["lstm", "bow"])
def test_a_training_part_with_one_class_is_refused(tmp_path, architecture):
    rows = [(f"a fine film no{n}", n % 2, "test" if n % 2 else "train") for n in range(60)]
    recipe = recipe_for(
        tmp_path / "split.csv", rows, ("text", "label", "split"), architecture=architecture
    )
    run = create_run(recipe)
    with pytest.raises(CorpusError, match="training split.*Positive"):
        train(run)
    assert run.status().state == "failed" and not run.has_model


@pytest.mark.parametrize("split", ["valid", "test"])
def test_a_part_with_one_class_has_no_auc_and_is_flagged(tmp_path, split):
    rows = [
        (f"a {'fine' if n % 2 else 'poor'} film no{n}", n % 2, part)
        for part, first in (("train", 0), ("valid", 1_000), ("test", 2_000))
        for n in range(first, first + 80)
        if part != split or n % 2
    ]
    recipe = recipe_for(tmp_path / "split.csv", rows, ("text", "label", "split"))
    run, seen = create_run(recipe), []
    info = train(run, on_event=seen.append)
    assert type(seen[0]).__name__ == "PartsEvent"  # before any step
    assert [name for name, figures in info.metrics.items() if figures["auc"] is None] == [split]
    assert info.training.calibrated == (split == "test")
    card = (info.folder / "README.md").read_text(encoding="utf-8")
    assert "None" not in card and "nan" not in card
    (finding, *_) = diagnose(run.events(), recipe, info.training.diagnostics, info.metrics)
    assert split in finding.evidence and "Negative" in finding.evidence
    assert info.training.splits[split] == {"Positive": 40}
