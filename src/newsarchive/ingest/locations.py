"""Where articles are read from: a file, a folder, an address or standard input, and which reader fits."""

import gzip
import re
import stat
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from io import BufferedIOBase, BufferedReader, BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from newsarchive.arabic.dates import parse_date
from newsarchive.article import Article, Origin
from newsarchive.errors import FetchError, IngestError, ParseError, describe_fault, wants_traceback
from newsarchive.ingest.draft import Defaults, Draft, OnCut, build_article
from newsarchive.ingest.fetching.settings import FetchSettings
from newsarchive.ingest.readers import feed, jsonl, plaintext
from newsarchive.ingest.readers.address_content import check_content

FORMATS = (plaintext.KIND, jsonl.KIND, feed.KIND)
"""The names of the formats, as `read` and the command line take them."""

STDIN = "stdin"
"""What messages and origins call standard input."""

_ENDINGS = {
    **dict.fromkeys((".txt", ".text"), plaintext.KIND),
    **dict.fromkeys((".jsonl", ".ndjson", ".json"), jsonl.KIND),
    **dict.fromkeys((".xml", ".rss", ".atom", ".rdf"), feed.KIND),
}
_READABLE = frozenset({*_ENDINGS, *FORMATS})
_LINE_ENDINGS = frozenset({".jsonl", ".ndjson"})
TEXT_LIMIT = 16 * 2**20
"""Bytes of a text file: one article, of which a long one has some hundred kilobytes."""
FEED_LIMIT = 64 * 2**20
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


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the caller says about all items: see `read`."""

    defaults: Defaults
    kind: str | None
    on_cut: OnCut | None
    fetching: FetchSettings


def read(  # noqa: PLR0913 - one for each option
    location: str,
    defaults: Defaults,
    *,
    stdin: BinaryIO | None = None,
    format: str | None = None,  # noqa: A002 - it is the name of the option
    fetching: FetchSettings | None = None,
    on_cut: OnCut | None = None,
) -> Iterator[Result]:
    """The articles at `location`, one by one as they are read, and in its place an error for each that failed.

    `location` is a path, a folder, an http or https address, or `-` for `stdin`. Of a folder the files with the
    endings of our formats are read, in the order of their names, each folder before the folders in it; hidden ones and
    other files are left out. A link in a folder is followed to where it leads in the same folder, and refused if it
    leads out of it. With `format`, one of `FORMATS`, all its files are read. A file is what its ending says, else what
    its first bytes look like; gzip is unpacked whatever the ending. An address is fetched as `fetching` says;
    of what it answers, plain text is taken only with `format` "text". `on_cut` gets what is too long of an article,
    before the article. Nothing is raised for what is wrong with the input. Raises ValueError for an unknown format.
    """
    if format is not None and format not in FORMATS:
        raise ValueError(f"no such format: {format!r}; there are {', '.join(FORMATS)}")
    return _read(location, stdin, _Wanted(defaults, format, on_cut, fetching or FetchSettings()))


def _read(location: str, stdin: BinaryIO | None, wanted: _Wanted) -> Iterator[Result]:
    try:
        _check(wanted.defaults, location)
        if location == "-":
            yield from _read_stdin(stdin, wanted)
        elif _is_address(location):
            yield from _read_address(location, wanted)
        elif Path(location).is_dir():
            yield from _read_folder(Path(location), wanted)
        else:
            yield from _read_file(Path(location), wanted)
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


def _read_stdin(stdin: BinaryIO | None, wanted: _Wanted) -> Iterator[Result]:
    if stdin is None:
        raise IngestError(STDIN, "there is no standard input")
    if hasattr(stdin, "peek"):
        yield from _read_source(_Source(cast("_Stream", stdin), Origin("", STDIN)), wanted)
        return
    buffered = BufferedReader(cast("BufferedIOBase", stdin))
    try:
        yield from _read_source(_Source(buffered, Origin("", STDIN)), wanted)
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


def _read_address(url: str, wanted: _Wanted) -> Iterator[Result]:
    # What fetches takes longer to load than most files take to be read.
    from newsarchive.ingest.fetching.fetch import fetch  # noqa: PLC0415

    fetched = fetch(url, wanted.fetching)
    stream = BufferedReader(BytesIO(fetched.content))
    origin = Origin("", fetched.url, fetched.fetched_at)
    check_content(fetched.content, fetched.content_type, origin, wanted.kind, _sniff(fetched.content[:_HEAD]))
    yield from _read_source(_Source(stream, origin, content_type=fetched.content_type), wanted)


def _read_folder(folder: Path, wanted: _Wanted) -> Iterator[Result]:
    found = False
    for result in _files_in(folder, _Walk(folder.resolve(), wanted)):
        found = True
        yield from [result] if isinstance(result, IngestError) else _read_file(result, wanted)
    if not found:
        raise IngestError(str(folder), f"no file in it ends in {' '.join(_ENDINGS)}; name the files, or the format")


class _Walk:
    """A walk through a folder and the folders in it: `top` is the folder, resolved, `seen` those that were entered."""

    def __init__(self, top: Path, wanted: _Wanted) -> None:
        self.top = top
        self.seen: set[Path] = set()
        self._wanted = wanted

    def enters(self, folder: Path) -> bool:
        """Whether to go into a folder: not a second time, by whatever links."""
        place = folder.resolve()
        is_new = place not in self.seen
        self.seen.add(place)
        return is_new

    def wants(self, path: Path) -> bool:
        """Whether it is a folder or a file to read, or a link to one, or to nothing."""
        if path.name.startswith("."):
            return False
        is_readable = path.is_file() or (path.is_symlink() and not path.exists())
        return path.is_dir() or (is_readable and (self._wanted.kind or _ending(path)) in _READABLE)

    def leads_out(self, path: Path) -> bool:
        """Whether it is a link to a place outside, by which a folder could name any file of this computer."""
        try:
            return path.is_symlink() and not path.resolve(strict=True).is_relative_to(self.top)
        except (OSError, RuntimeError):  # to nowhere, or round in circles: reading it says so
            return False


def _files_in(folder: Path, walk: _Walk) -> Iterator[Path | IngestError]:
    """The files to read in the order of their names, those of each folder before the folders in it."""
    if not walk.enters(folder):
        return
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        yield IngestError(str(folder), _why_unreadable(error))
        return
    folders: list[Path] = []
    for path in filter(walk.wants, paths):
        if walk.leads_out(path):
            yield IngestError(str(path), "a link that leads out of the folder; to take in what it leads to, name that")
        elif path.is_dir():
            folders.append(path)
        else:
            yield path
    for inner in folders:
        yield from _files_in(inner, walk)


def _read_file(path: Path, wanted: _Wanted) -> Iterator[Result]:
    try:
        _check_is_file(path)
        with path.open("rb") as stream:
            yield from _read_source(_Source(stream, Origin("", str(path)), _ending(path)), wanted)
    except (OSError, ValueError) as error:
        failure = IngestError(str(path), _why_unreadable(error))
        failure.__cause__ = error
        yield failure


def _check_is_file(path: Path) -> None:
    """Raises IngestError for a pipe, a socket or a device: reading one, and even opening it, can take for ever."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        kind = "a pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"
        raise IngestError(str(path), f"{kind}, not a file; what a program writes is read from standard input, with -")


