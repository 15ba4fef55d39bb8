"""Measure the speed of the product as users see it, through the command line and over HTTP.

    python bench/pages.py [--articles N] [--json FILE] [--ant FILE]

The benchmark writes an archive of articles from `bench/corpus.py`, indexes it with `newsarchive reindex`, alternately
with one worker and with two, and serves it with `newsarchive serve` and default settings. It requests pages of ten hits
over one keep-alive connection, and times each from the request to the last byte: when it is requested for the first
time, and again. Then 1, 2 and 8 clients, in separate processes, send different queries for some seconds, each as fast
as it gets answers. The clients share the cores with the server, so on a small machine these figures are lower than
those of a dedicated server. Finally, an article is ingested with `newsarchive ingest`, and a page is requested until it
shows the article.

The queries are made from titles of the corpus, and are the same in every run. Every answer is checked: its status,
the total on the page, and the number of hits.
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
from newsarchive.web.interface import Interface

BATCH = 1_000
SEED = 4
TIMED = 60
"""The number of queries per class that are timed one by one; each is sent once, then `ROUNDS` times again."""
ROUNDS = 3
WARM_UP = 20
"""The number of other queries per class that are sent before."""
MIXED = 300
"""The number of further queries per class, for the clients."""
CLIENTS = (1, 2, 8)
SECONDS = 5.0
WORKERS = (1, 2)
MANY = 100_000
LIMIT = 10

_HOST = "127.0.0.1"
_WORD = re.compile(r"[\u0621-\u064a]{3,}")
_COUNT = re.compile(r'role="status">([^<]*)')
_NEW_WORD = "ظغضثذ"
"""No article has a word like it, nor is it a number or a name in Latin letters, which find more than themselves."""
_IN_WORDS = {Interface("ar").count(key, n): n for key in ("results", "articles") for n in range(3)}
_COMMAND = (sys.executable, "-c", "from newsarchive.cli import main; main()")


@dataclass
class Product:
    """The results of `measure_product`, ready to be written as JSON."""

    articles: int
    reindex_articles_per_s: dict[str, float] = field(default_factory=dict)
    """By the number of workers."""
    pages: dict[str, dict[str, float]] = field(default_factory=dict)
    """By the class of query: `first_p50_ms`, `first_p95_ms`, `again_p50_ms` and `again_p95_ms`."""
    requests_per_s: dict[str, float] = field(default_factory=dict)
    """By the number of clients."""
    first_page_ms: float = 0.0
    """The time of the first page after the server starts."""
    server_mb: float = 0.0
    """The memory of the server after these requests, without the page cache."""
    ingest_s: float = 0.0
    """The time that `newsarchive ingest` takes for one article."""
    visible_s: float = 0.0
    """The time from the start of that command until a page shows the article."""


@dataclass(frozen=True)
class Asked:
    """A page, and the total that it must show; None if any total above 0 is valid."""

    path: str
    total: int | None = None


def measure_product(ant: Path, count: int, work: Path) -> Product:
    """All figures for an archive of `count` articles, which is created in `work`."""
    archive = work / "archive"
    questions = write_archive(ant, count, archive)
    product = Product(count, reindex_articles_per_s=measure_reindex(archive, count))
    with serving(archive) as (server, port):
        product.first_page_ms = measure_first(port, questions["two words"][0])
        for kind, asked in questions.items():
            product.pages[kind] = measure_pages(port, asked[:TIMED], asked[TIMED : TIMED + WARM_UP])
        mixed = list(chain.from_iterable(asked[TIMED:] for asked in questions.values()))
        random.Random(SEED).shuffle(mixed)
        (work / "mixed.json").write_text(json.dumps([asdict(asked) for asked in mixed]))
        for clients in CLIENTS:
            product.requests_per_s[str(clients)] = measure_clients(port, clients, work / "mixed.json")
        product.server_mb = anonymous_memory(server.pid)
        product.ingest_s, product.visible_s = measure_visible(archive, port, work)
    return product


def write_archive(ant: Path, count: int, folder: Path) -> dict[str, list[Asked]]:
    """Write the articles to an archive; returns the queries for it."""
    sample = Sample()
    source = articles(ant, count)
    with ArchiveWriter(Archive(folder, create=True)) as writer:
        while batch := list(islice(source, BATCH)):
            writer.append(batch)
            sample.take(batch)
    return sample.questions(count)


class Sample:
    """Headlines to search for, with their sources."""

    def __init__(self) -> None:
        self._headlines: dict[str, tuple[tuple[str, ...], str]] = {}

    def take(self, batch: Sequence[Article]) -> None:
        for article in batch:
            for start in range(len(words := article.title.split()) - 2):
                if all(map(_WORD.fullmatch, run := tuple(words[start : start + 3]))):
                    self._headlines.setdefault(article.title, (run, article.source))

    def questions(self, count: int) -> dict[str, list[Asked]]:
        """The queries by class. Each class uses other headlines, so that hardly any two queries are the same."""
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
    """Articles per second of the whole command, by number of workers: two alternating runs each, or one if slow."""
    taken: dict[int, list[float]] = {workers: [] for workers in WORKERS}
    for workers in WORKERS * (2 if count <= MANY else 1):
        started = time.perf_counter()
        run_command("reindex", "--archive", str(archive), "--workers", str(workers))
        taken[workers].append(time.perf_counter() - started)
    return {str(workers): count / statistics.mean(seconds) for workers, seconds in taken.items()}


def measure_first(port: int, asked: Asked) -> float:
    """The time of one page that wasn't requested before, in ms."""
    connection = HTTPConnection(_HOST, port)
    started = time.perf_counter()
    get_page(connection, asked)
    taken = (time.perf_counter() - started) * 1000
    connection.close()
    return taken


