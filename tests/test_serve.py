"""Run `newsarchive serve` in a separate process, and send it HTTP requests."""

import os
import shlex
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.article import Article
from newsarchive.cli import main
from newsarchive.search.whoosh_index.storage.folder import IndexFolder
from tests.articles import NOW
from tests.libraries import open_archive
from tests.search.whoosh_index.library import make_library
from tests.serving import COMMAND, Server, connected, serving

_QUERY = "/search?q=%D8%A7%D9%84%D8%A3%D8%B1%D8%B4%D9%8A%D9%81"


def test_the_catalogue_is_ready_before_the_first_page(tmp_path: Path, article: Callable[..., Article]) -> None:
    with open_archive(tmp_path, create=True) as library:
        with ArchiveWriter(library.archive, clock=lambda: NOW) as writer:
            writer.append([article(1), article(2)])
        library.update_index()
    path = tmp_path / "catalogue.sqlite3"
    path.unlink(missing_ok=True)
    with serving(tmp_path), closing(sqlite3.connect(path)) as catalogue:
        assert catalogue.execute("SELECT count(*) FROM revisions").fetchone() == (2,)


def test_a_server_that_starts_after_a_purge_does_not_wait_for_the_new_index(
    tmp_path: Path, article: Callable[..., Article]
) -> None:
    with open_archive(tmp_path, create=True) as library:
        with ArchiveWriter(library.archive, clock=lambda: NOW) as writer:
            writer.append([article(1), article(2)])
        library.update_index()
        with ArchiveWriter(library.archive) as writer:
            writer.purge("id1", "حكم قضائي")
    # Another process is building the index, which takes long.
    with IndexFolder(tmp_path / "index").rebuilding(), serving(tmp_path) as server:
        answer = server.ask("GET", "/api/v1/search")
        assert answer.status == 200
        assert b'"total": 1,' in answer.content or b'"total":1,' in answer.content


