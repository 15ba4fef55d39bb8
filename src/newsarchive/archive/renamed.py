"""A view of an archive for search, with names replaced."""

from collections.abc import Callable, Iterable

from newsarchive.archive.catalogue import Catalogue
from newsarchive.archive.store import Archive
from newsarchive.article import Article

Rename = Callable[[Article], Article]
"""Replaces names in an article."""


class RenamedArchive(Archive):
    """A view of an archive in which `get_many` applies `show` to every article.

    The view uses the files and the catalogue of `archive`, which the caller closes.
    """

    def __init__(self, archive: Archive, *, show: Rename) -> None:
        super().__init__(archive.folder)
        self._archive = archive
        self._show = show

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue of the original archive."""
        return self._archive.catalogue

    def get_many(self, article_ids: Iterable[str]) -> dict[str, Article]:
        """The latest revisions by id, renamed; see `Archive.get_many`."""
        return {name: self._show(article) for name, article in super().get_many(article_ids).items()}
