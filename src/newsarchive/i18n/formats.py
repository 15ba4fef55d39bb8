"""How numbers and days are written: by CLDR, and by what the reader or the site chose."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Literal, get_args

from babel import Locale, UnknownLocaleError
from babel.dates import format_date as cldr_date
from babel.numbers import format_decimal
from hijridate import Gregorian

from newsarchive.i18n.messages import Language

Calendar = Literal["gregorian", "both"]
"""Whether days have their date in the Hijri calendar next to the Gregorian one."""
MonthNames = Literal["both", "levant", "gulf", "maghreb", "morocco"]
Digits = Literal["latin", "arabic"]

MONTH_NAMES: tuple[str, ...] = get_args(MonthNames)
CALENDARS: tuple[str, ...] = get_args(Calendar)
DIGITS: tuple[str, ...] = get_args(Digits)

_REGIONS = {"levant": "ar_LB", "gulf": "ar_EG", "maghreb": "ar_TN", "morocco": "ar_MA"}
"""The CLDR locale whose names of months a choice means. Egypt, Sudan and the Gulf have the same."""
_LOCALES = {"ar": "ar_EG", "en": "en_GB"}
"""The CLDR locale of a language, where the language alone would mean another country's dates."""
_SYSTEMS = {"latin": "latn", "arabic": "arab"}
_ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_MONTH = "\ue000"
"""Stands for the name of the month in a pattern; no text has it."""
_DAY_MONTH_YEAR = re.compile(r"(?P<day>d+\.?)(?P<month> MMMM) y+")
"""The pattern of a language that writes the day first, then the month, then the year, with nothing between."""


@dataclass(frozen=True, slots=True)
class Formats:
    """How dates and numbers are written. Names of months and digits are a choice in Arabic only."""

    months: MonthNames = "both"
    calendar: Calendar = "gregorian"
    digits: Digits = "latin"


@cache
def cldr(language: Language) -> Locale:
    """What CLDR knows of a language. One that it doesn't know is written as its base, else as English."""
    for name in (_LOCALES.get(language, language.replace("-", "_")), language.partition("-")[0], "en_GB"):
        try:
            return Locale.parse(_LOCALES.get(name, name))
        except (UnknownLocaleError, ValueError):
            continue
    raise AssertionError("CLDR knows British English")


def own_name(language: Language) -> str:
    """The name of a language in itself: العربية, English.

    >>> own_name("ar"), own_name("en")
    ('العربية', 'English')
    """
    locale = Locale.parse(cldr(language).language)
    return str(locale.languages.get(locale.language, language)) if cldr(language).language in language else language


def language_name(code: str, language: Language) -> str:
    """The name of a language by its code; the code if CLDR has no name for it.

    >>> language_name("fr", "ar"), language_name("fr", "en"), language_name("xx", "en")
    ('الفرنسية', 'French', 'xx')
    """
    names = cldr(language).languages
    return str(names.get(code.replace("-", "_")) or names.get(code.partition("-")[0]) or code)


def direction(language: Language) -> Literal["rtl", "ltr"]:
    """The direction of a language."""
    return "rtl" if cldr(language).text_direction == "rtl" else "ltr"


@lru_cache(maxsize=4096)
def format_day(day: date, language: Language, formats: Formats) -> str:
    """A day in words.

    >>> format_day(date(2025, 1, 21), "ar", Formats("levant", "both"))
    '21 كانون الثاني 2025 (21 رجب 1446 هـ)'
    """
    pattern = cldr(language).date_formats["long"].pattern
    text = _by_pattern(day, pattern, language, formats)
    if formats.calendar == "both" and (hijri := _hijri(day, language)):
        text = f"{text} ({hijri})"
    return in_digits(text, language, formats)


@lru_cache(maxsize=4096)
def format_first_day(first: date, last: date, language: Language, formats: Formats) -> str:
    """The first day of a span, without the month and the year if its last day, which comes after it, names them.

    >>> format_first_day(date(2018, 10, 14), date(2018, 10, 20), "en", Formats())
    '14'
    >>> format_first_day(date(2018, 2, 14), date(2018, 10, 20), "ar", Formats())
    '14 فبراير/شباط'
    >>> format_first_day(date(2017, 2, 14), date(2018, 10, 20), "en", Formats())
    '14 February 2017'
    """
    parts = _DAY_MONTH_YEAR.fullmatch(cldr(language).date_formats["long"].pattern)
    if parts is None or first == last or first.year != last.year or formats.calendar == "both":
        return format_day(first, language, formats)
    pattern = parts["day"] if first.month == last.month else parts["day"] + parts["month"]
    return in_digits(_by_pattern(first, pattern, language, formats), language, formats)


