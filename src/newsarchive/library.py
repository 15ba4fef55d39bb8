"""`Library`: an archive and its index, opened together from one folder. What the web and the command line use."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from newsarchive.archive import Archive, ArchiveWriter, RenamedArchive
from newsarchive.article import Article, Record
from newsarchive.config import Config
from newsarchive.durable import replace_file
from newsarchive.errors import (
    ArticleNotFound,
    IndexMissing,
    IndexUnusable,
    NewsArchiveError,
    PurgeUnfinished,
    SearchError,
)
from newsarchive.index_repair import IndexRepairer
from newsarchive.search import (
    PATIENCE,
    Completion,
    IndexStatus,
    Progress,
    SearchRequest,
    SearchResults,
    SearchService,
    UpdateReport,
    load_spellings,
)
from newsarchive.search.whoosh_index import BUFFER_BYTES, WhooshEngine
from newsarchive.tables import NO_TABLES, Tables, load_tables

INDEX_FOLDER = "index"
"""The folder of the search index in an archive."""


class Library:
    """One archive with its search index and the tables that people edit.

    With `repairs`, a search that finds an index that has to be rebuilt has it rebuilt in the background. `open_library`
    makes one from the settings.
    """

    def __init__(
        self, archive: Archive, search_service: SearchService, *, tables: Tables = NO_TABLES, repairs: bool = False
    ) -> None:
        self.archive = archive
        self.search_service = search_service
        self.tables = tables
        rebuild = partial(self.rebuild_index, only_if_unusable=True, wait=math.inf)
        self.repairer = IndexRepairer(search_service.check, rebuild) if repairs else None

    def search(self, request: SearchRequest) -> SearchResults:
        """The page of results for a request. Raises IndexMissing, IndexOutdated or IndexDamaged."""
        with self._repairing():
            return self.search_service.search(request)

    def complete(self, text: str, limit: int) -> tuple[Completion, ...]:
        """Ways to go on from what was typed so far. Raises IndexMissing, IndexOutdated or IndexDamaged."""
        with self._repairing():
            return self.search_service.complete(text, limit)

    def article(self, article_id: str) -> Article:
        """The latest revision of an article; raises ArticleNotFound for an unknown or withdrawn one."""
        return self.archive.get(article_id)

    def related(self, article_id: str, limit: int = 5) -> tuple[Article, ...]:
        """Articles about the same as one, 1 to 20. Raises ArticleNotFound and IndexUnusable."""
        with self._repairing():
            return self.search_service.related(article_id, limit)

    @contextmanager
    def _repairing(self) -> Iterator[None]:
        try:
            yield
        except IndexUnusable:
            self._wake_repairer()
            raise
        if self.search_service.needs_rebuild:
            self._wake_repairer()

    def _wake_repairer(self) -> None:
        if self.repairer is not None:
            self.repairer.wake()

    def history(self, article_id: str) -> tuple[Record, ...]:
        """All revisions and withdrawals of an article, oldest first; raises ArticleNotFound for an unknown one."""
        return self.archive.history(article_id)

    def update_index(
        self,
        progress: Progress | None = None,
        on_rebuild: Callable[[str], None] | None = None,
        *,
        wait: float = PATIENCE,
    ) -> UpdateReport:
        """Let the index read what is new; an unusable index is built from the whole archive.

        `on_rebuild` is called before that with what is wrong with an index that there is. Raises IndexLocked where
        another process still updates or builds the index after `wait` seconds.
        """
        try:
            return self.search_service.update(progress, wait=wait)
        except IndexMissing:
            return self.rebuild_index(progress, only_if_unusable=True, wait=wait)
        except IndexUnusable as error:
            if on_rebuild is not None:
                on_rebuild(error.reason)
            return self.rebuild_index(progress, only_if_unusable=True, wait=wait)

    def rebuild_index(
        self,
        progress: Progress | None = None,
        *,
        workers: int = 1,
        only_if_unusable: bool = False,
        wait: float = PATIENCE,
    ) -> UpdateReport:
        """Build the index from the whole archive, with the tables as they are; see `Engine.rebuild`."""
        rebuilds = not only_if_unusable or self._is_unusable()
        report = self.search_service.rebuild(progress, workers=workers, only_if_unusable=only_if_unusable, wait=wait)
        if rebuilds:
            self._note_tables()
        return report

    def _is_unusable(self) -> bool:
        try:
            self.search_service.check()
        except IndexUnusable:
            return True
        return False

    @property
    def has_changed_tables(self) -> bool:
        """Whether sources.txt or topics.txt changed since the index was built, so that older articles lack it."""
        return (self._noted_tables() or "") != self.tables.digest

    @property
    def _tables_note(self) -> Path:
        return self.archive.folder / INDEX_FOLDER / "TABLES"

    def _noted_tables(self) -> str | None:
        try:
            return self._tables_note.read_text(encoding="ascii", errors="replace").strip()
        except FileNotFoundError:
            return None

    def _note_tables(self) -> None:
        if self.tables.digest or self._noted_tables():
            replace_file(self._tables_note, self.tables.digest.encode() + b"\n")

    def purge(
        self,
        article_id: str,
        reason: str,
        *,
        wait: float = math.inf,
        on_removed: Callable[[int], None] | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Remove every text of an article from the archive, and then from the index, which is rebuilt.

        Searches are answered all the while, without the article. `on_removed` is called when the text is out of the
        archive's files, with how many lines had it. A purge that was broken off can be repeated.
        While other processes write to the archive or update the index, waits up to `wait` seconds for each. Raises
        ArticleNotFound where the article never had a text, ArchiveError where the archive cannot be rewritten, and
        PurgeUnfinished where the index still has the text.
        """
        self._hide(article_id, reason, wait)
        removed = self._remove_text(article_id, reason, wait)
        if on_removed is not None:
            on_removed(removed)
        try:
            report = self.rebuild_index(progress, only_if_unusable=True, wait=wait)
        except (NewsArchiveError, OSError) as error:
            raise PurgeUnfinished(article_id, str(error)) from error
        except KeyboardInterrupt as interruption:
            raise PurgeUnfinished(article_id, "interrupted") from interruption
        if report.undeleted:
            raise PurgeUnfinished(article_id, "could not delete " + "; ".join(report.undeleted))

    def _hide(self, article_id: str, reason: str, wait: float) -> None:
        """Withdraw an article, and let the index know: to remove its text can take minutes."""
        with suppress(ArticleNotFound):
            with ArchiveWriter(self.archive, wait=wait) as writer:
                writer.withdraw(article_id, reason)
            # An index that cannot be updated leaves the article out when the purge is recorded.
            with suppress(SearchError, OSError):
                self.search_service.update()

    def _remove_text(self, article_id: str, reason: str, wait: float) -> int:
        """Take the text out of the archive's files; returns how many lines had it, 0 where none has it any more."""
        with ArchiveWriter(self.archive, wait=wait) as writer:
            try:
                return writer.purge(article_id, reason)
            except ArticleNotFound:
                if article_id not in self.archive.purged_since(0):
                    raise
                return 0

    def status(self) -> IndexStatus:
        """Counts and sizes of the index. Raises IndexMissing, IndexOutdated or IndexDamaged."""
        with self._repairing():
            return self.search_service.status()

    def close(self) -> None:
        """Let go of files."""
        self.search_service.close()
        self.archive.close()

    def __enter__(self) -> Self:
        """For `with`."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close."""
        self.close()


def open_library(config: Config, *, folder: Path | None = None, create: bool = False, repairs: bool = False) -> Library:
    """The library of an archive, with everything that the settings say about it.

    `folder` is the archive, None means `config.archive`. With `create`, an archive is made in an empty or missing
    folder. With `repairs`, an index that has to be rebuilt is rebuilt in the background. Raises ArchiveError where
    there is no archive, and ConfigError for a table that cannot be used.
    """
    folder = folder or config.archive
    tables = load_tables(folder, config.tables, config.spellings)
    spellings = load_spellings(*tables.spelling_files)
    archive = Archive(folder, create=create)
    searched = RenamedArchive(archive, tables.renamed) if tables.digest else archive
    memory = BUFFER_BYTES if config.index_memory is None else config.index_memory << 20
    engine = WhooshEngine(folder / INDEX_FOLDER, searched, buffer_bytes=memory)
    service = SearchService(searched, engine, spellings=spellings, tables=tables)
    return Library(archive, service, tables=tables, repairs=repairs)
