"""Days: the rules by which numbers and names of months are one day."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from hijridate import Hijri

from newsarchive.arabic.dates.kinds import Kind
from newsarchive.arabic.dates.parts import COMPACT_YEARS, Parts
from newsarchive.arabic.months import Month

_HIJRI_YEARS = range(1300, 1500)
"""Years that are Hijri in an all-numeric date. They span 1882 to 2077 in the Gregorian calendar."""

_SEPARATOR = r" ?(?:[-/,.|] ?)?"
_NO_NUMBER_BEFORE = r"(?<![dqynX])(?<![dqyn][.:/,])"
"""An Arabic letter may come right before the number: و21 أبريل, الـ21 من أبريل, في21 أبريل."""
_DAY = r"(?:(?P<day>d) ?s?|(?P<ordinal>O)(?= o ))"
_MONTH = r"(?P<month>M)(?:\.|(?: ?[-/|]? ?(?P<second>M)| ?\( ?(?P<bracketed>M) ?\)))?"
_ERA = r"(?: ?\(? ?(?P<era>[Em])\)?)?"
_OF_MONTH = rf"{_SEPARATOR}(?:o )?(?:[Hu] )?"
_OF_YEAR = rf"{_SEPARATOR}(?:o )?(?:[LS]? ?[Yu] )?"

NAMED_DAY_FIRST = re.compile(rf"{_NO_NUMBER_BEFORE}{_DAY}{_OF_MONTH}{_MONTH}{_OF_YEAR}(?P<year>y){_ERA}")
NAMED_MONTH_FIRST = re.compile(rf"{_NO_NUMBER_BEFORE}{_MONTH}{_SEPARATOR}(?P<day>d)s?{_OF_YEAR}(?P<year>y){_ERA}")
_NAMED_YEAR_FIRST = re.compile(
    rf"{_NO_NUMBER_BEFORE}(?P<year>y){_ERA}{_SEPARATOR}{_MONTH}{_SEPARATOR}(?P<day>d)(?![:/.]?[dqyn])"
)
_NAMED_AFTER_YEAR = re.compile(
    rf"{_NO_NUMBER_BEFORE}(?P<year>y){_SEPARATOR}(?:W{_SEPARATOR})?(?P<day>d){_OF_MONTH}{_MONTH}(?! ?[-/.,]? ?[dqyn])"
)
"""2025 الإثنين 21 أبريل."""
_UNIX = re.compile(r"(?P<month>M) (?P<day>d)(?=,? C ?(?:P ?)?(?:Z ?)?(?:[-+][dyqnC] ?)?(?:\(Z\) ?)?(?P<year>y))")
"""Apr 21 22:30:00 +0300 2025: the year comes last."""
_YEAR_FIRST = re.compile(
    rf"(?<![\dA-Za-zx])(?<![dqyn][-.:/])(?P<year>y) ?(?P<mark>[-/.]) ?(?P<number>d) ?(?P=mark) ?(?P<day>d)"
    rf"(?![-/.]?[dqyn]){_ERA}"
)
_DAY_FIRST = re.compile(
    rf"(?<![dqyn])(?<![dqyn][-.:/])(?P<day>d) ?(?P<mark>[-/.]) ?(?P<number>d) ?(?P=mark) ?(?P<year>y){_ERA}"
    r"(?![-/.]?[dqyn])"
)
_ORDINAL_DATE = re.compile(r"(?<![dqynX])(?<![dqyn][-.:/])(?P<year>y)-(?P<of_year>q)(?![-/.]?[dqyn])")
_COMPACT = re.compile(r"(?<![dqynX])(?P<whole>G)(?! ?-? ?[dqyn])")
_SHORT_NAMED = re.compile(rf"{_NO_NUMBER_BEFORE}(?P<day>d)[- ]{_MONTH}[- ](?P<short>d)")
_SHORT_NUMBERS = re.compile(
    r"(?<![dqyn])(?<![dqyn][-.:/])(?P<day>d)(?P<mark>[-/.])(?P<number>d)(?P=mark)(?P<short>d)(?![-/.]?[dqyn])"
)
_RULES = (
    *(("M", NAMED_DAY_FIRST), ("M", NAMED_MONTH_FIRST), ("M", _NAMED_YEAR_FIRST), ("M", _NAMED_AFTER_YEAR)),
    *(("M", _UNIX), ("y", _YEAR_FIRST), ("y", _DAY_FIRST), ("q", _ORDINAL_DATE), ("G", _COMPACT)),
    *(("M", _SHORT_NAMED), ("d", _SHORT_NUMBERS)),
)
"""Ways to write a day, the more explicit ones first, each with a kind without which it can't match."""
THE_SAME_DAY = r"(?:=[ :]*(?:L[ :]*)?[ ,(]*)?$"
_DAY_WORD = re.compile(rf"[WJ][ ,(]*{THE_SAME_DAY}")
CONTEXT = 12
"""How many parts before a date are looked at for the words that belong to it."""
TAKEN = "@"
"""Stands in place of the kind of a part that belongs to a date."""


@dataclass(frozen=True, slots=True)
class Day:
    """One date expression: the places of its parts, its day (None if there is no such day), whether it is Hijri."""

    start: int
    end: int
    value: date | None
    hijri: bool = False


