"""`newsarchive feeds` and `newsarchive fetch` with real servers on loopback that misbehave in every way."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from newsarchive.archive import Archive
from newsarchive.article import Article
from newsarchive.cli.main import main
from newsarchive.subscriptions import options as fetch_options
from newsarchive.subscriptions.feed_list import FOLDER, FeedList
from newsarchive.subscriptions.service import only_fetcher
from tests.fetching import Answer, Running, raw_server, redirect, response, saying
from tests.subscriptions.world import rss

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSARCHIVE_ALLOW_NETWORKS", "127.0.0.0/8")

    def run_command(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--archive", str(tmp_path / "archive")])
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return run_command


def feed_response(*numbers: int, headers: tuple[str, ...] = ()) -> bytes:
    entries = [(f"https://news.example/{number}", f"نص الخبر رقم {number} عن القمح") for number in numbers]
    return response(rss(*entries), "200 OK", "Content-Type: application/rss+xml", *headers)


def stored(folder: Path) -> list[str]:
    archive = Archive(folder)
    try:
        return [one.record.url for one in archive.read() if isinstance(one.record, Article)]
    finally:
        archive.close()


def dripping(connection: socket.socket, head: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(100):
        connection.sendall(b"<")
        time.sleep(0.1)


def stalling(connection: socket.socket, head: bytes) -> None:
    time.sleep(5)


def endless(connection: socket.socket, head: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n<rss><channel>")
    while True:
        connection.sendall(b"<item><title>x</title></item>" * 1000)


def test_servers_that_misbehave_cost_no_other_article(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = fetch_options.FEED_LIMITS.__class__(seconds=1.5, idle_seconds=0.7, wire_bytes=500_000)
    monkeypatch.setattr("newsarchive.cli.fetch.FEED_LIMITS", limits)
    whole = feed_response(5)
    circle: list[Running] = []
    kinds: dict[str, tuple[Answer, str]] = {
        "drips": (dripping, "too slow"),
        "stalls": (stalling, "too slow: no data"),
        "endless": (endless, "too large"),
        "long": (saying(whole.replace(b"Content-Length: ", b"Content-Length: 9")), "the connection failed"),
        "circles": (lambda connection, head: connection.sendall(redirect(circle[0].url)), "redirect loop"),
        "page": (saying(response(b"<!doctype html><title>404 Not Found</title>")), "error message of the server"),
        "login": (saying(response(b"<!doctype html><form><input type='password'></form>")), "login page"),
        "nothing": (saying(response(b"")), "empty"),
        "no http": (saying(b"SSH-2.0-OpenSSH\r\n"), "the connection failed"),
        "gzip": (saying(response(b"\x1f\x8b\x08\x00cut", "200 OK", "Content-Encoding: gzip")), "truncated"),
        "binary": (saying(response(b"\x00\x01\x02" * 500)), "binary"),
        "headers": (saying(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n"), "header"),
        "500": (saying(response(b"oops", "500 Oops")), "status 500"),
        "good": (saying(feed_response(1, 2)), ""),
        "also good": (saying(feed_response(3)), ""),
    }
    with ExitStack() as servers:
        running = {name: servers.enter_context(raw_server(answer)) for name, (answer, _) in kinds.items()}
        circle.append(running["circles"])
        run("feeds", "add", "--no-check", *(f"{server.url}/feed" for server in running.values()))
        started = time.monotonic()
        code, out, _ = run("fetch", "--json", "--parallel", "16")
        assert time.monotonic() - started < 15
    assert code == 1
    report = json.loads(out)
    results = {result["url"]: result for result in report["results"]}
    for name, (_, problem) in kinds.items():
        result = results[f"{running[name].url}/feed"]
        assert result["outcome"] == ("failed" if problem else "fetched"), (name, result)
        assert problem in result.get("error", ""), (name, result)
        assert "\n" not in result.get("error", "")
    assert sorted(stored(tmp_path / "archive")) == [f"https://news.example/{number}" for number in (1, 2, 3)]


def test_a_feed_from_its_page_to_a_search(run: Run, tmp_path: Path) -> None:
    page = response(
        b'<!doctype html><link rel="alternate" type="application/rss+xml" href="/comments.rss">'
        b'<link rel=alternate type="application/atom+xml" href="/news.rss">',
        "200 OK",
        "Content-Type: text/html",
    )

    def answer(connection: socket.socket, head: bytes) -> None:
        connection.sendall(page if head.startswith(b"GET / ") else feed_response(7, headers=('ETag: "e"',)))

    with raw_server(answer) as server:
        code, out, _ = run("feeds", "add", f"{server.url}/", "--topic", "اقتصاد", "--interval", "15m")
        assert code == 0
        assert f"added: {server.url}/news.rss (صحيفة)" in out
        assert f"also there: {server.url}/comments.rss" in out
        assert run("fetch")[0] == 0
        assert run("fetch", "--all")[1].startswith("1 of 1 feeds")
        assert b'If-None-Match: "e"' in server.heard[-1]
    code, out, _ = run("search", "القمح")
    assert code == 0
    assert "عنوان" in out
    code, out, _ = run("feeds", "list", "--json")
    (listed,) = json.loads(out)
    assert listed["health"] == "ok"
    assert listed["interval"] == "15m"
    assert {"last_success", "next", "per_week"} <= listed.keys()


def test_a_redirect_to_another_host_gets_no_headers_of_the_feed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEED_TOKEN", "s3cret-token")
    with raw_server(saying(feed_response(1))) as other, raw_server(saying(redirect(f"{other.url}/x"))) as first:
        code, _, _ = run(
            "feeds", "add", "--no-check", f"{first.url}/?key=${{FEED_TOKEN}}", "--header", "X-Key: ${FEED_TOKEN}"
        )
        assert code == 0
        code, out, err = run("fetch")
        assert code == 0
        assert b"X-Key: s3cret-token" in first.heard[0]
        assert b"s3cret" not in other.heard[0]
        assert "s3cret" not in out + err
        assert "s3cret" not in run("feeds", "list")[1] + run("feeds", "export")[1]


def test_the_contact_is_in_the_user_agent(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSARCHIVE_CONTACT", "https://news.example.org/bot")
    with raw_server(saying(feed_response(1))) as server:
        run("feeds", "add", server.url)
        run("fetch")
        assert all(b"(+https://news.example.org/bot)" in head for head in server.heard)


def test_a_second_fetch_ends_at_once_with_a_message(run: Run, tmp_path: Path) -> None:
    run("feeds", "add", "--no-check", "https://news.example/feed")
    with only_fetcher(tmp_path / "archive"):
        started = time.monotonic()
        code, _, err = run("fetch")
        assert code == 3
        assert "already fetching" in err
        assert time.monotonic() - started < 5
        assert run("fetch", "--quiet") == (3, "", "")


def test_check_is_quiet_unless_there_is_a_problem(run: Run) -> None:
    with raw_server(saying(feed_response(1))) as good, raw_server(saying(response(b"", "410 Gone"))) as gone:
        run("feeds", "add", "--no-check", f"{good.url}/")
        run("fetch")
        assert run("feeds", "list", "--check")[:2] == (0, "")
        run("feeds", "add", "--no-check", f"{gone.url}/")
        run("fetch")
        code, out, _ = run("feeds", "list", "--check")
        assert code == 1
        assert gone.url in out
        assert good.url not in out
        run("feeds", "pause", f"{gone.url}/", "--resume")
        assert run("feeds", "list", "--check")[0] == 0


def test_lists_go_out_and_come_back(run: Run, tmp_path: Path) -> None:
    run("feeds", "add", "--no-check", "https://a.example/1", "--title", "أولى", "--interval", "6h", "--full-text")
    run("feeds", "add", "--no-check", "https://b.example/2?token=abc123", "--topic", "مصر", "--topic", "رياضة")
    opml, lines = tmp_path / "list.opml", tmp_path / "list.jsonl"
    assert "abc123" not in run("feeds", "export")[1]
    run("feeds", "export", "--with-secrets", "-o", str(opml))
    run("feeds", "export", "--with-secrets", "--format", "jsonl", "-o", str(lines))
    before = FeedList(tmp_path / "archive").load()
    for file in (opml, lines):
        for address in ("https://a.example/1", "https://b.example/2?token=abc123"):
            run("feeds", "remove", address)
        code, out, _ = run("feeds", "import", str(file))
        assert code == 0
        assert "2 feeds added" in out
        assert FeedList(tmp_path / "archive").load() == before
        assert "0 feeds added, 2 already there" in run("feeds", "import", str(file))[1]


def test_an_import_uses_no_secrets_unless_told_to(run: Run, tmp_path: Path) -> None:
    evil = tmp_path / "evil.opml"
    evil.write_text('<opml><body><outline xmlUrl="https://evil.example/?x=${FEED_KEY}"/></body></opml>', "utf-8")
    code, _, err = run("feeds", "import", str(evil))
    assert code == 1
    assert "skipped" in err
    assert run("feeds", "import", str(evil), "--with-secrets")[0] == 0


def _spawn(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    code = "from newsarchive.cli.main import main; main()"
    environment = {**os.environ, "NEWSARCHIVE_ALLOW_NETWORKS": "127.0.0.0/8"}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments, "--archive", str(folder)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_killed_fetch_loses_and_doubles_nothing(run: Run, tmp_path: Path) -> None:
    """Killed while a slow server holds the round, after others were stored."""
    folder = tmp_path / "archive"

    def slow(connection: socket.socket, head: bytes) -> None:
        time.sleep(8)

    with raw_server(saying(feed_response(1, 2))) as good, raw_server(slow) as stuck:
        run("feeds", "add", "--no-check", f"{good.url}/", f"{stuck.url}/")
        process = _spawn(folder, "fetch")
        try:
            _wait_until(lambda: (folder / "articles").exists() and len(stored(folder)) == 2)
        finally:
            process.kill()
            process.communicate()
    with raw_server(saying(feed_response(1, 2, 3)), port=good.port):
        run("fetch", "--all", f"{good.url}/")
    assert sorted(stored(folder)) == [f"https://news.example/{number}" for number in (1, 2, 3)]


def test_a_service_fetches_and_ends_cleanly(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    with raw_server(saying(feed_response(1))) as server:
        run("feeds", "add", "--no-check", f"{server.url}/")
        process = _spawn(folder, "fetch", "--every", "15m")
        try:
            _wait_until(lambda: (folder / "articles").exists() and len(stored(folder)) == 1)
            time.sleep(1)
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=20)
        finally:
            process.kill()
        assert process.returncode == 0
        assert "stopped" in err
        assert (folder / FOLDER / "fetch.lock").exists()
        assert run("fetch")[0] == 0


def _wait_until(is_so: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 40
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)
