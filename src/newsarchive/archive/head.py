"""The head of an archive: a short text that identifies all its lines, to note elsewhere and compare later.

Its form is `<generation>:<lines>:<digest>`. The digest is the first 16 hex digits of the sha256 of these
lines. If no part number is above 999, `cat articles/*.jsonl | head -n LINES | sha256sum` computes it, too.
"""

import hashlib
import re
from typing import NamedTuple

from newsarchive.archive.parts import Parts
from newsarchive.wording import worded

_DIGITS = 16
_FORM = re.compile(r"(\d{1,18}):(\d{1,18}):([0-9a-f]{16})", re.ASCII)


class Head(NamedTuple):
    """The generation of an archive, and the number and digest of its lines."""

    generation: int
    lines: int
    digest: str

    def __str__(self) -> str:
        """The head as text, as `parse` reads it."""
        return f"{self.generation}:{self.lines}:{self.digest}"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """Parse a head. Raises ValueError if the text is not a head."""
        match = _FORM.fullmatch(text.strip())
        if match is None:
            raise ValueError(worded("{text!r} is not a head: a head looks like 0:1234:0123456789abcdef", text=text))
        return cls(int(match[1]), int(match[2]), match[3])


class Heads(NamedTuple):
    """The current head of an archive, and the head of its first lines, of a given number.

    `then` is None if the archive has fewer lines than that.
    """

    now: Head
    then: Head | None


def read_heads(parts: Parts, lines: int = 0) -> Heads:
    """Read all lines to compute the head of the archive and the head of its first `lines` lines.

    A last line without a newline doesn't count.
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
    """The reason why an archive doesn't contain a head noted earlier; None if it does.

    `heads` are the heads of the archive, read with the number of lines of the noted head.
    """
    now = heads.now
    if noted.generation < now.generation:
        return worded(
            "the head {noted} can no longer be compared: since it was noted, articles were "
            "purged or a loss was accepted (generation {generation}, now {generation2}); note "
            "the new head",
            noted=noted,
            generation=noted.generation,
            generation2=now.generation,
        )
    if noted.generation > now.generation:
        return worded(
            "this is an older copy of the archive: it is at generation {generation}, the head {noted} is newer",
            generation=now.generation,
            noted=noted,
        )
    if heads.then is None:
        return worded(
            "the archive has {lines:,} lines, {lines2:,} fewer than when the head {noted} was "
            "noted: its end is missing, or this is an older copy",
            lines=now.lines,
            lines2=noted.lines - now.lines,
            noted=noted,
        )
    if heads.then != noted:
        return worded(
            "the first {lines:,} lines do not match the head {noted}: they were changed or damaged",
            lines=noted.lines,
            noted=noted,
        )
    return None
