"""Dates relative to the time of fetching: «منذ ساعتين», «أمس 22:30», "3 hours ago"."""

import calendar
import re
from datetime import date, datetime, timedelta

from newsarchive.arabic.dates.clocks import find_times
from newsarchive.arabic.dates.kinds import Kind, Span
from newsarchive.arabic.dates.parts import Parts

_TERM = r"(?:(?P<count>[dqN]) ?)?(?P<unit>u)(?: (?P<more>N))?"
_AMOUNT = re.compile(rf"{_TERM}(?: ?[w,]? ?(?:(?P<count_2>[dqN]) ?)?(?P<unit_2>u))?")
_BEFORE = re.compile(r"[FUL:,. |-]*A (?P<amount>[dqNuw, ]+?)[. )]*$")
_AFTER = re.compile(r"[FUL:,. |-]*(?P<amount>[dqNuw, ]+?) Q[. ]*$")
_DAY = re.compile(r"[FULu:,. |()-]*(?P<day>[JD])[WLh:,. |()u-]*")
_NOW = re.compile(r"[FUL:,. |-]*R[. ]*")
_EXACT = ("second", "minute", "hour")
_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}
_MOST = 1_000
"""A larger count isn't one that a page shows."""


def relative_date(parts: Parts, fetched_at: datetime) -> date | datetime | None:
    """The moment that a relative date means if it is hours or less, else the day. None if it isn't one.

    `fetched_at` is in the zone in which days begin.
    """
    kinds = parts.kinds.strip()
    shift = len(parts.kinds) - len(parts.kinds.lstrip())
    if _NOW.fullmatch(kinds):
        return fetched_at
    for pattern in (_BEFORE, _AFTER):
        if match := pattern.match(kinds):
            start, end = match.span("amount")
            return _ago(parts, kinds[start:end], start + shift, fetched_at)
    return _named_day(parts, fetched_at)


def _named_day(parts: Parts, fetched_at: datetime) -> date | datetime | None:
    """Yesterday or today, and the time if one is written."""
    times, rest = find_times(parts, parts.kinds)
    if not _DAY.fullmatch(rest) or len(times) > 1:
        return None
    item = next(item for item in parts.items if item.kind in (Kind.TODAY, Kind.RELATIVE_DAY))
    try:
        day = fetched_at.date() - timedelta(days=item.value or 0)
    except OverflowError:
        return None
    if times and fetched_at.tzinfo is not None:
        return times[0].on(day, fetched_at.tzinfo) or day
    return day


def _ago(parts: Parts, kinds: str, start: int, fetched_at: datetime) -> date | datetime | None:
    match = _AMOUNT.fullmatch(kinds.rstrip())
    if match is None:
        return None
    first, second = _term(parts, match, "", start), _term(parts, match, "_2", start)
    if first is None or (second is None and match["unit_2"]):
        return None
    unit, count = first
    seconds = (second[1] * _SECONDS.get(second[0], 0) if second else 0) + _seconds_more(parts, match, start)
    try:
        if unit in _SECONDS:
            moment = fetched_at - timedelta(seconds=_SECONDS[unit] * count + seconds)
            return moment if unit in _EXACT else moment.date()
        if seconds or count != int(count):
            return None
        return _months_before(fetched_at.date(), int(count) * (12 if unit == "year" else 1))
    except (OverflowError, ValueError):
        return None


def _term(parts: Parts, match: re.Match[str], number: str, start: int) -> tuple[str, float] | None:
    """The unit and the count of one term of the amount. None if there is none, or no count or too large a one."""
    place = match.start("unit" + number)
    if place < 0:
        return None
    said: Span = parts[start + place].value
    counted = match.start("count" + number)
    if counted < 0:
        return (said.unit, said.many) if said.many else None
    count = parts[start + counted]
    many = count.value if count.kind == Kind.QUANTITY else int(count.text)
    return (said.unit, many) if 0 < many < _MOST else None


def _seconds_more(parts: Parts, match: re.Match[str], start: int) -> float:
    """The seconds of «ونصف» after an hour. «واحدة» in «ساعة واحدة» adds none."""
    if not match["more"]:
        return 0
    count: float = parts[start + match.start("more")].value
    return count * _SECONDS["hour"] if count < 1 else 0


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
