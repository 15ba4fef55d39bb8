import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article
from newsarchive.errors import ArchiveShortened, GroupsError
from newsarchive.library import Library
from newsarchive.search import SearchRequest
from newsarchive.stories.reading import Reading
from newsarchive.web import create_app
from tests.articles import NOW, make_article
from tests.libraries import open_archive

Make = Callable[..., Article]
PART = "2025-04.001.jsonl"


def append(library: Library, *articles: Article, accept_loss: bool = False) -> None:
    with ArchiveWriter(library.archive, clock=lambda: NOW, accept_loss=accept_loss) as writer:
        writer.append(articles)


def found(library: Library) -> list[str]:
    return sorted(hit.article.id for hit in library.search(SearchRequest()).hits)


def test_restoring_an_older_copy_of_the_archive_rebuilds_the_index(tmp_path: Path, article: Make) -> None:
    with open_archive(tmp_path, create=True) as library:
        append(library, article(1))
        paths = [library.archive.parts.path(PART), tmp_path / "head.json"]
        older = [path.read_bytes() for path in paths]
        append(library, article(2))
        library.update_index()
        assert library.search(SearchRequest()).total == 2
        for path, content in zip(paths, older, strict=True):
            path.write_bytes(content)
        reasons: list[str] = []
        assert library.update_index(on_rebuild=reasons.append).indexed == 1
        assert "an older copy of its files was restored" in reasons[0]
        assert found(library) == ["id1"]


@pytest.mark.parametrize("loss", ["cut", "gone"])
def test_lost_lines_do_not_rebuild_the_index_until_they_are_given_up(tmp_path: Path, article: Make, loss: str) -> None:
    def refuse(reason: str) -> None:
        pytest.fail(f"the index is rebuilt: {reason}")

    with open_archive(tmp_path, create=True) as library:
        append(library, article(1))
        path = library.archive.parts.path(PART)
        size = path.stat().st_size
        append(library, article(2))
        library.update_index()
        whole = path.read_bytes()
        if loss == "gone":
            path.unlink()
        else:
            path.write_bytes(whole[:size])
        kept = [] if loss == "gone" else ["id1"]
        assert library.update_index(on_rebuild=refuse).indexed == 0
        assert library.status().behind_bytes == 0
        assert found(library) == kept
        with pytest.raises(ArchiveShortened):
            append(library, article(3))

        path.write_bytes(whole)
        append(library, article(3))
        assert library.update_index(on_rebuild=refuse).indexed == 1
        assert found(library) == ["id1", "id2", "id3"]

        if loss == "gone":
            path.unlink()
        else:
            path.write_bytes(whole[:size])
        append(library, article(4), accept_loss=True)
        reasons: list[str] = []
        library.update_index(on_rebuild=reasons.append)
        assert "lost" in reasons[0]
        assert found(library) == [*kept, "id4"]


def test_a_damaged_line_affects_only_its_article(tmp_path: Path, article: Make) -> None:
    with open_archive(tmp_path, create=True) as library:
        append(library, *(article(number) for number in range(3)))
        library.update_index()
        library.archive.catch_up()
        path = library.archive.parts.path(PART)
        path.write_bytes(path.read_bytes().replace("رقم 1".encode(), "رقم 7".encode()))
        assert found(library) == ["id0", "id2"]
        client = create_app(library).test_client()
        statuses = {page: client.get(page).status_code for page in ("/", "/feed.xml", "/article/id0", "/article/id1")}
    assert statuses == {"/": 200, "/feed.xml": 200, "/article/id0": 200, "/article/id1": 500}


class TestGroups:
    """The groups of articles are brought up to date with the index."""

    BODY = "أعلنت الوزارة صباح اليوم عن افتتاح سبع مدارس جديدة في القرى البعيدة عن المدينة قبل بداية العام"

    def articles(self) -> list[Article]:
        return [
            make_article(1, body=self.BODY, published=date(2025, 1, 1)),
            make_article(2, body=self.BODY + " القادم", source="رويترز", published=date(2025, 1, 2)),
        ]

    @pytest.mark.parametrize("workers", [1, 2])
    def test_several_workers_make_no_difference(self, tmp_path: Path, workers: int) -> None:
        with open_archive(tmp_path / "news", create=True) as library:
            append(library, *self.articles())
            library.update_index(workers=workers)
            assert [copy.id for copy in library.groups.copies_of("id1")] == ["id2"]
            append(library, make_article(3, body=self.BODY + " المقبل", published=date(2025, 1, 2)))
            library.update_index(workers=workers)
            assert {copy.id for copy in library.groups.copies_of("id1")} == {"id2", "id3"}
            library.rebuild_index(workers=workers)
            assert {copy.id for copy in library.groups.copies_of("id1")} == {"id2", "id3"}

    def test_an_interrupted_update_of_the_index_ends_that_of_the_groups(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with open_archive(tmp_path / "news", create=True) as library:
            append(library, *self.articles())
            update, may_end = library.groups.update, threading.Event()

            def update_after_the_index(progress: Callable[[int], None] | None = None, *, wait: float = 0.0) -> int:
                may_end.wait(60)
                return update(progress, wait=wait)

            def interrupted(*_: object, **__: object) -> None:
                threading.Timer(0.2, may_end.set).start()
                raise KeyboardInterrupt

            with monkeypatch.context() as patched:
                patched.setattr(library.groups, "update", update_after_the_index)
                patched.setattr(library.search_service, "update", interrupted)
                with pytest.raises(KeyboardInterrupt):
                    library.update_index(workers=2)
            assert may_end.is_set(), "the thread would have gone on after the call"
            library.update_index()
            assert [copy.id for copy in library.groups.copies_of("id1")] == ["id2"]

    def test_an_update_and_a_rebuild_of_the_index_include_the_groups(self, tmp_path: Path) -> None:
        with open_archive(tmp_path / "news", create=True) as library:
            append(library, *self.articles())
            assert library.groups.copies_of("id1") == ()
            library.update_index()
            assert [copy.id for copy in library.groups.copies_of("id1")] == ["id2"]
            before = library.groups.state()
            library.rebuild_index()
            assert library.groups.state() != before
            assert [copy.id for copy in library.groups.copies_of("id1")] == ["id2"]

    @pytest.mark.parametrize("error", [GroupsError("the disk is full"), ZeroDivisionError("a fault")])
    def test_a_failure_is_logged_and_breaks_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
    ) -> None:
        def fails(*_arguments: object, **_options: object) -> int:
            raise error

        monkeypatch.setattr(Reading, "commit", fails)
        with open_archive(tmp_path / "news", create=True) as library:
            append(library, *self.articles())
            library.update_index()
            assert str(error) in caplog.text
            assert library.search(SearchRequest(text="مدارس")).total == 2
            # Without groups, the copies aren't recognized.
            assert len(library.related("id1")) == 1
