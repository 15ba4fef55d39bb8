"""The histogram of a page of results: when the articles were published, as bars that narrow the search.

It is drawn from the counts by day and month that the search has anyway, which ignore the filter by date. So the
neighbours of a single day are known too, and an empty range can show where the articles are.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache

from markupsafe import Markup

from newsarchive.i18n import Formats, Language
from newsarchive.research.periods import MOST_SHOWN, Per, Period, fitting, period_of, periods, place
from newsarchive.search import Notice, SearchResults
from newsarchive.web.interface import Interface
from newsarchive.web.links import Links
from newsarchive.web.markup import escaped_lines
from newsarchive.web.period_names import period_name, span_name, tick_name

_MOST_BYTES = 24_000
_BYTES_OF_OTHER_LINKS = 25
_BYTES_OF_BAR = 180
"""How large the bars may be, so that a page with them stays below 60 KB: each repeats the search, as other links do."""
LOOSER = frozenset({Notice.PARTS_APART, Notice.ANY_INSTEAD_OF_ALL})
"""The notices of results of a looser reading."""
_FEWEST_DAYS = 8
_AROUND = timedelta(days=7)
"""A range of a few days is shown with a week before and after it."""
TICKS = 4
HEIGHT = 100
WIDTH = 10
"""The size of a bar's place, in the units of the drawing, which is stretched over the page."""
FEW = 4
"""Up to so many bars are narrow, in places as wide as a hand, and have their labels below them."""
_LOWEST = 2
"""The height of the bar of a single article, so that it can be seen."""


@dataclass(slots=True)
class Bar:
    """One bar: what it is called, its count, where it is and how high, and the URL that narrows to it.

    The URL is None if there is nothing to find, or if the addresses of all bars would be too long for a page.
    """

    label: str
    count: int
    x: int
    top: int
    chosen: bool
    address: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """A link to a longer range."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A label of the axis: its text, its place in percent, and how it is aligned there."""

    label: str
    x: str
    anchor: str


