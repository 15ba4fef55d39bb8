"""What happens to an index when its cluster, or its disk fails: its position is never lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsarchive.errors import IndexUnreachable
from newsarchive.search.opensearch.connection import Connection
from newsarchive.search.opensearch.engine import OpenSearchEngine
from newsarchive.search.opensearch.state import Stored
from newsarchive.search.scoring.tree import Field
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


def test_a_red_index_is_unreachable_and_never_rebuilt(both: Both) -> None:
    index, _ = current(both)
    # No node may have its shard any more, as if the node with it was lost.
    for one in (index, f"{index}-state"):
        both.connection.request("POST", f"/{one}/_close")
        settings = {"index.routing.allocation.require.rack": "none"}
        both.connection.request("PUT", f"/{one}/_settings", body=settings)
        both.connection.request("POST", f"/{one}/_open", params={"wait_for_active_shards": "0"})
    connection = Connection(both.connection.settings)
    engine = OpenSearchEngine(connection, both.cluster._builds.name.split("-")[0], both.archive)
    for ask in (engine.update, engine.check, engine.status):
        with pytest.raises(IndexUnreachable):
            ask()
    with pytest.raises(IndexUnreachable):
        engine.rebuild(only_if_unusable=True)
    assert [build.articles for build in both.cluster._builds.names()] == [index]
    for one in (index, f"{index}-state"):
        settings_back = {"index.routing.allocation.require.rack": None}
        both.connection.request("PUT", f"/{one}/_settings", body=settings_back)
        both.connection.request("GET", f"/_cluster/health/{one}", params={"wait_for_status": "yellow"})
    assert both.cluster.update().indexed == 11
    assert_whole(both)
    engine.close()
    connection.close()
