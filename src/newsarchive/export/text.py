"""Writes articles as plain text to read or print: lines about the article, then its paragraphs."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import BinaryIO

from newsarchive.arabic.date_format import format_date, format_datetime
from newsarchive.article import Published
from newsarchive.export.format import ExportContext, ExportItem, ExportReport
from newsarchive.i18n import Language, catalogue, message, table
from newsarchive.topics import topic_label

RULE = "=" * 72
"""The line between two articles. No line of an article looks like it."""

_LABELS = table(
    message("export_title", "Title"),
    message("export_source", "Source"),
    message("export_publisher", "Publisher"),
    message("export_authors", "Author"),
    message("export_published", "Published"),
    message("export_topics", "Topic"),
    message("export_assigned_topics", "Assigned topic"),
    message("export_sections", "Section"),
    message("export_image_credit", "Image"),
    message("export_url", "URL"),
    message("export_page_url", "In the archive"),
    message("export_id", "ID"),
    message("export_revision", "Revision"),
    message("export_archived_at", "Archived"),
    message("export_withheld", "Text"),
)
_WITHHELD = message("export_not_given", "not given here")
_SEPARATOR = message("export_semicolon", "; ")
_LIKE_RULE = re.compile(r"^=+$")
_UNREADABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def write(items: Iterable[ExportItem], out: BinaryIO, context: ExportContext) -> ExportReport:
    """Write each article, with a line between two. Raises OSError if `out` can't be written."""
    report = ExportReport()
    for item in items:
        lines = [*([RULE, ""] if report.items else []), *_lines(item, context)]
        out.write("\n".join([*lines, ""]).encode())
        report.items += 1
    return report


def _lines(item: ExportItem, context: ExportContext) -> Iterator[str]:
    for name, fact in _facts(item, context).items():
        if fact:
            yield f"{catalogue(context.language).text(_LABELS[f'export_{name}'])}: {_plain(fact)}"
    yield ""
    if item.text is None and item.article.summary:
        yield _plain(item.article.summary)
        yield ""
    for line in (item.text or "").split("\n"):
        if paragraph := _plain(line):
            yield f" {paragraph}" if _LIKE_RULE.match(paragraph) else paragraph
            yield ""


def _facts(item: ExportItem, context: ExportContext) -> dict[str, str]:
    article, topics, language = item.article, item.topics, context.language
    return {
        "title": article.title,
        "source": item.source_name,
        "publisher": article.publisher if article.publisher != article.source else "",
        "authors": _listed(article.authors, language),
        "published": _moment(article.published, language) or article.published_raw,
        "topics": _labels(topics.given, language),
        "assigned_topics": _labels(topics.assigned_names, language),
        "sections": _labels(topics.sections, language),
        "image_credit": article.image_credit,
        "url": article.url,
        "page_url": item.page_url,
        "id": article.id,
        "revision": str(article.revision) if article.revision > 1 else "",
        "archived_at": f"{_moment(article.archived_at, language)} UTC" if article.archived_at else "",
        "withheld": catalogue(language).text(_WITHHELD) if item.text is None else "",
    }


def _moment(value: Published | None, language: Language) -> str:
    if value is None:
        return ""
    return format_datetime(value, language) if isinstance(value, datetime) else format_date(value, language)


def _labels(names: tuple[str, ...], language: Language) -> str:
    return _listed(tuple(topic_label(name, language) for name in names), language)


def _listed(names: tuple[str, ...], language: Language) -> str:
    # Labels of topics have commas.
    return catalogue(language).text(_SEPARATOR).join(names)


def _plain(text: str) -> str:
    """The text on one line."""
    return " ".join(_UNREADABLE.sub("", text).split())
