"""Both engines over one archive, and what must be the same in their answers."""

import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.article import Article, Origin, Record, Topic
from newsarchive.search.door import FURTHER_FACETS, Facet, Hit, SearchRequest, SearchResults
from newsarchive.search.engine import Engine, Selection, Snapshot
from newsarchive.search.opensearch import ClusterSettings, Connection
from newsarchive.search.opensearch.builds import Builds
from newsarchive.search.opensearch.engine import OpenSearchEngine
from newsarchive.search.opensearch.mapping import Layout
from newsarchive.search.scoring.tree import Field, Scored
from newsarchive.search.service import SearchService
from newsarchive.search.whoosh_index import WhooshEngine
from tests.differential.strategies import AUTHORS, FIRST_DAY, IDS, NAMES_OF_TOPICS, SOURCES, SPELLINGS

NOW = datetime(2025, 1, 1, tzinfo=UTC)
LISTED = (Field.SOURCE, Field.TOPIC, Field.SECTION, Field.AUTHORS, Field.PUBLISHER, Field.LANGUAGE)


@dataclass(frozen=True)
class Both:
    """The two engines, and a search over each."""

    archive: Archive
    connection: Connection
    whoosh: WhooshEngine
    cluster: OpenSearchEngine

    @property
    def engines(self) -> tuple[Engine, Engine]:
        return self.whoosh, self.cluster

    @property
    def services(self) -> tuple[SearchService, SearchService]:
        return SearchService(self.archive, self.whoosh), SearchService(self.archive, self.cluster)

    def append(self, *records: Record) -> None:
        with ArchiveWriter(self.archive, clock=lambda: NOW) as writer:
            writer.append(records)

    def withdraw(self, *ids: str) -> None:
        with ArchiveWriter(self.archive) as writer:
            for article_id in ids:
                writer.withdraw(article_id, "طلب الناشر")

    def purge(self, article_id: str) -> None:
        with ArchiveWriter(self.archive) as writer:
            writer.purge(article_id, "طلب الناشر")

    def update(self) -> None:
        for engine in self.engines:
            engine.update()

    def rebuild(self) -> None:
        for engine in self.engines:
            engine.rebuild()


@contextmanager
def both_engines(folder: Path, server: str, *, shards: int = 1) -> Iterator[Both]:
    """Both engines over a new archive in a folder; the indexes in the cluster are deleted at the end."""
    archive, prefix = Archive(folder / "archive", create=True), f"t{uuid4().hex[:8]}"
    connection = Connection(ClusterSettings(hosts=(server,)))
    layout = Layout(shards=shards)
    whoosh = WhooshEngine(folder / "index", archive)
    cluster = OpenSearchEngine(connection, prefix, archive, layout=layout, state_life=0)
    try:
        yield Both(archive, connection, whoosh, cluster)
    finally:
        whoosh.close()
        cluster.close()
        builds = Builds(connection, prefix, archive.identity.archive, layout)
        for build in builds.names():
            builds.discard(build)
        connection.close()
        archive.close()


def random_articles(seed: int, count: int, ids: Sequence[str] = IDS) -> list[Article]:
    """Articles of few words, so that queries often match, with all kinds of values."""
    chosen = random.Random(seed)

    def text(least: int, most: int) -> str:
        words = chosen.choices((*SPELLINGS, "\n", "مدرسة", "المدارس", "٢٠٢٠"), k=chosen.randint(least, most))
        return " ".join(words)

    def article(number: int) -> Article:
        day = FIRST_DAY + timedelta(days=chosen.randint(0, 40))
        moment = datetime(day.year, day.month, day.day, chosen.randint(0, 23), tzinfo=UTC)
        return Article(
            id=ids[number] if number < len(ids) else f"id{number:04d}",
            title=text(0, 5),
            title_derived=chosen.random() < 0.2,
            body=text(4, 30) + ".",
            summary=chosen.choice(("", text(0, 4))),
            source=chosen.choice(("", *SOURCES)),
            publisher=chosen.choice(("", "دار النهر", "دار النَّهر")),
            authors=chosen.choice(((), AUTHORS[:1], AUTHORS, ("سَلام", "سلام"))),
            topics=tuple(Topic(name, "field") for name in chosen.sample(NAMES_OF_TOPICS, chosen.randint(0, 3))),
            language=chosen.choice(("ar", "ar", "en", "")),
            url=chosen.choice(("", f"https://www.news.example.org/{number}", f"https://b.example.com/{number}")),
            published=chosen.choice((None, day, day, moment)),
            origin=Origin("jsonl", "test"),
        )

    return [article(number) for number in range(count)]


