import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.ingest.text.cleaning import clean_line, clean_paragraphs
from newsarchive.ingest.text.language import language_of
from newsarchive.ingest.text.title import TITLE_LIMIT, derive_title


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("قال &quot;نعم&quot;", 'قال "نعم"'),
        ("قال &amp;quot;نعم&amp;amp;quot;", 'قال "نعم"'),
        ("أ&nbsp;&nbsp;ب&#1548; ج", "أ ب، ج"),
        ("S&P 500 وAT&T", "S&P 500 وAT&T"),
        ("http://a.example/?a=1&copy=2&lang=ar", "http://a.example/?a=1&copy=2&lang=ar"),
        ("&unknown;", "&unknown;"),
        ("ك\x00تاب\x1b\ufeff", "كتاب"),
        ("سطر\u2028آخر", "سطر آخر"),
        ("\ud800نص", "نص"),
        ("\u200f \u202b", ""),
        ("متميزة\u200b، ون\u200bكشفت", "متميزة، ون\u200bكشفت"),
    ],
)
def test_artifacts_of_the_medium_are_removed(raw: str, clean: str) -> None:
    assert clean_line(raw) == clean


def test_the_authors_spelling_is_kept() -> None:
    text = "الكِتَابُ الجَمِيـــل إلى مصطفى ١٢ ؟\u200f"
    assert clean_line(text) == unicodedata.normalize("NFC", text)


def test_text_is_normalized_to_nfc() -> None:
    assert clean_line("\u0627\u0653") == "آ"


def test_each_paragraph_is_one_line_and_blank_lines_are_removed() -> None:
    assert clean_paragraphs("\r\n أول  فقرة \r\n\r\n\u200f\nثاني&nbsp;فقرة\n") == "أول فقرة\nثاني فقرة"


@given(st.text(st.sampled_from("&;amp#38xquot \n\u200b\x00ا\u0653ب")))
def test_cleaning_is_idempotent(text: str) -> None:
    once = clean_paragraphs(text)
    assert clean_paragraphs(once) == once


def test_derived_titles_are_the_first_sentence_without_a_full_stop() -> None:
    assert derive_title("افتتح الوزير المعرض أمس. وحضره كثيرون.\nفقرة أخرى.") == "افتتح الوزير المعرض أمس"
    assert derive_title("هل يعود المنتخب إلى الصدارة؟ سؤال صعب.") == "هل يعود المنتخب إلى الصدارة؟"


def test_abbreviations_do_not_end_a_sentence() -> None:
    assert derive_title("قال د. سامي إن النتائج جيدة.") == "قال د. سامي إن النتائج جيدة"


def test_long_sentences_are_cut_between_words() -> None:
    body = "كلمات " * 40
    title = derive_title(body)
    assert title.endswith("كلمات…")
    assert len(title) <= TITLE_LIMIT + 1


def test_cuts_prefer_the_end_of_a_clause() -> None:
    clause = "أعلنت وزارة النقل اليوم بدء العمل في الخط الجديد الذي يربط العاصمة بالميناء"
    assert derive_title(f"{clause}، على أن يستمر العمل ثلاث سنوات كاملة") == f"{clause}…"


@given(st.text(min_size=1).filter(str.strip))
def test_every_text_gets_a_title_of_bounded_length(body: str) -> None:
    title = derive_title(body)
    assert title
    assert len(title) <= TITLE_LIMIT + 1
    assert "\n" not in title


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        ("نص عربي فيه كلمة Latin", "en", "ar"),
        ("An English text", "en-GB", "en"),
        ("An English text", "ar", "und"),
        ("An English text", "not a language", "und"),
        ("متن فارسی دربارهٔ خبر", "fa-IR", "fa"),
        ("1234", "", "und"),
        ("نص", "العربية", "ar"),
    ],
)
def test_the_language_is_detected_from_the_letters(text: str, declared: str, language: str) -> None:
    assert language_of(text, declared) == language
