"""The files of the archive: `articles/YYYY-MM.NNN.jsonl`, in the order of writing."""

import fcntl
import hashlib
import json
import os
import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from newsarchive.durable import replace_file
from newsarchive.errors import ArchiveError
from newsarchive.wording import worded

FORMAT = 1
_OWN_NAMES = (
    *("alerts", "articles", "catalogue.sqlite3", "feeds", "groups", "head.json", "index", "lost+found", "moves.json"),
    "tables",
)
"""How the names of what an archive's folder may hold begin, besides its identity."""
IDENTITY = "archive.json"
"""The name of the file with the identity of an archive."""
_PART_NAME = re.compile(r"(\d{4}-\d{2})\.(\d{3,})\.jsonl")


class Position(NamedTuple):
    """A position between two lines: the name of a part and a byte offset in it."""

    part: str
    offset: int


START = Position("", 0)
"""Before the first line of the first part."""


def arrival_number(position: Position) -> int:
    """A 63-bit number for the position of a line that grows in the order of writing, within one generation.

    15 bits are the month of the part, counted from the year 0, 16 bits the part's number in that month, and 32 bits
    the byte offset.
    """
    month, number = part_order(position.part)
    year, month_of_year = map(int, month.split("-"))
    return (((year * 12 + month_of_year - 1) << 16 | number) << 32) | position.offset


