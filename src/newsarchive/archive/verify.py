"""Checking a whole archive: every line as it was written, every article with all of its revisions."""

from dataclasses import dataclass

from newsarchive.archive.store import Archive, OnDamage, leave_out
from newsarchive.article import Article, Withdrawal
from newsarchive.errors import CorruptArchive

MAX_DAMAGED = 1_000
"""Damaged lines that a report names; there can be millions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """What was found. `damaged` lines are named by file and line, the first `MAX_DAMAGED` of them, and counted in
    `damaged_lines`; `gaps` names articles that lack a revision.

    `lost_parts` are files that must have been there. `torn_bytes` is the length of a last line without its newline.
    """

    parts: int
    lines: int
    articles: int
    damaged: tuple[CorruptArchive, ...]
    damaged_lines: int
    gaps: tuple[str, ...]
    lost_parts: tuple[str, ...]
    torn_bytes: int

    @property
    def is_sound(self) -> bool:
        """Whether everything that was reported as kept is there. A torn last line never was."""
        return not (self.damaged_lines or self.gaps or self.lost_parts)


def verify(archive: Archive, on_damage: OnDamage = leave_out) -> VerifyReport:
    """Read every line. Needs memory for the ids only. `on_damage` gets each damaged line, at once."""
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
    has_purges = archive.identity.generation > 0
    for stored in archive.read(on_damage=take):
        record = stored.record
        lines += 1
        before = revisions.get(record.id, 0)
        was_purged = has_purges and record.revision > before and isinstance(record, Withdrawal)
        if record.revision != before + 1 and not was_purged:
            gaps.append(f"{record.id}: revision {record.revision} comes after {before or 'none'}")
        revisions[record.id] = record.revision
        (shown.add if isinstance(record, Article) else shown.discard)(record.id)
    return VerifyReport(
        parts=len(archive.parts.names()),
        lines=lines,
        articles=len(shown),
        damaged=tuple(damaged),
        damaged_lines=damaged_lines,
        gaps=tuple(gaps),
        lost_parts=tuple(archive.parts.lost()),
        torn_bytes=archive.torn_bytes(),
    )
