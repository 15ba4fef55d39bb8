"""Cursors: a place in the archive as a text that a client keeps, and that is recognized after purges.

It has the archive's id, the generation, the position, and a digest of the line before it. So a cursor
of another archive, of an older copy of the files, or of lines that were changed is noticed.
"""

import base64
import hashlib
import zlib
from typing import NamedTuple

from newsarchive.archive.lines import pieces
from newsarchive.archive.moves import follow
from newsarchive.archive.parts import START, Identity, Parts, Position, part_order
from newsarchive.errors import CursorGone
from newsarchive.wording import worded

_DIGITS = 8
_MAX_LENGTH = 200


class Cursor(NamedTuple):
    """A place between two lines. `archive` is the beginning of the archive's id, and `line` the digest before it."""

    archive: str
    generation: int
    position: Position
    line: str

    def __str__(self) -> str:
        """The cursor as text: letters, digits, `-` and `_`."""
        part, offset = self.position
        content = f"{self.archive} {self.generation} {part} {offset} {self.line}".encode()
        return base64.urlsafe_b64encode(zlib.crc32(content).to_bytes(4, "big") + content).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Parse the text of a cursor. Raises ValueError if it isn't one, or was changed."""
        try:
            return cls._parsed(text)
        except ValueError as error:
            raise ValueError(worded("this is not a whole cursor")) from error

    @classmethod
    def _parsed(cls, text: str) -> "Cursor":
        if len(text) > _MAX_LENGTH:
            raise ValueError(worded("{text} characters", text=len(text)))
        decoded = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        if zlib.crc32(decoded[4:]).to_bytes(4, "big") != decoded[:4]:
            raise ValueError(worded("the checksum does not match"))
        archive, generation, part, offset, line = decoded[4:].decode("ascii").split(" ")
        cursor = cls(archive, int(generation), Position(part, int(offset)), line)
        if cursor.generation < 0 or cursor.generation % 2 or cursor.position.offset < 0 or str(cursor) != text:
            raise ValueError(worded("no archive gives such a cursor"))
        if cursor.position != START:
            part_order(part)
        return cursor


def cursor_at(parts: Parts, identity: Identity, position: Position) -> Cursor:
    """The cursor of a position of the current generation."""
    return Cursor(identity.archive[:_DIGITS], identity.generation, position, _line_before(parts, position))


def position_of(parts: Parts, identity: Identity, cursor: Cursor) -> Position:
    """The position of a cursor in the current generation, in which no part is being replaced.

    Raises CursorGone if the archive has no such place, or it isn't known where it is.
    """
    if cursor.archive != identity.archive[:_DIGITS]:
        raise CursorGone(worded("the cursor is of another archive"))
    if cursor.position == START:
        return START
    position, lost_line = cursor.position, False
    if cursor.generation != identity.generation:
        moved = follow(parts, position, cursor.generation)
        if moved is None:
            raise CursorGone(
                worded("the cursor is older than a change of the archive that it can't be followed through")
            )
        position, lost_line = moved
    if not parts.holds(position) or not (lost_line or _line_before(parts, position) == cursor.line):
        raise CursorGone(worded("the archive has other lines now at the place of the cursor"))
    return position


def _line_before(parts: Parts, position: Position) -> str:
    """A digest of the line that ends at a position; empty at the beginning of a part."""
    if not position.offset:
        return ""
    *_, last = pieces(parts.line_before(position))
    return hashlib.sha256(last).hexdigest()[:_DIGITS]
