"""The agency that copies of a text credit."""

from dataclasses import replace

import pytest

from newsarchive.article import Article
from newsarchive.stories.wire_credits import credited_sources, shared_credit
from tests.articles import make_article

TEXT = "قال مسؤول إن الاتفاق سيوقع الأسبوع المقبل بعد أشهر من المفاوضات."


def article(body: str, source: str = "صحيفة النهر", publisher: str = "") -> Article:
    return make_article(body=body, source=source, publisher=publisher)


@pytest.mark.parametrize(
    "body",
    [
        f"القاهرة (رويترز) - {TEXT}",
        f"واشنطن – رويترز: {TEXT}",
        f"رويترز: {TEXT}",
        f"باريس - وكالة رويترز - {TEXT}",
        f"{TEXT}\n(رويترز)",
        f"{TEXT}\nرويترز",
        f"{TEXT}\nالمصدر: رويترز",
        f"{TEXT} وأضاف نقلا عن وكالة رويترز أن الموعد لم يحدد.",
        f"{TEXT} نقلاً عن «رويترز».",
    ],
)
def test_a_credit_is_found_where_outlets_print_it(body: str) -> None:
    assert credited_sources(article(body)) == {"رويترز"}


def test_a_text_can_credit_several_agencies() -> None:
    assert credited_sources(article(f"{TEXT} (رويترز، أ ف ب)")) == {"رويترز", "فرانس برس"}


@pytest.mark.parametrize(
    "body",
    [
        TEXT,
        f"القاهرة (مصر) - {TEXT}",
        f"القاهرة - أحمد علي: {TEXT}",
        f"{TEXT}\nوقالت رويترز في تقرير سابق إن المفاوضات بدأت في مارس، لكن أحدا لم يؤكد ذلك حتى الآن.",
        f"{TEXT} نقلا عن مسؤول كبير في الوزارة.",
    ],
)
def test_a_mention_is_no_credit(body: str) -> None:
    assert credited_sources(article(body)) == frozenset()


def test_the_author_can_be_the_agency() -> None:
    assert credited_sources(replace(article(TEXT), authors=("برلين - رويترز",))) == {"رويترز"}


def test_an_outlet_does_not_credit_itself() -> None:
    assert credited_sources(article(f"لندن (رويترز) - {TEXT}", source="Reuters")) == frozenset()


def test_the_source_of_a_text_that_another_outlet_published_is_a_credit() -> None:
    assert credited_sources(article(TEXT, source="أ ف ب", publisher="صحيفة النهر")) == {"فرانس برس"}


def test_the_credit_that_most_copies_share_is_their_common_source() -> None:
    copies = [article(f"{TEXT} (رويترز)"), article(f"رويترز: {TEXT}", "صحيفة البحر"), article(TEXT, "موقع الجبل")]
    assert shared_credit(copies) == "رويترز"


def test_a_credit_to_the_source_of_another_copy_is_shared() -> None:
    assert shared_credit([article(TEXT, source="Reuters"), article(f"{TEXT} (رويترز)")]) == "رويترز"


@pytest.mark.parametrize(
    "copies",
    [
        [],
        [article(TEXT), article(TEXT, "صحيفة البحر")],
        [article(f"{TEXT} (رويترز)"), article(f"{TEXT} (أ ف ب)", "صحيفة البحر")],
        [article(f"{TEXT} (رويترز)"), article(TEXT, "صحيفة البحر")],
        [article(TEXT), article(TEXT)],
        [article(f"{TEXT} (رويترز)", "العربية"), article(TEXT, "بي بي سي"), article(TEXT, "بي بي سي")],
        [article(f"{TEXT} (رويترز)", "بي بي سي"), article(TEXT, "بي بي سي")],
    ],
)
def test_without_a_credit_in_two_copies_there_is_none(copies: list[Article]) -> None:
    assert shared_credit(copies) == ""
