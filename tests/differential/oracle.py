"""Stock Whoosh as the oracle: its own codec, writer and merging, with its matchers stepped one document at a time.

Documents, queries, filters, facets and order are computed from the articles and the scored trees in plain
Python. The oracle and the product share only the words of `newsarchive.arabic`, the impact formula, and the
schema except for its text fields.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from whoosh import analysis, fields, scoring
from whoosh import index as whoosh_store
from whoosh import query as q
from whoosh.matching import AndMaybeMatcher, AndNotMatcher, DisjunctionMaxMatcher, ListMatcher
from whoosh.reading import SegmentReader
from whoosh.searching import SearchContext
from whoosh.writing import SegmentWriter

from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import words
from newsarchive.article import Article, Record
from newsarchive.search.door import SearchRequest, Sort
from newsarchive.search.scoring import tree
from newsarchive.search.scoring.analysis import PARAGRAPH_GAP
from newsarchive.search.scoring.impact import IMPACT_STEPS, LEAD_BONUS, LEAD_DECAY, NORM_BASE, NORM_PER_WORD
from newsarchive.search.scoring.ranking import UNDATED
from newsarchive.search.whoosh_index.storage.fields import Words
from newsarchive.search.whoosh_index.storage.schema import TOPIC_SEPARATOR, make_schema
from newsarchive.topics import TopicKind, Topics

Document = dict[str, Any]
Section = Sequence[Sequence[str]]
"""The words of the paragraphs of a title, a body or a summary."""


# Indexing


class StockWords(fields.TEXT):  # type: ignore[misc]
    """A Whoosh text field that takes the words of each section, and uses the impact of a word as its weight.

    The impact uses the exact length of the field (DIVERGENCES.md, 8).
    """

    def __init__(self) -> None:
        super().__init__(analyzer=analysis.IDAnalyzer(), phrase=True)

    def index(self, value: Sequence[Section], **_options: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        depths: dict[str, int] = {}
        positions: dict[str, list[int]] = defaultdict(list)
        start = 0
        for section in value:
            depth = 0
            for paragraph in section:
                for word in paragraph:
                    depths[word] = min(depth, depths.get(word, depth))
                    positions[word].append(start)
                    depth += 1
                    start += 1
                start += PARAGRAPH_GAP
        length = sum(len(paragraph) for section in value for paragraph in section)
        for word, found in positions.items():
            yield word.encode(), len(found), _impact(len(found), depths[word], length), self.format.encode(found)


def _impact(frequency: int, depth: int, length: int) -> float:
    """A multiple of 1 / IMPACT_STEPS (DIVERGENCES.md, 1)."""
    weighted = frequency + LEAD_BONUS * math.exp(-depth / LEAD_DECAY)
    return max(1, round(weighted / (weighted + NORM_BASE + NORM_PER_WORD * length) * IMPACT_STEPS)) / IMPACT_STEPS


def _schema() -> fields.Schema:
    schema = make_schema()
    for name, field in schema.items():
        if isinstance(field, Words):
            schema.remove(name)
            schema.add(name, StockWords())
    return schema


def stock_document(article: Article) -> Document:
    """The fields of an article for Whoosh's own writer."""
    title = [] if article.title_derived or not article.title else [_paragraphs(article.title)]
    summary = [_paragraphs(article.summary)] if article.summary and article.summary not in article.body else []
    exact = [*title, _paragraphs(article.body), *summary]
    topics = Topics().of(article)
    day = article.published_day
    values: dict[str, Any] = {
        "id": article.id,
        "exact": exact,
        "text": _stems(exact),
        "title_exact": title or None,
        "title": _stems(title) or None,
        "source": article.source or None,
        "source_words": [[words(article.source)]],
        "author_words": [[words(author)] for author in article.authors],
        "topic": topics.given,
        "topics": TOPIC_SEPARATOR.join(topics.given).encode() or None,
        "assigned_topic": topics.assigned_names,
        "assigned_topics": TOPIC_SEPARATOR.join(topics.assigned_names).encode() or None,
        "section": topics.sections,
        "sections": TOPIC_SEPARATOR.join(topics.sections).encode() or None,
        "day": None if day is None else day.toordinal(),
        "days": None if day is None else day.toordinal(),
        "moment": _moment(article),
    }
    return {name: value for name, value in values.items() if value is not None}


def _paragraphs(text: str) -> list[list[str]]:
    return [words(line) for line in text.splitlines()]


def _stems(sections: list[list[list[str]]]) -> list[list[list[str]]]:
    return [[[stem(word) for word in paragraph] for paragraph in section] for section in sections]


