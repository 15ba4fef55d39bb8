"""The bars of a histogram, as plain numbers and as SVG.

The same bars are on every page of a search, so the last ones are kept. They depend on nothing but what `bars_of` gets,
so they can't be out of date, or those of another reader.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from markupsafe import Markup, escape

from newsarchive.i18n import Formats, Language
from newsarchive.research.periods import Per, Period, periods
from newsarchive.web.interface import Interface
from newsarchive.web.links import AddressOfDays, dates_in_address
from newsarchive.web.markup import escaped_lines
from newsarchive.web.period_names import period_name, tick_name

TICKS = 4
HEIGHT = 100
WIDTH = 10
"""The size of a bar's place, in the units of the drawing, which is stretched over the page."""
FEW = 4
"""Up to so many bars are narrow, in places as wide as a hand, and have their labels below them."""
_LOWEST = 2
"""The height of the bar of a single article, so that it can be seen."""
_MOST_KEPT = 128
"""A page has room for at most 96 bars and 24 KB of them, so these are a few megabytes."""


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
class Tick:
    """A label of the axis: its text, its place in percent, and how it is aligned there."""

    label: str
    x: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Axis:
    """The time that the bars of a chart stand for: the periods from that of `first` to that of `last`.

    If days are `chosen`, only those of `counted` count. `address` is what makes the URLs; None if bars have none.
    """

    first: date
    last: date
    per: Per
    chosen: tuple[date, date] | None
    counted: tuple[date, date]
    address: AddressOfDays | None


class Bars:
    """The bars of one chart. Time runs in the direction of the page: in Arabic from right to left."""

    def __init__(self, counts: tuple[int, ...], axis: Axis, interface: Interface) -> None:
        self._counts = counts
        self._axis = axis
        self._interface = interface
        self._is_mirrored = interface.direction == "rtl"
        self._periods = periods_of(axis.first, axis.last, axis.per)
        self._labels = _labels(axis.first, axis.last, axis.per, interface.language, interface.formats)
        self._most = max(counts)
        self.width = len(counts) * WIDTH

    @property
    def all(self) -> list[Bar]:
        """All bars in the order of time, those of count 0 too."""
        return [self._bar(number) for number in range(len(self._counts))]

    @property
    def highest(self) -> Bar:
        """The bar with the highest count; of several, the first."""
        return self._bar(self._counts.index(self._most))

    def _bar(self, number: int) -> Bar:
        count, period, axis = self._counts[number], self._periods[number], self._axis
        address = axis.address(*self._days_of(period)) if count and axis.address else None
        x, top = self._x(number), self._top(count)
        return Bar(self._labels[number], count, x, top, self._is_chosen(period), address)

    def _x(self, number: int) -> int:
        at = number * WIDTH + WIDTH // 2
        return self.width - at if self._is_mirrored else at

    def _top(self, count: int) -> int:
        return HEIGHT - max(_LOWEST, round(HEIGHT * count / self._most)) if count else HEIGHT

    def _days_of(self, period: Period) -> tuple[date, date]:
        """Exactly the days that are counted."""
        if self._axis.chosen is None:
            return period.first, period.last
        first, last = self._axis.counted
        return max(first, period.first), min(last, period.last)

    def _is_chosen(self, period: Period) -> bool:
        if self._axis.chosen is None:
            return True
        (first, last), (begin, end) = self._days_of(period), self._axis.chosen
        return first <= end and last >= begin

    @cached_property
    def drawn(self) -> Markup:
        """The bars as SVG: for each, a clear line as wide as its place, which can be clicked, and the bar."""
        shown = [number for number, count in enumerate(self._counts) if count]
        labels, counts, said = self._labels, self._counts, self._interface.count
        titles = escaped_lines([f"{labels[number]}: {said('results', counts[number])}" for number in shown])
        links, tag = self._links(shown)
        drawn = []
        for number, title, href in zip(shown, titles, links, strict=True):
            x, top = self._x(number), self._top(counts[number])
            clear, line = f"M{x} 0V{HEIGHT}", f"M{x} {HEIGHT}V{top}"
            drawn.append(f'<{tag}{href}><title>{title}</title><path d="{clear}"/><path d="{line}"/></{tag}>\n')
        return Markup("".join(drawn))  # noqa: S704 (all pieces are escaped)

    def _links(self, shown: list[int]) -> tuple[list[str], str]:
        """The attributes of these bars, and the element that they are."""
        axis, address, periods_ = self._axis, self._axis.address, self._periods
        if address is None:
            attributes, tag = [""] * len(shown), "g"
        else:
            beginning, tag = escape(address.beginning), "a"
            if axis.chosen is None:
                dates = _dates(axis.first, axis.last, axis.per)
                attributes = [f' href="{beginning}{dates[number]}"' for number in shown]
            else:
                days = [dates_in_address(*self._days_of(periods_[number])) for number in shown]
                attributes = [f' href="{beginning}{escape(one)}"' for one in days]
        if self.has_context:
            chosen = [' class="chosen"' if self._is_chosen(periods_[number]) else "" for number in shown]
            attributes = [href + other for href, other in zip(attributes, chosen, strict=True)]
        return attributes, tag

    @cached_property
    def rows(self) -> Markup:
        """The rows of the table with the same numbers."""
        number = self._interface.number
        heads = _row_heads(self._labels)
        rows = [f"{head}{number(count)}</td></tr>\n" for head, count in zip(heads, self._counts, strict=True)]
        return Markup("".join(rows))  # noqa: S704 (all pieces are escaped)

    @cached_property
    def has_context(self) -> bool:
        """Whether bars next to the chosen days are shown."""
        return self._axis.chosen is not None and not all(map(self._is_chosen, self._periods))

    @property
    def is_few(self) -> bool:
        """Whether there are few bars."""
        return len(self._counts) <= FEW

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """The labels of the axis, in the order of time."""
        return _ticks(self._axis.first, self._axis.last, self._axis.per, self._interface)


