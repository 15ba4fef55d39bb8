"""Ranges of days as a person types them: `2025`, `2025-04`, `2025-04-01..2025-04-30`, `قبل 2020`, `after 2021-05`."""

import calendar
import re
from datetime import date, timedelta

from newsarchive.arabic.fold import fold
from newsarchive.errors import QuerySyntaxError

Range = tuple[date | None, date | None]
"""First and last day, both included; None is open."""

_DAY_MONTH_YEAR = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?")
_BEFORE = frozenset(map(fold, ("قبل", "before", "<")))
_AFTER = frozenset(map(fold, ("بعد", "after", ">")))


def parse_period(text: str) -> tuple[date, date]:
    """First and last day of a year, a month or a day; digits may be Arabic. Raises QuerySyntaxError."""
    match = _DAY_MONTH_YEAR.fullmatch(fold(text).strip())
    if match is None:
        raise QuerySyntaxError(f"«{text}» is not a date; write 2025, 2025-04 or 2025-04-21")
    year, month, day = int(match[1]), match[2], match[3]
    try:
        if month is None:
            return date(year, 1, 1), date(year, 12, 31)
        if day is None:
            return date(year, int(month), 1), date(year, int(month), calendar.monthrange(year, int(month))[1])
        return (exact := date(year, int(month), int(day))), exact
    except ValueError as error:  # month 13, 31 February, year 0; IllegalMonthError is one too
        raise QuerySyntaxError(f"there is no such date as «{text}»") from error


def parse_date_range(text: str) -> Range:
    """The days that a date expression means. Raises QuerySyntaxError."""
    relation, _, rest = text.strip().partition(" ")
    if fold(relation) in _BEFORE:
        first = parse_period(rest)[0]
        return None, _shifted(first, -1, text)
    if fold(relation) in _AFTER:
        last = parse_period(rest)[1]
        return _shifted(last, 1, text), None
    start, dots, end = text.partition("..")
    if not dots:
        return parse_period(text)
    if not start.strip() and not end.strip():
        raise QuerySyntaxError("a range needs a date on at least one side of the dots")
    first_day = parse_period(start)[0] if start.strip() else None
    last_day = parse_period(end)[1] if end.strip() else None
    if first_day and last_day and first_day > last_day:
        raise QuerySyntaxError(f"«{text}» ends before it begins")
    return first_day, last_day


def _shifted(day: date, days: int, text: str) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError as error:
        raise QuerySyntaxError(f"there is no day beyond «{text}»") from error
