"""What a server does besides answering: wait for what it serves, and share changed files with other nodes."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TYPE_CHECKING

from newsarchive.errors import NewsArchiveError, describe_fault

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

TRY_EVERY = 5.0
"""Seconds between two attempts to open what is to be served."""
SHARE_EVERY = 2.0
"""Seconds between two looks at the files that other nodes need."""
_PATIENCE = 15.0
"""Seconds to wait for an attempt that is under way when the server stops."""

_log = logging.getLogger(__name__)


class Opening:
    """An application that answers like `meanwhile` until another one can be opened, which a thread tries.

    Use it as a context, which closes what was opened.
    """

    def __init__(
        self, open_app: "Callable[[], AbstractContextManager[WSGIApplication]]", meanwhile: "WSGIApplication"
    ) -> None:
        self._open_app = open_app
        self._app = meanwhile
        self._opened = ExitStack()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        return self._app(environ, start_response)

    @contextmanager
    def trying(self) -> "Iterator[WSGIApplication]":
        """Try to open the application until that succeeds, or the context ends."""
        with _repeating("opening", TRY_EVERY, self._try):
            yield self
        self._opened.close()

    def _try(self) -> bool:
        self._app = self._opened.enter_context(self._open_app())
        return True


@contextmanager
def sharing_meanwhile(share: Callable[[], None]) -> Iterator[None]:
    """Share the files of the archive's folder that changed, in a thread, as long as the context lasts."""

    def again() -> bool:
        share()
        return False

    with _repeating("sharing", SHARE_EVERY, again):
        yield


@contextmanager
def _repeating(name: str, seconds: float, do: Callable[[], bool]) -> Iterator[None]:
    """Do something again and again in a thread, until it returns True. A failure is logged when it changes."""
    stop = threading.Event()

    def run() -> None:
        said = ""
        while not stop.wait(seconds):
            try:
                if do():
                    return
                said = ""
            except Exception as error:
                told = str(error) if isinstance(error, NewsArchiveError | OSError) else describe_fault(error)
                if told != said:
                    said = told
                    _log.warning("%s", said)

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_PATIENCE)
