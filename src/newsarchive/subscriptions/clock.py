"""Time as a parameter, so that tests can play a week in seconds."""

import threading
import time
from typing import Protocol


class Clock(Protocol):
    """What time it is, and how to wait."""

    def now(self) -> float:
        """Return the seconds since 1970 (UTC)."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait, or return early if the run is being stopped."""
        ...


class SystemClock:
    """The time of this machine. `stop` ends every wait at once."""

    def __init__(self, stop: threading.Event | None = None) -> None:
        self._stop = stop or threading.Event()

    def now(self) -> float:
        """Return the seconds since 1970 (UTC)."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Wait, or return early if the run is being stopped."""
        self._stop.wait(max(seconds, 0.0))


class Stopped(Exception):
    """The run was stopped while something waited for its turn."""
