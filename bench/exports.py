"""Measure how long searches take while slow clients download exports.

    python bench/exports.py [--articles N] [--archive DIR] [--clients N] [--exports N] [--rate KB] [--seconds S]
                            [--ant FILE]

A server of an archive, `--archive` or one that is made for this, has to serve `--clients` clients that download all of
its articles as CSV and read `--rate` KB a second each. Those that are told that the server is busy come again after a
second. Meanwhile pages of results are requested one after the other, for the queries of `bench/pages.py`, and timed
from the request to the last byte. The same pages are timed without downloads, before and after. `--exports` is the
setting of that name: with as many as there are clients, all of them download at the same time.

Prints the median and the 95th percentile, and fails if the latter isn't below 200 ms. Then `newsarchive export` writes
the archive in several formats, and its CPU time, its memory and the size of its file are printed.
"""

import argparse
import multiprocessing
import random
import socket
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from itertools import chain
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from urllib.parse import quote

import ingest
import pages
import serving
from corpus import add_option
from corpus import check as check_corpus

MOST_MS = 200.0
"""The 95th percentile of the time of a page must be below this."""
FORMATS = ("csv", "jsonl", "text", "parquet")
"""Those that have whole texts."""
PAUSE = 0.02
"""Seconds between two pages."""
_READ = 4096


class SlowClient(threading.Thread):
    """Downloads all articles again and again, slowly."""

    def __init__(self, port: int, rate: float, stop: Event, seen: Counter[str]) -> None:
        super().__init__(daemon=True)
        self._port, self._rate, self._stopping, self._seen = port, rate, stop, seen

    def run(self) -> None:
        while not self._stopping.is_set():
            with suppress(OSError):
                self._download()

    def _download(self) -> None:
        with socket.socket() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * _READ)
            connection.connect(("127.0.0.1", self._port))
            connection.sendall(b"GET /export.csv HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            data = connection.recv(_READ)
            self._seen[data[9:12].decode("latin-1")] += 1
            if b" 503 " in data[:16]:
                self._stopping.wait(1)
                return
            while data and not self._stopping.wait(_READ / self._rate):
                data = connection.recv(_READ)
                self._seen["bytes"] += len(data)


def be_slow_clients(port: int, count: int, rate: float, stop: Event, told: Connection) -> None:
    """Be so many slow clients until `stop`. Tell what they have seen, at the beginning and at the end.

    Called in a separate process.
    """
    seen = Counter[str]()
    clients = [SlowClient(port, rate, stop, seen) for _ in range(count)]
    for client in clients:
        client.start()
    told.send(seen)
    for client in clients:
        client.join()
    told.send(seen)


@contextmanager
def slow_clients(port: int, count: int, rate: float) -> Iterator[Counter[str]]:
    """So many slow clients, and, at the end, what they have seen: the statuses, and the bytes of downloads."""
    context, seen = multiprocessing.get_context("spawn"), Counter[str]()
    stop, (receiver, sender) = context.Event(), context.Pipe(duplex=False)
    process = context.Process(target=be_slow_clients, args=(port, count, rate, stop, sender))
    process.start()
    receiver.recv()  # they have begun
    try:
        yield seen
    finally:
        stop.set()
        seen.update(receiver.recv())
        process.join()


def time_pages(port: int, targets: list[str], seconds: float) -> list[float]:
    """The times of pages in ms, requested one after the other for some seconds."""
    connection = HTTPConnection("127.0.0.1", port)
    times: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        started = time.perf_counter()
        connection.request("GET", targets[len(times) % len(targets)])
        response = connection.getresponse()
        response.read()
        times.append(1000 * (time.perf_counter() - started))
        if response.status != 200:
            raise SystemExit(f"a page has status {response.status}")
        time.sleep(PAUSE)
    return times


def show(name: str, times: list[float]) -> float:
    """Print the median and the 95th percentile. Returns the latter."""
    p95 = statistics.quantiles(times, n=20)[-1]
    print(f"{name:28}{len(times):6} pages, median {statistics.median(times):6.1f} ms, 95% below {p95:6.1f} ms")
    return p95


def measure(archive: Path, targets: list[str], options: argparse.Namespace) -> float:
    side = serving.Side("server", serving.SRC, ())
    with serving.serving(side, archive, {"NEWSARCHIVE_EXPORTS": str(options.exports)}) as (process, port):
        time_pages(port, targets, options.seconds)  # as a warm-up
        show("without downloads", time_pages(port, targets, options.seconds))
        with slow_clients(port, options.clients, 1000 * options.rate) as seen:
            first = show("downloads begin", time_pages(port, targets, options.seconds))
            p95 = max(first, show("downloads go on", time_pages(port, targets, options.seconds)))
        show("without downloads", time_pages(port, targets, options.seconds))
        memory = pages.anonymous_memory(process.pid)
    print(f"{options.clients} clients; {seen['200']} downloads, {seen['503']} times busy, {seen['bytes']:,} bytes read")
    print(f"memory without page cache: {memory:,.0f} MB")
    return p95


def measure_command(archive: Path, work: Path) -> None:
    print(f"{'newsarchive export':28}{'CPU, s':>10}{'memory, MB':>12}{'size, MB':>10}")
    for form in FORMATS:
        out = work / f"all.{form}"
        ran = ingest.run("export", "--archive", str(archive), "--format", form, "-o", str(out))
        print(f"  {form:26}{ran.cpu:10.1f}{ran.memory:12,.0f}{out.stat().st_size / 1e6:10,.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    add_option(parser)
    parser.add_argument("--archive", type=Path, help="an archive with an index, instead of one that is made")
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--exports", type=int, default=2)
    parser.add_argument("--rate", type=float, default=50.0, help="KB that a client reads per second")
    parser.add_argument("--seconds", type=float, default=10.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        if options.archive is None:
            check_corpus(options.ant)
            archive = Path(work) / "archive"
            questions = pages.write_archive(options.ant, options.articles, archive)
            pages.run_command("reindex", "--archive", str(archive))
            targets = [question.path for question in chain.from_iterable(questions.values())]
        else:
            archive = options.archive
            words = ("القمح", "الانتخابات", "روسيا", "أسعار+النفط", "كرة+القدم", "الحكومة+اليمنية", "الصين")
            targets = [f"/search?q={quote(word, safe='+')}" for word in words]
        random.Random(pages.SEED).shuffle(targets)
        p95 = measure(archive, targets, options)
        measure_command(archive, Path(work))
    if p95 >= MOST_MS:
        raise SystemExit(f"95% of the pages must take less than {MOST_MS:.0f} ms")


if __name__ == "__main__":
    main()
