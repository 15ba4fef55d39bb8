"""Parse dates as the Arabic press and its feeds write them.

A date is parsed only if every character of it is understood. There is no best guess, and the
current date plays no part. The rules for ambiguous dates:

- In numeric dates with the year last, the day comes first (13/06/2018), as in every Arab country.
  06/13/2018 is rejected.
- A date is Hijri if it has a Hijri month name or the sign هـ, or if it is all numbers with a year
  from 1300 to 1499. It is converted with the Umm al-Qura calendar, which covers the years 1343 to
  1500; other years are rejected. If the text also gives the Gregorian date («… الموافق …»), the
  Gregorian date is used, because moon sightings can differ from the calculated calendar.
- A weekday that doesn't match the date is ignored. Two month names for different months are
  rejected.
- Two-digit years are accepted only in RFC 822 dates (by RFC 2822, section 4.3). Elsewhere the
  century is unknown.
- Zone names have the meaning they have in an Arab newsroom: AST is Arabia Standard Time, +03:00,
  not Atlantic Time. EST, CST and the other North American names are rejected, because EST is also
  used for Egypt. A time without a zone is in the caller's default zone.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from operator import itemgetter
from typing import NamedTuple

from hijridate import Hijri

from newsarchive.arabic.fold import IGNORABLE, fold
from newsarchive.arabic.months import (
    MONTH_PATTERN,
    ORDINAL_PATTERN,
    WEEKDAY_PATTERN,
    Month,
    any_of,
    name_key,
    named_month,
    ordinal_day,
    weekday_number,
)
from newsarchive.arabic.tokens import Token, tokenize

_ERA_IS_HIJRI = {
    **dict.fromkeys(("هـ", "هجري", "هجرية", "للهجرة", "AH"), True),
    **dict.fromkeys(("م", "ميلادي", "ميلادية", "للميلاد", "AD", "CE"), False),
}
"""Era name or sign after a year -> whether the year is Hijri."""
_HIJRI_YEARS = range(1300, 1500)
"""Years that are Hijri in an all-numeric date. They span 1882 to 2077 in the Gregorian calendar."""
_SIGHTING_DAYS = timedelta(days=2)
"""How far the sighted start of a month may be from the calculated one."""

_MORNING, _EVENING = frozenset(range(12)), frozenset(range(12, 24))
_PERIODS = {
    **dict.fromkeys(("ص", "صباحا", "قبل الظهر", "AM", "a.m."), _MORNING),
    **dict.fromkeys(("م", "مساء", "بعد الظهر", "PM", "p.m."), _EVENING),
    "فجرا": frozenset(range(1, 7)),
    "ظهرا": frozenset(range(11, 16)),
    "عصرا": frozenset(range(14, 19)),
    "ليلا": frozenset((*range(18, 24), *range(5))),
}
"""Part of the day, written after a time -> the possible hours, 0 to 23."""

_UNIVERSAL = ("GMT", "UTC", "UT", "Z", *(f"بتوقيت {city}" for city in ("غرينتش", "جرينتش", "غرينيتش", "جرينيتش")))
_ZONES = {
    **dict.fromkeys((*_UNIVERSAL, "بالتوقيت العالمي", "WET"), 0),
    **dict.fromkeys(("WEST", "CET"), 1),
    **dict.fromkeys(("CEST", "EET"), 2),
    **dict.fromkeys(("EEST", "AST", "بتوقيت السعودية", "بتوقيت مكة", "بتوقيت مكة المكرمة"), 3),
}
"""Zone name -> its offset from UTC in hours. These names have the same offset all year."""

_LABELS = (
    *("في", "ل", "يوم", "تاريخ", "بتاريخ", "التاريخ", "نشر", "نشرت", "النشر", "تم النشر", "تحديث", "آخر تحديث"),
    *("الموافق", "المصادف", "الساعة", "بالتوقيت المحلي", "date", "on", "at", "published", "updated"),
)
"""Words that commonly surround a date and don't change its meaning."""

_ERA_KEYS = {name_key(fold(name)): hijri for name, hijri in _ERA_IS_HIJRI.items()}
_PERIOD_KEYS = {name_key(fold(name)): hours for name, hours in _PERIODS.items()}
_ZONE_KEYS = {name_key(fold(name)): hours for name, hours in _ZONES.items()}

_PUNCTUATION = str.maketrans(
    {
        **dict.fromkeys(IGNORABLE, ""),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u060d\u2044", "/"),
    }
)

_SPACES = re.compile(r"[\s_]+")

