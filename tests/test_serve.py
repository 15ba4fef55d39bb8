"""`newsarchive serve` as a process of its own, asked over HTTP."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from newsarchive.archive import ArchiveWriter
from newsarchive.archive.catalogue import Catalogue
from newsarchive.article import Article
from newsarchive.library import Library
from tests.articles import NOW

_COMMAND = (sys.executable, "-c", "from newsarchive.cli import main; main()")


@contextmanager
def _serving(archive: Path) -> Iterator[int]:
    """The port of a server that answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*_COMMAND, "serve", "--archive", str(archive), "--port", str(port)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, cwd=archive) as server:
        try:
            while server.poll() is None and not _answers(port):
                time.sleep(0.05)
            assert server.poll() is None, server.stderr.read().decode() if server.stderr else ""
            yield port
        finally:
            server.terminate()


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def test_the_catalogue_is_there_before_the_first_page(tmp_path: Path, article: Callable[..., Article]) -> None:
    with Library.open(tmp_path, create=True) as library:
        with ArchiveWriter(library.archive, clock=lambda: NOW) as writer:
            writer.append([article(1), article(2)])
        library.update_index()
    path = tmp_path / "catalogue.sqlite3"
    path.unlink(missing_ok=True)
    with _serving(tmp_path):
        catalogue = Catalogue(path)
        assert catalogue.counts().articles == 2
        catalogue.close()
