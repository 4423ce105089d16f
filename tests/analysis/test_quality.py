"""The quality checks find planted problems and nothing else, and can exclude them."""

import gc
import itertools
from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from sentiment import atomic
from sentiment.analysis import label_errors, quality
from sentiment.analysis.exclusions import QUALITY_CHECKS
from sentiment.analysis.label_errors import THRESHOLD as LABEL_ERROR_THRESHOLD
from sentiment.analysis.near_duplicates import RUN, THRESHOLD, near_duplicates
from sentiment.analysis.text_checks import html_evidence, rating_evidence
from sentiment.corpus.classes import NEGATIVE_POSITIVE
from sentiment.corpus.review import Split
from sentiment.corpus.sample import sample_corpus
from sentiment.dataset.prepare import encode_corpus, prepare
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.dataset.quality_findings import Findings, checked_reviews
from sentiment.encoding import token_ids
from sentiment.encoding.outliers import DropReason
from sentiment.encoding.settings import EXCLUDABLE, PrepareConfig
from sentiment.encoding.splitting import text_numbers
from sentiment.encoding.token_ids import TokenizedCorpus
from sentiment.encoding.tokenize import tokenize
from sentiment.errors import ConfigError
from tests.corpora import corpus_of_classes, small_corpus


@pytest.fixture(autouse=True)
def own_data(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path / "data"))


def prepared(tmp_path, corpus, **settings) -> PreparedCorpus:
    folder = tmp_path / "-".join(map(str, ["made", *settings.values()]))
    with atomic.new_folder(folder) as fresh:
        encode_corpus(corpus, PrepareConfig(**settings), fresh)
    return PreparedCorpus.open(folder)


def edited(text: str, share: float, random: np.random.Generator) -> str:
    words = text.split()
    for place in np.flatnonzero(random.random(len(words)) < share).tolist():
        words[place] = f"w{random.integers(1_000_000)}"
    return " ".join(words)


@pytest.fixture(scope="module")
def texts():
    """Originals, edited copies of them, and texts too short for a run of words."""
    random = np.random.default_rng(3)
    originals = sample_corpus().texts[:250]
    edits = [
        edited(text, share, random)
        for text in originals[:120]
        for share in random.choice([0.0, 0.005, 0.01, 0.02, 0.04, 0.08], 2)
    ]
    return [*originals, *edits, "", "two words", "two words", "three whole words"]


def exact_groups(texts: list[str]) -> set[frozenset[int]]:
    """Groups of near-duplicates from comparing every pair: the slow way."""
    runs = []
    for text in texts:
        words = tokenize(text)
        runs.append({tuple(words[n : n + RUN]) for n in range(len(words) - RUN + 1)})
    groups = [{row} for row in range(len(texts))]
    for one, other in itertools.combinations(range(len(texts)), 2):
        same = texts[one] == texts[other]
        union = runs[one] | runs[other]
        if same or (union and len(runs[one] & runs[other]) / len(union) >= THRESHOLD):
            joined = groups[one] | groups[other]
            for row in joined:
                groups[row] = joined
    return {frozenset(group) for group in groups if len({texts[row] for row in group}) > 1}


def test_near_duplicates_equal_those_by_the_exact_jaccard_index(texts):
    found = near_duplicates(TokenizedCorpus.of(texts), text_numbers(texts))
    groups = {
        frozenset(np.flatnonzero(found == group).tolist()) for group in np.unique(found[found >= 0])
    }
    expected = exact_groups(texts)
    assert groups == expected and len(expected) > 50
    assert all(min(group) == found[min(group)] for group in groups)