@lru_cache(maxsize=4096)
def format_month_of_year(year: int, month: int, language: Language, formats: Formats) -> str:
    """A month of a year in words: أبريل/نيسان 2025."""
    return in_digits(_by_pattern(date(year, month, 1), "MMMM y", language, formats), language, formats)


def month_name(month: int, language: Language, formats: Formats) -> str:
    """The name of a month, 1 for January.

    >>> [month_name(8, "ar", Formats(months)) for months in ("both", "levant", "gulf", "maghreb", "morocco")]
    ['أغسطس/آب', 'آب', 'أغسطس', 'أوت', 'غشت']
    """
    if cldr(language).language != "ar":
        return str(cldr(language).months["format"]["wide"][month])
    if formats.months == "both":
        return f"{_regional('gulf')[month]}/{_regional('levant')[month]}"
    return _regional(formats.months)[month]


def short_month_name(month: int, language: Language, formats: Formats) -> str:
    """The name of a month where there is little room. In Arabic, which doesn't abbreviate months, one name of two.

    >>> short_month_name(4, "ar", Formats()), short_month_name(4, "ar", Formats("levant"))
    ('أبريل', 'نيسان')
    >>> short_month_name(4, "en", Formats())
    'Apr'
    """
    if cldr(language).language != "ar":
        return str(cldr(language).months["format"]["abbreviated"][month])
    return _regional("gulf" if formats.months == "both" else formats.months)[month]


@cache
def _regional(months: str) -> Mapping[int, str]:
    return {number: str(name) for number, name in Locale.parse(_REGIONS[months]).months["format"]["wide"].items()}


def _by_pattern(day: date, pattern: str, language: Language, formats: Formats) -> str:
    # Years of fewer digits would be read as days.
    pattern = pattern.replace("MMMM", _MONTH).replace("y", "yyyy")
    return cldr_date(day, pattern, locale=cldr(language)).replace(_MONTH, month_name(day.month, language, formats))


def _hijri(day: date, language: Language) -> str:
    """The day in the calendar of Umm al-Qura; empty outside the years that its tables have (1924 to 2077)."""
    try:
        hijri = Gregorian.fromdate(day).to_hijri()
    except OverflowError:
        return ""
    wanted: Literal["ar", "en"] = "ar" if cldr(language).language == "ar" else "en"
    return f"{hijri.day} {hijri.month_name(wanted)} {hijri.year} {hijri.notation(wanted)}"


def in_digits(text: str, language: Language, formats: Formats) -> str:
    """A text with the chosen digits."""
    return text.translate(_ARABIC_INDIC) if _has_arabic_digits(language, formats) else text


def _has_arabic_digits(language: Language, formats: Formats) -> bool:
    return formats.digits == "arabic" and language == "ar"


@lru_cache(maxsize=16)
def _signs(language: Language, digits: str) -> dict[int, str] | None:
    """What turns `1,234.5` into the notation of a language; None if its groups aren't of three digits."""
    locale = cldr(language)
    system = _SYSTEMS[digits] if locale.language == "ar" else "default"
    sample = format_decimal(1234567.5, locale=locale, numbering_system=system)
    marks = [sign for sign in sample if not sign.isdigit()]
    if len(sample) != len("1,234,567.5") or len(marks) != 3:
        return None
    signs = {ord(","): marks[0], ord("."): marks[2]}
    if system == "arab":
        signs.update({digit: chr(letter) for digit, letter in _ARABIC_INDIC.items()})
    return signs


def format_number(number: float, language: Language, formats: Formats, *, decimals: int = 0) -> str:
    """A number with its groups of digits separated, and with so many decimals.

    >>> format_number(20910, "ar", Formats(digits="arabic")), format_number(20910, "en", Formats())
    ('٢٠٬٩١٠', '20,910')
    """
    return number_format(language, formats)(number, decimals)


@cache
def number_format(language: Language, formats: Formats) -> Callable[[float, int], str]:
    """What writes a number with so many decimals. Python's notation is that of English, and often of Arabic."""
    signs = _signs(language, formats.digits)
    if signs is None:
        return lambda number, decimals: str(format_decimal(round(number, decimals), locale=cldr(language)))
    if all(chr(sign) == other for sign, other in signs.items()):
        return lambda number, decimals: f"{number:,.{decimals}f}" if decimals else f"{number:,}"
    return lambda number, decimals: f"{number:,.{decimals}f}".translate(signs)
