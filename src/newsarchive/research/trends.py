"""How much was written over time: what queries find by day, week, month or year, as counts, shares or stories.

The page, its CSV file and the API all count here, so they have the same numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from newsarchive.library import Library
from newsarchive.research.periods import MOST_SHOWN, Per, Period, count_by, fitting, periods, place
from newsarchive.search import FacetCounts, SearchRequest, Sort

MOST_QUERIES = 5
"""The number of queries that can be told apart in one chart."""
MOST_SOURCES = 5
"""The number of sources that are compared: those that were chosen, or else those with the most of the articles."""
MOST_POINTS = 600
"""The number of points of all series together. With more, longer periods are counted."""
MOST_STORY_ARTICLES = 50_000
"""The number of articles whose stories are counted: each must be looked up, about 100,000 in a second."""


class Measure(StrEnum):
    """What is shown of the articles that a query finds in a period."""

    COUNT = "count"
    SHARE = "share"
    STORIES = "stories"


class Remark(StrEnum):
    """Why the answer differs from what was asked for."""

    LONGER = "longer"
    """There would be too many points, so longer periods are counted."""
    MANY_FOR_STORIES = "many_for_stories"
    """The articles are too many to look up their stories, so articles are counted."""
    NO_STORIES = "no_stories"
    """The stories of the archive aren't known yet, so articles are counted."""


@dataclass(frozen=True, slots=True)
class Point:
    """What a query found in a period, of `all` articles of that time; `stories` are None unless they were asked for."""

    period: Period
    count: int
    all: int
    stories: int | None = None

    def is_known(self, measure: Measure) -> bool:
        """Whether there is a number to show: without any articles at all, there is no share of them."""
        return measure is not Measure.SHARE or self.all > 0

    @property
    def share(self) -> float:
        """The share of all articles, from 0 to 1. Without any articles it is 0."""
        return min(1.0, self.count / self.all) if self.all else 0.0

    def value(self, measure: Measure) -> float:
        """The number that is shown."""
        if measure is Measure.STORIES:
            return self.stories or 0
        return self.share if measure is Measure.SHARE else self.count


@dataclass(frozen=True, slots=True)
class Series:
    """The points of one query, of all sources or of one, in order. `request` finds the articles."""

    query: str
    source: str | None
    request: SearchRequest
    points: tuple[Point, ...]

    @property
    def total(self) -> Point:
        """All points together. Its period is that of all of them; stories are added up, so those of two count twice."""
        first, last = self.points[0].period, self.points[-1].period
        stories = [point.stories for point in self.points if point.stories is not None]
        return Point(
            replace(first, last=last.last),
            sum(point.count for point in self.points),
            sum(point.all for point in self.points),
            sum(stories) if stories else None,
        )


@dataclass(frozen=True)
class Trends:
    """The series of some queries over the same periods, without gaps. Without dated articles there are no periods.

    `sources_left_out` is how many sources with articles are not among those that are compared.
    """

    per: Per
    measure: Measure
    periods: tuple[Period, ...]
    series: tuple[Series, ...]
    remarks: tuple[Remark, ...] = ()
    sources_left_out: int = 0

    @cached_property
    def highest(self) -> float:
        """The highest value of all points; 0 if there are none."""
        return max((point.value(self.measure) for one in self.series for point in one.points), default=0)


def counts_by_period(library: Library, request: SearchRequest, per: Per) -> dict[Period, int]:
    """How many articles a request finds in each period, for those that have any, in order.

    Raises IndexMissing, IndexOutdated or IndexDamaged.
    """
    return count_by(per, library.count_days(request))


