"""Synthetic remarks: reproducible, balanced, short, distinct, with correct labels."""

import re
from collections import defaultdict

import numpy as np
import pytest

from sentiment.corpus.phrases.tables import FOLDER
from sentiment.corpus.remarks import LONGEST, remark_tables, synthetic_remarks
from sentiment.errors import ConfigError, CorpusError

# Written apart from the tables of phrases.
GOOD = {"good", "great", "funny", "enjoyable", "entertaining", "memorable", "impressive"}
BAD = {"bad", "terrible", "boring", "dull", "awful", "annoying", "predictable", "pointless"}
NEUTRAL = set(
    re.findall(
        r"\S+",
        """
        it was is it's this that the a an so very really truly just film movie show book story play
        i found thought one single scene scenes moment moments joke jokes line minute at all exactly
        ever about acting plot ending music and absolutely than expected extremely simply script
        """,
    )
)
NEGATIONS = {"not", "never", "no", "nothing", "isn't", "wasn't", "hardly", "neither", "less"}


@pytest.fixture(scope="module")
def remarks() -> tuple[list[str], np.ndarray]:
    return synthetic_remarks(12_000, seed=3)


def plain(text: str) -> str:
    """`text` without the case and punctuation that a writer chooses."""
    return " ".join(re.findall(r"[\w']+", text.lower().replace("’", "'")))


def test_a_seed_gives_the_same_remarks_again():
    texts, labels = synthetic_remarks(200)
    again, labels_again = synthetic_remarks(200)
    assert texts == again
    assert np.array_equal(labels, labels_again)
    assert len(set(texts) & set(synthetic_remarks(200, seed=1)[0])) < 20


def test_half_are_positive_in_no_fixed_order(remarks):
    texts, labels = remarks
    assert labels.dtype == np.int8
    assert labels.shape == (len(texts),) == (12_000,)
    assert labels.sum() == 6_000
    assert 5_000 < np.count_nonzero(np.diff(labels)) < 7_000


def test_they_are_short_and_do_not_repeat(remarks):
    texts, _ = remarks
    lengths = np.array([len(text.split()) for text in texts])
    assert lengths.min() == 1
    assert lengths.max() <= LONGEST
    assert np.mean(lengths <= 6) > 0.85
    assert np.median(lengths) in (3, 4)
    assert len(set(texts)) == len(texts)
    assert len({plain(text) for text in texts}) > 9_500


def test_every_slot_is_filled_and_no_space_is_doubled(remarks):
    for text in remarks[0]:
        assert not re.search(r"[{}]|\s\s|^\s|\s$|\s[,.!?]|\ban? an? ", text), text
        assert not re.search(r"\b(a [aeio](?!ne\b)|an (?!f\b)[b-dfgj-np-tv-z])", text.lower()), text


def test_no_remark_has_both_labels(remarks):
    labels = defaultdict(set)
    for text, label in zip(*remarks, strict=True):
        if plain(text):
            labels[plain(text)].add(int(label))
    assert [text for text, both in labels.items() if len(both) > 1] == []


def test_a_negation_reverses_the_label(remarks):
    """Label = sentiment of the opinion words, reversed by a negation, where only these decide."""
    checked = {0: 0, 1: 0}
    for text, label in zip(*remarks, strict=True):
        words = plain(text).split()
        opinions = {word in GOOD for word in words if word in GOOD | BAD}
        negations = sum(word in NEGATIONS for word in words)
        known = set(words) <= {*GOOD, *BAD, *NEUTRAL, *NEGATIONS}
        if known and len(opinions) == 1 and negations < 2:
            checked[negations] += 1
            assert label == opinions.pop() ^ (negations == 1), text
    assert min(checked.values()) > 50


def test_both_parts_of_a_frame_decide(remarks):
    frames = {
        1: r"(never a|no|not one|not a single) (dull|weak|boring|bad|poor) \w+",
        0: r"(never a|no|not one|not a single) (funny|great|interesting|good|memorable) \w+",
    }
    for expected, frame in frames.items():
        found = [
            int(label)
            for text, label in zip(*remarks, strict=True)
            if re.fullmatch(frame, plain(text))
        ]
        assert len(found) >= 5
        assert set(found) == {expected}


def test_an_odd_count_is_refused_and_none_is_empty():
    with pytest.raises(ConfigError, match="7"):
        synthetic_remarks(7)
    texts, labels = synthetic_remarks(0)
    assert (texts, labels.shape) == ([], (0,))


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("what {a gem}", "what {a jem}", "{a jem}"),
        ("what {a gem}", "what {!thing}", "{!thing}"),
        ("[kinds.bare]\nweight = 80", "[kinds.bare]\nwait = 80", "wait"),
        ("[words.stars]\npositive", "[words.stars]\nneutral", "neutral"),
    ],
)
def test_a_fault_in_the_table_is_named(monkeypatch, tmp_path, old, new, named):
    content = (FOLDER / "remarks.toml").read_text("utf-8")
    assert old in content
    path = tmp_path / "remarks.toml"
    path.write_text(content.replace(old, new, 1), "utf-8")
    monkeypatch.setattr("sentiment.corpus.remarks.PATH", path)
    remark_tables.cache_clear()
    with pytest.raises(CorpusError, match=re.escape(named)):
        remark_tables()
    remark_tables.cache_clear()
