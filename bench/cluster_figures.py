"""Measure the engine on a cluster, for `bench/opensearch.py`: indexing, sizes, and searches by class.

The time of a search has three shares. *Server* is what the cluster says that it took, *network* is the rest of the
time in which requests were under way, with writing and reading their JSON, and *client* is all else. CPU times don't
depend on other load on the machine as wall times do: that of the nodes comes from the cluster.
"""

import json
import os
import random
import resource
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import corpus

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.article import Article
from newsarchive.errors import IndexMissing
from newsarchive.search import FURTHER_FACETS, Match, SearchRequest, SearchService, Sort
from newsarchive.search.opensearch import Connection
from newsarchive.search.opensearch.engine import OpenSearchEngine
from newsarchive.search.opensearch.state import read_state
from newsarchive.search.opensearch.words import WordLoader

INDEX = "bench"
"""What the names of the indexes begin with."""
QUERIES = 20
"""Queries of each class."""
SEED = 7
_BATCH = 1_000
"""Articles that are written to the archive at once."""
_SAMPLE = 500
"""Articles of whose words queries are made."""
_DEEP = 200
"""The page of the class of deep pages, of ten hits each."""


class MeasuredConnection(Connection):
    """A connection that adds up the time of its requests, what the cluster took for them, and their bytes."""

    requests = 0
    seconds = 0.0
    took = 0.0

    def _send(self, *arguments: Any, **options: Any) -> Mapping[str, Any]:
        started = time.perf_counter()
        answer = super()._send(*arguments, **options)
        self.seconds += time.perf_counter() - started
        self.requests += 1
        self.took += float(answer.get("took") or 0) / 1000
        return answer

    def nodes_cpu(self) -> float:
        """The seconds of CPU that all nodes have used since they started."""
        nodes = self.request("GET", "/_nodes/stats/process")["nodes"].values()
        return sum(float(node["process"]["cpu"]["total_in_millis"]) for node in nodes) / 1000


@dataclass
class Indexing:
    """What indexing has cost so far, whichever process did it.

    A process that was killed has written down its last range, so what was done twice counts twice.
    """

    articles: int = 0
    seconds: float = 0.0
    client_cpu: float = 0.0
    server_cpu: float = 0.0
    client_peak_mb: float = 0.0
    sessions: int = 0
    load: list[float] = field(default_factory=list)


def grow(archive: Archive, ant: Path, size: int) -> None:
    """Add articles to an archive until it has so many."""
    count = archive.catalogue.counts().articles
    if count >= size:
        return
    rows = corpus.load(ant)
    with ArchiveWriter(archive) as writer:
        for start in range(count, size, _BATCH):
            writer.append([corpus.article(rows, number) for number in range(start, min(size, start + _BATCH))])


def index(engine: OpenSearchEngine, connection: MeasuredConnection, workers: int, notes: Path) -> Indexing:
    """Index what the archive has. `notes` is the file with what it has cost so far; it is kept from run to run."""
    before = Indexing(**json.loads(notes.read_text())) if notes.exists() else Indexing()
    started, client, server = time.perf_counter(), _own_cpu(), connection.nodes_cpu()

    def so_far(read: int) -> Indexing:
        return Indexing(
            articles=before.articles + read,
            seconds=before.seconds + time.perf_counter() - started,
            client_cpu=before.client_cpu + _own_cpu() - client,
            server_cpu=before.server_cpu + connection.nodes_cpu() - server,
            client_peak_mb=max(before.client_peak_mb, _peak_mb()),
            sessions=before.sessions + 1,
            load=[*before.load, round(os.getloadavg()[0], 1)],
        )

    def note(read: int) -> None:
        notes.with_suffix(".new").write_text(json.dumps(vars(so_far(read))))
        notes.with_suffix(".new").rename(notes)

    try:
        report = engine.update(note, workers=workers)
    except IndexMissing:
        report = engine.rebuild(note, workers=workers)
    note(report.indexed)
    return Indexing(**json.loads(notes.read_text()))


def _own_cpu() -> float:
    """The seconds of CPU of this process and of its workers that have ended."""
    return time.process_time() + _usage(resource.RUSAGE_CHILDREN).ru_utime + _usage(resource.RUSAGE_CHILDREN).ru_stime


