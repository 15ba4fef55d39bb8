"""Writes articles as JSON Lines: the form that they have in the archive, with the topics and names of the tables.

`newsarchive ingest` reads these lines again.
"""

import json
from collections.abc import Iterable
from typing import Any, BinaryIO

from newsarchive.access import digest_of
from newsarchive.article import to_json
from newsarchive.export.format import ExportContext, ExportItem, ExportReport

_OF_THE_TEXT = ("body", "headings")
"""The keys that have the text, or parts of it."""


def write(items: Iterable[ExportItem], out: BinaryIO, _context: ExportContext) -> ExportReport:
    """Write a line for each article. Raises OSError if `out` can't be written."""
    report = ExportReport()
    for item in items:
        line = json.dumps(form(item), ensure_ascii=False, separators=(",", ":"))
        try:
            content = line.encode()
        except UnicodeEncodeError:  # a lone surrogate, which only an escape can express
            content = json.dumps(form(item), separators=(",", ":")).encode()
        out.write(content + b"\n")
        report.items += 1
    return report


def form(item: ExportItem) -> dict[str, Any]:
    """The JSON form of an article."""
    stored = to_json(item.article)
    if item.text is None:
        for key in _OF_THE_TEXT:
            stored.pop(key, None)
    topics = item.topics
    added = {
        "source_name": item.source_name,
        "page_url": item.page_url,
        "given_topics": list(topics.given),
        "assigned_topics": [
            {"topic": one.topic, "confidence": round(one.confidence, 3), "words": list(one.words)}
            for one in topics.assigned
        ],
        "sections": list(topics.sections),
        "digest": digest_of(item.article),
    }
    return stored | {key: value for key, value in added.items() if value or isinstance(value, list)}
