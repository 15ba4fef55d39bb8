"""The API's lists of articles: changes, lookups, revisions, selected keys, and next pages."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article, Copy
from newsarchive.library import Library
from newsarchive.web.api import OPERATIONS
from newsarchive.web.context import STARTED
from tests.articles import NOW
from tests.sample import MATCHES, SHOWN, WHEAT


def get(client: FlaskClient, address: str, status: int = 200, **args: Any) -> Any:
    response = client.get(address, query_string=args or None)
    assert response.status_code == status, response.text
    return response.get_json()


def all_pages(client: FlaskClient, address: str, key: str) -> list[Any]:
    """What all pages of a list have, by following its links."""
    found: list[Any] = []
    following: str | None = address
    while following:
        response = client.get(following)
        form = response.get_json()
        found += form[key]
        following = form["next"]
        assert response.headers.get("Link") == (f'<{following}>; rel="next"' if following else None)
    return found


Client = tuple[FlaskClient, Library]


def write(library: Library) -> ArchiveWriter:
    return ArchiveWriter(library.archive, clock=lambda: NOW + timedelta(days=1))


def test_changes_are_new_revised_and_withdrawn_articles(changing: Client, article: Callable[..., Article]) -> None:
    client, library = changing
    first = get(client, "/api/v1/articles")
    assert [(one["id"], one["change"], one["revision"]) for one in first["articles"]] == [
        (f"id{number}", "new", 1) for number in range(4)
    ]
    assert first["articles"][0]["body"] == article(0).body
    assert (first["next"], first["damaged"]) == (None, [])
    with write(library) as writer:
        writer.append([replace(article(1), revision=2, body="نص منقح")])
        writer.withdraw("id2", "سبب لا يُنشر")
    later = get(client, "/api/v1/articles", since=first["cursor"])
    assert [(one["id"], one["change"]) for one in later["articles"]] == [("id1", "revised"), ("id2", "withdrawn")]
    assert later["articles"][0]["body"] == "نص منقح"
    assert later["articles"][1] == {
        "id": "id2",
        "revision": 2,
        "change": "withdrawn",
        "withdrawn": True,
        "withdrawn_at": (NOW + timedelta(days=1)).isoformat(),
    }
    assert get(client, "/api/v1/articles", since=later["cursor"])["articles"] == []
    # Who starts now never gets the text of the withdrawn article.
    everything = get(client, "/api/v1/articles")["articles"]
    assert [one["id"] for one in everything] == ["id0", "id1", "id3", "id1", "id2"]


@pytest.mark.parametrize(
    "since", ["start", "", "2025-04-21", "2025", "2025-04-21T09:30:00Z", "2025-04-21T12:30:00+03:00"]
)
def test_changes_can_start_at_a_day_or_a_moment(changing: Client, since: str) -> None:
    client, _ = changing
    assert len(get(client, "/api/v1/articles", since=since)["articles"]) == 4
    assert get(client, "/api/v1/articles", since="2025-04-21T09:30:01")["articles"] == []


@pytest.mark.parametrize("since", ["yesterday", "2025-13", "2025-04-21T99:00", "AAAA", "start ", "٢"])
def test_what_changes_can_start_at_is_explained(changing: Client, since: str) -> None:
    client, _ = changing
    if since.strip() == "start":
        assert len(get(client, "/api/v1/articles", since=since)["articles"]) == 4
        return
    problem = get(client, "/api/v1/articles", 400, since=since)
    assert problem["error"]["parameter"] == "since"
    assert "cursor of an earlier response" in problem["detail"]


def test_a_cursor_goes_on_after_a_purge(changing: Client) -> None:
    client, library = changing
    page = get(client, "/api/v1/articles", limit=2, fields="title")
    library.purge("id0", "حكم")
    library.purge("id3", "حكم")
    rest = all_pages(client, page["next"], "articles")
    assert [(one["id"], one["change"]) for one in rest] == [
        ("id2", "new"),
        ("id0", "withdrawn"),
        ("id3", "withdrawn"),
    ]


def test_a_cursor_that_cannot_be_followed_is_gone(changing: Client) -> None:
    client, library = changing
    page = get(client, "/api/v1/articles", limit=2)
    library.purge("id0", "حكم")
    (library.archive.folder / "moves.json").unlink()
    problem = get(client, "/api/v1/articles", 410, since=page["cursor"])
    assert problem["type"].endswith("/api/v1/#cursor_gone")
    assert "since=start" in problem["detail"]


def test_a_damaged_line_is_named_and_stops_nothing(changing: Client) -> None:
    client, library = changing
    (part,) = (library.archive.folder / "articles").iterdir()
    part.write_bytes(part.read_bytes().replace("العنوان 1".encode(), "العنوان X".encode()))
    answer = get(client, "/api/v1/articles")
    assert [one["id"] for one in answer["articles"]] == ["id0", "id2", "id3"]
    assert [(one["part"], one["line"]) for one in answer["damaged"]] == [(part.name, 2)]
    assert str(library.archive.folder) not in str(answer)


def test_selected_keys_of_changes_keep_what_applies_them(changing: Client) -> None:
    client, library = changing
    with write(library) as writer:
        writer.withdraw("id3", "سبب")
    found = get(client, "/api/v1/articles", fields="title")["articles"]
    assert found[0] == {"id": "id0", "revision": 1, "change": "new", "title": "العنوان 0"}
    assert set(found[-1]) == {"id", "revision", "change", "withdrawn", "withdrawn_at"}


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example/1",
        "http://www.news.example/1/?utm_source=x#top",
        "news.example/1",
        "https://other.example/copied",
        "http://localhost/article/id1",
        "http://localhost/article/id1?q=x",
        "https://LOCALHOST/article/%69d1/#text",
        "localhost/article/id1",
        "//localhost/article/id1?lang=en",
    ],
)
def test_an_article_is_looked_up_by_any_form_of_its_address(changing: Client, url: str) -> None:
    client, library = changing
    with write(library) as writer:
        writer.append([Copy(id="id1", url="https://other.example/copied")])
    answer = get(client, "/api/v1/articles", url=url)
    assert [one["id"] for one in answer["articles"]] == ["id1"]
    assert answer["next"] is None


@pytest.mark.parametrize("url", ["https://news.example/none", "x", "http://localhost/article/none", "::", "http://[x"])
def test_an_unknown_address_finds_nothing(changing: Client, url: str) -> None:
    client, _ = changing
    assert get(client, "/api/v1/articles", url=url)["articles"] == []


def test_articles_are_looked_up_by_ids(changing: Client) -> None:
    client, library = changing
    with write(library) as writer:
        writer.withdraw("id2", "سبب")
    answer = get(client, "/api/v1/articles", ids="id3,id2,id0,id3,none", fields="title")
    assert answer["articles"] == [{"id": "id3", "title": "العنوان 3"}, {"id": "id0", "title": "العنوان 0"}]
    assert answer["missing"] == ["id2", "none"]
    many = ",".join(f"x{number}" for number in range(101))
    assert "100" in get(client, "/api/v1/articles", 400, ids=many)["detail"]


def test_what_does_not_go_together_is_refused(changing: Client) -> None:
    client, _ = changing
    problem = get(client, "/api/v1/articles", 400, ids="id1", since="start")
    assert "“ids” and “since” can't be in one request" in problem["detail"]


def test_revisions_are_listed_and_returned(changing: Client, article: Callable[..., Article]) -> None:
    client, library = changing
    with write(library) as writer:
        writer.append([replace(article(1), revision=2, title="عنوان ثانٍ")])
        writer.withdraw("id0", "سبب")
        writer.append([replace(article(0), revision=3)])
    answer = get(client, "/api/v1/articles/id1/revisions")
    assert [(one["revision"], one["title"]) for one in answer["revisions"]] == [(1, "العنوان 1"), (2, "عنوان ثانٍ")]
    assert get(client, answer["revisions"][0]["url"])["title"] == "العنوان 1"
    restored = get(client, "/api/v1/articles/id0/revisions")["revisions"]
    assert [one.get("withdrawn", False) for one in restored] == [False, True, False]
    assert "سبب" not in str(restored)
    for revision in ("2", "9", "x", "0"):
        get(client, f"/api/v1/articles/id0/revisions/{revision}", 404)


@pytest.mark.parametrize("address", ["revisions", "revisions/1", "related", "copies", "passages"])
def test_a_withdrawn_article_has_nothing(changing: Client, address: str) -> None:
    client, library = changing
    with write(library) as writer:
        writer.withdraw("id1", "سبب")
    response = client.get(f"/api/v1/articles/id1/{address}")
    assert response.status_code in (404, 410)
    assert "سبب" not in response.text


def test_an_article_answers_304_by_its_date_and_its_etag(changing: Client, article: Callable[..., Article]) -> None:
    client, library = changing
    client.application.config[STARTED] = NOW - timedelta(days=1)
    for address in ("/api/v1/articles/id1", "/api/v1/articles/id1/revisions", "/api/v1/articles/id1/revisions/1"):
        first = client.get(address)
        assert first.last_modified == NOW
        for name in ("ETag", "Last-Modified"):
            sent = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}[name]
            again = client.get(address, headers={sent: first.headers[name]})
            assert (again.status_code, again.data) == (304, b"")
        head = client.head(address)
        assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", first.headers["ETag"])
    before = client.get("/api/v1/articles/id1").headers["Last-Modified"]
    with write(library) as writer:
        writer.append([replace(article(1), revision=2, body="نص منقح")])
    assert client.get("/api/v1/articles/id1", headers={"If-Modified-Since": before}).status_code == 200
    # A server that is started again can have other settings and tables.
    before = client.get("/api/v1/articles/id2").headers["Last-Modified"]
    client.application.config[STARTED] = NOW + timedelta(hours=1)
    assert client.get("/api/v1/articles/id2", headers={"If-Modified-Since": before}).status_code == 200


def test_the_next_pages_of_a_search_have_all_hits(client: FlaskClient) -> None:
    hits = all_pages(client, "/api/v1/search?limit=7&fields=title", "hits")
    assert len({hit["id"] for hit in hits}) == len(hits) == SHOWN
    assert set(hits[0]) == {"id", "title"}
    hits = all_pages(client, "/api/v1/search?q=مباراة&source=الرياضية&source=CNN&limit=5&lang=en", "hits")
    assert {hit["id"] for hit in hits} == {one.id for one in MATCHES}


def test_the_next_pages_of_sources_have_all(client: FlaskClient) -> None:
    sources = all_pages(client, "/api/v1/sources?limit=2", "sources")
    assert sources == get(client, "/api/v1/sources")["sources"]
    facets = get(client, "/api/v1/search")["facets"]["source"]
    assert [(one["name"], one["count"]) for one in sources] == [(one["value"], one["count"]) for one in facets]


def test_topics_have_one_shape_everywhere(client: FlaskClient) -> None:
    listed = {one["name"]: one for one in get(client, "/api/v1/topics", lang="en")["topics"]}
    facets = get(client, "/api/v1/search", lang="en")["facets"]["topic"]
    assert [(one["name"], one["label"], one["id"], one["count"]) for one in facets] == [
        (one["name"], one["label"], one["id"], one["count"]) for one in listed.values()
    ]
    hits = get(client, "/api/v1/search", lang="en", limit=100)["hits"]
    of_hits = [topic for hit in hits for topic in hit["all_topics"]]
    full = get(client, "/api/v1/articles/wheat", lang="en")["all_topics"]
    for topic in (*of_hits, *full):
        assert {key: topic[key] for key in ("name", "label", "id")} == {
            key: listed[topic["name"]][key] for key in ("name", "label", "id")
        }
        assert (topic["kind"] == "given") == (topic["confidence"] is None)
    assert {topic["kind"] for topic in of_hits} == {"given", "assigned"}
    for name, one in listed.items():
        of_name = [topic["kind"] for topic in of_hits if topic["name"] == name]
        assert (one["given"], one["assigned"]) == (of_name.count("given"), of_name.count("assigned"))


@pytest.mark.parametrize("per", ["day", "week", "month", "year"])
def test_trends_count_what_a_search_finds(client: FlaskClient, per: str) -> None:
    answer = get(client, "/api/v1/trends", q=["مباراة", "النهر"], per=per, match="any")
    assert [one["query"] for one in answer["series"]] == ["مباراة", "النهر"]
    totals = {one["period"]: one["count"] for one in answer["totals"]}
    assert list(totals) == sorted(totals)
    hits = get(client, "/api/v1/search", limit=100)["hits"]
    assert sum(totals.values()) == sum(hit["published"] is not None for hit in hits)
    for series in answer["series"]:
        dated = [hit for hit in get(client, "/api/v1/search", q=series["query"], limit=100)["hits"] if hit["published"]]
        assert series["total"] == sum(one["count"] for one in series["counts"]) == len(dated)
        for one in series["counts"]:
            assert one["share"] == round(one["count"] / totals[one["period"]], 6)
    if per == "month":
        assert totals["2024-03"] > 0
    if per == "week":
        assert totals["2025-W17"] == 1


def test_trends_follow_the_filters(client: FlaskClient) -> None:
    days: dict[str, Any] = {"from": "2025", "to": "2025"}
    answer = get(client, "/api/v1/trends", q="القمح", source=WHEAT.source, per="year", **days)
    assert answer["totals"] == [{"period": "2025", "count": 1}]
    assert answer["series"] == [
        {"query": "القمح", "total": 1, "counts": [{"period": "2025", "count": 1, "share": 1.0}]}
    ]
    without = get(client, "/api/v1/trends", per="year")
    assert [one["share"] for one in without["series"][0]["counts"]] == [1.0] * len(without["totals"])
    assert "10" in get(client, "/api/v1/trends", 400, q=[str(number) for number in range(11)])["detail"]


@pytest.mark.parametrize(
    ("address", "name", "meant"),
    [("search", "titles", "title"), ("articles/wheat", "content", "body"), ("articles", "published_at", "published")],
)
def test_an_unknown_field_is_an_error_that_names_the_right_one(
    client: FlaskClient, address: str, name: str, meant: str
) -> None:
    problem = get(client, f"/api/v1/{address}", 400, fields=f"id,{name}")
    assert problem["error"]["parameter"] == "fields"
    assert f"“fields” cannot be “{name}”. Did you mean “{meant}”?" in problem["detail"]


def test_fields_can_have_more_than_a_list_shows(client: FlaskClient) -> None:
    (hit,) = get(client, "/api/v1/search", q="القمح", fields=["title,body", "origin"], limit=1)["hits"]
    assert hit == {
        "id": "wheat",
        "title": WHEAT.title,
        "body": WHEAT.body,
        "origin": {"kind": "jsonl", "location": "import.jsonl:3"},
    }


@pytest.mark.parametrize("value", ["0", "1001", "x", "-1", "1.5"])
def test_limits_are_named(client: FlaskClient, value: str) -> None:
    assert "from 1 to 1000" in get(client, "/api/v1/articles", 400, limit=value)["detail"]
    assert "from 1 to 100," in get(client, "/api/v1/search", 400, limit="101" if value == "1001" else value)["detail"]


def test_a_withdrawn_article_is_gone_from_every_address(changing: Client) -> None:
    client, library = changing
    with write(library) as writer:
        writer.withdraw("id1", "سبب")
    library.update_index()
    for one in OPERATIONS:
        if "{" in one.path:
            path = one.path.format(article_id="id1", story_id="id1", revision=1)
            problem = get(client, f"/api/v1{path}", 410)
            assert problem["error"]["code"] == "article_withdrawn"
            assert problem["error"]["withdrawn_at"] == (NOW + timedelta(days=1)).isoformat()
            assert "article_withdrawn" in one.errors
