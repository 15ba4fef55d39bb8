"""Split a date into typed parts: numbers, clocks, names of months, words of a page, signs.

The kinds of the parts, one character each, make a string. The rules for days and times are patterns
over this string, so the vocabulary and the order of the parts are decided apart from each other.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from newsarchive.arabic.dates.kinds import Kind, Meaning
from newsarchive.arabic.dates.words import FIRST_DAY, LONGEST_NAME, NARROW_WEEKDAYS, SUFFIXES, VOCABULARY
from newsarchive.arabic.dates.zones import IANA_PATTERN, iana_zone
from newsarchive.arabic.fold import IGNORABLE
from newsarchive.arabic.months import Month

COMPACT_YEARS = range(1800, 2200)
"""Years of a date without signs between its numbers. Other long numbers are not dates."""

_SIGNS = str.maketrans(
    {
        **dict.fromkeys(IGNORABLE, ""),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212~", "-"),
        **dict.fromkeys("\u060d\u2044", "/"),
        "\\": "/",
        "،": ",",
        "\u066b": ".",
        "٬": ",",
        **dict.fromkeys("[{", "("),
        **dict.fromkeys("]}", ")"),
        "¦": "|",
    }
)
_SPACES = re.compile(r"[\s_]+")
_LEXEMES = re.compile(
    rf"""
    (?P<space>[\s_]+)
    |(?P<iana>(?<!\w){IANA_PATTERN})
    |(?P<week>(?<![\w])(?P<week_year>\d{{4}})-?w(?P<week_number>\d\d)-?(?P<weekday>[1-7])(?!\d))
    |(?P<exif>(?<!\w)\d{{4}}:\d\d:\d\d(?=[ t]))
    |(?P<long>(?<![\d.])\d{{12}}(?:\d\d)?(?!\d))
    |(?P<clock>(?<=\dt)\d\d:\d\d[.,]\d+(?![\d:])|\d+:\d+:\d+(?:[.,:]\d+)?|\d+(?::\d+)+|(?<!\d)\d\d?\ ?:\ ?\d\d(?![\d:]))
    |(?P<french>(?<!\d)\d\d?\ ?h\ ?\d\d(?:\ ?mi?n)?(?!\w)|(?<!\d)\d\d?h(?!\w))
    |(?P<compact>(?<=\d)t\d\d(?:\d\d(?:\d\d)?)?(?:[.,]\d+)?(?![\d:]))
    |(?P<month>(?<![^\W\d_])(?:(?:تشرين|كانون|ربيع|جمادي)\ ?[12]|[تك][12])(?!\d))
    |(?P<number>\d+)
    |(?P<join>(?<=\d)t(?=\d|\W|$))
    |(?P<initials>[^\W\d_](?:\ ?\.\ ?[^\W\d_](?![^\W\d_]))+\.?)
    |(?P<word>[^\W\d_]+)
    |(?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_OWN_KINDS = frozenset("-/.,:()|+")
"""Signs that are their own kind. The rules tell no others apart, so those have the kind `*`."""
_CLOCK_DIGITS = re.compile(r"\d+")


class Clock(NamedTuple):
    """A time as written, without a fraction of the second. None means that the minute wasn't written."""

    hour: int
    minute: int | None = None
    second: int = 0


class Part(NamedTuple):
    """A part of a date: its kind and value, and its place in the folded text."""

    kind: Kind | str
    value: Any
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a text in order, and their kinds as a string of the same length."""

    items: Sequence[Part]
    kinds: str

    def __getitem__(self, place: int) -> Part:
        """The part at a place in `kinds`."""
        return self.items[place]


def tidy(folded: str) -> str:
    """The folded text with plain signs and single spaces. A folded text has no Arabic digits or marks."""
    return _SPACES.sub(" ", folded.translate(_SIGNS))


def split(text: str) -> Parts:
    """The parts of a folded and tidied text."""
    items = tuple(_named(list(_lexemes(text))))
    return Parts(items, "".join(item.kind for item in items))


def _lexemes(text: str) -> Iterator[Part]:
    """The parts of the text, with each word by itself."""
    for match in _LEXEMES.finditer(text):
        name = match.lastgroup or ""
        if name == "iana":
            yield from _iana(match.group(), match.start())
        elif name == "long":
            yield from _compact_moment(match.group(), match.start())
        elif name in _READERS:
            kind, read = _READERS[name]
            yield Part(kind, read(match), match.group(), *match.span())
        elif name == "number":
            yield _number(match.group(), *match.span())
        elif name == "sign":
            yield Part(match.group() if match.group() in _OWN_KINDS else "*", None, match.group(), *match.span())
        else:
            yield Part(Kind.WORD, None, match.group().replace(".", " ").strip(), *match.span())


def _iana(word: str, start: int) -> Iterator[Part]:
    found = iana_zone(word)
    if found is None:
        yield Part(Kind.LATIN_WORD, None, word, start, start + len(word))
        return
    zone, length = found
    yield Part(Kind.ZONE, zone, word[:length], start, start + length)
    for part in _lexemes(word[length:]):
        yield part._replace(start=part.start + start + length, end=part.end + start + length)


def _number(word: str, start: int, end: int) -> Part:
    kinds = {1: Kind.NUMBER, 2: Kind.NUMBER, 3: Kind.THREE_DIGITS, 4: Kind.YEAR}
    if len(word) == 8 and int(word[:4]) in COMPACT_YEARS and (day := _day(word[:4], word[4:6], word[6:])):
        return Part(Kind.DATE, day, word, start, end)
    return Part(kinds.get(len(word), Kind.LONG_NUMBER), None, word, start, end)


def _day(year: str, month: str, day: str) -> date | None:
    with suppress(ValueError):
        if int(year) in COMPACT_YEARS:
            return date(int(year), int(month), int(day))
    return None


def _week_day(match: re.Match[str]) -> date | None:
    with suppress(ValueError):
        return date.fromisocalendar(int(match["week_year"]), int(match["week_number"]), int(match["weekday"]))
    return None


def _compact_moment(digits: str, start: int) -> Iterator[Part]:
    """The day and the time of 12 or 14 digits."""
    day, clock = digits[:8], digits[8:]
    yield Part(Kind.DATE, _day(day[:4], day[4:6], day[6:]), day, start, start + 8)
    yield Part(Kind.CLOCK, _compact(clock), clock, start + 8, start + len(digits))


def _clock(word: str) -> Clock | None:
    """The time of numbers with colons or an h. None if one of them has too many or too few digits."""
    time, _, fraction = word.replace(",", ".").partition(".")
    hour, *rest = _CLOCK_DIGITS.findall(time)
    if len(hour) > 2 or len(rest) > 3 or any(len(number) != 2 for number in rest[:2]):
        return None
    return Clock(int(hour), *map(int, rest[:2]), *_smaller(fraction, len(rest)))


def _compact(word: str) -> Clock:
    """The time of two, four or six digits, perhaps with a fraction."""
    digits, _, fraction = word.replace(",", ".").partition(".")
    numbers = [int(digits[place : place + 2]) for place in range(0, len(digits), 2)]
    return Clock(*numbers, *_smaller(fraction, len(numbers) - 1) or ([0] if len(numbers) == 1 else []))


def _smaller(fraction: str, after: int) -> list[int]:
    """The minutes or seconds of the fraction of an hour or a minute. A fraction of a second is dropped."""
    if not fraction or after > 1:
        return []
    minutes, rest = divmod(float(f"0.{fraction[:6]}") * 60, 1)
    return [int(minutes)] if after else [int(minutes), int(rest * 60)]


_READERS: Mapping[str, tuple[Kind, Callable[[re.Match[str]], Any]]] = {
    "exif": (Kind.DATE, lambda match: _day(*match.group().split(":"))),
    "week": (Kind.DATE, _week_day),
    "clock": (Kind.CLOCK, lambda match: _clock(match.group())),
    "french": (Kind.CLOCK, lambda match: _clock(match.group())),
    "compact": (Kind.CLOCK, lambda match: _compact(match.group()[1:])),
    "join": (Kind.SPACE, lambda _: None),
    "space": (Kind.SPACE, lambda _: None),
}
"""Group of `_LEXEMES` -> the kind and the value of its part."""


def _named(lexemes: list[Part]) -> Iterator[Part]:
    """The parts, with the words of one name joined and their meanings looked up."""
    place = 0
    while place < len(lexemes):
        part = lexemes[place]
        if part.kind != Kind.WORD:
            yield part
            place += 1
            continue
        words = _words_at(lexemes, place)
        for count in range(len(words), 0, -1):
            name = "".join(words[:count])
            meaning = VOCABULARY.get(" ".join(words[:count])) or VOCABULARY.get("".join(name.split()))
            if meaning is not None and not (count > 1 and len(name) == count and meaning.kind == Kind.MONTH):
                break
        else:
            count, meaning = 1, None
        end = place + 2 * count - 1
        yield _with_meaning(part, meaning, lexemes, place, end)
        place = end


def _words_at(lexemes: list[Part], place: int) -> list[str]:
    """The words from `place` on that have only spaces between them, at most as many as a name has."""
    words = [lexemes[place].text]
    while len(words) < LONGEST_NAME and place + 2 < len(lexemes):
        space, word = lexemes[place + 1 : place + 3]
        if space.kind != Kind.SPACE or word.kind != Kind.WORD:
            break
        words.append(word.text)
        place += 2
    return words


def _with_meaning(part: Part, meaning: Meaning | None, lexemes: list[Part], place: int, end: int) -> Part:
    text = " ".join(lexeme.text for lexeme in lexemes[place:end:2])
    whole = part._replace(text=text, end=lexemes[end - 1].end)
    if text in FIRST_DAY and _begins_a_month(lexemes, end):
        return whole._replace(kind=Kind.NUMBER, text="1")
    if meaning is None:
        meaning = _unlisted(text, is_after_number=place > 0 and lexemes[place - 1].text[-1:].isdigit())
    if place == 0 and text in NARROW_WEEKDAYS and lexemes[end : end + 1] and lexemes[end].text == ",":
        return whole._replace(kind=Kind.WEEKDAY, value=NARROW_WEEKDAYS[text])
    return whole._replace(kind=meaning.kind, value=meaning.value)


def _unlisted(text: str, *, is_after_number: bool) -> Meaning:
    """The meaning of a word that isn't listed: a suffix, a month with a number, a listed word after «و», or none."""
    if is_after_number and text in SUFFIXES:
        return Meaning(Kind.SUFFIX)
    rest = VOCABULARY.get(text[1:]) if text.startswith("و") else None
    if rest is not None and rest.kind in _AFTER_AND:
        return rest
    return Meaning(Kind.LATIN_WORD if text.isascii() else Kind.WORD)


_AFTER_AND = {
    *(Kind.PUBLISHED, Kind.UPDATED, Kind.HOUR_WORD, Kind.FRACTION, Kind.UNIT, Kind.LABEL, Kind.IN_TIME_OF),
    Kind.QUANTITY,
}
"""Kinds of words that are also known after «و»."""


def _begins_a_month(lexemes: list[Part], place: int) -> bool:
    """Whether «من» or the name of a month follows, as in الفاتح من سبتمبر."""
    following = [lexeme.text for lexeme in lexemes[place : place + 2] if lexeme.kind == Kind.WORD]
    if not following:
        return False
    meaning = VOCABULARY.get(following[0])
    return meaning is not None and meaning.kind in {Kind.OF, Kind.MONTH} and isinstance(meaning.value, Month | None)
