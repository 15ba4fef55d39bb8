"""Reads the pages and feeds in a WARC file of a crawler, a browser or this program.

Records of other things, such as requests, images and scripts, are skipped. A page that was fetched again unchanged has
a revisit record instead of its content, which is in an earlier record.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from io import BufferedReader, BytesIO
from typing import cast

from newsarchive.article import Origin
from newsarchive.errors import ParseError
from newsarchive.identity import is_web_url
from newsarchive.ingest.draft import Draft
from newsarchive.ingest.readers.format import Input
from newsarchive.ingest.readers.not_articles import looks_like_page
from newsarchive.warc.http_message import Undecodable, read_response
from newsarchive.warc.records import Damage, Headers, Record, header, read_records
from newsarchive.warc.unpacking import ByteStream
from newsarchive.wording import worded

KIND = "warc"
"""The name of the format, also used as the origin kind of its articles."""

Reader = Callable[[Input], Iterator[Draft | ParseError]]

_HEAD = 2048
_TYPES = frozenset({"response", "resource", "revisit"})
_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_FEED = re.compile(r"<(?:[a-z_][\w.-]{0,50}:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
_MARKUP_TYPES = re.compile(
    r"(?:text|application)/(?:\S*xml\S*|html|plain|rss|atom)|\Z|(?:binary|application)/octet-", re.IGNORECASE
)
_UNCHANGED = "server-not-modified"
_MOST_NOTED = 1_000_000
"""The number of records of one file that later revisits can refer to."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A page or a feed in a record."""

    record: Record
    content: bytes
    content_type: str
    is_page: bool


@dataclass(slots=True)
class _Noted:
    """What is needed to resolve revisits: the addresses of the records with text, by id, by fetch and by digest."""

    ids: dict[str, str] = field(default_factory=dict)
    fetches: dict[tuple[str, str], str] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    revisits: list[tuple[str, Record]] = field(default_factory=list)

    def note(self, record: Record) -> None:
        if len(self.addresses) < _MOST_NOTED:
            self.addresses[record.id] = record.target
            self.fetches[record.target, record.header("WARC-Date")] = record.id
            if record.payload_digest:
                self.digests.setdefault(record.payload_digest, record.id)

    def original_of(self, revisit: Record) -> str:
        """The id of the record with the content of a revisit, or an empty string."""
        if revisit.refers_to in self.addresses:
            return revisit.refers_to
        fetch = (
            revisit.header("WARC-Refers-To-Target-URI").strip("<>") or revisit.target,
            revisit.header("WARC-Refers-To-Date"),
        )
        return self.fetches.get(fetch) or self.digests.get(revisit.payload_digest, "")


def looks_like_warc(head: bytes) -> bool:
    """Whether the first bytes are the start of a record."""
    return head.startswith(b"WARC/")


def read(source: Input, *, pages: Reader, feeds: Reader) -> Iterator[Draft | ParseError]:
    """Yield the drafts of all pages and feeds, read by `pages` and `feeds`, and an error for each damaged record.

    The stream may be compressed. The origin of a draft is the file and the id of the record, as `file.warc.gz#urn:…`.
    A revisit with another address than its original is read like the original, in a second pass over the file.
    """
    stream = cast("ByteStream", source.stream)
    noted = _Noted()
    for record in read_records(stream, _may_have_text):
        if isinstance(record, Damage):
            yield ParseError(
                f"{source.location}#{record.name}",
                worded("a damaged record was skipped: {reason}", reason=record.reason),
            )
        elif record.type == "revisit":
            yield from _note_revisit(record, noted, source)
        else:
            found = _found_in(record, source)
            if isinstance(found, _Found):
                noted.note(record)
                yield from _read_found(found, record, source, pages if found.is_page else feeds)
            elif found is not None:
                yield found
    if noted.revisits:
        yield from _read_revisits(noted, source, pages, feeds)


def _may_have_text(headers: Headers) -> bool:
    return header(headers, "WARC-Type").lower() in _TYPES and is_web_url(header(headers, "WARC-Target-URI").strip("<>"))


