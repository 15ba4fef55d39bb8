"""The engine protocol: what the search service needs from an index, and nothing more.

An engine ranks scored trees, counts, lists words and keeps an index up to date. It knows nothing
about what the user typed or what a page shows.
"""

import functools
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import ParamSpec, Protocol, TypeVar

from newsarchive.archive import Position, Stored
from newsarchive.article import Record
from newsarchive.errors import IndexChanged
from newsarchive.search.door import Facet, Sort, Spread
from newsarchive.search.index_reports import PATIENCE, IndexStatus, Progress, UpdateReport
from newsarchive.search.language.foreign.sounds import Skeletons
from newsarchive.search.scoring.arrays import IntArray
from newsarchive.search.scoring.ranking import Ranking
from newsarchive.search.scoring.tree import Field, Scored
from newsarchive.stories.numbered import NumberedWords
from newsarchive.topics import TopicKind

_P = ParamSpec("_P")
_T = TypeVar("_T")


def again_if_changed(search: Callable[_P, _T]) -> Callable[_P, _T]:
    """Decorate what searches one snapshot: if the index changes so that the snapshot is lost, search the next one."""

    @functools.wraps(search)
    def tried(*arguments: _P.args, **options: _P.kwargs) -> _T:
        try:
            return search(*arguments, **options)
        except IndexChanged:
            return search(*arguments, **options)

    return tried


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The filters on the matches, their order, and how many of the first matches to list.

    Several sources, topics or sections are alternatives, and so are several authors, publishers or languages. Authors
    and publishers are folded names (`arabic.names.name_key`). If `topic_kind` isn't `ANY`, only articles
    with topics of that kind match, and only these topics count. The dates are days of publication,
    both inclusive. Each facet ignores its own filter, so that several of its values can be selected. The arrival
    numbers (`archive.parts.arrival_number`), both exclusive, are those of the snapshot's `archive_generation`.
    `facets` are those of `FURTHER_FACETS` that are counted too. Without `counts_facets`, no facet needs to be counted.
    """

    sources: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    topic_kind: TopicKind = TopicKind.ANY
    date_from: date | None = None
    date_to: date | None = None
    arrived_before: int | None = None
    arrived_after: int | None = None
    order: Sort = Sort.BEST
    depth: int = 10
    facets: tuple[Facet, ...] = ()
    counts_facets: bool = True


class WordList(Protocol):
    """The words of one segment of an index, in byte order."""

    @property
    def identity(self) -> object:
        """An object that stays the same as long as the words do, even if articles are deleted.

        It can be used as a weak key.
        """
        ...

    def __len__(self) -> int:
        """The number of words."""
        ...

    def terms(self, start: int, stop: int) -> list[bytes]:
        """The words numbered `start` to `stop - 1`, in UTF-8."""
        ...

    def term(self, number: int) -> bytes:
        """The word with this number, in UTF-8."""
        ...

    def skeletons(self) -> Skeletons | None:
        """The skeletons of the words in order, as they were stored with the index; None if they weren't."""
        ...

    def document_frequency(self, number: int) -> int:
        """The number of articles with a word; may include deleted articles, but is 0 if all are deleted."""
        ...

    def document_frequencies(self, start: int, stop: int) -> IntArray:
        """The numbers of articles with the words numbered `start` to `stop - 1`; may include deleted articles."""
        ...


