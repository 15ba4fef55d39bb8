"""The examples in docs/identity.md are true, for the rules and for what is ingested."""

import json
from itertools import combinations
from pathlib import Path

import pytest

from newsarchive.canonical_url import canonical_url
from newsarchive.identity import article_address
from tests.ingest.test_guids import BRIDGE, CORRECTED, Entry, articles, ingest, rss
from tests.markdown import ROOT, Page, spans

PAGE = Page(ROOT / "docs" / "identity.md")
SAME = {row[0]: spans(row[1]) for row in PAGE.rows("The same article", "difference")}
DIFFERENT = {row[0]: spans(row[1]) for row in PAGE.rows("Different articles", "difference")}
UNCLEAR = {row[0]: spans(row[1]) for row in PAGE.rows("Decided otherwise", "difference")}
GUIDS = {row[0]: (*spans(row[1]), *spans(row[2]), row[3]) for row in PAGE.rows("The same guid", "case")}
CANONICAL = {row[0]: [span for cell in row[1:] for span in spans(cell)] for row in PAGE.rows("The canonical address")}


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


@pytest.mark.parametrize("difference", [*SAME, *DIFFERENT, *UNCLEAR])
def test_items_at_these_addresses(tmp_path: Path, difference: str) -> None:
    addresses = {**SAME, **DIFFERENT, **UNCLEAR}[difference]
    contents = [rss(Entry("", address, f"{BRIDGE} {number}")) for number, address in enumerate(addresses)]
    ingest(tmp_path, *contents)
    assert len(articles(tmp_path)) == (1 if difference in SAME else len(addresses))


@pytest.mark.parametrize("difference", UNCLEAR)
def test_the_same_guid_or_text_decides_what_the_address_does_not(tmp_path: Path, difference: str) -> None:
    guids, texts = (tmp_path / name for name in ("guids", "texts"))
    for folder in (guids, texts):
        folder.mkdir()
    for number, address in enumerate(UNCLEAR[difference]):
        ingest(guids, rss(Entry("post-4821", address, f"{BRIDGE} {number}")))
        ingest(texts, rss(Entry("", address, BRIDGE)))
    assert len(articles(guids)) == len(articles(texts)) == 1


@pytest.mark.parametrize("case", GUIDS)
def test_items_with_these_guids(tmp_path: Path, case: str) -> None:
    first, second, number = GUIDS[case]
    ingest(tmp_path, rss(Entry(first, f"{SLUG}/first-title", BRIDGE)))
    ingest(tmp_path, rss(Entry(second, f"{SLUG}/second-title", CORRECTED)))
    assert len(articles(tmp_path)) == int(number)


@pytest.mark.parametrize("case", CANONICAL)
def test_items_with_these_canonical_addresses(tmp_path: Path, case: str) -> None:
    link, canonical, expected = CANONICAL[case]
    ingest(tmp_path, json.dumps({"link": link, "canonical_url": canonical, "text": BRIDGE}))
    assert [article.url for article in articles(tmp_path).values()] == [expected]


SLUG = "https://example.com/news"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/a?amp", "https://example.com/a"),
        ("https://example.com/a?outputType=amp&id=1", "https://example.com/a?id=1"),
        ("https://amp.example.com/a/amp/", "http://example.com/a"),
        ("https://example.com/a?z=1&utm_source=x&b=2#top", "https://example.com/a/?b=2&z=1"),
        ("https://example.com/a#utm_source=x&utm_medium=y", "https://example.com/a"),
        ("https://example.com/a?fb_action_ids=1&fb_action_types=og.likes#.VxY12_abC", "https://example.com/a"),
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
