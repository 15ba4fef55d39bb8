"""`SearchService`: runs a search from request to results, whichever engine ranks the articles.

The steps: parse, expand, query the engine, fall back to any of the words, correct, read the
articles, highlight, explain.
"""

import threading
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo

from newsarchive.archive import Archive
from newsarchive.article import Article
from newsarchive.search.display.explanation import Explainer
from newsarchive.search.display.snippets import Highlighter, make_hit
from newsarchive.search.door import (
    PATIENCE,
    Completion,
    Expansion,
    IndexStatus,
    Match,
    Notice,
    Progress,
    SearchRequest,
    SearchResults,
    Sort,
    UpdateReport,
)
from newsarchive.search.engine import Engine, Selection, Snapshot
from newsarchive.search.language.context import Context
from newsarchive.search.language.date_ranges import days_of
from newsarchive.search.language.expansion import Expanded, expand
from newsarchive.search.language.names import Names
from newsarchive.search.language.query import Form, Node, Phrase, Word, as_typed, leaves, positive_leaves
from newsarchive.search.language.spellings import Spellings, load_spellings
from newsarchive.search.language.typed import Understand, exactly, word_ranges
from newsarchive.search.language.understanding import MAX_QUERY_LENGTH, understand, within_limits
from newsarchive.search.scoring.ranking import Ranking
from newsarchive.search.scoring.reranking import RERANKED, Reranker, rerank
from newsarchive.search.scoring.statistics import idf_of
from newsarchive.search.scoring.tree import Field
from newsarchive.search.scoring.weighing import scored_terms, weigh
from newsarchive.search.suggesting.related import RelatedArticles
from newsarchive.search.suggesting.suggester import Suggester, title_query
from newsarchive.search.values import Values
from newsarchive.tables import NO_TABLES, Tables


@dataclass(frozen=True, slots=True)
class _Found:
    """What a request found: the query as understood and expanded, the match mode used, the ranking, and notices."""

    node: Node
    expanded: Expanded
    match: Match
    ranking: Ranking
    notices: tuple[Notice, ...]


class SearchService:
    """The search over one archive through one engine. Thread-safe.

    `spellings` defaults to the list that comes with the package.
    `tables` has the names of sources and topics; requests and queries may use all their other names.
    «أمس» and "last week" count from the day that `clock` gives in the zone `timezone`.
    """

    def __init__(  # noqa: PLR0913 - all are independent
        self,
        archive: Archive,
        engine: Engine,
        *,
        spellings: Spellings | None = None,
        tables: Tables = NO_TABLES,
        timezone: tzinfo = UTC,
        clock: Callable[[tzinfo], datetime] = datetime.now,
    ) -> None:
        self._archive = archive
        self.engine = engine
        self._spellings = spellings or load_spellings()
        self._tables = tables
        self._timezone = timezone
        self._clock = clock
        self._lock = threading.Lock()
        self._suggester: Suggester | None = None
        self._names: tuple[Hashable, Names] | None = None
        self._related = RelatedArticles(archive)

    def search(self, request: SearchRequest) -> SearchResults:
        """Return the page of results for a request. Raises IndexMissing, IndexOutdated or IndexDamaged."""
        started = time.perf_counter()
        request = within_limits(request)
        today = self._today()
        with self.engine.snapshot() as snapshot:
            suggester, values = self._suggester_of(snapshot), self._values_of(snapshot)
            context = values.context(today)

            def tree(text: str) -> Node:
                return understand(text, request.match, context)[0]

            asked, request = request, values.shown(request)
            found = self._find(snapshot, suggester, request, values, context)
            expanded, ranking = found.expanded, found.ranking
            subjects = values.subjects(found.node, asked)
            suggestion = suggester.correction(request.text, expanded.node, tree)
            expansions = _expansions(request.text, expanded.forms, tree)
            rows = slice((request.page - 1) * request.limit, request.page * request.limit)
            ids = snapshot.ids(ranking.documents[rows].tolist())
            scores = ranking.scores[rows].tolist()
        articles = self._archive.get_many(ids)
        highlighter, explainer = Highlighter(expanded.node), Explainer(expanded.node, request.text, found.match)
        return SearchResults(
            request=request,
            total=ranking.total,
            hits=tuple(
                make_hit(articles[article_id], score, highlighter, explainer)
                for article_id, score in zip(ids, scores, strict=True)
                if article_id in articles
            ),
            facets=values.merged(ranking.facets),
            took_ms=(time.perf_counter() - started) * 1000,
            notices=_notices(request, found, subjects),
            expansions=expansions,
            suggestion=suggestion,
            subjects=subjects,
            dates=_dates(request.text, found.node, today),
        )

    def _today(self) -> date:
        return self._clock(self._timezone).date()

    def _find(
        self, snapshot: Snapshot, suggester: Suggester, request: SearchRequest, values: Values, context: Context
    ) -> _Found:
        """Find the hits of a request. If no article has all the words, find those with any of them."""

        def find(match: Match) -> _Found:
            node, notices = understand(request.text, match, context)
            expanded = expand(values.replaced(node), self._spellings, suggester.occurs)
            return _Found(node, expanded, match, _rank(snapshot, expanded.node, values.selection(request)), notices)

        found = find(request.match)
        has_several = sum(1 for _ in positive_leaves(found.expanded.node)) > 1
        if found.ranking.total or request.match is Match.ANY or not has_several:
            return found
        some = find(Match.ANY)
        return replace(some, notices=(*some.notices, Notice.ANY_INSTEAD_OF_ALL)) if some.ranking.total else found

    def related(self, article_id: str, limit: int = 5) -> tuple[Article, ...]:
        """Return articles on the same subject as the given one, most related first.

        The article itself and near copies are excluded. Raises ValueError if `limit` is not between
        1 and 20, and ArticleNotFound, IndexMissing, IndexOutdated or IndexDamaged.
        """
        with self.engine.snapshot() as snapshot:
            return self._related.of(article_id, limit, snapshot)

    def complete(self, text: str, limit: int) -> tuple[Completion, ...]:
        """Return up to `limit` queries that complete `text`, then up to as many article titles, newest first.

        Raises IndexMissing, IndexOutdated or IndexDamaged, and ValueError if `limit` is not between
        1 and `MAX_LIMIT`.
        """
        request = SearchRequest(sort=Sort.NEWEST, limit=limit)
        if len(text) > MAX_QUERY_LENGTH:
            return ()
        with self.engine.snapshot() as snapshot:
            suggester, values = self._suggester_of(snapshot), self._values_of(snapshot)
            node, _ = understand(text, Match.ALL, values.context(self._today()))
            queries = [Completion(query) for query in suggester.complete(text, node, limit)]
            wanted = title_query(text, node)
            if wanted is None:
                return tuple(queries)
            ranking = _rank(snapshot, values.replaced(wanted), values.selection(request))
            ids = snapshot.ids(ranking.documents[:limit].tolist())
        newest: dict[str, str] = {}
        for article in self._archive.get_many(ids).values():
            newest.setdefault(article.title, article.id)
        return (*queries, *(Completion(title, article_id) for title, article_id in newest.items()))

    def _suggester_of(self, snapshot: Snapshot) -> Suggester:
        """The suggester for the snapshot's generation, created once per generation."""
        with self._lock:
            if self._suggester is None or self._suggester.generation != snapshot.generation:
                self._suggester = Suggester(snapshot, self._archive)
            return self._suggester

    def _values_of(self, snapshot: Snapshot) -> Values:
        """The values of fields in the snapshot. Its names are grouped once per generation."""
        with self._lock:
            if self._names is None or self._names[0] != snapshot.generation:
                sources, topics = snapshot.values(Field.SOURCE), snapshot.values(Field.TOPIC)
                self._names = snapshot.generation, Names(self._tables, sources, topics)
            return Values(snapshot, self._archive, self._names[1])

    def update(self, progress: Progress | None = None, *, wait: float = PATIENCE) -> UpdateReport:
        """Index what was added to the archive; see `Engine.update`."""
        return self.engine.update(progress, wait=wait)

    def rebuild(
        self,
        progress: Progress | None = None,
        *,
        workers: int = 1,
        only_if_unusable: bool = False,
        wait: float = PATIENCE,
    ) -> UpdateReport:
        """Build the index from the whole archive; see `Engine.rebuild`."""
        return self.engine.rebuild(progress, workers=workers, only_if_unusable=only_if_unusable, wait=wait)

    @property
    def needs_rebuild(self) -> bool:
        """Whether the index that answered last must be rebuilt."""
        return self.engine.needs_rebuild

    def check(self) -> None:
        """Raise IndexMissing, IndexOutdated or IndexDamaged if the index must be rebuilt, even if it answers."""
        self.engine.check()

    def status(self) -> IndexStatus:
        """Return counts and sizes. Raises IndexMissing, IndexOutdated or IndexDamaged."""
        return self.engine.status()

    def close(self) -> None:
        """Close the index files."""
        with self._lock:
            self._suggester = self._names = None
        self._related = RelatedArticles(self._archive)
        self.engine.close()


