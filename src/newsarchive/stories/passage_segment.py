"""Files of the index of passages: the words of some articles, and where their fingerprints are.

A segment is written once and then only read, through memory maps, so that a search reads only the
pages that it needs. Articles are in the order of their numbers. About 1.4 KB per article of 220 words.
"""

import json
import os
import sqlite3
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsarchive.durable import sync_folder
from newsarchive.stories.alignment import Words
from newsarchive.stories.features import Features, Hashes, Places, stable_hash
from newsarchive.stories.fingerprints import GramHashes, winnow
from newsarchive.wording import worded

FORMAT = 1
"""Rises when the files change."""

NO_KEY = np.uint64(0)
"""The key of paragraphs of no known outlet."""

_UNREADABLE = (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError)
"""Errors that a new file mends, unlike too many open files."""
_MAGIC = b"newsarchive passages\n"
_ALIGNED = 64
_MIXER = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)
_HALF = np.uint64(32)
_NONE = np.zeros(1, np.int64)

Numbers = NDArray[np.uint32]


class SegmentDamaged(sqlite3.DatabaseError):
    """A file that a database names is missing, isn't a segment, or was changed: the database is damaged."""


class Segment(NamedTuple):
    """The arrays of a segment.

    The words of the article `numbers[slot]` are `words[starts[slot] : starts[slot + 1]]`. `hashes` are
    the fingerprints, sorted, and `places` the words at which they begin. Paragraphs begin at the words
    `paragraphs`. `keys` are hashes of their outlets and words, sorted: `ranks` has the place of each
    paragraph's key there, and `by_key` the paragraph of each key.
    """

    numbers: Numbers
    starts: Numbers
    words: Words
    hashes: GramHashes
    places: Numbers
    paragraphs: Numbers
    keys: Hashes
    ranks: Numbers
    by_key: Numbers

    def slots_of(self, places: Places | Numbers) -> Places:
        """The slots of the articles that have the words at these places."""
        # Values of another type would make numpy copy the whole array first.
        return np.searchsorted(self.starts, places.astype(np.uint32), side="right") - 1

    def keys_at(self, places: Places) -> Hashes:
        """The keys of the paragraphs at these places."""
        return self.keys[self.ranks[np.searchsorted(self.paragraphs, places.astype(np.uint32), side="right") - 1]]

    def slots_with(self, key: np.uint64) -> Places:
        """The slots of the articles that have a paragraph with this key."""
        first, last = np.searchsorted(self.keys, key), np.searchsorted(self.keys, key, side="right")
        return np.unique(self.slots_of(self.paragraphs[self.by_key[first:last]]))

    def slot(self, number: int) -> int | None:
        """The slot of an article, or None if it has none here."""
        found = int(np.searchsorted(self.numbers, np.uint32(number)))
        return found if found < len(self.numbers) and self.numbers[found] == number else None


_TYPES = {
    "numbers": "<u4",
    "starts": "<u4",
    "words": "<u2",
    "hashes": "<u4",
    "places": "<u4",
    "paragraphs": "<u4",
    "keys": "<u8",
    "ranks": "<u4",
    "by_key": "<u4",
}


def build(articles: Sequence[tuple[int, Features]]) -> Segment:
    """Make a segment of articles with their numbers, which must rise."""
    starts = np.concatenate((_NONE, np.cumsum([len(features.words) for _, features in articles]))).astype(np.int64)
    words = np.concatenate([features.words for _, features in articles])
    hashes, places = winnow(words, starts)
    bounds = [features.bounds[:-1] + start for (_, features), start in zip(articles, starts.tolist(), strict=False)]
    paragraphs = np.concatenate(bounds).astype(np.int64)
    outlets = np.array([stable_hash(features.outlet) for _, features in articles], np.uint64)
    named = np.array([bool(features.outlet) for _, features in articles])
    counts = [len(each) for each in bounds]
    keys = np.where(np.repeat(named, counts), _paragraph_keys(words, paragraphs) ^ np.repeat(outlets, counts), NO_KEY)
    return _sorted(
        np.array([number for number, _ in articles], np.uint32),
        starts.astype(np.uint32),
        words.astype(np.uint16),
        (hashes, places.astype(np.uint32)),
        (paragraphs.astype(np.uint32), keys),
    )


def _paragraph_keys(words: Hashes, paragraphs: Places) -> Hashes:
    """A hash of the words of each paragraph in their order. None is empty."""
    if not len(paragraphs):
        return np.zeros(0, np.uint64)
    lengths = np.diff(paragraphs, append=len(words))
    order = (np.arange(len(words)) - np.repeat(paragraphs, lengths)).astype(np.uint64)
    mixed = (words + order * _MIXER) * _MIXER
    mixed ^= mixed >> _SHIFT
    return np.add.reduceat(mixed * _MIXER, paragraphs)


def _sorted(
    numbers: Numbers,
    starts: Numbers,
    words: Words,
    fingerprints: tuple[GramHashes, Numbers],
    paragraphs: tuple[Numbers, Hashes],
) -> Segment:
    hashes, places = fingerprints
    # Sorting one array of pairs is faster than sorting by two.
    pairs = (hashes.astype(np.uint64) << _HALF) | places
    pairs.sort()
    hashes, places = (pairs >> _HALF).astype(np.uint32), pairs.astype(np.uint32)
    begins, keys = paragraphs
    by_key = np.argsort(keys, kind="stable").astype(np.uint32)
    ranks = np.empty_like(by_key)
    ranks[by_key] = np.arange(len(by_key), dtype=np.uint32)
    return Segment(numbers, starts, words, hashes, places, begins, keys[by_key], ranks, by_key)


