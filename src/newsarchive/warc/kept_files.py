"""The WARC files of an archive, `archive/warc/YYYY-MM-DD.NNN.warc.gz`: their names, days and lock."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from newsarchive.archive.locks import Held, take_lock
from newsarchive.errors import ArchiveLocked
from newsarchive.wording import worded

FOLDER = "warc"
"""The name of the folder in the archive folder."""
PATIENCE = 60.0
"""Seconds to wait for another process that writes to the files."""

_NAME = re.compile(r"(\d{4}-\d\d-\d\d)\.(\d{3,})\.warc\.gz")


def file_name(day: date, number: int) -> str:
    """The name of a file."""
    return f"{day.isoformat()}.{number:03}.warc.gz"


def number_of(path: Path) -> int:
    """The number of a file within its day."""
    found = _NAME.fullmatch(path.name)
    return int(found[2]) if found else 0


def day_of(path: Path) -> date | None:
    """The day on which a file was begun; None for another file."""
    found = _NAME.fullmatch(path.name)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def files_in(folder: Path) -> list[Path]:
    """The files of kept pages in order of time. Other files in the folder don't count."""
    if not folder.is_dir():
        return []
    return sorted(
        (path for path in folder.iterdir() if day_of(path) is not None),
        key=lambda path: (day_of(path), number_of(path)),
    )


@contextmanager
def locked(folder: Path, wait: float = PATIENCE) -> Iterator[None]:
    """Be the only process that changes the files. Raises ArchiveLocked after `wait` seconds."""
    try:
        lock = take_lock(folder / ".lock", wait)
    except Held as held:
        raise ArchiveLocked(
            worded(
                "{folder}: another process (number {holder}) is writing kept pages: {advice}",
                folder=folder,
                holder=held.holder,
                advice=held.advice,
            )
        ) from held
    with lock:
        yield
