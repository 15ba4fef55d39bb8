"""A node without the archive's folder answers as the one with it does: it reads everything from the cluster."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from newsarchive.access.tokens import TokenStore
from newsarchive.archive import START, ArchiveWriter
from newsarchive.article import Article
from newsarchive.config import Config
from newsarchive.errors import ArchiveError, ConfigError, IndexUnreachable
from newsarchive.library import Library, open_library
from newsarchive.search import Match, SearchRequest
from newsarchive.search.opensearch import Connection, stored_records, updating
from newsarchive.search.opensearch.cluster_archive import ClusterArchive
from newsarchive.search.opensearch.stored_records import StoredRecords
from newsarchive.web import SiteSettings, create_app
from tests.articles import make_article
from tests.libraries import append, put_collection, withdraw

TEXT = (
    "أعلنت الهيئة العامة للموانئ أن سفينة القمح وصلت إلى الميناء صباح اليوم بعد رحلة طويلة من البحر الأسود وأن العمال"
    " بدأوا تفريغ الحمولة وسط إجراءات مشددة من الجمارك وحرس السواحل ومندوبي الشركة المستوردة الذين تابعوا كل خطوة"
)
VARYING = re.compile(r'"took_ms": ?[0-9.]+|[0-9.,٠-٩٫]+ (?:ms|ملي ثانية)')
ADDRESSES = [
    "/",
    "/?q=القمح",
    "/search?q=القمح+عنوان",
    "/article/id1",
    "/article/id2",
    "/article/id3",
    "/article/id9",
    "/article/none",
    "/article/id5",
    "/article/id1/revisions",
    "/article/id1/revisions/1",
    "/article/id1/revisions/9",
    "/article/id1/compare/1/2",
    "/article/id1/passages",
    "/article/id3/revisions",
    "/compare/id1/id2",
    "/concordance?q=القمح",
    "/advanced",
    "/trends?q=القمح",
    "/trends.csv?q=القمح",
    "/stories",
    "/stories/id1",
    "/authors",
    "/days",
    "/days/2025-04",
    "/facets/source",
    "/sources",
    "/sources/تاس",
    "/topics",
    "/feed.xml",
    "/feed.atom?q=القمح",
    "/feed.json",
    "/feeds.opml",
    "/stories.xml",
    "/stories/id1.xml",
    "/collections",
    "/collections/full",
    "/collections/full.xml",
    "/article/id1/collections",
    "/collections/full/export.jsonl",
    "/opensearch.xml",
    "/suggestions.json?q=الق",
    "/robots.txt",
    "/api/v1/articles",
    "/api/v1/articles?limit=3",
    "/api/v1/articles/id1",
    "/api/v1/articles/id3",
    "/api/v1/articles/id5",
    "/api/v1/articles/none",
    "/api/v1/articles/id1/revisions",
    "/api/v1/articles/id1/revisions/1",
    "/api/v1/export?format=jsonl",
    "/api/v1/articles/id1/export?format=ris",
    "/api/v1/articles/id1/related",
    "/api/v1/articles/id1/copies",
    "/api/v1/stories",
    "/api/v1/stories/id1",
    "/api/v1/articles/id1/passages",
    "/api/v1/articles?since=2024-01-01T00:00:00Z",
    "/api/v1/articles?since=2025-01-02T00:00:00Z",
    "/api/v1/articles?url=https://news.example.org/1",
    "/api/v1/search?q=القمح",
    "/api/v1/search?sort=arrived&limit=2",
    "/api/v1/suggest?q=الق",
    "/api/v1/trends?q=القمح",
    "/api/v1/sources",
    "/api/v1/topics",
    "/export.jsonl?q=القمح",
    "/article/id1/export.bib",
    "/unapi?id=id1&format=ris",
    "/sitemap.xml",
    "/sitemap-1.xml",
    "/api/v1/search?q=url:https://news.example.org/2",
    "/subscriptions",
]


def articles(first: int, last: int) -> list[Article]:
    start = datetime(2025, 4, 1, tzinfo=UTC)
    return [
        make_article(
            number,
            title=f"عنوان خبر القمح {number}",
            body=f"{TEXT}\nفقرة {number} من الخبر." if number % 2 else f"نص آخر عن مباراة الفريق رقم {number}.",
            url=f"https://news.example.org/{number}",
            published=start + timedelta(hours=number),
            authors=("سلام",) if number % 3 else (),
        )
        for number in range(first, last)
    ]


@dataclass
class Nodes:
    """An archive with the node that ingests, and the settings of a node without its folder."""

    ingest: Library
    settings: Config

    def purge(self, name: str) -> None:
        self.ingest.purge(name, "طلب الناشر")

    @contextmanager
    def web(self) -> Iterator[Library]:
        with open_library(self.settings) as library:
            yield library


@pytest.fixture
def nodes(tmp_path: Path, ingest_node: Config) -> Iterator[Nodes]:
    """An indexed archive with revisions, a withdrawal, near copies, a collection and a token."""
    empty = tmp_path / "empty"
    empty.mkdir(mode=0o555)
    with open_library(ingest_node, create=True) as library:
        append(library, *articles(1, 9))
        append(library, *(replace(one, revision=2, title=f"{one.title} معدل") for one in articles(1, 3)))
        withdraw(library, "id3")
        put_collection(library.archive.folder, "id1", "id3", "none")
        library.update_index()
        yield Nodes(library, replace(ingest_node, archive=empty, articles_on="cluster"))
    assert not list(empty.iterdir())


def records_of(library: Library) -> StoredRecords:
    archive = library.archive
    assert isinstance(archive, ClusterArchive)
    return archive._records


def app_of(library: Library) -> Flask:
    return create_app(library, SiteSettings(show_subscriptions=True, metrics=True, allow_indexing=True))


def assert_same(nodes: Nodes) -> None:
    """Assert that both nodes give the same answers."""
    with nodes.web() as web:
        disk, cluster = app_of(nodes.ingest).test_client(), app_of(web).test_client()
        for address in ADDRESSES:
            one, other = disk.get(address), cluster.get(address)
            assert other.status_code == one.status_code, address
            assert VARYING.sub("", other.text) == VARYING.sub("", one.text), address
        assert pages(cluster) == pages(disk)


def pages(client: FlaskClient) -> list[object]:
    """All pages of changes, each after the cursor of the one before."""
    found: list[object] = []
    address = "/api/v1/articles?limit=2"
    for _ in range(30):
        form = json.loads(client.get(address).text)
        found.append(form)
        cursor = form.get("cursor") or form.get("next_cursor")
        if not form.get("more") and not form.get("is_more"):
            break
        address = f"/api/v1/articles?limit=2&after={cursor}"
    return found


def test_both_nodes_answer_the_same_through_the_life_of_an_archive(nodes: Nodes) -> None:
    assert_same(nodes)
    append(nodes.ingest, *articles(9, 12))
    withdraw(nodes.ingest, "id7")
    nodes.ingest.update_index()
    assert_same(nodes)
    nodes.purge("id5")
    assert_same(nodes)
    with nodes.web() as web:
        lines = b"".join(found.line for found in records_of(web).between(START, None))
        assert "فقرة 1 من الخبر".encode() in lines
        assert "فقرة 5 من الخبر".encode() not in lines
    with ArchiveWriter(nodes.ingest.archive) as writer:
        writer.restore("id7")
    nodes.ingest.update_index()
    assert_same(nodes)


def test_tokens_and_collections_follow(nodes: Nodes) -> None:
    folder = nodes.ingest.archive.folder
    tokens = TokenStore(folder)
    token = tokens.create("قارئ")
    assert nodes.ingest.sharing is not None
    nodes.ingest.sharing.share()
    with nodes.web() as web:
        there = TokenStore(web.archive.folder)
        assert there.reader_of(token) is not None
        tokens.revoke("قارئ")
        put_collection(folder, "id2")
        nodes.ingest.sharing.share()
        assert web._node is not None
        assert web._node.mirror.refresh() or there.reader_of(token) is None
        assert there.reader_of(token) is None
        copied = web.archive.folder / "tables" / "collections.jsonl"
        assert copied.read_bytes() == (folder / "tables" / "collections.jsonl").read_bytes()


def test_nothing_is_written_here(nodes: Nodes) -> None:
    with nodes.web() as web:
        with pytest.raises(ArchiveError, match="node that ingests"):
            web.update_index()
        with pytest.raises(ArchiveError, match="node that ingests"):
            web.purge("id1", "x")


def test_records_that_a_purge_moves_are_not_left_out(nodes: Nodes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_records, "_PAGE", 2)
    with nodes.web() as web:
        records = records_of(web)
        whole = list(records.between(START, None))
        reading = records.between(START, None)
        begun = [next(reading), next(reading)]
        append(nodes.ingest, *articles(9, 10))
        nodes.ingest.update_index()
        nodes.ingest.rebuild_index()
        # Whatever is added, or built anew, nothing moves.
        begun += [next(reading), next(reading)]
        assert begun == whole[:4]
        nodes.purge("id1")
        records._current.forget()
        with pytest.raises(IndexUnreachable, match="moved by a purge"):
            list(reading)


def test_whoever_finds_an_article_can_read_it(nodes: Nodes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while it is being committed, on a node that had asked for it a moment before."""
    send, request = updating._Commit.send, Connection.request
    found: list[tuple[int, int]] = []
    with ExitStack() as opened:
        webs: list[Library] = []

        def sent(commit: Any, part: Any) -> int:
            removed = send(commit, part)
            webs.append(opened.enter_context(nodes.web()))
            assert webs[0].archive.get_many(["id90"]) == {}
            return removed

        def requested(self: Connection, method: str, path: str, **options: Any) -> Any:
            answer = request(self, method, path, **options)
            if path.endswith("_refresh") and "-records" not in path:
                results = webs[0].search(SearchRequest(text="المباراة الجديدة", match=Match.ALL))
                found.append((results.total, len(results.hits)))
            return answer

        append(nodes.ingest, make_article(90, title="المباراة الجديدة", body="نص المباراة الجديدة كاملا."))
        monkeypatch.setattr(updating._Commit, "send", sent)
        monkeypatch.setattr(Connection, "request", requested)
        nodes.ingest.update_index()
    assert found == [(1, 1)]


def test_articles_on_the_cluster_need_the_engine(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="articles_on"):
        open_library(Config(archive=tmp_path, articles_on="cluster"))
