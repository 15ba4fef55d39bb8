"""What an index says about itself: what an update did, and how far it is behind the archive."""

from collections.abc import Callable
from dataclasses import dataclass, field

PATIENCE = 10.0
"""Default number of seconds to wait for another process that updates or builds the index."""
MAX_DAMAGED = 1_000
"""The maximum number of damaged lines that an update report lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateReport:
    """What an update of an index did: articles added or replaced, articles removed, damaged lines skipped.

    `damaged` lists the first damaged lines, at most `MAX_DAMAGED`; `more_damaged` counts the rest.
    `undeleted` lists the files of older indexes that could not be deleted, each with the reason.
    """

    indexed: int
    removed: int
    damaged: tuple[str, ...] = field(default=())
    more_damaged: int = 0
    undeleted: tuple[str, ...] = field(default=())

    def __add__(self, later: "UpdateReport") -> "UpdateReport":
        """Combine this report with the report of a later update."""
        damaged = (*self.damaged, *later.damaged)
        return UpdateReport(
            indexed=self.indexed + later.indexed,
            removed=self.removed + later.removed,
            damaged=damaged[:MAX_DAMAGED],
            more_damaged=self.more_damaged + later.more_damaged + max(0, len(damaged) - MAX_DAMAGED),
            undeleted=(*self.undeleted, *later.undeleted),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStatus:
    """Number of articles in the index, bytes of archive records not yet indexed, and index size in bytes.

    An index that still answers but must be rebuilt reports the whole archive as not yet indexed.
    """

    articles: int
    behind_bytes: int
    size_bytes: int


Progress = Callable[[int], None]
"""Called with the number of articles read so far."""
