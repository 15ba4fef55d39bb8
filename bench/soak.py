"""Play a week of feeds that misbehave, with a simulated clock.

    python bench/soak.py --feeds 200 --days 7

Each feed publishes an article now and then, and its server misbehaves in one way after the other: it is down, slow,
redirects in circles, lies about the length, or answers with an error page, truncated or invalid XML, an entity bomb
and more. Some servers have several feeds, some feeds have full texts in pages, and some move. Checks that no article
is lost, that nothing is fetched twice without need, and that no host is asked twice at once. Prints what happened,
and exits with 1 if a check fails.
"""

import argparse
import asyncio
import gzip
import resource
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.article import Article
from newsarchive.errors import ArticleNotFound, FetchError, IngestError
from newsarchive.ingest.fetching.content_coding import BadCoding, Unpacker
from newsarchive.ingest.fetching.fetch import Fetched
from newsarchive.ingest.fetching.record import FetchedRecord
from newsarchive.ingest.pipeline import IngestReport, Pipeline
from newsarchive.subscriptions.feed_list import FOLDER, FeedList
from newsarchive.subscriptions.feed_secrets import FeedSecrets
from newsarchive.subscriptions.fetching import Round
from newsarchive.subscriptions.full_text import FullTexts
from newsarchive.subscriptions.hosts import host_of
from newsarchive.subscriptions.options import FetchOptions
from newsarchive.subscriptions.robots import RobotsFiles
from newsarchive.subscriptions.state import FetchStates
from newsarchive.subscriptions.subscription import Subscription
from newsarchive.warc.checking import check_pages
from newsarchive.warc.keeping import PageKeeper

START = 1_750_000_000.0
HOUR, DAY = 3_600.0, 86_400.0
WINDOW = 3 * DAY
"""How long a feed lists an article."""
CALM = 1.5 * DAY
"""At the end nothing misbehaves, for longer than the longest wait after a failure."""
PAUSE = 1.0
STEP = 600.0
"""Seconds between two rounds: as a cron job every ten minutes."""
INTERVAL = HOUR
MEMORY_LIMIT = 1_500
"""MB of resident memory. The limits of a fetch allow 32 MiB of content."""

NAMES = ("القمح", "الشعير", "التعليم", "الصحة", "النقل", "المياه", "الكهرباء", "الثقافة", "الرياضة", "السياحة")


class SoakClock:
    """Moves when something sleeps, and a little whenever it is read, as waiting takes time."""

    def __init__(self) -> None:
        self._now = START
        self._lock = threading.Lock()

    def now(self) -> float:
        with self._lock:
            self._now += 0.01
            return self._now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self._now += max(seconds, 0.0)


def words_of(feed: int, number: int) -> str:
    """The text of an article, different from all others."""
    name, other = NAMES[(feed + number) % len(NAMES)], NAMES[(feed * 7 + number * 3) % len(NAMES)]
    return (
        f"أعلنت الوزارة في البيان رقم {feed}/{number} عن خطة جديدة لقطاع {name} وقطاع {other} خلال العام المقبل."
        f" وقال المتحدث رقم {number} باسم اللجنة {feed} إن التنفيذ سيبدأ قريبا بعد موافقة الجهات المختصة عليه."
    )


@dataclass
class Item:
    """An article that a feed publishes. `text` is what must be found in the archive in the end."""

    url: str
    title: str
    text: str
    at: float
    was_served: bool = False


@dataclass
class Server:
    """One feed as its server plays it."""

    number: int
    url: str
    interval: float
    has_etag: bool
    has_full_text: bool
    items: list[Item]
    episodes: list[tuple[float, float, str]] = field(default_factory=list)
    moved_to: str = ""
    moves_at: float = float("inf")
    good_etag: str = ""
    """The ETag of the last good response, that the next request must send."""

    def listed(self, now: float) -> list[Item]:
        return [item for item in self.items if now - WINDOW <= item.at <= now]

    def behaviour(self, now: float) -> str:
        return next((name for start, end, name in self.episodes if start <= now < end), "good")


def feed_bytes(server: Server, items: list[Item], *, titles: int = 0) -> bytes:
    listed = "".join(
        f"<item><title>{item.title}</title><link>{item.url}</link><guid>{item.url}</guid>"
        f"<pubDate>{datetime.fromtimestamp(item.at, UTC):%a, %d %b %Y %H:%M:%S} +0000</pubDate>"
        f"<description>{item.title if server.has_full_text else item.text}</description></item>\n"
        for item in reversed(items)
    )
    huge = f"<item><title>{'عنوان ' * (titles // 11)}</title><link>{server.url}/huge</link></item>" if titles else ""
    title = f"<title>صحيفة رقم {server.number}</title>"
    return f'<?xml version="1.0"?>\n<rss version="2.0"><channel>{title}{huge}{listed}</channel></rss>\n'.encode()


