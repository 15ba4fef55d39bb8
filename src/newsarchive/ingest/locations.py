"""Reads articles from a file, a folder, a URL or standard input, with the reader for its format."""

import gzip
import re
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from io import BufferedIOBase, BufferedReader, BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from newsarchive.arabic.dates import parse_date
from newsarchive.article import Article, Origin
from newsarchive.errors import ArchiveError, FetchError, IngestError, ParseError, describe_fault, wants_traceback
from newsarchive.ingest.draft import Defaults, Draft, OnCut, build_article
from newsarchive.ingest.fetching.settings import FetchSettings
from newsarchive.ingest.folders import files_in, why_unreadable
from newsarchive.ingest.readers.address_content import check_content
from newsarchive.ingest.readers.format import HEAD, Format, Input, Stream
from newsarchive.ingest.readers.other_files import unsupported_file
from newsarchive.ingest.readers.registry import ending_of, endings, named, recognized, sniffed
from newsarchive.wording import listed, worded

if TYPE_CHECKING:  # the import takes longer than reading most files
    from newsarchive.ingest.fetching.fetch import Fetched
    from newsarchive.ingest.fetching.record import FetchedRecord
    from newsarchive.warc.keeping import PageKeeper

STDIN = "stdin"
"""The name of standard input in messages and origins."""

_GZIP_MAGIC = b"\x1f\x8b"
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_PARTS_OF_PAGE = ("_files", "-Dateien", "_fichiers", "_ملفات", ".files")
"""Endings of the folder that a browser saves beside a page, by its language."""
_BROKEN_STREAM = (OSError, EOFError, zlib.error)
"""Exceptions from reading a file or a damaged gzip stream."""

Result = Article | IngestError
KeepPage = Callable[[], str]
"""Keeps the fetched page and returns its WARC record, as in `Origin.record`; an empty string if it isn't kept."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The options of the caller for all items; see `read`."""

    defaults: Defaults
    form: Format | None
    on_cut: OnCut | None
    fetching: FetchSettings
    keeper: "PageKeeper | None" = None
    keep: KeepPage | None = None
    on_draft: Callable[[Draft], None] | None = None


def read(  # noqa: PLR0913 - one parameter per option
    location: str,
    defaults: Defaults,
    *,
    stdin: BinaryIO | None = None,
    format: str | None = None,  # noqa: A002 - the name of the option
    fetching: FetchSettings | None = None,
    on_cut: OnCut | None = None,
    keeper: "PageKeeper | None" = None,
) -> Iterator[Result]:
    """Yield the articles at `location` as they are read, with an error in place of each failed item.

    `location` is a file, a folder, an http or https URL, or `-` for `stdin`.

    In a folder, files with a known extension are read in order of their names, and the files of a
    folder before its subfolders. Hidden files and files with other extensions are skipped. Links to
    targets inside the folder are followed; a link that leads out of the folder is an error. With
    `format`, the name of a format, files with any extension are read.

    The format of a file is determined by its extension, otherwise by its first bytes. Gzip files
    are decompressed whatever their extension. A URL is fetched with the settings `fetching`. Plain
    text from a URL is accepted only if `format` is "text". With a `keeper`, fetched pages with an article are kept.

    `on_cut` is called with the cuts made to an article before the article is yielded. Problems with
    the input are yielded, never raised. Raises ValueError for an unknown format.
    """
    form = None if format is None else named(format)
    return _read(location, stdin, _Wanted(defaults, form, on_cut, fetching or FetchSettings(), keeper))


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
        raise IngestError(
            location,
            worded("the date «{published}» is not understood; write it as 2025-04-21", published=defaults.published),
        )
    if defaults.url and location != "-" and Path(location).is_dir():
        raise IngestError(location, worded("a URL can be given only for a text file, not for a folder"))


def _read_stdin(stdin: BinaryIO | None, wanted: _Wanted) -> Iterator[Result]:
    if stdin is None:
        raise IngestError(STDIN, worded("there is no standard input"))
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
    raise FetchError(location, worded("only http and https URLs can be fetched, not {scheme}", scheme=scheme[1]))


def _read_address(url: str, wanted: _Wanted) -> Iterator[Result]:
    # Imported here, because the import takes longer than reading most files.
    from newsarchive.ingest.fetching.fetch import fetch  # noqa: PLC0415
    from newsarchive.ingest.fetching.permission import check_permission  # noqa: PLC0415

    exchanges: list[FetchedRecord] = []
    is_page = wanted.form is not None and wanted.form.asks_permission
    if is_page:
        check_permission(url, wanted.fetching)
    fetching = partial(fetch, on_response=exchanges.append) if wanted.keeper is not None else fetch
    fetched = fetching(url, wanted.fetching)
    check_content(fetched.content, fetched.content_type, _origin_of(fetched), wanted.form, asked_at=(url,))
    # What an address holds is known only now, and feeds are there to be fetched by programs.
    if (wanted.form or sniffed(fetched.content[:HEAD])).asks_permission and not (is_page and fetched.url == url):
        check_permission(fetched.url, wanted.fetching)
    if wanted.keeper is not None:
        wanted = replace(wanted, keep=partial(wanted.keeper.keep, exchanges))
    yield from _read_fetched(fetched, wanted)


