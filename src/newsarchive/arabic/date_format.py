"""Format dates and times for readers.

Unless a reader or the site chose otherwise, Arabic dates give the month's Egyptian and Levantine names, as
pan-Arab outlets such as BBC Arabic and Al Jazeera do: 21 أبريل/نيسان 2025. `dates.parse_date` can parse
every Gregorian date formatted here in Arabic and English.
"""

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from babel.dates import get_timezone_location

from newsarchive.arabic.dates.zones import PLACE_OF_ZONE
from newsarchive.i18n import Formats, Language, catalogue, message
from newsarchive.i18n.formats import cldr, format_day, format_month_of_year, in_digits
from newsarchive.wording import worded

_COMMA = message("date_comma", ", ")
_ZONE = message("date_zone", "{place} time")
_UTC = message("date_utc", "UTC")
_FORMATS = Formats()


def format_date(
    value: date | datetime, language: Language, *, formats: Formats = _FORMATS, tz: tzinfo | None = None
) -> str:
    """The day of `value`, in the zone `tz` if one is given and `value` is a `datetime`.

    Raises `ValueError` if `tz` is given and `value` is a `datetime` without a zone.

    >>> format_date(date(2025, 4, 21), "ar")
    '21 أبريل/نيسان 2025'
    """
    day = _moved(value, tz).date() if isinstance(value, datetime) else value
    return format_day(day, language, formats)


def format_month(year: int, month: int, language: Language, *, formats: Formats = _FORMATS) -> str:
    """A month of a year.

    >>> format_month(2025, 4, "ar")
    'أبريل/نيسان 2025'
    """
    return format_month_of_year(year, month, language, formats)


def format_datetime(
    value: datetime, language: Language, *, formats: Formats = _FORMATS, tz: tzinfo | None = None
) -> str:
    """The day and the time of `value` to the minute, in the zone `tz` or else in its own zone.

    The zone itself is not written. Raises `ValueError` if `tz` is given and `value` has no zone.

    >>> format_datetime(datetime(2025, 4, 21, 10, 30), "en")
    '21 April 2025, 10:30'
    """
    moved = _moved(value, tz)
    comma = catalogue(language).text(_COMMA)
    return f"{format_date(moved, language, formats=formats)}{comma}{format_time(moved, language, formats=formats)}"


def format_time(value: datetime, language: Language, *, formats: Formats = _FORMATS) -> str:
    """The time of day, to the minute."""
    return in_digits(f"{value:%H:%M}", language, formats)


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
    if place := zone_place(zone, language):
        return catalogue(language).text(_ZONE).format(place=place)
    if not offset:
        return catalogue(language).text(_UTC)
    minutes = round(abs(offset) / timedelta(minutes=1))
    return f"UTC{'-' if offset < timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}"


@lru_cache(maxsize=1024)
def zone_place(zone: str, language: Language) -> str:
    """The place that an IANA zone is named after; empty if it isn't named after one.

    >>> zone_place("Europe/Paris", "ar"), zone_place("Africa/Cairo", "en"), zone_place("Etc/GMT+3", "en")
    ('باريس', 'Cairo', '')
    """
    if language == "ar" and zone in PLACE_OF_ZONE:
        return PLACE_OF_ZONE[zone]
    if "/" not in zone or zone.startswith("Etc/"):
        return ""
    place = get_timezone_location(zone, locale=cldr(language), return_city=True)
    return str(place) or zone.rpartition("/")[2].replace("_", " ")


def in_zone(value: datetime, zone: tzinfo) -> datetime:
    """A moment in another zone; as it is, if it has no zone, or is at an end of the calendar."""
    if value.utcoffset() is None:
        return value
    try:
        return value.astimezone(UTC).astimezone(zone)
    except OverflowError:
        return value


def _moved(value: datetime, tz: tzinfo | None) -> datetime:
    if tz is None:
        return value
    if value.utcoffset() is None:
        raise ValueError(worded("{value} has no zone, so it cannot be moved to {tz}", value=value, tz=tz))
    return value.astimezone(tz)
