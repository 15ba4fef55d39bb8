"""Three nodes, of which the cluster's manager is killed while articles are written and searched."""

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.article import Article
from newsarchive.search.door import SearchRequest, Sort
from newsarchive.search.opensearch import ClusterSettings, Connection
from newsarchive.search.opensearch.engine import OpenSearchEngine
from newsarchive.search.opensearch.mapping import Layout
from newsarchive.search.service import SearchService
from tests.search.opensearch.engines import NOW, random_articles
from tests.search_server.cluster import Cluster

FIRST, BATCH = 60, 5
"""Articles before the node is killed, and of each update."""
BEFORE, AFTER = 4.0, 12.0
"""Seconds of searches and updates before the node is killed, and after."""
LEAST = 5
"""Searches and updates before the node is killed, and after: a busy machine needs more time for them."""
PATIENCE = 90.0
"""Seconds for them at most."""


class Load:
    """A thread that does something without pause, and counts."""

    def __init__(self, do: Callable[[int], None]) -> None:
        self.done = 0
        self.failed: list[str] = []
        self._do = do
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        number = 0
        while not self._stop.is_set():
            try:
                self._do(number)
            except Exception as error:
                self.failed.append(f"{type(error).__name__}: {error}")
            else:
                self.done += 1
            number += 1

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()


def go_on(loads: Sequence[Load], seconds: float) -> None:
    """Let the loads run for so many seconds, and until each has done something, or failed."""
    started, before = time.monotonic(), [load.done for load in loads]
    while (spent := time.monotonic() - started) < PATIENCE:
        has_done = all(load.done >= count + LEAST for load, count in zip(loads, before, strict=True))
        if (has_done and spent >= seconds) or any(load.failed for load in loads):
            return
        time.sleep(0.1)


def store(archive: Archive, articles: Sequence[Article]) -> None:
    with ArchiveWriter(archive, clock=lambda: NOW) as writer:
        writer.append(articles)


def test_no_search_fails_and_no_article_is_lost_when_a_node_is_killed(three_nodes: Cluster, tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive", create=True)
    articles = random_articles(5, 3_000)
    store(archive, articles[:FIRST])
    # The writer and the reader are two processes in life: each has its own connection and engine.
    settings = ClusterSettings(hosts=three_nodes.hosts, timeout=30)
    connections = Connection(settings), Connection(settings)
    layout = Layout(shards=3, replicas=1)
    writing, reading = (OpenSearchEngine(one, "killed", archive, layout=layout) for one in connections)
    writing.rebuild()
    three_nodes.wait("green")
    service = SearchService(archive, reading)
    positions = []

    def search(number: int) -> None:
        found = service.search(SearchRequest(text=("", "كتاب", "سلام نهر", "كت*")[number % 4], sort=Sort.NEWEST))
        assert found.total >= (FIRST if number % 4 == 0 else 1), found.total
        assert service.related("id03") is not None

    def write(number: int) -> None:
        store(archive, articles[FIRST + number * BATCH : FIRST + (number + 1) * BATCH])
        assert writing.update().indexed >= BATCH
        positions.append(writing._builds.current()[1].state.position)

    loads = [Load(search), Load(write)]
    try:
        go_on(loads, BEFORE)
        killed = three_nodes.manager()
        killed.kill()
        searched, written = (load.done for load in loads)
        go_on(loads, AFTER)
    finally:
        for load in loads:
            load.stop()
    assert [load.failed[:3] for load in loads] == [[], []]
    assert loads[0].done >= searched + LEAST
    assert loads[1].done >= written + LEAST
    assert positions == sorted(positions)
    killed.start()
    three_nodes.wait("green")
    assert writing.update().indexed == 0
    stored = FIRST + loads[1].done * BATCH
    assert set(service.listing(SearchRequest(sort=Sort.ARRIVED)).ids) == {one.id for one in articles[:stored]}
    with reading.snapshot() as found, writing.snapshot() as other:
        assert found.articles == other.articles == stored
    service.close()
    writing.close()
    for connection in connections:
        connection.close()
    archive.close()