_SEPARATOR = r" ?(?:[-/,،.] ?)?"
_NO_NUMBER_BEFORE = r"(?<![\da-z])(?<!\d[.,:/٫٬])"
"""An Arabic letter may come right before the number: و21 أبريل, الـ21 من أبريل, في21 أبريل."""
_DAY = rf"(?:(?P<day>\d{{1,2}})(?!\d)(?:st|nd|rd|th)?|(?P<ordinal>{ORDINAL_PATTERN})(?= من ))"
_MONTH = (
    rf"(?P<month>{MONTH_PATTERN})"
    rf"(?: ?[-/|\\]? ?(?P<second>{MONTH_PATTERN})| ?[(\[] ?(?P<bracketed>{MONTH_PATTERN}) ?[)\]])?"
)
_YEAR = r"(?<!\d)(?P<year>\d{4})(?!\d)"
_ERA = rf"(?: ?(?P<era>{any_of(_ERA_IS_HIJRI)}))?"
_OF_MONTH = rf"{_SEPARATOR}(?:(?:من|of) )?(?:شهر )?"
_OF_YEAR = rf"{_SEPARATOR}(?:(?:من )?(?:ال|لل|ل)?(?:عام|سنه) )?"

_NAMED_DAY_FIRST = re.compile(_NO_NUMBER_BEFORE + _DAY + _OF_MONTH + _MONTH + _OF_YEAR + _YEAR + _ERA)
_NAMED_MONTH_FIRST = re.compile(_NO_NUMBER_BEFORE + _MONTH + _SEPARATOR + _DAY + _OF_YEAR + _YEAR + _ERA)
_NAMED_YEAR_FIRST = re.compile(_NO_NUMBER_BEFORE + _YEAR + _ERA + _SEPARATOR + _MONTH + _SEPARATOR + _DAY)
_RFC_822 = re.compile(rf"{_NO_NUMBER_BEFORE}(?P<day>\d{{1,2}})[ -](?=[a-z]){_MONTH}[ -](?P<year>\d\d)(?= \d\d?:\d\d)")
_YEAR_FIRST = re.compile(
    rf"(?<!\w)(?<!\d[.:/-]){_YEAR} ?(?P<mark>[-/.]) ?(?P<number>\d\d?) ?(?P=mark) ?(?P<day>\d\d?)(?!\d){_ERA}"
)
_DAY_FIRST = re.compile(
    rf"(?<!\w)(?<!\d[.:/-])(?P<day>\d\d?) ?(?P<mark>[-/.]) ?(?P<number>\d\d?) ?(?P=mark) ?{_YEAR}{_ERA}"
)
_COMPACT = re.compile(r"(?<!\w)(?P<year>\d{4})(?P<number>\d\d)(?P<day>\d\d)(?=t\d| ?$)")
_DATES = (_NAMED_DAY_FIRST, _NAMED_MONTH_FIRST, _NAMED_YEAR_FIRST, _RFC_822, _YEAR_FIRST, _DAY_FIRST, _COMPACT)

_OFFSET = (
    r"(?P<sign>[+-])(?P<hours>\d\d?)(?::?(?P<minutes>\d\d)(?::?(?P<seconds>\d\d(?:\.\d{1,6})?))?)?(?!\d)"
    r"(?: ?\([^()]*\))?"  # the comment of RFC 2822: +0300 (AST)
)
_ZONE = rf"(?: ?\(?(?:(?:{any_of(_UNIVERSAL)})? ?{_OFFSET}|(?P<zone>{any_of(_ZONES)}))\)?)?"
_CLOCK = re.compile(
    r"(?<!\w)t?(?P<hour>\d\d?)(?::(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?)?)?"
    rf"(?: ?(?P<period>{any_of(_PERIODS)}))?{_ZONE}"
)
_COMPACT_CLOCK = re.compile(
    rf"(?<!\w)t(?P<hour>\d\d)(?:(?P<minute>\d\d)(?P<second>\d\d)?(?:[.,](?P<fraction>\d+))?)?(?![\d:]){_ZONE}"
)
_NOISE = re.compile(rf"(?:[ ,،;؛:.|/()\[\]«»\"'•·*-]|{WEEKDAY_PATTERN}|{any_of(_LABELS)})*")
_DEFINITE_WORD = re.compile(r"(?<!\w)ال\w+ $")
_THE_SAME_DAY = rf"(?:{any_of(('الموافق', 'المصادف'))}[ :]*ل?[ ،,(]*)?$"
_DAY_WORD = re.compile(rf"(?:{WEEKDAY_PATTERN}|{any_of(['اليوم'])})[ ،,(]*{_THE_SAME_DAY}")
_TODAY = re.compile(rf"{any_of(['اليوم'])}[ ،,(]*(?:(?P<weekday>{WEEKDAY_PATTERN})[ ،,(]*)?{_THE_SAME_DAY}")
_CONTEXT = 60
"""How many characters before a date are looked at for the words that belong to it."""


