"""The files of the archive: `articles/YYYY-MM.NNN.jsonl`, in the order in which they were written."""

import json
import os
import re
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from newsarchive.errors import ArchiveError

FORMAT = 1
_PART_NAME = re.compile(r"(\d{4}-\d{2})\.(\d{3,})\.jsonl")


class Position(NamedTuple):
    """A place between two lines: the name of a part and a byte offset in it."""

    part: str
    offset: int


START = Position("", 0)
"""Before the first line of the first part."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Which archive this is. `generation` grows when parts are rewritten, which makes all positions void."""

    archive: str
    generation: int
    format: int = FORMAT


def part_order(name: str) -> tuple[str, int]:
    """The key by which the names of parts sort as they were written; raises ValueError for another file's name."""
    match = _PART_NAME.fullmatch(name)
    if match is None:
        raise ValueError(f"{name!r} is no part of an archive")
    return match[1], int(match[2])


def part_name(month: str, number: int) -> str:
    """The name of a part; `month` is `YYYY-MM`."""
    return f"{month}.{number:03d}.jsonl"


class Parts:
    """The folder of an archive as files: which parts there are, and which archive it is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.articles = folder / "articles"
        self._identity_file = folder / "archive.json"

    def names(self) -> list[str]:
        """The names of the parts in the order of writing."""
        if not self.articles.is_dir():
            return []
        found = (path.name for path in self.articles.iterdir() if _PART_NAME.fullmatch(path.name))
        return sorted(found, key=part_order)

    def path(self, name: str) -> Path:
        """Where a part is."""
        return self.articles / name

    def since(self, position: Position) -> Iterator[tuple[str, int]]:
        """The parts from a position on, each with the offset to read it from."""
        for name in self.names():
            if not position.part or part_order(name) > part_order(position.part):
                yield name, 0
            elif name == position.part:
                yield name, position.offset

    def end(self) -> Position:
        """Behind the last byte; an append that is under way may be counted."""
        names = self.names()
        return Position(names[-1], self.path(names[-1]).stat().st_size) if names else START

    def bytes_since(self, position: Position) -> int:
        """How many bytes stand behind a position."""
        return sum(self.path(name).stat().st_size - offset for name, offset in self.since(position))

    def size(self) -> int:
        """Bytes of all parts."""
        return self.bytes_since(START)

    def torn_bytes(self) -> int:
        """How many bytes stand behind the last newline of the last part: a line being written, or a torn one."""
        names = self.names()
        if not names:
            return 0
        with self.path(names[-1]).open("rb") as file:
            return _bytes_behind_last_newline(file)

    def identity(self) -> Identity:
        """Which archive this is; raises ArchiveError where there is none or it is of another format."""
        try:
            form = json.loads(self._identity_file.read_bytes())
            identity = Identity(form["archive"], form["generation"], form["format"])
        except FileNotFoundError as error:
            raise ArchiveError(
                f"there is no archive in {self.folder}: 'newsarchive ingest' makes one, --archive names another folder"
            ) from error
        except (ValueError, KeyError, TypeError) as error:
            raise ArchiveError(f"{self._identity_file} is damaged: {error!r}") from error
        if identity.format != FORMAT:
            raise ArchiveError(f"{self.folder} is of format {identity.format}; this version reads format {FORMAT}")
        return identity

    def create(self) -> None:
        """Make the folder and its identity, where they are missing."""
        self.articles.mkdir(parents=True, exist_ok=True)
        if not self._identity_file.exists():
            if self.names():
                raise ArchiveError(f"{self._identity_file} is missing beside the parts: restore it from a backup")
            self.write_identity(Identity(uuid.uuid4().hex, 0))

    def write_identity(self, identity: Identity) -> None:
        """Replace the identity in one step."""
        replace_file(self._identity_file, json.dumps(asdict(identity)).encode() + b"\n")


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that a crash leaves either the old one or the new one."""
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make new and renamed files of a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _bytes_behind_last_newline(file: BinaryIO, step: int = 1 << 16) -> int:
    end = at = file.seek(0, os.SEEK_END)
    while at > 0:
        start = max(0, at - step)
        file.seek(start)
        newline = file.read(at - start).rfind(b"\n")
        if newline >= 0:
            return end - (start + newline + 1)
        at = start
    return end
