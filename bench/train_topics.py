"""Train the topic model of the package.

    python bench/train_topics.py ant-dev.jsonl.gz src/newsarchive/topics/model.tsv

The input is gzipped JSON Lines of the ANT corpus. `LABELS` says which sections of which outlets are
topics. The same input gives the same file, byte for byte.
"""

import argparse
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from newsarchive.article import Article
from newsarchive.topics.seeds import load_seed_words
from newsarchive.topics.training import Policy, train

LABELS = {"sport": "sport", "economy": "economy", "technology": "science-technology", "culture": "culture"}
"""Section of an outlet -> topic."""
WRONG = frozenset({"france24"})
"""Outlets whose sections aren't what their names say: "world" of france24 has sport, culture and science."""
MOST = 1_000
"""The most articles of an outlet that are taken with one topic, and without any."""
_FEW = "too few of the articles to train on are about it"
POLICY = Policy(
    # Chosen by reading articles, of other draws than those that docs/topics.md reports.
    thresholds={
        "sport": 0.2,
        "economy": 0.3,
        "culture": 0.4,
        "science-technology": 0.3,
        "education": 0.9998,
        "environment": 0.9999,
        "religion": 0.999,
        **dict.fromkeys(("conflict", "crime", "disaster", "health", "labour", "politics", "weather"), 0.9),
    },
    not_assigned=dict.fromkeys(("human-interest", "lifestyle", "society"), _FEW),
)


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The articles of the corpus that have a body, each text once."""
    seen = set()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            key = (row["title"], row["body"][:200])
            if row["body"].strip() and key not in seen:
                seen.add(key)
                yield row


def article(row: dict[str, Any]) -> Article:
    """The parts of an article that the model reads."""
    return Article(id=row["id"], title=row["title"], body=row["body"], source=row["source"])


def labelled(path: Path) -> Iterator[tuple[Article, tuple[str, ...]]]:
    """The articles to train on, with their topics."""
    cells = defaultdict(list)
    for row in rows(path):
        if row["source"] not in WRONG:
            cells[row["source"], LABELS.get(row["category"])].append(row)
    for (_, topic), found in cells.items():
        # Evenly spread over the file, and so over time.
        count = min(MOST, len(found))
        for number in range(count):
            yield article(found[number * len(found) // count]), (topic,) if topic else ()


HEAD = """The topic model of newsarchive: docs/topics.md says how it is made and read.
Made by bench/train_topics.py from seed_words.tsv and articles of the ANT corpus (antcorpus.github.io,
Apache License 2.0), of which it contains single stems only. License: GPL-3.0-or-later.
A line in brackets is a topic: its bias, the slope and offset of its confidence, its threshold, and, if
it is never assigned, why. Below it are its stems: stem, topic, weight."""


def main() -> None:
    """Train and write the model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    train(labelled(arguments.articles), load_seed_words(), POLICY, HEAD).save(arguments.out)


if __name__ == "__main__":
    main()