class _Day(NamedTuple):
    """The day that one date expression means, and whether the expression is Hijri."""

    value: date
    hijri: bool


_LONGEST = 1_000
"""Characters: a longer text says more than a date, and looking for one takes the square of its length."""


def parse_date(raw: str, *, default_zone: tzinfo = UTC) -> date | datetime | None:
    """Parse the date in `raw`. None if any part of `raw` is not understood.

    Returns an aware `datetime` if there is a time of day, else a `date`. Accepts ISO 8601 calendar
    dates (extended and basic), RFC 822 and 2822 dates, numbers separated by `/`, `-` or `.`, and
    month names of every Arab region and of English in any spelling that folds to them. Dates in the
    distant past and in the future are accepted.

    >>> parse_date("الإثنين 21 أبريل/نيسان 2025، 10:30 م")
    datetime.datetime(2025, 4, 21, 22, 30, tzinfo=datetime.timezone.utc)
    """
    if len(raw) > _LONGEST:
        return None
    rest, days = _cut(_tidy(fold(raw)), _DATES)
    day = _agreed([_read_day(match) for match in days])
    if day is None:
        return None
    rest, clocks = _cut(rest, (_COMPACT_CLOCK, _CLOCK))
    if len(clocks) > 1 or not _NOISE.fullmatch(rest):
        return None
    if not clocks:
        return day
    clock = _read_clock(clocks[0], default_zone)
    return None if clock is None else datetime.combine(day, clock)


def find_date(text: str, *, today: bool = False) -> tuple[date, str] | None:
    """The first complete date with a month name in running text, and its original text.

    A complete date is a day, a month name and a year in sequence, with the year last. Bare numbers,
    months without a year (as in «أبريل المقبل») and impossible days are skipped.

    Most dates in an article are not its publication date. With `today`, only a date that the text
    calls today is returned: «اليوم» comes before it, and the weekday, if there is one, matches.

    >>> find_date("موسكو، اليوم الإثنين 21 ابريل/نيسان 2025.", today=True)
    (datetime.date(2025, 4, 21), '21 ابريل/نيسان 2025')
    """
    folded, places = _fold_with_places(text)
    matches = sorted((*_NAMED_DAY_FIRST.finditer(folded), *_NAMED_MONTH_FIRST.finditer(folded)), key=re.Match.start)
    dates = [(day, match) for match in matches if (day := _read_day(match)) and not _numbers_a_noun(match)]
    for (day, match), following in zip(dates, (*dates[1:], *dates[-1:]), strict=True):
        said, words = following if day.hijri and _agreed([day, following[0]]) else (day, match)
        if not today or _is_called_today(said.value, match):
            return said.value, _original(text, words, places)
    return None


def _tidy(text: str) -> str:
    """`text` with plain punctuation and single spaces.

    The patterns allow one space at most, because matching runs of spaces is slow.
    """
    return _SPACES.sub(" ", text.translate(_PUNCTUATION))


def _cut(text: str, patterns: Iterable[re.Pattern[str]]) -> tuple[str, list[re.Match[str]]]:
    """`text` with each match replaced by a space, and the matches. Earlier patterns match first."""
    matches: list[re.Match[str]] = []
    for pattern in patterns:
        matches += pattern.finditer(text)
        text = _tidy(pattern.sub(" ", text))
    return text, matches


def _read_day(match: re.Match[str]) -> _Day | None:
    """The matched day, or None if it doesn't exist."""
    groups = match.groupdict()
    year = int(groups["year"])
    if len(groups["year"]) == 2:
        year += 1900 if year >= 50 else 2000
    month = _read_month(groups, year)
    if month is None:
        return None
    day = int(groups["day"]) if groups["day"] else ordinal_day(groups["ordinal"])
    try:
        if month.hijri:
            return _Day(date(*Hijri(year, month.number, day).to_gregorian().datetuple()), hijri=True)
        return _Day(date(year, month.number, day), hijri=False)
    except (ValueError, OverflowError):
        return None


