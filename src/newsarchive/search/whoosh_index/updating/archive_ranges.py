"""Index a range of the archive's records into segments, in any process."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from newsarchive.archive import Archive, Position
from newsarchive.article import Article, Copy
from newsarchive.limits import bounded_record
from newsarchive.search.engine import Follower
from newsarchive.search.indexing.archive_ranges import Damage, Range, arrival_of
from newsarchive.search.indexing.document_topics import DocumentTopics
from newsarchive.search.indexing.wordbook import Wordbook
from newsarchive.search.scoring.analysis import has_title
from newsarchive.search.whoosh_index.building.document import document
from newsarchive.search.whoosh_index.building.segment_builder import SegmentBuilder
from newsarchive.search.whoosh_index.storage.schema import make_schema
from newsarchive.stories.numbered import NumberedWords
from newsarchive.topics import Topics


@dataclass(frozen=True, slots=True)
class Staged:
    """A segment file that is not committed yet: its path, number of documents, and deleted documents."""

    path: Path
    documents: int
    deleted: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Indexed:
    """The result of indexing a range: its segments, the ids in it, its number of records, and the damaged lines.

    `ids` has all ids. `present` has the ids of the articles, without withdrawn articles. `damaged` names the first
    damaged lines, and `more_damaged` counts the others. `end` is the end of the last whole record.
    """

    segments: tuple[Staged, ...]
    ids: frozenset[str]
    present: frozenset[str]
    records: int
    damaged: tuple[str, ...]
    more_damaged: int
    end: Position


def index_range(  # noqa: PLR0913 - the parameters don't group
    archive: Archive,
    records: Range,
    staged: Path,
    buffer_bytes: int,
    wordbook: Wordbook,
    *,
    topics: Topics,
    follower: Follower | None = None,
) -> Indexed:
    """Index the records of a range into segments, in files named `staged` plus a number.

    At most `buffer_bytes` of words are buffered in memory. Only the last revision of an article is kept. The
    `wordbook` must not be used by other threads meanwhile; reusing it for the next range saves time. The `follower`
    gets all records with their words.
    """
    damage = Damage()
    build = _Segments(staged, buffer_bytes, wordbook, topics)
    ids: set[str] = set()
    count = 0
    end = records.start
    if follower is not None:
        follower.begin(records.start)
    for stored in archive.read(records.start, until=records.end, on_damage=damage.add):
        record = bounded_record(stored.record)
        words: NumberedWords | None = None
        if not isinstance(record, Copy):
            build.drop(record.id)
            ids.add(record.id)
            if isinstance(record, Article):
                words = build.add(record, arrival_of(archive, stored))
            count += 1
            end = stored.end
        if follower is not None:
            follower.add(stored, record, words)
    segments = build.finish()
    present = frozenset(build.places)
    return Indexed(segments, frozenset(ids), present, count, tuple(damage.named), damage.more, end)


class _Segments:
    """The segments of a range; `places` has the segment and document number of each article."""

    def __init__(self, staged: Path, buffer_bytes: int, wordbook: Wordbook, topics: Topics) -> None:
        self._topics = DocumentTopics(topics, wordbook)
        self._path: Callable[[int], Path] = lambda number: staged.with_name(f"{staged.name}.{number}")
        self._buffer_bytes = buffer_bytes
        self._wordbook = wordbook
        self._builder = self._next_builder()
        self._written: list[tuple[Path, int]] = []
        self._deleted: list[list[int]] = [[]]
        self.places: dict[str, tuple[int, int]] = {}

    def drop(self, article_id: str) -> None:
        place = self.places.pop(article_id, None)
        if place is not None:
            self._deleted[place[0]].append(place[1])

    def add(self, article: Article, arrival: int) -> NumberedWords:
        self.places[article.id] = len(self._written), self._builder.documents
        values = document(article, self._topics, self._wordbook, arrival=arrival)
        vocabulary, sections, titled = self._wordbook.vocabulary, values["exact"], has_title(article)
        self._builder.add(values)
        if self._builder.nbytes >= self._buffer_bytes:
            self._write()
        return NumberedWords(vocabulary, sections[0] if titled else (), sections[titled])

    def _write(self) -> None:
        path = self._path(len(self._written))
        self._builder.write(path)
        self._written.append((path, self._builder.documents))
        self._deleted.append([])
        self._builder = self._next_builder()

    def _next_builder(self) -> SegmentBuilder:
        self._wordbook.make_room()
        return SegmentBuilder(make_schema(), self._wordbook)

    def finish(self) -> tuple[Staged, ...]:
        if self._builder.documents:
            self._write()
        pairs = zip(self._written, self._deleted, strict=False)
        return tuple(Staged(path, documents, tuple(deleted)) for (path, documents), deleted in pairs)
