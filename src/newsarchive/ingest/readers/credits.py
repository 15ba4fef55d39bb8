"""Parses datelines and credits: «رام الله 21-4-2025 وفا», «دمشق - سانا», «القاهرة – أحمد علي», «(رويترز)».

They name the place, the date, the agency or the reporter without a label. A line is one of these
only if every part of it is known: an agency or outlet of the table of sources, a place of
`places.txt`, a date, or a person's name after a place.
"""

import re
from collections.abc import Iterator
from functools import cache

from newsarchive.arabic.dates import parse_date
from newsarchive.arabic.names import name_key
from newsarchive.arabic.proper_names import given_names, places
from newsarchive.ingest.readers.bylines import Byline
from newsarchive.sources import SourceTable

LONGEST = 80
"""Characters of a dateline or credit. A longer line is text."""

_GENERIC = frozenset(
    map(name_key, ("وكالات", "الوكالات", "وكالات أنباء", "وكالات الأنباء", "متابعات", "خاص", "agencies"))
)
"""Credits that name no outlet."""
_PARTS = re.compile(r"\s*[،,/()\[\]|+:]\s*|\s+[-–—ـ]+\s*|\s*[-–—ـ]+\s+|\s*[-–—ـ]+$|^[-–—ـ]+\s*|(?<=\D)[-–—](?=\D)")
_AROUND = " -–—ـ،,:()"
"""Signs around a date in a line."""
_DATE = re.compile(r"[0-9٠-٩۰-۹].*[0-9٠-٩۰-۹]")
_SHORT_DATE = re.compile(r"[0-9٠-٩۰-۹]{1,2}\s+\D{3,20}")
"""A day and a month without a year, as agencies write it."""
_QUOTED_FROM = re.compile(r"^[-–—(\s]*(?:نقل[اًا]*\s+عن|المصدر|عن)\s+(?=\S)")
_NAMED_INSTITUTION = re.compile(
    r"(?:نقل[اًا]*\s+عن|المصدر)\s*:?\s+(?P<outlet>«[^»]{2,40}»|(?:صحيفة|جريدة|مجلة|وكالة|وكالات|قناة|موقع|شبكة|إذاعة)(?:\s+[^\s.،]+){1,5})"
)
"""An outlet that is called one, so that it needn't be known: «نقلا عن صحيفة النهر»."""
_UNSPECIFIC = frozenset(map(name_key, ("خاص", "متابعات")))
"""Credits that say nothing beside the name of an outlet."""
_TITLES = re.compile(r"^(?:[دأم]\s?\.\s*|الدكتورة?\s+|الكاتبة?\s+|الصحفية?\s+)+")
_LONGEST_NAME = 5
"""Words of a person's name."""
_LONGEST_BARE_NAME = 4
_NAME_PARTS = frozenset(map(name_key, ("عبد", "أبو", "أبي", "بن", "ابن", "آل", "أم", "بو", "ولد")))
_NO_SURNAME = re.compile(r"[يت]\w+|\w+[اًة]|\w{1,2}")
"""Words that are rather a verb, a predicate or a particle than a family name."""
_LONGEST_CREDIT = 3
"""Parts of a reporter's credit: a place, an outlet and a name."""
_NAME_AND_PLACE = re.compile(r"(?P<name>.+?)(?:\s+(?:من|في)\s+|\s*[-–—/(،]\s*)(?P<place>[^()]+?)\s*\)?")
_AND = re.compile(r"\s+و\s*(?=\S)")
_LEADING = re.compile(r"[^.؟!]{0,60}?\s*[-–—ـ:](?=\s+\S)")
_LONGEST_DATELINE = 64
"""A dateline that opens a paragraph: «عمان 21 نيسان (بترا)- قال …»."""
_TRAILING = re.compile(
    r"(?<=[.؟!»\"”])\s*(?:[(\[]\s*(?P<bracketed>[^()\[\]]{2,40})\s*[)\]]|[-–—]+\s*(?P<credit>[^()\[\].؟!]{2,40}))\s*$"
)
"""An agency in parentheses or behind a dash after the last sentence."""


@cache
def _places() -> frozenset[str]:
    return frozenset(map(name_key, places()))


@cache
def _sources() -> SourceTable:
    return SourceTable()


@cache
def _given_names() -> frozenset[str]:
    return frozenset(map(name_key, given_names()))


def is_outlet(text: str) -> bool:
    """Whether a text is the name of a known outlet or agency, or a credit such as «وكالات».

    >>> is_outlet("وكالة رويترز"), is_outlet("أحمد علي")
    (True, False)
    """
    return name_key(text) in _GENERIC or text in _sources()


def is_place(text: str) -> bool:
    """Whether a text is the name of a known city or country."""
    return name_key(text) in _places()


def is_person(text: str) -> bool:
    """Whether a text is a person's name: two to five words, the first of them a common given name.

    >>> is_person("د. أحمد علي"), is_person("هدنة جديدة")
    (True, False)
    """
    names = _TITLES.sub("", text).split()
    return (
        2 <= len(names) <= _LONGEST_NAME and name_key(names[0]) in _given_names() and not any(map(is_place, names[1:2]))
    )


def is_name(text: str) -> bool:
    """Whether a text is nothing but a person's name. Stricter than `is_person`: each word must look like a part of one.

    >>> is_name("سلمى حسن"), is_name("علي يفتتح الحديقة")
    (True, False)
    """
    names = _TITLES.sub("", text).split()
    if not is_person(text) or len(names) > _LONGEST_BARE_NAME:
        return False
    *middle, last = names[1:]
    return all(map(_is_name_part, middle)) and (_is_name_part(last) or not _NO_SURNAME.fullmatch(last))


