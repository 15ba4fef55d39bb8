"""The way into the archive: articles from a reader are decided about, and appended in batches."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.archive.catalogue import short_digest
from newsarchive.article import Article
from newsarchive.errors import IngestError
from newsarchive.ingest.deciding import Known, Verdict, decide

BATCH = 500
"""Articles that are written, synced to the disk and reported together."""


@dataclass(slots=True)
class IngestReport:
    """What an ingest did so far. `counts` only has what is on the disk.

    `failures` are the items that were refused, each with where it came from and why.
    """

    counts: Counter[Verdict] = field(default_factory=Counter)
    failures: list[IngestError] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def items(self) -> int:
        """How many items were dealt with."""
        return self.counts.total() + len(self.failures)


OnProgress = Callable[[IngestReport], None]
OnDuplicate = Callable[[str, str], None]
"""Gets where an item came from, and the id of the article that was there already."""


class Pipeline:
    """Takes items in, one after the other, and appends with `writer` what is new.

    What the archive `beside` has is there already, too. Duplicates are counted, and told to `on_duplicate` one by
    one: there can be millions of them.
    """

    def __init__(
        self,
        writer: ArchiveWriter,
        on_progress: OnProgress | None = None,
        *,
        on_duplicate: OnDuplicate | None = None,
        beside: Archive | None = None,
    ) -> None:
        self._writer = writer
        self._archives = [archive for archive in (writer.archive, beside) if archive is not None]
        self._on_progress = on_progress
        self._on_duplicate = on_duplicate
        self._started = time.monotonic()
        self._pending: list[tuple[Verdict, Article]] = []
        self._pending_keys: set[str | bytes] = set()
        self.report = IngestReport()

    def run(self, items: Iterable[Article | IngestError]) -> IngestReport:
        """Take in every item. What was decided when an error or Ctrl-C ends it is still written.

        Raises ArchiveError when the disk refuses; `report` then has what was written before.
        """
        self._look_up_catalogues()
        try:
            for item in items:
                self._take(item)
        finally:
            self._flush()
        return self.report

    def _take(self, item: Article | IngestError) -> None:
        if isinstance(item, IngestError):
            # Not the item itself: its traceback would keep what its reader had in hand.
            self.report.failures.append(IngestError(item.origin, item.reason))
            self._tell()
            return
        text = short_digest(item)
        keys: set[str | bytes] = {item.id, text}
        if not keys.isdisjoint(self._pending_keys) or len(self._pending) >= BATCH:
            self._flush()
        decision = decide(item, self._known(item, text))
        if decision.article is not None:
            self._pending.append((decision.verdict, decision.article))
            self._pending_keys |= keys
            return
        self.report.counts[decision.verdict] += 1
        if self._on_duplicate is not None:
            self._on_duplicate(item.origin.location, decision.duplicate_of or item.id)
        self._tell()

    def _look_up_catalogues(self) -> None:
        # Only this process writes, so what the catalogues say holds until the next batch is written.
        self._catalogues = [(archive, archive.catalogue) for archive in self._archives]

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
        return Known(latest, False, entry.text == text, item.id in ids, same_text)

    def _flush(self) -> None:
        """Write what is pending; it counts as kept from here on."""
        pending, self._pending = self._pending, []
        self._pending_keys.clear()
        if pending:
            self._writer.append([article for _, article in pending])
            self.report.counts.update(verdict for verdict, _ in pending)
            self._look_up_catalogues()
        self._tell()

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
        ArchiveWriter(archive) as writer,
    ):
        yield writer
