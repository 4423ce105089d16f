"""The words of hostile texts, and properties that hold for every text."""

import itertools
import random
import unicodedata

import pytest

from sentiment.encoding.tokenize import TOKENIZER, check_tokenizer, clean, tokenize
from sentiment.errors import ModelError
from sentiment.places import PROGRAM

# Letters of scripts whose words spaces do not separate, by the beginning of their Unicode names.
UNSPACED_NAMES = (
    "CJK UNIFIED IDEOGRAPH",
    "HIRAGANA LETTER",
    "KATAKANA LETTER",
    "BOPOMOFO LETTER",
    "YI SYLLABLE",
    "THAI CHARACTER",
    "LAO LETTER",
    "KHMER LETTER",
    "MYANMAR LETTER",
    "TAI LE LETTER",
    "NEW TAI LUE LETTER",
    "TAI THAM LETTER",
    "TAI VIET LETTER",
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("One.<br /><br />Two<BR>three< br/ >four", "one two three four"),
        ("café CAFÉ cafe\u0301", "café café café"),
        ("great😀movie", "great 😀 movie"),
        ("10/10, $5 & snake_case", "10 10 5 snake case"),
        ("हिन्दी फ़िल्म", unicodedata.normalize("NFC", "हिन्दी फ़िल्म")),
        ("bell\x07tab\tnul\x00line\u0085end", "bell tab nul line end"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("lost \ufffd character", "lost character"),
        ("영화 정말 재미있어요 ㅋㅋㅋ", "영화 정말 재미있어요 ㅋㅋㅋ"),
    ],
)
def test_words_of_a_text(text, words):
    assert clean(text) == words


@pytest.mark.parametrize("apostrophe", "'’‘‛`´ʼʹ′ꞌ＇\x92")
def test_an_apostrophe_between_letters_belongs_to_the_word(apostrophe):
    text = "I'D say it WASN'T the film's worst; rock 'n' roll, 'quoted' dogs' '90s 90's 5'10 x''s"
    expected = "i'd say it wasn't the film's worst rock n roll quoted dogs 90s 90's 5 10 x's"
    assert clean(text.replace("'", apostrophe)) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("İSTANBUL", "istanbul"),
        ("İ̇stanbul", "istanbul"),
        ("STRASSE ẞ", "straße ß"),
        ("ΟΔΟΣ ΟΔΟΣ.", "οδος οδος"),
        ("ＧＯＯＤ　ｆｉｌｍ １０", "good film 10"),
        ("𝐆𝐨𝐨𝐝 𝓯𝓲𝓵𝓶 Ⓖⓞⓞⓓ", "good film good"),
        ("ﬁlm oﬃce", "film office"),
        ("ｶﾞｯﾂ", "ガッツ"),
        ("⼀", "一"),
        ("葛\U000e0100城", "葛城"),
        ("ﻓﻴﻠﻢ", "فيلم"),
        ("جميـــل", "جميل"),
        ("soft\u00adhyphen zero\u200bwidth می\u200cخواهم", "softhyphen zerowidth میخواهم"),
        ("👍🏽 👍🏿 ❤️", "👍 👍 ❤"),
        ("1️⃣ star", "1 star"),
        ("#good #ＧＯＯＤ", "good good"),
    ],
)
def test_look_alikes_are_the_same_words(one, other):
    assert clean(one) == clean(other) != ""


def test_signs_that_are_no_letters_are_not_spelled_out():
    assert clean("Batman™ m² ½") == "batman ™ m² ½"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("don&#39;t don&#x27;t don&rsquo;t don&#146;t don&apos;t", "don't " * 5),
        ("caf&eacute; &amp; bar&nbsp;x &lt;br /&gt;y &quot;z&quot;", "café bar x y z"),
        ("&amp;eacute;", "eacute"),  # resolved once
        ("AT&T this&that;x good&notable ?a=1&copy=2", "at t this that x good notable a 1 copy 2"),
        ("&#0; &#xD800; &#1114112; &#9999999999999;", "9999999999999"),
        (r"one\ntwo\r\nthree\tfour\\nfive", "one two three four five"),
        (r"don\'t don\\'t \"good\" 1\/2", "don't don't good 1 2"),
        (r"don\u2019t \ud83d\ude00 \ud83d great\xa0film", "don't 😀 great film"),
        (r"\u201 \x \_(ツ)_/ C:\films", "u201 x ツ c films"),
        ("<i>great</i> <a href='x'>link</a><p class=a id=b>x<!-- y --></p>", "great link x"),
        ("<sigh> <b and c> I <3 this > that", "sigh b and c i 3 this that"),
    ],
)
def test_markup_and_escapes_are_resolved(text, words):
    assert clean(text) == words.strip()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("see https://x.com/a?b=c, (www.IMDB.com/title).", "see <url> <url>"),
        ("on IMDb.com’s page, bit.ly/abc or news.bbc.co.uk", "on <url> s page <url> or <url>"),
        (r"http:\/\/x.com\/a HTTP://Y.ORG", "<url> <url>"),
        ("http://t.cn/abc很好 看amazon.com好", "<url> 很 好 看 <url> 好"),
        ("great.So good movie.the end.net", "great so good movie the <url>"),
        ("http:// www. dot com", "http www dot com"),
        ("@john_1: .@50cent! me@x.co.uk @a@b.social", "<user> <user> <user> <user>"),
        ("@8pm f@ck F*@K nick@night @ @@", "8pm f ck f k nick night"),
        ("@小明很好", "小 明 很 好"),
        ("<url> <user> &lt;url&gt; <pad> <unk>", "<url> <user> <url> pad unk"),
    ],
)
def test_addresses_are_one_word_each(text, words):
    assert clean(text) == words


