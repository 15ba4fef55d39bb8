"""Small libraries in a folder, and small indexes with segments arranged by a test."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Self

from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article, Origin, Record, Topic
from newsarchive.library import Library
from newsarchive.search import SearchRequest, SearchService
from newsarchive.search.whoosh_index import BUFFER_BYTES, WhooshEngine
from newsarchive.search.whoosh_index.querying.open_segment import OpenSegment
from newsarchive.search.whoosh_index.querying.snapshot import WhooshSnapshot
from newsarchive.search.whoosh_index.storage.contents import last_generation, read_contents
from newsarchive.search.whoosh_index.storage.folder import Build, IndexFolder, committed_position, open_storage
from newsarchive.search.whoosh_index.updating.merging import CHUNK_POSTINGS, merge_segments
from newsarchive.search.whoosh_index.updating.update import Update
from newsarchive.search.whoosh_index.updating.writer import ArrayWriter
from tests.libraries import append, open_archive

_DIGITS_AS_LETTERS = str.maketrans("0123456789", "بجحدرزسطعق")


def word(number: int) -> str:
    """The word that only article `number` has. A number written with digits would be a word of its own."""
    return f"رقم{str(number).translate(_DIGITS_AS_LETTERS)}"


def article(number: int, *, revision: int = 1, text: str = "") -> Article:
    """Article `number`. Its text has its `word` and the words of `text`."""
    return Article(
        id=f"{number:016d}",
        revision=revision,
        title=f"عنوان {number}",
        body=f"نص المقال {word(number)} في الأرشيف {text}",
        source=("وكالة", "صحيفة")[number % 2],
        topics=(Topic("sport", "field"),),
        published=date(2020, 1, 1 + number % 28),
        origin=Origin("jsonl", "test"),
    )


def make_library(folder: Path, count: int = 0) -> Library:
    library = open_archive(folder, create=True)
    append(library, *map(article, range(count)))
    return library


def found(library: Library, text: str) -> set[str]:
    """The ids of the articles that a search finds."""
    return {hit.article.id for hit in library.search(SearchRequest(text=text, limit=100)).hits}


def engine_of(library: Library) -> WhooshEngine:
    """The engine of a library."""
    engine = library.search_service.engine
    assert isinstance(engine, WhooshEngine)
    return engine


def use_buffer(library: Library, buffer_bytes: int) -> None:
    """Set the memory that a library uses for indexing."""
    library.search_service.close()
    engine = WhooshEngine(library.archive.folder / "index", library.archive, buffer_bytes=buffer_bytes)
    library.search_service = SearchService(library.archive, engine)


class ArrangedIndex:
    """An archive and its index. The code of real updates indexes and merges, but only when the test says so.

    `buffer_bytes` is the memory that an update may use: with little memory, a batch becomes many segments.
    """

    def __init__(self, folder: Path, *, buffer_bytes: int = BUFFER_BYTES) -> None:
        self.library = make_library(folder)
        self._buffer_bytes = buffer_bytes
        builds = IndexFolder(folder / "index")
        builds.make_current(builds.start_build(self.library.archive.identity))
        self._builds = builds

    @property
    def _build(self) -> Build:
        return self._builds.latest()

    def take_in(self, records: Sequence[Record]) -> None:
        """Append records to the archive and index them, without merging."""
        with ArchiveWriter(self.library.archive) as writer:
            writer.append(records)
        folder, identity = self._build.folder, self.library.archive.identity
        update = Update(self._build, self.library.archive, identity, buffer_bytes=self._buffer_bytes)
        for done in update._index(committed_position(folder)):
            update._take_in(done)

    def merge(self, count: int, chunk: int = CHUNK_POSTINGS) -> None:
        """Merge the last `count` segments, `chunk` postings at a time."""
        folder = self._build.folder
        chosen = read_contents(folder, last_generation(folder)).segments[-count:] if count else []
        if not chosen:
            return
        merged = merge_segments(chosen, folder, folder / ".merged", chunk)
        storage = open_storage(folder, self.library.archive.identity, committed_position(folder))
        with ArrayWriter(storage) as writer:
            assert writer.replace(merged)
            writer.commit()

    def snapshot(self) -> WhooshSnapshot:
        """The last commit, as a search sees it."""
        with engine_of(self.library).snapshot() as snapshot:
            return snapshot

    @property
    def segments(self) -> tuple[OpenSegment, ...]:
        """The open segments of the last commit."""
        return self.snapshot()._segments

    def close(self) -> None:
        """Close the files."""
        self.library.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def index_of(folder: Path, segments: Iterable[Sequence[Sequence[str]]]) -> Iterator[ArrangedIndex]:
    """An index, given the words of the articles of each segment. Articles consist of these words only."""
    with ArrangedIndex(folder) as index:
        for number, articles in enumerate(segments):
            index.take_in([_of_words(f"{number:04}{place:04}", words) for place, words in enumerate(articles)])
        yield index


def _of_words(article_id: str, words: Sequence[str]) -> Article:
    return Article(id=article_id, title="", body=" ".join(words), origin=Origin("jsonl", "test"))
