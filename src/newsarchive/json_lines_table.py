"""Tables of one JSON object per line that people edit: reading them, and changing them under a lock.

Blank lines don't stay when a program changes a table, but lines that begin with `#` do.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from newsarchive.archive.locks import Held, take_lock
from newsarchive.errors import NewsArchiveError
from newsarchive.wording import worded

_WAIT = 10.0
"""Seconds to wait for another process that changes the table."""

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class RowFormat(Generic[Row]):
    """How the rows of one kind of table are read and written, and the error if that fails.

    `from_json` raises `error`, which takes a message, for an object that is no row.
    """

    from_json: Callable[[Any], Row]
    to_json: Callable[[Row], object]
    error: type[NewsArchiveError]

    def read(self, path: Path) -> list[str | Row]:
        """The rows of a file and its comments; none if it is missing. Raises `error`, naming the line, and OSError."""
        return [line for _, line in self.numbered(path)]

    def numbered(self, path: Path) -> Iterator[tuple[int, str | Row]]:
        """The same, each with the number of its line."""
        if not path.exists():
            return
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise self.error(worded("{path}: it must be in UTF-8", path=path)) from error
        yield from self.parsed(text, str(path))

    def parsed(self, text: str, where: str) -> Iterator[tuple[int, str | Row]]:
        """The rows and comments of a text, each with the number of its line. Raises `error`, naming the line."""
        for number, line in enumerate(text.split("\n"), start=1):
            if line.lstrip().startswith("#"):
                yield number, line.rstrip()
            elif line.strip():
                yield number, self._row(line, f"{where}:{number}")

    def _row(self, line: str, where: str) -> Row:
        try:
            return self.from_json(json.loads(line))
        except self.error as error:
            raise self.error(worded("{where}: {reason}", where=where, reason=error)) from error
        except (ValueError, RecursionError) as error:
            reason = worded("not valid JSON ({error})", error=error)
            raise self.error(worded("{where}: {reason}", where=where, reason=reason)) from error

    def written(self, lines: Iterable[str | Row]) -> bytes:
        """The content of a file with these rows and comments."""
        return "".join(f"{self._line(line)}\n" for line in lines).encode()

    def _line(self, line: str | Row) -> str:
        return line if isinstance(line, str) else json.dumps(self.to_json(line), ensure_ascii=False)


@contextmanager
def changing(lock: Path, error: Callable[[str], NewsArchiveError]) -> Iterator[None]:
    """Keep other processes from changing a table. Raises `error` of the process that holds the lock, and OSError."""
    try:
        held = take_lock(lock, _WAIT)
    except Held as busy:
        raise error(busy.holder) from busy
    with held:
        yield
