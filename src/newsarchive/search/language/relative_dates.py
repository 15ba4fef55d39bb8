"""Dates relative to today: أمس, هذا الأسبوع, الشهر الماضي, آخر 7 أيام, قبل يومين, الجمعة الماضية, "last week".

A week begins on Saturday, as in most Arab countries. A weekday is the latest one up to today.
"""

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

from newsarchive.arabic.fold import folded_name
from newsarchive.arabic.months import WEEKDAYS, name_key

Period = tuple[date, date]

_WEEKDAYS = rf"(?:{'|'.join(sorted(WEEKDAYS, key=len, reverse=True))})(?!\w)"
"""Names of weekdays, the longest first. None of them has a space."""
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


def _parts_of(day: str) -> list[str]:
    return [f"{part} {day}" for part in ("صباح", "نهار", "فجر", "ظهر", "عصر", "مساء", "ليلة", "ليل")]


def _parts_of_yesterday() -> list[str]:
    return [f"yesterday {part}" for part in ("morning", "afternoon", "evening", "night")]


def _phrases() -> dict[str, Callable[[date], Period]]:
    """Folded expression -> its period on a given day."""
    parts_in_arabic = (*_parts_of("اليوم"), "هذا الصباح", "هذا المساء", "هذه الليلة")
    parts_of_today = (*parts_in_arabic, "this morning", "this afternoon", "this evening", "tonight")
    parts_of_yesterday = (*_parts_of("أمس"), "ليلة البارحة", "last night", *_parts_of_yesterday())
    days = {
        0: ("اليوم", "هذا اليوم", "today", *parts_of_today),
        1: ("أمس", "الأمس", "البارحة", "امبارح", "الليلة الماضية", "يوم أمس", "yesterday", *parts_of_yesterday),
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
        ("day", 1, ("يوم", "يوما", "day")),
        ("week", 1, ("أسبوع", "أسبوعا", "week")),
        ("month", 1, ("شهر", "شهرا", "month")),
        ("year", 1, ("عام", "عاما", "سنة", "year")),
        ("day", 2, ("يومين", "يومان")),
        ("week", 2, ("أسبوعين", "أسبوعان")),
        ("month", 2, ("شهرين", "شهران")),
        ("year", 2, ("عامين", "عامان", "سنتين", "سنتان")),
        ("day", None, ("أيام", "days")),
        ("week", None, ("أسابيع", "weeks")),
        ("month", None, ("أشهر", "شهور", "months")),
        ("year", None, ("أعوام", "سنوات", "years")),
    )
    for noun in nouns
}
"""Folded noun -> its unit, and the number that it stands for alone; a plural needs a number."""
_DUAL = 2
_NUMBERS = {
    folded_name(name): number
    for names in (
        ["واحد", "اثنين", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة", "عشرة"],
        ["واحدة", "اثنتين", "ثلاث", "أربع", "خمس", "ست", "سبع", "ثماني", "تسع", "عشر"],
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"],
    )
    for number, name in enumerate(names, 1)
} | {"a": 1, "an": 1}
"""Folded numeral -> the number."""
_LAST = folded_name("آخر")
_AGO_BEFORE = folded_name("قبل")
_SINCE_BEFORE = folded_name("منذ")
_PAST = "|".join(
    map(folded_name, ("الماضي", "الماضية", "الماضيين", "الأخيرة", "الأخيرين", "الفائت", "الفائتة", "السابق", "السابقة"))
)
_COUNT = rf"(?:(?P<count>\d{{1,4}}|{'|'.join(_NUMBERS)}) )?(?P<noun>\S+)"
_LAST_UNITS = re.compile(rf"(?:{_LAST}|the last|last|past|the past) {_COUNT}")
_LAST_UNITS_BEHIND = re.compile(rf"ال(?P<noun>\S+) (?:ال(?P<count>\S+) )?(?:{_PAST})")
"""«الأيام السبعة الماضية», «الشهرين الأخيرين»."""
_AGO = re.compile(rf"{_AGO_BEFORE} {_COUNT}|(?P<many>\S+) (?P<unit>\S+) ago")
_SINCE = re.compile(rf"{_SINCE_BEFORE} {_COUNT}")
_WEEKDAY = re.compile(
    rf"(?P<last>last |past )?(?:(?:{folded_name('يوم')}|on) )?(?P<day>{_WEEKDAYS})(?P<past> (?:{_PAST}))?"
)
_FULL_WEEKDAY = re.compile(rf"(?:{folded_name('يوم')} |(?=ال|\S+day$)){_WEEKDAYS}")
"""Without أحد and sun, which are words of their own."""
_WORDS = frozenset(word for phrase in _PHRASES for word in phrase.split()) | {_LAST, "past", "ago"}
_WORDS |= {_AGO_BEFORE, _SINCE_BEFORE, *_PAST.split("|")}
_COMING = frozenset(map(folded_name, ("القادم", "القادمة", "المقبل", "المقبلة", "غدا", "الغد", "tomorrow", "next")))
_LEADING = frozenset(map(folded_name, ("هذا", "هذه", "آخر", "this", "last", "past", "next")))
"""Words that a time must follow."""
_TRAILING = frozenset({*_PAST.split("|"), *_COMING, "ago"})
"""Words that follow a time."""


def may_be_relative(folded: str) -> bool:
    """Whether a folded text has a word of these expressions. Most texts have none, so this saves time."""
    return not _WORDS.isdisjoint(folded.split()) or _FULL_WEEKDAY.fullmatch(folded) is not None


def is_coming(word: str) -> bool:
    """Whether a folded word puts the time before it into the future: «الجمعة القادمة» is not the latest Friday."""
    return word in _COMING


def looks_relative(folded: str) -> bool:
    """Whether a folded text was meant as such an expression, even if it isn't one: «الأسبوع القادم», "last wek"."""
    first, *others = folded.split() or [""]
    if not others:
        return first in _WORDS or first in _COMING
    words = [first, *others]
    return all(
        word in _WORDS or word in _COMING or word in _COUNTED or before in _LEADING or after in _TRAILING
        for before, word, after in zip(["", *words], words, [*others, ""], strict=False)
    )


def relative_period(folded: str, today: date) -> Period | None:
    """The first and last day of a folded expression; None if it isn't one.

    «آخر 7 أيام» and «منذ 7 أيام» end today, «قبل 7 أيام» is one day. Raises ValueError or OverflowError
    for days that the calendar doesn't have.
    """
    if named := _PHRASES.get(folded):
        return named(today)
    if match := _WEEKDAY.fullmatch(folded):
        return _weekday(today, WEEKDAYS[name_key(match["day"])], is_past=bool(match["last"] or match["past"]))
    if (match := _LAST_UNITS.fullmatch(folded) or _LAST_UNITS_BEHIND.fullmatch(folded)) and (
        amount := _amount(match["count"], match["noun"])
    ):
        return _back(today, *amount) + timedelta(days=1), today
    if (match := _SINCE.fullmatch(folded)) and (amount := _amount(match["count"], match["noun"])):
        return _back(today, *amount), today
    if (match := _AGO.fullmatch(folded)) and (
        amount := _amount(match["count"] or match["many"], match["noun"] or match["unit"])
    ):
        day = _back(today, *amount)
        return day, day
    return None


def _weekday(today: date, weekday: int, *, is_past: bool) -> Period:
    """The latest day with this number, Monday being 0: up to today, or if `is_past`, before today."""
    day = today - timedelta(days=(today.weekday() - weekday) % 7 or 7 * is_past)
    return day, day


def _amount(number: str | None, noun: str) -> tuple[str, int] | None:
    """The unit and the number of units of «7 أيام», «سبعة أيام», «يومين» or «أسبوع»."""
    unit, alone = _COUNTED.get(noun, ("", None))
    if number and ((not number.isdecimal() and number not in _NUMBERS) or alone == _DUAL):
        return None
    count = (_NUMBERS.get(number) or int(number)) if number else alone
    return (unit, count) if unit and count else None


def _back(today: date, unit: str, count: int) -> date:
    """The day so many units before today."""
    if unit in ("day", "week"):
        return today - timedelta(days=count * (7 if unit == "week" else 1))
    first, last = _month(today, count * (_MONTHS_IN_YEAR if unit == "year" else 1))
    return first.replace(day=min(today.day, last.day))