def read_fetched(  # noqa: PLR0913 - those of `read`
    fetched: "Fetched",
    defaults: Defaults,
    *,
    format: str | None = None,  # noqa: A002 - the name of the option
    on_cut: OnCut | None = None,
    keep: KeepPage | None = None,
    on_draft: Callable[[Draft], None] | None = None,
) -> Iterator[Result]:
    """Yield the articles of a response, with an error in place of each failed item.

    The errors of the whole response have its URL as their origin. `keep` is called if it is a page
    with an article, and `on_draft` with each draft before its article is yielded. The other options
    are those of `read`. Raises ParseError if the content isn't accepted from a URL.
    """
    form = None if format is None else named(format)
    return _read_fetched(fetched, _Wanted(defaults, form, on_cut, FetchSettings(), keep=keep, on_draft=on_draft))


def _read_fetched(fetched: "Fetched", wanted: _Wanted) -> Iterator[Result]:
    check_content(fetched.content, fetched.content_type, _origin_of(fetched), wanted.form)
    stream = BufferedReader(BytesIO(fetched.content))
    yield from _read_source(Input(stream, _origin_of(fetched), content_type=fetched.content_type), wanted)


def _origin_of(fetched: "Fetched") -> Origin:
    return Origin("", fetched.url, fetched.fetched_at)


def _read_folder(folder: Path, wanted: _Wanted) -> Iterator[Result]:
    def is_readable(path: Path) -> bool:
        return (wanted.form is not None or ending_of(path) in endings()) and not _is_part_of_page(path)

    found = False
    for result in files_in(folder, is_readable):
        found = True
        yield from [result] if isinstance(result, IngestError) else _read_file(result, wanted)
    if not found:
        raise IngestError(
            str(folder),
            worded("no files ending in {endings}; give the files or their format", endings=listed(endings(), " ")),
        )


def _is_part_of_page(path: Path) -> bool:
    """Whether a file is in the folder that a browser saves beside a page, with its frames and scripts."""
    name = path.parent.name
    page = next((name.removesuffix(end) for end in _PARTS_OF_PAGE if name.endswith(end)), "")
    return bool(page) and any(path.parent.with_name(f"{page}{ending}").is_file() for ending in (".html", ".htm"))


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
        raise IngestError(
            str(path),
            worded("{kind}, not a file; to read the output of a program, use - for standard input", kind=kind),
        )


def _read_source(source: Input, wanted: _Wanted) -> Iterator[Result]:
    try:
        if source.stream.peek(2).startswith(_GZIP_MAGIC) and not _is_unpacked_by_reader(source, wanted):
            source = replace(source, stream=gzip.GzipFile(fileobj=cast("BinaryIO", source.stream)))
        head = _head_of(source)
        if what := unsupported_file(head):
            raise ParseError(
                source.location,
                worded("{what}, which is not supported; if it has a text, save that as UTF-8 and try again", what=what),
            )
        form = wanted.form or recognized(source.ending, head)
        source = replace(source, origin=replace(source.origin, kind=form.name))
        if wanted.defaults.url and not form.is_one_article:
            raise IngestError(
                source.location,
                worded("a URL can be given only for a text file or a web page, which is a single article"),
            )
        for draft in form.read(source):
            yield _build(_kept(draft, wanted.keep) if form.is_kept and wanted.keep else draft, wanted)
    except _BROKEN_STREAM as error:
        failure = ParseError(source.location, worded("damaged or truncated ({error})", error=error))
        failure.__cause__ = error
        yield failure
    except IngestError as error:
        yield error
    except Exception as error:
        yield _fault(source.location, error)


def _kept(draft: Draft | ParseError, keep: KeepPage) -> Draft | ParseError:
    """Keep the page of a draft, before the article that names its record is stored."""
    if isinstance(draft, ParseError):
        return draft
    try:
        return replace(draft, origin=replace(draft.origin, record=keep()))
    except ArchiveError as error:
        return ParseError(
            draft.origin.location, worded("not stored, because its page could not be kept: {error}", error=error)
        )


def _head_of(source: Input) -> bytes:
    """The first bytes of the input, decompressed."""
    head = source.stream.peek(HEAD)[:HEAD]
    if isinstance(source.stream, gzip.GzipFile) or not head.startswith(_GZIP_MAGIC):
        return head
    with suppress(zlib.error):
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, HEAD)
    return b""


def _is_unpacked_by_reader(source: Input, wanted: _Wanted) -> bool:
    return (wanted.form or recognized(source.ending, _head_of(source))).unpacks


def _build(draft: Draft | ParseError, wanted: _Wanted) -> Result:
    if isinstance(draft, ParseError):
        return draft
    try:
        if wanted.on_draft is not None:
            wanted.on_draft(draft)
        return build_article(draft, wanted.defaults, wanted.on_cut)
    except ParseError as error:
        return error
    except Exception as error:
        return _fault(draft.item or draft.origin.location, error)
