"""Checks what a URL returned: feeds, JSON and tables are accepted, and plain text if requested.

A server may return anything, such as an error page at the URL of a former feed, which must not
become an article.
"""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from newsarchive.article import Origin
from newsarchive.errors import ParseError
from newsarchive.ingest.readers.format import HEAD, Format
from newsarchive.ingest.readers.not_articles import error_in, looks_like_page, page_advice
from newsarchive.ingest.readers.other_files import unsupported_file
from newsarchive.ingest.readers.registry import labels_from_web, sniffed
from newsarchive.ingest.text.charset import marked_encoding, wide_encoding
from newsarchive.ingest.text.html import looks_like_html
from newsarchive.wording import listed, worded

_HEAD = 2048
_SHORT = 120
"""Characters of an error message that is refused although plain text was requested."""
_HTML_TYPES = ("text/html", "application/xhtml+xml")
_FEED_NAMES = frozenset({"feed", "feeds", "rss", "rss2", "atom", "rdf"})
_FEED_ENDINGS = (".xml", ".rss", ".atom", ".rdf", ".json", ".jsonl")
_FEED_QUERY = re.compile(r"(?:^|&)(?:feed|format|type|output)=(?:rss2?|atom|feed|xml)(?:&|$)", re.IGNORECASE)
_TABLE_TYPES = ("text/csv", "text/tab-separated-values", "application/csv")


def check_content(
    content: bytes, content_type: str, origin: Origin, asked: Format | None, *, asked_at: Sequence[str] = ()
) -> None:
    """Raise ParseError, with advice, for content that isn't accepted from a URL.

    `content` is already decompressed. `content_type` is the HTTP header, and `asked` the format
    that the user requested. `asked_at` are the addresses before any redirect. A web page isn't accepted
    from the address of a feed, because what stands there instead of the feed is rarely an article.
    """
    if not content.strip():
        raise ParseError(origin.location, worded("empty: there is nothing to ingest"))
    if asked is None:
        found = sniffed(content[:HEAD])
        if not found.is_from_web:
            raise ParseError(origin.location, _not_accepted(content, content_type, found))
        if found.asks_permission and any(map(is_address_of_feed, (origin.location, *asked_at))):
            raise ParseError(origin.location, page_advice(_rough_text(content), origin.location))
    elif asked.looks_like is None and (error := error_in(_rough_text(content[:_HEAD]), _SHORT)):
        raise ParseError(origin.location, worded("it looks like {error}, not an article", error=error))
    elif not asked.explains_pages and _is_page(content, content_type, asked):
        raise ParseError(origin.location, page_advice(_rough_text(content), origin.location))


def is_address_of_feed(address: str) -> bool:
    """Whether an address looks like that of a feed.

    >>> is_address_of_feed("https://nahr.example/rss"), is_address_of_feed("https://nahr.example/news/1.html")
    (True, False)
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    last = parts.path.rstrip("/").rpartition("/")[2].lower()
    return last in _FEED_NAMES or last.endswith(_FEED_ENDINGS) or bool(_FEED_QUERY.search(parts.query))


def _not_accepted(content: bytes, content_type: str, found: Format) -> str:
    *labels, last = labels_from_web()
    if what := unsupported_file(content) or _binary(content):
        return worded(
            "it looks like {what}; only {labels} and {last} are accepted from a URL",
            what=what,
            labels=listed(labels),
            last=last,
        )
    if error := error_in(_rough_text(content[:_HEAD])):
        return worded("it looks like {error}, not a feed", error=error)
    kind = content_type.partition(";")[0].strip().lower()
    if kind in _TABLE_TYPES:
        return worded(
            "it looks like a table without a header row; the first row must name the columns, such as title, text, date"
        )
    declared = worded(" (the server says {content_type!r})", content_type=content_type[:80]) if content_type else ""
    return worded(
        "it looks like {labels}{declared}, neither a feed nor JSON; if it is the text of one "
        "article, add --format {name}",
        labels=found.labels[0],
        declared=declared,
        name=found.name,
    )


def _binary(content: bytes) -> str:
    is_wide = marked_encoding(content) or wide_encoding(content)
    return worded("binary data") if b"\0" in content[:_HEAD] and not is_wide else ""


def _is_page(content: bytes, content_type: str, asked: Format) -> bool:
    """Whether the content is HTML, judged by its start and, if plain text is requested, also by the HTTP header."""
    start = _rough_text(content[:_HEAD]).lstrip()
    if start.startswith("<") and (looks_like_page(start) or looks_like_html(start)):
        return True
    return asked.looks_like is None and content_type.partition(";")[0].strip().lower() in _HTML_TYPES


def _rough_text(content: bytes) -> str:
    """The decoded text, in which at least the ASCII characters, and so the markup, are right."""
    return content.decode(marked_encoding(content) or wide_encoding(content) or "utf-8", "replace")
