"""`newsarchive serve` as a process of its own, asked over HTTP."""

from collections.abc import Callable
from pathlib import Path

from newsarchive.archive import ArchiveWriter
from newsarchive.archive.catalogue import Catalogue
from newsarchive.article import Article
from newsarchive.library import Library
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
