"""Runs a list of queries: how many articles each finds, or which."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.research.counting import By, Count, count
from newsarchive.research.query_list import QueryList, QueryRow
from newsarchive.search import NOTICE_TEXTS, Sort, listed_subjects
from newsarchive.tables import Tables

_MEMO_LIMIT = 50_000
"""The number of articles whose cells are remembered: queries of one list often find the same articles."""
_NO_VALUE = {By.MONTH: "undated", By.YEAR: "undated", By.SOURCE: "no source"}
_HIT = ("rank", "id", "title", "source", "published", "language", "url", "archived_at")

Row = tuple[str, ...]
OnProblem = Callable[[QueryRow], None]
"""Called with each row that can't be searched."""


@dataclass(frozen=True, slots=True)
class Table:
    """The names of the columns, and the rows, each with as many cells."""

    header: Row
    rows: Iterator[Row]


def totals(library: Library, queries: QueryList, by: By | None, on_problem: OnProblem) -> Table:
    """One row per query: its own cells, the total, the number for each value of `by`, notes and problems.

    The values are columns: months and years in order, others by their frequency over all queries. A row that can't
    be searched has its problem and no numbers.
    """
    counts = [(row, _counted(library, row, by, on_problem)) for row in queries.rows]
    values = _columns_of([found for _, found in counts if found], by)
    no_value = _NO_VALUE.get(by, "") if by else ""
    extra = [no_value] if no_value and any(found and found.without for _, found in counts) else []
    header = _distinct((*queries.columns, "total", *values, *extra, "notes", "error"))

    def rows() -> Iterator[Row]:
        for row, found in counts:
            if found is None:
                yield (*row.cells, "", *("" for _ in (*values, *extra)), "", row.problem)
                continue
            numbers = [found.counted.total, *(found.values.get(value, 0) for value in values)]
            numbers += [found.without or 0 for _ in extra]
            yield (*row.cells, *map(str, numbers), _notes(found), "")

    return Table(header, rows())


def long_totals(library: Library, queries: QueryList, by: By, on_problem: OnProblem) -> Table:
    """One row per query and value that any article has: the query's own cells, the value and the number."""

    def rows() -> Iterator[Row]:
        for row in queries.rows:
            found = _counted(library, row, by, on_problem)
            if found is None:
                continue
            for value in sorted(found.values) if by in (By.MONTH, By.YEAR) else found.values:
                yield (*row.cells, value, str(found.values[value]))
            if found.without:
                yield (*row.cells, "", str(found.without))

    return Table(_distinct((*queries.columns, by.value, "articles")), rows())


def hits(library: Library, queries: QueryList, most: int | None, on_problem: OnProblem) -> Table:
    """One row per query and article that it finds: the query's own cells, then those of the article.

    Without an order of its own, a query lists the newest articles first. `most` bounds the articles of each query.
    """

    def rows() -> Iterator[Row]:
        known: dict[str, Row] = {}
        for row in queries.rows:
            if row.problem:
                on_problem(row)
                continue
            listing = library.listing(replace(row.request, sort=row.request.sort or Sort.NEWEST), most)
            if len(known) > _MEMO_LIMIT:
                known.clear()
            unknown = [article_id for article_id in listing.ids if article_id not in known]
            for article in replace(listing, ids=unknown).articles():
                known[article.id] = _article_cells(article, library.tables)
            rank = 0
            for article_id in listing.ids:
                if article_id in known:  # others were withdrawn meanwhile
                    rank += 1
                    yield (*row.cells, str(rank), *known[article_id])

    return Table(_distinct((*queries.columns, *_HIT)), rows())


def _counted(library: Library, row: QueryRow, by: By | None, on_problem: OnProblem) -> Count | None:
    if row.problem:
        on_problem(row)
        return None
    return count(library, row.request, by)


def _columns_of(counts: list[Count], by: By | None) -> list[str]:
    total: Counter[str] = Counter()
    for found in counts:
        total.update(found.values)
    if by in (By.MONTH, By.YEAR):
        return sorted(total)
    return sorted(total, key=lambda value: (-total[value], value))


def _notes(found: Count) -> str:
    """How the query was understood, in English."""
    counted = found.counted
    texts = (
        NOTICE_TEXTS[notice].english.format(values=listed_subjects(counted, notice, ", ")) for notice in counted.notices
    )
    return " ".join(texts)


def _article_cells(article: Article, tables: Tables) -> Row:
    return (
        article.id,
        article.title,
        tables.sources.canonical(article.source) if article.source else "",
        article.published.isoformat() if article.published else "",
        article.language,
        article.url,
        article.archived_at.isoformat() if article.archived_at else "",
    )


def _distinct(names: Row) -> Row:
    """The names of columns; one that occurs before gets a number, so that programs can tell them apart."""
    seen: Counter[str] = Counter()
    distinct = []
    for name in names:
        seen[name] += 1
        distinct.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(distinct)