@pytest.mark.parametrize("target", ["/search?q=نص المقال", "/api/v1/search?q=نص&lang=ar"])
def test_a_target_in_plain_utf_8_is_read_as_if_it_was_encoded(
    tmp_path: Path, article: Callable[..., Article], target: str
) -> None:
    with open_archive(tmp_path, create=True) as library:
        with ArchiveWriter(library.archive, clock=lambda: NOW) as writer:
            writer.append([article(1)])
        library.update_index()
    raw = target.replace(" ", "+").encode()
    with serving(tmp_path) as server:
        answer = server.send(b"GET " + raw + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        assert answer.status == 200
        assert b"/article/id1" in answer.content
        assert server.send(b"GET /\xff\xfe HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").status == 404


def test_a_shortened_archive_is_served_with_a_warning(tmp_path: Path, article: Callable[..., Article]) -> None:
    with open_archive(tmp_path, create=True) as library:
        with ArchiveWriter(library.archive, clock=lambda: NOW) as writer:
            writer.append([article(1)])
            size = library.archive.parts.size()
            writer.append([article(2)])
        library.update_index()
        os.truncate(library.archive.parts.path("2025-04.001.jsonl"), size)
    with serving(tmp_path) as server:
        assert server.ask("GET", "/article/id1").status == 200
        assert server.ask("GET", "/article/id2").status == 404
        assert server.ask("GET", "/search?q=%D9%86%D8%B5").status == 200
        assert server.ask("GET", "/healthz").status == 200
        server.process.terminate()
        assert server.process.stderr is not None
        told = server.process.stderr.read().decode()
    assert told.count("the archive is shorter than it was: 2025-04.001.jsonl lacks its last line") == 1
    assert "rebuilt" not in told
    assert "rebuilding the index" not in told


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    with make_library(tmp_path, 10) as library:
        library.update_index()
    return tmp_path


def stop(server: Server, number: int) -> tuple[int, str]:
    """The exit code of a server that gets a signal, and everything it prints afterwards."""
    assert server.process.stderr is not None
    server.process.send_signal(number)
    return server.process.wait(timeout=30), server.process.stderr.read().decode()


def announced(server: Server) -> str:
    """The line that a server prints when all of its processes are ready."""
    assert server.process.stderr is not None
    return server.process.stderr.readline().decode()


def workers(server: Server) -> set[int]:
    """The processes that answer requests: children with such a command line."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            command = (folder / "cmdline").read_text()
        except OSError:
            continue
        if parent == str(server.process.pid) and "spawn_main" in command:
            found.add(int(folder.name))
    return found


def until(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.05)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_cleanly(archive: Path, number: int) -> None:
    with serving(archive) as server, connected(server.port) as idle:
        assert announced(server) == f"10 articles at http://127.0.0.1:{server.port}/  (press Ctrl-C to stop)\n"
        assert stop(server, number) == (0, "")
        assert idle.recv(1000) == b""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_a_process_that_dies_is_replaced_and_all_end_together(archive: Path) -> None:
    with serving(archive, "--processes", "2") as server:
        assert announced(server) == f"10 articles at http://127.0.0.1:{server.port}/  (press Ctrl-C to stop)\n"
        before = workers(server)
        assert len(before) == 2
        os.kill(min(before), signal.SIGKILL)
        until(lambda: len(workers(server)) == 2 and workers(server) != before)
        assert {server.ask("GET", _QUERY).status for _ in range(20)} == {200}
        left = workers(server)
        assert stop(server, signal.SIGTERM) == (0, "a server process exited with code -9; starting another\n")
        assert not any(Path(f"/proc/{number}").exists() for number in left)


@pytest.fixture
def damaged(archive: Path) -> Path:
    (path,) = archive.glob("index/*/*.arr")
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    return archive


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_only_one_of_two_processes_rebuilds_a_damaged_index(damaged: Path) -> None:
    current = damaged / "index" / "CURRENT"
    assert current.read_text() == "000001\n"
    with serving(damaged, "--processes", "2") as server:
        announced(server)
        assert server.ask("GET", "/article/0000000000000003").status == 200
        until(lambda: {server.ask("GET", _QUERY).status for _ in range(8)} == {200})
        # Each rebuild uses the next number.
        assert current.read_text() == "000002\n"
        left = workers(server)
        # The processes end even if their supervising process can't tell them to.
        server.process.kill()
        until(lambda: not any(Path(f"/proc/{number}").exists() for number in left))
    assert current.read_text() == "000002\n"


def test_an_address_in_use_is_reported(archive: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        options = ["--archive", str(archive), "--port", str(taken.getsockname()[1])]
        ended = subprocess.run([*COMMAND, "serve", *options], capture_output=True, timeout=60, check=False)
    assert ended.returncode == 3
    assert b"another program is listening there" in ended.stderr


def test_serve_creates_an_archive_in_a_missing_folder(tmp_path: Path) -> None:
    folder = tmp_path / "missing/and deep"
    with serving(tmp_path, "--archive", str(folder)) as server:
        assert server.process.stderr is not None
        line = server.process.stderr.readline().decode()
        assert line == (
            f"created an archive in {folder}; fill it with: newsarchive ingest FILE --archive"
            f" {shlex.quote(str(folder))}\n"
        )
        assert announced(server).startswith("0 articles at http://")
        assert server.ask("GET", "/").status == 200


def test_an_archive_is_created_on_a_new_disk_and_next_to_tables(tmp_path: Path) -> None:
    for name in ("lost+found", "tables", ".snapshots"):
        (tmp_path / name).mkdir()
    with open_archive(tmp_path, create=True) as library:
        library.update_index()
    assert Archive.is_in(tmp_path)


@pytest.mark.parametrize("command", [["serve"], ["ingest", "news.txt"], ["search"], ["stats"], ["verify"], ["reindex"]])
def test_a_folder_with_other_content_is_refused(
    tmp_path: Path, command: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"\xff\xd8\xff")
    Path("news.txt").write_text("خبر قصير عن المطر في المدينة.", encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = ["--port", str(free.getsockname()[1])] if command == ["serve"] else []
    with pytest.raises(SystemExit) as ended:
        main([*command, "--archive", "photos", *port])
    assert ended.value.code == 3
    assert "photos is not an archive: it holds other files, such as 'cat.jpg'" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["cat.jpg"]
