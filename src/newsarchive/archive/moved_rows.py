"""The rows of a part after a purge, computed from its rows before it.

A purge removes lines and leaves the others unchanged, so only their offsets differ. Moving the rows
takes a fraction of the time of reading the part, and lookups wait for it.
"""

from collections.abc import Collection, Sequence
from pathlib import Path

from newsarchive.archive.checked_rows import Row, article_of_copy
from newsarchive.archive.lines import holds_text_of


def without_texts(rows: Sequence[Row], purged: Collection[str], end: int) -> list[Row] | None:
    """The rows without the texts of purged articles and the addresses of their copies, at their new offsets.

    `rows` are the rows of the part by offset, and `end` is the offset up to which it was read.
    Returns None if they leave bytes out, for example a damaged line: then it is unknown how many of
    these bytes the purge removed.
    """
    left: list[Row] = []
    old = new = 0
    for row in rows:
        if row.offset != old:
            return None
        old += row.length
        if (row.text is None or row.id not in purged) and article_of_copy(row.id) not in purged:
            left.append(row._replace(offset=new))
            new += row.length
    return left if old == end else None


def has_lines(path: Path, rows: Sequence[Row]) -> bool:
    """Whether a part begins with the lines of `rows`, by their lengths and ids.

    It may have been replaced by another purge, or not yet.
    """
    with path.open("rb") as file:
        return all(_is_line_of(row, file.readline()) for row in rows)


def _is_line_of(row: Row, line: bytes) -> bool:
    return len(line) == row.length and holds_text_of(line, row.id) == (row.text is not None)
