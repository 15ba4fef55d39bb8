"""Tokens: folded words with offsets in the original text."""

import sys
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.arabic.fold import fold
from newsarchive.arabic.tokens import folded_words, legible, spans, spellings, tokenize, words
from tests.arabic.strategies import lexicon_words, marked, texts


def cut(text: str) -> list[tuple[str, str]]:
    """Each token with the part of the text that its offsets cover."""
    return [(token.text, text[token.start : token.end]) for token in tokenize(text)]


def test_offsets_cover_the_whole_original_word() -> None:
    assert cut("قرأ كِتَابًا، «جديـــدًا» في ٢٠١٨!") == [
        ("قرا", "قرأ"),
        ("كتابا", "كِتَابًا"),
        ("جديدا", "جديـــدًا"),
        ("في", "في"),
        ("2018", "٢٠١٨"),
    ]


def test_underscores_in_hashtags_separate_words() -> None:
    assert words("#شريف_منير") == ["شريف", "منير"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("فاز 2ـ0", ["فاز", "2", "0"]),
        ("موسم ٢٠١٨ــ٢٠١٩", ["موسم", "2018", "2019"]),
        ("الـ20", ["ال", "20"]),
        ("20ـ", ["20"]),
        ("كـ2ـتاب", ["ك", "2", "تاب"]),
        ("كــتاب", ["كتاب"]),
    ],
)
def test_a_tatweel_between_numbers_separates_them(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_marks_alone_are_not_words() -> None:
    assert words("ــــ ًٌ \u200f\u200d") == []


def test_ligature_of_several_words_gives_several_tokens_at_one_position() -> None:
    assert cut("قال ﷺ لهم") == [
        ("قال", "قال"),
        ("صلي", "ﷺ"),
        ("الله", "ﷺ"),
        ("عليه", "ﷺ"),
        ("وسلم", "ﷺ"),
        ("لهم", "لهم"),
    ]


SPLIT = [
    # Clitics before numbers
    *(
        ("الـ20", "ال 20"),
        ("ال30", "ال 30"),
        ("و2010", "و 2010"),
        ("لـ6", "ل 6"),
        ("ب20", "ب 20"),
        ("نحو200", "نحو 200"),
    ),
    *(("وال٣٠", "وال 30"), ("للـ۱۲", "لل 12"), ("فـ5", "ف 5"), ("كـ7", "ك 7"), ("بِـ١٠", "ب 10"), ("بالـ4", "بال 4")),
    # Clitics before Latin words, and two scripts
    *(("الـBBC", "ال bbc"), ("وMBC", "و mbc"), ("بـThe", "ب the"), ("WhatsAppواتساب", "whatsapp واتساب")),
    *(("للـFBI", "لل fbi"), ("وÉden", "و eden"), ("تويترTwitter", "تويتر twitter"), ("iPhoneالجديد", "iphone الجديد")),
    *(("alphaбета", "alpha бета"), ("Ωmega", "ω mega"), ("日本خبر", "日本 خبر")),
    # Numbers before words
    *(("1919م", "1919 م"), ("1446هـ", "1446 ه"), ("5كم", "5 كم"), ("100دولار", "100 دولار"), ("٥٠كلم", "50 كلم")),
    *(("20مليون", "20 مليون"), ("2018و2019", "2018 و 2019"), ("50﷼", "50 ريال"), ("كم²", "كم 2"), ("30°", "30")),
    # Names with numbers
    *(("كوفيد19", "كوفيد 19"), ("إف16", "اف 16"), ("F16", "f 16"), ("MBC1", "mbc 1"), ("ب12", "ب 12"), ("G20", "g 20")),
    *(("x2y", "x 2 y"), ("4G", "4 g"), ("H1N1", "h 1 n 1"), ("iPhone13", "iphone 13"), ("ميغ٢٩", "ميغ 29")),
]


@pytest.mark.parametrize(("written", "expected"), SPLIT)
def test_words_end_where_the_script_changes_and_at_digits(written: str, expected: str) -> None:
    assert words(written) == expected.split()
    assert [written[start:end] for start, end in spans(written)] == [written.rstrip("°")]


@pytest.mark.parametrize("word", ["كتاب", "twitter", "الانتخابات", "2018", "москва", "日本", "naïve", "گلف", "Ünïcödé"])
def test_words_of_one_script_are_not_split(word: str) -> None:
    assert len(words(word)) == 1


def test_words_of_a_spelling_have_their_own_ranges() -> None:
    assert cut("الـ٢٠ وMBC1، بِكوفيد19") == [
        *(("ال", "الـ"), ("20", "٢٠"), ("و", "و"), ("mbc", "MBC"), ("1", "1"), ("بكوفيد", "بِكوفيد"), ("19", "19")),
    ]


NUMBERS = [
    *(("1,500", "1500"), ("١٬٥٠٠", "1500"), ("1،500", "1500"), ("١٬٢٣٤٬٥٦٧", "1234567"), ("12,345,678", "12345678")),
    *(
        ("100,000", "100000"),
        ("بـ1,500", "ب 1500"),
        ("1,500م", "1500 م"),
        ("1,500.75", "1500 75"),
        ("10,200,300", "10200300"),
    ),
    # Not thousands
    *(("1.500", "1 500"), ("2018,2019", "2018 2019"), ("1, 500", "1 500"), ("0,125", "0 125"), ("1,50", "1 50")),
    *(("1,5000", "1 5000"), ("1500,000", "1500 000"), ("1,500,20", "1 500 20"), ("1,500,2000", "1 500 2000")),
    *(("3.141,592", "3 141 592"), ("1,500٬600", "1 500 600"), (",500", "500"), ("1,,500", "1 500"), ("٠٬١٢٥", "0 125")),
]


@pytest.mark.parametrize(("written", "expected"), NUMBERS)
def test_marks_between_thousands_are_inside_the_number(written: str, expected: str) -> None:
    assert words(written) == expected.split()
    assert words(f"نص {written}، نص") == ["نص", *expected.split(), "نص"]


def test_a_number_with_thousands_is_covered_as_it_is_written() -> None:
    text = "لقي ١٬٥٠٠ شخص و1,500 و12,345,678."
    assert cut(text) == [
        *(("لقي", "لقي"), ("1500", "١٬٥٠٠"), ("شخص", "شخص"), ("و", "و"), ("1500", "1,500"), ("و", "و")),
        ("12345678", "12,345,678"),
    ]
    assert [text[start:end] for start, end in spans(text)] == ["لقي", "١٬٥٠٠", "شخص", "و1,500", "و12,345,678"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        *(
            ("U.S. Navy", "us navy"),
            ("U.S.A.", "usa"),
            ("at 5 a.m.", "at 5 am"),
            ("الـU.S.", "ال us"),
            ("(B.B.C)", "bbc"),
        ),
        *(("www.a.b.com", "www a b com"), ("J.K.Rowling", "j k rowling"), ("a. b", "a b"), ("Mr.X", "mr x")),
        *(("د.م", "د م"), ("3.5", "3 5"), ("v.1.2", "v 1 2"), ("U.S", "us"), ("U..S", "u s")),
    ],
)
def test_dots_of_latin_abbreviations_are_inside_the_word(written: str, expected: str) -> None:
    assert words(written) == expected.split()


