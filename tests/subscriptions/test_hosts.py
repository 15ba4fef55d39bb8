"""One request per host at a time with a pause, several hosts in parallel, and a prompt end."""

import asyncio
import threading
import time
from collections import Counter

import pytest

from newsarchive.subscriptions.clock import Stopped, SystemClock
from newsarchive.subscriptions.hosts import HostBlocked, HostTurns, host_of, run_by_host


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://A.example/x", "a.example"),
        ("https://a.example:443/", "a.example"),
        ("http://a.example.:80/", "a.example"),
        ("http://me:pw@a.example:8080/", "a.example:8080"),
        ("http://[::1]:8080/", "::1:8080"),
    ],
)
def test_hosts_are_told_apart(url: str, host: str) -> None:
    assert host_of(url) == host


def test_threads_never_ask_a_host_twice_at_once_and_keep_the_pause() -> None:
    turns = HostTurns(SystemClock(), pause=0.03)
    busy: Counter[str] = Counter()
    ended: dict[str, float] = {}
    problems: list[str] = []
    most = 0

    def do(url: str) -> str:
        nonlocal most
        with turns.turn(url):
            host = host_of(url)
            busy[host] += 1
            most = max(most, busy.total())
            if busy[host] > 1 or time.time() - ended.get(host, 0) < 0.029:
                problems.append(url)
            time.sleep(0.01)
            ended[host] = time.time()
            busy[host] -= 1
        return url

    # The same hosts in two runs at once, as feeds and pages could be.
    urls = [f"https://h{number % 4}.example/{number}" for number in range(24)]
    found = list(run_by_host(urls, lambda url: url, do, 8, threading.Event()))
    assert sorted(found) == sorted(urls)
    assert not problems
    assert 1 < most <= 4


def test_a_redirect_takes_the_turn_of_its_host() -> None:
    turns = HostTurns(SystemClock(), pause=0.0)

    async def follow() -> None:
        with turns.turn("https://a.example/") as turn:
            await turn.move("https://a.example/", "https://b.example/")
            assert turns._try("a.example") == 0
            assert turns._try("b.example") > 0
            turns.release("a.example")

    asyncio.run(follow())
    assert turns._try("b.example") == 0


def test_a_redirect_to_a_blocked_host_is_not_followed() -> None:
    turns = HostTurns(SystemClock(), blocked={"b.example": time.time() + 60})

    async def follow() -> None:
        with turns.turn("https://a.example/") as turn, pytest.raises(HostBlocked):
            await turn.move("https://a.example/", "https://b.example/")

    asyncio.run(follow())


def test_nobody_begins_after_the_end() -> None:
    turns = HostTurns(SystemClock())
    turns.stop()
    with pytest.raises(Stopped), turns.turn("https://a.example/"):
        pass


@pytest.mark.parametrize("workers", [1, 4])
def test_stopping_ends_a_run(workers: int) -> None:
    stop = threading.Event()
    done = []
    for number in run_by_host(range(1000), lambda number: str(number % 10), lambda number: number, workers, stop):
        done.append(number)
        if len(done) == 5:
            stop.set()
    assert len(done) < 50


def test_an_error_of_a_job_reaches_the_caller() -> None:
    def fail(number: int) -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(run_by_host(range(10), str, fail, 4, threading.Event()))
