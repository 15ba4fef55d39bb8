"""A line of the archive: one record as JSON, led by the sha256 of all that follows it.

    {"sha256":"<64 hex digits>","type":"article","id":"…", …}

The digest covers the bytes from the first one after the digest's comma to the last one before the newline, so
checking a line needs no parsing, and any change of any byte shows.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import NamedTuple

from newsarchive.archive.parts import Position
from newsarchive.article import Record, from_json, to_json

_HEAD = b'{"sha256":"'
_BODY_AT = len(_HEAD) + 64 + len(b'",')


class Stored(NamedTuple):
    """A record with its place: the part, the byte offset of its line, and the length of the line in bytes."""

    record: Record
    part: str
    offset: int
    length: int

    @property
    def end(self) -> Position:
        """The position behind this record."""
        return Position(self.part, self.offset + self.length)


def encode_line(record: Record) -> bytes:
    """The line of a record, with its newline."""
    text = json.dumps(to_json(record), ensure_ascii=False, separators=(",", ":"))[1:]
    # JSON writes a lone surrogate, as in a file's name that is not UTF-8, just like this.
    body = text.encode(errors="backslashreplace")
    return _HEAD + hashlib.sha256(body).hexdigest().encode() + b'",' + body + b"\n"


def decode_line(line: bytes) -> Record:
    """The record of a line; raises ValueError, saying what is wrong, for a line that is not as it was written."""
    body = line[_BODY_AT:].rstrip(b"\n")
    if line[: len(_HEAD)] != _HEAD or line[_BODY_AT - 2 : _BODY_AT] != b'",':
        raise ValueError("this is not a line of an archive: it does not start with its sha256")
    if hashlib.sha256(body).hexdigest().encode() != line[len(_HEAD) : _BODY_AT - 2]:
        raise ValueError("the line was changed or damaged: its sha256 does not fit")
    try:
        return from_json(json.loads(b"{" + body))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"the line is whole but it is no record that this version knows: {error!r}") from error


def pieces(line: bytes) -> Iterator[bytes]:
    """The records that stand on a line: one, or several where the newline between them was damaged.

    Inside a record every quotation mark of a text is escaped, so what starts like a record is the start of one.
    """
    start = 0
    while (following := line.find(_HEAD, start + 1)) >= 0:
        yield line[start:following]
        start = following
    yield line[start:]


def with_newline(tail: bytes) -> bytes | None:
    """The whole line of which `tail` has all but the newline, be that missing or another byte; None for less."""
    for body in (tail, tail[:-1]):
        try:
            decode_line(body)
        except ValueError:
            continue
        return body + b"\n"
    return None


def holds_text_of(line: bytes, article_id: str) -> bool:
    """Whether this is a revision of an article, damaged or not, and no withdrawal."""
    return (
        b'"type":"article","id":' + json.dumps(article_id, ensure_ascii=False).encode(errors="backslashreplace") in line
    )
