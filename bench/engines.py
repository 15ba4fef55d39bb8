"""The engines that `bench/speed.py` compares. Each indexes the same words and answers the same questions.

What is asked of each: the first ten hits, the exact number of all, and how many of them there are by source, by topic
and by month. The words are worked out once, by `newsarchive.arabic`, and given to each engine as they are.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from whoosh import columns, fields, index
from whoosh import query as q
from whoosh.index import FileIndex

from newsarchive.search.door import SearchRequest, Sort
from newsarchive.search.whoosh_index.evaluation import evaluate
from newsarchive.search.whoosh_index.leaf import Leaf
from newsarchive.search.whoosh_index.merging import segments_to_merge
from newsarchive.search.whoosh_index.ranking import ImpactWeighting
from newsarchive.search.whoosh_index.schema import make_schema
from newsarchive.search.whoosh_index.update import BUFFER_BYTES
from newsarchive.search.whoosh_index.writer import ArrayWriter, DurableStorage


@dataclass(frozen=True, slots=True)
class Analysed:
    """One article as every engine gets it: its words, folded and as stems, and what it is counted by."""

    id: str
    exact: Sequence[Sequence[str]]
    stems: Sequence[Sequence[str]]
    has_title: bool
    source: str
    topic: str
    day: int

    @property
    def month(self) -> str:
        return f"{date.fromordinal(self.day):%Y-%m}"


@dataclass(frozen=True, slots=True)
class Question:
    """One search. `kind` says how the words combine; words are stems, but for phrases and prefixes."""

    kind: str
    words: tuple[str, ...] = ()
    source: str = ""
    first: int = 0
    last: int = 0
    newest: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What is compared between engines: the number of hits and the three counts; `hits` only says how many came."""

    total: int
    hits: int
    sources: dict[str, int]
    topics: dict[str, int]
    months: dict[str, int]


class Engine(Protocol):
    """Builds an index in a folder, or opens one and answers."""

    def add(self, articles: Iterable[Analysed]) -> None: ...

    def finish(self) -> None: ...

    def open(self) -> None: ...

    def ask(self, question: Question) -> Answer: ...


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


def _document(article: Analysed) -> dict[str, Any]:
    return {
        "id": article.id,
        "text": article.stems,
        "exact": article.exact,
        "title": article.stems[:1] if article.has_title else None,
        "title_exact": article.exact[:1] if article.has_title else None,
        "source": article.source,
        "topic": [article.topic],
        "day": article.day,
        "moment": (article.day - 719_163) * 86_400,
    }