@dataclass(frozen=True, slots=True)
class Identity:
    """Which archive this is. `generation` grows when parts are rewritten, which makes all positions void.

    It is odd while parts are being replaced, or after that was interrupted. Positions noted then become void.
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


@dataclass(frozen=True, slots=True)
class _Purges:
    """The record of purges: pairs of the resulting even generation and a purged id or a rewritten part."""

    purged: tuple[tuple[int, str], ...] = ()
    rewritten: tuple[tuple[int, str], ...] = ()


def part_order(name: str) -> tuple[str, int]:
    """The key that sorts part names in the order of writing; raises ValueError if a name isn't a part's."""
    match = _PART_NAME.fullmatch(name)
    if match is None:
        raise ValueError(worded("{name!r} is not a part of an archive", name=name))
    return match[1], int(match[2])


def part_name(month: str, number: int) -> str:
    """The name of a part; `month` is `YYYY-MM`."""
    return f"{month}.{number:03d}.jsonl"


class Parts:
    """The files in the folder of an archive: its parts and its identity."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.articles = folder / "articles"
        self.lock_file = folder / ".lock"
        self._known_identity: tuple[bytes, Identity, _Purges] | None = None
        self.mark_file = folder / "head.json"
        self._identity_file = folder / IDENTITY

    def names(self) -> list[str]:
        """The names of the parts in the order of writing."""
        try:
            # Every page needs the names, and `iterdir` takes several times as long.
            listed = os.listdir(self.articles)  # noqa: PTH208
        except (FileNotFoundError, NotADirectoryError):
            return []
        found = [(match[1], int(match[2]), match[0]) for match in map(_PART_NAME.fullmatch, listed) if match]
        return [name for _, _, name in sorted(found)]

    def path(self, name: str) -> Path:
        """The path of a part."""
        return self.articles / name

    def since(self, position: Position) -> Iterator[tuple[str, int]]:
        """The parts from a position on, each with the offset to read it from."""
        for name in self.names():
            if not position.part or part_order(name) > part_order(position.part):
                yield name, 0
            elif name == position.part:
                yield name, position.offset

    def end(self) -> Position:
        """The position after the last byte, which may include an append in progress."""
        names = self.names()
        return Position(names[-1], self.path(names[-1]).stat().st_size) if names else START

    def holds(self, position: Position) -> bool:
        """Whether a position is still between two lines. It may not be if older copies of parts were restored."""
        if position == START:
            return True
        path = self.path(position.part)
        if not path.exists() or path.stat().st_size < position.offset:
            return False
        with path.open("rb") as file:
            file.seek(max(0, position.offset - 1))
            return position.offset == 0 or file.read(1) == b"\n"

    def bytes_since(self, position: Position) -> int:
        """The number of bytes after a position; 0 if the part now ends before the position."""
        return sum(max(0, self.path(name).stat().st_size - offset) for name, offset in self.since(position))

    def size(self) -> int:
        """The size of all parts in bytes."""
        return self.bytes_since(START)

    def tail(self) -> bytes:
        """The bytes after the last newline of the last part: a line being written, or a torn line."""
        names = self.names()
        if not names:
            return b""
        with self.path(names[-1]).open("rb") as file:
            return behind_last_newline(file, file.seek(0, os.SEEK_END))

    def lost(self) -> list[str]:
        """The names of missing parts, found as gaps in the numbers: each month's parts are numbered from 1."""
        last = dict(sorted(map(part_order, self.names())))
        due = {part_name(month, number) for month, highest in last.items() for number in range(1, highest)}
        return sorted(due - set(self.names()), key=part_order)

    def line_before(self, position: Position) -> bytes:
        """The bytes of the line that ends at a position, without its newline; nothing at the beginning of a part."""
        if not position.offset:
            return b""
        with self.path(position.part).open("rb") as file:
            return behind_last_newline(file, position.offset - 1)

    def content(self, name: str) -> bytes:
        """What a file next to the parts has, such as `moves.json`. Raises FileNotFoundError."""
        return (self.folder / name).read_bytes()

    def clear_unfinished(self) -> None:
        """Delete new versions of parts that an interrupted purge left."""
        for path in self.articles.glob(".*.new"):
            path.unlink()

    def identity(self) -> Identity:
        """The identity of this archive; raises ArchiveError if there is no archive or it has another format."""
        identity, _ = self._read_identity()
        return identity

    def _read_identity(self) -> tuple[Identity, _Purges]:
        try:
            content = self.content(self._identity_file.name)
            # It is read for every page, and only a purge changes it.
            if (known := self._known_identity) is not None and known[0] == content:
                return known[1:]
            form = json.loads(content)
            # Earlier versions wrote no digest.
            if form.pop("sha256", None) not in (None, _digest(form)):
                raise ValueError(worded("its sha256 does not match"))
            identity = Identity(form["archive"], form["generation"], form["format"])
            purges = _Purges(*(_pairs(form.get(key, [])) for key in ("purged", "rewritten")))
        except FileNotFoundError as error:
            self._refuse_other_content()
            raise ArchiveError(
                self._what_is_left()
                or worded(
                    "there is no archive in {folder}: 'newsarchive ingest' creates one, --archive names another folder",
                    folder=self.folder,
                )
            ) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ArchiveError(
                worded(
                    "{identity_file} is damaged ({error}): restore it from a backup",
                    identity_file=self._identity_file,
                    error=repr(error),
                )
            ) from error
        if identity.format != FORMAT:
            raise ArchiveError(
                worded(
                    "{folder} has format {format}; this version reads format {format2}",
                    folder=self.folder,
                    format=identity.format,
                    format2=FORMAT,
                )
            )
        self._known_identity = content, identity, purges
        return identity, purges

    def purged_since(self, generation: int) -> frozenset[str]:
        """The ids of the articles that were purged after a generation, or are being purged now."""
        _, purges = self._read_identity()
        return frozenset(article_id for since, article_id in purges.purged if since > generation)

    def knows_purges_since(self, generation: int) -> bool:
        """Whether `purged_since` is complete.

        It isn't if a version that recorded no purges has rewritten parts, or if a loss was accepted.
        """
        identity, purges = self._read_identity()
        # A purge is recorded under the even generation that it results in.
        steps = range(generation + 2 - generation % 2, settled(identity.generation) + 1, 2)
        return {since for since, _ in purges.purged}.issuperset(steps)

    def rewritten_since(self, generation: int) -> frozenset[str] | None:
        """The parts that were rewritten after a generation; None if any part may have changed.

        Any part may have changed if the archive is now at an earlier generation, if a loss was accepted, or if a
        version that recorded no purges has purged articles.
        """
        identity, purges = self._read_identity()
        recorded = {since for since, _ in purges.rewritten}
        steps = range(settled(generation + 1), settled(identity.generation) + 1, 2)
        if generation > identity.generation or not recorded.issuperset(steps):
            return None
        return frozenset(part for since, part in purges.rewritten if since > generation)

    def purged_in(self, generation: int) -> frozenset[str]:
        """The ids of the articles whose purge results, or is to result, in an even generation."""
        _, purges = self._read_identity()
        return frozenset(article_id for since, article_id in purges.purged if since == generation)

    def generations_of(self, part: str) -> tuple[int, ...]:
        """The generations that resulted from purges that may have rewritten a part, in order."""
        _, purges = self._read_identity()
        return tuple(sorted({since for since, name in purges.rewritten if name == part}))

    def exists(self) -> bool:
        """Whether the folder holds an archive."""
        return self._identity_file.exists()

    def create(self) -> None:
        """Create the folder and its identity if they are missing. Raises ArchiveError if the folder has other files."""
        if not self.exists():
            self._refuse_other_content()
        self.articles.mkdir(parents=True, exist_ok=True)
        if self.exists():
            return
        with self.lock_file.open("ab") as lock:
            # If several processes create the same archive, the identity written first is kept.
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self.exists():
                return
            if left := self._what_is_left():
                raise ArchiveError(left)
            self.write_identity(Identity(uuid.uuid4().hex, 0))

    def _what_is_left(self) -> str:
        """The message if an archive has lost its identity; empty if the folder has no trace of an archive."""
        if self.names():
            return worded(
                "{identity_file} is missing, but the parts are there: restore it from a backup",
                identity_file=self._identity_file,
            )
        if self.mark_file.exists():
            return worded(
                "{folder} had an archive, of which only {name} is left: restore it from a backup, or "
                "delete {mark_file} to start a new archive",
                folder=self.folder,
                name=self.mark_file.name,
                mark_file=self.mark_file,
            )
        return ""

    def _refuse_other_content(self) -> None:
        """Raise ArchiveError if a folder without an archive holds anything that an archive does not.

        Files whose name begins with a dot do not count, nor `lost+found`, which every new disk has.
        """
        if not self.folder.is_dir():
            return
        names = sorted(path.name for path in self.folder.iterdir())
        other = [name for name in names if not name.startswith((".", *_OWN_NAMES))]
        # Another process may have created the archive meanwhile.
        if other and not self.exists():
            raise ArchiveError(
                worded(
                    "{folder} is not an archive: it holds other files, such as {other!r}; name an "
                    "archive, or a new or empty folder, with --archive",
                    folder=self.folder,
                    other=other[0],
                )
            )

    def write_identity(self, identity: Identity, *, purging: str | None = None, rewriting: Iterable[str] = ()) -> None:
        """Replace the identity atomically.

        `purging` is the id of an article whose text is about to be removed, and `rewriting` names the parts that have
        this text. Both are recorded permanently, under the next even generation.
        """
        purges = self._read_identity()[1] if self.exists() else _Purges()
        generation = settled(identity.generation)
        purged = [*purges.purged, *([(generation, purging)] if purging is not None else [])]
        rewritten = [*purges.rewritten, *((generation, name) for name in rewriting)]
        form = {**asdict(identity), "purged": purged, "rewritten": rewritten}
        replace_file(self._identity_file, json.dumps({**form, "sha256": _digest(form)}).encode() + b"\n")


def _digest(form: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(form).encode()).hexdigest()


def settled(generation: int) -> int:
    """The even generation in which a generation results: itself if it is even, otherwise the next."""
    return generation + generation % 2


def _pairs(form: list[tuple[int, str]]) -> tuple[tuple[int, str], ...]:
    return tuple((int(generation), str(name)) for generation, name in form)


def behind_last_newline(file: BinaryIO, end: int, step: int = 1 << 16) -> bytes:
    """The bytes between the last newline before offset `end` and that offset."""
    at = end
    chunks: list[bytes] = []
    while at > 0 and not (chunks and b"\n" in chunks[-1]):
        start = max(0, at - step)
        file.seek(start)
        chunks.append(file.read(at - start))
        at = start
    tail = b"".join(reversed(chunks))
    return tail[tail.rfind(b"\n") + 1 :]
