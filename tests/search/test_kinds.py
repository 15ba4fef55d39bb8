"""Kinds of match: texts that a query must find, and similar ones that it must not find.

`tests/data/search/kinds*.jsonl` have one query per line: its kind, the texts that it finds, and texts that it doesn't
find. All texts of a kind are articles of one archive, so that rules that look words up in the index see several texts.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.search import SearchRequest
from tests.libraries import filled

FILES = sorted((Path(__file__).parents[1] / "data" / "search").glob("kinds*.jsonl"))
LEAST = 12
"""The minimum number of texts per kind. About half of them must not be found."""


@dataclass(frozen=True)
class Query:
    """A query with texts that it must find, and texts that it must not find."""

    kind: str
    text: str
    found: tuple[str, ...]
    not_found: tuple[str, ...]


def queries() -> Iterator[Query]:
    for line in (line for file in FILES for line in file.read_text().splitlines()):
        row = json.loads(line)
        yield Query(row["kind"], row["query"], tuple(row["found"]), tuple(row["not_found"]))


QUERIES = list(queries())


@pytest.fixture(scope="module")
def texts_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], set[str]]:
    """The texts of a kind that a query finds. The id of an article is the number of its text."""

    @cache
    def library_of(kind: str) -> Library:
        texts = dict.fromkeys(text for query in QUERIES if query.kind == kind for text in query.found + query.not_found)
        articles = [Article(id=f"text-{number}", title="", body=text) for number, text in enumerate(texts)]
        return filled(tmp_path_factory.mktemp("kind"), articles)

    @cache
    def texts_of(kind: str, query: str) -> set[str]:
        return found(library_of(kind), query)

    return texts_of


def found(library: Library, query: str) -> set[str]:
    """The texts that a query finds. A search that falls back to a looser reading has not found what was asked."""
    results = library.search(SearchRequest(text=query, limit=100))
    if any("INSTEAD_OF" in notice.name for notice in results.notices):
        return set()
    return {hit.article.body for hit in results.hits}


@pytest.mark.parametrize("query", QUERIES, ids=[f"{query.kind}-{query.text}" for query in QUERIES])
def test_query_finds_these_texts_only(texts_of: Callable[[str, str], set[str]], query: Query) -> None:
    texts = texts_of(query.kind, query.text)
    missed = [text for text in query.found if text not in texts]
    wrong = [text for text in query.not_found if text in texts]
    assert (missed, wrong) == ([], []), (query.text, texts)


def test_every_kind_has_enough_texts_of_both_sorts() -> None:
    found, not_found = Counter[str](), Counter[str]()
    for query in QUERIES:
        found[query.kind] += len(query.found)
        not_found[query.kind] += len(query.not_found)
    for kind in {query.kind for query in QUERIES}:
        assert found[kind] + not_found[kind] >= LEAST, kind
        assert min(found[kind], not_found[kind]) >= LEAST // 2, kind