@lru_cache(maxsize=_MOST_KEPT)
def bars_of(counts: tuple[int, ...], axis: Axis, interface: Interface) -> Bars:
    """The bars of the counts of all periods of an axis."""
    return Bars(counts, axis, interface)


@lru_cache(maxsize=256)
def periods_of(first: date, last: date, per: Per) -> tuple[Period, ...]:
    """The periods of a chart, which is drawn for many searches."""
    return tuple(periods(first, last, per))


@lru_cache(maxsize=256)
def _labels(first: date, last: date, per: Per, language: Language, formats: Formats) -> tuple[str, ...]:
    """The names of the periods of a chart."""
    interface = Interface(language, formats=formats)
    return tuple(period_name(period, interface) for period in periods_of(first, last, per))


@lru_cache(maxsize=256)
def _row_heads(labels: tuple[str, ...]) -> list[str]:
    """The beginnings of the rows of a table, up to the numbers."""
    return [f'<tr><th scope="row">{label}</th><td>' for label in escaped_lines(labels)]


@lru_cache(maxsize=256)
def _dates(first: date, last: date, per: Per) -> list[str]:
    """The days of whole periods as in addresses, escaped."""
    return escaped_lines(dates_in_address(period.first, period.last) for period in periods_of(first, last, per))


@lru_cache(maxsize=256)
def _ticks(first: date, last: date, per: Per, interface: Interface) -> tuple[Tick, ...]:
    shown = periods_of(first, last, per)
    count = len(shown)
    if count <= FEW:
        places = {number: (100 * (number + 0.5) / count, "middle") for number in range(count)}
    else:
        numbers = sorted({round(number * (count - 1) / (TICKS - 1)) for number in range(TICKS)})
        places = {number: (100 * (number + 0.5) / count, "middle") for number in numbers}
        places |= {0: (0.0, "start"), count - 1: (100.0, "end")}
    is_mirrored = interface.direction == "rtl"
    return tuple(
        Tick(tick_name(shown[number], interface), f"{100 - at if is_mirrored else at:.4g}%", anchor)
        for number, (at, anchor) in places.items()
    )
