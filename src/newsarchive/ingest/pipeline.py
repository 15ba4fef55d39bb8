"""The way into the archive: articles from a reader are decided about, and appended in batches."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.article import Article, text_digest
from newsarchive.errors import IngestError
from newsarchive.ingest.deciding import Known, Verdict, decide

BATCH = 500
"""Articles that are written, synced to the disk and reported together."""


@dataclass(slots=True)
class IngestReport:
    """What an ingest did so far. `counts` only has what is on the disk.

    `failures` are the items that were refused, each with where it came from and why; `duplicates` pairs where an
    item came from with the id of the article that was there.
    """

    counts: Counter[Verdict] = field(default_factory=Counter)
    failures: list[IngestError] = field(default_factory=list)
    duplicates: list[tuple[str, str]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def items(self) -> int:
        """How many items were dealt with."""
        return self.counts.total() + len(self.failures)


OnProgress = Callable[[IngestReport], None]


class Pipeline:
    """Takes items in, one after the other. `writer` is None for a dry run, which decides and writes nothing."""

    def __init__(self, archive: Archive, writer: ArchiveWriter | None, on_progress: OnProgress | None = None) -> None:
        self._archive = archive
        self._writer = writer
        self._on_progress = on_progress
        self._started = time.monotonic()
        self._pending: list[tuple[Verdict, Article]] = []
        self._pending_keys: set[str] = set()
        self._seen_in_dry_run: dict[str, Article] = {}
        self.report = IngestReport()

    def run(self, items: Iterable[Article | IngestError]) -> IngestReport:
        """Take in every item. What was decided when an error or Ctrl-C ends it is still written."""
        try:
            for item in items:
                self._take(item)
        finally:
            self._flush()
        return self.report

    def _take(self, item: Article | IngestError) -> None:
        if isinstance(item, IngestError):
            self.report.failures.append(item)
            self._tell()
            return
        keys = {item.id, text_digest(item)}
        if not keys.isdisjoint(self._pending_keys) or len(self._pending) >= BATCH:
            self._flush()
        decision = decide(item, self._known(item))
        if decision.article is not None:
            self._pending.append((decision.verdict, decision.article))
            self._pending_keys |= keys
        else:
            self.report.counts[decision.verdict] += 1
            self.report.duplicates.append((item.origin.location, decision.duplicate_of or ""))
            self._tell()

    def _known(self, item: Article) -> Known:
        if item.id in self._seen_in_dry_run:
            latest = self._seen_in_dry_run[item.id]
            return Known(latest, had_text=text_digest(latest) == text_digest(item))
        catalogue = self._archive.catalogue
        entry = catalogue.latest(item.id)
        if entry is None:
            return Known(same_text=catalogue.same_text(item))
        if entry.withdrawn:
            return Known(withdrawn=True)
        return Known(self._archive.get(item.id), had_text=catalogue.has_text(item))

    def _flush(self) -> None:
        """Write what is pending; it counts as kept from here on."""
        pending, self._pending = self._pending, []
        self._pending_keys.clear()
        if pending and self._writer is not None:
            self._writer.append([article for _, article in pending])
        elif pending:
            self._seen_in_dry_run |= {article.id: article for _, article in pending}
        self.report.counts.update(verdict for verdict, _ in pending)
        self._tell()

    def _tell(self) -> None:
        self.report.seconds = time.monotonic() - self._started
        if self._on_progress is not None:
            self._on_progress(self.report)
