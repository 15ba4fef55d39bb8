"""How quick are the pages, through the command and over HTTP, as people use them?

    python bench/pages.py [--articles N] [--json FILE] [--ant FILE]

An archive of articles from `bench/corpus.py` is written, indexed by `newsarchive reindex` with one worker and with two,
in turn, and served by `newsarchive serve` with the settings that everybody gets. Pages of ten hits are asked for over
one connection that is kept open, and each is timed from the request to its last byte. Then 1, 2 and 8 clients,
processes of their own, ask different queries for some seconds, each as fast as it is answered. They share the cores
with the server, so on a small machine these figures say less than a server would do by itself. Last, an article is
taken in by `newsarchive ingest`, and the page is asked for until it shows it.

The queries are made of titles of the corpus, the same ones each time. Every answer is checked: its status, the total
that the page shows, and the number of its hits.
"""

import argparse
import json
import os
import platform
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection
from itertools import chain, islice
from pathlib import Path
from urllib.parse import urlencode

from corpus import add_option, articles
from corpus import check as check_corpus

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.article import Article
from newsarchive.web.messages import Interface

BATCH = 1_000
SEED = 4
TIMED = 60
"""Queries of a class that are timed one by one; each is asked once before, and then `ROUNDS` times."""
ROUNDS = 3
MIXED = 300
"""Further queries of each class, for the clients."""
CLIENTS = (1, 2, 8)
SECONDS = 5.0
WORKERS = (1, 2)
MANY = 100_000
LIMIT = 10

_HOST = "127.0.0.1"
_WORD = re.compile(r"[\u0621-\u064a]{3,}")
_COUNT = re.compile(r'role="status">([^<]*)')
_IN_WORDS = {Interface("ar").count(key, n): n for key in ("results", "articles") for n in range(3)}
_COMMAND = (sys.executable, "-c", "from newsarchive.cli import main; main()")


@dataclass
class Product:
    """What `measure_product` finds, ready to be written as JSON."""

    articles: int
    reindex_articles_per_s: dict[str, float] = field(default_factory=dict)
    """By the number of workers."""
    pages: dict[str, dict[str, float]] = field(default_factory=dict)
    """By the class of query: `p50_ms` and `p95_ms`."""
    requests_per_s: dict[str, float] = field(default_factory=dict)
    """By the number of clients."""
    first_page_ms: float = 0.0
    """The first page that a server gives after its start."""
    server_mb: float = 0.0
    """Memory of the server behind all this, beside the page cache."""
    ingest_s: float = 0.0
    """How long `newsarchive ingest` of one article takes."""
    visible_s: float = 0.0
    """How long it takes from the start of that command until a page shows the article."""


@dataclass(frozen=True)
class Asked:
    """A page, and how many results it must show; None where anything above 0 will do."""

    path: str
    total: int | None = None


def measure_product(ant: Path, count: int, work: Path) -> Product:
    """All figures for an archive of `count` articles, which is made in `work`."""
    archive = work / "archive"
    questions = write_archive(ant, count, archive)
    product = Product(count, reindex_articles_per_s=measure_reindex(archive, count))
    with serving(archive) as (server, port):
        product.first_page_ms = measure_first(port, questions["two words"][0])
        for kind, asked in questions.items():
            product.pages[kind] = measure_pages(port, asked[:TIMED])
        mixed = list(chain.from_iterable(asked[TIMED:] for asked in questions.values()))
        random.Random(SEED).shuffle(mixed)
        (work / "mixed.json").write_text(json.dumps([asdict(asked) for asked in mixed]))
        for clients in CLIENTS:
            product.requests_per_s[str(clients)] = measure_clients(port, clients, work / "mixed.json")
        product.server_mb = anonymous_memory(server.pid)
        product.ingest_s, product.visible_s = measure_visible(archive, port, work)
    return product


def write_archive(ant: Path, count: int, folder: Path) -> dict[str, list[Asked]]:
    """Write the articles to an archive; returns the queries to ask there."""
    sample = Sample()
    source = articles(ant, count)
    with ArchiveWriter(Archive(folder, create=True)) as writer:
        while batch := list(islice(source, BATCH)):
            writer.append(batch)
            sample.take(batch)
    return sample.questions(count)


