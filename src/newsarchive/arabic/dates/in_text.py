"""Find a date in running text, such as the lead of an article."""

import re
from bisect import bisect_right
from datetime import date
from operator import itemgetter

from newsarchive.arabic.dates.days import (
    CONTEXT,
    NAMED_DAY_FIRST,
    NAMED_MONTH_FIRST,
    THE_SAME_DAY,
    kinds_before,
    numbers_a_noun,
    read_day,
)
from newsarchive.arabic.dates.parts import Parts, split, tidy
from newsarchive.arabic.fold import fold
from newsarchive.arabic.tokens import Token, tokenize

_TODAY = re.compile(rf"J[ ,(]*(?:(?P<weekday>W)[ ,(]*)?{THE_SAME_DAY}")
_YEAR = re.compile(r"\d{4}")
_ERA_LENGTH = 20
"""Characters after a year that can belong to its date."""
_LONGEST = 20_000
"""Characters of the text that are searched. A lead is shorter."""


def find_date(text: str, *, today: bool = False) -> tuple[date, str] | None:
    """The first complete date with a month name in running text, and its original text.

    A complete date is a day, a month name and a year in sequence, with the year last. Bare numbers,
    months without a year (as in «أبريل المقبل») and impossible days are skipped.

    Most dates in an article are not its publication date. With `today`, only a date that the text
    calls today is returned: «اليوم» comes before it, and the weekday, if there is one, matches.

    >>> find_date("موسكو، اليوم الإثنين 21 ابريل/نيسان 2025.", today=True)
    (datetime.date(2025, 4, 21), '21 ابريل/نيسان 2025')
    """
    text = text[:_LONGEST]
    years = list(_YEAR.finditer(text))
    if not years:
        return None
    folded, places = _fold_with_places(text[: years[-1].end() + _ERA_LENGTH])
    parts = split(folded)
    matches = sorted(
        (*NAMED_DAY_FIRST.finditer(parts.kinds), *NAMED_MONTH_FIRST.finditer(parts.kinds)), key=re.Match.start
    )
    dates = [
        (day, match)
        for match in matches
        if (day := read_day(parts, match)) and day.value and not numbers_a_noun(parts, match)
    ]
    for (day, match), (next_day, next_match) in zip(dates, (*dates[1:], *dates[-1:]), strict=True):
        is_same = day.hijri and not next_day.hijri and _is_near(day.value, next_day.value)
        said, words = (next_day, next_match) if is_same else (day, match)
        assert said.value is not None
        if not today or _is_called_today(parts, said.value, match):
            return said.value, _original(text, parts, words, places)
    return None


def _is_near(hijri: date | None, gregorian: date | None) -> bool:
    """Whether both can be the same day: moon sightings differ from the calculated calendar by two days at most."""
    return hijri is not None and gregorian is not None and abs((hijri - gregorian).days) <= 2


def _fold_with_places(text: str) -> tuple[str, list[tuple[int, Token]]]:
    """The folded text, and for each of its words the start in the folded text and the token.

    The token has the word's offsets in the original text.
    """
    parts: list[str] = []
    places: list[tuple[int, Token]] = []
    length = end = 0
    for token in tokenize(text):
        gap = text[end : token.start] if token.start >= end else " "  # the words of one ligature share their range
        if gap != " ":
            gap = tidy(fold(gap))
        length += len(gap)
        places.append((length, token))
        parts += (gap, token.text)
        length += len(token.text)
        end = token.end
    return "".join(parts), places


def _original(text: str, parts: Parts, match: re.Match[str], places: list[tuple[int, Token]]) -> str:
    begins, ends = parts[match.start()].start, parts[match.end() - 1].end
    first_start, first = places[bisect_right(places, begins, key=itemgetter(0)) - 1]
    last_start, last = places[bisect_right(places, ends - 1, key=itemgetter(0)) - 1]
    start = first.start + _unfolded_length(text[first.start : first.end], begins - first_start)
    end = last.start + _unfolded_length(text[last.start : last.end], ends - last_start)
    return text[start:end]


def _unfolded_length(spelling: str, folded_length: int) -> int:
    """The number of characters, with marks, that fold to the first `folded_length` folded ones."""
    return bisect_right(range(len(spelling) + 1), folded_length, key=lambda end: len(fold(spelling[:end]))) - 1


def _is_called_today(parts: Parts, day: date, match: re.Match[str]) -> bool:
    found = _TODAY.search(kinds_before(parts, match))
    if found is None:
        return False
    if found["weekday"] is None:
        return True
    place = max(0, match.start() - CONTEXT) + found.start("weekday")
    weekday: int = parts[place].value
    return weekday == day.weekday()
