"""Reads a plain text file as one article, with byline lines anywhere in it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from newsarchive.arabic.dates import find_date
from newsarchive.arabic.fold import fold
from newsarchive.arabic.tokens import words
from newsarchive.article import Origin, Topic
from newsarchive.cleaning import decode_entities
from newsarchive.errors import ParseError
from newsarchive.ingest.draft import Draft
from newsarchive.ingest.readers.bylines import Byline, split_names
from newsarchive.ingest.readers.credits import closing_credit, opening_credit, split_people, without_place
from newsarchive.ingest.readers.format import Input
from newsarchive.ingest.readers.furniture import Line, read_lines
from newsarchive.ingest.readers.other_files import unsupported_file
from newsarchive.ingest.text.charset import decode, marked_encoding, wide_encoding
from newsarchive.topics.table import BUILT_IN
from newsarchive.wording import worded, words_of

SIZE_LIMIT = 16 * 2**20
"""Bytes of a text file, which is one article. The longest articles have a few hundred kilobytes."""

_TITLE_LIMIT = 120
_LONG_TITLE_LIMIT = 200
_KICKER_LIMIT = 30
_KICKER_WORDS = 5
_LONGEST_DECK = 100
"""Characters of a line below the headline that isn't the first paragraph. No hard-wrapped line is longer."""
_LEAST_WORDS = 3
_KICKER_SIGNS = ":|-–—# "
_GENRES = frozenset(
    ("عاجل", "خاص", "حصري", "تقرير", "تقرير إخباري", "حوار", "تحقيق", "فيديو", "بالفيديو", "صور", "بالصور")
)
"""Kickers that say nothing about the subject."""
_HEADING_LIMIT = 60
_HEADING_WORDS = 4
"""Words of a heading that ends with a colon, at most. More words, or a verb of speech, lead to a quotation."""
_LEADS_TO_QUOTATION = frozenset(
    fold(
        "قال قالت أضاف أضافت تابع أوضح أكد أكدت ذكر ذكرت كتب كتبت جاء أشار صرح نقل نقلت أعلن أعلنت فيما كالتالي"
    ).split()
)
"""Words that lead to a quotation or a list, not to a section."""
_PUBLISHER_LIMIT = 100
_CLEARLY_LONGER = 40
"""A paragraph is clearly longer than a line if it has at least this many more characters and is at
least one and a half times as long."""

_CLOSING_QUOTES = "\"'»”)]\u200f\u200e "
_NOT_A_TITLE_END = (".", "۔", "،", "؛", ":", ",", ";")
_SENTENCE_END = (".", "۔", "؟", "?", "!", "…", "،", "؛", ":", ",", ";")
_LIST_ITEM = re.compile(r"[-–—•*●▪]|\d+\s*[-–.)]")
_INSTITUTIONS = frozenset(
    fold(
        "مجموعة وكالة مركز مؤسسة معهد جريدة صحيفة مجلة قناة موقع شبكة وزارة هيئة اتحاد جامعة مكتب دار إذاعة تلفزيون"
        " رابطة جمعية منظمة مجلس شركة لجنة بوابة منصة منتدى مرصد نادي بعثة سفارة نقابة أكاديمية"
    ).split()
)
_PUBLISHER_WORDS = 12


def read(source: Input) -> Iterator[Draft]:
    """Yield the draft of a text file. Raises ParseError; see `read_text`."""
    yield read_text(source.whole(SIZE_LIMIT), source.origin)


def read_text(content: bytes, origin: Origin) -> Draft:
    """The draft of a text file. Raises ParseError if the bytes aren't text.

    Bylines, datelines and credits are moved from the body to their fields (`furniture`). A first line
    that looks like a title is the title; a short line above it is its kicker. Single short lines
    between paragraphs are headings, and stay in the body. A last line next to a byline is the
    publisher if it names an institution. The date is taken from a byline, otherwise from the lead if
    it calls a date today's. The source is taken from a byline, otherwise from the dateline that
    opens the text or from the credit that closes it.
    """
    draft, lines = _take_bylines(Draft(origin=origin), read_lines(_decode(content, origin.location)))
    if not draft.title:
        draft, lines = _take_title(draft, lines)
    paragraphs = [line.text for line in lines]
    draft = _credited_by_text(draft, paragraphs)
    draft = replace(draft, body="\n".join(paragraphs), headings=_headings(paragraphs))
    return draft if draft.published_raw else _dated_by_lead(draft, paragraphs)


