"""Write the condensed words of all articles of a segment, for reranking (see `scoring/reranking.py`).

Each article has a header, then the words of the leads of its sections, then its other words, in one
byte per letter:

    number of words, as u4 | bytes of the lead, as u4 | " " lead " " | " " rest " "

Words are separated by a space. A part without words is two spaces.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from newsarchive.search.scoring.reranking import ENCODING, HEADER, LEAD_WORDS
from newsarchive.search.whoosh_index.building.inversion import Places
from newsarchive.search.whoosh_index.storage.array_file import ArrayFileWriter
from newsarchive.search.whoosh_index.storage.packing import (
    AnyInts,
    ByteArray,
    IntArray,
    bounds,
    slices,
    smallest,
    stable_order,
)

_RUN = 1 << 12
"""The number of articles to condense at a time."""
_SPACE = ord(" ")


class _Letters:
    """The bytes of words by number, each followed by a space."""

    def __init__(self, words: AnyInts, vocabulary: Sequence[str]) -> None:
        present = np.flatnonzero(np.bincount(words, minlength=1))
        texts = [f"{vocabulary[number]} " for number in present.tolist()]
        self._data = np.frombuffer("".join(texts).encode(ENCODING, "replace"), dtype=np.uint8)
        lengths = np.fromiter(map(len, texts), dtype=np.intp, count=len(texts))
        self._starts = np.zeros(int(present[-1]) + 1 if len(present) else 0, dtype=np.intp)
        self._starts[present] = bounds(lengths)[:-1]
        self._lengths = np.zeros(len(self._starts), dtype=np.intp)
        self._lengths[present] = lengths

    def lengths(self, words: AnyInts) -> IntArray:
        """The number of bytes of each word."""
        return self._lengths[words]

    def of(self, words: AnyInts) -> ByteArray:
        """The concatenated bytes of words."""
        return self._data[slices(self._starts[words], self._lengths[words])]


def write_condensed(out: ArrayFileWriter, name: str, words: AnyInts, places: Places, vocabulary: Sequence[str]) -> None:
    """Write the condensed words of documents, given by number, as a field of stored bytes."""
    depths, lengths = places.depths, places.lengths
    letters = _Letters(words, vocabulary)
    at = bounds(lengths)
    nbytes: list[IntArray] = []

    def chunks() -> Iterator[ByteArray]:
        for start in range(0, len(lengths), _RUN):
            documents = slice(start, start + _RUN)
            run = slice(at[start], at[min(start + _RUN, len(lengths))])
            data, data_lengths = _condense(words[run], depths[run], lengths[documents], letters)
            nbytes.append(data_lengths)
            yield data

    out.add_parts(f"{name}.bytes", np.uint8, chunks())
    out.add(f"{name}.bytes_at", smallest(bounds(np.concatenate([np.zeros(0, dtype=np.intp), *nbytes]))))


def _condense(words: AnyInts, depths: AnyInts, lengths: AnyInts, letters: _Letters) -> tuple[ByteArray, IntArray]:
    """The condensed words of documents, and the number of bytes of each document."""
    parts = 2 * len(lengths)
    part_of = 2 * np.repeat(np.arange(len(lengths)), lengths) + (depths >= LEAD_WORDS)
    in_order = words[stable_order(part_of, parts)]
    letters_at = bounds(letters.lengths(in_order))
    text = np.diff(letters_at[bounds(np.bincount(part_of, minlength=parts))])
    sizes = 1 + np.maximum(text, 1)
    sizes[::2] += HEADER.size
    starts = bounds(sizes)
    before = np.resize([HEADER.size + 1, 1], parts)
    data = np.full(int(starts[-1]), _SPACE, dtype=np.uint8)
    data[slices(starts[:-1] + before, text)] = letters.of(in_order)
    headers = np.stack([lengths, sizes[::2] - HEADER.size], axis=1).astype("<u4")
    data[starts[:-1:2, None] + np.arange(HEADER.size)] = headers.view(np.uint8)
    return data, np.diff(starts[::2])
