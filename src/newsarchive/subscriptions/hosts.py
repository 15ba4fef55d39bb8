"""One request per host at a time, with a pause after it, and several hosts in parallel."""

import asyncio
import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from newsarchive.subscriptions.clock import Clock, Stopped

PAUSE = 1.0
"""Seconds between two requests to a host."""
WORKERS = 8
"""Hosts that are asked at the same time."""

_POLL = 0.02
_AHEAD = 2
"""Outcomes that wait for the caller, at most; each can be a large response."""
_WATCH = 0.5
"""Seconds after which a thread looks whether the run was stopped."""
_DEFAULT_PORTS = {"http": 80, "https": 443, "": None}

Job = TypeVar("Job")
Outcome = TypeVar("Outcome")


class HostBlocked(Exception):
    """The host of a redirect asked to be left alone."""


def host_of(url: str) -> str:
    """The host of a URL, with its port unless that is the default one."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    host = (parts.hostname or "").rstrip(".")
    return host if port is None or port == _DEFAULT_PORTS.get(parts.scheme.lower()) else f"{host}:{port}"


class HostTurns:
    """Whose turn it is at each host. Used by all threads of a round.

    `blocked` are hosts that asked to be left alone, and until when.
    """

    def __init__(self, clock: Clock, pause: float = PAUSE, blocked: Mapping[str, float] | None = None) -> None:
        self._clock = clock
        self._pause = pause
        self._lock = threading.Lock()
        self._busy: set[str] = set()
        self._free_at: dict[str, float] = {}
        self._blocked = dict(blocked or {})
        self._stop = threading.Event()

    def stop(self) -> None:
        """Let nobody begin another request."""
        self._stop.set()

    def block(self, host: str, until: float) -> None:
        """Leave a host alone until then."""
        with self._lock:
            self._blocked[host] = max(until, self._blocked.get(host, 0.0))

    def blocked_until(self, host: str) -> float:
        """Until when a host must be left alone; 0 if it mustn't."""
        until = self._blocked.get(host, 0.0)
        return until if until > self._clock.now() else 0.0

    @contextmanager
    def turn(self, url: str, pause: float = 0.0) -> Iterator["Turn"]:
        """Wait for the turn of a request; inside `with` nobody else asks this host.

        `pause` is that which the host asks for, if it is longer than the usual one. Raises Stopped.
        """
        host = host_of(url)
        while wait := self._try(host):
            self._clock.sleep(wait)
        turn = Turn(self, host)
        try:
            yield turn
        finally:
            self.release(turn.host, pause)

    def _try(self, host: str) -> float:
        """Take the turn and return 0, or return how long to wait before trying again."""
        if self._stop.is_set():
            raise Stopped
        with self._lock:
            if host in self._busy:
                return _POLL
            wait = self._free_at.get(host, 0.0) - self._clock.now()
            if wait > 0:
                return wait
            self._busy.add(host)
            return 0.0

    async def take(self, host: str) -> float:
        """Wait for the turn of a request in a coroutine. Returns the seconds waited. Raises HostBlocked and Stopped."""
        if self.blocked_until(host):
            raise HostBlocked(host)
        waited = 0.0
        while wait := self._try(host):
            await asyncio.sleep(min(wait, _POLL))
            waited += min(wait, _POLL)
        return waited

    def release(self, host: str, pause: float = 0.0) -> None:
        """End a request. The next one must wait for the pause."""
        with self._lock:
            self._busy.discard(host)
            self._free_at[host] = self._clock.now() + max(self._pause, pause)


class Turn:
    """The turn of one fetch. It moves with the redirects of the fetch."""

    def __init__(self, turns: HostTurns, host: str) -> None:
        self._turns = turns
        self.host = host

    async def move(self, _before: str, after: str) -> float:
        """Follow a redirect: give up this host's turn, then wait for the other's. Returns the seconds waited."""
        host = host_of(after)
        if host == self.host:
            return 0.0
        self._turns.release(self.host)
        # Until the other turn is taken, there is none to release.
        self.host = ""
        waited = await self._turns.take(host)
        self.host = host
        return waited


def run_by_host(
    jobs: Iterable[Job], host: Callable[[Job], str], do: Callable[[Job], Outcome], workers: int, stop: threading.Event
) -> Iterator[Outcome]:
    """Yield the outcome of each job as it comes. The jobs of a host run one after the other, in order.

    With one worker, everything runs in the calling thread. Otherwise threads work ahead of the
    caller, but not far, so that memory is bounded. `stop` ends
    the run after the jobs that are running; closing the iterator sets it.
    """
    by_host: dict[str, list[Job]] = defaultdict(list)
    for job in jobs:
        by_host[host(job)].append(job)
    waiting = [iter(listed) for listed in sorted(by_host.values(), key=len, reverse=True)]
    if workers == 1:
        return (do(job) for job in _in_turns(waiting) if not stop.is_set())
    return _threaded(waiting, do, workers, stop)


def _in_turns(waiting: list[Iterator[Job]]) -> Iterator[Job]:
    """One job of each host after the other, so that the pauses of a host are used by others."""
    while waiting:
        left = []
        for jobs in waiting:
            for job in jobs:
                yield job
                left.append(jobs)
                break
        waiting = left


def _threaded(
    waiting: list[Iterator[Job]], do: Callable[[Job], Outcome], workers: int, stop: threading.Event
) -> Iterator[Outcome]:
    threads: _Threads[Job, Outcome] = _Threads(waiting, do, stop, workers)
    try:
        yield from threads.outcomes()
    except BaseException:
        stop.set()
        raise


class _Ended:
    """Says that a thread has ended, with the error that ended it."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


class _Threads(Generic[Job, Outcome]):
    """Threads that each take the next host and do its jobs."""

    def __init__(
        self, waiting: list[Iterator[Job]], do: Callable[[Job], Outcome], stop: threading.Event, workers: int
    ) -> None:
        self._hosts: queue.SimpleQueue[Iterator[Job]] = queue.SimpleQueue()
        for jobs in waiting:
            self._hosts.put(jobs)
        self._do = do
        self._stop = stop
        self._outcomes: queue.Queue[Outcome | _Ended] = queue.Queue(maxsize=_AHEAD)
        self._running = min(workers, len(waiting))

    def outcomes(self) -> Iterator[Outcome]:
        """Start the threads, and yield what comes. Raises what a job raises."""
        for _ in range(self._running):
            threading.Thread(target=self._work, daemon=True, name="fetch").start()
        while self._running:
            try:
                outcome = self._outcomes.get(timeout=_WATCH)
            except queue.Empty:
                if self._stop.is_set():
                    return
                continue
            if not isinstance(outcome, _Ended):
                yield outcome
                continue
            self._running -= 1
            if outcome.error is not None:
                raise outcome.error

    def _work(self) -> None:
        try:
            while not self._stop.is_set():
                self._do_all(self._hosts.get_nowait())
        except queue.Empty:
            self._put(_Ended())
        except BaseException as error:
            self._put(_Ended(error))
        else:
            self._put(_Ended())

    def _do_all(self, jobs: Iterator[Job]) -> None:
        for job in jobs:
            self._put(self._do(job))
            if self._stop.is_set():
                return

    def _put(self, outcome: Outcome | _Ended) -> None:
        """Hand over an outcome, unless nobody waits for it any more."""
        while True:
            try:
                self._outcomes.put(outcome, timeout=_WATCH)
            except queue.Full:
                if self._stop.is_set():
                    return
            else:
                return
