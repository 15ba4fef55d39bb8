"""A view of an archive for search, with names replaced."""

from collections.abc import Callable, Iterable

from newsarchive.archive.store import Archive
from newsarchive.archive.view import ArchiveView
from newsarchive.article import Article

Rename = Callable[[Article], Article]
"""Replaces names in an article."""


class RenamedArchive(ArchiveView):
    """A view of an archive in which `get_many` applies `show` to every article.

    The view uses the files and the catalogue of `archive`, which the caller closes.
    """

    def __init__(self, archive: Archive, *, show: Rename) -> None:
        super().__init__(archive)
        self._show = show

    def get_many(self, article_ids: Iterable[str]) -> dict[str, Article]:
        """The latest revisions by id, renamed; see `Archive.get_many`."""
        return {name: self._show(article) for name, article in super().get_many(article_ids).items()}
