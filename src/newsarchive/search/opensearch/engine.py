"""`OpenSearchEngine`: the search index of one archive in a cluster."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from uuid import uuid4

from newsarchive.archive import START, Archive, Identity
from newsarchive.errors import (
    IndexChanged,
    IndexDamaged,
    IndexLocked,
    IndexOutdated,
    IndexUnreachable,
    IndexUnusable,
    SearchError,
)
from newsarchive.search.engine import Follower, IsGrowing
from newsarchive.search.index_reports import PATIENCE, IndexStatus, Progress, UpdateReport
from newsarchive.search.opensearch.builds import Build, Builds, CurrentBuild
from newsarchive.search.opensearch.connection import Connection, Outage
from newsarchive.search.opensearch.mapping import Layout
from newsarchive.search.opensearch.point_in_time import PointInTime
from newsarchive.search.opensearch.snapshot import OpenSearchSnapshot
from newsarchive.search.opensearch.state import State, Stored, read_state, write_state
from newsarchive.search.opensearch.updating import Update, locked
from newsarchive.search.opensearch.words import WordLoader
from newsarchive.topics import Topics
from newsarchive.wording import worded

STATE_LIFE = 1.0
"""Seconds for which the state of the index is remembered: so long other processes' commits may stay unseen."""
_UPDATE_LOCK = "index.update.lock"
_REBUILD_LOCK = "index.rebuild.lock"


@dataclass(slots=True)
class _Opened:
    """One generation of a build, open for searching, for one state of the archive, and how many searches use it.

    `is_behind` is true if the build still has articles that were purged from the archive since. The snapshot leaves
    them out.
    """

    build: Build
    stored: Stored
    identity: Identity
    is_behind: bool
    point: PointInTime
    snapshot: OpenSearchSnapshot
    users: int = 0
    is_replaced: bool = False


