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
class Member:
    """A text that a query must find, or must not find."""

    kind: str
    query: str
    text: str
    is_found: bool


def members() -> Iterator[Member]:
    for line in (line for file in FILES for line in file.read_text().splitlines()):
        row = json.loads(line)
        for key in ("found", "not_found"):
            yield from (Member(row["kind"], row["query"], text, key == "found") for text in row[key])


MEMBERS = list(members())


@pytest.fixture(scope="module")
def texts_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], set[str]]:
    """The texts of a kind that a query finds. The id of an article is the number of its text."""

    @cache
    def library_of(kind: str) -> Library:
        texts = dict.fromkeys(member.text for member in MEMBERS if member.kind == kind)
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


@pytest.mark.parametrize(
    "member",
    [
        pytest.param(member, id=f"{member.kind}-{member.query}-{'finds' if member.is_found else 'not'}-{number}")
        for number, member in enumerate(MEMBERS)
    ],
)
def test_query_finds_these_texts_only(texts_of: Callable[[str, str], set[str]], member: Member) -> None:
    texts = texts_of(member.kind, member.query)
    assert (member.text in texts) is member.is_found, (member.query, member.text, texts)


def test_every_kind_has_enough_texts_of_both_sorts() -> None:
    counts = Counter((member.kind, member.is_found) for member in MEMBERS)
    for kind in {member.kind for member in MEMBERS}:
        assert counts[kind, True] + counts[kind, False] >= LEAST, kind
        assert min(counts[kind, True], counts[kind, False]) >= LEAST // 2, kind
