"""Times of day, with their parts of the day and time zones."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo

from newsarchive.arabic.dates.kinds import Kind
from newsarchive.arabic.dates.parts import Clock, Parts
from newsarchive.arabic.dates.words import EVENING
from newsarchive.arabic.dates.zones import fixed, numeric_offset

_PERIOD = r"(?:[ (]*(?:o )?(?P<period>[Pm])(?![Em])\)?)?"
_AT = r"h[ :]*(?:L )?"
_CLOCK = r"(?<!\+)(?<!Z-)(?<!C-)(?P<clock>C)"
"""A clock right after such a sign is an offset."""
_RULES = tuple(
    (needed, re.compile(pattern))
    for needed, pattern in (
        ("P", rf"(?<![dC])(?<![dC] )(?P<before>P)[ :]*(?:{_AT})?{_CLOCK}"),
        ("C", rf"(?:{_AT})?{_CLOCK}(?: h(?![ :]*[Cdg]))?{_PERIOD}"),
        ("u", rf"(?:{_AT})?(?P<hour>d) ?(?P<period>[Pm]) ?w ?(?P<minute>d) ?(?P<unit>u)"),
        ("u", rf"(?:{_AT})?(?P<hour>d) ?w ?(?P<minute>d) ?(?P<unit>u){_PERIOD}"),
        ("h", rf"{_AT}(?P<hour>d)(?:[.,] ?| ?w ?)(?P<minute>d){_PERIOD}"),
        ("d", r"(?<![dqyn.,])(?P<hour>d)[.,](?P<minute>d) ?(?P<period>[Pm])(?![Em])"),
        ("d", r"(?<![dqyn.,])(?P<hour>d)[.,](?P<minute>d)(?= ?\(?(?:t ?)?Z)"),
        ("P", rf"(?:{_AT})?(?P<hour>d) ?(?P<period>P)"),
        ("d", r"(?<=@ )(?P<hour>d)\.(?P<minute>d)(?:\.(?P<second>d))?(?= *$)"),
        ("h", rf"{_AT}(?P<hour>d) ?w? ?(?P<fraction>[fN]){_PERIOD}"),
        ("P", r"(?P<hour>d) ?w? ?(?P<fraction>[fN]) ?(?P<period>P)"),
        ("y", r"(?<![dqyn.,/-])(?P<military>y)(?= ?\(?Z)"),
        ("h", rf"{_AT}(?P<hour>d)(?: ?(?P<period>m))?(?! ?[-/.]? ?[dqyn])"),
        ("g", rf"(?:{_AT})?(?P<name>g)(?: ?w? ?(?P<fraction>[fN]))?{_PERIOD}"),
    )
)
"""Ways to write a time, the more explicit ones first, each with a kind without which it can't match."""

_OFFSET = r"(?P<sign>[-+])(?P<offset>[dqynC])"
_NAMES_A_ZONE = r"(?:t ?L? ?|(?=Z)|(?<=\()(?=c ?\))|(?<=[CPm] )(?=c[ )]*(?:$|[-|,] ?C|C)))"
"""What makes the following place or zone a time zone: a place without بتوقيت or brackets can begin a dateline."""
_ZONE = re.compile(
    r"(?:[ (,.]*|[ (,.|-]*(?=[^C]*$))"
    rf"(?:(?:t ?)?(?P<local>l)|{_NAMES_A_ZONE}(?P<name>[Zc])(?P<more> ?[-+][dqynC](?![-/.]| ?M))?"
    rf"|{_OFFSET}(?![-/.][dqy]| ?M)|(?P<unknown>t(?: [xcXL])*|X|(?<= )y(?=[ )]*$)))"
    r"(?:[ )]*\([^()]*\))?(?: ?[-+][dqynC]| ?\(?Z\)?)*\)?"
)
_ZONE_BEFORE = re.compile(r"(?:t ?|(?=Z))(?P<name>[Zc])(?P<more> ?[-+][dqynC])?\)?[ :]*$")
_UNKNOWN_ZONE_LETTERS = range(2, 6)
_CLOCK_FIELDS = 60


@dataclass(frozen=True, slots=True)
class Time:
    """A time as said: places of its parts, hour to second, and its zone.

    `zone` is an offset, the name of an IANA zone, or None if no zone was written. `readable` is false
    if the hour or the zone can't be read.
    """

    start: int
    end: int
    hour: int = 0
    minute: int = 0
    second: int = 0
    zone: timedelta | str | None = None
    readable: bool = True

    def on(self, day: date, default_zone: tzinfo) -> datetime | None:
        """The moment of this time on a day, or None if it is unreadable or outside what `datetime` supports."""
        if not self.readable:
            return None
        try:
            # 24:00 is the next day, and second 60 the next minute.
            offset = timedelta(hours=self.hour, minutes=self.minute, seconds=self.second)
            naive = datetime.combine(day, time(0)) + offset
        except OverflowError:
            return None
        zone = default_zone
        if isinstance(self.zone, timedelta):
            zone = timezone(self.zone)
        elif self.zone is not None:
            known = fixed(self.zone, naive)
            if known is None:
                return None
            zone = known
        return naive.replace(tzinfo=zone)


