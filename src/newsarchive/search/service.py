"""`SearchService`: runs a search from request to results, whichever engine ranks the articles.

The steps: find (see `finding`), correct, read the articles, highlight, explain.
"""

import re
import threading
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from typing import Self

from newsarchive.access import Viewer
from newsarchive.archive import Archive, SeenArchive
from newsarchive.article import Article
from newsarchive.errors import IndexUnreachable, IndexUnusable
from newsarchive.search.answering import answered, as_far_as
from newsarchive.search.answers import Answer, Answers, asked_of
from newsarchive.search.concordance import Concordance
from newsarchive.search.display.hits import hit_maker
from newsarchive.search.display.snippets import Highlighter
from newsarchive.search.door import (
    Arrival,
    Completion,
    Facet,
    Folded,
    Hit,
    Match,
    Notice,
    SearchRequest,
    SearchResults,
    Sort,
    Spread,
)
from newsarchive.search.engine import Engine, Follower, IsGrowing, Snapshot, again_if_changed
from newsarchive.search.finding import Found, Searcher, rank
from newsarchive.search.folding import FoldedRows, folded_rows, folds
from newsarchive.search.index_reports import PATIENCE, IndexStatus, Progress, UpdateReport
from newsarchive.search.language.context import Context
from newsarchive.search.language.foreign.lexicon import Lexicon
from newsarchive.search.language.lone_letters import with_letters_exact
from newsarchive.search.language.names import Names, tables_know
from newsarchive.search.language.or_words import with_or_words_exact
from newsarchive.search.language.plurals import own_plurals
from newsarchive.search.language.query import Node
from newsarchive.search.language.spellings import Spellings, load_spellings
from newsarchive.search.language.understanding import MAX_QUERY_LENGTH, understand, within_limits
from newsarchive.search.language.word_forms import WordForms
from newsarchive.search.listing import Counted, Listing
from newsarchive.search.scoring.ranking import Ranking
from newsarchive.search.scoring.tree import Field
from newsarchive.search.suggesting.related import RelatedArticles
from newsarchive.search.suggesting.suggester import Suggester, title_query
from newsarchive.search.translating.translator import Translator
from newsarchive.search.translating.transliteration import Transliterator
from newsarchive.search.values import Values
from newsarchive.stories.groups import Groups
from newsarchive.tables import NO_TABLES, Tables

_LATIN = re.compile("[A-Za-z\u00c0-\u024f\uff21-\uff5a]")
"""A letter of a word that may be translated."""