def _ending(path: Path) -> str:
    """The file name's ending in lower case, that of the packed file where it ends in .gz."""
    return Path(path.name.lower().removesuffix(".gz")).suffix


def _why_unreadable(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    if isinstance(error, PermissionError):
        return "no permission to read it; change its permissions, or run as its owner"
    return f"cannot be read ({error})"


def _read_source(source: _Source, wanted: _Wanted) -> Iterator[Result]:
    try:
        if source.stream.peek(2).startswith(_GZIP_MAGIC):
            source = replace(source, stream=gzip.GzipFile(fileobj=cast("BinaryIO", source.stream)))
        kind = wanted.kind or _ENDINGS.get(source.ending) or _sniff(source.stream.peek(_HEAD))
        source = replace(source, origin=replace(source.origin, kind=kind))
        if wanted.defaults.url and kind != plaintext.KIND:
            raise IngestError(source.location, "one address cannot be that of all articles; it is for a text file")
        yield from _READERS[kind](source, wanted)
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


def _read_text(source: _Source, wanted: _Wanted) -> Iterator[Result]:
    yield _build(plaintext.read_text(_whole(source, TEXT_LIMIT), source.origin), wanted)


def _read_jsonl(source: _Source, wanted: _Wanted) -> Iterator[Result]:
    read_items = jsonl.read_lines if source.ending in _LINE_ENDINGS else jsonl.read_json
    for draft in read_items(source.stream, source.origin):
        yield _build(draft, wanted)


def _read_feed(source: _Source, wanted: _Wanted) -> Iterator[Result]:
    """The feed's own title and language come after what an entry and what the options say."""
    found = feed.read_feed(_whole(source, FEED_LIMIT), source.origin, source.content_type)
    said = wanted.defaults
    filled = replace(said, source=said.source or found.title, language=said.language or found.language)
    for entry in found.entries:
        yield _build(entry, replace(wanted, defaults=filled))


_READERS: Mapping[str, Callable[[_Source, _Wanted], Iterator[Result]]] = {
    plaintext.KIND: _read_text,
    jsonl.KIND: _read_jsonl,
    feed.KIND: _read_feed,
}


def _whole(source: _Source, limit: int) -> bytes:
    content = source.stream.read(limit + 1)
    if len(content) > limit:
        raise ParseError(source.location, f"more than {limit // 2**20} MiB, too large for its format")
    return content


def _build(draft: Draft | ParseError, wanted: _Wanted) -> Result:
    if isinstance(draft, ParseError):
        return draft
    try:
        return build_article(draft, wanted.defaults, wanted.on_cut)
    except ParseError as error:
        return error
    except Exception as error:
        return _fault(draft.item or draft.origin.location, error)
