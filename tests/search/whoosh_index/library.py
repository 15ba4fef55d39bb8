"""Small libraries in a folder."""

from datetime import date
from pathlib import Path

from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article, Origin, Topic
from newsarchive.library import Library
from newsarchive.search import SearchRequest, SearchService
from newsarchive.search.whoosh_index import WhooshEngine


def article(number: int, *, revision: int = 1, text: str = "") -> Article:
    """Article `number`; it has the word «رقمN», and those of `text`."""
    return Article(
        id=f"{number:016d}",
        revision=revision,
        title=f"عنوان {number}",
        body=f"نص المقال رقم{number} في الأرشيف {text}",
        source=("وكالة", "صحيفة")[number % 2],
        topics=(Topic("sport", "field"),),
        published=date(2020, 1, 1 + number % 28),
        origin=Origin("jsonl", "test"),
    )


def make_library(folder: Path, count: int = 0) -> Library:
    library = Library.open(folder, create=True)
    append(library, *map(article, range(count)))
    return library


def append(library: Library, *articles: Article) -> None:
    with ArchiveWriter(library.archive) as writer:
        writer.append(articles)


def found(library: Library, text: str) -> set[str]:
    """The ids of what a search finds."""
    return {hit.article.id for hit in library.search(SearchRequest(text=text, limit=100)).hits}


def engine_of(library: Library) -> WhooshEngine:
    """The engine of a library."""
    engine = library.index.engine
    assert isinstance(engine, WhooshEngine)
    return engine


def use_buffer(library: Library, buffer_bytes: int) -> None:
    """Let a library index with so much memory."""
    library.index.close()
    engine = WhooshEngine(library.archive.folder / "index", library.archive, buffer_bytes=buffer_bytes)
    library.index = SearchService(library.archive, engine)
