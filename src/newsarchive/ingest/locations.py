"""Where articles are read from: a file, a folder, an address or standard input, and which reader fits."""

import gzip
import re
import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BufferedIOBase, BufferedReader, BytesIO
from pathlib import Path
from typing import BinaryIO, cast

from newsarchive.arabic.dates import parse_date
from newsarchive.article import Article, Origin
from newsarchive.errors import FetchError, IngestError, ParseError, describe_fault, wants_traceback
from newsarchive.ingest.draft import Defaults, Draft, OnCut, build_article
from newsarchive.ingest.fetching.settings import FetchSettings
from newsarchive.ingest.folders import files_in, why_unreadable
from newsarchive.ingest.readers.address_content import check_content
from newsarchive.ingest.readers.format import HEAD, Format, Input, Stream
from newsarchive.ingest.readers.registry import ending_of, endings, named, recognized

STDIN = "stdin"
"""What messages and origins call standard input."""

_GZIP_MAGIC = b"\x1f\x8b"
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_BROKEN_STREAM = (OSError, EOFError, zlib.error)
"""What reading a file raises, or a damaged gzip stream."""

Result = Article | IngestError


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the caller says about all items: see `read`."""

    defaults: Defaults
    form: Format | None
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
    leads out of it. With `format`, the name of one, all its files are read. A file is what its ending says, else what
    its first bytes look like; gzip is unpacked whatever the ending. An address is fetched as `fetching` says;
    of what it answers, plain text is taken only with `format` "text". `on_cut` gets what is too long of an article,
    before the article. Nothing is raised for what is wrong with the input. Raises ValueError for an unknown format.
    """
    form = None if format is None else named(format)
    return _read(location, stdin, _Wanted(defaults, form, on_cut, fetching or FetchSettings()))


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
        yield from _read_source(Input(cast("Stream", stdin), Origin("", STDIN)), wanted)
        return
    buffered = BufferedReader(cast("BufferedIOBase", stdin))
    try:
        yield from _read_source(Input(buffered, Origin("", STDIN)), wanted)
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
    check_content(fetched.content, fetched.content_type, origin, wanted.form)
    yield from _read_source(Input(stream, origin, content_type=fetched.content_type), wanted)


def _read_folder(folder: Path, wanted: _Wanted) -> Iterator[Result]:
    def is_readable(path: Path) -> bool:
        return wanted.form is not None or ending_of(path) in endings()

    found = False
    for result in files_in(folder, is_readable):
        found = True
        yield from [result] if isinstance(result, IngestError) else _read_file(result, wanted)
    if not found:
        raise IngestError(str(folder), f"no file in it ends in {' '.join(endings())}; name the files, or the format")


def _read_file(path: Path, wanted: _Wanted) -> Iterator[Result]:
    try:
        _check_is_file(path)
        with path.open("rb") as stream:
            yield from _read_source(Input(stream, Origin("", str(path)), ending_of(path)), wanted)
    except (OSError, ValueError) as error:
        failure = IngestError(str(path), why_unreadable(error))
        failure.__cause__ = error
        yield failure


def _check_is_file(path: Path) -> None:
    """Raises IngestError for a pipe, a socket or a device: reading one, and even opening it, can take for ever."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        kind = "a pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"
        raise IngestError(str(path), f"{kind}, not a file; what a program writes is read from standard input, with -")


def _read_source(source: Input, wanted: _Wanted) -> Iterator[Result]:
    try:
        if source.stream.peek(2).startswith(_GZIP_MAGIC):
            source = replace(source, stream=gzip.GzipFile(fileobj=cast("BinaryIO", source.stream)))
        form = wanted.form or recognized(source.ending, source.stream.peek(HEAD))
        source = replace(source, origin=replace(source.origin, kind=form.name))
        if wanted.defaults.url and not form.is_one_article:
            raise IngestError(source.location, "one address cannot be that of all articles; it is for a text file")
        for draft in form.read(source):
            yield _build(draft, wanted)
    except _BROKEN_STREAM as error:
        failure = ParseError(source.location, f"damaged or cut off ({error})")
        failure.__cause__ = error
        yield failure
    except IngestError as error:
        yield error
    except Exception as error:
        yield _fault(source.location, error)


def _build(draft: Draft | ParseError, wanted: _Wanted) -> Result:
    if isinstance(draft, ParseError):
        return draft
    try:
        return build_article(draft, wanted.defaults, wanted.on_cut)
    except ParseError as error:
        return error
    except Exception as error:
        return _fault(draft.item or draft.origin.location, error)
