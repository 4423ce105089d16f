"""Statistics equal plain Python's, and the shipped ones are IMDB's."""

import json
import statistics as standard
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from sentiment.analysis import counting
from sentiment.analysis.counting import is_held_out
from sentiment.analysis.positions import CANDIDATES, SIDE_NAMES, SIDES, TENTHS, truncation_finding
from sentiment.analysis.statistics import DISTINCTIVE_WORDS, IMDB_STATISTICS, CorpusStatistics
from sentiment.analysis.word_counts import PRIOR_SHARE
from sentiment.corpus.classes import POSITIVE
from sentiment.corpus.review import Split
from sentiment.corpus.sample import sample_corpus
from sentiment.corpus.sample3 import sample3_corpus
from sentiment.corpus.sources import find_archive, open_corpus
from sentiment.dataset.prepare import encode_corpus, prepare
from sentiment.dataset.prepared import STATISTICS, PreparedCorpus
from sentiment.dataset.prepared_statistics import statistics_of
from sentiment.encoding import token_ids
from sentiment.encoding.lengths import CutoffEffect
from sentiment.encoding.padding import kept_positions
from sentiment.encoding.settings import PrepareConfig
from sentiment.encoding.token_ids import TokenizedCorpus
from sentiment.encoding.tokenize import TOKENIZER
from sentiment.errors import CorpusError
from tests.analysis.plain import figures_of
from tests.corpora import corpus_of_classes, small_corpus, with_unlabelled


def imdb():
    if find_archive() is None:
        pytest.skip("the IMDB archive is missing")
    return open_corpus("imdb", unlabelled=True)


def tenth_of_imdb():
    corpus = imdb()
    every_tenth = slice(None, None, 10)  # plain Python takes half a minute for all
    assert corpus.films is not None and corpus.ratings is not None
    return replace(
        corpus,
        texts=corpus.texts[every_tenth],
        names=corpus.names[every_tenth],
        labels=corpus.labels[every_tenth],
        splits=corpus.splits[every_tenth],
        films=corpus.films[every_tenth],
        ratings=corpus.ratings[every_tenth],
    )


@pytest.fixture(
    scope="module",
    params=[
        "small",
        "sample",
        "sample3",
        "five",
        pytest.param("imdb", marks=[pytest.mark.archive, pytest.mark.slow]),
    ],
)
def case(request, tmp_path_factory):
    """A corpus, its statistics saved and loaded again, and its statistics in plain Python."""
    corpus = {
        "small": lambda: small_corpus(3_000, official=True, films=True),
        "sample": sample_corpus,
        "sample3": lambda: sample3_corpus(1_500),
        "five": lambda: corpus_of_classes(5),
        "imdb": tenth_of_imdb,
    }[request.param]()
    path = tmp_path_factory.mktemp("statistics") / "statistics.json"
    CorpusStatistics.of(corpus).save(path)
    return corpus, CorpusStatistics.load(path), figures_of(corpus)


