"""Compresses responses with gzip (RFC 9110): all pages, feeds and API responses, once for the whole app.

The ETag of a compressed response is weak, because its bytes are others, and a revalidation compares it weakly: one copy
in a cache is never taken for the other. Every response that could be compressed varies with Accept-Encoding.

No response has a secret: a reader's token is never in one, except in the addresses of further pages of a feed that has
it in its own. An archive may still be private, and a page shows what a URL searches for, so its length could tell an
eavesdropper what the page has besides (BREACH). So the length of a compressed response is blurred by a name in its
header. It depends on a key of the process and the response: repeating a request gives
nothing to average.
"""

import gzip
import hashlib
import io
import secrets
import zlib
from collections.abc import Iterable, Iterator
from http import HTTPStatus

from flask import Response, request

LEAST_BYTES = 1_024
"""Shorter responses fit into a packet or two anyway."""
_LEVEL = 5
"""Arabic text gets 5% shorter with 6, in more than twice the time."""
_BLUR = 96
"""By how many bytes at most the length of a response is blurred."""
_KEY = secrets.token_bytes(16)
_TYPES = frozenset(
    {
        "application/atom+xml",
        "application/feed+json",
        "application/javascript",
        "application/json",
        "application/jsonl",
        "application/opensearchdescription+xml",
        "application/problem+json",
        "application/rss+xml",
        "application/x-bibtex",
        "application/x-ndjson",
        "application/x-research-info-systems",
        "application/x-suggestions+json",
        "application/xml",
        "image/svg+xml",
        "image/vnd.microsoft.icon",
        "image/x-icon",
    }
)
"""Types besides `text/…` and `…+json` and `…+xml` whose content gets shorter."""


def is_compressible(media_type: str | None) -> bool:
    """Whether content of a type gets shorter by compression."""
    kind = media_type or ""
    return kind.startswith("text/") or kind in _TYPES or kind.endswith(("+json", "+xml"))


def accepts_gzip() -> bool:
    """Whether the client takes gzip, and prefers it to uncompressed content."""
    quality = request.accept_encodings.quality
    return bool(0 < quality("gzip") >= quality("identity"))


def compress(response: Response) -> Response:
    """Compress a response if it is worth it and the client takes it. Call it after the response is conditional."""
    if not is_compressible(response.mimetype) or response.status_code in (
        HTTPStatus.NO_CONTENT,
        HTTPStatus.PARTIAL_CONTENT,
    ):
        return response
    response.vary.add("Accept-Encoding")
    if not accepts_gzip() or "Content-Encoding" in response.headers or "Content-Range" in response.headers:
        return response
    if response.direct_passthrough:
        return response  # a file; `StaticFiles` has those that are worth it compressed
    content = b"" if response.is_streamed else response.get_data()
    if not response.is_streamed and len(content) < LEAST_BYTES:
        return response
    _weaken(response)
    if response.status_code == HTTPStatus.NOT_MODIFIED:
        return response
    if response.is_streamed:
        response.response = _streamed(response.iter_encoded())
        response.headers.pop("Content-Length", None)
    else:
        response.set_data(_compressed(content))
    response.headers["Content-Encoding"] = "gzip"
    return response


def _weaken(response: Response) -> None:
    etag, is_weak = response.get_etag()
    if etag is not None and not is_weak:
        response.set_etag(etag, weak=True)


def _compressed(content: bytes) -> bytes:
    """The content with gzip, behind a file name of arbitrary length, which clients ignore."""
    digest = hashlib.blake2b(content, key=_KEY, digest_size=48).hexdigest()
    written = io.BytesIO()
    blur = digest[: 1 + int(digest[-4:], 16) % _BLUR]
    with gzip.GzipFile(blur, "wb", compresslevel=_LEVEL, fileobj=written, mtime=0) as file:
        file.write(content)
    return written.getvalue()


def _streamed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Chunks with gzip, as they come. What waits in the compressor is at most some tens of kilobytes."""
    compressor = zlib.compressobj(_LEVEL, wbits=16 + zlib.MAX_WBITS)
    for chunk in chunks:
        if content := compressor.compress(chunk):
            yield content
    yield compressor.flush()
