"""The engines that `bench/speed.py` compares. Each indexes the same words and answers the same questions.

What is asked of each: the first ten hits, the exact number of all, and how many of them there are by source, by topic
and by month. The words are worked out once, by `newsarchive.arabic`, and given to each engine as they are.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from peers import Fts5, Tantivy, Xapian
from questions import Analysed, Answer, Question
from whoosh import columns, fields, index, sorting
from whoosh import query as q
from whoosh.index import FileIndex

from newsarchive.search.door import Sort
from newsarchive.search.engine import Selection
from newsarchive.search.scoring.ranking import Ranking
from newsarchive.search.scoring.reranking import ENCODING, HEADER, LEAD_WORDS
from newsarchive.search.whoosh_index.querying.evaluation import evaluate
from newsarchive.search.whoosh_index.querying.open_segment import Leaf, article_ids
from newsarchive.search.whoosh_index.querying.weighting import ImpactWeighting
from newsarchive.search.whoosh_index.storage.allocation import keep_freed_memory
from newsarchive.search.whoosh_index.storage.durable_storage import DurableStorage
from newsarchive.search.whoosh_index.storage.schema import make_schema
from newsarchive.search.whoosh_index.updating.update import BUFFER_BYTES
from newsarchive.search.whoosh_index.updating.writer import ArrayWriter


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


def _condensed(sections: Sequence[Sequence[str]]) -> bytes:
    """What `whoosh_index.condensing` makes of the words of an article."""
    lead = " ".join(chain.from_iterable(section[:LEAD_WORDS] for section in sections))
    rest = " ".join(chain.from_iterable(section[LEAD_WORDS:] for section in sections))
    lead_bytes, rest_bytes = (f" {words} ".encode(ENCODING, "replace") for words in (lead, rest))
    return HEADER.pack(sum(map(len, sections)), len(lead_bytes)) + lead_bytes + rest_bytes


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
            # What the product keeps for its second look, which no other engine has.
            document.update(topics=article.topic.encode(), days=article.day, condensed=_condensed(article.exact))
            self._writer.add_document(**document)
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
        # As an update does, in case it is a revision of what is there.
        assert self._writer is not None
        self._writer.delete_by_id([article.id])
        self._commit()

    def open(self) -> None:
        keep_freed_memory()
        self._searcher = self._index().searcher(weighting=ImpactWeighting())
        self._leaves = [Leaf(leaf, offset) for leaf, offset in self._searcher.leaf_searchers()]

    def ask(self, question: Question) -> tuple[Ranking, list[str]]:
        selection = Selection(
            sources=(question.source,) if question.source else (),
            order=Sort.NEWEST if question.newest else Sort.BEST,
        )
        query = _whoosh_query(question)
        if question.first:
            in_dates = q.NumericRange("day", question.first, question.last)
            query = q.And([query, q.ConstantScoreQuery(in_dates, 0.0)])
        ranked = evaluate(self._leaves, query, selection)
        return ranked, article_ids(self._leaves, ranked.documents.tolist())

    def answer(self, found: tuple[Ranking, list[str]]) -> Answer:
        ranked, ids = found
        facets = ranked.facets
        return Answer(ranked.total, len(ids), *map(dict, (facets.source, facets.topic, facets.month)))


FACETS = ("source", "topic", "month")


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

    def ask(self, question: Question) -> tuple[int, list[str], list[dict[Any, int]]]:
        dates = q.NumericRange("day", question.first, question.last) if question.first else None
        if not question.source:
            found = self._search(question, dates, FACETS)
            return self._answer(found, [found.groups(facet) for facet in FACETS])
        # The counts by source are of all sources.
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
