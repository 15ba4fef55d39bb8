import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import NotFound

from newsarchive.errors import (
    ArchiveLocked,
    ArticleNotFound,
    ArticleWithdrawn,
    ConfigError,
    CorruptArchive,
    CursorGone,
    IndexDamaged,
    IndexMissing,
    IndexOutdated,
    NewsArchiveError,
    QuerySyntaxError,
)
from newsarchive.library import Library
from newsarchive.web import create_app
from newsarchive.web.errors import failure_of
from newsarchive.web.invalid_parameter import InvalidParameter, Problem
from tests.web.page import get


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (InvalidParameter("page", "x", Problem.NUMBER), 400, "invalid_parameter"),
        (QuerySyntaxError("no"), 400, "bad_request"),
        (ArticleNotFound("x"), 404, "article_not_found"),
        (ArticleWithdrawn("x", datetime(2025, 5, 1, tzinfo=UTC)), 410, "article_withdrawn"),
        (CursorGone("x"), 410, "cursor_gone"),
        (IndexMissing("no"), 503, "index_missing"),
        (IndexOutdated("old"), 503, "index_outdated"),
        (IndexDamaged("torn"), 503, "index_damaged"),
        (ArchiveLocked("busy"), 503, "unavailable"),
        (CorruptArchive(Path("part"), 3, "no JSON"), 500, "internal"),
        (ConfigError("no"), 500, "internal"),
        (NotFound(), 404, "not_found"),
    ],
)
def test_every_error_has_a_status_and_a_code(error: NewsArchiveError | NotFound, status: int, code: str) -> None:
    failure = failure_of(error)
    assert (failure.status, failure.code) == (status, code)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("from=gestern", "gestern"),
        ("page=0", "0"),
        ("limit=101", "101"),
        ("match=foo", "foo"),
        ("lang=fr", "fr"),
    ],
)
def test_invalid_parameters_are_explained_and_dropped_from_links(client: FlaskClient, query: str, shown: str) -> None:
    page = get(client, f"/search?q=مباراة&topic=sport&{query}", status=400)
    assert page.one("h1").text == "قيمة غير صالحة في الرابط"
    assert shown in page.one("p", class_="lead").text
    assert page.one("input", id="q")["value"] == "مباراة"
    assert len(get(client, page.link("ابحث من دونها")).titles) > 0


def test_reversed_dates_are_named_as_what_they_are(client: FlaskClient) -> None:
    page = get(client, "/search?q=مباراة&from=2025&to=2024", status=400)
    assert page.one("h1").text == "التاريخان معكوسان"
    assert "2025-01-01" in page.one("p", class_="lead").text
    assert get(client, page.link("تابِع من دون تاريخ البداية")).one("input", id="from")["value"] == ""


def test_two_invalid_parameters_lead_to_the_start_page(client: FlaskClient) -> None:
    assert get(client, "/search?page=0&limit=0", status=400).link("ابحث من دونها") == "/"


def test_errors_are_in_the_language_of_the_page(client: FlaskClient) -> None:
    assert get(client, "/article/none?lang=en", status=404).one("h1").text == "Article not found"
    assert get(client, "/nothing", status=404).one("h1").text == "الصفحة غير موجودة"


def test_the_language_switch_works_on_error_pages(client: FlaskClient) -> None:
    page = get(client, "/article/none", status=404)
    assert page.link("English") == "/article/none?lang=en"
    assert get(client, "/nothing", status=404).link("English") == "/?lang=en"


@pytest.mark.parametrize("query", ["_external=1", "endpoint=x", "_scheme=x", "_anchor=x", "article_id=x", "_method=x"])
def test_parameters_cannot_inject_arguments_of_url_for(client: FlaskClient, query: str) -> None:
    for path in ("/", "/article/wheat", "/article/none", "/nothing", "/feed.xml"):
        assert client.get(f"{path}?{query}").status_code in (200, 404)
    assert client.get(f"/api/v1/search?{query}").status_code == 400


@pytest.mark.parametrize("path", ["/", "/search", "/article/wheat", "/feed.xml", "/api/v1/search", "/healthz"])
def test_only_reading_methods_are_allowed(client: FlaskClient, path: str) -> None:
    response = client.post(path)
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD"}


def test_a_missing_index_is_explained(unindexed: FlaskClient) -> None:
    page = get(unindexed, "/?lang=en", status=503)
    assert page.one("h1").text == "Search is currently unavailable"
    page = get(unindexed, "/search?q=wheat&from=2024&lang=en", status=503)
    assert page.link("Try again now") == "/search?q=wheat&from=2024&lang=en"


def test_internal_errors_are_logged_without_showing_details(library: Library, caplog: pytest.LogCaptureFixture) -> None:
    app: Flask = create_app(_Broken(library.archive, library.search_service))
    for path in ("/", "/api/v1/search"):
        with caplog.at_level(logging.ERROR):
            response = app.test_client().get(path)
        assert response.status_code == 500
        assert "secret detail" not in response.text
        assert "Traceback" not in response.text
        assert "secret detail" in caplog.text
        caplog.clear()


class _Broken(Library):
    def search(self, request: object, facets: object = ()) -> None:  # type: ignore[override]
        raise RuntimeError("secret detail")


@pytest.mark.parametrize("host", ["", "a b", "<script>", "[::1", "x" * 300])
def test_invalid_hosts_are_not_internal_errors(client: FlaskClient, host: str) -> None:
    for path in ("/", "/article/wheat", "/feed.xml", "/feed.atom", "/feed.json", "/api/v1/search", "/nothing"):
        response = client.get(path, headers={"Host": host})
        assert response.status_code == 400
        assert host not in response.text or not host
