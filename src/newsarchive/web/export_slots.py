"""How many exports run at the same time, over all processes that serve one archive."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from flask import current_app

from newsarchive.archive.locks import Held, take_lock
from newsarchive.errors import ArchiveError, ExportsBusy
from newsarchive.export.format import ExportFormat
from newsarchive.export.formats import served

_EXTENSION = "newsarchive.exports"


def bind_slots(slots: "ExportSlots") -> dict[str, object]:
    """The entry for `app.extensions` that `current_slots` reads."""
    return {_EXTENSION: slots}


def current_slots() -> "ExportSlots":
    """The slots that the app was created with."""
    return cast(ExportSlots, current_app.extensions[_EXTENSION])


class ExportSlots:
    """The slots for exports of one archive. Each is a file that is locked by the thread that has the slot.

    The operating system frees the slots of a process that dies.
    """

    def __init__(self, folder: Path, count: int) -> None:
        self._folder = folder
        self.count = count

    def take(self) -> BinaryIO:
        """Take a slot; closing the file frees it.

        Raises ExportsBusy if all are taken, and ArchiveError if the files can't be locked.
        """
        for path in self._files():
            try:
                return take_lock(path)
            except Held:
                continue
            except OSError as error:
                raise ArchiveError(f"{path}: an export can't be locked: {error.strerror}") from error
        raise ExportsBusy(self.count)

    @property
    def formats(self) -> tuple[ExportFormat, ...]:
        """The formats on offer; none if no export may run."""
        return served() if self.count else ()

    def _files(self) -> Iterator[Path]:
        return (self._folder / f".export-{number}.lock" for number in range(1, self.count + 1))