def _moment(article: Article) -> int:
    published = article.published
    if published is None:
        return UNDATED
    if not isinstance(published, datetime):
        published = datetime.combine(published, time(), UTC)
    return math.floor(published.timestamp())


# Queries


def stock_query(node: tree.Scored) -> q.Query:  # noqa: PLR0911 - one return per kind of node
    """The Whoosh query for a scored tree, for Whoosh's own matchers."""
    match node:
        case tree.Term(field, text, weight):
            return q.Term(field.value, text, boost=weight)
        case tree.All(()):
            # Whoosh doesn't accept an empty compound query.
            return q.NullQuery
        case tree.All(nodes):
            return q.And(_stock_queries(nodes))
        case tree.Any(nodes):
            return q.Or(_stock_queries(nodes))
        case tree.Most(nodes, count):
            enough = [q.And(_stock_queries(some)) for some in combinations(nodes, count)]
            is_one = q.ConstantScoreQuery(q.Or(enough) if enough else q.NullQuery, 0.0)
            return q.AndMaybe(is_one, q.Or(_stock_queries(nodes)))
        case tree.Best(nodes):
            return q.DisjunctionMax(_stock_queries(nodes))
        case tree.Without(child, excluded):
            return q.AndNot(stock_query(child), stock_query(excluded))
        case tree.Boosted(child, bonuses):
            return q.AndMaybe(stock_query(child), q.Or(_stock_queries(bonuses)))
        case tree.Constant(child, score):
            return q.ConstantScoreQuery(stock_query(child), score)
        case _:
            return q.ConstantScoreQuery(_unscored(node), 0.0)


def _stock_queries(nodes: Sequence[tree.Scored]) -> list[q.Query]:
    return [stock_query(node) for node in nodes]


def _unscored(node: tree.Adjacent | tree.Near | tree.Prefix | tree.Days | tree.Everything) -> q.Query:
    match node:
        case tree.Adjacent(field, phrase, first):
            return q.Or([q.Phrase(field.value, [word, *phrase[1:]]) for word in (phrase[0], *first)])
        case tree.Prefix(field, text):
            return q.Prefix(field.value, text)
        case tree.Days(first, last):
            return q.NumericRange("day", first, last) if first <= last else q.NullQuery
        case tree.Near():
            raise NotImplementedError("Whoosh has no such query: see search/whoosh_index/test_words_together.py")
        case tree.Everything():
            return q.Every()


class ImpactWeighting(scoring.TF_IDF):  # type: ignore[misc]
    """The score of a posting is its weight: the weights of a tree's terms include the idf (DIVERGENCES.md, 2)."""

    def idf(self, searcher: Any, fieldname: str, text: Any) -> float:
        return 1.0


@contextmanager
def slips_set_right() -> Iterator[None]:
    """Whoosh without the bugs listed in docs/DIVERGENCES.md: everything else must agree."""
    weight = ListMatcher.weight
    find_next = AndNotMatcher._find_next

    def find_first(matcher: AndNotMatcher) -> None:
        if matcher.a.is_active() and matcher.b.is_active():
            matcher._find_next()

    def find_next_if_any(matcher: AndNotMatcher) -> Any:
        return find_next(matcher) if matcher.a.is_active() else False

    def skip_both(matcher: AndMaybeMatcher, docnum: int) -> None:
        matcher.a.skip_to(docnum)
        matcher._first_b()

    def best_score(matcher: DisjunctionMaxMatcher) -> float:
        parts = [part for part in (matcher.a, matcher.b) if part.is_active()]
        first = min(part.id() for part in parts)
        return max(float(part.score()) for part in parts if part.id() == first)

    with pytest.MonkeyPatch.context() as patch:
        # DIVERGENCES.md, 6
        patch.setattr(DisjunctionMaxMatcher, "score", best_score)
        # DIVERGENCES.md, 7
        patch.setattr(AndMaybeMatcher, "skip_to", skip_both)
        # DIVERGENCES.md, 3
        patch.setattr(q.Or, "matcher_type", q.Or.DEFAULT_MATCHER)
        # DIVERGENCES.md, 4
        patch.setattr(ListMatcher, "weight", lambda self: 0.0 if self._all_weights == 0 else weight(self))
        # DIVERGENCES.md, 5
        patch.setattr(AndNotMatcher, "_find_first", find_first)
        patch.setattr(AndNotMatcher, "_find_next", find_next_if_any)
        yield


@dataclass(frozen=True)
class Found:
    """The result of a search, with ids instead of document numbers; `order` has the sort keys of the ranking."""

    scores: dict[str, float]
    order: list[tuple[float, int]]
    total: int
    source: dict[str, int]
    topic: dict[str, int]
    month: dict[str, int]
    section: dict[str, int]
    assigned: dict[str, int]


