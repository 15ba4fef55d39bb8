"""How saved searches are doing: for each recipient the last delivery, and what waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsarchive.alerts.ledger import Ledger
from newsarchive.alerts.planning import addresses_of
from newsarchive.alerts.records import Delivery, Recipient, State
from newsarchive.alerts.saved_search import SavedSearch, saved_search_to_json
from newsarchive.ingest.fetching.masking import masked


@dataclass(frozen=True, slots=True)
class RecipientStatus:
    """One recipient of a search: whether they stopped it, the last delivery, and how many wait since when."""

    channel: str
    address: str
    stopped: str = ""
    last: Delivery | None = None
    waiting: int = 0
    error: str = ""

    @property
    def is_failing(self) -> bool:
        """Whether the last attempt failed."""
        return not self.stopped and bool(self.error)

    def as_json(self) -> dict[str, Any]:
        """The JSON form. Times are in seconds since 1970."""
        return {
            "channel": self.channel,
            "address": self.address,
            "stopped": self.stopped,
            "last_sent": self.last.done if self.last and self.last.state is State.SENT else None,
            "waiting": self.waiting,
            "error": self.error,
        }


@dataclass(frozen=True, slots=True)
class SearchStatus:
    """One saved search with its recipients."""

    search: SavedSearch
    feed: str
    recipients: tuple[RecipientStatus, ...]

    @property
    def is_failing(self) -> bool:
        """Whether a recipient doesn't get anything."""
        return not self.search.paused and any(one.is_failing for one in self.recipients)

    def as_json(self) -> dict[str, Any]:
        """The JSON form: the line of the table, the feed, and how deliveries went."""
        form = saved_search_to_json(self.search)
        if self.search.webhook:
            form["webhook"] = masked(self.search.webhook, mark=True)
        return {**form, "feed": self.feed, "recipients": [one.as_json() for one in self.recipients]}


def load_statuses(archive: Path, searches: Sequence[tuple[SavedSearch, str]]) -> tuple[SearchStatus, ...]:
    """How searches, each given with its feed, are doing. Raises AlertsError if the ledger can't be used."""
    if not Ledger.is_in(archive):
        return tuple(SearchStatus(one, feed, tuple(_of_nobody(one))) for one, feed in searches)
    with Ledger(archive) as ledger:
        return tuple(SearchStatus(one, feed, tuple(_recipients(ledger, one))) for one, feed in searches)


def _of_nobody(search: SavedSearch) -> list[RecipientStatus]:
    return [RecipientStatus(channel, masked(address, mark=True)) for channel, address in addresses_of(search)]


def _recipients(ledger: Ledger, search: SavedSearch) -> list[RecipientStatus]:
    waiting, stopped = ledger.unfinished(search.id), ledger.stopped(search.id)
    return [_status(ledger, search, channel, address, waiting, stopped) for channel, address in addresses_of(search)]


def _status(  # noqa: PLR0913 - what was read once for all recipients
    ledger: Ledger,
    search: SavedSearch,
    channel: Any,
    address: str,
    waiting: Sequence[Delivery],
    stopped: Sequence[Recipient],
) -> RecipientStatus:
    own = [one for one in waiting if (one.channel, one.address) == (channel, address)]
    reason = next((one.reason for one in stopped if (one.channel, one.address) == (channel, address)), "")
    last = ledger.last_delivery(search.id, channel, address)
    error = next((one.error for one in own if one.error), "")
    if not error and last is not None and last.state is State.FAILED:
        error = last.error
    return RecipientStatus(channel, masked(address, mark=True), reason, last, len(own), error)
