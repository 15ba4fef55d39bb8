"""Date ranges as users type them: `2025`, `2025-04`, `2020..2022`, `قبل 2020`, `من أبريل 2025 إلى 3 مايو 2025`.

A year, a month or a day is a period, and so is a time relative to today (`relative_dates`). Two
periods, or one period with a word such as قبل, make a range. A text that isn't entirely in one of
these forms is rejected; there is no best guess.
"""

import calendar
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta

from hijridate import Hijri

from newsarchive.arabic.dates import parse_date
from newsarchive.arabic.fold import fold, folded_name
from newsarchive.arabic.months import named_month
from newsarchive.errors import QuerySyntaxError
from newsarchive.search.language.relative_dates import looks_relative, may_be_relative, relative_period
from newsarchive.wording import worded

Range = tuple[date | None, date | None]
"""First and last day, both inclusive; None means open."""

_HIJRI_YEARS = range(1343, 1501)
"""The years of the Umm al-Qura calendar. A numeric year in this range is Hijri, as in
`arabic.dates`."""

_MAX_LENGTH = 200
"""In characters. Longer text isn't a date, and matching the patterns would take too long."""

_HIJRI_ERA = ("ه", "هجري", "هجريه")
_YEAR_AND_MONTH = re.compile(
    rf"(?P<year>\d{{4}})(?:[-/](?P<month>\d{{1,2}})| ?(?P<era>{'|'.join(_HIJRI_ERA)}|م|ميلادي|ميلاديه))?"
    r"|(?P<month_first>\d{1,2})[-/](?P<year_last>\d{4})"
)
_YEAR_MONTH_DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_LABELS = re.compile(
    rf"(?:(?:{fold('في')}|{fold('خلال')}|in|on|during|the) )*"
    rf"(?:(?:{fold('العام')}|{fold('عام')}|{fold('السنة')}|{fold('سنة')}|{fold('شهر')}|{fold('يوم')}|year) )?(?=.*\d)"
)
"""Words before a period that don't change which it is: «في عام 2018», «شهر نيسان 2018»."""
_NAMED_MONTH = re.compile(r"([^\d/]+?)(?:\s*/\s*([^\d/]+?))?\s+(\d{4})")

_ONE_DAY = timedelta(days=1)
_RELATIONS: dict[str, Callable[[date, date], Range]] = {
    fold(name): relation
    for names, relation in (
        (("قبل", "before", "<"), lambda first, _last: (None, first - _ONE_DAY)),
        (("بعد", "after", ">"), lambda _first, last: (last + _ONE_DAY, None)),
        (("منذ", "من", "since", "from", ">="), lambda first, _last: (first, None)),
        (("حتى", "إلى", "until", "to", "<="), lambda _first, last: (None, last)),
    )
    for name in names
}
"""Folded word or sign -> the range it makes from the first and last day of a period."""

_RELATION = re.compile(r"(?:([<>]=?)\s*|(\w+)\s+)(.+)")
_FROM_TO = re.compile(rf"(?:(?:{fold('من')}|from)\s+)?(\S.*?)\s+(?:{fold('إلى')}|{fold('حتى')}|to|until)\s+(.+)")
_YEARS = re.compile(r"(\d{4})\s*-\s*(\d{4})")
_BETWEEN = re.compile(rf"(?:{fold('بين')}|between)\s+(\S.*?)\s+(?:{fold('و')}\s*|and\s+)(\S.*)")
_HYPHEN = re.compile(r"(\d{1,2}|[^\W\d]+)\s*-\s*(\d{1,2}\s+[^\W\d].*|[^\W\d]+\s+\d{4})")
"""14-15 أبريل 2025 and يناير-مارس 2025, but not 14-4-2025."""
_EDGES = re.compile(
    rf"(?P<start>{fold('منذ')}|{fold('من')}|{fold('قبل')}|since|from|before)"
    rf"\s+(?:{fold('بداية')}|{fold('مطلع')}|(?:the )?(?:beginning|start) of)\s+(?=\S)"
    rf"|(?P<end>{fold('حتى')}|{fold('إلى')}|{fold('بعد')}|until|to|after)"
    rf"\s+(?:{fold('نهاية')}|(?:the )?end of)\s+(?=\S)"
)
"""منذ مطلع 2025 is منذ 2025, and حتى نهاية 2024 is حتى 2024."""
_NUMBER = re.compile(r"\d+")
_DOTS = re.compile(r"(.*?)\s*(?:\.{2,}|(?<=\S)\s-\s(?=\S)|[–—])\s*(.*)")
"""Two or more dots (an ellipsis folds to three), a hyphen between spaces, or a dash."""


def parse_period(text: str, today: date | None = None) -> tuple[date, date]:
    """Return the first and last day of a year, a month or a day. Raises QuerySyntaxError.

    The text is numeric with the year first, or written as in the Arabic press (`arabic.dates`);
    digits may be Arabic. Numeric years from 1343 to 1500 are Hijri, and رمضان 1445 is a Hijri
    month. Times relative to `today` are read only if it is given.
    """
    folded = _tidied(text)
    try:
        period = _period(folded) or _period(_LABELS.sub("", folded, count=1))
        if period is None and today is not None:
            period = relative_period(folded, today)
    except (ValueError, OverflowError) as error:  # month 13, 31 February, year 0, beyond the Hijri calendar
        raise QuerySyntaxError(worded("there is no such date as «{text}»", text=text)) from error
    if period is None:
        raise QuerySyntaxError(worded("«{text}» is not a date; write 2025, 2025-04 or 2025-04-21", text=text))
    return period


