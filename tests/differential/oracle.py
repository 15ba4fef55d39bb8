"""Stock Whoosh as the oracle: its own codec, writer and merging, its matchers stepped one document at a time.

Filters, facets and order are worked out document by document in plain Python.

It shares the schema and the weighting with the product, and nothing else that the product replaces.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from whoosh import index as whoosh_store
from whoosh import query as q
from whoosh.index import FileIndex
from whoosh.matching import AndNotMatcher, ListMatcher
from whoosh.reading import SegmentReader
from whoosh.searching import SearchContext
from whoosh.writing import SegmentWriter

from newsarchive.search.door import SearchRequest, Sort
from newsarchive.search.whoosh_index.querying.open_segment import Leaf
from newsarchive.search.whoosh_index.querying.weighting import ImpactWeighting
from newsarchive.search.whoosh_index.storage.durable_storage import DurableStorage
from newsarchive.search.whoosh_index.storage.schema import TOPIC_SEPARATOR, UNDATED, make_schema
from newsarchive.search.whoosh_index.updating.writer import ArrayWriter

Document = dict[str, Any]


@contextmanager
def slips_set_right() -> Iterator[None]:
    """Whoosh without the slips that docs/DIVERGENCES.md names: what is left must agree."""
    weight = ListMatcher.weight

    def find_first(matcher: AndNotMatcher) -> None:
        if matcher.a.is_active() and matcher.b.is_active():
            matcher._find_next()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(q.Or, "matcher_type", q.Or.DEFAULT_MATCHER)
        patch.setattr(ListMatcher, "weight", lambda self: 0.0 if self._all_weights == 0 else weight(self))
        patch.setattr(AndNotMatcher, "_find_first", find_first)
        yield


@dataclass(frozen=True)
class Found:
    """What a search gives, with ids in the place of document numbers; `order` is what the ranking goes by."""

    scores: dict[str, float]
    order: list[tuple[float, int]]
    total: int
    source: dict[str, int]
    topic: dict[str, int]
    month: dict[str, int]


@dataclass
class Commit:
    """Documents to add, ids to delete, and then how many of the last segments become one."""

    documents: list[Document]
    deleted: list[str]
    merged: int


class StockIndex:
    """An index that is Whoosh's own in every part."""

    def __init__(self, folder: Path) -> None:
        self._index = whoosh_store.create_in(str(folder), make_schema())
        self._documents: dict[str, Document] = {}

    def commit(self, commit: Commit) -> None:
        writer = SegmentWriter(self._index, compound=False)
        for article_id in {*commit.deleted, *(document["id"] for document in commit.documents)}:
            writer.delete_by_term("id", article_id)
        for document in commit.documents:
            writer.add_document(**document)
            self._documents[document["id"]] = document
        writer.commit(merge=False)
        if commit.merged:
            SegmentWriter(self._index, compound=False).commit(mergetype=_merging(commit.merged))

    def search(self, query: q.Query, request: SearchRequest) -> Found:
        with self._index.searcher(weighting=ImpactWeighting()) as searcher:
            matches: dict[int, float] = {}
            for leaf, offset in searcher.leaf_searchers():
                matcher = query.matcher(leaf, SearchContext(weighting=leaf.weighting))
                while matcher.is_active():
                    # See docs/DIVERGENCES.md, 4: behind the last excluded document, `Not` gives deleted ones.
                    if not leaf.reader().is_deleted(matcher.id()):
                        matches[matcher.id() + offset] = matcher.score()
                    matcher.next()
            ids = {docnum: searcher.stored_fields(docnum)["id"] for docnum in matches}
        return _answer([_match(self._documents[ids[docnum]], score) for docnum, score in matches.items()], request)


def _merging(count: int) -> Any:
    def merge(writer: SegmentWriter, segments: list[Any]) -> list[Any]:
        for segment in segments[-count:]:
            if segment.doc_count():
                reader = SegmentReader(writer.storage, writer.schema, segment)
                writer.add_reader(reader)
                reader.close()
        return segments[:-count]

    return merge


@dataclass(frozen=True)
class _Match:
    article_id: str
    score: float
    source: str
    topics: tuple[str, ...]
    day: int
    moment: int


def _match(document: Document, score: float) -> _Match:
    topics = document.get("topics", b"").decode()
    return _Match(
        document["id"],
        score,
        document.get("source", ""),
        tuple(topics.split(TOPIC_SEPARATOR)) if topics else (),
        document.get("days", 0),
        document["moment"],
    )


def _answer(matches: list[_Match], request: SearchRequest) -> Found:
    def in_dates(match: _Match) -> bool:
        if request.date_from is None and request.date_to is None:
            return True
        first = request.date_from or date.min
        last = request.date_to or date.max
        return match.day > 0 and first.toordinal() <= match.day <= last.toordinal()

    def by_source(match: _Match) -> bool:
        return not request.sources or match.source in request.sources

    def by_topic(match: _Match) -> bool:
        return not request.topics or any(topic in request.topics for topic in match.topics)

    source = Counter(m.source for m in matches if m.source and in_dates(m) and by_topic(m))
    topic = Counter(name for m in matches if in_dates(m) and by_source(m) for name in m.topics)
    month = Counter(f"{date.fromordinal(m.day):%Y-%m}" for m in matches if m.day and by_source(m) and by_topic(m))
    source.update(dict.fromkeys(request.sources, 0))
    topic.update(dict.fromkeys(request.topics, 0))
    kept = [match for match in matches if in_dates(match) and by_source(match) and by_topic(match)]
    keys = sorted(_key(match.score, match.moment, request.order) for match in kept)
    start = (request.page - 1) * request.limit
    return Found(
        {match.article_id: match.score for match in kept},
        keys[start : start + request.limit],
        len(kept),
        dict(source),
        dict(topic),
        dict(month),
    )


def _key(score: float, moment: int, order: Sort) -> tuple[float, int]:
    if order is Sort.BEST:
        return -round(score, 4), -moment
    if order is Sort.NEWEST:
        return 0.0, -moment
    return 0.0 if moment != UNDATED else 1.0, moment


class ArrayIndex:
    """The product's index, driven the same way; it merges so many postings at a time."""

    def __init__(self, folder: Path, chunk: int) -> None:
        self._folder = folder
        self._chunk = chunk
        self._index = FileIndex.create(DurableStorage(folder, lambda _generation, _contents: None), make_schema())

    def commit(self, commit: Commit) -> None:
        writer = ArrayWriter(self._index)
        writer.delete_by_id({*commit.deleted, *(document["id"] for document in commit.documents)})
        for document in commit.documents:
            writer.add_document(**document)
        writer.commit()
        if commit.merged:
            writer = ArrayWriter(self._index)
            if writer.segments:
                writer.merge_segments(writer.segments[-commit.merged :], self._chunk)
            writer.commit()

    def leaves(self) -> tuple[Any, list[Leaf]]:
        """What another process sees that opens the folder."""
        searcher = whoosh_store.open_dir(str(self._folder), readonly=True).searcher(weighting=ImpactWeighting())
        pairs = searcher.leaf_searchers()
        return searcher, [Leaf(leaf, offset) for leaf, offset in pairs if leaf.reader().segment() is not None]
