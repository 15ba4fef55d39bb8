"""`WhooshIndex`: the search index of one archive, behind the door."""

import gc
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NoReturn

from whoosh import index as whoosh_store

from newsarchive.archive import START, Archive, Identity, Position
from newsarchive.article import Article
from newsarchive.errors import IndexDamaged, IndexOutdated, IndexUnusable
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
from newsarchive.search.language.expansion import Expanded, expand
from newsarchive.search.language.query import Form, Node, Phrase, Word, as_typed, positive_leaves
from newsarchive.search.language.spellings import Spellings, load_spellings
from newsarchive.search.language.typed import Understand, exactly, word_ranges
from newsarchive.search.language.understanding import MAX_QUERY_LENGTH, understand, within_limits
from newsarchive.search.scoring.reranking import SecondLook
from newsarchive.search.suggesting.related import RelatedArticles
from newsarchive.search.suggesting.suggester import Suggester, title_query
from newsarchive.search.whoosh_index.opened import Opened, open_build
from newsarchive.search.whoosh_index.querying.evaluation import Ranked, evaluate
from newsarchive.search.whoosh_index.querying.open_segment import article_ids
from newsarchive.search.whoosh_index.querying.translation import translate
from newsarchive.search.whoosh_index.storage.folder import Build, IndexFolder
from newsarchive.search.whoosh_index.updating.update import BUFFER_BYTES, Update

_MISSING = (FileNotFoundError, whoosh_store.IndexError)
"""What comes of a file of an index that is not there."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What a request found: the query as it was searched, how many words were needed, and what is to be told."""

    expanded: Expanded
    match: Match
    ranked: Ranked
    notices: tuple[Notice, ...]


