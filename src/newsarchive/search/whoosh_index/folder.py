"""The folder of the index on disk: which build is current, and how far into the archive it has read.

    index/CURRENT                  the name of the current build
    index/<build>/                 a Whoosh index
    index/<build>/position.7.json  what the index of generation 7 has read, and the sha256 of its table of contents
    index/<build>/DAMAGED          written when a file turned out damaged: what was wrong

The position of a generation is written before the generation is committed. A crash in between leaves a file for
a generation that does not exist, and the last good generation with its own position.
"""

import hashlib
import json
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whoosh.index import TOC, FileIndex

from newsarchive.archive import START, Identity, Position
from newsarchive.archive.parts import replace_file
from newsarchive.errors import IndexDamaged, IndexMissing, IndexOutdated, SearchError
from newsarchive.search.whoosh_index.schema import INDEX_FORMAT, make_schema
from newsarchive.search.whoosh_index.writer import DurableStorage

_DAMAGED = "DAMAGED"


@dataclass(frozen=True, slots=True)
class Build:
    """One Whoosh index: its folder and the generation that was last committed."""

    folder: Path
    generation: int


class IndexFolder:
    """The builds of one archive's index."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._current_file = folder / "CURRENT"

    def current(self, identity: Identity) -> Build:
        """The current build.

        Raises IndexMissing, IndexOutdated where it is not of this archive and format, or IndexDamaged.
        """
        build = self.latest()
        self.check(build, identity)
        return build

    def check(self, build: Build, identity: Identity) -> None:
        """Raises IndexOutdated where a build is not of this archive and format, and IndexDamaged."""
        state = _state(build)
        if state.get("format") != INDEX_FORMAT:
            raise IndexOutdated(f"the index in {self._folder} is of another format")
        if (state.get("archive"), state.get("archive_generation")) != (identity.archive, identity.generation):
            raise IndexOutdated(f"the index in {self._folder} is of another archive, or articles were purged")
        if (build.folder / _DAMAGED).exists():
            raise IndexDamaged((build.folder / _DAMAGED).read_text())
        contents = build.folder / TOC._filename("MAIN", build.generation)  # noqa: SLF001 - nothing public says it
        if hashlib.sha256(contents.read_bytes()).hexdigest() != state.get("contents"):
            raise IndexDamaged(f"{contents} is damaged")

    def mark_damaged(self, build: Build, damage: IndexDamaged) -> None:
        """Keep in mind that a file of a build is damaged, so that the next update builds the index anew."""
        with suppress(OSError):
            (build.folder / _DAMAGED).write_text(damage.reason)

    def latest(self) -> Build:
        """The current build by name and generation alone; raises IndexMissing."""
        name = self._current_name()
        while True:
            try:
                return _latest(self._folder / name)
            except (FileNotFoundError, IndexMissing) as error:
                # A rebuild may have switched to another build, and removed this one, in between.
                before, name = name, self._current_name()
                if name == before:
                    raise IndexMissing(f"the index in {self._folder} is empty") from error

    def _current_name(self) -> str:
        try:
            return self._current_file.read_text().strip()
        except FileNotFoundError as error:
            raise IndexMissing(f"there is no index in {self._folder}") from error

    def position(self, build: Build) -> Position:
        """How far into the archive a build has read."""
        return Position(*_state(build)["position"])

    def start_build(self, identity: Identity) -> Build:
        """A build that is not yet current: one that was begun and not finished, or else a new, empty one."""
        self._folder.mkdir(parents=True, exist_ok=True)
        names = sorted(path.name for path in self._folder.iterdir() if path.name.isdigit())
        current = self._current_file.read_text().strip() if self._current_file.exists() else ""
        for name in reversed(names):
            if name > current and (unfinished := self._unfinished(self._folder / name, identity)) is not None:
                return unfinished
        folder = self._folder / f"{int(max(names, default='0')) + 1:06d}"
        folder.mkdir()
        FileIndex.create(open_storage(folder, identity, START), make_schema())
        return Build(folder, 0)

    def _unfinished(self, folder: Path, identity: Identity) -> Build | None:
        try:
            build = _latest(folder)
            self.check(build, identity)
        except SearchError:
            return None
        return build

    def make_current(self, build: Build) -> None:
        """Switch to a build in one step, and remove the others. Who has one of them open keeps reading it."""
        replace_file(self._current_file, build.folder.name.encode() + b"\n")
        for path in self._folder.iterdir():
            if path.name.isdigit() and path != build.folder:
                shutil.rmtree(path, ignore_errors=True)

    def size(self) -> int:
        """Bytes of all files of the current build."""
        return sum(path.stat().st_size for path in self.latest().folder.iterdir())


def _latest(folder: Path) -> Build:
    """The last generation in a folder. Raises FileNotFoundError, and IndexMissing where there is none."""
    names = [path.name for path in folder.iterdir()]
    generation = TOC._latest_generation(names, "MAIN")  # noqa: SLF001 - nothing public is as quick
    if generation < 0:
        raise IndexMissing(f"the index in {folder} is empty")
    return Build(folder, generation)


def _state(build: Build) -> dict[str, Any]:
    try:
        state: dict[str, Any] = json.loads(_state_file(build.folder, build.generation).read_bytes())
    except (FileNotFoundError, ValueError) as error:
        raise IndexOutdated(f"the index in {build.folder} does not say what it has read") from error
    return state


def committed_position(folder: Path) -> Position:
    """How far into the archive the last commit in a build's folder has read, while nobody else commits."""
    return Position(*_state(_latest(folder))["position"])


def open_storage(folder: Path, identity: Identity, position: Position) -> DurableStorage:
    """The files of a build, for a change after which the index will have read the archive up to a position."""

    def before_publishing(generation: int, contents: str) -> None:
        state = {
            "format": INDEX_FORMAT,
            "archive": identity.archive,
            "archive_generation": identity.generation,
            "position": position,
            "contents": contents,
        }
        replace_file(_state_file(folder, generation), json.dumps(state).encode())
        for old in folder.glob("position.*.json"):
            if int(old.name.split(".")[1]) < generation - 1:
                old.unlink(missing_ok=True)

    return DurableStorage(folder, before_publishing)


def _state_file(folder: Path, generation: int) -> Path:
    return folder / f"position.{generation}.json"