def test_many_variants_of_one_template_are_one_group():
    random = np.random.default_rng(0)
    template = " ".join(f"word{n}" for n in range(300))
    texts = [edited(template, 0.004, random) for _ in range(200)]
    found = near_duplicates(TokenizedCorpus.of(texts), text_numbers(texts))
    assert np.bincount(found[found >= 0]).max() > 190


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a solid 10/10 from me", "10/10"),
        ("I say 7.5 / 10.", "7.5 / 10"),
        ("rating: 8 out of 10", "8 out of 10"),
        ("Ten out of TEN!", "Ten out of TEN"),
        ("4 stars", "4 stars"),
        ("two-and-a-half-star", "half-star"),
        ("a four-star film", "four-star"),
        ("I gave this movie a 2", "gave this movie a 2"),
        ("*** out of ****", "*** out of ****"),
        ("2 out of 4", "2 out of 4"),
        ("on 9/10/2001 it came out", ""),
        ("24/7 and 9/11", ""),
        ("the two stars of the film", ""),
        ("three stars who shine", ""),
        ("one of the stars", ""),
        ("one out of many", ""),
        ("give it a try", ""),
        ("F**** it", ""),
    ],
)
def test_leaked_ratings(text, found):
    assert rating_evidence(text) == found
    corpus = replace(small_corpus(8), texts=[text, *small_corpus(8).texts[1:]])
    reviews = quality.CheckedReviews("x", lambda: corpus.texts, corpus.labels, corpus.classes)
    results = reviews.results("ratings", np.zeros(8, bool))
    assert bool(results[0]) == bool(found) and not results[1:].any()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("so <i>good</i>", "<i>"),
        ("Tom &amp; Jerry", "&amp;"),
        ("it&#39;s", "&#39;"),
        ('<a href="x">here</a>', '<a href="x">'),
        ("fine<br /><br/>line<BR>breaks", ""),
        ("2 < 3 and 5 > 4", ""),
        ("AT&T; R&B", ""),
        ("I <3 this", ""),
    ],
)
def test_html_residue(text, found):
    assert html_evidence(text) == found


def test_other_languages():
    texts = [
        "Ich habe diesen Film gestern Abend im Kino gesehen und war von der Handlung sehr "
        "enttäuscht, obwohl die Schauspieler wirklich ihr Bestes gegeben haben.",
        "Cette histoire est magnifique et les acteurs jouent avec beaucoup de talent, je la "
        "recommande vivement à tous ceux qui aiment le cinéma.",
        "Una película muy aburrida, no me gustó nada la historia y los actores son malos, "
        "una pérdida de tiempo para todos.",
        "Этот фильм был прекрасен",
        "这部电影非常好看",
        "This was the dullest of all the films that I have ever seen in my life.",
        "Great fun!",
        "",
    ]
    reviews = quality.CheckedReviews(
        "x", lambda: texts, np.zeros(len(texts), np.int8), NEGATIVE_POSITIVE
    )
    results = reviews.results("languages", np.zeros(len(texts), bool))
    assert results.tolist() == [True] * 5 + [False] * 3


def mislabelled(official: bool = False):
    """An easy corpus with a few wrong labels."""
    corpus = small_corpus(1_000, official=official)
    wrong = np.arange(7, 1_000, 41)
    labels = corpus.labels.copy()
    labels[wrong] = 1 - labels[wrong]
    return replace(corpus, labels=labels), wrong


def test_wrong_labels_are_found(tmp_path):
    corpus, wrong = mislabelled()
    findings = Findings.of(prepared(tmp_path, corpus))
    found = findings.rows("label-errors")
    assert set(found.tolist()) <= set(wrong.tolist()) and len(found) > len(wrong) / 2
    results = findings.results["label-errors"][found]
    assert (np.diff(results) <= 0).all() and (results >= LABEL_ERROR_THRESHOLD).all()


@pytest.mark.parametrize("count", [3, 5])
def test_wrong_labels_among_several_classes_are_found_with_the_right_one(count, tmp_path):
    corpus = corpus_of_classes(count, 1_200)
    wrong = np.arange(7, 1_200, 41)
    labels = corpus.labels.copy()
    labels[wrong] = (labels[wrong] + 1) % count
    findings = Findings.of(prepared(tmp_path, replace(corpus, labels=labels)))
    order = np.argsort(-findings.results["label-errors"])
    assert len(set(order[: len(wrong)].tolist()) & set(wrong.tolist())) > 0.8 * len(wrong)
    found = findings.rows("label-errors").tolist()
    assert set(findings.suggestions) == set(found)
    assert all(findings.suggestions[row].label == corpus.labels[row] for row in found)
    for row in found:  # one of the two words that only reviews of the right class have
        assert any(
            f"mark{corpus.labels[row]}" in words for words in findings.suggestions[row].words
        )


