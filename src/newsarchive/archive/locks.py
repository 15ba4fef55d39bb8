"""Locks between processes: a file that one process at a time may hold, and that says which one it is.

The lock is the operating system's and goes with the process, so a crash leaves none behind.
"""

import fcntl
import os
import time
from pathlib import Path
from typing import BinaryIO

POLL = 0.05
"""Seconds between two looks at a lock that another process holds."""


class Held(Exception):
    """Another process holds the lock, and still does after the wait. `holder` is its process id, or `unknown`."""

    def __init__(self, holder: str, waited: float) -> None:
        super().__init__(f"held by process {holder} after {waited:g} s")
        self.holder = holder
        self.waited = waited

    @property
    def advice(self) -> str:
        """How long was waited, and what to do."""
        waited = f" after {self.waited:g} seconds" if self.waited else ""
        return f"still busy{waited}; try again when it has finished, or let --wait SECONDS be longer"


def take_lock(path: Path, wait: float = 0.0) -> BinaryIO:
    """Take the lock of a file, which is made where it is missing; closing the file gives the lock back.

    While another process holds it, looks again until `wait` seconds are over; then raises Held. Raises OSError where
    the file cannot be opened.
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
