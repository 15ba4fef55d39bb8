from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from newsarchive.article import Article, Origin, Topic
from newsarchive.ingest.deciding import Decision, Known, Verdict, decide
from tests.articles import make_article

FEED = Origin("feed", "https://example.com/feed.xml")
SPORT, WORLD = Topic("رياضة", "feed"), Topic("العالم", "field")


def current(latest: Article, **known: Any) -> Known:
    return Known(latest, is_current_text=True, had_text=True, **known)


def test_an_unknown_article_is_stored_as_its_first_revision() -> None:
    incoming = make_article(revision=7)
    assert decide(incoming, Known()) == Decision(Verdict.STORED, replace(incoming, revision=1))


def test_a_known_text_at_another_url_is_a_duplicate() -> None:
    assert decide(make_article(2), Known(same_text="id1")) == Decision(Verdict.DUPLICATE, duplicate_of="id1")


def test_the_same_article_again_is_a_duplicate() -> None:
    latest = make_article(topics=(SPORT,), revision=3)
    incoming = make_article(topics=(SPORT,), origin=FEED)
    assert decide(incoming, current(latest)) == Decision(Verdict.DUPLICATE, duplicate_of="id1")


def test_a_changed_text_is_the_next_revision_and_keeps_known_fields() -> None:
    latest = make_article(revision=3, topics=(SPORT,), authors=("ليلى حسن",), summary="ملخص", url="http://e.com/1")
    incoming = make_article(body="نص مصحح", topics=(WORLD, SPORT), summary="ملخص جديد", origin=FEED)
    decision = decide(incoming, Known(latest))
    assert decision.verdict is Verdict.REVISED
    assert decision.article == replace(
        incoming, revision=4, topics=(WORLD, SPORT), authors=("ليلى حسن",), url="http://e.com/1"
    )


def test_a_copy_of_the_current_text_fills_empty_fields() -> None:
    latest = make_article(revision=1, topics=(SPORT,), summary="ملخص")
    incoming = make_article(topics=(WORLD,), summary="آخر", image_credit="أ ف ب", origin=FEED, title_derived=True)
    decision = decide(incoming, current(latest))
    assert decision.verdict is Verdict.REVISED
    assert decision.article == replace(latest, revision=2, topics=(SPORT, WORLD), image_credit="أ ف ب", origin=FEED)


@pytest.mark.parametrize(
    ("there", "incoming", "result"),
    [
        ((None, ""), (date(2025, 4, 21), "اليوم"), (date(2025, 4, 21), "اليوم")),
        ((None, "؟"), (date(2025, 4, 21), "اليوم"), (date(2025, 4, 21), "اليوم")),
        ((None, ""), (None, "؟"), (None, "؟")),
        ((date(2025, 4, 20), "أمس"), (date(2025, 4, 21), "اليوم"), None),
        ((None, "؟"), (None, "؟؟"), None),
    ],
)
def test_dates_and_their_raw_strings_stay_together(there: Any, incoming: Any, result: Any) -> None:
    dated = [make_article(published=published, published_raw=raw) for published, raw in (there, incoming)]
    article = decide(dated[1], current(dated[0])).article
    assert (article and (article.published, article.published_raw)) == result


def test_an_old_copy_is_a_duplicate() -> None:
    latest = make_article(body="نص مصحح", revision=2)
    incoming = make_article(summary="ملخص")
    assert decide(incoming, Known(latest, had_text=True)) == Decision(Verdict.DUPLICATE, duplicate_of="id1")


def test_the_text_of_another_article_does_not_become_a_revision() -> None:
    known = Known(make_article(2), same_text="id1")
    assert decide(make_article(2, body="نص"), known) == Decision(Verdict.DUPLICATE, duplicate_of="id1")


def test_withdrawn_articles_stay_withdrawn() -> None:
    decision = decide(make_article(), Known(withdrawn=True, same_text="id2"))
    assert decision == Decision(Verdict.WITHDRAWN, duplicate_of="id1")


def test_a_repeated_topic_is_not_a_change() -> None:
    once, twice = make_article(topics=(SPORT,)), make_article(topics=(SPORT, SPORT))
    assert decide(twice, current(once)).verdict is Verdict.DUPLICATE
    assert decide(twice, current(twice)).verdict is Verdict.DUPLICATE
    decision = decide(twice, current(make_article()))
    assert decision.article is not None
    assert decision.article.topics == (SPORT,)


def test_another_date_replaces_a_relative_one_and_never_the_reverse() -> None:
    relative = make_article(published=date(2025, 4, 20), published_raw="أمس", published_relative=True)
    exact = make_article(published=date(2025, 4, 19), published_raw="2025-04-19")
    decision = decide(exact, current(relative))
    assert decision.article is not None
    assert (decision.article.published, decision.article.published_precision) == (date(2025, 4, 19), "day")
    assert decide(relative, current(exact)).verdict is Verdict.DUPLICATE
    assert decide(replace(relative, published=date(2025, 4, 21)), current(relative)).verdict is Verdict.DUPLICATE
