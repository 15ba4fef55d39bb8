"""Collect the words of a segment's documents, field by field, until they are written."""

from array import array
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from newsarchive.search.indexing.wordbook import Wordbook
from newsarchive.search.scoring.analysis import PARAGRAPH_GAP
from newsarchive.search.whoosh_index.building.condensing import write_condensed
from newsarchive.search.whoosh_index.building.inversion import Occurrences, Places, write_field
from newsarchive.search.whoosh_index.storage.array_file import ArrayFileWriter
from newsarchive.search.whoosh_index.storage.packing import AnyInts, bounds


class TextCollector:
    """Words of a text field, by their numbers in a wordbook, with their positions."""

    def __init__(self, wordbook: Wordbook) -> None:
        self.words = array("i")
        self.lengths = array("i")
        self._wordbook = wordbook
        self._docnums = array("i")
        self._lengths = array("i")
        self._depths = array("i")
        self._positions = array("i")

    def add(self, docnum: int, value: Sequence[Sequence[Sequence[int]]] | None) -> None:
        """Add a document's sections, each as its paragraphs."""
        words, lengths, depths, positions = self.words, self._lengths, self._depths, self._positions
        before, paragraphs = len(words), len(lengths)
        position = 0
        for section in value or ():
            depth = 0
            for paragraph in section:
                length = len(paragraph)
                # Several times faster than from a list, item by item.
                words.extend(array("i", paragraph))
                lengths.append(length)
                depths.append(depth)
                positions.append(position)
                depth += length
                position += length + PARAGRAPH_GAP
        self._docnums.extend([docnum] * (len(lengths) - paragraphs))
        self.lengths.append(len(words) - before)

    @cached_property
    def places(self) -> tuple[AnyInts, Places]:
        """The document of each word, and its place in the document. Call it once all words are collected."""
        lengths = np.asarray(self._lengths)
        docnums = np.repeat(np.asarray(self._docnums), lengths)
        first = bounds(lengths)[:-1].astype(np.int32)
        in_paragraph = np.arange(len(docnums), dtype=np.int32) - np.repeat(first, lengths)
        depths = in_paragraph + np.repeat(np.asarray(self._depths), lengths)
        positions = in_paragraph + np.repeat(np.asarray(self._positions), lengths)
        return docnums, Places(positions, depths, np.asarray(self.lengths))

    def write(self, out: ArrayFileWriter, name: str) -> None:
        """Write the field."""
        self.write_words(out, name, np.asarray(self.words), self._wordbook.exact)

    def write_words(self, out: ArrayFileWriter, name: str, words: AnyInts, vocabulary: Sequence[str]) -> None:
        """Write a field that has these words at the places of this field's words."""
        docnums, places = self.places
        write_field(out, name, vocabulary, Occurrences(words, docnums, counted=True, places=places))


class StemCollector:
    """The stems of the words of another field. They are derived when the segment is written, not collected."""

    def __init__(self, wordbook: Wordbook, exact: TextCollector) -> None:
        self._wordbook = wordbook
        self._exact = exact

    def add(self, docnum: int, value: object) -> None:
        """The other field takes it."""

    def write(self, out: ArrayFileWriter, name: str) -> None:
        """Write the field. The other field has all its words by now, and may be written before or after."""
        stems = self._wordbook.to_stems(np.asarray(self._exact.words))
        self._exact.write_words(out, name, stems, self._wordbook.stems)


class CondensedCollector:
    """The condensed words of another field. As in `StemCollector`, there is nothing to collect."""

    def __init__(self, wordbook: Wordbook, exact: TextCollector) -> None:
        self._wordbook = wordbook
        self._exact = exact

    def add(self, docnum: int, value: object) -> None:
        """The other field takes it."""

    def write(self, out: ArrayFileWriter, name: str) -> None:
        """Write the field."""
        _, places = self._exact.places
        write_condensed(out, name, np.asarray(self._exact.words), places, self._wordbook.exact)