class OpenSearchEngine:
    """The index of `archive` in a cluster; the names of its indexes begin with `prefix`. Threads may share one object.

    Each search sees the last committed generation, whichever process committed it, at most `state_life` seconds later.
    `topics` says which topics an article has. `current` is what knows the current build, if something else needs it.
    """

    def __init__(  # noqa: PLR0913 - all are independent
        self,
        connection: Connection,
        prefix: str,
        archive: Archive,
        *,
        topics: Topics | None = None,
        layout: Layout | None = None,
        state_life: float = STATE_LIFE,
        current: CurrentBuild | None = None,
    ) -> None:
        self._connection = connection
        self._archive = archive
        self._topics = topics or Topics()
        self._builds = Builds(connection, prefix, archive.identity.archive, layout or Layout())
        self._state_life = state_life
        self._layout = layout or Layout()
        self._current = current or CurrentBuild(self._builds, state_life)
        self._words = WordLoader(connection)
        self._lock = threading.Lock()
        self._outage = Outage(state_life)
        self._open: _Opened | None = None

    @contextmanager
    def snapshot(self) -> Iterator[OpenSearchSnapshot]:
        """The last committed generation. Raises IndexMissing, IndexOutdated, IndexDamaged or IndexUnreachable.

        If the context raises IndexDamaged, the build is marked as damaged, so that the next update rebuilds it, unless
        it was updated since: what was found then says nothing about what is there now, and IndexChanged is raised.
        """
        opened = self._opened()
        try:
            yield opened.snapshot
        except IndexDamaged as damage:
            self._forget()
            if not self._mark_damaged(opened.build, damage, opened.stored.state):
                raise IndexChanged(worded("the index was updated during the search; try again")) from damage
            raise
        except IndexUnreachable:
            # The index may have been replaced by another process.
            self._forget()
            raise
        finally:
            self._release(opened)

    def _opened(self) -> _Opened:
        with self._lock, self._outage.shared():
            # Words that the cluster couldn't give may have been replaced since.
            is_lacking = self._open is not None and self._open.snapshot.could_not_load_words
            build, stored = self._current_build(anew=is_lacking)
            identity = self._archive.identity
            opened = self._open
            if opened is None or not _is_up_to_date(opened, build, stored, identity):
                opened = self._open_last(build, stored, identity)
                self._switch_to(opened)
            elif is_lacking:
                words = self._words.begin(build.state, stored.state.runs)
                opened.snapshot = opened.snapshot.with_words(words)
            elif opened.snapshot.has_words_now:
                opened.snapshot = opened.snapshot.with_words()
            opened.users += 1
            return opened

    def _current_build(self, *, anew: bool = False) -> tuple[Build, Stored]:
        """The current build and its state, as they were a moment ago, or `anew`."""
        return self._current.get(anew=anew)

    def _open_last(self, build: Build, stored: Stored, identity: Identity) -> _Opened:
        """Open a build, or the one that has replaced it meanwhile."""
        try:
            return self._open_new(build, stored, identity)
        except IndexUnreachable:
            before, (build, stored) = build, self._current_build(anew=True)
            if build == before:
                raise
            return self._open_new(build, stored, self._archive.identity)

    def _open_new(self, build: Build, stored: Stored, identity: Identity) -> _Opened:
        state = stored.state
        if state.archive_generation > identity.generation:
            raise IndexOutdated(worded("the index is newer than the archive: was an older copy restored?"))
        is_behind = state.archive_generation < identity.generation
        purged = self._purged_since(state.archive_generation) if is_behind else frozenset()
        point = PointInTime(self._connection, build.articles)
        # What is written between reading the state and opening the point in time may be in it.
        _, now = self._current_build(anew=True)
        unique = uuid4() if state.is_writing or now.state.generation != state.generation else None
        words = self._words.begin(build.state, state.runs)
        generation = build, state.generation, identity, unique
        snapshot = OpenSearchSnapshot(point, state, generation, words, purged)
        return _Opened(build, stored, identity, is_behind, point, snapshot)

    def _switch_to(self, opened: _Opened) -> None:
        """Search a newer generation; the one before is closed when no search uses it any more."""
        before, self._open = self._open, opened
        if before is not None:
            before.is_replaced = True
            if not before.users:
                before.point.close()

    def _release(self, opened: _Opened) -> None:
        with self._lock:
            opened.users -= 1
            is_done = opened.is_replaced and not opened.users
        if is_done:
            opened.point.close()

    def _purged_since(self, generation: int) -> frozenset[str]:
        """The ids purged since a generation of the archive; raises IndexOutdated if there is no record of them."""
        if not self._archive.parts.knows_purges_since(generation):
            raise IndexOutdated(
                worded("articles were purged since the index was built, and there is no record of which")
            )
        return self._archive.purged_since(generation)

    def _mark_damaged(self, build: Build, damage: IndexDamaged, seen: State | None = None) -> bool:
        """Note in the state that the build must be replaced.

        Returns whether the current state is still that commit which was `seen`, or any commit if the damage was found
        in the current state.
        """
        stored = read_state(self._connection, build.state, as_written=True)
        if stored is None or (seen is not None and _content_of(stored.state) != _content_of(seen)):
            return False
        try:
            write_state(self._connection, build.state, replace(stored.state, damage=damage.reason), stored)
        except IndexLocked:
            return False
        except SearchError:
            # The next search finds the damage, too.
            pass
        return True

    def _forget(self) -> None:
        """Look at the state again at the next search."""
        self._current.forget()

    @property
    def needs_rebuild(self) -> bool:
        """Whether the last search used an index that was built before a purge."""
        opened = self._open
        return opened is not None and opened.is_behind

    def check(self) -> None:
        """Raise IndexMissing, IndexOutdated or IndexDamaged if the index needs a rebuild, even if searches work."""
        self._forget()
        with self.snapshot():
            pass
        self._updatable()

    def _updatable(self) -> tuple[Identity, Build, Stored]:
        """The identity of the archive and the current build, whose state fits it.

        Raises IndexOutdated, IndexDamaged or IndexMissing if the build can't be updated.
        """
        while True:
            identity = self._archive.identity
            try:
                build, stored = self._current_build(anew=True)
                self._check_position(stored, identity)
            except (IndexDamaged, IndexOutdated):
                # Another process may have purged articles and rebuilt the index since the identity was read.
                if identity == self._archive.identity:
                    raise
            else:
                return identity, build, stored

    def _check_position(self, stored: Stored, identity: Identity) -> None:
        if stored.state.archive_generation != identity.generation:
            raise IndexOutdated(worded("articles were purged or lost since the index was built"))
        if self._layout.has_records and not stored.state.has_records:
            raise IndexOutdated(worded("the index has no records, which nodes without the archive's folder need"))
        # The missing end of an archive may be restored from a backup, so the index is kept until then.
        if not self._archive.parts.holds(stored.state.position) and not self._archive.missing():
            raise IndexOutdated(
                worded("the archive is not the one that was indexed: an older copy of its files was restored")
            )

    def update(
        self,
        progress: Progress | None = None,
        *,
        workers: int = 1,
        wait: float = PATIENCE,
        follower: Follower | None = None,  # noqa: ARG002 - it reads the archive for itself
        is_growing: IsGrowing | None = None,
    ) -> UpdateReport:
        """Index the records added to the archive since the last update, in `workers` processes.

        While `is_growing`, what is added meanwhile is indexed too. The `follower` gets nothing.

        Raises IndexOutdated, IndexDamaged or IndexMissing; IndexLocked if another process is still updating the index
        after `wait` seconds; and IndexUnreachable, after which the next update goes on where this one ended.
        """
        while True:
            identity, build, stored = self._updatable()
            self._remove_left_over(build)
            if is_growing is None and not self._archive.parts.bytes_since(stored.state.position):
                return UpdateReport(indexed=0, removed=0)
            try:
                return self._update(build, identity, workers, wait).run(progress, is_growing=is_growing)
            except IndexUnusable as error:
                if isinstance(error, IndexDamaged):
                    self._mark_damaged(build, error)
                # Another process may have replaced this build with a new one, or purged articles: retry.
                if identity == self._archive.identity and self._current_build(anew=True)[0] == build:
                    raise
            finally:
                self._forget()

    def _remove_left_over(self, current: Build) -> None:
        """Delete the builds of a rebuild that was killed after it switched: they may have purged texts."""
        with suppress(IndexLocked), locked(self._archive.folder / _REBUILD_LOCK, 0):
            self._builds.remove_others(current)

    def _update(
        self, build: Build, identity: Identity, workers: int, wait: float, *, is_searched: bool = True
    ) -> Update:
        return Update(
            self._connection,
            build,
            self._archive,
            identity,
            self._archive.folder / _UPDATE_LOCK,
            topics=self._topics,
            workers=workers,
            wait=wait,
            is_searched=is_searched,
        )

    def rebuild(  # noqa: PLR0913 - all are independent
        self,
        progress: Progress | None = None,
        *,
        workers: int = 1,
        only_if_unusable: bool = False,
        wait: float = PATIENCE,
        follower: Follower | None = None,  # noqa: ARG002 - as in `update`
        is_growing: IsGrowing | None = None,
    ) -> UpdateReport:
        """Index the whole archive into a new build, switch to it when it is complete, and delete the others.

        An interrupted rebuild is resumed; the report then covers the remaining records only. With `only_if_unusable`,
        an index that another process has just rebuilt is only updated. Raises IndexLocked if another process is still
        rebuilding after `wait` seconds, and IndexUnreachable. The `follower` gets nothing.
        """
        with locked(self._archive.folder / _REBUILD_LOCK, wait):
            if only_if_unusable and self._is_usable():
                return self.update(progress, workers=workers, wait=wait, is_growing=is_growing)
            report = self._build_new(progress, workers, wait, is_growing)
            self._forget()
            # Other processes may have indexed new records into the old build meanwhile: index them here, too.
            report += self.update(progress, workers=workers, wait=wait)
            build, _ = self._builds.current()
            # Until then, searches in other processes may use the build before.
            time.sleep(2 * self._state_life)
            self._builds.remove_others(build)
            return report

    def _is_usable(self) -> bool:
        try:
            self._updatable()
        except IndexUnusable:
            return False
        return True

    def _build_new(
        self, progress: Progress | None, workers: int, wait: float, is_growing: IsGrowing | None
    ) -> UpdateReport:
        """Make a build of the whole archive and switch to it. If articles are purged meanwhile, start over."""
        while True:
            identity = self._archive.identity
            build, stored = self._builds.start(identity, self._current_or_none())
            if not self._archive.parts.holds(stored.state.position):
                # The build was started when the archive had other files.
                self._builds.discard(build)
                continue
            update = self._update(build, identity, workers, wait, is_searched=False)
            try:
                report = update.run(progress, is_growing=is_growing)
                update.finish()
            except (IndexUnusable, FileNotFoundError):
                self._builds.discard(build)
                if identity == self._archive.identity:
                    raise
                continue
            if identity == self._archive.identity:
                self._builds.switch_to(build)
                return report
            # The build may have the text of articles that were purged.
            self._builds.discard(build)

    def _current_or_none(self) -> Build | None:
        try:
            return self._builds.current()[0]
        except IndexUnusable:
            return None

    def status(self) -> IndexStatus:
        """Counts and sizes. Raises IndexMissing, IndexOutdated, IndexDamaged or IndexUnreachable."""
        self._forget()
        with self.snapshot() as snapshot:
            articles, is_behind = snapshot.articles, self.needs_rebuild
        # An index that has purged articles must be rebuilt from the start of the archive.
        build, stored = self._builds.current()
        position = START if is_behind else stored.state.position
        return IndexStatus(
            articles=articles,
            behind_bytes=self._archive.parts.bytes_since(position),
            size_bytes=self._builds.size(build),
        )

    def close(self) -> None:
        """Close what is open in the cluster."""
        with self._lock:
            opened, self._open = self._open, None
        if opened is not None:
            opened.point.close()
        self._words.close()


def _content_of(state: State) -> object:
    """What is only in a state after one commit."""
    return state.position, state.runs


def _is_up_to_date(opened: _Opened, build: Build, stored: Stored, identity: Identity) -> bool:
    """Whether a generation is the last committed one."""
    if (opened.build, opened.identity) != (build, identity) or opened.point.renewals:
        return False
    before, now = opened.stored.state, stored.state
    # While articles are being written, the generation before is still the last one.
    return now.generation == before.generation or (not before.is_writing and now.generation == before.generation + 1)
