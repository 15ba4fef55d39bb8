"""Loopback servers for fetch tests, and settings that allow access to them."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_network
from typing import Any, NamedTuple

from newsarchive.ingest.fetching.settings import FetchSettings, Limits, Network

LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


def settings(*networks: str, proxy: str | None = None, **limits: Any) -> FetchSettings:
    """Settings that allow these networks (loopback by default), with other limits."""
    allowed = tuple(map(ip_network, networks)) or LOOPBACK
    return FetchSettings(allow_networks=allowed, proxy=proxy, limits=Limits(**limits))


class Running(NamedTuple):
    """A running server: its address, and the first bytes received on each connection."""

    port: int
    heard: list[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


Answer = Callable[[socket.socket, bytes], None]
"""Handles a connection, given the head of the request."""


def saying(*pieces: bytes) -> Answer:
    """Answer every request with these bytes and close the connection."""

    def answer(connection: socket.socket, head: bytes) -> None:
        for piece in pieces:
            connection.sendall(piece)

    return answer


def response(content: bytes = b"", status: str = "200 OK", *headers: str) -> bytes:
    """A complete response that closes its connection."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode() + content


def redirect(url: str) -> bytes:
    return response(b"", "302 Found", f"Location: {url}")


@contextmanager
def raw_server(answer: Answer, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[Running]:
    """A server that can send anything, including what server libraries would not."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, dualstack_ipv6=host == "::") as listening:
        running = Running(listening.getsockname()[1], [])

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    threading.Thread(target=_converse, args=(connection, answer, running.heard), daemon=True).start()

        thread = threading.Thread(target=serve)
        thread.start()
        yield running
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def _converse(connection: socket.socket, answer: Answer, heard: list[bytes]) -> None:
    with connection, suppress(OSError):
        connection.settimeout(10)
        head = connection.recv(65_536)
        heard.append(head)
        answer(connection, head)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65_536):
            pass