def revised(article: Article, revision: int = 2) -> Article:
    """A later revision of an article, with other words."""
    return replace(article, revision=revision, title=f"جديد {article.title}", body=f"منقح {article.body} نهر")


def compare_ranks(one: Snapshot, other: Snapshot, tree: Scored, selection: Selection) -> None:
    """Assert that both snapshots rank alike: order, scores, times, total and facets."""
    expected, ranking = one.rank(tree, selection), other.rank(tree, selection)
    ids = one.ids(expected.documents.tolist())
    assert other.ids(ranking.documents.tolist()) == ids
    assert ranking.scores.tolist() == pytest.approx(expected.scores.tolist(), abs=1e-9)
    assert ranking.moments.tolist() == expected.moments.tolist()
    assert ranking.total == expected.total
    for name in ("source", "topic", "section", "month", "assigned", "day", "author", "publisher", "language"):
        assert list(getattr(ranking.facets, name).items()) == list(getattr(expected.facets, name).items()), name
    few = ranking.documents[:20].tolist()
    assert other.condensed(few) == one.condensed(expected.documents[:20].tolist())


def compare_counts(one: Snapshot, other: Snapshot, tree: Scored, selection: Selection) -> None:
    """Assert that both snapshots count alike by day, and over time by the values of each facet."""
    assert list(other.days(tree, selection).items()) == list(one.days(tree, selection).items())
    for facet in Facet:
        assert other.spreads(tree, selection, facet) == one.spreads(tree, selection, facet)


def compare_words(one: Snapshot, other: Snapshot, terms: Sequence[tuple[Field, str]]) -> None:
    """Assert that both snapshots know the same words, names and articles."""
    assert other.articles == one.articles
    assert other.frequencies(terms) == one.frequencies(terms)
    assert [other.occurs(*term) for term in terms] == [one.occurs(*term) for term in terms]
    for field in LISTED:
        assert dict(other.values(field)) == dict(one.values(field))
    for term in terms:
        assert other.ids_with(*term, 3) == one.ids_with(*term, 3)
        assert other.counts_with([term], terms) == one.counts_with([term], terms)


def compare_searches(both: Both, requests: Iterable[SearchRequest]) -> int:
    """Assert that both searches give the same pages, suggestions and counts. Returns the number of requests."""
    stock, cluster = both.services
    count = 0
    for request in requests:
        expected, found = (service.search(request, FURTHER_FACETS) for service in (stock, cluster))
        assert _plain(found) == _plain(expected), request
        assert [hit.score for hit in found.hits] == pytest.approx([hit.score for hit in expected.hits], abs=1e-9)
        count += 1
    return count


def _plain(results: SearchResults) -> object:
    """What two searches must have in common: everything but the time, and scores up to rounding."""

    def plain(hits: Sequence[Hit]) -> list[Hit]:
        return [replace(hit, score=0.0) for hit in hits]

    facets = {name: list(getattr(results.facets, name).items()) for name in results.facets.__dataclass_fields__}
    return (
        replace(results, took_ms=0.0, hits=(), more=(), facets=type(results.facets)()),
        facets,
        (
            plain(results.hits),
            plain(results.more),
        ),
    )
