"""The folder of the index on disk: the current build, and the archive position up to which it is indexed.

    index/CURRENT                  the name of the current build
    index/<build>/                 a Whoosh index
    index/<build>/position.7.json  the archive position of generation 7, and the sha256 of its table of contents
    index/<build>/DAMAGED          the reason why the build is marked as damaged; normally there is no such file
    index/REBUILDLOCK              held by the process that makes a new build
    index/<build>/UPDATELOCK       held by the process that reads the archive and commits
    index/<build>/MERGELOCK        held by the process that merges segments

Whoosh has a write lock, too. A lock ends with the process that holds it. The position of a generation is
written before the generation is committed. A crash between the two leaves a position file for a generation
that doesn't exist, and the last committed generation keeps its own position.
"""

import hashlib
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from whoosh.index import TOC

from newsarchive.archive import START, Identity, Position
from newsarchive.archive.locks import Held, take_lock
from newsarchive.durable import replace_file, sync_folder
from newsarchive.errors import IndexDamaged, IndexLocked, IndexMissing, IndexOutdated, SearchError
from newsarchive.search.index_reports import PATIENCE
from newsarchive.search.whoosh_index.storage.contents import contents_file, last_generation, read_contents
from newsarchive.search.whoosh_index.storage.durable_storage import DurableStorage
from newsarchive.search.whoosh_index.storage.schema import INDEX_FORMAT, make_schema
from newsarchive.search.whoosh_index.storage.segment import INDEX_NAME
from newsarchive.wording import worded

_DAMAGED = "DAMAGED"


@dataclass(frozen=True, slots=True)
class Build:
    """One Whoosh index: its folder and its last committed generation."""

    folder: Path
    generation: int


@dataclass(frozen=True, slots=True)
class _State:
    """The position file of a generation: the indexed archive, the position in it, and the index format.

    `committed` is when the generation was committed, in seconds since 1970; 0 if an earlier version committed it.
    """

    format: int
    archive: str
    archive_generation: int
    position: Position
    contents: str
    """The sha256 of the table of contents."""
    committed: int = 0

    def to_json(self) -> bytes:
        values = asdict(self)
        return json.dumps({**values, "sha256": _digest(values)}).encode()

    @classmethod
    def from_json(cls, content: bytes) -> "_State":
        """Parse the file. Raises ValueError, TypeError or KeyError if it is damaged."""
        values = json.loads(content)
        if values.pop("sha256") != _digest(values):
            raise ValueError(worded("its checksum is wrong"))
        return cls(**{**values, "position": Position(*values["position"])})


