"""A state that was read a moment ago, or whose answer was lost, is never taken for damage or for another writer's."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from opensearchpy.exceptions import ConnectionTimeout

from newsarchive.errors import IndexDamaged, IndexLocked, IndexUnreachable
from newsarchive.search.door import SearchRequest, SearchResults
from newsarchive.search.engine import Selection
from newsarchive.search.listing import Counted
from newsarchive.search.opensearch import snapshot, updating, word_runs
from newsarchive.search.opensearch.connection import Connection
from newsarchive.search.opensearch.engine import OpenSearchEngine
from newsarchive.search.opensearch.snapshot import OpenSearchSnapshot
from newsarchive.search.opensearch.state import Run, Stored, read_state, write_state
from newsarchive.search.scoring.tree import Everything
from newsarchive.search.service import SearchService
from tests.search.opensearch.engines import Both, both_engines, random_articles, revised
from tests.search.opensearch.test_index_life import assert_same

ARTICLES = random_articles(7, 80)
READ_RUN = "newsarchive.search.opensearch.words.read_run"


@pytest.fixture
def both(tmp_path: Path, search_server: str) -> Iterator[Both]:
    """Thirty articles that the cluster has."""
    with both_engines(tmp_path, search_server) as both:
        both.append(*ARTICLES[:30])
        both.cluster.rebuild()
        yield both


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep retired runs no longer than until the next commit, and wait for words however busy the machine is."""
    monkeypatch.setattr(updating, "KEEP_RETIRED", 0)
    monkeypatch.setattr(snapshot, "WORDS_PATIENCE", 120.0)


def another(both: Both) -> OpenSearchEngine:
    """The engine of another process."""
    return OpenSearchEngine(both.connection, both.cluster._builds.name.split("-")[0], both.archive, state_life=0)


def state_of(both: Both) -> Stored:
    return both.cluster._builds.current()[1]


def commits(both: Both, engine: OpenSearchEngine, count: int, first: int = 30) -> None:
    """Add articles in so many commits, so that runs are merged and deleted."""
    for number in range(first, first + count):
        both.append(ARTICLES[number], revised(ARTICLES[number]))
        engine.update()