def _numeric_period(folded: str) -> tuple[date, date] | None:
    """The year, month or day that a text in digits means, also with the sign of an era; None for any other text."""
    if match := _YEAR_AND_MONTH.fullmatch(folded):
        year = int(match["year"] or match["year_last"])
        month = match["month"] or match["month_first"]
        is_hijri = match["era"] in _HIJRI_ERA if match["era"] else year in _HIJRI_YEARS
        return _months(year, int(month) if month else None, hijri=is_hijri)
    if match := _YEAR_MONTH_DAY.fullmatch(folded):
        year, month, day = map(int, match.groups())
        exact = _hijri_day(year, month, day) if year in _HIJRI_YEARS else date(year, month, day)
        return exact, exact
    return None


def _period(folded: str) -> tuple[date, date] | None:
    """None if the text has none of the forms. Raises ValueError or OverflowError for an impossible date."""
    if (numeric := _numeric_period(folded)) is not None:
        return numeric
    if match := _NAMED_MONTH.fullmatch(folded):
        months = {_month(name) for name in match.group(1, 2) if name}
        named = months.pop()
        return None if named is None or months else _months(int(match[3]), named[0], hijri=named[1])
    day_or_moment = parse_date(folded, strict=True)
    if day_or_moment is None:
        return None
    exact = day_or_moment.date() if isinstance(day_or_moment, datetime) else day_or_moment
    return exact, exact


def _month(folded: str) -> tuple[int, bool] | None:
    """The number of the month with this folded name, and whether the month is Hijri."""
    try:
        return named_month(folded)
    except KeyError:
        return None


def _months(year: int, month: int | None, *, hijri: bool) -> tuple[date, date]:
    """First and last day of a month, or of the whole year if the month is None."""
    first, last = (1, 12) if month is None else (month, month)
    if hijri:
        return _hijri_day(year, first, 1), _hijri_day(year, last, Hijri(year, last, 1).month_length())
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def _hijri_day(year: int, month: int, day: int) -> date:
    return date(*Hijri(year, month, day).to_gregorian().datetuple())


def parse_date_range(text: str, today: date | None = None) -> Range:
    """Return the days that a date expression covers; see `parse_period` for `today`. Raises QuerySyntaxError."""
    folded = _tidied(text)
    with suppress(ValueError, OverflowError):
        # Before the relations: «قبل يومين» is a day, not the time before «يومين».
        if today is not None and (period := relative_period(folded, today)) is not None:
            return period
    folded = _EDGES.sub(lambda match: f"{match['start'] or match['end']} ", folded, count=1)
    ways = (_YEARS, _FROM_TO, _BETWEEN, _DOTS, _HYPHEN)
    if match := next(filter(None, (way.fullmatch(folded) for way in ways)), None):
        return _between(match[1], match[2], text, today)
    if (match := _RELATION.fullmatch(folded)) and (relation := _RELATIONS.get(match[1] or match[2])):
        return _related(relation, match[3], text, today)
    return parse_period(text, today)


def _tidied(text: str) -> str:
    if len(text) > _MAX_LENGTH:
        raise QuerySyntaxError(worded("the date is too long"))
    return folded_name(text)


def _related(relation: Callable[[date, date], Range], period: str, text: str, today: date | None) -> Range:
    first, last = parse_period(period, today)
    try:
        return relation(first, last)
    except OverflowError as error:
        raise QuerySyntaxError(worded("«{text}» is outside the range of supported dates", text=text)) from error


def _between(start: str, end: str, text: str, today: date | None) -> Range:
    if not start and not end:
        raise QuerySyntaxError(worded("a date range needs a date on at least one side"))
    last = parse_period(end, today)[1] if end else None
    first = _start(start, end, today) if start else None
    if first and last and first > last:
        raise QuerySyntaxError(worded("«{text}» ends before it begins", text=text))
    return first, last


def _start(start: str, end: str, today: date | None) -> date:
    """The first day of a range; what it lacks is that of the end: «من 14 إلى 15 أبريل 2025»."""
    rest = end.split()
    for missing in ("", *(f" {' '.join(rest[at:])}" for at in range(1, len(rest)))):
        with suppress(QuerySyntaxError):
            return parse_period(start + missing, today)[0]
    raise QuerySyntaxError(worded("«{text}» is not a date; write 2025, 2025-04 or 2025-04-21", text=start))


def days_of(text: str, today: date) -> tuple[date, date] | None:
    """The first and last day of a text that is nothing but a date. A number alone is none: «2025», «1400»."""
    text = text.strip()
    has_digit = any(character.isdigit() for character in text)
    if _NUMBER.fullmatch(text) or len(text) > _MAX_LENGTH or not (has_digit or may_be_relative(folded_name(text))):
        return None
    try:
        first, last = parse_date_range(text, today)
    except QuerySyntaxError:
        return None
    return None if first is None or last is None else (first, last)


def looks_like_date(text: str) -> bool:
    """Whether a text consists of numbers, names of months and words such as قبل or الأسبوع: it was meant as a date."""
    folded = folded_name(text)
    return all(map(_is_of_date, folded.split())) or looks_relative(folded)


def _is_of_date(word: str) -> bool:
    return any(character.isdigit() for character in word) or word in _RELATIONS or _month(word) is not None
