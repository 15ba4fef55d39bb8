"""Many queries at once: every number is that of the page for the same search."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.library import Library
from newsarchive.research.batches import hits, long_totals, totals
from newsarchive.research.counting import By, count
from newsarchive.research.query_list import QueryList, QueryRow, read_query_list
from newsarchive.search import MAX_LIMIT, SearchRequest, Sort

TEXTS = ("", "القمح", "الشعير", "القمح OR الشعير", "-القمح", '"في السوق"', "كلمةغائبة", "date:2024-02 القمح")
DAYS = st.dates(date(2023, 11, 1), date(2024, 12, 31))


def queries(*texts: str) -> QueryList:
    return read_query_list("\n".join(texts).encode(), "q.txt")


def ignore(row: QueryRow) -> None:
    raise AssertionError(row)


def articles(library: Library, request: SearchRequest) -> list[str]:
    pages = [library.search(replace(request, limit=MAX_LIMIT, page=page)) for page in (1, 2)]
    return [hit.article.id for page in pages for hit in page.hits]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(TEXTS), st.sampled_from(list(By)), st.none() | DAYS, st.integers(0, 90), st.booleans())
def test_every_number_is_that_of_a_search(
    library: Library, text: str, by: By, first: date | None, length: int, one_source: bool
) -> None:
    last = first + timedelta(days=length) if first else None
    request = SearchRequest(text=text, date_from=first, date_to=last, sources=("رويترز",) if one_source else ())
    found = count(library, request, by)
    ids = articles(library, request)
    assert found.counted.total == len(ids)
    read = library.archive.get_many(ids).values()
    if by is By.SOURCE:
        expected = [article.source for article in read if article.source]
    elif by in (By.MONTH, By.YEAR):
        expected = [
            article.published.isoformat()[: 7 if by is By.MONTH else 4] for article in read if article.published
        ]
    else:
        return
    assert dict(found.values) == {value: expected.count(value) for value in set(expected)}
    assert found.without == len(ids) - len(expected)


@pytest.mark.parametrize("by", [By.TOPIC, By.SECTION])
def test_topics_and_sections_are_those_of_the_facets(library: Library, by: By) -> None:
    found = count(library, SearchRequest(text="القمح"), by)
    facets = library.search(SearchRequest(text="القمح")).facets
    assert dict(found.values) == dict(facets.topic if by is By.TOPIC else facets.section)
    only = count(library, SearchRequest(text="القمح", topics=("economy",)), By.TOPIC)
    assert dict(only.values) == {"economy": only.counted.total}


def test_a_matrix_has_all_values_of_all_queries(library: Library) -> None:
    table = totals(library, queries("القمح", "كلمةغائبة", "القمح date:2024-02"), By.MONTH, ignore)
    rows = list(table.rows)
    assert table.header[:2] == ("query", "total")
    assert table.header[-3:] == ("undated", "notes", "error")
    months = table.header[2:-3]
    assert list(months) == sorted(months)
    for row in rows:
        assert int(row[1]) == sum(map(int, row[2:-2]))
    assert rows[1][1] == "0"
    assert int(rows[2][table.header.index("2024-02")]) == int(rows[0][table.header.index("2024-02")])


def test_long_rows_have_the_same_numbers(library: Library) -> None:
    asked = queries("القمح", "الشعير")
    wide, long = totals(library, asked, By.SOURCE, ignore), long_totals(library, asked, By.SOURCE, ignore)
    assert long.header == ("query", "source", "articles")
    numbers = {(query, value or "no source"): number for query, value, number in long.rows}
    for row in wide.rows:
        cells = dict(zip(wide.header, row, strict=True))
        for value in ("رويترز", "تاس", "no source"):
            assert cells[value] == numbers.get((cells["query"], value), "0")


def test_hits_are_those_of_the_search(library: Library) -> None:
    table = hits(library, queries("القمح", "الشعير"), None, ignore)
    rows = list(table.rows)
    for text in ("القمح", "الشعير"):
        expected = articles(library, SearchRequest(text=text, sort=Sort.NEWEST))
        assert [row[2] for row in rows if row[0] == text] == expected
        assert [row[1] for row in rows if row[0] == text] == [str(rank) for rank in range(1, len(expected) + 1)]
    assert len(list(hits(library, queries("القمح", "الشعير"), 3, ignore).rows)) == 6


def test_a_bad_row_is_reported_and_stops_nothing(library: Library) -> None:
    content = "id,query,match,total\n1,القمح,,x\n2,القمح,most,y\n3,الشعير,,z\n".encode()
    for make in (
        partial(totals, by=None),
        partial(long_totals, by=By.YEAR),
        partial(hits, most=None),
    ):
        bad: list[QueryRow] = []
        table = make(library, read_query_list(content, "q.csv"), on_problem=bad.append)
        rows = list(table.rows)
        assert [row.line for row in bad] == [3]
        assert {row[0] for row in rows} >= {"1", "3"}
        assert all(len(row) == len(table.header) for row in rows)
    table = totals(library, read_query_list(content, "q.csv"), None, ignore_bad)
    assert table.header == ("id", "query", "match", "total", "total (2)", "notes", "error")
    assert [row[-1][:7] for row in table.rows] == ["", "'match'", ""]


def ignore_bad(_: QueryRow) -> None:
    pass


def test_notes_say_how_a_query_was_understood(library: Library) -> None:
    (row,) = totals(library, queries("source:غائب القمح"), None, ignore).rows
    assert "no such source: غائب" in row[-2]


def test_the_table_can_be_read_back(library: Library) -> None:
    table = totals(library, queries('"في السوق"', "=القمح"), By.MONTH, ignore)
    out = io.StringIO()
    csv.writer(out).writerows([table.header, *table.rows])
    assert next(csv.DictReader(io.StringIO(out.getvalue())))["query"] == '"في السوق"'
