"""Exports from a running server: slow clients, several processes, and exports that are cut off."""

import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection, IncompleteRead
from pathlib import Path

import pytest

from tests.articles import make_article
from tests.libraries import filled
from tests.serving import Server, connected, serving

SIZE = 120
TEXT = "نص طويل عن القمح في السوق. " + "… " * 20_000
"""Of few words. An export is larger than what a server and a system buffer for a client: about 10 MB."""
EXPORT = b"GET /export.jsonl HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    filled(folder, [make_article(number, body=f"{number} {TEXT}") for number in range(SIZE)]).close()
    return folder


def slow_client(server: Server) -> socket.socket:
    """A client that has read nothing but the beginning of an export."""
    client = connected(server.port)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.sendall(EXPORT)
    return client


def status(client: socket.socket) -> int:
    return int(client.recv(1000).split(b" ", 2)[1])


def seconds_of_a_search(server: Server) -> float:
    started = time.monotonic()
    assert server.ask("GET", "/search?q=%D8%A7%D9%84%D9%82%D9%85%D8%AD").status == 200
    return time.monotonic() - started


def export(server: Server) -> tuple[int, bytes]:
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=30)) as connection:
        connection.request("GET", "/export.jsonl")
        response = connection.getresponse()
        return response.status, response.read()


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


@pytest.mark.long
@pytest.mark.parametrize("processes", ["1", "2"])
def test_slow_clients_take_all_slots_but_no_page_waits(archive: Path, stack: ExitStack, processes: str) -> None:
    settings = {"NEWSARCHIVE_THREADS": "1", "NEWSARCHIVE_EXPORTS": "2"}
    server = stack.enter_context(serving(archive, "--processes", processes, environment=settings))
    clients = [stack.enter_context(slow_client(server)) for _ in range(2)]
    assert [status(client) for client in clients] == [200, 200]
    more = [stack.enter_context(slow_client(server)) for _ in range(6)]
    assert {status(client) for client in more} == {503}
    assert min(seconds_of_a_search(server) for _ in range(3)) < 1
    clients[0].close()
    until = time.monotonic() + 20
    while (got := export(server))[0] == 503 and time.monotonic() < until:
        time.sleep(0.1)
    assert got[0] == 200
    assert got[1].count(b"\n") == SIZE


def test_an_export_that_fails_has_no_end(archive: Path, tmp_path: Path, stack: ExitStack) -> None:
    folder = tmp_path / "archive"
    shutil.copytree(archive, folder)
    log = tmp_path / "log"
    server = stack.enter_context(serving(folder, log=log))
    client = stack.enter_context(connected(server.port))
    client.sendall(EXPORT)
    assert b"\r\nTransfer-Encoding: chunked\r\n" in client.recv(1000)
    # The parts are gone, and so is what the export still has to read.
    for path in (folder / "articles").iterdir():
        path.unlink()
    rest = b""
    while piece := client.recv(1 << 16):
        rest = (rest + piece)[-10:]
    assert not rest.endswith(b"0\r\n\r\n")
    assert "an export was cut off" in log.read_text()


def test_http_clients_notice_that_an_export_is_cut_off(archive: Path, stack: ExitStack) -> None:
    server = stack.enter_context(serving(archive))
    connection = stack.enter_context(closing(HTTPConnection("127.0.0.1", server.port, timeout=30)))
    connection.request("GET", "/export.jsonl")
    response = connection.getresponse()
    assert response.getheader("X-Total-Count") == str(SIZE)
    response.read(1000)
    server.process.kill()
    with pytest.raises((IncompleteRead, ConnectionError)):
        response.read()
