"""When a feed is fetched next, decided on plain data."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.subscriptions.schedule import (
    DAY,
    SHORTEST_WAIT,
    Move,
    backoff,
    block_of_host,
    is_silent,
    next_fetch,
    retry_after,
    wait_after_failure,
)

INTERVALS = st.floats(60, 30 * DAY)
NOW = 1_700_000_000.0


@given(started=st.floats(0, 1e6), lasted=st.floats(0, 1e6), interval=INTERVALS)
def test_the_next_time_is_never_in_the_past(started: float, lasted: float, interval: float) -> None:
    now = NOW + started + lasted
    due = next_fetch(NOW + started, now, interval)
    assert due > now
    assert due <= max(NOW + started + interval, now + SHORTEST_WAIT)


@given(failures=st.integers(1, 10**9), interval=INTERVALS, seed=st.integers())
def test_backoff_is_bounded_by_a_day_and_by_a_minute(failures: int, interval: float, seed: int) -> None:
    assert SHORTEST_WAIT <= backoff(failures, interval, Random(seed)) <= DAY


@given(failures=st.integers(1, 100), interval=INTERVALS, asked=st.none() | st.floats(0, DAY), seed=st.integers())
def test_a_wait_is_never_shorter_than_asked_for(failures: int, interval: float, asked: float | None, seed: int) -> None:
    wait = wait_after_failure(failures, interval, asked, Random(seed))
    assert (asked or 0) <= wait <= DAY


def test_backoff_doubles_and_differs() -> None:
    waits = [backoff(failures, 900, Random(1)) for failures in range(1, 12)]
    assert waits == sorted(waits)
    assert waits[3] > 4 * waits[0]
    assert len({backoff(3, 900, Random(seed)) for seed in range(20)}) > 10


@given(interval=st.floats(60, DAY), late=st.floats(0, 5))
def test_a_job_that_starts_a_little_early_finds_its_feeds_due(interval: float, late: float) -> None:
    due = next_fetch(NOW, NOW + 1, interval)
    assert due <= NOW + interval - min(late, interval * 0.05, 20)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 5 ", 5),
        ("0", 0),
        ("999999999999999999999", DAY),
        ("Tue, 14 Nov 2023 22:23:20 GMT", 600),
        ("Tue, 14 Nov 2023 20:00:00 GMT", 0),
        ("Tue, 14 Nov 2090 22:23:20 GMT", DAY),
    ],
)
def test_retry_after_is_read(header: str, seconds: float) -> None:
    assert retry_after(header, NOW) == seconds


@pytest.mark.parametrize("header", ["", "soon", "-5", "1.5", "١٢٠", "Tue, 99 Nov 2023 22:23:20 GMT", "1e9"])
def test_what_is_no_retry_after_is_ignored(header: str) -> None:
    assert retry_after(header, NOW) is None


@given(st.text())
def test_no_header_is_an_error(header: str) -> None:
    asked = retry_after(header, NOW)
    assert asked is None or 0 <= asked <= DAY


def test_only_some_responses_block_a_host() -> None:
    assert block_of_host(429, "", NOW) == 300
    assert block_of_host(429, "7", NOW) == 7
    assert block_of_host(503, "60", NOW) == 60
    assert block_of_host(503, "", NOW) is None
    assert block_of_host(404, "60", NOW) is None
    assert block_of_host(0, "", NOW) is None


def test_a_move_settles_when_it_repeats() -> None:
    once = Move().after("https://new.example/")
    assert not once.is_settled
    assert once.after("https://new.example/").is_settled
    assert not once.after("https://other.example/").is_settled
    assert not once.after("").after("https://new.example/").is_settled


def test_silence_is_measured_by_what_is_usual() -> None:
    assert not is_silent(NOW, None, 0, 0)
    assert not is_silent(NOW, NOW - 300 * DAY, 2, 30)
    assert is_silent(NOW, NOW - 3 * DAY, 300, 30)
    assert not is_silent(NOW, NOW - DAY, 300, 30)
    assert not is_silent(NOW, NOW - 20 * DAY, 6, 50)
    assert is_silent(NOW, NOW - 60 * DAY, 6, 50)
