"""Charts contain their data; no browser needed."""

import itertools

import numpy as np
import pytest

from sentiment.charts.comparison import accuracy_by_length, accuracy_intervals, memory_grid
from sentiment.charts.curves import (
    MAX_POINTS,
    overlaid_curves,
    probability_over_training,
    step_curve,
    training_curve,
)
from sentiment.charts.gates import strip_values
from sentiment.charts.results import calibration_plot, confusion_chart, threshold_curve
from sentiment.charts.rows import row_picture
from sentiment.charts.units import unit_histogram
from sentiment.charts.words import word_labels
from sentiment.corpus.classes import NEGATIVE_NEUTRAL_POSITIVE, NEGATIVE_POSITIVE, Classes
from sentiment.evaluation.comparison import LengthBin
from sentiment.evaluation.metrics import calibration_bins
from sentiment.evaluation.shipped_tables import MemoryResult
from sentiment.networks.lstm import LSTMEncoder
from sentiment.networks.trace import LayerTrace, Quantity
from tests.charts.checked import (
    gate_heatmaps,
    gate_strip,
    gradient_curves,
    model_lines,
    model_rows,
    probability_curve,
)
from tests.classes import of_both

RANDOM = np.random.default_rng(0)
WORDS = ["the", "film", "is", "the", "best"]


def trace_of(words: int, units: int = 6) -> LayerTrace:
    values = {
        q.symbol: RANDOM.random((words, units)).astype(np.float32) for q in LSTMEncoder.quantities
    }
    return LayerTrace(0, "forward", values)


def rows_of(chart) -> list[dict]:
    """All data rows of an Altair chart, from its compiled specification."""
    return [row for rows in chart.to_dict()["datasets"].values() for row in rows]


def test_training_curve_thins_many_points():
    steps = [{"step": n, "loss": 1 / (n + 1), "accuracy": 0.5} for n in range(5_000)]
    epochs = [{"step": 5_000, "valid_loss": 0.4, "valid_accuracy": 0.8}]
    rows = rows_of(training_curve(steps, epochs, "loss"))
    assert len(rows) <= 2 * MAX_POINTS + 1
    assert [row["value"] for row in rows if row["part"] == "valid"] == [0.4]
    assert rows_of(training_curve([], epochs, "accuracy"))[0]["value"] == 0.8


def test_macro_f1_is_drawn_beside_the_accuracy():
    steps = [{"step": 1, "accuracy": 0.5}]
    epochs = [{"step": 1, "valid_accuracy": 0.6, "valid_macro_f1": 0.4}]
    rows = rows_of(training_curve(steps, epochs, "accuracy", macro_f1=True))
    assert sorted(row["value"] for row in rows) == [0.4, 0.5, 0.6]
    rows = rows_of(training_curve(steps, epochs, "accuracy"))
    assert sorted(row["value"] for row in rows) == [0.5, 0.6]


def test_confusion_matrix_contains_counts_and_shares_of_each_label():
    three = Classes(("Negative", "Neutral", "Positive"), ordered=True)
    rows = rows_of(confusion_chart([[6, 3, 1], [0, 0, 0], [0, 5, 5]], three))
    shares = {(row["is"], row["predicted"]): row["share"] for row in rows}
    assert len(shares) == 9 and shares["Negative", "Neutral"] == 0.3
    assert shares["Positive", "Positive"] == 0.5 and shares["Neutral", "Neutral"] == 0


def test_confusion_matrix_contains_the_counts():
    chart = confusion_chart([[1, 2], [3, 4]], NEGATIVE_POSITIVE)
    cells = {(row["is"], row["predicted"]): row["reviews"] for row in rows_of(chart)}
    assert cells["Negative", "Positive"] == 2
    assert cells["Positive", "Negative"] == 3


def curve_of(words, positive, before, verdict_positions=None):
    """The curve from the probabilities of Positive, (words,)."""
    curve = of_both(positive), of_both(before)
    return probability_curve(words, *curve, NEGATIVE_POSITIVE, verdict_positions)


def test_probability_curve_has_one_point_per_word():
    figure = curve_of(WORDS, [0.4, 0.5, 0.6, 0.7, 0.9], 0.3)
    assert len(figure.data[0].x) == len(WORDS)
    assert len(set(figure.data[0].x)) == len(WORDS)  # "the" twice, in two places
    assert figure.data[0].customdata[4] == pytest.approx(20)


