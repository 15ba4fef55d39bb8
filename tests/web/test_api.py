import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from newsarchive.article import to_json
from tests.sample import ENGLISH, HOSTILE, MATCHES, SHOWN, WHEAT
from tests.web.page import query


def ask(client: FlaskClient, status: int = 200, /, **parameters: str | list[str]) -> Any:
    response = client.get("/api/v1/search", query_string=query(parameters))
    assert response.status_code == status
    assert response.content_type == ("application/json" if status == 200 else "application/problem+json")
    return response.get_json()


HIT_KEYS = ("id", "title", "url", "source", "topics", "assigned_topics", "sections", "published")


def test_hits_have_every_field(client: FlaskClient) -> None:
    answer = ask(client, q="القمح", lang="en")
    assert answer["total"] == 1
    assert answer["took_ms"] >= 0
    assert (answer["page"], answer["pages"], answer["notices"]) == (1, 1, [])
    (hit,) = answer["hits"]
    assert {key: hit[key] for key in HIT_KEYS} == {
        "id": "wheat",
        "title": WHEAT.title,
        "url": WHEAT.url,
        "source": "الجزيرة",
        "topics": ["economy"],
        "assigned_topics": [],
        "sections": ["world"],
        "published": "2025-04-21T10:30:00+03:00",
    }
    assert hit["score"] > 0
    start, end = hit["marks"][0]
    assert hit["snippet"][start:end] == "القمح"
    assert hit["page_url"] == "http://localhost/article/wheat"
    assert answer["facets"] == {
        "source": [{"value": "الجزيرة", "label": "Al Jazeera", "count": 1}],
        "topic": [
            {
                "value": "economy",
                "label": "Economy, business and finance",
                "count": 1,
                "id": "medtop:04000000",
                "assigned": 0,
                "name": "economy",
            },
        ],
        "section": [{"value": "world", "label": "World", "count": 1}],
    }


def test_without_a_query_the_newest_articles_come_first(client: FlaskClient) -> None:
    answer = ask(client, limit="100")
    assert answer["total"] == len(answer["hits"]) == SHOWN
    assert answer["hits"][0]["id"] == "wheat"
    assert answer["hits"][-1]["published"] is None


def test_the_api_takes_the_parameters_of_the_page(client: FlaskClient) -> None:
    answer = ask(client, topic=["رياضة", "business"], from_="2024", sort="oldest", page="3", limit="12", source=[])
    assert (answer["total"], answer["page"], answer["pages"]) == (len(MATCHES) + 2, 3, 3)
    assert [hit["id"] for hit in answer["hits"]] == [ENGLISH.id, WHEAT.id]


def test_results_are_filtered_by_date_and_source(client: FlaskClient) -> None:
    answer = ask(client, from_="2024-03-05", to="2024-03-08", source="الرياضية")
    assert {hit["published"] for hit in answer["hits"]} == {"2024-03-05", "2024-03-07"}
    assert {facet["value"] for facet in answer["facets"]["source"]} == {"الرياضية", "CNN بالعربية"}


def test_notices_are_included(client: FlaskClient) -> None:
    assert ask(client, q="(القمح")["notices"] == ["plain_words"]


def test_nothing_else_than_what_was_asked_for_is_found(client: FlaskClient) -> None:
    answer = ask(client, q="القمح التعليم")
    assert (answer["total"], answer["notices"], answer["hits"]) == (0, [], [])


def test_other_readings_are_included(client: FlaskClient) -> None:
    answer = ask(client, q="القمح أو التعليم")
    assert answer["total"] > 0
    assert answer["notices"] == ["or_word"]
    assert answer["other_readings"] == [{"notice": "or_word", "query": "القمح =أو التعليم"}]
    assert ask(client, q="القمح")["other_readings"] == []


def test_hits_have_reasons(client: FlaskClient) -> None:
    assert ask(client, q="القمح")["hits"][0]["reasons"] == []
    assert ask(client, q="اتفاقات التعليم", source=WHEAT.source, match="any")["hits"][0]["reasons"] == [
        {"word": "اتفاقات", "forms": ["اتفاقًا", "الاتفاق"], "missing": False},
        {"word": "التعليم", "forms": [], "missing": True},
    ]


def test_a_page_past_the_last_is_empty(client: FlaskClient) -> None:
    answer = ask(client, page="99")
    assert (answer["total"], answer["hits"]) == (SHOWN, [])


def test_arabic_is_not_escaped(client: FlaskClient) -> None:
    assert WHEAT.title in client.get("/api/v1/search?q=القمح").get_data(as_text=True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"),
        ("limit", "101"),
        ("page", "x"),
        ("page", "0"),
        ("from", "not a date"),
        ("to", "2025-02-31"),
        ("match", "foo"),
        ("sort", "score"),
        ("lang", "fr"),
    ],
)
def test_invalid_parameters_are_named(client: FlaskClient, name: str, value: str) -> None:
    error = ask(client, 400, **{name: value})["error"]
    assert (error["code"], error["parameter"]) == ("invalid_parameter", name)
    assert name in error["message"]


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("match", "al", "all"),
        ("match", "ANY", "any"),
        ("match", "or", "any"),
        ("sort", "oldset", "oldest"),
        ("sort", "score", "best"),
        ("sort", "relevance", "best"),
        ("sort", "date", "newest"),
        ("lang", "AR", "ar"),
        ("lang", "en-US", "en"),
    ],
)
def test_the_message_names_the_right_value(client: FlaskClient, name: str, value: str, meant: str) -> None:
    message = ask(client, 400, **{name: value})["error"]["message"]
    assert f"“{name}” cannot be “{value}”. Did you mean “{meant}”? It can be: " in message


