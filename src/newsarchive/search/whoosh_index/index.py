"""`WhooshIndex`: the search index of one archive, behind the door."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from whoosh import index as whoosh_store
from whoosh.searching import Searcher

from newsarchive.archive import Archive, Identity
from newsarchive.article import Article
from newsarchive.errors import IndexDamaged, IndexOutdated
from newsarchive.search.door import (
    IndexStatus,
    Match,
    Notice,
    Progress,
    SearchRequest,
    SearchResults,
    UpdateReport,
)
from newsarchive.search.explanation import Explainer
from newsarchive.search.query import Form, Node, Phrase, Word, positive_leaves
from newsarchive.search.snippets import Highlighter, make_hit
from newsarchive.search.understanding import understand
from newsarchive.search.whoosh_index.evaluation import Ranked, evaluate
from newsarchive.search.whoosh_index.folder import Build, IndexFolder
from newsarchive.search.whoosh_index.leaf import Leaf
from newsarchive.search.whoosh_index.ranking import ImpactWeighting
from newsarchive.search.whoosh_index.related import RelatedArticles
from newsarchive.search.whoosh_index.second_look import SecondLook
from newsarchive.search.whoosh_index.translation import translate
from newsarchive.search.whoosh_index.update import BUFFER_BYTES, Update


@dataclass(frozen=True, slots=True)
class _Opened:
    """One generation of a build, open for searching."""

    build: Build
    identity: Identity
    searcher: Searcher
    leaves: tuple[Leaf, ...]


class WhooshIndex:
    """The index in `folder` of `archive`. One object may be used by several threads.

    Each search sees the generation that was last committed, by whichever process. `buffer_bytes` is about how much
    memory an update may take for what is not yet written.
    """

    def __init__(self, folder: Path, archive: Archive, *, buffer_bytes: int = BUFFER_BYTES) -> None:
        self._archive = archive
        self._folder = IndexFolder(folder)
        self._buffer_bytes = buffer_bytes
        self._lock = threading.Lock()
        self._open: _Opened | None = None
        self._related = RelatedArticles(archive)

    def search(self, request: SearchRequest) -> SearchResults:
        """The page of results for a request. Raises IndexMissing, IndexOutdated or IndexDamaged."""
        started = time.perf_counter()
        node, notices = understand(request.text, request.match)
        match = request.match
        with self._noticing_damage():
            opened = self._opened()
            ranked = _evaluate(opened, node, request)
            if ranked.total == 0 and match is Match.ALL and sum(1 for _ in positive_leaves(node)) > 1:
                any_node, _ = understand(request.text, Match.ANY)
                some = _evaluate(opened, any_node, request)
                if some.total:
                    node, ranked, notices = any_node, some, (*notices, Notice.ANY_INSTEAD_OF_ALL)
                    match = Match.ANY
            ids = [opened.searcher.stored_fields(docnum)["id"] for docnum, _ in ranked.documents]
        articles = self._archive.get_many(ids)
        highlighter, explainer = Highlighter(node), Explainer(node, request.text, match)
        scores = (score for _, score in ranked.documents)
        return SearchResults(
            request=request,
            total=ranked.total,
            hits=tuple(
                make_hit(articles[article_id], score, highlighter, explainer)
                for article_id, score in zip(ids, scores, strict=True)
                if article_id in articles
            ),
            facets=ranked.facets,
            took_ms=(time.perf_counter() - started) * 1000,
            notices=notices,
        )

    def related(self, article_id: str, limit: int = 5) -> tuple[Article, ...]:
        """Articles about the same. Raises ArticleNotFound, IndexMissing, IndexOutdated or IndexDamaged."""
        with self._noticing_damage():
            opened = self._opened()
            return self._related.of(article_id, limit, opened.searcher, partial(evaluate, opened.leaves))

    @contextmanager
    def _noticing_damage(self) -> Iterator[None]:
        """Let the next update know of a damaged file."""
        try:
            yield
        except IndexDamaged as damage:
            self._folder.mark_damaged(self._folder.latest(), damage)
            raise

    def _opened(self) -> _Opened:
        """The last committed generation. Segments that were open before stay so, with all that is known of them."""
        with self._lock:
            build, identity = self._folder.latest(), self._archive.identity
            if self._open is None or (self._open.build, self._open.identity) != (build, identity):
                build = self._folder.current(identity)
                searcher = whoosh_store.open_dir(str(build.folder), readonly=True).searcher(weighting=ImpactWeighting())
                leaves = tuple(
                    Leaf(leaf, offset)
                    for leaf, offset in searcher.leaf_searchers()
                    if leaf.reader().segment() is not None
                )
                self._open = _Opened(build, identity, searcher, leaves)
            return self._open

    def update(self, progress: Progress | None = None, *, workers: int = 1) -> UpdateReport:
        """Read what the archive has beyond the position of the last update, in as many processes as asked for.

        Raises IndexOutdated, IndexDamaged or IndexMissing, and SearchError while another process does the same.
        """
        build = self._folder.current(self._archive.identity)
        position = self._folder.position(build)
        if not self._archive.parts.holds(position):
            raise IndexOutdated("the archive is not the one that was indexed: an older copy of its files was put back")
        if not self._archive.parts.bytes_since(position):
            return UpdateReport(indexed=0, removed=0)
        with self._noticing_damage():
            return Update(build, self._archive, self._buffer_bytes, workers).run(position, progress)

    def rebuild(self, progress: Progress | None = None, *, workers: int = 1) -> UpdateReport:
        """Read the whole archive into a new build, and switch to it when it is complete.

        A rebuild that was stopped is taken up where it was, and then reports the rest only.
        """
        build = self._folder.start_build(self._archive.identity)
        update = Update(build, self._archive, self._buffer_bytes, workers)
        report = update.run(self._folder.position(build), progress, into_one=True)
        self._folder.make_current(build)
        return report

    def status(self) -> IndexStatus:
        """Counts and sizes. Raises IndexMissing, IndexOutdated or IndexDamaged."""
        searcher = self._opened().searcher
        build = self._folder.current(self._archive.identity)
        return IndexStatus(
            articles=searcher.doc_count(),
            behind_bytes=self._archive.parts.bytes_since(self._folder.position(build)),
            size_bytes=self._folder.size(),
        )

    def close(self) -> None:
        """Let go of files."""
        with self._lock:
            self._open = None


def _evaluate(opened: _Opened, node: Node, request: SearchRequest) -> Ranked:
    words = [word for leaf in positive_leaves(node) for word in _whole_words(leaf)]
    return evaluate(opened.leaves, translate(node), request, SecondLook(words) if words else None)


def _whole_words(leaf: Word | Phrase) -> tuple[str, ...]:
    """The words that an article can be looked at again for: of the beginning of a word nobody knows its n-grams."""
    if isinstance(leaf, Phrase):
        return leaf.words
    return () if leaf.form is Form.PREFIX else (leaf.text,)
