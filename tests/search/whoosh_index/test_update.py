"""Updates in ranges, in several processes, resumed, and after damage. Searches see each commit."""

import os
import random
import signal
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from newsarchive.archive import START, ArchiveWriter, Position
from newsarchive.errors import IndexDamaged, IndexLocked, SearchError
from newsarchive.library import Library
from newsarchive.search import SearchRequest
from newsarchive.search.index_reports import MAX_DAMAGED
from newsarchive.search.indexing.archive_ranges import cut
from newsarchive.search.whoosh_index.storage.folder import IndexFolder, locked
from newsarchive.search.whoosh_index.storage.segment import ArraySegment
from newsarchive.search.whoosh_index.updating import merging, update
from newsarchive.search.whoosh_index.updating.merging import Merged, merge_segments
from newsarchive.search.whoosh_index.updating.update import Update
from tests.libraries import append, open_archive
from tests.search.whoosh_index.library import article, engine_of, found, make_library, use_buffer, word

TINY = 4_000
"""A buffer size in bytes that gives segments of a few articles."""


def _with_tiny_buffer(library: Library) -> Library:
    use_buffer(library, TINY)
    return library


def _segments(library: Library) -> int:
    return len(engine_of(library)._opened().snapshot._segments)


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_work_is_divided_evenly_between_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    """However large the buffer is, no process is idle while another process has all the work."""
    monkeypatch.setattr(update, "SHARED_FROM", 0)
    with make_library(tmp_path, 200) as library:
        for buffer_bytes in (1 << 20, library.archive.parts.size() * 3):
            build = IndexFolder(tmp_path / "index").start_build(library.archive.identity)
            identity = library.archive.identity
            work = Update(build, library.archive, identity, buffer_bytes=buffer_bytes, workers=workers)
            indexed = list(work._index(START))
            records = [done.records for done in indexed]
            assert sum(records) == 200
            assert len(records) % workers == 0
            assert max(records) - min(records) <= 8


@pytest.mark.parametrize("nbytes", [1, 700, 10_000_000])
def test_ranges_cover_the_archive_without_a_gap(tmp_path: Path, nbytes: int) -> None:
    with make_library(tmp_path, 30) as library:
        ranges = list(cut(library.archive.parts, START, nbytes))
        assert ranges[0].start == START
        assert ranges[-1].end == library.archive.end()
        assert all(before.end == after.start for before, after in pairwise(ranges))
        edges = {stored.end for stored in library.archive.read()}
        assert {part.end for part in ranges} <= edges
        assert len(ranges) == (30 if nbytes == 1 else 1 if nbytes > 1_000_000 else len(ranges))


def test_many_ranges_are_indexed_into_one_index(tmp_path: Path) -> None:
    with _with_tiny_buffer(make_library(tmp_path, 60)) as library:
        read: list[int] = []
        assert library.update_index(read.append).indexed == 60
        assert len(read) > 5
        assert _segments(library) == 1
        assert found(library, word(7)) == {article(7).id}
        assert library.search(SearchRequest(text="الأرشيف")).total == 60


def test_two_processes_build_the_same_index_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(update, "SHARED_FROM", 0)
    with _with_tiny_buffer(make_library(tmp_path, 40)) as library:
        append(library, article(3, revision=2, text="منقح"))
        library.search_service.rebuild(workers=2)
        both = library.search(SearchRequest(text="الأرشيف", limit=100))
        library.search_service.rebuild()
        alone = library.search(SearchRequest(text="الأرشيف", limit=100))
        assert [(hit.article.id, hit.score) for hit in both.hits] == [(hit.article.id, hit.score) for hit in alone.hits]
        assert both.facets == alone.facets
        assert found(library, "منقح") == {article(3).id}


def test_only_the_last_revision_in_a_range_is_indexed(tmp_path: Path) -> None:
    with make_library(tmp_path, 3) as library:
        append(library, article(1, revision=2, text="ثان"), article(1, revision=3, text="ثالث"))
        with ArchiveWriter(library.archive) as writer:
            writer.withdraw(article(2).id, "test")
        report = library.update_index()
        assert (report.indexed, report.removed) == (2, 0)
        assert found(library, "ثالث") == {article(1).id}
        assert found(library, "ثان") == set()
        assert found(library, word(2)) == set()


def test_a_revision_replaces_and_a_withdrawal_removes(tmp_path: Path) -> None:
    with make_library(tmp_path, 5) as library:
        library.update_index()
        append(library, article(1, revision=2, text="ثان"), article(9))
        with ArchiveWriter(library.archive) as writer:
            writer.withdraw(article(2).id, "test")
        report = library.update_index()
        assert (report.indexed, report.removed) == (2, 1)
        assert found(library, word(1)) == found(library, "ثان") == {article(1).id}
        assert found(library, word(2)) == set()
        assert library.status().articles == 5