def test_probability_curve_starts_before_any_word():
    figure = curve_of(WORDS, [0.4, 0.5, 0.6, 0.7, 0.9], 0.3)
    assert figure.data[0].customdata[0] == pytest.approx(10)  # percentage points
    start = figure.data[1]
    assert (start.x[0], start.y[0]) == (-0.5, 0.3)  # the left edge of the first word's column
    assert (start.x[1], start.y[1]) == (0, 0.4)
    assert figure.layout.xaxis2.range == figure.layout.xaxis.range
    assert figure.layout.xaxis2.type != "category"


def test_points_after_some_words_are_at_their_columns():
    words, verdict_positions = ["a", "slow", "start"] * 40, np.arange(2, 120, 7)
    curve = curve_of(words, np.linspace(0.1, 0.9, 120), 0.1, verdict_positions)
    columns = list(curve.layout.xaxis.categoryarray)
    assert [columns.index(word) for word in curve.data[0].x] == verdict_positions.tolist()
    assert len(columns) == 120


def test_names_of_words_on_the_curve_do_not_overlap():
    probabilities = np.tile([0.2, 0.8, 0.3], 40)
    curve = curve_of(["a", "slow", "start"] * 40, probabilities, 0.5)
    places = sorted(note.x for note in curve.layout.annotations)
    assert len(places) >= 3
    assert np.diff(places).min() >= 120 * 0.15


@pytest.mark.parametrize("seed", range(5))
def test_names_on_the_curve_do_not_overlap_on_a_phone(seed):
    probabilities = np.random.default_rng(seed).random(30)
    curve = curve_of([f"word{10**i}" for i in range(8)] * 4, np.resize(probabilities, 32), 0.5)
    notes, width, height = curve.layout.annotations, 210, 120  # of the plot, in pixels
    assert notes
    for note, other in itertools.combinations(notes, 2):
        apart = abs(note.x - other.x) / 32 * width
        above = abs((note.y - other.y) * height - (note.ay - other.ay))
        assert apart >= 6 * (len(note.text) + len(other.text)) / 2 or above >= 15


@pytest.mark.parametrize("width", [210, 640])
def test_names_do_not_cover_the_curve(width):
    values = np.array([0.4, 0.45, 0.05, 0.02, 0.02, 0.05, 0.65, 0.9, 0.95, 0.99])
    notes = curve_of([f"w{number}" for number in range(10)], values, 0.4).layout.annotations
    assert len(notes) >= 2
    left_of = {"center": 0.5, "left": 0, "right": 1}
    for note in notes:
        size = 6.5 * len(note.text)
        start = (note.x + 0.5) * width / 10 - size * left_of[note.xanchor]
        places = np.linspace(start, start + size, 50) / width * 10 - 0.5
        curve = 120 * (1 - np.interp(places, [-0.5, *range(10)], [0.4, *values]))
        end = 120 * (1 - note.y) + note.ay
        top, bottom = (end - 18, end) if note.yanchor == "bottom" else (end, end + 18)
        assert (curve < top).all() or (curve > bottom).all(), note.text


def test_long_words_are_shortened():
    long = "unpronounceable" * 9
    curve = curve_of(["a", long, long], np.full(3, 0.5), 0.5)
    written = [curve.layout.xaxis.labelalias.get(word, word) for word in curve.data[0].x]
    assert [len(word) for word in written] == [1, 14, 14]


@pytest.mark.parametrize("words", [1, 5, 400])
def test_heatmaps_show_the_values_of_the_chosen_units(words):
    trace, units = trace_of(words), np.array([4, 1])
    figure = gate_heatmaps([f"w{n}" for n in range(words)], trace, LSTMEncoder.quantities, units)
    for heatmap, quantity in zip(figure.data, LSTMEncoder.quantities, strict=True):
        np.testing.assert_array_equal(heatmap.z, trace.values[quantity.symbol][:, units].T)
        assert (heatmap.zmin, heatmap.zmax) == quantity.bounds


def test_repeated_words_have_unique_labels():
    words = ["good", "good", "film"] * 100
    labels = word_labels(words)
    assert len(set(labels)) == 300
    assert [label.strip("\u200b\u200c") for label in labels] == words
    assert max(map(len, labels)) < 20


def test_gate_strip():
    trace = trace_of(5)
    gates = [quantity for quantity in LSTMEncoder.quantities if quantity.bounds == (0, 1)]
    means = strip_values(trace, gates, "mean")
    np.testing.assert_allclose(means[1], trace.values["i"].mean(axis=1))
    figure = gate_strip(WORDS, gates, means)
    np.testing.assert_array_equal(figure.data[0].z, means)
    trace.values["f"][:] = [0.05, 0.5, 0.95, 0.99, 0.7, 0.8]
    assert set(strip_values(trace, gates, "open")[0]) == {2 / 6}
    assert set(strip_values(trace, gates, "closed")[0]) == {1 / 6}