def merge(segments: Sequence[tuple[Segment, Places]]) -> Segment | None:
    """Make one segment of several, without the articles in the given slots of each. None if nothing is left."""
    parts = [_Part(segment, dead) for segment, dead in segments]
    numbers = np.concatenate([part.numbers for part in parts])
    if not len(numbers):
        return None
    order = np.argsort(numbers, kind="stable")
    lengths = np.concatenate([part.lengths for part in parts])[order]
    starts = np.concatenate((_NONE, np.cumsum(lengths)))
    placed = np.empty(len(order), np.int64)
    placed[order] = starts[:-1]
    words = np.empty(int(starts[-1]), np.uint16)
    fingerprints, paragraphs = [], []
    first = 0
    for part in parts:
        moved = part.moved_to(placed[first : first + len(part.numbers)])
        first += len(part.numbers)
        part.copy_words(moved, words)
        fingerprints.append(part.fingerprints(moved))
        paragraphs.append(part.paragraphs(moved))
    at = np.concatenate([place for place, _ in paragraphs])
    by_place = np.argsort(at)
    return _sorted(
        numbers[order],
        starts.astype(np.uint32),
        words,
        (np.concatenate([each for each, _ in fingerprints]), np.concatenate([each for _, each in fingerprints])),
        (at[by_place], np.concatenate([keys for _, keys in paragraphs])[by_place]),
    )


class _Part:
    """What is left of a segment that is merged with others."""

    def __init__(self, segment: Segment, dead: Places) -> None:
        self._segment = segment
        alive = np.ones(len(segment.numbers), bool)
        alive[dead] = False
        self._alive = alive
        self.numbers = segment.numbers[alive]
        starts = segment.starts.astype(np.int64)
        self._lengths: Places = starts[1:] - starts[:-1]
        self.lengths = self._lengths[alive]

    def moved_to(self, placed: Places) -> Places:
        """How far the words of each slot move, if those of the articles that are left begin at `placed`."""
        moved = np.zeros(len(self._alive), np.int64)
        moved[self._alive] = placed - self._segment.starts[:-1][self._alive]
        return moved

    def copy_words(self, moved: Places, words: Words) -> None:
        kept = np.repeat(self._alive, self._lengths)
        words[(np.arange(len(kept)) + np.repeat(moved, self._lengths))[kept]] = self._segment.words[kept]

    def fingerprints(self, moved: Places) -> tuple[GramHashes, Numbers]:
        kept, places = self._moved(self._segment.places, moved)
        return self._segment.hashes[kept], places

    def paragraphs(self, moved: Places) -> tuple[Numbers, Hashes]:
        kept, places = self._moved(self._segment.paragraphs, moved)
        return places, self._segment.keys[self._segment.ranks[kept]]

    def _moved(self, places: Numbers, moved: Places) -> tuple[NDArray[np.bool_], Numbers]:
        slot_of_word = np.repeat(np.arange(len(self._alive), dtype=np.uint32), self._lengths)
        slots = slot_of_word[places]
        kept = self._alive[slots]
        return kept, (places[kept] + moved[slots[kept]]).astype(np.uint32)


def write(path: Path, segment: Segment) -> None:
    """Write a segment to a new file, which is on the disk when this returns. Raises OSError."""
    head = {}
    offset = 0
    for name, kind in _TYPES.items():
        array = getattr(segment, name)
        content = np.ascontiguousarray(array, kind)
        head[name] = [offset, len(content), zlib.crc32(content.data)]
        offset += -(-content.nbytes // _ALIGNED) * _ALIGNED
    line = json.dumps({"format": FORMAT, "arrays": head}).encode() + b"\n"
    start = -(-(len(_MAGIC) + 8 + len(line)) // _ALIGNED) * _ALIGNED
    with path.open("xb") as file:
        file.write(_MAGIC + len(line).to_bytes(8, "little") + line)
        for name, kind in _TYPES.items():
            file.seek(start + head[name][0])
            file.write(np.ascontiguousarray(getattr(segment, name), kind).data)
        file.truncate(start + offset)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def read(path: Path, *, check: bool = False) -> Segment:
    """Open a segment, with `check` after comparing all bytes with their checksums.

    Raises SegmentDamaged, and OSError if it can't be read.
    """
    try:
        with path.open("rb") as file:
            begin = file.read(len(_MAGIC) + 8)
            size = int.from_bytes(begin[len(_MAGIC) :], "little")
            line = file.read(min(size, 1 << 16))
        if not begin.startswith(_MAGIC):
            raise ValueError(worded("not a segment"))
        form = json.loads(line)
        if form["format"] != FORMAT:
            raise ValueError(worded("another format"))
        start = -(-(len(begin) + size) // _ALIGNED) * _ALIGNED
        content = np.memmap(path, np.uint8, "r")
        arrays = {name: _array(content, start, form["arrays"][name], kind, check) for name, kind in _TYPES.items()}
        return Segment(**arrays)
    except (*_UNREADABLE, ValueError, KeyError, TypeError, IndexError) as error:
        raise SegmentDamaged(f"{path}: {error}") from error


def _array(content: Any, start: int, about: list[int], kind: str, check: bool) -> Any:
    offset, length, checksum = about
    first = start + offset
    size = length * np.dtype(kind).itemsize
    if first + size > len(content):
        raise ValueError(worded("the file is too short"))
    part = np.asarray(content[first : first + size])
    if check and zlib.crc32(part.data) != checksum:
        raise ValueError(worded("the checksum is wrong"))
    return part.view(kind)
