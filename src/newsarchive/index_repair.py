"""Building an index anew beside a server that found that it cannot use it."""

import logging
import threading
import time
from collections.abc import Callable

from newsarchive.errors import IndexLocked, IndexUnusable, NewsArchiveError

_log = logging.getLogger(__name__)

GRACE = 3.0
"""Seconds before it begins: a command that changed the archive is most likely building the index anew itself."""
PAUSE = 60.0
"""Seconds before it is begun again, whatever came of it: on a bad disk it might be needed time after time."""


class Mender:
    """Builds an index anew in a thread. `check` raises IndexUnusable for as long as that is needed."""

    def __init__(self, check: Callable[[], object], rebuild: Callable[[], object]) -> None:
        self._check = check
        self._rebuild = rebuild
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._not_before = 0.0

    def wake(self) -> None:
        """Begin, unless that was done already, or tried a moment ago."""
        with self._lock:
            is_at_work = self._thread is not None and self._thread.is_alive()
            if not is_at_work and time.monotonic() >= self._not_before:
                self._thread = threading.Thread(target=self._mend, name="mender", daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Until what was begun has ended."""
        if self._thread is not None:
            self._thread.join()

    def _mend(self) -> None:
        time.sleep(GRACE)
        try:
            self._check()
        except IndexUnusable as error:
            _log.warning("%s: the index is built anew from the archive", error.reason)
            self._build()
        finally:
            # Also after an error that nobody foresaw, which ends the thread with its traceback in the log.
            self._not_before = time.monotonic() + PAUSE

    def _build(self) -> None:
        try:
            self._rebuild()
        except IndexLocked:
            _log.info("another process builds the index anew")
        except (NewsArchiveError, OSError) as error:
            _log.error("the index could not be built anew, and is tried again in %.0f s: %s", PAUSE, error)
        else:
            _log.warning("the index can be used again")
