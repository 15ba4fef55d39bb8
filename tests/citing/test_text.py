import unicodedata
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given

from newsarchive.citing import Citation, citation_of, citation_runs, citation_text
from newsarchive.i18n import Language
from tests.citing.samples import ALL, BARE, DAY, ENGLISH, FULL, RELATIVE, cited, hostile_citations

LRI, RLI, PDI = "\u2066", "\u2067", "\u2069"
LANGUAGES: tuple[Language, ...] = ("ar", "en")


def test_the_arabic_text() -> None:
    digest = cited(FULL).digest
    assert citation_text(cited(FULL), "ar") == (
        f"ليلى حسن، {LRI}John Smith{PDI} ورويترز. «مصر توقّع اتفاقًا لشراء القمح». الجزيرة، صحيفة المدينة، "
        f"21 أبريل/نيسان 2025، 10:30 {LRI}UTC+3{PDI}. "
        f"{LRI}https://news.example/%D9%85%D9%82%D8%A7%D9%84/%D9%82%D9%85%D8%AD?id=1&lang=ar{PDI}. "
        f"حُفظ في أرشيف الأخبار بتاريخ 1 مايو/أيار 2025، 06:30 {LRI}UTC{PDI}: "
        f"{LRI}https://archive.example/article/mfrggzdfmztwq2lk{PDI}. بصمة النص SHA-256: {LRI}{digest}{PDI}."
    )


def test_the_english_text() -> None:
    digest = cited(ENGLISH).digest
    assert citation_text(cited(ENGLISH), "en") == (
        f"Ann van Dyk Jr. “Grain prices rise in Alexandria.” {RLI}الجزيرة{PDI}, {RLI}صحيفة المدينة{PDI}, "
        "21 April 2025, 10:30 UTC+3. "
        "https://news.example/%D9%85%D9%82%D8%A7%D9%84/%D9%82%D9%85%D8%AD?id=1&lang=ar. "
        f"Archived in {RLI}أرشيف الأخبار{PDI} on 1 May 2025, 06:30 UTC: https://archive.example/article/english. "
        f"SHA-256 of the text: {digest}."
    )


def test_what_is_missing_is_left_out() -> None:
    plain = citation_of(BARE)
    assert citation_text(plain, "ar") == (
        f"«نص بلا عنوان ولا كاتب ولا تاريخ. فقرة ثانية.» د. ت. بصمة النص SHA-256: {LRI}{plain.digest}{PDI}."
    )
    assert citation_text(plain, "en").startswith(f"“{RLI}نص بلا عنوان ولا كاتب ولا تاريخ. فقرة ثانية.{PDI}” n.d. SHA")


def test_a_day_has_no_time_and_an_estimate_says_so() -> None:
    assert "، 9 يناير/كانون الثاني 2025. حُفظ" in citation_text(cited(DAY), "ar")
    assert ", about 20 April 2025. " in citation_text(cited(RELATIVE), "en")
    assert "، نحو 20 أبريل/نيسان 2025. " in citation_text(cited(RELATIVE), "ar")


@pytest.mark.parametrize(
    ("count", "arabic", "english"),
    [
        (1, "ليلى حسن. ", "ليلى حسن. "),
        (2, "ليلى حسن ومنى سالم. ", "ليلى حسن and منى سالم. "),
        (3, "ليلى حسن، منى سالم وأحمد علي. ", "ليلى حسن, منى سالم, and أحمد علي. "),
        (4, "ليلى حسن، وآخرون. ", "ليلى حسن, et al. "),
    ],
)
def test_authors_are_joined(count: int, arabic: str, english: str) -> None:
    names = ("ليلى حسن", "منى سالم", "أحمد علي", "سعاد محمود")[:count]
    citation = cited(replace(FULL, authors=names))
    plain = {language: _without_isolates(citation_text(citation, language)) for language in LANGUAGES}
    assert plain["ar"].startswith(arabic + "«")
    assert plain["en"].startswith(english + "“")


@pytest.mark.parametrize(
    ("offset", "zone"),
    [
        (timedelta(0), "UTC"),
        (timedelta(hours=5, minutes=30), "UTC+5:30"),
        (timedelta(hours=-3, minutes=-30), "UTC-3:30"),
    ],
)
def test_the_zone_is_named(offset: timedelta, zone: str) -> None:
    article = replace(FULL, published=datetime(2025, 4, 21, 10, 30, tzinfo=timezone(offset)))
    assert f"10:30 {zone}. " in citation_text(cited(article), "en")


def test_a_title_keeps_its_own_punctuation() -> None:
    asked = cited(replace(FULL, title="من يشتري القمح؟"))
    assert "«من يشتري القمح؟» " in citation_text(asked, "ar")
    assert f"“{RLI}من يشتري القمح؟{PDI}” " in citation_text(asked, "en")


@pytest.mark.parametrize("language", LANGUAGES)
@given(citation=hostile_citations())
def test_any_value_is_isolated(language: Language, citation: Citation) -> None:
    """No value can change the order of what follows: isolates are paired and there are no other controls."""
    text = citation_text(citation, language)
    depth = 0
    for letter in text:
        assert letter not in "\n\r\u202a\u202b\u202c\u202d\u202e\u2068"
        depth += {LRI: 1, RLI: 1, PDI: -1}.get(letter, 0)
        assert depth in (0, 1)
        against = ("AL", "R") if language == "en" else ()
        assert depth == 1 or unicodedata.bidirectional(letter) not in against
    assert depth == 0
    assert text.endswith(f"{citation.digest}{PDI if language == 'ar' else ''}.")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("article", ALL, ids=lambda article: article.id)
def test_the_runs_are_the_text(article: Citation, language: Language) -> None:
    citation = cited(article)  # type: ignore[arg-type]
    shown = "".join(run.text for run in citation_runs(citation, language))
    assert shown == _without_isolates(citation_text(citation, language))
    assert "  " not in shown
    assert ".." not in shown.replace("د. ت.", "")


def _without_isolates(text: str) -> str:
    return text.translate({ord(isolate): None for isolate in (LRI, RLI, PDI)})
