"""Rebuild an index in the background, for a server that found its index unusable."""

import logging
import threading
import time
from collections.abc import Callable

from newsarchive.errors import IndexLocked, IndexUnusable, NewsArchiveError

_log = logging.getLogger(__name__)

GRACE = 3.0
"""Seconds to wait before a rebuild: a command that changed the archive is probably rebuilding the index itself."""
PAUSE = 60.0
"""Seconds between rebuilds, even after a success: on a bad disk, the index could get damaged again and again."""


class IndexRepairer:
    """Rebuilds an index in a thread. `check` raises IndexUnusable as long as a rebuild is needed."""

    def __init__(self, check: Callable[[], object], rebuild: Callable[[], object]) -> None:
        self._check = check
        self._rebuild = rebuild
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._not_before = 0.0

    def wake(self) -> None:
        """Start a rebuild, unless one is running or has ended a moment ago."""
        with self._lock:
            is_running = self._thread is not None and self._thread.is_alive()
            if not is_running and time.monotonic() >= self._not_before:
                self._thread = threading.Thread(target=self._repair, name="index-repair", daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Wait until a running rebuild has ended."""
        if self._thread is not None:
            self._thread.join()

    def _repair(self) -> None:
        time.sleep(GRACE)
        try:
            self._check()
        except IndexUnusable as error:
            _log.warning("%s: rebuilding the index from the archive", error.reason)
            self._run_rebuild()
        except NewsArchiveError as error:
            # Whether the index is usable is unknown, so it is left alone.
            _log.warning("the index was not looked at: %s", error)
        finally:
            # Also after an unexpected error, which ends the thread with a traceback in the log.
            self._not_before = time.monotonic() + PAUSE

    def _run_rebuild(self) -> None:
        try:
            self._rebuild()
        except IndexLocked:
            _log.info("another process is rebuilding the index")
        except (NewsArchiveError, OSError) as error:
            _log.error("the index could not be rebuilt; the next attempt is in %.0f s or later: %s", PAUSE, error)
        else:
            _log.warning("the index was rebuilt and can be used again")
