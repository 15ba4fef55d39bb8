"""`Library`: an archive and its index, opened together from one folder. What the web and the command line use."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.article import Article, Record
from newsarchive.errors import (
    ArticleNotFound,
    IndexMissing,
    IndexOutdated,
    IndexUnusable,
    NewsArchiveError,
    PurgeUnfinished,
    SearchError,
)
from newsarchive.index_repair import Mender
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


class Library:
    """One archive with its index.

    With `mends`, a search that finds an index that has to be rebuilt has that done in the background.
    """

    def __init__(self, archive: Archive, index: SearchService, *, mends: bool = False) -> None:
        self.archive = archive
        self.index = index
        rebuild = partial(index.rebuild, only_if_unusable=True, wait=math.inf)
        self.mender = Mender(index.check, rebuild) if mends else None

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        create: bool = False,
        spellings: Path | None = None,
        index_memory: int | None = None,
        mends: bool = False,
    ) -> Self:
        """The library in a folder; raises ArchiveError where there is none, unless it is to be created.

        `spellings` is a file of names in several spellings, beside those that come with the package; raises
        ConfigError when it cannot be read. `index_memory` is that of `Config`, in MiB.
        """
        known_spellings = load_spellings(spellings)
        archive = Archive(folder, create=create)
        buffer_bytes = BUFFER_BYTES if index_memory is None else index_memory << 20
        engine = WhooshEngine(folder / "index", archive, buffer_bytes=buffer_bytes)
        return cls(archive, SearchService(archive, engine, spellings=known_spellings), mends=mends)

    def search(self, request: SearchRequest) -> SearchResults:
        """The page of results for a request. Raises IndexMissing or IndexOutdated."""
        with self._mending():
            return self.index.search(request)

    def complete(self, text: str, limit: int) -> tuple[Completion, ...]:
        """Ways to go on from what was typed so far. Raises IndexMissing or IndexOutdated."""
        with self._mending():
            return self.index.complete(text, limit)

    def article(self, article_id: str) -> Article:
        """The latest revision of an article; raises ArticleNotFound for an unknown or withdrawn one."""
        return self.archive.get(article_id)

    def related(self, article_id: str, limit: int = 5) -> tuple[Article, ...]:
        """Articles about the same as one, 1 to 20. Raises ArticleNotFound, IndexMissing or IndexOutdated."""
        with self._mending():
            return self.index.related(article_id, limit)

    @contextmanager
    def _mending(self) -> Iterator[None]:
        try:
            yield
        except IndexUnusable:
            self._wake_mender()
            raise
        if self.index.needs_rebuild:
            self._wake_mender()

    def _wake_mender(self) -> None:
        if self.mender is not None:
            self.mender.wake()

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
        """Let the index read what is new; one that is missing or outdated is built from the whole archive.

        `on_rebuild` is called before that with what is wrong with an index that there is. Raises IndexLocked where
        another process still updates or builds the index after `wait` seconds.
        """
        try:
            return self.index.update(progress, wait=wait)
        except IndexMissing:
            return self.index.rebuild(progress, only_if_unusable=True, wait=wait)
        except IndexOutdated as error:
            if on_rebuild is not None:
                on_rebuild(error.reason)
            return self.index.rebuild(progress, only_if_unusable=True, wait=wait)

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
            report = self.index.rebuild(progress, only_if_unusable=True, wait=wait)
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
                self.index.update()

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
        """Counts and sizes of the index. Raises IndexMissing or IndexOutdated."""
        with self._mending():
            return self.index.status()

    def close(self) -> None:
        """Let go of files."""
        self.index.close()
        self.archive.close()

    def __enter__(self) -> Self:
        """For `with`."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close."""
        self.close()
