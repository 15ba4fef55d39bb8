"""Removes the records of one article from the kept pages, for a purge."""

import html
import os
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from newsarchive.article import Article
from newsarchive.durable import sync_folder
from newsarchive.errors import ArchiveError
from newsarchive.identity import article_address
from newsarchive.warc.http_message import Undecodable, read_response
from newsarchive.warc.kept_files import FOLDER, PATIENCE, files_in, locked
from newsarchive.warc.records import Damage, Record, read_records
from newsarchive.wording import worded

PASSAGE = 60
"""Characters of a passage by which the text of an article is recognized in a page."""

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_HEAD = 4096
_UNSEEN = re.compile(r"<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]{0,10000}>")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


@dataclass(frozen=True, slots=True)
class _Traces:
    """By what the records of an article are recognized."""

    records: frozenset[str]
    addresses: frozenset[str]
    passages: tuple[str, ...]


def remove_pages(archive_folder: Path, revisions: Iterable[Article], *, wait: float = PATIENCE) -> int:
    """Rewrite the files of kept pages without the records of an article. Return the number of records removed.

    Removed are the records that its revisions name, all records of its addresses, all pages with a passage of its
    text, and records with the same content as one of these. Unreadable places are removed too, because nobody can say
    what they contain. Each file is replaced in one step, so an interrupted removal can be repeated. Raises
    ArchiveError if a file can't be rewritten.
    """
    folder = archive_folder / FOLDER
    if not files_in(folder):
        return 0
    traces = _traces_of(list(revisions))
    try:
        with locked(folder, wait):
            return sum(_rewrite_without(path, traces) for path in files_in(folder))
    except OSError as error:
        raise ArchiveError(
            worded(
                "{folder}: kept pages could not be removed, the text is still there: {error}",
                folder=folder,
                error=error,
            )
        ) from error


def _traces_of(revisions: list[Article]) -> _Traces:
    addresses = {article_address(url) for one in revisions for url in (one.url, one.origin.location)}
    passages = {line[:PASSAGE] for one in revisions for line in one.body.split("\n") if len(line) >= PASSAGE}
    short = {one.body.strip() for one in revisions if len(one.body) < PASSAGE}
    return _Traces(
        frozenset(one.origin.record for one in revisions) - {""},
        frozenset(addresses) - {""},
        tuple(sorted(map(_spaced, passages | short))),
    )


def _rewrite_without(path: Path, traces: _Traces) -> int:
    starts, removed = _removed_from(path, traces)
    fresh = path.with_name(f".{path.name}.new")
    if not removed:
        fresh.unlink(missing_ok=True)
        return 0
    kept = [start for start in starts if start not in removed]
    ends = dict(zip(starts, [*starts[1:], path.stat().st_size], strict=True))
    with path.open("rb") as old, fresh.open("wb") as new:
        for start in kept:
            _copy(old, new, start, ends[start])
        new.flush()
        os.fsync(new.fileno())
    fresh.replace(path)
    sync_folder(path.parent)
    return len(removed)


def _copy(old: BinaryIO, new: BinaryIO, start: int, end: int) -> None:
    old.seek(start)
    while start < end and (piece := old.read(min(1 << 20, end - start))):
        new.write(piece)
        start += len(piece)


def _removed_from(path: Path, traces: _Traces) -> tuple[list[int], Collection[int]]:
    """Where the records of a file start, and which of them are removed."""
    starts: list[int] = []
    removed: set[int] = set()
    digests: set[str] = set()
    of_digest: dict[str, list[int]] = {}
    with path.open("rb") as file:
        for record in read_records(file):
            starts.append(record.start)
            if isinstance(record, Damage):
                removed.add(record.start)
                continue
            if record.payload_digest:
                of_digest.setdefault(record.payload_digest, []).append(record.start)
            if _is_of_article(record, path.name, traces):
                removed.add(record.start)
                digests.add(record.payload_digest)
    removed.update(start for digest in digests for start in of_digest.get(digest, ()))
    return sorted(set(starts)), removed


def _is_of_article(record: Record, file: str, traces: _Traces) -> bool:
    if f"{file}#{record.id}" in traces.records or article_address(record.target) in traces.addresses:
        return True
    return record.type == "response" and _has_passage(record, traces.passages)


def _has_passage(record: Record, passages: tuple[str, ...]) -> bool:
    try:
        response = read_response(record.block)
        content = response.content()
    except Undecodable:
        return True  # Nobody can say what it contains.
    text = _text_of(content, response.content_type)
    return any(passage in one for one in text for passage in passages)


def _text_of(content: bytes, content_type: str) -> tuple[str, str]:
    """The text of a page as seen, and with everything in it that isn't."""
    declared = _CHARSET.search(content_type.encode()) or _CHARSET.search(content[:_HEAD])
    try:
        markup = content.decode(declared[1].decode() if declared else "utf-8", "replace")
    except LookupError:
        markup = content.decode("utf-8", "replace")
    seen = html.unescape(_TAG.sub("", _UNSEEN.sub("", markup)))
    unescaped = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), html.unescape(markup))
    return _spaced(seen), _spaced(unescaped)


def _spaced(text: str) -> str:
    return " ".join(text.split())
