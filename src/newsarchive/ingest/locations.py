"""Where articles are read from: a file, a folder, an address or standard input, and which reader fits."""

import gzip
import os
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from io import BufferedIOBase, BufferedReader, BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from newsarchive.arabic.dates import parse_date
from newsarchive.article import Article, Origin
from newsarchive.errors import FetchError, IngestError, ParseError, describe_fault, wants_traceback
from newsarchive.ingest import feed, jsonl, plaintext
from newsarchive.ingest.address_content import check_content
from newsarchive.ingest.draft import Defaults, Draft, build_article
from newsarchive.ingest.fetch_settings import FetchSettings

FORMATS = (plaintext.KIND, jsonl.KIND, feed.KIND)
"""The names of the formats, as `read` and the command line take them."""

STDIN = "stdin"
"""What messages and origins call standard input."""

_ENDINGS = {
    **dict.fromkeys((".txt", ".text"), plaintext.KIND),
    **dict.fromkeys((".jsonl", ".ndjson", ".json"), jsonl.KIND),
    **dict.fromkeys((".xml", ".rss", ".atom", ".rdf"), feed.KIND),
}
_LINE_ENDINGS = frozenset({".jsonl", ".ndjson"})
_TEXT_LIMIT = 16 * 2**20
"""Bytes of a text file: one article, of which a long one has some hundred kilobytes."""
_FEED_LIMIT = 64 * 2**20
_HEAD = 1024
"""How many of the first bytes tell the format."""
_GZIP_MAGIC = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_BROKEN_STREAM = (OSError, EOFError, zlib.error)
"""What reading a file raises, or a damaged gzip stream."""

Result = Article | IngestError


