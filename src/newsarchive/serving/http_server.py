"""An HTTP server for a WSGI application: waitress, plus the limits it lacks."""

import logging
import resource
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from newsarchive.serving.connection import Connection
from newsarchive.serving.limits import Limits

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_TICK = 0.25
"""Seconds between checks for late clients."""
_OTHER_FILES = 256
"""Open files of a process besides its connections: the index, the archive and its catalogue."""


def bind(host: str, port: int) -> list[socket.socket]:
    """Return bound sockets for all addresses of a host, not yet listening. Raises OSError."""
    sockets: list[socket.socket] = []
    try:
        for family, kind, protocol, _, address in socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        ):
            bound = socket.socket(family, kind, protocol)
            sockets.append(bound)
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            bound.bind(address)
    except OSError:
        for bound in sockets:
            bound.close()
        raise
    return sockets


class Listener(TcpWSGIServer):
    """Accepts connections on one socket. `active_channels` is shared by all listeners of a server."""

    channel_class = Connection
    limits: Limits
    active_channels: dict[int, Connection]  # type: ignore[assignment] # the stub has the type of one channel

    def readable(self) -> bool:
        """Whether another connection can be accepted: there is room, or a connection can be closed to make room."""
        return self.accepting and (
            len(self.active_channels) < self.limits.connections
            or any(connection.is_answered for connection in self.active_channels.values())
        )

    def handle_accept(self) -> None:
        """Accept a connection, closing another one if there are too many."""
        super().handle_accept()
        while len(self.active_channels) > self.limits.connections:
            answered = (connection for connection in self.active_channels.values() if connection.is_answered)
            min(answered, key=lambda connection: connection.waiting_since).drop()


class HttpServer:
    """Serves a WSGI application on bound sockets from `run` until `stop`.

    `trusted_proxy` is the address of the reverse proxy whose X-Forwarded headers are trusted; those
    headers are dropped from all other clients.
    """

    def __init__(
        self,
        application: "WSGIApplication",
        sockets: list[socket.socket],
        limits: Limits,
        *,
        threads: int,
        trusted_proxy: str | None = None,
    ) -> None:
        self._limits = limits
        self._stop_at: float | None = None
        self._connections: dict[int, Connection] = {}
        self._map: dict[int, Any] = {}
        self._threads = ThreadedTaskDispatcher()
        self._threads.set_thread_count(threads)
        # waitress warns about each request that has to wait for a thread.
        self._threads.queue_logger.setLevel(logging.ERROR)
        _allow_open_files(limits.connections + _OTHER_FILES)
        settings = Adjustments(sockets=sockets, **_settings(limits), **_proxy(trusted_proxy))
        self._listeners = [self._listen(application, bound, settings) for bound in sockets]

    def _listen(self, application: "WSGIApplication", bound: socket.socket, settings: Adjustments) -> Listener:
        about = (bound.family, bound.type, bound.proto, bound.getsockname())
        listener = Listener(
            application, self._map, False, bound, self._threads, settings, sockinfo=about, bind_socket=False
        )
        listener.limits = self._limits
        listener.active_channels = self._connections
        listener.accept_connections()
        return listener

    def stop(self) -> None:
        """Stop accepting connections, finish current requests and let `run` return. Callable from any thread."""
        if self._stop_at is None:
            self._stop_at = time.monotonic() + self._limits.stop_timeout
        for listener in self._listeners:
            with suppress(OSError):
                listener.pull_trigger()

    def run(self) -> None:
        """Serve requests, in this thread and the application's threads, until `stop` is called."""
        next_look = 0.0
        while self._stop_at is None or (self._connections and time.monotonic() < self._stop_at):
            wasyncore.loop(_TICK, use_poll=True, map=self._map, count=1)
            now = time.monotonic()
            if self._stop_at is not None:
                self._stop_accepting()
            if now >= next_look or self._stop_at is not None:
                next_look = now + _TICK
                self._drop_late_clients(now)
        self._close()

    def _stop_accepting(self) -> None:
        for listener in self._listeners:
            if listener.accepting and listener.socket is not None:
                listener.accepting = False
                listener.socket.close()
                listener.del_channel()

    def _drop_late_clients(self, now: float) -> None:
        for connection in list(self._connections.values()):
            if connection.is_late(now) or (self._stop_at is not None and connection.is_idle):
                connection.drop()

    def _close(self) -> None:
        self._threads.shutdown(timeout=1)
        for connection in list(self._connections.values()):
            connection.drop()
        self._stop_accepting()
        # No trigger may be pulled from now on: its file descriptors may be reused by other files.
        self._listeners.clear()
        for trigger in list(self._map.values()):
            trigger.close()


def _settings(limits: Limits) -> dict[str, Any]:
    """The limits as waitress settings; waitress rejects sizes from its limit on, not above it."""
    return {
        "ident": None,
        "max_request_header_size": limits.head_limit + 1,
        "max_request_body_size": limits.body_limit + 1,
        # A body is never written to disk.
        "inbuf_overflow": limits.body_limit + 1,
    }


def _proxy(address: str | None) -> dict[str, Any]:
    """The proxy settings for waitress. Without a trusted proxy, all forwarded headers are dropped."""
    if address is None:
        return {"clear_untrusted_proxy_headers": True}
    return {
        "trusted_proxy": address,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": "x-forwarded-for x-forwarded-host x-forwarded-proto x-forwarded-port",
        "clear_untrusted_proxy_headers": True,
    }


def _allow_open_files(count: int) -> None:
    """Raise the limit of open files of this process, as far as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count if hard == resource.RLIM_INFINITY else min(count, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
