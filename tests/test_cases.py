"""Inputs with right answers, in `tests/data/cases`: searches, texts, feeds, JSON of other programs, and dates.

`search/` has one small archive per file; `queries.jsonl` has the numbers at the end of the addresses that a query
finds, with all words. In `ingest/expected.jsonl`, `expect` has the fields that matter of each article, or "error";
`serve` says that the input is fetched over HTTP, and with which media type. `dates.tsv` has a date and its ISO form.
"""

import gzip
import json
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from newsarchive.arabic.dates import parse_date
from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article
from newsarchive.ingest.draft import Defaults
from newsarchive.ingest.locations import Result, read
from newsarchive.ingest.pipeline import Pipeline
from newsarchive.library import Library
from newsarchive.search import SearchRequest
from tests.fetching import raw_server, response, saying, settings
from tests.libraries import open_archive

CASES = Path(__file__).parent / "data" / "cases"


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


SEARCHES = [(case["archive"], case["query"], case["urls_end_with"]) for case in lines(CASES / "search/queries.jsonl")]
INPUTS = {case["input"]: case for case in lines(CASES / "ingest/expected.jsonl")}
DATES = [line.split("\t") for line in (CASES / "dates.tsv").read_text("utf-8").splitlines()[1:]]


@pytest.fixture(scope="module")
def library_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Library]:
    @cache
    def library_of(name: str) -> Library:
        library = open_archive(tmp_path_factory.mktemp("archive"), create=True)
        Pipeline(ArchiveWriter(library.archive)).run(read(str(CASES / "search" / name), Defaults()))
        library.update_index()
        return library

    return library_of


@pytest.mark.parametrize(("archive", "query", "numbers"), SEARCHES)
def test_search(library_of: Callable[[str], Library], archive: str, query: str, numbers: list[int]) -> None:
    hits = library_of(archive).search(SearchRequest(text=query, limit=100)).hits
    assert sorted(int(hit.article.url.rpartition("/")[2]) for hit in hits) == sorted(numbers)


@pytest.mark.parametrize("name", INPUTS)
def test_ingest(name: str) -> None:
    case = INPUTS[name]
    results = _read(CASES / "ingest" / name, case.get("serve"))
    articles = [result for result in results if isinstance(result, Article)]
    if case["expect"] == "error":
        assert results
        assert not articles
        return
    assert len(articles) == len(case["expect"])
    for article, expected in zip(articles, case["expect"], strict=True):
        found = {field: _plain(article, field) for field in expected}
        assert found == {field: _expected(field, value) for field, value in expected.items()}


def _read(path: Path, served: dict[str, str] | None) -> list[Result]:
    if served is None:
        return list(read(str(path), Defaults()))
    content = path.read_bytes()
    if served.get("gz") == "raw" and not content.startswith(b"\x1f\x8b"):
        content = gzip.compress(content)
    headers = [f"Content-Type: {served['ctype']}"] if "ctype" in served else []
    with raw_server(saying(response(content, "200 OK", *headers))) as server:
        return list(read(f"{server.url}/{path.name}", Defaults(), fetching=settings()))


def _plain(article: Article, field: str) -> object:
    match field:
        case "topics":
            return list(article.topic_names)
        case "authors" | "headings":
            return list(getattr(article, field))
        case "body":
            return article.body.split()
        case _:
            return getattr(article, field) or None


def _expected(field: str, value: Any) -> object:
    if field == "published" and value:
        return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    if isinstance(value, list):
        return value
    return value.split() if field == "body" else value or None


@pytest.mark.parametrize(("form", "expected"), DATES)
def test_date(form: str, expected: str) -> None:
    found = parse_date(form)
    if expected == "none":
        assert found is None
    elif "T" not in expected:
        assert found == date.fromisoformat(expected)
        assert not isinstance(found, datetime)
    else:
        moment = datetime.fromisoformat(expected)
        assert isinstance(found, datetime)
        # Without a zone in the text, only the local time is certain.
        assert found == moment if moment.tzinfo else found.replace(tzinfo=None) == moment