def test_the_largest_changes_are_named_on_the_curve():
    figure = curve_of(WORDS, [0.5, 0.5, 0.9, 0.88, 0.2], 0.5)
    assert [note.text.split()[0] for note in figure.layout.annotations] == [WORDS[4], WORDS[2]]


def test_a_curve_has_points_only_at_its_positions():
    probabilities, verdict_positions = np.array([0.5, 0.5, 0.9, 0.9, 0.2]), np.array([0, 2, 4])
    figure = curve_of(WORDS, probabilities, 0.5, verdict_positions)
    np.testing.assert_array_equal(figure.data[0].y, probabilities[verdict_positions])
    assert [x.strip("\u200b\u200c") for x in figure.data[0].x] == [
        WORDS[i] for i in verdict_positions
    ]


def test_the_row_distinguishes_padding_unknown_and_known_words():
    row, words = np.array([5, 1, 200, 0, 0]), ["a", "b", "c", "", ""]
    figure = row_picture(row, words)
    shades = figure.data[0].z[0]
    assert shades[3] == shades[4] == -0.5 and shades[1] == 1.5
    assert 1 > shades[0] > shades[2] > 0  # the more frequent, the stronger
    assert np.isnan(shades[5:]).all()
    assert list(figure.data[0].customdata[0][[1, 3]]) == ["cell 2: “b” (1)", "cell 4: padding (0)"]


ARCHITECTURES = ["lstm", "bow"]


@pytest.mark.parametrize("dark", [True, False])
def test_models_have_one_line_and_one_row_each(dark):
    values = RANDOM.random((2, len(WORDS)))
    lines = model_lines(WORDS, ["one", "two"], ARCHITECTURES, values, "Positive", dark=dark)
    rows = model_rows(WORDS, ["one", "two"], values, "P", around_half=True, dark=dark)
    for number, name in enumerate(["one", "two"]):
        assert lines.data[number].name == name == rows.data[0].y[number]
        np.testing.assert_array_equal(lines.data[number].y, values[number])
        np.testing.assert_array_equal(rows.data[0].z[number], values[number])
    assert lines.layout.xaxis.range == rows.layout.xaxis.range
    assert lines.layout.margin.l == rows.layout.margin.l
    assert lines.data[0].line.color != lines.data[1].line.color
    assert len(set(rows.data[0].x)) == len(WORDS)  # "the" comes twice


def test_a_zero_gradient_is_drawn_at_the_floor():
    norms = np.array([0.0, 1e-9, 1e-3, 0.1, 1.0])
    figure = gradient_curves(WORDS, {"lstm": norms}, ["lstm"])
    assert figure.layout.yaxis.type == "log"
    assert min(figure.data[0].y) > 0
    np.testing.assert_array_equal(figure.data[0].y[1:], norms[1:])


def test_quantities_without_bounds_are_drawn_over_most_of_their_values():
    values = {"s": RANDOM.uniform(-40, 40, (50, 6)).astype(np.float32)}
    values["s"][7, 2] = 9_000
    quantity = Quantity("pre-activation", "s", None, "")
    trace = LayerTrace(0, "forward", values)
    words = [f"word{number}" for number in range(50)]
    (heatmap,) = gate_heatmaps(words, trace, [quantity], np.arange(6)).data
    assert heatmap.zmax == -heatmap.zmin == pytest.approx(40, rel=0.2)
    nothing = LayerTrace(0, "forward", {"s": np.zeros((5, 6), np.float32)})
    (flat,) = gate_heatmaps(WORDS, nothing, [quantity], np.arange(6)).data
    assert flat.zmin < flat.zmax


def test_accuracies_are_sorted_with_interval_and_seeds():
    rows = [
        {"model": name, "architecture": name, "accuracy": accuracy}
        | {"accuracy_low": accuracy - 0.01, "accuracy_high": accuracy + 0.01}
        for name, accuracy in (("lstm", 0.88), ("bow", 0.9))
    ]
    seeds = {"lstm": [{"accuracy": 0.87, "seed": 1}]}
    chart = accuracy_intervals(rows, seeds)
    assert chart.to_dict()["layer"][1]["encoding"]["y"]["sort"] == ["bow", "lstm"]
    data = rows_of(chart)
    assert {"model": "lstm", "accuracy": 0.87, "seed": 1} in data
    assert {row["accuracy_low"] for row in data if "accuracy_low" in row} == {0.87, 0.89}
    accuracy_intervals(rows, {}).to_dict()  # no other seeds: still a chart


