"""An ETag changes if the content of a response changes, and only then."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.web import create_app
from tests.articles import NOW
from tests.libraries import open_archive

OF_GROUPS = (
    "/article/wheat/passages",
    "/compare/wheat/hostile",
    "/stories",
    "/stories/wheat",
    "/stories.xml",
    "/stories.atom",
    "/stories.json",
    "/stories/wheat.xml",
    "/stories/wheat.atom",
    "/stories/wheat.json",
    "/api/v1/articles/wheat/copies",
    "/api/v1/articles/wheat/passages",
    "/api/v1/stories",
    "/api/v1/stories/wheat",
)
ADDRESSES = (
    *OF_GROUPS,
    "/",
    "/search?q=مباراة",
    "/article/wheat",
    "/concordance?q=القمح",
    "/trends?q=القمح",
    "/trends.csv?q=القمح",
    "/reuse",
    "/preferences",
    "/feed.xml",
    "/feed.atom",
    "/feed.json",
    "/api/v1/search",
    "/api/v1/search?q=القمح&lang=en",
    "/api/v1/search?q=غرافيتون",
    "/api/v1/suggest?q=مبار",
    "/api/v1/articles/wheat",
    "/api/v1/articles/wheat/related",
    "/healthz",
    "/robots.txt",
    "/feeds.opml",
    "/opensearch.xml",
    "/suggestions.json?q=مبار",
    "/article/wheat/revisions",
    "/article/wheat/revisions/1",
    "/article/wheat/compare/1/1",
    "/advanced",
    "/unapi?id=urn:newsarchive:wheat&format=ris",
    "/article/wheat/export.csv",
    "/api/v1/articles",
    "/api/v1/articles/wheat/revisions",
    "/api/v1/articles/wheat/revisions/1",
    "/api/v1/articles/wheat/export",
    "/api/v1/sources",
    "/api/v1/topics",
    "/api/v1/trends",
    "/api/v1/",
    "/api/v1/openapi.json",
    "/sources",
    "/sources/الجزيرة",
    "/topics",
    "/authors",
    "/days",
    "/days/2025-04",
    "/facets/source",
    "/collections",
    "/collections/full",
    "/collections/full.xml",
    "/collections/full.atom",
    "/collections/full.json",
    "/article/wheat/collections",
    "/sign-in",
)


def set_clock(monkeypatch: pytest.MonkeyPatch, start: float, step: float) -> None:
    """Make every clock start at `start` and advance by `step` seconds at each reading."""
    for name in ("time", "perf_counter"):
        ticks = count(start, step)
        monkeypatch.setattr(time, name, lambda ticks=ticks: next(ticks))


@pytest.mark.parametrize("address", ADDRESSES)
def test_etags_do_not_depend_on_the_clock(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    set_clock(monkeypatch, 2_000_000_000, 0.001)
    first = client.get(address)
    set_clock(monkeypatch, 2_100_000_000, 0.7)
    assert client.get(address).headers["ETag"] == first.headers["ETag"]
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_all_routes_are_covered(client: FlaskClient) -> None:
    with client.application.test_request_context():
        adapter = client.application.url_map.bind("localhost")
        tried = {adapter.match(address.partition("?")[0])[0] for address in ADDRESSES}
    rules = [rule for rule in client.application.url_map.iter_rules() if "GET" in (rule.methods or ())]
    # A download of all results is too large for one.
    assert tried == {rule.endpoint for rule in rules} - {"static", "exports.search", "api.export", "collections.export"}


def test_etags_of_responses_with_different_bytes_are_weak(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, 2_000_000_000, 0.001)
    first = client.get("/api/v1/search")
    set_clock(monkeypatch, 2_000_000_000, 0.7)
    assert client.get("/api/v1/search").data != first.data
    assert first.get_etag()[1] is True


@pytest.fixture
def growing(tmp_path: Path) -> Iterator[Library]:
    """An archive that the test adds articles to."""
    with open_archive(tmp_path, create=True) as library:
        yield library


OF_OTHERS = (
    *(
        "/api/v1/suggest?q=مبار",
        "/suggestions.json?q=مبار",
        "/reuse",
        "/preferences",
        "/robots.txt",
        "/opensearch.xml",
        "/feeds.opml",
    ),
    *OF_GROUPS,
    *("/advanced", "/article/wheat/compare/1/1"),
    *("/api/v1/articles/wheat/revisions/1", "/api/v1/topics", "/api/v1/trends"),
    *("/trends?q=القمح", "/trends.csv?q=القمح"),
    *("/api/v1/", "/api/v1/openapi.json"),
    *("/sources/الجزيرة", "/authors", "/days", "/days/2025-04", "/sign-in"),
    *("/collections", "/collections/full", "/collections/full.xml", "/collections/full.atom", "/collections/full.json"),
    "/article/wheat/collections",
)
"""Responses that the added articles have no part in."""


@pytest.mark.parametrize("address", [address for address in ADDRESSES if address not in OF_OTHERS])
def test_changing_the_archive_changes_the_etag(growing: Library, article: Callable[..., Article], address: str) -> None:
    def add(*articles: Article) -> None:
        with ArchiveWriter(growing.archive, clock=lambda: NOW) as writer:
            writer.append(articles)
        growing.update_index()

    wheat = article(1, id="wheat", title="مباراة القمح", body="اتفاق غرافيتون حول صوامع الحبوب")
    add(wheat, *(article(number) for number in range(2, 12)))
    client = create_app(growing).test_client()
    before = client.get(address).headers["ETag"]
    add(
        replace(wheat, revision=2, body="نص آخر: اتفاق غرافيتون حول صوامع الحبوب"),
        article(20, title="مباراة", body="قال الوزير إن اتفاق غرافيتون حول الصوامع والحبوب والقمح لن يتأخر عن موعده"),
    )
    after = client.get(address, headers={"If-None-Match": before})
    assert after.status_code == 200
    assert after.headers["ETag"] != before
