"""The kinds of the parts of a date."""

from enum import StrEnum
from typing import Any, NamedTuple


class Kind(StrEnum):
    """The kind of a part of a date. The values are single characters, so that patterns can match a row of kinds.

    The signs that matter are their own kinds. The other kinds are letters, or signs of another use.
    """

    SPACE = " "
    NUMBER = "d"
    """One or two digits."""
    THREE_DIGITS = "q"
    YEAR = "y"
    """Four digits."""
    LONG_NUMBER = "n"
    DATE = "G"
    """A whole date in one part: 20250421, 2025-W17-1, 2025:04:21. The value is the day, or None."""
    CLOCK = "C"
    """Numbers with colons, or another form that only a time has."""
    MONTH = "M"
    ORDINAL = "O"
    """A day of the month in words."""
    WEEKDAY = "W"
    SUFFIX = "s"
    """The letters of 21st or 1er."""
    M = "m"
    """The letter م alone: Gregorian after a year, p.m. after a time."""
    ERA = "E"
    PERIOD = "P"
    """A part of the day."""
    HOUR_WORD = "h"
    HOUR_NAME = "g"
    """An hour in words: العاشرة."""
    FRACTION = "f"
    """A part of an hour in words: والنصف."""
    ZONE = "Z"
    PLACE = "c"
    """A place that gives its name to a time, and also stands before a date."""
    IN_TIME_OF = "t"
    """The word بتوقيت."""
    LOCAL_TIME = "l"
    OF = "o"
    AND = "w"
    MONTH_WORD = "H"
    YEAR_WORD = "Y"
    PUBLISHED = "F"
    UPDATED = "U"
    SAME_DAY = "="
    """The word الموافق."""
    LABEL = "L"
    """A word that commonly surrounds a date and doesn't change its meaning."""
    COUNT = "#"
    """A word whose number isn't a date: العدد, مشاهدة."""
    BY = "B"
    AGO = "A"
    PASSED = "Q"
    """The word ago or مضت, after the time."""
    UNIT = "u"
    QUANTITY = "N"
    """A number in words."""
    TODAY = "J"
    RELATIVE_DAY = "D"
    JUST_NOW = "R"
    RUNNING_TEXT = "S"
    """A word that no dateline has."""
    WORD = "x"
    LATIN_WORD = "X"


class Meaning(NamedTuple):
    """What a word says: its kind, and a value that depends on the kind."""

    kind: Kind
    value: Any = None


class Span(NamedTuple):
    """A unit of time, and how many of it a word means: ساعتين is two hours. `many` is 0 for a plural."""

    unit: str
    many: int
