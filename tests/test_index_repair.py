"""An unusable index is rebuilt in the background, while the server goes on answering."""

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
from tests.libraries import append, open_archive
from tests.search.whoosh_index.library import article, found, make_library, word


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


def test_a_damaged_index_is_rebuilt_from_the_archive(damaged: Library, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    with pytest.raises(IndexDamaged):
        damaged.search(SearchRequest(text="الأرشيف"))
    _wait(damaged)
    assert damaged.search(SearchRequest(text="الأرشيف")).total == 10
    append(damaged, article(20))
    assert damaged.update_index().indexed == 1
    assert found(damaged, word(20)) == {article(20).id}
    told = [record.getMessage() for record in caplog.records if record.name == index_repair.__name__]
    assert "is damaged at byte 0" in told[0]
    assert told[1:] == ["the index was rebuilt and can be used again"]


def test_a_health_check_triggers_a_rebuild(tmp_path: Path) -> None:
    with make_library(tmp_path, 4) as library:
        paths = [library.archive.parts.path(name) for name in library.archive.parts.names()] + [tmp_path / "head.json"]
        older = [path.read_bytes() for path in paths]
        append(library, *map(article, range(4, 10)))
        library.update_index()
    # Restore an older copy. It is consistent, but has fewer records than the index has read.
    for path, content in zip(paths, older, strict=True):
        path.write_bytes(content)
    with open_archive(tmp_path, repairs=True) as library:
        client = create_app(library).test_client()
        assert client.get("/healthz").status_code == 503
        _wait(library)
        assert client.get("/healthz").get_json() == {"status": "ok", "articles": 4, "fetching": "none"}


def test_pages_say_when_to_retry_during_a_rebuild(damaged: Library) -> None:
    client = create_app(damaged).test_client()
    refused = client.get("/search?q=الأرشيف")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    assert client.get("/article/" + article(3).id).status_code == 200
    _wait(damaged)
    assert client.get("/search?q=الأرشيف").status_code == 200


def test_a_library_rebuilds_only_if_asked_to(damaged: Library) -> None:
    with open_archive(damaged.archive.folder) as library:
        assert library.repairer is None
        with pytest.raises(IndexDamaged):
            library.search(SearchRequest(text="الأرشيف"))


class _Counted:
    """Builds that wait for permission to end, and then succeed or fail."""

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
    raise IndexOutdated("the index is outdated")


def test_the_index_is_rebuilt_once_for_many_requests(monkeypatch: pytest.MonkeyPatch) -> None:
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
def test_a_failed_rebuild_is_logged_and_not_retried_immediately(
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


def test_no_rebuild_while_another_process_rebuilds(caplog: pytest.LogCaptureFixture) -> None:
    builds = _Counted(IndexLocked("another process is at it"))
    builds.may_end.set()
    repairer = IndexRepairer(_outdated, builds.rebuild)
    repairer.wake()
    repairer.wait()
    assert [record.levelname for record in caplog.records] == ["WARNING"], "only that the index is outdated"


def test_no_rebuild_if_another_process_has_repaired_the_index() -> None:
    builds = _Counted()
    repairer = IndexRepairer(lambda: None, builds.rebuild)
    repairer.wake()
    repairer.wait()
    assert builds.count == 0
