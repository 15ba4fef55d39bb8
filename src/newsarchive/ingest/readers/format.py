"""Definition of an input format: how it is recognized, and how drafts are read from a stream."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from newsarchive.article import Origin
from newsarchive.errors import ParseError
from newsarchive.ingest.draft import Draft
from newsarchive.wording import worded

BOM = b"\xef\xbb\xbf"
"""The byte order mark that some programs write at the start of UTF-8 text."""
HEAD = 8192
"""The number of bytes at the start of the input that are used to recognize its format."""


class Stream(Protocol):
    """An open binary stream that supports `peek`: a `BufferedReader` or a `GzipFile`."""

    def peek(self, size: int, /) -> bytes:
        """Return about `size` of the next bytes without advancing the stream."""
        ...

    def read(self, size: int, /) -> bytes:
        """Return the next `size` bytes, or fewer at the end."""
        ...

    def readline(self, size: int, /) -> bytes:
        """Return the next line with its line break, at most `size` bytes; empty at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Input:
    """The input of a reader: a decompressed stream, its origin, and hints about its format.

    `ending` is the file extension in lower case and `content_type` the HTTP header. Each is empty
    if there is none.
    """

    stream: Stream
    origin: Origin
    ending: str = ""
    content_type: str = ""

    @property
    def location(self) -> str:
        """The path or URL, as shown in messages."""
        return self.origin.location

    def whole(self, limit: int) -> bytes:
        """Return all bytes of the stream. Raises ParseError if there are more than `limit`."""
        content = self.stream.read(limit + 1)
        if len(content) > limit:
            raise ParseError(
                self.location, worded("more than {limit} MiB, too large for its format", limit=limit // 2**20)
            )
        return content


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """An input format.

    `name` is used on the command line and in origins, `labels` in messages. Files with one of the
    extensions `endings` have this format. `looks_like` recognizes the format by the first bytes of
    an input; it is None for the format of any input that no other format recognizes. `read` yields
    a draft or an error for each item, and may raise ParseError.

    `is_one_article` means that an input is a single article, so a URL can be given for it.
    `is_from_web` means that the format is accepted from a URL even if the user doesn't request it.
    `explains_pages` means that `read` itself rejects a web page. `asks_permission` means that the
    robots.txt of a site decides whether such content may be fetched. `unpacks` means that `read`
    decompresses the input itself. `is_kept` means that what was fetched in this format can be kept.
    """

    name: str
    labels: tuple[str, ...]
    endings: tuple[str, ...]
    looks_like: Callable[[bytes], bool] | None
    read: Callable[[Input], Iterator[Draft | ParseError]]
    is_one_article: bool = False
    is_from_web: bool = True
    explains_pages: bool = False
    unpacks: bool = False
    is_kept: bool = False
    asks_permission: bool = False
