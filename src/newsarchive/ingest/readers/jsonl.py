"""Reads JSON Lines and single JSON documents, from archives of this program and from other exports."""

import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from io import BytesIO
from itertools import count, repeat
from typing import Any, Protocol

from newsarchive.article import Article, Copy, Origin, Withdrawal, from_json
from newsarchive.errors import ParseError
from newsarchive.ingest.draft import Draft
from newsarchive.ingest.readers import json_feed
from newsarchive.ingest.readers.fields import draft_of
from newsarchive.ingest.readers.format import BOM, HEAD, Input
from newsarchive.ingest.readers.json_shapes import Found, articles_in, is_own_line
from newsarchive.ingest.readers.shared_links import set_apart
from newsarchive.ingest.text.charset import decode, marked_encoding, wide_encoding
from newsarchive.wording import worded, words_of

KIND = "jsonl"
"""The name of the format, also used as the origin kind of its articles."""
LINE_LIMIT = 32 * 2**20
"""Bytes of a line. The longest articles have a few hundred kilobytes, so a longer line isn't an article."""
DOCUMENT_LIMIT = 256 * 2**20
"""Bytes of a single JSON document, which is parsed as a whole and takes several times its size in memory."""
BLANK_LIMIT = 2**20
"""Bytes of consecutive blank lines. Beyond that, the input is assumed to be endless."""
SKIP_LIMIT = 256 * 2**20
"""Bytes of an overlong line that are skipped to find the next line."""

_LINE_ENDINGS = frozenset({".jsonl", ".ndjson"})
_DECODER = json.JSONDecoder(parse_constant=lambda _: None)
"""NaN and the infinities, which JSON doesn't have, are read as null."""
_OWN_ID = re.compile(r"[a-z2-7]{16}")
_OWN_TYPES = {
    **dict.fromkeys(("id", "title", "summary", "body", "source", "publisher", "published", "published_raw"), str),
    **dict.fromkeys(("published_precision", "language", "url", "guid", "image_credit", "archived_at", "reason"), str),
    **dict.fromkeys(("headings", "authors", "topics"), list),
    "revision": int,
    "title_derived": bool,
    "origin": dict,
}
_SHARED_FIELDS = {field.name for field in fields(Draft)} & {field.name for field in fields(Article)}


class LineStream(Protocol):
    """A stream to read lines from: an open file, a `gzip.GzipFile` or a `BytesIO`."""

    def readline(self, size: int, /) -> bytes:
        """Return the next line with its line break, at most `size` bytes; empty at the end."""
        ...


class Stream(LineStream, Protocol):
    """A stream from which a whole document can be read too."""

    def read(self, size: int, /) -> bytes:
        """Return the next `size` bytes, or fewer at the end."""
        ...


def read(source: Input) -> Iterator[Draft | ParseError]:
    """The drafts of JSON Lines or of one JSON document. Some file extensions allow only JSON Lines."""
    read_items = read_lines if source.ending in _LINE_ENDINGS else read_json
    return read_items(_in_utf_8(source), source.origin)


def _in_utf_8(source: Input) -> Stream:
    """The stream; one in UTF-16, whose bytes aren't lines, is converted as a whole."""
    head = source.stream.peek(HEAD)[:HEAD]
    encoding = marked_encoding(head) or wide_encoding(head)
    if not encoding.startswith("utf-16") and not encoding.startswith("utf-32"):
        return source.stream
    text = source.whole(DOCUMENT_LIMIT).decode(encoding, "replace")
    return BytesIO(text.lstrip("\ufeff").encode(errors="replace"))


def looks_like_json(head: bytes) -> bool:
    """Whether the first bytes, after any whitespace, start an object, or a list of objects or lists."""
    inside = head[1:].lstrip()[:1]
    return (head[:1] == b"{" and inside in b'"}') or (head[:1] == b"[" and inside in b'{["]')


