"""The high-water mark: the extent of the archive when a batch was last reported as kept.

    archive/head.json   {"sha256":"…","archive":"…","generation":0,"lines":3,"bytes":1234,"parts":[…],"planned":[…]}

For each part, it has the number of lines, their size in bytes, and a digest of the last line. So reading only the
end of each part shows whether lines are missing. The mark is replaced after the parts are on disk: a crash can
leave a mark that lags the parts, but never a mark that is ahead of them.

A purge first records the extents of the new versions of the parts (`planned`). While the generation is odd, each
part matches either its old or its planned extent.
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
from newsarchive.wording import worded

_DIGEST_LENGTH = 32
_CHUNK = 1 << 20


class Extent(NamedTuple):
    """The extent of a part: its number of whole lines, their bytes, and a digest of the last line without newline."""

    part: str
    lines: int
    nbytes: int
    last: str


@dataclass(frozen=True, slots=True)
class Mark:
    """The extents of an archive's parts at a generation; `planned` has the extents after the current purge."""

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
        """Parse the file. Raises ValueError, TypeError, KeyError or AttributeError if it is damaged."""
        values = json.loads(content)
        if values.pop("sha256") != _digest(values):
            raise ValueError(worded("its sha256 does not match"))
        extents, planned = (tuple(Extent(*extent) for extent in values[key]) for key in ("parts", "planned"))
        return cls(values["archive"], values["generation"], extents, planned)


class MarkDamaged(ArchiveError):
    """The mark is damaged, or belongs to another archive. This alone doesn't mean that articles are lost."""


def _digest(values: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


def read_mark(parts: Parts, archive: str) -> Mark | None:
    """The mark of an archive; None if it has no mark yet. Raises MarkDamaged."""
    try:
        mark = Mark.from_json(parts.mark_file.read_bytes())
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError, AttributeError, OSError) as error:
        raise MarkDamaged(
            worded(
                "{mark_file} is damaged ({error}). This loses no articles, but until the next write "
                "a missing end of the archive cannot be detected",
                mark_file=parts.mark_file,
                error=error,
            )
        ) from error
    if mark.archive != archive:
        raise MarkDamaged(
            worded("{mark_file} belongs to another archive; the next write replaces it", mark_file=parts.mark_file)
        )
    return mark


def write_mark(parts: Parts, mark: Mark) -> None:
    """Replace the mark atomically; raises OSError."""
    replace_file(parts.mark_file, mark.to_json())


def missing(parts: Parts, identity: Identity, mark: Mark | None) -> tuple[str, ...]:
    """Descriptions of what is missing compared to the mark, part by part. Empty if no mark fits the generation."""
    if mark is None:
        return ()
    if mark.generation > settled(identity.generation):
        at = worded(
            "the archive is at generation {generation} and was at {generation2}",
            generation=identity.generation,
            generation2=mark.generation,
        )
        return (worded("{at}: files from before a purge were restored", at=at),)
    return tuple(fault for extent, fault in _faults(parts, identity, mark) if fault is not None)


def still_there(parts: Parts, identity: Identity, mark: Mark | None) -> tuple[Extent, ...]:
    """The mark's extents of the parts that match them, if the mark is for this generation."""
    if mark is None:
        return ()
    return tuple(extent for extent, fault in _faults(parts, identity, mark) if fault is None)


def _faults(parts: Parts, identity: Identity, mark: Mark) -> Iterator[tuple[Extent, str | None]]:
    """Each part with its fault, if any. During a purge, a part may match its old or its planned extent."""
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
                lost = "line" if lines == 1 else worded("{lines:,} lines", lines=lines)
                return worded(
                    "{part} lacks its last {lost} ({nbytes:,} bytes)",
                    part=extent.part,
                    lost=lost,
                    nbytes=extent.nbytes - size,
                )
            if _is_replaced(file, extent):
                return worded(
                    "{part} has different lines now (it had {lines:,} lines, {nbytes:,} bytes)",
                    part=extent.part,
                    lines=extent.lines,
                    nbytes=extent.nbytes,
                )
    except FileNotFoundError:
        return worded(
            "{part} is missing ({lines:,} lines, {nbytes:,} bytes)",
            part=extent.part,
            lines=extent.lines,
            nbytes=extent.nbytes,
        )
    return None


def _lacks_newline_only(file: BinaryIO, size: int, extent: Extent) -> bool:
    """Whether only the newline of the last line is missing, which the next writer restores."""
    return size == extent.nbytes - 1 and _digest_at(file, size) == extent.last


def _digest_at(file: BinaryIO, end: int) -> str:
    """The digest of the line whose newline is, or was, at offset `end`."""
    *_, last = pieces(behind_last_newline(file, end))
    return _line_digest(last)


def _is_replaced(file: BinaryIO, extent: Extent) -> bool:
    """Whether a different intact line is at the place of the last line. A damaged line counts as the same line."""
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
    """The current extents of all parts, in order. Of the known parts, only the last is read, from its known end.

    With `sync`, the parts that are read are synced to disk first, so that they may be recorded in a mark.
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
    """The extent of a part's file. `known` is an earlier extent, whose lines aren't read again."""
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