def find_times(parts: Parts, kinds: str) -> tuple[list[Time], str]:
    """The times, in order, and the kinds with a space in place of their parts.

    `kinds` are the kinds of `parts` without the parts of dates.
    """
    found: list[Time] = []
    spans = list(_spans(kinds))
    # 22:30 KSA 19:30 GMT, or KSA 22:30 GMT 19:30.
    zones_first = bool(spans) and _ZONE_BEFORE.search(kinds, 0, spans[0].start()) is not None
    position = 0
    for match in spans:
        if match.start() < position:
            continue  # part of the offset of the time before
        before = _ZONE_BEFORE.search(kinds, position, match.start())
        after = _ZONE.match(kinds, match.end())
        if after is not None and (_is_plain_word(parts, after) or (zones_first and not after["offset"])):
            after = None
        start = match.start() if after or not before else before.start()
        end = after.end() if after else match.end()
        zone, readable = _zone_of(parts, after or before)
        found.append(_time(parts, match, (start, end), zone, readable=readable))
        kinds = kinds[:start] + " " * (end - start) + kinds[end:]
        position = end
    return found, kinds


def _spans(kinds: str) -> Iterator[re.Match[str]]:
    """The times that the rules find, in order and without overlaps; an earlier rule wins."""
    taken = kinds
    found: list[re.Match[str]] = []
    for needed, rule in _RULES:
        for match in rule.finditer(taken) if needed in taken else ():
            found.append(match)
            taken = taken[: match.start()] + "~" * (match.end() - match.start()) + taken[match.end() :]
    yield from sorted(found, key=re.Match.start)


def _is_plain_word(parts: Parts, match: re.Match[str]) -> bool:
    """Whether the unknown zone is a word that can't be the name of one."""
    place = match.start("unknown")
    if place < 0 or parts[place].kind != Kind.LATIN_WORD:
        return False
    return len(parts[place].text) not in _UNKNOWN_ZONE_LETTERS


def _zone_of(parts: Parts, match: re.Match[str] | None) -> tuple[timedelta | str | None, bool]:
    """The zone that a match names, and whether it can be read."""
    if match is None or match.groupdict().get("local"):
        return None, True
    groups = match.groupdict()
    if groups.get("unknown"):
        return None, False
    if groups.get("offset"):
        offset = _offset(parts, match.start("sign"))
    elif groups.get("more"):
        # An offset from another zone than UTC, such as CET+1, has two readings.
        is_universal = parts[match.start("name")].value == timedelta(0)
        offset = _offset(parts, match.end("more") - 2) if is_universal else None
    else:
        return parts[match.start("name")].value, True
    return offset, offset is not None


def _offset(parts: Parts, sign: int) -> timedelta | None:
    return numeric_offset(str(parts[sign].kind), parts[sign + 1].text)


def _time(
    parts: Parts, match: re.Match[str], span: tuple[int, int], zone: timedelta | str | None, *, readable: bool
) -> Time:
    unreadable = Time(*span, readable=False)
    clock = _clock_of(parts, match)
    if not readable or clock is None:
        return unreadable
    minute, second = clock.minute or 0, clock.second
    hour = _on_dial(clock, _hours(parts, match), has_minutes=clock.minute is not None)
    ends_the_day = hour == 24 and minute == second == 0
    if hour is None or (hour > 23 and not ends_the_day) or minute >= _CLOCK_FIELDS or second > _CLOCK_FIELDS:
        return unreadable
    return Time(*span, hour, minute, second, zone)


def _clock_of(parts: Parts, match: re.Match[str]) -> Clock | None:
    groups = {name: parts[match.start(name)] for name, text in match.groupdict().items() if text is not None}
    if "clock" in groups:
        clock: Clock | None = groups["clock"].value
        return clock
    if "military" in groups:
        digits = groups["military"].text
        return Clock(int(digits[:2]), int(digits[2:]))
    hour = groups["name"].value if "name" in groups else int(groups["hour"].text)
    if "fraction" in groups:
        return _with_fraction(hour, groups["fraction"].value)
    if "unit" in groups and groups["unit"].value.unit != "minute":
        return None
    minute, second = (int(groups[name].text) if name in groups else None for name in ("minute", "second"))
    return Clock(hour, 0 if "name" in groups else minute, second or 0)


def _with_fraction(hour: int, said: float) -> Clock | None:
    """The time of an hour and its part, which is in minutes, or less than one: العاشرة والنصف, 10 ونصف."""
    if said >= 1 or said < 0:
        minutes = int(said)
        return Clock(hour - 1 if minutes < 0 else hour, minutes % 60) if abs(minutes) < _CLOCK_FIELDS else None
    return Clock(hour, int(said * 60))


def _hours(parts: Parts, match: re.Match[str]) -> frozenset[int] | None:
    """The possible hours of the part of the day, or None if none is written."""
    for name in ("period", "before"):
        if match.groupdict().get(name):
            part = parts[match.start(name)]
            return EVENING if part.kind == Kind.M else part.value
    return None


def _on_dial(clock: Clock, possible: frozenset[int] | None, *, has_minutes: bool) -> int | None:
    """The hour from 0 to 24. None if the part of the day contradicts it, or is needed and missing."""
    hour = clock.hour
    if possible is None:
        return hour if has_minutes or hour > 12 else None
    hours = {hour % 12, hour % 12 + 12} if 1 <= hour <= 12 else {hour}
    fitting = hours & possible
    return fitting.pop() if len(fitting) == 1 else None
