"""Compare the near copies that are found with all that there are, and measure the time and the size of the store.

    python bench/copies.py ../shared/data/ant-dev.jsonl.gz

All pairs are found by brute force: exact inverted lists of all shingles, which are packed from the
numbers of their words, not hashed. Only the definition in docs/stories.md is shared with the
package, not its hashes, sketches or tables.
"""

import argparse
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsarchive.arabic.names import name_key
from newsarchive.arabic.tokens import words
from newsarchive.archive import Archive
from newsarchive.article import Article
from newsarchive.stories.copies import ALIKE, CONTAINED, DAYS, LEAST_CONTAINED, NearCopies
from newsarchive.stories.features import FeatureReader
from newsarchive.stories.groups import GROUPS_FOLDER, Groups
from newsarchive.stories.repeated import REPEATED
from newsarchive.stories.shingles import shingles, sketches

BITS = 21
"""Enough for two million words, and for three of them in 63 bits."""
Pairs = set[tuple[str, str]]


class Truth(NamedTuple):
    alike: Pairs
    contained: Pairs
    """The pairs that are near copies only because one contains the other."""


def latest(archive: Archive) -> list[Article]:
    found = {stored.record.id: stored.record for stored in archive.read() if isinstance(stored.record, Article)}
    return list(found.values())


def kept_words(articles: Iterable[Article]) -> list[list[str]]:
    """The words of each article without the paragraphs that at least five articles of its outlet have."""
    paragraphs = [[tuple(words(line)) for line in article.body.split("\n")] for article in articles]
    outlets = [name_key(article.publisher or article.source) for article in articles]
    counts = Counter(
        (outlet, line) for outlet, lines in zip(outlets, paragraphs, strict=True) if outlet for line in set(lines)
    )
    return [
        [word for line in lines if counts[outlet, line] < REPEATED for word in line]
        for outlet, lines in zip(outlets, paragraphs, strict=True)
    ]


def packed_shingles(texts: Iterable[list[str]]) -> list[NDArray[np.int64]]:
    numbers: dict[str, int] = defaultdict(lambda: len(numbers))
    found = []
    for text in texts:
        row = np.array([numbers[word] for word in text], np.int64)
        found.append(np.unique((row[:-2] << 2 * BITS) | (row[1:-1] << BITS) | row[2:]) if len(row) > 2 else row[:0])
    assert len(numbers) < 1 << BITS
    return found


def brute_force(articles: list[Article]) -> Truth:
    order = sorted(
        (article for article in articles if article.published_day), key=lambda article: article.published_day or 0
    )
    sets = packed_shingles(kept_words_of(articles, order))
    sizes = np.array([len(found) for found in sets])
    days = np.array([article.published_day.toordinal() for article in order if article.published_day])
    keys = np.concatenate(sets)
    owners = np.repeat(np.arange(len(sets)), sizes)
    places = np.lexsort((owners, keys))
    keys, owners = keys[places], owners[places]
    codes = np.empty(0, np.int64)
    counts = np.empty(0, np.int64)
    open_ends = np.arange(len(keys))
    for step in range(1, len(keys)):
        open_ends = open_ends[open_ends + step < len(keys)]
        later = open_ends + step
        # The owners of a key are in order of publication, so what is too late stays too late.
        near = (keys[open_ends] == keys[later]) & (days[owners[later]] - days[owners[open_ends]] <= DAYS)
        open_ends = open_ends[near]
        if not len(open_ends):
            break
        found, times = np.unique(owners[open_ends] << 32 | owners[open_ends + step], return_counts=True)
        codes, inverse = np.unique(np.concatenate((codes, found)), return_inverse=True)
        counts = np.bincount(inverse, weights=np.concatenate((counts, times))).astype(np.int64)
    first, second = codes >> 32, codes & 0xFFFFFFFF
    shorter = np.minimum(sizes[first], sizes[second])
    alike = counts >= ALIKE * (sizes[first] + sizes[second] - counts)
    contained = (counts >= CONTAINED * shorter) & (shorter >= LEAST_CONTAINED) & ~alike
    return Truth(
        *(
            {_pair(order[one].id, order[two].id) for one, two in zip(first[chosen], second[chosen], strict=True)}
            for chosen in (alike, contained)
        )
    )