def read_lines(stream: LineStream, origin: Origin) -> Iterator[Draft | ParseError]:
    """Yield a draft or an error for each line that isn't blank. Only one line is in memory at a time.

    A truncated or damaged stream, such as a damaged gzip file, yields one error after the lines
    that could be read.
    """
    number = blank = 0
    try:
        for number, line in enumerate(_limited_lines(stream), start=1):
            item = f"{origin.location}:{number}"
            if isinstance(line, _TooLong):
                yield ParseError(item, line.reason)
                blank = 0
            elif line.isspace():
                blank += len(line)
                if blank > BLANK_LIMIT:
                    yield _too_blank(item)
                    return
            else:
                blank = 0
                value = _parse(line, item)
                yield from [value] if isinstance(value, ParseError) else _read_forms(value, origin, item)
    except (EOFError, OSError, zlib.error) as error:
        reason = worded(
            "damaged or truncated after line {number}; the lines before were read ({error})", number=number, error=error
        )
        failure = ParseError(f"{origin.location}:{number + 1}", reason)
        failure.__cause__ = error
        yield failure


def read_json(stream: Stream, origin: Origin) -> Iterator[Draft | ParseError]:
    """The drafts of JSON Lines or of one JSON document: an article, a list, or an object with a list.

    The input is read as JSON Lines if the first line that isn't blank starts and ends with braces.
    Lines are read one by one. A document is read as a whole; one with more than `DOCUMENT_LIMIT`
    bytes is an error.
    """
    leading = []
    blank = 0
    while line := stream.readline(LINE_LIMIT):
        leading.append(line)
        if not line.isspace():
            break
        blank += len(line)
        if blank > BLANK_LIMIT:
            yield _too_blank(f"{origin.location}:{len(leading)}")
            return
    first = line.removeprefix(BOM).strip()
    if first.startswith(b"{") and first.endswith(b"}"):
        yield from read_lines(_Resumed(leading, stream), origin)
    else:
        yield from _read_document(b"".join(leading), stream, origin)


class _Resumed:
    """The lines that were already read, followed by the rest of the stream."""

    def __init__(self, lines: Iterable[bytes], stream: LineStream) -> None:
        self._lines = iter(lines)
        self._stream = stream

    def readline(self, size: int, /) -> bytes:
        return next(self._lines, b"") or self._stream.readline(size)


def _read_document(start: bytes, stream: Stream, origin: Origin) -> Iterator[Draft | ParseError]:
    content = start + stream.read(DOCUMENT_LIMIT + 1)
    if len(content) > DOCUMENT_LIMIT:
        reason = worded(
            "a JSON document larger than {limit} MiB; convert it to one article per line",
            limit=DOCUMENT_LIMIT // 2**20,
        )
        yield ParseError(origin.location, reason)
        return
    document = _parse(content, origin.location)
    if not isinstance(document, ParseError):
        yield from _read_forms(document, origin, origin.location)
    elif any(isinstance(_parse(line, ""), Mapping) for line in content.split(b"\n", 2)[1:2]):
        yield from read_lines(BytesIO(content), origin)
    else:
        yield document


@dataclass(frozen=True, slots=True)
class _TooLong:
    """Replaces a skipped line, or a line at which reading stops."""

    reason: str


def _limited_lines(stream: LineStream) -> Iterator[bytes | _TooLong]:
    """The lines of at most `LINE_LIMIT` bytes. Longer ones are skipped; one over `SKIP_LIMIT` ends the reading."""
    while line := stream.readline(LINE_LIMIT):
        if line.endswith(b"\n") or len(line) < LINE_LIMIT:
            yield line
            continue
        length = len(line)
        while (rest := stream.readline(LINE_LIMIT)) and not rest.endswith(b"\n"):
            length += len(rest)
            if length > SKIP_LIMIT:
                yield _TooLong(
                    worded(
                        "a line longer than {limit} MiB; this line and the rest are not read",
                        limit=SKIP_LIMIT // 2**20,
                    )
                )
                return
        yield _TooLong(
            worded(
                "a line longer than {limit} MiB, too long for an article; it was skipped",
                limit=LINE_LIMIT // 2**20,
            )
        )


