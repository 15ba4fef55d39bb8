"""Three nodes, of which the cluster's manager is killed while articles are written and searched."""

import threading
import time
from collections.abc import Callable

from newsarchive.search.opensearch import ClusterSettings, Connection
from tests.search_server.cluster import Cluster

INDEX = "articles"
BEFORE, AFTER = 5.0, 20.0
"""Seconds of searches and writes before the node is killed, and after."""


class Load:
    """A thread that does something without pause, and counts."""

    def __init__(self, do: Callable[[int], None]) -> None:
        self.done = 0
        self.failed: list[str] = []
        self.slowest = 0.0
        self._do = do
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        number = 0
        while not self._stop.is_set():
            started = time.monotonic()
            try:
                self._do(number)
            except Exception as error:
                self.failed.append(f"{type(error).__name__}: {error}")
            else:
                self.done += 1
            self.slowest = max(self.slowest, time.monotonic() - started)
            number += 1

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()


def test_no_search_fails_and_no_article_is_lost_when_a_node_is_killed(three_nodes: Cluster) -> None:
    # Short for the test: the loads share the processor with three nodes.
    connection = Connection(ClusterSettings(hosts=three_nodes.hosts, timeout=30))
    settings = {"settings": {"number_of_shards": 3, "number_of_replicas": 1}}
    connection.request("PUT", f"/{INDEX}", body=settings)
    three_nodes.wait("green")
    connection.bulk([line for number in range(300) for line in _article(number)], params={"refresh": "true"})

    def search(number: int) -> None:
        query = {"query": {"term": {"n": number % 300}}, "track_total_hits": True}
        found = connection.request("POST", f"/{INDEX}/_search", body=query)
        assert found["hits"]["total"]["value"] == 1, found

    def write(number: int) -> None:
        results = connection.bulk([line for half in (0, 1) for line in _article(1000 + 2 * number + half)])
        assert all(one["status"] in (200, 201) for one in results), results
        written.append(number)

    written: list[int] = []
    loads = [Load(search), Load(search), Load(write)]
    try:
        time.sleep(BEFORE)
        killed = three_nodes.manager()
        killed.kill()
        before = loads[0].done
        time.sleep(AFTER)
    finally:
        for load in loads:
            load.stop()
    assert [load.failed[:3] for load in loads] == [[], [], []]
    assert loads[0].done > before + 10
    killed.start()
    three_nodes.wait("green")
    connection.request("POST", f"/{INDEX}/_refresh")
    assert connection.request("GET", f"/{INDEX}/_count")["count"] == 300 + 2 * len(written)
    connection.close()


def _article(number: int) -> list[dict[str, object]]:
    action = {"_index": INDEX, "_id": str(number), "version": number + 1, "version_type": "external_gte"}
    return [{"index": action}, {"n": number, "text": "خبر من الأرشيف"}]
