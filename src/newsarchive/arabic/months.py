"""Names of months, weekdays and days of the month, as Arabic newsrooms print them.

The Gregorian month names of each region come from the Unicode CLDR calendar data for the locale
named at each table. The other spellings were found in print. The Hijri months come from CLDR's
`islamic` calendar. Libya's month names of 1977 to 2011, French names and abbreviations are read only
between a day and a year: half of the Libyan ones are ordinary words.
"""

from collections.abc import Mapping
from typing import NamedTuple

from newsarchive.arabic.fold import fold
from newsarchive.wording import worded

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
_FRENCH = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_LIBYAN = (
    *("أي النار", "النوار", "الربيع", "الطير", "الماء", "الصيف"),
    *("ناصر", "هانيبال", "الفاتح", "التمور", "الحرث", "الكانون"),
)
_OTHER_NAMES = {
    1: "janv | أين النار | كانون ثان | كانون2 | ك2",
    2: "fevrier | févr | fév | fevr | fev",
    4: "avr | أپريل",
    7: "juil",
    8: "aout | هانيبعل",
    9: "سيبتمبر",
    10: "تشرين1 | ت1",
    11: "نوڤمبر | تشرين ثان | تشرين2 | ت2",
    12: "decembre | déc | كانون1 | ك1",
}
_ONLY_IN_DATES = {
    **{name: number for names in (_FRENCH, _LIBYAN) for number, name in enumerate(names, 1)},
    **{name.strip(): number for number, names in _OTHER_NAMES.items() for name in names.split("|")},
}
"""Names that mean a month only between a day and a year."""

_ENGLISH_ABBREVIATIONS = {**{name[:3]: number for number, name in enumerate(ENGLISH, 1)}, "Sept": 9}

_HIJRI = {
    1: ("محرم", "المحرم", "محرم الحرام", "Muharram"),
    2: ("صفر", "صفر الخير", "Safar"),
    3: ("ربيع الأول", "ربيع أول", "ربيع1", "Rabi al awwal"),
    4: ("ربيع الآخر", "ربيع الثاني", "ربيع ثاني", "ربيع ثان", "ربيع آخر", "ربيع2", "Rabi al thani"),
    5: ("جمادى الأولى", "جمادى الأول", "جمادى أولى", "جمادى أول", "جماد الأولى", "جماد الأول", "جماد أول", "جمادى1"),
    6: (
        *("جمادى الآخرة", "جمادى الثانية", "جمادى الآخر", "جمادى الثاني", "جمادى ثانية", "جمادى آخرة", "جمادى ثاني"),
        *("جماد الآخرة", "جماد الثانية", "جماد الآخر", "جماد الثاني", "جماد ثاني", "جماد آخر", "جمادى2"),
    ),
    7: ("رجب", "رجب الفرد", "رجب المرجب", "Rajab"),
    8: ("شعبان", "شعبان المعظم", "Shaban"),
    9: ("رمضان", "رمضان المبارك", "Ramadan"),
    10: ("شوال", "شوال المكرم", "Shawwal"),
    11: ("ذو القعدة", "ذي القعدة", "ذو القعدة الحرام", "ذي القعدة الحرام"),
    12: ("ذو الحجة", "ذي الحجة", "ذو الحجة الحرام", "ذي الحجة الحرام"),
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
_WEEKDAYS |= {"الثلثاء": 1, "الثلاثا": 1, "الأربعا": 2, "الاتنين": 0, "التلات": 1}  # Lebanon, Egypt; without the hamza
_WEEKDAYS |= {"Tues": 1, "Thur": 3, "Thurs": 3}
_FRENCH_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_WEEKDAYS |= {name: number for number, name in enumerate(_FRENCH_WEEKDAYS)}
# «mar» is left to March.
_WEEKDAYS |= {name[:3]: number for number, name in enumerate(_FRENCH_WEEKDAYS) if name != "mardi"}

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
        raise ValueError(worded("a month is 1 to 12, not {month}", month=month))
    regions = (EGYPTIAN, LEVANTINE, _MAGHREBI, _MOROCCAN, _MAURITANIAN)
    names = [region[month - 1] for region in regions]
    names += [name for name, number in _OTHER_SPELLINGS.items() if number == month]
    by_folded: dict[str, str] = {}
    for name in names:
        by_folded.setdefault(fold(name), name)
    return tuple(by_folded.values())


def named_month(name: str) -> Month:
    """The month with this name, as a user types it in a query. Raises `KeyError` for any other text."""
    return _MONTHS[name_key(name)]


MONTHS_IN_DATES: Mapping[str, Month] = {
    **{key: Month(number) for key, number in _folded_keys(_ONLY_IN_DATES).items()},
    **_MONTHS,
}
"""Folded name without spaces -> the month that it means between a day and a year."""
ORDINAL_DAYS: Mapping[str, int] = _DAYS
"""Folded ordinal without spaces -> the day of the month."""
WEEKDAYS: Mapping[str, int] = _WEEKDAY_NUMBERS
"""Folded name without spaces -> the day of the week; Monday is 0."""
