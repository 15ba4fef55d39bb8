"""Format dates for readers, in Arabic and English.

Arabic dates give the month's Egyptian and Levantine names, as pan-Arab outlets such as BBC Arabic
and Al Jazeera do: 21 أبريل/نيسان 2025. `dates.parse_date` can parse everything formatted here.
"""

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal, TypeAlias

from newsarchive.arabic.dates.zones import PLACE_OF_ZONE
from newsarchive.arabic.months import EGYPTIAN, ENGLISH, LEVANTINE

Language: TypeAlias = Literal["ar", "en"]
Digits: TypeAlias = Literal["latin", "arabic"]

_ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def format_date(
    value: date | datetime, language: Language, *, digits: Digits = "latin", tz: tzinfo | None = None
) -> str:
    """The day of `value`, in the zone `tz` if one is given and `value` is a `datetime`.

    Raises `ValueError` if `tz` is given and `value` is a `datetime` without a zone.

    >>> format_date(date(2025, 4, 21), "ar")
    '21 أبريل/نيسان 2025'
    """
    day = _moved(value, tz) if isinstance(value, datetime) else value
    return _digits(f"{day.day} {_month_name(day.month, language)} {day.year:04}", digits)


def format_month(year: int, month: int, language: Language, *, digits: Digits = "latin") -> str:
    """A month of a year.

    >>> format_month(2025, 4, "ar")
    'أبريل/نيسان 2025'
    """
    return _digits(f"{_month_name(month, language)} {year:04}", digits)


def format_datetime(value: datetime, language: Language, *, digits: Digits = "latin", tz: tzinfo | None = None) -> str:
    """The day and the time of `value` to the minute, in the zone `tz` or else in its own zone.

    The zone itself is not written. Raises `ValueError` if `tz` is given and `value` has no zone.

    >>> format_datetime(datetime(2025, 4, 21, 10, 30), "en")
    '21 April 2025, 10:30'
    """
    moved = _moved(value, tz)
    comma = "،" if language == "ar" else ","
    return f"{format_date(moved, language, digits=digits)}{comma} {_digits(f'{moved:%H:%M}', digits)}"


def format_zone(value: datetime, language: Language) -> str:
    """The zone of a moment: the place that it is named after if that is known, else its distance from UTC.

    Empty for a moment without a zone.

    >>> from zoneinfo import ZoneInfo
    >>> format_zone(datetime(2025, 4, 21, tzinfo=ZoneInfo("Africa/Cairo")), "ar")
    'بتوقيت القاهرة'
    >>> format_zone(datetime.fromisoformat("2025-04-21T10:30+03:00"), "ar")
    'UTC+03:00'
    """
    offset = value.utcoffset()
    if offset is None:
        return ""
    zone = getattr(value.tzinfo, "key", "")
    if zone in PLACE_OF_ZONE:
        place = PLACE_OF_ZONE[zone] if language == "ar" else zone.rpartition("/")[2].replace("_", " ")
        return f"بتوقيت {place}" if language == "ar" else f"{place} time"
    if not offset:
        return "بتوقيت غرينتش" if language == "ar" else "UTC"
    minutes = round(abs(offset) / timedelta(minutes=1))
    return f"UTC{'-' if offset < timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}"


def in_zone(value: datetime, zone: tzinfo) -> datetime:
    """A moment in another zone; as it is, if it has no zone, or is at an end of the calendar."""
    if value.utcoffset() is None:
        return value
    try:
        return value.astimezone(UTC).astimezone(zone)
    except OverflowError:
        return value


def _month_name(month: int, language: Language) -> str:
    return ENGLISH[month - 1] if language == "en" else f"{EGYPTIAN[month - 1]}/{LEVANTINE[month - 1]}"


def _moved(value: datetime, tz: tzinfo | None) -> datetime:
    if tz is None:
        return value
    if value.utcoffset() is None:
        raise ValueError(f"{value} has no zone, so it cannot be moved to {tz}")
    return value.astimezone(tz)


def _digits(text: str, digits: Digits) -> str:
    return text.translate(_ARABIC_INDIC) if digits == "arabic" else text
