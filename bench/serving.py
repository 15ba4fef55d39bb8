"""Measure how many pages per second the server delivers, compared to the server of another checkout.

    python bench/serving.py --against PATH [--articles N] [--seconds S] [--json FILE] [--ant FILE]

Three servers of the same archive run at the same time, on separate ports: the other checkout (`git archive COMMIT |
tar -x -C PATH`), this checkout, and this checkout with `--processes 2`. 1, 2, 8 and 64 keep-alive connections
request pages for the queries of `bench/pages.py`, each sending the next request as soon as it has the last answer.
The servers take turns, forwards and then backwards, so that other load on the machine affects all of them equally.
Only the ratios are meaningful. On a busy machine, the CPU time per page is more reliable. A single-threaded process
simulates all clients. It checks only the status and length of each answer, because it shares the cores with the
servers.
"""

import argparse
import json
import os
import platform
import random
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from types import MappingProxyType

import pages
from corpus import add_option
from corpus import check as check_corpus

CLIENTS = (1, 2, 8, 64)
WARM_UP_SECONDS = 1.0
SRC = Path(__file__).parents[1] / "src"


@dataclass(frozen=True)
class Side:
    """A server to measure: its name, the path of its sources, and its options for `serve`."""

    name: str
    sources: Path
    options: tuple[str, ...] = ()


@dataclass
class Measured:
    """The pages delivered by a server, the elapsed and CPU seconds, by number of clients; and its memory in MB."""

    pages: Counter[int] = field(default_factory=Counter)
    seconds: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))
    processor_seconds: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))
    memory_mb: float = 0.0

    def rate(self, clients: int) -> float:
        return self.pages[clients] / self.seconds[clients]

    def processor_ms(self, clients: int) -> float:
        """The CPU time per page, in ms."""
        return 1000 * self.processor_seconds[clients] / self.pages[clients]


def measure(sides: list[Side], archive: Path, targets: Path, seconds: float) -> dict[str, Measured]:
    measured = {side.name: Measured() for side in sides}
    with ExitStack() as stack:
        servers = {side.name: stack.enter_context(serving(side, archive)) for side in sides}
        for _, port in servers.values():
            load(port, targets, 2, WARM_UP_SECONDS)
        for clients in CLIENTS:
            for side in (*sides, *reversed(sides)):
                process, port = servers[side.name]
                figures, before = measured[side.name], processor_seconds(process.pid)
                count, taken = load(port, targets, clients, seconds)
                figures.pages[clients] += count
                figures.seconds[clients] += taken
                figures.processor_seconds[clients] += processor_seconds(process.pid) - before
        for name, (process, _) in servers.items():
            measured[name].memory_mb = sum(map(pages.anonymous_memory, family(process.pid)))
    return measured


