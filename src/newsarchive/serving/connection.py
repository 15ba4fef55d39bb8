"""A client's connection, with a deadline for everything the server waits for."""

import re
import socket
import struct
import time
from typing import TYPE_CHECKING, Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import WSGITask

from newsarchive.serving.limits import Limits

if TYPE_CHECKING:
    from newsarchive.serving.http_server import Listener

STREAM_AHEAD = 1 << 18
"""The bytes that a response of unknown length may be ahead of its client. Pages have a length."""
_VERSIONS = ("1.0", "1.1")
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)

_NOT_ASCII = re.compile(rb"[\x80-\xff]")


def _percent_encoded(byte: re.Match[bytes]) -> bytes:
    """A byte of the target as a browser sends it: `curl 'http://…/?q=الماء'` sends plain UTF-8."""
    return b"%%%02X" % ord(byte[0])


class Request(HTTPRequestParser):
    """Parses a request and rejects what two servers could interpret differently (RFC 9112)."""

    def received(self, data: bytes) -> int:
        """Parse some bytes; return how many belong to this request."""
        consumed = super().received(data)
        if self.completed:
            # No more bytes are wanted. Otherwise "100 Continue" would request a body that is then
            # rejected.
            self.expect_continue = False
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the head. Raises ParsingError, which results in status 400."""
        request_line, line_end, rest = header_plus.partition(b"\r\n")
        method, space, target = request_line.partition(b" ")
        target = _NOT_ASCII.sub(_percent_encoded, target)
        lines = header_plus.split(b"\r\n")[1:]
        if any(line.startswith((b" ", b"\t")) for line in lines):
            raise ParsingError("A header must not span several lines")
        try:
            super().parse_header(method + space + target + line_end + rest)
        except ValueError as error:  # waitress parses the target with urlsplit, which rejects some hosts
            raise ParsingError("The address is invalid") from error
        if self.version not in _VERSIONS:
            raise ParsingError("Only HTTP/1.0 and HTTP/1.1 are supported")
        names = [line.partition(b":")[0].lower() for line in lines]
        hosts = names.count(b"host")
        if hosts > 1 or (hosts == 0 and self.version == "1.1"):
            raise ParsingError("There must be exactly one Host header")
        if b"transfer-encoding" in names and (b"content-length" in names or self.version == "1.0"):
            raise ParsingError("The length of the body is ambiguous")


class Task(WSGITask):
    """Answers a request. A response of unknown length, such as an export, is made no faster than the client reads it.

    waitress would keep up to 16 MiB of each, which costs time and memory that pages need.
    """

    channel: "Connection"

    def write(self, data: bytes) -> None:
        """Send bytes of the response."""
        super().write(data)
        if self.content_length is None:
            self.channel.wait_for_client(STREAM_AHEAD)


class Connection(HTTPChannel):
    """A connection that tracks how long it has been waiting for its client.

    waitress reads and writes the connection in the server's thread, and calls `service` in another
    thread, one request at a time.
    """

    parser_class = Request
    task_class = Task
    _begun_at: float | None
    """When the request being received began; None between two requests."""
    _answered_at: float
    """When the application finished the last request."""
    _moved_at: float
    """When the amount of unsent data last changed."""

    def __init__(self, server: "Listener", *arguments: Any, **options: Any) -> None:
        self._limits: Limits = server.limits
        self._begun_at = self._answered_at = self._moved_at = time.monotonic()
        self._unsent = 0
        super().__init__(server, *arguments, **options)

    def received(self, data: bytes) -> bool:
        """Process received bytes."""
        if self._begun_at is None:
            self._begun_at = time.monotonic()
        return super().received(data)

    def service(self) -> None:
        """Answer one request, in a worker thread."""
        # Nothing is read until this returns, so no other thread uses this field meanwhile.
        self._begun_at = None
        super().service()
        self._answered_at = time.monotonic()

    def wait_for_client(self, ahead: int) -> None:
        """Wait, in a worker thread, until at most `ahead` bytes are unsent or the connection is closed."""
        with self.outbuf_lock:
            while self.connected and self.total_outbufs_len > ahead:
                self.server.pull_trigger()
                self.outbuf_lock.wait()

    @property
    def is_answered(self) -> bool:
        """Whether the application is done with this client, so that the server is waiting for the client."""
        return not self.requests

    @property
    def is_idle(self) -> bool:
        """Whether the client has received all responses and has sent nothing of another request."""
        return self.is_answered and self.request is None and not self.total_outbufs_len

    @property
    def waiting_since(self) -> float:
        """When the server began to wait for the client."""
        return self._answered_at if self._begun_at is None else self._begun_at

    def is_late(self, now: float) -> bool:
        """Whether the client has missed its current deadline. Call it about once a second."""
        limits, unsent = self._limits, self.total_outbufs_len
        if unsent != self._unsent:
            self._unsent, self._moved_at = unsent, now
        if unsent:
            return now > self._moved_at + limits.send_timeout
        if not self.is_answered:
            return False
        if self.request is not None and self._begun_at is None:
            # The beginning of another request arrived together with the previous request.
            self._begun_at = now
        if self._begun_at is None:
            return now > max(self._answered_at, self._moved_at) + limits.keep_alive
        has_head = self.request is not None and self.request.headers_finished
        return now > self._begun_at + limits.head_timeout + (limits.body_timeout if has_head else 0)

    def drop(self) -> None:
        """Close the connection and discard the rest of the response."""
        if self.total_outbufs_len and self.socket is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.handle_close()
