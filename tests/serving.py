"""Run `newsarchive serve` as a separate process, and send it requests that no client library would send."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

COMMAND = (sys.executable, "-c", "from newsarchive.cli import main; main()")


def connected(port: int, timeout: float = 30) -> socket.socket:
    """A connection to 127.0.0.1."""
    return socket.create_connection(("127.0.0.1", port), timeout=timeout)


class Answer(NamedTuple):
    """The status and the whole response to a raw request; status 0 if the server only closed the connection."""

    status: int
    content: bytes


def send(port: int, head: bytes, *, most: int = 1 << 20, timeout: float = 30) -> Answer:
    """Send bytes to a server at 127.0.0.1; return the response, up to `most` bytes or until the server closes."""
    content = b""
    with connected(port, timeout) as connection:
        # A server that rejects a request closes the connection before it has read the whole
        # request.
        with suppress(ConnectionError):
            connection.sendall(head)
        with suppress(ConnectionError):
            while len(content) < most and (chunk := connection.recv(1 << 16)):
                content += chunk
    status = content.split(b" ", 2)[1] if content.startswith(b"HTTP/") else b"0"
    return Answer(int(status), content)


class Server(NamedTuple):
    """A running server at 127.0.0.1."""

    port: int
    process: subprocess.Popen[bytes]

    def send(self, head: bytes, *, most: int = 1 << 20, timeout: float = 30) -> Answer:
        """Send bytes; return the response, up to `most` bytes or until the server closes the connection."""
        return send(self.port, head, most=most, timeout=timeout)

    def ask(self, method: str, target: str, **headers: str) -> Answer:
        """The response to a request whose target is sent unchanged, including dot segments."""
        lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return self.send("\r\n".join([*lines, "", ""]).encode("latin-1"))


@contextmanager
def serving(
    archive: Path, *options: str, log: Path | None = None, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Run a server for an archive; enter the context once it responds.

    Its error output goes to the file `log`, if one is given.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*COMMAND, "serve", "--archive", str(archive), "--port", str(port), *options]
    settings = {**os.environ, **(environment or {})}
    with (
        log.open("ab") if log else nullcontext(subprocess.PIPE) as errors,
        subprocess.Popen(command, stderr=errors, cwd=archive, env=settings) as process,
    ):
        try:
            while process.poll() is None and not _answers(port):
                time.sleep(0.05)
            assert process.poll() is None, process.stderr.read().decode() if process.stderr else ""
            yield Server(port, process)
        finally:
            process.terminate()


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
