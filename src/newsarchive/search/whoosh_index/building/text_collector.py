"""Collect the words of a segment's documents, field by field, until they are written."""

from array import array
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from newsarchive.search.scoring.analysis import SECTION_GAP
from newsarchive.search.whoosh_index.building.condensing import write_condensed
from newsarchive.search.whoosh_index.building.inversion import Occurrences, Places, write_field
from newsarchive.search.whoosh_index.building.wordbook import Wordbook
from newsarchive.search.whoosh_index.storage.array_file import ArrayFileWriter
from newsarchive.search.whoosh_index.storage.packing import AnyInts, bounds


class TextCollector:
    """Words of a text field, by their numbers in a wordbook, with their positions."""

    def __init__(self, wordbook: Wordbook) -> None:
        self.words = array("i")
        self.lengths = array("i")
        self._wordbook = wordbook
        self._section_docnums = array("i")
        self._section_lengths = array("i")
        self._section_starts = array("i")

    def add(self, docnum: int, value: Sequence[Sequence[int]] | None) -> None:
        """Add a document's sections."""
        before = len(self.words)
        start = 0
        for section in value or ():
            self.words.extend(section)
            self._section_docnums.append(docnum)
            self._section_lengths.append(len(section))
            self._section_starts.append(start)
            start += len(section) + SECTION_GAP
        self.lengths.append(len(self.words) - before)

    @cached_property
    def places(self) -> tuple[AnyInts, Places]:
        """The document of each word, and its place in the document. Call it once all words are collected."""
        lengths = np.asarray(self._section_lengths)
        docnums = np.repeat(np.asarray(self._section_docnums), lengths)
        first = bounds(lengths)[:-1].astype(np.int32)
        depths = np.arange(len(docnums), dtype=np.int32) - np.repeat(first, lengths)
        positions = depths + np.repeat(np.asarray(self._section_starts), lengths)
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