def _decode(content: bytes, location: str) -> str:
    if kind := unsupported_file(content):
        raise ParseError(location, worded("{kind}, not plain text; save it as text in UTF-8 and try again", kind=kind))
    if b"\0" in content and not (marked_encoding(content) or wide_encoding(content)):
        raise ParseError(location, worded("not a text file: it contains NUL bytes"))
    try:
        return decode_entities(decode(content))
    except UnicodeError as error:
        raise ParseError(location, words_of(error)) from error


def _take_bylines(draft: Draft, lines: Sequence[Line]) -> tuple[Draft, list[Line]]:
    """The draft with the values of the bylines and the publisher line, and the remaining lines.

    A second byline for a field with a single value is ambiguous and stays in the text.
    """
    publisher = _publisher_line(lines)
    kept: list[Line] = []
    said = _Said()
    for place, line in enumerate(lines):
        if place != publisher and not (line.bylines and said.takes_all(line.bylines)):
            kept.append(line)
    if publisher is not None and not said.takes(Byline("publisher", lines[publisher].text)):
        kept.append(lines[publisher])
    return said.filled_into(draft), kept


class _Said:
    """The values of a text's bylines, by field."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}
        self._lists: dict[str, list[str]] = {"author": [], "topic": [], "image_credit": []}

    def takes_all(self, bylines: Sequence[Byline]) -> bool:
        """Store the bylines of a line. Return False if none of them could be stored."""
        return [self.takes(byline) for byline in bylines].count(True) > 0

    def takes(self, byline: Byline) -> bool:
        """Store a byline's value. Return False if its field holds a single value and already has one."""
        field, value = byline
        if not value:
            return True
        if field in self._lists:
            self._lists[field] += _several(field, value)
            return True
        return self._values.setdefault(field, value) is value

    def filled_into(self, draft: Draft) -> Draft:
        """The draft with all stored values."""
        fields: dict[str, Any] = {
            "published_raw" if name == "date" else name: value for name, value in self._values.items()
        }
        return replace(
            draft,
            authors=tuple(self._lists["author"]),
            topics=tuple(Topic(name, "field") for name in self._lists["topic"]),
            image_credit="، ".join(self._lists["image_credit"]),
            **fields,
        )


def _several(field: str, value: str) -> tuple[str, ...]:
    if field == "image_credit":
        return (value,)
    names = split_names(value)
    return (
        tuple(person for name in names for person in split_people(without_place(name))) if field == "author" else names
    )


def _publisher_line(lines: Sequence[Line]) -> int | None:
    """The index of the last line of text if it is next to a byline and names an institution."""
    texts = [place for place, line in enumerate(lines) if not line.bylines]
    if len(texts) < 2:
        return None
    last = texts[-1]
    beside_byline = any(line.bylines for line in lines[last - 1 : last + 2])
    return last if beside_byline and _names_institution(lines[last].text) else None


def _names_institution(text: str) -> bool:
    if len(text) > _PUBLISHER_LIMIT or _ends_with(text, _SENTENCE_END):
        return False
    named = words(text)
    return len(named) <= _PUBLISHER_WORDS and any(word.removeprefix("ال") in _INSTITUTIONS for word in named[:2])


def _take_title(draft: Draft, lines: list[Line]) -> tuple[Draft, list[Line]]:
    """The draft with the title, and the lines below it."""
    if len(lines) > 2 and _is_kicker(lines[0].text, lines[1].text) and (title := _title(lines[1:])):
        kicker = lines[0].text.strip(_KICKER_SIGNS)
        if kicker in _GENRES:
            return replace(draft, title=title), lines[2:]
        if BUILT_IN.canonical(kicker) != kicker:
            return replace(draft, title=title, topics=(*draft.topics, Topic(kicker, "text"))), lines[2:]
        return replace(draft, title=title, summary=draft.summary or kicker), lines[2:]
    if title := _title(lines):
        return replace(draft, title=title), lines[1:]
    return draft, lines