class Histogram:
    """The bars of one search. Time runs in the direction of the page: in Arabic from right to left.

    `undated` is how many of the results have no date; None if a filter by date leaves them out. The chart
    `says_nothing` if there is no bar to compare with another one.
    """

    def __init__(self, results: SearchResults, links: Links, interface: Interface) -> None:
        request, facets = results.request, results.facets
        self._request = request
        self._total = results.total
        self._is_looser = not LOOSER.isdisjoint(results.notices)
        self._facets = facets
        self._links = links
        self._address = links.results_of_days(request)
        self._interface = interface
        self._is_mirrored = interface.direction == "rtl"
        self._is_filtered = request.date_from is not None or request.date_to is not None
        self.undated = None if self._is_filtered else results.total - sum(count for _, count in facets.month.items())
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
        longest = len(self._address(*self._shown).encode())
        room = (_MOST_BYTES - _BYTES_OF_OTHER_LINKS * longest) // (longest + _BYTES_OF_BAR)
        fewer = {kind: min(most, room) for kind, most in MOST_SHOWN.items()}
        return fitting(*self._shown, fewer, least=per) if room >= _FEWEST_DAYS else per

    @cached_property
    def _has_links(self) -> bool:
        longest = len(self._address(*self._shown).encode())
        drawn = sum(map(bool, self._counts))
        return (longest + _BYTES_OF_BAR) * drawn + _BYTES_OF_OTHER_LINKS * longest <= _MOST_BYTES

    @cached_property
    def _periods(self) -> tuple[Period, ...]:
        return _listed(*self._ends, self.per)

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
            for name, count in self._facets.month.items():
                counts[_place_of_month(name, first, per)] += count
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
        for name, count in self._facets.month.items():
            month = _month(name)
            if first <= month.first and month.last <= last:
                yield month.first, count
            elif month.last >= first and month.first <= last:
                yield from self._days(max(first, month.first), min(last, month.last))

    def _days(self, first: date, last: date) -> Iterator[tuple[date, int]]:
        for number in range(first.toordinal(), last.toordinal() + 1):
            day = date.fromordinal(number)
            if count := self._facets.day.get(day.isoformat(), 0):
                yield day, count

    @cached_property
    def bars(self) -> list[Bar]:
        """All bars in the order of time, those of count 0 too."""
        highest = max(self._counts)
        begin, end = self._chosen or (date.min, date.max)
        clip_first, clip_last = self._clip
        bars = []
        has_links = self._has_links
        x, width = (self.width - WIDTH // 2, -WIDTH) if self._is_mirrored else (WIDTH // 2, WIDTH)
        labels = _labels(*self._ends, self.per, self._interface.language, self._interface.formats)
        for period, label, count in zip(self._periods, labels, self._counts, strict=True):
            # Exactly the days that are counted.
            first, last = max(clip_first, period.first), min(clip_last, period.last)
            top = HEIGHT - max(_LOWEST, round(HEIGHT * count / highest)) if count else HEIGHT
            address = self._address(first, last) if count and has_links else None
            bars.append(Bar(label, count, x, top, first <= end and last >= begin, address))
            x += width
        return bars

    @property
    def drawn(self) -> Markup:
        """The bars as SVG: for each, a clear line as wide as its place, which can be clicked, and the bar."""
        shown = [bar for bar in self.bars if bar.count]
        count = self._interface.count
        titles = escaped_lines(f"{bar.label}: {count('results', bar.count)}" for bar in shown)
        addresses = escaped_lines(bar.address or "" for bar in shown)
        drawn = []
        for bar, title, address in zip(shown, titles, addresses, strict=True):
            tag, href = ("a", f' href="{address}"') if address else ("g", "")
            chosen = ' class="chosen"' if bar.chosen and self.has_context else ""
            clear, line = f"M{bar.x} 0V{HEIGHT}", f"M{bar.x} {HEIGHT}V{bar.top}"
            drawn.append(f'<{tag}{href}{chosen}><title>{title}</title><path d="{clear}"/><path d="{line}"/></{tag}>\n')
        return Markup("".join(drawn))  # noqa: S704 (all pieces are escaped)

    @property
    def rows(self) -> Markup:
        """The rows of the table with the same numbers."""
        number = self._interface.number
        labels = escaped_lines(bar.label for bar in self.bars)
        rows = (
            f'<tr><th scope="row">{label}</th><td>{number(bar.count)}</td></tr>\n'
            for label, bar in zip(labels, self.bars, strict=True)
        )
        return Markup("".join(rows))  # noqa: S704 (all pieces are escaped)

    @cached_property
    def has_context(self) -> bool:
        """Whether bars next to the chosen days are shown."""
        return not all(bar.chosen for bar in self.bars)

    @property
    def is_few(self) -> bool:
        """Whether there are few bars."""
        return len(self._periods) <= FEW

    @property
    def width(self) -> int:
        """The width of all bars in the units of the drawing."""
        return len(self._periods) * WIDTH

    @cached_property
    def highest(self) -> Bar:
        """The bar with the highest count; of several, the first."""
        return max(self.bars, key=lambda bar: bar.count)

    @property
    def range(self) -> str:
        """The days that are chosen, in words, or else the first and the last bar."""
        first, last = self._periods[0], self._periods[-1]
        if self._chosen is not None or first == last or self.per in (Per.DAY, Per.WEEK):
            return span_name(*(self._chosen or self._shown), self._interface)
        ends = {"first": period_name(first, self._interface), "last": period_name(last, self._interface)}
        return self._interface.text("period_span", **ends)

    @property
    def ticks(self) -> list[Tick]:
        """The labels of the axis, in the order of time."""
        count = len(self._periods)
        if self.is_few:
            return [self._tick(number, []) for number in range(count)]
        places = sorted({round(number * (count - 1) / (TICKS - 1)) for number in range(TICKS)})
        return [self._tick(number, places) for number in places]

    def _tick(self, number: int, places: list[int]) -> Tick:
        label = tick_name(self._periods[number], self._interface)
        count = len(self._periods)
        ends = {places[0]: (0.0, "start"), places[-1]: (100.0, "end")} if places else {}
        at, anchor = ends.get(number, (100 * (number + 0.5) / count, "middle"))
        return Tick(label, f"{100 - at if self._is_mirrored else at:.4g}%", anchor)

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


@lru_cache(maxsize=256)
def _listed(first: date, last: date, per: Per) -> tuple[Period, ...]:
    """The periods of a chart, which is drawn for many searches."""
    return tuple(periods(first, last, per))


@lru_cache(maxsize=256)
def _labels(first: date, last: date, per: Per, language: Language, formats: Formats) -> tuple[str, ...]:
    """The names of the periods of a chart."""
    interface = Interface(language, formats=formats)
    return tuple(period_name(period, interface) for period in _listed(first, last, per))


@lru_cache(maxsize=16_384)
def _place_of_month(name: str, first: date, per: Per) -> int:
    """The place of a month among the bars that begin with that of `first`."""
    return place(first, _month(name).first, per)


@lru_cache(maxsize=2048)
def _month(name: str) -> Period:
    return period_of(date.fromisoformat(f"{name}-01"), Per.MONTH)
