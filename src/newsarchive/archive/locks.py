"""Locks between processes: a file that one process at a time can hold, and that has the process id of its holder.

The operating system releases a lock when the process ends, so a crash never leaves a stale lock.
"""

import fcntl
import os
import time
from pathlib import Path
from typing import BinaryIO

from newsarchive.wording import worded

POLL = 0.05
"""Seconds between attempts to take a lock that another process holds."""


class Held(Exception):
    """Another process still holds the lock after the wait. `holder` is its process id, or `unknown`."""

    def __init__(self, holder: str, waited: float) -> None:
        super().__init__(worded("held by process {holder} after {waited:g} s", holder=holder, waited=waited))
        self.holder = holder
        self.waited = waited

    @property
    def advice(self) -> str:
        """The time waited, and what to do."""
        waited = worded(" after {waited:g} seconds", waited=self.waited) if self.waited else ""
        return worded(
            "still busy{waited}; try again when it has finished, or wait longer with --wait SECONDS", waited=waited
        )


def take_lock(path: Path, wait: float = 0.0) -> BinaryIO:
    """Lock a file, which is created if it is missing. Closing the file releases the lock.

    If another process holds the lock, retries for `wait` seconds, then raises Held. Raises OSError if the file can't be
    opened.
    """
    deadline = time.monotonic() + wait
    file = path.open("a+b")
    try:
        while not _try(file):
            rest = deadline - time.monotonic()
            if rest <= 0:
                file.seek(0)
                raise Held(file.read(32).decode(errors="replace").strip() or "unknown", wait)
            time.sleep(min(POLL, rest))
        file.truncate(0)
        file.write(str(os.getpid()).encode())
        file.flush()
    except BaseException:
        file.close()
        raise
    return file


def _try(file: BinaryIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
