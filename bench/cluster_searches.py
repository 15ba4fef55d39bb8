"""Time searches on a cluster by class, for `bench/opensearch.py`.

The time of a search has three shares. *Server* is what the cluster says that its requests took, *client* is the CPU
time of this process, and *network* is all the rest: the way there and back, HTTP and JSON on the side of the nodes, and
waiting for a core. The CPU of the nodes, which depends less on other load than times do, is counted by the system. That
of compiling their own code is told separately: it ends some minutes after their start.
"""

import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import islice
from typing import Any

import cluster_processes
import corpus
from cluster_figures import MeasuredConnection
from cluster_processes import Used

from newsarchive.archive import Archive
from newsarchive.article import Article
from newsarchive.search import FURTHER_FACETS, Match, SearchRequest, SearchService, Sort

WARM = 20
"""Queries of each class that are asked before anything is timed, so that nodes have compiled most of their code."""
SEED = 7
_SAMPLE = 1_000
"""Articles of whose words queries are made."""
_DEEP = 190
"""The first page of the class of deep pages, of ten hits each."""

Ask = Callable[[], object]


def questions(service: SearchService, archive: Archive, count: int) -> dict[str, list[Ask]]:
    """`count` queries of each class, made of the words of articles of the archive with a fixed seed."""
    choice = random.Random(SEED)
    # From the beginning, so that larger sizes are asked the same.
    records = (stored.record for stored in islice(archive.read(), _SAMPLE))
    articles = [record for record in records if isinstance(record, Article)]
    titles = [[word for word in article.title.split() if len(word) > 3] for article in articles]
    titles = [title for title in titles if len(title) > 3]

    def some(count: int) -> str:
        return " ".join(choice.sample(choice.choice(titles), count))

    def phrase() -> str:
        title = choice.choice(titles)
        start = choice.randrange(len(title) - 1)
        return f'"{" ".join(title[start : start + 2])}"'

    def misspelled() -> str:
        word = max(choice.choice(titles), key=len)
        at = choice.randrange(1, len(word))
        return word[:at] + word[at - 1] + word[at:]

    def search(**values: Any) -> Ask:
        return partial(service.search, SearchRequest(**values))

    first = corpus.FIRST_DAY + timedelta(days=corpus.DAYS // 2)
    made: dict[str, Callable[[], Ask]] = {
        "one word": lambda: search(text=some(1)),
        "two words, all": lambda: search(text=some(2), looser=True),
        "four words, any": lambda: search(text=some(4), match=Match.ANY),
        "a headline": lambda: search(text=choice.choice(articles).title, looser=True),
        "phrase": lambda: search(text=phrase()),
        "prefix": lambda: search(text=some(1)[:3] + "*"),
        "source": lambda: search(text=some(1), sources=(choice.choice(articles).source,)),
        "dates": lambda: search(text=some(1), date_from=first, date_to=date(first.year + 1, first.month, 1)),
        "newest": lambda: search(text=some(1), sort=Sort.NEWEST),
        "no words": lambda: search(sort=choice.choice((Sort.NEWEST, Sort.OLDEST, Sort.ARRIVED))),
        "deep page": lambda: search(sort=Sort.NEWEST, page=_DEEP + choice.randrange(10)),
        "did you mean": lambda: search(text=misspelled(), looser=True),
        "all facets": lambda: partial(service.search, SearchRequest(text=some(1)), FURTHER_FACETS),
        "completion": lambda: partial(service.complete, some(1)[:4], 10),
        "related": lambda: partial(service.related, choice.choice(articles).id),
    }
    return {kind: [make() for _ in range(count)] for kind, make in made.items()}


def searches(service: SearchService, connection: MeasuredConnection, archive: Archive, count: int) -> dict[str, Any]:
    """The figures of each class, in milliseconds. Each of `count` queries is asked once, after others."""
    asked = questions(service, archive, WARM + count)
    for queries in asked.values():
        for ask in queries[:WARM]:
            ask()
    return {kind: class_figures(connection, queries[WARM:]) for kind, queries in asked.items()}


def class_figures(connection: MeasuredConnection, queries: Sequence[Ask]) -> Mapping[str, float]:
    """The figures of one class."""
    walls: list[float] = []
    counted = connection.requests, connection.took, connection.sent, connection.received
    started = Used.now(connection.nodes)
    for ask in queries:
        before = time.perf_counter()
        ask()
        walls.append((time.perf_counter() - before) * 1000)
    used = Used.now(connection.nodes).since(started)
    after = connection.requests, connection.took, connection.sent, connection.received
    requests, took, sent, received = ((now - then) / len(walls) for now, then in zip(after, counted, strict=True))
    mean, client = statistics.fmean(walls), used.client * 1000 / len(walls)
    return {
        "p50_ms": statistics.median(walls),
        "p95_ms": statistics.quantiles(walls, n=20)[-1] if len(walls) > 1 else walls[0],
        "mean_ms": mean,
        "client_ms": client,
        "server_ms": took * 1000,
        "network_ms": mean - client - took * 1000,
        "server_cpu_ms": used.nodes * 1000 / len(walls),
        "compiling_ms": used.compiling * 1000 / len(walls),
        "requests": requests,
        "sent": sent,
        "received": received,
        "others": used.others,
        "load": cluster_processes.load(),
    }
