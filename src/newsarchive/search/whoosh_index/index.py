"""`WhooshIndex`: the search index of one archive, behind the door."""

import threading
import time
import weakref
from collections.abc import Mapping
from pathlib import Path

from whoosh import index as whoosh_store
from whoosh.reading import IndexReader
from whoosh.searching import Searcher

from newsarchive.archive import Archive
from newsarchive.errors import QuerySyntaxError
from newsarchive.search.door import (
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
from newsarchive.search.expansion import expand
from newsarchive.search.grammar import parse, plain_words
from newsarchive.search.query import Node, positive_leaves
from newsarchive.search.snippets import Highlighter, make_hit
from newsarchive.search.spellings import Spellings, load_spellings
from newsarchive.search.typed import Understand, exactly, word_ranges
from newsarchive.search.whoosh_index.columns import SegmentColumns, read_columns
from newsarchive.search.whoosh_index.evaluation import Ranked, evaluate
from newsarchive.search.whoosh_index.folder import Build, IndexFolder
from newsarchive.search.whoosh_index.ranking import ImpactWeighting
from newsarchive.search.whoosh_index.suggester import Suggester, title_query
from newsarchive.search.whoosh_index.translation import translate
from newsarchive.search.whoosh_index.update import update_build


class WhooshIndex:
    """The index in `folder` of `archive`. One object may be used by several threads.

    Each search sees the generation that was last committed, by whichever process.
    """

    def __init__(self, folder: Path, archive: Archive, spellings: Spellings | None = None) -> None:
        self._archive = archive
        self._spellings = spellings or load_spellings()
        self._suggester: Suggester | None = None
        self._folder = IndexFolder(folder)
        self._lock = threading.Lock()
        self._open: tuple[Build, Searcher] | None = None
        self._columns: weakref.WeakKeyDictionary[IndexReader, SegmentColumns] = weakref.WeakKeyDictionary()

    def search(self, request: SearchRequest) -> SearchResults:
        """The page of results for a request. Raises IndexMissing or IndexOutdated."""
        started = time.perf_counter()

        def understand(text: str) -> Node:
            return _understand(text, request.match)[0]

        node, notices = _understand(request.text, request.match)
        searcher = self._searcher()
        suggester = self._suggester_of(searcher)
        expanded = expand(node, self._spellings, suggester.occurs)
        ranked, notices = self._run(searcher, expanded.node, request, notices)
        if ranked.total == 0 and request.match is Match.ALL and sum(1 for _ in positive_leaves(node)) > 1:
            any_node, _ = _understand(request.text, Match.ANY)
            any_expanded = expand(any_node, self._spellings, suggester.occurs)
            some, notices = self._run(searcher, any_expanded.node, request, notices)
            if some.total:
                expanded, ranked, notices = any_expanded, some, (*notices, Notice.ANY_INSTEAD_OF_ALL)
        ids = [searcher.stored_fields(docnum)["id"] for docnum, _ in ranked.documents]
        articles = self._archive.get_many(ids)
        highlighter = Highlighter(expanded.node)
        scores = (score for _, score in ranked.documents)
        return SearchResults(
            request=request,
            total=ranked.total,
            hits=tuple(
                make_hit(articles[article_id], score, highlighter)
                for article_id, score in zip(ids, scores, strict=True)
                if article_id in articles
            ),
            facets=ranked.facets,
            took_ms=(time.perf_counter() - started) * 1000,
            notices=notices,
            expansions=_expansions(request.text, expanded.forms, understand),
            suggestion=suggester.correction(request.text, expanded.node, understand),
        )

    def complete(self, text: str, limit: int) -> tuple[Completion, ...]:
        """At most `limit` queries that go on from what was typed, then as many titles, the newest first.

        Raises IndexMissing or IndexOutdated.
        """
        searcher = self._searcher()
        node, _ = _understand(text, Match.ALL)
        queries = [Completion(query) for query in self._suggester_of(searcher).complete(text, node, limit)]
        wanted = title_query(text, node)
        return (*queries, *(self._titles(searcher, wanted, limit) if wanted is not None else ()))

    def _titles(self, searcher: Searcher, node: Node, limit: int) -> list[Completion]:
        """The titles of the newest articles that match, each title once."""
        request = SearchRequest(sort=Sort.NEWEST, limit=limit)
        ranked, _ = self._run(searcher, node, request, ())
        ids = [searcher.stored_fields(docnum)["id"] for docnum, _ in ranked.documents]
        newest: dict[str, str] = {}
        for article in self._archive.get_many(ids).values():
            newest.setdefault(article.title, article.id)
        return [Completion(title, article_id) for title, article_id in newest.items()]

    def _suggester_of(self, searcher: Searcher) -> Suggester:
        """What is suggested from a searcher's generation, made once for each."""
        with self._lock:
            if self._suggester is None or self._suggester.searcher is not searcher:
                self._suggester = Suggester(searcher, self._archive)
            return self._suggester

    def _run(
        self, searcher: Searcher, node: Node, request: SearchRequest, notices: tuple[Notice, ...]
    ) -> tuple[Ranked, tuple[Notice, ...]]:
        translated = translate(node, searcher.reader())
        if translated.prefix_cut and Notice.PREFIX_CUT not in notices:
            notices = (*notices, Notice.PREFIX_CUT)
        return evaluate(searcher, translated.query, request, self._columns_of), notices

    def _columns_of(self, reader: IndexReader) -> SegmentColumns:
        columns = self._columns.get(reader)
        if columns is None:
            columns = self._columns[reader] = read_columns(reader)
        return columns

    def _searcher(self) -> Searcher:
        """A searcher on the last committed generation."""
        with self._lock:
            build = self._folder.latest()
            if self._open is None or self._open[0] != build:
                build = self._folder.current(self._archive.identity)
                store = whoosh_store.open_dir(str(build.folder), readonly=True)
                self._open = build, store.searcher(weighting=ImpactWeighting())
            return self._open[1]

    def update(self, progress: Progress | None = None) -> UpdateReport:
        """Read what the archive has beyond the position of the last update. Raises IndexOutdated or IndexMissing."""
        build = self._folder.current(self._archive.identity)
        return update_build(build, self._folder.position(build), self._archive, progress)

    def rebuild(self, progress: Progress | None = None) -> UpdateReport:
        """Read the whole archive into a new build, and switch to it when it is complete."""
        identity = self._archive.identity
        build = self._folder.start_build(identity)
        report = update_build(build, self._folder.position(build), self._archive, progress)
        self._folder.make_current(build)
        return report

    def status(self) -> IndexStatus:
        """Counts and sizes. Raises IndexMissing or IndexOutdated."""
        searcher = self._searcher()
        build = self._folder.current(self._archive.identity)
        return IndexStatus(
            articles=searcher.doc_count(),
            behind_bytes=self._archive.parts.bytes_since(self._folder.position(build)),
            size_bytes=self._folder.size(),
        )

    def close(self) -> None:
        """Let go of files."""
        with self._lock:
            self._suggester = None
            if self._open is not None:
                self._open[1].close()
                self._open = None


def _expansions(
    text: str, forms: Mapping[tuple[str, ...], tuple[str, ...]], understand: Understand
) -> tuple[Expansion, ...]:
    """What to tell about the words that were expanded: each as it was typed first."""
    expansions = []
    for words, others in forms.items():
        ranges = word_ranges(text, words, understand)
        if ranges and others:
            start, end = ranges[0]
            expansions.append(Expansion(text[start:end], others, exactly(text, ranges)))
    return tuple(expansions)


def _understand(text: str, match: Match) -> tuple[Node, tuple[Notice, ...]]:
    try:
        return parse(text, match), ()
    except QuerySyntaxError:
        return plain_words(text, match), (Notice.PLAIN_WORDS,)
