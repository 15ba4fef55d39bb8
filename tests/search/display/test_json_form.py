"""The JSON form of results, which programs rely on."""

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from newsarchive.article import Article, Topic
from newsarchive.search import (
    Expansion,
    Facets,
    Highlighted,
    Hit,
    Notice,
    Reason,
    SearchRequest,
    SearchResults,
    TranslatedForm,
    TranslatedWord,
    results_to_json,
)

ARTICLE = Article(
    id="abcdefgh234567ab",
    title="النيل في الفيضان",
    body="بدأ فيضان النيل.",
    source="وكالة النهر",
    topics=(Topic("البيئة", "feed"), Topic("environment", "text"), Topic("أنهار", "field")),
    published=datetime(2024, 8, 5, 15, 7, tzinfo=timezone(timedelta(hours=3))),
    url="https://example.org/%D9%86",
)
HIT = Hit(
    article=ARTICLE,
    score=7.25,
    title=Highlighted(ARTICLE.title, ((0, 5),)),
    snippet=Highlighted("بدأ فيضان النيل.", ((10, 15),)),
    reasons=(Reason("نيلين", ("النيل",)), Reason("سد")),
)


def results(*hits: Hit, **fields: object) -> SearchResults:
    values: dict[str, object] = {
        "request": SearchRequest(text="النيل", page=2, limit=5),
        "total": 12,
        "hits": hits,
        "facets": Facets(
            {"وكالة النهر": 12}, {"environment": 9, "أنهار": 3}, section={"world": 2}, assigned={"environment": 4}
        ),
        "took_ms": 1.23456,
        "notices": (Notice.ANY_INSTEAD_OF_ALL, Notice.UNKNOWN_SOURCE),
        "subjects": {Notice.UNKNOWN_SOURCE: ("جريدة",)},
        "dates": (date(2025, 4, 20), date(2025, 4, 21)),
        "expansions": (Expansion("نتنياهو", ("نتانياهو",), "=نتنياهو"),),
        "translations": (TranslatedWord("wheat", (TranslatedForm("قمح", "قمح"),), False, "=wheat"),),
        **fields,
    }
    return SearchResults(**values)  # type: ignore[arg-type]


def test_results_have_the_documented_json_form() -> None:
    assert results_to_json(results(HIT), "ar") == {
        "total": 12,
        "took_ms": 1.235,
        "page": 2,
        "pages": 3,
        "notices": ["any_instead_of_all", "unknown_source"],
        "subjects": [{"notice": "unknown_source", "values": ["جريدة"]}],
        "dates": ["2025-04-20", "2025-04-21"],
        "other_readings": [],
        "expansions": [{"word": "نتنياهو", "forms": ["نتانياهو"]}],
        "translations": [
            {
                "word": "wheat",
                "forms": [{"text": "قمح", "query": "قمح"}],
                "is_searched": False,
                "query": "=wheat",
            }
        ],
        "suggestion": None,
        "hits": [
            {
                "id": "abcdefgh234567ab",
                "title": "النيل في الفيضان",
                "url": "https://example.org/%D9%86",
                "source": "وكالة النهر",
                "topics": ["environment", "أنهار"],
                "assigned_topics": [],
                "sections": [],
                "published": "2024-08-05T15:07:00+03:00",
                "language": "ar",
                "snippet": "بدأ فيضان النيل.",
                "marks": [[10, 15]],
                "score": 7.25,
                "reasons": [
                    {"word": "نيلين", "forms": ["النيل"], "missing": False},
                    {"word": "سد", "forms": [], "missing": True},
                ],
            }
        ],
        "facets": {
            "source": [{"value": "وكالة النهر", "label": "وكالة النهر", "count": 12}],
            "topic": [
                {"value": "environment", "label": "بيئة", "count": 9, "id": "medtop:06000000", "assigned": 4},
                {"value": "أنهار", "label": "أنهار", "count": 3, "id": "", "assigned": 0},
            ],
            "section": [{"value": "world", "label": "العالم", "count": 2}],
        },
    }


def test_topic_labels_are_in_the_requested_language() -> None:
    labels = [facet["label"] for facet in results_to_json(results(), "en")["facets"]["topic"]]
    assert labels == ["Environment", "أنهار"]


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (None, None),
        (date(2024, 8, 5), "2024-08-05"),
        (datetime(2024, 8, 5, 12, tzinfo=UTC), "2024-08-05T12:00:00+00:00"),
    ],
)
def test_dates_without_a_time_stay_dates(published: date | datetime | None, expected: str | None) -> None:
    article = Article(id="a", title="", body="نص", published=published)
    hit = Hit(article=article, score=0.0, title=Highlighted(""), snippet=Highlighted("نص"))
    assert results_to_json(results(hit), "ar")["hits"][0]["published"] == expected


def test_the_form_round_trips_through_json() -> None:
    form = results_to_json(results(HIT, HIT), "ar")
    assert json.loads(json.dumps(form)) == form
    start, end = form["hits"][0]["marks"][0]
    assert form["hits"][0]["snippet"][start:end] == "النيل"


def test_empty_results() -> None:
    form = results_to_json(results(total=0, facets=Facets(), notices=()), "en")
    assert (form["total"], form["pages"], form["hits"], form["notices"]) == (0, 1, [], [])
    assert form["facets"] == {"source": [], "topic": [], "section": []}