def page_bytes(item: Item) -> bytes:
    paragraphs = "".join(f"<p>{part.strip()}.</p>" for part in item.text.split(".") if part.strip())
    return (
        f'<!doctype html><html lang="ar"><head><meta charset="utf-8"><title>{item.title}</title>'
        f'<meta property="og:type" content="article"><meta property="og:title" content="{item.title}"></head>'
        f"<body><article><h1>{item.title}</h1>{paragraphs}</article></body></html>"
    ).encode()


def failure(url: str, reason: str, status: int = 0, retry_after: str = "") -> FetchError:
    error = FetchError(url, reason)
    error.status, error.retry_after = status, retry_after
    return error


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%s;" % (str(n - 1).encode() if n else b"") * 10) for n in range(12))
    + b']><rss version="2.0"><channel><title>&a11;</title><item><title>&a11;</title></item></channel></rss>'
)
WARNING = b"<b>Warning</b>: x in y.php on line 3<br>\n"
ERROR_PAGE = (
    b"<!doctype html><html><head><title>503 Service Unavailable</title></head><body>Service unavailable</body></html>"
)

# What a fetch of a misbehaving server raises, with the seconds that it takes.
FAILURES: dict[str, tuple[float, str, int, str]] = {
    "down": (0.1, "connection refused: nothing answers there", 0, ""),
    "stalls": (10.0, "too slow: no data for 10 seconds", 0, ""),
    "drips": (30.0, "too slow: not complete after 30 seconds", 0, ""),
    "endless": (30.0, "too large: more than 16,777,216 bytes", 0, ""),
    "lies about length": (
        1.0,
        "the connection failed (incomplete message body)",
        0,
        "",
    ),
    "circles": (2.0, "more than 8 redirects, possibly a redirect loop", 0, ""),
    "forbidden": (0.3, "status 403: access is denied", 403, ""),
    "not found": (0.3, "status 404: there is no such page; check the URL", 404, ""),
    "broken": (0.3, "status 500 (Internal Server Error)", 500, ""),
    "busy": (0.3, "status 503 (Service Unavailable)", 503, "1800"),
    "too many": (0.3, "status 429: too many requests; try again later", 429, "900"),
    "too many, not for how long": (0.3, "status 429: too many requests; try again later", 429, ""),
}