def kept_words_of(articles: list[Article], order: list[Article]) -> list[list[str]]:
    kept = dict(zip((article.id for article in articles), kept_words(articles), strict=True))
    return [kept[article.id] for article in order]


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def found_pairs(database: Path, select: str) -> Pairs:
    with sqlite3.connect(database) as opened:
        return {_pair(*row) for row in opened.execute(select)}


LINKED = """
    SELECT a.id, b.id FROM copies_pairs AS p JOIN articles AS a ON a.number = p.number
    JOIN articles AS b ON b.number = p.other WHERE p.number < p.other
"""
GROUPED = """
    SELECT a.id, b.id FROM copies_groups AS p JOIN copies_groups AS q USING (first)
    JOIN articles AS a ON a.number = p.number JOIN articles AS b ON b.number = q.number WHERE p.number < q.number
"""


def show(name: str, found: Pairs, right: Pairs) -> None:
    both = len(found & right)
    print(
        f"{name}: {len(found):,} found, {len(right):,} right;"
        f" precision {both / max(1, len(found)):.4f}, recall {both / max(1, len(right)):.4f}"
    )


def time_steps(articles: list[Article]) -> None:
    """Print the time of each step that needs no database, in milliseconds per article."""
    reader = FeatureReader()
    for name in ("features, cold", "features, warm"):
        started = time.process_time()
        features = [found for at in range(0, len(articles), 1000) for found in reader.read(articles[at : at + 1000])]
        print(f"{name}: {(time.process_time() - started) / len(articles) * 1e3:.3f} ms per article")
    started = time.process_time()
    sets = [found for found in (shingles(one.words) for one in features) if len(found)]
    for at in range(0, len(sets), 1000):
        sketches(sets[at : at + 1000])
    print(f"shingles and sketches: {(time.process_time() - started) / len(articles) * 1e3:.3f} ms per article")


def time_rebuilds(archive: Archive) -> Path:
    """Build the store without and with near copies, alternately. Returns the database."""
    best = {"articles only": 1e9, "with near copies": 1e9}
    for _ in range(2):
        for name, kinds in (("articles only", ()), ("with near copies", (NearCopies,))):
            started = time.process_time()
            read = Groups(archive, kinds).rebuild()
            best[name] = min(best[name], (time.process_time() - started) / read * 1e3)
    for name, took in best.items():
        print(f"rebuild, {name}: {took:.3f} ms per article, {took * read / 1e3:.1f} s")
    groups = Groups(archive)
    groups.update()
    status = groups.status()
    assert status is not None
    groups.close()
    print(f"database: {status.size_bytes / 1e6:.1f} MB; {status.copied:,} articles in {status.copy_groups:,} groups")
    (database,) = (archive.folder / GROUPS_FOLDER).glob("groups-*.sqlite3")
    return database


def measure(archive: Archive) -> None:
    articles = latest(archive)
    time_steps(articles)
    database = time_rebuilds(archive)
    started = time.perf_counter()
    truth = brute_force(articles)
    print(f"brute force: {time.perf_counter() - started:.1f} s")
    right = truth.alike | truth.contained
    linked = found_pairs(database, LINKED)
    show("pairs", linked, right)
    show("  alike", linked - truth.contained, truth.alike)
    show("  contained only", linked - truth.alike, truth.contained)
    show("pairs within groups", found_pairs(database, GROUPED), right)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("input", type=Path, help="anything that newsarchive can ingest, or the folder of an archive")
    given = parser.parse_args().input
    if Archive.is_in(given):
        measure(Archive(given))
        return
    with tempfile.TemporaryDirectory() as work:
        command = [sys.executable, "-c", "from newsarchive.cli import main; main()", "ingest", str(given)]
        folder = Path(work) / "archive"
        subprocess.run([*command, "--archive", str(folder), "--no-index"], check=False, stderr=subprocess.DEVNULL)
        measure(Archive(folder))


if __name__ == "__main__":
    main()
