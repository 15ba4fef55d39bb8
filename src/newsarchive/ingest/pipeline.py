"""The ingest pipeline: decides about the articles from a reader and appends them in batches."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from newsarchive.archive import Archive, ArchiveWriter, Healed
from newsarchive.archive.catalogue import short_digest
from newsarchive.article import Article
from newsarchive.cleaning import cleaned
from newsarchive.errors import CorruptArchive, IngestError
from newsarchive.identity import article_address, former_ids
from newsarchive.ingest.deciding import Known, Verdict, decide
from newsarchive.limits import bounded

MAX_FAILURES = 1_000
"""The number of failures that a report keeps, because there can be millions."""
BATCH = 500
"""The number of articles that are written, synced to disk and reported together."""
LONGEST_WAIT = 5.0
"""Seconds after which an incomplete batch is written, checked whenever an item arrives."""


@dataclass(slots=True)
class IngestReport:
    """The progress or result of an ingest. `counts` includes only articles that are on disk.

    `failed` is the number of rejected items. `failures` has the first `MAX_FAILURES` of them, each
    with its origin and the reason. `healed` describes the repairs of last lines that earlier
    writers left unfinished. `mark_problem` describes a problem with the mark that records the end
    of the archive, and is empty if there was none.
    """

    counts: Counter[Verdict] = field(default_factory=Counter)
    failed: int = 0
    failures: list[IngestError] = field(default_factory=list)
    healed: list[Healed] = field(default_factory=list)
    mark_problem: str = ""
    seconds: float = 0.0

    @property
    def items(self) -> int:
        """The number of processed items."""
        return self.counts.total() + self.failed


OnProgress = Callable[[IngestReport], None]
OnDuplicate = Callable[[str, str], None]
"""Called with the location of an item and the id of the stored article that it duplicates."""
OnFailure = Callable[[IngestError], None]
"""Called with each rejected item, immediately."""


class Pipeline:
    """Ingests items in batches and appends new articles and revisions with `writer`.

    The archive is locked only while a batch is decided about and written, never while items are
    fetched or parsed. The decisions include articles that other processes have written in the
    meantime. Pass `writer` without entering it. Articles in the archive `existing` also count as
    stored.

    Each item gets the id of the stored article at its URL, if there is one, because stored ids stay
    the same when the rules for URLs change. Duplicates and failures are counted and passed one by
    one to `on_duplicate` and `on_failure`, because there can be millions. Each batch is written
    inside an `uninterrupted` context.
    """

    def __init__(  # noqa: PLR0913 - all are independent
        self,
        writer: ArchiveWriter,
        on_progress: OnProgress | None = None,
        *,
        on_duplicate: OnDuplicate | None = None,
        on_failure: OnFailure | None = None,
        existing: Archive | None = None,
        uninterrupted: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self._writer = writer
        self._archives = [archive for archive in (writer.archive, existing) if archive is not None]
        self._on_progress = on_progress
        self._on_duplicate = on_duplicate
        self._on_failure = on_failure
        self._uninterrupted = uninterrupted
        self._started = time.monotonic()
        self._waiting: list[Article] = []
        self._waiting_since = 0.0
        self._pending: list[tuple[Verdict, Article]] = []
        self._pending_keys: set[str | bytes] = set()
        self.report = IngestReport()

    def run(self, items: Iterable[Article | IngestError]) -> IngestReport:
        """Ingest every item. If an error or Ctrl-C interrupts the input, what was read is still written.

        Raises ArchiveLocked if another process holds the lock for longer than the writer waits, and
        ArchiveError if writing fails. Then `report` covers what was written before.
        """
        try:
            for item in items:
                if isinstance(item, IngestError):
                    self._refuse(item)
                else:
                    self._collect(item)
        finally:
            self._flush()
        return self.report

    def _collect(self, item: Article) -> None:
        now = time.monotonic()
        if not self._waiting:
            self._waiting_since = now
        self._waiting.append(item)
        if len(self._waiting) >= BATCH or now - self._waiting_since >= LONGEST_WAIT:
            self._flush()

    def _flush(self) -> None:
        """Lock the archive, decide about the waiting articles, and write them."""
        batch, self._waiting = self._waiting, []
        if batch:
            with self._writer as writer, self._uninterrupted():
                if writer.healed is not None:
                    self.report.healed.append(writer.healed)
                self.report.mark_problem = self.report.mark_problem or writer.mark_problem
                self._take_all(batch)
        self._tell()

    def _take_all(self, batch: Iterable[Article]) -> None:
        self._look_up_catalogues()
        try:
            for item in batch:
                self._take(item)
        finally:
            self._write()

    def _take(self, item: Article) -> None:
        text, address = short_digest(item), article_address(item.url)
        keys: set[str | bytes] = {item.id, text}
        if address:
            keys.add(address)
        if not keys.isdisjoint(self._pending_keys):
            self._write()
        known_id = self._known_id(item, address)
        if known_id in self._pending_keys:
            self._write()
        item = replace(item, id=known_id)
        try:
            decision = decide(item, self._known(item, text))
        except CorruptArchive as damage:
            self._refuse(IngestError(item.origin.location, f"the stored revision of this article is damaged: {damage}"))
            return
        if decision.article is not None:
            self._pending.append((decision.verdict, decision.article))
            self._pending_keys |= keys | {known_id}
            return
        self.report.counts[decision.verdict] += 1
        if self._on_duplicate is not None:
            self._on_duplicate(item.origin.location, decision.duplicate_of or item.id)

    def _refuse(self, failure: IngestError) -> None:
        self.report.failed += 1
        if len(self.report.failures) < MAX_FAILURES:
            # A copy, because the traceback of the original would keep the reader's data in memory.
            self.report.failures.append(IngestError(failure.origin, failure.reason))
        if self._on_failure is not None:
            self._on_failure(failure)
        self._tell()

    def _look_up_catalogues(self) -> None:
        # While this process holds the lock, the catalogues stay valid until it writes.
        self._catalogues = [(archive, archive.catalogue) for archive in self._archives]

    def _known_id(self, item: Article, address: str) -> str:
        """The id of the stored article at the item's URL by the current rules, or the item's own id.

        A purged article has no URL left but must not return, so its id is used if the item's URL
        could have produced it.
        """
        for article_id in (item.id, *sorted(former_ids(item.url))):
            if self._is_purged(article_id):
                return article_id
        # The last archive is the oldest.
        found = (catalogue.id_at_address(address) for _, catalogue in reversed(self._catalogues) if address)
        return next(filter(None, found), item.id)

    def _is_purged(self, article_id: str) -> bool:
        revisions = [entry for _, catalogue in self._catalogues for entry in catalogue.revisions(article_id)]
        return bool(revisions) and all(entry.withdrawn for entry in revisions)

    def _known(self, item: Article, text: bytes) -> Known:
        ids = {article_id for _, catalogue in self._catalogues for article_id in catalogue.ids_with_text(text)}
        same_text = min(ids - {item.id}, default=None)
        found = ((archive, catalogue.latest(item.id)) for archive, catalogue in self._catalogues)
        archive, entry = next((pair for pair in found if pair[1] is not None), (None, None))
        if archive is None or entry is None:
            return Known(same_text=same_text)
        if entry.withdrawn:
            return Known(withdrawn=True)
        latest = archive.load(entry)
        assert isinstance(latest, Article)
        # Cleaned and cut like the incoming article. Otherwise an article stored under older rules
        # would differ from a new copy of itself.
        return Known(bounded(cleaned(latest)), False, entry.text == text, item.id in ids, same_text)

    def _write(self) -> None:
        """Write the pending articles and count them as stored."""
        pending, self._pending = self._pending, []
        self._pending_keys.clear()
        if pending:
            self._writer.append([article for _, article in pending])
            self.report.counts.update(verdict for verdict, _ in pending)
            self._look_up_catalogues()

    def _tell(self) -> None:
        self.report.seconds = time.monotonic() - self._started
        if self._on_progress is not None:
            self._on_progress(self.report)


@contextmanager
def dry_run_writer() -> Iterator[ArchiveWriter]:
    """Yield a writer to a temporary archive, which is deleted afterward.

    With the real archive as `existing`, a pipeline then makes the same decisions as in a real ingest.
    """
    with (
        TemporaryDirectory(prefix="newsarchive-") as folder,
        closing(Archive(Path(folder), create=True)) as archive,
    ):
        yield ArchiveWriter(archive)
