"""One generation of an index, open for searching. It implements `search.engine.Snapshot`."""

import base64
import threading
from collections import OrderedDict
from collections.abc import Collection, Hashable, Mapping, Sequence
from concurrent.futures import Future
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from newsarchive.errors import IndexChanged, IndexDamaged, IndexUnreachable, RequestRefused
from newsarchive.search.door import Facet, Spread
from newsarchive.search.engine import Selection, WordList
from newsarchive.search.opensearch.clauses import EVERYTHING, Query, clause_of, term_query, unscored
from newsarchive.search.opensearch.counting import count_days, matches_query, spreads, value_counts
from newsarchive.search.opensearch.filters import filters_of
from newsarchive.search.opensearch.mapping import CONDENSED, PLACE
from newsarchive.search.opensearch.point_in_time import PointInTime
from newsarchive.search.opensearch.ranking import MOST_KNOWN, Known, Ranker
from newsarchive.search.opensearch.state import State
from newsarchive.search.opensearch.terms import id_of
from newsarchive.search.opensearch.words import ClusterWords, LiveWords
from newsarchive.search.scoring.ranking import Ranking
from newsarchive.search.scoring.tree import Field, Scored
from newsarchive.wording import worded

WORDS_PATIENCE = 5.0
"""Seconds to wait for the words of a large archive. Until they are loaded, there are no corrections."""
_TERMS_AT_ONCE = 1_000
_DOCUMENTS_AT_ONCE = 5_000
_REMEMBERED_TERMS = 200_000


@dataclass(slots=True)
class _Statistics:
    """The number of articles and of those that have each term, of a point in time renewed so many times."""

    renewals: int = 0
    articles: int | None = None
    frequencies: dict[tuple[Field, str], int] = field(default_factory=dict)


