"""An open segment of a commit: its arrays, its deleted documents, and working arrays for searches.

Each segment of a commit is opened once. All searches, in several threads, share it until the next commit.
"""

import threading
from bisect import bisect_right
from collections.abc import Callable, Collection, Hashable, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import TypeVar, cast

import numpy as np
import numpy.typing as npt
from whoosh.fields import Schema

from newsarchive.search.bounded_cache import BoundedCache
from newsarchive.search.whoosh_index.querying.word_places import WordPlaces
from newsarchive.search.whoosh_index.storage.columns import SegmentColumns, read_columns
from newsarchive.search.whoosh_index.storage.contents import read_contents
from newsarchive.search.whoosh_index.storage.folder import Build
from newsarchive.search.whoosh_index.storage.packing import IntArray
from newsarchive.search.whoosh_index.storage.postings import FieldPostings, Postings
from newsarchive.search.whoosh_index.storage.segment import ArraySegment, SegmentData

T = TypeVar("T")
BoolArray = npt.NDArray[np.bool_]

REMEMBERED_TERMS = 4096
"""The number of terms of a segment whose lookups are cached."""
_REMEMBERED_PHRASES, _BYTES_OF_PHRASES = 4096, 8 << 20
_REMEMBERED_PLACES, _BYTES_OF_PLACES = 64, 64 << 20


class OpenSegment:
    """An open segment. Adding `offset` to its document numbers gives document numbers of the whole index.

    Articles whose ids are `excluded` count as deleted.
    """

    def __init__(
        self, segment: ArraySegment, folder: Path, schema: Schema, offset: int, excluded: Collection[str] = ()
    ) -> None:
        self._segment = segment
        self.schema = schema
        self.offset = offset
        self.data: SegmentData = segment.data(folder)
        self.documents: int = segment.doc_count_all()
        self._excluded = excluded
        self.find = lru_cache(maxsize=REMEMBERED_TERMS)(self._find)
        self.live_frequency = lru_cache(maxsize=REMEMBERED_TERMS)(self._count_live)
        self.phrases: BoundedCache[Hashable, IntArray] = BoundedCache(_REMEMBERED_PHRASES, _BYTES_OF_PHRASES)
        """The documents with words together, as far as they were found. Queries are tried before they are run."""
        self.word_places: BoundedCache[Hashable, WordPlaces] = BoundedCache(_REMEMBERED_PLACES, _BYTES_OF_PLACES)
        """The places of any of many words, such as all numerals."""
        self._room = threading.local()

    def field(self, name: str) -> FieldPostings | None:
        """The inverted index of a field."""
        return self.data.field(name)

    def postings(self, field: str, text: str | bytes) -> Postings | None:
        """The posting list of a term; None if the segment doesn't have the term."""
        number = self.find(field, text)
        if number is None:
            return None
        found = self.data.field(field)
        assert found is not None
        return found.postings(number)

    def term(self, field: str, text: str | bytes) -> bytes | None:
        """A term as it is stored in the index; None if the field can't have it."""
        try:
            return cast(bytes, self.schema[field].to_bytes(text))
        except ValueError:
            return None

    def _find(self, field: str, text: str | bytes) -> int | None:
        """`find`: the number of a term; None if the segment doesn't have it."""
        found, term = self.data.field(field), self.term(field, text)
        return None if found is None or term is None else found.find(term)

    @cached_property
    def columns(self) -> SegmentColumns:
        """The columns, read on first use."""
        return read_columns(self.data)

    @cached_property
    def deleted(self) -> IntArray:
        """The numbers of the deleted documents, ascending, including those of excluded articles."""
        deleted = np.array(self._segment.deleted_array(), dtype=np.intp)
        ids = self.data.field("id") if self._excluded else None
        if ids is None:
            return deleted
        numbers = ids.find_many(
            sorted(article_id.encode(errors="surrogatepass") for article_id in self._excluded)
        ).tolist()
        return np.unique(np.concatenate([deleted, *map(ids.ids, numbers)]))

    @cached_property
    def is_live(self) -> BoolArray:
        """For each document, whether it is not deleted."""
        result = np.ones(self.documents, dtype=np.bool_)
        result[self.deleted] = False
        return result

    @cached_property
    def everything(self) -> IntArray:
        """The numbers of all documents that are not deleted, ascending."""
        return np.flatnonzero(self.is_live)

    def live(self, ids: IntArray) -> IntArray:
        """Filter out deleted documents."""
        return ids[self.is_live[ids]] if len(self.deleted) else ids

    def frequency(self, field: FieldPostings, number: int) -> int:
        """The document frequency of a term; 0 if all documents that have it are deleted.

        It is exact if the term is in no more documents than are deleted. Otherwise it may count deleted documents:
        at least one document with the term isn't deleted, and reading the whole posting list would take long.
        """
        found = field.document_frequency(number)
        return self.live_frequency(field, number) if found <= len(self.deleted) else found

    def _count_live(self, field: FieldPostings, number: int) -> int:
        """`live_frequency`: the exact number of documents with the term that aren't deleted."""
        return len(self.live(field.ids(number)))

    def has(self, field: str, text: str | bytes) -> bool:
        """Whether a document that is not deleted has a term."""
        postings, number = self.field(field), self.find(field, text)
        return postings is not None and number is not None and self.frequency(postings, number) > 0

    @property
    def marks(self) -> BoolArray:
        """A flag for each document, all unset. Code that sets flags must unset them afterwards."""
        if not hasattr(self._room, "marks"):
            self._room.marks = np.zeros(self.documents, dtype=np.bool_)
        marks: BoolArray = self._room.marks
        return marks

    @property
    def places(self) -> npt.NDArray[np.int32]:
        """A number for each document. The array may hold anything: it isn't cleared between searches."""
        if not hasattr(self._room, "places"):
            self._room.places = np.zeros(self.documents, dtype=np.int32)
        places: npt.NDArray[np.int32] = self._room.places
        return places

    @property
    def sums(self) -> npt.NDArray[np.float64]:
        """A sum for each document, all 0. Code that adds to them must reset them to 0 afterwards."""
        if not hasattr(self._room, "sums"):
            self._room.sums = np.zeros(self.documents)
        sums: npt.NDArray[np.float64] = self._room.sums
        return sums


