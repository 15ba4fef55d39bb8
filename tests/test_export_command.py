"""`newsarchive export`, and what it gives: the articles of a library while it changes."""

import csv
import io
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from newsarchive.article import Article
from newsarchive.cli.output import opened
from newsarchive.export.format import ExportItem
from newsarchive.exporting import DAMAGED, WITHDRAWN, ExportedArticles, Giving, all_ids
from newsarchive.library import Library
from newsarchive.search import SearchRequest
from tests.commands import run_command
from tests.libraries import append, filled, open_archive, withdraw
from tests.sample import MATCHES, TALKS, TALKS_REVISED, WHEAT, sample_library


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    with sample_library(tmp_path / "archive"):
        return tmp_path / "archive"


def run(capfdbinary: pytest.CaptureFixture[bytes], *arguments: object) -> tuple[object, bytes, str]:
    code, out, told = run_command(capfdbinary, *arguments)
    return code, out, told.decode()


def ids(content: bytes) -> list[str]:
    return [row["id"] for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))]


def test_all_articles_come_in_the_order_of_the_archive(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    code, out, told = run(capfdbinary, "export", "--format", "csv", "--archive", folder)
    found = ids(out)
    assert code == 0
    assert told == f"{len(found)} articles written\n"
    with open_archive(folder) as library:
        assert sorted(found) == sorted(library.listing(SearchRequest()).ids)
    assert "withdrawn" not in found
    _, first, _ = run(capfdbinary, "export", "--format", "csv", "--archive", folder, "--limit", 2)
    assert ids(first) == found[:2]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["اتفاقا", "لشراء", "القمح"], ["wheat"]),
        (["القمح", "غرافيتون"], []),  # the page of results would have a looser reading
        (["القمح", "--source", "الجزيرة"], ["wheat"]),
        (["--source", "الرياضية", "--sort", "oldest", "--limit", "2"], ["match1", "match3"]),
        (["--from", "2025-04-20", "--to", "2025-04-21", "--sort", "newest"], ["wheat", "talks"]),
        (["فريق", "غرافيتون", "--match", "any", "--sort", "oldest", "--limit", "1"], ["match1"]),
        (["غرافيتون"], []),
    ],
)
def test_a_search_is_exported_exactly_as_asked(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes], options: list[str], expected: list[str]
) -> None:
    code, out, told = run(capfdbinary, "export", *options, "--format", "csv", "--archive", folder)
    assert ids(out) == expected
    assert (code, told) == (0, f"{len(expected)} article{'' if len(expected) == 1 else 's'} written\n")