@contextmanager
def serving(
    side: Side, archive: Path, environment: Mapping[str, str] = MappingProxyType({})
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server, once all of its processes answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = [sys.executable, "-c", "from newsarchive.cli import main; main()"]
    settings = {name: value for name, value in os.environ.items() if not name.startswith("NEWSARCHIVE_")}
    process = subprocess.Popen(
        [*program, "serve", "--archive", str(archive), "--port", str(port), *side.options],
        env={**settings, "PYTHONPATH": str(side.sources), **environment},
        cwd=archive,
        stderr=subprocess.PIPE,
    )
    try:
        assert process.stderr is not None
        said = []
        for line in process.stderr:  # warnings may come first, and a server that fails ends
            said.append(line)
            if b" articles at " in line:
                break
        else:
            raise SystemExit(f"{side.name}: {b''.join(said).decode()}")
        yield process, port
    finally:
        process.terminate()
        process.communicate()


def load(port: int, targets: Path, clients: int, seconds: float) -> tuple[int, float]:
    """The number of answers that the clients get, and the seconds it took. The clients run in a separate process."""
    arguments = ["--load", str(port), str(targets), str(clients), str(seconds)]
    printed = subprocess.run([sys.executable, __file__, *arguments], check=True, capture_output=True, text=True).stdout
    count, taken = printed.split()
    return int(count), float(taken)


class Client:
    """One connection, which always has one request in progress."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._missing: int | None = None
        self._head = b""

    def ask(self, target: str) -> None:
        self.socket.sendall(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        self._missing, self._head = None, b""

    def has_answer(self) -> bool:
        """Read the available data; returns whether the answer is complete."""
        data = self.socket.recv(1 << 18)
        if not data:
            raise SystemExit("the server closed a connection")
        if self._missing is None:
            self._head += data
            head, found, data = self._head.partition(b"\r\n\r\n")
            if not found:
                return False
            if not head.startswith(b"HTTP/1.1 200 "):
                raise SystemExit(head.decode("latin-1"))
            self._missing = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        self._missing -= len(data)
        return self._missing == 0


def be_clients(port: int, targets: list[str], count: int, seconds: float) -> None:
    """Send requests for some seconds, then print the number of answers and the time; called in a separate process."""
    selector = selectors.DefaultSelector()
    at = random.randrange(len(targets))
    answers = 0
    started = time.perf_counter()
    for _ in range(count):
        client = Client(port)
        selector.register(client.socket, selectors.EVENT_READ, client)
        client.ask(targets[(at := at + 1) % len(targets)])
    while time.perf_counter() - started < seconds:
        for key, _ in selector.select(timeout=1):
            if key.data.has_answer():
                answers += 1
                key.data.ask(targets[(at := at + 1) % len(targets)])
    print(answers, time.perf_counter() - started)


def family(process: int) -> list[int]:
    """A process and its children."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [process, *map(int, children)]


def processor_seconds(process: int) -> float:
    """The CPU seconds of a process and its children so far."""
    ticks = 0
    for member in family(process):
        ticks += sum(map(int, Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def show(measured: dict[str, Measured], articles: int) -> None:
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    print(f"pages a second, {articles:,} articles; {machine}")
    print(f"{'':24}" + "".join(f"{f'{clients} clients':>18}" for clients in CLIENTS) + f"{'MB':>8}")
    first = next(iter(measured.values()))
    for name, figures in measured.items():
        cells = (f"{figures.rate(n):11,.0f} {figures.rate(n) / first.rate(n):5.2f}x" for n in CLIENTS)
        print(f"{name:24}" + "".join(cells) + f"{figures.memory_mb:8,.0f}")
    print("processor time of a page, ms")
    for name, figures in measured.items():
        times = ((figures.processor_ms(n), figures.processor_ms(n) / first.processor_ms(n)) for n in CLIENTS)
        print(f"{name:24}" + "".join(f"{ms:11.2f} {ratio:5.2f}x" for ms, ratio in times))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    add_option(parser)
    parser.add_argument("--against", type=Path, metavar="PATH", help="another checkout")
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument(
        "--seconds", type=float, default=5.0, help="seconds per turn; servers have two turns per figure"
    )
    parser.add_argument("--json", type=Path)
    parser.add_argument("--load", nargs=4, metavar=("PORT", "TARGETS", "CLIENTS", "SECONDS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.load:
        port, targets, clients, seconds = options.load
        be_clients(int(port), json.loads(Path(targets).read_text()), int(clients), float(seconds))
        return
    check_corpus(options.ant)
    others = [Side("the other checkout", options.against.absolute() / "src")] if options.against else []
    sides = [*others, Side("this one", SRC), Side("this, 2 processes", SRC, ("--processes", "2"))]
    with tempfile.TemporaryDirectory() as work:
        archive = Path(work) / "archive"
        questions = pages.write_archive(options.ant, options.articles, archive)
        pages.run_command("reindex", "--archive", str(archive))
        asked = [question.path for question in chain.from_iterable(questions.values())]
        random.Random(pages.SEED).shuffle(asked)
        targets = Path(work) / "targets.json"
        targets.write_text(json.dumps(asked))
        measured = measure(sides, archive, targets, options.seconds)
    show(measured, options.articles)
    if options.json:
        rates = {name: {str(n): figures.rate(n) for n in CLIENTS} for name, figures in measured.items()}
        options.json.write_text(json.dumps(rates, indent=1))


if __name__ == "__main__":
    main()
