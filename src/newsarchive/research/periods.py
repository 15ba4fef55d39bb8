"""Days, weeks, months and years that articles are counted by.

Weeks are those of ISO 8601: they begin on Monday, and a week belongs to the year that has its Thursday.
Newspapers begin their weeks on Saturday, Sunday or Monday, depending on the country; ISO weeks have a name that is
the same everywhere.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

_MONTHS = 12
_DAYS_OF_WEEK = 7


class Per(StrEnum):
    """A kind of period, from short to long."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    DECADE = "decade"
    CENTURY = "century"

    @property
    def longer(self) -> "Per":
        """The next longer kind; the longest has none."""
        kinds = list(Per)
        return kinds[min(kinds.index(self) + 1, len(kinds) - 1)]


_YEARS = {Per.YEAR: 1, Per.DECADE: 10, Per.CENTURY: 100}
MOST_SHOWN: Mapping[Per, int] = {Per.DAY: 45, Per.WEEK: 45, Per.MONTH: 96, Per.YEAR: 96, Per.DECADE: 96}
"""How many periods of each kind a chart has, before longer ones are easier to read."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A period with its first and last day."""

    first: date
    last: date
    per: Per

    @property
    def key(self) -> str:
        """The name for programs: `2025-04-21`, `2025-W17`, `2025-04`, `2025`, or `1990/1999` for several years.

        >>> period_of(date(2025, 12, 29), Per.WEEK).key
        '2026-W01'
        """
        if self.per is Per.WEEK:
            year, week, _ = self.first.isocalendar()
            return f"{year:04}-W{week:02}"
        if self.per in (Per.DECADE, Per.CENTURY):
            return f"{self.first.year:04}/{self.last.year:04}"
        return self.first.isoformat()[: {Per.DAY: 10, Per.MONTH: 7, Per.YEAR: 4}[self.per]]


@lru_cache(maxsize=4096)
def period_of(day: date, per: Per) -> Period:
    """The period that has a day. At both ends of the calendar, a period is as long as the calendar goes.

    >>> period_of(date(2025, 4, 21), Per.MONTH).last
    datetime.date(2025, 4, 30)
    """
    if per is Per.DAY:
        return Period(day, day, per)
    if per is Per.WEEK:
        monday = day - timedelta(days=day.weekday())
        return Period(monday, _later(monday, _DAYS_OF_WEEK - 1), per)
    if per is Per.MONTH:
        first = day.replace(day=1)
        following = _later(first, 31).replace(day=1)
        last = date.max if following == first else following - timedelta(days=1)
        return Period(first, last, per)
    years = _YEARS[per]
    year = day.year // years * years
    return Period(date(max(1, year), 1, 1), date(min(year + years - 1, date.max.year), 12, 31), per)


def periods(first: date, last: date, per: Per) -> Iterator[Period]:
    """All periods that have any of the days from `first` to `last`, in order."""
    while True:
        period = period_of(first, per)
        yield period
        if period.last >= last:
            return
        first = period.last + timedelta(days=1)


def place(first: date, day: date, per: Per) -> int:
    """The place of the period of a day among `periods` that begin with that of `first`, counted from 0.

    >>> place(date(2025, 4, 30), date(2025, 5, 1), Per.MONTH)
    1
    """
    return _number(day, per) - _number(first, per)


def fitting(first: date, last: date, most: Mapping[Per, int] = MOST_SHOWN, *, least: Per = Per.DAY) -> Per:
    """The shortest kind of period, from `least` on, of which there are not more than `most` in these days."""
    per = least
    while per is not Per.CENTURY and place(first, last, per) >= most[per]:
        per = per.longer
    return per


def count_by(per: Per, days: Mapping[date, int]) -> dict[Period, int]:
    """The counts of days added up by period, for the periods that have any, in the order of the days."""
    counter: Counter[Period] = Counter()
    for day, count in days.items():
        counter[period_of(day, per)] += count
    return dict(counter)


def _number(day: date, per: Per) -> int:
    if per is Per.DAY:
        return day.toordinal()
    if per is Per.WEEK:
        return (day.toordinal() - 1) // _DAYS_OF_WEEK  # The first day of the calendar is a Monday.
    if per is Per.MONTH:
        return day.year * _MONTHS + day.month
    return day.year // _YEARS[per]


def _later(day: date, days: int) -> date:
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))
