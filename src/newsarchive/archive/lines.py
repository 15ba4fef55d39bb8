"""A line of the archive: one record as JSON, led by the sha256 of all that follows it.

    {"sha256":"<64 hex digits>","type":"article","id":"…", …}

The digest covers the bytes from the first one after the digest's comma to the last one before the newline, so
checking a line needs no parsing, and any change of any byte shows.
"""

import hashlib
import json
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
    body = json.dumps(to_json(record), ensure_ascii=False, separators=(",", ":"))[1:].encode()
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
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"the line is whole but it is no record that this version knows: {error!r}") from error
