"""The engines that `bench/speed.py` compares. Each indexes the same words and answers the same questions.

Each engine returns the first ten hits, the exact total, and the counts by source, by topic and by month. The words
are computed once, by `newsarchive.arabic`, and given to each engine. This index takes folded words, as in an update,
so it also derives stems and condensed words.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from peers import Fts5, Tantivy, Xapian
from questions import Analysed, Answer, Question
from whoosh import analysis, columns, fields, index, scoring, sorting
from whoosh import query as q
from whoosh.index import TOC

from newsarchive.archive import START, Identity
from newsarchive.search.door import Sort
from newsarchive.search.engine import Selection
from newsarchive.search.indexing.wordbook import BYTES_PER_RUN, Wordbook
from newsarchive.search.scoring.analysis import word_places
from newsarchive.search.scoring.impact import impact
from newsarchive.search.scoring.ranking import Ranking
from newsarchive.search.scoring.statistics import idf_of, inverse_document_frequency
from newsarchive.search.scoring.tree import (
    Adjacent,
    All,
    Boosted,
    Constant,
    Days,
    Everything,
    Field,
    Prefix,
    Scored,
    Term,
)
from newsarchive.search.scoring.tree import Any as AnyOf
from newsarchive.search.scoring.weighing import Idf
from newsarchive.search.whoosh_index.building.segment_builder import SegmentBuilder
from newsarchive.search.whoosh_index.querying.snapshot import WhooshSnapshot
from newsarchive.search.whoosh_index.storage.contents import last_generation
from newsarchive.search.whoosh_index.storage.durable_storage import DurableStorage
from newsarchive.search.whoosh_index.storage.fields import Words
from newsarchive.search.whoosh_index.storage.folder import Build, open_storage
from newsarchive.search.whoosh_index.storage.schema import make_schema
from newsarchive.search.whoosh_index.storage.segment import INDEX_NAME
from newsarchive.search.whoosh_index.updating.merging import BYTES_PER_POSTING, merge_segments, smallest_segments
from newsarchive.search.whoosh_index.updating.update import BUFFER_BYTES, MOST_AT_ONCE
from newsarchive.search.whoosh_index.updating.writer import ArrayWriter

IDENTITY = Identity("bench", 0)
"""A placeholder: there is no archive here, only words to index."""


def _moment(article: Analysed) -> int:
    return (article.day - 719_163) * 86_400


class Arrays:
    """This index, written as by an update and queried as by the search service."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._wordbook = Wordbook(BUFFER_BYTES // BYTES_PER_RUN)
        self._builder: SegmentBuilder | None = None
        self._ids: list[str] = []
        self._snapshot: WhooshSnapshot | None = None

    def add(self, articles: Iterable[Analysed]) -> None:
        for article in articles:
            if self._builder is None:
                self._wordbook.make_room()
                self._builder = SegmentBuilder(make_schema(), self._wordbook)
            self._builder.add(self._document(article))
            self._ids.append(article.id)
            if self._builder.nbytes >= BUFFER_BYTES:
                self._commit()

    def _document(self, article: Analysed) -> dict[str, Any]:
        """The result of `document` for an article whose words are already folded."""
        exact = [[self._wordbook.read(" ".join(section))] for section in article.exact]
        return {
            "id": article.id,
            "exact": exact,
            "title_exact": exact[:1] if article.has_title else None,
            "source": article.source,
            "source_words": [[self._wordbook.read(article.source)]],
            "topic": [article.topic],
            "topics": article.topic.encode(),
            "day": article.day,
            "days": article.day,
            "moment": _moment(article),
        }

    def _storage(self) -> DurableStorage:
        storage = open_storage(self._folder, IDENTITY, START)
        if last_generation(self._folder) < 0:
            TOC.create(storage, make_schema(), INDEX_NAME)
        return storage

    def _commit(self) -> None:
        """Commit the added articles, replacing earlier versions, as `Update` does for a range."""
        if self._builder is None:
            return
        staged = self._folder / ".staged"
        self._builder.write(staged)
        with ArrayWriter(self._storage()) as writer:
            writer.delete_by_id(self._ids)
            writer.adopt(staged, self._builder.documents)
            writer.commit()
        self._builder, self._ids = None, []

    def finish(self) -> None:
        """Merge all segments into one, as a rebuild does."""
        self._commit()
        while True:
            with ArrayWriter(self._storage()) as writer:
                if len(writer.segments) < 2:
                    return
                chosen = smallest_segments(writer.segments, MOST_AT_ONCE)
                merged = self._folder / ".merged"
                writer.replace(merge_segments(chosen, self._folder, merged, BUFFER_BYTES // BYTES_PER_POSTING))
                writer.commit()

    def add_one(self, article: Analysed) -> None:
        self.add([article])
        self._commit()

    def open(self) -> None:
        self._snapshot = WhooshSnapshot(Build(self._folder, last_generation(self._folder)), IDENTITY)

    def ask(self, question: Question) -> tuple[Ranking, list[str]]:
        assert self._snapshot is not None
        terms = _terms(question)
        idf = idf_of(self._snapshot.articles, dict(zip(terms, self._snapshot.frequencies(terms), strict=True)))
        selection = Selection(
            sources=(question.source,) if question.source else (),
            order=Sort.NEWEST if question.newest else Sort.BEST,
        )
        ranking = self._snapshot.rank(_tree(question, idf), selection)
        return ranking, self._snapshot.ids(ranking.documents.tolist())

    def answer(self, found: tuple[Ranking, list[str]]) -> Answer:
        ranking, ids = found
        facets = ranking.facets
        return Answer(ranking.total, len(ids), *map(dict, (facets.source, facets.topic, facets.month)))


def _terms(question: Question) -> list[tuple[Field, str]]:
    """The terms whose idf a question needs, as returned by `scored_terms` for a query."""
    fields_of = {"all": Field.TEXT, "any": Field.TEXT, "phrase": Field.EXACT}
    field = fields_of.get(question.kind)
    return [] if field is None else [(field, word) for word in dict.fromkeys(question.words)]


def _tree(question: Question, idf: Idf) -> Scored:
    """The scored tree of a question, as returned by `weigh` for a query."""
    tree = _words_tree(question, idf)
    return All((tree, Days(question.first, question.last))) if question.first else tree


def _words_tree(question: Question, idf: Idf) -> Scored:
    terms = tuple(Term(field, word, idf(field, word)) for field, word in _terms(question))
    match question.kind:
        case "everything":
            return Everything()
        case "phrase":
            return Boosted(Adjacent(Field.EXACT, question.words), terms)
        case "prefix":
            return Constant(Prefix(Field.EXACT, question.words[0]), 1.0)
        case "any":
            return AnyOf(terms)
        case _:
            return All(terms) if len(terms) > 1 else terms[0]


FACETS = ("source", "topic", "month")


class _StockWords(fields.TEXT):  # type: ignore[misc]
    """A Whoosh text field that takes the words of each section, and weights a word by its impact, like this index."""

    def __init__(self) -> None:
        super().__init__(analyzer=analysis.IDAnalyzer(), phrase=True)

    def index(self, value: Sequence[Sequence[str]], **_options: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        encode = self.format.encode
        length = sum(map(len, value))
        for word, places in word_places(value).items():
            frequency = len(places.positions)
            yield word.encode(), frequency, impact(frequency, places.depth, length), encode(places.positions)


class _Weighting(scoring.TF_IDF):  # type: ignore[misc]
    """The weight of a posting (its impact) times the idf of its term."""

    def idf(self, searcher: Any, fieldname: str, text: Any) -> float:
        return inverse_document_frequency(searcher.doc_count(), searcher.doc_frequency(fieldname, text))


def _whoosh_query(question: Question) -> q.Query:
    if question.kind == "everything":
        return q.ConstantScoreQuery(q.Every(), 0.0)
    if question.kind == "phrase":
        return q.Phrase("exact", list(question.words))
    if question.kind == "prefix":
        return q.ConstantScoreQuery(q.Prefix("exact", question.words[0]), 1.0)
    terms = [q.Term("text", word) for word in question.words]
    if len(terms) == 1:
        return terms[0]
    return q.And(terms) if question.kind == "all" else q.Or(terms)


class StockWhoosh:
    """Unmodified Whoosh: its own codec, writer, collector and facets."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writer: Any = None
        self._searcher: Any = None

    def _schema(self) -> fields.Schema:
        schema = make_schema()
        for name in ("topics", "days", "moment", "day", "topic"):
            schema.remove(name)
        for name, field in schema.items():
            if isinstance(field, Words):
                schema.remove(name)
                schema.add(name, _StockWords())
        schema.add("day", fields.NUMERIC(int, bits=32, sortable=True))
        schema.add("topic", fields.ID(sortable=columns.RefBytesColumn()))
        schema.add("month", fields.ID(sortable=columns.RefBytesColumn()))
        return schema

    def add(self, articles: Iterable[Analysed]) -> None:
        if self._writer is None:
            self._writer = index.create_in(str(self._folder), self._schema()).writer(limitmb=256)
        for article in articles:
            self._writer.add_document(
                id=article.id,
                text=article.stems,
                exact=article.exact,
                title=article.stems[:1] if article.has_title else None,
                title_exact=article.exact[:1] if article.has_title else None,
                source=article.source,
                topic=article.topic,
                day=article.day,
                month=article.month,
            )

    def finish(self) -> None:
        self._writer.commit()

    def add_one(self, article: Analysed) -> None:
        self._writer = index.open_dir(str(self._folder)).writer()
        self.add([article])
        self.finish()

    def open(self) -> None:
        self._searcher = index.open_dir(str(self._folder)).searcher(weighting=_Weighting())

    def ask(self, question: Question) -> tuple[int, list[str], list[dict[Any, int]]]:
        dates = q.NumericRange("day", question.first, question.last) if question.first else None
        if not question.source:
            found = self._search(question, dates, FACETS)
            return self._answer(found, [found.groups(facet) for facet in FACETS])
        # The counts by source ignore the source filter.
        of_all = self._search(question, dates, FACETS[:1])
        only = q.Term("source", question.source)
        found = self._search(question, q.And([only, dates]) if dates else only, FACETS[1:])
        return self._answer(found, [of_all.groups("source"), *map(found.groups, FACETS[1:])])

    def _search(self, question: Question, narrowed: q.Query | None, facets: Sequence[str]) -> Any:
        return self._searcher.search(
            _whoosh_query(question),
            limit=10,
            filter=narrowed,
            sortedby="day" if question.newest else None,
            reverse=question.newest,
            groupedby=list(facets),
            maptype=sorting.Count,
        )

    def _answer(self, found: Any, counts: list[dict[Any, int]]) -> tuple[int, list[str], list[dict[Any, int]]]:
        return len(found), [hit["id"] for hit in found[:10]], counts

    def answer(self, found: tuple[int, list[str], list[dict[Any, int]]]) -> Answer:
        total, ids, counts = found
        return Answer(total, len(ids), *({str(name): count for name, count in facet.items()} for facet in counts))


ENGINES: dict[str, Any] = {
    "newsarchive": Arrays,
    "whoosh": StockWhoosh,
    "fts5": Fts5,
    "tantivy": Tantivy,
    "xapian": Xapian,
}
