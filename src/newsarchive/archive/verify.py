"""Checking a whole archive: every line as it was written, every article with all of its revisions."""

from contextlib import suppress
from dataclasses import dataclass

from newsarchive.archive.head import Heads, read_heads
from newsarchive.archive.mark import MarkDamaged, still_there
from newsarchive.archive.store import Archive, OnDamage, leave_out
from newsarchive.article import Article, Withdrawal
from newsarchive.errors import CorruptArchive

MAX_DAMAGED = 1_000
"""Damaged lines that a report names; there can be millions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """What was found. `damaged` lines are named by file and line, the first `MAX_DAMAGED` of them, and counted in
    `damaged_lines`; `gaps` names articles that lack a revision.

    `lost_parts` are files that must have been there, and `missing` says what else was there and is not. `mark_problem`
    says what is wrong with the file that this is known from. `torn_bytes` is the length of a last line without its
    newline that was never reported as kept. `heads` are those of the archive.
    """

    parts: int
    lines: int
    articles: int
    damaged: tuple[CorruptArchive, ...]
    damaged_lines: int
    gaps: tuple[str, ...]
    lost_parts: tuple[str, ...]
    missing: tuple[str, ...]
    mark_problem: str
    torn_bytes: int
    heads: Heads

    @property
    def is_sound(self) -> bool:
        """Whether everything that was reported as kept is there. A torn last line never was."""
        return not (self.damaged_lines or self.gaps or self.lost_parts or self.missing or self.mark_problem)


def verify(archive: Archive, on_damage: OnDamage = leave_out, *, noted_lines: int = 0) -> VerifyReport:
    """Read every line. Needs memory for the ids only.

    `on_damage` gets each damaged line, at once. `heads` has the head of the first `noted_lines` lines, too.
    """
    # The mark first: what is appended from here on is not in it.
    missing, mark_problem = archive.missing(), _mark_problem(archive)
    damaged: list[CorruptArchive] = []
    damaged_lines = 0

    def take(damage: CorruptArchive) -> None:
        nonlocal damaged_lines
        damaged_lines += 1
        if damaged_lines <= MAX_DAMAGED:
            damaged.append(damage)
        on_damage(damage)

    gaps: list[str] = []
    revisions: dict[str, int] = {}
    shown: set[str] = set()
    lines = 0
    has_purges, purged = archive.identity.generation > 0, archive.purged_since(0)
    for stored in archive.read(on_damage=take):
        record = stored.record
        lines += 1
        before = revisions.get(record.id, 0)
        was_purged = has_purges and record.revision > before and isinstance(record, Withdrawal)
        if record.revision != before + 1 and not was_purged and record.id not in purged:
            gaps.append(f"{record.id}: revision {record.revision} comes after {before or 'none'}")
        revisions[record.id] = record.revision
        (shown.add if isinstance(record, Article) else shown.discard)(record.id)
    torn_bytes, torn_kept = _torn(archive)
    for damage in torn_kept:
        take(damage)
    return VerifyReport(
        parts=len(archive.parts.names()),
        lines=lines,
        articles=len(shown),
        damaged=tuple(damaged),
        damaged_lines=damaged_lines,
        gaps=tuple(gaps),
        lost_parts=tuple(archive.parts.lost()),
        missing=missing,
        mark_problem=mark_problem,
        torn_bytes=torn_bytes,
        heads=read_heads(archive.parts, noted_lines),
    )


def _mark_problem(archive: Archive) -> str:
    try:
        archive.mark()
    except MarkDamaged as damage:
        return str(damage)
    return ""


def _torn(archive: Archive) -> tuple[int, list[CorruptArchive]]:
    """The bytes of a last line that was never reported as kept, and the damage where it is one that was."""
    torn = archive.torn_bytes()
    if not torn:
        return 0, []
    *_, name = archive.parts.names()
    path = archive.parts.path(name)
    size = path.stat().st_size
    with suppress(MarkDamaged):
        for extent in still_there(archive.parts, archive.identity, archive.mark()):
            if extent.part == name and extent.nbytes > size - torn:
                damage = CorruptArchive(path, extent.lines, "the line and its line break were changed or damaged")
                return size - extent.nbytes, [damage]
    return torn, []
