"""What happens to an index when its cluster, its disk or the process that indexes fails: its position is never lost."""

import os
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opensearchpy.exceptions import TransportError

from newsarchive.archive import Position
from newsarchive.errors import IndexMissing, IndexOutdated, IndexUnreachable
from newsarchive.search.engine import Selection
from newsarchive.search.opensearch import updating
from newsarchive.search.opensearch.builds import Build, Builds
from newsarchive.search.opensearch.connection import Connection
from newsarchive.search.opensearch.engine import OpenSearchEngine
from newsarchive.search.opensearch.state import Stored, read_state
from newsarchive.search.scoring.tree import Everything, Field
from tests.search.opensearch.engines import Both, both_engines, random_articles, revised

ARTICLES = random_articles(7, 60)


@pytest.fixture
def both(tmp_path: Path, search_server: str) -> Iterator[Both]:
    """Thirty articles that the cluster has, and ten more that it doesn't have yet."""
    with both_engines(tmp_path, search_server) as both:
        both.append(*ARTICLES[:30])
        both.cluster.rebuild()
        both.append(*ARTICLES[30:40], revised(ARTICLES[0]))
        both.withdraw("id05")
        yield both


def current(both: Both) -> tuple[str, Stored]:
    """The index of the articles, and its state."""
    build, stored = both.cluster._builds.current()
    return build.articles, stored


def assert_whole(both: Both) -> None:
    """Assert that all articles and words are there, and nothing else."""
    both.whoosh.rebuild()
    with both.whoosh.snapshot() as one, both.cluster.snapshot() as other:
        assert other.articles == one.articles
        (expected,), (words,) = one.word_lists(), other.word_lists()
        texts = expected.terms(0, len(expected))
        assert words.terms(0, len(words)) == texts
        terms = [(Field.EXACT, text.decode()) for text in texts]
        assert other.frequencies(terms) == other.counts_with((), terms) == one.frequencies(terms)
    assert both.cluster.status().behind_bytes == 0


@pytest.mark.parametrize("block", ["read_only_allow_delete", "write", "read_only"])
@pytest.mark.parametrize("of_state", [False, True])
def test_an_update_goes_on_when_a_block_is_lifted(both: Both, block: str, *, of_state: bool) -> None:
    index, before = current(both)
    path = f"/{index}{'-state' if of_state else ''}/_settings"
    both.connection.request("PUT", path, body={f"index.blocks.{block}": True})
    with pytest.raises(IndexUnreachable, match=r"nearly full|read-only"):
        both.cluster.update()
    _, after = current(both)
    assert after.state.position == before.state.position
    with both.cluster.snapshot() as found:
        assert found.articles == 30
    both.connection.request("PUT", path, body={f"index.blocks.{block}": None})
    assert both.cluster.update().indexed == 11
    assert current(both)[0] == index
    assert_whole(both)


