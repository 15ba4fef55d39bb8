"""The content of the page of trends as plain data: charts, the legend, the table and the choices of the form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from newsarchive.i18n import Language
from newsarchive.research.periods import Per, Period
from newsarchive.research.trends import MOST_QUERIES, Measure, Point, Series, Trends, days_within
from newsarchive.search import Fold, SearchRequest
from newsarchive.web.interface import Interface
from newsarchive.web.line_chart import (
    Line,
    Mark,
    Tick,
    apart,
    height,
    percent,
    pieces,
    place,
    scale,
    time_ticks,
)
from newsarchive.web.links import Links, address
from newsarchive.web.params import search_args
from newsarchive.web.period_names import period_name, tick_name

AUTO = "auto"
PERS = (AUTO, Per.DAY.value, Per.WEEK.value, Per.MONTH.value, Per.YEAR.value)
"""The values of `per` in the address of a page, the default first."""
BY = ("", "source")
NO_NUMBER = "–"
_LONGEST_LABEL = 20
_MOST_MARKS = 60
"""More points than this on a line are shown only when they are pointed at."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page of trends is asked for: the queries, the filters, and how to count."""

    queries: tuple[str, ...]
    filters: SearchRequest
    per: str
    measure: Measure
    by_source: bool

    @property
    def own_args(self) -> dict[str, list[str]]:
        """The parameters that other pages don't have; those with default values are left out."""
        args = {
            "q": list(self.queries),
            "per": [self.per] if self.per != AUTO else [],
            "measure": [self.measure.value] if self.measure is not Measure.COUNT else [],
            "by": [BY[1]] if self.by_source else [],
        }
        return {name: values for name, values in args.items() if values}


@dataclass(frozen=True, slots=True)
class Named:
    """A series with its label, the number of its style, and the URL of all its articles."""

    series: Series
    label: str
    style: int
    address: str | None
    total: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One chart. The title is empty if there is only one. `is_dense` is whether there are too many points to show."""

    title: str
    lines: tuple[Line, ...]
    is_dense: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of the table, with the URL of its articles."""

    text: str
    address: str | None


