"""A door to a server: an address that leads to it, and can be shut as if the server was down."""

import socket
import socketserver
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit


class Door:
    """A context in which an address on loopback leads to a server while it is open. It is shut at first."""

    def __init__(self, server: str) -> None:
        url = urlsplit(server)
        self._target = str(url.hostname), int(url.port or 80)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._server: _Forwarder | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def open(self) -> None:
        self._server = _Forwarder(("127.0.0.1", self._port), self._target)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def shut(self) -> None:
        """Refuse connections, and break off those that are there."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server.break_off()
            self._server = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.shut()


class _Forwarder(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], target: tuple[str, int]) -> None:
        super().__init__(address, socketserver.BaseRequestHandler)
        self._target = target
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()

    def finish_request(self, request: object, client_address: object) -> None:
        assert isinstance(request, socket.socket)
        with socket.create_connection(self._target) as there:
            ends = {request, there}
            with self._lock:
                self._sockets |= ends
            pumps = [
                threading.Thread(target=_pump, args=pair, daemon=True) for pair in ((request, there), (there, request))
            ]
            for pump in pumps:
                pump.start()
            for pump in pumps:
                pump.join()
            with self._lock:
                self._sockets -= ends

    def break_off(self) -> None:
        with self._lock:
            for one in self._sockets:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
