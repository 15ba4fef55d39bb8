"""`Feed`: an address that is fetched once for all its subscriptions, with its state."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo

from newsarchive.ingest.draft import Defaults
from newsarchive.subscriptions.options import FetchOptions
from newsarchive.subscriptions.schedule import LONGEST_WAIT
from newsarchive.subscriptions.state import FeedState, FetchStates
from newsarchive.subscriptions.subscription import Subscription


@dataclass(frozen=True, slots=True)
class Feed:
    """The subscriptions to one address: its articles get the topics of all of them."""

    key: str
    subscriptions: tuple[Subscription, ...]
    state: FeedState
    interval: float
    full_text: bool

    @property
    def address(self) -> str:
        """The address as in the list, with placeholders."""
        return self.subscriptions[0].address

    @property
    def title(self) -> str:
        """The title, or the name of the source."""
        return self._first("title") or self._first("source")

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The headers to send, with placeholders."""
        return next((one.headers for one in self.subscriptions if one.headers), ())

    @property
    def ignores_robots(self) -> bool:
        """Whether pages are fetched against the will of robots.txt."""
        return any(one.ignore_robots for one in self.subscriptions)

    def defaults(self, zone: tzinfo) -> Defaults:
        """What to assume of articles that don't say it."""
        topics = tuple(dict.fromkeys(topic for one in self.subscriptions for topic in one.topics))
        return Defaults(source=self._first("source"), language=self._first("language"), topics=topics, zone=zone)

    def due_at(self, now: float) -> float:
        """When it is due. A time too far in the future means that the clock was set back, or the interval shortened."""
        return now if self.state.due > now + max(self.interval, LONGEST_WAIT) else self.state.due

    def _first(self, name: str) -> str:
        return next(filter(None, (str(getattr(one, name)) for one in self.subscriptions)), "")


def feeds_of(subscriptions: Iterable[Subscription], states: FetchStates, options: FetchOptions) -> list[Feed]:
    """The addresses of the subscriptions that aren't paused, in order, with their states."""
    grouped: dict[str, list[Subscription]] = {}
    for one in subscriptions:
        if not one.paused:
            grouped.setdefault(one.key, []).append(one)
    return [
        Feed(
            key,
            tuple(group),
            states.feed(key),
            min(one.interval or options.interval for one in group),
            options.full_text or any(one.full_text for one in group),
        )
        for key, group in grouped.items()
    ]
