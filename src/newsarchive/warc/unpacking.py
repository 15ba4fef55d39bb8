"""The bytes of a WARC file, decompressed piece by piece, with the places where its records start.

warcio reads intact files only: after a damaged byte it ends, or goes on with wrong bytes. Here a damaged place is an
exception, and `resume` finds the next record after it.
"""

import re
import zlib
from typing import Protocol

from newsarchive.wording import worded

CHUNK = 1 << 16
"""Bytes that are read or decompressed at once."""
LONGEST_LINE = 1 << 16
"""Bytes of a line of a header."""

_MAGIC = b"\x1f\x8b\x08"
_VERSION = b"WARC/"
_START_OF_RECORD = re.compile(rb"(?=WARC/[01]\.[0-9]{1,2}\r?\n[A-Za-z-]{1,60}:)")
_LONGEST_START = 100
_GZIP = zlib.MAX_WBITS | 16
_PROBE = 4096
"""Bytes of a member that are decompressed to see whether it starts a record."""


class ByteStream(Protocol):
    """An open binary stream. If it can seek, no record is lost after damage."""

    def read(self, size: int, /) -> bytes:
        """Return the next `size` bytes, or fewer at the end."""
        ...

    def seekable(self) -> bool:
        """Whether `seek` works."""
        ...

    def seek(self, offset: int, /) -> int:
        """Go to an offset from the start."""
        ...


class Broken(Exception):
    """The bytes at this place can't be decompressed, or aren't a record; the message says why."""


class Truncated(Broken):
    """The file ends inside a record."""


class Unpacked:
    """A WARC file as one stream of bytes, from plain text or from gzip members."""

    def __init__(self, raw: ByteStream) -> None:
        self._raw = raw
        self._waiting = raw.read(CHUNK)
        self._raw_end = len(self._waiting)
        """The offset in the file after the bytes read so far."""
        self._is_packed = self._waiting.startswith(_MAGIC[:2])
        self._inflater: zlib._Decompress | None = None
        self._ready = b""
        self._next = 0
        self._member = 0
        self._taken = 0
        """The bytes of this member, or of a plain file, before those that are ready."""

    @property
    def offset(self) -> int:
        """Where the next byte is in the file; for a byte inside a gzip member, where the member starts."""
        return self._member if self._is_packed else self._taken + self._next

    @property
    def place(self) -> str:
        """The offset as text. A second number counts the decompressed bytes in the member before the next byte."""
        inner = self._taken + self._next
        return str(self.offset) if not self._is_packed or not inner else f"{self.offset}+{inner}"

    def begin(self) -> bool:
        """Go to the next byte, in the next member if this one has ended. Return False at the end of the file."""
        return self.has_more() or (self._is_packed and self._open_member())

    def has_more(self) -> bool:
        """Whether this member, or this plain file, has more bytes. Raises Broken if they are damaged."""
        if self._next < len(self._ready):
            return True
        self._taken += len(self._ready)
        self._ready, self._next = b"", 0
        self._fill()
        return bool(self._ready)

    def read(self, size: int) -> bytes:
        """Return the next bytes of this member, at most `size`, and fewer only before its end. Raises Broken."""
        pieces = []
        while size > 0 and self.has_more():
            piece = self._ready[self._next : self._next + size]
            self._next += len(piece)
            size -= len(piece)
            pieces.append(piece)
        return b"".join(pieces)

    def readline(self) -> bytes:
        """Return the rest of the line with its line break. Raises Broken, also if it is too long."""
        pieces: list[bytes] = []
        length = 0
        while self.has_more():
            end = self._ready.find(b"\n", self._next) + 1 or len(self._ready)
            pieces.append(self._ready[self._next : end])
            length += end - self._next
            self._next = end
            if length > LONGEST_LINE:
                raise Broken(worded("a line of its header is too long"))
            if pieces[-1].endswith(b"\n"):
                break
        return b"".join(pieces)

    def skip_blank(self) -> None:
        """Skip line breaks up to the end of the member."""
        while self.has_more() and self._ready[self._next] in b"\r\n":
            self._next += 1

    def starts_record(self) -> bool:
        """Whether the next bytes of this member are the start of a record."""
        rest = self._ready[self._next :]
        if len(rest) < len(_VERSION):
            self._taken += self._next
            self._next = 0
            self._ready = b""
            self._fill()
            self._ready = rest + self._ready
        return self._ready.startswith(_VERSION, self._next)

    def resume(self, after: int) -> bool:
        """Go to the first record that starts after an offset of the file, or the last byte read if it can't seek.

        Return False if there is none.
        """
        self._inflater, self._ready, self._next = None, b"", 0
        if self._raw.seekable():
            self._raw.seek(after + 1)
            self._waiting, self._raw_end = b"", after + 1
        return self._find_member() if self._is_packed else self._find_line()

    def _fill(self) -> None:
        if not self._is_packed:
            self._ready, self._waiting = self._waiting, b""
            if not self._ready:
                self._read_more()
                self._ready, self._waiting = self._waiting, b""
            return
        while not self._ready and self._inflater is not None and not self._inflater.eof:
            if not self._waiting and not self._read_more():
                raise Truncated(worded("the file is truncated here"))
            try:
                self._ready = self._inflater.decompress(self._waiting, CHUNK)
            except zlib.error as error:
                raise Broken(worded("damaged ({error})", error=error)) from error
            self._waiting = self._inflater.unused_data if self._inflater.eof else self._inflater.unconsumed_tail

    def _read_more(self) -> bool:
        more = self._raw.read(CHUNK)
        self._raw_end += len(more)
        self._waiting += more
        return bool(more)

    def _open_member(self) -> bool:
        while len(self._waiting) < len(_MAGIC) and self._read_more():
            pass
        self._member = self._raw_end - len(self._waiting)
        self._taken = 0
        if not self._waiting.strip(b"\0"):
            return False
        if not self._waiting.startswith(_MAGIC):
            raise Broken(worded("not a gzip member"))
        self._inflater = zlib.decompressobj(_GZIP)
        return True

    def _find_member(self) -> bool:
        while True:
            found = self._waiting.find(_MAGIC)
            if found < 0:
                self._waiting = self._waiting[-len(_MAGIC) + 1 :]
                if not self._read_more():
                    return False
                continue
            self._waiting = self._waiting[found:]
            while len(self._waiting) < _PROBE and self._read_more():
                pass
            if _starts_record(self._waiting):
                self._member, self._taken = self._raw_end - len(self._waiting), 0
                return True
            self._waiting = self._waiting[1:]

    def _find_line(self) -> bool:
        while True:
            found = _START_OF_RECORD.search(self._waiting)
            if found:
                self._waiting = self._waiting[found.end() :]
                self._taken = self._raw_end - len(self._waiting)
                return True
            self._waiting = self._waiting[-_LONGEST_START:]
            if not self._read_more():
                return False


def _starts_record(packed: bytes) -> bool:
    try:
        return zlib.decompressobj(_GZIP).decompress(packed, len(_VERSION)) == _VERSION
    except zlib.error:
        return False