def _note_revisit(revisit: Record, noted: _Noted, source: Input) -> Iterator[ParseError]:
    """Remember a revisit that says something new: the text of another address."""
    if revisit.header("WARC-Profile").rstrip("/").endswith(_UNCHANGED):
        return
    original = noted.original_of(revisit)
    if original and noted.addresses[original] != revisit.target:
        noted.revisits.append((original, replace(revisit, block=b"")))
    elif not original and revisit.header("WARC-Refers-To-Target-URI").strip("<>") not in {"", revisit.target}:
        where = f"{revisit.header('WARC-Refers-To-Target-URI')} of {revisit.header('WARC-Refers-To-Date')}"
        yield ParseError(
            f"{source.location}#{revisit.id}",
            worded(
                "a revisit of {target}, whose content is in another file: the record of {where}",
                target=revisit.target,
                where=where,
            ),
        )


def _read_revisits(noted: _Noted, source: Input, pages: Reader, feeds: Reader) -> Iterator[Draft | ParseError]:
    waiting: dict[str, list[Record]] = {}
    for original, revisit in noted.revisits:
        waiting.setdefault(original, []).append(revisit)
    stream = cast("ByteStream", source.stream)
    if not stream.seekable():
        name = f"{source.location}#{noted.revisits[0][1].id}"
        yield ParseError(
            name,
            worded(
                "{revisits:,} revisits refer to earlier records; give the file by its path",
                revisits=len(noted.revisits),
            ),
        )
        return
    stream.seek(0)
    for record in read_records(stream, lambda headers: header(headers, "WARC-Record-ID").strip("<>") in waiting):
        found = _found_in(record, source) if isinstance(record, Record) else None
        if isinstance(found, _Found):
            for revisit in waiting[found.record.id]:
                yield from _read_found(found, revisit, source, pages if found.is_page else feeds)


def _found_in(record: Record, source: Input) -> _Found | ParseError | None:
    """The page or feed in a record; None if it has something else, and an error if it can't be decoded."""
    content, content_type = record.block, record.header("Content-Type")
    try:
        if record.type == "response":
            if not content_type.lower().replace(" ", "").startswith("application/http"):
                return None
            response = read_response(record.block)
            content_type = response.content_type
            if not 200 <= response.status < 300 or not _MARKUP_TYPES.match(content_type.strip()):
                return None
            content = b"" if record.is_cut else response.content()
    except Undecodable as error:
        return ParseError(
            f"{source.location}#{record.id}", worded("{target}: {error}", target=record.target, error=error)
        )
    if not _MARKUP_TYPES.match(content_type.strip()):
        return None
    if record.is_cut:
        is_text = content_type.partition(";")[0].strip().lower() in _PAGE_TYPES
        return (
            ParseError(f"{source.location}#{record.id}", worded("{target}: too large", target=record.target))
            if is_text
            else None
        )
    start = content[:_HEAD].replace(b"\0", b"").decode("utf-8", "replace")
    is_feed = _FEED.search(start) is not None and not looks_like_page(start)
    is_page = not is_feed and (looks_like_page(start) or content_type.partition(";")[0].strip().lower() in _PAGE_TYPES)
    return _Found(record, content, content_type, is_page) if is_feed or is_page else None


def _read_found(found: _Found, record: Record, source: Input, reader: Reader) -> Iterator[Draft | ParseError]:
    """The drafts of a page or feed, as fetched for `record`, which is its own record or a revisit of it."""
    name = f"{source.location}#{record.id}"
    at = Origin(KIND, record.target, record.date)
    stream = BufferedReader(BytesIO(found.content))
    try:
        for draft in reader(Input(stream, at, content_type=found.content_type)):
            if isinstance(draft, ParseError):
                yield ParseError(name, worded("{origin}: {reason}", origin=draft.origin, reason=draft.reason))
            else:
                yield replace(draft, origin=Origin(KIND, name, record.date), url=draft.url or record.target)
    except ParseError as error:
        yield ParseError(name, worded("{target}: {reason}", target=record.target, reason=error.reason))
