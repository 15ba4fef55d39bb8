"""Checks what a URL returned: feeds and JSON are accepted, and plain text if requested.

A server may return anything, such as an error page at the URL of a former feed, which must not
become an article.
"""

import codecs

from newsarchive.article import Origin
from newsarchive.errors import ParseError
from newsarchive.ingest.readers import feed, plaintext
from newsarchive.ingest.readers.format import HEAD, Format
from newsarchive.ingest.readers.registry import labels_from_web, sniffed
from newsarchive.ingest.text.html import looks_like_html

_HEAD = 2048
_MEDIA = {b"\x89PNG": "an image", b"\xff\xd8\xff": "an image", b"GIF8": "an image", b"RIFF": "an image or a sound"}
_HTML_TYPES = ("text/html", "application/xhtml+xml")


def check_content(content: bytes, content_type: str, origin: Origin, asked: Format | None) -> None:
    """Raise ParseError, with advice, for content that isn't accepted from a URL.

    `content` is already decompressed. `content_type` is the HTTP header, and `asked` the format
    that the user requested.
    """
    if not content.strip():
        raise ParseError(origin.location, "empty: there is nothing to ingest")
    if asked is None:
        found = sniffed(content[:HEAD])
        if not found.is_from_web:
            raise ParseError(origin.location, _not_accepted(content, content_type, found))
    elif not asked.explains_pages and _is_page(content, content_type, asked):
        raise ParseError(origin.location, feed.page_advice(_rough_text(content), origin.location))


def _not_accepted(content: bytes, content_type: str, found: Format) -> str:
    what = plaintext.other_file(content) or _media(content)
    if what:
        *labels, last = labels_from_web()
        return f"it looks like {what}; only {', '.join(labels)} and {last} are accepted from a URL"
    declared = f" (the server says {content_type[:80]!r})" if content_type else ""
    return (
        f"it looks like {found.labels[0]}{declared}, neither a feed nor JSON; if it is the text of one article, add"
        f" --format {found.name}"
    )


def _media(content: bytes) -> str:
    named = next((what for start, what in _MEDIA.items() if content.startswith(start)), "")
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return named or ("binary data" if b"\0" in content[:_HEAD] and not is_utf16 else "")


def _is_page(content: bytes, content_type: str, asked: Format) -> bool:
    """Whether the content is HTML, judged by its start and, if plain text is requested, also by the HTTP header."""
    start = _rough_text(content[:_HEAD]).lstrip()
    if start.startswith("<") and (feed.looks_like_page(start) or looks_like_html(start)):
        return True
    return asked.looks_like is None and content_type.partition(";")[0].strip().lower() in _HTML_TYPES


def _rough_text(content: bytes) -> str:
    """The decoded text, in which at least the ASCII characters, and so the markup, are right."""
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if is_utf16 else "utf-8-sig", "replace")
