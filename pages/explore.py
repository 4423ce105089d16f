"""Explore: how long reviews are, and what a cutoff or a sequence length does to them."""

import streamlit as st

from sentiment import web
from sentiment.charts.lengths import BRUSH, length_histogram, sequence_length_curves
from sentiment.corpus.review import LABEL_NAMES
from sentiment.encoding.lengths import CutoffEffect, LengthHistogram
from sentiment.encoding.statistics import CorpusStatistics

DEFAULT_LOW, DEFAULT_HIGH = 3, 1_500
BIN_WIDTHS = (1, 2, 5, 10, 20, 25, 50, 100)


def apply_brush() -> None:
    """The brush on the chart sets the two number inputs."""
    selected = st.session_state[chart_key()].selection.get(BRUSH) or {}
    for low, high in selected.values():
        st.session_state.low = max(1, round(low))
        st.session_state.high = max(st.session_state.low, round(high))


def forget_brush() -> None:
    """A number that was typed replaces the brush: a new key draws the chart without it."""
    st.session_state.chart_version = st.session_state.get("chart_version", 0) + 1


def chart_key() -> str:
    return f"lengths_{st.session_state.get('chart_version', 0)}"


def choose_series(statistics: CorpusStatistics) -> dict[str, LengthHistogram]:
    """The reviews to look at, as named series for the chart."""
    split_column, by_column = st.columns(2)
    split = split_column.segmented_control(
        "Reviews of",
        ["all", *statistics.splits],
        default="all",
        key="split",
        required=True,
        bind="query-params",
    )
    by = by_column.segmented_control(
        "Coloured by",
        ["label", "split", "nothing"],
        default="label",
        key="by",
        required=True,
        bind="query-params",
    )
    within = None if split == "all" else split
    if by == "label":
        series = {LABEL_NAMES[n]: statistics.lengths(within, n) for n in statistics.labels}
    elif by == "split" and within is None:
        series = {name: statistics.lengths(name) for name in statistics.splits}
    else:
        series = {split: statistics.lengths(within)}
    return {name: lengths for name, lengths in series.items() if lengths.reviews}


web.header(
    "Explore",
    "Reviews differ in length, a network reads rows of one length. Where to cut is a choice: "
    "this page shows what each choice costs.",
)
source = st.segmented_control(
    "Corpus", ["IMDB", "Sample"], default="IMDB", key="corpus", required=True, bind="query-params"
)
with web.plain_errors():
    statistics = web.imdb_statistics() if source == "IMDB" else web.sample_statistics()
series = choose_series(statistics)
lengths = LengthHistogram.merged(series.values())

st.subheader("How long are they?", anchor=False)
web.metrics(
    Reviews=f"{lengths.reviews:,}",
    Mean_length=f"{lengths.mean:.0f} words",
    Median=f"{lengths.percentile(50):,}",
    **{"90th percentile": f"{lengths.percentile(90):,}"},
    Shortest=f"{lengths.shortest:,}",
    Longest=f"{lengths.longest:,}",
)

web.start_with(low=DEFAULT_LOW, high=DEFAULT_HIGH)
low_column, high_column, log_column = st.columns([1, 1, 1], vertical_alignment="bottom")
low = low_column.number_input(
    "Shortest review kept (words)",
    1,
    10_000,
    key="low",
    bind="query-params",
    on_change=forget_brush,
    help="Shorter reviews are dropped. Empty ones always are.",
)
high = high_column.number_input(
    "Longest review kept (words)",
    1,
    10_000,
    key="high",
    bind="query-params",
    on_change=forget_brush,
    help="Longer reviews are dropped, not cut.",
)
log_scale = log_column.toggle("Logarithmic scale", key="log", bind="query-params")
if low > high:
    st.warning(f"Nothing is kept: the shortest ({low}) is longer than the longest ({high}).")

upto = max(lengths.percentile(99.5), 20)
width = next((width for width in BIN_WIDTHS if upto / width <= 90), BIN_WIDTHS[-1])
cut = CutoffEffect.of(lengths, low, high)
st.altair_chart(
    length_histogram(
        series,
        low=low,
        high=high,
        upto=upto,
        bin_width=width,
        log_scale=log_scale,
        dark=web.is_dark(),
    ),
    key=chart_key(),
    on_select=apply_brush,
    selection_mode=BRUSH,
    alt=f"Histogram of review lengths: mean {lengths.mean:.0f}, median {lengths.percentile(50)}, "
    f"longest {lengths.longest} words; cutoffs {low} to {high} keep {cut.kept.reviews} reviews.",
)
st.caption(
    f"Drag across the chart to set both cutoffs. A bar is {width} words wide; "
    f"{lengths.between(upto + 1, lengths.longest).reviews:,} reviews longer than {upto:,} words "
    "lie beyond the right edge."
)

web.metrics(
    Kept=f"{cut.kept.reviews:,}",
    Dropped_as_empty=f"{cut.empty:,}",
    Dropped_as_too_short=f"{cut.short:,}",
    Dropped_as_too_long=f"{cut.long:,}",
)

st.subheader("Which sequence length?", anchor=False)
controls, chart = st.columns([1, 2])
with controls:
    sequence_length = st.slider(
        "Sequence length (words)",
        10,
        1_000,
        250,
        10,
        key="sequence_length",
        bind="query-params",
        help="Every row has this many words: longer reviews are truncated, shorter ones padded.",
    )
    effect = cut.kept.fitted_to(sequence_length)
    st.metric("Reviews truncated", f"{effect.truncated_share:.1%}")
    st.metric("Words lost", f"{effect.lost_words_share:.1%}")
    st.metric("Share of padding in the rows", f"{effect.padding_share:.1%}")
chart.altair_chart(
    sequence_length_curves(cut.kept, sequence_length, 1_000, dark=web.is_dark()),
    key="sequence_chart",
    alt=f"At {sequence_length} words, {effect.truncated_share:.0%} of the reviews are truncated, "
    f"{effect.lost_words_share:.0%} of the words are lost and {effect.padding_share:.0%} of the "
    "rows is padding.",
)

st.subheader("Which words?", anchor=False)
st.markdown(
    f"{statistics.total_words:,} words in the training reviews, {statistics.distinct_words:,} "
    f"different ones, {statistics.words_once:,} of them only once. The more frequent a word, the "
    "lower its index; 0 is `<pad>` and 1 is `<unk>`."
)
st.dataframe(
    statistics.word_table(),
    height=260,
    column_config={
        "count": st.column_config.NumberColumn(format="localized"),
        "in positive": st.column_config.ProgressColumn(
            "share in positive reviews", format="percent", min_value=0, max_value=1
        ),
    },
)
duplicates = statistics.duplicates
st.caption(
    f"Exact duplicates: {duplicates.within_train} in train, {duplicates.within_test} in test, "
    f"{duplicates.test_also_in_train} test reviews that also stand in train. Preparing drops the "
    "training copies of these."
)

st.page_link("pages/reviews.py", label="Read the reviews themselves", icon=":material/menu_book:")
