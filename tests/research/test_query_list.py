"""Reading lists of queries: tables of any separator and charset, plain lines, and rows that can't be searched."""

from datetime import date

import pytest

from newsarchive.research.query_list import QueryListError, QueryRow, read_query_list
from newsarchive.search import Match, SearchRequest, Sort
from newsarchive.topics import TopicKind


def rows(text: str, name: str = "queries.csv") -> list[QueryRow]:
    return list(read_query_list(text.encode(), name).rows)


def test_a_table_has_filters_and_columns_of_its_own() -> None:
    found = read_query_list(
        "رقم,query,match,source,topic,section,topics,from,to,sort\n"
        '7,"القمح, الشعير",ANY,رويترز؛ تاس,economy,world,given,2024-02,2024,oldest\n'.encode(),
        "q.csv",
    )
    assert found.columns[0] == "رقم"
    (row,) = found.rows
    assert row.cells[0] == "7"
    assert row.request == SearchRequest(
        text="القمح, الشعير",
        match=Match.ANY,
        sources=("رويترز", "تاس"),
        topics=("economy",),
        sections=("world",),
        topic_kind=TopicKind.GIVEN,
        date_from=date(2024, 2, 1),
        date_to=date(2024, 12, 31),
        sort=Sort.OLDEST,
    )


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1256"])
def test_separators_and_charsets(separator: str, encoding: str) -> None:
    lines = [
        separator.join(row) for row in (("الاستعلام", "المصدر"), ("أسعار القمح في السوق العالمية", "وكالة الأنباء"))
    ]
    found = read_query_list("\r\n".join(lines).encode(encoding), "q.csv")
    assert [(row.request.text, row.request.sources) for row in found.rows] == [
        ("أسعار القمح في السوق العالمية", ("وكالة الأنباء",))
    ]


def test_text_has_one_query_per_line() -> None:
    found = rows('القمح, الشعير\n\n"مجلس الأمن"\n', "queries.txt")
    assert [(row.line, row.request.text) for row in found] == [(1, "القمح, الشعير"), (3, '"مجلس الأمن"')]
    assert read_query_list(b"", "empty.txt").rows == []


def test_a_cell_may_have_line_breaks_and_lines_are_numbered_as_in_the_file() -> None:
    found = rows('query,note\nأ,"سطر\nسطر"\nب,\n,,\n')
    assert [(row.line, row.request.text) for row in found] == [(2, "أ"), (4, "ب")]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("كلمة,some,,", "'match' can't be 'some'"),
        ("كلمة,,2024-13,", "'from'"),
        ("كلمة,,أمس الأول,", "'from'"),
        ("كلمة,,2025,2024", "'from' (2025) is after 'to' (2024)"),
        ("كلمة,,,,زائد", "more cells than columns: 'زائد'"),
    ],
)
def test_a_bad_row_says_why_and_stops_nothing(row: str, problem: str) -> None:
    bad, good = rows(f"query,match,from,to\n{row}\nكلمة\n")
    assert problem in bad.problem
    assert (good.problem, good.line) == ("", 3)
    assert len(bad.cells) == len(good.cells) == 4


def test_a_row_without_query_and_filter_is_bad() -> None:
    assert "no query" in rows("query,note\n,ملاحظة\n")[0].problem
    assert not rows("query,source\n,تاس\n")[0].problem


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (['"كلمة', "ب"], "unexpected end"),
        (['"كلمة', 'ب"'], "a line break in a cell"),
        (['"مجلس الأمن" قرار', "ب"], "not a row of a table"),
        (["كلمة" * 40_000, "ب"], "a cell of more than 131,072 characters"),
    ],
)
def test_a_forgotten_quote_does_not_swallow_the_rows_that_follow(lines: list[str], problem: str) -> None:
    bad, good, *others = rows("\n".join(["note,query", *(f"n,{line}" for line in lines), "n,ج"]))
    assert problem in bad.problem
    assert bad.cells == ("", f"n,{lines[0]}")
    assert (bad.line, good.line) == (2, 3)
    assert [row.request.text for row in (good, *others)][-1] == "ج"


@pytest.mark.parametrize("ending", ["\r", "\r\n", "\n"])
def test_only_line_breaks_end_a_row(ending: str) -> None:
    query = "مجلس\u2028الأمن\x0b\x85قرار"
    for name in ("q.csv", "q.txt"):
        lines = [*(["query"] if name == "q.csv" else []), query, "ب"]
        assert [row.cells[0] for row in rows(ending.join(lines), name)] == [query, "ب"]


def test_the_line_that_tells_excel_the_separator_is_no_header() -> None:
    found = rows("sep=;\nquery;from\nأ;2024\n")
    assert [(row.line, row.request.text, row.request.date_from) for row in found] == [(3, "أ", date(2024, 1, 1))]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("كلمة,أخرى\nأ,ب\n".encode(), "the first row must name the columns"),
        ("query,q\nأ,ب\n".encode(), "two columns are named 'query'"),
        (bytes(range(128, 255)), "save it as UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(content: bytes, message: str) -> None:
    with pytest.raises(QueryListError, match=r"^q\.csv") as raised:
        read_query_list(content, "q.csv")
    assert message in str(raised.value)