def test_open_searchers_see_each_commit(tmp_path: Path) -> None:
    with make_library(tmp_path, 2) as library, open_archive(tmp_path) as reader:
        library.update_index()
        for number in range(2, 12):
            assert found(reader, word(number)) == set()
            append(library, article(number))
            library.update_index()
            assert found(reader, word(number)) == {article(number).id}
        assert found(reader, "الأرشيف") == {article(number).id for number in range(12)}


def test_merging_keeps_the_number_of_segments_low(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "SMALL", 8)
    choice = random.Random(1)
    with make_library(tmp_path) as library:
        library.update_index()
        total = 0
        for _ in range(40):
            count = choice.randint(1, 6)
            append(library, *(article(number) for number in range(total, total + count)))
            total += count
            library.update_index()
        assert _segments(library) < 3 * merging.FACTOR
        assert library.search(SearchRequest(text="الأرشيف")).total == total


def test_open_segments_stay_open_after_a_commit(tmp_path: Path) -> None:
    with make_library(tmp_path, 3) as library:
        library.update_index()
        before = engine_of(library)._opened().snapshot._segments[0].data
        append(library, article(8))
        library.update_index()
        assert engine_of(library)._opened().snapshot._segments[0].data is before


def test_only_one_update_runs_at_a_time(tmp_path: Path) -> None:
    with make_library(tmp_path, 2) as library:
        library.update_index()
        append(library, article(5))
        build = engine_of(library)._folder.latest()
        with (
            Update(build, library.archive, library.archive.identity)._alone(0),
            pytest.raises(IndexLocked, match=rf"\(number {os.getpid()}\) is updating the index.*--wait"),
        ):
            library.search_service.update(wait=0)
        assert library.update_index().indexed == 1


def test_a_waiting_update_continues_from_the_latest_commit(tmp_path: Path) -> None:
    with make_library(tmp_path, 2) as library:
        library.update_index()
        append(library, article(5))
        build = engine_of(library)._folder.latest()
        first, second = (
            Update(build, library.archive, library.archive.identity),
            Update(build, library.archive, library.archive.identity),
        )
        assert first.run(None).indexed == 1
        append(library, article(6))
        assert second.run(None).indexed == 1
        assert library.search(SearchRequest()).total == 4


def test_the_memory_of_an_update_can_be_set(tmp_path: Path) -> None:
    with make_library(tmp_path, 2), open_archive(tmp_path, index_memory=8) as library:
        assert engine_of(library)._buffer_bytes == 8 << 20


@pytest.mark.parametrize("deleted", [[0, 9], range(10), []])
def test_other_processes_can_commit_during_a_merge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deleted: Sequence[int]
) -> None:
    """The merge keeps their withdrawals, revisions, new articles and archive position."""
    merged: list[int] = []

    def merge_slowly(chosen: Sequence[ArraySegment], *arguments: Any) -> Merged:
        result = merge_segments(chosen, *arguments)
        merged.append(len(chosen))
        if len(merged) == 1:
            with open_archive(tmp_path) as other, ArchiveWriter(other.archive) as writer:
                for number in deleted:
                    writer.withdraw(article(number).id, "test")
                writer.append([article(1, revision=3, text="منقح"), article(20)])
                other.update_index()
        return result

    with make_library(tmp_path) as library:
        library.update_index()
        monkeypatch.setattr(update, "merge_segments", merge_slowly)
        for numbers in ((0, 1, 2), (3, 4, 5), (6, 7, 8), (9,)):
            append(library, *map(article, numbers))
            library.update_index()
        assert merged[0] == merging.FACTOR
        left = {*range(10), 1, 20} - set(deleted) | {1}
        assert found(library, "الأرشيف") == {article(number).id for number in left}
        assert found(library, "منقح") == {article(1).id}
        assert library.status().articles == len(left)
        assert library.status().behind_bytes == 0


def test_only_one_process_merges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "FACTOR", 2)
    with make_library(tmp_path, 2) as library:
        library.update_index()
        build = engine_of(library)._folder.latest()
        with locked(build.folder / "MERGELOCK", 0, "merging the index"):
            append(library, article(5))
            library.update_index()
            assert _segments(library) == 2
        append(library, article(6))
        library.update_index()
        assert _segments(library) == 1
        assert library.search(SearchRequest(text="الأرشيف")).total == 4


