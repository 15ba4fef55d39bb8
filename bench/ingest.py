"""Measure time and memory for ingesting and indexing articles.

    python bench/ingest.py ../shared/data/ant-dev.jsonl.gz

Each step runs in its own process with the `newsarchive` command: ingesting without indexing,
ingesting the same articles again, building the index, and a few searches. Prints the ingest report,
the time and peak resident memory of each process, and the sizes on disk.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

QUERIES = ("الأطفال", "روسيا سوريا", '"مجلس الأمن"', "الرئيس الأمريكي ترامب", "العنوان:مصر", "كتا*", "")


def run(*arguments: str) -> tuple[str, float, float]:
    """Run the command. Return its output, seconds, and peak resident memory in MB."""
    command = [sys.executable, "-c", "from newsarchive.cli import main; main()", *arguments]
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    printed = process.stdout.read().decode()
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return printed, time.perf_counter() - started, usage.ru_maxrss / 1024


def folder_size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def show_report(report: dict[str, Any]) -> None:
    print({name: value for name, value in report.items() if name not in ("refusals", "duplicates")})
    for reason, count in Counter(failure["reason"] for failure in report["refusals"]).most_common():
        print(f"  refused: {count} x {reason}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("file", type=Path)
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}")
    with tempfile.TemporaryDirectory() as work:
        archive = ("--archive", str(Path(work) / "archive"))
        for name in ("ingest", "the same again"):
            printed, seconds, memory = run("ingest", str(options.file), *archive, "--no-index", "--json")
            report = json.loads(printed)
            show_report(report)
            items = sum(report[key] for key in ("stored", "revised", "duplicate", "refused"))
            print(f"{name}: {seconds:.1f} s, {items / seconds:,.0f} items/s, {memory:.0f} MB")
        printed, seconds, memory = run("reindex", *archive)
        print(f"index: {seconds:.1f} s, {memory:.0f} MB, {printed.strip()}")
        for name in ("articles", "index"):
            print(f"{name} on disk: {folder_size(Path(work) / 'archive' / name):.1f} MB")
        for query in QUERIES:
            printed, seconds, memory = run("search", query, *archive, "--json")
            results = json.loads(printed)
            print(f"search «{query}»: {results['total']} found in {results['took_ms']:.1f} ms ({seconds:.2f} s in all)")
    print(f"peak memory of a child: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
