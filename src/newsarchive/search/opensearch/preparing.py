"""Read a range of the archive and prepare it for the cluster: documents, deletions, and changes of words.

This is most of the work of indexing, and it needs no connection, so worker processes do it.
"""

import multiprocessing
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from newsarchive.archive import START, Archive, Position
from newsarchive.archive.parts import arrival_number
from newsarchive.article import Article, Copy, Record
from newsarchive.child_process import ctrl_c_held_back, end_with_parent
from newsarchive.collecting import collect_rarely
from newsarchive.errors import CorruptArchive, SearchError
from newsarchive.limits import bounded_record
from newsarchive.search.indexing.archive_ranges import Damage, Range, archive_of_worker, arrival_of, is_after
from newsarchive.search.indexing.wordbook import BYTES_PER_RUN, Wordbook
from newsarchive.search.opensearch.builds import Build
from newsarchive.search.opensearch.documents import DocumentBuilder
from newsarchive.search.opensearch.mapping import written_as
from newsarchive.search.opensearch.records import LineReader
from newsarchive.search.opensearch.terms import document_key
from newsarchive.search.opensearch.word_runs import Change
from newsarchive.topics import Topics
from newsarchive.wording import worded

RANGE_BYTES = 4 << 20
"""Archive bytes that are prepared together. Prepared, they take about as much memory three times over."""
_WORDBOOK_BYTES = 64 << 20

Action = tuple[Mapping[str, Any], ...]
"""An action of a bulk request, and the document if it has one."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A range, ready to be sent: the actions to send, and by how much the articles with each word change.

    `lines` are the actions for the index of records, if the build has one.
    `present` is the number of articles in the range, without those that are withdrawn in it, and `records` the
    number of records. `damaged` names the first damaged lines, and `more_damaged` counts the others. `end` is the end
    of the range.
    """

    actions: tuple[Action, ...]
    lines: tuple[Action, ...]
    changes: tuple[Change, ...]
    present: int
    records: int
    damaged: tuple[str, ...]
    more_damaged: int
    end: Position


def prepare(
    archive: Archive, records: Range, build: Build, builder: DocumentBuilder, *, with_lines: bool = False
) -> Prepared:
    """Prepare the records of a range for a build. Only the last revision of an article is kept.

    `with_lines`, every line is prepared for the index of records, too.
    """
    damage = Damage()
    changes: Counter[str] = Counter()
    last: dict[str, Action] = {}
    words: dict[str, set[str]] = {}
    count = 0
    lines = LineReader(archive.parts, build.records) if with_lines else None
    kept: list[Action] = []
    for stored in archive.read(records.start, until=records.end, on_damage=damage.add):
        if lines is not None:
            kept.append(lines.action(stored))
        record = bounded_record(stored.record)
        if isinstance(record, Copy):
            continue
        count += 1
        if record.id not in words:
            changes.subtract(_words_before(archive, record, records.start, builder))
        place = arrival_number(Position(stored.part, stored.offset))
        meta = {
            **written_as(build.articles),
            "_id": document_key(record.id),
            # What is written again is the same, and nothing earlier replaces it.
            "version": place + 1,
            "version_type": "external_gte",
        }
        if isinstance(record, Article):
            document = builder.document(record, place=place, arrival=arrival_of(archive, stored))
            last[record.id] = {"index": meta}, document
            words[record.id] = builder.distinct_words(record)
        else:
            last[record.id] = ({"delete": meta},)
            words[record.id] = set()
    for found in words.values():
        changes.update(found)
    if lines is not None:
        lines.close()
    return Prepared(
        tuple(last.values()),
        tuple(kept),
        tuple(sorted((word.encode(), change) for word, change in changes.items() if change)),
        sum(len(lines) > 1 for lines in last.values()),
        count,
        tuple(damage.named),
        damage.more,
        records.end,
    )


def _words_before(archive: Archive, record: Record, start: Position, builder: DocumentBuilder) -> set[str]:
    """The words of the revision of an article that was the last one before a position."""
    if start == START:
        return set()
    for entry in reversed(archive.catalogue.revisions(record.id)):
        if is_after(start, Position(entry.part, entry.offset)):
            try:
                before = bounded_record(archive.load(entry))
            except CorruptArchive:
                # A damaged line isn't indexed, so the revision before it was.
                continue
            return builder.distinct_words(before) if isinstance(before, Article) else set()
    return set()


def prepare_all(  # noqa: PLR0913 - all are independent
    archive: Archive,
    ranges: Iterable[Range],
    build: Build,
    topics: Topics,
    workers: int = 1,
    *,
    with_lines: bool = False,
) -> Iterator[Prepared]:
    """Prepare ranges, in order: here, or in this many processes. At most one range per process waits to be sent."""
    if workers < 2:
        builder = _builder(topics)
        for records in ranges:
            yield prepare(archive, records, build, builder, with_lines=with_lines)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_begin) as pool:
        running: deque[Future[Prepared]] = deque()
        try:
            for records in ranges:
                with ctrl_c_held_back():
                    running.append(pool.submit(_prepare, archive.folder, records, build, topics, with_lines))
                if len(running) > workers:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
        except BrokenProcessPool as error:
            raise SearchError(
                worded(
                    "a process that was indexing was killed, most likely for lack of memory; try again "
                    "with fewer --workers"
                )
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


def _begin() -> None:
    """Prepare a worker process."""
    collect_rarely()
    end_with_parent()


def _prepare(folder: Path, records: Range, build: Build, topics: Topics, with_lines: bool) -> Prepared:
    return prepare(archive_of_worker(folder), records, build, _builder_of_worker(topics), with_lines=with_lines)


@cache
def _builder_of_worker(topics: Topics) -> DocumentBuilder:
    """The builder of a worker process, which keeps the words it knows from range to range."""
    return _builder(topics)


def _builder(topics: Topics) -> DocumentBuilder:
    return DocumentBuilder(topics, Wordbook(_WORDBOOK_BYTES // BYTES_PER_RUN))
