"""Indexing in another process while this one adds to the archive."""

import json
import os
import signal
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from newsarchive import indexing_meanwhile
from newsarchive.archive import START, ArchiveWriter
from newsarchive.cli.main import group
from newsarchive.config import Config
from newsarchive.indexing_meanwhile import IndexingMeanwhile
from newsarchive.library import Library
from newsarchive.search import SearchRequest
from newsarchive.search.indexing.archive_ranges import Range, cut_marked
from tests.libraries import open_archive
from tests.sample import article


def _add(library: Library, first: int, count: int = 10) -> None:
    numbers = range(first, first + count)
    # A process that is being started shares the lock of this one for a moment.
    with ArchiveWriter(library.archive, wait=60.0) as writer:
        writer.append(
            [article(f"id{number}", f"خبر {number}", f"وصل الوزير رقم {number}", "تاس") for number in numbers]
        )


def _indexed(library: Library) -> tuple[int, int]:
    status = library.groups.status()
    return library.search(SearchRequest(text="الوزير")).total, status.articles if status else 0


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start the process for the first byte."""
    monkeypatch.setattr(indexing_meanwhile, "SHARED_FROM", 1)


@pytest.mark.parametrize("has_index", [False, True])
def test_everything_is_indexed_at_the_end(tmp_path: Path, at_once: None, *, has_index: bool) -> None:
    with open_archive(tmp_path / "news", create=True) as library:
        if has_index:
            _add(library, 100)
            library.update_index()
        with IndexingMeanwhile(library, Config(archive=tmp_path / "news")) as meanwhile:
            for first in range(0, 30, 10):
                _add(library, first)
                meanwhile.look()
        assert meanwhile.report is not None
        assert meanwhile.report.indexed == 30
        count = 40 if has_index else 30
        assert _indexed(library) == (count, count)
        state = library.groups.state()
        assert library.update_index().indexed == 0
        assert library.groups.state() == state


def test_little_starts_no_process(tmp_path: Path) -> None:
    with open_archive(tmp_path / "news", create=True) as library:
        with IndexingMeanwhile(library, Config(archive=tmp_path / "news")) as meanwhile:
            _add(library, 0)
            meanwhile.look()
            assert meanwhile._thread is None
        assert library.update_index().indexed == 10


def test_a_killed_process_loses_nothing(tmp_path: Path, at_once: None) -> None:
    with open_archive(tmp_path / "news", create=True) as library:
        with IndexingMeanwhile(library, Config(archive=tmp_path / "news")) as meanwhile:
            _add(library, 0)
            meanwhile.look()
            _wait_until(lambda: meanwhile._process.pid is not None)
            os.kill(meanwhile._process.pid or 0, signal.SIGKILL)
            _add(library, 10)
        assert meanwhile.report is None
        library.update_index()
        assert _indexed(library) == (20, 20)


def test_an_error_in_the_block_ends_the_process(tmp_path: Path, at_once: None) -> None:
    with open_archive(tmp_path / "news", create=True) as library:
        meanwhile = IndexingMeanwhile(library, Config(archive=tmp_path / "news"))

        def interrupted() -> None:
            with meanwhile:
                _add(library, 0)
                meanwhile.look()
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            interrupted()
        assert not meanwhile._process.is_alive()
        library.update_index()
        assert _indexed(library) == (10, 10)


def test_only_what_the_mark_has_is_read_meanwhile(tmp_path: Path) -> None:
    """A batch that is being written may still be rolled back."""
    with open_archive(tmp_path / "news", create=True) as library:
        _add(library, 0, 2)
        archive = library.archive
        kept = archive.end()
        with archive.parts.path(kept.part).open("ab") as file:
            file.write(b"a line without its end")
        (records,) = cut_marked(archive, START, kept.offset)
        assert records == Range(START, kept)
        assert not list(cut_marked(archive, START, kept.offset + 1))
        assert not list(cut_marked(archive, kept, 1))
        (first, second) = cut_marked(archive, START, kept.offset // 2)
        assert (first.end, second.end) == (second.start, kept)


def test_a_damaged_mark_has_nothing(tmp_path: Path) -> None:
    with open_archive(tmp_path / "news", create=True) as library:
        _add(library, 0, 2)
        library.archive.parts.mark_file.write_bytes(b"damaged")
        assert not list(cut_marked(library.archive, START, 1))


def test_another_update_needs_not_wait_for_the_end(tmp_path: Path, at_once: None) -> None:
    with open_archive(tmp_path / "news", create=True) as library:
        library.update_index()
        with IndexingMeanwhile(library, Config(archive=tmp_path / "news")) as meanwhile:
            _add(library, 0)
            meanwhile.look()
            _wait_until(lambda: meanwhile._process.pid is not None)
            with open_archive(tmp_path / "news") as other:
                assert other.search_service.update().indexed == 10
            _add(library, 10)
        library.update_index()
        assert _indexed(library) == (20, 20)


def test_the_command_indexes_while_it_ingests(tmp_path: Path, at_once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = (json.dumps({"title": f"خبر {number}", "body": f"وصل الوزير رقم {number}"}) for number in range(600))
    Path("news.jsonl").write_text("\n".join(lines), encoding="utf-8")
    arguments = ["ingest", "news.jsonl", "--archive", "news", "--workers", "2", "--json"]
    ran = CliRunner().invoke(group, arguments)
    assert ran.exit_code == 0, ran.output
    report = json.loads(ran.stdout)
    assert (report["stored"], report["indexed"]) == (600, 600)
    again = CliRunner().invoke(group, arguments)
    assert json.loads(again.stdout)["indexed"] == 0
    with open_archive(tmp_path / "news") as library:
        assert _indexed(library) == (600, 600)


def _wait_until(is_so: object) -> None:
    assert callable(is_so)
    for _ in range(500):
        if is_so():
            return
        time.sleep(0.01)
    raise AssertionError("waited in vain")
