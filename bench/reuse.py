"""Look up texts that contain parts of articles, and compare what is found with all that there is.

    python bench/reuse.py ../shared/data/ant-dev.jsonl.gz

Every tenth article is kept out of the archive. Queries are made of those: some get a run of at least
twelve words of an archived article in which one word in twelve is changed, others a run that is too
short or changed too much, or nothing. What there is to find is computed by brute force: an exact
alignment, which counts equal words by the number of edits, of each text with every article that
shares five consecutive words with it. It shares only the definition with the package.
"""

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import corpus
import numpy as np
from numpy.typing import NDArray

from newsarchive.arabic.names import name_key
from newsarchive.arabic.tokens import words
from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.article import Article
from newsarchive.stories.groups import GROUPS_FOLDER, Groups

RUN = 12
"""Words of the shortest run, and words for each that may be changed."""
GRAM = 5
"""Unchanged words that each run has at least, somewhere."""
OUTLETS_OWN = 5
"""Articles of one outlet that make a paragraph boilerplate."""
ALL = 1_000_000


class Query(NamedTuple):
    text: str
    planted: str | None
    """The id of the article from which a run was taken that should be found."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the ANT corpus as JSON Lines, .gz")
    parser.add_argument("--queries", type=int, default=300, help="texts to look up")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rows = corpus.load(options.data)
    articles = [corpus.article(rows, number) for number in range(len(rows))]
    kept_out = articles[::10]
    archived = [article for number, article in enumerate(articles) if number % 10]
    chosen = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder, closing(Archive(Path(folder), create=True)) as archive:
        groups = build(archive, archived)
        compare(groups, archived, list(queries(archived, kept_out, options.queries, chosen)))
        measure_time(groups, kept_out, archived)


def build(archive: Archive, articles: Sequence[Article]) -> Groups:
    with ArchiveWriter(archive) as writer:
        writer.append(articles)
    groups = Groups(archive)
    groups.update()
    files = (archive.folder / GROUPS_FOLDER / "passages").iterdir()
    size = sum(path.stat().st_size for path in files)
    print(f"{len(articles):,} articles, index of passages {size / len(articles):,.0f} bytes an article")
    return groups


def queries(
    archived: Sequence[Article], hosts: Sequence[Article], count: int, chosen: random.Random
) -> Iterator[Query]:
    while count:
        host, article = chosen.choice(hosts).body.split(), chosen.choice(archived)
        taken = article.body.split()
        length = chosen.choice((RUN, RUN, 13, 15, 18, 24, 30, 40, 60))
        if len(taken) < length:
            continue
        count -= 1
        kind = chosen.random()
        first = chosen.randint(0, len(taken) - length)
        run = taken[first : first + length]
        if kind < 0.7:
            run = changed(run, RUN, host, chosen)
        elif kind < 0.8:
            run = changed(run, 4, host, chosen)
        elif kind < 0.9:
            run = run[: RUN - 3]
        else:
            run = []
        at = chosen.randint(0, len(host))
        yield Query(" ".join(host[:at] + run + host[at:]), article.id if kind < 0.7 else None)


def changed(run: Sequence[str], each: int, others: Sequence[str], chosen: random.Random) -> list[str]:
    """A run with one word in `each` replaced by another, left out or added, anywhere among those."""
    result = list(run)
    for start in reversed(range(0, len(run) - each + 1, each)):
        place = start + chosen.randrange(each)
        edit = chosen.random()
        result[place : place + (edit < 0.8)] = [] if edit < 0.2 else [chosen.choice(others)]
    return result


Numbers = NDArray[np.int64]


class BruteForce:
    """The words of all articles as numbers, one article after the other, and their runs of five words sorted.

    Each word of boilerplate has a number of its own, and so has each end of an article.
    """

    def __init__(self, articles: Sequence[Article]) -> None:
        self._numbers: dict[str, int] = {}
        paragraphs = [[tuple(words(line)) for line in article.body.split("\n")] for article in articles]
        outlets = [name_key(article.publisher or article.source) for article in articles]
        counts = Counter(
            (outlet, line) for outlet, lines in zip(outlets, paragraphs, strict=True) for line in set(lines)
        )
        found: list[int] = []
        self._starts = [0]
        for outlet, lines in zip(outlets, paragraphs, strict=True):
            for line in lines:
                if counts[outlet, line] >= OUTLETS_OWN:
                    found.extend(range(-len(found) - len(line), -len(found)))
                else:
                    found.extend(self._number(word) for word in line)
            found.append(-len(found) - 1)
            self._starts.append(len(found))
        self._ids = [article.id for article in articles]
        self._words = np.array(found, np.int64)
        runs = packed(self._words)
        self._by_run = np.argsort(runs)
        self._runs = runs[self._by_run]

    def _number(self, word: str) -> int:
        return self._numbers.setdefault(word, len(self._numbers) + 1)

    def find(self, text: str) -> set[str]:
        query = np.array([self._number(word) for word in words(text)], np.int64)
        runs = np.unique(packed(query))
        first, last = np.searchsorted(self._runs, runs), np.searchsorted(self._runs, runs, side="right")
        places = [place for pair in zip(first, last, strict=True) for place in self._by_run[slice(*pair)]]
        slots = np.unique(np.searchsorted(self._starts, places, side="right") - 1).tolist()
        if not slots:
            return set()
        texts = [self._words[self._starts[slot] : self._starts[slot + 1]] for slot in slots]
        most = most_equal(query, np.concatenate(texts))
        begins = np.cumsum([0, *map(len, texts[:-1])])
        equal = np.maximum.reduceat(most, begins)
        return {self._ids[slot] for slot, words in zip(slots, equal, strict=True) if words >= RUN - 1}


def packed(numbers: Numbers) -> Numbers:
    """A number for each run of five words: different ones may be equal, which costs time only."""
    count = max(len(numbers) - GRAM + 1, 0)
    mixed = np.zeros(count, np.int64)
    for place in range(GRAM):
        mixed = mixed * 1_000_003 + numbers[place : place + count]
    return mixed


def most_equal(text: Numbers, article: Numbers) -> Numbers:
    """The most equal words of both texts in order, with at most one edit between them, that end at each word.

    The two tables of the alignment, without an edit and with one, are computed row by row.
    """
    exact = edited = np.zeros(len(article) + 1, np.int64)
    most = np.zeros(len(article) + 1, np.int64)
    for word in text:
        equal = np.concatenate(([False], article == word))
        before, before_edited = np.roll(exact, 1), np.roll(edited, 1)
        now = np.where(equal, before + 1, 0)
        now_edited = np.where(equal, before_edited + 1, 0)
        now_edited = np.maximum.reduce((now_edited, before, exact, np.roll(now, 1)))
        exact, edited = now, now_edited
        most = np.maximum(most, np.maximum(exact, edited))
    return most[1:]


def compare(groups: Groups, archived: Sequence[Article], asked: Sequence[Query]) -> None:
    truth = BruteForce(archived)
    right = found_all = true_all = planted = planted_found = 0
    for query in asked:
        found = {reuse.article.id for reuse in groups.passages_in(query.text, ALL).articles}
        # A run whose changed word is two of ours, as 3.5 is, has an edit more for brute force.
        true = truth.find(query.text) | ({query.planted} if query.planted else set())
        right, found_all, true_all = right + len(found & true), found_all + len(found), true_all + len(true)
        planted += query.planted is not None
        planted_found += query.planted in found
    print(f"{len(asked):,} texts, {true_all:,} pairs of a text and an article by brute force, {found_all:,} found")
    print(f"precision {right / max(found_all, 1):.4f}, recall {right / max(true_all, 1):.4f}")
    print(f"of {planted:,} runs that were put in {planted_found:,} were found ({planted_found / max(planted, 1):.4f})")


def measure_time(groups: Groups, kept_out: Sequence[Article], archived: Sequence[Article]) -> None:
    for length, source in ((220, kept_out), (1_000, kept_out), (5_000, kept_out), (5_000, archived)):
        pool = [word for article in source for word in words(article.body)]
        times = []
        articles = 0
        for number in range(15):
            start = number * 7_919 * 3 % (len(pool) - length)
            text = " ".join(pool[start : start + length])
            begun = time.perf_counter()
            articles += groups.passages_in(text).total
            times.append(1000 * (time.perf_counter() - begun))
        kind = "archived" if source is archived else "other"
        times.sort()
        print(
            f"{length:,} words of {kind} articles: median {times[len(times) // 2]:.1f} ms, longest {times[-1]:.1f} ms,"
            f" {articles / len(times):.1f} articles found"
        )


if __name__ == "__main__":
    main()
