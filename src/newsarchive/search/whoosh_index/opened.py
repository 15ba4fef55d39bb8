"""One generation of a build, open for searching."""

from dataclasses import dataclass

from whoosh import index as whoosh_store
from whoosh.searching import Searcher

from newsarchive.archive import Identity
from newsarchive.search.scoring.impact import ImpactWeighting
from newsarchive.search.whoosh_index.querying.open_segment import Leaf
from newsarchive.search.whoosh_index.storage.allocation import keep_freed_memory
from newsarchive.search.whoosh_index.storage.folder import Build


@dataclass(frozen=True, slots=True)
class Opened:
    """A generation of a build, as it answers for one state of the archive.

    It is behind where it has articles that were purged from the archive since; its leaves leave them out.
    """

    build: Build
    identity: Identity
    is_behind: bool
    searcher: Searcher
    leaves: tuple[Leaf, ...]

    @property
    def articles(self) -> int:
        """How many articles can be found."""
        return sum(leaf.documents - len(leaf.deleted) for leaf in self.leaves)


def open_build(build: Build, identity: Identity, *, is_behind: bool, purged: frozenset[str]) -> Opened:
    """Open the last generation of a build, without what was purged. Raises FileNotFoundError and IndexDamaged."""
    keep_freed_memory()
    searcher = whoosh_store.open_dir(str(build.folder), readonly=True).searcher(weighting=ImpactWeighting())
    leaves = tuple(
        Leaf(leaf, offset, purged) for leaf, offset in searcher.leaf_searchers() if leaf.reader().segment() is not None
    )
    return Opened(build, identity, is_behind, searcher, leaves)