class Arrays:
    """This index."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writer: ArrayWriter | None = None
        self._leaves: list[Leaf] = []
        self._searcher: Any = None

    def _index(self) -> FileIndex:
        storage = DurableStorage(self._folder, lambda _generation, _contents: None)
        return FileIndex(storage) if any(self._folder.iterdir()) else FileIndex.create(storage, make_schema())

    def add(self, articles: Iterable[Analysed]) -> None:
        for article in articles:
            if self._writer is None:
                self._writer = ArrayWriter(self._index())
            document = _document(article)
            self._writer.add_document(**document, topics=article.topic.encode(), days=article.day)
            if self._writer.buffered_bytes >= BUFFER_BYTES:
                self._commit()

    def _commit(self) -> None:
        if self._writer is not None:
            self._writer.commit()
            self._writer = None

    def finish(self) -> None:
        self._commit()
        writer = ArrayWriter(self._index())
        if len(writer.segments) > 1:
            writer.merge_segments(list(writer.segments))
        writer.commit()

    def add_one(self, article: Analysed) -> None:
        self.add([article])
        self._commit()

    def merge_due(self) -> None:
        writer = ArrayWriter(self._index())
        if chosen := segments_to_merge(writer.segments):
            writer.merge_segments(chosen)
        writer.commit()

    def open(self) -> None:
        self._searcher = self._index().searcher(weighting=ImpactWeighting())
        self._leaves = [Leaf(leaf, offset) for leaf, offset in self._searcher.leaf_searchers()]

    def ask(self, question: Question) -> Answer:
        request = SearchRequest(
            sources=(question.source,) if question.source else (),
            sort=Sort.NEWEST if question.newest else Sort.BEST,
        )
        query = _whoosh_query(question)
        if question.first:
            in_dates = q.NumericRange("day", question.first, question.last)
            query = q.And([query, q.ConstantScoreQuery(in_dates, 0.0)])
        ranked = evaluate(self._leaves, query, request)
        ids = [self._searcher.stored_fields(docnum)["id"] for docnum, _ in ranked.documents]
        facets = ranked.facets
        counts = [dict(facet) for facet in (facets.source, facets.topic, facets.month)]
        return Answer(ranked.total, len(ids), *counts)


class StockWhoosh:
    """Whoosh as it comes: its own codec, writer, collector and facets."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writer: Any = None
        self._searcher: Any = None

    def _schema(self) -> fields.Schema:
        schema = make_schema()
        for name in ("topics", "days", "moment", "day", "topic"):
            schema.remove(name)
        schema.add("day", fields.NUMERIC(int, bits=32, sortable=True))
        schema.add("topic", fields.ID(sortable=columns.RefBytesColumn()))
        schema.add("month", fields.ID(sortable=columns.RefBytesColumn()))
        return schema

    def add(self, articles: Iterable[Analysed]) -> None:
        if self._writer is None:
            self._writer = index.create_in(str(self._folder), self._schema()).writer(limitmb=256)
        for article in articles:
            document = _document(article)
            del document["moment"]
            self._writer.add_document(**{**document, "topic": article.topic, "month": article.month})

    def finish(self) -> None:
        self._writer.commit()

    def add_one(self, article: Analysed) -> None:
        self._writer = index.open_dir(str(self._folder)).writer()
        self.add([article])
        self.finish()

    def open(self) -> None:
        self._searcher = index.open_dir(str(self._folder)).searcher(weighting=ImpactWeighting())

    def ask(self, question: Question) -> Answer:
        dates = q.NumericRange("day", question.first, question.last) if question.first else None
        facets = ["source", "topic", "month"]
        if not question.source:
            return self._answer(self._search(question, dates, facets), {}, facets)
        # The counts by source are of all sources.
        of_all = self._search(question, dates, ["source"])
        only = q.Term("source", question.source)
        found = self._search(question, q.And([only, dates]) if dates else only, facets[1:])
        return self._answer(found, {"source": of_all.groups("source")}, facets)

    def _search(self, question: Question, narrowed: q.Query | None, facets: list[str]) -> Any:
        return self._searcher.search(
            _whoosh_query(question),
            limit=10,
            filter=narrowed,
            sortedby="day" if question.newest else None,
            reverse=question.newest,
            groupedby=facets,
        )

    def _answer(self, results: Any, groups: dict[str, Any], facets: list[str]) -> Answer:
        members = [groups.get(facet) or results.groups(facet) for facet in facets]
        counts = [{str(name): len(docnums) for name, docnums in facet.items()} for facet in members]
        hits = [hit["id"] for hit in results[:10]]
        return Answer(len(results), len(hits), *counts)


