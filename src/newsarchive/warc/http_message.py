"""Decodes the HTTP response in the block of a record: its status, its type and its content."""

import zlib
from dataclasses import dataclass
from io import BytesIO

from warcio.bufferedreaders import ChunkedDataReader
from warcio.statusandheaders import StatusAndHeadersParser

from newsarchive.warc.extra_codings import EXTRA_CODINGS, Damaged, NotInstalled
from newsarchive.wording import worded

CONTENT_LIMIT = 64 * 2**20
"""Bytes of the decoded content."""

_GZIP = b"\x1f\x8b"
_START_OF_TEXT = 512


class Undecodable(Exception):
    """The content can't be decoded; the message says why."""


@dataclass(frozen=True, slots=True)
class Response:
    """A response: `status` is 0 if its first line is unusable. `encoded` is its content as sent."""

    status: int
    content_type: str
    encoding: str
    is_chunked: bool
    encoded: bytes

    def content(self) -> bytes:
        """The content, without chunks and compression. Raises Undecodable.

        Programs that store decoded content often keep the headers of what was sent, so content that isn't encoded as
        its header says is taken as it is.
        """
        body = self.encoded
        if self.is_chunked:
            body = ChunkedDataReader(BytesIO(body)).read(CONTENT_LIMIT + 1)
        if body.startswith(_GZIP):
            return _inflated(body, zlib.MAX_WBITS | 16)
        if self.encoding == "deflate" and not _looks_like_text(body):
            has_header = len(body) > 1 and body[0] & 0x0F == zlib.DEFLATED and int.from_bytes(body[:2], "big") % 31 == 0
            return _inflated(body, zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)
        if self.encoding in EXTRA_CODINGS and not _looks_like_text(body):
            return _unpacked(body, self.encoding)
        if len(body) > CONTENT_LIMIT:
            raise Undecodable(_TOO_LARGE)
        return body


_TOO_LARGE = worded("its content has more than {limit} MiB", limit=CONTENT_LIMIT // 2**20)


def read_response(block: bytes) -> Response:
    """The response in a block. Raises Undecodable if there is none."""
    stream = BytesIO(block)
    try:
        head = StatusAndHeadersParser([], verify=False).parse(stream)
    except (EOFError, ValueError) as error:
        raise Undecodable(worded("it has no HTTP response")) from error
    code = head.get_statuscode()
    return Response(
        status=int(code) if code.isascii() and code.isdecimal() else 0,
        content_type=head.get_header("Content-Type", ""),
        encoding=head.get_header("Content-Encoding", "").strip().lower(),
        is_chunked="chunked" in head.get_header("Transfer-Encoding", "").lower(),
        encoded=stream.read(),
    )


def _inflated(packed: bytes, bits: int) -> bytes:
    content = bytearray()
    while packed:
        inflater = zlib.decompressobj(bits)
        try:
            content += inflater.decompress(packed, CONTENT_LIMIT + 1 - len(content))
        except zlib.error as error:
            if content:  # Whatever follows a complete member is padding.
                break
            raise Undecodable(worded("its compressed content is damaged ({error})", error=error)) from error
        if len(content) > CONTENT_LIMIT:
            raise Undecodable(_TOO_LARGE)
        if not inflater.eof:
            raise Undecodable(worded("its compressed content is truncated"))
        packed = inflater.unused_data
    return bytes(content)


def _unpacked(packed: bytes, encoding: str) -> bytes:
    try:
        content = EXTRA_CODINGS[encoding](packed, CONTENT_LIMIT)
    except NotInstalled as error:
        raise Undecodable(
            worded("its content is compressed as {encoding}; to read it, install newsarchive[warc]", encoding=encoding)
        ) from error
    except Damaged as error:
        raise Undecodable(worded("its compressed content is damaged ({error})", error=error)) from error
    if len(content) > CONTENT_LIMIT:
        raise Undecodable(_TOO_LARGE)
    return content


def _looks_like_text(content: bytes) -> bool:
    return content[:_START_OF_TEXT].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"{", b"["))
