"""The charts of the Explore page and the corpus report contain their data."""

import json
import re

import altair as alt
import numpy as np
import pandas as pd
import pytest

from sentiment.analysis.statistics import CorpusStatistics
from sentiment.charts.batches import FIRST_CLASS, PADDING, UNKNOWN, batch_picture
from sentiment.charts.corpus_report import corpus_report
from sentiment.charts.length_notes import chart_notes
from sentiment.charts.lengths import (
    SCALES,
    SHAPES,
    bin_edges,
    length_boxes,
    length_histogram,
    length_shares,
    right_edge,
)
from sentiment.charts.report import Section, report
from sentiment.charts.sequence import (
    distinctive_words_lost,
    epoch_cells,
    epoch_time_curves,
    position_profile,
    sequence_length_curves,
)
from sentiment.charts.vocabulary import (
    coverage_curves,
    distinctive_words,
    rank_frequency,
    word_places,
)
from sentiment.corpus.classes import NEGATIVE_POSITIVE
from sentiment.corpus.sample import sample_corpus
from sentiment.dataset.example_batches import example_batch
from sentiment.encoding.lengths import LengthHistogram
from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from sentiment.encoding.vocabulary import UNK
from sentiment.evaluation.epoch_cost import epoch_costs, measured_speeds
from tests.charts.test_charts import rows_of
from tests.corpora import small_corpus

RANDOM = np.random.default_rng(1)
LENGTHS = {
    "Positive": LengthHistogram.of(RANDOM.integers(1, 300, 500)),
    "Negative": LengthHistogram.of(RANDOM.integers(1, 300, 400)),
}


@pytest.fixture(scope="module")
def statistics():
    return CorpusStatistics.of(sample_corpus())


def costs(lengths=LENGTHS["Positive"], candidates=(50, 123, 300)):
    return epoch_costs(lengths, list(candidates), 32, measured_speeds()["lstm"])


@pytest.mark.parametrize("scale", SCALES)
def test_the_histogram_counts_every_review_and_marks_kept_lengths(scale):
    bars = [
        row
        for row in rows_of(length_histogram(LENGTHS, low=50, high=99, scale=scale))
        if "reviews" in row
    ]
    for name, histogram in LENGTHS.items():
        shown = sum(row["reviews"] for row in bars if row["series"] == name)
        assert shown == histogram.between(0, max(row["last"] for row in bars)).reviews
        assert shown >= 0.99 * histogram.reviews
    for row in bars:
        assert row["kept"] == (row["last"] >= 50 and row["from"] <= 99)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("longest", [7, 20, 90, 100, 180])
def test_the_longest_of_few_reviews_are_in_the_last_bar(scale, longest):
    series = {"all": LengthHistogram.of(np.array([3, longest, longest]))}
    bars = [row for row in rows_of(length_histogram(series, low=3, high=longest, scale=scale))]
    assert sum(row.get("reviews", 0) for row in bars) == 3
    assert [row["what"] for row in bars if "what" in row] == ["shortest kept", "longest kept"]


def test_axes_of_small_numbers_repeat_no_tick():
    spec = length_histogram(LENGTHS, low=3, high=200).to_dict()
    assert spec["layer"][0]["encoding"]["y"]["axis"]["tickMinStep"] == 1
    seconds = epoch_time_curves(costs(), 123, None).to_dict()["layer"][0]["encoding"]["y"]
    assert seconds["axis"]["format"] == ",~f"  # 0.5 and not 1


def test_bars_of_nothing_lost_have_an_axis(statistics):
    spec = distinctive_words_lost(statistics.positions, 10_000, 0.0).to_dict()
    assert spec["encoding"]["x"]["scale"]["domain"] == [0, 0.05]
    assert spec["encoding"]["x"]["axis"]["format"] == "~%"


