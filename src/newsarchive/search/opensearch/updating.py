"""Bring a build up to date: read the archive after its position, and commit one range after another.

The order of a commit: the state becomes odd (`State.generation`), the articles are written and made visible, the
changes of words are written, and the state gets the new position. If this is interrupted, the next update writes the
same articles again, which changes nothing, because each has the place of its revision as its version.

Every commit begins with a new state, also after one that was interrupted. So of two writers, only the one that began
last can commit; the other one is told, and none of what it wrote counts.
"""

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from newsarchive.archive import Archive, Identity, Position
from newsarchive.archive.locks import Held, take_lock
from newsarchive.errors import IndexLocked, IndexMissing, IndexOutdated
from newsarchive.search.engine import IsGrowing
from newsarchive.search.index_reports import PATIENCE, Progress, UpdateReport
from newsarchive.search.indexing.archive_ranges import cut, cut_marked
from newsarchive.search.opensearch.builds import Build
from newsarchive.search.opensearch.bulk import send
from newsarchive.search.opensearch.connection import Connection
from newsarchive.search.opensearch.preparing import RANGE_BYTES, Action, Prepared, prepare_all
from newsarchive.search.opensearch.records import files_of, write_description
from newsarchive.search.opensearch.state import Retired, Run, State, Stored, read_state, write_state
from newsarchive.search.opensearch.word_runs import Change, RunGone, added_up, delete_runs, merged, new_name, write_run
from newsarchive.topics import Topics
from newsarchive.wording import worded

KEEP_RETIRED = 60
"""Seconds for which runs of words are kept that were replaced. A reader needs them for a moment: until it has read the
runs of a state that it has read."""
COMMIT_BYTES = 32 << 20
"""Archive bytes after which what was read is committed."""
_ARTICLES_AT_ONCE = 500
"""Articles of one request."""
_NOTHING = UpdateReport(indexed=0, removed=0)


class Update:
    """One update of a build. `is_searched` is whether searches should see every commit, or only the last.

    `identity` is the archive's identity when its position was read: after a purge, nothing more is committed. Another
    update on this machine is waited for `wait` seconds; `lock` is the file that says so.
    """

    def __init__(  # noqa: PLR0913 - each setting is a parameter of its own
        self,
        connection: Connection,
        build: Build,
        archive: Archive,
        identity: Identity,
        lock: Path,
        *,
        topics: Topics,
        workers: int = 1,
        wait: float = PATIENCE,
        is_searched: bool = True,
    ) -> None:
        self._connection = connection
        self._build = build
        self._archive = archive
        self._identity = identity
        self._lock = lock
        self._topics = topics
        self._workers = workers
        self._wait = wait
        self._is_searched = is_searched

    def run(self, progress: Progress | None = None, *, is_growing: IsGrowing | None = None) -> UpdateReport:
        """Index every record that isn't committed yet; damaged lines are skipped and named in the report.

        While `is_growing`, records that are added to the archive are indexed too. Raises IndexLocked if another process
        is updating the same index, IndexOutdated if articles were purged meanwhile, and IndexUnreachable.
        """
        report = _NOTHING
        if is_growing is not None:
            position = self._stored().state.position
            while is_growing():
                if self._archive.parts.bytes_since(position) >= RANGE_BYTES:
                    with locked(self._lock, self._wait):
                        report += self._commit_all(progress, is_growing=True)
                        position = self._stored().state.position
        with locked(self._lock, self._wait):
            return report + self._commit_all(progress)

    def finish(self) -> None:
        """Make everything visible, and merge the words, so that readers load them fast."""
        with locked(self._lock, self._wait):
            self._connection.request("POST", f"/{self._build.articles}/_refresh")
            commit = _Commit(self._connection, self._build, self._stored())
            if commit.stored.state.has_records:
                self._connection.request("POST", f"/{self._build.records}/_refresh")
                self._describe(commit.stored.state.position)
            commit.merge_words()

    def _stored(self) -> Stored:
        stored = read_state(self._connection, self._build.state)
        if stored is None:
            raise IndexMissing(worded("the index {articles} was deleted meanwhile", articles=self._build.articles))
        return stored

    def _commit_all(self, progress: Progress | None, *, is_growing: bool = False) -> UpdateReport:
        commit, report, read = _Commit(self._connection, self._build, self._stored()), _NOTHING, 0
        # Close the generator before the lock is released, or workers could go on reading.
        state = commit.stored.state
        with closing(self._prepared(state.position, is_growing=is_growing, with_lines=state.has_records)) as prepared:
            for part in prepared:
                removed = commit.send(part)
                report += UpdateReport(
                    indexed=part.present, removed=removed, damaged=part.damaged, more_damaged=part.more_damaged
                )
                read += part.records
                if commit.is_full:
                    self._finish(commit)
                if progress is not None:
                    progress(read)
            self._finish(commit)
        return report

    def _finish(self, commit: "_Commit") -> None:
        """Commit, unless articles were purged: records read while parts were replaced must not be committed."""
        if self._archive.identity != self._identity:
            raise IndexOutdated(
                worded("articles were purged while the index {articles} was updated", articles=self._build.articles)
            )
        describe = self._describe if commit.stored.state.has_records else None
        commit.finish(is_shown=self._is_searched, describe=describe)

    def _describe(self, end: Position) -> None:
        """Describe the archive up to a position, for nodes that read it from the cluster."""
        files = files_of(self._archive)
        if self._archive.identity != self._identity:
            raise IndexOutdated(
                worded("articles were purged while the index {articles} was updated", articles=self._build.articles)
            )
        write_description(self._connection, self._build.records, self._archive.parts, files, end)

    def _prepared(self, since: Position, *, is_growing: bool, with_lines: bool) -> Generator[Prepared, None, None]:
        if is_growing:
            ranges = cut_marked(self._archive, since, RANGE_BYTES)
        else:
            ranges = cut(self._archive.parts, since, RANGE_BYTES)
        workers = self._workers if self._archive.parts.bytes_since(since) >= 2 * RANGE_BYTES else 1
        if workers > 1:
            # Or all workers would begin with it, and those that only wait for one of them give up after a minute.
            self._archive.catalogue.catch_up()
        yield from prepare_all(self._archive, ranges, self._build, self._topics, workers, with_lines=with_lines)


