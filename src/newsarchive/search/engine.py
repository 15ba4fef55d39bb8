"""The protocol of an engine: what the search service needs of an index, and nothing more.

An engine ranks scored trees, counts, lists words and keeps an index up to date. It knows nothing of what a person typed
or of what a page shows.
"""

from collections.abc import Hashable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from newsarchive.search.door import PATIENCE, IndexStatus, Progress, Sort, UpdateReport
from newsarchive.search.scoring.ranking import Ranking
from newsarchive.search.scoring.tree import Field, Scored


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which matches count, in which order they come, and how many of the first are listed.

    Several sources, or topics, are alternatives. The dates are days of publication, both included. Each facet ignores
    its own filter, so that several of its values can be chosen.
    """

    sources: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    date_from: date | None = None
    date_to: date | None = None
    order: Sort = Sort.BEST
    depth: int = 10


class WordList(Protocol):
    """The words of one part of an index in byte order."""

    @property
    def identity(self) -> object:
        """The same object for as long as the words are the same, however many of their articles are deleted.

        It can be a weak key.
        """
        ...

    def __len__(self) -> int:
        """How many words there are."""
        ...

    def terms(self, start: int, stop: int) -> list[bytes]:
        """The words with the numbers from `start` to below `stop`, in UTF-8."""
        ...

    def term(self, number: int) -> bytes:
        """One word, in UTF-8."""
        ...

    def document_frequency(self, number: int) -> int:
        """How many articles have a word: 0 where all of them are deleted, else deleted ones may count."""
        ...


class Snapshot(Protocol):
    """One generation of an index. All calls see the same articles. May be used by several threads.

    Every method raises IndexDamaged for a file that isn't as it was written.
    """

    @property
    def generation(self) -> Hashable:
        """Equal for two snapshots exactly if they see the same articles."""
        ...

    @property
    def articles(self) -> int:
        """How many articles there are."""
        ...

    def occurs(self, field: Field, text: str) -> bool:
        """Whether any article has a term."""
        ...

    def frequencies(self, terms: Sequence[tuple[Field, str]]) -> list[int]:
        """How many articles have each term."""
        ...

    def frequent_words(self, prefix: str, count: int) -> list[tuple[str, int]]:
        """The `count` most frequent words of the field `exact` that begin so, each with how many articles have it.

        The most frequent one comes first; equally frequent ones are in byte order.
        """
        ...

    def word_lists(self) -> Sequence[WordList]:
        """All words of the field `exact`, in parts."""
        ...

    def rank(self, tree: Scored, selection: Selection) -> Ranking:
        """The first matches in order, the exact number of all, and the counts of the facets."""
        ...

    def counts_with(self, required: Sequence[tuple[Field, str]], terms: Sequence[tuple[Field, str]]) -> list[int]:
        """How many articles that have all required terms have each of the others, too."""
        ...

    def ids_with(self, field: Field, text: str, count: int) -> list[str]:
        """The ids of at most `count` articles that have a term: those that were indexed last."""
        ...

    def ids(self, documents: Sequence[int]) -> list[str]:
        """The ids of articles, given their numbers from a ranking."""
        ...

    def condensed(self, documents: Sequence[int]) -> list[bytes]:
        """The condensed words of articles (`scoring.reranking`), given their numbers from a ranking."""
        ...


class Engine(Protocol):
    """A search index of one archive."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """The generation that was last committed. Raises IndexMissing, IndexOutdated or IndexDamaged.

        An IndexDamaged that is raised inside the context is noted, so that the next update rebuilds the index.
        """
        ...

    def update(self, progress: Progress | None = None, *, wait: float = PATIENCE) -> UpdateReport:
        """Read what the archive has beyond the position of the last update.

        While another process does the same, waits up to `wait` seconds. Raises IndexLocked after that, and
        IndexMissing, IndexOutdated or IndexDamaged.
        """
        ...

    def rebuild(
        self,
        progress: Progress | None = None,
        *,
        workers: int = 1,
        only_if_unusable: bool = False,
        wait: float = PATIENCE,
    ) -> UpdateReport:
        """Read the whole archive into a new index, in as many processes as asked for, switch to it, delete the old one.

        With `only_if_unusable` an index that can be used, because another process made it meanwhile, is only updated.
        While another process rebuilds, waits up to `wait` seconds. Raises IndexLocked after that.
        """
        ...

    @property
    def needs_rebuild(self) -> bool:
        """Whether the index that answered last has to be rebuilt: articles were purged, and it leaves them out."""
        ...

    def check(self) -> None:
        """Raise IndexMissing, IndexOutdated or IndexDamaged if the index has to be rebuilt, even if it answers."""
        ...

    def status(self) -> IndexStatus:
        """Counts and sizes. Raises IndexMissing, IndexOutdated or IndexDamaged."""
        ...

    def close(self) -> None:
        """Close files."""
        ...
