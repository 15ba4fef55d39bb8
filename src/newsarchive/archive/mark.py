"""The high-water mark: how far the archive reached when a batch was last reported as kept.

    archive/head.json   {"sha256":"…","archive":"…","generation":0,"lines":3,"bytes":1234,"parts":[…],"planned":[…]}

For each part it has the number of lines, their bytes, and a digest of the last of them, so that one look at the end of
each part shows whether something is missing that was there. It is replaced after the parts are on the disk: a crash
can leave a mark that is behind the parts, and never one that is ahead of them.

A purge writes down first what it will make of the parts (`planned`). While the generation is odd, each part is as it
was or as planned.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from newsarchive.archive.lines import decode_line, pieces
from newsarchive.archive.parts import Identity, Parts, behind_last_newline, settled
from newsarchive.durable import replace_file
from newsarchive.errors import ArchiveError

_DIGEST_LENGTH = 32
_CHUNK = 1 << 20


class Extent(NamedTuple):
    """What a part has: whole lines, their bytes, and a digest of the last line without its newline."""

    part: str
    lines: int
    nbytes: int
    last: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What an archive had at a generation, part by part; `planned` is what a purge is making of it."""

    archive: str
    generation: int
    extents: tuple[Extent, ...] = ()
    planned: tuple[Extent, ...] = ()

    def to_json(self) -> bytes:
        """The content of the file."""
        values = {
            "archive": self.archive,
            "generation": self.generation,
            "lines": sum(extent.lines for extent in self.extents),
            "bytes": sum(extent.nbytes for extent in self.extents),
            "parts": self.extents,
            "planned": self.planned,
        }
        return json.dumps({"sha256": _digest(values), **values}).encode() + b"\n"

    @classmethod
    def from_json(cls, content: bytes) -> "Mark":
        """Raises ValueError, TypeError, KeyError or AttributeError where it is not as it was written."""
        values = json.loads(content)
        if values.pop("sha256") != _digest(values):
            raise ValueError("its sha256 does not fit")
        extents, planned = (tuple(Extent(*extent) for extent in values[key]) for key in ("parts", "planned"))
        return cls(values["archive"], values["generation"], extents, planned)


class MarkDamaged(ArchiveError):
    """The mark is not as it was written, or not of this archive. That alone is no loss of articles."""


def _digest(values: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


def read_mark(parts: Parts, archive: str) -> Mark | None:
    """The mark of an archive; None where it has none yet. Raises MarkDamaged."""
    try:
        mark = Mark.from_json(parts.mark_file.read_bytes())
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError, AttributeError, OSError) as error:
        raise MarkDamaged(
            f"{parts.mark_file} is damaged ({error}). No article is lost by that, but until the next write nobody"
            " can tell whether the end of the archive is missing"
        ) from error
    if mark.archive != archive:
        raise MarkDamaged(f"{parts.mark_file} is of another archive; the next write replaces it")
    return mark


def write_mark(parts: Parts, mark: Mark) -> None:
    """Replace the mark in one step; raises OSError."""
    replace_file(parts.mark_file, mark.to_json())


def missing(parts: Parts, identity: Identity, mark: Mark | None) -> tuple[str, ...]:
    """What the mark says was there and is not, part by part, in words. Nothing where no mark fits the generation."""
    if mark is None:
        return ()
    if mark.generation > settled(identity.generation):
        at = f"the archive is at generation {identity.generation} and was at {mark.generation}"
        return (f"{at}: files of before a purge were put back",)
    return tuple(fault for extent, fault in _faults(parts, identity, mark) if fault is not None)


def still_there(parts: Parts, identity: Identity, mark: Mark | None) -> tuple[Extent, ...]:
    """What the mark says of those parts that are as it says, where it fits the generation."""
    if mark is None:
        return ()
    return tuple(extent for extent, fault in _faults(parts, identity, mark) if fault is None)


def _faults(parts: Parts, identity: Identity, mark: Mark) -> Iterator[tuple[Extent, str | None]]:
    """Each part with what is wrong with it. While parts are being replaced, one may be as it was or as planned."""
    if mark.generation == settled(identity.generation):
        for extent in mark.extents:
            yield extent, _fault(parts, extent)
    elif mark.generation == identity.generation - 1 and mark.planned:
        for before, planned in zip(mark.extents, mark.planned, strict=True):
            fault = _fault(parts, before)
            if fault is None or _fault(parts, planned) is not None:
                yield before, fault
            else:
                yield planned, None


def _fault(parts: Parts, extent: Extent) -> str | None:
    path = parts.path(extent.part)
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size < extent.nbytes and not _lacks_newline_only(file, size, extent):
                file.seek(0)
                lines = extent.lines - sum(chunk.count(b"\n") for chunk in _chunks(file))
                return f"{extent.part} lacks its last {lines:,} lines ({extent.nbytes - size:,} bytes)"
            if _is_replaced(file, extent):
                return f"{extent.part} has other lines than it had ({extent.lines:,} lines, {extent.nbytes:,} bytes)"
    except FileNotFoundError:
        return f"{extent.part} is missing ({extent.lines:,} lines, {extent.nbytes:,} bytes)"
    return None


def _lacks_newline_only(file: BinaryIO, size: int, extent: Extent) -> bool:
    """Whether all of the last line is there but its newline, which the next writer gives back."""
    return size == extent.nbytes - 1 and _digest_at(file, size) == extent.last


def _digest_at(file: BinaryIO, end: int) -> str:
    """The digest of the line whose newline is, or was, at an offset."""
    *_, last = pieces(behind_last_newline(file, end))
    return _line_digest(last)


def _is_replaced(file: BinaryIO, extent: Extent) -> bool:
    """Whether a whole line stands where the last one ended, and it is another. A damaged one is still that one."""
    if not extent.nbytes:
        return False
    end = extent.nbytes - 1
    if _digest_at(file, end) == extent.last:
        return False
    before = behind_last_newline(file, end)
    file.seek(end)
    start = end - len(before)
    for piece in pieces(before + file.readline()):
        if start <= end < start + len(piece):
            return _is_record(piece)
        start += len(piece)
    return False


def _is_record(line: bytes) -> bool:
    try:
        decode_line(line)
    except ValueError:
        return False
    return True


def measured(parts: Parts, known: tuple[Extent, ...] = (), *, sync: bool = False) -> tuple[Extent, ...]:
    """What each part has now, in the order of the parts. Of the known ones only the last is read, from where it ended.

    With `sync`, what is read is brought onto the disk first, so that a mark may say that it is there.
    """
    by_name = {extent.part: extent for extent in known}
    last_known = known[-1].part if known else ""
    extents = []
    for name in parts.names():
        extent = by_name.get(name)
        if extent is None or name == last_known:
            extent = measure(parts.path(name), name, extent, sync=sync)
        extents.append(extent)
    return tuple(extents)


def measure(path: Path, part: str, known: Extent | None = None, *, sync: bool = False) -> Extent:
    """What a file has as a part: its whole lines. `known` is what it had at least."""
    lines, nbytes = (known.lines, known.nbytes) if known else (0, 0)
    with path.open("rb") as file:
        file.seek(nbytes)
        read = nbytes
        for chunk in _chunks(file):
            lines += chunk.count(b"\n")
            if b"\n" in chunk:
                nbytes = read + chunk.rfind(b"\n") + 1
            read += len(chunk)
        if known is not None and nbytes == known.nbytes:
            return known
        if sync:
            os.fsync(file.fileno())
        last = _digest_at(file, nbytes - 1) if nbytes else ""
    return Extent(part, lines, nbytes, last)


def _line_digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()[:_DIGEST_LENGTH]


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk
