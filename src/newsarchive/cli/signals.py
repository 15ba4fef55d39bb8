"""Ctrl-C and SIGTERM while something is being written: what was begun is finished first."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Terminated(KeyboardInterrupt):
    """SIGTERM came. It ends a command as Ctrl-C does, with an exit code of its own."""


class Interruptions:
    """From `with` to its end, SIGINT raises KeyboardInterrupt and SIGTERM Terminated, but not inside `held_back`.

    Signals reach the main thread only; elsewhere this does nothing.
    """

    def __init__(self) -> None:
        self._is_held_back = False
        self._waiting: BaseException | None = None
        self._before: dict[signal.Signals, object] = {}

    def __enter__(self) -> "Interruptions":
        """Take the signals over."""
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                # A shell starts what runs in the background with Ctrl-C ignored, and nohup has its reasons too.
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._interrupt)
        return self

    def __exit__(self, *_: object) -> None:
        """Give the signals back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        self._before.clear()

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """What comes meanwhile is raised at the end."""
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
