"""Ctrl-C and SIGTERM during a write: the write is finished first."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Terminated(KeyboardInterrupt):
    """Raised on SIGTERM. It ends a command like Ctrl-C, but with another exit code."""


class Interruptions:
    """Inside `with`, SIGINT raises KeyboardInterrupt and SIGTERM raises Terminated; `held_back`
    delays both.

    Python runs signal handlers only in the main thread, so this does nothing in other threads.
    """

    def __init__(self) -> None:
        self._is_held_back = False
        self._waiting: BaseException | None = None
        self._before: dict[signal.Signals, object] = {}

    def __enter__(self) -> "Interruptions":
        """Install the signal handlers."""
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                # Keep ignored signals ignored: shells ignore SIGINT in background jobs.
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._interrupt)
        return self

    def __exit__(self, *_: object) -> None:
        """Restore the previous signal handlers."""
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        self._before.clear()

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Delay signals that arrive inside `with` until its end."""
        self._is_held_back = True
        try:
            yield
        finally:
            self._is_held_back = False
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            raise waiting

    def _interrupt(self, number: int, _frame: FrameType | None) -> None:
        error = Terminated() if number == signal.SIGTERM else KeyboardInterrupt()
        if not self._is_held_back:
            raise error
        self._waiting = error
