"""Which of the articles that arrived a saved search finds, with near copies folded into one item."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from newsarchive.alerts.records import Arrival, ArrivalKind, Items
from newsarchive.archive import Position
from newsarchive.archive.parts import part_order
from newsarchive.library import Library
from newsarchive.search import SearchRequest, Sort
from newsarchive.stories.groups import Groups

_MORE = 100
"""Hits that are asked for beyond those that can be in the window."""


@dataclass(frozen=True)
class Window:
    """Arrivals that a search hasn't been told yet, oldest first, all of them before the position `end`."""

    arrivals: Sequence[Arrival]
    end: Position

    @cached_property
    def new(self) -> frozenset[str]:
        """The ids of the articles that are new."""
        return self._of("new")

    @cached_property
    def again(self) -> frozenset[str]:
        """The ids of the articles that were in the archive before."""
        return self._of("again")

    @cached_property
    def revised(self) -> frozenset[str]:
        """The ids of the articles that were revised."""
        return self._of("revised")

    @cached_property
    def order(self) -> Mapping[str, int]:
        """The number of the first arrival of each article."""
        return {arrival.id: arrival.number for arrival in reversed(self.arrivals)}

    def _of(self, kind: ArrivalKind) -> frozenset[str]:
        return frozenset(arrival.id for arrival in self.arrivals if arrival.kind == kind)

    def after(self, number: int) -> "Window":
        """The arrivals with higher numbers."""
        return Window([arrival for arrival in self.arrivals if arrival.number > number], self.end)


class Matcher:
    """Finds what arrived in one library. The index must have read the archive up to the end of the windows."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def matching(
        self, request: SearchRequest, window: Window, told: Callable[[], Collection[str]], *, corrections: bool
    ) -> list[str]:
        """The ids of the arrivals that a request finds, in order of arrival.

        Revisions count with `corrections` only. `told` returns the ids of articles that were told before: one
        that arrives again, such as a restored one, is news only if it wasn't. Raises IndexUnusable.
        """
        again = window.again.difference(told()) if window.again else window.again
        rest = (again | window.revised if corrections else again) - window.new
        found = self._among(request, window) if window.new else set()
        if rest:
            found |= rest.intersection(self._library.listing(request).ids)
        return sorted(found, key=window.order.__getitem__)

    def _among(self, request: SearchRequest, window: Window) -> set[str]:
        """Which of the new articles a request finds.

        In the order of arrival its hits among them come first, behind those that arrived after the window.
        """
        latest_first = replace(request, sort=Sort.ARRIVED)
        most = len(window.order) + _MORE
        while True:
            listing = self._library.listing(latest_first, most)
            if len(listing.ids) >= listing.total or self._is_before(listing.ids[-1], window):
                return set(window.new.intersection(listing.ids))
            most *= 4

    def _is_before(self, article_id: str, window: Window) -> bool:
        """Whether all that the archive has of an article is before the window."""
        if article_id in window.order:
            return False
        last = self._library.archive.catalogue.latest(article_id)
        return last is not None and is_earlier(Position(last.part, last.offset), window.end)


def is_earlier(one: Position, other: Position) -> bool:
    """Whether a position is before another one."""
    if not (one.part and other.part):
        return not one.part and bool(other.part)
    return (part_order(one.part), one.offset) < (part_order(other.part), other.offset)


def folded(ids: Sequence[str], groups: Groups) -> Items:
    """The articles, given in order of arrival, as items: the latest first, and near copies behind the first of them."""
    found = groups.groups_of(ids)
    items: dict[str, list[str]] = {}
    for article_id in ids:
        group = found.get(article_id)
        items.setdefault(f"group {group.group}" if group else f"article {article_id}", []).append(article_id)
    return tuple(map(tuple, reversed(items.values())))
