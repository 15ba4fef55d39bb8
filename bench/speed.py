"""Compare the speed of the index with other engines on the same articles, words and queries.

    python bench/speed.py [--articles N] [--json FILE] [--engines a,b] [--ant FILE]

`bench/corpus.py` generates the articles from the ANT corpus, and `bench/engines.py` defines the
queries. The words are computed in advance (`bench/prepared.py`). Then each engine builds its index
in its own process with one thread, one engine after the other. The build time is the wall time or
the CPU time, whichever is greater, because tantivy writes in a separate thread while the next words
are read. Then each engine opens its index in its own process, and the engines take turns for each
class of queries in each round. Each engine warms up for a twentieth of a second before it is timed.
Memory figures exclude the page cache. The output names the engines that are left out: those that
aren't installed, and those whose build would take more than ten minutes (`--patience SECONDS`). The
run fails if the engines return different totals or counts. Finally `bench/pages.py` measures the
web pages and the command with 20,000 articles (`--pages N`). `make bench-speed` installs the
available engines and runs this script.
"""

import argparse
import json
import os
import platform
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from itertools import chain, cycle, islice
from pathlib import Path
from typing import Any

import corpus
import pages
import prepared
import sample
from engines import ENGINES
from peers import import_xapian
from questions import Analysed, Answer, Question

MOST_SECONDS = 600
TRIED = 5_000
"""After this many articles it is decided whether an engine's build is too slow."""
ROUNDS = 6
PAGES = 20_000
TURN = 0.05
"""The minimum duration of an engine's turn, in seconds."""


@dataclass
class Figures:
    """The figures that `--json` writes for an engine."""

    build_s: float = 0.0
    build_rss_mb: float = 0.0
    bytes: int = 0
    rss_mb: float = 0.0
    first_search_ms: float = 0.0
    visible_ms: float = 0.0
    classes: dict[str, dict[str, float]] = field(default_factory=dict)


# Code that runs in an engine's own process


def build(name: str, folder: Path, words: Path, count: int, most_seconds: float) -> dict[str, Any]:
    """Build an index. Return its figures, or the build rate of a peer that is too slow."""
    ours = next(iter(ENGINES))
    peak = [0.0]
    threading.Thread(target=_watch_memory, args=(peak,), daemon=True).start()
    engine = ENGINES[name](folder)
    wall = 0.0
    # CPU time used before this point, such as loading modules, is not part of building.
    reading = time.process_time()
    done = 0
    source = prepared.batches(words)
    while True:
        started = time.thread_time()
        batch = next(source, None)
        reading += time.thread_time() - started
        if batch is None:
            break
        started = time.perf_counter()
        engine.add(batch)
        wall += time.perf_counter() - started
        done += len(batch)
        if name != ours and done >= TRIED and wall / done * count > most_seconds:
            return {"would_take": wall / done * count, "rate": done / wall}
    started = time.perf_counter()
    engine.finish()
    wall += time.perf_counter() - started
    return {"build_s": max(wall, time.process_time() - reading), "build_rss_mb": peak[0]}


def _watch_memory(peak: list[float]) -> None:
    """Track the peak memory of this process. The kernel's own figure would include file pages."""
    while True:
        peak[0] = max(peak[0], _own_memory())
        time.sleep(0.02)


def serve(name: str, folder: Path, questions: Path) -> None:
    """Open an index, answer one query, then time a class of queries for each input line."""
    asked = {
        kind: [Question(**{**row, "words": tuple(row["words"])}) for row in rows]
        for kind, rows in json.loads(questions.read_text()).items()
    }
    engine = ENGINES[name](folder)
    started = time.perf_counter()
    engine.open()
    engine.ask(asked["two words, all"][0])
    _say({"first_search_ms": (time.perf_counter() - started) * 1000})
    for line in sys.stdin:
        command = json.loads(line)
        rows = asked.get(command["kind"], [])
        if command["what"] == "time":
            _warm_up(engine, rows)
            _say(_turn(engine, rows))
        elif command["what"] == "answer":
            _say([asdict(_checked(engine.answer(engine.ask(question)))) for question in rows])
        else:
            _say(_own_memory())


def _warm_up(engine: Any, questions: Sequence[Question]) -> None:
    """Run queries for `TURN` seconds, because the CPU caches are cold and it may have idled."""
    end = time.perf_counter() + TURN
    for question in cycle(questions):
        engine.ask(question)
        if time.perf_counter() > end:
            return