def trends(  # noqa: PLR0913 - all are independent
    library: Library,
    asked: SearchRequest,
    queries: Sequence[str],
    *,
    per: Per | None = None,
    measure: Measure = Measure.COUNT,
    by_source: bool = False,
) -> Trends:
    """Count what queries find among the articles that pass the filters of `asked`, exactly as they are written.

    An empty query finds all of them. Without `per`, periods are as short as fits on a chart.
    Raises IndexMissing, IndexOutdated or IndexDamaged.
    """
    requests = [replace(asked, text=query, page=1, fold=None, sort=Sort.NEWEST) for query in queries]
    sources, left_out = _sources(library, requests) if by_source else ((None,), 0)
    found = [_Found.of(library, request, source) for request in requests for source in sources]
    days = [day for one in found for day in (*one.all, *one.days)]
    if not days:
        return Trends(per or Per.MONTH, measure, (), (), (), left_out)
    first, last = asked.date_from or min(days), asked.date_to or max(days)
    wanted = per or fitting(first, last, MOST_SHOWN)
    used = fitting(first, last, dict.fromkeys(Per, MOST_POINTS // len(found)), least=wanted)
    remarks = [Remark.LONGER] if used is not wanted and per is not None else []
    if measure is Measure.STORIES and (problem := _problem_of_stories(library, found)):
        measure = Measure.COUNT
        remarks.append(problem)
    listed = tuple(periods(first, last, used))
    series = tuple(one.series(library, listed, with_stories=measure is Measure.STORIES) for one in found)
    return Trends(used, measure, listed, series, tuple(remarks), left_out)


@dataclass(frozen=True, slots=True)
class _Found:
    """What one request finds by day, and all articles of those days that pass its filters."""

    source: str | None
    request: SearchRequest
    days: Mapping[date, int]
    all: Mapping[date, int]

    @classmethod
    def of(cls, library: Library, request: SearchRequest, source: str | None) -> "_Found":
        if source is not None:
            request = replace(request, sources=(source,))
        everything = library.count_days(replace(request, text=""))
        return cls(source, request, library.count_days(request) if request.text else everything, everything)

    def series(self, library: Library, listed: tuple[Period, ...], *, with_stories: bool) -> Series:
        counts, totals = _added(self.days, listed), _added(self.all, listed)
        points = tuple(
            Point(period, count, total, self._stories(library, period, count) if with_stories else None)
            for period, count, total in zip(listed, counts, totals, strict=True)
        )
        return Series(self.request.text, self.source, self.request, points)

    def _stories(self, library: Library, period: Period, count: int) -> int:
        """The number of different stories; an article that is alone with its story counts as one."""
        if not count:
            return 0
        first, last = days_within(self.request, period)
        ids = library.listing(replace(self.request, date_from=first, date_to=last)).ids
        groups = library.groups.groups_of(ids, "stories")
        return len({groups[one].group if one in groups else one for one in ids})


def days_within(request: SearchRequest, period: Period) -> tuple[date, date]:
    """The days of a period that a request allows: those whose articles are counted."""
    return max(request.date_from or date.min, period.first), min(request.date_to or date.max, period.last)


def _added(days: Mapping[date, int], listed: tuple[Period, ...]) -> list[int]:
    counts = [0] * len(listed)
    start = listed[0]
    for day, count in days.items():
        counts[place(start.first, day, start.per)] += count
    return counts


def _sources(library: Library, requests: Sequence[SearchRequest]) -> tuple[tuple[str, ...], int]:
    """The sources to compare, and how many are left out."""
    counted = [library.count(request) for request in requests]
    chosen = counted[0].request.sources
    total = _by_frequency([one.facets.source for one in counted])
    names = list(chosen or total)
    return tuple(names[:MOST_SOURCES]), max(0, len(names) - MOST_SOURCES)


def _by_frequency(counts: Sequence[FacetCounts]) -> list[str]:
    added: dict[str, int] = {}
    for one in counts:
        for name, count in one.items():
            if count:
                added[name] = added.get(name, 0) + count
    return sorted(added, key=lambda name: (-added[name], name))


def _problem_of_stories(library: Library, found: Sequence[_Found]) -> Remark | None:
    if sum(sum(one.days.values()) for one in found) > MOST_STORY_ARTICLES:
        return Remark.MANY_FOR_STORIES
    return Remark.NO_STORIES if library.groups.status() is None else None
