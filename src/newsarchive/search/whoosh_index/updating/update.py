"""Update an index: read the archive after the index's position, range by range, and commit each range.

Ranges are indexed in this process or in several worker processes. This process commits the segments in
archive order, each commit with its new position. Merging comes last, so that new articles can be found
before. It writes to a separate file, so that other updates can commit meanwhile; only replacing the old
segments with that file needs a commit.
"""

import math
import multiprocessing
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from pathlib import Path

from whoosh.index import LockError

from newsarchive.archive import Archive, Identity, Position
from newsarchive.child_process import ctrl_c_held_back, end_with_parent
from newsarchive.collecting import collect_rarely
from newsarchive.errors import IndexLocked, IndexOutdated, SearchError
from newsarchive.search.engine import Follower, IsGrowing
from newsarchive.search.index_reports import PATIENCE, Progress, UpdateReport
from newsarchive.search.indexing.archive_ranges import Range, archive_of_worker, cut, cut_marked
from newsarchive.search.indexing.wordbook import BYTES_PER_RUN, Wordbook
from newsarchive.search.whoosh_index.storage.contents import last_generation, read_contents
from newsarchive.search.whoosh_index.storage.folder import Build, committed_position, locked, open_storage
from newsarchive.search.whoosh_index.storage.segment import ArraySegment
from newsarchive.search.whoosh_index.updating.archive_ranges import Indexed, index_range
from newsarchive.search.whoosh_index.updating.merging import (
    BYTES_PER_POSTING,
    merge_segments,
    segments_to_merge,
    smallest_segments,
)
from newsarchive.search.whoosh_index.updating.writer import ArrayWriter
from newsarchive.topics import Topics
from newsarchive.wording import worded

BUFFER_BYTES = 128 << 20
"""The approximate memory for the words of one range until they are written. It bounds the memory of a build."""
_BUFFER_PER_ARCHIVE_BYTE = 7
"""A word takes about twelve bytes in the archive, and `segment_builder.BYTES_PER_WORD` in memory."""
SHARED_FROM = 4 << 20
"""Worker processes are started for at least this many archive bytes, which one process indexes in about a second."""
GROWING_RANGE = 8 << 20
"""Archive bytes that are indexed together while the archive is growing."""
MOST_AT_ONCE = 64
"""The most segments to merge at a time: all are open, and a process may only open some hundred files."""
_STAGED = ".staged."
"""The prefix of the files of segments that aren't committed yet; a crash can leave such files."""
_MERGED = ".merged"
"""The name of the file of a merged segment that isn't committed yet."""