def measure_pages(port: int, questions: Sequence[Asked], others: Sequence[Asked]) -> dict[str, float]:
    """The p50 and p95 of pages in ms, when each is requested first, and again. `others` are requested before."""
    connection = HTTPConnection(_HOST, port)
    for asked in others:
        get_page(connection, asked)
    first = [_timed(connection, asked) for asked in questions]
    again = [_timed(connection, asked) for asked in [*questions] * ROUNDS]
    connection.close()
    return {
        f"{when}_{name}": value
        for when, taken in (("first", first), ("again", again))
        for name, value in (("p50_ms", statistics.median(taken)), ("p95_ms", statistics.quantiles(taken, n=20)[-1]))
    }


def _timed(connection: HTTPConnection, asked: Asked) -> float:
    started = time.perf_counter()
    page = fetch(connection, asked.path)
    taken = (time.perf_counter() - started) * 1000
    check(page, asked)
    return taken


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
    """The total that a page shows. Fails if the total is wrong, or doesn't match the number of hits.

    A page with fewer hits than there is room for may go on with articles that have most of the words.
    """
    text = page.decode()
    found = _COUNT.search(text)
    shown = found[1] if found else ""
    total = _IN_WORDS[shown] if shown in _IN_WORDS else int(shown.split()[0].replace(",", ""))
    hits = text.count('<p class="snippet"')
    if not min(LIMIT, total) <= hits <= LIMIT or (total == 0 if asked.total is None else total != asked.total):
        raise SystemExit(f"{asked}: the page shows «{shown}» and {hits} hits")
    return total


def measure_clients(port: int, clients: int, questions: Path) -> float:
    """The total requests per second of `clients` clients."""
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
    """Send queries one after another, starting within the list, and print the rate; called in a separate process."""
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
    """A server started by `newsarchive serve` on a free port, once it answers."""
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
    """The environment of this process without archive settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("NEWSARCHIVE_")}


def run_command(*arguments: str) -> None:
    subprocess.run([*_COMMAND, *arguments], check=True, env=_environment(), capture_output=True)


def output_of(*arguments: str | Path) -> str:
    """What a command prints."""
    command = [*_COMMAND, *map(str, arguments)]
    return subprocess.run(command, check=True, env=_environment(), capture_output=True, text=True).stdout


def anonymous_memory(process: int) -> float:
    """The memory of a process that isn't backed by files, in MB."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("RssAnon:")[1].split()[0]) / 1024


def measure_visible(archive: Path, port: int, work: Path) -> tuple[float, float]:
    """The seconds that the command takes for one article, and until a page shows it; medians of three."""
    connection = HTTPConnection(_HOST, port)
    ingested, visible = [], []
    for number in range(3):
        word = _NEW_WORD + "شصط"[number]
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
    print(f"{'page of ten hits over HTTP, ms':30}{'first, p50':>11}{'p95':>7}{'again, p50':>13}{'p95':>7}")
    for kind, taken in product.pages.items():
        first = f"{taken['first_p50_ms']:11.1f}{taken['first_p95_ms']:7.1f}"
        print(f"  {kind:28}{first}{taken['again_p50_ms']:13.1f}{taken['again_p95_ms']:7.1f}")
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
