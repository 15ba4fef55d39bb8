"""As many articles as asked for, made from those of the ANT corpus, the same ones each time.

The first articles are the corpus itself. Each one after them has the title, source and topic of one article, and half
of the paragraphs of that and of another, shuffled. Every article gets an address of its own, from which its id comes,
and a day between 2000 and 2024. So words are as frequent as in the corpus, documents as long, and hardly two the same;
what does not grow is the number of different words.
"""

import argparse
import gzip
import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from newsarchive.article import Article, Origin, Topic, article_id

ANT = Path(__file__).parents[2] / "shared" / "data" / "ant-dev.jsonl.gz"
"""Where the corpus is looked for unless `--ant` says: beside the checkout."""
FIRST_DAY = date(2000, 1, 1)
DAYS = 9_000
_STRIDE = 7_919
"""A prime, so that days and second halves go round evenly."""


def add_option(parser: argparse.ArgumentParser) -> None:
    """The option that says where the corpus is."""
    parser.add_argument("--ant", type=Path, default=ANT, metavar="FILE", help="the ANT corpus as JSON Lines, .gz")


def check(ant: Path) -> None:
    """End with a message where the corpus is not there."""
    if not ant.is_file():
        raise SystemExit(f"{ant} is not there: name the file of the ANT corpus with --ant")


def articles(ant: Path, count: int) -> Iterator[Article]:
    """The first `count` articles; `ant` is the corpus as JSON Lines, gzipped."""
    rows = load(ant)
    for number in range(count):
        yield article(rows, number)


def load(ant: Path) -> list[dict[str, Any]]:
    """The articles of the corpus that have a body, as they are there."""
    with gzip.open(ant, "rt", encoding="utf-8") as file:
        return [row for row in map(json.loads, file) if row["body"].strip()]


def article(rows: list[dict[str, Any]], number: int) -> Article:
    """The article of a number, made from those of the corpus."""
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
