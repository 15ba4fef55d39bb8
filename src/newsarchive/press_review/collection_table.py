"""The table of collections: `collections.jsonl` in the folder of tables, one JSON object per line.

People may edit it. A line that can't be used is reported with its number, and stays in the file byte by byte when a
program changes another one; so do comments, blank lines and the order of lines.
"""

import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from newsarchive.archive.locks import Held, take_lock
from newsarchive.durable import replace_file
from newsarchive.errors import CollectionNotFound, CollectionsBusy, CollectionsError
from newsarchive.press_review.collection import Collection, from_json, to_json
from newsarchive.tables import FOLDER as TABLES
from newsarchive.wording import worded, words_of

COLLECTIONS = "collections.jsonl"
_WAIT = 10.0
"""Seconds to wait for another process that changes the table."""
_BOM = b"\xef\xbb\xbf"
_SLUG = re.compile(r"[^a-z0-9]+")

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Damage:
    """A line that can't be used."""

    path: Path
    line: int
    reason: str

    def __str__(self) -> str:
        """As messages write it: `file:line: reason`."""
        return f"{self.path}:{self.line}: {self.reason}"


@dataclass(frozen=True)
class Contents:
    """What the table has: the collections in its order, and the lines that can't be used."""

    collections: tuple[Collection, ...] = ()
    damaged: tuple[Damage, ...] = ()

    def having(self, article_id: str) -> tuple[Collection, ...]:
        """The collections that have an article."""
        return tuple(self._by_article.get(article_id, ()))

    @cached_property
    def _by_article(self) -> dict[str, list[Collection]]:
        found: dict[str, list[Collection]] = {}
        for one in self.collections:
            for entry in one.entries:
                found.setdefault(entry.id, []).append(one)
        return found

    def find(self, named: str) -> Collection:
        """The collection with this id, or else the only one with this title. Raises CollectionNotFound."""
        for one in self.collections:
            if one.id == named:
                return one
        titled = [one for one in self.collections if one.title == named]
        if len(titled) == 1:
            return titled[0]
        reason = worded("several collections have") if titled else worded("no collection has the id or")
        raise CollectionNotFound(
            worded("{reason} the title {named!r}; see 'newsarchive collections list'", reason=reason, named=named[:200])
        )


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as it is in the file, and the collection that it is, if it is one."""

    raw: bytes
    collection: Collection | None = None


class CollectionTable:
    """The collections of an archive.

    `tables` is the folder of the tables; None means that in the archive. Every change reads the file again under a
    lock, so nothing that other programs or people wrote is lost.
    """

    def __init__(self, archive: Path, tables: Path | None = None, *, clock: Clock = lambda: datetime.now(UTC)) -> None:
        self.path = (tables or archive / TABLES) / COLLECTIONS
        self._clock = clock
        self._cached: tuple[tuple[int, int, int], Contents] | None = None

    def load(self) -> Contents:
        """What the table has; nothing without a file. Raises OSError if it can't be read.

        The file is read only if it changed since.
        """
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return Contents()
        stamp = (found.st_ino, found.st_mtime_ns, found.st_size)
        cached = self._cached
        if cached is None or cached[0] != stamp:
            lines, damaged = _read(self.path)
            cached = stamp, Contents(_collections(lines), damaged)
            self._cached = cached
        return cached[1]

    def find(self, named: str) -> Collection:
        """The collection with this id, or else with this title. Raises CollectionNotFound."""
        return self.load().find(named)

    def create(self, make: Callable[[str, datetime], Collection], wanted: str = "") -> Collection:
        """Add the collection that `make` returns for an id and the time.

        Without a wanted id, it gets one that is free. Raises CollectionsError if the wanted one is taken,
        CollectionsBusy and OSError.
        """
        with self._changing() as lines:
            # A line that can't be used may be somebody's collection with this id.
            taken = {line.collection.id for line in lines if line.collection} | _ids_in_damaged(lines)
            now = self._now()
            if wanted in taken:
                raise CollectionsError(
                    worded("there is already a collection with the id {wanted!r}", wanted=wanted), "exists"
                )
            collection = make(wanted or _free_id(now, taken), now)
            lines.append(_Line(_encoded(collection), collection))
        return collection

    def change(self, named: str, change: Callable[[Collection], Collection]) -> Collection:
        """Change the collection with this id or title. Returns it as changed.

        Nothing is written if `change` returns an equal one. Raises CollectionNotFound, CollectionsBusy, OSError and
        what `change` raises.
        """
        with self._changing() as lines:
            before = Contents(_collections(lines)).find(named)
            changed = change(before)
            if changed != before:
                changed = replace(changed, changed=self._now())
                lines[:] = [_Line(_encoded(changed), changed) if one.collection == before else one for one in lines]
        return changed

    def delete(self, named: str) -> Collection:
        """Delete the collection with this id or title. Returns it.

        Raises CollectionNotFound, CollectionsBusy and OSError.
        """
        with self._changing() as lines:
            deleted = Contents(_collections(lines)).find(named)
            lines[:] = [one for one in lines if one.collection != deleted]
        return deleted

    def _now(self) -> datetime:
        return self._clock().replace(microsecond=0)

    @contextmanager
    def _changing(self) -> Iterator[list[_Line]]:
        """The lines of the file, under the lock. What the block makes of them is written when it ends."""
        # A link stays, and its target is replaced.
        path = Path(os.path.realpath(self.path))
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock = take_lock(path.with_name(".collections.lock"), _WAIT)
        except Held as held:
            raise CollectionsBusy(
                worded("{path}: process {holder} is changing the collections", path=self.path, holder=held.holder)
            ) from held
        with lock:
            lines = list(_read(self.path)[0])
            before = list(lines)
            yield lines
            if lines != before:
                replace_file(path, b"".join(line.raw + b"\n" for line in lines))


def new_collection(collection_id: str, now: datetime, **values: object) -> Collection:
    """A collection made at a time, with other values. Raises CollectionsError."""
    return Collection(id=collection_id, created=now, changed=now, **values)  # type: ignore[arg-type]


def slug(title: str) -> str:
    """An id made of a title in Latin letters; empty for others.

    >>> slug("Wheat deals, week 17"), slug("صحافة اليوم")
    ('wheat-deals-week-17', '')
    """
    return _SLUG.sub("-", title.lower()).strip("-")[:60].strip("-") if title.isascii() else ""


def _free_id(now: datetime, taken: set[str]) -> str:
    day = f"{now:%Y-%m-%d}"
    number = 1
    while (found := day if number == 1 else f"{day}-{number}") in taken:
        number += 1
    return found


def _collections(lines: Sequence[_Line]) -> tuple[Collection, ...]:
    return tuple(line.collection for line in lines if line.collection)


_ID_KEY = re.compile(rb'"id"\s*:\s*"([A-Za-z0-9_-]{1,64})"')


def _ids_in_damaged(lines: Sequence[_Line]) -> set[str]:
    found = (_ID_KEY.search(line.raw) for line in lines if line.collection is None)
    return {match[1].decode() for match in found if match}


def _read(path: Path) -> tuple[tuple[_Line, ...], tuple[Damage, ...]]:
    """The lines of the file, and those that can't be used. Raises OSError."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return (), ()
    lines: list[_Line] = []
    damaged: list[Damage] = []
    numbers: dict[str, int] = {}
    raws = content.removesuffix(b"\n").split(b"\n") if content else []
    for number, raw in enumerate(raws, 1):
        collection, reason = _parsed(raw.removeprefix(_BOM) if number == 1 else raw)
        if collection and numbers.setdefault(collection.id, number) != number:
            reason = worded(
                "line {numbers} already has the id {id!r}", numbers=numbers[collection.id], id=collection.id
            )
            collection = None
        lines.append(_Line(raw, collection))
        if reason:
            damaged.append(Damage(path, number, reason))
    return tuple(lines), tuple(damaged)


def _parsed(raw: bytes) -> tuple[Collection | None, str]:
    """The collection of a line, or why it is none; neither for a comment or a blank line."""
    try:
        text = raw.decode()
        if not text.strip() or text.lstrip().startswith("#"):
            return None, ""
        return from_json(json.loads(text)), ""
    except UnicodeDecodeError:
        return None, worded("it is not in UTF-8")
    except CollectionsError as error:
        return None, words_of(error)
    except (ValueError, RecursionError) as error:
        return None, worded("not valid JSON ({error})", error=error)


def _encoded(collection: Collection) -> bytes:
    form = to_json(collection)
    try:
        return json.dumps(form, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # a lone surrogate in an id or an unknown key, which only an escape can express
        return json.dumps(form).encode()