def test_probabilities_of_several_classes_equal_one_against_the_rest(tmp_path):
    """Against scikit-learn's logistic regressions, one per class, on the features of the fold."""
    corpus = corpus_of_classes(3, 300)
    tokenized = TokenizedCorpus.of_any_size(corpus.texts)
    numbers = np.arange(300)
    none = np.zeros(300, bool)
    found = label_errors.out_of_fold(tokenized, corpus.labels, 3, numbers, none)
    assert np.allclose(found.probabilities.sum(axis=1), 1, atol=1e-5)
    (_, features), *_ = label_errors._features(tokenized, ~none)
    fold = numbers % label_errors.FOLDS == 2
    expected = []
    for code in range(3):
        model = LogisticRegression(C=30, solver="liblinear", dual=True, tol=1e-2, random_state=0)
        model.fit(features[~fold], corpus.labels[~fold] == code)
        expected.append(model.predict_proba(features[fold])[:, 1])
    expected = np.array(expected).T
    assert np.allclose(
        found.probabilities[fold], expected / expected.sum(axis=1, keepdims=True), atol=1e-5
    )


def test_a_large_corpus_is_sampled_for_training_but_fully_predicted(tmp_path, monkeypatch):
    monkeypatch.setattr(label_errors, "MAX_TRAINING_REVIEWS", 300)
    corpus, wrong = mislabelled(official=True)
    findings = Findings.of(prepared(tmp_path, corpus))
    results = findings.results["label-errors"]
    assert not np.isnan(results).any()
    assert set(findings.rows("label-errors").tolist()) < set(
        wrong.tolist()
    )  # less sure than of all
    assert results[wrong].min() > np.median(results)


def test_label_errors_are_excluded_from_the_training_split_only(tmp_path):
    corpus, _ = mislabelled()
    whole = prepared(tmp_path, corpus)
    made = prepared(tmp_path, corpus, exclude="label-errors")
    excluded = np.flatnonzero(made.drop_reasons == DropReason.LABEL_ERROR)
    assert len(excluded) and (made.splits[excluded] == Split.TRAIN).all()
    for split in (Split.VALID, Split.TEST):
        assert made.rows(split).tolist() == whole.rows(split).tolist()
    assert Findings.of(made).drop_reasons.tolist() == whole.drop_reasons.tolist()


def test_a_corpus_of_one_label_has_no_label_errors(tmp_path):
    corpus = small_corpus(60)
    findings = Findings.of(prepared(tmp_path, replace(corpus, labels=np.ones(60, np.int8))))
    assert len(findings.rows("label-errors")) == 0


