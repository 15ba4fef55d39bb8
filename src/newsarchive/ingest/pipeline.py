"""The way into the archive: articles from a reader are decided about, and appended in batches."""

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
"""Failures that a report keeps: there can be millions of them."""
BATCH = 500
"""Articles that are written, synced to the disk and reported together."""
LONGEST_WAIT = 5.0
"""Seconds after which a batch is written although it is not full: looked at whenever an item comes."""


@dataclass(slots=True)
class IngestReport:
    """What an ingest did so far. `counts` only has what is on the disk.

    `failed` is how many items were refused; `failures` are the first `MAX_FAILURES` of them, each with where it came
    from and why. `healed` are the last lines that earlier writers left unfinished, and what was done about them.
    `mark_problem` says what was wrong with the mark of how far the archive reaches, if anything was.
    """

    counts: Counter[Verdict] = field(default_factory=Counter)
    failed: int = 0
    failures: list[IngestError] = field(default_factory=list)
    healed: list[Healed] = field(default_factory=list)
    mark_problem: str = ""
    seconds: float = 0.0

    @property
    def items(self) -> int:
        """How many items were dealt with."""
        return self.counts.total() + self.failed


OnProgress = Callable[[IngestReport], None]
OnDuplicate = Callable[[str, str], None]
"""Gets where an item came from, and the id of the article that was there already."""
OnFailure = Callable[[IngestError], None]
"""Gets each item that was refused, at once."""


class Pipeline:
    """Takes items in, a batch at a time, and appends with `writer` what is new.

    The lock of the archive is only held while a batch is decided about and written, never while items are fetched or
    parsed: what another process wrote in the meantime counts. `writer` is not entered when it is handed over.
    What the archive `beside` has is there already, too. Each item gets the id of the stored article at its address, if
    there is one: stored ids never change with the rules for addresses. Duplicates and failures are counted, and
    reported to `on_duplicate` and `on_failure` one by one: there can be millions of them. Each batch is written inside
    a context of `uninterrupted`.
    """

    def __init__(  # noqa: PLR0913 - each is a parameter of its own
        self,
        writer: ArchiveWriter,
        on_progress: OnProgress | None = None,
        *,
        on_duplicate: OnDuplicate | None = None,
        on_failure: OnFailure | None = None,
        beside: Archive | None = None,
        uninterrupted: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self._writer = writer
        self._archives = [archive for archive in (writer.archive, beside) if archive is not None]
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
        """Take in every item. What was read when an error or Ctrl-C ends it is still written.

        Raises ArchiveLocked when another process keeps the archive for longer than the writer waits, and ArchiveError
        when the disk refuses; `report` then has what was written before.
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
        """Decide about what waits, with the lock, and write it."""
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
            self._refuse(
                IngestError(item.origin.location, f"what the archive has of this article is damaged: {damage}")
            )
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
            # Not the failure itself: its traceback would keep what its reader had in hand.
            self.report.failures.append(IngestError(failure.origin, failure.reason))
        if self._on_failure is not None:
            self._on_failure(failure)
        self._tell()

    def _look_up_catalogues(self) -> None:
        # Only this process writes while it has the lock, so what they say holds until it writes.
        self._catalogues = [(archive, archive.catalogue) for archive in self._archives]

    def _known_id(self, item: Article, address: str) -> str:
        """The id of the stored article at the item's address, by today's rules; the item's own id if there is none.

        An article that was purged has no address left, but it must not return: its id is used if it can be the item's.
        """
        for article_id in (item.id, *sorted(former_ids(item.url))):
            if self._is_purged(article_id):
                return article_id
        # The archive that comes last is the oldest.
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
        # Cleaned and within the limits like the incoming one: otherwise an article that was stored under older rules
        # differs from itself.
        return Known(bounded(cleaned(latest)), False, entry.text == text, item.id in ids, same_text)

    def _write(self) -> None:
        """Write what is pending; it counts as stored from here on."""
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
    """A writer to an archive that is thrown away; with the real one `beside` it, all is decided as in earnest."""
    with (
        TemporaryDirectory(prefix="newsarchive-") as folder,
        closing(Archive(Path(folder), create=True)) as archive,
    ):
        yield ArchiveWriter(archive)