def test_every_mark_and_format_character_except_the_zero_width_space_is_inside_a_word() -> None:
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if unicodedata.category(character) in ("Mn", "Me", "Cf"):
            word = f"مدر{character}سة"
            expected = [("مدر", "مدر"), ("سه", "سة")] if character == "\u200b" else [("مدرسه", word)]
            assert cut(word) == expected, hex(code)


@given(texts)
def test_legible_text_has_the_same_length_and_words(text: str) -> None:
    assert len(legible(text)) == len(text)
    assert legible(legible(text)) == legible(text)
    assert words(legible(text)) == words(text)


@given(texts)
def test_words_have_one_script(text: str) -> None:
    for word in words(text):
        assert words(word) == [word]


@given(texts)
def test_spellings_have_the_words_of_the_text(text: str) -> None:
    assert [word for spelling in spellings(text) for word in folded_words(spelling)] == words(text)
    assert [word for start, end in spans(text) for word in folded_words(text[start:end])] == words(text)


@given(texts)
def test_tokens_are_inside_spellings(text: str) -> None:
    whole = list(spans(text))
    for token in tokenize(text):
        assert any(start <= token.start and token.end <= end for start, end in whole)


@given(texts)
def test_folding_the_original_word_gives_the_token(text: str) -> None:
    for folded, original in cut(text):
        assert folded in words(fold(original))
        assert folded == fold(folded)


@given(texts)
def test_offsets_are_in_order_and_inside_the_text(text: str) -> None:
    tokens = list(tokenize(text))
    assert all(0 <= token.start < token.end <= len(text) for token in tokens)
    for before, after in pairwise(tokens):
        assert before.end <= after.start or (before.start, before.end) == (after.start, after.end)


@given(texts)
def test_no_letter_or_digit_is_lost(text: str) -> None:
    covered = {place for token in tokenize(text) for place in range(token.start, token.end)}
    lost = [c for place, c in enumerate(text) if c.isalnum() and place not in covered]
    assert not any(c.isalnum() for c in fold("".join(lost)))


@given(texts)
def test_words_equals_the_token_texts(text: str) -> None:
    assert words(text) == [token.text for token in tokenize(text)]


@given(st.data(), st.lists(lexicon_words, min_size=1, max_size=8))
def test_marked_words_give_the_same_tokens(data: st.DataObject, plain: list[str]) -> None:
    written = [data.draw(marked(word)) for word in plain]
    assert cut(" ".join(written)) == list(zip(plain, written, strict=True))