def _usage(whose: int) -> resource.struct_rusage:
    return resource.getrusage(whose)


def _peak_mb() -> float:
    """The most memory that this process or one of its ended children had."""
    return max(_usage(whose).ru_maxrss for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024


def sizes(engine: OpenSearchEngine, connection: Connection, archive: Archive) -> dict[str, float]:
    """How many articles, bytes and words there are, and what the words cost each process."""
    with engine.snapshot():
        status = engine.status()
    heap = connection.request("GET", "/_nodes/stats/jvm")["nodes"].values()
    return {
        "articles": status.articles,
        "index_bytes": status.size_bytes,
        "archive_bytes": archive.parts.size(),
        "heap_used_mb": max(node["jvm"]["mem"]["heap_used_in_bytes"] for node in heap) / 2**20,
        **_words_cost(connection, archive),
    }


def _words_cost(connection: Connection, archive: Archive) -> dict[str, float]:
    """What loading the words takes: the time, and then again, the memory that stays."""
    stored = read_state(connection, f"{INDEX}-{archive.identity.archive}-state")
    assert stored is not None
    seconds, memory = [], 0
    for traces in (False, True):
        loader = WordLoader(connection)
        if traces:
            tracemalloc.start()
        started = time.perf_counter()
        words = loader.begin(stored.index, stored.state.runs).result()
        seconds.append(time.perf_counter() - started)
        if traces:
            memory = tracemalloc.get_traced_memory()[0]
            tracemalloc.stop()
        loader.close()
    return {"words": len(words), "word_seconds": seconds[0], "word_memory_bytes": memory}


Ask = Callable[[], object]


def questions(service: SearchService, archive: Archive) -> dict[str, list[Ask]]:
    """The queries of each class, made of the words of articles of the archive with a fixed seed."""
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
        "deep page": lambda: search(sort=Sort.NEWEST, page=_DEEP),
        "did you mean": lambda: search(text=misspelled(), looser=True),
        "all facets": lambda: partial(service.search, SearchRequest(text=some(1)), FURTHER_FACETS),
        "completion": lambda: partial(service.complete, some(1)[:4], 10),
        "related": lambda: partial(service.related, choice.choice(articles).id),
    }
    return {kind: [make() for _ in range(QUERIES)] for kind, make in made.items()}


def searches(
    connection: MeasuredConnection, asked: Mapping[str, Sequence[Ask]], rounds: int
) -> dict[str, dict[str, float]]:
    """The figures of each class, in milliseconds. Each query is asked once before it is timed."""
    return {kind: _class_figures(connection, queries, rounds) for kind, queries in asked.items()}


def _class_figures(connection: MeasuredConnection, queries: Sequence[Ask], rounds: int) -> dict[str, float]:
    for ask in queries:
        ask()
    walls: list[float] = []
    with _counted(connection) as counted:
        for _ in range(rounds):
            for ask in queries:
                started = time.perf_counter()
                ask()
                walls.append((time.perf_counter() - started) * 1000)
    count = len(walls)
    wall, under_way, took = sum(walls) / count, counted["seconds"] / count, counted["took"] / count
    return {
        "p50_ms": statistics.median(walls),
        "p95_ms": statistics.quantiles(walls, n=20)[-1],
        "mean_ms": wall,
        "client_ms": wall - under_way,
        "network_ms": under_way - took,
        "server_ms": took,
        "client_cpu_ms": counted["client_cpu"] / count,
        "server_cpu_ms": counted["server_cpu"] / count,
        "requests": counted["requests"] / count,
    }


@contextmanager
def _counted(connection: MeasuredConnection) -> Iterator[dict[str, float]]:
    """What happens in the context, times in milliseconds."""
    found: dict[str, float] = {}
    server = connection.nodes_cpu()
    before, client = (connection.requests, connection.seconds, connection.took), time.process_time()
    yield found
    found["client_cpu"] = (time.process_time() - client) * 1000
    found["requests"] = connection.requests - before[0]
    found["seconds"] = (connection.seconds - before[1]) * 1000
    found["took"] = (connection.took - before[2]) * 1000
    found["server_cpu"] = (connection.nodes_cpu() - server) * 1000
