"""The examples in docs/identity.md are true."""

from itertools import combinations

import pytest

from newsarchive.canonical_url import canonical_url
from newsarchive.identity import article_address
from tests.markdown import ROOT, Page, spans

PAGE = Page(ROOT / "docs" / "identity.md")
SAME = {row[0]: spans(row[1]) for row in PAGE.rows("The same article", "difference")}
DIFFERENT = {row[0]: spans(row[1]) for row in PAGE.rows("Different articles", "difference")}
UNCLEAR = {row[0]: spans(row[1]) for row in PAGE.rows("Decided otherwise", "difference")}


@pytest.mark.parametrize("difference", SAME)
def test_addresses_of_one_article(difference: str) -> None:
    assert len(SAME[difference]) > 1
    assert len(set(map(canonical_url, SAME[difference]))) == 1


@pytest.mark.parametrize("difference", [*DIFFERENT, *UNCLEAR])
def test_addresses_that_stay_apart(difference: str) -> None:
    addresses = {**DIFFERENT, **UNCLEAR}[difference]
    assert len(addresses) > 1
    assert all(canonical_url(one) != canonical_url(other) for one, other in combinations(addresses, 2))
    assert all(map(article_address, addresses))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/a?amp", "https://example.com/a"),
        ("https://example.com/a?outputType=amp&id=1", "https://example.com/a?id=1"),
        ("https://amp.example.com/a/amp/", "http://example.com/a"),
        ("https://example.com/a?z=1&utm_source=x&b=2#top", "https://example.com/a/?b=2&z=1"),
        ("https://example.com/a#utm_source=x&utm_medium=y", "https://example.com/a"),
        ("https://example.com/a?gbraid=1&igsh=2&mibextid=3&_gl=4", "https://example.com/a"),
    ],
)
def test_more_addresses_of_one_article(one: str, other: str) -> None:
    assert canonical_url(one) == canonical_url(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/camp", "https://example.com/c"),
        ("https://example.com/amp", "https://example.com/"),
        ("https://example.com/news?amplitude=1", "https://example.com/news"),
        ("https://example.com/news?amp=2", "https://example.com/news"),
        ("https://amp.com/a", "https://com/a"),
        ("https://example.com/a#5", "https://example.com/a#6"),
        ("https://example.com/a#id=5", "https://example.com/a#id=6"),
        ("https://example.com/a?page=1", "https://example.com/a?page=2"),
    ],
)
def test_more_addresses_of_different_articles(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)
