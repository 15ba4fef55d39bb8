"""A purge, from the withdrawal to the deletion of the old index, and the state after interruptions."""

import errno
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from newsarchive import index_repair
from newsarchive.errors import ArticleNotFound, PurgeUnfinished
from newsarchive.library import Library
from newsarchive.search import SearchRequest
from newsarchive.search.whoosh_index import WhooshEngine
from newsarchive.search.whoosh_index.updating.update import Update
from tests.commands import run_command
from tests.interrupting import killed_at_each_step
from tests.libraries import append, open_archive
from tests.search.whoosh_index.library import article, engine_of, found, make_library, word

SECRET, SECOND = article(3), article(4)
WORD = word(3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ten articles, indexed."""
    with make_library(tmp_path / "archive", 10) as library:
        library.update_index()
    return tmp_path / "archive"


@pytest.fixture
def library(folder: Path) -> Iterator[Library]:
    with open_archive(folder) as library:
        yield library


def total(library: Library) -> int:
    return library.search(SearchRequest(text="الأرشيف")).total


def builds(folder: Path) -> set[str]:
    return {path.name for path in (folder / "index").iterdir() if path.is_dir()}


def in_archive(folder: Path, word: str = WORD) -> bool:
    return any(word.encode() in path.read_bytes() for path in (folder / "articles").iterdir())


def purge_by_command(capsys: pytest.CaptureFixture[str], folder: Path) -> tuple[object, str, str]:
    return run_command(capsys, "withdraw", SECRET.id, "--archive", str(folder), "--reason", "حكم", "--purge")


# Order of the steps


def test_the_old_index_answers_until_the_new_index_is_ready(library: Library, folder: Path) -> None:
    old = builds(folder)
    seen: list[str] = []

    def look(step: str) -> None:
        seen.append(step)
        with open_archive(folder) as other:
            for opened in (library, other):
                assert total(opened) == 9
                assert found(opened, WORD) == set()
        assert not in_archive(folder)
        assert old <= builds(folder)

    library.purge(
        SECRET.id, "حكم", on_removed=lambda lines: look(f"{lines} removed"), progress=lambda _: look("indexed")
    )
    assert seen == ["1 removed", "indexed"]
    assert total(library) == 9
    assert not library.search_service.needs_rebuild
    assert len(builds(folder)) == 1
    assert builds(folder).isdisjoint(old)


def test_searches_hide_the_article_before_its_text_is_removed(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Finding and rewriting the lines takes long in a large archive."""
    rewrite = type(library)._remove_text

    def look_first(self: Library, *arguments: Any) -> int:
        assert total(library) == 9
        assert library.archive.identity.generation == 0
        return rewrite(self, *arguments)

    monkeypatch.setattr(Library, "_remove_text", look_first)
    library.purge(SECRET.id, "حكم")
    assert total(library) == 9


def test_the_command_reports_each_step(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = purge_by_command(capsys, folder)
    assert (code, out) == (0, f"{SECRET.id} is purged\n")
    assert err.startswith("1 line removed from the archive")
    # A purged article can be purged again, but an unknown article can't be purged.
    assert purge_by_command(capsys, folder)[:2] == (0, f"{SECRET.id} is purged\n")
    assert run_command(capsys, "withdraw", "never", "--archive", str(folder), "--reason", "حكم", "--purge")[:2] == (
        1,
        "",
    )


def test_purging_without_an_index_builds_an_index(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(folder / "index")
    assert purge_by_command(capsys, folder)[0] == 0
    with open_archive(folder) as library:
        assert total(library) == 9


# Failures


def refuse(*_arguments: object, **_options: object) -> None:
    raise OSError(errno.EACCES, "Permission denied")


def interrupt(*_arguments: object, **_options: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(("harm", "told"), [(refuse, "Permission denied"), (interrupt, "interrupted")])
def test_a_failed_rebuild_is_reported(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    harm: Callable[..., None],
    told: str,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(WhooshEngine, "_build_new", harm)
        code, out, err = purge_by_command(capsys, folder)
    assert (code, out) == (3, "")
    assert told in err
    assert "still in files of the index" in err
    assert "newsarchive reindex" in err
    with open_archive(folder) as library:
        assert total(library) == 9
        assert found(library, WORD) == set()
    assert run_command(capsys, "reindex", "--archive", str(folder))[0] == 0
    assert len(builds(folder)) == 1


def test_an_old_index_that_cannot_be_deleted_is_reported(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (old,) = builds(folder)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", refuse)
        code, out, err = purge_by_command(capsys, folder)
        assert (code, out) == (3, "")
        assert f"could not delete {folder / 'index' / old}: Permission denied" in err
        code, _, err = run_command(capsys, "reindex", "--archive", str(folder))
        assert code == 1
        assert f"{folder / 'index' / old}: Permission denied" in err
    assert old in builds(folder)
    assert purge_by_command(capsys, folder)[0] == 0
    assert len(builds(folder)) == 1


def test_unfinished_builds_are_deleted(library: Library, folder: Path) -> None:
    """An unfinished build from before a purge has the text, and is never resumed."""
    left = engine_of(library)._folder.start_build(library.archive.identity).folder
    (left / "half.staged.1").write_bytes(WORD.encode())
    library.purge(SECRET.id, "حكم")
    assert not left.exists()
    assert len(builds(folder)) == 1
    assert total(library) == 9


def _purge(folder: Path) -> None:
    with open_archive(folder) as library:
        library.purge(SECRET.id, "حكم")


@pytest.mark.long
def test_a_purge_killed_at_any_step_can_be_repeated(folder: Path, tmp_path: Path) -> None:
    steps = 0
    for copy in killed_at_each_step(_purge, folder, tmp_path, 200):
        steps += 1
        with open_archive(copy) as library:
            # Searches always get an answer, never "try again later", and nothing purged is shown.
            shown = found(library, "الأرشيف")
            assert len(shown) in {9, 10}
            if SECRET.id in library.archive.purged_since(0):
                assert total(library) == 9
                assert found(library, WORD) == set()
            library.purge(SECRET.id, "حكم")
            assert library.archive.identity.is_settled
            assert found(library, "الأرشيف") == {article(number).id for number in range(10)} - {SECRET.id}
            assert library.status().articles == 9
        assert not in_archive(copy)
        assert not list((copy / "articles").glob(".*"))
        assert len(builds(copy)) == 1
    assert steps > 20


# Concurrency


def test_a_second_purge_during_the_rebuild_after_the_first(library: Library, folder: Path) -> None:
    removed = threading.Event()
    looks: list[int] = []

    def purge_another() -> None:
        with open_archive(folder) as other:
            other.purge(SECOND.id, "حكم", on_removed=lambda _: removed.set())

    second = threading.Thread(target=purge_another)

    def meanwhile(_read: int) -> None:
        if not removed.is_set():
            second.start()
            assert removed.wait(timeout=60)
        with open_archive(folder) as reader:
            looks.append(total(reader))
            assert found(reader, WORD) == found(reader, word(4)) == set()

    library.purge(SECRET.id, "حكم", progress=meanwhile)
    second.join()
    # Records read before the second purge are discarded: the first rebuild starts over.
    assert looks == [8, 8]
    assert total(library) == 8
    assert not library.search_service.needs_rebuild
    assert len(builds(folder)) == 1


def test_a_purge_just_before_the_switch_to_a_new_build(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The build that has the text becomes current, is searched without the article, and is replaced immediately."""
    make_current = engine_of(library)._folder.make_current

    def purge_first(build: Any) -> None:
        monkeypatch.undo()
        with open_archive(folder) as other:
            other._remove_text(SECRET.id, "حكم", 0)
            make_current(build)
            assert total(other) == 9
            assert other.search_service.needs_rebuild

    monkeypatch.setattr(engine_of(library)._folder, "make_current", purge_first)
    library.search_service.rebuild()
    assert not library.search_service.needs_rebuild
    assert total(library) == 9
    assert len(builds(folder)) == 1


def test_records_read_during_a_purge_are_not_committed(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(library, article(20))
    take_in = Update._take_in
    committed: list[int] = []
    index = Update._index

    def purge_then_index(self: Update, *arguments: Any) -> Any:
        for done in index(self, *arguments):
            if not committed:
                monkeypatch.setattr(Update, "_index", index)
                with open_archive(folder) as other:
                    other._remove_text(SECRET.id, "حكم", 0)
            yield done

    def note(self: Update, done: Any) -> int:
        committed.append(self._identity.generation)
        return take_in(self, done)

    monkeypatch.setattr(Update, "_index", purge_then_index)
    monkeypatch.setattr(Update, "_take_in", note)
    library.update_index()
    assert set(committed) == {2}
    assert total(library) == 10


def test_a_server_rebuilds_the_index_if_no_other_process_does(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_repair, "GRACE", 0)
    with open_archive(folder, repairs=True) as library:
        assert library.repairer is not None
        library._remove_text(SECRET.id, "حكم", 0)
        assert total(library) == 9
        library.repairer.wait()
        assert total(library) == 9
        assert not library.search_service.needs_rebuild
    assert len(builds(folder)) == 1


def test_a_reader_closes_the_old_index(library: Library, folder: Path) -> None:
    """Otherwise the deleted files would take up disk space as long as a server runs."""
    library.search(SearchRequest(text="نص"))
    library.search_service.complete("نص", 5)
    library.related(SECOND.id)
    (old,) = builds(folder)
    with open_archive(folder) as other:
        other.purge(SECRET.id, "حكم")
    library.search(SearchRequest(text="نص"))
    maps = Path("/proc/self/maps")
    if maps.exists():
        # Other tests of this process may have indexes of their own open.
        assert f"{folder}/index/{old}/" not in maps.read_text()


def test_an_unknown_article_cannot_be_purged(library: Library) -> None:
    with pytest.raises(ArticleNotFound):
        library.purge("never", "حكم")
    assert library.archive.identity.generation == 0
    with pytest.raises(PurgeUnfinished, match="run 'newsarchive reindex'"):
        raise PurgeUnfinished("id", "why")
