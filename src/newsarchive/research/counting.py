"""Counts the articles that a query finds, in total and by month, year, source, topic or section."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from newsarchive.library import Library
from newsarchive.search import Counted, Facets, SearchRequest


class By(StrEnum):
    """What articles are counted by."""

    MONTH = "month"
    YEAR = "year"
    SOURCE = "source"
    TOPIC = "topic"
    SECTION = "section"


@dataclass(frozen=True, slots=True)
class Count:
    """What a query finds, and how many of the articles have each value, without those of 0.

    `without` is the number of articles that have no value; None if an article can have several.
    """

    counted: Counted
    values: Mapping[str, int]
    without: int | None = None


def count(library: Library, request: SearchRequest, by: By | None = None) -> Count:
    """Count the articles that a request finds, exactly as asked.

    The values count only articles that pass all filters. With a filter by topic or section, only the values that
    were asked for are counted by it. Raises IndexMissing, IndexOutdated or IndexDamaged.
    """
    counted = library.count(request)
    request = counted.request
    values: Mapping[str, int]
    match by:
        case None:
            return Count(counted, {})
        case By.MONTH | By.YEAR:
            values = _months(library, request, counted.facets)
            if by is By.YEAR:
                values = _years(values)
        case By.SOURCE:
            values = _chosen(library, request, "sources", request.sources) or counted.facets.source
        case By.TOPIC:
            values = _chosen(library, request, "topics", request.topics) or counted.facets.topic
        case By.SECTION:
            values = _chosen(library, request, "sections", request.sections) or counted.facets.section
    values = {value: number for value, number in values.items() if number}
    is_single = by in (By.MONTH, By.YEAR, By.SOURCE)
    return Count(counted, values, counted.total - sum(values.values()) if is_single else None)


def _chosen(library: Library, request: SearchRequest, field: str, values: tuple[str, ...]) -> dict[str, int]:
    """The counts of the values that a request filters by. A facet ignores its own filter, so it can't tell."""
    if len(values) == 1:
        return {values[0]: library.count(request).total}
    return {value: library.count(replace(request, **{field: (value,)})).total for value in values}  # type: ignore[arg-type]


def _months(library: Library, request: SearchRequest, facets: Facets) -> dict[str, int]:
    """The counts by month, within the dates of the request.

    The facet ignores the dates, so a month of which they have only a part is counted by itself.
    """
    first, last = request.date_from or date.min, request.date_to or date.max
    found = {}
    for month, number in facets.month.items():
        begin, end = _days(month)
        if end < first or begin > last:
            continue
        if begin < first or end > last:
            part = replace(request, date_from=max(begin, first), date_to=min(end, last))
            number = library.count(part).total  # noqa: PLW2901 - the count of this part
        found[month] = number
    return found


def _days(month: str) -> tuple[date, date]:
    begin = date(int(month[:-3]), int(month[-2:]), 1)
    if begin.year == date.max.year and begin.month == date.max.month:
        return begin, date.max
    return begin, (begin + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _years(months: Mapping[str, int]) -> dict[str, int]:
    years: Counter[str] = Counter()
    for month, number in months.items():
        years[month[:-3]] += number
    return dict(years)
