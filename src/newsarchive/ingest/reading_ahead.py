"""Reads articles in another process, so that one processor reads and cleans what the other one stores."""

import multiprocessing
import os
import pickle
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from multiprocessing.connection import Connection
from queue import Queue
from threading import Thread
from typing import TYPE_CHECKING

from newsarchive.article import Article
from newsarchive.child_process import ctrl_c_held_back
from newsarchive.collecting import collect_rarely
from newsarchive.errors import IngestError
from newsarchive.ingest.draft import Cut, Defaults, OnCut
from newsarchive.ingest.fetching.settings import FetchSettings
from newsarchive.ingest.locations import Result, read
from newsarchive.wording import worded

if TYPE_CHECKING:
    from newsarchive.warc.keeping import PageKeeper

_AT_ONCE = 50
"""The number of events that are sent at a time."""
_AHEAD = 20
"""The number of such messages that wait to be taken. More would only take up memory."""
_ENDS_EARLY = worded("the process that reads was killed, most likely for lack of memory; try again with --workers 1")

_Event = Article | Cut | tuple[type[IngestError], str, str]
"""What reading yields and reports, in order. An error is sent as its type, origin and reason."""


def read_ahead(  # noqa: PLR0913 - those of `read`
    locations: Iterable[str],
    defaults: Defaults,
    *,
    format: str | None = None,  # noqa: A002 - the name of the option
    fetching: FetchSettings | None = None,
    on_cut: OnCut | None = None,
    keeper: "PageKeeper | None" = None,
) -> Iterator[Result]:
    """Yield what `locations.read` yields for each of the locations, which another process reads meanwhile.

    Standard input can't be read. The process ends with this generator, and with this process. If it
    is killed, an IngestError is yielded in place of the rest. Raises ValueError for an unknown format.
    """
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    arguments = sending, tuple(locations), defaults, format, fetching, keeper
    process = context.Process(target=_read_and_send, args=arguments, daemon=True)
    try:
        with ctrl_c_held_back():
            process.start()
        # The only other end is that of the process, so its end shows here.
        sending.close()
        for event in chain.from_iterable(_received(receiving)):
            if isinstance(event, Cut):
                if on_cut is not None:
                    on_cut(event)
            elif isinstance(event, tuple):
                kind, origin, reason = event
                yield kind(origin, reason)
            else:
                yield event
    finally:
        process.terminate()
        process.join()
        receiving.close()


def _received(receiving: Connection) -> Iterator[list[_Event]]:
    """The messages of the process. One that ends before it has sent an empty message was killed."""
    try:
        while events := pickle.loads(receiving.recv_bytes()):  # noqa: S301 - from this program's own process
            if isinstance(events, Exception):
                raise events
            yield events
    except EOFError:
        yield [(IngestError, "input", _ENDS_EARLY)]


def _read_and_send(  # noqa: PLR0913 - those of `read`
    sending: Connection,
    locations: tuple[str, ...],
    defaults: Defaults,
    form: str | None,
    fetching: FetchSettings | None,
    keeper: "PageKeeper | None",
) -> None:
    """Read all locations, and send the events while reading goes on."""
    collect_rarely()
    messages: Queue[bytes] = Queue(_AHEAD)
    sender = Thread(target=_send, args=(sending, messages), daemon=True)
    sender.start()
    events: list[_Event] = []
    try:
        for location in locations:
            reading = read(location, defaults, format=form, fetching=fetching, on_cut=events.append, keeper=keeper)
            for result in reading:
                events.append(_as_event(result))
                if len(events) >= _AT_ONCE:
                    messages.put(pickle.dumps(events))
                    events.clear()
        last: list[object] = [events] if events else []
        last.append([])
    except ValueError as error:
        last = [error]
    for message in last:
        messages.put(pickle.dumps(message))
    messages.put(b"")
    sender.join()


def _as_event(result: Result) -> _Event:
    return (type(result), result.origin, result.reason) if isinstance(result, IngestError) else result


def _send(sending: Connection, messages: "Queue[bytes]") -> None:
    """Send the messages up to an empty one. The end of the other process ends this one at once."""
    with suppress(BrokenPipeError):
        while message := messages.get():
            sending.send_bytes(message)
        return
    sys.stdout.flush()
    os._exit(1)