def test_accuracy_by_length_keeps_the_bins_in_order():
    bins = {
        name: [LengthBin(low, high, 100, 0.8, 0.7, 0.9) for low, high in ((1, 99), (100, None))]
        for name in ARCHITECTURES
    }
    chart = accuracy_by_length(bins, {name: name for name in ARCHITECTURES})
    assert chart.to_dict()["layer"][1]["encoding"]["x"]["sort"] == ["1–99", "100+"]
    assert len([row for row in rows_of(chart) if row["model"] == "bow"]) == 2


def test_the_memory_grid_has_one_cell_per_architecture_and_distance():
    results = [
        MemoryResult(name, n, seed, accuracy=0.5 + seed / 4, steps=9, seconds=1.0)
        for name in ("lstm", "lstm (open gates)")
        for n in (10, 100)
        for seed in (0, 1)
    ]
    cells = rows_of(memory_grid(results))
    assert {(cell["contender"], cell["distractors"]) for cell in cells} == {
        (name, n) for name in ("lstm", "lstm (open gates)") for n in (10, 100)
    }
    assert {(c["accuracy"], c["worst"], c["best"]) for c in cells} == {(0.625, 0.5, 0.75)}


def test_a_histogram_of_units_counts_each_once():
    data = rows_of(unit_histogram("weight", RANDOM.random(77)))
    assert sum(row["units"] for row in data) == 77


def test_step_curves_are_thinned_and_log_axes_omit_zero():
    steps = [{"step": step, "gradient_norm": float(step % 7)} for step in range(10_000)]
    data = step_curve(steps, "gradient_norm", "gradient norm", log=True).data
    assert 0 < len(data) <= 700 and data["value"].min() > 0
    assert len(step_curve(steps, "gradient_norm", "gradient norm").data) <= 700


def test_overlaid_runs_keep_their_points_and_colors():
    def events(loss):
        return {
            "StepEvent": [{"step": 1, "loss": loss, "accuracy": 0.5}],
            "EpochEvent": [{"step": 1, "valid_loss": loss + 1, "valid_accuracy": 0.6}],
        }

    macro = {"EpochEvent": [{"step": 1, "valid_macro_f1": 0.4}], "StepEvent": [{"step": 1}]}
    line, *validation = overlaid_curves({"a": macro}, "macro_f1").layer
    assert not len(line.data) and validation[0].data["value"].tolist() == [0.4]
    chart = overlaid_curves({"a": events(0.1), "b": events(0.2), "new": {}}, "loss")
    line, *validation = chart.layer
    assert line.data[["run", "value"]].values.tolist() == [["a", 0.1], ["b", 0.2]]
    assert validation[0].data["value"].tolist() == [1.1, 1.2]
    colors = chart.to_dict()["layer"][0]["encoding"]["color"]["scale"]
    assert colors["domain"] == ["a", "b", "new"] and len(set(colors["range"])) == 3


def test_charts_of_an_evaluation():
    labels, given = np.array([0, 1, 1, 0]), of_both([0.1, 0.9, 0.4, 0.2])
    plot = calibration_plot(calibration_bins(labels, given, 1), "share of Positive").to_dict()
    (points,) = [rows for rows in plot["datasets"].values() if "reviews" in rows[0]]
    assert sum(point["reviews"] for point in points) == 4
    curve = threshold_curve(np.array([[0, 0], [0, 1], [1, 1]]), "x", "y", chance=True)
    assert len(curve.layer) == 2
    assert len(threshold_curve(np.zeros((2, 2)), "x", "y", chance=False).layer) == 1


def test_probabilities_over_training():
    both = of_both([0.5, 0.7])
    marked = probability_over_training([0, 9], both, NEGATIVE_POSITIVE, 1, 9).to_dict()
    assert "datum.step === 9" in str(marked)
    (rows,) = marked["datasets"].values()
    assert [(row["class"], row["probability"]) for row in rows] == [
        ("Positive", 0.5),
        ("Positive", 0.7),
    ]
    three = np.array([[0.2, 0.3, 0.5], [0.1, 0.8, 0.1]])
    chart = probability_over_training([0, 9], three, NEGATIVE_NEUTRAL_POSITIVE, 1, 0).to_dict()
    (rows,) = chart["datasets"].values()
    assert {row["class"] for row in rows if row["strong"]} == {"Neutral"}
    assert [row["probability"] for row in rows] == three.T.ravel().tolist()