def _cut(content: bytes) -> bytes:
    return content[: len(content) * 2 // 3]


# Answers with status 200 that are wrong. Those that still have whole articles serve them.
ANSWERS: dict[str, Callable[[Server, list[Item], Random], bytes]] = {
    "error page": lambda _server, _items, _chance: ERROR_PAGE,
    "empty": lambda _server, _items, _chance: b"",
    "truncated XML": lambda server, items, _chance: _cut(feed_bytes(server, items)),
    "truncated gzip": lambda server, items, _chance: gzip.compress(feed_bytes(server, items))[:-30],
    "junk": lambda _server, _items, chance: chance.randbytes(2_000),
    "entity bomb": lambda _server, _items, _chance: BOMB,
    "invalid XML": lambda server, items, _chance: feed_bytes(server, items).replace(
        b"</title>", b"</x-title>&nope;<b", 1
    ),
    "NUL bytes": lambda server, items, _chance: feed_bytes(server, items).replace(b"<item>", b"\0<item>\0"),
    "titles of 10 MB": lambda server, items, _chance: feed_bytes(server, items, titles=10_000_000),
    "another order": lambda server, items, chance: feed_bytes(server, chance.sample(items, len(items))),
    "warnings first": lambda server, items, _chance: WARNING + feed_bytes(server, items),
    "tracking": lambda server, items, chance: feed_bytes(
        server,
        [Item(f"{one.url}?utm_source=rss&amp;fbclid={chance.random()}", one.title, one.text, one.at) for one in items],
    ),
}
HUGE = "titles of 10 MB"


class Soak:
    """The world of a soak, and what it found."""

    def __init__(self, folder: Path, feeds: int, days: float, seed: int) -> None:
        self.chance = Random(seed)
        self.clock = SoakClock()
        self.end = START + days * DAY
        self.calm = max(START, self.end - CALM) if days > 3 else START + days * DAY / 2
        self.folder = folder
        self.archive = Archive(folder, create=True)
        self.feeds = FeedList(folder)
        self.states = FetchStates(folder / FOLDER)
        self.keeper = PageKeeper(folder, clock=lambda: datetime.fromtimestamp(self.clock.now(), UTC))
        self.servers: dict[str, Server] = {}
        self.pages: dict[str, Item] = {}
        self.counts: Counter[str] = Counter()
        self.problems: list[str] = []
        self.last_asked: dict[str, float] = {}
        self.good_pages: set[str] = set()
        self._busy: set[str] = set()
        self._free_at: dict[str, float] = {}
        self._lock = threading.Lock()
        for number in range(feeds):
            self._add(number)

    def _add(self, number: int) -> None:
        chance = self.chance
        # Every fifth host has four feeds.
        host = f"news{number // 4 if number % 20 < 4 else number}.example"
        url = f"https://{host}/{number}/feed"
        items, at, count = [], START - chance.uniform(0, DAY), 0
        while at < self.end - 3 * HOUR:
            link, text = f"https://{host}/{number}/{count}", words_of(number, count)
            items.append(Item(link, f"خطة جديدة رقم {number}/{count}", text, at))
            at += chance.expovariate(1 / (0.6 * DAY)) + HOUR
            count += 1
        server = Server(
            number, url, INTERVAL * chance.choice([1, 1, 2, 4]), chance.random() < 0.6, number % 10 == 7, items
        )
        at = START + chance.uniform(0, 8 * HOUR)
        ways = [*FAILURES, *ANSWERS]
        while at < self.calm:
            length = chance.uniform(HOUR, 10 * HOUR)
            server.episodes.append(
                (at, min(at + length, self.calm), ways[(number + len(server.episodes) * 7) % len(ways)])
            )
            at += length + chance.uniform(HOUR, 12 * HOUR)
        if number % 25 == 11:
            server.moved_to, server.moves_at = f"https://moved{number}.example/feed", chance.uniform(START, self.calm)
            self.servers[server.moved_to] = server
        self.servers[url] = server
        if server.has_full_text:
            self.pages.update({item.url: item for item in items})
        self.feeds.add([Subscription(address=url, interval=server.interval, full_text=server.has_full_text)])

    # The network

    def transport(self, url: str, **options: Any) -> Fetched:
        """What `fetch` would return or raise. Several threads call this."""
        host = host_of(url)
        with self._lock:
            self.counts["requests"] += 1
            if host in self._busy:
                self.problems.append(f"{host} was asked twice at once")
            if self.clock.now() < self._free_at.get(host, 0.0):
                self.problems.append(f"{host} was asked again without a pause")
            self._busy.add(host)
        try:
            time.sleep(0)
            return self._answer(url, options)
        finally:
            with self._lock:
                self._busy.discard(host)
                self._free_at[host] = self.clock.now() + PAUSE * 0.5

    def _answer(self, url: str, options: dict[str, Any]) -> Fetched:
        if url.endswith("/robots.txt"):
            raise failure(url, "status 404", 404)
        if url in self.pages:
            return self._page(url, options)
        server = self.servers[url]
        self._check_need(server, url, options)
        now = self.clock.now()
        moved = server.moved_to if now >= server.moves_at and url != server.moved_to else ""
        if moved:
            asyncio.run(options["on_redirect"](url, moved))
        behaviour = server.behaviour(now)
        self.counts[behaviour] += 1
        if behaviour in FAILURES:
            seconds, reason, status, retry_after = FAILURES[behaviour]
            self.clock.sleep(seconds)
            raise failure(url, reason, status, retry_after)
        self.clock.sleep(0.3)
        return self._content(server, url, moved, behaviour, options)

    def _content(self, server: Server, url: str, moved: str, behaviour: str, options: dict[str, Any]) -> Fetched:
        items = server.listed(self.clock.now())
        etag = f'"{server.number}-{len(items)}-{items[-1].url if items else ""}-{items[0].url if items else ""}"'
        at = datetime.fromtimestamp(self.clock.now(), UTC)
        if behaviour != "good":
            content = self._unpacked(url, ANSWERS[behaviour](server, items, self.chance))
            return Fetched(url=moved or url, content=content, content_type="text/xml", fetched_at=at, moved_to=moved)
        for item in items:
            item.was_served = True
        if server.has_etag and options["etag"] == etag:
            self.counts["not modified"] += 1
            return Fetched(
                url=moved or url,
                content=b"",
                content_type="",
                fetched_at=at,
                etag=etag,
                not_modified=True,
                moved_to=moved,
            )
        server.good_etag = etag if server.has_etag else ""
        return Fetched(
            url=moved or url,
            content=feed_bytes(server, items),
            content_type="application/rss+xml",
            fetched_at=at,
            etag=server.good_etag,
            moved_to=moved,
        )

    def _unpacked(self, url: str, content: bytes) -> bytes:
        """What the fetcher makes of the content."""
        unpacker = Unpacker("", 32 * 2**20)
        try:
            unpacker.feed(content)
            return unpacker.finish()
        except BadCoding as error:
            raise failure(url, str(error)) from error

    def _check_need(self, server: Server, url: str, options: dict[str, Any]) -> None:
        now = self.clock.now()
        before = self.last_asked.get(url)
        self.last_asked[url] = now
        if before is not None and now - before < min(server.interval, INTERVAL) * 0.5:
            self.problems.append(f"{url} was fetched again after {now - before:.0f} s")
        # A moved feed keeps its state; an answer in between without a validator takes it away.
        if options["etag"] and options["etag"] != server.good_etag:
            self.problems.append(f"{url} was asked with a validator that it didn't give last")

    def _page(self, url: str, options: dict[str, Any]) -> Fetched:
        self.counts["pages"] += 1
        if url in self.good_pages:
            self.problems.append(f"the page {url} was fetched again")
        self.clock.sleep(0.3)
        if self.chance.random() < 0.15 and self.clock.now() < self.calm:
            raise failure(url, "status 500 (Internal Server Error)", 500)
        self.good_pages.add(url)
        content, at = page_bytes(self.pages[url]), datetime.fromtimestamp(self.clock.now(), UTC)
        headers = (("Content-Type", "text/html; charset=utf-8"),)
        options["on_response"](
            FetchedRecord(
                url=url,
                fetched_at=at,
                request_headers=(),
                status=200,
                reason="OK",
                headers=headers,
                content=content,
                is_complete=True,
                has_credentials=False,
            )
        )
        return Fetched(url=url, content=content, content_type=headers[0][1], fetched_at=at)

    # The rounds

    def store(self, items: Iterable[Article | IngestError]) -> IngestReport:
        report = Pipeline(ArchiveWriter(self.archive)).run(items)
        self.counts["stored"] += sum(report.counts.values()) - report.counts.get("duplicate", 0)  # type: ignore[call-overload]
        return report

    def stored(self, article_id: str) -> Article | None:
        try:
            return self.archive.get(article_id)
        except ArticleNotFound:
            return None

    def run(self, seconds: float = float("inf")) -> None:
        """Play until the end, or for so many seconds of the real time."""
        options = FetchOptions(interval=INTERVAL, pause=PAUSE, workers=4, keeper=self.keeper)
        secrets = FeedSecrets(environment={})
        robots = RobotsFiles(self.transport, self.clock, options, lambda *_: (True, 0.0))
        started = time.monotonic()
        while self.clock.now() < self.end and time.monotonic() - started < seconds:
            begun = self.clock.now()
            texts = FullTexts(
                self.states,
                self.transport,
                self.stored,
                options=options,
                secrets=secrets,
                clock=self.clock,
                robots=robots,
            )
            one = Round(
                self.feeds,
                self.states,
                self.store,
                self.transport,
                options=options,
                secrets=secrets,
                full_texts=texts,
                clock=self.clock,
                chance=self.chance,
            )
            one.run()
            self.counts["rounds"] += 1
            self.clock.sleep(max(0.0, begun + STEP - self.clock.now()))

    def check(self) -> list[str]:
        """Everything that is wrong in the end."""
        bodies: Counter[str] = Counter()
        texts = set()
        for stored in self.archive.read():
            if isinstance(stored.record, Article):
                texts.add(" ".join(stored.record.body.split()))
                bodies[stored.record.url.partition("?")[0]] += 1
        for server in set(map(id, self.servers.values())):
            one = next(found for found in self.servers.values() if id(found) == server)
            for item in one.items:
                if item.at > self.end - 2 * one.interval - STEP:
                    continue
                expected = {" ".join(item.text.split()), item.title} if one.has_full_text else {item.text}
                if not expected & texts:
                    self.problems.append(f"lost: {item.url} of {item.at - START:.0f} s ({one.behaviour(item.at)})")
                elif one.has_full_text and " ".join(item.text.split()) not in texts:
                    self.counts["teasers without a full text"] += 1
        damaged: list[str] = []
        kept = check_pages(self.folder, damaged.append)
        self.counts["kept pages"] = kept.pages
        self.counts["articles"] = len(bodies)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        self.counts["MB of memory"] = round(memory)
        if memory > MEMORY_LIMIT:
            self.problems.append(f"{memory:.0f} MB of memory")
        return [*self.problems, *damaged]

    def close(self) -> None:
        self.states.close()
        self.archive.close()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--days", type=float, default=7.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    started = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Soak(Path(folder) / "archive", options.feeds, options.days, options.seed)) as soak,
    ):
        soak.run()
        problems = soak.check()
    seconds = time.monotonic() - started
    print(f"{options.feeds} feeds, {options.days:g} days in {seconds:.0f} s")
    for name, count in sorted(soak.counts.items()):
        print(f"{count:>9,}  {name}")
    for problem in problems[:50]:
        print(f"wrong: {problem}")
    print("nothing is wrong" if not problems else f"{len(problems):,} things are wrong")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
