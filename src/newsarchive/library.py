"""`Library`: an archive and its index, opened together from one folder. Used by the web and the command line."""

import logging
import math
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from datetime import date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TYPE_CHECKING, Self

from newsarchive.access import Viewer, is_restricted
from newsarchive.archive import Archive, ArchiveWriter, RenamedArchive, SeenArchive
from newsarchive.article import Article, Record
from newsarchive.config import Config
from newsarchive.durable import replace_file
from newsarchive.engine_choice import (
    EXTRA_SPELLINGS,
    INDEX_FOLDER,
    TABLES_NOTE,
    ChosenEngine,
    choose_engine,
    may_rebuild,
    open_node,
    open_sharing,
)
from newsarchive.errors import (
    ArchiveError,
    ArticleNotFound,
    CorruptArchive,
    GroupsError,
    IndexMissing,
    IndexUnusable,
    NewsArchiveError,
    PurgeUnfinished,
    SearchError,
    describe_fault,
)
from newsarchive.index_repair import IndexRepairer
from newsarchive.search import (
    PATIENCE,
    Completion,
    Concordance,
    Counted,
    Facet,
    IndexStatus,
    Listing,
    Progress,
    SearchRequest,
    SearchResults,
    SearchService,
    Spread,
    UpdateReport,
    load_spellings,
)
from newsarchive.search.engine import Engine, Follower, IsGrowing
from newsarchive.search.language.foreign.lexicon import load_lexicons
from newsarchive.search.language.spellings import Spellings
from newsarchive.stories.groups import Groups
from newsarchive.stories.reuse import MOST_ARTICLES, Reuse, Reused
from newsarchive.tables import NO_TABLES, Tables, load_tables
from newsarchive.warc.removing import remove_pages
from newsarchive.wording import listed, worded, words_of

if TYPE_CHECKING:  # an optional dependency, and slow to load
    from newsarchive.search.opensearch import ClusterNode
    from newsarchive.sharing import Sharing

READ_ONLY = worded(
    'this node reads the archive from the cluster (articles_on = "cluster"): run this on the node that ingests'
)
_ALONGSIDE = 2
"""The number of workers from which on the groups are updated while the index is."""

_log = logging.getLogger(__name__)


class _Stopped(Exception):
    """The update of the index failed or was interrupted, so that of the groups ends too."""