class OpenSearchSnapshot:
    """The articles at one point in time, without those whose ids are `purged`."""

    def __init__(
        self,
        point: PointInTime,
        state: State,
        generation: Hashable,
        words: "Future[ClusterWords]",
        purged: Collection[str] = (),
    ) -> None:
        self.archive_generation = state.archive_generation
        self.committed_at = state.committed
        self.is_local = False
        self.lacked_words = False
        self._generation = generation
        self._loads = 0
        self._point = point
        self._words = words
        self._purged = purged
        # The words are counted with each commit, purged articles included.
        self._knows_exactly = not state.is_writing and not purged
        self._statistics = _Statistics()
        self._values: dict[Field, Mapping[str, int]] = {}
        self._known: OrderedDict[int, Known] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def generation(self) -> Hashable:
        """Equal for two snapshots if and only if they see the same articles, and have the same words."""
        return self._generation, self._loads

    @property
    def articles(self) -> int:
        """The number of articles."""
        statistics = self._known_statistics()
        if statistics.articles is None:
            statistics.articles = self._count()
        return statistics.articles

    def _known_statistics(self) -> "_Statistics":
        """What is known of the articles that the point in time has now."""
        if self._statistics.renewals != self._point.renewals:
            self._statistics = _Statistics(self._point.renewals)
        return self._statistics

    def _count(self) -> int:
        total: int = self._search({"query": self._every(), "size": 0, "track_total_hits": True})["hits"]["total"][
            "value"
        ]
        return total

    def _search(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        return self._point.search(body)

    def _every(self, *queries: Query) -> Query:
        """The query for the articles that match all of some queries, and aren't purged."""
        return matches_query(EVERYTHING, *queries, *filters_of(Selection(), self._purged).always)

    def occurs(self, field: Field, text: str) -> bool:
        """Whether any article has a term."""
        return self.frequencies([(field, text)])[0] > 0

    def frequencies(self, terms: Sequence[tuple[Field, str]]) -> list[int]:
        """The number of articles that have each term. It is remembered as long as this generation is."""
        statistics = self._known_statistics()
        known = statistics.frequencies
        missing = [term for term in dict.fromkeys(terms) if term not in known]
        counted = dict(zip(missing, self._counted(missing), strict=True))
        if len(known) + len(counted) > _REMEMBERED_TERMS:
            known = statistics.frequencies = {term: known[term] for term in terms if term in known}
        known.update(counted)
        return [known[term] for term in terms]

    def _counted(self, terms: Sequence[tuple[Field, str]]) -> list[int]:
        words = self._loaded_words() if self._knows_exactly else None
        if words is None or any(field is not Field.EXACT for field, _ in terms):
            return self.counts_with((), terms)
        return [words.articles_with(text) for _, text in terms]

    def _loaded_words(self) -> ClusterWords | None:
        return self._words.result() if self._words.done() and self._words.exception() is None else None

    def counts_with(self, required: Sequence[tuple[Field, str]], terms: Sequence[tuple[Field, str]]) -> list[int]:
        """For each of `terms`, the number of articles that have it and all required terms."""
        query = self._every(*(term_query(field, text) for field, text in required))
        counts: list[int] = []
        for start in range(0, len(terms), _TERMS_AT_ONCE):
            queries = [term_query(field, text) for field, text in terms[start : start + _TERMS_AT_ONCE]]
            counting = {"terms": {"filters": {"filters": queries}}}
            found = self._search({"query": query, "size": 0, "track_total_hits": False, "aggs": counting})
            counts += [bucket["doc_count"] for bucket in found["aggregations"]["terms"]["buckets"]]
        return counts

    def values(self, field: Field) -> Mapping[str, int]:
        """The values of a field of names, each with its number of articles. Raises ValueError for other fields."""
        if field not in self._values:
            self._values[field] = value_counts(self._point, self._every(), field)
        return self._values[field]

    def frequent_words(self, prefix: str, count: int) -> list[tuple[str, int]]:
        """The most frequent words with a prefix, each with the number of articles that have it."""
        words = self._awaited_words()
        return words.most_frequent(prefix, count) if words is not None else []

    def word_lists(self) -> Sequence[WordList]:
        """All words, in one list; none if they are still being loaded, which `lacked_words` tells."""
        words = self._awaited_words()
        return [words] if words is not None else []

    def _awaited_words(self) -> ClusterWords | LiveWords | None:
        """The words, unless they are still being loaded or the cluster couldn't give them."""
        try:
            words = self._words.result(WORDS_PATIENCE if not self.lacked_words else 0)
        except (TimeoutError, IndexUnreachable, RequestRefused):
            self.lacked_words = True
            return None
        return LiveWords(words, len(self._purged), self._frequencies_of_words) if self._purged else words

    def _frequencies_of_words(self, words: Sequence[str]) -> list[int]:
        return self.frequencies([(Field.EXACT, word) for word in words])

    @property
    def has_words_now(self) -> bool:
        """Whether words that were lacking have been loaded since."""
        return self.lacked_words and self._loaded_words() is not None

    @property
    def could_not_load_words(self) -> bool:
        """Whether it was tried to load the words, in vain."""
        return self._words.done() and self._words.exception() is not None

    def with_words(self, words: "Future[ClusterWords] | None" = None) -> "OpenSearchSnapshot":
        """The same articles, as another generation that has its words, or those that are being loaded."""
        again = copy(self)
        vars(again).update(lacked_words=False, _loads=self._loads + 1, _words=words or self._words)
        return again

    def rank(self, tree: Scored, selection: Selection) -> Ranking:
        """The first matches in order, the exact number of matches, and the facet counts."""
        ranker = Ranker(self._point, clause_of(tree), filters_of(selection, self._purged), selection)
        ranked = ranker.rank()
        self._remember(ranked.known)
        return ranked.ranking

    def finds(self, tree: Scored) -> bool:
        """Whether any article matches."""
        return self.rank(tree, Selection(depth=1, counts_facets=False)).total > 0

    def days(self, tree: Scored, selection: Selection) -> Mapping[date, int]:
        """The number of matches by day of publication, for the days that have any, in order."""
        return count_days(self._point, self._matching(tree, selection))

    def spreads(self, tree: Scored, selection: Selection, facet: Facet) -> Mapping[str, Spread]:
        """How the matches spread over time, by value of a facet."""
        return spreads(self._point, self._matching(tree, selection), facet)

    def _matching(self, tree: Scored, selection: Selection) -> Query:
        filters = filters_of(selection, self._purged)
        return matches_query(unscored(tree), *filters.always, *filters.without())

    def ids_with(self, field: Field, text: str, count: int) -> list[str]:
        """The ids of the `count` most recently indexed articles that have a term, or of all if there are fewer."""
        body = {"query": self._every(term_query(field, text)), "size": count, "sort": [{PLACE: "desc"}]}
        return [_id(hit) for hit in reversed(self._hits(body))]

    def ids(self, documents: Sequence[int]) -> list[str]:
        """The ids of articles, given their numbers from a ranking."""
        return [known.article_id for known in self._looked_up(documents, with_condensed=False)]

    def condensed(self, documents: Sequence[int]) -> list[bytes]:
        """The condensed words of articles, given their numbers from a ranking."""
        found = self._looked_up(documents, with_condensed=True)
        return [base64.b64decode(known.condensed or "") for known in found]

    def _looked_up(self, documents: Sequence[int], *, with_condensed: bool) -> list[Known]:
        """What is known of documents from the last rankings, or from the cluster."""
        with self._lock:
            found = {place: known for place in documents if (known := self._known.get(place)) is not None}
        if with_condensed:
            found = {place: known for place, known in found.items() if known.condensed is not None}
        missing = [place for place in documents if place not in found]
        for start in range(0, len(missing), _DOCUMENTS_AT_ONCE):
            found |= self._read(missing[start : start + _DOCUMENTS_AT_ONCE], with_condensed=with_condensed)
        try:
            return [found[place] for place in documents]
        except KeyError as error:
            if self._point.renewals:
                # The numbers are those of a point in time that was lost with its node.
                raise IndexChanged(worded("the index changed during the search; try again")) from error
            raise IndexDamaged(worded("the index lacks the article at {error}", error=error)) from error

    def _read(self, places: Sequence[int], *, with_condensed: bool) -> dict[int, Known]:
        body = {"query": {"terms": {PLACE: list(places)}}, "size": len(places), "sort": [{PLACE: "asc"}]}
        hits = self._hits(body, [CONDENSED] if with_condensed else None)
        return {
            hit["sort"][0]: Known(_id(hit), hit["_source"].get(CONDENSED, "") if with_condensed else None)
            for hit in hits
        }

    def _hits(self, body: Mapping[str, Any], source: Sequence[str] | None = None) -> Sequence[Mapping[str, Any]]:
        stored: Mapping[str, Any] = {"_source": source} if source else {"stored_fields": "_none_"}
        answer = self._search({**body, **stored, "docvalue_fields": [Field.ID.value], "track_total_hits": False})
        hits: Sequence[Mapping[str, Any]] = answer["hits"]["hits"]
        return hits

    def _remember(self, known: Mapping[int, Known]) -> None:
        with self._lock:
            for place, value in known.items():
                self._known[place] = value
                self._known.move_to_end(place)
            while len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)


def _id(hit: Mapping[str, Any]) -> str:
    return id_of(hit["fields"][Field.ID.value][0])