def test_lengths_and_cutoffs_equal_plain_python(case):
    _, statistics, plain = case
    for (split, label), lengths in plain.lengths.items():
        of = statistics.lengths(split, label)
        assert (of.reviews, of.shortest, of.longest) == (len(lengths), min(lengths), max(lengths))
        assert of.mean == pytest.approx(standard.mean(lengths))
        assert of.deviation == pytest.approx(standard.pstdev(lengths))
        ordered = sorted(lengths)
        for tenth, decile in enumerate(of.deciles, start=1):
            assert decile == ordered[-(-tenth * len(ordered) // 10) - 1]
    train = [
        length for (s, _), lengths in plain.lengths.items() if s == "train" for length in lengths
    ]
    assert statistics.repeated_lengths("train").reviews == plain.also_in_test
    low, high = sorted(train)[len(train) // 10], sorted(train)[-len(train) // 10]
    cut = CutoffEffect.of(statistics.lengths("train"), low, high)
    assert cut.short == sum(0 < length < low for length in train)
    assert cut.long == sum(length > high for length in train)
    assert cut.empty == train.count(0)


def test_words_equal_plain_python(case):
    _, statistics, plain = case
    totals = sum(plain.counts.values(), Counter())
    ranked = sorted(totals, key=lambda word: (-totals[word], word))
    words = statistics.words
    assert list(words.words) == ranked[: len(words)]
    for place in [*range(0, len(words), max(1, len(words) // 300)), len(words) - 1]:
        word = words.words[place]
        assert words.reviews[place] == plain.reviews[word]
        for label, counts in plain.counts.items():
            assert words.by_class[label][place] == counts[word]
            strength, z = plain.log_odds(word, label, PRIOR_SHARE)
            assert words.log_odds.strength[label][place] == pytest.approx(strength)
            assert words.log_odds.z[label][place] == pytest.approx(z)
    of = statistics.frequencies
    assert (of.total, of.distinct) == (totals.total(), len(totals))
    assert of.once == sum(count == 1 for count in totals.values())
    ranks = np.unique(np.geomspace(1, len(ranked), 50).astype(int))
    assert of.at_rank(ranks).tolist() == [totals[ranked[rank - 1]] for rank in ranks]


def test_vocabulary_coverage_equals_plain_python(case):
    corpus, statistics, plain = case
    train = corpus.splits == Split.TRAIN
    texts = counting.count_corpus(corpus).texts
    out = is_held_out(texts, corpus.films)[train]
    assert 0.05 < out.mean() < 0.2
    seen, tried = Counter(), Counter()
    for (_, tokens), is_out in zip(plain.words, out, strict=True):
        (tried if is_out else seen).update(tokens)
    ranked = sorted(seen, key=lambda word: (-seen[word], word))
    curve = statistics.vocabulary
    assert curve.sizes[-1] == len(ranked)
    for size in curve.sizes[:: max(1, len(curve.sizes) // 12)].tolist():
        known = set(ranked[:size])
        covered, missed = curve.at(size)
        assert covered == pytest.approx(sum(seen[word] for word in known) / seen.total())
        unknown = sum(count for word, count in tried.items() if word not in known)
        assert missed == pytest.approx(unknown / tried.total())


def test_word_positions_equal_plain_python(case):
    _, statistics, plain = case
    positions, words = statistics.positions, statistics.words
    by_class = words.most_distinctive(DISTINCTIVE_WORDS, by_strength=True)
    distinctive = {words.words[rank] for ranks in by_class for rank in ranks.tolist()}
    positive = by_class[-1]
    assert sum(positions.words) == len(distinctive) > 0
    lengths = {10, 50, 250}
    kept = {(side, length): 0 for side in SIDES for length in lengths}
    word = words.words[int(positive[0])]
    tenths = [0] * TENTHS
    total = 0
    for _, tokens in plain.words:
        places = [place for place, token in enumerate(tokens) if token in distinctive]
        total += len(places)
        for place, token in enumerate(tokens):
            if token == word:
                tenths[int(10 * place / len(tokens))] += 1
        for side, length in kept:
            if len(tokens) <= length:
                kept[side, length] += len(places)
            elif places:
                left = set(kept_positions(len(tokens), length, side).tolist())
                kept[side, length] += len(left & set(places))
    assert positions.total == total
    for (side, length), count in kept.items():
        assert positions.kept_share(side, length) == pytest.approx(count / total)
    assert statistics.tenths[int(positive[0])].tolist() == tenths
    assert len(positions.kept["both"]) == len(CANDIDATES)


def test_cutoff_effects_equal_what_preparing_drops(tmp_path):
    corpus = with_unlabelled(small_corpus(200, official=True), 20, repeated=30)
    corpus = replace(corpus, texts=[*corpus.texts[:-60], *corpus.texts[:10], *corpus.texts[-50:]])
    config = PrepareConfig(min_length=8, max_length=25, min_count=1, unlabelled=True)
    encode_corpus(corpus, config, tmp_path)
    dropped = PreparedCorpus.open(tmp_path).report.dropped
    statistics = CorpusStatistics.of(corpus)
    cuts = {split: statistics.cut(8, 25, split) for split in ("train", "unlabelled")}
    assert dropped["also in test"] == cuts["train"].repeated > 0
    assert dropped["repeated"] == cuts["unlabelled"].repeated > 0
    assert dropped["too short"] == sum(cut.short for cut in cuts.values())
    assert dropped["too long"] == sum(cut.long for cut in cuts.values())


def test_held_out_reviews_are_whole_films_in_any_order():
    corpus = small_corpus(4_000, films=True)
    texts = counting.count_corpus(corpus).texts
    out = is_held_out(texts, corpus.films)
    for film in np.unique(corpus.films):
        assert len(set(out[corpus.films == film])) == 1
    assert 0.05 < out.mean() < 0.15
    np.testing.assert_array_equal(is_held_out(texts[::-1], corpus.films[::-1]), out[::-1])


def test_the_block_size_does_not_change_the_statistics(monkeypatch, tmp_path):
    corpus = small_corpus(300, official=True, films=True)
    whole = CorpusStatistics.of(corpus).to_json()
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path))
    for block, in_memory in ((40, 1_000), (40, 10)):
        monkeypatch.setattr(TokenizedCorpus.blocks, "__defaults__", (block,))
        monkeypatch.setattr(token_ids, "IN_MEMORY", in_memory)
        assert CorpusStatistics.of(corpus).to_json() == whole
    assert not list(tmp_path.iterdir())


def test_positions_are_counted_in_a_sample_of_a_large_corpus(monkeypatch):
    monkeypatch.setattr(counting, "SAMPLE_SIZE", 50)
    statistics = CorpusStatistics.of(small_corpus(400))
    assert 40 <= statistics.positions.reviews <= 50
    assert statistics.words.review_total == 400


def test_statistics_of_a_prepared_corpus_are_cached(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path))
    corpus = prepare("sample")
    statistics = statistics_of(corpus)
    assert statistics.lengths("valid").reviews == np.sum(corpus.splits == Split.VALID)
    assert statistics.lengths().words == CorpusStatistics.of(sample_corpus()).lengths().words
    assert statistics.vocabulary.held_out == corpus.lengths[corpus.splits == Split.VALID].sum()
    again = statistics_of(PreparedCorpus.open(corpus.folder))
    assert again.to_json() == statistics.to_json()
    (corpus.folder / STATISTICS).write_text("{}")  # damaged
    assert statistics_of(corpus).to_json() == statistics.to_json()


def test_excluded_reviews_are_counted_with_any_cutoffs(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path))
    corpus = small_corpus(200, official=True)
    rated = [row % 5 == 0 for row in range(200)]
    texts = [
        f"{text} I give it 7/10" if has else text
        for text, has in zip(corpus.texts, rated, strict=True)
    ]
    corpus = replace(corpus, texts=texts)
    kept = {}
    for low in (1, 7):
        folder = tmp_path / str(low)
        folder.mkdir()
        config = PrepareConfig(min_length=low, max_length=25, min_count=1, exclude="ratings")
        encode_corpus(corpus, config, folder)
        made = PreparedCorpus.open(folder)
        cut = statistics_of(made).cut(low, 25, "train")
        kept[low] = cut.kept.reviews + statistics_of(made).cut(low, 25, "valid").kept.reviews
        assert kept[low] == len(made.rows(Split.TRAIN)) + len(made.rows(Split.VALID))
        assert (
            statistics_of(made).excluded_lengths("test").reviews == 0
        )  # an official test split stays
        counted = statistics_of(made).excluded_lengths().reviews
        train = corpus.splits == Split.TRAIN
        assert counted == np.sum(np.array(rated) & train) > 0
        again = statistics_of(made).to_json()
        (made.folder / STATISTICS).unlink()
        assert statistics_of(made).to_json() == again
    assert kept[7] < kept[1]


@pytest.mark.parametrize("reviews", [0, 1, 2])
def test_tiny_corpora_can_be_counted(reviews):
    corpus = small_corpus(max(reviews, 1))
    if not reviews:
        corpus = replace(corpus, texts=["?!"])
    statistics = CorpusStatistics.from_json(
        json.loads(json.dumps(CorpusStatistics.of(corpus).to_json()))
    )
    assert statistics.vocabulary.at(100)[1] in (0.0, 1.0)
    assert statistics.positions.kept_share("head", 10) == 0
    assert sum(map(len, statistics.words.most_distinctive(5))) <= len(statistics.words)


def test_the_shipped_statistics_cover_all_of_imdb():
    statistics = CorpusStatistics.load()
    train = statistics.lengths("train")
    assert (train.reviews, train.shortest, train.longest) == (25_000, 10, 2_473)
    assert round(train.mean) == 234
    assert statistics.tokenizer == TOKENIZER
    assert statistics.lengths("test").reviews == 25_000
    assert statistics.lengths("unlabelled").reviews == 50_000
    assert statistics.lengths("test", POSITIVE).reviews == 12_500
    duplicates = statistics.duplicates
    assert (duplicates.within_train, duplicates.within_test) == (96, 199)
    assert duplicates.test_also_in_train == 123
    assert statistics.films["train"] == 3_456
    assert statistics.frequencies.distinct == 81_221
    assert IMDB_STATISTICS.stat().st_size < 1_000_000


@pytest.mark.slow
@pytest.mark.archive
def test_the_shipped_statistics_equal_those_of_the_archive():
    corpus = imdb()
    fresh = CorpusStatistics.of(corpus).to_json()
    shipped = CorpusStatistics.load().to_json()
    assert {key for key in fresh if fresh[key] != shipped[key]} == set()


def test_a_missing_or_damaged_file_raises(tmp_path):
    with pytest.raises(CorpusError, match=r"none\.json.*python -m sentiment stats"):
        CorpusStatistics.load(tmp_path / "none.json")
    for content in ('{"name": "x"}', '{"format": 1}', "[]", "{"):
        (tmp_path / "bad.json").write_text(content)
        with pytest.raises(CorpusError, match=r"bad\.json"):
            CorpusStatistics.load(tmp_path / "bad.json")


def test_series_of_lengths():
    statistics = CorpusStatistics.of(small_corpus(80, official=True))
    assert list(statistics.length_series(None, "label")) == ["Negative", "Positive"]
    assert list(statistics.length_series(None, "split")) == ["train", "test"]
    assert list(statistics.length_series("test", "split")) == ["test"]
    assert list(statistics.length_series(None, "nothing")) == ["all"]
    for by in ("label", "split", "nothing"):
        series = statistics.length_series(None, by)
        assert sum(lengths.reviews for lengths in series.values()) == 80


def test_rates_are_per_100_000_words_of_the_class():
    statistics = CorpusStatistics.of(small_corpus(200))
    words = statistics.words
    negative, positive = words.per_100_000("great")
    assert negative == 0 < positive
    occurrences = words.by_class[1][words.ranks["great"]]
    assert positive == pytest.approx(1e5 * occurrences / words.class_totals[1])


def test_truncation_finding_names_the_best_side_and_its_share():
    profile = CorpusStatistics.load().positions
    finding = truncation_finding(profile, 100)
    best = max(SIDES, key=lambda side: profile.kept_share(side, 100))
    assert f"keeping {SIDE_NAMES[best]}" in finding
    assert all(f"{profile.kept_share(side, 100):.1%}" in finding for side in SIDES)
    assert "%" not in truncation_finding(profile, 100_000)


def test_the_example_word_is_one_of_the_reviews():
    words = CorpusStatistics.of(small_corpus(200)).words
    assert words.example("great") == "great"
    assert words.example("spaceship") in {"awful", "dull", "boring"}
    empty = replace(words, words=(), by_class=np.zeros((2, 0)), reviews=np.zeros(0))
    assert empty.example("great") == "great"
