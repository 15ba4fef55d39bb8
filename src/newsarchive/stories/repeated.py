"""Paragraphs that an outlet repeats, such as «اشترك في نشرتنا»: they make no articles alike.

A paragraph is repeated if at least five articles of its outlet have it, now. So which paragraphs are
depends on the articles alone, not on the order of reading: when the fifth article comes, the
paragraph is left out of the first four too.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import blake2b
from itertools import pairwise

import numpy as np

from newsarchive.stories.features import Features, Hashes

REPEATED = 5
"""The number of an outlet's articles from which on a paragraph that they have is left out."""

TABLE = "CREATE TABLE copies_paragraphs (key INTEGER, number INTEGER, PRIMARY KEY (key, number)) WITHOUT ROWID"

_COUNT = """
    SELECT asked.key, (SELECT count(*) FROM (SELECT 1 FROM copies_paragraphs AS p WHERE p.key = asked.key LIMIT ?))
    FROM (SELECT value AS key FROM json_each(?)) AS asked
"""
"""Counts up to a limit, because a million articles may have a paragraph."""


def paragraph_keys(features: Features) -> list[int]:
    """One signed 64-bit number for each paragraph of an article, in order: equal paragraphs of one outlet have one.

    Empty without an outlet, because articles from nobody knows where are no outlet's.
    """
    if not features.outlet:
        return []
    of_outlet = blake2b(features.outlet.encode("utf-8", "surrogatepass"), digest_size=8)
    words, size = features.words.tobytes(), features.words.itemsize
    keys = []
    for start, end in pairwise(features.bounds.tolist()):
        digest = of_outlet.copy()
        digest.update(words[start * size : end * size])
        keys.append(int.from_bytes(digest.digest(), "little", signed=True))
    return keys


def without(features: Features, keys: Sequence[int], repeated: frozenset[int]) -> Hashes:
    """The words of an article without its repeated paragraphs. `keys` are its `paragraph_keys`."""
    if not repeated or repeated.isdisjoint(keys):
        return features.words
    kept = [words for key, words in zip(keys, features.paragraphs, strict=True) if key not in repeated]
    return np.concatenate(kept) if kept else features.words[:0]


class Repeated:
    """The paragraphs of all articles, in the database."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def replace(self, old: Mapping[int, Sequence[int]], new: Mapping[int, Sequence[int]]) -> set[int]:
        """Replace the paragraphs that articles had by those that they have; both map numbers to keys.

        Returns the other articles with a paragraph that has become repeated by this, or no longer is.
        """
        rows = [(key, number) for number, keys in old.items() for key in set(keys)]
        self._database.executemany("DELETE FROM copies_paragraphs WHERE key = ? AND number = ?", rows)
        gone = Counter(key for key, _ in rows)
        rows = sorted((key, number) for number, keys in new.items() for key in set(keys))
        self._database.executemany("INSERT INTO copies_paragraphs VALUES (?, ?)", rows)
        come = Counter(key for key, _ in rows)
        changed = []
        for key, count in self._counts(come.keys() | gone.keys(), REPEATED + max(come.values(), default=0)):
            before = count - come[key] + gone[key]
            if (count >= REPEATED) != (before >= REPEATED):
                changed.append(key)
        found = self._database.execute(
            "SELECT DISTINCT number FROM copies_paragraphs WHERE key IN (SELECT value FROM json_each(?))",
            (json.dumps(changed),),
        )
        return {number for (number,) in found} - old.keys() - new.keys()

    def among(self, keys: Iterable[int]) -> frozenset[int]:
        """Those of some keys whose paragraphs are repeated."""
        return frozenset(key for key, count in self._counts(set(keys), REPEATED) if count >= REPEATED)

    def _counts(self, keys: Collection[int], limit: int) -> Iterable[tuple[int, int]]:
        return self._database.execute(_COUNT, (limit, json.dumps(sorted(keys))))
