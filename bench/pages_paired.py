"""Compare the pages of two checkouts, query by query: their times, their CPU times and their sizes.

    python bench/pages_paired.py --against PATH [--articles N] [--rounds N] [--json FILE] [--ant FILE]

Both checkouts (`git archive COMMIT | tar -x -C PATH` for the other one) index their own copy of the same archive and
serve it at the same time. Each page of the queries of `bench/pages.py` is requested from one server and at once from
the other, in turns which one is first, so that other load on the machine affects both equally. After a warm-up with
other queries, each page is requested once, and then again in some rounds. The figures are the medians of the ratios of
the pairs; ratios below 1 mean that this checkout is faster.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from itertools import product
from pathlib import Path

import pages
from corpus import add_option
from corpus import check as check_corpus
from serving import SRC, Side, processor_seconds, serving

OTHER = "the other checkout"
THIS = "this checkout"
FIRST = "first"
"""The figures of pages whose query nobody has asked before."""
AGAIN = "again"
"""The figures of pages that were asked for before."""


def measure(
    sides: tuple[Side, Side], archives: dict[str, Path], questions: dict[str, list[pages.Asked]], rounds: int
) -> dict[str, dict[str, dict[str, float]]]:
    """By class of query, for `FIRST` and `AGAIN`: the p50 of each side in ms, and the ratios of this checkout."""
    figures = {}
    with ExitStack() as stack:
        servers = {side.name: stack.enter_context(serving(side, archives[side.name])) for side in sides}
        pairs = Pairs({name: (process.pid, port) for name, (process, port) in servers.items()})
        stack.enter_context(closing(pairs))
        for asked in questions.values():
            pairs.ask(asked[pages.TIMED : pages.TIMED + pages.WARM_UP])
        for kind, asked in questions.items():
            timed = asked[: pages.TIMED]
            figures[kind] = {FIRST: pairs.ask(timed), AGAIN: pairs.ask(timed, rounds)}
    return figures


class Pairs:
    """Asks both servers, each by its process id and its port, for the same pages."""

    def __init__(self, servers: dict[str, tuple[int, int]]) -> None:
        self._pids = {name: pid for name, (pid, _) in servers.items()}
        self._connections = {name: HTTPConnection("127.0.0.1", port) for name, (_, port) in servers.items()}

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()

    def ask(self, asked: Sequence[pages.Asked], rounds: int = 1) -> dict[str, float]:
        """The figures of some pages, each of which is asked for so often."""
        times, sizes = defaultdict(list), defaultdict(list)
        before = self._processor_seconds()
        for turn, (number, one) in product(range(rounds), enumerate(asked)):
            for name in list(self._connections)[:: 1 if (turn + number) % 2 else -1]:
                started = time.perf_counter()
                page = pages.fetch(self._connections[name], one.path)
                times[name].append((time.perf_counter() - started) * 1000)
                sizes[name].append(len(page))
        spent = {name: seconds - before[name] for name, seconds in self._processor_seconds().items()}
        return compare(times, sizes, spent)

    def _processor_seconds(self) -> dict[str, float]:
        return {name: processor_seconds(pid) for name, pid in self._pids.items()}


def compare(times: dict[str, list[float]], sizes: dict[str, list[int]], spent: dict[str, float]) -> dict[str, float]:
    ratios = [mine / theirs for mine, theirs in zip(times[THIS], times[OTHER], strict=True)]
    return {
        "other_p50_ms": statistics.median(times[OTHER]),
        "p50_ms": statistics.median(times[THIS]),
        "time_ratio": statistics.median(ratios),
        "cpu_ratio": spent[THIS] / spent[OTHER] if spent[OTHER] else 0.0,
        "largest_kb": max(sizes[THIS]) / 1000,
        "size_ratio": statistics.mean(sizes[THIS]) / statistics.mean(sizes[OTHER]),
    }


def reindex(side: Side, archive: Path) -> None:
    settings = {name: value for name, value in os.environ.items() if not name.startswith("NEWSARCHIVE_")}
    program = [sys.executable, "-c", "from newsarchive.cli import main; main()"]
    subprocess.run(
        [*program, "reindex", "--archive", str(archive)],
        check=True,
        env={**settings, "PYTHONPATH": str(side.sources)},
        cwd=archive,
        capture_output=True,
    )


def show(figures: dict[str, dict[str, dict[str, float]]], articles: int) -> None:
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    print(f"{articles:,} articles; {machine}")
    print(f"{'page of ten hits':16}" + "".join(f" | {name:>11} p50, ms   time    CPU" for name in (FIRST, AGAIN)))
    for kind, rows in figures.items():
        print(f"{kind:16}" + "".join(f" | {_row(rows[name])}" for name in (FIRST, AGAIN)))
    print(f"{'page of ten hits':16}{'size':>8}{'largest, kB':>13}")
    for kind, rows in figures.items():
        print(f"{kind:16}{rows[AGAIN]['size_ratio']:8.2f}{rows[AGAIN]['largest_kb']:13.1f}")


def _row(row: dict[str, float]) -> str:
    p50 = f"{row['other_p50_ms']:.1f} -> {row['p50_ms']:.1f}"
    return f"{p50:>19}{row['time_ratio']:7.2f}{row['cpu_ratio']:7.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    add_option(parser)
    parser.add_argument("--against", type=Path, metavar="PATH", required=True, help="another checkout")
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if not (options.against / "src" / "newsarchive").is_dir():
        parser.error(f"{options.against} is not a checkout of newsarchive")
    check_corpus(options.ant)
    sides = (Side(OTHER, options.against.absolute() / "src"), Side(THIS, SRC))
    with tempfile.TemporaryDirectory() as work:
        archives = {side.name: Path(work, str(number)) for number, side in enumerate(sides)}
        questions = pages.write_archive(options.ant, options.articles, archives[OTHER])
        shutil.copytree(archives[OTHER], archives[THIS])
        for side in sides:
            reindex(side, archives[side.name])
        figures = measure(sides, archives, questions, options.rounds)
    show(figures, options.articles)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