class _Commit:
    """Writes what was prepared, and then the state that names it. After it is finished, the next one begins."""

    def __init__(self, connection: Connection, build: Build, stored: Stored) -> None:
        self.stored = stored
        self._connection = connection
        self._build = build
        self._has_begun = False
        self._parts = 0
        self._changes: list[Sequence[Change]] = []
        self.end = stored.state.position

    @property
    def is_full(self) -> bool:
        """Whether so much was sent that it should be committed."""
        return self._parts * RANGE_BYTES >= COMMIT_BYTES

    def send(self, part: Prepared) -> int:
        """Send a range; returns the number of articles that it removed."""
        if not self._has_begun:
            self._begin()
        removed = 0
        for lines in _requests(part.actions):
            removed += sum(item.get("result") == "deleted" for item in send(self._connection, lines))
        for lines in _requests(part.lines):
            send(self._connection, lines)
        self._parts += 1
        self._changes.append(part.changes)
        self.end = part.end
        return removed

    def _begin(self) -> None:
        """Say that articles are being written; whatever another writer has begun can't be committed any more."""
        state = self.stored.state
        generation = state.generation if state.is_writing else state.generation + 1
        self._replace(replace(self._naming_new_runs(), generation=generation))
        self._has_begun = True

    def _naming_new_runs(self) -> State:
        """The state with names for two new runs, in place of those that another writer may have begun."""
        state = self.stored.state
        return replace(state, pending=(new_name(), new_name()), retired=_retired(state, state.pending))

    def finish(self, *, is_shown: bool, describe: Callable[[Position], None] | None) -> None:
        """Make what was sent visible if `is_shown`, then `describe` it, and move the position behind it."""
        if not self._has_begun:
            return
        state = self.stored.state
        if is_shown:
            if describe is not None:
                # First, so that whoever finds an article can read it.
                self._connection.request("POST", f"/{self._build.records}/_refresh")
                describe(self.end)
            self._connection.request("POST", f"/{self._build.articles}/_refresh")
        first, second = state.pending
        run = write_run(self._connection, self._build.state, first, added_up(self._changes))
        runs = (*state.runs, *((run,) if run is not None else ()))
        committed = max(int(time.time()), state.committed + 1)
        moved = replace(state, position=self.end, generation=state.generation + 1, committed=committed)
        self._keep(moved, runs, self._merged(runs, second))
        self._has_begun, self._parts, self._changes = False, 0, []

    def merge_words(self) -> None:
        """Merge all runs of words into one."""
        if len(self.stored.state.runs) > 1:
            self._replace(self._naming_new_runs())
            runs = self.stored.state.runs
            self._keep(self.stored.state, runs, self._merged(runs, self.stored.state.pending[0], into_one=True))

    def _merged(self, runs: Sequence[Run], name: str, *, into_one: bool = False) -> tuple[Run, ...]:
        try:
            return merged(self._connection, self._build.state, runs, name, into_one=into_one)
        except RunGone as error:
            raise IndexLocked(
                worded(
                    "{index}: another process has updated the index meanwhile; try again later",
                    index=self._build.state,
                )
            ) from error

    def _keep(self, state: State, runs: Sequence[Run], kept: tuple[Run, ...]) -> None:
        """Write a state with some of the runs. The others are deleted by a commit that is made some time later."""
        names = [run.name for run in runs if run not in kept]
        # First, so that what is left if this is interrupted still has a name.
        overdue = {run.name for run in state.retired if time.time() - run.since >= KEEP_RETIRED}
        delete_runs(self._connection, self._build.state, sorted(overdue))
        left = tuple(run for run in _retired(state, names) if run.name not in overdue)
        self._replace(replace(state, runs=kept, pending=(), retired=left))

    def _replace(self, state: State) -> None:
        self.stored = write_state(self._connection, self._build.state, state, self.stored)


def _retired(state: State, names: Iterable[str]) -> tuple[Retired, ...]:
    """The retired runs of a state, and others that are retired now."""
    return (*state.retired, *(Retired(name, int(time.time())) for name in names))


def _requests(actions: Sequence[Action]) -> Iterator[list[Mapping[str, Any]]]:
    """The lines of actions, for one request after another."""
    for start in range(0, len(actions), _ARTICLES_AT_ONCE):
        yield list(chain.from_iterable(actions[start : start + _ARTICLES_AT_ONCE]))


@contextmanager
def locked(path: Path, wait: float) -> Iterator[None]:
    """Hold the lock of updates on this machine. Raises IndexLocked if another process still has it after the wait."""
    try:
        lock = take_lock(path, wait)
    except Held as held:
        raise IndexLocked(
            worded(
                "another process (number {holder}) is updating the index: {advice}",
                holder=held.holder,
                advice=held.advice,
            )
        ) from held
    with lock:
        yield
