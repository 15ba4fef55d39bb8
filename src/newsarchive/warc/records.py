"""Reads the records of a WARC file, one after the other; a damaged one costs no other."""

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from newsarchive.warc.unpacking import CHUNK, Broken, ByteStream, Truncated, Unpacked
from newsarchive.wording import worded

BLOCK_LIMIT = 64 * 2**20
"""Bytes of a block that is kept in memory. Of a longer one only `START_OF_BLOCK` bytes are."""
START_OF_BLOCK = 8192
MOST_HEADERS = 1_000

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its place in the file, its header lines and its block.

    `is_cut` means that the block is longer than `BLOCK_LIMIT`, and `block` only its start.
    """

    place: str
    version: str
    headers: Headers
    block: bytes
    is_cut: bool = False

    def header(self, name: str) -> str:
        """The value of a header, or an empty string."""
        return header(self.headers, name)

    @property
    def start(self) -> int:
        """The offset in the file of the record, or of the gzip member that it is in."""
        return int(self.place.partition("+")[0])

    @property
    def type(self) -> str:
        """The type in lower case, such as `response`."""
        return self.header("WARC-Type").lower()

    @property
    def id(self) -> str:
        """The record id without angle brackets; its place in the file if it has none."""
        return self.header("WARC-Record-ID").strip("<>") or self.place

    @property
    def refers_to(self) -> str:
        """The id of the record that a revisit refers to, or an empty string."""
        return self.header("WARC-Refers-To").strip("<>")

    @property
    def target(self) -> str:
        """The address that was fetched."""
        return self.header("WARC-Target-URI").strip("<>")

    @property
    def date(self) -> datetime | None:
        """When it was fetched."""
        with suppress(ValueError):
            moment = datetime.fromisoformat(self.header("WARC-Date"))
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return None

    @property
    def payload_digest(self) -> str:
        """The digest of the payload as written, or an empty string."""
        return self.header("WARC-Payload-Digest")

    def to_bytes(self) -> bytes:
        """The whole record, uncompressed."""
        lines = [self.version, *(f"{name}: {value}" for name, value in self.headers), "", ""]
        return "\r\n".join(lines).encode() + self.block + b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Damage:
    """A place of the file that has no readable record.

    `start` is the offset in the file. `text` is what could be read there. `is_torn` means that the file ends inside
    its last record.
    """

    place: str
    reason: str
    start: int
    text: bytes = b""
    record_id: str = ""
    is_torn: bool = False

    @property
    def name(self) -> str:
        """The id of the damaged record if it is readable, otherwise its place."""
        return self.record_id or self.place


_IS_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")

Wanted = Callable[[Headers], bool]


def header(headers: Headers, name: str) -> str:
    """The value of a header, or an empty string."""
    return next((value for key, value in headers if key.lower() == name.lower()), "")


def _is_of_page(headers: Headers) -> bool:
    return header(headers, "WARC-Type").lower() in {"response", "resource", "revisit"}


def everything(_headers: Headers) -> bool:
    """All records are wanted."""
    return True


def read_records(raw: ByteStream, wants: Wanted = everything) -> Iterator[Record | Damage]:
    """Yield the records of a WARC file that are wanted by their headers, and damage in place of unreadable ones.

    The file is plain, or compressed in one or more gzip members. It is read as a stream; at most one block, of at most
    `BLOCK_LIMIT` bytes, is in memory. If `raw` can seek, the search for the next record starts right after the start
    of the damaged one.
    """
    unpacked = Unpacked(raw)
    while True:
        reading = _Reading(unpacked)
        try:
            record = reading.next(wants)
        except Broken as broken:
            has_more = unpacked.resume(reading.start)
            yield reading.damage(str(broken), is_torn=isinstance(broken, Truncated) and not has_more)
            if not has_more:
                return
            continue
        if reading.is_at_end:
            return
        if record is not None:
            yield record


class _Reading:
    """The reading of one record."""

    def __init__(self, unpacked: Unpacked) -> None:
        self._unpacked = unpacked
        self.start = unpacked.offset
        self.is_at_end = False
        self._place = ""
        self._headers: Headers = ()
        self._block = bytearray()

    def next(self, wants: Wanted) -> Record | None:
        self._unpacked.skip_blank()
        self.is_at_end = not self._begin()
        if self.is_at_end:
            return None
        self.start, self._place = self._unpacked.offset, self._unpacked.place
        version = self._read_headers()
        length = header(self._headers, "Content-Length")
        if not length.isascii() or not length.isdecimal():
            raise Broken(worded("a record without a usable Content-Length"))
        is_wanted = wants(self._headers)
        is_cut = int(length) > BLOCK_LIMIT
        self._read_block(int(length), START_OF_BLOCK if is_cut else int(length) if is_wanted else 0)
        self._check_end()
        if not is_wanted:
            return None
        record = Record(self._place, version, self._headers, bytes(self._block), is_cut)
        if not is_cut and digest_differs(record.header("WARC-Block-Digest"), record.block):
            raise Broken(worded("its content was changed: it does not have the digest in its header"))
        return record

    def damage(self, reason: str, *, is_torn: bool) -> Damage:
        record_id = header(self._headers, "WARC-Record-ID").strip("<>")
        start = "\r\n".join(value for _, value in self._headers).encode()
        return Damage(
            self._place or str(self.start), reason, self.start, start + bytes(self._block), record_id, is_torn
        )

    def _begin(self) -> bool:
        try:
            return self._unpacked.begin()
        except Broken:
            self.start = self._unpacked.offset
            raise

    def _read_headers(self) -> str:
        """Read the header, and return the version of the format."""
        version = self._unpacked.readline().decode("utf-8", "replace").strip()
        if not version.startswith("WARC/"):
            raise Broken("not a WARC record")
        found: list[tuple[str, str]] = []
        while line := self._unpacked.readline().decode("utf-8", "replace").rstrip("\r\n"):
            name, colon, value = line.partition(":")
            if line[0] in " \t" and found:
                found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
            elif colon and _IS_NAME.fullmatch(name.strip()):
                found.append((name.strip(), value.strip()))
            else:
                raise Broken(worded("its header is damaged"))
            if len(found) > MOST_HEADERS:
                raise Broken(worded("a record with more than {limit:,} header lines", limit=MOST_HEADERS))
        self._headers = tuple(found)
        names = {name.lower() for name, _ in found}
        if "warc-type" not in names or (_is_of_page(self._headers) and "warc-target-uri" not in names):
            raise Broken(worded("its header is damaged: the type or the address is missing"))
        return version

    def _read_block(self, length: int, kept: int) -> None:
        while length and (piece := self._unpacked.read(min(length, CHUNK))):
            length -= len(piece)
            self._block += piece[: max(0, kept - len(self._block))]
        if length:
            raise Truncated(worded("{length:,} bytes shorter than its Content-Length says", length=length))

    def _check_end(self) -> None:
        """The record must end where its length says, and so must its gzip member, with the right checksum."""
        self._unpacked.skip_blank()
        if self._unpacked.has_more() and not self._unpacked.starts_record():
            raise Broken(worded("longer than its Content-Length says"))


def digest_differs(written: str, content: bytes) -> bool:
    """Whether a digest such as `sha1:BASE32` is not that of the content. Unknown algorithms never differ."""
    name, _, value = written.partition(":")
    algorithm = name.strip().lower().replace("-", "")
    if algorithm not in {"sha1", "sha256", "md5", "sha512"} or not value:
        return False
    digest = hashlib.new(algorithm, content, usedforsecurity=False)
    value = value.strip()
    return value.lower() != digest.hexdigest() and value.upper().rstrip("=") != base32_of(digest.digest()).rstrip("=")


def base32_of(digest: bytes) -> str:
    """A digest as WARC files write it."""
    return base64.b32encode(digest).decode()
