"""A cluster that takes requests and doesn't answer: how long people wait for it, and how often it is asked."""

import threading
import time

import pytest

from newsarchive.errors import IndexChanged, IndexUnreachable
from newsarchive.search.opensearch.builds import Builds, CurrentBuild
from newsarchive.search.opensearch.connection import InVain, Outage
from newsarchive.search.opensearch.mapping import Layout
from newsarchive.search.opensearch.point_in_time import PointInTime
from tests.search.opensearch.scripted import Answer, connected, scripted, slow


def only_opens(method: str, path: str, before: int) -> Answer:
    """Open points in time, and answer no search in time."""
    return (200, {"pit_id": "one"}) if path.endswith("point_in_time") else slow(1)


def test_a_search_that_is_too_slow_is_not_made_again_in_another_point_in_time() -> None:
    with scripted(only_opens) as server, scripted(only_opens) as other, connected(server, other, timeout=0.2) as opened:
        point = PointInTime(opened, "x")
        started = time.monotonic()
        with pytest.raises(InVain, match=r"no answer within 0\.2 s"):
            point.search({})
        assert time.monotonic() - started < 0.9
        assert server.asked("/_search") == other.asked("/_search") == 1
        assert point.renewals == 0


def test_another_node_answers_for_one_that_hangs() -> None:
    def script(method: str, path: str, before: int) -> Answer:
        return only_opens(method, path, before) if path.endswith("point_in_time") else (200, {"hits": {}})

    with scripted(only_opens) as hung, scripted(script) as other, connected(hung, other, timeout=0.3) as opened:
        point = PointInTime(opened, "x")
        for _ in range(3):
            assert point.search({}) == {"hits": {}}
        assert hung.asked("/_search") <= 1
        assert point.renewals == 0


def test_a_query_that_is_too_long_is_not_made_again() -> None:
    error = {"type": "too_many_nested_clauses", "reason": "maxClauseCount is set to 1024"}

    def script(method: str, path: str, before: int) -> Answer:
        if path.endswith("point_in_time"):
            return 200, {"pit_id": "one"}
        return 400, {"error": {"root_cause": [error], **error}}

    with scripted(script) as server, connected(server) as opened:
        with pytest.raises(InVain, match=r"longer than .* allows.*max_clause_count to 16384"):
            PointInTime(opened, "x").search({})
        assert server.asked("/_search") == 1


def test_those_who_wait_for_a_slow_cluster_wait_together() -> None:
    """They wait for the state one after the other, so each would wait for all before it."""
    with scripted(lambda *_: slow(1)) as server, connected(server, timeout=0.3) as opened:
        current = CurrentBuild(Builds(opened, "x", "0" * 32, Layout()), life=1.0)
        failed: list[str] = []

        def ask() -> None:
            try:
                current.get()
            except IndexUnreachable as error:
                failed.append(str(error))

        threads = [threading.Thread(target=ask) for _ in range(8)]
        started = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert time.monotonic() - started < 1.5
        assert len(failed) == 8
        assert len(set(failed)) == server.asked("/_mget") == 1
        # An update asks for itself.
        with pytest.raises(IndexUnreachable):
            current.get(anew=True)
        assert server.asked("/_mget") == 2


def test_an_outage_ends_with_the_first_answer_or_after_its_time() -> None:
    outage, tries = Outage(0.2), []

    def fail(error: IndexUnreachable) -> None:
        def tried() -> None:
            with outage.shared():
                tries.append(error)
                raise error

        with pytest.raises(type(error), match=str(error)):
            tried()

    fail(IndexUnreachable("down"))
    fail(IndexUnreachable("down"))
    assert len(tries) == 1
    time.sleep(0.25)
    fail(IndexChanged("replaced"))
    with outage.shared():
        tries.append(IndexUnreachable("none"))
    assert len(tries) == 3
