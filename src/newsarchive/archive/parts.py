"""The files of the archive: `articles/YYYY-MM.NNN.jsonl`, in the order in which they were written."""

import fcntl
import json
import os
import re
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
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
    """Which archive this is. `generation` grows when parts are rewritten, which makes all positions void.

    It is odd while parts are being replaced, or when that was broken off: no position of such a time lasts.
    """

    archive: str
    generation: int
    format: int = FORMAT

    @property
    def is_settled(self) -> bool:
        """Whether no part is being replaced."""
        return self.generation % 2 == 0

    @property
    def next(self) -> "Identity":
        """The same archive, one generation on."""
        return replace(self, generation=self.generation + 1)


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
        self.lock_file = folder / ".lock"
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

    def holds(self, position: Position) -> bool:
        """Whether a position still is a place between two lines: not when an older copy of the parts was put back."""
        if position == START:
            return True
        path = self.path(position.part)
        if not path.exists() or path.stat().st_size < position.offset:
            return False
        with path.open("rb") as file:
            file.seek(max(0, position.offset - 1))
            return position.offset == 0 or file.read(1) == b"\n"

    def bytes_since(self, position: Position) -> int:
        """How many bytes stand behind a position."""
        return sum(self.path(name).stat().st_size - offset for name, offset in self.since(position))

    def size(self) -> int:
        """Bytes of all parts."""
        return self.bytes_since(START)

    def tail(self) -> bytes:
        """What stands behind the last newline of the last part: a line being written, or a torn one."""
        names = self.names()
        if not names:
            return b""
        with self.path(names[-1]).open("rb") as file:
            return _behind_last_newline(file)

    def lost(self) -> list[str]:
        """The names of parts that must have been there: those of a month are numbered from 1 on."""
        last = dict(sorted(map(part_order, self.names())))
        due = {part_name(month, number) for month, highest in last.items() for number in range(1, highest)}
        return sorted(due - set(self.names()), key=part_order)

    def clear_unfinished(self) -> None:
        """Remove new versions of parts that did not come to be."""
        for path in self.articles.glob(".*.new"):
            path.unlink()

    def identity(self) -> Identity:
        """Which archive this is; raises ArchiveError where there is none or it is of another format."""
        identity, _ = self._read_identity()
        return identity

    def _read_identity(self) -> tuple[Identity, list[tuple[int, str]]]:
        """Which archive this is, and what was purged: pairs of a settled generation and the id that it lost."""
        try:
            form = json.loads(self._identity_file.read_bytes())
            identity = Identity(form["archive"], form["generation"], form["format"])
            purged = [(int(generation), str(article_id)) for generation, article_id in form.get("purged", [])]
        except FileNotFoundError as error:
            raise ArchiveError(
                f"there is no archive in {self.folder}: 'newsarchive ingest' makes one, --archive names another folder"
            ) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ArchiveError(f"{self._identity_file} is damaged: {error!r}") from error
        if identity.format != FORMAT:
            raise ArchiveError(f"{self.folder} is of format {identity.format}; this version reads format {FORMAT}")
        return identity, purged

    def purged_since(self, generation: int) -> frozenset[str]:
        """The ids of the articles that were purged after a generation, or are being purged now."""
        _, purged = self._read_identity()
        return frozenset(article_id for since, article_id in purged if since > generation)

    def knows_purges_since(self, generation: int) -> bool:
        """Whether `purged_since` is complete: not where parts were rewritten by a version that kept no record."""
        identity, purged = self._read_identity()
        # Generations settle on even numbers, and a purge is recorded under the number that it settles on.
        rewritten = range(generation + 2 - generation % 2, _settled(identity.generation) + 1, 2)
        return {since for since, _ in purged}.issuperset(rewritten)

    def exists(self) -> bool:
        """Whether the folder holds an archive."""
        return self._identity_file.exists()

    def create(self) -> None:
        """Make the folder and its identity, where they are missing."""
        self.articles.mkdir(parents=True, exist_ok=True)
        if self.exists():
            return
        with self.lock_file.open("ab") as lock:
            # Of several processes that create the same archive, the first decides which one it is.
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self.exists():
                return
            if self.names():
                raise ArchiveError(f"{self._identity_file} is missing beside the parts: restore it from a backup")
            self.write_identity(Identity(uuid.uuid4().hex, 0))

    def write_identity(self, identity: Identity, *, purging: str | None = None) -> None:
        """Replace the identity in one step.

        `purging` is the id of an article whose text is about to be removed: it is recorded for good, under the
        generation that the archive settles on next.
        """
        purged = self._read_identity()[1] if self.exists() else []
        if purging is not None:
            purged.append((_settled(identity.generation), purging))
        form = {**asdict(identity), "purged": purged}
        replace_file(self._identity_file, json.dumps(form).encode() + b"\n")


def _settled(generation: int) -> int:
    """The even number on which a generation settles."""
    return generation + generation % 2


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


def _behind_last_newline(file: BinaryIO, step: int = 1 << 16) -> bytes:
    at = file.seek(0, os.SEEK_END)
    tail = b""
    while at > 0 and b"\n" not in tail:
        start = max(0, at - step)
        file.seek(start)
        tail = file.read(at - start) + tail
        at = start
    return tail[tail.rfind(b"\n") + 1 :]