class WhooshIndex:
    """The index in `folder` of `archive`. One object may be used by several threads.

    Each search sees the generation that was last committed, by whichever process. `buffer_bytes` is about how much
    memory an update may take for what is not yet written; `spellings` None means those of the package.
    """

    def __init__(
        self,
        folder: Path,
        archive: Archive,
        *,
        spellings: Spellings | None = None,
        buffer_bytes: int = BUFFER_BYTES,
    ) -> None:
        self._archive = archive
        self._spellings = spellings or load_spellings()
        self._suggester: Suggester | None = None
        self._folder = IndexFolder(folder)
        self._buffer_bytes = buffer_bytes
        self._lock = threading.Lock()
        self._open: Opened | None = None
        self._related = RelatedArticles(archive)

    def search(self, request: SearchRequest) -> SearchResults:
        """The page of results for a request. Raises IndexMissing, IndexOutdated or IndexDamaged."""
        started = time.perf_counter()
        request = within_limits(request)

        def tree(text: str) -> Node:
            return understand(text, request.match)[0]

        with self._searching() as opened:
            suggester = self._suggester_of(opened)
            found = self._find(opened, suggester, request)
            expanded, ranked = found.expanded, found.ranked
            suggestion = suggester.correction(request.text, expanded.node, tree)
            ids = article_ids(opened.leaves, ranked.docnums)
        articles = self._archive.get_many(ids)
        highlighter, explainer = Highlighter(expanded.node), Explainer(expanded.node, request.text, found.match)
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
            notices=(*([Notice.QUERY_CUT] if request.is_cut else ()), *found.notices),
            expansions=_expansions(request.text, expanded.forms, tree),
            suggestion=suggestion,
        )

    def _find(self, opened: Opened, suggester: Suggester, request: SearchRequest) -> _Found:
        """What a request finds; where nothing has all of the words, what has some of them."""

        def find(match: Match) -> _Found:
            node, notices = understand(request.text, match)
            expanded = expand(node, self._spellings, suggester.occurs)
            return _Found(expanded, match, _evaluate(opened, expanded.node, request), notices)

        found = find(request.match)
        if found.ranked.total or request.match is Match.ANY or sum(1 for _ in positive_leaves(found.expanded.node)) < 2:
            return found
        some = find(Match.ANY)
        return replace(some, notices=(*some.notices, Notice.ANY_INSTEAD_OF_ALL)) if some.ranked.total else found

    def related(self, article_id: str, limit: int = 5) -> tuple[Article, ...]:
        """Articles about the same. Raises ArticleNotFound, IndexMissing, IndexOutdated or IndexDamaged."""
        with self._searching() as opened:
            return self._related.of(article_id, limit, opened.searcher, partial(evaluate, opened.leaves))

    def complete(self, text: str, limit: int) -> tuple[Completion, ...]:
        """At most `limit` queries that go on from what was typed, then as many titles, the newest first.

        Raises IndexMissing, IndexOutdated or IndexDamaged, and ValueError for a limit that is not 1 to `MAX_LIMIT`.
        """
        request = SearchRequest(sort=Sort.NEWEST, limit=limit)
        if len(text) > MAX_QUERY_LENGTH:
            return ()
        node, _ = understand(text, Match.ALL)
        with self._searching() as opened:
            suggester = self._suggester_of(opened)
            queries = [Completion(query) for query in suggester.complete(text, node, limit)]
            wanted = title_query(text, node)
            if wanted is None:
                return tuple(queries)
            ranked = _evaluate(opened, wanted, request)
            ids = article_ids(opened.leaves, ranked.docnums)
        newest: dict[str, str] = {}
        for article in self._archive.get_many(ids).values():
            newest.setdefault(article.title, article.id)
        return (*queries, *(Completion(title, article_id) for title, article_id in newest.items()))

    def _suggester_of(self, opened: Opened) -> Suggester:
        """What is suggested from a generation, made once for each."""
        with self._lock:
            if self._suggester is None or self._suggester.searcher is not opened.searcher:
                self._suggester = Suggester(opened.searcher, opened.leaves, self._archive)
            return self._suggester

    @contextmanager
    def _searching(self) -> Iterator[Opened]:
        """The last committed generation; the next update is let know of a damaged file."""
        opened = self._opened()
        try:
            yield opened
        except IndexDamaged as damage:
            self._folder.mark_damaged(opened.build, damage)
            raise

    def _opened(self) -> Opened:
        """The last committed generation. Segments that were open before stay so, with all that is known of them."""
        with self._lock:
            while True:
                build, identity = self._folder.latest(), self._archive.identity
                if self._open is not None and (self._open.build, self._open.identity) == (build, identity):
                    return self._open
                try:
                    generation = self._folder.archive_generation(build, identity)
                    is_behind = generation < identity.generation
                    purged = self._purged_since(generation) if is_behind else frozenset()
                    self._switch_to(open_build(build, identity, is_behind=is_behind, purged=purged))
                except (*_MISSING, IndexOutdated) as error:
                    # What another process removed while it commits or rebuilds is not missing: look again.
                    if self._folder.latest() == build:
                        self._give_up(build, error)

    def _switch_to(self, opened: Opened) -> None:
        """Search a newer generation, and let go of the files of the one before."""
        is_rebuilt = self._open is not None and self._open.build.folder != opened.build.folder
        self._open, self._suggester, self._related = opened, None, RelatedArticles(self._archive)
        if is_rebuilt:
            # Its objects refer to each other. Until they are collected, deleted files keep their place on the disk.
            gc.collect()

    def _purged_since(self, generation: int) -> frozenset[str]:
        """What an index of a generation of the archive has to leave out; raises IndexOutdated where nobody knows."""
        if not self._archive.parts.knows_purges_since(generation):
            raise IndexOutdated("articles were purged since the index was built, and there is no record of which")
        return self._archive.purged_since(generation)

    @property
    def needs_rebuild(self) -> bool:
        """Whether the last search was answered by an index that is behind: articles were purged since it was built."""
        opened = self._open
        return opened is not None and opened.is_behind

    def check(self) -> None:
        """Raises IndexMissing, IndexOutdated or IndexDamaged where the index has to be rebuilt, even if it answers."""
        self._opened()
        self._current()

    def _give_up(self, build: Build, error: Exception) -> NoReturn:
        """Raise what an error means that came of a build which is current still; damage is noted."""
        if _is_missing_in(build, error):
            damage = _missing(build)
            self._folder.mark_damaged(build, damage)
            raise damage from error
        if isinstance(error, IndexDamaged):
            self._folder.mark_damaged(build, error)
        raise error

    def update(self, progress: Progress | None = None, *, workers: int = 1, wait: float = PATIENCE) -> UpdateReport:
        """Read what the archive has beyond the position of the last update, in as many processes as asked for.

        Raises IndexOutdated, IndexDamaged or IndexMissing, and IndexLocked where another process still does the same
        after `wait` seconds.
        """
        while True:
            identity, build, position = self._current()
            if not self._archive.parts.bytes_since(position):
                return UpdateReport(indexed=0, removed=0)
            try:
                return self._update(build, identity, workers, wait).run(progress)
            except (*_MISSING, IndexOutdated) as error:
                # Another process may have committed, or put a new build in the place of this one: look again.
                if self._folder.latest() == build:
                    self._give_up(build, error)

    def _current(self) -> tuple[Identity, Build, Position]:
        """The archive, the current build, and how far it has read.

        Raises IndexOutdated, IndexDamaged or IndexMissing where the build cannot be updated.
        """
        while True:
            identity = self._archive.identity
            try:
                build, position = self._folder.current(identity)
                # An archive that lacks its end may get it back from a backup: until then the index keeps what it has.
                if not self._archive.parts.holds(position) and not self._archive.missing():
                    raise IndexOutdated(
                        "the archive is not the one that was indexed: an older copy of its files was put back"
                    )
            except IndexOutdated:
                # Articles may have been purged, and the index rebuilt, between the two looks.
                if identity == self._archive.identity:
                    raise
            else:
                return identity, build, position

    def _update(self, build: Build, identity: Identity, workers: int, wait: float) -> Update:
        return Update(build, self._archive, identity, buffer_bytes=self._buffer_bytes, workers=workers, wait=wait)

    def rebuild(
        self,
        progress: Progress | None = None,
        *,
        workers: int = 1,
        only_if_unusable: bool = False,
        wait: float = PATIENCE,
    ) -> UpdateReport:
        """Read the whole archive into a new build, switch to it when it is complete, and remove the others.

        A rebuild that was stopped is taken up where it was, and then reports the rest only. With `only_if_unusable` one
        that another process has just made will do. Raises IndexLocked where another process still does the same after
        `wait` seconds.
        """
        with self._folder.rebuilding(wait):
            if only_if_unusable and self._is_usable():
                report = self.update(progress, workers=workers, wait=wait)
            else:
                report = self._build_and_catch_up(progress, workers, wait)
            return replace(report, undeleted=self._folder.remove_others())

    def _is_usable(self) -> bool:
        try:
            self._current()
        except IndexUnusable:
            return False
        return True

    def _build_and_catch_up(self, progress: Progress | None, workers: int, wait: float) -> UpdateReport:
        while True:
            identity, built = self._build_anew(progress, workers, wait)
            try:
                # What others took into the build before, meanwhile, is read now, or nobody would know of it.
                rest = self.update(progress, workers=workers, wait=wait)
            except IndexOutdated:
                # Articles purged a moment ago are in the build that was just made: from the beginning, then.
                if identity == self._archive.identity:
                    raise
            else:
                return built + rest

    def _build_anew(self, progress: Progress | None, workers: int, wait: float) -> tuple[Identity, UpdateReport]:
        """Make a build and switch to it; returns what it was made of as well."""
        while True:
            identity = self._archive.identity
            build = self._folder.start_build(identity)
            try:
                report = self._update(build, identity, workers, wait).run(progress, into_one=True)
            except (*_MISSING, IndexOutdated) as error:
                self._begin_again(build, identity, error)
                continue
            if identity == self._archive.identity:
                self._folder.make_current(build)
                return identity, report
            # Articles were purged meanwhile: the build may have their text, and nobody may take it up.
            self._folder.discard(build)

    def _begin_again(self, build: Build, identity: Identity, error: Exception) -> None:
        """Discard an unfinished build; raises what an error means that another build would meet as well."""
        is_damaged = isinstance(error, IndexDamaged) or _is_missing_in(build, error)
        was_purged = identity != self._archive.identity
        if not (is_damaged or was_purged):
            raise error
        self._folder.discard(build)
        # What was begun earlier may be no good, and what was read while articles were purged is not.
        if build.generation or was_purged:
            return
        if isinstance(error, IndexDamaged):
            raise error
        raise _missing(build) from error

    def status(self) -> IndexStatus:
        """Counts and sizes. Raises IndexMissing, IndexOutdated or IndexDamaged."""
        while True:
            with self._searching() as opened:
                articles = opened.articles
            try:
                # An index that is behind has to be built from the beginning.
                position = START if opened.is_behind else self._current()[2]
            except IndexOutdated:
                if self._opened() is opened:
                    raise
            else:
                return IndexStatus(
                    articles=articles,
                    behind_bytes=self._archive.parts.bytes_since(position),
                    size_bytes=self._folder.size(),
                )

    def close(self) -> None:
        """Let go of files."""
        with self._lock:
            self._open = self._suggester = None
            self._related = RelatedArticles(self._archive)


def _is_missing_in(build: Build, error: Exception) -> bool:
    """Whether an error comes of a file of a build that is not there, and not of one of the archive."""
    if isinstance(error, FileNotFoundError):
        return error.filename is None or Path(error.filename).is_relative_to(build.folder)
    return isinstance(error, whoosh_store.IndexError)


def _missing(build: Build) -> IndexDamaged:
    return IndexDamaged(f"a file of the index in {build.folder} is missing")


def _evaluate(opened: Opened, node: Node, request: SearchRequest) -> Ranked:
    """The page of a tree. The second look is for what was typed: other spellings share many of its n-grams."""
    words = [word for leaf in positive_leaves(as_typed(node)) for word in _whole_words(leaf)]
    return evaluate(opened.leaves, translate(node), request, SecondLook(words) if words else None)


def _whole_words(leaf: Word | Phrase) -> tuple[str, ...]:
    """The words that an article can be looked at again for: of the beginning of a word nobody knows its n-grams."""
    if isinstance(leaf, Phrase):
        return leaf.words
    return () if leaf.form is Form.PREFIX else (leaf.text,)


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
