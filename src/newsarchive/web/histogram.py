"""The histogram of a page of results: when the articles were published, as bars that narrow the search.

It is drawn from the counts by day and month that the search has anyway, which ignore the filter by date. So the
neighbours of a single day are known too, and an empty range can show where the articles are.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache

from newsarchive.research.periods import MOST_SHOWN, Per, Period, fitting, period_of, place
from newsarchive.search import Notice, SearchResults
from newsarchive.web.histogram_bars import Axis, Bars, bars_of, periods_of
from newsarchive.web.interface import Interface
from newsarchive.web.links import Links
from newsarchive.web.period_names import period_name, span_name

_MOST_BYTES = 24_000
_BYTES_OF_OTHER_LINKS = 25
_BYTES_OF_BAR = 180
"""How large the bars may be, so that a page with them stays below 60 KB: each repeats the search, as other links do."""
LOOSER = frozenset({Notice.PARTS_APART, Notice.ANY_INSTEAD_OF_ALL})
"""The notices of results of a looser reading."""
_FEWEST_DAYS = 8
_AROUND = timedelta(days=7)
"""A range of a few days is shown with a week before and after it."""


@dataclass(frozen=True, slots=True)
class Step:
    """A link to a longer range."""

    label: str
    address: str


class Histogram:
    """The histogram of one search.

    `undated` is how many of the results have no date; None if a filter by date leaves them out. The chart
    `says_nothing` if there is no bar to compare with another one.
    """

    def __init__(self, results: SearchResults, links: Links, interface: Interface) -> None:
        request, facets = results.request, results.facets
        self._request = request
        self._total = results.total
        self._is_looser = not LOOSER.isdisjoint(results.notices)
        self._by_day = facets.day
        self._by_month = tuple(facets.month.items())
        self._links = links
        self._address = links.results_of_days(request)
        self._interface = interface
        self._is_filtered = request.date_from is not None or request.date_to is not None
        self.undated = None if self._is_filtered else results.total - sum(count for _, count in self._by_month)
        days = facets.day
        first = next(iter(days), None)
        self.says_nothing = len(days) < (1 if self._is_filtered else 2)
        self._data = (
            (date.fromisoformat(first), date.fromisoformat(deque(days, maxlen=1)[0])) if first else (date.min, date.min)
        )

    @cached_property
    def _chosen(self) -> tuple[date, date] | None:
        """The days that are chosen; None if none are, or if they have no articles."""
        if not self._is_filtered or not self._total:
            return None
        return self._request.date_from or self._data[0], self._request.date_to or self._data[1]

    @cached_property
    def _shown(self) -> tuple[date, date]:
        """The first and last day of the chart."""
        if self._chosen is None:
            return self._data
        first, last = self._chosen
        # An open or very long range is shown as far as there are articles.
        first, last = max(first, min(self._data[0], last)), min(last, max(self._data[1], first))
        # A looser reading is that of the chosen days: next to them, the search may be read as it was asked.
        if (last - first).days + 1 >= _FEWEST_DAYS or self._is_looser:
            return first, last
        return (
            first - min(_AROUND, first - date.min),
            last + min(_AROUND, date.max - last),
        )

    @cached_property
    def per(self) -> Per:
        """What each bar stands for: as short a time as fits, in number and in bytes."""
        per = fitting(*self._shown)
        longest = self._longest
        room = (_MOST_BYTES - _BYTES_OF_OTHER_LINKS * longest) // (longest + _BYTES_OF_BAR)
        fewer = {kind: min(most, room) for kind, most in MOST_SHOWN.items()}
        return fitting(*self._shown, fewer, least=per) if room >= _FEWEST_DAYS else per

    @cached_property
    def _longest(self) -> int:
        """About how many bytes the longest address of a bar has."""
        return len(self._address(*self._shown).encode())

    @cached_property
    def _has_links(self) -> bool:
        longest, drawn = self._longest, sum(map(bool, self._counts))
        return (longest + _BYTES_OF_BAR) * drawn + _BYTES_OF_OTHER_LINKS * longest <= _MOST_BYTES

    @cached_property
    def _periods(self) -> tuple[Period, ...]:
        return periods_of(*self._ends, self.per)

    @cached_property
    def _ends(self) -> tuple[date, date]:
        """The first day of the first bar, and the last day of the last one: the same for many searches."""
        first, last = self._shown
        return period_of(first, self.per).first, period_of(last, self.per).last

    @cached_property
    def _counts(self) -> list[int]:
        counts = [0] * len(self._periods)
        first, per = self._ends[0], self.per
        if self._chosen is None and per not in (Per.DAY, Per.WEEK):
            places = _places(first, per)
            for name, count in self._by_month:
                counts[places[name]] += count
            return counts
        for day, count in self._pieces(*self._clip):
            counts[place(first, day, per)] += count
        return counts

    @property
    def _clip(self) -> tuple[date, date]:
        """The days that count. What is next to a few chosen days counts as well."""
        return self._shown if self._chosen is not None else (date.min, date.max)

    def _pieces(self, first: date, last: date) -> Iterator[tuple[date, int]]:
        """The counts of days or of whole months that make up a range, each with its first day."""
        if self.per in (Per.DAY, Per.WEEK):
            yield from self._days(*self._shown)
            return
        for name, count in self._by_month:
            month = _month(name)
            if first <= month.first and month.last <= last:
                yield month.first, count
            elif month.last >= first and month.first <= last:
                yield from self._days(max(first, month.first), min(last, month.last))

    def _days(self, first: date, last: date) -> Iterator[tuple[date, int]]:
        for number in range(first.toordinal(), last.toordinal() + 1):
            day = date.fromordinal(number)
            if count := self._by_day.get(day.isoformat(), 0):
                yield day, count

    @cached_property
    def bars(self) -> Bars:
        """The bars, and what is drawn of them."""
        address = self._address if self._has_links else None
        axis = Axis(*self._ends, self.per, self._chosen, self._clip, address)
        return bars_of(tuple(self._counts), axis, self._interface)

    @property
    def range(self) -> str:
        """The days that are chosen, in words, or else the first and the last bar."""
        first, last = self._periods[0], self._periods[-1]
        if self._chosen is not None or first == last or self.per in (Per.DAY, Per.WEEK):
            return span_name(*(self._chosen or self._shown), self._interface)
        ends = {"first": period_name(first, self._interface), "last": period_name(last, self._interface)}
        return self._interface.text("period_span", **ends)

    @property
    def wider(self) -> list[Step]:
        """Links out of the chosen days, from the month around them to all of time."""
        if not self._is_filtered:
            return []
        steps = []
        first, last = self._chosen or self._shown
        for per in (Per.MONTH, Per.YEAR):
            around = period_of(first, per)
            if self._chosen and last <= around.last and (around.first, around.last) != (first, last):
                steps.append(Step(period_name(around, self._interface), self._address(around.first, around.last)))
        everything = replace(self._request, date_from=None, date_to=None, page=1)
        return [*steps, Step(self._interface.text("histogram_all"), self._links.results(everything))]


class _Places(dict[str, int]):
    """The places of months among bars that begin with that of `first`."""

    def __init__(self, first: date, per: Per) -> None:
        super().__init__()
        self._first = first
        self._per = per

    def __missing__(self, name: str) -> int:
        """Find the place of a month."""
        found = self[name] = place(self._first, _month(name).first, self._per)
        return found


@lru_cache(maxsize=64)
def _places(first: date, per: Per) -> _Places:
    """The places of months for a kind of chart, which is drawn for many searches."""
    return _Places(first, per)


@lru_cache(maxsize=2048)
def _month(name: str) -> Period:
    return period_of(date.fromisoformat(f"{name}-01"), Per.MONTH)
