"""The ingest pipeline: decides about the articles from a reader and appends them in batches."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

from newsarchive.archive import Archive, ArchiveWriter, Healed
from newsarchive.archive.digests import short_digest
from newsarchive.article import Article, Copy
from newsarchive.errors import CorruptArchive, IngestError
from newsarchive.identity import article_address
from newsarchive.ingest.deciding import Verdict, decide
from newsarchive.ingest.recognizing import Recognizer, guid_keys
from newsarchive.wording import worded

MAX_REFUSALS = 1_000
"""The number of refused items that a report keeps, because there can be millions."""
BATCH = 500
"""The number of articles that are written, synced to disk and reported together."""
LONGEST_WAIT = 5.0
"""Seconds after which an incomplete batch is written, checked whenever an item arrives."""


class Lack(StrEnum):
    """What an article may lack, although it is stored."""

    DATE = "undated"
    """It has no date, or none that could be read. It is not found by date."""
    TEXT = "without_text"
    """It has only a title, which is also its text."""


def lacks_of(article: Article) -> tuple[Lack, ...]:
    """What an article lacks."""
    undated = (Lack.DATE,) if article.published is None else ()
    return undated + ((Lack.TEXT,) if article.body == article.title and not article.title_derived else ())


@dataclass(slots=True)
class IngestReport:
    """The progress or result of an ingest. `counts` includes only articles that are on disk.

    `refused` is the number of refused items. `refusals` has the first `MAX_REFUSALS` of them, each
    with its origin and the reason. `lacks` counts the stored and revised articles that lack
    something. `healed` describes the repairs of last lines that earlier
    writers left unfinished. `mark_problem` describes a problem with the mark that records the end
    of the archive, and is empty if there was none.
    """

    counts: Counter[Verdict] = field(default_factory=Counter)
    lacks: Counter[Lack] = field(default_factory=Counter)
    refused: int = 0
    refusals: list[IngestError] = field(default_factory=list)
    healed: list[Healed] = field(default_factory=list)
    mark_problem: str = ""
    seconds: float = 0.0

    @property
    def items(self) -> int:
        """The number of processed items: each was either stored, revised, already there, or refused."""
        return self.counts.total() + self.refused


OnStored = Callable[[Verdict, Article], None]
"""Called with each article that was stored or revised, once it is on disk."""
OnProgress = Callable[[IngestReport], None]
OnDuplicate = Callable[[str, str], None]
"""Called with the location of an item and the id of the stored article that it duplicates."""
OnRefusal = Callable[[IngestError], None]
"""Called with each refused item, immediately."""


class Pipeline:
    """Ingests items in batches and appends new articles and revisions with `writer`.

    The archive is locked only while a batch is decided about and written, never while items are
    fetched or parsed. The decisions include articles that other processes have written in the
    meantime. Pass `writer` without entering it. Articles in the archive `existing` also count as
    stored.

    Each item gets the id of the stored article that it is by its URL or guid, if there is one,
    because stored ids stay the same when the rules for URLs change. Each outcome is counted and passed to `on_stored`,
    `on_duplicate` or `on_refusal`, because a list of all could have millions of entries. Each batch is written
    inside an `uninterrupted` context.
    """

    def __init__(  # noqa: PLR0913 - all are independent
        self,
        writer: ArchiveWriter,
        on_progress: OnProgress | None = None,
        *,
        on_stored: OnStored | None = None,
        on_duplicate: OnDuplicate | None = None,
        on_refusal: OnRefusal | None = None,
        existing: Archive | None = None,
        uninterrupted: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self._writer = writer
        self._archives = [archive for archive in (writer.archive, existing) if archive is not None]
        self._on_progress = on_progress
        self._on_stored = on_stored
        self._on_duplicate = on_duplicate
        self._on_refusal = on_refusal
        self._uninterrupted = uninterrupted
        self._started = time.monotonic()
        self._waiting: list[Article] = []
        self._waiting_since = 0.0
        self._pending: list[tuple[Verdict, Article]] = []
        self._copies: dict[str, Copy] = {}
        self._pending_keys: set[str | bytes] = set()
        self._lookups = ExitStack()
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
        with self._lookups:
            self._look_up_catalogues()
            try:
                for item in batch:
                    self._take(item)
            finally:
                self._write()

    def _take(self, item: Article) -> None:
        text, address = short_digest(item), article_address(item.url)
        keys: set[str | bytes] = {item.id, text, *guid_keys(item), *filter(None, (address, article_address(item.guid)))}
        if not keys.isdisjoint(self._pending_keys):
            self._write()
        try:
            item = self._recognizer.identified(item, text)
            if item.id in self._pending_keys:
                self._write()
            decision = decide(item, self._recognizer.known(item, text))
        except CorruptArchive as damage:
            self._refuse(
                IngestError(
                    item.origin.location,
                    worded("the stored revision of this article is damaged: {damage}", damage=damage),
                )
            )
            return
        if decision.article is not None:
            self._pending.append((decision.verdict, decision.article))
            self._pending_keys |= keys | {item.id}
            return
        if decision.verdict is Verdict.DUPLICATE and decision.duplicate_of is not None:
            self._keep_address(item.url, address, decision.duplicate_of)
        self.report.counts[decision.verdict] += 1
        if self._on_duplicate is not None:
            self._on_duplicate(item.origin.location, decision.duplicate_of or item.id)

    def _keep_address(self, url: str, address: str, article_id: str) -> None:
        """Keep the address of a copy of an article, unless the archive has an article or a copy there."""
        if address and address not in self._copies and not self._recognizer.has_address(address):
            self._copies[address] = Copy(id=article_id, url=url)

    def _refuse(self, refusal: IngestError) -> None:
        self.report.refused += 1
        if len(self.report.refusals) < MAX_REFUSALS:
            # A copy, because the traceback of the original would keep the reader's data in memory.
            self.report.refusals.append(IngestError(refusal.origin, refusal.reason))
        if self._on_refusal is not None:
            self._on_refusal(refusal)
        self._tell()

    def _look_up_catalogues(self) -> None:
        # While this process holds the lock, the catalogues stay valid until it writes.
        self._recognizer = self._lookups.enter_context(Recognizer(self._archives))

    def _write(self) -> None:
        """Write the pending articles and addresses of copies, and count the articles as stored."""
        pending, self._pending = self._pending, []
        copies, self._copies = self._copies, {}
        self._pending_keys.clear()
        if pending or copies:
            self._lookups.close()
            self._writer.append([*(article for _, article in pending), *copies.values()])
            for verdict, article in pending:
                self.report.counts[verdict] += 1
                self.report.lacks.update(lacks_of(article))
                if self._on_stored is not None:
                    self._on_stored(verdict, article)
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
