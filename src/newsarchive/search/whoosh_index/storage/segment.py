"""A segment: its entry in the table of contents, and its data.

The data is one file of arrays, which is opened on demand and stays open while anything uses the segment.
In addition to the inverted fields (see `postings`), the file has these arrays of columns `c` and fields `f`,
with an entry for each document:

    c.ordinals              a column of strings: indexes into the values in `c.values`, `c.values_at`
    c.numbers               a column of numbers
    f.stored, f.stored_at   the stored text of a field
    f.bytes, f.bytes_at     the bytes of a field that is only stored

The file never changes. The commit's `ArraySegment` lists the deleted documents.
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
from newsarchive.wording import worded

EXTENSION = ".arr"
INDEX_NAME = "MAIN"
"""Whoosh's default index name; the names of the index's files start with it."""


class SegmentData:
    """The arrays of one segment."""

    def __init__(self, path: Path) -> None:
        self.file = ArrayFile(path)
        self._fields: dict[str, FieldPostings] = {}
        self._stored_at: dict[str, memoryview] = {}

    def field(self, name: str) -> FieldPostings | None:
        """The inverted index of a field; None if no document of the segment has a term in the field."""
        if name not in self._fields:
            if f"{name}.text_at" not in self.file:
                return None
            self._fields[name] = FieldPostings(self.file, name)
        return self._fields[name]

    def numbers(self, column: str) -> AnyInts:
        """The values of a column of numbers."""
        return self.file[f"{column}.numbers"]

    def ordinals(self, column: str) -> AnyInts:
        """For each document, the index of its value in the column's values."""
        return self.file[f"{column}.ordinals"]

    def values(self, column: str) -> list[bytes]:
        """The distinct values of a column of strings."""
        return texts(self.file[f"{column}.values"], self.file[f"{column}.values_at"])

    def stored(self, field: str, docnums: Iterable[int]) -> list[str]:
        """The stored texts of documents; empty for a document without one."""
        return [text.decode() for text in self._runs(f"{field}.stored", docnums)]

    def stored_bytes(self, field: str, docnums: Iterable[int]) -> list[bytes]:
        """The stored bytes of documents; empty for a document without any."""
        return self._runs(f"{field}.bytes", docnums)

    def _runs(self, name: str, docnums: Iterable[int]) -> list[bytes]:
        at = self._stored_at.get(name)
        if at is None:
            at = self._stored_at[name] = self.file[f"{name}_at"].data
        return self.file.runs_of_bytes(name, [(at[docnum], at[docnum + 1]) for docnum in docnums])


def texts(data: AnyInts, at: AnyInts) -> list[bytes]:
    """Split concatenated byte strings, given their `bounds`."""
    whole, edges = np.asarray(data).tobytes(), at.tolist()
    return [whole[start:stop] for start, stop in pairwise(edges)]


_open: WeakValueDictionary[Path, SegmentData] = WeakValueDictionary()


def open_segment(path: Path) -> SegmentData:
    """The data of a segment's file. While the object is in use, every call returns the same object.

    Raises FileNotFoundError and IndexDamaged.
    """
    data = _open.get(path)
    if data is None:
        data = _open[path] = SegmentData(path)
    return data


class ArraySegment(W3Segment):  # type: ignore[misc]
    """A segment of a commit: its name, its number of documents, and the deleted documents.

    `fingerprint` is the fingerprint of the segment's file. It detects a file that was replaced by another segment's.
    Every index has pickled instances: renaming this class or module requires a new `schema.INDEX_FORMAT`.
    """

    def __init__(self, documents: int, fingerprint: bytes) -> None:
        # Segments of this class are never read or written through Whoosh's codecs.
        super().__init__(codec=None, indexname=INDEX_NAME, doccount=documents)
        self.fingerprint = fingerprint

    def data(self, folder: Path) -> SegmentData:
        """The arrays, read from a build's folder. Raises FileNotFoundError and IndexDamaged."""
        path = self.path(folder)
        data = open_segment(path)
        if data.file.fingerprint != self.fingerprint:
            raise IndexDamaged(worded("{path} is the file of another segment", path=path))
        return data

    def path(self, folder: Path) -> Path:
        """The file in a build's folder."""
        name: str = self.make_filename(EXTENSION)
        return folder / name

    def deleted_array(self) -> list[int]:
        """The numbers of the deleted documents, ascending."""
        deleted: Any = self.deleted_docs()
        return sorted(deleted)
