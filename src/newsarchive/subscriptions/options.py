"""How a round fetches: its options, and the transport that gets an address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Protocol

from newsarchive.ingest.fetching.fetch import USER_AGENT, Fetched, OnRedirect
from newsarchive.ingest.fetching.record import OnResponse
from newsarchive.ingest.fetching.settings import Limits
from newsarchive.subscriptions.hosts import PAUSE, WORKERS
from newsarchive.subscriptions.schedule import INTERVAL
from newsarchive.warc.keeping import PageKeeper

FEED_LIMITS = Limits(wire_bytes=16 * 2**20, content_bytes=32 * 2**20)
"""The limits of a fetch without a person who watches it: several can be in memory at the same time."""


class Transport(Protocol):
    """Gets an address, as `fetch` does with the settings of this archive."""

    def __call__(  # noqa: PLR0913 - those of `fetch`
        self,
        url: str,
        *,
        user_agent: str,
        accept: str,
        etag: str = "",
        last_modified: str = "",
        headers: Mapping[str, str] | None = None,
        on_redirect: OnRedirect | None = None,
        on_response: OnResponse | None = None,
    ) -> Fetched:
        """Fetch the address. Raises FetchError."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchOptions:
    """The options of a round.

    `interval` is that of feeds without one of their own, `pause` the time between two requests to a
    host, both in seconds. `all_feeds` fetches also feeds that aren't due. `full_text` fetches the
    pages of all feeds. `zone` is the time zone of dates without one. `on_response` is called with
    each exchange, in the threads that fetch. `keeper` keeps the pages with full texts.
    """

    interval: float = INTERVAL
    pause: float = PAUSE
    workers: int = WORKERS
    all_feeds: bool = False
    full_text: bool = False
    user_agent: str = USER_AGENT
    zone: tzinfo = field(default=UTC)
    on_response: OnResponse | None = None
    keeper: PageKeeper | None = None
