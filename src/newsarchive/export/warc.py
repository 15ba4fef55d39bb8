"""Writes the WARC records that articles were read from, each in a gzip member of its own."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from warcio.warcwriter import WARCWriter

from newsarchive import __version__
from newsarchive.article import Article
from newsarchive.errors import ArchiveError
from newsarchive.export.format import ExportContext, ExportItem, ExportReport
from newsarchive.warc.kept_files import FOLDER
from newsarchive.warc.records import Damage, Headers, Record, header, read_records
from newsarchive.warc.unpacking import ByteStream
from newsarchive.wording import worded

NAME = "warc"

_GZIP = zlib.MAX_WBITS | 16


@dataclass(slots=True)
class _Wanted:
    """The records wanted of one file: the id of each, with the articles that were read from it."""

    path: Path
    articles: dict[str, list[str]] = field(default_factory=dict)


def write(items: Iterable[ExportItem], out: BinaryIO, context: ExportContext) -> ExportReport:
    """Write the record of each article, and those that it refers to. Return what was written and what is missing.

    A record is written once, however many articles were read from it. Files are read in the order of their first
    article. Raises OSError if `out` can't be written.
    """
    report = ExportReport()
    wanted: dict[Path, _Wanted] = {}
    for item in items:
        article = item.article
        place = record_of(article, context.archive_folder)
        if place is None:
            report.add_missing(article.id, worded("its page was not kept"))
            continue
        path, record = place
        wanted.setdefault(path, _Wanted(path)).articles.setdefault(record, []).append(article.id)
    out.write(_info())
    for file in wanted.values():
        _write_records(file, out, report)
    return report


def record_of(article: Article, archive_folder: Path) -> tuple[Path, str] | None:
    """The file and the id of the record of an article; None if it has none."""
    origin = article.origin
    if origin.record:
        name, _, record = origin.record.partition("#")
        # The name could be any text, for an article that was ingested as JSON.
        return (archive_folder / FOLDER / Path(name).name, record) if record else None
    if origin.kind == NAME and "#" in origin.location:
        file, _, record = origin.location.rpartition("#")
        return Path(file), record
    return None


def _write_records(file: _Wanted, out: BinaryIO, report: ExportReport) -> None:
    try:
        needed = _originals(file)
        with file.path.open("rb") as stream:
            chosen = _Chosen(frozenset(needed | file.articles.keys()))
            for record in read_records(_bytes(stream), chosen):
                if isinstance(record, Record) and not record.is_cut and record.id in chosen.ids:
                    out.write(_packed(record.to_bytes()))
                    report.items += 1
                    file.articles.pop(record.id, None)
    except FileNotFoundError:
        reason = worded("{path} is not there any more", path=file.path)
    except OSError as error:
        raise ArchiveError(worded("{path}: {error}", path=file.path, error=error)) from error
    else:
        reason = worded("{path} does not have its record", path=file.path)
    for record_id, ids in file.articles.items():
        for article_id in ids:
            report.add_missing(article_id, worded("{reason} ({record_id})", reason=reason, record_id=record_id))


def _originals(file: _Wanted) -> set[str]:
    """The ids of the records with the content of the wanted revisits."""
    found: set[str] = set()
    with file.path.open("rb") as stream:
        for record in read_records(_bytes(stream), _Chosen(frozenset(file.articles))):
            if not isinstance(record, Damage) and record.type == "revisit" and record.refers_to:
                found.add(record.refers_to)
    return found


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Chooses records by their ids. One without an id is known by its place, so it is read to see."""

    ids: frozenset[str]

    def __call__(self, headers: Headers) -> bool:
        record_id = header(headers, "WARC-Record-ID").strip("<>")
        return not record_id or record_id in self.ids


def _bytes(stream: BinaryIO) -> ByteStream:
    return stream


def _packed(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, _GZIP)
    return packer.compress(content) + packer.flush()


def _info() -> bytes:
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    info = {"software": f"newsarchive/{__version__}", "format": "WARC File Format 1.1"}
    writer.write_record(writer.create_warcinfo_record("", info))
    return out.getvalue()