def test_an_interrupted_rebuild_is_resumed(tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    def stop(read: int) -> None:
        if read > 20:
            raise Stop

    with _with_tiny_buffer(make_library(tmp_path, 60)) as library:
        with pytest.raises(Stop):
            library.search_service.rebuild(stop)
        report = library.search_service.rebuild()
        assert 0 < report.indexed < 45
        assert library.search(SearchRequest(text="الأرشيف")).total == 60
        assert [path.name for path in (tmp_path / "index").iterdir() if path.is_dir()] == ["000001"]


def _only(folder: Path, pattern: str) -> Path:
    (path,) = folder.glob(pattern)
    return path


@pytest.mark.parametrize("pattern", ["index/*/*.arr", "index/*/*.toc"])
@pytest.mark.parametrize("kept", [0.0, 0.5, 0.99])
def test_a_truncated_file_is_reported_and_the_index_rebuilt(tmp_path: Path, pattern: str, kept: float) -> None:
    with make_library(tmp_path, 10) as library:
        library.update_index()
    path = _only(tmp_path, pattern)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    with open_archive(tmp_path) as library:
        with pytest.raises(IndexDamaged, match=r"run 'newsarchive reindex'|cut off"):
            library.search(SearchRequest(text="الأرشيف"))
        with pytest.raises(IndexDamaged, match="run 'newsarchive reindex'"):
            library.status()
        assert library.update_index().indexed == 10
        assert library.search(SearchRequest(text="الأرشيف")).total == 10


def test_a_changed_byte_is_reported_on_access(tmp_path: Path) -> None:
    with make_library(tmp_path, 10) as library:
        library.update_index()
    path = _only(tmp_path, "index/*/*.arr")
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    with open_archive(tmp_path) as library:
        with pytest.raises(IndexDamaged, match="is damaged at byte 0"):
            library.search(SearchRequest(text="الأرشيف"))
        assert library.update_index().indexed == 10
        assert library.search(SearchRequest(text="الأرشيف")).total == 10


def test_a_torn_last_line_is_not_indexed(tmp_path: Path) -> None:
    with make_library(tmp_path, 4) as library:
        name = library.archive.parts.names()[0]
        path = library.archive.parts.path(name)
        size = path.stat().st_size
        with path.open("ab") as file:
            file.write(b'{"sha256":"half a li')
        library.update_index()
        assert engine_of(library)._folder.current(library.archive.identity)[1] == Position(name, size)
        assert library.search(SearchRequest(text="الأرشيف")).total == 4


_INDEX_RANGE = update._index_range


def _killed(*arguments: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _out_of_memory(*arguments: Any) -> None:
    raise MemoryError


def _with_ctrl_c(*arguments: Any) -> Any:
    os.kill(os.getpid(), signal.SIGINT)
    return _INDEX_RANGE(*arguments)


@pytest.mark.parametrize("fate", [_killed, _out_of_memory])
def test_a_killed_worker_is_reported_and_partial_results_are_not_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fate: Callable[..., None]
) -> None:
    monkeypatch.setattr(update, "SHARED_FROM", 0)
    with _with_tiny_buffer(make_library(tmp_path, 40)) as library:
        library.update_index()
        append(library, article(50))
        with monkeypatch.context() as patch:
            patch.setattr(update, "_index_range", fate)
            with pytest.raises(SearchError, match=r"memory.*--workers"):
                library.search_service.rebuild(workers=2)
        assert library.search(SearchRequest(text="الأرشيف")).total == 40
        library.search_service.rebuild(workers=2)
        assert library.search(SearchRequest(text="الأرشيف")).total == 41


@pytest.mark.usefixtures("interruptible")
def test_workers_ignore_ctrl_c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal sends Ctrl-C to the workers as well, which would print tracebacks."""
    monkeypatch.setattr(update, "SHARED_FROM", 0)
    monkeypatch.setattr(update, "_index_range", _with_ctrl_c)
    with _with_tiny_buffer(make_library(tmp_path, 20)) as library:
        library.search_service.rebuild(workers=2)
        assert library.search(SearchRequest(text="الأرشيف")).total == 20


def test_a_report_names_the_first_damaged_lines_and_counts_all(tmp_path: Path) -> None:
    with make_library(tmp_path, 6) as library:
        part = library.archive.parts.path(library.archive.parts.names()[0])
        lines = part.read_bytes().splitlines(keepends=True)
        part.write_bytes(b"".join(line + b"broken line\n" * 300 for line in lines))
        # With about one record per range, damaged lines at the end of a range must not be counted in the next one, too.
        identity = library.archive.identity
        build = IndexFolder(tmp_path / "index").start_build(identity)
        report = Update(build, library.archive, identity, buffer_bytes=1 << 15).run(None)
    assert report.indexed == 6
    assert len(report.damaged) == MAX_DAMAGED
    assert report.more_damaged == 1_800 - MAX_DAMAGED
