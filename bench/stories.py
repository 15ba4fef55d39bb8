"""Measure the stories that are found, and list some of them to be read.

    python bench/stories.py ../shared/data/ant-dev.jsonl.gz --sample 50 --seed 1

Near copies are found by brute force (`bench/copies.py`); two of them should be in one story. Whether
a story is about one event only a reader can tell: `--sample` prints stories of two or more articles,
drawn with equal chances.
"""

import argparse
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from copies import brute_force, latest

from newsarchive.archive import Archive
from newsarchive.article import Article
from newsarchive.stories.clusters import Stories
from newsarchive.stories.groups import GROUPS_FOLDER, Groups

LONGEST_LIST = 12
"""The number of articles of one story that are printed."""


def time_rebuilds(archive: Archive) -> Path:
    """Build the store without and with stories, alternately. Returns the database."""
    best = {"articles only": 1e9, "with stories": 1e9}
    for _ in range(2):
        for name, kinds in (("articles only", ()), ("with stories", (Stories,))):
            started = time.process_time()
            read = Groups(archive, kinds).rebuild()
            best[name] = min(best[name], (time.process_time() - started) / read * 1e3)
    for name, took in best.items():
        print(f"rebuild, {name}: {took:.3f} ms per article")
    print(f"stories: {best['with stories'] - best['articles only']:.3f} ms per article")
    (database,) = (archive.folder / GROUPS_FOLDER).glob("groups-*.sqlite3")
    print(f"database: {database.stat().st_size / 1e6:.1f} MB for {read:,} articles")
    return database


def stories_of(database: Path) -> dict[int, list[str]]:
    """The ids of the articles of each story, in order of publication."""
    found: dict[int, list[str]] = {}
    with sqlite3.connect(database) as opened:
        for story, article in opened.execute(
            "SELECT story, id FROM stories_members JOIN articles USING (number) ORDER BY published, number"
        ):
            found.setdefault(story, []).append(article)
    return found


def show_sizes(stories: dict[int, list[str]], articles: dict[str, Article]) -> None:
    sizes = Counter(map(len, stories.values()))
    several = [members for members in stories.values() if len(members) > 1]
    print(f"{len(stories):,} stories; {len(several):,} of several articles, with {sum(map(len, several)):,} articles")
    shared = sum(len({articles[member].source for member in members}) > 1 for members in several)
    print(f"{shared:,} stories of several sources")
    for low, high in ((2, 2), (3, 3), (4, 5), (6, 10), (11, 20), (21, 80)):
        print(f"  {low}-{high} articles: {sum(sizes[size] for size in range(low, high + 1)):,} stories")
    print(f"  the largest: {max(sizes, default=0)} articles")


def show_recall(stories: dict[int, list[str]], articles: dict[str, Article]) -> None:
    truth = brute_force(list(articles.values()))
    story_of = {member: story for story, members in stories.items() for member in members}
    for name, pairs in (("near copies", truth.alike | truth.contained), ("  alike", truth.alike)):
        together = sum(story_of[one] == story_of[other] for one, other in pairs)
        print(f"{name} in one story: {together:,} of {len(pairs):,} pairs, recall {together / max(1, len(pairs)):.4f}")


def show_sample(stories: dict[int, list[str]], articles: dict[str, Article], size: int, seed: int) -> None:
    several = [members for _, members in sorted(stories.items()) if len(members) > 1]
    choice = random.Random(seed)
    for place, members in enumerate(choice.sample(several, min(size, len(several))), 1):
        print(f"\n{place}. {len(members)} articles")
        for member in members[:LONGEST_LIST]:
            article = articles[member]
            print(f"   {article.published_day} {article.source}: {article.title}")
            if len(article.title) < 30:
                print(f"      {article.body[:90]!r}")


def measure(archive: Archive, sample: int, seed: int) -> None:
    articles = {article.id: article for article in latest(archive)}
    stories = stories_of(time_rebuilds(archive))
    show_sizes(stories, articles)
    show_recall(stories, articles)
    show_sample(stories, articles, sample, seed)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("input", type=Path, help="anything that newsarchive can ingest, or the folder of an archive")
    parser.add_argument("--sample", type=int, default=0, metavar="NUMBER", help="the number of stories to print")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    given = parser.parse_args()
    if Archive.is_in(given.input):
        measure(Archive(given.input), given.sample, given.seed)
        return
    with tempfile.TemporaryDirectory() as work:
        command = [sys.executable, "-c", "from newsarchive.cli import main; main()", "ingest", str(given.input)]
        folder = Path(work) / "archive"
        subprocess.run([*command, "--archive", str(folder), "--no-index"], check=False, stderr=subprocess.DEVNULL)
        measure(Archive(folder), given.sample, given.seed)


if __name__ == "__main__":
    main()
