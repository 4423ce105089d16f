"""Delimited text as people have it: delimiters, quotes, headers, comments, line ends, encodings."""

import csv
import io

import pytest

from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_facts import facts_of, guesses_of
from sentiment.corpus.tables import read_table
from sentiment.errors import ConfigError, CorpusError

GOOD, BAD = "a good film, really", "a dull film; a bore"


def read(path, **options):
    return read_table(path, TableConfig(**options))


def guesses(path, **options):
    return {guess.field: guess.value for guess in guesses_of(path, TableConfig(**options))}


def table(rows, *, delimiter=",", end="\n", quoting=csv.QUOTE_MINIMAL):
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
    return file.getvalue()


ROWS = [["text", "label"], *[[f"{GOOD} {n}", "1"] for n in range(5)], [BAD, "0"]]


def assert_read(corpus):
    assert list(corpus.texts) == [row[0] for row in ROWS[1:]]
    assert corpus.labels.tolist() == [int(row[1]) for row in ROWS[1:]]
    assert corpus.rejected == ()


@pytest.mark.parametrize("name", ["t.csv", "t.tsv", "t.txt", "t"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_any_delimiter_and_line_end_under_any_suffix(write, name, delimiter, end):
    path = write(name, table(ROWS, delimiter=delimiter, end=end))
    assert_read(read(path))
    assert guesses(path) == {}


@pytest.mark.parametrize("quoting", [csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC])
def test_any_quoting(write, quoting):
    path = write("t.csv", table(ROWS, quoting=quoting))
    assert_read(read(path))
    assert guesses(path) == {}


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
@pytest.mark.parametrize("name", ["t.csv", "t.txt"])
def test_unicode_is_read_without_being_named(write, encoding, name):
    rows = [*ROWS, ["这部电影非常好看，一部好电影", "1"], ["отличный фильм", "1"]]
    path = write(name, table(rows).encode(encoding))
    assert list(read(path).texts)[-2:] == [rows[-2][0], rows[-1][0]]


def test_a_line_that_names_the_separator(write):
    path = write("t.csv", "sep=|\r\n" + table(ROWS, delimiter="|", end="\r\n"))
    assert_read(read(path))
    assert read(path).names[0] == "row 2"


def test_comments_on_top_are_skipped_and_hashtags_are_not(write):
    assert_read(read(write("t.csv", "# exported, today\n# by me\n\n" + table(ROWS))))
    assert_read(read(write("t.csv", "#" + table(ROWS))))  # a header behind a hash
    rows = "".join(f"#film number {n} is great,1\n#film number {n} is bad,0\n" for n in range(5))
    assert len(read(write("t.csv", rows))) == 10
    assert len(read(write("t.csv", rows + "another film,1\n"))) == 11
    assert_read(read(write("t.csv", "# exported, today\n" + table(ROWS))))


def test_a_given_delimiter_wins(write):
    path = write("t.csv", "a;text;label\n7,5;good film;1\n2,5;bad film;0\n")
    assert list(facts_of(path, TableConfig(delimiter=",")).columns) == ["a;text;label"]
    assert list(facts_of(path).columns) == ["a", "text", "label"]
    assert list(facts_of(path, TableConfig(delimiter=";")).columns) == ["a", "text", "label"]
    with pytest.raises(ConfigError):
        TableConfig(delimiter="ab")


def test_a_setting_keeps_its_question(write):
    path = write("t.csv", table(ROWS))
    given = {"header": "no", "delimiter": ";", "quotes": "no", "encoding": "cp1252"}
    for field, value in given.items():
        assert guesses(path, **{field: value})[field] == value


@pytest.mark.parametrize("quote", ['"', ""])
def test_spaces_after_the_delimiter(write, quote):
    rows = "".join(f'"good, ""so"", {n}", {quote}pos{quote}\n"bad", neg\n' for n in range(5))
    path = write("t.csv", f"text, {quote}label{quote}\n" + rows)
    corpus = read(path)
    assert corpus.texts[:2] == ['good, "so", 0', "bad"] and len(corpus) == 10
    assert list(facts_of(path).columns) == ["text", "label"]


def test_rows_that_end_with_a_delimiter(write):
    path = write("t.csv", "text,label\ngood film,1,\nbad film,0,\n")
    assert list(read(path).texts) == ["good film", "bad film"]
    assert list(facts_of(path).columns) == ["text", "label", "column 3"]


def test_row_numbers_without_a_column_name_as_r_writes_them(write):
    path = write("t.csv", '"text","label"\n"1","good film",1\n"2","bad film",0\n')
    assert list(read(path).texts) == ["good film", "bad film"]


# --- Quotes


def loose_tsv(count=1_000):
    """Labelled sentences without quoting, some of which begin with a quote, or have one inside."""
    texts = [
        f'"Great" was the word {n}' if n % 50 == 0
        else f'"unbalanced {n}' if n % 50 == 7
        else f'a 5" screen "{n}"' if n % 50 == 9
        else f'said "no" {n} "' if n % 50 == 31
        else f"plain sentence {n}"
        for n in range(count)
    ]  # fmt: skip
    return texts, "".join(f"{text}\t{n % 2}\n" for n, text in enumerate(texts))


@pytest.mark.parametrize("name", ["t.tsv", "t.txt", "t.csv"])
def test_loose_quotes_are_text_and_swallow_nothing(write, name):
    texts, content = loose_tsv()
    path = write(name, content)
    corpus = read(path)
    assert list(corpus.texts) == texts
    assert corpus.labels.tolist() == [n % 2 for n in range(len(texts))]
    assert corpus.rejected == ()
    assert guesses(path) == {"header": "no", "quotes": "no"}


def test_two_quotes_that_pair_up_over_two_rows_are_found_in_a_tsv(write):
    rows = [f"sentence {n}\t{n % 2}" for n in range(40)]
    rows[10], rows[11] = '"unbalanced\t0', 'something "\t1'
    corpus = read(write("t.tsv", "text\tlabel\n" + "\n".join(rows)))
    assert len(corpus) == 40 and corpus.texts[10] == '"unbalanced'


def test_the_rule_for_quotes_can_be_switched(write):
    path = write("t.tsv", loose_tsv()[1])
    swallowed = read(path, quotes="yes")
    assert 0 < len(swallowed) < 1_000
    # Every row is there or rejected by number; none is part of another.
    assert len(swallowed) + len(swallowed.rejected) == 1_000
    assert not any("\n" in text for text in swallowed.texts)


def test_quotes_within_quotes_by_a_backslash(write):
    rows = "".join(f'"he said \\"no\\", {n} times\\\\ and C:\\new",{n % 2}\n' for n in range(20))
    path = write("t.csv", "text,label\n" + rows)
    corpus = read(path)
    assert corpus.texts[3] == 'he said "no", 3 times\\ and C:\\new'
    assert len(corpus) == 20 and corpus.rejected == ()
    assert guesses(path) == {"quotes": "backslash"}


@pytest.mark.parametrize(
    "bad",
    ['"never closed {},1', '"Great" was the word {},1', '1 quote at the end {}","1'],
)
def test_one_loose_quote_in_a_quoted_file_costs_its_row_alone(write, bad):
    rows = [[f"a film, number {n}\nand a second line", str(n % 2)] for n in range(200)]
    lines = table(rows, quoting=csv.QUOTE_ALL)
    content = "text,label\n" + lines + bad.format(7) + "\n" + lines
    corpus = read(write("t.csv", content))
    assert len(corpus) in (400, 401)
    assert all(text.count("\n") == 1 for text in corpus.texts[:200])
    assert len(corpus) + len(corpus.rejected) == 401
    assert all(line.startswith("row 202: ") for line in corpus.rejected)


def test_texts_with_line_ends_and_delimiters_raise_no_alarm(write):
    rows = [["text", "label"]]
    rows += [[f'I liked it, really, {n}\nbut, "1", no\n\n1,0', str(n % 2)] for n in range(300)]
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL):
        path = write("t.csv", table(rows, quoting=quoting))
        corpus = read(path)
        assert list(corpus.texts) == [row[0] for row in rows[1:]]
        assert corpus.rejected == () and guesses(path) == {}


def test_rows_after_an_unclosed_quote_in_another_column_are_read(write):
    rows = ("a,1,", "b,0,", 'c,1,"never closed', "d,0,", "e,1,")
    corpus = read(write("t.csv", "\n".join(["text,label,remark", *rows])))
    assert list(corpus.texts) == ["a", "b", "c", "d", "e"] and corpus.rejected == ()


# --- Header


REVIEW = "I went to see this film with my whole family last weekend and we had a great time"
HEADERLESS = {
    "texts and numbers": f"{REVIEW}\t1\nwhat a bore\t0\nfine\t1\nbad\t0\n",
    "texts and words": "good film\tpos\nbad film\tneg\n",
    "labels first": f"negative,{REVIEW}\npositive,a film\nnegative,another\npositive,yes\n",
    "short texts": "good,1\nbad,0\nfine,1\nawful,0\n",
    "many columns": f'"0","146","Mon Apr 06","NO","me","{REVIEW}"\n"4","147","Mon","NO","u","hm"\n',
}


@pytest.mark.parametrize("kind", HEADERLESS)
def test_a_table_without_a_header(write, kind):
    path = write("t.csv", HEADERLESS[kind])
    names = list(facts_of(path).columns)
    assert names == [f"column {n}" for n in range(1, len(names) + 1)]
    assert guesses(path)["header"] == "no"
    (guess,) = [guess for guess in guesses_of(path) if guess.field == "header"]
    assert set(guess.options) == {"yes", "no"} and guess.sentence
    with_header = list(facts_of(path, TableConfig(header="yes")).columns)
    assert with_header != names and len(with_header) == len(names)


@pytest.mark.parametrize("kind", ["texts and numbers", "texts and words", "labels first"])
def test_the_first_review_of_a_table_without_a_header_is_read(write, kind):
    path = write("t.csv", HEADERLESS[kind])
    corpus = read(path)
    rows = HEADERLESS[kind].count("\n")
    assert len(corpus) == rows and corpus.names[0] == "row 1"
    text, label = ("2", "1") if kind == "labels first" else ("1", "2")
    assert list(read(path, text=text, label=label).texts) == list(corpus.texts)
    assert len(read(path, header="no")) == rows


@pytest.mark.parametrize(
    "content",
    [
        "text,label\ngood film,1\nbad film,0\n",
        "review;stars\ngood film;5\nbad film;1\n",
        "words,verdict\n" + "good film,1\nbad film,0\n" * 5,
        ",0,1\n0,good film,1\n1,bad film,0\n",  # pandas names columns by numbers
        "Review Text,Recommended IND\ngood film,1\nbad film,0\n",
    ],
)
def test_a_header_is_no_question(write, content):
    path = write("t.csv", content)
    assert guesses(path) == {}
    assert (
        list(facts_of(path).columns)[-1] == content.split("\n")[0].replace(";", ",").split(",")[-1]
    )


def test_long_questions_as_column_names_are_a_question(write):
    names = "What did you think of the film that we showed you last night?,Would you go again?"
    path = write("t.csv", names + "\n" + "so good,yes\nso bad,no\n" * 5)
    assert guesses(path) == {"header": "yes"}


def test_a_header_that_may_be_a_review_is_a_question(write):
    path = write("t.csv", "lovely,dreadful\nso good,quite bad\nas ever,as never\n")
    assert guesses(path) == {"header": "yes"}


# --- Bad input


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", "empty"),
        (b"\n \n\r\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"text,label\n", "no rows"),
        (b",".join([b"c"] * 100_000) + b"\n" + b",".join([b"1"] * 100_000), "100,000 columns"),
        (b"text,label\n" + b"\0" * 3_000, "binary"),
        (bytes(range(256)) * 40, "binary"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_tables_end_in_one_sentence(write, content, named):
    path = write("t.csv", content)
    with pytest.raises(CorpusError, match=named) as raised:
        read(path)
    assert str(path) in str(raised.value) and len(str(raised.value)) < 500


def test_a_nul_costs_its_row_alone(write):
    rows = "".join(f"a film {n},{n % 2}\n" for n in range(40))
    corpus = read(write("t.csv", "text,label\nbroken \0 film,1\n" + rows))
    assert len(corpus) == 40
    assert [line.split(":")[0] for line in corpus.rejected] == ["row 2"]


def test_a_huge_value_costs_its_row_alone(write):
    content = b"text,label\ngood,1\n" + b"x" * 20_000_000 + b",1\nbad,0\n"
    for quotes in ("yes", "no"):
        corpus = read(write("t.csv", content), quotes=quotes)
        assert list(corpus.texts) == ["good", "bad"]
        (line,) = corpus.rejected
        assert line.startswith("row 3: ")