def test_cumulative_shares_rise_to_one():
    rows = [row for row in rows_of(length_shares(LENGTHS, low=3, high=200)) if "share" in row]
    for name, histogram in LENGTHS.items():
        for row in (row for row in rows if row["series"] == name):
            expected = histogram.between(0, row["words"]).reviews / histogram.reviews
            assert row["share"] == pytest.approx(expected)
        assert max(row["share"] for row in rows if row["series"] == name) > 0.99


def test_a_box_plot_has_its_five_numbers():
    (box,) = [
        row
        for row in rows_of(length_boxes(LENGTHS, low=3, high=200))
        if row.get("series") == "Positive"
    ]
    of = LENGTHS["Positive"]
    assert (box["lower quartile"], box["median"], box["upper quartile"]) == (
        of.percentile(25),
        of.percentile(50),
        of.percentile(75),
    )
    assert (box["shortest"], box["longest"]) == (of.shortest, of.longest)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dark", [True, False])
def test_every_shape_has_a_brush_and_accepts_few_reviews(shape, dark):
    for series in (LENGTHS, {"all": LengthHistogram.of(np.array([0, 0, 7]))}):
        spec = SHAPES[shape](series, low=3, high=2_000, dark=dark).to_dict()
        assert [param["name"] for param in spec["params"]] == ["cut"]
    plain = SHAPES[shape](LENGTHS, low=3, high=2_000, brush=False, dark=dark).to_dict()
    assert "params" not in plain


def test_sequence_curves_mark_the_chosen_length_and_the_sufficient_length():
    rows = rows_of(sequence_length_curves(costs(), 123, 300))
    here = {
        row["what"]: row["share"] for row in rows if row.get("length") == 123 and "share" in row
    }
    effect = LENGTHS["Positive"].sequence_effect(123)
    assert here["reviews truncated"] == pytest.approx(effect.truncated_share)
    assert here["words lost"] == pytest.approx(effect.lost_words_share)
    assert [row["length"] for row in rows if row.get("is") == "sufficient"] == [300]
    (seconds,) = [
        row["seconds"]
        for row in rows_of(epoch_time_curves(costs(), 123, None))
        if row.get("what") == "length buckets" and row["length"] == 123
    ]
    assert seconds == pytest.approx(costs()[1].seconds_bucketed)


def test_words_and_padding_sum_to_all_cells():
    cells = costs()[1].cells
    rows = rows_of(epoch_cells(cells))
    by_way = pd.DataFrame(rows).groupby("way")["cells"].sum()
    assert by_way["fixed width"] == pytest.approx(cells.fixed)
    assert by_way["length buckets"] == pytest.approx(cells.bucketed)


def test_positions_are_drawn_from_the_profile(statistics):
    profile = statistics.positions
    rows = [row for row in rows_of(position_profile(profile, NEGATIVE_POSITIVE)) if "what" in row]
    drawn = [row["times"] for row in rows if row["what"] == "distinctive Positive"]
    assert drawn == pytest.approx(profile.density(profile.by_class[1]).tolist())
    bars = {row["what"]: row["share"] for row in rows_of(distinctive_words_lost(profile, 40, 0.3))}
    assert bars["any words"] == 0.3
    assert bars["distinctive words, tail kept"] == pytest.approx(1 - profile.kept_share("tail", 40))


def test_words_are_drawn_from_their_counts(statistics):
    ranks = [
        row for row in rows_of(rank_frequency(statistics.frequencies, 1_000)) if "known" in row
    ]
    assert ranks[0]["count"] == statistics.words.totals[0]
    assert all(row["known"] == (row["rank"] <= 1_000) for row in ranks)
    rows = rows_of(coverage_curves(statistics.vocabulary, 1_000))
    here = [row["share"] for row in rows if row["size"] == 1_000 and "share" in row]
    assert sorted(here) == pytest.approx(sorted(statistics.vocabulary.at(1_000)))
    _, positive = statistics.words.most_distinctive(5)
    bars = rows_of(distinctive_words(statistics.words, positive, NEGATIVE_POSITIVE, 1))
    assert [row["word"] for row in bars] == [statistics.words.words[n] for n in positive]
    assert all(row["size"] == row["z"] > 0 for row in bars)
    places = [row for row in rows_of(word_places(statistics.tenths[3])) if "from" in row]
    assert [row["occurrences"] for row in places] == statistics.tenths[3].tolist()