@pytest.mark.parametrize("official", [True, False])
def test_exclusions_drop_count_and_protect_an_official_test_split(official, tmp_path):
    corpus = small_corpus(400, official=official)
    texts = list(corpus.texts)
    changes = {
        0: texts[1],  # a duplicate within train
        2: texts[300],  # of a test review, if there is an official test split
        4: texts[4] + " 9/10",
        6: "<i>" + texts[6],
        8: "слова " * 12,
        304: texts[304] + " 2/10",
        306: "<b>" + texts[306],
    }
    for row, text in changes.items():
        texts[row] = text
    texts[10] = " ".join(f"the w{n}" for n in range(60))
    texts[12] = texts[10] + " more"
    corpus = replace(corpus, texts=texts)
    made = prepared(tmp_path, corpus, exclude="html, ratings,near-duplicates, duplicates,languages")
    drop_reasons = {
        row: DropReason(int(made.drop_reasons[row]))
        for row in (0, 1, 2, 4, 6, 8, 10, 12, 300, 304, 306)
    }
    assert (drop_reasons[4], drop_reasons[6], drop_reasons[8]) == (
        DropReason.RATING,
        DropReason.HTML,
        DropReason.LANGUAGE,
    )
    assert sorted([drop_reasons[0], drop_reasons[1]]) == [DropReason.KEPT, DropReason.DUPLICATE]
    assert (drop_reasons[10], drop_reasons[12]) == (DropReason.KEPT, DropReason.NEAR_DUPLICATE)
    if official:
        assert (drop_reasons[2], drop_reasons[300]) == (DropReason.IN_TEST, DropReason.KEPT)
        assert (drop_reasons[304], drop_reasons[306]) == (DropReason.KEPT, DropReason.KEPT)
    else:
        assert sorted([drop_reasons[2], drop_reasons[300]]) == [
            DropReason.KEPT,
            DropReason.DUPLICATE,
        ]
        assert (drop_reasons[304], drop_reasons[306]) == (DropReason.RATING, DropReason.HTML)
    assert made.report.dropped["leaked rating"] == 1 + (not official)
    plain = prepared(tmp_path, corpus)
    kinds = ["duplicates", "near-duplicates", "ratings", "html", "languages"]
    assert Findings.of(plain).drop_reasons_excluding(kinds).tolist() == made.drop_reasons.tolist()


def test_a_near_duplicate_of_a_test_review_leaves_the_training_split(tmp_path):
    corpus = small_corpus(100, official=True)
    long = " ".join(f"w{n}" for n in range(60))
    texts = list(corpus.texts)
    texts[3], texts[80] = long, long + " indeed"
    made = prepared(tmp_path, replace(corpus, texts=texts), exclude="near-duplicates")
    assert (
        made.drop_reasons[3] == DropReason.NEAR_DUPLICATE
        and made.drop_reasons[80] == DropReason.KEPT
    )


def test_results_are_cached(tmp_path, monkeypatch):
    corpus = small_corpus(200)
    made = prepared(tmp_path, corpus)
    stages = []
    first = Findings.of(made, lambda stage, done, total: stages.append(stage))
    assert set(stages) == {check.title for check in QUALITY_CHECKS.values()}
    monkeypatch.setattr(quality, "_CHECKS", {})
    again = Findings.of(made)
    for name in QUALITY_CHECKS:
        np.testing.assert_array_equal(first.results[name], again.results[name])
    other = replace(corpus, labels=1 - corpus.labels)
    with pytest.raises(KeyError):
        Findings.of(prepared(tmp_path, other, min_length=2))  # other labels: not cached


def test_temporary_files_are_deleted(monkeypatch, tmp_path):
    monkeypatch.setattr(token_ids, "IN_MEMORY", 10)
    made = prepared(tmp_path, small_corpus(50))
    reviews = checked_reviews(made)
    assert isinstance(reviews.tokenized.ids, np.memmap)
    assert reviews.tokenized.lengths.tolist() == made.lengths.tolist()
    del reviews
    gc.collect()
    assert not list((tmp_path / "data").rglob("words.bin"))


def test_damaged_results_are_computed_again(tmp_path):
    made = prepared(tmp_path, small_corpus(50))
    first = Findings.of(made)
    for file in quality.quality_dir().rglob("*.npy"):
        file.write_bytes(b"nonsense")
    assert Findings.of(made).rows("duplicates").tolist() == first.rows("duplicates").tolist()


def test_the_setting_exclude_is_normalized(tmp_path, monkeypatch):
    assert set(EXCLUDABLE) == set(QUALITY_CHECKS)
    assert PrepareConfig(exclude="html,duplicates, ") == PrepareConfig(exclude="duplicates, html")
    assert PrepareConfig.from_json(PrepareConfig(exclude="html").to_json()).excluded == ("html",)
    with pytest.raises(ConfigError, match="'nonsense'; expected any of duplicates"):
        PrepareConfig(exclude="nonsense")
    plain = prepare("sample")
    without = prepare("sample", PrepareConfig(exclude="ratings"))
    assert plain.folder != without.folder and plain.content == without.content
    assert without.report.dropped["leaked rating"] > 0
