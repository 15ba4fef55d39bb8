"""Measure saved searches: many of them, and many arrivals, with the process killed at random.

    python bench/alerts.py [--searches 1000] [--arrivals 10000] [--kills 20]

Prints the seconds of each step of a run that nothing interrupts, then kills runs (SIGKILL) at random moments until
one completes, and checks what a mail server got: each article for each search, each under one Message-ID. Ends
with 1 if an article is missing, or is in messages with two Message-IDs.
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from newsarchive.alerts import run as alerts_run
from newsarchive.alerts.planning import Planner
from newsarchive.alerts.search_list import SearchList
from newsarchive.alerts.sending import Sender
from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article, Origin
from newsarchive.config import Config
from newsarchive.durable import replace_file
from newsarchive.library import open_library
from newsarchive.mail_address import MailAddress
from newsarchive.site_url import SiteUrl
from tests.alerts.world import Mailbox, mail_server


def made_words(count: int) -> list[str]:
    """Words of five letters, none of which is an affix."""
    chance = random.Random(0)
    words: dict[str, None] = {}
    while len(words) < count:
        words["".join(chance.sample("ثجحخدذرزشصضطظعغق", 5))] = None
    return list(words)


WORDS = made_words(300)
"""An article has four of them, so a search for one word finds about one of 75."""
SOURCES = ["وكالة السهل", "صحيفة النهر", "موقع الجبل", "قناة الساحل"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--searches", type=int, default=1_000)
    parser.add_argument("--arrivals", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--send", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.send is not None:
        send(config_of(asked.send, asked.port))
        return 0
    with tempfile.TemporaryDirectory() as folder, mail_server(Mailbox()) as server:
        config = config_of(Path(folder) / "archive", server.port)
        wanted = prepare(config, asked.searches)
        expected = arrive(config, asked.arrivals, wanted, seed=asked.seed)
        print(f"{asked.searches:,} searches, {asked.arrivals:,} arrivals, {sum(map(len, expected.values())):,} pairs")
        started = time.perf_counter()
        send(config)
        seconds = time.perf_counter() - started
        whole = check(server.mailbox, expected)
        server.mailbox.messages.clear()
        more = arrive(config, asked.arrivals, wanted, seed=asked.seed + 1, first=asked.arrivals)
        kill(config, server.port, asked.kills, seconds, random.Random(asked.seed))
        return 0 if whole and check(server.mailbox, more) else 1


def config_of(folder: Path, port: int) -> Config:
    return Config(
        archive=folder,
        mail_from=MailAddress("alerts@news.example.org"),
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_security="none",
        site_url=SiteUrl.parse("https://news.example.org/"),
    )


def prepare(config: Config, searches: int) -> dict[str, str]:
    """Create an archive with saved searches of pairs of words. Returns the query of each."""
    chance = random.Random(1)
    words = {f"s{number}": chance.sample(WORDS, 1 + (number % 10 == 0)) for number in range(searches)}
    queries = {name: " ".join(f"={word}" for word in found) for name, found in words.items()}
    with open_library(config, create=True):
        path = SearchList(config.archive).path
        path.parent.mkdir()
        lines = (
            f'{{"id": "{name}", "name": "{query} ({name})", "q": "{query}", "schedule": "run", "limit": 500,'
            f' "email": "{name}@example.org"}}\n'
            for name, query in queries.items()
        )
        replace_file(path, "".join(lines).encode())
    send(config, quiet=True)
    return queries


def arrive(config: Config, count: int, queries: dict[str, str], *, seed: int, first: int = 0) -> dict[str, set[str]]:
    """Archive articles. Returns the titles that each search must tell of: those that have its words."""
    chance = random.Random(seed)
    articles = []
    words_of: dict[str, set[str]] = {}
    for number in range(first, first + count):
        words = chance.sample(WORDS, 4)
        title = f"خبر {number}"
        words_of[title] = set(words)
        articles.append(
            Article(
                id=f"a{number}",
                title=title,
                body=f"نصّ عن {words[0]} و{number}.\n" + "\n".join(f"سطر عن {word}." for word in words[1:]),
                source=chance.choice(SOURCES),
                origin=Origin("bench", str(number)),
            )
        )
    with open_library(config) as library, ArchiveWriter(library.archive) as writer:
        for start in range(0, count, 1_000):
            writer.append(articles[start : start + 1_000])
    return {
        name: {title for title, words in words_of.items() if words.issuperset(query.replace("=", "").split())}
        for name, query in queries.items()
    }


def send(config: Config, *, quiet: bool = False) -> None:
    """One run, with the time of its steps."""
    steps: list[str] = []
    with (
        timed(steps, alerts_run, "take_in"),
        timed(steps, Planner, "plan"),
        timed(steps, Sender, "run"),
        open_library(config) as library,
    ):
        started = time.perf_counter()

        def update() -> None:
            before = time.perf_counter()
            library.update_index()
            steps.append(f"update of the index {time.perf_counter() - before:.1f} s")

        report = alerts_run.run(library, SearchList(config.archive).load, config, update_index=update)
        total = time.perf_counter() - started
    if not quiet:
        print(
            f"{report.planned:,} digests in {total:.1f} s: {', '.join(steps)}; {dict(report.sent.counts)}", flush=True
        )


@contextmanager
def timed(steps: list[str], owner: Any, name: str) -> Iterator[None]:
    inner: Callable[..., Any] = getattr(owner, name)

    def wrapped(*arguments: Any, **options: Any) -> Any:
        started, cpu = time.perf_counter(), time.process_time()
        try:
            return inner(*arguments, **options)
        finally:
            used = time.process_time() - cpu
            steps.append(f"{name} {time.perf_counter() - started:.1f} s ({used:.1f} s of CPU)")

    setattr(owner, name, wrapped)
    try:
        yield
    finally:
        setattr(owner, name, inner)


def kill(config: Config, port: int, kills: int, seconds: float, chance: random.Random) -> None:
    """Run in processes that are killed at some time of a run, which takes `seconds`, then in one that isn't."""
    command = [sys.executable, __file__, "--send", str(config.archive), "--port", str(port)]
    for _ in range(kills):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            with suppress(subprocess.TimeoutExpired):
                process.wait(chance.uniform(0.1, 0.9) * seconds)
            process.send_signal(signal.SIGKILL)
    subprocess.run(command, check=True)


def check(mailbox: Mailbox, expected: dict[str, set[str]]) -> bool:
    """Whether the mail server got each article for each search under one Message-ID, and nothing else."""
    seen: dict[tuple[str, str], set[str]] = defaultdict(set)
    for message in mailbox.messages:
        body = message.get_body(("plain",))
        assert body is not None
        for line in body.get_content().splitlines():
            if line[1:2].isdigit() and "\u2068" in line:
                title = line.split("\u2068")[1].split("\u2069")[0]
                seen[str(message["To"]).partition("@")[0], title].add(str(message["Message-ID"]))
    wanted = {(name, title) for name, titles in expected.items() for title in titles}
    missing, other = wanted - seen.keys(), seen.keys() - wanted
    twice = [pair for pair, ids in seen.items() if len(ids) > 1]
    repeated = len(mailbox.messages) - len({str(message["Message-ID"]) for message in mailbox.messages})
    print(
        f"{len(mailbox.messages):,} messages, {repeated:,} of them repeats; {len(missing):,} articles missing,"
        f" {len(twice):,} under two Message-IDs, {len(other):,} that were not expected",
        flush=True,
    )
    return not (missing or twice or other)


if __name__ == "__main__":
    sys.exit(main())