def _digest(values: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


class IndexFolder:
    """The builds of one archive's index."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._current_file = folder / "CURRENT"

    def current(self, identity: Identity) -> tuple[Build, Position]:
        """The current build, and the position up to which it has read the archive.

        Raises IndexMissing, IndexOutdated if the build is for another archive or has another format, or IndexDamaged.
        """
        while True:
            build = self.latest()
            try:
                return build, self.check(build, identity)
            except (FileNotFoundError, IndexDamaged, IndexOutdated) as error:
                # Another process may have removed the file in a commit or rebuild: retry with the newer build.
                if self.latest() != build:
                    continue
                if isinstance(error, FileNotFoundError):
                    raise IndexDamaged(
                        worded("a file of the index in {folder} is missing", folder=build.folder)
                    ) from error
                raise

    def check(self, build: Build, identity: Identity) -> Position:
        """The position up to which a build has read the archive.

        Raises IndexOutdated if the build is for another archive, has another format, or was started before articles
        were purged; IndexDamaged; and FileNotFoundError.
        """
        state = self._checked(build, identity)
        if state.archive_generation != identity.generation:
            raise IndexOutdated(
                worded("articles were purged or lost since the index in {folder} was built", folder=self._folder)
            )
        return state.position

    def archive_generation(self, build: Build, identity: Identity) -> int:
        """The generation of the archive that a build has read.

        If it is earlier than the archive's current generation, articles were purged since. The build can still be
        searched without those articles, but not updated, because its position is void. Raises IndexOutdated if the
        build is for another archive or has another format, IndexDamaged, and FileNotFoundError.
        """
        return self._checked(build, identity).archive_generation

    def _checked(self, build: Build, identity: Identity) -> _State:
        state = _state(build)
        if state.format != INDEX_FORMAT:
            raise IndexOutdated(worded("the index in {folder} has another format", folder=self._folder))
        if state.archive != identity.archive:
            raise IndexOutdated(worded("the index in {folder} belongs to another archive", folder=self._folder))
        if state.archive_generation > identity.generation:
            raise IndexOutdated(
                worded(
                    "the index in {folder} is newer than the archive: was an older copy restored?", folder=self._folder
                )
            )
        if (build.folder / _DAMAGED).exists():
            raise IndexDamaged((build.folder / _DAMAGED).read_text(encoding="utf-8", errors="replace"))
        contents = contents_file(build.folder, build.generation)
        if contents.is_dir() or hashlib.sha256(contents.read_bytes()).hexdigest() != state.contents:
            raise IndexDamaged(worded("{contents} is damaged", contents=contents))
        read_contents(build.folder, build.generation)
        return state

    def committed_at(self, build: Build) -> int:
        """When a build was committed, in seconds since 1970; 0 if it is unknown. Raises IndexOutdated."""
        return _state(build).committed

    def mark_damaged(self, build: Build, damage: IndexDamaged) -> None:
        """Mark a build as damaged on disk, so that the next update rebuilds the index."""
        with suppress(OSError):
            replace_file(build.folder / _DAMAGED, damage.reason.encode())

    def latest(self) -> Build:
        """The current build, without checking it; raises IndexMissing."""
        name = self._current_name()
        while True:
            try:
                return _latest(self._folder / name)
            except (FileNotFoundError, IndexMissing) as error:
                # A rebuild may have switched to another build and deleted this one in the meantime.
                before, name = name, self._current_name()
                if name == before:
                    raise IndexMissing(worded("the index in {folder} is empty", folder=self._folder)) from error

    def _current_name(self) -> str:
        try:
            name = self._current_file.read_bytes().strip()
        except FileNotFoundError as error:
            raise IndexMissing(worded("there is no index in {folder}", folder=self._folder)) from error
        except IsADirectoryError as error:
            raise IndexMissing(
                worded("{current_file} must be a file, but is a folder", current_file=self._current_file)
            ) from error
        if not name.isdigit():
            raise IndexMissing(worded("{current_file} is damaged", current_file=self._current_file))
        return name.decode()

    @contextmanager
    def rebuilding(self, wait: float = PATIENCE) -> Iterator[None]:
        """Keep other rebuilds out; raises IndexLocked if another rebuild is still running after `wait` seconds."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with locked(self._folder / "REBUILDLOCK", wait, worded("building the index")):
            yield

    def start_build(self, identity: Identity) -> Build:
        """A build that is not yet current: an unfinished build to resume, or else a new, empty build."""
        self._folder.mkdir(parents=True, exist_ok=True)
        names = [path.name for path in self._builds()]
        try:
            current = self._current_name()
        except IndexMissing:
            current = ""
        for name in reversed(names):
            if name > current and (unfinished := self._unfinished(self._folder / name, identity)) is not None:
                return unfinished
        folder = self._folder / f"{int(max(names, default='0')) + 1:06d}"
        folder.mkdir()
        TOC.create(open_storage(folder, identity, START), make_schema(), INDEX_NAME)
        return Build(folder, 0)

    def _unfinished(self, folder: Path, identity: Identity) -> Build | None:
        try:
            build = _latest(folder)
            self.check(build, identity)
        except (SearchError, OSError):
            return None
        return build

    def make_current(self, build: Build) -> None:
        """Switch to a build atomically."""
        replace_file(self._current_file, build.folder.name.encode() + b"\n")

    def remove_others(self) -> tuple[str, ...]:
        """Delete all builds except the current one. Call it inside `rebuilding`.

        A process that has a deleted build open can go on reading it. Returns the paths that could not be deleted, each
        with the reason.
        """
        current, left = self._current_name(), []
        for path in self._builds():
            if path.name != current:
                try:
                    shutil.rmtree(path)
                except OSError as error:
                    left.append(worded("{path}: {error}", path=path, error=error.strerror or error))
        sync_folder(self._folder)
        return tuple(left)

    def remove_left_over(self) -> None:
        """Delete old builds left by a process that was killed after it switched to its new build.

        Old builds use disk space and may have the text of articles that were purged since. Builds newer than the
        current one are unfinished: they stay, so that they can be resumed. Does nothing during a rebuild, or if the
        folder is read-only.
        """
        current = self._current_name()
        if all(path.name >= current for path in self._builds()):
            return
        with suppress(IndexLocked, OSError), self.rebuilding(0):
            current = self._current_name()
            for path in self._builds():
                if path.name < current:
                    shutil.rmtree(path)

    def _builds(self) -> list[Path]:
        """The folders of all builds, the oldest first."""
        return sorted(path for path in self._folder.iterdir() if path.name.isdigit())

    def discard(self, build: Build) -> None:
        """Delete a build that is not current. Raises OSError."""
        shutil.rmtree(build.folder)

    def size(self) -> int:
        """The size of all files of the current build, in bytes."""
        while True:
            folder = self.latest().folder
            try:
                paths = list(folder.iterdir())
            except FileNotFoundError:
                # A rebuild has switched to another build in the meantime.
                continue
            nbytes = 0
            for path in paths:
                with suppress(FileNotFoundError):
                    nbytes += path.stat().st_size
            return nbytes


@contextmanager
def locked(path: Path, wait: float, doing: str) -> Iterator[None]:
    """Hold a lock while `doing` something. Raises IndexLocked if another process still has it after `wait` seconds."""
    try:
        lock = take_lock(path, wait)
    except Held as held:
        raise IndexLocked(
            worded(
                "{parent}: another process (number {holder}) is {doing}: {advice}",
                parent=path.parent,
                holder=held.holder,
                doing=doing,
                advice=held.advice,
            )
        ) from held
    with lock:
        yield


def _latest(folder: Path) -> Build:
    """The last generation in a folder. Raises FileNotFoundError, and IndexMissing if there is none."""
    generation = last_generation(folder)
    if generation < 0:
        raise IndexMissing(worded("the index in {folder} is empty", folder=folder))
    return Build(folder, generation)


def _state(build: Build) -> _State:
    try:
        return _State.from_json(_state_file(build.folder, build.generation).read_bytes())
    except (FileNotFoundError, IsADirectoryError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexOutdated(
            worded("the index in {folder} has no file with its archive position", folder=build.folder)
        ) from error


def committed_position(folder: Path) -> Position:
    """The archive position of the last commit in a build's folder. Call it while no other process commits."""
    return _state(_latest(folder)).position


def open_storage(folder: Path, identity: Identity, position: Position) -> DurableStorage:
    """The storage of a build, for a commit after which the index has read the archive up to `position`."""

    def before_publishing(generation: int, contents: str) -> None:
        committed = max(int(time.time()), _last_committed(folder) + 1)
        state = _State(INDEX_FORMAT, identity.archive, identity.generation, position, contents, committed)
        replace_file(_state_file(folder, generation), state.to_json())
        for old in folder.glob("position.*.json"):
            if int(old.name.split(".")[1]) < generation - 1:
                old.unlink(missing_ok=True)

    return DurableStorage(folder, before_publishing)


def _last_committed(folder: Path) -> int:
    """The latest time of a commit in any build beside `folder`.

    Each commit gets a later one, even if the clock was set back: HTTP clients are told that nothing has changed since.
    """
    times = [0]
    for path in folder.parent.glob("*/position.*.json"):
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            times.append(_State.from_json(path.read_bytes()).committed)
    return max(times)


def _state_file(folder: Path, generation: int) -> Path:
    return folder / f"position.{generation}.json"
