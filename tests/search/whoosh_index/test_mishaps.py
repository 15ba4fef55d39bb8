"""Problems with index files and between processes are reported, and repaired by the next update."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from newsarchive.archive import ArchiveWriter
from newsarchive.errors import IndexDamaged, IndexLocked, IndexMissing, IndexOutdated, IndexUnusable
from newsarchive.library import Library
from newsarchive.search import SearchRequest
from newsarchive.search.whoosh_index import WhooshEngine
from newsarchive.search.whoosh_index.storage.folder import Build, IndexFolder
from newsarchive.search.whoosh_index.storage.segment import ArraySegment
from newsarchive.search.whoosh_index.updating import update
from newsarchive.search.whoosh_index.updating.merging import Merged, merge_segments
from newsarchive.search.whoosh_index.updating.update import Update
from tests.libraries import append, open_archive
from tests.search.whoosh_index.library import article, engine_of, found, make_library, use_buffer, word


class Stopped(Exception):
    """The process ends in the middle of its work."""


def _index(library: Library) -> WhooshEngine:
    return engine_of(library)


def _total(library: Library) -> int:
    return library.search(SearchRequest(text="الأرشيف")).total


def _filled(folder: Path, count: int = 10) -> None:
    with make_library(folder, count) as library:
        library.update_index()


def _only(folder: Path, pattern: str) -> Path:
    (path,) = folder.glob(pattern)
    return path


# Files


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"\0\0\0\0", b"../000001", b"abc\n", b"000777\n"])
def test_a_damaged_or_wrong_name_of_the_current_build(tmp_path: Path, content: bytes) -> None:
    _filled(tmp_path)
    (tmp_path / "index" / "CURRENT").write_bytes(content)
    with open_archive(tmp_path) as library:
        with pytest.raises(IndexMissing):
            _total(library)
        library.update_index()
        assert _total(library) == 10


def test_a_damaged_damage_file(tmp_path: Path) -> None:
    _filled(tmp_path)
    (tmp_path / "index" / "000001" / "DAMAGED").write_bytes(b"\xff\xfe")
    with open_archive(tmp_path) as library:
        with pytest.raises(IndexDamaged):
            _total(library)
        library.update_index()
        assert _total(library) == 10


def test_every_changed_byte_of_the_position_file_is_detected(tmp_path: Path) -> None:
    _filled(tmp_path, 2)
    path = max((tmp_path / "index" / "000001").glob("position.*.json"))
    content = path.read_bytes()
    with open_archive(tmp_path) as library:
        for place in range(len(content)):
            path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            with pytest.raises(IndexOutdated):
                _index(library)._folder.current(library.archive.identity)
        for other in (b"[]", b"{}", b"null", b""):
            path.write_bytes(other)
            with pytest.raises(IndexOutdated):
                _index(library)._folder.current(library.archive.identity)
        library.update_index()
        assert _total(library) == 2


def test_an_update_detects_a_missing_segment(tmp_path: Path) -> None:
    _filled(tmp_path)
    _only(tmp_path, "index/*/*.arr").unlink()
    with open_archive(tmp_path) as library:
        append(library, article(20))
        with pytest.raises(IndexDamaged, match="missing"):
            library.search_service.update()
        reasons: list[str] = []
        assert library.update_index(on_rebuild=reasons.append).indexed == 11
        assert "missing" in reasons[0]
        assert _total(library) == 11


@pytest.mark.parametrize("name", ["*/*.arr", "*/*.toc", "*/position.*.json"])
def test_a_folder_instead_of_an_index_file(tmp_path: Path, name: str) -> None:
    _filled(tmp_path)
    for path in tmp_path.glob(f"index/{name}"):
        path.unlink()
        path.mkdir()
    with open_archive(tmp_path) as library:
        with pytest.raises(IndexUnusable):
            _total(library)
        library.update_index()
        assert _total(library) == 10


def test_a_folder_instead_of_the_current_file(tmp_path: Path) -> None:
    _filled(tmp_path)
    (tmp_path / "index" / "CURRENT").unlink()
    (tmp_path / "index" / "CURRENT").mkdir()
    with open_archive(tmp_path) as library, pytest.raises(IndexMissing, match="CURRENT must be a file"):
        _total(library)


def test_swapped_segment_files_are_detected(tmp_path: Path) -> None:
    _filled(tmp_path)
    with open_archive(tmp_path) as library:
        append(library, *map(article, range(10, 13)))
        library.update_index()
    first, second = tmp_path.glob("index/*/*.arr")
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(content)
    with open_archive(tmp_path) as library:
        with pytest.raises(IndexDamaged, match="file of another segment"):
            _total(library)
        library.update_index()
        assert _total(library) == 13


def test_the_next_commit_deletes_an_unpublished_table_of_contents(tmp_path: Path) -> None:
    _filled(tmp_path)
    left = tmp_path / "index" / "000001" / "_MAIN_2.toc.1700000000.5"
    left.write_bytes(b"torn")
    with open_archive(tmp_path) as library:
        append(library, article(20))
        library.update_index()
        assert not left.exists()
        assert _total(library) == 11


def test_a_build_that_is_ahead_of_the_archive_is_not_resumed(tmp_path: Path) -> None:
    _filled(tmp_path)
    (tmp_path / "index" / "CURRENT").write_bytes(b"damaged")
    part = _only(tmp_path, "articles/*.jsonl")
    part.write_bytes(b"".join(part.read_bytes().splitlines(keepends=True)[:4]))
    with open_archive(tmp_path) as library:
        library.update_index()
        assert _total(library) == 4


def _stopped_rebuild(folder: Path) -> None:
    def stop(read: int) -> None:
        if read > 20:
            raise Stopped

    with make_library(folder, 60) as library:
        use_buffer(library, 4_000)
        with pytest.raises(Stopped):
            library.search_service.rebuild(stop)


@pytest.mark.parametrize("harm", [lambda path: path.unlink(), lambda path: path.write_bytes(path.read_bytes()[:-9])])
def test_a_damaged_unfinished_build_is_discarded(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    _stopped_rebuild(tmp_path)
    harm(min(tmp_path.glob("index/*/*.arr")))
    with open_archive(tmp_path) as library:
        assert library.update_index().indexed == 60
        assert _total(library) == 60


# Processes


def test_damage_is_recorded_for_the_build_that_has_it(tmp_path: Path) -> None:
    _filled(tmp_path)

    def search_on() -> None:
        with _index(library).snapshot():
            with open_archive(tmp_path) as other:
                other.search_service.rebuild()
            raise IndexDamaged("a block of the old build")

    with open_archive(tmp_path) as library:
        with pytest.raises(IndexDamaged, match="old build"):
            search_on()
        assert _total(library) == 10
        assert library.update_index().indexed == 0


def test_only_one_rebuild_runs_at_a_time(tmp_path: Path) -> None:
    _filled(tmp_path)
    with open_archive(tmp_path) as library, open_archive(tmp_path) as other:

        def rebuild_too(read: int) -> None:
            with pytest.raises(IndexLocked, match=rf"\(number {os.getpid()}\) is building the index.*--wait"):
                other.search_service.rebuild(wait=0)

        assert library.search_service.rebuild(rebuild_too).indexed == 10
        assert other.search_service.rebuild().indexed == 10
        assert _total(library) == _total(other) == 10


def _purge(library: Library, number: int) -> None:
    with ArchiveWriter(library.archive) as writer:
        writer.purge(article(number).id, "حكم")


def test_a_purge_during_a_rebuild(tmp_path: Path) -> None:
    _filled(tmp_path)
    with open_archive(tmp_path) as library, open_archive(tmp_path) as other:
        purged = iter((3, 4))

        def purge(read: int) -> None:
            if (number := next(purged, None)) is not None:
                _purge(other, number)

        library.search_service.rebuild(purge)
        assert _total(library) == _total(other) == 8
        assert library.update_index().indexed == 0


def test_a_purge_just_before_an_update_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _filled(tmp_path)
    with open_archive(tmp_path) as library:
        append(library, article(20), article(21))
        make = WhooshEngine._update

        def purge_first(*arguments: object) -> Update:
            monkeypatch.undo()
            _purge(library, 3)
            return make(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(WhooshEngine, "_update", purge_first)
        library.update_index()
        library.update_index()
        assert _total(library) == 11
        assert found(library, word(20)) == {article(20).id}


def test_a_commit_by_another_process_does_not_cause_a_rebuild(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _filled(tmp_path)
    with open_archive(tmp_path) as library:
        old = _index(library)._folder.latest()
        for number in (20, 21, 22):
            append(library, article(number))
            library.update_index()
        latest = IndexFolder.latest
        answers = iter([old])
        monkeypatch.setattr(IndexFolder, "latest", lambda self: next(answers, None) or latest(self))
        append(library, article(23))
        assert library.update_index().indexed == 1


def test_a_build_replaced_during_an_update(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _filled(tmp_path)
    with open_archive(tmp_path) as library, open_archive(tmp_path) as other:
        append(library, article(20))
        make = WhooshEngine._update

        def rebuild_first(self: WhooshEngine, build: Build, *rest: object) -> Update:
            monkeypatch.undo()
            other.search_service.rebuild()
            append(library, article(21))
            return make(self, build, *rest)  # type: ignore[arg-type]

        monkeypatch.setattr(WhooshEngine, "_update", rebuild_first)
        assert library.update_index().indexed == 1
        assert _total(library) == 12


def test_commits_by_other_processes_before_an_update_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _filled(tmp_path)
    with open_archive(tmp_path) as library, open_archive(tmp_path) as other:
        append(library, article(20))
        make = WhooshEngine._update

        def commit_first(*arguments: object) -> Update:
            monkeypatch.undo()
            for number in (21, 22, 23):
                append(other, article(number))
                other.update_index()
            append(other, article(24))
            return make(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(WhooshEngine, "_update", commit_first)
        reasons: list[str] = []
        assert library.update_index(on_rebuild=reasons.append).indexed == 1
        assert reasons == []
        assert _total(library) == 15


def test_articles_indexed_during_a_rebuild_are_kept(tmp_path: Path) -> None:
    _filled(tmp_path)
    with open_archive(tmp_path) as library, open_archive(tmp_path) as other:
        numbers = iter((20,))

        def commit(read: int) -> None:
            if (number := next(numbers, None)) is not None:
                append(other, article(number))
                other.update_index()

        assert library.search_service.rebuild(commit).indexed == 11
        assert _total(library) == _total(other) == 11


def test_an_index_rebuilt_by_another_process_is_reused(tmp_path: Path) -> None:
    _filled(tmp_path)
    with open_archive(tmp_path) as library:
        append(library, article(20))
        before = _index(library)._folder.latest().folder
        assert library.search_service.rebuild(only_if_unusable=True).indexed == 1
        assert _index(library)._folder.latest().folder == before
        assert library.search_service.rebuild().indexed == 11


def test_an_update_without_new_records_commits_nothing(tmp_path: Path) -> None:
    """Even if a record is appended right after the check."""
    _filled(tmp_path)
    with open_archive(tmp_path) as library:
        identity = library.archive.identity
        build, position = _index(library)._folder.current(identity)
        ranges = Update(build, library.archive, identity)._index(position)
        append(library, article(20))
        assert list(ranges) == []


# Many segments


def test_many_segments_are_merged_a_few_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    merged: list[int] = []

    def count(chosen: list[ArraySegment], *arguments: object) -> Merged:
        merged.append(len(chosen))
        return merge_segments(chosen, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(update, "MOST_AT_ONCE", 3)
    monkeypatch.setattr(update, "merge_segments", count)
    with make_library(tmp_path, 60) as library:
        use_buffer(library, 4_000)
        assert library.update_index().indexed == 60
        assert len(merged) > 2
        assert max(merged) == 3
        assert len(_index(library)._opened().snapshot._segments) == 1
        assert _total(library) == 60