class SearchService:
    """The search over one archive through one engine. Thread-safe.

    `spellings` defaults to the list that comes with the package.
    `tables` has the names of sources, topics and sections; requests and queries may use all their other names.
    `groups` says which articles belong together; by default, those of the archive are opened.
    Queries are translated with `lexicons`, which are read when they are needed; by default not at all.
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
        groups: Groups | None = None,
        lexicons: Callable[[], Sequence[Lexicon]] | None = None,
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
        self._word_forms: WordForms | None = None
        self.lexicons = lexicons
        self._translator: tuple[Suggester, Translator] | None = None
        self._groups = groups or Groups(archive)
        self._related = RelatedArticles(archive, self._groups)
        self._viewer: Viewer | None = None
        self._answers = Answers()
        self._seen_as: Hashable = None

    def seen_by(self, viewer: Viewer) -> Self:
        """The same search, with everything as one reader sees it. It needn't be closed."""
        seen = copy(self)
        seen._viewer = viewer  # noqa: SLF001 - a copy of this object
        seen._archive = SeenArchive(self._archive, viewer)  # noqa: SLF001
        seen._lock = threading.Lock()  # noqa: SLF001
        seen._suggester = seen._word_forms = None  # noqa: SLF001
        # The readers share the room for answers, but never an answer.
        seen._seen_as = object()  # noqa: SLF001
        return seen

    @again_if_changed
    def search(self, request: SearchRequest, facets: Sequence[Facet] = ()) -> SearchResults:
        """Return the page of results for a request, with `facets` of `FURTHER_FACETS` in addition to the others.

        Raises IndexMissing, IndexOutdated or IndexDamaged.
        """
        started = time.perf_counter()
        asked = within_limits(request)
        today = self.today()
        with self.engine.snapshot() as snapshot:
            values = self._values_of(snapshot, facets)
            searcher = self._searcher(snapshot, values, today)
            request = values.shown(asked)
            answer = self._answer(searcher, asked, request, tuple(facets))
            found, ranking = answer.found, answer.rankings[request.order]
            more = answer.more[1] if request.page == 1 else None
            page = self._page(searcher, request, found, ranking)
            last_arrival = _last_arrival(request, ranking, values)
            continued = _listed(snapshot, more, slice(request.limit - ranking.total)) if more is not None else []
        articles = self._archive.get_many([article_id for article_id, _ in (*page.listed, *continued)])

        def hits(scored: Sequence[tuple[str, float]], match: Match) -> tuple[Hit, ...]:
            if not scored:
                return ()
            maker = hit_maker(found.expanded.node, request.text, match)
            return tuple(
                maker.hit(articles[article_id], score, page.groups.get(article_id))
                for article_id, score in scored
                if article_id in articles
            )

        return SearchResults(
            request=request,
            total=ranking.total,
            hits=hits(page.listed, found.match),
            more=hits(continued, Match.ANY),
            facets=answer.facets,
            took_ms=(time.perf_counter() - started) * 1000,
            notices=_notices(request, found, answer.subjects),
            other_readings=_other_readings(request.text, found, answer.subjects),
            expansions=answer.expansions,
            translations=answer.translations,
            suggestion=answer.suggestion,
            subjects=answer.subjects,
            dates=answer.dates,
            continues=page.continues,
            last_arrival=last_arrival,
        )

    def _answer(
        self, searcher: Searcher, asked: SearchRequest, request: SearchRequest, facets: tuple[Facet, ...]
    ) -> Answer:
        """What a request finds: as kept, if it was asked for before, but at least as much as its page needs."""
        generation = searcher.snapshot.generation
        part = asked_of(asked)
        key = self._seen_as, searcher.today, part
        # Elsewhere, the numbers of articles may change while the generation stays.
        is_kept = searcher.snapshot.is_local and part is not None
        kept = self._answers.get(generation, key) if is_kept else None
        suggester = self._suggester_of(searcher.snapshot)
        if kept is None or not set(facets) <= set(kept.counted):
            answer = answered(searcher, suggester, asked, request, facets, tells_all=self._viewer is None)
        else:
            answer = as_far_as(kept, searcher, request)
        # What a query finds in the archive itself may change before the index does.
        if is_kept and answer is not kept and not searcher.values.asked_archive:
            self._answers.put(generation, key, answer)
        return answer.with_facets(facets)

    def _page(self, searcher: Searcher, request: SearchRequest, found: Found, ranking: Ranking) -> FoldedRows:
        """The rows of the page that a request asks for."""
        snapshot, fold = searcher.snapshot, request.fold
        rows = slice((request.page - 1) * request.limit, request.page * request.limit)
        if fold is None:
            return FoldedRows(_listed(snapshot, ranking, rows), {}, ranking.total > rows.stop)

        def deeper(depth: int) -> Ranking:
            return searcher.deeper(request, found, depth)

        def lookup(ids: Sequence[str]) -> Mapping[str, Folded]:
            return folds(self._groups, ids, fold)

        return folded_rows(snapshot, ranking, deeper, lookup, rows)

    def listing(self, request: SearchRequest, most: int | None = None, *, looser: bool = False) -> Listing:
        """Return all articles that a request finds, or the first `most`, in its order and exactly as asked.

        Page, limit and fold of the request don't matter, and no looser reading is tried unless `looser`.
        Raises IndexMissing, IndexOutdated or IndexDamaged.
        """
        return self._everything(request, most, looser=looser)[0]

    def concordance(self, request: SearchRequest, most: int | None = None) -> Concordance:
        """Return the occurrences of a query in all articles that it finds, or in the first `most`; see `listing`."""
        listing, found = self._everything(request, most, looser=False)
        return Concordance(listing, Highlighter(found.expanded.node))

    @again_if_changed
    def _everything(self, request: SearchRequest, most: int | None, *, looser: bool) -> tuple[Listing, Found]:
        with self.engine.snapshot() as snapshot:
            searcher, request, found = self._asked(snapshot, request, looser=looser)
            ranking, count = found.ranking, snapshot.articles if most is None else most
            if min(ranking.total, count) > len(ranking.documents):
                ranking = searcher.deeper(request, found, count)
            ids = snapshot.ids(ranking.documents[:count].tolist())
        return Listing(ranking.total, ids, self._archive), found

    @again_if_changed
    def count(self, request: SearchRequest, facets: Sequence[Facet] = ()) -> Counted:
        """Return how many articles a request finds, exactly as asked, and the counts of its facets.

        `facets` are those of `FURTHER_FACETS` that are counted too. Raises IndexMissing, IndexOutdated or IndexDamaged.
        """
        with self.engine.snapshot() as snapshot:
            # The order of the newest needs no scores.
            first = replace(request, sort=Sort.NEWEST, limit=1)
            searcher, shown, found = self._asked(snapshot, first, looser=False, facets=facets)
            counts = searcher.values.merged(found.ranking.facets)
            subjects = searcher.values.subjects(found.node, within_limits(request))
        return Counted(shown, found.ranking.total, counts, _notices(shown, found, subjects), subjects)

    @again_if_changed
    def count_days(self, request: SearchRequest) -> Mapping[date, int]:
        """Return how many articles a request finds by day of publication, exactly as asked, in order of the days.

        Raises IndexMissing, IndexOutdated or IndexDamaged.
        """
        with self.engine.snapshot() as snapshot:
            first = replace(request, sort=Sort.NEWEST, limit=1)
            searcher, asked, found = self._asked(snapshot, first, looser=False)
            return searcher.days(asked, found)

    @again_if_changed
    def spreads(self, request: SearchRequest, facet: Facet) -> Mapping[str, Spread]:
        """Return how the articles that a request finds spread over time, by value of a facet, most articles first.

        Raises IndexMissing, IndexOutdated or IndexDamaged.
        """
        with self.engine.snapshot() as snapshot:
            first = replace(request, sort=Sort.NEWEST, limit=1)
            searcher, asked, found = self._asked(snapshot, first, looser=False)
            return searcher.values.merged_spreads(facet, searcher.spreads(asked, found, facet))

    def _asked(
        self, snapshot: Snapshot, request: SearchRequest, *, looser: bool, facets: Sequence[Facet] = ()
    ) -> tuple[Searcher, SearchRequest, Found]:
        """What a request finds as asked, from the first page on."""
        values, today = self._values_of(snapshot, facets), self.today()
        searcher = self._searcher(snapshot, values, today)
        request = replace(values.shown(within_limits(request)), looser=looser, fold=None, page=1)
        return searcher, request, searcher.find(request)

    def context_of_tables(self) -> Context:
        """The context of a query without an index: it knows the sources and topics in the tables, and today."""
        return Context(self.today(), lambda attribute, value: tables_know(self._tables, attribute, value))

    @property
    def timezone(self) -> tzinfo:
        """The zone of the archive."""
        return self._timezone

    def today(self) -> date:
        """The day in the zone of the archive."""
        return self._clock(self._timezone).date()

    def _searcher(self, snapshot: Snapshot, values: Values, today: date) -> Searcher:
        suggester = self._suggester_of(snapshot)
        word_forms, translator = self._word_forms_of(suggester), self._translator_of(snapshot, suggester)
        return Searcher(snapshot, word_forms, values, today, translator)

    @again_if_changed
    def related(self, article_id: str, limit: int = 5) -> tuple[Article, ...]:
        """Return articles on the same subject as the given one, most related first.

        The article itself and near copies are excluded. Raises ValueError if `limit` is not between
        1 and 20, and ArticleNotFound, IndexMissing, IndexOutdated or IndexDamaged.
        """
        with self.engine.snapshot() as snapshot:
            related = self._related.of(article_id, limit, snapshot)
        return related if self._viewer is None else tuple(map(self._viewer.show, related))

    @again_if_changed
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
            node, _ = understand(text, Match.ALL, values.context(self.today()))
            queries = [Completion(query) for query in suggester.complete(text, node, limit)]
            wanted = title_query(text, node)
            if wanted is None:
                return tuple(queries)
            ranking = rank(snapshot, values.replaced(wanted), values.selection(request))
            ids = snapshot.ids(ranking.documents[:limit].tolist())
        newest: dict[str, str] = {}
        for article in self._archive.get_many(ids).values():
            newest.setdefault(article.title, article.id)
        return (*queries, *(Completion(title, article_id) for title, article_id in newest.items()))

    def _suggester_of(self, snapshot: Snapshot) -> Suggester:
        """The suggester for the snapshot's generation, created once per generation."""
        with self._lock:
            if self._suggester is None or self._suggester.generation != snapshot.generation:
                self._suggester = Suggester(snapshot, self._archive, offers_all=self._viewer is None)
            return self._suggester

    def _values_of(self, snapshot: Snapshot, facets: Sequence[Facet] = ()) -> Values:
        """The values of fields in the snapshot. Its names are grouped once per generation."""
        self._answers.turn_to(snapshot.generation)
        with self._lock:
            if self._names is None or self._names[0] != snapshot.generation:
                values = map(snapshot.values, (Field.SOURCE, Field.TOPIC, Field.SECTION))
                self._names = snapshot.generation, Names(self._tables, *values)
            return Values(snapshot, self._archive, self._names[1], tuple(facets))

    def _word_forms_of(self, suggester: Suggester) -> WordForms:
        """The forms of words in the archive, which are remembered as long as the suggester is."""
        with self._lock:
            if self._word_forms is None or self._word_forms.vocabulary is not suggester:
                self._word_forms = WordForms(self._spellings, own_plurals(), suggester)
            return self._word_forms

    def prepare(self) -> None:
        """Compute what translating queries needs to know about the words of the index, which the first would wait for.

        Raises IndexMissing, IndexOutdated or IndexDamaged.
        """
        with self.engine.snapshot() as snapshot:
            translator = self._translator_of(snapshot, self._suggester_of(snapshot))
            if translator is not None:
                translator.prepare()

    def translated(self, node: Node, text: str) -> Node:
        """Return the tree of a query with the words of other languages translated; as it is if no index answers."""
        if self.lexicons is None or not _LATIN.search(text):
            return node
        try:
            with self.engine.snapshot() as snapshot:
                translator = self._translator_of(snapshot, self._suggester_of(snapshot))
                return node if translator is None else translator.translated(node, text)
        except (IndexUnusable, IndexUnreachable):
            return node

    def _translator_of(self, snapshot: Snapshot, suggester: Suggester) -> Translator | None:
        """What translates the queries of the snapshot's generation; None if queries aren't translated."""
        if self.lexicons is None:
            return None
        word_forms = self._word_forms_of(suggester)
        with self._lock:
            known = self._translator
            if known is None or known[0] is not suggester:
                transliterator = Transliterator(snapshot.word_lists)
                translator = Translator(
                    self.lexicons(), transliterator, snapshot.frequencies, snapshot.articles, word_forms
                )
                known = self._translator = suggester, translator
            return known[1]

    def update(
        self,
        progress: Progress | None = None,
        *,
        workers: int = 1,
        wait: float = PATIENCE,
        follower: Follower | None = None,
        is_growing: IsGrowing | None = None,
    ) -> UpdateReport:
        """Index what was added to the archive; see `Engine.update`."""
        return self.engine.update(progress, workers=workers, wait=wait, follower=follower, is_growing=is_growing)

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
        """Build the index from the whole archive; see `Engine.rebuild`."""
        return self.engine.rebuild(
            progress,
            workers=workers,
            only_if_unusable=only_if_unusable,
            wait=wait,
            follower=follower,
            is_growing=is_growing,
        )

    @property
    def needs_rebuild(self) -> bool:
        """Whether the index that answered last must be rebuilt."""
        return self.engine.needs_rebuild

    def check(self) -> None:
        """Raise IndexMissing, IndexOutdated or IndexDamaged if the index must be rebuilt, even if it answers."""
        self.engine.check()

    def changed_at(self) -> datetime | None:
        """Return when the index last changed, which never goes back; None if it is unknown.

        Raises IndexMissing, IndexOutdated or IndexDamaged.
        """
        with self.engine.snapshot() as snapshot:
            return datetime.fromtimestamp(snapshot.committed_at, UTC) if snapshot.committed_at else None

    def status(self) -> IndexStatus:
        """Return counts and sizes. Raises IndexMissing, IndexOutdated or IndexDamaged."""
        return self.engine.status()

    def forget(self) -> None:
        """Forget what was computed for the generation of the index that answered last."""
        with self._lock:
            self._suggester = self._names = self._word_forms = self._translator = None
        self._answers.clear()

    def close(self) -> None:
        """Close the index files."""
        self.forget()
        self._related = RelatedArticles(self._archive, self._groups)
        self._groups.close()
        self.engine.close()


