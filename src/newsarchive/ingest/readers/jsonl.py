"""JSON Lines, plain or gzipped, and single JSON documents: our own archive's lines and other people's exports."""

import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from io import BytesIO
from typing import Any, Protocol

from newsarchive.article import Article, Origin, Withdrawal, from_json
from newsarchive.errors import ParseError
from newsarchive.ingest.draft import Draft
from newsarchive.ingest.readers.fields import draft_of
from newsarchive.ingest.readers.format import BOM, Input

KIND = "jsonl"
"""The name of the format, and the kind of origin of its articles."""
LINE_LIMIT = 32 * 2**20
"""Bytes of a line. The longest articles have some hundred kilobytes; a longer line is another kind of file."""
DOCUMENT_LIMIT = 256 * 2**20
"""Bytes of a single JSON document: it has to be read as a whole, which takes several times its size of memory."""
BLANK_LIMIT = 2**20
"""Bytes of blank lines in a row: more of them are no gap between articles, and there may be no end to them."""
SKIP_LIMIT = 256 * 2**20
"""Bytes of a line that are passed over to get to the next one."""

_LINE_ENDINGS = frozenset({".jsonl", ".ndjson"})
_OWN_ID = re.compile(r"[a-z2-7]{16}")
_OWN_TYPES = {
    **dict.fromkeys(("id", "title", "summary", "body", "source", "publisher", "published", "published_raw"), str),
    **dict.fromkeys(("language", "url", "image_credit", "archived_at", "reason"), str),
    **dict.fromkeys(("headings", "authors", "topics"), list),
    "revision": int,
    "title_derived": bool,
    "origin": dict,
}
_SHARED_FIELDS = {field.name for field in fields(Draft)} & {field.name for field in fields(Article)}
_TEXT_KEYS = frozenset({"body", "text", "content", "summary", "description"})
_LISTS = ("articles", "items", "entries", "results", "data", "docs", "posts")
"""Where APIs, JSON Feed and exports keep their articles inside one object."""


class LineStream(Protocol):
    """What lines are read from: an open file, a `gzip.GzipFile`, a `BytesIO`."""

    def readline(self, size: int, /) -> bytes:
        """The next line with its end, or its first `size` bytes; empty at the end."""
        ...


class Stream(LineStream, Protocol):
    """What a whole document can be read from, too."""

    def read(self, size: int, /) -> bytes:
        """The next `size` bytes, fewer only at the end."""
        ...


def read(source: Input) -> Iterator[Draft | ParseError]:
    """The drafts of JSON Lines, or of one JSON document unless the file's ending says that it is lines."""
    read_items = read_lines if source.ending in _LINE_ENDINGS else read_json
    return read_items(source.stream, source.origin)


def looks_like_json(head: bytes) -> bool:
    """Whether the first bytes, without white space before them, begin an object, or a list of them or of lists."""
    inside = head[1:].lstrip()[:1]
    return (head[:1] == b"{" and inside in b'"}') or (head[:1] == b"[" and inside in b'{["]')


def read_lines(stream: LineStream, origin: Origin) -> Iterator[Draft | ParseError]:
    """A draft, or what is wrong, for each line that is not blank; one line at a time is in memory.

    A stream that breaks off, as a damaged gzip file does, gives one error after what could be read.
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
        reason = f"damaged or cut off after line {number}, what stood before it is used ({error})"
        failure = ParseError(f"{origin.location}:{number + 1}", reason)
        failure.__cause__ = error
        yield failure


def read_json(stream: Stream, origin: Origin) -> Iterator[Draft | ParseError]:
    """The drafts of JSON Lines, or of one JSON document: an article, a list, or an object that holds a list.

    Lines are read one by one; it is lines when the first that is not blank is an object by its brackets. A
    document is read as a whole, and is an error when it has more than `DOCUMENT_LIMIT` bytes.
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
    """The lines that were read already, then the rest of the stream."""

    def __init__(self, lines: Iterable[bytes], stream: LineStream) -> None:
        self._lines = iter(lines)
        self._stream = stream

    def readline(self, size: int, /) -> bytes:
        return next(self._lines, b"") or self._stream.readline(size)


