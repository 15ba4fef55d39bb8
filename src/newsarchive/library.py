"""`Library`: an archive and its index, opened together from one folder. What the web and the command line use."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from newsarchive.archive import Archive
from newsarchive.article import Article, Record
from newsarchive.errors import IndexMissing, IndexOutdated, IndexUnusable
from newsarchive.mending import Mender
from newsarchive.search import (
    Completion,
    IndexStatus,
    Progress,
    SearchIndex,
    SearchRequest,
    SearchResults,
    UpdateReport,
    load_spellings,
)
from newsarchive.search.whoosh_index import BUFFER_BYTES, WhooshIndex


class Library:
    """One archive with its index.

    With `mends`, a search that finds an index that cannot be used has it built anew in the background.
    """

    def __init__(self, archive: Archive, index: SearchIndex, *, mends: bool = False) -> None:
        self.archive = archive
        self.index = index
        self.mender = Mender(self.status, partial(index.rebuild, only_if_unusable=True)) if mends else None

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
        index = WhooshIndex(folder / "index", archive, spellings=known_spellings, buffer_bytes=buffer_bytes)
        return cls(archive, index, mends=mends)

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
            if self.mender is not None:
                self.mender.wake()
            raise

    def history(self, article_id: str) -> tuple[Record, ...]:
        """All revisions and withdrawals of an article, oldest first; raises ArticleNotFound for an unknown one."""
        return self.archive.history(article_id)

    def update_index(
        self, progress: Progress | None = None, on_rebuild: Callable[[str], None] | None = None
    ) -> UpdateReport:
        """Let the index read what is new; one that is missing or outdated is built from the whole archive.

        `on_rebuild` is called before that with what is wrong with an index that there is.
        """
        try:
            return self.index.update(progress)
        except IndexMissing:
            return self.index.rebuild(progress, only_if_unusable=True)
        except IndexOutdated as error:
            if on_rebuild is not None:
                on_rebuild(error.reason)
            return self.index.rebuild(progress, only_if_unusable=True)

    def status(self) -> IndexStatus:
        """Counts and sizes of the index. Raises IndexMissing or IndexOutdated."""
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
