"""The folder of the index on disk: which build is current, and how far into the archive it has read.

    index/CURRENT                  the name of the current build
    index/<build>/                 a Whoosh index
    index/<build>/position.7.json  what the index of generation 7 has read

The position of a generation is written before the generation is committed. A crash in between leaves a file for
a generation that does not exist, and the last good generation with its own position.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whoosh import index as whoosh_store

from newsarchive.archive import START, Identity, Position
from newsarchive.archive.parts import replace_file
from newsarchive.errors import IndexMissing, IndexOutdated
from newsarchive.search.whoosh_index.schema import INDEX_FORMAT, make_schema

REBUILD = "run 'newsarchive reindex'"


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
        """The current build; raises IndexMissing, or IndexOutdated where it is not of this archive and format."""
        build = self.latest()
        state = self._state(build)
        if state.get("format") != INDEX_FORMAT:
            raise IndexOutdated(f"the index in {self._folder} is of another format; {REBUILD}")
        if (state.get("archive"), state.get("archive_generation")) != (identity.archive, identity.generation):
            raise IndexOutdated(
                f"the index in {self._folder} is of another archive, or articles were purged; {REBUILD}"
            )
        return build

    def latest(self) -> Build:
        """The current build by name and generation alone; raises IndexMissing."""
        try:
            folder = self._folder / self._current_file.read_text().strip()
            generation = whoosh_store.TOC._latest_generation(_Names(folder), "MAIN")  # noqa: SLF001 - nothing public is as quick
        except FileNotFoundError as error:
            raise IndexMissing(f"there is no index in {self._folder}; {REBUILD}") from error
        if generation < 0:
            raise IndexMissing(f"the index in {folder} is empty; {REBUILD}")
        return Build(folder, generation)

    def position(self, build: Build) -> Position:
        """How far into the archive a build has read."""
        return Position(*self._state(build)["position"])

    def _state(self, build: Build) -> dict[str, Any]:
        try:
            state: dict[str, Any] = json.loads(_state_file(build.folder, build.generation).read_bytes())
        except (FileNotFoundError, ValueError) as error:
            raise IndexOutdated(f"the index in {build.folder} does not say what it has read; {REBUILD}") from error
        return state

    def start_build(self, identity: Identity) -> Build:
        """A new, empty build, not yet current."""
        self._folder.mkdir(parents=True, exist_ok=True)
        number = 1 + max((int(path.name) for path in self._folder.iterdir() if path.name.isdigit()), default=0)
        folder = self._folder / f"{number:06d}"
        folder.mkdir()
        write_position(folder, 0, identity, START)
        whoosh_store.create_in(str(folder), make_schema())
        return Build(folder, 0)

    def make_current(self, build: Build) -> None:
        """Switch to a build in one step, and remove the others. Who has one of them open keeps reading it."""
        replace_file(self._current_file, build.folder.name.encode() + b"\n")
        for path in self._folder.iterdir():
            if path.name.isdigit() and path != build.folder:
                shutil.rmtree(path, ignore_errors=True)

    def size(self) -> int:
        """Bytes of all files of the current build."""
        return sum(path.stat().st_size for path in self.latest().folder.iterdir())


class _Names:
    """The file names of a folder: all that Whoosh needs to find the latest generation."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __iter__(self) -> Any:
        return (path.name for path in self._folder.iterdir())


def write_position(folder: Path, generation: int, identity: Identity, position: Position) -> None:
    """Say, before a generation is committed, what it will have read; positions of older ones are removed."""
    state = {
        "format": INDEX_FORMAT,
        "archive": identity.archive,
        "archive_generation": identity.generation,
        "position": position,
    }
    replace_file(_state_file(folder, generation), json.dumps(state).encode())
    for old in folder.glob("position.*.json"):
        if int(old.name.split(".")[1]) < generation - 1:
            old.unlink(missing_ok=True)


def _state_file(folder: Path, generation: int) -> Path:
    return folder / f"position.{generation}.json"
