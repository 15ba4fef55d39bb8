"""A concordance as a table, in the order of its articles or sorted by the words next to each occurrence."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import groupby

from newsarchive.article import Article
from newsarchive.search import ConcordanceLine, Neighbour
from newsarchive.tables import Tables

COLUMNS = ("before", "match", "after", "title", "source", "published", "url", "id", "field", "start", "end")

Row = tuple[str, ...]

_INSERT = "INSERT INTO line VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
"""A key and the cells, one for each of `COLUMNS`."""


def rows(lines: Iterable[ConcordanceLine], tables: Tables, neighbour: Neighbour | None = None) -> Iterator[Row]:
    """Yield the cells of each line by `COLUMNS`, in the given order or sorted by a neighbour.

    Lines with equal neighbours keep their order. Sorting uses a temporary file, so any number of lines needs little
    memory.
    """
    keyed = _keyed(lines, tables)
    if neighbour is None:
        return (cells for _, cells in keyed)
    return _sorted((line.key(neighbour), cells) for line, cells in keyed)


def _keyed(lines: Iterable[ConcordanceLine], tables: Tables) -> Iterator[tuple[ConcordanceLine, Row]]:
    for _, found in groupby(lines, key=lambda line: line.article.id):
        about: Row | None = None
        for line in found:
            about = about or _about(line.article, tables)
            yield line, _cells(line, about)


def _sorted(keyed: Iterable[tuple[str, Row]]) -> Iterator[Row]:
    # An empty name is a temporary database: in memory as long as it is small, then on the disk.
    with closing(sqlite3.connect("")) as database:
        database.execute(
            "CREATE TABLE line (number INTEGER PRIMARY KEY, key, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10)"
        )
        database.executemany(_INSERT, ((key, *row) for key, row in keyed))
        for row in database.execute("SELECT * FROM line ORDER BY key, number"):
            yield row[2:]


def _about(article: Article, tables: Tables) -> Row:
    """The cells that all lines of an article share."""
    source = tables.sources.canonical(article.source) if article.source else ""
    published = article.published.isoformat() if article.published else ""
    return article.title, source, published, article.url, article.id


def _cells(line: ConcordanceLine, about: Row) -> Row:
    place = ("title" if line.is_title else "text", str(line.start), str(line.end))
    return (line.before, line.match, line.after, *about, *place)
