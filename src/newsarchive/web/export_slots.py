"""How many exports run at the same time, over all processes that serve one archive."""

import errno
import os
import stat
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, cast

from flask import current_app

from newsarchive.archive.locks import Held, take_lock
from newsarchive.errors import ArchiveError, ExportsBusy
from newsarchive.export.format import ExportFormat
from newsarchive.export.formats import served
from newsarchive.wording import worded

_EXTENSION = "newsarchive.exports"
_NOT_WRITABLE = (errno.EROFS, errno.EACCES, errno.EPERM)


def bind_slots(slots: "ExportSlots") -> dict[str, object]:
    """The entry for `app.extensions` that `current_slots` reads."""
    return {_EXTENSION: slots}


def current_slots() -> "ExportSlots":
    """The slots that the app was created with."""
    return cast(ExportSlots, current_app.extensions[_EXTENSION])


class ExportSlots:
    """The slots for exports of one archive. Each is a file that is locked by the thread that has the slot.

    The operating system frees the slots of a process that dies. The files are in the folder of the archive, or in one
    for temporary files if nothing can be written there.
    """

    def __init__(self, folder: Path, count: int) -> None:
        self._folder = folder
        self.count = count

    def take(self) -> BinaryIO:
        """Take a slot; closing the file frees it.

        Raises ExportsBusy if all are taken, and ArchiveError if the files can't be locked.
        """
        try:
            slot = self._free(self._folder)
        except OSError as error:
            if error.errno not in _NOT_WRITABLE:
                raise self._failed(error) from error
            try:
                slot = self._free(_own_folder(self._folder))
            except OSError as other:
                raise self._failed(other) from other
        if slot is None:
            raise ExportsBusy(self.count)
        return slot

    def _free(self, folder: Path) -> BinaryIO | None:
        """The first free slot of those in a folder; None if all are taken. Raises OSError."""
        for number in range(1, self.count + 1):
            try:
                return take_lock(folder / f".export-{number}.lock")
            except Held:
                continue
        return None

    def _failed(self, error: OSError) -> ArchiveError:
        return ArchiveError(
            worded(
                "{filename}: an export can't be locked: {strerror}",
                filename=error.filename or self._folder,
                strerror=error.strerror,
            )
        )

    @property
    def formats(self) -> tuple[ExportFormat, ...]:
        """The formats on offer; none if no export may run."""
        return served() if self.count else ()


def _own_folder(archive: Path) -> Path:
    """A folder for locks of an archive that is read-only, the same for all processes of one user.

    Raises OSError if it can't be made, or if another user has made it.
    """
    name = sha256(bytes(archive.resolve())).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"newsarchive-{os.getuid()}-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise PermissionError(errno.EPERM, "others can write there", str(folder))
    return folder
