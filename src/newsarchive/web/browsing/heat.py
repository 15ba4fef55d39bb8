"""Tables of years and months, and calendars, whose cells say how many articles there are."""

import calendar
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from newsarchive.i18n.formats import cldr

LEVELS = 4
"""The number of shades; 0 is none."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A day, a month or a year with its number of articles. `shade` is from 0 to `LEVELS`."""

    period: str
    count: int
    shade: int


@dataclass(frozen=True, slots=True)
class YearRow:
    """A year and its twelve months."""

    year: Cell
    months: tuple[Cell, ...]


def year_rows(months: Mapping[str, int]) -> tuple[YearRow, ...]:
    """One row for each year that has any of some months, `YYYY-MM`; in order."""
    if not months:
        return ()
    years: Counter[int] = Counter()
    for month, count in months.items():
        years[int(month[:4])] += count
    most, most_of_year = max(months.values()), max(years.values())

    def row(year: int) -> YearRow:
        names = [f"{year:04}-{month:02}" for month in range(1, 13)]
        cells = tuple(_cell(name, months.get(name, 0), most) for name in names)
        return YearRow(_cell(f"{year:04}", years[year], most_of_year), cells)

    return tuple(map(row, sorted(years)))


def weeks(
    year: int, month: int, counts: Mapping[date, int], language: str, most: int
) -> tuple[tuple[Cell | None, ...], ...]:
    """The weeks of a month, in Arabic from Saturday, else from Monday. None for days of other months.

    `most` is the count that gets the darkest shade.
    """
    grid = calendar.Calendar(first_weekday(language)).monthdayscalendar(year, month)
    return tuple(tuple(_day(date(year, month, day), counts, most) if day else None for day in week) for week in grid)


def first_weekday(language: str) -> int:
    """The day that weeks begin with, 0 for Monday."""
    return int(cldr(language).first_week_day)


def weekdays(names: Sequence[str], language: str) -> tuple[str, ...]:
    """The names of the weekdays, given from Monday on, in the order of a calendar."""
    first = first_weekday(language)
    return (*names[first:], *names[:first])


def _day(day: date, counts: Mapping[date, int], most: int) -> Cell:
    return _cell(day.isoformat(), counts.get(day, 0), most)


def _cell(period: str, count: int, most: int) -> Cell:
    return Cell(period, count, math.ceil(LEVELS * count / most) if count else 0)