class _Stream(Protocol):
    """An open binary stream that can be looked into: a `BufferedReader` or a `GzipFile`."""

    def peek(self, size: int, /) -> bytes: ...
    def read(self, size: int, /) -> bytes: ...
    def readline(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class _Source:
    stream: _Stream
    origin: Origin
    ending: str = ""
    content_type: str = ""

    @property
    def location(self) -> str:
        return self.origin.location


def read(
    location: str,
    defaults: Defaults,
    *,
    stdin: BinaryIO | None = None,
    format: str | None = None,  # noqa: A002 - it is the name of the option
    fetching: FetchSettings | None = None,
) -> Iterator[Result]:
    """The articles at `location`, one by one as they are read, and in its place an error for each that failed.

    `location` is a path, a folder, an http or https address, or `-` for `stdin`. Of a folder the files with the
    endings of our formats are read, in the order of their names, each folder before the folders in it; hidden
    ones, other files and linked folders are left out. With `format`, one of `FORMATS`, all its files are read. A
    file is what its ending says, else what its first bytes look like; gzip is unpacked whatever the ending.
    An address is fetched as `fetching` says; of what it answers, plain text is taken only with `format` "text".
    Nothing is raised for what is wrong with the input. Raises ValueError for a format that there is none of.
    """
    if format is not None and format not in FORMATS:
        raise ValueError(f"no such format: {format!r}; there are {', '.join(FORMATS)}")
    return _read(location, defaults, stdin, format, fetching or FetchSettings())


def _read(
    location: str, defaults: Defaults, stdin: BinaryIO | None, kind: str | None, fetching: FetchSettings
) -> Iterator[Result]:
    try:
        _check(defaults, location)
        if location == "-":
            yield from _read_stdin(stdin, defaults, kind)
        elif _is_address(location):
            yield from _read_address(location, defaults, kind, fetching)
        elif Path(location).is_dir():
            yield from _read_folder(Path(location), defaults, kind)
        else:
            yield from _read_file(Path(location), defaults, kind)
    except IngestError as error:
        yield error
    except Exception as error:
        yield _fault(location, error)


def _fault(location: str, error: Exception) -> IngestError:
    """What a reader did not foresee: it costs that item or location, and the others go on."""
    if wants_traceback():
        raise error
    failure = IngestError(location, describe_fault(error))
    failure.__cause__ = error
    return failure


def _check(defaults: Defaults, location: str) -> None:
    if defaults.published and parse_date(defaults.published, default_zone=defaults.zone) is None:
        raise IngestError(location, f"the date «{defaults.published}» is not understood; write it as 2025-04-21")
    if defaults.url and location != "-" and Path(location).is_dir():
        raise IngestError(location, "one address cannot be that of all articles of a folder")


def _read_stdin(stdin: BinaryIO | None, defaults: Defaults, kind: str | None) -> Iterator[Result]:
    if stdin is None:
        raise IngestError(STDIN, "there is no standard input")
    if hasattr(stdin, "peek"):
        yield from _read_source(_Source(cast("_Stream", stdin), Origin("", STDIN)), defaults, kind)
        return
    buffered = BufferedReader(cast("BufferedIOBase", stdin))
    try:
        yield from _read_source(_Source(buffered, Origin("", STDIN)), defaults, kind)
    finally:
        buffered.detach()


def _is_address(location: str) -> bool:
    """Whether it is to be fetched; raises FetchError for an address that is not one of the web."""
    scheme = _SCHEME.match(location)
    if scheme is None:
        return False
    if scheme[1].lower() in {"http", "https"}:
        return True
    raise FetchError(location, f"only http and https are fetched, not {scheme[1]}")


def _read_address(url: str, defaults: Defaults, kind: str | None, fetching: FetchSettings) -> Iterator[Result]:
    # What fetches takes longer to load than most files take to be read.
    from newsarchive.ingest.fetch import fetch  # noqa: PLC0415

    fetched = fetch(url, fetching)
    stream = BufferedReader(BytesIO(fetched.content))
    origin = Origin("", fetched.url, fetched.fetched_at)
    check_content(fetched.content, fetched.content_type, origin, kind, _sniff(fetched.content[:_HEAD]))
    yield from _read_source(_Source(stream, origin, content_type=fetched.content_type), defaults, kind)


def _read_folder(folder: Path, defaults: Defaults, kind: str | None) -> Iterator[Result]:
    unreadable: list[OSError] = []
    found = False
    for place, folders, files in os.walk(folder, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(place, name)
            if name.startswith(".") or not (kind or _ending(path) in _ENDINGS) or _is_special(path):
                continue
            found = True
            yield from _read_file(path, defaults, kind)
    for error in unreadable:
        yield IngestError(str(error.filename), _why_unreadable(error))
    if not found and not unreadable:
        raise IngestError(str(folder), f"no file in it ends in {' '.join(_ENDINGS)}; name the files, or the format")


def _is_special(path: Path) -> bool:
    """Whether it is a pipe, a socket or a device: reading those can wait for ever."""
    return path.exists() and not path.is_file()


def _read_file(path: Path, defaults: Defaults, kind: str | None) -> Iterator[Result]:
    try:
        with path.open("rb") as stream:
            yield from _read_source(_Source(stream, Origin("", str(path)), _ending(path)), defaults, kind)
    except (OSError, ValueError) as error:
        failure = IngestError(str(path), _why_unreadable(error))
        failure.__cause__ = error
        yield failure


def _ending(path: Path) -> str:
    """The file name's ending in lower case, that of the packed file where it ends in .gz."""
    return Path(path.name.lower().removesuffix(".gz")).suffix


def _why_unreadable(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    if isinstance(error, PermissionError):
        return "no permission to read it; change its permissions, or run as its owner"
    return f"cannot be read ({error})"


def _read_source(source: _Source, defaults: Defaults, kind: str | None) -> Iterator[Result]:
    try:
        if source.stream.peek(2).startswith(_GZIP_MAGIC):
            source = replace(source, stream=gzip.GzipFile(fileobj=cast("BinaryIO", source.stream)))
        kind = kind or _ENDINGS.get(source.ending) or _sniff(source.stream.peek(_HEAD))
        source = replace(source, origin=replace(source.origin, kind=kind))
        if defaults.url and kind != plaintext.KIND:
            raise IngestError(source.location, "one address cannot be that of all articles; it is for a text file")
        yield from _READERS[kind](source, defaults)
    except _BROKEN_STREAM as error:
        failure = ParseError(source.location, f"damaged or cut off ({error})")
        failure.__cause__ = error
        yield failure
    except IngestError as error:
        yield error
    except Exception as error:
        yield _fault(source.location, error)


def _sniff(head: bytes) -> str:
    """The format that the first bytes look like; what looks like none of the others is text."""
    head = head.removeprefix(_BOM).lstrip()
    if head.startswith(b"<"):
        return feed.KIND
    inside = head[1:].lstrip()[:1]
    if (head[:1] == b"{" and inside in b'"}') or (head[:1] == b"[" and inside in b'{["]'):
        return jsonl.KIND
    return plaintext.KIND


def _read_text(source: _Source, defaults: Defaults) -> Iterator[Result]:
    yield _build(plaintext.read_text(_whole(source, _TEXT_LIMIT), source.origin), defaults)


def _read_jsonl(source: _Source, defaults: Defaults) -> Iterator[Result]:
    read_items = jsonl.read_lines if source.ending in _LINE_ENDINGS else jsonl.read_json
    for draft in read_items(source.stream, source.origin):
        yield _build(draft, defaults)


def _read_feed(source: _Source, defaults: Defaults) -> Iterator[Result]:
    """The feed's own title and language come after what an entry and what the options say."""
    found = feed.read_feed(_whole(source, _FEED_LIMIT), source.origin, source.content_type)
    filled = replace(defaults, source=defaults.source or found.title, language=defaults.language or found.language)
    for entry in found.entries:
        yield _build(entry, filled)


_READERS: Mapping[str, Callable[[_Source, Defaults], Iterator[Result]]] = {
    plaintext.KIND: _read_text,
    jsonl.KIND: _read_jsonl,
    feed.KIND: _read_feed,
}


def _whole(source: _Source, limit: int) -> bytes:
    content = source.stream.read(limit + 1)
    if len(content) > limit:
        raise ParseError(source.location, f"more than {limit // 2**20} MiB, too large for its format")
    return content


def _build(draft: Draft | ParseError, defaults: Defaults) -> Result:
    if isinstance(draft, ParseError):
        return draft
    try:
        return build_article(draft, defaults)
    except ParseError as error:
        return error
    except Exception as error:
        return _fault(draft.item or draft.origin.location, error)