def _notices(request: SearchRequest, found: _Found, subjects: Mapping[Notice, tuple[str, ...]]) -> tuple[Notice, ...]:
    cut = [Notice.QUERY_CUT] if request.is_cut else []
    return tuple(dict.fromkeys((*cut, *found.notices, *subjects)))


def _dates(text: str, node: Node, today: date) -> tuple[date, date] | None:
    """The days that a query means which is nothing but a date, and was searched as words."""
    return days_of(text, today) if all(isinstance(leaf, Word | Phrase) for leaf in leaves(node)) else None


def _rank(snapshot: Snapshot, node: Node, selection: Selection) -> Ranking:
    """Rank a tree. Rerank by the typed words only: other spellings share many n-grams with them."""
    terms = list(scored_terms(node))
    idf = idf_of(snapshot.articles, dict(zip(terms, snapshot.frequencies(terms), strict=True)))
    tree = weigh(node, idf)
    words = [word for leaf in positive_leaves(as_typed(node)) for word in _whole_words(leaf)]
    if selection.order is not Sort.BEST or not words:
        return snapshot.rank(tree, selection)
    ranking = snapshot.rank(tree, replace(selection, depth=max(selection.depth, RERANKED)))
    return rerank(ranking, Reranker(words), snapshot.condensed(ranking.documents[:RERANKED].tolist()))


def _whole_words(leaf: Word | Phrase) -> Sequence[str]:
    """The words to rerank by. A prefix is left out because its n-grams aren't known."""
    if isinstance(leaf, Phrase):
        return leaf.words
    return () if leaf.form is Form.PREFIX else (leaf.text,)


def _expansions(
    text: str, forms: Mapping[tuple[str, ...], tuple[str, ...]], understand: Understand
) -> tuple[Expansion, ...]:
    """The expansions to report, each starting with the words as typed."""
    expansions = []
    for words, others in forms.items():
        ranges = word_ranges(text, words, understand)
        if ranges and others:
            start, end = ranges[0]
            expansions.append(Expansion(text[start:end], others, exactly(text, ranges)))
    return tuple(expansions)
