"""Reads the two notations of moments that machines write, of RFC 822 and of ISO 8601, without looking at words.

Nearly all dates in feeds and exports have one of them, and the rules for dates as people write them
would take about ten times as long to find the same moment.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_RFC_822 = re.compile(
    rf"(?P<weekday>{'|'.join(_WEEKDAYS)}), (?P<day>[0-9]{{2}}) (?P<month>{'|'.join(_MONTHS)}) (?P<year>[0-9]{{4}})"
    r" (?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})"
    r" (?:GMT|(?P<sign>[-+])(?P<hours>[0-9]{2})(?P<minutes>[0-9]{2}))"
)
_ISO_8601 = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})[T ]"
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})"
    r"(?:Z|(?P<sign>[-+])(?P<hours>[0-9]{2}):(?P<minutes>[0-9]{2})|(?P<local>))"
)
_YEARS = range(1971, 2100)
"""Other years are left to the rules, which know placeholders such as 1970-01-01, and years of the Hijri calendar."""
_MOST_HOURS = 14
"""The farthest offset of a time zone."""


def standard_moment(text: str, default_zone: tzinfo) -> datetime | None:
    """The moment of a date in one of the two notations. None for any other text, which may be a date all the same.

    `default_zone` is the zone of a time without one.

    >>> standard_moment("Tue, 27 Feb 2018 10:03:32 +0400", UTC).isoformat()
    '2018-02-27T10:03:32+04:00'
    """
    match = _ISO_8601.fullmatch(text) or _RFC_822.fullmatch(text)
    if match is None or int(match["year"]) not in _YEARS:
        return None
    groups = match.groupdict()
    month = groups["month"]
    try:
        moment = datetime(
            int(groups["year"]),
            _MONTHS.index(month) + 1 if month in _MONTHS else int(month),
            int(groups["day"]),
            int(groups["hour"]),
            int(groups["minute"]),
            int(groups["second"]),
            tzinfo=default_zone if groups.get("local") is not None else UTC,
        )
    except ValueError:
        # 24:00 and second 60 have a meaning, too.
        return None
    if "weekday" in groups and _WEEKDAYS[moment.weekday()] != groups["weekday"]:
        return None
    if not groups["sign"]:
        return moment
    hours, minutes = int(groups["hours"]), int(groups["minutes"])
    if hours > _MOST_HOURS or minutes > 59:
        return None
    offset = timedelta(hours=hours, minutes=minutes)
    return moment.replace(tzinfo=timezone(-offset if groups["sign"] == "-" else offset))
