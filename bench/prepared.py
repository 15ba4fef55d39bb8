"""Preprocessed words of the articles in files, which each engine reads in its own process.

A file holds a batch of articles in `marshal` format: the id, the folded words of each section
joined by spaces, whether the first section is a title, the source, the topic, and the day. Stems
are computed from the words when a file is read. Writing and reading the files is not timed.
"""

import marshal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any

import corpus
from questions import Analysed

from newsarchive.arabic.stem import stems
from newsarchive.article import Article
from newsarchive.search.scoring.analysis import sections

BATCH = 1_000

_rows: list[dict[str, Any]] = []


def prepare(ant: Path, count: int, folder: Path) -> None:
    """Write the words of the first `count` articles to files in a folder, using all cores."""
    with ProcessPoolExecutor(initializer=_load, initargs=(ant,)) as pool:
        for _ in pool.map(_write, *zip(*_ranges(count, folder), strict=True)):
            pass


def _ranges(count: int, folder: Path) -> Iterator[tuple[int, int, Path]]:
    for start in range(0, count, BATCH):
        yield start, min(count, start + BATCH), folder / f"{start:09}"


def _load(ant: Path) -> None:
    _rows.extend(corpus.load(ant))


def _write(start: int, stop: int, path: Path) -> None:
    with path.open("wb") as file:
        marshal.dump([_values(corpus.article(_rows, number)) for number in range(start, stop)], file)


def _values(article: Article) -> tuple[Any, ...]:
    assert article.published_day is not None
    joined = [" ".join(chain.from_iterable(section)) for section in sections(article)]
    day = article.published_day.toordinal()
    return article.id, joined, bool(article.title), article.source, article.topic_names[0], day


def batches(folder: Path) -> Iterator[list[Analysed]]:
    """The articles in a folder in order, one file at a time."""
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            yield [_analysed(values) for values in marshal.load(file)]


def _analysed(values: tuple[Any, ...]) -> Analysed:
    article_id, joined, *rest = values
    exact = [section.split() for section in joined]
    return Analysed(article_id, exact, [stems(section) for section in exact], *rest)
