"""Collect documents in flat arrays and write them as the file of a segment."""

from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from whoosh import columns, fields

from newsarchive.search.indexing.wordbook import Numbers, Wordbook
from newsarchive.search.whoosh_index.building.inversion import Occurrences, write_field
from newsarchive.search.whoosh_index.building.text_collector import CondensedCollector, StemCollector, TextCollector
from newsarchive.search.whoosh_index.storage.array_file import ArrayFileWriter
from newsarchive.search.whoosh_index.storage.fields import CONDENSED_OF, STEMS_OF, Words
from newsarchive.search.whoosh_index.storage.packing import AnyInts, smallest
from newsarchive.search.whoosh_index.storage.postings import joined

BYTES_PER_WORD = 80
"""The most memory per collected word: four bytes until it is written, the rest while its field is sorted."""


class _Collector(Protocol):
    """Collects one aspect of one field."""

    def add(self, docnum: int, value: Any) -> None:
        """Add a document's value, which may be None."""

    def write(self, out: ArrayFileWriter, name: str) -> None:
        """Write the collected values."""


class _TermCollector:
    """Terms of a field without positions, as Whoosh's field type produces them."""

    def __init__(self, field: fields.FieldType) -> None:
        if field.format.supports("positions") or field.scorable or field.vector:
            raise TypeError(f"{field!r}: text fields are of the type Words here")
        self._field = field
        self._counted = bool(field.format.fixed_value_size())
        self._numbers = Numbers()
        self._known: dict[Any, list[int]] = {}
        self._terms = array("i")
        self._docnums = array("i")

    def add(self, docnum: int, value: Any) -> None:
        if value is None:
            return
        terms = self._remembered(value)
        self._terms.extend(terms)
        self._docnums.extend([docnum] * len(terms))

    def _remembered(self, value: Any) -> list[int]:
        """The numbers of a value's terms. In a field whose values repeat, they are computed once per value."""
        if self._field.unique:
            return self._numbers_of(value)
        key = tuple(value) if isinstance(value, list) else value
        if key not in self._known:
            self._known[key] = self._numbers_of(value)
        return self._known[key]

    def _numbers_of(self, value: Any) -> list[int]:
        result = []
        for term, frequency, *_ in self._field.index(value):
            result.extend([self._numbers[term]] * (frequency if self._counted else 1))
        return result

    def write(self, out: ArrayFileWriter, name: str) -> None:
        found = Occurrences(np.asarray(self._terms), np.asarray(self._docnums), counted=self._counted)
        write_field(out, name, list(self._numbers), found)


class _OrdinalCollector:
    """A column of strings, by number."""

    def __init__(self, field: fields.FieldType) -> None:
        self._field = field
        self._ordinals = array("I")
        self._numbers = Numbers({field.column_type.default_value(): 0})

    def add(self, docnum: int, value: Any) -> None:  # noqa: ARG002 - all collectors are called alike
        self._ordinals.append(0 if value is None else self._numbers[self._field.to_column_value(value)])

    def write(self, out: ArrayFileWriter, name: str) -> None:
        write_ordinals(out, name, np.asarray(self._ordinals), list(self._numbers))


def write_ordinals(out: ArrayFileWriter, name: str, ordinals: AnyInts, values: Sequence[bytes]) -> None:
    """Write a column of strings."""
    data, at = joined(values)
    out.add(f"{name}.ordinals", smallest(ordinals))
    out.add(f"{name}.values", data)
    out.add(f"{name}.values_at", smallest(at))


class _NumberCollector:
    """A column of numbers."""

    def __init__(self, field: fields.FieldType) -> None:
        self._field = field
        self._default = field.column_type.default_value()
        self._numbers = array(field.column_type._typecode)  # noqa: SLF001 - Whoosh has no public API for it

    def add(self, docnum: int, value: Any) -> None:  # noqa: ARG002 - all collectors are called alike
        self._numbers.append(self._default if value is None else self._field.to_column_value(value))

    def write(self, out: ArrayFileWriter, name: str) -> None:
        out.add(f"{name}.numbers", np.asarray(self._numbers))


class _StoredCollector:
    """The stored text of a field."""

    def __init__(self) -> None:
        self._values: list[bytes] = []

    def add(self, docnum: int, value: str | None) -> None:  # noqa: ARG002 - all collectors are called alike
        self._values.append((value or "").encode())

    def write(self, out: ArrayFileWriter, name: str) -> None:
        data, at = joined(self._values)
        out.add(f"{name}.stored", data)
        out.add(f"{name}.stored_at", smallest(at))


class SegmentBuilder:
    """Collects documents of a schema, as `document` returns them, and writes them as a segment.

    The words of text fields are numbers of the `wordbook`. Fields of stems and of condensed words are derived from
    fields of exact forms (`STEMS_OF`, `CONDENSED_OF`). Raises TypeError for a field type that segments don't support.
    """

    def __init__(self, schema: fields.Schema, wordbook: Wordbook) -> None:
        self.documents = 0
        given = {name: field for name, field in schema.items() if name not in STEMS_OF and name not in CONDENSED_OF}
        self._texts = {name: TextCollector(wordbook) for name, field in given.items() if isinstance(field, Words)}
        self._collectors: list[tuple[str, _Collector]] = [
            *self._texts.items(),
            *((name, StemCollector(wordbook, self._texts[exact])) for name, exact in STEMS_OF.items()),
            *((name, CondensedCollector(wordbook, self._texts[exact])) for name, exact in CONDENSED_OF.items()),
        ]
        for name, field in given.items():
            if name not in self._texts:
                self._collectors.extend((name, collector) for collector in _collectors_of(field))
        # Stems and condensed words are derived when the segment is written.
        derived = STEMS_OF.keys() | CONDENSED_OF.keys()
        self._adding = [(name, collector.add) for name, collector in self._collectors if name not in derived]

    def add(self, values: Mapping[str, Any]) -> None:
        """Add one document; a field that is missing or None is empty."""
        for name, add in self._adding:
            add(self.documents, values.get(name))
        self.documents += 1

    @property
    def nbytes(self) -> int:
        """The approximate memory that writing the collected documents will take."""
        return BYTES_PER_WORD * max(len(text.words) for text in self._texts.values())

    def write(self, path: Path) -> None:
        """Write the segment's file."""
        with ArrayFileWriter(path) as out:
            for name, collector in self._collectors:
                collector.write(out, name)


def _collectors_of(field: fields.FieldType) -> list[_Collector]:
    """The collectors of a field that has no words by number."""
    result: list[_Collector] = []
    if field.indexed:
        result.append(_TermCollector(field))
    if isinstance(field.column_type, columns.RefBytesColumn):
        result.append(_OrdinalCollector(field))
    elif isinstance(field.column_type, columns.NumericColumn):
        result.append(_NumberCollector(field))
    elif field.column_type is not None:
        raise TypeError(f"{field.column_type!r}: a column holds strings by reference, or numbers")
    if field.stored:
        result.append(_StoredCollector())
    return result
