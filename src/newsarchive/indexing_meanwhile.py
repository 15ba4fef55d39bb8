"""Index in another process what this one adds to the archive, so that both processors are busy.

The other process only reads the archive, like every update of the index, and sends this one the words
of what it indexes, for the groups of articles. If it fails or is killed, nothing is lost: the next
update goes on from the positions that the index and the groups have committed.
"""

import logging
import multiprocessing
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Self

from newsarchive.child_process import ctrl_c_held_back, end_with_parent
from newsarchive.collecting import collect_rarely
from newsarchive.config import Config
from newsarchive.errors import NewsArchiveError, describe_fault
from newsarchive.library import Library, open_library
from newsarchive.search import UpdateReport
from newsarchive.search.whoosh_index import SHARED_FROM
from newsarchive.stories.following import Batches

_PATIENCE = 0.05
"""Seconds between two looks whether the archive has grown."""

_log = logging.getLogger(__name__)


class _Interrupted(Exception):
    """The block failed, so the groups aren't completed either."""


class IndexingMeanwhile:
    """A context in which another process indexes what is added to the library's archive.

    Call `look` whenever something was added: the process is started for a few megabytes or more.
    When the context ends without an exception, all of it is indexed, unless something went wrong; an
    update of the index finds out. `report` then says what was indexed.
    """

    def __init__(self, library: Library, config: Config) -> None:
        self.report: UpdateReport | None = None
        self._library = library
        self._arguments = config, library.archive.folder
        self._start = library.archive.end()
        self._thread: threading.Thread | None = None
        self._is_interrupted = False
        context = multiprocessing.get_context("spawn")
        self._connection, self._other_end = context.Pipe()
        self._process = context.Process(
            target=_index, args=(self._other_end, *self._arguments), daemon=True, name="newsarchive-index"
        )

    def look(self) -> None:
        """Start indexing if enough was added."""
        if self._thread is None and self._library.archive.parts.bytes_since(self._start) >= SHARED_FROM:
            self._thread = threading.Thread(target=self._run)
            self._thread.start()

    def _run(self) -> None:
        """Start the process, and take in what it sends, until it ends."""
        try:
            # The groups must be open before anything is read for them: see `GroupsFollower`.
            with self._library.groups.following() as follower:
                with ctrl_c_held_back():
                    self._process.start()
                self._other_end.close()
                if self._is_interrupted:
                    self._process.terminate()
                with suppress(EOFError, ConnectionError):
                    while not isinstance(message := self._connection.recv(), UpdateReport):
                        if follower is not None:
                            follower.take(message)
                    self.report = message
                self._process.join()
                if self._is_interrupted:
                    raise _Interrupted
        except _Interrupted:
            pass
        except Exception as error:
            _log.info("the index was not updated meanwhile: %s", describe_fault(error))

    def __enter__(self) -> Self:
        """Return the context."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Wait until everything is indexed, or end the process after an exception."""
        try:
            if self._thread is not None:
                self._end(self._thread, is_interrupted=kind is not None)
        finally:
            self._connection.close()
            self._other_end.close()

    def _end(self, thread: threading.Thread, *, is_interrupted: bool) -> None:
        try:
            if is_interrupted:
                self._interrupt()
            else:
                with suppress(OSError):
                    self._connection.send("no more")
            thread.join()
        except BaseException:
            self._interrupt()
            thread.join()
            raise

    def _interrupt(self) -> None:
        self._is_interrupted = True
        with suppress(ValueError, AttributeError):
            self._process.terminate()


def _index(connection: Connection, config: Config, folder: Path) -> None:
    """Index until the other process says that there is no more, and send it all batches and the report."""
    collect_rarely()
    end_with_parent()
    with open_library(config, folder=folder) as library:
        batches = Batches(connection.send)
        try:
            report = library.index_growing(lambda: not connection.poll(_PATIENCE), batches)
            batches.flush()
            connection.send(report)
        except (NewsArchiveError, OSError) as error:
            # The other process updates the index afterwards, and says what is wrong.
            _log.info("the index was not updated meanwhile: %s", error)
