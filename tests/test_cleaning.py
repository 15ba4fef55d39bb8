import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive import cleaning
from newsarchive.article import Article, Topic
from newsarchive.cleaning import clean_line, clean_paragraphs, cleaned
from newsarchive.limits import bounded
from tests.articles import articles, make_article


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


def test_the_spelling_of_the_author_is_kept() -> None:
    text = "الكِتَابُ الجَمِيـــل إلى مصطفى ١٢ ؟\u200f"
    assert clean_line(text) == unicodedata.normalize("NFC", text)


def test_decomposed_letters_are_composed() -> None:
    assert clean_line("\u0627\u0653") == "آ"


def test_paragraphs_are_one_per_line_without_blank_lines() -> None:
    assert clean_paragraphs("\r\n أول  فقرة \r\n\r\n\u200f\nثاني&nbsp;فقرة\n") == "أول فقرة\nثاني فقرة"


_odd_text = st.text(
    st.one_of(
        st.sampled_from("&;amp#38xquot59 \n\u200b\x00ا\u0653ب"),
        # Composing changes which characters are letters: a letter with a nukta, a letter and a mark, Hangul.
        st.sampled_from("\u0958\u0338=\u1100\u1161\u200f\u2028"),
        st.characters(codec=None),
    )
)


@given(_odd_text)
def test_cleaning_a_clean_text_changes_nothing(text: str) -> None:
    paragraphs, line = clean_paragraphs(text), clean_line(text)
    assert clean_paragraphs(paragraphs) == paragraphs
    assert clean_line(line) == line
    assert [clean_line(one) for one in paragraphs.splitlines()] == paragraphs.splitlines()


@given(_odd_text | st.text(st.sampled_from("اب \n\r\u200b\u0653&")))
def test_the_fast_check_accepts_only_clean_texts(text: str) -> None:
    fast = clean_line(text), clean_paragraphs(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cleaning, "_is_clean", lambda _line: False)
        assert (clean_line(text), clean_paragraphs(text)) == fast


@pytest.mark.parametrize(
    "text",
    [
        "&#38" + "&#59" * 30 + ";",
        "&am" * 30 + "p;" * 30,
        "\u0958\u200bب",
        "ا\u200b\u0653ب",
        "&#38&#59" * 15 + "&a&#109&#59p;lt;",
    ],
)
def test_nested_entities_are_decoded_completely(text: str) -> None:
    once = clean_line(text)
    assert clean_line(once) == once


@given(articles)
def test_a_cleaned_and_bounded_article_does_not_change_again(article: Article) -> None:
    once = bounded(cleaned(article))
    assert bounded(cleaned(once)) is once


def test_every_text_of_an_article_is_cleaned() -> None:
    article = make_article(
        title=" عنوان&nbsp;قديم",
        body="أول  فقرة &amp; نص\n\x00\nعنوان   فرعي\nا\u0653خر",
        headings=("عنوان   فرعي", "ليس في النص"),
        summary="ملخص\x1b",
        source="تاس ",
        publisher=" ",
        authors=("ليلى  حسن", "ليلى حسن", "\x00"),
        topics=(Topic("رياضة ", "feed"), Topic("رياضة", "field")),
        published_raw=" أمس",
        url=" https://a.example/1 ",
        image_credit="أ&nbsp;ف ب",
    )
    clean = cleaned(article)
    assert (clean.title, clean.body) == ("عنوان قديم", "أول فقرة & نص\nعنوان فرعي\nآخر")
    assert (clean.headings, clean.summary, clean.source, clean.publisher) == (("عنوان فرعي",), "ملخص", "تاس", "")
    assert (clean.authors, clean.topics) == (("ليلى حسن",), (Topic("رياضة", "field"),))
    assert (clean.published_raw, clean.url, clean.image_credit) == ("أمس", "https://a.example/1", "أ ف ب")
    assert (clean.id, clean.origin) == (article.id, article.origin)


def test_a_clean_article_is_returned_unchanged() -> None:
    article = make_article(headings=("فقرة ثانية.",))
    assert cleaned(article) is article


def test_a_body_that_cleaning_would_empty_is_kept() -> None:
    assert cleaned(make_article(body="\x00\x01")).body == "\x00\x01"