def _is_name_part(word: str) -> bool:
    return word.startswith("ال") or name_key(word) in _given_names() or name_key(word) in _NAME_PARTS


def without_place(name: str) -> str:
    """A name without the place behind it: «منى سالم من صيدا», «منى سالم - صيدا»."""
    match = _NAME_AND_PLACE.fullmatch(name)
    return match["name"] if match and is_place(match["place"]) else name


def split_people(text: str) -> tuple[str, ...]:
    """Two people joined by «و»: «ليلى عمر وأحمد علي». A text of one name is returned as it is."""
    for match in _AND.finditer(text):
        first, second = text[: match.start()], text[match.end() :]
        if is_person(first) and is_person(second):
            return first, *split_people(second)
    return (text,)


def read_credit(line: str) -> tuple[Byline, ...]:
    """Parse a line that consists of a dateline or a credit only. Return an empty tuple for any other line.

    >>> read_credit("دمشق-سانا")
    (Byline(field='source', value='سانا'),)
    """
    if not line or len(line) > LONGEST or line.endswith((".", "؟", "!", "…")):
        return ()
    if named := _NAMED_INSTITUTION.fullmatch(line):
        return (Byline("source", named["outlet"]),)
    date, rest = _dated(_QUOTED_FROM.sub("", line))
    parts = [part for part in _PARTS.split(rest) if part and part.strip(" -–—ـ.")]
    outlets = [part for part in parts if is_outlet(part)]
    if len(outlets) > 1 and outlets[0] == parts[0] and is_place(parts[0]):
        outlets.pop(0)  # «الرياض – واس»: الرياض is a newspaper, too
    places = [part for part in parts if part not in outlets and is_place(part)]
    others = [part for part in parts if part not in outlets and part not in places]
    if places and not date and len(others) == 1 and len(places) + len(outlets) == len(parts) - 1:
        return _reporter(others[0], parts, outlets)
    if others and date and not outlets and not places and (split := _place_and_outlet(others)):
        return (*date, *split)
    if others or not (outlets or date):
        return ()
    credit = (Byline("source", _joined(line, outlets)),) if outlets else ()
    return (*date, *credit)


def opening_credit(paragraph: str) -> tuple[Byline, ...]:
    """Parse the dateline that opens a paragraph and names an agency. It stays in the text."""
    for match in _LEADING.finditer(paragraph[:_LONGEST_DATELINE]):
        found = read_credit(paragraph[: match.end()])
        sources = [byline.value for byline in found if byline.field == "source"]
        if sources and not is_place(sources[0]):  # «الرياض -» is the city here, not the newspaper
            return found
    return ()


def closing_credit(paragraph: str) -> tuple[str, tuple[Byline, ...]]:
    """The paragraph without the agency in parentheses at its end, and the agency."""
    match = _TRAILING.search(paragraph)
    credit = (match["bracketed"] or match["credit"]).strip() if match else ""
    if not match or not is_outlet(credit):
        return paragraph, ()
    return paragraph[: match.start()].rstrip(), (Byline("source", credit),)


def _reporter(name: str, parts: list[str], outlets: list[str]) -> tuple[Byline, ...]:
    """The reporter in «القاهرة – أحمد علي», «أحمد علي – القاهرة» or «القاهرة – الخليج: أحمد علي»."""
    if len(parts) > _LONGEST_CREDIT or name not in (parts[0], parts[-1]) or not is_name(name):
        return ()
    return (*(Byline("source", outlet) for outlet in outlets[:1]), Byline("author", name))


def _dated(line: str) -> tuple[tuple[Byline, ...], str]:
    """The date in a line, and the line without it. The line may be nothing but the date."""
    if parse_date(line, strict=True) is not None and not any(is_outlet(part) for part in line.split()):
        match = _DATE.search(line)
        before = line[: match.start()].strip(_AROUND) if match else ""
        return (Byline("date", line),), before if is_place(before) else ""
    words = [word for word in line.split() if word != "في"]
    for start, end in _runs(len(words)):
        said = " ".join(words[start:end]).strip(_AROUND)
        rest = " ".join((*words[:start], "-", *words[end:]))
        is_between_digits = said[:1].isdigit() and said[-1:].isdigit()
        if is_between_digits and _DATE.search(said) and parse_date(said, strict=True) is not None:
            return (Byline("date", said),), rest
        if end - start == 2 and _SHORT_DATE.fullmatch(said) and _is_month(words[start + 1]):
            return (), rest
    return (), line


def _runs(count: int) -> Iterator[tuple[int, int]]:
    """All ranges of `count` words, the longest first."""
    for size in range(count, 0, -1):
        for start in range(count - size + 1):
            yield start, start + size


def _is_month(word: str) -> bool:
    return parse_date(f"1 {word.strip(_AROUND)} 2020") is not None


def _place_and_outlet(others: list[str]) -> tuple[Byline, ...]:
    """The outlet of «رام الله وفا», where only a date stood between the two."""
    if len(others) != 1:
        return ()
    words = others[0].split()
    for at in range(1, len(words)):
        if is_place(" ".join(words[:at])) and is_outlet(" ".join(words[at:])):
            return (Byline("source", " ".join(words[at:])),)
    return ()


def _joined(line: str, outlets: list[str]) -> str:
    """The outlets as given, with the sign between them: «الجزيرة + وكالات», but without «خاص»."""
    outlets = [outlet for outlet in outlets if name_key(outlet) not in _UNSPECIFIC] or outlets[:1]
    if len(outlets) == 1:
        return outlets[0]
    start, end = line.index(outlets[0]), line.rindex(outlets[-1]) + len(outlets[-1])
    return line[start:end]
