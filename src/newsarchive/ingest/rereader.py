"""Rereads a whole archive and stores articles that current readers read differently as new revisions."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import tzinfo
from itertools import islice

from newsarchive.archive import Archive, ArchiveWriter, Healed, Stored
from newsarchive.article import Article
from newsarchive.errors import CorruptArchive
from newsarchive.ingest.rereading import Change, Kind, Rereading, reread

BATCH = 500
"""The number of lines looked up together, and of revisions written and synced to disk together."""


@dataclass(slots=True)
class RereadReport:
    """The progress or result of a run: the number of `articles` reread, and of `revised` ones on disk.

    `changes` counts the changed fields of the revised articles, `damaged` the lines that can't be
    read. In a dry run, `revised` and `changes` count what would be written. `healed` and
    `mark_problem` are the same as in `pipeline.IngestReport`.
    """

    articles: int = 0
    revised: int = 0
    damaged: int = 0
    changes: Counter[Kind] = field(default_factory=Counter)
    healed: list[Healed] = field(default_factory=list)
    mark_problem: str = ""
    seconds: float = 0.0


OnProgress = Callable[[RereadReport], None]
OnChange = Callable[[str, Change], None]
"""Called with an article id and one change, after the change is on disk; in a dry run, when it is found."""
OnDamage = Callable[[CorruptArchive], None]
"""Called with each damaged line."""


def _ignore(*_: object) -> None:
    """Report nothing."""


class Rereader:
    """Applies the current readers to the latest revision of every article that isn't withdrawn.

    `zone` is the time zone of dates without one. Each batch is written inside an `uninterrupted`
    context.
    """

    def __init__(  # noqa: PLR0913 - all are independent
        self,
        archive: Archive,
        zone: tzinfo,
        *,
        on_progress: OnProgress = _ignore,
        on_change: OnChange = _ignore,
        on_damage: OnDamage = _ignore,
        uninterrupted: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self._archive = archive
        self._zone = zone
        self._on_progress = on_progress
        self._on_change = on_change
        self._on_damage = on_damage
        self._uninterrupted = uninterrupted
        self._started = time.monotonic()
        self.report = RereadReport()

    def run(self, writer: ArchiveWriter) -> RereadReport:
        """Write the articles that are read differently. The lock is held only while a batch is written.

        Pass `writer` without entering it. Raises ArchiveLocked if another process holds the lock
        for longer than the writer waits, and ArchiveError if writing fails. Then `report` covers
        what was written before.
        """
        found = self._rereadings()
        while batch := [rereading.article.id for rereading in islice(found, BATCH)]:
            with writer, self._uninterrupted():
                self._write(writer, batch)
            self._progress()
        self._progress()
        return self.report

    def dry_run(self) -> RereadReport:
        """Report what `run` would write, without locking the archive."""
        for rereading in self._rereadings():
            self._count(rereading)
        self._progress()
        return self.report

    def _rereadings(self) -> Iterator[Rereading]:
        """Yield the articles, among those currently in the archive, that are read differently."""
        lines = self._archive.read(until=self._archive.end(), on_damage=self._skip)
        while batch := list(islice(lines, BATCH)):
            for article in self._latest_among(batch):
                self.report.articles += 1
                if (rereading := reread(article, self._zone)) is not None:
                    yield rereading
            self._progress()

    def _latest_among(self, lines: list[Stored]) -> Iterator[Article]:
        """Yield the articles in `lines` that are the latest revisions."""
        entries = self._archive.catalogue.latest_of(stored.record.id for stored in lines)
        places = {(entry.id, entry.part, entry.offset) for entry in entries}
        for record, part, offset, _ in lines:
            if isinstance(record, Article) and (record.id, part, offset) in places:
                yield record

    def _write(self, writer: ArchiveWriter, ids: list[str]) -> None:
        if writer.healed is not None:
            self.report.healed.append(writer.healed)
        self.report.mark_problem = self.report.mark_problem or writer.mark_problem
        # Other processes may have revised or withdrawn some of the articles in the meantime.
        rereadings = [one for article_id in ids if (one := self._reread_latest(article_id)) is not None]
        writer.append([rereading.article for rereading in rereadings])
        for rereading in rereadings:
            self._count(rereading)

    def _reread_latest(self, article_id: str) -> Rereading | None:
        entry = self._archive.catalogue.latest(article_id)
        if entry is None or entry.withdrawn:
            return None
        try:
            record = self._archive.load(entry)
        except CorruptArchive as damage:
            self._skip(damage)
            return None
        assert isinstance(record, Article)
        return reread(record, self._zone)

    def _count(self, rereading: Rereading) -> None:
        self.report.revised += 1
        for change in rereading.changes:
            self.report.changes[change.kind] += 1
            self._on_change(rereading.article.id, change)

    def _skip(self, damage: CorruptArchive) -> None:
        self.report.damaged += 1
        self._on_damage(damage)

    def _progress(self) -> None:
        self.report.seconds = time.monotonic() - self._started
        self._on_progress(self.report)
