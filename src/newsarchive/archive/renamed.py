"""A view of an archive for search, with names replaced."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from newsarchive.archive.catalogue import Catalogue
from newsarchive.archive.lines import Stored
from newsarchive.archive.parts import START, Position
from newsarchive.archive.store import Archive, OnDamage, raise_damage
from newsarchive.article import Article

Rename = Callable[[Article], Article]
"""Replaces names in an article. It must be picklable, because indexing processes receive it pickled."""


class RenamedArchive(Archive):
    """A view of an archive in which `read` applies `index` to every article, and `get_many` applies `show`.

    The view uses the files and the catalogue of `archive`, which the caller closes.
    """

    def __init__(self, archive: Archive, *, index: Rename, show: Rename) -> None:
        super().__init__(archive.folder)
        self._archive = archive
        self._index = index
        self._show = show

    def __reduce__(self) -> tuple[Callable[[Path, Rename, Rename], "RenamedArchive"], tuple[Path, Rename, Rename]]:
        """Pickle the view, so that an indexing process opens the archive itself."""
        return _open, (self.folder, self._index, self._show)

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue of the original archive."""
        return self._archive.catalogue

    def read(
        self, since: Position = START, *, until: Position | None = None, on_damage: OnDamage = raise_damage
    ) -> Iterator[Stored]:
        """Yield every record starting at a position, with renamed articles; see `Archive.read`."""
        for stored in super().read(since, until=until, on_damage=on_damage):
            record = stored.record
            yield stored._replace(record=self._index(record)) if isinstance(record, Article) else stored

    def get_many(self, article_ids: Iterable[str]) -> dict[str, Article]:
        """The latest revisions by id, renamed; see `Archive.get_many`."""
        return {name: self._show(article) for name, article in super().get_many(article_ids).items()}


def _open(folder: Path, index: Rename, show: Rename) -> RenamedArchive:
    return RenamedArchive(Archive(folder), index=index, show=show)