def _turn(engine: Any, questions: Sequence[Question]) -> list[float]:
    """The milliseconds of each query. The queries are repeated until `TURN` seconds have passed."""
    taken: list[float] = []
    end = time.perf_counter() + TURN
    while not taken or time.perf_counter() < end:
        for question in questions:
            started = time.perf_counter()
            engine.ask(question)
            taken.append((time.perf_counter() - started) * 1000)
    return taken


def _checked(answer: Answer) -> Answer:
    assert answer.hits == min(10, answer.total), answer
    return answer


def _say(what: Any) -> None:
    print(json.dumps(what), flush=True)


def _own_memory() -> float:
    """The memory of this process in MB, without file pages."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("RssAnon:")[1].split()[0]) / 1024


def visible(name: str, folder: Path, ant: Path) -> float:
    """Milliseconds from adding an article to a search that finds it; the median of five.

    The index is already open.
    """
    engine = ENGINES[name](folder)
    engine.open()
    taken = []
    for number, article in enumerate(islice(corpus.articles(ant, 5), 5)):
        word = f"visible{number}"
        day = article.published_day
        assert day is not None
        found = Analysed(word, [[word]], [[word]], False, article.source, article.topic_names[0], day.toordinal())
        started = time.perf_counter()
        engine.add_one(found)
        engine.open()
        assert engine.answer(engine.ask(Question("all", (word,)))).total == 1
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


# Code that runs in the main process


class Server:
    """A process in which an engine answers queries."""

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.first_search_ms: float = self._read()["first_search_ms"]

    def ask(self, what: str, kind: str = "") -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"what": what, "kind": kind}).encode() + b"\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def end(self) -> None:
        self._process.communicate()


def _run(*arguments: str) -> Any:
    printed = subprocess.run([sys.executable, __file__, *arguments], check=True, stdout=subprocess.PIPE).stdout
    return json.loads(printed)


def build_all(options: argparse.Namespace, work: Path, left_out: dict[str, str]) -> dict[str, Figures]:
    """Build all indexes, one after another."""
    figures: dict[str, Figures] = {}
    for name in options.engines.split(","):
        folder = work / name
        if folder.exists():
            continue
        folder.mkdir()
        try:
            ENGINES[name](folder)
        except ImportError as error:
            left_out[name] = f"not installed: {error}"
            continue
        sizes = "--articles", str(options.articles), "--patience", str(options.patience)
        built = _run("--ant", str(options.ant), *sizes, "--build", name, str(work))
        if "rate" in built:
            left_out[name] = f"its index would take {built['would_take']:,.0f} s ({built['rate']:,.0f} articles/s)"
            continue
        figures[name] = Figures(**built)
        figures[name].bytes = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        print(f"{name}: built in {figures[name].build_s:,.1f} s", file=sys.stderr)
    return figures


def ask_all(options: argparse.Namespace, work: Path, figures: dict[str, Figures]) -> dict[str, dict[str, Any]]:
    """Let the engines answer in turns, and collect their answers."""
    asked = work / "questions.json"
    articles = islice(chain.from_iterable(prepared.batches(work / "words")), sample.SAMPLE)
    found = {kind: [asdict(one) for one in rows] for kind, rows in sample.questions(articles).items()}
    asked.write_text(json.dumps(found))
    answers: dict[str, dict[str, Any]] = {name: {} for name in figures}
    servers = {name: Server("--ant", str(options.ant), "--serve", name, str(work)) for name in figures}
    for name, server in servers.items():
        figures[name].first_search_ms = server.first_search_ms
    for kind in found:
        for name, server in servers.items():
            answers[name][kind] = server.ask("answer", kind)
        taken: dict[str, list[float]] = {name: [] for name in figures}
        for _ in range(ROUNDS):
            for name, server in servers.items():
                taken[name].extend(server.ask("time", kind))
        for name, times in taken.items():
            p95 = statistics.quantiles(times, n=20)[-1]
            figures[name].classes[kind] = {"p50_ms": statistics.median(times), "p95_ms": p95}
    for name, server in servers.items():
        figures[name].rss_mb = server.ask("memory")
        server.end()
    return answers


def show(figures: dict[str, Figures], left_out: dict[str, str], count: int) -> None:
    names = list(figures)
    print(f"{count:,} articles; {_versions(names)}; {os.cpu_count()} cores, {_processor()}")
    print(f"{'':24}" + "".join(f"{name:>14}" for name in names))
    rows: dict[str, list[float]] = {
        "build, articles/s": [count / figures[name].build_s for name in names],
        "build, peak MB": [figures[name].build_rss_mb for name in names],
        "index, MB": [figures[name].bytes / 1e6 for name in names],
        "memory, MB": [figures[name].rss_mb for name in names],
        "first search, ms": [figures[name].first_search_ms for name in names],
        "visible after, ms": [figures[name].visible_ms for name in names],
    }
    for kind in next(iter(figures.values())).classes:
        for figure in ("p50_ms", "p95_ms"):
            rows[f"{kind}, {figure[:3]}"] = [figures[name].classes[kind][figure] for name in names]
    for label, values in rows.items():
        print(f"{label:24}" + "".join(f"{value:14,.2f}" for value in values))
    for name in names[1:]:
        ratios = {
            kind: figures[name].classes[kind]["p50_ms"] / figures[names[0]].classes[kind]["p50_ms"]
            for kind in figures[name].classes
        }
        shown = ", ".join(f"{kind} {ratio:.2f}" for kind, ratio in ratios.items())
        building = figures[name].build_s / figures[names[0]].build_s
        print(f"{names[0]} against {name}, times as fast: build {building:.2f}, {shown}")
    for name, reason in left_out.items():
        print(f"left out: {name}: {reason}")


def _versions(names: Sequence[str]) -> str:
    packages = [name for name in ("numpy", "whoosh3", "tantivy") if name != "tantivy" or name in names]
    versions = [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in packages)]
    versions.append(f"SQLite {sqlite3.sqlite_version}")
    if "xapian" in names:
        versions.append(f"Xapian {import_xapian().version_string()}")
    return ", ".join(versions)


def _processor() -> str:
    """The processor's model name, or an empty string if the kernel doesn't report it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def compare(answers: dict[str, dict[str, list[dict[str, Any]]]]) -> None:
    """Exit with a message if two engines return different answers."""
    first, *others = answers
    for name in others:
        for kind, rows in answers[first].items():
            for number, (mine, theirs) in enumerate(zip(rows, answers[name][kind], strict=True)):
                if mine != theirs:
                    raise SystemExit(f"{first} and {name} disagree on question {number} of '{kind}': {mine} {theirs}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    corpus.add_option(parser)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--json", type=Path)
    parser.add_argument(
        "--pages", type=int, default=PAGES, metavar="N", help="articles for measuring the pages; 0 to skip them"
    )
    parser.add_argument(
        "--patience",
        type=float,
        default=MOST_SECONDS,
        metavar="S",
        help="maximum build time of a peer, in seconds; slower ones are left out and named",
    )
    parser.add_argument("--engines", default=",".join(ENGINES))
    for own in ("--build", "--serve", "--visible"):
        parser.add_argument(own, nargs=2, metavar=("ENGINE", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.build:
        name, work = options.build[0], Path(options.build[1])
        _say(build(name, work / name, work / "words", options.articles, options.patience))
    elif options.serve:
        name, work = options.serve[0], Path(options.serve[1])
        serve(name, work / name, work / "questions.json")
    elif options.visible:
        name, work = options.visible[0], Path(options.visible[1])
        _say(visible(name, work / name, options.ant))
    else:
        run(options)


def run(options: argparse.Namespace) -> None:
    """The whole comparison."""
    corpus.check(options.ant)
    left_out: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "words").mkdir()
        prepared.prepare(options.ant, options.articles, work / "words")
        figures = build_all(options, work, left_out)
        answers = ask_all(options, work, figures)
        for name in figures:
            figures[name].visible_ms = _run("--ant", str(options.ant), "--visible", name, str(work))
    show(figures, left_out, options.articles)
    written = {name: asdict(figure) for name, figure in figures.items()}
    _write(options, written)
    compare(answers)
    if options.pages:
        with tempfile.TemporaryDirectory() as folder:
            product = pages.measure_product(options.ant, options.pages, Path(folder))
        pages.show(product)
        written.setdefault("newsarchive", {})["product"] = asdict(product)
        _write(options, written)


def _write(options: argparse.Namespace, written: dict[str, dict[str, Any]]) -> None:
    if options.json:
        options.json.write_text(json.dumps(written, indent=1))


if __name__ == "__main__":
    main()