class TrendsView:
    """A page of trends in one language."""

    def __init__(self, trends: Trends, asked: Asked, links: Links, interface: Interface, language: Language | None):
        self.trends = trends
        self.asked = asked
        self._links = links
        self._interface = interface
        self._language = language
        self._is_mirrored = interface.direction == "rtl"
        self._addresses = {id(one): links.results_of_days(self._results(one)) for one in trends.series}

    def _results(self, series: Series) -> SearchRequest:
        """The search whose results a series counts."""
        fold = Fold.STORIES if self.trends.measure is Measure.STORIES else None
        return replace(series.request, sort=None, fold=fold)

    @property
    def fields(self) -> tuple[str, ...]:
        """The queries in the fields of the form, of which some may be empty."""
        return (*self.asked.queries, *[""] * (MOST_QUERIES - len(self.asked.queries)))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.trends.periods

    @property
    def is_zero(self) -> bool:
        """Whether no query found anything."""
        return not any(one.total.count for one in self.trends.series)

    @cached_property
    def named(self) -> tuple[Named, ...]:
        """All series as the legend and the table name them. With several sources, each query has one style."""
        queries = list(dict.fromkeys(one.query for one in self.trends.series))
        is_one_query = len(queries) == 1
        return tuple(
            Named(
                series,
                self._label(series, is_one_query=is_one_query),
                number if is_one_query else queries.index(series.query),
                self._address_of_all(series),
                self._shown(series.total),
            )
            for number, series in enumerate(self.trends.series)
        )

    def _label(self, series: Series, *, is_one_query: bool) -> str:
        query = series.query or self._interface.text("trends_everything")
        if series.source is None:
            return query
        source = self._interface.source(series.source)
        return source if is_one_query else f"{query} · {source}"

    def _address_of_all(self, series: Series) -> str | None:
        return self._links.results(replace(self._results(series), page=1)) if series.total.count else None

    @property
    def legend(self) -> tuple[Named, ...]:
        """The series whose styles a reader must know: one of each style."""
        styles = {one.style: one for one in reversed(self.named)}
        return tuple(styles[style] for style in sorted(styles))

    def legend_label(self, named: Named) -> str:
        """The label of a style. It is the query if every source has a chart of its own."""
        if len(self.panels) > 1:
            return named.series.query or self._interface.text("trends_everything")
        return named.label

    @cached_property
    def panels(self) -> tuple[Panel, ...]:
        """One chart, or with several queries and sources, one for each source."""
        if self.is_empty:
            return ()
        has_several_queries = len({one.series.query for one in self.named}) > 1
        if not has_several_queries or self.named[0].series.source is None:
            return (self._panel("", self.named),)
        by_source = sorted(self.named, key=lambda one: self._places[one.series.source])
        return tuple(
            self._panel(self._interface.source(source or ""), tuple(of_source))
            for source, of_source in groupby(by_source, key=lambda one: one.series.source)
        )

    @cached_property
    def _places(self) -> Mapping[str | None, int]:
        sources = dict.fromkeys(one.source for one in self.trends.series)
        return {source: number for number, source in enumerate(sources)}

    def _panel(self, title: str, named: Sequence[Named]) -> Panel:
        top = self._scale[-1]
        ends = [100 * (1 - one.series.points[-1].value(self.trends.measure) / top) for one in named]
        lines = tuple(self._line(one, top, end) for one, end in zip(named, apart(ends), strict=True))
        return Panel(title, lines, len(self.trends.periods) > _MOST_MARKS)

    def _line(self, named: Named, top: float, end: float) -> Line:
        measure, count = self.trends.measure, len(self.trends.periods)
        values = [point.value(measure) if point.is_known(measure) else None for point in named.series.points]
        marks = tuple(
            Mark(
                place(number, count, mirrored=self._is_mirrored),
                height(point.value(measure), top),
                f"{named.label} · {self.name(point.period)}: {self._shown(point)}",
                self._address(named.series, point),
            )
            for number, point in enumerate(named.series.points)
            if point.is_known(measure)
        )
        label = named.label
        shortened = label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1].rstrip() + "…"
        return Line(named.style, shortened, percent(end / 100), pieces(values, top, mirrored=self._is_mirrored), marks)

    def _address(self, series: Series, point: Point) -> str | None:
        if not point.count:
            return None
        return self._addresses[id(series)](*days_within(series.request, point.period))

    @cached_property
    def _scale(self) -> list[float]:
        return scale(self.trends.highest, whole=self.trends.measure is not Measure.SHARE)

    @property
    def value_ticks(self) -> list[Tick]:
        """The labels of the axis of values, from the bottom."""
        return [Tick(self._number(value), height(value, self._scale[-1])) for value in self._scale]

    @property
    def time_ticks(self) -> list[Tick]:
        """The labels of the axis of time."""
        labels = [tick_name(period, self._interface) for period in self.trends.periods]
        return time_ticks(labels, mirrored=self._is_mirrored, most=5 if len(self.panels) == 1 else 2)

    def _number(self, value: float) -> str:
        if self.trends.measure is Measure.SHARE:
            return self._interface.share(value)
        return self._interface.number(round(value))

    def _shown(self, point: Point) -> str:
        measure = self.trends.measure
        return self._number(point.value(measure)) if point.is_known(measure) else NO_NUMBER

    def name(self, period: Period) -> str:
        """The name of a period."""
        return period_name(period, self._interface)

    @property
    def rows(self) -> list[tuple[str, list[Cell]]]:
        """The rows of the table: the name of a period, and a number for each series."""
        return [
            (
                self.name(period),
                [
                    Cell(self._shown(one.series.points[number]), self._address(one.series, one.series.points[number]))
                    for one in self.named
                ],
            )
            for number, period in enumerate(self.trends.periods)
        ]

    @property
    def csv(self) -> str:
        """The URL of the same numbers as a CSV file."""
        args = search_args(replace(self.asked.filters, text=""), self._language)
        return address("trends.table", {**self.asked.own_args, **args})
