"""CSL-JSON, the input of citation processors such as citeproc-js and pandoc. One array, written entry by entry."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, BinaryIO

from newsarchive.citing import Citation, Contributor, Person
from newsarchive.export.citations import citations
from newsarchive.export.format import ExportContext, ExportItem, ExportReport

MEDIA_TYPE = "application/vnd.citationstyles.csl+json"

_as_json = json.JSONEncoder(ensure_ascii=False).encode


def write(items: Iterable[ExportItem], out: BinaryIO, context: ExportContext) -> ExportReport:
    """Write an array with an item for each article, in UTF-8. Raises OSError if `out` can't be written."""
    report = ExportReport()
    out.write(b"[")
    for citation in citations(items, context):
        out.write(b",\n" if report.items else b"\n")
        out.write(_as_json(item(citation)).encode())
        report.items += 1
    out.write(b"\n]\n")
    return report


def item(citation: Citation) -> dict[str, Any]:
    """A citation as CSL data, without empty fields. What CSL has no variable for is in `custom`."""
    fields: dict[str, Any] = {
        "id": citation.id,
        "type": "article-newspaper",
        "title": citation.title,
        "author": [_name(author) for author in citation.authors],
        "container-title": citation.container,
        "publisher": citation.publisher,
        "issued": _issued(citation),
        "accessed": _date(citation.accessed),
        "language": citation.language,
        "URL": citation.url,
        "abstract": citation.abstract,
        "keyword": ", ".join(citation.keywords),
        "archive": citation.archive_name,
        "archive_location": citation.page_url,
        "note": citation.provenance,
        "custom": _custom(citation),
    }
    return {name: value for name, value in fields.items() if value}


def _name(author: Contributor) -> dict[str, str]:
    if isinstance(author, Person):
        parts = {"family": author.family, "given": author.given, "suffix": author.suffix}
        return {part: value for part, value in parts.items() if value}
    return {"literal": author.name}


def _issued(citation: Citation) -> dict[str, Any]:
    return _date(citation.issued) | ({"circa": True} if citation.is_approximate else {})


def _date(day: date | None) -> dict[str, Any]:
    return {"date-parts": [[day.year, day.month, day.day]]} if day else {}


def _custom(citation: Citation) -> dict[str, Any]:
    issued = citation.issued
    fields = {
        "published": issued.isoformat() if isinstance(issued, datetime) else "",
        "archived": citation.archived_at.isoformat() if citation.archived_at else "",
        "archive-url": citation.page_url,
        "sha256": citation.digest,
        "revision": citation.revision,
    }
    return {name: value for name, value in fields.items() if value}
