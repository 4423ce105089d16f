"""The guess of an encoding, for reviews in many languages."""

import pytest

from sentiment.corpus import encodings
from sentiment.corpus.encodings import ENCODINGS, MIXED, guess_encoding

ARABIC = "كان الفيلم رائعا جدا والممثلون ممتازون. أنصح الجميع بمشاهدته مع العائلة."
CHINESE = "这部电影非常好看,演员的表演很精彩,值得一看。"
CZECH = "Skvělý film, moc se mi líbil. Herci byli výborní, ale příběh byl trochu nudný."
FRENCH = "Un très beau film, j’ai été émue. Même si la fin est décevante, ça vaut le coup d’œil."
GERMAN = "Ein schöner Film über große Gefühle. Die Schauspieler waren großartig."
GREEK = "Πολύ καλή ταινία, μου άρεσε η ιστορία και οι ηθοποιοί ήταν εξαιρετικοί."
HEBREW = "סרט נהדר, מאוד אהבתי את המשחק של השחקנים. העלילה קצת משעממת."
HUNGARIAN = "Nagyon jó film volt, tetszett a történet. A színészek kiválóak. Őszintén ajánlom."
ICELANDIC = "Þetta var mjög góð mynd, ég naut hennar. Leikararnir voru frábærir."
JAPANESE = "この映画はとても面白かったです。俳優の演技も素晴らしい。"
KOREAN = "이 영화는 정말 재미있었어요. 배우들의 연기가 훌륭했습니다."
LITHUANIAN = "Labai geras filmas, man patiko istorija. Žiūrėčiau dar kartą, šią savaitę."
POLISH = "Świetny film, bardzo mi się podobał. Gra aktorów była znakomita, żałuję, że tak długo."
RUSSIAN = "Отличный фильм, мне понравились сюжет и игра актёров. Очень скучно, не советую."
SPANISH = "Una película muy buena, me gustó la actuación. ¡Qué aburrida! El año que viene volveré."
THAI = "หนังเรื่องนี้สนุกมาก นักแสดงเล่นดีมาก แต่ตอนจบน่าเบื่อ"
TRADITIONAL = "這部電影非常好看,演員的表演很精彩,值得一看。劇情有點無聊"
TURKISH = "Bu film gerçekten çok güzeldi, oyunculuk da harikaydı. Şimdiye kadar en iyi filmlerden."
UKRAINIAN = "Чудовий фільм, мені дуже сподобалася гра акторів. Їхня історія дуже нудна."

CASES = [
    *((encoding, GERMAN) for encoding in ("utf-8", "utf-16", "utf-32", "cp1252", "cp850")),
    *((encoding, FRENCH) for encoding in ("cp1252", "mac_roman")),
    *((encoding, CHINESE) for encoding in ("utf-16-le", "utf-16-be", "gb18030")),
    *((encoding, RUSSIAN) for encoding in ("cp1251", "koi8_r", "cp866", "iso8859_5")),
    *((encoding, JAPANESE) for encoding in ("cp932", "euc_jp", "iso2022_jp")),
    *((encoding, GREEK) for encoding in ("cp1253", "iso8859_7")),
    *((encoding, CZECH) for encoding in ("cp1250", "iso8859_2")),
    *(("cp1250", text) for text in (POLISH, HUNGARIAN)),
    *(("cp1252", text) for text in (SPANISH, ICELANDIC)),
    *(("cp1251", text) for text in (UKRAINIAN,)),
    ("cp1254", TURKISH),
    ("cp1255", HEBREW),
    ("cp1256", ARABIC),
    ("cp1257", LITHUANIAN),
    ("cp874", THAI),
    ("cp949", KOREAN),
    ("big5", TRADITIONAL),
]


@pytest.mark.parametrize(("encoding", "text"), CASES, ids=lambda value: str(value)[:10])
@pytest.mark.parametrize("rows", [2, 40])
def test_the_encoding_is_guessed(tmp_path, encoding, text, rows):
    content = ("text,label\n" + f"{text},1\n" * rows).encode(encoding)
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    guess = guess_encoding(path)
    assert guess in ENCODINGS
    assert content.decode(guess) == content.decode(encoding)  # ISO 8859-7 and cp1253 may agree


def test_lines_in_two_encodings_are_mixed(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes("a naïve café\n".encode() + "a naïve bar\n".encode("cp1252"))
    assert guess_encoding(path) == MIXED


def test_bytes_that_fit_no_encoding_are_not_guessed(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(bytes(range(128, 256)) * 100)
    assert guess_encoding(path) == ""


def test_a_long_line_is_not_cut_within_a_character(tmp_path, monkeypatch):
    monkeypatch.setattr(encodings, "_PIECE_BYTES", 10)
    path = tmp_path / "t.json"
    path.write_text(f"{GERMAN} {CHINESE} {THAI}", encoding="utf-8")
    assert guess_encoding(path) == "utf-8"


def test_a_nul_in_a_text_does_not_make_it_utf_16(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(b"text,label\n" + b"a film\0,1\n" + b"a good film,0\n" * 50)
    assert guess_encoding(path) == "utf-8"
