"""Kept pages from end to end: ingest, verify, export, purge."""

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from newsarchive.article import Article
from newsarchive.cli import main
from newsarchive.library import Library
from newsarchive.warc.kept_files import files_in
from tests.commands import run_command
from tests.fetching import Running, raw_server, response
from tests.libraries import open_archive
from tests.warc.files import WarcFile, crawl, feed, page, text_of


@pytest.fixture
def server() -> Iterator[Running]:
    """A server with pages at /0, /1, …, and a feed of them at /feed."""

    def answer(connection: object, head: bytes) -> None:
        path = head.split(b" ")[1].decode().partition("?")[0]
        if path == "/robots.txt":
            connection.sendall(response(b"", "404 Not Found"))  # type: ignore[attr-defined]
            return
        is_feed = path == "/feed"
        content = feed(1, 2) if is_feed else page(int(path[1:]))
        kind = "application/rss+xml" if is_feed else "text/html; charset=utf-8"
        connection.sendall(response(content, "200 OK", f"Content-Type: {kind}"))  # type: ignore[attr-defined]

    with raw_server(answer) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NEWSARCHIVE_ALLOW_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("NEWSARCHIVE_KEEP_PAGES", "true")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "archive"


def articles(folder: Path) -> dict[str, str]:
    """The records of the articles by their texts."""
    with open_archive(folder) as library:
        return _articles(library)


def _articles(library: Library) -> dict[str, str]:
    return {
        stored.record.body: stored.record.origin.record
        for stored in library.archive.read()
        if isinstance(stored.record, Article)
    }


def exported(path: Path) -> list[tuple[str, str, bytes]]:
    with path.open("rb") as stream:
        return [
            (one.rec_type, one.rec_headers.get_header("WARC-Target-URI") or "", one.content_stream().read())
            for one in ArchiveIterator(stream)
        ]


def test_a_page_is_kept_verified_exported_and_purged(
    folder: Path, server: Running, capfd: pytest.CaptureFixture[str]
) -> None:
    urls = [f"{server.url}/{number}" for number in range(3)]
    assert run_command(capfd, "ingest", *urls, "--archive", folder)[0] == 0
    records = articles(folder)
    assert set(records) == {text_of(0), text_of(1), text_of(2)}
    assert all("#urn:uuid:" in record for record in records.values())

    code, printed, _ = run_command(capfd, "verify", "--archive", folder)
    assert code == 0
    assert "3 kept pages in 1 file, 0 damaged records" in printed

    out = folder.parent / "out.warc.gz"
    code, _, told = run_command(capfd, "export", "--format", "warc", "--archive", folder, "-o", out)
    assert (code, told) == (0, "3 WARC records written\n")
    assert [(kind, url, text) for kind, url, text in exported(out) if kind != "warcinfo"] == [
        ("response", url, page(number)) for number, url in enumerate(urls)
    ]
    # What was exported is read again as the same articles.
    assert run_command(capfd, "ingest", out, "--archive", folder.parent / "other")[0] == 0
    assert set(articles(folder.parent / "other")) == set(records)

    with open_archive(folder) as library:
        (purged,) = (
            stored.record.id
            for stored in library.archive.read()
            if isinstance(stored.record, Article) and stored.record.body == text_of(1)
        )
    assert run_command(capfd, "withdraw", purged, "--archive", folder, "--reason", "حكم", "--purge")[0] == 0
    secret = text_of(1).split("\n")[0].encode()
    for path in files_in(folder / "warc"):
        assert all(secret not in text for _, _, text in exported(path))
    assert "2 kept pages" in run_command(capfd, "verify", "--archive", folder)[1]


def test_an_export_of_a_search(folder: Path, server: Running, capfd: pytest.CaptureFixture[str]) -> None:
    run_command(capfd, "ingest", *(f"{server.url}/{number}" for number in range(3)), "--archive", folder)
    out = folder.parent / "out.warc.gz"
    code, _, told = run_command(capfd, "export", "المتحف", "--format", "warc", "--archive", folder, "--output", out)
    assert (code, told) == (0, "1 WARC record written\n")
    assert exported(out)[-1][1].endswith("/2")
    code, _, _ = run_command(capfd, "export", "--format", "warc", "--archive", folder, "-o", out, "--from", "2030")
    assert code == 0
    assert len(exported(out)) == 1


