"""Rounds one after the other, with a simulated clock."""

import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from newsarchive.errors import ArchiveLocked, FetchRunning
from newsarchive.subscriptions.reports import RoundReport
from newsarchive.subscriptions.service import Service, only_fetcher
from tests.subscriptions.world import START, SimulatedClock


def times_of_rounds(
    next_due: Callable[[float], float | None], *, every: float = 900, rounds: int = 5, fails: Exception | None = None
) -> tuple[list[float], list[Exception]]:
    clock, stop = SimulatedClock(), threading.Event()
    times: list[float] = []
    errors: list[Exception] = []

    def run_round() -> RoundReport:
        times.append(clock.now() - START)
        if len(times) == rounds:
            stop.set()
        clock.sleep(10)
        if fails is not None:
            raise fails
        return RoundReport(started=clock.now())

    Service(run_round, lambda: next_due(clock.now()), every=every, clock=clock, stop=stop, on_error=errors.append).run()
    return times, errors


def test_it_wakes_when_a_feed_is_due() -> None:
    times, _ = times_of_rounds(lambda now: now + 50)
    assert times == pytest.approx([0, 60, 120, 180, 240])


def test_it_wakes_at_the_latest_after_its_time() -> None:
    assert times_of_rounds(lambda now: None)[0] == pytest.approx([0, 900, 1800, 2700, 3600])
    assert times_of_rounds(lambda now: now + 86_400)[0] == pytest.approx([0, 900, 1800, 2700, 3600])


def test_it_never_spins() -> None:
    times, _ = times_of_rounds(lambda now: now - 100)
    assert all(later - earlier >= 11 for earlier, later in pairwise(times))


@pytest.mark.parametrize("error", [ArchiveLocked("busy"), OSError(28, "No space left on device")])
def test_an_error_ends_a_round_and_not_the_service(error: Exception) -> None:
    times, errors = times_of_rounds(lambda now: None, fails=error)
    assert len(times) == 5
    assert errors == [error] * 5


def test_a_fault_ends_the_service() -> None:
    with pytest.raises(ZeroDivisionError):
        times_of_rounds(lambda now: None, fails=ZeroDivisionError())


def test_there_is_one_fetcher_per_archive(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    running = pytest.raises(FetchRunning, match="already fetching")
    with only_fetcher(first), only_fetcher(second), running, only_fetcher(first):
        pass
    with only_fetcher(first):
        pass
