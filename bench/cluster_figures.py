"""Measure indexing on a cluster, and what an index takes, for `bench/opensearch.py`."""

import json
import time
import tracemalloc
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import cluster_processes
import corpus
from cluster_processes import Used
from vocabulary import Vocabulary

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.errors import IndexMissing
from newsarchive.search.opensearch import ClusterSettings, Connection
from newsarchive.search.opensearch.engine import OpenSearchEngine
from newsarchive.search.opensearch.state import read_state
from newsarchive.search.opensearch.words import WordLoader
from newsarchive.stories.groups import GROUPS_FOLDER, Groups

INDEX = "bench"
"""What the names of the indexes begin with."""
REAL_ARTICLES = 21_000
"""No more articles are the corpus's own."""
_BATCH = 1_000
"""Articles that are written to the archive at once."""
_TRACED = 50_000
"""After so many articles each, the cost so far is kept."""
_MERGING = 3_600.0
"""Seconds that merging all segments may take."""


class MeasuredConnection(Connection):
    """A connection that adds up the time of its requests, what the cluster took for them, and the bytes of bodies.

    `nodes` are the numbers of the processes of the nodes.
    """

    def __init__(self, settings: ClusterSettings, nodes: Sequence[int]) -> None:
        super().__init__(settings)
        self.nodes = nodes
        self.requests = 0
        self.seconds = 0.0
        self.took = 0.0
        self.sent = 0
        self.received = 0
        self._count_bytes()

    def _count_bytes(self) -> None:
        """Count what is written and read as JSON; headers don't count."""
        writer: Any = self._transport.serializer
        reader: Any = self._transport.deserializer
        dumps, loads = writer.dumps, reader.loads

        def count_sent(data: Any) -> Any:
            text = dumps(data)
            self.sent += len(text.encode("utf-8", "surrogatepass")) if isinstance(text, str) else len(text)
            return text

        def count_received(text: str, mimetype: str | None = None) -> Any:
            self.received += len(text.encode("utf-8", "surrogatepass"))
            return loads(text, mimetype)

        writer.dumps, reader.loads = count_sent, count_received

    def _send(self, *arguments: Any, **options: Any) -> Mapping[str, Any]:
        started = time.perf_counter()
        answer = super()._send(*arguments, **options)
        self.seconds += time.perf_counter() - started
        self.requests += 1
        self.took += float(answer.get("took") or 0) / 1000
        return answer


@dataclass(frozen=True)
class Indexing:
    """What indexing has cost so far, in all sessions.

    A session that was killed has written down its last range, so what was done twice counts twice. `compiling` is CPU
    that the nodes used besides, to compile their own code, and `others` are the cores that other processes used.
    `trace` has (articles, seconds, CPU of the client, CPU of the nodes) on the way.
    """

    articles: int = 0
    seconds: float = 0.0
    client_cpu: float = 0.0
    server_cpu: float = 0.0
    compiling: float = 0.0
    client_peak_mb: float = 0.0
    requests: int = 0
    sent: int = 0
    others: float = 0.0
    load: list[float] = field(default_factory=list)
    sessions: int = 0
    trace: list[tuple[int, float, float, float]] = field(default_factory=list)

    @classmethod
    def read(cls, notes: Path) -> "Indexing":
        """What a file of notes says; nothing if there is none."""
        return cls(**json.loads(notes.read_text("utf8"))) if notes.exists() else cls()

    def write(self, notes: Path) -> None:
        """Replace a file of notes."""
        write_json(notes, asdict(self))


def write_json(path: Path, value: object) -> None:
    """Replace a file at once, so that it is whole whenever this ends."""
    new = path.with_suffix(".new")
    new.write_text(json.dumps(value, indent=1), encoding="utf8")
    new.rename(path)


def grow(archive: Archive, ant: Path, size: int) -> None:
    """Add articles to an archive until it has so many."""
    count = archive.catalogue.counts().articles
    if count >= size:
        return
    rows = corpus.load(ant)
    vocabulary = Vocabulary.of(rows) if size > len(rows) else None
    with ArchiveWriter(archive) as writer:
        for start in range(count, size, _BATCH):
            numbers = range(start, min(size, start + _BATCH))
            articles = [corpus.article(rows, number) for number in numbers]
            if vocabulary is not None:
                articles = [vocabulary.renewed(*pair) for pair in zip(articles, numbers, strict=True)]
            writer.append(articles)
    archive.catalogue.catch_up()


class Meter:
    """Measures an indexing session and notes it after each range, on top of what earlier sessions have noted."""

    def __init__(self, connection: MeasuredConnection, notes: Path) -> None:
        self._connection = connection
        self._notes = notes
        self._before = Indexing.read(notes)
        self._now = self._before
        self._requests, self._sent = connection.requests, connection.sent
        cluster_processes.forget_peak()
        self._started = Used.now(connection.nodes)

    def note(self, read: int) -> None:
        """Note that so many records were read in this session."""
        before, used = self._before, Used.now(self._connection.nodes).since(self._started)
        seconds = before.seconds + used.wall
        now = Indexing(
            articles=before.articles + read,
            seconds=seconds,
            client_cpu=before.client_cpu + used.client,
            server_cpu=before.server_cpu + used.nodes,
            compiling=before.compiling + used.compiling,
            client_peak_mb=max(self._now.client_peak_mb, cluster_processes.client_peak_mb()),
            requests=before.requests + self._connection.requests - self._requests,
            sent=before.sent + self._connection.sent - self._sent,
            others=(before.others * before.seconds + used.others * used.wall) / seconds,
            load=[*before.load, cluster_processes.load()],
            sessions=before.sessions + 1,
            trace=self._now.trace,
        )
        if now.articles // _TRACED > self._now.articles // _TRACED:
            kept = now.articles, round(now.seconds, 1), round(now.client_cpu, 1), round(now.server_cpu, 1)
            now = replace(now, trace=[*now.trace, kept])
        self._now = now
        now.write(self._notes)


