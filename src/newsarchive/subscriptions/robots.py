"""The robots.txt of the hosts whose pages are fetched, each kept for a day."""

import threading
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from newsarchive.errors import FetchError
from newsarchive.subscriptions.clock import Clock
from newsarchive.subscriptions.hosts import HostTurns
from newsarchive.subscriptions.options import FetchOptions, Transport

KEPT = 86_400.0
"""Seconds for which a robots.txt is used, as RFC 9309 says."""
LONGEST_DELAY = 30.0
"""Seconds of a `Crawl-delay` that are honoured."""

_RETRY = 1_800.0
_ACCEPT = "text/plain, */*;q=0.5"


class Allows(Protocol):
    """Says whether a robots.txt allows an address."""

    def __call__(self, robots: bytes | int, user_agent: str, url: str) -> tuple[bool, float | None]:
        """Return whether it may be fetched, and the pause between requests that is asked for, if any.

        `robots` is the content, or the status of an error, 0 without a response.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Known:
    robots: bytes | int
    until: float


class RobotsFiles:
    """Fetches each robots.txt once a day. Used by all threads of a round."""

    def __init__(self, transport: Transport, clock: Clock, options: FetchOptions, allows: Allows) -> None:
        self._transport = transport
        self._clock = clock
        self._options = options
        self._allows = allows
        self._lock = threading.Lock()
        self._known: dict[str, _Known] = {}

    def allows(self, url: str, turns: HostTurns) -> tuple[bool, float]:
        """Whether a page may be fetched, and the pause that its host asks for. Raises Stopped and HostBlocked."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        known = self._known.get(site)
        if known is None or known.until <= self._clock.now():
            known = self._fetched(f"{site}/robots.txt", turns)
            with self._lock:
                self._known[site] = known
        allowed, delay = self._allows(known.robots, self._options.user_agent, url)
        return allowed, min(delay or 0.0, LONGEST_DELAY)

    def _fetched(self, url: str, turns: HostTurns) -> _Known:
        now = self._clock.now()
        try:
            with turns.turn(url) as turn:
                fetched = self._transport(
                    url, user_agent=self._options.user_agent, accept=_ACCEPT, on_redirect=turn.move
                )
        except FetchError as error:
            is_known = 400 <= error.status < 500 and error.status != 429
            return _Known(error.status, now + (KEPT if is_known else _RETRY))
        return _Known(fetched.content, now + KEPT)
