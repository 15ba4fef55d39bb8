from collections.abc import Callable
from pathlib import Path

import pytest

from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article
from newsarchive.errors import ArchiveShortened
from newsarchive.library import Library
from newsarchive.search import SearchRequest
from newsarchive.web import create_app
from tests.articles import NOW
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