def _is_kicker(line: str, headline: str) -> bool:
    """Whether a line above a headline is its kicker: a few words, and fewer than the headline has."""
    if len(headline.split()) <= max(_LEAST_WORDS, len(line.split())):
        return False
    return len(line) <= _KICKER_LIMIT and len(line.split()) <= _KICKER_WORDS and not _ends_with(line, (".", "؟", "!"))


def _title(lines: Sequence[Line]) -> str:
    """The first line if it is a title: short, not a sentence, and set off from the next line."""
    if len(lines) < 2 or _ends_with(lines[0].text, _NOT_A_TITLE_END):
        return ""
    first, second = lines[0], lines[1].text
    if len(first.text) > _TITLE_LIMIT:
        is_headline = len(first.text) <= _LONG_TITLE_LIMIT and first.set_off and _ends_with(second, _SENTENCE_END)
        return first.text if is_headline and len(second) >= _LONG_TITLE_LIMIT / 2 else ""
    if _is_deck(lines):
        return first.text
    before_sentence = len(second) > len(first.text) and _ends_with(second, _SENTENCE_END)
    return first.text if first.set_off or before_sentence or _clearly_longer(second, first.text) else ""


def _is_deck(lines: Sequence[Line]) -> bool:
    """Whether the second line is a short one between a headline and a paragraph that is longer than a wrapped line."""
    if len(lines) <= 2 or _LIST_ITEM.match(lines[1].text) or _ends_with(lines[1].text, (":",)):
        return False
    return (
        len(lines[1].text) < _LONGEST_DECK <= len(lines[2].text)
        and _clearly_longer(lines[2].text, lines[0].text)
        and _ends_with(lines[2].text, _SENTENCE_END)
    )


def _credited_by_text(draft: Draft, paragraphs: list[str]) -> Draft:
    """The draft with source and date from the dateline of the first paragraph, or source from the end of the last."""
    if not paragraphs:
        return draft
    opening = dict(opening_credit(paragraphs[0]))
    last, closing = closing_credit(paragraphs[-1])
    if last:
        paragraphs[-1] = last
    source = draft.source or opening.get("source", "") or dict(closing).get("source", "")
    return replace(draft, source=source, published_raw=draft.published_raw or opening.get("date", ""))


def _headings(paragraphs: Sequence[str]) -> tuple[str, ...]:
    between = zip(paragraphs, paragraphs[1:], paragraphs[2:], strict=False)
    return tuple(
        line
        for before, line, after in between
        if _is_heading(line) and not _is_heading(before) and not _is_heading(after) and _clearly_longer(after, line)
    )


def _is_heading(line: str) -> bool:
    if len(line) > _HEADING_LIMIT or _LIST_ITEM.match(line):
        return False
    if line.endswith(":") and len(line.split()) <= _HEADING_WORDS:
        return not _ends_with(line[:-1], _SENTENCE_END) and _first_word(line) not in _LEADS_TO_QUOTATION
    return not _ends_with(line, _SENTENCE_END)


def _first_word(line: str) -> str:
    return fold(line.split(maxsplit=1)[0]).lstrip("وف")


def _clearly_longer(paragraph: str, line: str) -> bool:
    return len(paragraph) >= max(len(line) + _CLEARLY_LONGER, 1.5 * len(line))


def _ends_with(line: str, marks: tuple[str, ...]) -> bool:
    return line.rstrip(_CLOSING_QUOTES).endswith(marks)


def _dated_by_lead(draft: Draft, paragraphs: Sequence[str]) -> Draft:
    """The draft with the date that the lead calls today. Most other dates in a text aren't the publication date."""
    found = find_date(paragraphs[0], today=True) if paragraphs else None
    return replace(draft, published_hint=found[0], published_raw=found[1]) if found else draft
