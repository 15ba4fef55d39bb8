"""`WhooshIndex`: the search index of one archive, behind the door."""

import threading
import time
import weakref
from pathlib import Path

from whoosh import index as whoosh_store
from whoosh.reading import IndexReader
from whoosh.searching import Searcher

from newsarchive.archive import Archive
from newsarchive.errors import QuerySyntaxError
from newsarchive.search.door import (
    IndexStatus,
    Match,
    Notice,
    Progress,
    SearchRequest,
    SearchResults,
    UpdateReport,
)
from newsarchive.search.grammar import parse, plain_words
from newsarchive.search.query import Node, positive_leaves
from newsarchive.search.snippets import Highlighter, make_hit
from newsarchive.search.whoosh_index.columns import SegmentColumns, read_columns
from newsarchive.search.whoosh_index.evaluation import Ranked, evaluate
from newsarchive.search.whoosh_index.folder import Build, IndexFolder
from newsarchive.search.whoosh_index.ranking import ImpactWeighting
from newsarchive.search.whoosh_index.translation import translate
from newsarchive.search.whoosh_index.update import update_build


class WhooshIndex:
    """The index in `folder` of `archive`. One object may be used by several threads.

    Each search sees the generation that was last committed, by whichever process.
    """

    def __init__(self, folder: Path, archive: Archive) -> None:
        self._archive = archive
        self._folder = IndexFolder(folder)
        self._lock = threading.Lock()
        self._open: tuple[Build, Searcher] | None = None
        self._columns: weakref.WeakKeyDictionary[IndexReader, SegmentColumns] = weakref.WeakKeyDictionary()

    def search(self, request: SearchRequest) -> SearchResults:
        """The page of results for a request. Raises IndexMissing or IndexOutdated."""
        started = time.perf_counter()
        node, notices = _understand(request.text, request.match)
        searcher = self._searcher()
        ranked, notices = self._run(searcher, node, request, notices)
        if ranked.total == 0 and request.match is Match.ALL and sum(1 for _ in positive_leaves(node)) > 1:
            any_node, _ = _understand(request.text, Match.ANY)
            some, notices = self._run(searcher, any_node, request, notices)
            if some.total:
                node, ranked, notices = any_node, some, (*notices, Notice.ANY_INSTEAD_OF_ALL)
        ids = [searcher.stored_fields(docnum)["id"] for docnum, _ in ranked.documents]
        articles = self._archive.get_many(ids)
        highlighter = Highlighter(node)
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
        )

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
            if self._open is not None:
                self._open[1].close()
                self._open = None


def _understand(text: str, match: Match) -> tuple[Node, tuple[Notice, ...]]:
    try:
        return parse(text, match), ()
    except QuerySyntaxError:
        return plain_words(text, match), (Notice.PLAIN_WORDS,)