def test_an_export_names_articles_whose_page_was_not_kept(
    folder: Path, server: Running, capfd: pytest.CaptureFixture[str]
) -> None:
    run_command(capfd, "ingest", f"{server.url}/feed", f"{server.url}/5", "--archive", folder)
    out = folder.parent / "out.warc.gz"
    code, _, told = run_command(capfd, "export", "--format", "warc", "--archive", folder, "-o", out)
    assert code == 1
    assert told.count("its page was not kept") == 2
    assert "1 WARC record written, 2 articles without one" in told
    for path in files_in(folder / "warc"):
        path.unlink()
    code, _, told = run_command(capfd, "export", "--format", "warc", "--archive", folder, "-o", out)
    assert code == 1
    assert "is not there any more" in told


def test_records_of_a_file_that_was_ingested_are_exported(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = WarcFile()
    original = file.add("https://a.example/1", page(1), warc_headers={"WARC-Payload-Digest": "sha1:SAME"})
    file.add_revisit("https://b.example/1", "https://a.example/1", "2025-04-21T09:00:00Z", "sha1:SAME", original)
    path = folder.parent / "crawl.warc.gz"
    path.write_bytes(file.content + crawl(3).content)
    assert run_command(capfd, "ingest", path, "--archive", folder)[0] == 0
    out = folder.parent / "out.warc.gz"
    code, _, told = run_command(capfd, "export", "--format", "warc", "--archive", folder, "-o", out)
    assert (code, told) == (0, "5 WARC records written\n")
    assert sorted(url for kind, url, _ in exported(out) if kind == "revisit") == ["https://b.example/1"]
    assert not (folder / "warc").exists()


@pytest.mark.parametrize("workers", [1, 2])
def test_nothing_is_kept_unless_it_is_wanted(
    folder: Path, server: Running, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    url = f"{server.url}/1"
    assert run_command(capfd, "ingest", url, "--archive", folder, "--dry-run")[0] == 0
    assert not folder.exists()
    monkeypatch.setenv("NEWSARCHIVE_KEEP_PAGES", "false")
    run_command(capfd, "ingest", url, "--archive", folder)
    assert not (folder / "warc").exists()
    monkeypatch.setenv("NEWSARCHIVE_KEEP_PAGES", "true")
    arguments = ("ingest", "--archive", folder, "--workers", workers)
    run_command(
        capfd,
        *arguments,
        f"http://me:secret@127.0.0.1:{server.port}/2",
        f"{server.url}/3?token=x",
        f"{server.url}/feed",
    )
    assert not (folder / "warc").exists()
    assert len(articles(folder)) >= 3
    run_command(capfd, *arguments, f"{server.url}/4")
    assert articles(folder)[text_of(4)]


def test_damage_of_a_kept_page_is_named(folder: Path, server: Running, capfd: pytest.CaptureFixture[str]) -> None:
    run_command(capfd, "ingest", f"{server.url}/1", f"{server.url}/2", "--archive", folder)
    (path,) = files_in(folder / "warc")
    content = path.read_bytes()
    path.write_bytes(content[:700] + b"XXXX" + content[704:])
    code, printed, told = run_command(capfd, "verify", "--archive", folder)
    assert code == 1
    assert f"damaged: {path}#" in told
    assert "1 damaged record" in printed


def test_the_setting_must_be_a_switch(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder.parent / "newsarchive.toml").write_text('keep_pages = "maybe"')
    code, _, told = run_command(capfd, "stats")
    assert code == 3
    assert "keep_pages" in told


def test_the_record_is_in_the_json_form(folder: Path, server: Running, capfd: pytest.CaptureFixture[str]) -> None:
    _, printed, _ = run_command(capfd, "ingest", f"{server.url}/1", "--archive", folder, "--json")
    article_id = json.loads(printed)["stored_articles"][0]["id"]
    _, printed, _ = run_command(capfd, "show", article_id, "--archive", folder, "--json")
    assert json.loads(printed)["origin"]["record"].startswith("20")


def test_standard_output_gets_the_records(
    folder: Path, server: Running, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    with pytest.raises(SystemExit):
        main(["ingest", f"{server.url}/1", "--archive", str(folder)])
    capfdbinary.readouterr()
    with pytest.raises(SystemExit):
        main(["export", "--format", "warc", "--archive", str(folder)])
    out = capfdbinary.readouterr().out
    kinds = [one.rec_type for one in ArchiveIterator(BytesIO(out))]
    assert kinds == ["warcinfo", "response"]