def test_all_revisions_come_oldest_first(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    options = ["export", "محادثات روسية كازاخستانية", "--format", "jsonl", "--archive", folder]
    _, latest, _ = run(capfdbinary, *options)
    _, every, _ = run(capfdbinary, *options, "--all-revisions")
    assert [json.loads(line)["revision"] for line in latest.splitlines()] == [2]
    bodies = [json.loads(line)["body"] for line in every.splitlines()]
    assert bodies == [TALKS.body, TALKS_REVISED.body]


def test_texts_and_the_byte_order_mark_can_be_left_out(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    _, out, _ = run(capfdbinary, "export", "--format", "csv", "--archive", folder, "--no-text", "--no-bom")
    assert out.startswith(b"id,")
    assert WHEAT.body.split("\n")[0] not in out.decode()
    assert WHEAT.title in out.decode()


def test_pages_and_labels(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSARCHIVE_SITE_URL", "https://news.example/old")
    _, out, _ = run(capfdbinary, "export", "القمح", "--format", "text", "--lang", "en", "--archive", folder)
    assert "In the archive: https://news.example/old/article/wheat\n" in out.decode()


def test_exported_lines_are_ingested_as_the_same_articles(
    folder: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    lines, copy = tmp_path / "all.jsonl", tmp_path / "copy"
    run(capfdbinary, "export", "--format", "jsonl", "--archive", folder, "-o", lines)
    code, _, told = run(capfdbinary, "ingest", lines, "--archive", copy)
    assert code == 0, told
    with open_archive(folder) as library, open_archive(copy) as copied:
        before, after = (
            {
                (one.title, one.body, one.published, one.source, one.authors, one.topics)
                for one in opened.archive.get_many(all_ids(opened)).values()
                if not one.title.startswith("<")  # cleaned when it is ingested
            }
            for opened in (library, copied)
        )
    assert after == before


def test_a_missing_extra_is_named(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsarchive.export.format._is_installed", lambda _name: False)
    code, out, told = run(capfdbinary, "export", "--format", "parquet", "--archive", folder, "-o", "x.parquet")
    assert (code, out) == (3, b"")
    assert "pip install 'newsarchive[parquet]'" in told
    assert not Path("x.parquet").exists()


def test_a_file_appears_only_when_it_is_complete(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: object) -> Iterator[ExportItem]:
        raise OSError("the disk is gone")

    monkeypatch.setattr(ExportedArticles, "items", broken)
    code, _, told = run(capfdbinary, "export", "--format", "csv", "--archive", folder, "-o", "all.csv")
    assert (code, told) == (3, "newsarchive: the disk is gone\n")
    assert list(Path().glob("*all.csv*")) == []


def test_two_commands_do_not_write_one_file_at_once(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    Path(".all.csv.new").write_bytes(b"left by a killed command" * 10_000)
    with opened(Path("all.csv")) as out:
        out.write(b"first")
        code, _, told = run(capfdbinary, "export", "--format", "csv", "--archive", folder, "-o", "all.csv")
        assert (code, told) == (3, "newsarchive: all.csv: another command is writing this file\n")
    assert Path("all.csv").read_bytes() == b"first"
    assert run(capfdbinary, "export", "--format", "csv", "--archive", folder, "-o", "all.csv")[0] == 0
    assert ids(Path("all.csv").read_bytes())
    assert list(Path().glob(".all.csv*")) == []


def test_a_pipe_and_a_link_stay_what_they_are(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    os.mkfifo("pipe")
    with ThreadPoolExecutor() as pool:
        read = pool.submit(Path("pipe").read_bytes)
        assert run(capfdbinary, "export", "--format", "csv", "--archive", folder, "-o", "pipe")[0] == 0
        assert ids(read.result(timeout=30))
    assert Path("pipe").is_fifo()
    Path("link.csv").symlink_to("target.csv")
    assert run(capfdbinary, "export", "--format", "csv", "--archive", folder, "-o", "link.csv")[0] == 0
    assert Path("link.csv").is_symlink()
    assert ids(Path("target.csv").read_bytes())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
def test_a_file_that_cannot_be_written_is_named(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    for name, problem in (("/dev/full", "No space left on device"), ("absent/all.csv", "No such file or directory")):
        code, _, told = run(capfdbinary, "export", "--format", "csv", "--archive", folder, "-o", name)
        assert (code, told.splitlines()[-1]) == (3, f"newsarchive: {name}: {problem}")


def test_cells_that_spreadsheets_cut_are_reported(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    long = Article(id="long", title="نص طويل", body="كلمة " * 7_000)
    filled(tmp_path / "archive", [long]).close()
    code, _, told = run(capfdbinary, "export", "--format", "csv", "--archive", tmp_path / "archive")
    assert code == 0
    assert told.startswith("1 article longer than the 32,767 characters")


# What changes during an export


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with filled(tmp_path / "archive", MATCHES) as opened:
        yield opened


@pytest.mark.parametrize("all_revisions", [False, True])
def test_articles_that_are_withdrawn_meanwhile_are_counted(library: Library, all_revisions: bool) -> None:
    listing = library.listing(SearchRequest())
    exported = ExportedArticles(library, listing.ids, Giving(all_revisions=all_revisions))
    withdraw(library, listing.ids[1])
    given = [one.article.id for one in exported.items()]
    assert given == [listing.ids[0], *listing.ids[2:]]
    assert exported.lost == [(listing.ids[1], WITHDRAWN)]


@pytest.mark.parametrize("all_revisions", [False, True])
def test_articles_whose_line_is_damaged_are_named(library: Library, all_revisions: bool) -> None:
    library.archive.catch_up()
    (part,) = library.archive.parts.names()
    path = library.archive.parts.path(part)
    lines = path.read_bytes().split(b"\n")
    lines[2] = lines[2].replace(b'"title":"', b'"title":"x', 1)[: len(lines[2])]
    path.write_bytes(b"\n".join(lines))
    exported = ExportedArticles(library, [match.id for match in MATCHES], Giving(all_revisions=all_revisions))
    assert len(list(exported.items())) == len(MATCHES) - 1
    assert exported.lost == [(MATCHES[2].id, DAMAGED)]


def test_damaged_lines_of_a_whole_archive_are_reported(
    library: Library, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (part,) = library.archive.parts.names()
    path = library.archive.parts.path(part)
    lines = path.read_bytes().split(b"\n")
    lines[2] = lines[2][:-9] + b"#" + lines[2][-8:]
    path.write_bytes(b"\n".join(lines))
    code, out, told = run(capfdbinary, "export", "--format", "csv", "--archive", library.archive.folder)
    assert (code, len(ids(out))) == (1, len(MATCHES) - 1)
    assert f"{part}:3: {DAMAGED}\n" in told
    assert told.endswith("23 articles written, 1 article missing\n")


def test_an_article_that_arrives_meanwhile_does_not_disturb(library: Library) -> None:
    items = ExportedArticles(library, all_ids(library)).items()
    first = next(items)
    append(library, WHEAT)
    assert [first.article.id, *(one.article.id for one in items)] == [match.id for match in MATCHES]


def test_a_correction_is_given_as_soon_as_it_is_stored(library: Library) -> None:
    exported = ExportedArticles(library, ["match1"])
    append(library, Article(id="match1", revision=2, title="مصحح", body="نص مصحح."))
    assert [one.article.revision for one in exported.items()] == [2]