def _too_blank(item: str) -> ParseError:
    return ParseError(
        item,
        worded("more than {blank_limit} MiB of blank lines; the rest is not read", blank_limit=BLANK_LIMIT // 2**20),
    )


def _read_forms(value: object, origin: Origin, item: str) -> Iterator[Draft | ParseError]:
    found = articles_in(value)
    names = (f"{item}#{number}" if len(found.forms) > 1 else item for number in count(1))
    drafts: Iterator[Draft | ParseError] = map(_read_form, found.forms, repeat(origin), names)
    if found.is_feed:
        drafts = set_apart(list(drafts), [json_feed.key_of(form) for form in found.forms])
    for draft in drafts:
        yield _with_envelope(draft, found)


def _with_envelope(draft: Draft | ParseError, found: Found) -> Draft | ParseError:
    if isinstance(draft, ParseError) or not (found.source or found.language):
        return draft
    return replace(draft, fallback_source=found.source, fallback_language=found.language)


def _parse(content: bytes, item: str) -> object:
    """The parsed JSON value, or an error."""
    try:
        return _DECODER.decode(decode(content).lstrip("\ufeff"))
    except UnicodeError as error:
        failure = ParseError(item, words_of(error))
    except json.JSONDecodeError as error:
        place = (
            worded("line {lineno}, column {colno}", lineno=error.lineno, colno=error.colno)
            if error.lineno > 1
            else worded("column {colno}", colno=error.colno)
        )
        failure = ParseError(
            item, worded("not JSON: {msg} at {place}; repair the line or remove it", msg=error.msg, place=place)
        )
    except (ValueError, RecursionError) as error:
        failure = ParseError(item, worded("JSON with values beyond the supported limits: {error}", error=error))
    return failure


def _read_form(form: object, origin: Origin, item: str) -> Draft | ParseError:
    if not isinstance(form, Mapping):
        return ParseError(
            item,
            worded(
                "not a JSON object with the fields of an article; put each article in an object, "
                'such as {{"title": …, "text": …}}'
            ),
        )
    try:
        if is_own_line(form):
            return _own_draft(form, item)
        if form.get("type") == "copy" and form.keys() <= _KEYS_OF_COPY:
            return _own_draft(form, item)
        return draft_of(form, origin, item)
    except ParseError as error:
        return error


_KEYS_OF_COPY = frozenset({"sha256", "type", "id", "url", "archived_at"})


def _own_draft(form: Mapping[str, Any], item: str) -> Draft:
    """The draft of an archive's line. Raises ParseError if the line is invalid or has no article."""
    try:
        _check_types(form)
        record = from_json(form)
    except (ValueError, KeyError, TypeError) as error:
        raise ParseError(
            item, worded("an archive line with a missing or invalid field: {error}", error=repr(error))
        ) from error
    if isinstance(record, Withdrawal):
        reason = f" ({record.reason})" if record.reason else ""
        raise ParseError(
            item,
            worded("a withdrawal of article {id}{reason}; only articles can be ingested", id=record.id, reason=reason),
        )
    if isinstance(record, Copy):
        raise ParseError(
            item, worded("the address of a copy of article {id}; only articles can be ingested", id=record.id)
        )
    return draft_of_article(record, item)


def _check_types(form: Mapping[str, Any]) -> None:
    for key, expected in _OWN_TYPES.items():
        value = form.get(key)
        if value is not None and (not isinstance(value, expected) or isinstance(value, bool) != (expected is bool)):
            raise TypeError(worded("{key} is {value!r}", key=key, value=value))
    for key in ("headings", "authors"):
        if not all(isinstance(name, str) for name in form.get(key, ())):
            raise TypeError(worded("{key} has a value that is not text", key=key))
    if not all(isinstance(topic["name"], str) for topic in form.get("topics", ())):
        raise TypeError(worded("topics has a value that is not text"))


def draft_of_article(article: Article, item: str = "") -> Draft:
    """The draft from which `build_article` builds the same article. An id of another form is replaced."""
    values = {name: getattr(article, name) for name in _SHARED_FIELDS}
    if not _OWN_ID.fullmatch(article.id):
        values["id"] = ""
    return Draft(item=item, published_hint=article.published, **values)