@pytest.mark.parametrize("padding", ["before", "after"])
def test_a_batch_picture_has_one_cell_per_word(padding):
    words, labels = np.array([3, 40, 7]), np.array([0, 1, 1])
    config = SequenceConfig(sequence_length=20, padding=padding)

    def token_ids(item):
        return np.full(words[item], 5 if item else UNK, np.int32)

    batch = example_batch(words, labels, config, batch_size=3, bucketed=True, token_ids=token_ids)
    heatmap, *legend = batch_picture(batch, NEGATIVE_POSITIVE).data
    cells = np.asarray(heatmap.z)
    assert cells.shape == (3, 32)
    kinds = {int(item): set(row.tolist()) for item, row in zip(batch.items, cells, strict=True)}
    of_positive = {PADDING, FIRST_CLASS + 1}
    assert kinds == {0: {PADDING, UNKNOWN}, 1: of_positive, 2: of_positive}
    assert [one.name for one in legend] == [*NEGATIVE_POSITIVE.names, "padding", "unknown word"]
    for item, row in zip(batch.items, cells, strict=True):
        assert np.count_nonzero(row != PADDING) == min(words[item], 20)
        assert row[-1 if padding == "before" else 0] != PADDING
    plain = example_batch(words, labels, config, batch_size=3, bucketed=True)
    assert FIRST_CLASS in np.asarray(batch_picture(plain, NEGATIVE_POSITIVE).data[0].z)


def test_a_report_requests_nothing_and_escapes_text():
    hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    data = pd.DataFrame([{"word": hostile, "n": 1}])
    chart = alt.Chart(data).mark_bar().encode(x="n:Q", y="word:N")
    section = Section(
        hostile, {hostile: hostile}, [(chart, hostile)], [{hostile: hostile}], hostile
    )
    page = report(hostile, hostile, [section])
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 2  # the library, and the charts for it
    own = page.replace(scripts[0], "")
    assert "<script>alert" not in own and "<img" not in own and "</script><script>a" not in own
    assert "default-src 'none'" in own
    assert not re.search(r"(?:src|href)\s*=\s*[\"']?[a-z]", own.replace("src=x onerror", ""))
    (specs,) = re.findall(r"const specs = (.*);\n", scripts[1])
    (rows,) = json.loads(specs)[0]["datasets"].values()
    assert rows == [{"word": hostile, "n": 1}]


def test_the_corpus_report_contains_its_statistics(statistics):
    page = corpus_report(statistics, PrepareConfig(), SequenceConfig(), 32, 0.1)
    assert "6,000" in page and "Negative reviews" in page
    assert page.count('role="img"') == 3 + 5 + 2 + 2


def test_a_corpus_report_of_one_review():
    lone = CorpusStatistics.of(small_corpus(1))
    page = corpus_report(lone, PrepareConfig(min_length=999), SequenceConfig(), 32, 0.1)
    assert "Kept" in page and "Sequence length" not in page


def test_notes_name_the_bar_width_and_the_reviews_beyond_the_edge():
    words = np.append(np.arange(1, 1_000), 5_000)
    lengths = LengthHistogram.of(words)
    width, beyond = chart_notes(lengths, "Histogram", "linear")
    edges = bin_edges(right_edge(lengths, "linear"), "linear")
    assert f" {edges[1] - edges[0]} words" in width
    assert (words >= edges[-1]).sum() == 1
    assert beyond == f"Not shown: 1 review of {edges[-1]:,} or more words."
    assert chart_notes(lengths, "ECDF", "log words") == []
    assert len(chart_notes(lengths, "Box", "linear")) == 1
