"""A response that is written while it is sent.

A format writes to a stream, but a server asks for one piece of a response after the other. So the format runs in a
thread of its own, which waits when it is a few pieces ahead of the client.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from io import RawIOBase
from typing import BinaryIO, Self, cast

PIECE = 1 << 16
"""The bytes of a piece; the last one may be shorter."""
AHEAD = 8
"""The number of pieces that are written ahead of the client."""


class _NobodyReads(OSError):
    """The client is gone, so nothing more needs to be written."""


class _Pipe(RawIOBase):
    """A stream whose content another thread takes out piece by piece, which limits how far ahead it is written."""

    def __init__(self) -> None:
        super().__init__()
        self._changed = threading.Condition()
        self._pieces: deque[bytes] = deque()
        self._rest = bytearray()
        self._is_complete = False
        self._is_abandoned = False
        self._failure: BaseException | None = None

    def writable(self) -> bool:
        """Whether the stream can be written: always."""
        return True

    def write(self, content: object, /) -> int:
        """Add bytes, waiting until the reader isn't far behind. Raises OSError if it is gone."""
        added = memoryview(content)  # type: ignore[arg-type] # what the base class allows
        self._rest += added
        while len(self._rest) >= PIECE:
            self._pass_on(bytes(self._rest[:PIECE]))
            del self._rest[:PIECE]
        return added.nbytes

    def _pass_on(self, piece: bytes) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._is_abandoned or len(self._pieces) < AHEAD)
            if self._is_abandoned:
                raise _NobodyReads("the client is gone")
            self._pieces.append(piece)
            self._changed.notify_all()

    def complete(self, failure: BaseException | None = None) -> None:
        """Say that nothing more is written; `failure` is the reason why the content isn't complete."""
        with self._changed:
            if self._rest and failure is None:
                self._pieces.append(bytes(self._rest))
            self._failure, self._is_complete = failure, True
            self._changed.notify_all()

    def abandon(self) -> None:
        """Say that nothing more is read."""
        with self._changed:
            self._is_abandoned = True
            self._pieces.clear()
            self._changed.notify_all()

    def pieces(self) -> Iterator[bytes]:
        """The content, as it is written. Ends with the failure, if there was one."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._pieces or self._is_complete)
                if not self._pieces:
                    if self._failure is not None:
                        raise self._failure
                    return
                piece = self._pieces.popleft()
                self._changed.notify_all()
            yield piece


class Download:
    """The body of a response, written by `write` in a thread while it is sent. The server closes it.

    If `write` fails, iterating raises its exception, so that the server cuts the connection off: the client can tell
    that the content isn't complete. `finally_` is called when nothing more is written, for whatever reason.
    """

    def __init__(self, write: Callable[[BinaryIO], object], finally_: Callable[[], object]) -> None:
        self._write = write
        self._finally = finally_
        self._pipe = _Pipe()
        self._pieces = self._pipe.pieces()
        self._first: list[bytes] = []
        self._thread = threading.Thread(target=self._run, name="export", daemon=True)

    def begin(self) -> Self:
        """Start, and wait for the first piece. Raises what `write` raises before it."""
        self._thread.start()
        try:
            self._first.extend(piece for piece in [next(self._pieces, b"")] if piece)
        except BaseException:
            self.close()
            raise
        return self

    def _run(self) -> None:
        failure: BaseException | None = None
        try:
            self._write(cast(BinaryIO, self._pipe))
        except BaseException as error:
            failure = error  # the thread that reads raises it
        self._finally()
        self._pipe.complete(failure)

    def __iter__(self) -> Iterator[bytes]:
        """The pieces."""
        return self

    def __next__(self) -> bytes:
        """The next piece."""
        return self._first.pop() if self._first else next(self._pieces)

    def close(self) -> None:
        """Stop writing, and wait until the thread has noticed."""
        self._pipe.abandon()
        self._thread.join()
