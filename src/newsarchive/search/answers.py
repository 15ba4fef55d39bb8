"""What searches found, kept until the index changes: Lucene and OpenSearch call it a query or request cache.

Readers repeat searches. They look at the next page, change the order, open an article and come back, or follow the
feed of a search. All of this shares one answer. It has no articles, which are read for every page, so it is never
older than the index.
"""

import sys
import threading
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from newsarchive.search.bounded_cache import BoundedCache
from newsarchive.search.door import (
    Expansion,
    Facet,
    Facets,
    Notice,
    SearchRequest,
    Sort,
    TranslatedWord,
)
from newsarchive.search.finding import Found
from newsarchive.search.scoring.ranking import Ranking

_ENTRIES = 2_000
_BYTES = 32 << 20
_BYTES_OF_ROW = 24
"""The document, score and time of a row of a ranking."""
_BYTES_OF_NODE = 4_000
"""About what a query tree and the texts of an answer take."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request found, apart from the page, its size, the order and the folding of groups.

    `counted` are the further facets that `facets` have. `rankings` have what was ranked so far, by order. `more`
    continues the first page of the given size.
    """

    found: Found
    facets: Facets
    counted: tuple[Facet, ...]
    rankings: Mapping[Sort, Ranking]
    more: tuple[int, Ranking | None]
    subjects: Mapping[Notice, tuple[str, ...]]
    dates: tuple[date, date] | None
    suggestion: str | None
    expansions: tuple[Expansion, ...]
    translations: tuple[TranslatedWord, ...]

    def with_facets(self, wanted: tuple[Facet, ...]) -> "Answer":
        """The answer with these further facets, which must have been counted, and no others."""
        if wanted == self.counted:
            return self
        others: dict[str, Mapping[str, int]] = {facet.value: {} for facet in self.counted if facet not in wanted}
        return replace(self, facets=replace(self.facets, **others), counted=wanted)

    def with_ranking(self, order: Sort, ranking: Ranking) -> "Answer":
        """The answer, ranked in this order too, or deeper."""
        return replace(self, rankings={**self.rankings, order: without_facets(ranking)})

    def size(self) -> int:
        """About how many bytes it takes."""
        rankings = [*self.rankings.values(), *filter(None, self.more[1:])]
        counts = (getattr(self.facets, facet) for facet in Facets.__dataclass_fields__)
        rows = sum(len(ranking.documents) for ranking in rankings)
        return _BYTES_OF_NODE + _BYTES_OF_ROW * rows + sum(map(sys.getsizeof, counts))


def without_facets(ranking: Ranking) -> Ranking:
    """A ranking to keep: the facets of an answer are kept once, with one count for all spellings of a name."""
    return replace(ranking, facets=Facets())


class Answers:
    """The answers of one generation of an index, whoever asked. Thread-safe.

    A key has whatever an answer depends on besides the index.
    """

    def __init__(self, entries: int = _ENTRIES, size: int = _BYTES) -> None:
        self._kept: BoundedCache[Hashable, Answer] = BoundedCache(entries, size)
        self._generation: Hashable = None
        self._lock = threading.Lock()

    def turn_to(self, generation: Hashable) -> None:
        """Forget the answers of any other generation. They would keep its files open after a rebuild."""
        with self._lock:
            self._turn_to(generation)

    def _turn_to(self, generation: Hashable) -> None:
        if self._generation != generation:
            self._kept.clear()
            self._generation = generation

    def get(self, generation: Hashable, key: Hashable) -> Answer | None:
        """Return an answer in this generation of the index. Those of another one are forgotten."""
        with self._lock:
            self._turn_to(generation)
            return self._kept.get(key)

    def put(self, generation: Hashable, key: Hashable, answer: Answer) -> None:
        """Keep an answer, unless the index has changed meanwhile."""
        with self._lock:
            if self._generation == generation:
                self._kept.put(key, answer, answer.size())

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._generation = None

    def __len__(self) -> int:
        """The number of answers."""
        return len(self._kept)


def asked_of(request: SearchRequest) -> SearchRequest | None:
    """The part of a request that its answer depends on; None if the answer is not to be kept.

    Places in the order of arrival depend on the archive, which may change before the index does.
    """
    if request.arrived_before is not None or request.arrived_after is not None:
        return None
    return replace(request, page=1, limit=1, sort=None, fold=None)