def test_emoji_are_words():
    family, shrug = "👨\u200d👩\u200d👧", "🤷🏽\u200d♀️"
    assert tokenize(f"{family}{family} a\u200d{shrug}") == [family, family, "a", "🤷\u200d♀"]
    assert tokenize("🇺🇸🇬🇧🇫 😀😀") == ["🇺🇸", "🇬🇧", "🇫", "😀", "😀"]
    assert tokenize("new\U0001fae9emoji") == ["new", "\U0001fae9", "emoji"]  # of Unicode 16


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("这部电影真的很好看！2019年", "这 部 电 影 真 的 很 好 看 2019 年"),
        ("面白いラーメン、good映画", "面 白 い ラ ー メ ン good 映 画"),
        ("น้ำดีมาก ๑๐", "น้ำ ดี ม า ก ๑๐"),
        ("ຮູບເງົາ", "ຮູ ບ ເ ງົ າ"),
        ("ភាពយន្ត\u200bល្អ", "ភា ព យ ន្ត ល្អ"),
        ("ရုပ်ရှင်", "ရု ပ် ရှ င်"),
    ],
)
def test_scripts_without_spaces_have_a_word_per_character(text, words):
    assert clean(text) == words


def test_every_letter_of_a_script_without_spaces_is_a_word():
    """Against the names of the Unicode Character Database."""
    seen = 0
    for code in range(0xE00, 0x20000):
        letter = chr(code)
        if unicodedata.category(letter) == "Lo" and unicodedata.name(letter, "").startswith(
            UNSPACED_NAMES
        ):
            assert len(tokenize(f"a{letter}{letter}b")) == 4 or letter in "ำຳ", letter
            seen += 1
    assert seen > 28_000


def test_no_letter_or_digit_of_a_script_with_spaces_is_lost():
    without = (0x130, 0x149, 0x3A3, 0x115F, 0x1160)  # İ, ŉ and Σ have other words; fillers
    for code in [*range(0x30, 0xE00), *range(0x1200, 0x1780), *range(0xAC00, 0xD7A4, 37)]:
        letter = unicodedata.normalize("NFC", chr(code))
        if all(unicodedata.category(part) in ("Lu", "Ll", "Lt", "Lo", "Nd") for part in letter):
            folded = letter.casefold()
            words = tokenize(f"{letter}{letter}")
            # The other letters are apostrophes or compatibility forms.
            if folded == unicodedata.normalize("NFKC", folded) and letter.isprintable():
                assert words in ([letter.lower() * 2], [folded * 2]) or code in without


@pytest.mark.parametrize("text", ["", "   \n\t", "?!… — ,", "<br /><br />", "\u200b\ufeff", "'’´"])
def test_text_without_words(text):
    assert tokenize(text) == []


def test_any_text_has_words_that_stay_the_same():
    """Words hold no white space, and their own words are they themselves."""
    draw = random.Random(0)
    parts = [
        *"'’´`&#;@.:/\\<>nru019aAbİß😀👍🏽🇺ำ้한ㄱㅏ好ー",
        *"\u200d\ufe0f\u20e3\u0301\u0307\u0345\u1039",
    ]
    parts += [
        "www.",
        "http://",
        "&amp;",
        "&lt;",
        ".com",
        "<br",
        "<a href=",
        "\\u2019",
        "<url>",
        " ",
    ]
    for _ in range(3_000):
        known = draw.choices(parts, k=draw.randint(1, 10))
        text = "".join([*known, chr(draw.randrange(0x110000)), *draw.choices(parts, k=3)])
        words = tokenize(text)
        assert tokenize(" ".join(words)) == words, ascii(text)
        assert all(word.split() == [word] for word in words), ascii(text)


@pytest.mark.parametrize(
    "part",
    [
        "<",
        "&",
        "\\",
        "@",
        "'",
        "www.",
        "a@",
        "a.",
        "a-",
        "<a ",
        "<!--",
        "=",
        "好\u0301",
        "😀\u200d",
    ],
)
def test_the_time_is_linear_in_the_length_of_the_text(part):
    """100,000 repetitions take a fraction of a second; quadratic time would take minutes."""
    text = f"<a {part * 100_000} @x.com"
    assert clean(clean(text)) == clean(text)


def test_the_examples_of_the_documentation():
    lines = (PROGRAM / "docs" / "data.md").read_text(encoding="utf-8").splitlines()
    start = lines.index("| in the text | words | rule |") + 2
    rows = list(itertools.takewhile(bool, lines[start:]))
    assert len(rows) >= 6
    for row in rows:
        text, words = (cell.strip().replace("`, `", " ").strip("`") for cell in row.split("|")[1:3])
        assert clean(text) == words.replace(",", "")


def test_a_model_of_another_tokenizer_is_refused():
    check_tokenizer(TOKENIZER)
    with pytest.raises(ModelError, match="words-9"):
        check_tokenizer("words-9")
