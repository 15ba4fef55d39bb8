"""Recognizes a web page, and reads it as one article with `pages`, which is imported only when needed."""

import re
from collections.abc import Iterator

from newsarchive.errors import ParseError
from newsarchive.ingest.draft import Draft
from newsarchive.ingest.readers.format import Input

KIND = "page"
_HEAD = 4_096
_START = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}\?>\s*|<!--(?:[^-]|-(?!->)){0,2000}-->\s*)*"
    rb"<(?:!doctype\s+html|html|head|body|title\s*>(?!.*<(?:rss|feed|item)\b)|meta|link\s+rel)[\s>]?",
    re.IGNORECASE,
)
_MHTML = re.compile(
    rb"(?:From|MIME-Version|Content-Type|Snapshot-Content-Location|Subject|Date|X-[\w-]+):[^\n]*\n", re.IGNORECASE
)


def looks_like_web_page(head: bytes) -> bool:
    """Whether the first bytes are those of a web page or of an MHTML file."""
    return _START.match(head) is not None or is_mhtml(head)


def is_mhtml(content: bytes) -> bool:
    """Whether the first bytes are the headers of a file with a page and all its parts, as browsers save it."""
    head = content[:_HEAD].lstrip()
    return _MHTML.match(head) is not None and b"multipart/related" in head.lower()


def read(source: Input) -> Iterator[Draft | ParseError]:
    """Yield the draft of the article. Raises ParseError, saying what the page is, if it has none."""
    # lxml alone takes longer to import than most files to read.
    from newsarchive.ingest.readers.pages.reader import read_page  # noqa: PLC0415
    from newsarchive.ingest.readers.pages.tree import SIZE_LIMIT  # noqa: PLC0415

    yield read_page(source.whole(SIZE_LIMIT), source.origin, source.content_type)
