"""What a format is: how it is recognized, and how drafts are read from a stream in it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from newsarchive.article import Origin
from newsarchive.errors import ParseError
from newsarchive.ingest.draft import Draft

BOM = b"\xef\xbb\xbf"
"""The byte order mark that some programs write at the start of UTF-8."""
HEAD = 1024
"""How many of the first bytes a format is recognized by."""


class Stream(Protocol):
    """An open binary stream that can be looked into: a `BufferedReader` or a `GzipFile`."""

    def peek(self, size: int, /) -> bytes:
        """The next bytes, about `size` of them, without reading on."""
        ...

    def read(self, size: int, /) -> bytes:
        """The next `size` bytes, fewer only at the end."""
        ...

    def readline(self, size: int, /) -> bytes:
        """The next line with its end, or its first `size` bytes; empty at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Input:
    """What a reader reads: an unpacked stream, where it comes from, and what a file name or a server says about it.

    `ending` is the file name's ending in lower case, `content_type` the HTTP header; both are empty if there is none.
    """

    stream: Stream
    origin: Origin
    ending: str = ""
    content_type: str = ""

    @property
    def location(self) -> str:
        """The path or address, as messages name it."""
        return self.origin.location

    def whole(self, limit: int) -> bytes:
        """All bytes of the stream. Raises ParseError if there are more than `limit`."""
        content = self.stream.read(limit + 1)
        if len(content) > limit:
            raise ParseError(self.location, f"more than {limit // 2**20} MiB, too large for its format")
        return content


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format that articles are read from.

    `name` is what the command line and origins call it, `labels` is what messages call it. Files with one of `endings`
    have this format. `looks_like` tells whether the first bytes of an input do; None is for the format that
    everything else has. `read` yields a draft for each item, or what is wrong with it; it may raise ParseError.

    `is_one_article` says that an input holds a single article, so one URL can be given for it. `is_from_web` says that
    it is taken from a web address without being asked for. `explains_pages` says that `read` itself refuses a web page.
    """

    name: str
    labels: tuple[str, ...]
    endings: tuple[str, ...]
    looks_like: Callable[[bytes], bool] | None
    read: Callable[[Input], Iterator[Draft | ParseError]]
    is_one_article: bool = False
    is_from_web: bool = True
    explains_pages: bool = False
