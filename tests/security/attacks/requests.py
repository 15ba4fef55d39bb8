"""Hostile requests to a real server: each is answered in time, and never with a server error."""

import json
import socket
import threading
import time
from collections.abc import Iterable
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import quote

from tests.security.attacks.hostile_requests import HOST, Hostile, hostile_request
from tests.security.attacks.processes import open_files, peak_memory
from tests.security.attacks.tally import SharedSeeds, Tally
from tests.serving import Server, serving

CLIENTS = 2
_PATIENCE = 30.0
"""Seconds after which an answer counts as missing."""
_MORE_FILES = 20
"""How many more files and sockets than at the start the server may have open after all clients have left."""
_FINE = frozenset({501, 505})
"""Statuses of 500 and above that are caused by the request."""


def attack(seeds: Iterable[int], work: Path, archive: Path, *, patience: float) -> Tally:
    """Send a request for each seed, from two clients at a time, to a server of an archive.

    An answer that takes more than `patience` seconds is a failure.
    """
    tally = Tally("requests")
    log = work / "server.log"
    with serving(archive.absolute(), log=log) as server:
        ids = article_ids(server)
        before = open_files(server.process.pid)
        shared = SharedSeeds(iter(seeds))
        clients = [
            threading.Thread(target=_be_client, args=(shared, server, ids, patience, tally)) for _ in range(CLIENTS)
        ]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        tally.use_memory("server", peak_memory(server.process.pid))
        tally.fail(-1, *_check_server(server, before))
    tally.fail(-1, *check_log(log))
    return tally


def article_ids(server: Server) -> tuple[str, ...]:
    """The ids of some articles of a server's archive."""
    body = server.ask("GET", "/api/v1/search?limit=100").content.partition(b"\r\n\r\n")[2]
    return tuple(
        quote(hit["id"], safe="") for hit in json.loads(body[body.index(b"{") : body.rindex(b"}") + 1])["hits"]
    )


def check_log(log: Path) -> list[str]:
    """Problems in a server's log."""
    text = log.read_text(errors="replace")
    start = text.find("Traceback")
    return [f"the server printed a traceback: {text[max(0, start - 300) : start + 1500]}"] if start >= 0 else []


def _be_client(seeds: SharedSeeds, server: Server, ids: tuple[str, ...], patience: float, tally: Tally) -> None:
    for seed in seeds:
        hostile = hostile_request(seed, server.port, ids)
        started = time.monotonic()
        try:
            statuses = _exchange(server, hostile)
            problems = [f"status {status}" for status in statuses if status >= 500 and status not in _FINE]
        except (OSError, HTTPException) as error:
            statuses = []
            problems = [f"no readable answer: {error!r}"]
        seconds = time.monotonic() - started
        if seconds > patience:
            problems.append(f"answered after {seconds:.1f} s")
        tally.fail(seed, *(f"{hostile.kind} {hostile.content[:300]!r}: {problem}" for problem in problems))
        tally.add_try(seconds, *(str(status or "closed") for status in statuses or [0]))


def _exchange(server: Server, hostile: Hostile) -> list[int]:
    """The statuses of the answers to a request; empty if the server only closed the connection."""
    with socket.create_connection((HOST, server.port), timeout=_PATIENCE) as connection:
        if hostile.kind == "half open":
            connection.sendall(hostile.content[: len(hostile.content) // 2])
            return []
        if hostile.kind == "aborted":
            connection.sendall(hostile.content)
            connection.recv(100)
            return []
        if hostile.is_whole:
            connection.sendall(hostile.content)
            with HTTPResponse(connection, method=hostile.method) as response:
                response.begin()
                response.read()
                return [response.status]
        return _answers_to_anything(connection, hostile.content)


def _answers_to_anything(connection: socket.socket, content: bytes) -> list[int]:
    """Send as much as the server accepts, close the sending side, and read until the server closes."""
    received = b""
    try:
        connection.sendall(content)
        connection.shutdown(socket.SHUT_WR)
        while chunk := connection.recv(1 << 16):
            received += chunk
    except TimeoutError:
        raise
    except OSError:
        # The server refused the rest and closed, perhaps after an answer: the connection is reset or already closed.
        pass
    return [int(line[9:12]) for line in received.split(b"\r\n") if line.startswith(b"HTTP/1.") and line[9:12].isdigit()]


def _check_server(server: Server, before: int) -> list[str]:
    """The server is still healthy, and has released all resources."""
    if server.process.poll() is not None:
        return [f"the server ended with {server.process.returncode}"]
    problems = []
    answer = server.ask("GET", "/healthz")
    if answer.status != 200:
        problems.append(f"/healthz answers {answer.status} in the end")
    deadline = time.monotonic() + 5
    while (now := open_files(server.process.pid)) > before + _MORE_FILES and time.monotonic() < deadline:
        time.sleep(0.1)
    if now > before + _MORE_FILES:
        problems.append(f"the server had {before} files open at the start, and {now} at the end")
    return problems
