"""Plans what to tell: for each search that is due, a digest of what arrived, with a delivery per recipient."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import cache
from uuid import uuid4

from newsarchive.alerts.ledger import Ledger
from newsarchive.alerts.matching import Matcher, Window, folded
from newsarchive.alerts.records import Channel, PlannedDigest, Progress, Recipient
from newsarchive.alerts.saved_search import SavedSearch
from newsarchive.alerts.unsubscribing import new_code
from newsarchive.archive import START, Position
from newsarchive.library import Library

_TOGETHER = 50
"""Searches that are planned with one transaction."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of one search before it is written down."""

    search: SavedSearch
    to: Progress
    digest: PlannedDigest | None = None


class Planner:
    """Plans for one archive. What has arrived must be in the ledger, and in the index."""

    def __init__(self, library: Library, ledger: Ledger, zone: tzinfo) -> None:
        self._library = library
        self._ledger = ledger
        self._zone = zone
        self._matcher = Matcher(library)

    def plan(
        self,
        searches: Sequence[SavedSearch],
        now: float,
        only: Callable[[SavedSearch], bool],
        *,
        all_searches: bool = False,
    ) -> int:
        """Plan the digests that are due, of searches that `only` accepts. Returns how many digests there are.

        A search that is new begins with what arrives from now on. A paused one stays where it is.
        """
        progress, last = self._ledger.progress(), self._ledger.last_arrival()
        new = [one for one in searches if one.id not in progress]
        with self._ledger.together():
            for one in new:
                self._ledger.move(one.id, Progress(last, one.schedule.latest(now, self._zone_of(one))))
        due = [one for one in searches if one.id in progress and not one.paused and only(one)]
        if not all_searches:
            due = [one for one in due if one.schedule.is_due(progress[one.id].slot, now, self._zone_of(one))]
        if not due:
            return 0
        first = min(progress[one.id].number for one in due)
        # Most searches have been told equally far.
        window = cache(Window(self._ledger.arrivals(first), self._end()).after)
        digests = 0
        for start in range(0, len(due), _TOGETHER):
            some = due[start : start + _TOGETHER]
            plans = [self._plan(one, window(progress[one.id].number), progress[one.id], last, now) for one in some]
            digests += self._write(plans)
        return digests

    def _end(self) -> Position:
        names = self._ledger.part_names()
        return Position(names[-1], self._ledger.part(names[-1]).end) if names else START

    def _zone_of(self, search: SavedSearch) -> tzinfo:
        return search.zone or self._zone

    def _plan(self, search: SavedSearch, window: Window, at: Progress, last: int, now: float) -> Plan:
        to = Progress(last, search.schedule.latest(now, self._zone_of(search)))
        if not search.has_recipients:
            return Plan(search, to)
        ids = self._matcher.matching(
            search.request(self._library.tables),
            window,
            lambda: self._ledger.told(search.id),
            corrections=search.corrections,
        )
        if not ids:
            return Plan(search, to)
        items = folded(ids, self._library.groups)[: search.limit]
        return Plan(search, to, PlannedDigest(search.id, at.number, last, now, len(ids), items))

    def _write(self, plans: Iterable[Plan]) -> int:
        """Write plans down, together with how far their searches are told then."""
        digests = 0
        with self._ledger.together():
            for plan in plans:
                self._ledger.move(plan.search.id, plan.to)
                if plan.digest is None:
                    continue
                active = [one for one in self._recipients(plan.search) if one.stopped is None]
                if active:
                    messages = [(new_message(plan.search), one.channel, one.address) for one in active]
                    self._ledger.plan(plan.digest, messages)
                    digests += 1
        return digests

    def _recipients(self, search: SavedSearch) -> Iterator[Recipient]:
        for channel, address in addresses_of(search):
            wanted = Recipient(new_code(), search.id, channel, address, search.name, search.language)
            yield self._ledger.recipient(wanted)


def addresses_of(search: SavedSearch) -> list[tuple[Channel, str]]:
    """Who gets the digests of a search: the channel and the address of each recipient."""
    webhook: list[tuple[Channel, str]] = [("webhook", search.webhook)] if search.webhook else []
    return [*(("email", address) for address in search.emails), *webhook]


def new_message(search: SavedSearch) -> str:
    """The left part of a new Message-ID."""
    return f"{uuid4().hex}.{search.id}"