def find_days(parts: Parts) -> tuple[list[Day], str]:
    """The date expressions in order of their place, and the kinds with `TAKEN` in place of their parts."""
    kinds = parts.kinds
    found: list[Day] = []
    weekdays = {item.value for item in parts.items if item.kind == Kind.WEEKDAY}
    has_clock = Kind.CLOCK in kinds
    for needed, rule in _RULES:
        for match in rule.finditer(kinds) if needed in kinds else ():
            day = read_day(parts, match, weekdays, has_clock=has_clock)
            if day is not None and not numbers_a_noun(parts, match):
                found.append(day)
                kinds = _blanked(kinds, match, day)
    return sorted(found, key=lambda day: day.start), kinds


def _blanked(kinds: str, match: re.Match[str], day: Day) -> str:
    kinds = kinds[: day.start] + TAKEN * (day.end - day.start) + kinds[day.end :]
    year = match.start("year") if "year" in match.re.groupindex else -1
    # In `_UNIX`, the time is between the day and the year.
    return kinds[:year] + TAKEN + kinds[year + 1 :] if year >= day.end else kinds


def read_day(
    parts: Parts, match: re.Match[str], weekdays: Iterable[int] = (), *, has_clock: bool = False
) -> Day | None:
    """The matched day. None if the match isn't a date because its year is too short to be sure of."""
    start, end = match.span()
    groups = {name: parts[match.start(name)] for name, text in match.groupdict().items() if text is not None}
    if "whole" in groups:
        return Day(start, end, groups["whole"].value)
    day = groups["ordinal"].value if "ordinal" in groups else int(groups["day"].text) if "day" in groups else 0
    if "short" in groups:
        return _short_year(match, parts, set(weekdays), day, has_clock=has_clock)
    year = int(groups["year"].text)
    if "of_year" in groups:
        return Day(start, end, _of_year(year, int(groups["of_year"].text))) if year in COMPACT_YEARS else None
    era = _era(groups["era"].kind, groups["era"].value) if "era" in groups else None
    if "number" in groups:
        month = Month(int(groups["number"].text), year in _HIJRI_YEARS if era is None else era)
        return Day(start, end, _in_order(year, month, day, match, weekdays), month.hijri)
    named = {groups[name].value for name in ("month", "second", "bracketed") if name in groups}
    month = named.pop()
    fits = not named and era in (None, month.hijri)
    return Day(start, end, _date(year, month, day) if fits else None, month.hijri)


def _era(kind: str, is_hijri: bool) -> bool:
    return kind == Kind.ERA and is_hijri


def _date(year: int, month: Month, day: int) -> date | None:
    try:
        if month.hijri:
            return date(*Hijri(year, month.number, day).to_gregorian().datetuple())
        return date(year, month.number, day)
    except (ValueError, OverflowError):
        return None


def _in_order(year: int, month: Month, day: int, match: re.Match[str], weekdays: Iterable[int]) -> date | None:
    """The day of a numeric date. With the year last, the day comes first, unless only the American order is possible.

    The American order is also taken if the weekday next to the date fits it and not the other one.
    """
    said = _date(year, month, day)
    if match.re is not _DAY_FIRST or month.hijri or match["mark"] == ".":
        return said
    swapped = _date(year, Month(day), month.number)
    named = set(weekdays)
    if said is None or (len(named) == 1 and swapped and said.weekday() not in named and swapped.weekday() in named):
        return swapped
    return said


def _of_year(year: int, number: int) -> date | None:
    first = date(year, 1, 1).toordinal()
    day = date.fromordinal(first + number - 1) if number else None
    return day if day and day.year == year else None


def _short_year(match: re.Match[str], parts: Parts, weekdays: set[int], day: int, *, has_clock: bool) -> Day | None:
    """A date with a year of two digits: only as in RFC 822, with a time, or confirmed by the weekday."""
    short = parts[match.start("short")].text
    if len(short) != 2:
        return None
    year = int(short) + (1900 if int(short) >= 50 else 2000)
    if "month" in match.re.groupindex:
        name = parts[match.start("month")]
        value = None if match["second"] or match["bracketed"] else _date(year, name.value, day)
        is_rfc_822 = name.text.isascii() and has_clock and match.re is _SHORT_NAMED
        sure = is_rfc_822 and parts.kinds[match.end() : match.end() + 2] == " C"
    else:
        value = _date(year, Month(int(parts[match.start("number")].text)), day)
        sure = False
    confirmed = value is not None and weekdays == {value.weekday()}
    return Day(match.start(), match.end(), value) if sure or confirmed else None


def lone_months(kinds: str) -> Iterator[re.Match[str]]:
    """The months without a day but with a year: جمادى الأولى 1378 هـ."""
    return re.finditer(rf"M(?: ?[-/] ?M)?{_SEPARATOR}y(?: ?[Em])?", kinds)


def numbers_a_noun(parts: Parts, match: re.Match[str]) -> bool:
    """Whether the ordinal belongs to the noun before it and is not a day of the month.

    الأسبوع الثاني من أبريل is not a day; السبت الثاني من أبريل is.
    """
    place = match.start()
    if not match.groupdict().get("ordinal") or _DAY_WORD.search(kinds_before(parts, match)):
        return False
    return place >= 2 and parts.kinds[place - 1] == Kind.SPACE and _is_definite(parts[place - 2].text)


def _is_definite(word: str) -> bool:
    return word.startswith("ال") and len(word) > 2


def kinds_before(parts: Parts, match: re.Match[str]) -> str:
    """The kinds of the parts shortly before a date."""
    return parts.kinds[max(0, match.start() - CONTEXT) : match.start()]
