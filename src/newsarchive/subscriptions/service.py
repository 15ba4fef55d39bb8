"""Fetches the feeds of an archive: one round, or round after round as a service."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from newsarchive.archive.locks import Held, take_lock
from newsarchive.errors import FetchRunning, NewsArchiveError
from newsarchive.subscriptions.clock import Clock
from newsarchive.subscriptions.feed_list import FOLDER
from newsarchive.subscriptions.reports import RoundReport
from newsarchive.wording import worded

LOCK_FILE = "fetch.lock"

_SHORTEST_SLEEP = 1.0


@contextmanager
def only_fetcher(archive: Path) -> Iterator[None]:
    """Be the only process that fetches feeds for this archive. Raises FetchRunning at once if another one does."""
    folder = archive / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    try:
        lock = take_lock(folder / LOCK_FILE)
    except Held as held:
        raise FetchRunning(
            worded(
                "{archive}: process {holder} is already fetching the feeds of this archive; nothing to do",
                archive=archive,
                holder=held.holder,
            )
        ) from held
    with lock:
        yield


class Service:
    """Runs `run_round` whenever a feed is due, at the latest after `every` seconds.

    `next_due` says when the next feed is due. An error of a round, such as a full disk or a busy
    archive, is passed to `on_error`, and the next round tries again.
    """

    def __init__(  # noqa: PLR0913 - the parts of the world
        self,
        run_round: Callable[[], RoundReport],
        next_due: Callable[[], float | None],
        *,
        every: float,
        clock: Clock,
        stop: threading.Event,
        on_error: Callable[[Exception], None],
    ) -> None:
        self._run_round = run_round
        self._next_due = next_due
        self._every = every
        self._clock = clock
        self._stop = stop
        self._on_error = on_error

    def run(self) -> None:
        """Run until `stop` is set."""
        while not self._stop.is_set():
            started = self._clock.now()
            try:
                self._run_round()
                due = self._next_due()
            except (NewsArchiveError, OSError) as error:
                self._on_error(error)
                due = None
            latest = started + self._every
            now = self._clock.now()
            wake = latest if due is None else min(max(due, now), latest)
            self._clock.sleep(max(wake - now, _SHORTEST_SLEEP))
