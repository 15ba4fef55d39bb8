"""The head of an archive: one short text that names all lines it has, to note elsewhere and compare with later.

`<generation>:<lines>:<digest>`, where the digest is the first 16 hex digits of the sha256 of those lines. Where no part
has a number beyond 999, `cat articles/*.jsonl | head -n LINES | sha256sum` gives the same.
"""

import hashlib
import re
from typing import NamedTuple

from newsarchive.archive.parts import Parts

_DIGITS = 16
_FORM = re.compile(r"(\d{1,18}):(\d{1,18}):([0-9a-f]{16})", re.ASCII)


class Head(NamedTuple):
    """All lines of an archive at a generation, by their number and their digest."""

    generation: int
    lines: int
    digest: str

    def __str__(self) -> str:
        """As it is printed and parsed."""
        return f"{self.generation}:{self.lines}:{self.digest}"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """Raises ValueError for what is no head."""
        match = _FORM.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"{text!r} is no head: it looks like 0:1234:0123456789abcdef")
        return cls(int(match[1]), int(match[2]), match[3])


class Heads(NamedTuple):
    """The head of an archive now, and the one that it had when it had so many lines as were asked for.

    `then` is None where it has fewer lines.
    """

    now: Head
    then: Head | None


def read_heads(parts: Parts, lines: int = 0) -> Heads:
    """Read all lines for the head, and for that of the first `lines` of them.

    A last line without a newline does not count.
    """
    while True:
        generation = parts.identity().generation
        heads = _read(parts, generation, lines)
        if generation == parts.identity().generation:
            return heads


def _read(parts: Parts, generation: int, wanted: int) -> Heads:
    content = hashlib.sha256()
    count = 0

    def head() -> Head:
        return Head(generation, count, content.hexdigest()[:_DIGITS])

    then = head() if wanted == 0 else None
    unfinished = b""
    for name in parts.names():
        with parts.path(name).open("rb") as file:
            for line in file:
                content.update(unfinished)
                if not line.endswith(b"\n"):
                    unfinished = line
                    continue
                unfinished = b""
                content.update(line)
                count += 1
                if count == wanted:
                    then = head()
    return Heads(head(), then)


def why_not_contained(heads: Heads, noted: Head) -> str | None:
    """Why an archive does not contain a head that was noted earlier; None where it does.

    `heads` are those of the archive, read for the lines of the noted one.
    """
    now = heads.now
    if noted.generation < now.generation:
        return (
            f"the head {noted} can no longer be compared: since it was noted, articles were purged or a loss was"
            f" accepted (generation {noted.generation}, now {now.generation}); note the new head"
        )
    if noted.generation > now.generation:
        return f"this is an older copy of the archive: it is at generation {now.generation}, the head {noted} is newer"
    if heads.then is None:
        return (
            f"the archive has {now.lines:,} lines, {noted.lines - now.lines:,} fewer than when the head {noted} was"
            " noted: its end is missing, or this is an older copy"
        )
    if heads.then != noted:
        return f"the first {noted.lines:,} lines are not those of the head {noted}: they were changed or damaged"
    return None