def _read_month(groups: Mapping[str, str | None], year: int) -> Month | None:
    """The matched month, or None if the month names and the era contradict each other."""
    era = groups.get("era")
    era_is_hijri = None if era is None else _ERA_KEYS[name_key(era)]
    if number := groups.get("number"):
        return Month(int(number), year in _HIJRI_YEARS if era_is_hijri is None else era_is_hijri)
    months = {named_month(name) for group in ("month", "second", "bracketed") if (name := groups.get(group))}
    month = months.pop()
    return None if months or era_is_hijri not in (None, month.hijri) else month


def _agreed(days: Sequence[_Day | None]) -> date | None:
    """The day that all expressions agree on, else None. Gregorian days take precedence."""
    read = [day for day in days if day is not None]
    values = {day.value for day in read if not day.hijri} or {day.value for day in read}
    if len(read) < len(days) or len(values) != 1:
        return None
    value = values.pop()
    return value if all(abs(day.value - value) <= _SIGHTING_DAYS for day in read) else None


def _read_clock(match: re.Match[str], default_zone: tzinfo) -> time | None:
    groups = match.groupdict()
    hour = int(groups["hour"])
    if period := groups.get("period"):
        hours = {hour % 12, hour % 12 + 12} if 1 <= hour <= 12 else {hour}
        possible = hours & _PERIOD_KEYS[name_key(period)]
        if len(possible) != 1:
            return None
        hour = possible.pop()
    elif not groups["minute"] and match.re is not _COMPACT_CLOCK:
        return None  # a bare number
    microsecond = (groups["fraction"] or "")[:6].ljust(6, "0")
    try:
        zone = _read_zone(groups, default_zone)
        return time(hour, int(groups["minute"] or 0), int(groups["second"] or 0), int(microsecond), zone)
    except ValueError:
        return None


def _read_zone(groups: Mapping[str, str | None], default_zone: tzinfo) -> tzinfo:
    """The zone of a matched time. Raises `ValueError` for an impossible offset.

    An offset is impossible if its minutes or seconds reach 60, or if it reaches 24 hours.
    """
    if name := groups["zone"]:
        return timezone(timedelta(hours=_ZONE_KEYS[name_key(name)]))
    if groups["hours"] is None:
        return default_zone
    minutes, seconds = int(groups["minutes"] or 0), float(groups["seconds"] or 0)
    if minutes > 59 or seconds >= 60:
        raise ValueError("not an offset")
    offset = timedelta(hours=int(groups["hours"]), minutes=minutes, seconds=seconds)
    return timezone(-offset if groups["sign"] == "-" else offset)


def _fold_with_places(text: str) -> tuple[str, list[tuple[int, Token]]]:
    """The folded text, and for each of its words the start in the folded text and the token.

    The token has the word's offsets in the original text.
    """
    parts: list[str] = []
    places: list[tuple[int, Token]] = []
    length = end = 0
    for token in tokenize(text):
        gap = text[end : token.start] if token.start >= end else " "  # the words of one ligature share their range
        if gap != " ":
            gap = _tidy(gap)
        length += len(gap)
        places.append((length, token))
        parts += (gap, token.text)
        length += len(token.text)
        end = token.end
    return "".join(parts), places


def _original(text: str, match: re.Match[str], places: list[tuple[int, Token]]) -> str:
    first_start, first = places[bisect_right(places, match.start(), key=itemgetter(0)) - 1]
    last_start, last = places[bisect_right(places, match.end() - 1, key=itemgetter(0)) - 1]
    start = first.start + _unfolded_length(text[first.start : first.end], match.start() - first_start)
    end = last.start + _unfolded_length(text[last.start : last.end], match.end() - last_start)
    return text[start:end]


def _unfolded_length(spelling: str, folded_length: int) -> int:
    """The number of characters, with marks, that fold to the first `folded_length` folded ones."""
    return bisect_right(range(len(spelling) + 1), folded_length, key=lambda end: len(fold(spelling[:end]))) - 1


def _numbers_a_noun(match: re.Match[str]) -> bool:
    """Whether the ordinal belongs to the noun before it and is not a day of the month.

    الأسبوع الثاني من أبريل is not a day; السبت الثاني من أبريل is.
    """
    before = _words_before(match)
    return bool(match["ordinal"] and _DEFINITE_WORD.search(before) and not _DAY_WORD.search(before))


def _is_called_today(day: date, match: re.Match[str]) -> bool:
    found = _TODAY.search(_words_before(match))
    return found is not None and (not found["weekday"] or weekday_number(found["weekday"]) == day.weekday())


def _words_before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - _CONTEXT) : match.start()]