def open_segments(build: Build, excluded: Collection[str] = ()) -> tuple[OpenSegment, ...]:
    """The segments of a commit, in order; articles whose ids are `excluded` count as deleted.

    Raises FileNotFoundError and IndexDamaged.
    """
    contents = read_contents(build.folder, build.generation)
    offsets = accumulate((segment.doc_count_all() for segment in contents.segments), initial=0)
    pairs = zip(contents.segments, offsets, strict=False)
    return tuple(OpenSegment(segment, build.folder, contents.schema, offset, excluded) for segment, offset in pairs)


def article_ids(segments: Sequence[OpenSegment], docnums: Sequence[int]) -> list[str]:
    """The ids of documents of the whole index."""
    return _gathered(segments, docnums, lambda data, numbers: data.stored("id", numbers))


def condensed_words(segments: Sequence[OpenSegment], docnums: Sequence[int]) -> list[bytes]:
    """The condensed words of documents of the whole index."""
    return _gathered(segments, docnums, lambda data, numbers: data.stored_bytes("condensed", numbers))


def _gathered(
    segments: Sequence[OpenSegment], docnums: Sequence[int], read: Callable[[SegmentData, Sequence[int]], list[T]]
) -> list[T]:
    """Read values of documents of the whole index. `read` gets the documents' numbers in their segment."""
    if len(segments) == 1:
        return read(segments[0].data, docnums)
    offsets = [segment.offset for segment in segments]
    found = ((segments[bisect_right(offsets, docnum) - 1], docnum) for docnum in docnums)
    return [value for segment, docnum in found for value in read(segment.data, [docnum - segment.offset])]
