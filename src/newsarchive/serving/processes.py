"""Serving an archive with several processes on the same sockets, and a supervisor that watches them."""

import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import FrameType

from newsarchive.errors import NewsArchiveError, ServingError
from newsarchive.serving.http_server import HttpServer
from newsarchive.serving.site import Site
from newsarchive.wording import worded

_log = logging.getLogger(__name__)

PAUSE = 2.0
"""Minimum seconds between the start of a process and the start of its replacement."""
_KILL_AFTER = 2.0
"""Seconds a process has to exit, in addition to the time for its current requests."""

# A copy of this process would share its SQLite connections and locks.
_spawn = multiprocessing.get_context("spawn")


def run(site: Site, sockets: list[socket.socket], on_ready: Callable[[], None]) -> None:
    """Serve a site on bound sockets until SIGTERM or SIGINT; a second signal stops it immediately.

    If `site.config.processes` is 2 or more, that many processes serve requests and this one
    supervises them. `on_ready` is called when all of them are ready. Raises ServingError if one of
    them can't start.
    """
    if site.config.processes > 1:
        _Watcher(site, sockets).run(on_ready)
        return
    with site.open(sockets) as server, _stopping_on_signals(server.stop):
        on_ready()
        server.run()


@dataclass
class _Worker:
    process: BaseProcess
    ready: Connection
    """Readable when the process is ready."""
    started: float = field(default_factory=time.monotonic)


class _Watcher:
    """Starts the processes, replaces those that exit, and stops them all."""

    def __init__(self, site: Site, sockets: list[socket.socket]) -> None:
        self._site = site
        self._sockets = sockets
        self._workers: list[_Worker] = []
        self._is_stopping = False
        self._wake_receiver, self._wake_sender = os.pipe()

    def run(self, on_ready: Callable[[], None]) -> None:
        with _stopping_on_signals(self._stop):
            try:
                self._workers.extend(self._start() for _ in range(self._site.config.processes))
                self._wait_until_ready()
                if not self._is_stopping:
                    on_ready()
                while not self._is_stopping:
                    self._replace_ended()
                    self._wait_for_news()
            finally:
                self._end_all()
                os.close(self._wake_receiver)
                os.close(self._wake_sender)

    def _stop(self) -> None:
        self._is_stopping = True
        os.write(self._wake_sender, b"\0")

    def _start(self) -> _Worker:
        receiver, sender = _spawn.Pipe(duplex=False)
        process = _spawn.Process(target=_work, args=(self._site, self._sockets, sender), name="newsarchive-worker")
        process.start()
        sender.close()
        return _Worker(process, receiver)

    def _wait_until_ready(self) -> None:
        for worker in self._workers:
            wait([worker.ready, self._wake_receiver])
            if self._is_stopping:
                return
            try:
                worker.ready.recv()
            except EOFError:
                raise ServingError(worded("a server process exited before it was ready")) from None

    def _wait_for_news(self) -> None:
        wait([self._wake_receiver, *(worker.process.sentinel for worker in self._workers)])

    def _replace_ended(self) -> None:
        for worker in [worker for worker in self._workers if not worker.process.is_alive()]:
            _log.error("a server process exited with code %s; starting another", worker.process.exitcode)
            # A process that exits right after its start must not keep the machine busy.
            wait([self._wake_receiver], timeout=max(0, worker.started + PAUSE - time.monotonic()))
            if self._is_stopping:
                return
            self._workers.remove(worker)
            self._workers.append(self._start())

    def _end_all(self) -> None:
        for worker in self._workers:
            worker.process.terminate()
        give_up = time.monotonic() + self._site.config.stop_timeout + _KILL_AFTER
        for worker in self._workers:
            worker.process.join(max(0, give_up - time.monotonic()))
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()


def _work(site: Site, sockets: list[socket.socket], ready: Connection) -> None:
    """The main function of each process."""
    # Ctrl-C reaches every process of a terminal; this process waits for SIGTERM from its parent.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with site.open(sockets) as server:
            signal.signal(signal.SIGTERM, lambda _signal, _frame: server.stop())
            threading.Thread(target=_end_with_parent, args=(server,), daemon=True).start()
            with suppress(BrokenPipeError):  # the parent is gone, which the thread detects
                ready.send(True)
            server.run()
    except (NewsArchiveError, OSError) as error:
        sys.exit(f"newsarchive: {error}")


def _end_with_parent(server: HttpServer) -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    server.stop()


@contextmanager
def _stopping_on_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` on the first SIGTERM or SIGINT; a second signal has its default effect."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def handle(_number: int, _frame: FrameType | None) -> None:
        for number in before:
            signal.signal(number, signal.SIG_DFL)
        stop()

    for number in before:
        signal.signal(number, handle)
    try:
        yield
    finally:
        with suppress(ValueError):
            for number, handler in before.items():
                signal.signal(number, handler)
