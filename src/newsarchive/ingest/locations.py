"""Reads articles from a file, a folder, a URL or standard input, with the reader for its format."""

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
from newsarchive.ingest.readers.other_files import unsupported_file
from newsarchive.ingest.readers.registry import ending_of, endings, named, recognized

STDIN = "stdin"
"""The name of standard input in messages and origins."""

_GZIP_MAGIC = b"\x1f\x8b"
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_BROKEN_STREAM = (OSError, EOFError, zlib.error)
"""Exceptions from reading a file or a damaged gzip stream."""

Result = Article | IngestError


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The options of the caller for all items; see `read`."""

    defaults: Defaults
    form: Format | None
    on_cut: OnCut | None
    fetching: FetchSettings


def read(  # noqa: PLR0913 - one parameter per option
    location: str,
    defaults: Defaults,
    *,
    stdin: BinaryIO | None = None,
    format: str | None = None,  # noqa: A002 - the name of the option
    fetching: FetchSettings | None = None,
    on_cut: OnCut | None = None,
) -> Iterator[Result]:
    """Yield the articles at `location` as they are read, with an error in place of each failed item.

    `location` is a file, a folder, an http or https URL, or `-` for `stdin`.

    In a folder, files with a known extension are read in order of their names, and the files of a
    folder before its subfolders. Hidden files and files with other extensions are skipped. Links to
    targets inside the folder are followed; a link that leads out of the folder is an error. With
    `format`, the name of a format, files with any extension are read.

    The format of a file is determined by its extension, otherwise by its first bytes. Gzip files
    are decompressed whatever their extension. A URL is fetched with the settings `fetching`. Plain
    text from a URL is accepted only if `format` is "text".

    `on_cut` is called with the cuts made to an article before the article is yielded. Problems with
    the input are yielded, never raised. Raises ValueError for an unknown format.
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
    """The error to yield for an unexpected exception, which affects only this item or file."""
    if wants_traceback():
        raise error
    failure = IngestError(location, describe_fault(error))
    failure.__cause__ = error
    return failure


def _check(defaults: Defaults, location: str) -> None:
    if defaults.published and parse_date(defaults.published, default_zone=defaults.zone) is None:
        raise IngestError(location, f"the date «{defaults.published}» is not understood; write it as 2025-04-21")
    if defaults.url and location != "-" and Path(location).is_dir():
        raise IngestError(location, "a URL can be given only for a text file, not for a folder")


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
    """Return whether the location is a web URL. Raises FetchError for a URL with another scheme."""
    scheme = _SCHEME.match(location)
    if scheme is None:
        return False
    if scheme[1].lower() in {"http", "https"}:
        return True
    raise FetchError(location, f"only http and https URLs can be fetched, not {scheme[1]}")


def _read_address(url: str, wanted: _Wanted) -> Iterator[Result]:
    # Imported here, because the import takes longer than reading most files.
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
        raise IngestError(str(folder), f"no files ending in {' '.join(endings())}; give the files or their format")


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
    """Raise IngestError for a pipe, a socket or a device, because opening or reading one may block forever."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        kind = "a pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"
        raise IngestError(str(path), f"{kind}, not a file; to read the output of a program, use - for standard input")


def _read_source(source: Input, wanted: _Wanted) -> Iterator[Result]:
    try:
        if source.stream.peek(2).startswith(_GZIP_MAGIC):
            source = replace(source, stream=gzip.GzipFile(fileobj=cast("BinaryIO", source.stream)))
        head = source.stream.peek(HEAD)[:HEAD]
        if what := unsupported_file(head):
            raise ParseError(
                source.location, f"{what}, which is not supported; if it has a text, save that as UTF-8 and try again"
            )
        form = wanted.form or recognized(source.ending, head)
        source = replace(source, origin=replace(source.origin, kind=form.name))
        if wanted.defaults.url and not form.is_one_article:
            raise IngestError(source.location, "a URL can be given only for a text file, which is a single article")
        for draft in form.read(source):
            yield _build(draft, wanted)
    except _BROKEN_STREAM as error:
        failure = ParseError(source.location, f"damaged or truncated ({error})")
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
