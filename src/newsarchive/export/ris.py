"""RIS, which reference managers read. `docs/citing.md` says which tag has what."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import BinaryIO

from newsarchive.citing import Citation, Contributor, Person
from newsarchive.export.citations import citations
from newsarchive.export.format import ExportContext, ExportItem, ExportReport

MEDIA_TYPE = "application/x-research-info-systems; charset=utf-8"


def write(items: Iterable[ExportItem], out: BinaryIO, context: ExportContext) -> ExportReport:
    """Write a record for each article, in UTF-8. Raises OSError if `out` can't be written."""
    report = ExportReport()
    for citation in citations(items, context):
        out.write(record(citation).encode())
        report.items += 1
    return report


def record(citation: Citation) -> str:
    """The record of a citation: lines that end with CR LF, and an empty one."""
    return "".join(f"{tag}  - {value}\r\n" for tag, value in _fields(citation) if value) + "ER  - \r\n\r\n"


def _fields(citation: Citation) -> Iterator[tuple[str, str]]:
    yield "TY", "NEWS"
    yield "ID", citation.id
    yield "TI", citation.title
    yield from (("AU", _author(author)) for author in citation.authors)
    yield "T2", citation.container
    yield "PB", citation.publisher
    if citation.issued:
        yield "PY", f"{citation.issued.year:04}"
        yield "DA", _date(citation.issued)
    yield "AB", citation.abstract
    yield from (("KW", keyword) for keyword in citation.keywords)
    yield "LA", citation.language
    yield "UR", citation.url
    if citation.accessed:
        yield "Y2", _date(citation.accessed)
    yield "DB", citation.archive_name
    yield "AV", citation.page_url
    yield "N1", _note(citation)


def _author(author: Contributor) -> str:
    """A person as `Family, Given, Suffix`, a body as it is.

    A comma would split the name of a body, as in «Dow Jones & Company, Inc.», so there it is left out.
    """
    if isinstance(author, Person):
        return ", ".join(part for part in (author.family, author.given, author.suffix) if part)
    return author.name.replace(",", "").replace("،", "")


def _date(day: date) -> str:
    return f"{day.year:04}/{day.month:02}/{day.day:02}"


def _note(citation: Citation) -> str:
    """The provenance, and the time of publication, for which RIS has no place."""
    issued = citation.issued
    moment = f"Published {issued.isoformat(timespec='minutes')}. " if isinstance(issued, datetime) else ""
    return moment + citation.provenance