class Fts5:
    """SQLite's FTS5 without its own copy of the text, over words that are ready; facets from a table beside it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "fts5.sqlite3"
        self._db: sqlite3.Connection | None = None

    def _connect(self) -> sqlite3.Connection:
        if self._db is None:
            is_new = not self._path.exists()
            self._db = sqlite3.connect(self._path)
            if is_new:
                self._db.executescript(
                    """
                    CREATE VIRTUAL TABLE words USING fts5(
                        text, exact, title, content='', tokenize="unicode61 remove_diacritics 0", prefix='3');
                    CREATE TABLE documents (
                        number INTEGER PRIMARY KEY, id TEXT, source TEXT, topic TEXT, month TEXT, day INTEGER);
                    CREATE INDEX by_day ON documents (day);
                    """
                )
        return self._db

    def add(self, articles: Iterable[Analysed]) -> None:
        db = self._connect()
        for article in articles:
            row = (article.id, article.source, article.topic, article.month, article.day)
            number = db.execute("INSERT INTO documents VALUES (NULL, ?, ?, ?, ?, ?)", row).lastrowid
            # A word that cannot be one keeps phrases from running over from one section into the next.
            stems, exact = (" \u0001 ".join(map(" ".join, parts)) for parts in (article.stems, article.exact))
            title = " ".join(article.stems[0]) if article.has_title else ""
            words = number, stems, exact, title
            db.execute("INSERT INTO words (rowid, text, exact, title) VALUES (?, ?, ?, ?)", words)

    def finish(self) -> None:
        db = self._connect()
        db.commit()
        db.execute("INSERT INTO words (words) VALUES ('optimize')")
        db.commit()

    def add_one(self, article: Analysed) -> None:
        self.add([article])
        self._connect().commit()

    def open(self) -> None:
        self._connect()

    def ask(self, question: Question) -> Answer:
        db = self._connect()
        match = self._match(question)
        tables = "words JOIN documents ON documents.number = words.rowid" if match else "documents"
        conditions, values = ["1"], []
        if match:
            conditions.append("words MATCH ?")
            values.append(match)
        if question.first:
            conditions.append("day BETWEEN ? AND ?")
            values.extend((str(question.first), str(question.last)))
        where = " AND ".join(conditions)
        counted = f"SELECT source, topic, month, count(*) FROM {tables} WHERE {where} GROUP BY 1, 2, 3"
        facets: tuple[Counter[str], ...] = (Counter(), Counter(), Counter())
        total = 0
        for source, topic, month, count in db.execute(counted, values):
            facets[0][source] += count
            if not question.source or source == question.source:
                facets[1][topic] += count
                facets[2][month] += count
                total += count
        if question.source:
            conditions.append("source = ?")
            values.append(question.source)
        order = "day DESC" if question.newest or not match else "rank"
        first = f"SELECT id FROM {tables} WHERE {' AND '.join(conditions)} ORDER BY {order} LIMIT 10"
        hits = db.execute(first, values).fetchall()
        return Answer(total, len(hits), *map(dict, facets))

    def _match(self, question: Question) -> str:
        quoted = [f'"{word}"' for word in question.words]
        if question.kind == "everything":
            return ""
        if question.kind == "phrase":
            return f'exact : "{" ".join(question.words)}"'
        if question.kind == "prefix":
            return f"exact : {quoted[0]} *"
        return f"text : ({(' AND ' if question.kind == 'all' else ' OR ').join(quoted)})"


class Tantivy:
    """tantivy-py, the Rust library; facets are its aggregations."""

    def __init__(self, folder: Path) -> None:
        import tantivy  # noqa: PLC0415 - where it is installed

        self._tantivy = tantivy
        self._folder = folder
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        for name in ("text", "exact", "title"):
            builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
        for name in ("source", "topic", "month"):
            builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
        builder.add_integer_field("day", indexed=True, fast=True)
        self._schema = builder.build()
        self._index: Any = None
        self._writer: Any = None
        self._searcher: Any = None

    def add(self, articles: Iterable[Analysed]) -> None:
        if self._writer is None:
            self._index = self._tantivy.Index(self._schema, path=str(self._folder))
            # Its default is a thread for each core, and 128 MB.
            self._writer = self._index.writer(128_000_000, 1)
        for article in articles:
            values: dict[str, Any] = {
                "id": article.id,
                "text": "  ".join(map(" ".join, article.stems)),
                "exact": "  ".join(map(" ".join, article.exact)),
                "title": " ".join(article.stems[0]) if article.has_title else "",
                "source": article.source,
                "topic": article.topic,
                "month": article.month,
                "day": article.day,
            }
            self._writer.add_document(self._tantivy.Document(**values))

    def finish(self) -> None:
        self._writer.commit()
        self._writer.wait_merging_threads()
        self._writer = None

    def add_one(self, article: Analysed) -> None:
        self.add([article])
        self._writer.commit()
        self._index.reload()

    def open(self) -> None:
        self._index = self._tantivy.Index.open(str(self._folder))
        self._searcher = self._index.searcher()

    def ask(self, question: Question) -> Answer:
        searcher, query = self._searcher, self._query(question)
        filters = []
        if question.first:
            integer = self._tantivy.FieldType.Integer
            query_range = self._tantivy.Query.range_query(self._schema, "day", integer, question.first, question.last)
            filters.append(query_range)
        of_all_sources = self._both(query, filters)
        if question.source:
            filters.append(self._tantivy.Query.term_query(self._schema, "source", question.source))
        narrowed = self._both(query, filters)
        if question.newest or question.kind == "everything":
            found = searcher.search(narrowed, limit=10, count=True, order_by_field="day")
        else:
            found = searcher.search(narrowed, limit=10, count=True)
        hits = [searcher.doc(address)["id"] for _, address in found.hits]
        counts = {name: {"terms": {"field": name, "size": 1000}} for name in ("source", "topic", "month")}
        if question.source:
            buckets = searcher.aggregate(of_all_sources, {"source": counts.pop("source")})
            buckets.update(searcher.aggregate(narrowed, counts))
        else:
            buckets = searcher.aggregate(narrowed, counts)
        facets = (
            {bucket["key"]: bucket["doc_count"] for bucket in buckets[name]["buckets"]}
            for name in ("source", "topic", "month")
        )
        return Answer(found.count, len(hits), *facets)

    def _query(self, question: Question) -> Any:
        query, occur = self._tantivy.Query, self._tantivy.Occur
        if question.kind == "everything":
            return query.all_query()
        if question.kind == "phrase":
            return query.phrase_query(self._schema, "exact", list(question.words))
        if question.kind == "prefix":
            return query.regex_query(self._schema, "exact", f"{question.words[0]}.*")
        terms = [query.term_query(self._schema, "text", word, "freq") for word in question.words]
        if len(terms) == 1:
            return terms[0]
        return query.boolean_query([(occur.Must if question.kind == "all" else occur.Should, term) for term in terms])

    def _both(self, query: Any, filters: list[Any]) -> Any:
        if not filters:
            return query
        occur, make = self._tantivy.Occur, self._tantivy.Query
        scoreless = [(occur.Must, make.const_score_query(part, 0.0)) for part in filters]
        return make.boolean_query([(occur.Must, query), *scoreless])


class Xapian:
    """Xapian, where Debian's python3-xapian can be imported; facets are its value spies."""

    def __init__(self, folder: Path) -> None:
        import xapian  # noqa: PLC0415 - where it is installed

        self._xapian = xapian
        self._path = str(folder / "xapian")
        self._db: Any = None
        self._queue = 0

    def add(self, articles: Iterable[Analysed]) -> None:
        xapian = self._xapian
        if self._db is None:
            self._db = xapian.WritableDatabase(self._path, xapian.DB_CREATE_OR_OPEN)
        for article in articles:
            document = xapian.Document()
            for prefix, parts in (("S", article.stems), ("E", article.exact)):
                position = 0
                for section in parts:
                    for position, word in enumerate(section, position):  # noqa: B020 - goes on from section to section
                        document.add_posting(prefix + word, position)
                    position += 16
            document.set_data(article.id)
            document.add_boolean_term("Q" + article.id)
            document.add_boolean_term("O" + article.source)
            for slot, value in enumerate((article.source, article.topic, article.month)):
                document.add_value(slot, value)
            document.add_value(3, xapian.sortable_serialise(article.day))
            self._db.add_document(document)

    def finish(self) -> None:
        self._db.commit()
        self._db.close()
        self._db = None

    def add_one(self, article: Analysed) -> None:
        self.add([article])
        self.finish()

    def open(self) -> None:
        self._db = self._xapian.Database(self._path)

    def ask(self, question: Question) -> Answer:
        xapian, query = self._xapian, self._query(question)
        if question.first:
            low, high = (xapian.sortable_serialise(day) for day in (question.first, question.last))
            query = xapian.Query(xapian.Query.OP_FILTER, query, xapian.Query(xapian.Query.OP_VALUE_RANGE, 3, low, high))
        if question.source:
            only = xapian.Query("O" + question.source)
            narrowed = xapian.Query(xapian.Query.OP_FILTER, query, only)
            sources, _, _ = self._run(query, question, (0,), 0)
            rest, total, hits = self._run(narrowed, question, (1, 2), 10)
            return Answer(total, hits, sources[0], *rest)
        counts, total, hits = self._run(query, question, (0, 1, 2), 10)
        return Answer(total, hits, *counts)

    def _run(
        self, query: Any, question: Question, slots: tuple[int, ...], limit: int
    ) -> tuple[list[dict[str, int]], int, int]:
        enquire = self._xapian.Enquire(self._db)
        enquire.set_query(query)
        if question.newest or question.kind == "everything":
            enquire.set_sort_by_value(3, True)
        spies = [self._xapian.ValueCountMatchSpy(slot) for slot in slots]
        for spy in spies:
            enquire.add_matchspy(spy)
        found = enquire.get_mset(0, limit, self._db.get_doccount())
        hits = [match.document.get_data() for match in found]
        counts = [{value.term.decode(): value.termfreq for value in spy.values()} for spy in spies]
        return counts, found.get_matches_estimated(), len(hits)

    def _query(self, question: Question) -> Any:
        query = self._xapian.Query
        if question.kind == "everything":
            return query.MatchAll
        if question.kind == "phrase":
            return query(query.OP_PHRASE, ["E" + word for word in question.words])
        if question.kind == "prefix":
            return query(query.OP_WILDCARD, "E" + question.words[0])
        operator = query.OP_AND if question.kind == "all" else query.OP_OR
        return query(operator, ["S" + word for word in question.words])


ENGINES: dict[str, Any] = {
    "newsarchive": Arrays,
    "whoosh": StockWhoosh,
    "fts5": Fts5,
    "tantivy": Tantivy,
    "xapian": Xapian,
}
