"""Dates relative to today: أمس, هذا الأسبوع, الشهر الماضي, آخر 7 أيام, قبل يومين, "last week".

A week begins on Saturday, as in most Arab countries.
"""

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

from newsarchive.arabic.fold import folded_name

Period = tuple[date, date]

_FIRST_WEEKDAY = calendar.SATURDAY
_MONTHS_IN_YEAR = 12


def _week(today: date) -> Period:
    first = today - timedelta(days=(today.weekday() - _FIRST_WEEKDAY) % 7)
    return first, first + timedelta(days=6)


def _month(today: date, back: int = 0) -> Period:
    year, month = divmod(today.year * _MONTHS_IN_YEAR + today.month - 1 - back, _MONTHS_IN_YEAR)
    return date(year, month + 1, 1), date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def _year(today: date, back: int = 0) -> Period:
    return date(today.year - back, 1, 1), date(today.year - back, 12, 31)


def _day(back: int) -> Callable[[date], Period]:
    def period(today: date) -> Period:
        day = today - timedelta(days=back)
        return day, day

    return period


_UNITS = {"day": ("يوم", "day"), "week": ("أسبوع", "week"), "month": ("شهر", "month"), "year": ("عام", "سنة", "year")}
_THIS = {
    "week": _week,
    "month": _month,
    "year": _year,
}
_PREVIOUS: dict[str, Callable[[date], Period]] = {
    "week": lambda today: _week(today - timedelta(days=7)),
    "month": lambda today: _month(today, 1),
    "year": lambda today: _year(today, 1),
}


def _phrases() -> dict[str, Callable[[date], Period]]:
    """Folded expression -> its period on a given day."""
    days = {
        0: ("اليوم", "هذا اليوم", "today"),
        1: ("أمس", "الأمس", "البارحة", "يوم أمس", "yesterday"),
        2: ("أول أمس", "أمس الأول", "أول من أمس", "أول البارحة", "day before yesterday", "the day before yesterday"),
    }
    found = {name: _day(back) for back, names in days.items() for name in names}
    for unit, this in _THIS.items():
        *arabic, english = _UNITS[unit]
        found[f"this {english}"] = this
        found |= dict.fromkeys((f"last {english}", f"previous {english}"), _PREVIOUS[unit])
        for noun in arabic:
            feminine = "ة" if noun.endswith("ة") else ""
            found[f"{'هذه' if feminine else 'هذا'} ال{noun}"] = this
            found |= {f"ال{noun} {adjective}{feminine}": this for adjective in ("الحالي", "الجاري")}
            past = ("الماضي", "الفائت", "المنصرم", "السابق")
            found |= {f"ال{noun} {adjective}{feminine}": _PREVIOUS[unit] for adjective in past}
    return {folded_name(name): period for name, period in found.items()}


_PHRASES = _phrases()
_COUNTED = {
    folded_name(noun): (unit, count)
    for unit, count, nouns in (
        ("day", None, ("يوم", "يوما", "يوماً", "أيام", "day", "days")),
        ("week", None, ("أسبوع", "أسبوعا", "أسابيع", "week", "weeks")),
        ("month", None, ("شهر", "شهرا", "أشهر", "شهور", "month", "months")),
        ("year", None, ("عام", "عاما", "أعوام", "سنة", "سنوات", "year", "years")),
        ("day", 2, ("يومين", "يومان")),
        ("week", 2, ("أسبوعين", "أسبوعان")),
        ("month", 2, ("شهرين", "شهران")),
        ("year", 2, ("عامين", "عامان", "سنتين", "سنتان")),
    )
    for noun in nouns
}
"""Folded noun -> its unit, and the number that the dual stands for."""
_LAST_UNITS = re.compile(rf"(?:{folded_name('آخر')}|the last|last|past|the past)(?: (\d{{1,4}}))? (\S+)")


_AGO = re.compile(rf"(?:{folded_name('قبل')}(?: (\d{{1,4}}))? (\S+)|(\d{{1,4}}) (\S+) ago)")
_SINCE = re.compile(rf"{folded_name('منذ')}(?: (\d{{1,4}}))? (\S+)")
_WORDS = frozenset(word for phrase in _PHRASES for word in phrase.split()) | {folded_name("آخر"), "past"}
_WORDS |= {folded_name("قبل"), folded_name("منذ")}


def may_be_relative(folded: str) -> bool:
    """Whether a folded text has a word of these expressions. Most texts have none, so this saves time."""
    return not _WORDS.isdisjoint(folded.split())


def relative_period(folded: str, today: date) -> Period | None:
    """The first and last day of a folded expression; None if it isn't one.

    «آخر 7 أيام» and «منذ 7 أيام» end today, «قبل 7 أيام» is one day. Raises ValueError or OverflowError
    for days that the calendar doesn't have.
    """
    if named := _PHRASES.get(folded):
        return named(today)
    if (match := _LAST_UNITS.fullmatch(folded)) and (amount := _amount(match[1], match[2])):
        return _back(today, *amount) + timedelta(days=1), today
    if (match := _SINCE.fullmatch(folded)) and (amount := _amount(match[1], match[2])):
        return _back(today, *amount), today
    if (match := _AGO.fullmatch(folded)) and (amount := _amount(match[1] or match[3], match[2] or match[4])):
        day = _back(today, *amount)
        return day, day
    return None


def _amount(number: str | None, noun: str) -> tuple[str, int] | None:
    """The unit and the number of units of «7 أيام», «يومين» or «أسبوع»."""
    unit, dual = _COUNTED.get(noun, ("", None))
    count = int(number or dual or 1)
    return (unit, count) if unit and count and not (number and dual) else None


def _back(today: date, unit: str, count: int) -> date:
    """The day so many units before today."""
    if unit in ("day", "week"):
        return today - timedelta(days=count * (7 if unit == "week" else 1))
    first, last = _month(today, count * (_MONTHS_IN_YEAR if unit == "year" else 1))
    return first.replace(day=min(today.day, last.day))
