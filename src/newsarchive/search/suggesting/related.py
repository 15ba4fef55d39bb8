"""Related articles: the most significant words of an article, as a query for others on the same subject.

A word is more significant the higher its weight in the article is and the fewer articles have it.
"""

import heapq
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from itertools import chain, islice
from operator import itemgetter
from typing import NamedTuple

from newsarchive.arabic.tokens import words
from newsarchive.archive import Archive
from newsarchive.article import Article
from newsarchive.remembered import Remembered
from newsarchive.search.door import MAX_LIMIT, Sort
from newsarchive.search.engine import Selection, Snapshot
from newsarchive.search.scoring import tree
from newsarchive.search.scoring.analysis import sections, stemmed
from newsarchive.search.scoring.impact import impact
from newsarchive.search.scoring.statistics import inverse_document_frequency
from newsarchive.stories.groups import Groups
from newsarchive.wording import worded

MAX_RELATED = 20
"""The maximum number of related articles."""
MAX_TERMS = 16
"""The maximum number of words in the query."""
MAX_POSTINGS = 20_000
"""The maximum total length of the words' posting lists, which bounds the cost of a query in an
index of any size."""
TITLE_BONUS = 1.5
"""The factor on the weight of a word in the title."""
ENOUGH = 0.2
"""The share of the article's own score that another article must reach to be related."""

_CONSIDERED = 80
"""The number of words looked up in the index: those with the highest weight in the article."""
_CANDIDATES = 8
"""The number of candidates fetched per requested article, because some may be near copies."""
_REMEMBERED = 1024


class Term(NamedTuple):
    """A stem with its impact in the article, its weight (the impact with the title's bonus), and its idf."""

    stem: str
    impact: float
    weight: float
    idf: float

    @property
    def scored(self) -> tree.Term:
        """The scored term of a tf * idf dot product: the index has the impact in each article."""
        return tree.Term(tree.Field.TEXT, self.stem, self.weight * self.idf * self.idf)

    @property
    def own_score(self) -> float:
        """The term's part of the article's own score for the query."""
        return self.weight * self.idf * self.idf * self.impact


Frequencies = Callable[[Sequence[str]], Sequence[int]]
"""Returns the document frequency of each stem."""


class Candidates(NamedTuple):
    """A query for articles on the same subject, and the minimum score of a related article."""

    query: tree.Scored
    threshold: float


def candidates(article: Article, frequencies: Frequencies, articles: int) -> Candidates | None:
    """Return the query for articles on the same subject; None if no word of the article is significant.

    `frequencies` returns the document frequencies of stems in an index of `articles` articles.
    """
    terms = telling_terms(article, frequencies, articles)
    if not terms:
        return None
    return Candidates(tree.Any(tuple(term.scored for term in terms)), ENOUGH * sum(term.own_score for term in terms))


def telling_terms(article: Article, frequencies: Frequencies, articles: int) -> list[Term]:
    """Return up to `MAX_TERMS` stems of an article that other articles also have, most significant first."""
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
    """Each stem with its impact and its weight, except numbers and single letters."""
    stems = [list(chain.from_iterable(section)) for section in stemmed(sections(article))]
    title = frozenset(stems[0]) if article.title and not article.title_derived else frozenset()
    frequencies, depths = Counter(chain.from_iterable(stems)), _depths(stems)
    length = frequencies.total()
    for stem, frequency in frequencies.items():
        if len(stem) > 1 and not stem.isdigit():
            own_impact = impact(frequency, depths[stem], length)
            yield stem, own_impact, own_impact * (TITLE_BONUS if stem in title else 1)


def _depths(stems: Sequence[Sequence[str]]) -> dict[str, int]:
    """The smallest depth of each stem in a section, in words."""
    depths: dict[str, int] = {}
    for section in stems:
        # The first place of a stem is the last one that is set.
        first = dict(zip(reversed(section), range(len(section) - 1, -1, -1), strict=True))
        for stem, depth in first.items():
            if depth < depths.get(stem, len(section)):
                depths[stem] = depth
    return depths


class RelatedArticles:
    """Finds the related articles of an archive. Caches recent results by id, until the index or the groups change.

    Thread-safe.
    """

    def __init__(self, archive: Archive, groups: Groups) -> None:
        self._archive = archive
        self._groups = groups
        self._known = Remembered[tuple[str, int, int], tuple[str, ...]](_REMEMBERED)

    def of(self, article_id: str, limit: int, snapshot: Snapshot) -> tuple[Article, ...]:
        """Return up to `limit` articles, most related first, without near copies of each other or of this article.

        An article with the title of another is left out as well. Raises ArticleNotFound, and ValueError if `limit` is
        not between 1 and `MAX_RELATED`.
        """
        if not 1 <= limit <= MAX_RELATED:
            raise ValueError(
                worded("limit is {limit}; it must be 1 to {max_related}", limit=limit, max_related=MAX_RELATED)
            )
        article = self._archive.get(article_id)
        key = (article.id, article.revision, limit)
        generation = snapshot.generation, self._groups.state()
        remembered = self._known.get(key, generation)
        if remembered is not None:
            articles = self._archive.get_many(remembered)
            return tuple(articles[found] for found in remembered if found in articles)
        ids = [found for found in _ranked_ids(article, limit, snapshot) if found != article.id]
        groups = {found: info.group for found, info in self._groups.groups_of([article.id, *ids]).items()}
        related = tuple(islice(self._distinct(article, ids, groups, limit), limit))
        self._known.keep(key, generation, tuple(found.id for found in related))
        return related

    def _distinct(self, known: Article, ids: Sequence[str], groups: Mapping[str, str], batch: int) -> Iterator[Article]:
        """The articles with neither the group nor the title of `known` or of an earlier one.

        They are read in batches, as they are needed, without those whose group is known by then. Withdrawn ones are
        left out.
        """
        seen = _marks(known, groups)
        remaining = deque(ids)
        while remaining:
            chosen = [found for found in _taken(remaining, batch) if groups.get(found, found) not in seen]
            articles = self._archive.get_many(chosen)
            for article in (articles[found] for found in chosen if found in articles):
                marks = _marks(article, groups)
                if seen.isdisjoint(marks):
                    seen |= marks
                    yield article


def _taken(remaining: deque[str], count: int) -> list[str]:
    return [remaining.popleft() for _ in range(min(count, len(remaining)))]


def _marks(article: Article, groups: Mapping[str, str]) -> set[Hashable]:
    """What distinct articles don't have in common: the group, and the words of the title."""
    return {groups.get(article.id, article.id), tuple(words(article.title)) or article.id}


def _ranked_ids(article: Article, limit: int, snapshot: Snapshot) -> list[str]:
    """The ids of the articles that reach the threshold, best first; equal scores keep the order of the ranking."""

    def frequencies(stems: Sequence[str]) -> list[int]:
        return snapshot.frequencies([(tree.Field.TEXT, stem) for stem in stems])

    asked = candidates(article, frequencies, snapshot.articles)
    if asked is None:
        return []
    ranking = snapshot.rank(asked.query, Selection(order=Sort.BEST, depth=min(MAX_LIMIT, _CANDIDATES * limit)))
    return snapshot.ids(ranking.documents[ranking.scores >= asked.threshold].tolist())
