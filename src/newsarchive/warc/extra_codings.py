"""The compressions of web content that Python itself lacks. They come with the extra `warc`."""

from collections.abc import Callable
from io import BytesIO

from newsarchive.wording import worded

_PIECE = 65_536


class NotInstalled(Exception):
    """The package for a compression isn't installed."""


class Damaged(Exception):
    """The content isn't compressed in this way, or it is truncated."""


def brotli_content(packed: bytes, most: int) -> bytes:
    """Decompress Brotli, at most a little more than `most` bytes. Raises NotInstalled or Damaged."""
    try:
        import brotli  # noqa: PLC0415 - optional
    except ModuleNotFoundError as error:
        raise NotInstalled from error
    decompressor, content = brotli.Decompressor(), bytearray()
    try:
        content += decompressor.process(packed, output_buffer_limit=_PIECE)
        while not decompressor.is_finished() and len(content) <= most:
            before = len(content)
            content += decompressor.process(b"", output_buffer_limit=_PIECE)
            if len(content) == before:
                raise Damaged(worded("it is truncated"))
    except brotli.error as error:
        raise Damaged(str(error)) from error
    return bytes(content)


def zstandard_content(packed: bytes, most: int) -> bytes:
    """Decompress Zstandard, at most `most` bytes and one. Raises NotInstalled or Damaged."""
    try:
        import zstandard  # noqa: PLC0415 - optional
    except ModuleNotFoundError as error:
        raise NotInstalled from error
    try:
        # A larger window could take memory that the content doesn't need.
        decompressor = zstandard.ZstdDecompressor(max_window_size=2**27)
        content = decompressor.stream_reader(BytesIO(packed), read_across_frames=True).read(most + 1)
    except zstandard.ZstdError as error:
        raise Damaged(str(error)) from error
    if not content and packed:
        raise Damaged(worded("it is truncated"))
    return bytes(content)


EXTRA_CODINGS: dict[str, Callable[[bytes, int], bytes]] = {"br": brotli_content, "zstd": zstandard_content}
"""The names in `Content-Encoding`."""
