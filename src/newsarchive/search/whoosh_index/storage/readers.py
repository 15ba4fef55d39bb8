"""What Whoosh reads of a segment: its terms, its documents, its columns, and matchers that step through postings.

Whoosh's own queries work through these as they do through its own codec. The rules of `evaluation` do not: they
take the arrays.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Any, cast

import numpy as np
from whoosh import columns
from whoosh.codec import base
from whoosh.fields import FieldType
from whoosh.formats import Format
from whoosh.matching import LeafMatcher, ReadTooFar
from whoosh.query.spans import Span
from whoosh.reading import TermInfo, TermNotFound
from whoosh.system import pack_uint

from newsarchive.search.whoosh_index.storage.postings import FieldPostings
from newsarchive.search.whoosh_index.storage.segment import SegmentData

Term = tuple[str, bytes]


class ArrayTermsReader(base.TermsReader):  # type: ignore[misc]
    """The terms of all fields of a segment."""

    def __init__(self, data: SegmentData) -> None:
        self._data = data

    def _find(self, field: str, term: bytes) -> tuple[FieldPostings, int]:
        postings = self._data.field(field)
        number = postings.find(term) if postings is not None else None
        if postings is None or number is None:
            raise TermNotFound(f"{field}:{term!r}")
        return postings, number

    def __contains__(self, term: Term) -> bool:
        postings = self._data.field(term[0])
        return postings is not None and postings.find(term[1]) is not None

    def indexed_field_names(self) -> Iterable[str]:
        return self._data.field_names

    def terms(self) -> Iterator[Term]:
        for field in self._data.field_names:
            postings = self._data.field(field)
            assert postings is not None
            yield from ((field, term) for term in postings.terms(0, len(postings)))

    def terms_from(self, field: str, prefix: bytes) -> Iterator[Term]:
        """From a place in one field to the end of that field."""
        postings = self._data.field(field)
        if postings is not None:
            start = postings.at_or_after(prefix)
            yield from ((field, postings.term(number)) for number in range(start, len(postings)))

    def items(self) -> Iterator[tuple[Term, TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, field: str, prefix: bytes) -> Iterator[tuple[Term, TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(field, prefix))

    def term_info(self, field: str, term: bytes) -> TermInfo:
        postings, number = self._find(field, term)
        found = postings.postings(number)
        lengths = self._data.lengths(field)
        of_documents = lengths[found.ids] if lengths is not None else np.zeros(1, dtype=np.intp)
        weights = found.weights if found.weights is not None else np.ones(1, dtype=np.intp)
        return TermInfo(
            weight=self.frequency(field, term),
            df=len(found.ids),
            minlength=int(of_documents.min()),
            maxlength=int(of_documents.max()),
            maxweight=float(weights.max()) * found.unit,
            minid=int(found.ids[0]),
            maxid=int(found.ids[-1]),
        )

    def frequency(self, field: str, term: bytes) -> float:
        postings, number = self._find(field, term)
        found = postings.postings(number)
        return float(len(found.ids) if found.weights is None else found.weights.sum() * found.unit)

    def doc_frequency(self, field: str, term: bytes) -> int:
        postings = self._data.field(field)
        number = postings.find(term) if postings is not None else None
        return 0 if postings is None or number is None else postings.document_frequency(number)

    def matcher(self, field: str, term: bytes, format_: Format, scorer: Any = None) -> "ArrayMatcher":
        return ArrayMatcher(*self._find(field, term), (field, term), format_, scorer)

    def cursor(self, field: str, fieldobj: FieldType) -> base.FieldCursor:
        postings = self._data.field(field)
        return base.EmptyCursor() if postings is None else ArrayCursor(postings, fieldobj)


class ArrayCursor(base.FieldCursor):  # type: ignore[misc]
    """A place in the terms of a field, for the queries that walk through them."""

    def __init__(self, postings: FieldPostings, fieldobj: FieldType) -> None:
        self._postings = postings
        self._fieldobj = fieldobj
        self._number = 0

    def first(self) -> Any:
        self._number = 0
        return self.text()

    def find(self, term: Any) -> Any:
        as_bytes = term if isinstance(term, bytes) else self._fieldobj.to_bytes(term)
        self._number = self._postings.at_or_after(as_bytes)
        return self.text()

    def next(self) -> Any:
        self._number += 1
        return self.text()

    def text(self) -> Any:
        return self._fieldobj.from_bytes(self._postings.term(self._number)) if self.is_valid() else None

    def is_valid(self) -> bool:
        return self._number < len(self._postings)


class ArrayMatcher(LeafMatcher):  # type: ignore[misc]
    """Steps through the posting list of one term. It has no blocks, so none is ever skipped."""

    def __init__(self, postings: FieldPostings, number: int, term: Term, format_: Format, scorer: Any) -> None:
        self._postings = postings
        self._number = number
        self._term = term
        self.format = format_
        self.scorer = scorer
        found = postings.postings(number)
        self._ids: list[int] = found.ids.tolist()
        self._weights = found.weights
        self._unit = found.unit
        self._at = 0

    def is_active(self) -> bool:
        return self._at < len(self._ids)

    def reset(self) -> None:
        self._at = 0

    def copy(self) -> "ArrayMatcher":
        copy = ArrayMatcher(self._postings, self._number, self._term, self.format, self.scorer)
        copy._at = self._at
        return copy

    def id(self) -> int:
        return self._ids[self._at]

    def all_ids(self) -> Iterator[int]:
        return iter(self._ids[self._at :])

    def next(self) -> None:
        if not self.is_active():
            raise ReadTooFar
        self._at += 1

    def skip_to(self, id: int) -> None:  # noqa: A002 - the name is Whoosh's
        if not self.is_active():
            raise ReadTooFar
        self._at = bisect_left(self._ids, id, lo=self._at)

    def weight(self) -> float:
        return 1.0 if self._weights is None else float(self._weights[self._at]) * self._unit

    def supports_block_quality(self) -> bool:
        return False

    def value(self) -> bytes:
        if self._postings.has_positions:
            value: bytes = self.format.encode(self._positions())
            return value
        return pack_uint(int(self.weight())) if self.format.fixed_value_size() else b""

    def spans(self) -> list[Span]:
        return [Span(position) for position in self._positions()]

    def _positions(self) -> list[int]:
        positions, at = self._postings.positions(self._number)
        found: list[int] = positions[at[self._at] : at[self._at + 1]].tolist()
        return found


class ArrayDocumentsReader(base.PerDocumentReader):  # type: ignore[misc]
    """The documents of a segment as a commit has them: the segment's arrays with that commit's deletions."""

    def __init__(self, data: SegmentData, segment: Any) -> None:
        self._data = data
        self._segment = segment

    def doc_count(self) -> int:
        return int(self._segment.doc_count())

    def doc_count_all(self) -> int:
        return int(self._segment.doc_count_all())

    def has_deletions(self) -> bool:
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        return bool(self._segment.is_deleted(docnum))

    def deleted_docs(self) -> Iterable[int]:
        return cast(Iterable[int], self._segment.deleted_docs())

    def supports_columns(self) -> bool:
        return True

    def has_column(self, field: str) -> bool:
        return self._data.has_column(field)

    def column_reader(self, field: str, column: columns.Column) -> columns.ColumnReader:
        if f"{field}.numbers" in self._data.file:
            return ListColumnReader(self._data.numbers(field).tolist())
        values = self._data.values(field)
        return ListColumnReader([values[ordinal] for ordinal in self._data.ordinals(field).tolist()])

    def doc_field_length(self, docnum: int, field: str, default: int = 0) -> int:
        lengths = self._data.lengths(field)
        return (int(lengths[docnum]) if lengths is not None else 0) or default

    def field_length(self, field: str) -> int:
        return int(self._segment.field_length(field))

    def min_field_length(self, field: str) -> int:
        lengths = self._data.lengths(field)
        return int(lengths.min()) if lengths is not None else 0

    def max_field_length(self, field: str) -> int:
        lengths = self._data.lengths(field)
        return int(lengths.max()) if lengths is not None else 0

    def stored_fields(self, docnum: int) -> dict[str, str]:
        return {name: text for name in self._data.stored_names if (text := self._data.stored(name, [docnum])[0])}


class ListColumnReader(columns.ColumnReader):  # type: ignore[misc]
    """A whole column in a list, for what in Whoosh asks for single values."""

    def __init__(self, values: list[Any]) -> None:
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, docnum: int) -> Any:
        return self._values[docnum]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)