@dataclass
class Commit:
    """Revisions and withdrawals in archive order, and the number of last segments to merge afterwards."""

    records: list[Record]
    merged: int


class StockIndex:
    """An index made entirely by Whoosh."""

    def __init__(self, folder: Path) -> None:
        self._index = whoosh_store.create_in(str(folder), _schema())
        self.documents: dict[str, Document] = {}

    def commit(self, commit: Commit) -> None:
        writer = SegmentWriter(self._index, compound=False)
        latest = {record.id: record for record in commit.records}
        for article_id, record in latest.items():
            writer.delete_by_term("id", article_id)
            self.documents.pop(article_id, None)
            if isinstance(record, Article):
                self.documents[article_id] = stock_document(record)
                writer.add_document(**self.documents[article_id])
        writer.commit(merge=False)
        if commit.merged:
            SegmentWriter(self._index, compound=False).commit(mergetype=_merging(commit.merged))

    def frequency(self, field: str, text: str) -> int:
        """The number of articles that have a term."""
        values = (document.get(field, ()) for document in self.documents.values())
        if field == "topic":
            return sum(text in topics for topics in values)
        return sum(any(text in paragraph for section in value for paragraph in section) for value in values)

    def search(self, node: tree.Scored, request: SearchRequest) -> Found:
        query = stock_query(node)
        with self._index.searcher(weighting=ImpactWeighting()) as searcher:
            matches: dict[int, float] = {}
            for leaf, offset in searcher.leaf_searchers():
                matcher = query.matcher(leaf, SearchContext(weighting=leaf.weighting))
                while matcher.is_active():
                    matches[matcher.id() + offset] = matcher.score()
                    matcher.next()
            ids = {docnum: searcher.stored_fields(docnum)["id"] for docnum in matches}
        return _answer([_match(self.documents[ids[docnum]], score) for docnum, score in matches.items()], request)


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
    given: tuple[str, ...]
    assigned: tuple[str, ...]
    sections: tuple[str, ...]
    day: int
    moment: int


def _match(document: Document, score: float) -> _Match:
    given, assigned, sections = (
        tuple(document.get(name, b"").decode().split(TOPIC_SEPARATOR)) if document.get(name) else ()
        for name in ("topics", "assigned_topics", "sections")
    )
    return _Match(
        document["id"],
        score,
        document.get("source", ""),
        given,
        assigned,
        sections,
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

    def topics(match: _Match) -> tuple[str, ...]:
        given = match.given if request.topic_kind is not TopicKind.ASSIGNED else ()
        return given + (match.assigned if request.topic_kind is not TopicKind.GIVEN else ())

    def by_topic(match: _Match) -> bool:
        return not request.topics or any(topic in request.topics for topic in topics(match))

    def by_section(match: _Match) -> bool:
        return not request.sections or any(section in request.sections for section in match.sections)

    if request.topic_kind is not TopicKind.ANY:
        matches = [match for match in matches if topics(match)]
    source = Counter(m.source for m in matches if m.source and in_dates(m) and by_topic(m) and by_section(m))
    without_topic = [m for m in matches if in_dates(m) and by_source(m) and by_section(m)]
    topic = Counter(name for m in without_topic for name in topics(m))
    assigned = Counter(name for m in without_topic for name in m.assigned)
    section = Counter(name for m in matches if in_dates(m) and by_source(m) and by_topic(m) for name in m.sections)
    months = [m for m in matches if m.day and by_source(m) and by_topic(m) and by_section(m)]
    month = Counter(f"{date.fromordinal(m.day):%Y-%m}" for m in months)
    source.update(dict.fromkeys(request.sources, 0))
    topic.update(dict.fromkeys(request.topics, 0))
    section.update(dict.fromkeys(request.sections, 0))
    kept = [m for m in matches if in_dates(m) and by_source(m) and by_topic(m) and by_section(m)]
    keys = sorted(_key(match.score, match.moment, request.order) for match in kept)
    start = (request.page - 1) * request.limit
    return Found(
        {match.article_id: match.score for match in kept},
        keys[start : start + request.limit],
        len(kept),
        dict(source),
        dict(topic),
        dict(month),
        dict(section),
        dict(assigned),
    )


def _key(score: float, moment: int, order: Sort) -> tuple[float, int]:
    """The sort key of an article; of equal scores, the newer article comes first (DIVERGENCES.md, 11)."""
    if order is Sort.BEST:
        return -round(score, 4), -moment
    if order is Sort.NEWEST:
        return 0.0, -moment
    return 0.0 if moment != UNDATED else 1.0, moment