def _notices(request: SearchRequest, found: Found, subjects: Mapping[Notice, tuple[str, ...]]) -> tuple[Notice, ...]:
    cut = [Notice.QUERY_CUT] if request.is_cut else []
    return tuple(dict.fromkeys((*cut, *found.notices, *subjects)))


def _other_readings(text: str, found: Found, subjects: Mapping[Notice, tuple[str, ...]]) -> dict[Notice, str]:
    others = {Notice.OR_WORD: with_or_words_exact(text)} if Notice.OR_WORD in found.notices else {}
    if Notice.LETTERS_JOINED in subjects:
        others[Notice.LETTERS_JOINED] = with_letters_exact(text, found.letters)
    return others


def _last_arrival(request: SearchRequest, ranking: Ranking, values: Values) -> Arrival | None:
    """The place of the last article of a page in order of arrival, from which the next page goes on."""
    last = min(request.page * request.limit, len(ranking.documents)) - 1
    if request.order is not Sort.ARRIVED or request.fold is not None or last < (request.page - 1) * request.limit:
        return None
    return values.arrival(int(ranking.documents[last]), int(ranking.moments[last]))


def _listed(snapshot: Snapshot, ranking: Ranking, rows: slice) -> list[tuple[str, float]]:
    """The ids of some rows of a ranking, with their scores."""
    return list(zip(snapshot.ids(ranking.documents[rows].tolist()), ranking.scores[rows].tolist(), strict=True))