def _read_document(start: bytes, stream: Stream, origin: Origin) -> Iterator[Draft | ParseError]:
    content = start + stream.read(DOCUMENT_LIMIT + 1)
    if len(content) > DOCUMENT_LIMIT:
        reason = f"one JSON document of more than {DOCUMENT_LIMIT // 2**20} MiB; make it one article a line"
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
    """Stands for a line that was passed over, or for all that comes from one on."""

    reason: str


def _limited_lines(stream: LineStream) -> Iterator[bytes | _TooLong]:
    """The lines, each at most `LINE_LIMIT` long; the reading ends at one of more than `SKIP_LIMIT`."""
    while line := stream.readline(LINE_LIMIT):
        if line.endswith(b"\n") or len(line) < LINE_LIMIT:
            yield line
            continue
        length = len(line)
        while (rest := stream.readline(LINE_LIMIT)) and not rest.endswith(b"\n"):
            length += len(rest)
            if length > SKIP_LIMIT:
                yield _TooLong(f"a line of more than {SKIP_LIMIT // 2**20} MiB; neither it nor what follows is read")
                return
        yield _TooLong(f"a line of more than {LINE_LIMIT // 2**20} MiB is no article; it is left out")


def _too_blank(item: str) -> ParseError:
    return ParseError(item, f"more than {BLANK_LIMIT // 2**20} MiB of blank lines; what follows is not read")


def _forms(document: object) -> list[Any]:
    """The objects that are to be articles; an object with a list of them and no text of its own stands for these."""
    if isinstance(document, list):
        return document
    if isinstance(document, Mapping) and not _TEXT_KEYS & document.keys():
        for key in _LISTS:
            found = document.get(key)
            if isinstance(found, list) and any(isinstance(form, Mapping) for form in found):
                return found
    return [document]


def _read_forms(value: object, origin: Origin, item: str) -> Iterator[Draft | ParseError]:
    forms = _forms(value)
    for number, form in enumerate(forms, start=1):
        yield _read_form(form, origin, f"{item}#{number}" if len(forms) > 1 else item)


def _parse(content: bytes, item: str) -> object:
    """The JSON value, or what is wrong with it."""
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=lambda _: None)
    except UnicodeDecodeError as error:
        failure = ParseError(item, f"not UTF-8 (byte {error.start + 1}); JSON has to be in UTF-8")
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}" if error.lineno > 1 else f"column {error.colno}"
        failure = ParseError(item, f"not JSON: {error.msg} at {place}")
    except (ValueError, RecursionError) as error:
        failure = ParseError(item, f"JSON that no article needs: {error}")
    return failure


def _read_form(form: object, origin: Origin, item: str) -> Draft | ParseError:
    if not isinstance(form, Mapping):
        return ParseError(item, "not a JSON object with the fields of an article")
    try:
        if form.get("type") in ("article", "withdrawal") and "id" in form and "revision" in form:
            return _own_draft(form, item)
        return draft_of(form, origin, item)
    except ParseError as error:
        return error


def _own_draft(form: Mapping[str, Any], item: str) -> Draft:
    """The draft of a line of an archive; raises ParseError when something is wrong in it, or it withdraws."""
    try:
        _check_types(form)
        record = from_json(form)
    except (ValueError, KeyError, TypeError) as error:
        raise ParseError(item, f"a line of an archive with something missing or wrong in it: {error!r}") from error
    if isinstance(record, Withdrawal):
        reason = f" ({record.reason})" if record.reason else ""
        raise ParseError(item, f"withdraws the article {record.id}{reason}; ingest takes in articles only")
    return draft_of_article(record, item)


def _check_types(form: Mapping[str, Any]) -> None:
    for key, expected in _OWN_TYPES.items():
        value = form.get(key)
        if value is not None and (not isinstance(value, expected) or isinstance(value, bool) != (expected is bool)):
            raise TypeError(f"{key} is {value!r}")
    for key in ("headings", "authors"):
        if not all(isinstance(name, str) for name in form.get(key, ())):
            raise TypeError(f"{key} holds something that is not text")
    if not all(isinstance(topic["name"], str) for topic in form.get("topics", ())):
        raise TypeError("topics holds something that is not text")


def draft_of_article(article: Article, item: str = "") -> Draft:
    """The draft that `build_article` makes the same article of; an id that is not of our form it makes anew."""
    values = {name: getattr(article, name) for name in _SHARED_FIELDS}
    if not _OWN_ID.fullmatch(article.id):
        values["id"] = ""
    return Draft(item=item, published_hint=article.published, **values)
