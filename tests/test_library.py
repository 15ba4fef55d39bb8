from collections.abc import Callable
from pathlib import Path

from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.search import SearchRequest
from tests.articles import NOW


def test_an_older_copy_of_the_parts_makes_a_new_index(tmp_path: Path, article: Callable[..., Article]) -> None:
    with Library.open(tmp_path, create=True) as library:
        with ArchiveWriter(library.archive, clock=lambda: NOW) as writer:
            writer.append([article(1)])
            part = library.archive.parts.path("2025-04.001.jsonl")
            older = part.read_bytes()
            writer.append([article(2)])
        library.update_index()
        assert library.search(SearchRequest()).total == 2
        part.write_bytes(older)
        assert library.update_index().indexed == 1
        assert [hit.article.id for hit in library.search(SearchRequest()).hits] == ["id1"]
