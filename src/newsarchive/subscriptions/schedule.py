"""Decides when a feed is fetched next. Works on plain data, with the time and the randomness passed in."""

import math
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from random import Random

DAY = 86_400.0
INTERVAL = 1_800.0
"""Seconds between two fetches of a feed that has no interval of its own."""
LONGEST_WAIT = DAY
"""Seconds until a failed feed is tried again, at most: newsarchive never gives up a feed by itself."""
SHORTEST_WAIT = 60.0
"""Seconds until anything is fetched again, at least."""
BLOCKED = 300.0
"""Seconds for which a host is left alone that said "too many requests" and not for how long."""
REPEATS = 2
"""How many fetches in a row must lead to the same new address before it is adopted."""

_SLACK = 0.1
_MOST_SLACK = 30.0
_ENOUGH = 5
_SILENCE = 5.0
_SHORTEST_SILENCE = 2 * DAY


def next_fetch(started: float, now: float, interval: float) -> float:
    """When a feed is due again after a success. Times are in seconds.

    It counts from the start of the round, a little less than the interval, so that a feed with an
    interval of 15 minutes is fetched by each run of a job that runs every 15 minutes, although one
    starts a second later than another. It is never in the past.
    """
    slack = min(_MOST_SLACK, interval * _SLACK)
    return max(started + interval - slack, now + min(SHORTEST_WAIT, interval) - slack)


def backoff(failures: int, interval: float, chance: Random) -> float:
    """Seconds until the next try after so many failures in a row: doubling, with jitter, at most a day."""
    doubled = interval * math.pow(2.0, min(failures, 40) - 1)
    return max(SHORTEST_WAIT, min(doubled, LONGEST_WAIT) * chance.uniform(0.75, 1.0))


def retry_after(header: str, now: float) -> float | None:
    """The seconds that a `Retry-After` header asks for, at most a day. None if it says nothing useful."""
    text = header.strip()
    if text.isdecimal() and text.isascii():
        return min(float(text[:12]), LONGEST_WAIT)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return min(max(when.timestamp() - now, 0.0), LONGEST_WAIT)


def block_of_host(status: int, header: str, now: float) -> float | None:
    """Seconds for which all requests to a host must wait after a response with this status. None if none must."""
    asked = retry_after(header, now)
    if status == 429:
        return max(BLOCKED if asked is None else asked, 1.0)
    return asked if status >= 500 and asked else None


def wait_after_failure(failures: int, interval: float, asked: float | None, chance: Random) -> float:
    """Seconds until the next try after a failure, with the wait that the server asked for."""
    return min(max(backoff(failures, interval, chance), asked or 0.0), LONGEST_WAIT)


@dataclass(frozen=True, slots=True)
class Move:
    """A new address to which a feed redirects permanently, and how many fetches in a row did so."""

    to: str = ""
    count: int = 0

    def after(self, moved_to: str) -> "Move":
        """The state after a fetch that found a feed at `moved_to`, or at its own address if that is empty."""
        if not moved_to:
            return Move()
        return Move(moved_to, self.count + 1 if moved_to == self.to else 1)

    @property
    def is_settled(self) -> bool:
        """Whether the new address should be adopted."""
        return bool(self.to) and self.count >= REPEATS


def is_silent(now: float, newest: float | None, articles: int, days: float) -> bool:
    """Whether a feed has had nothing new for unusually long.

    `newest` is when its newest article arrived, and `articles` how many did in the `days` before
    that. A feed with few articles is never silent.
    """
    if newest is None or articles < _ENOUGH:
        return False
    usual = max(days, 1.0) * DAY / articles
    return now - newest > max(_SHORTEST_SILENCE, _SILENCE * usual)
