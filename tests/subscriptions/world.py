"""A simulated world for rounds: a clock that only moves when something waits, and servers in memory."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.article import Article
from newsarchive.errors import ArticleNotFound, FetchError, IngestError
from newsarchive.ingest.fetching.fetch import Fetched
from newsarchive.ingest.pipeline import IngestReport, Pipeline
from newsarchive.subscriptions.feed_list import FOLDER, FeedList
from newsarchive.subscriptions.feed_secrets import FeedSecrets
from newsarchive.subscriptions.fetching import Round
from newsarchive.subscriptions.full_text import FullTexts
from newsarchive.subscriptions.hosts import host_of
from newsarchive.subscriptions.options import FetchOptions
from newsarchive.subscriptions.reports import RoundReport
from newsarchive.subscriptions.state import FeedState, FetchStates
from newsarchive.subscriptions.subscription import Subscription, address_key

START = 1_700_000_000.0


class SimulatedClock:
    """Moves only when something sleeps."""

    def __init__(self, now: float = START) -> None:
        self._now = now
        self._lock = threading.Lock()

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self._now += max(seconds, 0.001)


def rss(*entries: tuple[str, str], title: str = "صحيفة") -> bytes:
    """A feed of entries with a link and a text."""
    items = "".join(
        f"<item><title>عنوان {link[-9:]}</title><link>{link}</link><description>{text}</description></item>"
        for link, text in entries
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'.encode()


def error(status: int, retry_after: str = "") -> FetchError:
    failure = FetchError("https://x.example/", f"status {status}")
    failure.status = status
    failure.retry_after = retry_after
    return failure


@dataclass(frozen=True)
class Asked:
    """A request that a server got."""

    url: str
    at: float
    etag: str
    last_modified: str
    headers: Mapping[str, str]
    user_agent: str


Answer = Callable[[Asked], Fetched | Exception]


@dataclass
class Servers:
    """All servers. `answers` has what each address answers with."""

    clock: SimulatedClock
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    busy: set[str] = field(default_factory=set)
    overlaps: list[str] = field(default_factory=list)

    def __call__(self, url: str, **options: Any) -> Fetched:
        host = host_of(url)
        if host in self.busy:
            self.overlaps.append(host)
        self.busy.add(host)
        try:
            asked = Asked(
                url,
                self.clock.now(),
                options.get("etag", ""),
                options.get("last_modified", ""),
                options.get("headers") or {},
                options["user_agent"],
            )
            self.asked.append(asked)
            self.clock.sleep(0.3)
            answer = self.answers[url](asked) if url in self.answers else error(404)
            if isinstance(answer, Exception):
                raise answer
            return answer
        finally:
            self.busy.discard(host)

    def serve(self, url: str, content: bytes, **more: Any) -> None:
        """Answer with content, or 304 if the ETag is known."""

        def answer(asked: Asked) -> Fetched:
            same = bool(more.get("etag")) and asked.etag == more["etag"]
            return response(url, b"" if same else content, not_modified=same, **more)

        self.answers[url] = answer

    def fail(self, url: str, status: int, retry_after: str = "") -> None:
        self.answers[url] = lambda asked: error(status, retry_after)

    def count(self, url: str) -> int:
        return sum(asked.url == url for asked in self.asked)


def response(url: str, content: bytes = b"", **more: Any) -> Fetched:
    return Fetched(
        url=url,
        content=content,
        content_type=more.pop("content_type", ""),
        fetched_at=datetime.fromtimestamp(START, UTC),
        **more,
    )


@dataclass
class World:
    """An archive, its feeds, and the servers they are at."""

    folder: Path
    archive: Archive
    states: FetchStates
    clock: SimulatedClock
    servers: Servers
    options: FetchOptions
    secrets: FeedSecrets
    feeds: FeedList
    full_texts: FullTexts | None = None
    crash_after_store: bool = False

    def add(self, *addresses: str, **more: Any) -> None:
        self.feeds.add(Subscription(address=address, **more) for address in addresses)

    def round(self, *only: str, workers: int | None = None, **more: Any) -> RoundReport:
        return Round(
            self.feeds,
            self.states,
            self._store,
            self.servers,
            options=self.options,
            secrets=self.secrets,
            full_texts=self.full_texts,
            clock=self.clock,
            chance=Random(7),
            **more,
        ).run(only)

    def state(self, address: str) -> FeedState:
        return self.states.feed(address_key(address))

    def until_due(self, address: str) -> None:
        """Wait until a feed is due."""
        self.clock.sleep(max(self.state(address).due - self.clock.now(), 0) + 1)

    def articles(self) -> dict[str, Article]:
        """The latest revisions by their addresses."""
        found = {}
        for stored in self.archive.read():
            if isinstance(stored.record, Article):
                found[stored.record.url] = stored.record
        return found

    def revisions(self) -> int:
        return sum(isinstance(stored.record, Article) for stored in self.archive.read())

    def stored(self, article_id: str) -> Article | None:
        try:
            return self.archive.get(article_id)
        except ArticleNotFound:
            return None

    def _store(self, items: Iterable[Article | IngestError]) -> IngestReport:
        report = Pipeline(ArchiveWriter(self.archive)).run(items)
        if self.crash_after_store:
            raise KeyboardInterrupt
        return report


@contextmanager
def world(folder: Path, **options: Any) -> Iterator[World]:
    clock = SimulatedClock()
    with closing(Archive(folder, create=True)) as archive, FetchStates(folder / FOLDER) as states:
        chosen = FetchOptions(**{"workers": 1, **options})
        yield World(
            folder,
            archive,
            states,
            clock,
            Servers(clock),
            chosen,
            FeedSecrets(environment={"FEED_KEY": "geheim123"}),
            FeedList(folder),
        )
