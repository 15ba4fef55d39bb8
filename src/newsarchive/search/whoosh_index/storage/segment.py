"""A segment: what the table of contents says of it, and what it holds.

It is one file of arrays, which is read when asked for and kept for as long as someone reads the segment.

Beside the inverted fields (see `postings`) the file has, for each document, entries of

    c.ordinals       of a column of strings: a number into its values, in the order of `c.values`, `c.values_at`
    c.numbers        of a column of numbers
    f.stored, f.stored_at   the stored text of a field
    f.bytes, f.bytes_at     the bytes of a field that does nothing but store

The file never changes. Which of its documents are deleted is part of the commit, in its `ArraySegment`.
"""

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
from whoosh.codec.whoosh3 import W3Segment

from newsarchive.errors import IndexDamaged
from newsarchive.search.whoosh_index.storage.array_file import ArrayFile
from newsarchive.search.whoosh_index.storage.packing import AnyInts
from newsarchive.search.whoosh_index.storage.postings import FieldPostings

EXTENSION = ".arr"
INDEX_NAME = "MAIN"
"""What Whoosh calls an index that has its folder to itself; the names of its files begin with it."""


class SegmentData:
    """The arrays of one segment."""

    def __init__(self, path: Path) -> None:
        self.file = ArrayFile(path)
        self._fields: dict[str, FieldPostings] = {}
        self._stored_at: dict[str, memoryview] = {}

    def field(self, name: str) -> FieldPostings | None:
        """The inverted index of a field; None where no document of the segment has a term in it."""
        if name not in self._fields:
            if f"{name}.text_at" not in self.file:
                return None
            self._fields[name] = FieldPostings(self.file, name)
        return self._fields[name]

    def numbers(self, column: str) -> AnyInts:
        """The values of a column of numbers."""
        return self.file[f"{column}.numbers"]

    def ordinals(self, column: str) -> AnyInts:
        """For each document, which of the column's values it has."""
        return self.file[f"{column}.ordinals"]

    def values(self, column: str) -> list[bytes]:
        """The different values of a column of strings."""
        return texts(self.file[f"{column}.values"], self.file[f"{column}.values_at"])

    def stored(self, field: str, docnums: Iterable[int]) -> list[str]:
        """The stored texts of documents; empty where one has none."""
        return [text.decode() for text in self._runs(f"{field}.stored", docnums)]

    def stored_bytes(self, field: str, docnums: Iterable[int]) -> list[bytes]:
        """The stored bytes of documents; empty where one has none."""
        return self._runs(f"{field}.bytes", docnums)

    def _runs(self, name: str, docnums: Iterable[int]) -> list[bytes]:
        at = self._stored_at.get(name)
        if at is None:
            at = self._stored_at[name] = self.file[f"{name}_at"].data
        return self.file.runs_of_bytes(name, [(at[docnum], at[docnum + 1]) for docnum in docnums])


def texts(data: AnyInts, at: AnyInts) -> list[bytes]:
    """Byte strings that stand one behind the other, with `bounds` of them."""
    whole, edges = np.asarray(data).tobytes(), at.tolist()
    return [whole[start:stop] for start, stop in pairwise(edges)]


_open: WeakValueDictionary[Path, SegmentData] = WeakValueDictionary()


def open_segment(path: Path) -> SegmentData:
    """The data of a segment's file. As long as anyone holds it, everyone gets the same object.

    Raises FileNotFoundError and IndexDamaged.
    """
    data = _open.get(path)
    if data is None:
        data = _open[path] = SegmentData(path)
    return data


class ArraySegment(W3Segment):  # type: ignore[misc]
    """A segment as a commit has it: its name, how many documents it has, and which of them are deleted.

    `fingerprint` is that of its file, so that the file of another segment in its place is noticed.
    It is pickled into every index: a change of its name, or of this module's, is a change of `schema.INDEX_FORMAT`.
    """

    def __init__(self, documents: int, fingerprint: bytes) -> None:
        # Nothing reads or writes such a segment through Whoosh's codecs.
        super().__init__(codec=None, indexname=INDEX_NAME, doccount=documents)
        self.fingerprint = fingerprint

    def data(self, folder: Path) -> SegmentData:
        """The arrays, read from a build's folder. Raises FileNotFoundError and IndexDamaged."""
        path = self.path(folder)
        data = open_segment(path)
        if data.file.fingerprint != self.fingerprint:
            raise IndexDamaged(f"{path} is the file of another segment")
        return data

    def path(self, folder: Path) -> Path:
        """The file in a build's folder."""
        name: str = self.make_filename(EXTENSION)
        return folder / name

    def deleted_array(self) -> list[int]:
        """The numbers of the deleted documents, ascending."""
        deleted: Any = self.deleted_docs()
        return sorted(deleted)
