"""What the API gives away: files for other programs, and no texts if the setting rules them out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article, Origin
from newsarchive.export.formats import served
from newsarchive.library import Library
from newsarchive.web import SiteSettings, create_app
from newsarchive.web.api import OPERATIONS
from newsarchive.web.export_slots import ExportSlots
from tests.articles import NOW
from tests.libraries import open_archive
from tests.web.test_articles_api import get


def test_an_export_is_that_of_the_pages(client: FlaskClient) -> None:
    for name, ending in (("csv", "csv"), ("jsonl", "jsonl"), ("ris", "ris"), ("csl", "csl.json")):
        ours = client.get(f"/api/v1/export?format={name}&q=مباراة&sort=oldest&limit=2&text=no")
        theirs = client.get(f"/export.{ending}?q=مباراة&sort=oldest&limit=2&text=no")
        assert (ours.data, ours.content_type) == (theirs.data, theirs.content_type)
        assert ours.headers["X-Total-Count"] == "2"
        one = client.get(f"/api/v1/articles/talks/export?format={name}&revisions=all")
        assert one.data == client.get(f"/article/talks/export.{ending}?revisions=all").data != b""
    assert client.get("/api/v1/export").content_type == client.get("/export.jsonl").content_type
    problem = get(client, "/api/v1/export", 400, format="xlsx")
    assert (problem["error"]["parameter"], "jsonl" in problem["detail"]) == ("format", True)
    assert get(client, "/api/v1/export", 400, fold="copies")["error"]["parameter"] == "fold"
    assert get(client, "/api/v1/articles/none/export", 404)["error"]["code"] == "article_not_found"


def test_exports_have_limits(library: Library) -> None:
    assert (
        get(create_app(library, SiteSettings(exports=0)).test_client(), "/api/v1/export", 404)["error"]["code"]
        == "not_found"
    )
    problem = get(create_app(library, SiteSettings(export_rows=2)).test_client(), "/api/v1/export", 400)
    assert problem["error"]["code"] == "export_too_large"
    client = create_app(library, SiteSettings(exports=1)).test_client()
    with ExportSlots(library.archive.folder, 1).take():
        response = client.get("/api/v1/export")
    assert (response.status_code, response.get_json()["error"]["code"]) == (503, "exports_busy")
    assert response.headers["Retry-After"]


def test_a_body_of_another_type_is_refused(client: FlaskClient) -> None:
    response = client.post("/api/v1/reuse", json={"text": "القمح"})
    assert (response.status_code, response.get_json()["error"]["code"]) == (415, "unsupported_media_type")
    assert "text/plain" in response.get_json()["detail"]
    for sent in ({"data": {"text": "القمح"}}, {"data": "القمح".encode(), "content_type": "text/plain"}):
        assert client.post("/api/v1/reuse", **sent).status_code == 200


WORDS = 12
"""Equal words in a row that no name and no title has."""


def runs(text: str) -> set[tuple[str, ...]]:
    words = text.split()
    return {tuple(words[start : start + WORDS]) for start in range(len(words) - WORDS + 1)}


def texts_in(value: Any, name: str = "") -> Iterator[str]:
    """All texts in an answer but snippets, which may be given."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from texts_in(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner, name)
    elif isinstance(value, str) and name != "snippet":
        yield value


def test_no_operation_gives_texts_if_that_is_ruled_out(tmp_path: Path) -> None:
    """Each operation is asked for an article, and for every key that it can select."""
    shared = " ".join(f"كلمة{number} مشتركة" for number in range(60))
    bodies = [f"{shared} خاتمة{number}\nعنوان فرعي طويل{number} {shared[::-1]}" for number in range(3)]
    articles = [
        Article(
            id=f"a{number}",
            title=f"خبر عن القمح {number}",
            body=body,
            headings=(body.split("\n")[1],),
            summary="ملخص القمح",
            source="صحيفة",
            published=NOW,
            archived_at=NOW,
            origin=Origin("jsonl", "x"),
        )
        for number, body in enumerate(bodies)
    ]
    known = set().union(*map(runs, bodies))
    with open_archive(tmp_path, create=True) as library:
        with ArchiveWriter(library.archive, clock=lambda: NOW) as writer:
            writer.append(articles)
        library.update_index()
        without, given = (
            set(leaking(create_app(library, SiteSettings(public_full_text=allowed)), known))
            for allowed in (False, True)
        )
    assert without == set()
    # The test sees what the setting hides.
    assert {"article", "articles", "revision", "search", "export", "export_article", "reuse"} <= given


def leaking(app: Flask, known: set[tuple[str, ...]]) -> Iterator[str]:
    """The names of the operations whose answer has a run of words of a body."""
    client = app.test_client()
    sent = " ".join(f"كلمة{number} مشتركة" for number in range(60))
    for one in OPERATIONS:
        path = "/api/v1" + one.path.format(article_id="a1", story_id="a1", revision=1)
        wanted = {"q": "القمح"} if "q" in one.query_names else {}
        asked = [wanted]
        if one.fields_of is not None:
            asked += [{**wanted, "fields": name} for name in one.fields_of.keys]
        if "format" in one.query_names:
            asked += [{**wanted, "format": form.name, "text": "yes", "revisions": "all"} for form in served()]
        if one.name == "articles":
            asked += [{"ids": "a0,a1", "fields": "body"}, {"since": "start", "fields": "body"}]
        for args in asked:
            body = {"text": sent} if one.method == "POST" else None
            response = client.open(path, method=one.method, query_string=args, data=body)
            assert response.status_code == 200, (path, args, response.text)
            found = texts_in(response.get_json()) if response.is_json else [response.data.decode("utf-8", "replace")]
            if any(not known.isdisjoint(runs(text)) for text in found):
                yield one.name
