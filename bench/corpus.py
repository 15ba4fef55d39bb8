"""Generate any number of articles from the ANT corpus, the same ones every time.

The first articles are the corpus itself. Each further article has the title, source and topic of
one corpus article, and half of the paragraphs of this article and of another, shuffled. Every
article gets a unique URL, from which its id is derived, and a date between 2000 and 2024. So word
frequencies and document lengths are as in the corpus, and hardly any two articles are equal. Only
the vocabulary doesn't grow.
"""

import argparse
import gzip
import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from newsarchive.article import Article, Origin, Topic
from newsarchive.identity import article_id

ANT = Path(__file__).parents[2] / "shared" / "data" / "ant-dev.jsonl.gz"
"""The default location of the corpus, next to the checkout. `--ant` overrides it."""
FIRST_DAY = date(2000, 1, 1)
DAYS = 9_000
_STRIDE = 7_919
"""A prime, so that dates and second halves are spread evenly."""


def add_option(parser: argparse.ArgumentParser) -> None:
    """Add the option for the location of the corpus."""
    parser.add_argument("--ant", type=Path, default=ANT, metavar="FILE", help="the ANT corpus as JSON Lines, .gz")


def check(ant: Path) -> None:
    """Exit with a message if the corpus is missing."""
    if not ant.is_file():
        raise SystemExit(f"{ant} not found: name the file of the ANT corpus with --ant")


def articles(ant: Path, count: int) -> Iterator[Article]:
    """The first `count` articles; `ant` is the corpus as JSON Lines, gzipped."""
    rows = load(ant)
    for number in range(count):
        yield article(rows, number)


def load(ant: Path) -> list[dict[str, Any]]:
    """The unchanged articles of the corpus that have a body."""
    with gzip.open(ant, "rt", encoding="utf-8") as file:
        return [row for row in map(json.loads, file) if row["body"].strip()]


def article(rows: list[dict[str, Any]], number: int) -> Article:
    """The article with this number, generated from the corpus."""
    copy, place = divmod(number, len(rows))
    row = rows[place]
    body = row["body"] if not copy else _mixed(row["body"], rows[(place + copy * _STRIDE) % len(rows)]["body"], number)
    url = f"https://ant.example/{number}"
    return Article(
        id=article_id(url=url),
        title=row["title"],
        body=body,
        url=url,
        source=row["source"],
        topics=(Topic(row["category"], "field"),),
        published=FIRST_DAY + timedelta(days=number * _STRIDE % DAYS),
        origin=Origin("jsonl", "bench"),
    )


def _mixed(first: str, second: str, seed: int) -> str:
    choice = random.Random(seed)
    paragraphs = []
    for body in (first, second):
        pieces = [piece for line in body.split("\n") for piece in line.split(". ") if piece.strip()]
        paragraphs.extend(choice.sample(pieces, -(-len(pieces) // 2)))
    choice.shuffle(paragraphs)
    return ".\n".join(paragraphs)
