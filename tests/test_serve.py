"""`newsarchive serve` as a process of its own, asked over HTTP."""

from collections.abc import Callable
from pathlib import Path

from newsarchive.archive import ArchiveWriter
from newsarchive.archive.catalogue import Catalogue
from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.search.whoosh_index.folder import IndexFolder
from tests.articles import NOW
from tests.serving import serving


def test_the_catalogue_is_there_before_the_first_page(tmp_path: Path, article: Callable[..., Article]) -> None:
    with Library.open(tmp_path, create=True) as library:
        with ArchiveWriter(library.archive, clock=lambda: NOW) as writer:
            writer.append([article(1), article(2)])
        library.update_index()
    path = tmp_path / "catalogue.sqlite3"
    path.unlink(missing_ok=True)
    with serving(tmp_path):
        catalogue = Catalogue(path)
        assert catalogue.counts().articles == 2
        catalogue.close()


def test_a_server_that_starts_after_a_purge_does_not_wait_for_the_new_index(
    tmp_path: Path, article: Callable[..., Article]
) -> None:
    with Library.open(tmp_path, create=True) as library:
        with ArchiveWriter(library.archive, clock=lambda: NOW) as writer:
            writer.append([article(1), article(2)])
        library.update_index()
        with ArchiveWriter(library.archive) as writer:
            writer.purge("id1", "حكم قضائي")
    # Another process is making it, and will be for long.
    with IndexFolder(tmp_path / "index").rebuilding(), serving(tmp_path) as server:
        answer = server.ask("GET", "/api/v1/search")
        assert answer.status == 200
        assert b'"total": 1,' in answer.content or b'"total":1,' in answer.content
