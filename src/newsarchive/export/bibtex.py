"""BibTeX, in UTF-8, for BibTeX and for BibLaTeX with Biber.

Entries are `@article`, or `@misc` without a source: BibTeX itself doesn't know `@online`. `date` has
all that is known; `year` and `month` are for BibTeX, which doesn't read it.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import BinaryIO

from newsarchive.citing import Citation, Contributor, Person
from newsarchive.export.citations import citations
from newsarchive.export.format import ExportContext, ExportItem, ExportReport

MEDIA_TYPE = "application/x-bibtex; charset=utf-8"

_PREFIX = "newsarchive-"
_PLAIN_ID = re.compile(r"(?!id-)[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""Ids that are a part of the key as they are. The keys of all others begin with `id-`."""
_SPECIAL = str.maketrans(
    {
        "\\": r"{\textbackslash}",
        "{": r"{\textbraceleft}",
        "}": r"{\textbraceright}",
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "_": r"\_",
        "%": r"\%",
    }
)
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ]")
_AND = re.compile(r"(?:^|\s)and(?:\s|$)", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LANGUAGES = {
    "ar": "arabic",
    "ckb": "kurdish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fa": "persian",
    "fr": "french",
    "he": "hebrew",
    "it": "italian",
    "ku": "kurdish",
    "nl": "dutch",
    "pl": "polish",
    "pt": "portuguese",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
    "ur": "urdu",
}
"""The names of languages in babel and polyglossia."""


def write(items: Iterable[ExportItem], out: BinaryIO, context: ExportContext) -> ExportReport:
    """Write an entry for each article. Raises OSError if `out` can't be written."""
    report = ExportReport()
    for citation in citations(items, context):
        out.write(entry(citation).encode())
        report.items += 1
    return report


def key(article_id: str) -> str:
    """The key of an article: ASCII, the same for all revisions, and another one for every id.

    >>> key("mfrggzdfmztwq2lk")
    'newsarchive-mfrggzdfmztwq2lk'
    """
    if _PLAIN_ID.fullmatch(article_id):
        return _PREFIX + article_id
    return f"{_PREFIX}id-{hashlib.sha256(article_id.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def entry(citation: Citation) -> str:
    """The entry of a citation."""
    kind = "article" if citation.container else "misc"
    fields = [f"  {name} = {value}" for name, value in _fields(citation) if value]
    return f"@{kind}{{{key(citation.id)},\n" + ",\n".join(fields) + "\n}\n\n"


def _fields(citation: Citation) -> Iterator[tuple[str, str]]:
    yield "author", _braced(" and ".join(map(_author, citation.authors)))
    if not citation.authors:  # by which BibTeX sorts instead
        yield "key", _text(citation.container or citation.title)
    yield "title", _braced(_title(citation.title))
    if citation.container:
        yield "journal", _text(citation.container)
        yield "entrysubtype", "{newspaper}"
    yield "publisher", _text(citation.publisher)
    yield from _dates(citation)
    yield "langid", _braced(_LANGUAGES.get(citation.language.partition("-")[0].lower(), ""))
    # BibLaTeX takes addresses as they are; these are in ASCII, without braces and backslashes.
    yield "url", _braced(citation.url)
    if citation.accessed:
        yield "urldate", f"{{{_day(citation.accessed)}}}"
    yield "abstract", _text(citation.abstract)
    yield "keywords", _braced(", ".join(map(_keyword, citation.keywords)))
    yield "note", _text(citation.provenance)
    yield "archiveurl", _braced(citation.page_url)
    if citation.archived_at:
        yield "archivedate", f"{{{_moment(citation.archived_at)}}}"
    yield "sha256", _braced(citation.digest)


def _dates(citation: Citation) -> Iterator[tuple[str, str]]:
    issued = citation.issued
    if issued is None:
        return
    known = _moment(issued) if isinstance(issued, datetime) else _day(issued)
    yield "date", f"{{{known}{'~' if citation.is_approximate else ''}}}"
    yield "year", f"{{{issued.year:04}}}"
    yield "month", _MONTHS[issued.month - 1]


def _author(author: Contributor) -> str:
    if not isinstance(author, Person):
        return f"{{{escaped(author.name)}}}"
    parts = (author.family, author.suffix, author.given) if author.suffix else (author.family, author.given)
    return ", ".join(_name_part(part) for part in parts if part)


def _name_part(name: str) -> str:
    """A part of a name, in braces if it has what separates names or their parts."""
    return f"{{{escaped(name)}}}" if "," in name or _AND.search(name) else escaped(name)


def _title(title: str) -> str:
    """The title. Words with a capital letter are in braces, because some styles write titles in lower case."""
    first, *others = title.split(" ")
    protected = (f"{{{escaped(word)}}}" if _CAPITAL.search(word) else escaped(word) for word in others)
    starts = f"{{{escaped(first)}}}" if _CAPITAL.search(first[1:]) else escaped(first)
    return " ".join((starts, *protected))


def _keyword(keyword: str) -> str:
    return f"{{{escaped(keyword)}}}" if "," in keyword else escaped(keyword)


def _text(text: str) -> str:
    return _braced(escaped(text))


def _braced(value: str) -> str:
    return f"{{{value}}}" if value else ""


def escaped(text: str) -> str:
    r"""A text on one line in which no character is a command of TeX.

    >>> escaped("100% {of} A&B")
    '100\\% \\{of\\} A\\&B'
    """
    pairs = _pairs(text)
    return "".join(f"\\{letter}" if place in pairs else letter.translate(_SPECIAL) for place, letter in enumerate(text))


def _pairs(text: str) -> set[int]:
    """The places of braces that have a partner.

    BibTeX counts braces even behind a backslash, so one without a partner must be written otherwise.
    """
    if "{" not in text:
        return set()
    opened: list[int] = []
    found: set[int] = set()
    for place, letter in enumerate(text):
        if letter == "{":
            opened.append(place)
        elif letter == "}" and opened:
            found |= {opened.pop(), place}
    return found


def _day(day: date) -> str:
    return f"{day.year:04}-{day.month:02}-{day.day:02}"


def _moment(moment: datetime) -> str:
    """A moment as EDTF, which Biber reads: with seconds, and with `Z` or an offset in minutes."""
    offset = moment.strftime("%z")[:5]
    zone = "Z" if offset in ("", "+0000", "-0000") else f"{offset[:3]}:{offset[3:]}"
    return f"{_day(moment)}T{moment:%H:%M:%S}{zone}"
