"""One client's connection, with a deadline for whatever the server waits for."""

import socket
import struct
import time
from typing import TYPE_CHECKING, Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError

from newsarchive.serving.limits import Limits

if TYPE_CHECKING:
    from newsarchive.serving.http_server import Listener

_VERSIONS = ("1.0", "1.1")
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Request(HTTPRequestParser):
    """Reads a request, and refuses what two servers could understand in two ways (RFC 9112)."""

    def received(self, data: bytes) -> int:
        """Read some bytes; returns how many belong to this request."""
        consumed = super().received(data)
        if self.completed:
            # Nothing more is wanted: without this, a body that is refused is first asked for with "100 Continue".
            self.expect_continue = False
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head. Raises ParsingError, which is answered with 400."""
        lines = header_plus.split(b"\r\n")[1:]
        if any(line.startswith((b" ", b"\t")) for line in lines):
            raise ParsingError("A header may not go over several lines")
        super().parse_header(header_plus)
        if self.version not in _VERSIONS:
            raise ParsingError("Only HTTP/1.0 and HTTP/1.1 are understood")
        names = [line.partition(b":")[0].lower() for line in lines]
        hosts = names.count(b"host")
        if hosts > 1 or (hosts == 0 and self.version == "1.1"):
            raise ParsingError("There must be one Host header")
        if b"transfer-encoding" in names and (b"content-length" in names or self.version == "1.0"):
            raise ParsingError("The length of the body is ambiguous")


class Connection(HTTPChannel):
    """A connection that knows since when it waits for its client.

    waitress reads and writes it in the thread of the server, and calls `service` in another, one request at a time.
    """

    parser_class = Request
    _begun_at: float | None
    """When the request that is being received began; None between two requests."""
    _answered_at: float
    """When the application was done with the last request."""
    _moved_at: float
    """When what there is to send was last seen to change."""

    def __init__(self, server: "Listener", *arguments: Any, **options: Any) -> None:
        self._limits: Limits = server.limits
        self._begun_at = self._answered_at = self._moved_at = time.monotonic()
        self._unsent = 0
        super().__init__(server, *arguments, **options)

    def received(self, data: bytes) -> bool:
        """Take in what was read."""
        if self._begun_at is None:
            self._begun_at = time.monotonic()
        return super().received(data)

    def service(self) -> None:
        """Answer one request, in a thread for that."""
        # Nothing is read until this is over, so no other thread looks at the time.
        self._begun_at = None
        super().service()
        self._answered_at = time.monotonic()

    @property
    def is_answered(self) -> bool:
        """Whether the application has nothing to do for this client: the client is to send, or to take, something."""
        return not self.requests

    @property
    def is_idle(self) -> bool:
        """Whether the client has got all answers, and has sent nothing of another request."""
        return self.is_answered and self.request is None and not self.total_outbufs_len

    @property
    def waiting_since(self) -> float:
        """Since when the client keeps the server waiting."""
        return self._answered_at if self._begun_at is None else self._begun_at

    def is_late(self, now: float) -> bool:
        """Whether the client did not do in time what the server waits for. To be asked about once a second."""
        limits, unsent = self._limits, self.total_outbufs_len
        if unsent != self._unsent:
            self._unsent, self._moved_at = unsent, now
        if unsent:
            return now > self._moved_at + limits.send_timeout
        if not self.is_answered:
            return False
        if self.request is not None and self._begun_at is None:
            # The start of another request came together with the one that was answered.
            self._begun_at = now
        if self._begun_at is None:
            return now > max(self._answered_at, self._moved_at) + limits.keep_alive
        has_head = self.request is not None and self.request.headers_finished
        return now > self._begun_at + limits.head_timeout + (limits.body_timeout if has_head else 0)

    def drop(self) -> None:
        """Close the connection. What the client has not taken of an answer is thrown away."""
        if self.total_outbufs_len and self.socket is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.handle_close()
