"""A line of the archive: one record as JSON that starts with the sha256 of the rest of the line.

    {"sha256":"<64 hex digits>","type":"article","id":"…", …}

The digest covers the bytes between the comma after the digest and the newline. So a line can be checked without
parsing it, and a change of any byte is detected.
"""

import hashlib
import json
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from newsarchive.archive.parts import Position
from newsarchive.article import Record, from_json, to_json
from newsarchive.wording import worded

_HEAD = b'{"sha256":"'
_BRACE = _HEAD[:1]
_BODY_AT = len(_HEAD) + 64 + len(b'",')
_LONGEST_KEPT = 16_000
"""The most bytes of a line whose record is kept."""
_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Stored(NamedTuple):
    """A record with its place: the part, the byte offset of its line, and the length of the line in bytes."""

    record: Record
    part: str
    offset: int
    length: int

    @property
    def end(self) -> Position:
        """The position after this record."""
        return Position(self.part, self.offset + self.length)


def encode_line(record: Record) -> bytes:
    """The line of a record, with its newline."""
    text = _as_json(to_json(record))[1:]
    # A lone surrogate, as in a file name that isn't UTF-8, becomes the same escape sequence that JSON uses.
    body = text.encode(errors="backslashreplace")
    return _HEAD + hashlib.sha256(body).hexdigest().encode() + b'",' + body + b"\n"


def decode_line(line: bytes) -> Record:
    """The record of a line; raises ValueError with the reason if the line was changed since it was written."""
    body = line[_BODY_AT:].rstrip(b"\n")
    if line[: len(_HEAD)] != _HEAD or line[_BODY_AT - 2 : _BODY_AT] != b'",':
        raise ValueError(worded("this is not a line of an archive: it does not start with its sha256"))
    if hashlib.sha256(body).hexdigest().encode() != line[len(_HEAD) : _BODY_AT - 2]:
        raise ValueError(worded("the line was changed or damaged: its sha256 does not match"))
    try:
        return from_json(json.loads(b"{" + body))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            worded("the line is intact, but this version does not know such a record: {error}", error=repr(error))
        ) from error


def decode_known_line(line: bytes) -> Record:
    """`decode_line`, which is faster for a short line that was decoded not long ago, byte by byte the same."""
    return _decoded(line) if len(line) <= _LONGEST_KEPT else decode_line(line)


@lru_cache(maxsize=1_024)
def _decoded(line: bytes) -> Record:
    return decode_line(line)


def pieces(line: bytes) -> Iterator[bytes]:
    """The records on a line: one, or several if the newlines between them were damaged.

    Quotation marks in the texts of a record are escaped, so the start of a record can't occur inside a record.
    """
    start = place = 0
    # One character is found much faster than several, and a record has few braces.
    while (place := line.find(_BRACE, place + 1)) >= 0:
        if line.startswith(_HEAD, place):
            yield line[start:place]
            start = place
    yield line[start:] if start else line


def with_newline(tail: bytes) -> bytes | None:
    """The line that `tail` is without its newline, which may be missing or damaged; None if more is missing."""
    for body in (tail, tail[:-1]):
        try:
            decode_line(body)
        except ValueError:
            continue
        return body + b"\n"
    return None


def holds_text_of(line: bytes, article_id: str) -> bool:
    """Whether a line is a revision of an article or the address of a copy, damaged or not, and not a withdrawal."""
    of_article = b'","id":' + json.dumps(article_id, ensure_ascii=False).encode(errors="backslashreplace")
    return b'"type":"article' + of_article in line or b'"type":"copy' + of_article in line
