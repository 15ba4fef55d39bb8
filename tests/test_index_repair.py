"""An index that cannot be used is rebuilt in the background while the server answers."""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from newsarchive import index_repair
from newsarchive.errors import IndexDamaged, IndexLocked, IndexOutdated, SearchError
from newsarchive.index_repair import IndexRepairer
from newsarchive.library import Library
from newsarchive.search import SearchRequest
from newsarchive.web import create_app
from tests.opening import open_archive
from tests.search.whoosh_index.library import append, article, found, make_library


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_repair, "GRACE", 0)


@pytest.fixture
def damaged(tmp_path: Path) -> Iterator[Library]:
    with make_library(tmp_path, 10) as library:
        library.update_index()
    (path,) = tmp_path.glob("index/*/*.arr")
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    with open_archive(tmp_path, repairs=True) as library:
        yield library


def _wait(library: Library) -> None:
    assert library.repairer is not None
    library.repairer.wait()


def test_a_damaged_index_is_built_anew_from_the_archive(damaged: Library, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    with pytest.raises(IndexDamaged):
        damaged.search(SearchRequest(text="الأرشيف"))
    _wait(damaged)
    assert damaged.search(SearchRequest(text="الأرشيف")).total == 10
    append(damaged, article(20))
    assert damaged.update_index().indexed == 1
    assert found(damaged, "رقم20") == {article(20).id}
    told = [record.getMessage() for record in caplog.records if record.name == index_repair.__name__]
    assert "is damaged at byte 0" in told[0]
    assert told[1:] == ["the index can be used again"]


def test_a_check_of_health_has_an_index_rebuilt_too(tmp_path: Path) -> None:
    with make_library(tmp_path, 4) as library:
        paths = [library.archive.parts.path(name) for name in library.archive.parts.names()] + [tmp_path / "head.json"]
        older = [path.read_bytes() for path in paths]
        append(library, *map(article, range(4, 10)))
        library.update_index()
    # An older copy is put back. It is consistent in itself, and has less than the index has read.
    for path, content in zip(paths, older, strict=True):
        path.write_bytes(content)
    with open_archive(tmp_path, repairs=True) as library:
        client = create_app(library).test_client()
        assert client.get("/healthz").status_code == 503
        _wait(library)
        assert client.get("/healthz").get_json() == {"status": "ok", "articles": 4}


def test_until_then_pages_say_when_to_come_back(damaged: Library) -> None:
    client = create_app(damaged).test_client()
    refused = client.get("/search?q=الأرشيف")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    assert client.get("/article/" + article(3).id).status_code == 200
    _wait(damaged)
    assert client.get("/search?q=الأرشيف").status_code == 200


def test_a_library_does_not_repair_its_index_unless_it_is_asked_to(damaged: Library) -> None:
    with open_archive(damaged.archive.folder) as library:
        assert library.repairer is None
        with pytest.raises(IndexDamaged):
            library.search(SearchRequest(text="الأرشيف"))


class _Counted:
    """Builds that wait until they may end, and then fail or not."""

    def __init__(self, error: Exception | None = None) -> None:
        self.count = 0
        self.may_end = Event()
        self.error = error

    def rebuild(self) -> None:
        self.count += 1
        assert self.may_end.wait(timeout=30)
        if self.error is not None:
            raise self.error


def _outdated() -> None:
    raise IndexOutdated("it is old")


def test_it_is_built_once_however_many_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_repair, "PAUSE", 0)
    builds = _Counted()
    repairer = IndexRepairer(_outdated, builds.rebuild)
    for _ in range(5):
        repairer.wake()
    builds.may_end.set()
    repairer.wait()
    assert builds.count == 1
    repairer.wake()
    repairer.wait()
    assert builds.count == 2


@pytest.mark.parametrize(
    "error", [SearchError("it cannot be read"), OSError("the disk is full"), ZeroDivisionError("a slip")]
)
def test_what_failed_is_told_and_not_tried_again_at_once(
    error: Exception, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    unforeseen: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", unforeseen.append)
    builds = _Counted(error)
    builds.may_end.set()
    repairer = IndexRepairer(_outdated, builds.rebuild)
    for _ in range(3):
        repairer.wake()
        repairer.wait()
    assert builds.count == 1
    assert str(error) in caplog.text + "".join(str(told.exc_value) for told in unforeseen)


def test_what_another_process_builds_is_left_to_it(caplog: pytest.LogCaptureFixture) -> None:
    builds = _Counted(IndexLocked("another process is at it"))
    builds.may_end.set()
    repairer = IndexRepairer(_outdated, builds.rebuild)
    repairer.wake()
    repairer.wait()
    assert [record.levelname for record in caplog.records] == ["WARNING"], "only that the index is outdated"


def test_an_index_repaired_by_another_process_is_left_alone() -> None:
    builds = _Counted()
    repairer = IndexRepairer(lambda: None, builds.rebuild)
    repairer.wake()
    repairer.wait()
    assert builds.count == 0