class Snapshot(Protocol):
    """One generation of an index. All calls see the same articles. Thread-safe.

    Every method raises IndexDamaged if a file differs from what was written.
    """

    @property
    def generation(self) -> Hashable:
        """Equal for two snapshots if and only if they see the same articles."""
        ...

    @property
    def is_local(self) -> bool:
        """Whether the index is on this machine.

        Terms are then looked up one by one as fast as all at once, and an article keeps its document number as long as
        the generation stays.
        """
        ...

    @property
    def archive_generation(self) -> int:
        """The generation of the archive whose arrival numbers the articles have."""
        ...

    @property
    def committed_at(self) -> int:
        """When this generation was committed, in seconds since 1970: later than any before it. 0 if it is unknown."""
        ...

    @property
    def articles(self) -> int:
        """The number of articles."""
        ...

    def occurs(self, field: Field, text: str) -> bool:
        """Whether any article has the term."""
        ...

    def frequencies(self, terms: Sequence[tuple[Field, str]]) -> list[int]:
        """The document frequency of each term."""
        ...

    def values(self, field: Field) -> Mapping[str, int]:
        """The values of a field of names, each with the number of articles that have it.

        These are the fields `source`, `topic`, `section`, `authors`, `publisher` and `language`. Given and assigned
        topics are counted together for `topic`. Names are as given, in all their spellings.
        """
        ...

    def frequent_words(self, prefix: str, count: int) -> list[tuple[str, int]]:
        """The `count` most frequent words of the field `exact` with this prefix, with their document frequencies.

        The most frequent word comes first; equally frequent words are in byte order.
        """
        ...

    def word_lists(self) -> Sequence[WordList]:
        """All words of the field `exact`, one list per segment."""
        ...

    def rank(self, tree: Scored, selection: Selection) -> Ranking:
        """The first matches in order, the exact number of matches, and the facet counts.

        Authors and publishers are counted by their folded names.
        """
        ...

    def finds(self, tree: Scored) -> bool:
        """Whether any article matches."""
        ...

    def days(self, tree: Scored, selection: Selection) -> Mapping[date, int]:
        """The number of matches by day of publication, for the days that have any, in order."""
        ...

    def spreads(self, tree: Scored, selection: Selection, facet: Facet) -> Mapping[str, Spread]:
        """How the matches spread over time, by value of a facet; authors and publishers by their folded names."""
        ...

    def counts_with(self, required: Sequence[tuple[Field, str]], terms: Sequence[tuple[Field, str]]) -> list[int]:
        """For each of `terms`, the number of articles that have it and all required terms."""
        ...

    def ids_with(self, field: Field, text: str, count: int) -> list[str]:
        """The ids of up to `count` articles with a term, those indexed last."""
        ...

    def ids(self, documents: Sequence[int]) -> list[str]:
        """The ids of articles, given their document numbers from a ranking."""
        ...

    def condensed(self, documents: Sequence[int]) -> list[bytes]:
        """The condensed words of articles (`scoring.reranking`), given their document numbers from a ranking."""
        ...


IsGrowing = Callable[[], bool]
"""Whether records may still be added to the archive. It may wait for some milliseconds, so it can be asked often."""


class Follower(Protocol):
    """Another derived store, which takes in the same records as the index does, so that they are read only once.

    It has a position of its own, and commits it together with what it took in. An engine that has no words by
    number passes on nothing: the other store then reads for itself.
    """

    def begin(self, start: Position) -> None:
        """Note that what is added next comes after a position."""
        ...

    def add(self, stored: Stored, record: Record, words: NumberedWords | None) -> None:
        """Take in the next record: its place in the archive, its form within the limits, and the words of an article.

        Damaged lines are left out. Raises nothing.
        """
        ...


class Engine(Protocol):
    """A search index of one archive."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """Open the last committed generation. Raises IndexMissing, IndexOutdated or IndexDamaged.

        If IndexDamaged is raised inside the context, the damage is recorded, and the next update
        rebuilds the index.
        """
        ...

    def update(
        self,
        progress: Progress | None = None,
        *,
        workers: int = 1,
        wait: float = PATIENCE,
        follower: Follower | None = None,
        is_growing: IsGrowing | None = None,
    ) -> UpdateReport:
        """Index what was added to the archive since the position of the last update, in `workers` processes.

        The `follower` gets what is read. While `is_growing`, what is added meanwhile is indexed too.

        If another process is updating, wait up to `wait` seconds for it, then raise IndexLocked.
        Also raises IndexMissing, IndexOutdated or IndexDamaged.
        """
        ...

    def rebuild(  # noqa: PLR0913 - all are independent
        self,
        progress: Progress | None = None,
        *,
        workers: int = 1,
        only_if_unusable: bool = False,
        wait: float = PATIENCE,
        follower: Follower | None = None,
        is_growing: IsGrowing | None = None,
    ) -> UpdateReport:
        """Build a new index from the whole archive in `workers` processes, switch to it and delete the old one.

        The `follower` gets what is read. While `is_growing`, what is added meanwhile is indexed too.

        With `only_if_unusable`, an index that is usable because another process has built it
        meanwhile is only updated. If another process is rebuilding, wait up to `wait` seconds for
        it, then raise IndexLocked.
        """
        ...

    @property
    def needs_rebuild(self) -> bool:
        """Whether the index that answered last must be rebuilt because it only hides purged articles."""
        ...

    def check(self) -> None:
        """Raise IndexMissing, IndexOutdated or IndexDamaged if the index must be rebuilt, even if it answers."""
        ...

    def status(self) -> IndexStatus:
        """Return counts and sizes. Raises IndexMissing, IndexOutdated or IndexDamaged."""
        ...

    def close(self) -> None:
        """Close the index files."""
        ...
