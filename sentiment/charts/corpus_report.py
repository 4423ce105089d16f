"""The report of `stats --html`: the statistics of the Explore page as one file."""

from sentiment.analysis.positions import SIDES
from sentiment.analysis.statistics import CorpusStatistics
from sentiment.charts.lengths import length_boxes, length_histogram, length_shares
from sentiment.charts.report import Section, report
from sentiment.charts.sequence import (
    distinctive_words_lost,
    epoch_cells,
    epoch_time_curves,
    position_profile,
    sequence_length_curves,
)
from sentiment.charts.vocabulary import coverage_curves, distinctive_words, rank_frequency
from sentiment.encoding.lengths import CutoffEffect, LengthHistogram
from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from sentiment.evaluation.epoch_cost import epoch_costs, measured_speeds, shortest_sufficient_length
from sentiment.wording import counted

SHOWN_TO, STEP = 1_000, 20  # candidates for the sequence length, words
SHOWN_PER_CLASS = 25  # words of each class


def corpus_report(
    statistics: CorpusStatistics,
    prepare: PrepareConfig,
    sequence: SequenceConfig,
    batch_size: int,
    tolerance: float,
) -> str:
    """The report as HTML. tolerance: share of the words that a sufficient length may lose."""
    cut = statistics.cut(prepare.min_length, prepare.max_length, "train")
    sections = [_lengths(statistics, prepare, cut)]
    if cut.kept.reviews:
        sections.append(_sequence(statistics, sequence, cut.kept, batch_size, tolerance))
    if statistics.frequencies.distinct:
        sections += _words(statistics, prepare)
    reviews = statistics.lengths().reviews
    return report(
        f"Statistics of {statistics.name}",
        f"{counted(reviews, 'review')}, {statistics.lengths('train').reviews:,} in the training "
        "split. Made "
        "with Sentiment Lab; its Explore page shows the same for any settings.",
        sections,
    )


def _lengths(statistics: CorpusStatistics, prepare: PrepareConfig, cut: CutoffEffect) -> Section:
    lengths = statistics.lengths("train")
    series, classes = statistics.length_series("train", "label"), statistics.classes
    low, high = prepare.min_length, prepare.max_length

    rows = []
    for split in statistics.splits:
        of = statistics.lengths(split)
        tenths = {f"{10 * (n + 1)}%": words for n, words in enumerate(of.deciles)}
        rows.append(
            {"reviews of": split, "reviews": of.reviews, "mean": of.mean, "shortest": of.shortest}
            | {**tenths, "longest": of.longest}
        )
    return Section(
        "Review lengths (training split)",
        {
            "Reviews": f"{lengths.reviews:,}",
            "Empty": f"{cut.empty:,}",
            f"Shorter than {low:,} words": f"{cut.short:,}",
            f"Longer than {high:,} words": f"{cut.long:,}",
            "Also in test": f"{cut.repeated:,}",
            "Kept": f"{cut.kept.reviews:,}",
        },
        [
            (kind(series, low=low, high=high, classes=classes, brush=False), finding)
            for kind, finding in (
                (length_histogram, f"Reviews by length; the mean is {lengths.mean:.0f} words."),
                (length_shares, f"The median is {lengths.percentile(50):,} words."),
                (length_boxes, f"Lengths are {lengths.shortest:,} to {lengths.longest:,} words."),
            )
        ],
        rows,
        "Lengths in words. 10%: ten percent of the reviews have at most this length.",
    )


def _sequence(
    statistics: CorpusStatistics,
    config: SequenceConfig,
    kept: LengthHistogram,
    batch_size: int,
    tolerance: float,
) -> Section:
    chosen, sufficient = config.sequence_length, shortest_sufficient_length(kept, tolerance)
    speed = measured_speeds()["lstm"]
    candidates = sorted({*range(STEP, max(SHOWN_TO, chosen) + 1, STEP), chosen, sufficient})
    costs = {
        cost.sequence_length: cost for cost in epoch_costs(kept, candidates, batch_size, speed)
    }
    here, listed, profile = costs[chosen], list(costs.values()), statistics.positions
    charts = [
        (
            sequence_length_curves(listed, chosen, sufficient),
            f"The shortest sufficient length, {sufficient:,} words, loses at most "
            f"{tolerance:.0%} of the words.",
        ),
        (
            epoch_time_curves(listed, chosen, sufficient),
            f"Time per epoch by batching, at {speed.words_per_second:,.0f} cells per second: the "
            f"speed of one LSTM layer of {speed.width} units on {speed.threads} threads of the "
            "developers' machine.",
        ),
        (epoch_cells(here.cells), f"Words and padding per epoch at {chosen:,} words."),
    ]
    if profile.total:
        shares = ", ".join(f"{profile.kept_share(side, chosen):.1%} by {side}" for side in SIDES)
        charts += [
            (
                position_profile(profile, statistics.classes),
                "Positions of the most distinctive words, relative to all words.",
            ),
            (
                distinctive_words_lost(profile, chosen, here.effect.lost_words_share),
                f"Distinctive words kept at {chosen:,} words: {shares}.",
            ),
        ]
    return Section(
        "Sequence length",
        {
            f"Truncated at {chosen:,} words": f"{here.effect.truncated_share:.1%}",
            "Words lost": f"{here.effect.lost_words_share:.1%}",
            "Padding, fixed width": f"{here.effect.padding_share:.1%}",
            "Padding, length buckets": f"{here.cells.padding_share(here.cells.bucketed):.1%}",
            "Memory per batch, lower bound": f"{here.memory / 2**20:,.0f} MiB",
        },
        charts,
    )


def _words(statistics: CorpusStatistics, prepare: PrepareConfig) -> list[Section]:
    of, size, words = statistics.frequencies, prepare.max_words, statistics.words
    covered, missed = statistics.vocabulary.at(size)
    sections = [
        Section(
            "Vocabulary",
            {
                "Words (training split)": f"{of.total:,}",
                "Distinct words": f"{of.distinct:,}",
                "Words that occur once": f"{of.once:,}",
                f"Covered by {size:,} words": f"{covered:.1%}",
                "Unknown in held-out reviews": f"{missed:.2%}",
            },
            [
                (rank_frequency(of, size), "Occurrences by rank; dashed gray: Zipf's law."),
                (
                    coverage_curves(statistics.vocabulary, size),
                    "Vocabulary from nine tenths of the training reviews (all, if the corpus has a "
                    "validation split), coverage of the rest.",
                ),
            ],
        )
    ]
    classes = statistics.classes
    for code, places in enumerate(words.most_distinctive(SHOWN_PER_CLASS)):
        if len(places):
            chart = distinctive_words(words, places, classes, code)
            rows = [
                {key: value for key, value in row.items() if key != "index"}
                for row in words.table(places, classes, code)
            ]
            sections.append(
                Section(
                    f"Distinctive words of {classes.name(code)} reviews",
                    charts=[(chart, "z-scores of the log-odds of this class against the others.")],
                    rows=rows,
                    note="Log-odds with an informative Dirichlet prior (Monroe, Colaresi & Quinn "
                    "2008); z is the same in standard deviations.",
                )
            )
    return sections
