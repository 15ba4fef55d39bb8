"""Both engines agree after many updates in several shards, also on pages that fold copies and stories."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article
from newsarchive.search.door import Fold, Match, SearchRequest, Sort
from newsarchive.search.scoring.tree import Field
from newsarchive.stories.groups import Groups
from tests.differential.strategies import SOURCES, SPELLINGS
from tests.search.opensearch.engines import Both, both_engines, compare_searches, compare_words, random_articles

ROUNDS = 8
EVENTS = ("ميناء", "زلزال", "انتخابات", "حريق", "مؤتمر")
TEXTS = (
    "",
    "كتاب",
    "سلام نهر",
    "كت*",
    '"سلام كتاب"~5',
    "مدرسة OR قدس",
    "-نهر",
    *EVENTS,
    "source:BBC",
    "ميناا",
    "انتخبات",
)
FIRST_DAY = datetime(2020, 1, 1, 6, tzinfo=UTC)


def reports(chosen: random.Random, number: int) -> list[Article]:
    """Reports of one event: some are nearly the same text in several sources."""
    event = chosen.choice(EVENTS)
    words = chosen.choices((*SPELLINGS, *(f"{event}{end}" for end in ("", "ات", "ي"))), k=90)
    day = FIRST_DAY + timedelta(days=chosen.randint(0, 40))

    def report(copy: int) -> Article:
        text = list(words)
        text[copy] = f"تحديث{copy}"
        return Article(
            id=f"report{number:02d}-{copy}",
            title=f"{event} في اليوم {number}",
            body=" ".join(text) + ".",
            source=chosen.choice(SOURCES),
            language="ar",
            published=day + timedelta(hours=copy),
        )

    return [report(copy) for copy in range(chosen.randint(1, 4))]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, search_server: str) -> Iterator[Both]:
    """An archive that grew, changed and shrank in rounds, each of which the cluster's index followed."""
    chosen = random.Random(1)
    with both_engines(tmp_path_factory.mktemp("updates"), search_server, shards=3) as both:
        fresh = random_articles(1, ROUNDS * 20)
        last: dict[str, Article] = {}
        withdrawn: list[str] = []
        for number in range(ROUNDS):
            added = [*fresh[number * 20 : (number + 1) * 20]]
            added += [one for each in range(3) for one in reports(chosen, number * 3 + each)]
            changed = [changed_of(chosen, last[name]) for name in chosen.sample(sorted(last), min(len(last), 12))]
            both.append(*added, *changed)
            last |= {one.id: one for one in (*added, *changed)}
            gone = chosen.sample(sorted(last), 4)
            both.withdraw(*gone)
            withdrawn += gone
            for name in gone:
                del last[name]
            with ArchiveWriter(both.archive) as writer:
                writer.restore(withdrawn.pop(chosen.randrange(len(withdrawn))))
            both.cluster.update() if number else both.cluster.rebuild()
        both.whoosh.rebuild()
        Groups(both.archive).update()
        yield both


def changed_of(chosen: random.Random, article: Article) -> Article:
    """The next revision: other words at the end, and sometimes another source, day or title."""
    words = " ".join(chosen.choices(SPELLINGS, k=6))
    return replace(
        article,
        revision=article.revision + 1,
        body=f"{article.body} {words}.",
        title=chosen.choice((article.title, words)),
        source=chosen.choice((article.source, *SOURCES)),
        published=chosen.choice((article.published, FIRST_DAY)),
    )


@pytest.mark.parametrize("fold", [None, *Fold])
def test_searches_agree(both: Both, fold: Fold | None) -> None:
    requests = [
        SearchRequest(text=text, sort=sort, match=match, fold=fold, page=page, limit=5, looser=True)
        for text in TEXTS
        for sort, match, page in ((Sort.BEST, Match.ALL, 1), (Sort.NEWEST, Match.ANY, 2))
    ]
    assert compare_searches(both, requests) == len(requests)
    if fold is not None:
        folded = [hit.folded for request in requests for hit in both.services[1].search(request).hits]
        assert any(one is not None and one.others for one in folded)


def test_words_agree(both: Both) -> None:
    with both.whoosh.snapshot() as one, both.cluster.snapshot() as other:
        (expected,), (words,) = one.word_lists(), other.word_lists()
        texts = expected.terms(0, len(expected))
        assert words.terms(0, len(words)) == texts
        terms = [(Field.EXACT, text.decode()) for text in texts]
        assert other.frequencies(terms) == other.counts_with((), terms) == one.frequencies(terms)
        compare_words(one, other, terms[::20])


def test_related_articles_completions_and_listings_agree(both: Both) -> None:
    stock, cluster = both.services
    ids = stock.listing(SearchRequest(sort=Sort.ARRIVED)).ids
    assert cluster.listing(SearchRequest(sort=Sort.ARRIVED)).ids == ids
    for article_id in ids[::12]:
        assert cluster.related(article_id) == stock.related(article_id)
    for text in ("س", "كت", "نهر ك", "مين", "انت"):
        assert cluster.complete(text, 8) == stock.complete(text, 8)
    for text in ("كتاب", "ميناء", ""):
        request = SearchRequest(text=text)
        assert cluster.count_days(request) == stock.count_days(request)