@pytest.mark.parametrize("status", [404, 503])
def test_a_red_index_is_unreachable_and_never_rebuilt(both: Both, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    """No node has its shards. Of the cluster's answers for them, some have the status of what isn't there."""
    index, _ = current(both)
    connection = Connection(both.connection.settings)
    perform = connection._transport.perform_request

    def without_shards(method: str, path: str, **options: Any) -> Any:
        if path.endswith(("_mget", "_search", "_bulk", "_refresh", "point_in_time")):
            kind = "no_shard_available_action_exception" if status == 503 else "shard_not_found_exception"
            error = {"error": {"type": kind, "reason": "no shard"}, "status": status}
            raise TransportError(status, kind, error)
        return perform(method, path, **options)

    monkeypatch.setattr(connection._transport, "perform_request", without_shards)
    engine = OpenSearchEngine(connection, both.cluster._builds.name.split("-")[0], both.archive)
    for ask in (engine.update, engine.check, engine.status):
        with pytest.raises(IndexUnreachable):
            ask()
    with pytest.raises(IndexUnreachable):
        engine.rebuild(only_if_unusable=True)
    assert [build.articles for build in both.cluster._builds.names()] == [index]
    monkeypatch.undo()
    assert engine.update().indexed == 11
    assert_whole(both)
    engine.close()
    connection.close()


def test_a_field_with_another_mapping_is_refused(both: Both) -> None:
    builds, (index, _) = both.cluster._builds, current(both)
    body = both.connection.request("GET", f"/{index}")[index]
    properties = {**body["mappings"]["properties"], "day": {"type": "keyword"}}
    foreign = f"{builds.name}-000009"
    mappings = {**body["mappings"], "properties": {"day": properties["day"]}}
    both.connection.request("PUT", f"/{foreign}", body={"mappings": mappings})
    build = next(one for one in builds.names() if one.articles == foreign)
    with pytest.raises(IndexOutdated, match="has another mapping"):
        builds.check_mapping(build)


INDEXING = """
import sys
from pathlib import Path
from typing import Any
from newsarchive.archive import Archive
from newsarchive.search.opensearch import ClusterSettings, Connection, updating
from newsarchive.search.opensearch.engine import OpenSearchEngine
from newsarchive.search.opensearch.mapping import Layout

if __name__ == "__main__":
    updating.RANGE_BYTES, updating.COMMIT_BYTES = 2_000, 4_000
    folder, host, prefix = sys.argv[1:]
    connection = Connection(ClusterSettings(hosts=(host,)))
    engine = OpenSearchEngine(connection, prefix, Archive(Path(folder)), layout=Layout(shards=2))
    engine.rebuild(workers=2)
"""


def test_indexing_that_is_killed_goes_on_where_it_was(tmp_path: Path, search_server: str) -> None:
    with both_engines(tmp_path, search_server, shards=2) as both:
        both.append(*random_articles(7, 400), *map(revised, ARTICLES[:20]))
        both.withdraw("id05", "id0033")
        script = tmp_path / "indexing.py"
        script.write_text(INDEXING, encoding="utf-8")
        builds = both.cluster._builds
        command = [sys.executable, str(script), str(both.archive.folder), search_server, builds.name.split("-")[0]]
        source = Path(updating.__file__).parents[3]
        process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(source)})
        try:
            begun, position = _wait_for_commits(both.connection, builds, process, 4)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
        with pytest.raises(IndexMissing):
            both.cluster.status()
        # The lock of the killed process is free, though its workers may not have ended yet.
        report = both.cluster.rebuild(workers=2)
        assert 0 < report.indexed < 400
        build, stored = builds.current()
        assert [one.articles for one in builds.names()] == [build.articles] == [begun.articles]
        assert stored.state.position > position
        with both.cluster.snapshot() as found:
            ids = found.ids(found.rank(Everything(), Selection(depth=1_000)).documents.tolist())
        assert sorted(ids) == sorted({one.id for one in random_articles(7, 400)} - {"id05", "id0033"})
        assert_whole(both)


def _wait_for_commits(
    connection: Connection, builds: Builds, process: "subprocess.Popen[bytes]", commits: int
) -> tuple[Build, Position]:
    """The build that a process has begun, and its position after so many commits."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert process.poll() is None, "it ended before it was killed"
        for build in builds.names():
            stored = read_state(connection, build.state)
            if stored is not None and stored.state.generation >= 2 * commits:
                return build, stored.state.position
        time.sleep(0.02)
    raise AssertionError("no commit")


def test_memory_does_not_grow_with_the_archive(
    tmp_path: Path, search_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updating, "RANGE_BYTES", 10_000)
    monkeypatch.setattr(updating, "COMMIT_BYTES", 20_000)
    peaks = []
    # The first one fills the caches, which have a limit.
    for number, count in enumerate((300, 60, 300)):
        with both_engines(tmp_path / str(number), search_server) as both:
            both.append(*random_articles(3, count))
            tracemalloc.start()
            both.cluster.rebuild()
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
            assert both.cluster.status().articles == count
    assert peaks[2] < 1.5 * peaks[1]
