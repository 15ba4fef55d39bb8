"""Near copies: reprints by other outlets, and shortened, extended and later versions of a report.

docs/stories.md defines them. All rows follow from the articles that the archive has now: which
paragraphs are left out, which articles are a pair, and which pairs are connected. So it makes no
difference in how many updates they were read.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Collection, Mapping
from hashlib import blake2b
from itertools import chain
from typing import NamedTuple

import numpy as np

from newsarchive.stories.candidates import Candidates, Sketch
from newsarchive.stories.connected import GROUPS_TABLES, regroup
from newsarchive.stories.derivations import Texts
from newsarchive.stories.features import Features, Hashes
from newsarchive.stories.numbers import rows_of
from newsarchive.stories.repeated import TABLE, Repeated, paragraph_keys, without
from newsarchive.stories.shingles import common, shingles, sketches

ALIKE = 0.5
"""The least Jaccard similarity of the shingles of near copies."""
CONTAINED = 0.8
"""The share of the shorter text's shingles that the other text has at least, for a shortened text."""
LEAST_CONTAINED = 16
"""The least number of shingles of a shortened text. A single sentence may be a quotation in many articles."""
LEAST_EQUAL = 8
"""A text of fewer words is equal to another only if the titles are equal too, and nothing was left out."""
DAYS = 3
"""How many days apart near copies are published at most."""

_REMEMBERED = 20_000
"""The number of texts whose shingles are kept in memory: 34 MB."""


class _Text(NamedTuple):
    """What is left of an article's text when repeated paragraphs are left out."""

    shingles: Hashes
    digest: int
    day: int | None


