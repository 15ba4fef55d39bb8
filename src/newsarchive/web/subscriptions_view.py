"""The subscriptions as a page shows them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from newsarchive.identity import is_web_url
from newsarchive.subscriptions.feed_secrets import has_placeholder
from newsarchive.subscriptions.status import FeedStatus
from newsarchive.web.interface import Interface


class SubscriptionsView:
    """The feeds in the order of their list. `is_stalled` is whether nobody fetches them, though they are due."""

    def __init__(self, listed: Sequence[FeedStatus], interface: Interface, *, is_stalled: bool) -> None:
        self.is_stalled = is_stalled
        self._listed = listed
        self._interface = interface

    def __iter__(self) -> Iterator[FeedStatus]:
        """The feeds."""
        return iter(self._listed)

    def title(self, feed: FeedStatus) -> str:
        """The title, or the address."""
        return feed.subscription.title or feed.subscription.source or feed.address

    def link(self, feed: FeedStatus) -> str:
        """The address, if a reader can open it."""
        return feed.address if is_web_url(feed.address) and not has_placeholder(feed.address) else ""

    def health(self, feed: FeedStatus) -> str:
        """How it is doing, in words."""
        return self._interface.text(f"feed_{feed.health.value}")

    def moment(self, seconds: float | None) -> str:
        """A time, or a dash if there is none."""
        if not seconds:
            return "–"
        return self._interface.moment(datetime.fromtimestamp(seconds, UTC))

    def next(self, feed: FeedStatus) -> str:
        """When it is fetched next."""
        return self.moment(feed.state.due if feed.is_scheduled else None)

    def per_week(self, feed: FeedStatus) -> str:
        """The articles per week, rounded."""
        return "–" if feed.per_week is None else self._interface.number(round(feed.per_week))