@pytest.mark.usefixtures("quick")
def test_a_reader_whose_runs_were_deleted_meanwhile_loads_the_newer_ones(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, reader = another(both), another(both)
    commits(both, writer, 2)
    read, stale = word_runs.read_run, state_of(both).state.runs
    overtaken: list[Run] = []

    def later(connection: Connection, index: str, run: Run) -> object:
        if not overtaken:
            overtaken.append(run)
            commits(both, writer, 8, first=40)
            assert run not in state_of(both).state.runs
        return read(connection, index, run)

    monkeypatch.setattr(READ_RUN, later)
    with reader.snapshot() as found:
        assert found.word_lists() == []
        assert found.rank(Everything(), Selection()).total == 32
    assert overtaken[0] in stale
    assert not state_of(both).state.damage
    with reader.snapshot() as again:
        (words,) = again.word_lists()
        assert again.articles == 40
    commits(both, writer, 1, first=60)
    assert_same(both)
    assert len(words) > 0
    reader.close()
    writer.close()


@pytest.mark.usefixtures("quick")
def test_a_writer_that_was_overtaken_is_told_so(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one is on a machine where the files' lock doesn't count, and deletes the runs that this one merges."""
    monkeypatch.setattr(updating, "locked", lambda *_: nullcontext())
    other, merge = another(both), word_runs.merged
    entered: list[bool] = []

    def overtaken(*arguments: object, **options: object) -> object:
        if not entered:
            entered.append(True)
            commits(both, other, 6, first=40)
        return merge(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(updating, "merged", overtaken)
    both.append(*ARTICLES[30:32])
    with pytest.raises(IndexLocked, match="meanwhile"):
        both.cluster.update()
    assert not state_of(both).state.damage
    both.cluster.update()
    assert_same(both)
    other.close()


Perform = Callable[..., Any]


class LosesAnswers:
    """Stands between a connection and the cluster, and loses the answer to one write of a state.

    `when` is whether it is lost `before` the cluster did anything, `after`, or in time for the next attempt (`late`).
    """

    def __init__(self, connection: Connection, when: str, which: int, meanwhile: Callable[[], object] | None = None):
        self._perform: Perform = connection._transport.perform_request
        self._when = when
        self._left = which
        self._meanwhile = meanwhile
        self._held: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
        self.lost = 0

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        if '"_id":"state"' not in str(options.get("body") or "") or arguments[1] != "/_bulk":
            return self._perform(*arguments, **options)
        while self._held:
            held, how = self._held.pop()
            self._perform(*held, **how)
        self._left -= 1
        if self._left != 0:
            return self._perform(*arguments, **options)
        self.lost += 1
        if self._when == "after":
            self._perform(*arguments, **options)
        elif self._when == "late":
            self._held.append((arguments, options))
        if self._meanwhile is not None:
            self._meanwhile()
        raise ConnectionTimeout("TIMEOUT", "lost", TimeoutError())


@pytest.mark.parametrize("which", [1, 2])
@pytest.mark.parametrize("when", ["before", "after", "late"])
def test_a_lost_answer_is_no_other_writer(both: Both, monkeypatch: pytest.MonkeyPatch, when: str, which: int) -> None:
    both.append(*ARTICLES[30:33])
    losing = LosesAnswers(both.connection, when, which)
    with monkeypatch.context() as patch:
        patch.setattr(both.connection._transport, "perform_request", losing)
        assert both.cluster.update().indexed == 3
    assert losing.lost == 1
    assert not state_of(both).state.is_writing
    assert_same(both)


def test_an_equal_state_of_another_writer_is_not_taken_for_one_s_own(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    build, before = both.cluster._builds.current()
    begun = replace(before.state, generation=before.state.generation + 1)
    other = Connection(both.connection.settings)
    losing = LosesAnswers(both.connection, "before", 1, lambda: write_state(other, build.state, begun, before))
    monkeypatch.setattr(both.connection._transport, "perform_request", losing)
    with pytest.raises(IndexLocked, match="another process"):
        write_state(both.connection, build.state, begun, before)
    other.close()


def blocks_of(both: Both) -> tuple[set[str], set[str]]:
    """The runs that have blocks in the cluster, and those that the state names."""
    build, stored = both.cluster._builds.current()
    both.connection.request("POST", f"/{build.state}/_refresh")
    body = {"size": 10_000, "_source": False}
    hits = both.connection.request("POST", f"/{build.state}/_search", body=body)["hits"]["hits"]
    state = stored.state
    named = {run.name for run in state.runs}, {run.name for run in state.retired}, set(state.pending)
    return {hit["_id"].partition(".")[0] for hit in hits} - {"state"}, set().union(*named)


def test_retired_runs_are_kept_for_a_while_and_then_deleted(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_runs, "WORDS_OF_BLOCK", 2)
    monkeypatch.setattr(word_runs, "_KEYS_AT_ONCE", 3)
    commits(both, both.cluster, 5)
    state = state_of(both).state
    retired = {run.name for run in state.retired}
    there, named = blocks_of(both)
    assert retired
    assert retired | {run.name for run in state.runs} <= there <= named
    monkeypatch.setattr(updating, "KEEP_RETIRED", 0)
    commits(both, both.cluster, 1, first=40)
    there, named = blocks_of(both)
    assert not retired & there
    assert there <= named
    assert_same(both)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("step", ["merged", "delete_runs", "write_run"])
def test_a_killed_writer_leaves_no_blocks_without_a_name(
    both: Both, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(word_runs, "WORDS_OF_BLOCK", 2)
    commits(both, both.cluster, 3)
    done = getattr(updating, step)

    def killed(*arguments: object, **options: object) -> None:
        done(*arguments, **options)
        raise KeyboardInterrupt

    both.append(*ARTICLES[40:43])
    with monkeypatch.context() as patch:
        patch.setattr(updating, step, killed)
        with pytest.raises(KeyboardInterrupt):
            both.cluster.update()
    there, named = blocks_of(both)
    assert there <= named
    commits(both, both.cluster, 2, first=50)
    there, named = blocks_of(both)
    assert there <= named
    assert not state_of(both).state.pending
    assert_same(both)


def test_a_ranking_of_a_lost_point_in_time_is_no_damage(both: Both) -> None:
    reader = another(both)

    def search() -> None:
        with reader.snapshot() as found:
            documents = found.rank(Everything(), Selection(depth=30)).documents.tolist()
            found._known.clear()
            both.append(*map(revised, ARTICLES[:30]))
            both.cluster.update()
            found._point.close()
            found.ids(documents)

    with pytest.raises(IndexUnreachable, match="changed during the search"):
        search()
    assert not state_of(both).state.damage
    with reader.snapshot() as again:
        assert again.articles == 30
    reader.close()


def test_a_search_during_which_the_index_is_replaced_is_made_again(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    """The build is deleted between two requests of one search, as by another process that rebuilds."""
    service, ranked = SearchService(both.archive, both.cluster), OpenSearchSnapshot.rank
    questions: list[Callable[[SearchRequest], SearchResults | Counted]] = [service.search, service.count]
    replaced: list[bool] = []

    def rank(one: OpenSearchSnapshot, *arguments: Any) -> Any:
        if not replaced:
            replaced.append(True)
            other = another(both)
            other.rebuild()
            other.close()
        return ranked(one, *arguments)

    monkeypatch.setattr(OpenSearchSnapshot, "rank", rank)
    for ask in questions:
        replaced.clear()
        assert ask(SearchRequest()).total == 30
        assert replaced


def test_damage_of_a_generation_that_was_replaced_is_not_noted(both: Both) -> None:
    reader = another(both)

    def search() -> None:
        with reader.snapshot() as found:
            commits(both, both.cluster, 1)
            found.ids([12345])

    with pytest.raises(IndexUnreachable, match="updated during the search"):
        search()
    assert not state_of(both).state.damage
    reader.check()
    reader.close()


def test_a_missing_block_that_the_state_needs_is_damage(both: Both) -> None:
    build, stored = both.cluster._builds.current()
    word_runs.delete_runs(both.connection, build.state, [stored.state.runs[0].name])
    reader = another(both)
    with pytest.raises(IndexDamaged, match="lacks a block"), reader.snapshot() as found:
        found.word_lists()
    after = read_state(both.connection, build.state)
    assert after is not None
    assert after.state.damage
    with pytest.raises(IndexDamaged):
        both.cluster.update()
    both.cluster.rebuild(only_if_unusable=True)
    assert_same(both)
    reader.close()