def index(engine: OpenSearchEngine, connection: MeasuredConnection, workers: int, notes: Path) -> Indexing:
    """Index what the archive has. `notes` is the file with what it has cost so far; it is kept from run to run."""
    meter = Meter(connection, notes)
    try:
        report = engine.update(meter.note, workers=workers)
    except IndexMissing:
        report = engine.rebuild(meter.note, workers=workers)
    meter.note(report.indexed)
    return Indexing.read(notes)


def sizes(engine: OpenSearchEngine, connection: MeasuredConnection, archive: Archive) -> dict[str, float]:
    """How many articles, bytes and words there are, and what the words cost each web process."""
    status = engine.status()
    _settle(connection, archive)
    memory = [cluster_processes.memory_mb(node, "VmRSS") for node in connection.nodes]
    return {
        "articles": status.articles,
        "archive_bytes": _bytes_of(archive.folder) - _bytes_of(archive.folder / GROUPS_FOLDER),
        "node_resident_mb": max(memory),
        "heap_after_gc_mb": _heap_after_collection(connection),
        "load": cluster_processes.load(),
        **stored(connection, archive),
        **_words_cost(connection, archive),
    }


def _settle(connection: Connection, archive: Archive) -> None:
    """Wait until the merges have ended that indexing has begun: what they replace is still there until then."""
    path = f"/{INDEX}-{archive.identity.archive}*"
    deadline = time.monotonic() + _MERGING
    while time.monotonic() < deadline:
        found = connection.request("GET", f"{path}/_stats/merge")
        if not found["_all"]["total"]["merges"]["current"]:
            break
        time.sleep(1)
    connection.request("POST", f"{path}/_flush")


def stored(connection: Connection, archive: Archive) -> dict[str, float]:
    """The bytes of the index of the articles, once and with its copies, and of the words and the state."""
    found = connection.request("GET", f"/{INDEX}-{archive.identity.archive}*/_stats/store,segments")["indices"]
    articles = [one for name, one in found.items() if not name.endswith("-state")]
    states = [one for name, one in found.items() if name.endswith("-state")]

    def total(indexes: Sequence[Mapping[str, Any]], which: str, part: str, figure: str) -> int:
        return sum(one[which][part][figure] for one in indexes)

    return {
        "primary_bytes": total(articles, "primaries", "store", "size_in_bytes"),
        "index_bytes": total(articles, "total", "store", "size_in_bytes"),
        "state_bytes": total(states, "primaries", "store", "size_in_bytes"),
        "segments": total(articles, "primaries", "segments", "count"),
    }


def _heap_after_collection(connection: Connection) -> float:
    """The old objects of the fullest node after their last collection, or all of them if there was none, in MiB."""
    nodes = connection.request("GET", "/_nodes/stats/jvm")["nodes"].values()
    old = [node["jvm"]["mem"]["pools"]["old"] for node in nodes]
    after = [one.get("last_gc_stats", {}).get("used_in_bytes") or one["used_in_bytes"] for one in old]
    return float(max(after)) / 2**20


def merge(engine: OpenSearchEngine, connection: MeasuredConnection, archive: Archive) -> dict[str, float]:
    """Merge each shard into one segment, and return what that took and what is left."""
    # An open point in time would keep the old segments.
    engine.close()
    started = Used.now(connection.nodes)
    path = f"/{INDEX}-{archive.identity.archive}/_forcemerge"
    connection.request("POST", path, params={"max_num_segments": 1}, timeout=_MERGING)
    used = Used.now(connection.nodes).since(started)
    connection.request("POST", f"/{INDEX}-{archive.identity.archive}/_refresh")
    _settle(connection, archive)
    figures = {"seconds": used.wall, "server_cpu": used.nodes, "load": cluster_processes.load()}
    return figures | stored(connection, archive)


def groups(archive: Archive) -> dict[str, float]:
    """What grouping all articles costs: copies, stories and passages. A web node without a disk keeps a copy."""
    with suppress(FileNotFoundError):
        for path in (archive.folder / GROUPS_FOLDER).iterdir():
            path.unlink()
    before = Used.now(())
    one = Groups(archive)
    read = one.update()
    one.close()
    used = Used.now(()).since(before)
    nbytes = _bytes_of(archive.folder / GROUPS_FOLDER)
    return {"articles": read, "bytes": nbytes, "client_cpu": used.client, "load": cluster_processes.load()}


def _bytes_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _words_cost(connection: Connection, archive: Archive) -> dict[str, float]:
    """What loading the words takes: the time, and then again, the memory that stays."""
    state = read_state(connection, f"{INDEX}-{archive.identity.archive}-state")
    assert state is not None
    seconds, memory = [], 0
    for traces in (False, True):
        loader = WordLoader(connection)
        if traces:
            tracemalloc.start()
        started = time.process_time()
        words = loader.begin(state.index, state.state.runs).result()
        seconds.append(time.process_time() - started)
        if traces:
            memory = tracemalloc.get_traced_memory()[0]
            tracemalloc.stop()
        loader.close()
    return {"words": len(words), "word_seconds": seconds[0], "word_memory_bytes": memory}