@pytest.mark.parametrize(("name", "value"), [("match", "foo"), ("sort", "random"), ("lang", "fr")])
def test_a_value_like_no_other_gets_only_the_list(client: FlaskClient, name: str, value: str) -> None:
    message = ask(client, 400, **{name: value})["error"]["message"]
    assert f"“{name}” cannot be “{value}”. It can be: " in message


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("query", "q"),
        ("sources", "source"),
        ("Topic", "topic"),
        ("form", "from"),
        ("pages", "page"),
        ("order", "sort"),
        ("category", "topic"),
        ("per_page", "limit"),
        ("locale", "lang"),
        ("until", "to"),
        ("date_from", "from"),
    ],
)
def test_an_unknown_parameter_is_an_error_that_names_the_right_one(client: FlaskClient, name: str, meant: str) -> None:
    error = ask(client, 400, **{name: "x"})["error"]
    assert (error["code"], error["parameter"]) == ("invalid_parameter", name)
    assert f"There is no parameter “{name}”. Did you mean “{meant}”? The parameters are: q, " in error["message"]


@pytest.mark.parametrize("name", ["utm_source", "format", "callback", "looser", "highlight", "x"])
def test_a_parameter_like_no_other_gets_only_the_list(client: FlaskClient, name: str) -> None:
    message = ask(client, 400, **{name: "x"})["error"]["message"]
    assert f"There is no parameter “{name}”. The parameters are: q, " in message


@pytest.mark.parametrize(
    "target",
    ["suggest?q=x&source=x", "suggest?text=x", "articles/wheat?q=x", "articles/wheat/related?limit=3"],
)
def test_every_address_of_the_api_rejects_unknown_parameters(client: FlaskClient, target: str) -> None:
    response = client.get(f"/api/v1/{target}")
    assert response.status_code == 400
    assert response.get_json()["error"]["parameter"] in target


@pytest.mark.parametrize("path", ["/", "/search", "/article/wheat", "/feed.xml", "/feed.atom", "/feed.json"])
def test_pages_and_feeds_ignore_parameters_of_other_sites(client: FlaskClient, path: str) -> None:
    response = client.get(f"{path}?utm_source=x&fbclid=y")
    assert response.status_code == 200
    assert "utm_source" not in response.text


def test_a_source_or_topic_that_the_archive_lacks_is_named(client: FlaskClient) -> None:
    answer = ask(client, source=["صحيفة الوهم"], topic=["ترامب"])
    assert (answer["total"], answer["notices"]) == (0, ["unknown_source", "unknown_topic"])
    assert answer["subjects"] == [
        {"notice": "unknown_source", "values": ["صحيفة الوهم"]},
        {"notice": "unknown_topic", "values": ["ترامب"]},
    ]
    assert ask(client, source=["Aljazeera", "صحيفة الوهم"])["total"] > 0
    assert ask(client, source="الجزيرة", topic="business")["subjects"] == []


def test_a_query_that_is_only_a_date_says_which_days_it_means(client: FlaskClient) -> None:
    assert ask(client, q="21 نيسان 2025")["dates"] == ["2025-04-21", "2025-04-21"]
    assert ask(client, q="2025")["dates"] is None
    assert ask(client, q="قمح 21 نيسان 2025")["dates"] is None


def test_articles_are_returned_in_their_archive_form(client: FlaskClient) -> None:
    form = client.get("/api/v1/articles/wheat").get_json()
    kept = {**to_json(WHEAT), "given_topics": ["economy"], "assigned_topics": [], "sections": ["world"]}
    topic = {"name": "economy", "label": "اقتصاد، أعمال ومال", "id": "medtop:04000000"}
    kept["all_topics"] = [{**topic, "kind": "given", "confidence": None}]
    kept["page_url"] = "http://localhost/article/wheat"
    assert {**form, "origin": {}, "archived_at": ""} == {**kept, "origin": {}, "archived_at": ""}
    assert form["archived_at"] == "2025-05-01T06:30:00+00:00"


def test_server_paths_and_script_urls_are_not_disclosed(client: FlaskClient) -> None:
    assert client.get("/api/v1/articles/wheat").get_json()["origin"]["location"] == "import.jsonl:3"
    assert "url" not in client.get(f"/api/v1/articles/{HOSTILE.id}").get_json()
    assert ask(client, source=HOSTILE.source)["hits"][0]["url"] == ""


@pytest.mark.parametrize("article_id", ["none", "%2e%2e", "é"])
def test_unknown_articles_are_not_found(client: FlaskClient, article_id: str) -> None:
    response = client.get(f"/api/v1/articles/{article_id}")
    assert response.status_code == 404
    assert response.get_json()["error"]["code"] == "article_not_found"


def test_unknown_paths_are_not_found_as_json(client: FlaskClient) -> None:
    response = client.get("/api/v2/search")
    assert (response.status_code, response.get_json()["error"]["code"]) == (404, "not_found")


def test_an_archive_without_an_index_is_unavailable(unindexed: FlaskClient) -> None:
    error = ask(unindexed, 503)["error"]
    assert error["code"] == "index_missing"
    assert "/" not in error["message"]
    health = unindexed.get("/healthz")
    assert (health.status_code, health.get_json()) == (503, {"status": "unavailable"})


def test_health_check(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok", "articles": SHOWN, "fetching": "none"}


def test_version_1_never_loses_a_key(client: FlaskClient) -> None:
    answer = ask(client, q="القمح")
    assert answer.keys() >= {"total", "took_ms", "hits", "facets"}
    assert answer["hits"][0].keys() >= {
        *("id", "title", "url", "source", "topics", "published", "snippet", "marks", "score", "reasons"),
    }
    json.dumps(answer, allow_nan=False)