class Update:
    """One update of a build.

    `topics` says which topics an article has. `identity` is the archive's identity when its position was read: after a
    purge, nothing more is committed. `buffer_bytes` bounds the memory of each process. With 2 or more `workers`, that
    many processes index, and this process commits. If another process is updating the same build, the update waits up
    to `wait` seconds.
    """

    def __init__(  # noqa: PLR0913 - each setting is a parameter of its own
        self,
        build: Build,
        archive: Archive,
        identity: Identity,
        *,
        topics: Topics | None = None,
        buffer_bytes: int = BUFFER_BYTES,
        workers: int = 1,
        wait: float = PATIENCE,
    ) -> None:
        self._topics = topics or Topics()
        self._wait = wait
        self._folder = build.folder
        self._archive = archive
        self._identity = identity
        self._buffer_bytes = buffer_bytes
        self._workers = workers

    def run(
        self,
        progress: Progress | None,
        *,
        into_one: bool = False,
        follower: Follower | None = None,
        is_growing: IsGrowing | None = None,
    ) -> UpdateReport:
        """Index every record that isn't committed yet; damaged lines are skipped and named in the report.

        The `follower` gets what this process reads. While `is_growing`, records that are added to the archive are
        indexed too, all in this process. With `into_one`, all segments are merged at the end. Raises
        IndexLocked if another process is updating the same index, IndexDamaged, IndexOutdated if articles were purged
        meanwhile, and SearchError if a worker was killed.
        """
        if is_growing is None:
            report = self._commit_all(lambda since: self._index(since, follower), progress)
        else:
            report = self._follow(is_growing, follower, progress)
        self._merge_alone(into_one=into_one)
        return report

    def _follow(self, is_growing: IsGrowing, follower: Follower | None, progress: Progress | None) -> UpdateReport:
        """Index what is added to the archive. Other updates wait for a range at most, not until the archive is done."""
        report = UpdateReport(indexed=0, removed=0)
        wordbook = _wordbook_for(self._buffer_bytes)

        def index_marked(since: Position) -> Generator[Indexed, None, None]:
            return self._index_here(cut_marked(self._archive, since, GROWING_RANGE), follower, wordbook)

        def index_rest(since: Position) -> Generator[Indexed, None, None]:
            return self._index_here(cut(self._archive.parts, since, GROWING_RANGE), follower, wordbook)

        while is_growing():
            if self._archive.parts.bytes_since(committed_position(self._folder)) >= GROWING_RANGE:
                report += self._commit_all(index_marked, progress)
        return report + self._commit_all(index_rest, progress)

    def _commit_all(
        self, index: Callable[[Position], Generator[Indexed, None, None]], progress: Progress | None
    ) -> UpdateReport:
        """Commit what is indexed after the last committed position."""
        report = UpdateReport(indexed=0, removed=0)
        read = 0
        # Close the generator before the lock is released, or workers could go on writing.
        with self._alone(self._wait), closing(index(committed_position(self._folder))) as ranges:
            for done in ranges:
                self._check_identity()
                report += UpdateReport(
                    indexed=len(done.present),
                    removed=self._take_in(done),
                    damaged=done.damaged,
                    more_damaged=done.more_damaged,
                )
                read += done.records
                if progress is not None:
                    progress(read)
        return report

    def _check_identity(self) -> None:
        """Raise IndexOutdated after a purge: records read while parts were replaced must not be committed."""
        if self._archive.identity != self._identity:
            raise IndexOutdated(
                worded("articles were purged while the index in {folder} was updated", folder=self._folder)
            )

    @contextmanager
    def _alone(self, patience: float) -> Iterator[None]:
        """Keep other updates out, and delete files left by a crashed update."""
        with locked(self._folder / "UPDATELOCK", patience, worded("updating the index")):
            self._clear(_STAGED)
            yield

    def _clear(self, name: str) -> None:
        for left in self._folder.glob(f"*{name}*"):
            left.unlink()

    def _index(self, since: Position, follower: Follower | None = None) -> Generator[Indexed, None, None]:
        """Index the records after a position, in ranges of about the same size."""
        parts = self._archive.parts
        nbytes = parts.bytes_since(since)
        if not nbytes:
            return self._index_here(())
        workers = self._workers if nbytes >= SHARED_FROM else 1
        # Each process gets the same number of ranges, so that all finish at about the same time.
        rounds = math.ceil(nbytes * _BUFFER_PER_ARCHIVE_BYTE / self._buffer_bytes / workers)
        ranges = cut(parts, since, math.ceil(nbytes / (rounds * workers)))
        return self._index_here(ranges, follower) if workers < 2 else self._index_in_processes(ranges)

    def _index_here(
        self, ranges: Iterable[Range], follower: Follower | None = None, wordbook: Wordbook | None = None
    ) -> Generator[Indexed, None, None]:
        wordbook = wordbook or _wordbook_for(self._buffer_bytes)
        for number, records in enumerate(ranges):
            yield index_range(
                self._archive,
                records,
                self._staged(number),
                self._buffer_bytes,
                wordbook,
                topics=self._topics,
                follower=follower,
            )

    def _index_in_processes(self, ranges: Iterable[Range]) -> Generator[Indexed, None, None]:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(self._workers, mp_context=context, initializer=_begin) as pool:
            running: deque[Future[Indexed]] = deque()
            try:
                for number, records in enumerate(ranges):
                    arguments = self._archive.folder, records, self._staged(number), self._buffer_bytes, self._topics
                    with ctrl_c_held_back():
                        running.append(pool.submit(_index_range, *arguments))
                    if len(running) > self._workers:
                        yield running.popleft().result()
                while running:
                    yield running.popleft().result()
            except BrokenProcessPool as error:
                raise SearchError(
                    worded(
                        "{folder}: a process that was indexing was killed, most likely for lack of memory; "
                        "try again with fewer --workers, or a smaller index_memory",
                        folder=self._folder,
                    )
                ) from error
            except MemoryError as error:
                raise SearchError(
                    worded(
                        "{folder}: there is not enough memory for {workers} processes; try again with fewer "
                        "--workers, or a smaller index_memory",
                        folder=self._folder,
                        workers=self._workers,
                    )
                ) from error
            finally:
                pool.shutdown(cancel_futures=True)

    def _staged(self, number: int) -> Path:
        return self._folder / f"{_STAGED}{number}"

    def _take_in(self, done: Indexed) -> int:
        """Commit a range; returns the number of articles it removed from the index."""
        with self._writer(done.end) as writer:
            deleted = writer.delete_by_id(done.ids)
            for staged in done.segments:
                writer.adopt(staged.path, staged.documents, staged.deleted)
            writer.commit()
        return len(deleted - done.present)

    def _merge_alone(self, *, into_one: bool) -> None:
        """Merge, unless another process is merging; with `into_one`, wait for that process."""
        with ExitStack() as held:
            try:
                held.enter_context(
                    locked(self._folder / "MERGELOCK", self._wait if into_one else 0, worded("merging the index"))
                )
            except IndexLocked:
                if into_one:
                    raise
                return
            self._merge(into_one=into_one)

    def _merge(self, *, into_one: bool) -> None:
        """Merge segments as long as any are due."""
        self._clear(_MERGED)
        with self._alone(math.inf):
            chosen = self._due(into_one=into_one)
        while chosen:
            merged = merge_segments(
                chosen, self._folder, self._folder / _MERGED, self._buffer_bytes // BYTES_PER_POSTING
            )
            with self._alone(math.inf):
                with self._writer(committed_position(self._folder)) as writer:
                    if not writer.replace(merged):
                        return
                    writer.commit()
                chosen = self._due(into_one=into_one)

    def _due(self, *, into_one: bool) -> list[ArraySegment]:
        segments: list[ArraySegment] = read_contents(self._folder, last_generation(self._folder)).segments
        if into_one and (len(segments) > 1 or any(segment.has_deletions() for segment in segments)):
            return smallest_segments(segments, MOST_AT_ONCE)
        return smallest_segments(segments_to_merge(segments), MOST_AT_ONCE)

    def _writer(self, position: Position) -> ArrayWriter:
        """A writer whose commit has the given archive position."""
        try:
            return ArrayWriter(open_storage(self._folder, self._identity, position))
        except LockError as error:
            raise IndexLocked(
                worded("{folder}: another process is writing to the index; try again later", folder=self._folder)
            ) from error


def _begin() -> None:
    """Prepare a worker process."""
    collect_rarely()
    end_with_parent()


def _index_range(folder: Path, records: Range, staged: Path, buffer_bytes: int, topics: Topics) -> Indexed:
    archive = archive_of_worker(folder)
    return index_range(archive, records, staged, buffer_bytes, _wordbook(buffer_bytes), topics=topics)


@cache
def _wordbook(buffer_bytes: int) -> Wordbook:
    """The wordbook of a worker process, which indexes one range at a time."""
    return _wordbook_for(buffer_bytes)


def _wordbook_for(buffer_bytes: int) -> Wordbook:
    """A wordbook that takes about as much memory as the buffered words."""
    return Wordbook(buffer_bytes // BYTES_PER_RUN)
