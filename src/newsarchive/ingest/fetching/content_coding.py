"""Decompresses a response in chunks up to a limit, so that a decompression bomb can't fill memory."""

import zlib

from newsarchive.wording import listed, worded

GZIP_MAGIC = b"\x1f\x8b"

_CODINGS = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate"}
_GZIP = zlib.MAX_WBITS | 16
_RAW_DEFLATE = -zlib.MAX_WBITS


class BadCoding(Exception):
    """The content can't be decompressed; the message says why."""


class TooLarge(Exception):
    """The decompressed content is larger than the limit."""


class Unpacker:
    """Decompresses content as it arrives.

    `content_encoding` is the HTTP header, with several lines joined by commas. A gzip file sent
    without that header is decompressed too. More than one layer is rejected, because each layer
    multiplies the size. `limit` is in bytes after decompression. Raises BadCoding, also for an
    unknown coding.
    """

    def __init__(self, content_encoding: str, limit: int) -> None:
        self._coding = _only_coding(content_encoding)
        self._limit = limit
        self._content = bytearray()
        self._waiting = b""
        self._inflater: zlib._Decompress | None = None
        self._is_plain = False
        self._is_over = False

    def feed(self, piece: bytes) -> None:
        """Decompress the next bytes. Raises BadCoding or TooLarge as soon as either is certain."""
        if self._is_plain:
            self._keep(piece)
        elif not self._is_over:
            try:
                self._unpack(piece)
            except zlib.error as error:
                raise BadCoding(
                    worded("the content does not match its Content-Encoding ({error})", error=error)
                ) from error

    def finish(self) -> bytes:
        """Return the whole content after the last piece. Raises BadCoding if it is truncated or compressed twice."""
        if self._inflater is None:
            if self._waiting and self._coding:
                raise BadCoding(worded("the content does not match its Content-Encoding (it is too short)"))
            self._keep(self._waiting)
        elif not self._inflater.eof:
            raise BadCoding(worded("the compressed content is truncated"))
        elif self._content.startswith(GZIP_MAGIC):
            raise BadCoding(worded("the content is compressed more than once, which is not supported"))
        return bytes(self._content)

    def _unpack(self, piece: bytes) -> None:
        packed = self._waiting + piece
        self._waiting = b""
        while packed:
            if self._inflater is None or self._inflater.eof:
                if len(packed) < len(GZIP_MAGIC):
                    self._waiting = packed
                    return
                if not self._begin(packed):
                    return
            assert self._inflater is not None
            self._keep(self._inflater.decompress(packed, self._limit - len(self._content) + 1))
            packed = self._inflater.unused_data if self._inflater.eof else self._inflater.unconsumed_tail

    def _begin(self, packed: bytes) -> bool:
        """Start at the first byte or after the end of a part; return False if nothing more is to be decompressed."""
        is_gzip = packed.startswith(GZIP_MAGIC)
        if self._inflater is not None:  # A gzip file may have several parts. Anything else after a part is padding.
            self._is_over = not (is_gzip and self._coding == "gzip")
            if self._is_over:
                return False
        elif not self._coding and not is_gzip:
            self._is_plain = True
            self._keep(packed)
            return False
        self._coding = self._coding or "gzip"
        self._inflater = zlib.decompressobj(_GZIP if self._coding == "gzip" else _deflate_bits(packed))
        return True

    def _keep(self, content: bytes) -> None:
        self._content += content
        if len(self._content) > self._limit:
            raise TooLarge


def _only_coding(content_encoding: str) -> str:
    names = [name.strip().lower() for name in content_encoding.split(",")]
    codings = [name for name in names if name not in {"", "identity"}]
    if len(codings) > 1:
        raise BadCoding(
            worded(
                "the content is compressed more than once ({codings}), which is not supported", codings=listed(codings)
            )
        )
    if codings and codings[0] not in _CODINGS:
        raise BadCoding(
            worded("the content is compressed as {codings!r}, which was not requested", codings=codings[0][:40])
        )
    return _CODINGS[codings[0]] if codings else ""


def _deflate_bits(packed: bytes) -> int:
    """Deflate with the zlib header that the standard requires, or without it, as some servers send it."""
    has_header = packed[0] & 0x0F == zlib.DEFLATED and int.from_bytes(packed[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if has_header else _RAW_DEFLATE
