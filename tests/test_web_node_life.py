"""A node without the archive's folder while its cluster is down, an article is purged, or a table changes."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from newsarchive.access import Scope
from newsarchive.access.tokens import TokenStore
from newsarchive.config import Config
from newsarchive.library import Library, open_library
from newsarchive.press_review.collection_table import CollectionTable, new_collection
from newsarchive.search import SearchRequest
from newsarchive.serving import Site, background, bind
from newsarchive.web import SiteSettings, create_app
from tests.libraries import append
from tests.search_server.door import Door
from tests.serving import COMMAND
from tests.test_web_node import ADDRESSES, TEXT, VARYING, Nodes, articles

POLICIES = {"تاس": "snippet", "وفا": "metadata", "سانا": "embargo 30 days", "قنا": "full"}
HERE = {"Origin": "http://localhost"}
SECRET = "فقرة 5 من الخبر"
LAST_WORDS = "الذين تابعوا كل خطوة"


@pytest.fixture
def nodes(tmp_path: Path, ingest_node: Config) -> Iterator[Nodes]:
    """An archive whose sources have all kinds of policies, and the settings of a node without its folder."""
    tables = tmp_path / "archive" / "tables"
    empty = tmp_path / "empty"
    empty.mkdir(mode=0o555)
    with open_library(ingest_node, create=True):
        tables.mkdir(exist_ok=True)
        lines = [f"{source} = {policy}" for source, policy in POLICIES.items()]
        (tables / "access.txt").write_text("\n".join(lines), encoding="utf-8")
    with open_library(ingest_node) as library:
        recent = datetime.now(UTC) - timedelta(days=2)
        made = [
            replace(one, source=list(POLICIES)[(at // 2) % 4], published=recent)
            for at, one in enumerate(articles(1, 9))
        ]
        append(library, *made, *(replace(one, revision=2, title=f"{one.title} معدل") for one in made[:2]))
        library.update_index()
        yield Nodes(library, replace(ingest_node, archive=empty, articles_on="cluster"))
    assert not list(empty.iterdir())


def client_of(library: Library, *, writes: bool = True) -> FlaskClient:
    settings = SiteSettings(show_subscriptions=True, metrics=True, allow_indexing=True, writes_collections=writes)
    return create_app(library, settings).test_client()


def share(nodes: Nodes, web: Library) -> None:
    """Let the other node have what changed, as happens every two seconds."""
    assert nodes.ingest.sharing is not None
    assert web._node is not None
    nodes.ingest.sharing.share()
    web._node.mirror.refresh()


def test_readers_see_the_same_on_both_nodes(nodes: Nodes) -> None:
    store = TokenStore(nodes.ingest.archive.folder)
    editor = store.create("محررة", scopes=(Scope.READ, Scope.COLLECTIONS))
    tokens = ["", store.create("قارئ سانا", sources=("سانا",)), editor]
    table = CollectionTable(nodes.ingest.archive.folder)
    table.create(lambda name, now: new_collection(name, now, title="ملف سري", private=True), "hidden")
    with nodes.web() as web:
        share(nodes, web)
        # Only the node that ingests has forms to change collections.
        disk, cluster = (client_of(one, writes=False) for one in (nodes.ingest, web))
        seen = []
        for token in tokens:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            texts = []
            for address in ADDRESSES:
                one, other = (client.get(address, headers=headers) for client in (disk, cluster))
                assert other.status_code == one.status_code, address
                assert VARYING.sub("", other.text) == VARYING.sub("", one.text), address
                texts.append(other.text)
            seen.append("".join(texts))
        assert seen[0].count(LAST_WORDS) < seen[1].count(LAST_WORDS) < seen[2].count(LAST_WORDS)
        assert ["ملف سري" in text for text in seen] == [False, False, True]


def test_forms_work_alike_or_say_where_they_work(nodes: Nodes) -> None:
    token = TokenStore(nodes.ingest.archive.folder).create("محررة", scopes=(Scope.READ, Scope.COLLECTIONS))
    table = CollectionTable(nodes.ingest.archive.folder)
    with nodes.web() as web:
        share(nodes, web)
        disk, cluster = (client_of(one, writes=False) for one in (nodes.ingest, web))
        for form in (
            ("/preferences", {"digits": "arab"}),
            ("/reuse", {"text": TEXT}),
            ("/sign-in", {"token": "nra_wrong"}),
            ("/sign-in", {"token": token, "next": "/article/id2"}),
        ):
            one, other = (client.post(form[0], data=form[1], headers=HERE) for client in (disk, cluster))
            assert (other.status_code, other.location) == (one.status_code, one.location), form
            assert VARYING.sub("", other.text) == VARYING.sub("", one.text), form
        assert LAST_WORDS in cluster.get("/article/id3").text
        # What is written here would be lost.
        for address in ("/collections", "/collections/full", "/article/id1/collections"):
            refused = cluster.post(address, data={"title": "ملف", "collection": "full"}, headers=HERE)
            assert refused.status_code == 403
        assert not (web.archive.folder / "tables" / "collections.jsonl").exists()
        headers = HERE | {"Authorization": f"Bearer {token}"}
        made = client_of(nodes.ingest).post("/collections", data={"title": "ملف الموانئ"}, headers=headers)
        assert made.status_code == 303
        share(nodes, web)
        assert "ملف الموانئ" in cluster.get("/collections").text
        assert len(table.load().collections) == 1
        assert cluster.post("/sign-out", headers=HERE).status_code == 303
        assert LAST_WORDS not in cluster.get("/article/id3").text


def test_a_table_that_changes_is_shared_without_an_update(nodes: Nodes, monkeypatch: pytest.MonkeyPatch) -> None:
    """As by the web of the node that ingests, or by an editor of text files."""
    monkeypatch.setattr(background, "SHARE_EVERY", 0.05)
    folder = nodes.ingest.archive.folder
    on_disk, table = replace(nodes.settings, archive=folder, articles_on="both"), CollectionTable(folder)
    with nodes.web() as web, Site(folder, on_disk).open(bind("127.0.0.1", 0)) as server:
        running = threading.Thread(target=server.run)
        running.start()
        try:
            table.create(lambda name, now: new_collection(name, now, title="ملف سريع"), "quick")
            copied = CollectionTable(web.archive.folder)
            wait_for(lambda: [one.id for one in copied.load().collections] == ["quick"])
        finally:
            server.stop()
            running.join()


def wait_for(is_so: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_an_article_that_is_purged_is_never_shown(nodes: Nodes) -> None:
    """Not between any two steps of the purge, and not afterwards."""
    steps: list[str] = []
    token = TokenStore(nodes.ingest.archive.folder).create("قارئ")
    with nodes.web() as web:
        share(nodes, web)
        client = client_of(web, writes=False)
        headers = {"Authorization": f"Bearer {token}"}
        assert SECRET in client.get("/article/id5", headers=headers).text
        assert web.search(SearchRequest(text="القمح")).total == 8

        def look(step: str) -> None:
            steps.append(step)
            # The state of the index is remembered for a second.
            time.sleep(1.1)
            for address in ("/search?q=القمح", "/api/v1/search?q=فقرة", "/api/v1/articles", "/feed.xml?q=القمح"):
                answer = client.get(address, headers=headers)
                assert answer.status_code == 200, (step, address)
                assert SECRET not in answer.text
                assert "id5" not in answer.text or "withdrawn" in answer.text, (step, address)
            assert client.get("/article/id5", headers=headers).status_code in (404, 410)
            assert web.search(SearchRequest(text="القمح")).total == 7

        nodes.ingest.purge("id5", "حكم", on_removed=lambda _: look("removed"), progress=lambda _: look("indexed"))
        look("done")
        assert steps == ["removed", "indexed", "done"]
        build, _ = web.search_service.engine._builds.current()  # type: ignore[attr-defined]
        body = {"size": 1_000, "query": {"match_all": {}}}
        hits = web.search_service.engine._connection.request(  # type: ignore[attr-defined]
            "POST", f"/{build.records}/_search", body=body
        )
        assert SECRET not in json.dumps(hits, ensure_ascii=False)


OF_CLUSTER = (
    "/",
    "/?q=القمح",
    "/article/id1",
    "/feed.xml",
    "/api/v1/articles/id1",
    "/api/v1/search?q=القمح",
    "/sitemap.xml",
)


def test_a_node_that_loses_its_cluster_answers_again_when_it_is_back(
    nodes: Nodes, search_hosts: tuple[str, ...]
) -> None:
    token = TokenStore(nodes.ingest.archive.folder).create("قارئ")
    assert nodes.ingest.sharing is not None
    nodes.ingest.sharing.share()
    with Door(search_hosts[0]) as door:
        door.open()
        with open_library(replace(nodes.settings, opensearch_hosts=(door.url,))) as web:
            client = client_of(web, writes=False)
            before = [client.get(address).text for address in OF_CLUSTER]
            door.shut()
            for address in OF_CLUSTER:
                answer = client.get(address)
                assert answer.status_code == 503, address
                assert int(answer.headers["Retry-After"]) > 0
                if address.startswith("/api/"):
                    assert answer.get_json()["error"]["code"] == "index_unreachable"
            assert client.get("/healthz").get_json() == {"status": "unavailable", "reason": "index_unreachable"}
            # What needs no article works.
            assert client.get("/preferences").status_code == 200
            assert client.post("/sign-in", data={"token": token}, headers=HERE).status_code == 303
            client.post("/sign-out", headers=HERE)
            door.open()
            wait_for(lambda: client.get("/healthz").status_code == 200)
            after = [client.get(address).text for address in OF_CLUSTER]
            assert [VARYING.sub("", text) for text in after] == [VARYING.sub("", text) for text in before]


def ask(port: int, target: str) -> tuple[int, Mapping[str, str], str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(connection):
        connection.request("GET", target)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()


def test_a_node_starts_while_its_cluster_is_down(nodes: Nodes, search_hosts: tuple[str, ...], tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Door(search_hosts[0]) as door, (tmp_path / "log").open("wb") as log:
        settings = {
            "NEWSARCHIVE_ARTICLES_ON": "cluster",
            "NEWSARCHIVE_ENGINE": "opensearch",
            "NEWSARCHIVE_OPENSEARCH_HOSTS": door.url,
            "NEWSARCHIVE_OPENSEARCH_INDEX": nodes.settings.opensearch_index,
        }
        command = [*COMMAND, "serve", "--port", str(port)]
        process = subprocess.Popen(command, stderr=log, cwd=nodes.settings.archive, env=os.environ | settings)
        try:
            wait_for(lambda: process.poll() is None and is_listening(port))
            for target in ("/", "/article/id2", "/healthz", "/api/v1/articles", "/none"):
                status, headers, text = ask(port, target)
                assert status == 503, target
                assert int(headers["Retry-After"]) > 0
                assert ("index_unreachable" in text) == (target in ("/healthz", "/api/v1/articles"))
                assert "عنوان خبر" not in text
            door.open()
            wait_for(lambda: {ask(port, "/healthz")[0] for _ in range(4)} == {200})
            assert "عنوان خبر القمح 2" in ask(port, "/article/id2")[2]
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
    assert "warning" in (tmp_path / "log").read_text(encoding="utf-8")


def is_listening(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
