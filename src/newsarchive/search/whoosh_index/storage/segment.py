"""What a segment holds, read from its one file, and kept for as long as someone reads the segment.

Beside the inverted fields (see `postings`) the file has, for each document, entries of

    f.lengths        the number of words of a text field, exactly
    c.ordinals       of a column of strings: a number into its values, in the order of `c.values`, `c.values_at`
    c.numbers        of a column of numbers
    f.stored, f.stored_at   the stored text of a field
    f.bytes, f.bytes_at     the bytes of a field that does nothing but store

A segment never changes. Which of its documents are deleted is not part of it but of the commit.
"""

from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from weakref import WeakValueDictionary

import numpy as np

from newsarchive.search.whoosh_index.storage.array_file import ArrayFile
from newsarchive.search.whoosh_index.storage.packing import AnyInts
from newsarchive.search.whoosh_index.storage.postings import FieldPostings

EXTENSION = ".arr"


class SegmentData:
    """The arrays of one segment."""

    def __init__(self, path: Path) -> None:
        self.file = ArrayFile(path)
        self._fields: dict[str, FieldPostings] = {}
        self._stored_at: dict[str, memoryview] = {}

    @cached_property
    def field_names(self) -> tuple[str, ...]:
        """The fields that have terms, sorted."""
        names = (name.removesuffix(".text_at") for name in self.file.names() if name.endswith(".text_at"))
        return tuple(sorted(names))

    def field(self, name: str) -> FieldPostings | None:
        """The inverted index of a field; None where no document of the segment has a term in it."""
        if name not in self._fields:
            if f"{name}.text_at" not in self.file:
                return None
            self._fields[name] = FieldPostings(self.file, name)
        return self._fields[name]

    def lengths(self, field: str) -> AnyInts | None:
        """The number of words of each document in a text field; None where it is no text field."""
        name = f"{field}.lengths"
        return self.file[name] if name in self.file else None  # noqa: SIM401 - it is no dict

    def has_column(self, name: str) -> bool:
        """Whether there is a column of this name."""
        return f"{name}.ordinals" in self.file or f"{name}.numbers" in self.file

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

    @cached_property
    def stored_names(self) -> tuple[str, ...]:
        """The fields whose text is stored."""
        names = self.file.names()
        return tuple(name.removesuffix(".stored_at") for name in names if name.endswith(".stored_at"))


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
