"""Read one date: which of its days and times is meant, and whether the rest of the text agrees."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import NamedTuple

from newsarchive.arabic.dates.clocks import Time, find_times
from newsarchive.arabic.dates.days import TAKEN, Day, find_days, lone_months
from newsarchive.arabic.dates.kinds import Kind
from newsarchive.arabic.dates.parts import Parts, split, tidy
from newsarchive.arabic.dates.relative import relative_date
from newsarchive.arabic.dates.standard import standard_moment
from newsarchive.arabic.fold import fold

_LONGEST = 1_000
"""Characters: a longer text says more than a date."""
_MOST_WORDS = 6
"""Words of a dateline or an agency around a date. A text with more of them is a sentence."""

_EPOCH_TEXT = re.compile(r"(?:/date\()?([12]\d{9})(?:\.\d*|\d{3}|\d{6})?(?:[-+]\d{4})?(?:\)/)?")
_LAST_EPOCH = 2**31
_FRENCH_AT = re.compile(r"(?<!\S)(?:à|a\u0300)(?=\s*\d)", re.IGNORECASE)
"""Seconds: in 2038. A larger number is more likely a phone number."""
_EPOCH_DAY = date(1970, 1, 1)
_PLACEHOLDER_YEARS = (1, 9999)

_SIGNS = re.compile(r"[-\s,.:/()|+*]+")
_LABELS = re.compile(f"[{Kind.PUBLISHED}{Kind.UPDATED}]")
_MONTH_FIRST = re.compile("M(?=[.,]? )")
_QUIET = "WFUL=wPEmZtcJDhslH"
"""Kinds that say nothing about the date when they are left over."""
_NOTHING = str.maketrans("", "", f"{_QUIET}{Kind.COUNT}{TAKEN}")
_NOTHING_AT_ALL = str.maketrans("", "", f"{_QUIET}{TAKEN}-.,:/()|+* ")
_NUMBERED = re.compile(r"#[ :(]*[dqynC]+(?:[,.][dq]+)* ?\)?(?: ?u)?|\(? ?[dqyn](?:[,.]q)* ?#|Y ?[dq]")
_DOCUMENT_NUMBER = re.compile(r"#[ :.]*@")
_NUMBER_WORDS = ("رقم", "الرقم", "no", "number")
_NAMED_BY_A_DAY = re.compile(r"J O(?! o)")
"""The newspaper اليوم السابع."""
_AGENCY = re.compile(r"\( ?[SL] ?\)|/ ?[SL] ?/")
"""An agency whose name is also a common word: (وما)."""
_ALSO_RELATIVE = re.compile(r"A (?:[dN] ?)?u(?! [o@dx])|(?:[dN] ?)u Q")
"""A relative date next to the day itself: 21 أبريل 2025 (قبل يومين)."""
_UNREADABLE_TIME = re.compile(r"h[ :]*[dqynNfwu][dqynNfwuP :.,/-]*")
_OFFSET_OF_DAY = re.compile(r"(?<=@) ?[-+]C")
_BY_WHOM = re.compile(r"B[^@dqynCM]*")
_DAY_WORD = re.compile(r"(?<![dqynNA] )(?<![dqyn])u")
_IDLE = (_AGENCY, _ALSO_RELATIVE, _NAMED_BY_A_DAY, _UNREADABLE_TIME, _OFFSET_OF_DAY, _NUMBERED, _BY_WHOM, _DAY_WORD)
"""What may be next to a date although it has numbers or words of a sentence, in the order of removal."""
_STRICT_WORDS = frozenset(
    fold(
        "في ل لل يوم تاريخ بتاريخ التاريخ نشر نشرت النشر تم آخر تحديث الموافق المصادف الساعة"
        " date on at the published updated"
    ).split()
)
"""The words that a query may have around a date. A query goes on with other words after its date."""


class ReadDate(NamedTuple):
    """What a text says: a day or a moment, and whether it was counted from the time of fetching."""

    value: date | datetime
    is_relative: bool = False


@dataclass(slots=True)
class _Stretch:
    """A part of the text from one label to the next: نشر في … آخر تحديث …"""

    label: str
    start: int
    days: list[Day] = field(default_factory=list)
    times: list[Time] = field(default_factory=list)


def parse_date(raw: str, *, default_zone: tzinfo = UTC, strict: bool = False) -> date | datetime | None:
    """Parse the date in `raw`, as `read_date` does without a time of fetching. None if there is none.

    If `strict`, only a text that consists of nothing but a date is parsed: no place, agency or name,
    no number of seconds, and no time that can't be read. Then any day is a date.

    >>> parse_date("الإثنين 21 أبريل/نيسان 2025، 10:30 م")
    datetime.datetime(2025, 4, 21, 22, 30, tzinfo=datetime.timezone.utc)
    """
    if strict:
        return _absolute(split(_tidied(raw)), default_zone, strict=True) if len(raw) <= _LONGEST else None
    read = read_date(raw, default_zone=default_zone)
    return None if read is None else read.value


def read_date(raw: str, *, default_zone: tzinfo = UTC, fetched_at: datetime | None = None) -> ReadDate | None:
    """Read the date in `raw`, as pages, feeds and agencies of the Arabic press write it.

    The value is an aware `datetime` if a time of day can be read, else a `date`. Dates such as
    «منذ ساعتين» count from `fetched_at` and are None without it. None also for a text that isn't a
    date, for two different days, and for placeholders such as 1970-01-01.
    """
    if len(raw) > _LONGEST:
        return None
    if (moment := standard_moment(raw, default_zone)) is not None:
        return ReadDate(moment)
    text = _tidied(raw).strip()
    if (moment := _epoch(text)) is not None:
        return ReadDate(moment)
    parts = split(text)
    value = _absolute(parts, default_zone, strict=False)
    if value is not None:
        return None if _is_placeholder(value) else ReadDate(value)
    counted = relative_date(parts, fetched_at.astimezone(default_zone)) if fetched_at else None
    return None if counted is None else ReadDate(counted, is_relative=True)


def _tidied(raw: str) -> str:
    # Folded, «à» would be the military time zone A.
    return tidy(fold(_FRENCH_AT.sub("at", raw)))


def _epoch(text: str) -> datetime | None:
    match = _EPOCH_TEXT.fullmatch(text)
    seconds = int(match[1]) if match else _LAST_EPOCH
    return datetime.fromtimestamp(seconds, UTC) if seconds < _LAST_EPOCH else None


def _is_placeholder(value: date | datetime) -> bool:
    day = value.date() if isinstance(value, datetime) else value
    if day == _EPOCH_DAY or day.year in _PLACEHOLDER_YEARS:
        return True
    return isinstance(value, datetime) and value.timestamp() in (-1, 0)


def _absolute(parts: Parts, default_zone: tzinfo, *, strict: bool) -> date | datetime | None:
    days, kinds = find_days(parts)
    if not days:
        return None
    times, rest = find_times(parts, kinds)
    stretches = _stretches(parts, days, times)
    chosen = next((found for found in stretches if _agreed(found.days)), None)
    if chosen is None or not (_is_strict(parts, rest) if strict else _is_only_a_date(parts, rest)):
        return None
    day = _agreed(chosen.days)
    assert day is not None
    if not chosen.times:
        return day
    moment = _moment(chosen.times, day, default_zone)
    return moment or (None if strict else day)


def _stretches(parts: Parts, days: Sequence[Day], times: Sequence[Time]) -> list[_Stretch]:
    """The stretches that have a date: those labelled as published first, then those without a label.

    A stretch without a date belongs to the one before it: «21/4/2025 (آخر تحديث) 22:30».
    """
    labels = [match.start() for match in _LABELS.finditer(parts.kinds)]
    found = [_Stretch("", 0), *(_Stretch(parts.kinds[place], place) for place in labels)]
    for day in days:
        _stretch_at(found, day.start).days.append(day)
    for time in times:
        _stretch_at(found, time.start).times.append(time)
    dated = [stretch for stretch in found if stretch.days]
    for stretch in found:
        if stretch.times and not stretch.days:
            before = [one for one in dated if one.start < stretch.start]
            (before[-1] if before else dated[0]).times += stretch.times
    for stretch in dated:
        stretch.times.sort(key=lambda time: time.start)
    order = {Kind.PUBLISHED.value: 0, "": 1, Kind.UPDATED.value: 2}
    return sorted(dated, key=lambda stretch: order[stretch.label])


def _stretch_at(stretches: Sequence[_Stretch], place: int) -> _Stretch:
    return next(stretch for stretch in reversed(stretches) if stretch.start <= place)


def _agreed(days: Sequence[Day]) -> date | None:
    """The day that all expressions mean, else None. Gregorian days take precedence over Hijri ones.

    Moon sightings differ from the calculated calendar, so the Hijri day may be another or not exist.
    """
    gregorian = {day.value for day in days if not day.hijri}
    values = gregorian or {day.value for day in days}
    return values.pop() if len(values) == 1 else None


def _moment(times: Sequence[Time], day: date, default_zone: tzinfo) -> datetime | None:
    """The first time on the day. None if it can't be read, or the same zone has two different times.

    A newsroom adds the time in other zones: «22:30 (مكة المكرمة)، 19:30 (غرينتش)».
    """
    moments = [time.on(day, default_zone) for time in times]
    zones = [time.zone for time in times]
    if len(set(zones)) < len(zones) and len(set(moments)) > 1:
        return None
    return moments[0]


def _is_strict(parts: Parts, rest: str) -> bool:
    """Whether nothing but the commonest labels, weekdays and signs is left over."""
    left = (place for place, kind in enumerate(rest) if kind not in (Kind.WEEKDAY, TAKEN) and not _SIGNS.match(kind))
    return all(_STRICT_WORDS.issuperset(parts[place].text.split()) for place in left)


def _is_only_a_date(parts: Parts, rest: str) -> bool:
    """Whether nothing that is left over speaks against a date: no number, no words of a sentence."""
    if not rest.translate(_NOTHING_AT_ALL):
        return True
    for match in lone_months(rest):
        if parts[match.start()].value.hijri:
            rest = _without(rest, match)
    # A French Tuesday.
    if _MONTH_FIRST.match(rest) and parts[0].text == "mar":
        rest = " " + rest[1:]
    if any(parts[match.start()].text in _NUMBER_WORDS for match in _DOCUMENT_NUMBER.finditer(rest)):
        return False
    for pattern in _IDLE:
        rest = pattern.sub(" ", rest)
    left = _SIGNS.sub("", rest).translate(_NOTHING)
    words = left.count(Kind.WORD) + left.count(Kind.LATIN_WORD)
    return words == len(left) and words <= _MOST_WORDS


def _without(kinds: str, match: re.Match[str]) -> str:
    return kinds[: match.start()] + " " * len(match.group()) + kinds[match.end() :]
