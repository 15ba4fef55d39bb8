"""Measure time and memory for ingesting and indexing articles.

    python bench/ingest.py ../shared/data/ant-dev.jsonl.gz

Each step runs in its own process with the `newsarchive` command: the whole chain, from JSON Lines
into archive, index, topics and groups, with one process and with two; the CPU time of its stages;
the chain on three times as many articles, for its memory; ingesting without indexing, and the same
again; and a few searches. On a machine that others use too, the wall time says little, so the
CPU time per article is printed beside it, with the rate that one undisturbed processor would have.
"""

import argparse
import gzip
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

QUERIES = ("الأطفال", "روسيا سوريا", '"مجلس الأمن"', "الرئيس الأمريكي ترامب", "العنوان:مصر", "كتا*", "")
COMMAND = ("-c", "from newsarchive.cli import main; main()")
STAGES = (str(Path(__file__).with_name("ingest_stages.py")),)
TIMES_MORE = 3
GOALS = {1: 1_000, 2: 1_500}
"""Articles per second on two processors that otherwise do nothing, by the number of processes."""


class Ran(NamedTuple):
    """What a command printed, its wall and CPU seconds with its children, and the largest process in MB."""

    printed: str
    wall: float
    cpu: float
    memory: float


def run(*arguments: str, script: tuple[str, ...] = COMMAND) -> Ran:
    """Run the command."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, *script, *arguments], stdout=subprocess.PIPE)
    assert process.stdout is not None
    printed = process.stdout.read().decode()
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return Ran(printed, time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def folder_size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def show_report(report: dict[str, Any]) -> None:
    print({name: value for name, value in report.items() if not isinstance(value, list | dict)})
    for reason, count in Counter(failure["reason"] for failure in report["refusals"]).most_common():
        print(f"  refused: {count} x {reason}")


def items_of(report: dict[str, Any]) -> int:
    return sum(report[key] for key in ("stored", "revised", "duplicate", "refused"))


def show_rate(name: str, items: int, ran: Ran) -> None:
    cpu = ran.cpu / items
    print(
        f"{name}: {items / ran.wall:,.0f} articles/s in {ran.wall:.1f} s;"
        f" CPU {1000 * cpu:.2f} ms per article, {1 / cpu:,.0f} per CPU second; largest process {ran.memory:.0f} MB"
    )


def chain(file: Path, work: Path, processes: int) -> tuple[int, Ran]:
    """Ingest a file into a new archive with index and groups."""
    archive = ("--archive", str(work / f"chain-{file.stem}-{processes}"))
    ran = run("ingest", str(file), *archive, "--json", "--workers", str(processes))
    return items_of(json.loads(ran.printed)), ran


def more_of(file: Path, work: Path) -> Path:
    """A file with each article several times, every time as another one with an address of its own."""
    path = work / "more.jsonl"
    content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    with path.open("w", encoding="utf-8") as out:
        for line in content.splitlines():
            form = json.loads(line)
            for number in range(TIMES_MORE):
                other = {
                    **form,
                    "url": f"{form.get('url', '')}?copy={number}",
                    "body": f"{number} {form.get('body', '')}",
                }
                out.write(json.dumps(other, ensure_ascii=False) + "\n")
    return path


def show_chain(file: Path, work: Path) -> None:
    for processes, goal in GOALS.items():
        items, ran = chain(file, work, processes)
        show_rate(f"whole chain, {processes} process{'es' if processes > 1 else ''} (goal {goal:,})", items, ran)
    archive = ("--archive", str(work / "stages"))
    stages = json.loads(run("ingest", str(file), *archive, script=STAGES).printed)
    total = sum(stages.values())
    print(f"CPU per stage with one process, ms per article, of {1000 * total / items:.3f}:")
    for stage, seconds in stages.items():
        print(f"  {stage:34} {1000 * seconds / items:6.3f} {seconds / total:6.1%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--only-chain", action="store_true", help="leave out the memory, the repetition and searches")
    options = parser.parse_args()
    machine = f"{os.cpu_count()} cores, {platform.machine()}, load {os.getloadavg()[0]:.1f}"
    print(f"Python {platform.python_version()}, {machine}")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        show_chain(options.file, work)
        if options.only_chain:
            return
        items, ran = chain(more_of(options.file, work), work, 1)
        show_rate(f"whole chain, {TIMES_MORE} times as many articles", items, ran)
        archive = ("--archive", str(work / "archive"))
        for name in ("read and store", "the same again"):
            ran = run("ingest", str(options.file), *archive, "--no-index", "--json")
            report = json.loads(ran.printed)
            show_report(report)
            show_rate(name, items_of(report), ran)
        ran = run("reindex", *archive)
        show_rate(f"index, topics and groups: {ran.printed.strip()}", items_of(report), ran)
        for name in ("articles", "index", "groups"):
            print(f"{name} on disk: {folder_size(work / 'archive' / name):.1f} MB")
        for query in QUERIES:
            ran = run("search", query, *archive, "--json")
            results = json.loads(ran.printed)
            print(
                f"search «{query}»: {results['total']} found in {results['took_ms']:.1f} ms ({ran.wall:.2f} s in all)"
            )


if __name__ == "__main__":
    main()
