"""Verify a whole archive: every line is intact, and every article has all of its revisions."""

from contextlib import suppress
from dataclasses import dataclass

from newsarchive.archive.head import Heads, read_heads
from newsarchive.archive.mark import MarkDamaged, still_there
from newsarchive.archive.store import Archive, OnDamage, leave_out
from newsarchive.article import Article, Copy, Withdrawal
from newsarchive.errors import CorruptArchive
from newsarchive.wording import worded, words_of

MAX_DAMAGED = 1_000
"""The most damaged lines that a report names; there may be millions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """The result. `damaged` has the file and line of the first `MAX_DAMAGED` damaged lines; `damaged_lines` is
    the number of all damaged lines. `gaps` names articles that lack a revision.

    `lost_parts` names missing parts, found as gaps in the part numbers. `missing` describes what is missing according
    to the mark, and `mark_problem` says what is wrong with the mark. `torn_bytes` is the length of a last line without
    a newline that was never reported as kept. `heads` has the heads of the archive.
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
        """Whether everything that was reported as kept is intact. A torn last line was never reported."""
        return not (self.damaged_lines or self.gaps or self.lost_parts or self.missing or self.mark_problem)


def verify(archive: Archive, on_damage: OnDamage = leave_out, *, noted_lines: int = 0) -> VerifyReport:
    """Read every line. Only the ids are kept in memory.

    `on_damage` is called immediately for each damaged line. `heads` includes the head of the first `noted_lines` lines.
    """
    # Read the mark first, so that it doesn't include lines appended during the check.
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
        if isinstance(record, Copy):
            continue
        before = revisions.get(record.id, 0)
        was_purged = has_purges and record.revision > before and isinstance(record, Withdrawal)
        if record.revision != before + 1 and not was_purged and record.id not in purged:
            gaps.append(
                worded(
                    "{id}: revision {revision} comes after {before}",
                    id=record.id,
                    revision=record.revision,
                    before=before or worded("none"),
                )
            )
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
        return words_of(damage)
    return ""


def _torn(archive: Archive) -> tuple[int, list[CorruptArchive]]:
    """The length of a last line that was never reported as kept, or the damage if the line was reported as kept."""
    torn = archive.torn_bytes()
    if not torn:
        return 0, []
    *_, name = archive.parts.names()
    path = archive.parts.path(name)
    size = path.stat().st_size
    with suppress(MarkDamaged):
        for extent in still_there(archive.parts, archive.identity, archive.mark()):
            if extent.part == name and extent.nbytes > size - torn:
                damage = CorruptArchive(
                    path, extent.lines, worded("the line and its line break were changed or damaged")
                )
                return size - extent.nbytes, [damage]
    return torn, []
