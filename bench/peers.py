"""The engines other than Whoosh that `bench/speed.py` compares: SQLite FTS5, tantivy and Xapian."""

import importlib
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from questions import Analysed, Answer, Question


class Fts5:
    """SQLite FTS5: a contentless table over preprocessed words. Facets come from a joined table."""

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
            # A separator that is never a query word keeps phrases from matching across sections.
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

    def ask(self, question: Question) -> tuple[int, list[Any], tuple[Counter[str], ...]]:
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
        return total, hits, facets

    def answer(self, found: tuple[int, list[Any], tuple[Counter[str], ...]]) -> Answer:
        total, hits, facets = found
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
    """tantivy-py, which wraps the Rust library. Facets are its aggregations."""

    def __init__(self, folder: Path) -> None:
        import tantivy  # noqa: PLC0415 - optional dependency

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
            # The default is one thread per core and 128 MB.
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

    def ask(self, question: Question) -> tuple[int, list[str], dict[str, Any]]:
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
        return found.count, hits, buckets

    def answer(self, found: tuple[int, list[str], dict[str, Any]]) -> Answer:
        total, hits, buckets = found
        facets = (
            {bucket["key"]: bucket["doc_count"] for bucket in buckets[name]["buckets"]}
            for name in ("source", "topic", "month")
        )
        return Answer(total, len(hits), *facets)

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


LONGEST_TERM = 100
"""In letters. Xapian limits terms to 245 bytes, and longer ones aren't real words."""


def import_xapian() -> Any:
    """Import Xapian from the Debian package.

    The package is built for Debian's Python, but works with any Python of the same version.
    """
    debian = "/usr/lib/python3/dist-packages"
    sys.path.append(debian)
    try:
        return importlib.import_module("xapian")
    finally:
        sys.path.remove(debian)


Values = list[tuple[bytes, int]]


class Xapian:
    """Xapian, if Debian's python3-xapian can be imported. Facets use its match spies."""

    def __init__(self, folder: Path) -> None:
        self._xapian = import_xapian()
        self._path = str(folder / "xapian")
        self._writable: Any = None
        self._db: Any = None

    def add(self, articles: Iterable[Analysed]) -> None:
        xapian = self._xapian
        if self._writable is None:
            self._writable = xapian.WritableDatabase(self._path, xapian.DB_CREATE_OR_OPEN)
        for article in articles:
            document = xapian.Document()
            for prefix, parts in (("S", article.stems), ("E", article.exact)):
                position = 0
                for section in parts:
                    for position, word in enumerate(section, position):  # noqa: B020 - positions continue across sections
                        if len(word) <= LONGEST_TERM:
                            document.add_posting(prefix + word, position)
                    position += 16
            document.set_data(article.id)
            document.add_boolean_term("Q" + article.id)
            document.add_boolean_term("O" + article.source)
            for slot, value in enumerate((article.source, article.topic, article.month)):
                document.add_value(slot, value)
            document.add_value(3, xapian.sortable_serialise(article.day))
            self._writable.add_document(document)

    def finish(self) -> None:
        self._writable.commit()
        self._writable.close()
        self._writable = None

    def add_one(self, article: Analysed) -> None:
        self.add([article])
        self.finish()

    def open(self) -> None:
        self._db = self._xapian.Database(self._path)

    def ask(self, question: Question) -> tuple[int, list[bytes], list[Values]]:
        xapian, query = self._xapian, self._query(question)
        if question.first:
            low, high = (xapian.sortable_serialise(day) for day in (question.first, question.last))
            query = xapian.Query(xapian.Query.OP_FILTER, query, xapian.Query(xapian.Query.OP_VALUE_RANGE, 3, low, high))
        if question.source:
            only = xapian.Query("O" + question.source)
            narrowed = xapian.Query(xapian.Query.OP_FILTER, query, only)
            sources, _, _ = self._run(query, question, (0,), 0)
            rest, total, hits = self._run(narrowed, question, (1, 2), 10)
            return total, hits, [*sources, *rest]
        counts, total, hits = self._run(query, question, (0, 1, 2), 10)
        return total, hits, counts

    def answer(self, found: tuple[int, list[bytes], list[Values]]) -> Answer:
        total, hits, counts = found
        return Answer(total, len(hits), *({term.decode(): count for term, count in values} for values in counts))

    def _run(
        self, query: Any, question: Question, slots: tuple[int, ...], limit: int
    ) -> tuple[list[Values], int, list[bytes]]:
        enquire = self._xapian.Enquire(self._db)
        enquire.set_query(query)
        if question.newest or question.kind == "everything":
            enquire.set_sort_by_value(3, True)
        spies = [self._xapian.ValueCountMatchSpy(slot) for slot in slots]
        for spy in spies:
            enquire.add_matchspy(spy)
        found = enquire.get_mset(0, limit, self._db.get_doccount())
        hits = [match.document.get_data() for match in found]
        counts = [[(value.term, value.termfreq) for value in spy.values()] for spy in spies]
        return counts, found.get_matches_estimated(), hits

    def _query(self, question: Question) -> Any:
        query = self._xapian.Query
        if question.kind == "everything":
            return query.MatchAll
        if question.kind == "phrase":
            return query(query.OP_PHRASE, ["E" + word for word in question.words])
        if question.kind == "prefix":
            return query(query.OP_WILDCARD, "E" + question.words[0], 0, query.WILDCARD_LIMIT_ERROR, query.OP_OR)
        operator = query.OP_AND if question.kind == "all" else query.OP_OR
        return query(operator, ["S" + word for word in question.words])
