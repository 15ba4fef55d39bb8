"""`WhooshEngine`: the search index of one archive on one machine."""

import gc
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

from newsarchive.archive import START, Archive, Identity, Position
from newsarchive.errors import IndexDamaged, IndexOutdated, IndexUnusable
from newsarchive.search.engine import Follower, IsGrowing
from newsarchive.search.index_reports import PATIENCE, IndexStatus, Progress, UpdateReport
from newsarchive.search.whoosh_index.querying.snapshot import WhooshSnapshot
from newsarchive.search.whoosh_index.storage.folder import Build, IndexFolder, committed_position
from newsarchive.search.whoosh_index.updating.update import BUFFER_BYTES, Update
from newsarchive.topics import Topics
from newsarchive.wording import worded


@dataclass(frozen=True, slots=True)
class _Opened:
    """One generation of a build, open for searching, for one state of the archive.

    `is_behind` is true if the build still has articles that were purged from the archive since.
    The snapshot leaves those articles out.
    """

    build: Build
    identity: Identity
    is_behind: bool
    snapshot: WhooshSnapshot


class WhooshEngine:
    """The index of `archive` in `folder`. Threads may share one object.

    Each search sees the last committed generation, whichever process committed it. `topics` says which topics an
    article has. `buffer_bytes` is the approximate memory that an update may use for words not yet written.
    """

    def __init__(
        self,
        folder: Path,
        archive: Archive,
        *,
        topics: Topics | None = None,
        buffer_bytes: int = BUFFER_BYTES,
    ) -> None:
        self._archive = archive
        self._topics = topics or Topics()
        self._folder = IndexFolder(folder)
        self._buffer_bytes = buffer_bytes
        self._lock = threading.Lock()
        self._open: _Opened | None = None
        self._replaced: weakref.ref[WhooshSnapshot] | None = None

    @contextmanager
    def snapshot(self) -> Iterator[WhooshSnapshot]:
        """The last committed generation. Raises IndexMissing, IndexOutdated or IndexDamaged.

        If the context raises IndexDamaged, the build is marked as damaged, so that the next update rebuilds it.
        """
        with self._using(self._opened()) as opened:
            yield opened.snapshot

    @contextmanager
    def _using(self, opened: _Opened) -> Iterator[_Opened]:
        try:
            yield opened
        except IndexDamaged as damage:
            self._folder.mark_damaged(opened.build, damage)
            raise
        finally:
            self._release_replaced()

    def _release_replaced(self) -> None:
        """Close the files of a replaced build once its snapshot is no longer used.

        The snapshot's objects refer to each other, so its deleted files take up disk space until they are
        garbage-collected.
        """
        if self._replaced is not None and self._replaced() is None:
            self._replaced = None
            gc.collect()

    def _opened(self) -> _Opened:
        """The last committed generation. Segments that are already open stay open and keep their caches."""
        with self._lock:
            while True:
                build, identity = self._folder.latest(), self._archive.identity
                if self._open is not None and (self._open.build, self._open.identity) == (build, identity):
                    return self._open
                try:
                    generation = self._folder.archive_generation(build, identity)
                    is_behind = generation < identity.generation
                    purged = self._purged_since(generation) if is_behind else frozenset()
                    snapshot = WhooshSnapshot(
                        build,
                        identity,
                        purged,
                        archive_generation=generation,
                        committed_at=self._folder.committed_at(build),
                    )
                    self._switch_to(_Opened(build, identity, is_behind, snapshot))
                except (FileNotFoundError, IndexDamaged, IndexOutdated) as error:
                    # Another process may have removed the file in a commit or rebuild: retry with the newer build.
                    if self._folder.latest() == build:
                        self._give_up(build, error)

    def _switch_to(self, opened: _Opened) -> None:
        """Search a newer generation."""
        if self._open is not None and self._open.build.folder != opened.build.folder:
            self._replaced = weakref.ref(self._open.snapshot)
        self._open = opened

    def _purged_since(self, generation: int) -> frozenset[str]:
        """The ids purged since a generation of the archive; raises IndexOutdated if there is no record of them."""
        if not self._archive.parts.knows_purges_since(generation):
            raise IndexOutdated(
                worded("articles were purged since the index was built, and there is no record of which")
            )
        return self._archive.purged_since(generation)

    @property
    def needs_rebuild(self) -> bool:
        """Whether the last search used an index that was built before a purge."""
        opened = self._open
        return opened is not None and opened.is_behind

    def check(self) -> None:
        """Raise IndexMissing, IndexOutdated or IndexDamaged if the index needs a rebuild, even if searches work."""
        self._opened()
        self._current()

    def _give_up(self, build: Build, error: Exception) -> NoReturn:
        """Raise the error for a build that is still current, and mark the build if it is damaged."""
        if _is_missing_in(build, error):
            damage = _missing(build)
            self._folder.mark_damaged(build, damage)
            raise damage from error
        if isinstance(error, IndexDamaged):
            self._folder.mark_damaged(build, error)
        raise error

    def update(
        self,
        progress: Progress | None = None,
        *,
        workers: int = 1,
        wait: float = PATIENCE,
        follower: Follower | None = None,
        is_growing: IsGrowing | None = None,
    ) -> UpdateReport:
        """Index the records added to the archive since the last update, in `workers` processes.

        The `follower` gets what this process reads. While `is_growing`, what is added meanwhile is indexed too.

        Raises IndexOutdated, IndexDamaged or IndexMissing, and IndexLocked if another process is still updating the
        index after `wait` seconds.
        """
        while True:
            identity, build, position = self._current()
            self._folder.remove_left_over()
            if is_growing is None and not self._archive.parts.bytes_since(position):
                return UpdateReport(indexed=0, removed=0)
            try:
                update = self._update(build, identity, workers, wait)
                return update.run(progress, follower=follower, is_growing=is_growing)
            except (FileNotFoundError, IndexDamaged, IndexOutdated) as error:
                # Another process may have committed, or replaced this build with a new one: retry.
                if self._folder.latest() == build:
                    self._give_up(build, error)

    def _current(self) -> tuple[Identity, Build, Position]:
        """The identity of the archive, the current build, and the position up to which it has read the archive.

        Raises IndexOutdated, IndexDamaged or IndexMissing if the build can't be updated.
        """
        while True:
            identity = self._archive.identity
            try:
                build, position = self._folder.current(identity)
                # The missing end of an archive may be restored from a backup, so the index is kept until then.
                if not self._archive.parts.holds(position) and not self._archive.missing():
                    raise IndexOutdated(
                        worded("the archive is not the one that was indexed: an older copy of its files was restored")
                    )
            except (IndexDamaged, IndexOutdated):
                # Another process may have purged articles and rebuilt the index since the identity was read.
                if identity == self._archive.identity:
                    raise
            else:
                return identity, build, position

    def _update(self, build: Build, identity: Identity, workers: int, wait: float) -> Update:
        return Update(
            build,
            self._archive,
            identity,
            topics=self._topics,
            buffer_bytes=self._buffer_bytes,
            workers=workers,
            wait=wait,
        )

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
        """Index the whole archive into a new build, switch to it when it is complete, and delete the others.

        An interrupted rebuild is resumed; the report then covers the remaining records only. The `follower` gets what
        this process reads. With `only_if_unusable`,
        an index that another process has just rebuilt is only updated. Raises IndexLocked if another process is still
        rebuilding after `wait` seconds.
        """
        with self._folder.rebuilding(wait):
            if only_if_unusable and self._is_usable():
                report = self.update(progress, workers=workers, wait=wait, follower=follower, is_growing=is_growing)
            else:
                report = self._build_and_catch_up(progress, workers, wait, follower, is_growing)
            return replace(report, undeleted=self._folder.remove_others())

    def _is_usable(self) -> bool:
        try:
            self._current()
        except IndexUnusable:
            return False
        return True

    def _build_and_catch_up(
        self,
        progress: Progress | None,
        workers: int,
        wait: float,
        follower: Follower | None,
        is_growing: IsGrowing | None,
    ) -> UpdateReport:
        while True:
            identity, built = self._build_new(progress, workers, wait, follower, is_growing)
            try:
                # Other processes may have indexed new records into the old build meanwhile: index them here, too.
                rest = self.update(progress, workers=workers, wait=wait, follower=follower)
            except (IndexDamaged, IndexOutdated):
                # The new build has articles that were purged a moment ago: start over.
                if identity == self._archive.identity:
                    raise
            else:
                return built + rest

    def _build_new(
        self,
        progress: Progress | None,
        workers: int,
        wait: float,
        follower: Follower | None,
        is_growing: IsGrowing | None,
    ) -> tuple[Identity, UpdateReport]:
        """Create a build and switch to it; returns the identity of the indexed archive and the report."""
        while True:
            identity = self._archive.identity
            build = self._folder.start_build(identity)
            if not self._archive.parts.holds(committed_position(build.folder)):
                # The build was started when the archive had other files.
                self._folder.discard(build)
                continue
            try:
                update = self._update(build, identity, workers, wait)
                report = update.run(progress, into_one=True, follower=follower, is_growing=is_growing)
            except (FileNotFoundError, IndexDamaged, IndexOutdated) as error:
                self._begin_again(build, identity, error)
                continue
            if identity == self._archive.identity:
                self._folder.make_current(build)
                return identity, report
            # Articles were purged meanwhile: the build may have their text, so it must not be resumed.
            self._folder.discard(build)

    def _begin_again(self, build: Build, identity: Identity, error: Exception) -> None:
        """Discard an unfinished build; raises errors that would happen in a new build, too."""
        is_damaged = isinstance(error, IndexDamaged) or _is_missing_in(build, error)
        was_purged = identity != self._archive.identity
        if not (is_damaged or was_purged):
            raise error
        self._folder.discard(build)
        # Start over if the build was resumed, as the damage may be old, or if articles were purged meanwhile.
        if build.generation or was_purged:
            return
        if isinstance(error, IndexDamaged):
            raise error
        raise _missing(build) from error

    def status(self) -> IndexStatus:
        """Counts and sizes. Raises IndexMissing, IndexOutdated or IndexDamaged."""
        while True:
            with self._using(self._opened()) as opened:
                articles = opened.snapshot.articles
            try:
                # An index that has purged articles must be rebuilt from the start of the archive.
                position = START if opened.is_behind else self._current()[2]
            except (IndexDamaged, IndexOutdated):
                if self._opened() is opened:
                    raise
            else:
                return IndexStatus(
                    articles=articles,
                    behind_bytes=self._archive.parts.bytes_since(position),
                    size_bytes=self._folder.size(),
                )

    def close(self) -> None:
        """Close the files."""
        with self._lock:
            self._open = None


def _is_missing_in(build: Build, error: Exception) -> bool:
    """Whether the missing file belongs to the build, not to the archive."""
    if not isinstance(error, FileNotFoundError):
        return False
    return error.filename is None or Path(error.filename).is_relative_to(build.folder)


def _missing(build: Build) -> IndexDamaged:
    return IndexDamaged(worded("a file of the index in {folder} is missing", folder=build.folder))
