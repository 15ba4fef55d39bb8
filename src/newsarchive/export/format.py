"""An export format, and the result of an export."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from newsarchive.article import Article

MOST_MISSING = 1_000
"""The number of articles that could not be written that a report names."""


@dataclass(slots=True)
class ExportReport:
    """The number of `items` written, and the articles that the format could not write, with the reason."""

    items: int = 0
    missing: int = 0
    reasons: list[tuple[str, str]] = field(default_factory=list)

    def add_missing(self, article_id: str, reason: str) -> None:
        """Count an article that could not be written."""
        self.missing += 1
        if len(self.reasons) < MOST_MISSING:
            self.reasons.append((article_id, reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFormat:
    """An export format.

    `name` is used on the command line. `item` says what `ExportReport.items` counts. `write` gets the articles, the
    binary stream to write and the folder of the archive. `is_text` means that the output may go to a terminal.
    """

    name: str
    item: str
    write: Callable[[Iterable[Article], BinaryIO, Path], ExportReport]
    is_text: bool = True