class Sample:
    """Headlines to ask for, as many as there are at first, with the sources that they come from."""

    def __init__(self) -> None:
        self._headlines: dict[str, tuple[tuple[str, ...], str]] = {}

    def take(self, batch: Sequence[Article]) -> None:
        for article in batch:
            for start in range(len(words := article.title.split()) - 2):
                if all(map(_WORD.fullmatch, run := tuple(words[start : start + 3]))):
                    self._headlines.setdefault(article.title, (run, article.source))

    def questions(self, count: int) -> dict[str, list[Asked]]:
        """Each class of queries from headlines of its own, so that hardly two are the same."""
        choice = random.Random(SEED)
        headlines = list(self._headlines.values())
        choice.shuffle(headlines)
        at = iter(headlines * (1 + 6 * (TIMED + MIXED) // len(headlines)))

        def take() -> Iterator[tuple[tuple[str, ...], str]]:
            return islice(at, TIMED + MIXED)

        return {
            "one word": [_asked(q=choice.choice(run)) for run, _ in take()],
            "two words": [_asked(q=" ".join(run[:2])) for run, _ in take()],
            "three words": [_asked(q=" ".join(run)) for run, _ in take()],
            "phrase": [_asked(q=f'"{run[0]} {run[1]}"') for run, _ in take()],
            "source": [_asked(q=choice.choice(run), source=source) for run, source in take()],
            "newest": [_asked(q=choice.choice(run), sort="newest") for run, _ in take()],
            "no words": [Asked("/", count)] * (TIMED + MIXED),
        }


def _asked(**parameters: str) -> Asked:
    return Asked("/search?" + urlencode(parameters))


def measure_reindex(archive: Path, count: int) -> dict[str, float]:
    """Articles a second of the whole command, in turn: two runs each, or one where that takes many minutes."""
    taken: dict[int, list[float]] = {workers: [] for workers in WORKERS}
    for workers in WORKERS * (2 if count <= MANY else 1):
        started = time.perf_counter()
        run_command("reindex", "--archive", str(archive), "--workers", str(workers))
        taken[workers].append(time.perf_counter() - started)
    return {str(workers): count / statistics.mean(seconds) for workers, seconds in taken.items()}


def measure_first(port: int, asked: Asked) -> float:
    """ms of one page, which nobody has asked for before."""
    connection = HTTPConnection(_HOST, port)
    started = time.perf_counter()
    get_page(connection, asked)
    taken = (time.perf_counter() - started) * 1000
    connection.close()
    return taken


def measure_pages(port: int, questions: Sequence[Asked]) -> dict[str, float]:
    """p50 and p95 of some pages, in ms."""
    connection = HTTPConnection(_HOST, port)
    for asked in questions:
        get_page(connection, asked)
    taken = []
    for asked in [*questions] * ROUNDS:
        started = time.perf_counter()
        page = fetch(connection, asked.path)
        taken.append((time.perf_counter() - started) * 1000)
        check(page, asked)
    connection.close()
    return {"p50_ms": statistics.median(taken), "p95_ms": statistics.quantiles(taken, n=20)[-1]}


def fetch(connection: HTTPConnection, path: str) -> bytes:
    connection.request("GET", path)
    response = connection.getresponse()
    page = response.read()
    if response.status != 200:
        raise SystemExit(f"{path}: status {response.status}")
    return page


def get_page(connection: HTTPConnection, asked: Asked) -> int:
    return check(fetch(connection, asked.path), asked)


def check(page: bytes, asked: Asked) -> int:
    """The total that a page shows; fails where that is not what it must be, or other than its hits."""
    text = page.decode()
    found = _COUNT.search(text)
    shown = found[1] if found else ""
    total = _IN_WORDS[shown] if shown in _IN_WORDS else int(shown.split()[0].replace(",", ""))
    hits = text.count('<p class="snippet"')
    if hits != min(LIMIT, total) or (total == 0 if asked.total is None else total != asked.total):
        raise SystemExit(f"{asked}: the page shows «{shown}» and {hits} hits")
    return total


def measure_clients(port: int, clients: int, questions: Path) -> float:
    """Requests a second of some clients together."""
    processes = [
        subprocess.Popen(
            [sys.executable, __file__, "--client", str(port), str(questions), str(number / clients)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(clients)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    rates = [float(process.communicate()[0]) for process in processes]
    assert not any(process.returncode for process in processes)
    return sum(rates)


def be_client(port: int, questions: Path, start: float) -> None:
    """In a process of its own: ask one query after the other, from a place in the list on, and print the rate."""
    listed = [Asked(**row) for row in json.loads(questions.read_text())]
    at = int(len(listed) * start)
    connection = HTTPConnection(_HOST, port)
    connection.connect()
    print("ready", flush=True)
    sys.stdin.readline()
    asked = 0
    started = time.perf_counter()
    while (taken := time.perf_counter() - started) < SECONDS:
        get_page(connection, listed[(at + asked) % len(listed)])
        asked += 1
    print(asked / taken)


@contextmanager
def serving(archive: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The server as `newsarchive serve` runs it, on a free port, from when it answers on."""
    with socket.socket() as free:
        free.bind((_HOST, 0))
        port = free.getsockname()[1]
    arguments = ["serve", "--archive", str(archive.absolute()), "--port", str(port)]
    server = subprocess.Popen([*_COMMAND, *arguments], env=_environment(), cwd=archive, stderr=subprocess.DEVNULL)
    try:
        while not _answers(port):
            if server.poll() is not None:
                raise SystemExit(f"the server ended with {server.returncode}")
            time.sleep(0.05)
        yield server, port
    finally:
        server.terminate()
        server.wait()


def _answers(port: int) -> bool:
    connection = HTTPConnection(_HOST, port)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _environment() -> dict[str, str]:
    """That of this process without settings of the archive."""
    return {name: value for name, value in os.environ.items() if not name.startswith("NEWSARCHIVE_")}


def run_command(*arguments: str) -> None:
    subprocess.run([*_COMMAND, *arguments], check=True, env=_environment(), capture_output=True)


def anonymous_memory(process: int) -> float:
    """MB of a process that are no pages of files."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("RssAnon:")[1].split()[0]) / 1024


def measure_visible(archive: Path, port: int, work: Path) -> tuple[float, float]:
    """Seconds that the command takes for one article, and until the page has it; medians of three."""
    connection = HTTPConnection(_HOST, port)
    ingested, visible = [], []
    for number in range(3):
        word = f"visible{number}"
        file = work / f"{word}.jsonl"
        file.write_text(
            json.dumps({"title": word, "body": f"{word} in a text", "url": f"https://bench.example/{word}"})
        )
        started = time.perf_counter()
        arguments = ["ingest", str(file.absolute()), "--archive", str(archive.absolute())]
        command = subprocess.Popen([*_COMMAND, *arguments], env=_environment(), stdout=subprocess.DEVNULL)
        path = "/search?" + urlencode({"q": word})
        while b'<p class="snippet"' not in fetch(connection, path):
            if command.poll():
                raise SystemExit(f"ingest ended with {command.returncode}")
            time.sleep(0.02)
        visible.append(time.perf_counter() - started)
        get_page(connection, Asked(path, 1))
        if command.wait():
            raise SystemExit(f"ingest ended with {command.returncode}")
        ingested.append(time.perf_counter() - started)
    connection.close()
    return statistics.median(ingested), statistics.median(visible)


def show(product: Product) -> None:
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    print(f"newsarchive with {product.articles:,} articles; {machine}")
    rates = product.reindex_articles_per_s
    for workers, rate in rates.items():
        print(f"reindex --workers {workers}, articles/s {rate:14,.0f}  {rate / rates[str(WORKERS[0])]:.2f} times")
    print(f"first page after the start, ms{product.first_page_ms:12.2f}")
    print(f"{'page of ten hits over HTTP':30}{'p50, ms':>11}{'p95, ms':>11}")
    for kind, figures in product.pages.items():
        print(f"  {kind:28}{figures['p50_ms']:11.2f}{figures['p95_ms']:11.2f}")
    for clients, rate in product.requests_per_s.items():
        print(f"{clients} clients, requests/s{rate:20,.0f}")
    print(f"memory of the server, MB{product.server_mb:17,.0f}")
    print(f"ingest of one article, s{product.ingest_s:17.2f}")
    print(f"  until a page shows it, s{product.visible_s:15.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    add_option(parser)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--client", nargs=3, metavar=("PORT", "QUESTIONS", "START"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.client:
        be_client(int(options.client[0]), Path(options.client[1]), float(options.client[2]))
        return
    check_corpus(options.ant)
    with tempfile.TemporaryDirectory() as work:
        product = measure_product(options.ant, options.articles, Path(work))
    show(product)
    if options.json:
        options.json.write_text(json.dumps(asdict(product), indent=1))


if __name__ == "__main__":
    main()
