"""Which articles are about the same: the words that tell most about one article, as a query for others.

A word tells the more about an article the more it weighs there, as ranking sees it, and the fewer articles have it.
"""

import heapq
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import NamedTuple

from newsarchive.archive import Archive
from newsarchive.article import Article
from newsarchive.search.door import MAX_LIMIT, Sort
from newsarchive.search.engine import Selection, Snapshot
from newsarchive.search.scoring import tree
from newsarchive.search.scoring.analysis import sections, stemmed, word_places
from newsarchive.search.scoring.impact import impact
from newsarchive.search.scoring.statistics import inverse_document_frequency
from newsarchive.stories.near_copies import distinct

MAX_RELATED = 20
"""The most articles that can be asked for."""
MAX_TERMS = 16
"""The most words that are asked for."""
MAX_POSTINGS = 20_000
"""The most entries of posting lists that the words may have together: what a query may cost in an index of any size."""
TITLE_BONUS = 1.5
"""A word of the title counts as if it weighed more."""
ENOUGH = 0.2
"""The share of what the article itself would score that another must score, to be about the same."""

_CONSIDERED = 80
"""Words of an article that are looked up in the index: those that weigh most in it."""
_CANDIDATES = 8
"""Articles that are fetched for each that is asked for, because some may be near copies."""
_REMEMBERED = 1024


class Term(NamedTuple):
    """A stem with its impact in the article, its weight (the impact with the title's bonus), and its idf."""

    stem: str
    impact: float
    weight: float
    idf: float

    @property
    def scored(self) -> tree.Term:
        """One side of a product of two vectors of tf * idf: the index has the impact in each article."""
        return tree.Term(tree.Field.TEXT, self.stem, self.weight * self.idf * self.idf)

    @property
    def own_score(self) -> float:
        """What the query gives the article itself."""
        return self.weight * self.idf * self.idf * self.impact


Frequencies = Callable[[Sequence[str]], Sequence[int]]
"""How many articles have each of some stems."""


class Candidates(NamedTuple):
    """A query for articles about the same subject, and the score from which an article is."""

    query: tree.Scored
    threshold: float


def candidates(article: Article, frequencies: Frequencies, articles: int) -> Candidates | None:
    """The query for articles about the same subject; None where no word of the article tells anything.

    `frequencies` says how many of the `articles` of the index have each of some stems.
    """
    terms = telling_terms(article, frequencies, articles)
    if not terms:
        return None
    return Candidates(tree.Any(tuple(term.scored for term in terms)), ENOUGH * sum(term.own_score for term in terms))


def telling_terms(article: Article, frequencies: Frequencies, articles: int) -> list[Term]:
    """At most `MAX_TERMS` stems of an article that other articles have too, the most telling first."""
    weighted = heapq.nlargest(_CONSIDERED, _weights(article), key=itemgetter(2))
    found: list[tuple[float, int, Term]] = []
    counted = frequencies([stem for stem, _, _ in weighted])
    for (stem, own_impact, weight), having in zip(weighted, counted, strict=True):
        if having > 1:
            idf = inverse_document_frequency(articles, having)
            found.append((weight * idf, having, Term(stem, own_impact, weight, idf)))
    chosen: list[Term] = []
    postings = 0
    for _, having, term in sorted(found, reverse=True):
        if len(chosen) < MAX_TERMS and postings + having <= MAX_POSTINGS:
            chosen.append(term)
            postings += having
    return chosen


def _weights(article: Article) -> Iterator[tuple[str, float, float]]:
    """Each stem with its impact and its weight; numbers and single letters tell nothing."""
    stems = stemmed(sections(article))
    length = sum(map(len, stems))
    title = frozenset(stems[0]) if article.title and not article.title_derived else frozenset()
    for stem, places in word_places(stems).items():
        if len(stem) > 1 and not stem.isdigit():
            own_impact = impact(len(places.positions), places.depth, length)
            yield stem, own_impact, own_impact * (TITLE_BONUS if stem in title else 1)


class RelatedArticles:
    """The related articles of an archive. What was found lately in a generation of the index is remembered, by id.

    One object may be used by several threads.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._lock = threading.Lock()
        self._generation: Hashable = None
        self._found: OrderedDict[tuple[str, int, int], tuple[str, ...]] = OrderedDict()

    def of(self, article_id: str, limit: int, snapshot: Snapshot) -> tuple[Article, ...]:
        """At most `limit` articles, the most related first, no two of them nearly the same, nor the same as this one.

        Raises ArticleNotFound, and ValueError where `limit` is not 1 to `MAX_RELATED`.
        """
        if not 1 <= limit <= MAX_RELATED:
            raise ValueError(f"limit is {limit}; it may be 1 to {MAX_RELATED}")
        article = self._archive.get(article_id)
        key = (article.id, article.revision, limit)
        remembered = self._remembered(key, snapshot.generation)
        if remembered is not None:
            return tuple(self._read(remembered, limit))
        ids = [found for found in _ranked_ids(article, limit, snapshot) if found != article.id]
        related = tuple(islice(distinct(self._read(ids, 2 * limit), article), limit))
        self._remember(key, snapshot.generation, tuple(found.id for found in related))
        return related

    def _read(self, ids: Sequence[str], batch: int) -> Iterator[Article]:
        """The articles in order, some at a time, as they are asked for; withdrawn ones are left out."""
        for start in range(0, len(ids), batch):
            articles = self._archive.get_many(ids[start : start + batch])
            yield from (articles[found] for found in ids[start : start + batch] if found in articles)

    def _remembered(self, key: tuple[str, int, int], generation: Hashable) -> tuple[str, ...] | None:
        with self._lock:
            if self._generation != generation:
                self._generation = generation
                self._found.clear()
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def _remember(self, key: tuple[str, int, int], generation: Hashable, ids: tuple[str, ...]) -> None:
        with self._lock:
            if self._generation == generation:
                self._found[key] = ids
                if len(self._found) > _REMEMBERED:
                    self._found.popitem(last=False)


def _ranked_ids(article: Article, limit: int, snapshot: Snapshot) -> list[str]:
    """The ids of the articles that score enough, the best first; equal scores are in the order of ranking."""

    def frequencies(stems: Sequence[str]) -> list[int]:
        return snapshot.frequencies([(tree.Field.TEXT, stem) for stem in stems])

    asked = candidates(article, frequencies, snapshot.articles)
    if asked is None:
        return []
    ranking = snapshot.rank(asked.query, Selection(order=Sort.BEST, depth=min(MAX_LIMIT, _CANDIDATES * limit)))
    return snapshot.ids(ranking.documents[ranking.scores >= asked.threshold].tolist())