class Library:
    """One archive with its search index, its groups of articles and its user-edited tables.

    With `repairs`, a search that finds an unusable index starts a rebuild in the background. `sharing` shares the
    files that nodes without the archive's folder need, and `node` is what such a node has.
    `open_library` creates a library from the settings.
    """

    def __init__(  # noqa: PLR0913 - all are independent
        self,
        archive: Archive,
        search_service: SearchService,
        *,
        chosen: ChosenEngine | None = None,
        groups: Groups | None = None,
        tables: Tables = NO_TABLES,
        repairs: bool = False,
        sharing: "Sharing | None" = None,
        node: "ClusterNode | None" = None,
    ) -> None:
        self.archive = archive
        self.search_service = search_service
        self.groups = groups or Groups(archive)
        self.tables = tables
        self.sharing = sharing
        self._node = node
        self._chosen = chosen or ChosenEngine(search_service.engine, archive.folder / INDEX_FOLDER / TABLES_NOTE)
        rebuild = partial(self.rebuild_index, only_if_unusable=True, wait=math.inf)
        self.repairer = IndexRepairer(search_service.check, rebuild) if repairs else None
        self._viewer: Viewer | None = None
        self._folder: TemporaryDirectory[str] | None = None

    def keep_until_closed(self, temporary: "TemporaryDirectory[str]") -> None:
        """Delete a temporary folder when the library is closed."""
        self._folder = temporary

    def seen_by(self, viewer: Viewer) -> Self:
        """The same library for reading, with everything as one reader sees it. It needn't be closed."""
        if viewer.sees_all:
            return self
        seen = copy(self)
        seen._viewer = viewer  # noqa: SLF001 - a copy of this object
        seen.archive = SeenArchive(self.archive, viewer)
        seen.search_service = self.search_service.seen_by(viewer)
        return seen

    def search(self, request: SearchRequest, facets: Sequence[Facet] = ()) -> SearchResults:
        """Return the page of results for a request, with `facets` of `FURTHER_FACETS` in addition to the others.

        Raises IndexMissing, IndexOutdated or IndexDamaged.
        """
        with self._repairing():
            return self.search_service.search(request, facets)

    def listing(self, request: SearchRequest, most: int | None = None, *, looser: bool = False) -> Listing:
        """Return all articles that a request finds, or the first `most`, in its order and exactly as asked.

        With `looser`, a request that finds nothing gets the looser reading that its page of results has.
        Raises IndexMissing, IndexOutdated or IndexDamaged.
        """
        with self._repairing():
            return self.search_service.listing(request, most, looser=looser)

    def count(self, request: SearchRequest, facets: Sequence[Facet] = ()) -> Counted:
        """Return how many articles a request finds, exactly as asked, and the counts of its facets.

        `facets` are those of `FURTHER_FACETS` that are counted too. Raises IndexMissing, IndexOutdated or IndexDamaged.
        """
        with self._repairing():
            return self.search_service.count(request, facets)

    def spreads(self, request: SearchRequest, facet: Facet) -> Mapping[str, Spread]:
        """Return how the articles that a request finds spread over time, by value of a facet, most articles first.

        Raises IndexMissing, IndexOutdated or IndexDamaged.
        """
        with self._repairing():
            return self.search_service.spreads(request, facet)

    def concordance(self, request: SearchRequest, most: int | None = None) -> Concordance:
        """Return the occurrences of a query in all articles that it finds, or in the first `most`.

        Raises IndexMissing, IndexOutdated or IndexDamaged.
        """
        with self._repairing():
            return self.search_service.concordance(request, most)

    def changed_at(self) -> datetime | None:
        """Return when the index last changed, which never goes back; None if it is unknown.

        Raises IndexMissing, IndexOutdated or IndexDamaged.
        """
        with self._repairing():
            return self.search_service.changed_at()

    def count_days(self, request: SearchRequest) -> Mapping[date, int]:
        """Return how many articles a request finds by day of publication, exactly as asked, in order of the days.

        Raises IndexMissing, IndexOutdated or IndexDamaged.
        """
        with self._repairing():
            return self.search_service.count_days(request)

    def complete(self, text: str, limit: int) -> tuple[Completion, ...]:
        """Return completions of a partly typed query. Raises IndexMissing, IndexOutdated or IndexDamaged."""
        with self._repairing():
            return self.search_service.complete(text, limit)

    def article(self, article_id: str) -> Article:
        """Return the latest revision of an article. Raises ArticleNotFound, or ArticleWithdrawn."""
        return self.archive.get(article_id)

    def related(self, article_id: str, limit: int = 5) -> tuple[Article, ...]:
        """Return up to `limit` (1 to 20) articles on the same subject. Raises ArticleNotFound and IndexUnusable."""
        with self._repairing():
            return self.search_service.related(article_id, limit)

    def passages_in(self, text: str, limit: int = MOST_ARTICLES) -> Reused:
        """The articles that have passages of a text, the earliest first; see `Groups.passages_in`."""
        return self._seen(self.groups.passages_in(text, limit))

    def passages_elsewhere(self, article_id: str, limit: int = MOST_ARTICLES) -> Reused:
        """The articles that share passages with an article; see `Groups.passages_elsewhere`.

        Passages are left out if the reader may not see one of the two texts. Raises ArticleNotFound.
        """
        is_hidden = self._viewer is not None and is_restricted(self.archive.get(article_id))
        return self._seen(self.groups.passages_elsewhere(article_id, limit), is_hidden=is_hidden)

    def _seen(self, reused: Reused, *, is_hidden: bool = False) -> Reused:
        """What the reader sees of shared passages."""
        viewer = self._viewer
        if viewer is None:
            return reused

        def seen(reuse: Reuse) -> Reuse:
            article = viewer.show(reuse.article)
            if is_hidden or is_restricted(article):
                return reuse._replace(article=article, passages=(), hidden=reuse.words)
            return reuse

        return reused._replace(articles=tuple(map(seen, reused.articles)))

    @contextmanager
    def _repairing(self) -> Iterator[None]:
        try:
            yield
        except IndexUnusable:
            self._wake_repairer()
            raise
        if self.search_service.needs_rebuild:
            self._wake_repairer()

    def _wake_repairer(self) -> None:
        if self.repairer is not None:
            self.repairer.wake()

    def history(self, article_id: str) -> tuple[Record, ...]:
        """Return all revisions and withdrawals, oldest first. Raises ArticleNotFound if the article is unknown."""
        return self.archive.history(article_id)

    def update_index(
        self,
        progress: Progress | None = None,
        on_rebuild: Callable[[str], None] | None = None,
        *,
        workers: int = 1,
        wait: float = PATIENCE,
    ) -> UpdateReport:
        """Index new lines of the archive, in `workers` processes if they are many, and update the groups of articles.

        A missing or unusable index is built from the whole archive. Before an existing index is
        rebuilt, `on_rebuild` is called with the reason. Raises IndexLocked if another process is
        still updating or building the index after `wait` seconds.
        """
        self.check_writable()
        report = self._updated(progress, on_rebuild, workers=workers, wait=wait)
        self._share()
        return report

    def check_writable(self) -> None:
        """Raise ArchiveError if this node reads the archive from the cluster, where another node writes it."""
        if self._node is not None:
            raise ArchiveError(READ_ONLY)

    def _share(self, *, anew: bool = False) -> None:
        """Give other nodes the files that changed. A failure is logged: the next time makes up for it."""
        if self.sharing is None:
            return
        try:
            self.sharing.share(anew=anew)
        except (SearchError, OSError) as error:
            _log.warning("nodes without the archive's folder don't have its changed tables and groups: %s", error)

    def _updated(
        self, progress: Progress | None, on_rebuild: Callable[[str], None] | None, *, workers: int, wait: float
    ) -> UpdateReport:
        with self._updating_groups(workers, wait) as follower:
            try:
                return self.search_service.update(progress, workers=workers, wait=wait, follower=follower)
            except IndexMissing:
                pass
            except IndexUnusable as error:
                if on_rebuild is not None:
                    on_rebuild(error.reason)
            return self._rebuild_index(progress, workers=workers, only_if_unusable=True, wait=wait, follower=follower)

    def index_growing(self, is_growing: IsGrowing, follower: Follower) -> UpdateReport:
        """Index what the archive gets as long as it `is_growing`. The `follower` gets it too; groups aren't updated.

        Raises IndexOutdated, IndexDamaged, and IndexLocked if another process is still updating the index after some
        seconds.
        """
        try:
            return self.search_service.update(follower=follower, is_growing=is_growing)
        except IndexMissing:
            pass
        return self._rebuild_index(
            None, workers=1, only_if_unusable=True, wait=PATIENCE, follower=follower, is_growing=is_growing
        )

    def rebuild_index(
        self,
        progress: Progress | None = None,
        *,
        workers: int = 1,
        only_if_unusable: bool = False,
        wait: float = PATIENCE,
    ) -> UpdateReport:
        """Build the index from the whole archive with the current tables; see `Engine.rebuild`.

        The groups of articles are rebuilt, too; with `only_if_unusable`, only if they must.
        """
        self.check_writable()
        with self._updating_groups(workers, wait, rebuilds=not only_if_unusable) as follower:
            report = self._rebuild_index(
                progress, workers=workers, only_if_unusable=only_if_unusable, wait=wait, follower=follower
            )
        self._share(anew=True)
        return report

    def _rebuild_index(  # noqa: PLR0913 - all are independent
        self,
        progress: Progress | None,
        *,
        workers: int,
        only_if_unusable: bool,
        wait: float,
        follower: Follower | None,
        is_growing: IsGrowing | None = None,
    ) -> UpdateReport:
        rebuilds = not only_if_unusable or self._is_unusable()
        report = self.search_service.rebuild(
            progress,
            workers=workers,
            only_if_unusable=only_if_unusable,
            wait=wait,
            follower=follower,
            is_growing=is_growing,
        )
        if rebuilds:
            self._note_tables()
        return report

    @contextmanager
    def _updating_groups(self, workers: int, wait: float, *, rebuilds: bool = False) -> Iterator[Follower | None]:
        """Bring the groups up to date with the index, which the block updates.

        The groups take in what the index reads: pass the follower on to it. With several workers, a thread
        updates them instead, because this process only waits for theirs.
        """
        if workers < _ALONGSIDE:
            with self.groups.following(rebuilds=rebuilds) as follower:
                yield None if follower is None else follower.batches
            is_rebuilt = follower is not None and follower.is_complete
            self._update_groups(wait, rebuilds=rebuilds and not is_rebuilt)
            return
        stop = threading.Event()
        thread = threading.Thread(target=self._update_groups, args=(wait,), kwargs={"rebuilds": rebuilds, "stop": stop})
        thread.start()
        try:
            yield None
            thread.join()
        except BaseException:
            stop.set()
            raise
        finally:
            thread.join()

    def _update_groups(self, wait: float, *, rebuilds: bool = False, stop: threading.Event | None = None) -> bool:
        """Bring the groups up to date. A failure is logged: nothing that was stored or indexed depends on them.

        If `stop` is set, this ends with the batch that is being read; the next update goes on from there.
        """

        def end_if_stopped(_read: int) -> None:
            if stop is not None and stop.is_set():
                raise _Stopped

        try:
            (self.groups.rebuild if rebuilds else self.groups.update)(end_if_stopped, wait=wait)
        except _Stopped:
            return False
        except GroupsError as error:
            _log.warning("%s", error)
        except Exception as error:
            _log.exception("the groups of articles are not up to date: %s", describe_fault(error))
        else:
            return True
        return False

    def _is_unusable(self) -> bool:
        try:
            self.search_service.check()
        except IndexUnusable:
            return True
        return False

    @property
    def changed_tables(self) -> tuple[str, ...]:
        """What of the table of topics and the topic model changed since the index was built; older articles lack it."""
        noted = (self._noted_tables() or "").split()
        now = self._digests()
        return tuple(name for number, name in enumerate(now) if noted[number : number + 1] != [now[name]])

    def _digests(self) -> dict[str, str]:
        return {
            worded("the table of topics"): self.tables.digest,
            worded("the topic model"): self.tables.article_topics.model.digest,
        }

    def _noted_tables(self) -> str | None:
        try:
            return self._chosen.tables_note.read_text(encoding="ascii", errors="replace").strip()
        except FileNotFoundError:
            return None

    def _note_tables(self) -> None:
        self._chosen.tables_note.parent.mkdir(exist_ok=True)
        replace_file(self._chosen.tables_note, " ".join(self._digests().values()).encode() + b"\n")

    def purge(
        self,
        article_id: str,
        reason: str,
        *,
        wait: float = math.inf,
        on_removed: Callable[[int], None] | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Remove all texts of an article from the archive, then rebuild the index without them.

        Searches keep working during the purge, without the article. When the text is removed from
        the archive's files, `on_removed` is called with the number of lines that contained it. An
        interrupted purge can be repeated. Waits up to `wait` seconds for a process that writes to
        the archive, and again for one that updates the index. Raises ArticleNotFound if the archive
        never had a text of the article, ArchiveError if the archive can't be rewritten, and
        PurgeUnfinished if the index still contains the text.
        """
        self.check_writable()
        self._hide(article_id, reason, wait)
        self._remove_pages(article_id, wait)
        removed = self._remove_text(article_id, reason, wait)
        if on_removed is not None:
            on_removed(removed)
        left = self._chosen.remove_unused_index()
        try:
            report = self.rebuild_index(progress, only_if_unusable=True, wait=wait)
        except (NewsArchiveError, OSError) as error:
            raise PurgeUnfinished(article_id, words_of(error)) from error
        except KeyboardInterrupt as interruption:
            raise PurgeUnfinished(article_id, worded("interrupted")) from interruption
        undeleted = (*left, *report.undeleted, *self._forget_groups_if_behind())
        self._share()
        if undeleted:
            raise PurgeUnfinished(article_id, worded("could not delete {paths}", paths=listed(undeleted, "; ")))

    def _forget_groups_if_behind(self) -> tuple[str, ...]:
        """Delete groups that could not be rebuilt without a purged article. Return what could not be deleted."""
        if self._update_groups(math.inf):
            return ()
        try:
            self.groups.delete()
        except OSError as error:
            return (words_of(error),)
        return ()

    def _hide(self, article_id: str, reason: str, wait: float) -> None:
        """Withdraw the article and update the index first, because removing the text can take minutes."""
        with suppress(ArticleNotFound):
            with ArchiveWriter(self.archive, wait=wait) as writer:
                writer.withdraw(article_id, reason)
            # If the update fails, searches exclude the article as soon as the purge is recorded.
            with suppress(SearchError, OSError):
                self.search_service.update()

    def _remove_pages(self, article_id: str, wait: float) -> None:
        """Remove the kept pages of the article. Its revisions say which, so this comes before they are removed."""
        try:
            revisions = [one for one in self.archive.history(article_id) if isinstance(one, Article)]
        except CorruptArchive:
            revisions = []
        if revisions:
            remove_pages(self.archive.folder, revisions, wait=wait)

    def _remove_text(self, article_id: str, reason: str, wait: float) -> int:
        """Remove the text from the archive's files. Return how many lines contained it, 0 if already purged."""
        with ArchiveWriter(self.archive, wait=wait) as writer:
            try:
                return writer.purge(article_id, reason)
            except ArticleNotFound:
                if article_id not in self.archive.purged_since(0):
                    raise
                return 0

    def status(self) -> IndexStatus:
        """Return counts and sizes of the index. Raises IndexMissing, IndexOutdated or IndexDamaged."""
        with self._repairing():
            return self.search_service.status()

    def close(self) -> None:
        """Close the files of the index and the archive."""
        self.search_service.close()
        self.groups.close()
        self.archive.close()
        if self._node is not None:
            self._node.close()
        if self._folder is not None:
            self._folder.cleanup()

    def __enter__(self) -> Self:
        """Return the library."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the library."""
        self.close()


def open_library(config: Config, *, folder: Path | None = None, create: bool = False, repairs: bool = False) -> Library:
    """Open the library of an archive with the given settings.

    `folder` is the archive's folder; None means `config.archive`. With the setting `articles_on`, the archive is read
    from the cluster instead, and there is no folder. With `create`, an archive is
    created if the folder is missing or empty. With `repairs`, an unusable index is rebuilt in the
    background, but not one on a cluster if the archive is read-only here: that is up to the node
    that writes. Raises ArchiveError if there is no archive, and ConfigError if a table is invalid.
    """
    if config.articles_on == "cluster":
        return _open_from_cluster(config)
    folder = folder or config.archive
    tables = load_tables(folder, config.tables, config.spellings, config.access)
    spellings = load_spellings(*tables.spelling_files)
    archive = Archive(folder, create=create)
    chosen = choose_engine(config, archive, tables.article_topics)
    groups = Groups(archive)
    service = _service(config, archive, chosen.engine, tables, spellings, groups)
    repairs = repairs and may_rebuild(config, folder)
    sharing = open_sharing(config, folder, archive.identity.archive)
    return Library(archive, service, chosen=chosen, groups=groups, tables=tables, repairs=repairs, sharing=sharing)


def _service(  # noqa: PLR0913 - all are independent
    config: Config, archive: Archive, engine: Engine, tables: Tables, spellings: Spellings, groups: Groups
) -> SearchService:
    return SearchService(
        RenamedArchive(archive, show=tables.renamed) if tables.renames else archive,
        engine,
        spellings=spellings,
        tables=tables,
        timezone=config.timezone,
        groups=groups,
        lexicons=load_lexicons if config.translate_queries else None,
    )


def _open_from_cluster(config: Config) -> Library:
    """Open the library of an archive on the cluster, with copies of its small files in a temporary folder."""
    temporary = TemporaryDirectory(prefix="newsarchive-", ignore_cleanup_errors=True)
    try:
        folder = Path(temporary.name)
        node = open_node(config, folder)
        extra = folder / EXTRA_SPELLINGS
        spellings_file = config.spellings or (extra if extra.exists() else None)
        tables = load_tables(folder, config.tables, spellings_file, config.access)
        spellings = load_spellings(*tables.spelling_files)
        engine, groups = node.engine(tables.article_topics), Groups(node.archive)
        service = _service(config, node.archive, engine, tables, spellings, groups)
        chosen = ChosenEngine(engine, folder / TABLES_NOTE)
        library = Library(node.archive, service, chosen=chosen, groups=groups, tables=tables, node=node)
        library.keep_until_closed(temporary)
        node.mirror.follow()
    except BaseException:
        temporary.cleanup()
        raise
    return library