class NearCopies:
    """Keeps the pairs and groups of near copies. Implements `Derivation`."""

    name = "copies"
    rules = 1
    tables = f"""
        CREATE TABLE copies_texts (number INTEGER PRIMARY KEY, day INTEGER, digest INTEGER, paragraphs BLOB, keys BLOB);
        CREATE INDEX copies_by_day ON copies_texts (day);
        CREATE INDEX copies_by_digest ON copies_texts (digest);
        {TABLE};
        {GROUPS_TABLES}
    """

    def __init__(self) -> None:
        self._noted: dict[int, Features | None] = {}
        self._candidates = Candidates()
        self._texts: OrderedDict[int, _Text] = OrderedDict()

    def add(self, number: int, features: Features) -> None:
        """Note a new article or revision."""
        self._noted[number] = features

    def remove(self, number: int) -> None:
        """Note that an article was withdrawn, or that a revision follows."""
        self._noted[number] = None

    def flush(self, database: sqlite3.Connection, texts: Texts) -> None:
        """Write what was noted."""
        noted, self._noted = self._noted, {}
        if not noted:
            return
        repeated = Repeated(database)
        features = {number: found for number, found in noted.items() if found is not None}
        keys = {number: paragraph_keys(found) for number, found in features.items()}
        others = repeated.replace(self._forget(database, noted), keys)
        self._forget(database, others)
        again = texts.features(others)
        features.update(again)
        keys.update((number, paragraph_keys(found)) for number, found in again.items())
        found = self._kept(repeated, features, keys)
        sketched = self._write(database, found, keys)
        pairs = self._pairs(database, repeated, texts, found, sketched)
        regroup(database, noted.keys() | others, pairs)
        while len(self._texts) > _REMEMBERED:
            self._texts.popitem(last=False)

    def _forget(self, database: sqlite3.Connection, numbers: Collection[int]) -> dict[int, list[int]]:
        """Remove the texts of articles, but not their paragraphs, whose keys are returned."""
        rows = rows_of(database, "SELECT number, day, paragraphs FROM copies_texts WHERE number", numbers)
        old = {number: np.frombuffer(paragraphs, np.int64).tolist() for number, _, paragraphs in rows}
        database.executemany("DELETE FROM copies_texts WHERE number = ?", ((number,) for number in old))
        self._candidates.remove((number, day) for number, day, _ in rows if day is not None)
        for number in old:
            self._texts.pop(number, None)
        return old

    def _kept(
        self, repeated: Repeated, features: Mapping[int, Features], keys: Mapping[int, list[int]]
    ) -> dict[int, _Text]:
        """The texts without repeated paragraphs, which are also remembered."""
        left_out = repeated.among(chain.from_iterable(keys.values()))
        found = {number: _text(one, without(one, keys[number], left_out)) for number, one in features.items()}
        self._texts.update(found)
        return found

    def _write(
        self, database: sqlite3.Connection, texts: Mapping[int, _Text], keys: Mapping[int, list[int]]
    ) -> list[Sketch]:
        """Write the rows of texts, and take in the sketches of those that have a day and shingles."""
        dated = [(number, text) for number, text in texts.items() if text.day is not None and len(text.shingles)]
        made = sketches([text.shingles for _, text in dated])
        sketched = [Sketch(number, text.day or 0, found) for (number, text), found in zip(dated, made, strict=True)]
        # Before the rows are written: a week that isn't in memory is read from the table first.
        self._candidates.add(database, sketched)
        blobs = {sketch.number: sketch.keys.tobytes() for sketch in sketched}
        database.executemany(
            "INSERT INTO copies_texts VALUES (?, ?, ?, ?, ?)",
            (
                (number, text.day, text.digest, np.array(keys[number], np.int64).tobytes(), blobs.get(number))
                for number, text in sorted(texts.items())
            ),
        )
        return sketched

    def _pairs(
        self,
        database: sqlite3.Connection,
        repeated: Repeated,
        texts: Texts,
        found: Mapping[int, _Text],
        sketched: list[Sketch],
    ) -> set[tuple[int, int]]:
        """The pairs of which one article is among `found`, as lower and higher number."""
        pairs = self._equal(database, found)
        candidates = [pair for pair in self._candidates.pairs(database, sketched, DAYS) if pair not in pairs]
        missing = {number for pair in candidates for number in pair if number not in self._texts}
        if missing:
            features = texts.features(missing)
            self._kept(repeated, features, {number: paragraph_keys(one) for number, one in features.items()})
        for first, second in candidates:
            one, other = self._texts.get(first), self._texts.get(second)
            if one is not None and other is not None and _are_alike(one.shingles, other.shingles):
                pairs.add((first, second))
        return pairs

    @staticmethod
    def _equal(database: sqlite3.Connection, found: Mapping[int, _Text]) -> set[tuple[int, int]]:
        """The pairs of equal texts, of which one article is among `found`."""
        rows = rows_of(
            database,
            "SELECT digest, number, day FROM copies_texts WHERE digest",
            {text.digest for text in found.values()},
        )
        having: dict[int, list[tuple[int, int | None]]] = {}
        for digest, number, day in rows:
            having.setdefault(digest, []).append((number, day))
        return {
            (min(number, other), max(number, other))
            for number, text in found.items()
            for other, day in having[text.digest]
            if other != number and (day is None or text.day is None or abs(day - text.day) <= DAYS)
        }


def _text(features: Features, words: Hashes) -> _Text:
    if len(words) >= LEAST_EQUAL:
        equal = words.tobytes()
    else:
        equal = b"short" + features.title.tobytes() + b"\n" + features.words.tobytes()
        if not len(features.title):  # nothing that would tell it from others
            equal += features.id.encode("utf-8", "surrogatepass")
    digest = int.from_bytes(blake2b(equal, digest_size=8).digest(), "little", signed=True)
    return _Text(shingles(words), digest, features.day)


def _are_alike(one: Hashes, other: Hashes) -> bool:
    """Whether two sets of shingles are those of near copies."""
    shorter, longer = sorted((len(one), len(other)))
    if not shorter:
        return False
    may_be_contained = shorter >= LEAST_CONTAINED
    if not may_be_contained and shorter < ALIKE * longer:
        return False
    both = common(one, other)
    return both >= ALIKE * (shorter + longer - both) or (may_be_contained and both >= CONTAINED * shorter)
