"""Tables in CSV and TSV."""

import csv
from io import BufferedReader, BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.article import Article, Origin
from newsarchive.errors import ParseError
from newsarchive.ingest.draft import Defaults, Draft, build_article
from newsarchive.ingest.readers import table
from newsarchive.ingest.readers.format import Input

TEXT = "بحث الوزير اليوم تطورات الأوضاع، وقال إن العمل مستمر"
ROWS = [
    ["title", "text", "date", "url", "source", "tags"],
    ["عنوان أول", f"{TEXT}\nسطر ثان; هنا, أيضا", "21/04/2025", "https://news.example/1", "المثال", "سياسة، مصر"],
    ["عنوان ثان", 'قال: "نعم"', "", "https://news.example/2", "", "['أ', 'ب']"],
]


def content_of(rows: list[list[str]], separator: str = ",", charset: str = "utf-8") -> bytes:
    text = StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue().encode(charset)


def results(content: bytes) -> list[Draft | ParseError]:
    return list(table.read(Input(BufferedReader(BytesIO(content)), Origin("csv", "a.csv"), ".csv")))


def articles(content: bytes) -> list[Article]:
    found = results(content)
    assert [error for error in found if isinstance(error, ParseError)] == []
    return [build_article(draft, Defaults()) for draft in found if isinstance(draft, Draft)]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "windows-1256", "iso-8859-6"])
def test_rows_are_articles(separator: str, charset: str) -> None:
    first, second = articles(content_of(ROWS, separator, charset))
    assert (first.title, first.body) == ("عنوان أول", f"{TEXT}\nسطر ثان; هنا, أيضا")
    assert (str(first.published), first.url, first.source) == ("2025-04-21", "https://news.example/1", "المثال")
    assert (first.topic_names, second.topic_names) == (("سياسة", "مصر"), ("أ", "ب"))
    assert (second.body, second.published, second.source) == ('قال: "نعم"', None, "")


@pytest.mark.parametrize(
    "header",
    [["العنوان", "النص", "الرابط"], ["Headline", "Article Body", "Link"], ["post_title", "post_content", "guid"]],
)
def test_columns_have_the_names_of_json_keys(header: list[str]) -> None:
    (article,) = articles(content_of([header, ["عنوان", TEXT, "https://news.example/1"]]))
    assert (article.title, article.body, article.url) == ("عنوان", TEXT, "https://news.example/1")


def test_a_line_for_spreadsheets_names_the_separator() -> None:
    assert len(articles(b"sep=;\r\n" + content_of(ROWS, ";"))) == 2


@pytest.mark.parametrize("content", [b"1,2,3\n4,5,6\n", b"a\tb\nc\td\n", "كلام، كلام\n".encode()])
def test_a_header_row_is_required(content: bytes) -> None:
    with pytest.raises(ParseError, match=r"no header row: .* must name the columns, such as title, text"):
        results(content)


def test_bad_rows_are_reported_with_their_number_and_the_others_are_read() -> None:
    rows = [ROWS[0], ["a", "b", "c", "d", "e", "f", "g"], ROWS[1], [], ["", "", "2025-04-21"], ROWS[2], ["عنوان", "نص"]]
    found = results(content_of(rows))
    assert [isinstance(result, Draft) for result in found] == [False, True, False, True, True]
    errors = [error for error in found if isinstance(error, ParseError)]
    assert [error.origin for error in errors] == ["a.csv:row 2", "a.csv:row 5"]
    assert "7 cells, but the header row names 6 columns" in errors[0].reason


@pytest.mark.parametrize("empty", ["", "NaN", "NULL", "None", "N/A"])
def test_cells_without_a_value_are_empty(empty: str) -> None:
    (article,) = articles(content_of([["title", "text", "author", "source"], ["عنوان", TEXT, empty, empty]]))
    assert (article.authors, article.source) == ((), "")


def test_a_missing_quotation_mark_ends_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "CELL_LIMIT", 1000)
    content = b"title,text\n" + b'a,"' + b"b\n" * 2000
    (error,) = results(content)
    assert isinstance(error, ParseError)
    assert "the rest are not read" in error.reason


@pytest.mark.parametrize(
    ("head", "is_table"),
    [
        (b"title,text\na,b\n", True),
        (b"id\ttitle\turl\n1\t2\t3\n", True),
        ("العنوان;النص\nأ;ب\n".encode(), True),
        (b"name,age\na,b\n", False),
        ("العنوان: خبر جديد\nالمصدر: وكالة\n".encode(), False),
        (f"{TEXT}\n{TEXT}\n".encode(), False),
        (b"title,text", False),
    ],
)
def test_tables_are_recognized_by_their_header_row(head: bytes, is_table: bool) -> None:
    assert table.looks_like_table(head) == is_table


@given(
    st.binary(max_size=60)
    | st.lists(st.sampled_from(["title", "text", ",", ";", '"', "\n", "نص", "\0"])).map("".join).map(str.encode)
)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        found = results(content)
    except ParseError:
        return
    assert all(isinstance(result, Draft | ParseError) for result in found)
