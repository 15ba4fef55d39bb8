"""Time a batch of many queries and concordances of frequent words.

    python bench/research.py ../shared/data/ant-dev.jsonl.gz

The queries are one to three neighbouring words of titles, every third with a filter by source or date. Each command
runs in a process of its own, so the figures include its start.
"""

import argparse
import csv
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import corpus

from newsarchive.arabic.tokens import words
from newsarchive.archive import Archive, ArchiveWriter

SRC = Path(__file__).resolve().parents[1] / "src"


def queries(titles: list[str], count: int, seed: int) -> Iterator[dict[str, str]]:
    chance = random.Random(seed)
    while count:
        found = words(chance.choice(titles))
        length = chance.randint(1, 3)
        if len(found) < length:
            continue
        start = chance.randrange(len(found) - length + 1)
        row = {"query": " ".join(found[start : start + length])}
        kind = count % 6
        yield row | ({"source": "BBC"} if kind == 0 else {"from": "2018-03", "to": "2018-08-15"} if kind == 3 else {})
        count -= 1


def run(*arguments: str) -> float:
    started = time.perf_counter()
    command = [sys.executable, "-c", "from newsarchive.cli import main; main()", *arguments]
    subprocess.run(command, check=True, env={"PYTHONPATH": str(SRC)}, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("ant", type=Path, metavar="FILE", help="the ANT corpus as JSON Lines, .gz")
    parser.add_argument("--queries", type=int, default=10_000, help="the number of queries (default: 10,000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--words", nargs="*", default=["الرئيس", "قال", "في"], help="the words of the concordances")
    options = parser.parse_args()
    corpus.check(options.ant)
    rows = corpus.load(options.ant)
    articles = [corpus.article(rows, number) for number in range(len(rows))]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "archive"
        archive = Archive(folder, create=True)
        with ArchiveWriter(archive) as writer:
            writer.append(articles)
        archive.close()
        run("reindex", "--archive", str(folder))
        listed, out = Path(name) / "queries.csv", Path(name) / "out.csv"
        with listed.open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, ("query", "source", "from", "to"))
            table.writeheader()
            table.writerows(queries([article.title for article in articles], options.queries, options.seed))
        print(f"{len(articles):,} articles, {options.queries:,} queries")
        for asked in ((), ("--by", "month"), ("--by", "source"), ("--hits", "--limit", "10")):
            seconds = run("batch", str(listed), *asked, "-o", str(out), "--archive", str(folder))
            print(f"batch {' '.join(asked) or 'totals':20}{seconds:8.1f} s")
        for word in options.words:
            for order in ("newest", "after"):
                seconds = run("concordance", word, "--sort", order, "-o", str(out), "--archive", str(folder))
                with out.open(encoding="utf-8-sig", newline="") as file:
                    lines = sum(1 for _ in csv.reader(file)) - 1
                rate = 100_000 * seconds / max(1, lines)
                print(f"concordance {word} {order:8}{lines:10,} lines{seconds:8.1f} s, {rate:.1f} s per 100,000")


if __name__ == "__main__":
    main()
