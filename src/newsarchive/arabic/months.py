"""Names of months, weekdays and days of the month, as Arabic newsrooms print them.

The Gregorian month names of each region come from the Unicode CLDR calendar data for the locale
named at each table. The other spellings were found in print. The Hijri months come from CLDR's
`islamic` calendar. Libya's month names of 1977 to 2011 are left out: no outlet uses them today, and
half of them are ordinary words.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from newsarchive.arabic.fold import fold

EGYPTIAN = (
    *("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو"),
    *("يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"),
)
"""Egypt, Sudan, the Gulf, Yemen and Libya (CLDR `ar`); January first."""

LEVANTINE = (
    *("كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران"),
    *("تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول"),
)
"""Iraq, Jordan, Lebanon, Palestine and Syria (CLDR `ar-IQ`, `ar-JO`, `ar-LB`, `ar-PS`, `ar-SY`)."""

_MAGHREBI = (
    *("جانفي", "فيفري", "مارس", "أفريل", "ماي", "جوان"),
    *("جويلية", "أوت", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"),
)
"""Algeria and Tunisia, after French (CLDR `ar-DZ`, `ar-TN`)."""

_MOROCCAN = (
    *("يناير", "فبراير", "مارس", "أبريل", "ماي", "يونيو"),
    *("يوليوز", "غشت", "شتنبر", "أكتوبر", "نونبر", "دجنبر"),
)
"""Morocco (CLDR `ar-MA`)."""

_MAURITANIAN = (
    *("يناير", "فبراير", "مارس", "إبريل", "مايو", "يونيو"),
    *("يوليو", "أغشت", "شتمبر", "أكتوبر", "نوفمبر", "دجمبر"),
)
"""Mauritania (CLDR `ar-MR`)."""

_OTHER_SPELLINGS = {
    "كانون ثاني": 1,
    "مايس": 5,  # Iraq, older than أيار there
    "يونية": 6,  # Egypt, folds as يونيه does
    "يولية": 7,
    "تشرين أول": 10,
    "تشرين ثاني": 11,
    "كانون أول": 12,
    "دسمبر": 12,
}

ENGLISH = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ENGLISH_ABBREVIATIONS = {**{name[:3]: number for number, name in enumerate(ENGLISH, 1)}, "Sept": 9}

_HIJRI = {
    1: ("محرم", "المحرم", "محرم الحرام"),
    2: ("صفر",),
    3: ("ربيع الأول", "ربيع أول"),
    4: ("ربيع الآخر", "ربيع الثاني", "ربيع ثاني", "ربيع آخر"),
    5: ("جمادى الأولى", "جمادى الأول", "جمادى أولى"),
    6: ("جمادى الآخرة", "جمادى الثانية", "جمادى الآخر", "جمادى الثاني", "جمادى ثانية"),
    7: ("رجب",),
    8: ("شعبان",),
    9: ("رمضان", "رمضان المبارك"),
    10: ("شوال",),
    11: ("ذو القعدة", "ذي القعدة"),
    12: ("ذو الحجة", "ذي الحجة"),
}

_WEEKDAYS = {
    name: number
    for names in (
        ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
        ("اثنين", "ثلاثاء", "أربعاء", "خميس", "جمعة", "سبت", "أحد"),
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    )
    for number, name in enumerate(names)
}
_WEEKDAYS |= {"الثلثاء": 1, "الثلاثا": 1, "الأربعا": 2}  # Lebanon; without the final hamza
_WEEKDAYS |= {"Tues": 1, "Thur": 3, "Thurs": 3}

_TENTHS = ("الحادي", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن", "التاسع")
_ORDINAL_DAYS = {
    "الأول": 1,
    **{word: day for day, word in enumerate(_TENTHS[1:], 2)},
    "العاشر": 10,
    **{f"{word} عشر": day for day, word in enumerate(_TENTHS, 11)},
    "العشرين": 20,
    "العشرون": 20,
    **{f"{word} والعشرين": day for day, word in enumerate(_TENTHS, 21)},
    **{f"{word} والعشرون": day for day, word in enumerate(_TENTHS, 21)},
    "الثلاثين": 30,
    "الثلاثون": 30,
    "الحادي والثلاثين": 31,
    "الحادي والثلاثون": 31,
}


class Month(NamedTuple):
    """A Gregorian or Hijri month; `number` counts from 1."""

    number: int
    hijri: bool = False


def name_key(name: str) -> str:
    """The folded name without spaces, because newsrooms also write تشرينالاول and ذوالقعده."""
    return "".join(name.split())


def _gregorian_names() -> dict[str, int]:
    regions = (EGYPTIAN, LEVANTINE, _MAGHREBI, _MOROCCAN, _MAURITANIAN, ENGLISH)
    in_order = {fold(name): number for region in regions for number, name in enumerate(region, 1)}
    return in_order | {fold(name): number for name, number in _OTHER_SPELLINGS.items()}


def _folded_keys(table: Mapping[str, int]) -> dict[str, int]:
    return {name_key(fold(name)): number for name, number in table.items()}


_GREGORIAN_NAMES = _gregorian_names()
_NUMBERS = _folded_keys(_GREGORIAN_NAMES)
_MONTHS = {
    **{key: Month(number) for key, number in _NUMBERS.items()},
    **{key: Month(number) for key, number in _folded_keys(_ENGLISH_ABBREVIATIONS).items()},
    **{name_key(fold(name)): Month(number, hijri=True) for number, names in _HIJRI.items() for name in names},
}
_DAYS = _folded_keys(_ORDINAL_DAYS)
_WEEKDAY_NUMBERS = _folded_keys(_WEEKDAYS)


def month_number(name: str) -> int | None:
    """The Gregorian month, 1 to 12, with this folded name of one or two words, else None.

    Knows the Arabic names of every region and the full English names. Some are ordinary words too:
    اب also means "father", مارس "he practiced", and may is a verb. So the word alone doesn't prove
    that a date is meant.

    >>> month_number("تشرين الاول")
    10
    """
    return _NUMBERS.get(name_key(name))


def month_names(month: int) -> tuple[str, ...]:
    """All Arabic names of a Gregorian month as printed, Egyptian names first. Some have two words.

    Raises `ValueError` if `month` is not in 1..12.

    >>> month_names(10)
    ('أكتوبر', 'تشرين الأول', 'تشرين أول')
    """
    if not 1 <= month <= 12:
        raise ValueError(f"a month is 1 to 12, not {month}")
    regions = (EGYPTIAN, LEVANTINE, _MAGHREBI, _MOROCCAN, _MAURITANIAN)
    names = [region[month - 1] for region in regions]
    names += [name for name, number in _OTHER_SPELLINGS.items() if number == month]
    by_folded: dict[str, str] = {}
    for name in names:
        by_folded.setdefault(fold(name), name)
    return tuple(by_folded.values())


def named_month(name: str) -> Month:
    """The month for text matched by `MONTH_PATTERN`. Raises `KeyError` for any other text."""
    return _MONTHS[name_key(name)]


def ordinal_day(name: str) -> int:
    """The day of the month for text matched by `ORDINAL_PATTERN`. Raises `KeyError` for others."""
    return _DAYS[name_key(name)]


def weekday_number(name: str) -> int:
    """The day of the week for text matched by `WEEKDAY_PATTERN`; Monday is 0.

    Raises `KeyError` for other text.
    """
    return _WEEKDAY_NUMBERS[name_key(name)]


def any_of(names: Iterable[str]) -> str:
    """A regular expression for the folded names as whole words: longest first, spaces optional."""
    folded = sorted({fold(name) for name in names}, key=lambda name: (-len(name), name))
    spaced = (" ?".join(map(re.escape, name.split())) for name in folded)
    return rf"(?<![^\W\d_])(?:{'|'.join(spaced)})(?![^\W\d_])"


MONTH_PATTERN = any_of((*_GREGORIAN_NAMES, *_ENGLISH_ABBREVIATIONS, *(n for names in _HIJRI.values() for n in names)))
ORDINAL_PATTERN = any_of(_ORDINAL_DAYS)
WEEKDAY_PATTERN = any_of(_WEEKDAYS)
