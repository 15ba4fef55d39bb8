"""The text of a citation for a footnote or a bibliography.

Its parts are, in this order: authors, title, source, date of publication, the publisher's address;
then when and where the text is archived, and its digest. `docs/citing.md` shows each form.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Literal

from newsarchive.arabic.date_format import format_date, format_datetime
from newsarchive.citing.citation import Citation
from newsarchive.i18n import Language, message, table
from newsarchive.i18n.catalogue import translated
from newsarchive.i18n.formats import direction

Direction = Literal["rtl", "ltr"]

MOST_AUTHORS = 3
"""The number of authors that are all named. Of more, only the first is."""
_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Embeddings, overrides and isolates: a value with one of them could change the order of what follows."""
_ENDS = ".?!…؟"
_ISOLATES = {"rtl": "\u2067", "ltr": "\u2066"}
_POP = "\u2069"


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a citation. A value has its own direction; the words between values have none.

    `is_title` marks the title, for italics or another markup; `is_address` an address.
    """

    text: str
    direction: Direction | None = None
    is_title: bool = False
    is_address: bool = False


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a citation in one language."""

    direction: Direction
    opening: str
    closing: str
    comma: str
    others: str
    undated: str
    about: str
    archived_in: str
    archived_on: str
    archive: str
    digest: str
    and_: str
    last_and: str


_TEXTS = table(
    message("citation_opening", "“"),
    message("citation_closing", "”"),
    message("citation_comma", ", "),
    message("citation_others", "et al."),
    message("citation_undated", "n.d."),
    message("citation_about", "about "),
    message("citation_archived_in", "Archived in "),
    message("citation_archived_on", " on "),
    message("citation_archive", "the archive"),
    message("citation_digest", "SHA-256 of the text: "),
    # Between two authors, and before the last of several.
    message("citation_and", " and "),
    message("citation_last_and", ", and "),
)


@cache
def _words(language: Language) -> _Words:
    texts = translated(_TEXTS, language)
    named = {key.removeprefix("citation_"): text for key, text in texts.items()}
    return _Words(direction=direction(language), and_=named.pop("and"), **named)


def citation_text(citation: Citation, language: Language) -> str:
    """The citation as plain text. Values of another direction are isolated (UAX #9, section 2.4)."""
    return plain_text(citation_runs(citation, language), language)


def plain_text(runs: Iterable[Run], language: Language) -> str:
    """The pieces of a citation as plain text; see `citation_text`."""
    return "".join(_isolated(run, _words(language).direction) for run in runs)


def citation_runs(citation: Citation, language: Language) -> tuple[Run, ...]:
    """The citation in pieces, each with its direction. Sentences end with a full stop and a space between them."""
    words = _words(language)
    sentences = [
        list(_authors(citation, words)),
        list(_title(citation, words)),
        [*_source(citation, words), *_date(citation, language, words)],
        [_address(citation.original_url)] if citation.original_url else [],
        list(_archived(citation, language, words)),
        [Run(words.digest), Run(citation.digest, "ltr")] if citation.digest else [],
    ]
    return tuple(_joined(sentence for sentence in sentences if sentence))


def _joined(sentences: Iterable[list[Run]]) -> Iterator[Run]:
    for number, sentence in enumerate(sentences):
        if number:
            yield Run(" ")
        yield from sentence
        if not sentence[-1].text.endswith(tuple(_ENDS)) and not sentence[-1].text.endswith(("»", "”")):
            yield Run(".")


def _authors(citation: Citation, words: _Words) -> Iterator[Run]:
    names = [author.name for author in citation.authors]
    shown = names if len(names) <= MOST_AUTHORS else names[:1]
    for number, name in enumerate(shown):
        if number:
            yield Run(_and(words, len(shown), name) if number == len(shown) - 1 else words.comma)
        yield _value(name)
    if len(shown) < len(names):
        yield Run(words.comma.rstrip() + " " + words.others)


def _and(words: _Words, count: int, name: str) -> str:
    conjunction = words.last_and if count > 2 else words.and_
    # The Arabic conjunction is written together with an Arabic word only.
    is_joined = conjunction.endswith(" ") or _direction(name) == "rtl"
    return conjunction if is_joined else f"{conjunction} "


def _title(citation: Citation, words: _Words) -> Iterator[Run]:
    yield Run(words.opening)
    title = _value(citation.title)
    yield Run(title.text, title.direction, is_title=True)
    # An English full stop is inside the quotation marks, an Arabic one outside.
    is_ended = title.text.endswith(tuple(_ENDS))
    if words.direction == "ltr":
        yield Run(f"{'' if is_ended else '.'}{words.closing}")
    else:
        yield Run(words.closing if is_ended else f"{words.closing}.")


def _source(citation: Citation, words: _Words) -> Iterator[Run]:
    for number, name in enumerate(filter(None, (citation.container, citation.publisher))):
        if number:
            yield Run(words.comma)
        yield _value(name)
    if citation.container:
        yield Run(words.comma)


def _date(citation: Citation, language: Language, words: _Words) -> Iterator[Run]:
    issued = citation.issued
    if issued is None:
        yield Run(words.undated)
        return
    about = words.about if citation.is_approximate else ""
    if not isinstance(issued, datetime):
        yield Run(about + format_date(issued, language))
        return
    yield Run(f"{about}{format_datetime(issued, language)} ")
    yield Run(_zone(issued), "ltr")


def _zone(moment: datetime) -> str:
    """`UTC`, or the offset from it: `UTC+3`, `UTC+5:30`."""
    offset = moment.utcoffset()
    minutes = round(offset.total_seconds() / 60) if offset is not None else 0
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "-"
    return f"UTC{sign}{hours}{f':{rest:02}' if rest else ''}" if minutes else "UTC"


def _archived(citation: Citation, language: Language, words: _Words) -> Iterator[Run]:
    if not (citation.page_url or citation.archived_at):
        return
    yield Run(words.archived_in)
    yield _value(citation.archive_name) if citation.archive_name else Run(words.archive)
    if citation.archived_at:
        yield Run(f"{words.archived_on}{format_datetime(citation.archived_at, language)} ")
        yield Run("UTC", "ltr")
    if citation.page_url:
        yield Run(": ")
        yield _address(citation.page_url)


def _address(url: str) -> Run:
    return Run(url, "ltr", is_address=True)


def _value(text: str) -> Run:
    plain = _CONTROLS.sub("", text)
    return Run(plain, _direction(plain))


def _direction(text: str) -> Direction:
    return "rtl" if any(unicodedata.bidirectional(letter) in ("AL", "R") for letter in text) else "ltr"


def _isolated(run: Run, direction: Direction) -> str:
    """The text of a run, between isolates if a part of it runs against the direction of the citation."""
    if run.direction is None:
        return run.text
    against = ("AL", "R") if direction == "ltr" else ("L",)
    if run.direction == direction and not any(unicodedata.bidirectional(letter) in against for letter in run.text):
        return run.text
    return f"{_ISOLATES[run.direction]}{run.text}{_POP}"
