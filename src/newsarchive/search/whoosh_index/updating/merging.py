"""Merge several segments into one: map document numbers, copy arrays, and drop deleted documents.

The inverted index of a field is merged one range of terms at a time, so memory is bounded however large the
segments are. Document numbers are packed list by list, so they are unpacked and packed again. Positions are
packed posting by posting, so they are copied as bytes. Postings are never Python objects.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import numpy as np

from newsarchive.search.language.foreign.sounds import Skeletons
from newsarchive.search.whoosh_index.building.segment_builder import write_ordinals
from newsarchive.search.whoosh_index.storage.array_file import Array, ArrayFileWriter
from newsarchive.search.whoosh_index.storage.packing import (
    AnyInts,
    IntArray,
    bounds,
    gap_ends,
    gaps,
    pack,
    slices,
    smallest,
)
from newsarchive.search.whoosh_index.storage.postings import TF_TOP, FieldPostings, joined
from newsarchive.search.whoosh_index.storage.segment import ArraySegment, SegmentData
from newsarchive.search.whoosh_index.storage.skeletons import WITH_SKELETONS, write_skeletons
from newsarchive.search.whoosh_index.updating.term_ranges import term_ranges

SMALL = 2_000
"""All segments with fewer documents than this are in the lowest tier."""
FACTOR = 4
"""Segments of a tier are this many times larger than those of the tier below; this many are merged at a time."""
CHUNK_DOCUMENTS = 1 << 13
"""The number of documents whose stored bytes are merged at a time."""
CHUNK_POSTINGS = 1 << 21
"""The approximate number of postings that are merged at a time."""
BYTES_PER_POSTING = 64
"""The approximate memory per posting during a merge."""


def segments_to_merge(segments: Sequence[ArraySegment]) -> list[ArraySegment]:
    """The segments to merge: all of the lowest full tier, or one whose documents are half deleted, or none."""
    tiers: dict[int, list[ArraySegment]] = {}
    for segment in segments:
        if segment.deleted_count() * 2 > segment.doc_count_all():
            return [segment]
        tiers.setdefault(_tier(segment.doc_count()), []).append(segment)
    full = [tier for tier, members in tiers.items() if len(members) >= FACTOR]
    return tiers[min(full)] if full else []


def smallest_segments(segments: Sequence[ArraySegment], most: int) -> list[ArraySegment]:
    """The `most` smallest segments, in index order."""
    chosen = sorted(segments, key=ArraySegment.doc_count)[:most]
    return [segment for segment in segments if segment in chosen]


def _tier(documents: int) -> int:
    return 0 if documents < SMALL else 1 + int(math.log(documents / SMALL, FACTOR))


@dataclass(frozen=True, slots=True)
class Source:
    """A segment to merge: its arrays, and the new number of each document, or -1 if it is deleted."""

    data: SegmentData
    numbers: IntArray
    is_whole: bool

    @property
    def kept(self) -> IntArray:
        """The old numbers of the kept documents."""
        return np.flatnonzero(self.numbers >= 0)


def make_sources(segments: Iterable[tuple[SegmentData, int, Sequence[int]]]) -> list[Source]:
    """The sources for segments, given in order with their number of documents and the deleted documents."""
    sources = []
    start = 0
    for data, documents, deleted in segments:
        is_kept = np.ones(documents, dtype=np.bool_)
        is_kept[np.asarray(deleted, dtype=np.intp)] = False
        numbers = np.where(is_kept, np.cumsum(is_kept) + (start - 1), -1)
        sources.append(Source(data, numbers, is_whole=not deleted))
        start += int(is_kept.sum())
    return sources


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged segment in a file that isn't committed yet.

    `documents` is its number of documents, `numbers` maps each merged segment to the new numbers of its documents.
    If no document was kept, there is no file.
    """

    path: Path
    documents: int
    numbers: dict[ArraySegment, IntArray]


def merge_segments(chosen: Sequence[ArraySegment], folder: Path, path: Path, chunk: int = CHUNK_POSTINGS) -> Merged:
    """Merge segments of a folder into a file, about `chunk` postings at a time.

    No lock is needed: changes by other commits are taken into account when the merged segment is committed.
    """
    parts = ((part.data(folder), part.doc_count_all(), part.deleted_array()) for part in chosen)
    sources = make_sources(parts)
    numbers = {segment: source.numbers for segment, source in zip(chosen, sources, strict=True)}
    kept = [source for source in sources if len(source.kept)]
    if kept:
        merge(kept, path, chunk)
    return Merged(path, sum(len(source.kept) for source in kept), numbers)


def merge(sources: Sequence[Source], path: Path, chunk: int) -> None:
    """Write the kept documents of the sources as one segment."""
    names = {name for source in sources for name in source.data.file.names()}
    fields = sorted({name.removesuffix(".text_at") for name in names if name.endswith(".text_at")})
    with ArrayFileWriter(path) as out:
        for field in fields:
            found = [(source, postings) for source in sources if (postings := source.data.field(field)) is not None]
            _merge_field(out, field, _chunks(found, chunk), path.parent)
        for name in sorted(names):
            field, _, kind = name.rpartition(".")
            if kind == "numbers":
                out.add(name, np.concatenate([source.data.file[name][source.kept] for source in sources]))
            elif kind == "ordinals":
                _merge_ordinals(out, field, sources)
            elif kind in ("stored_at", "bytes_at"):
                _merge_stored(out, name.removesuffix("_at"), sources)


def _merge_ordinals(out: ArrayFileWriter, column: str, sources: Sequence[Source]) -> None:
    numbers: dict[bytes, int] = {}
    parts = []
    for source in sources:
        values = source.data.values(column)
        mapped = np.array([numbers.setdefault(value, len(numbers)) for value in values], dtype=np.uint32)
        parts.append(mapped[source.data.ordinals(column)[source.kept]])
    write_ordinals(out, column, np.concatenate(parts), list(numbers))


def _merge_stored(out: ArrayFileWriter, name: str, sources: Sequence[Source]) -> None:
    ends = [source.data.file[f"{name}_at"].astype(np.intp) for source in sources]
    chunks = (chunk for source, at in zip(sources, ends, strict=True) for chunk in _stored_chunks(name, source, at))
    out.add_parts(name, np.uint8, chunks)
    lengths = [np.diff(at)[source.kept] for source, at in zip(sources, ends, strict=True)]
    out.add(f"{name}_at", smallest(bounds(np.concatenate(lengths))))


def _stored_chunks(name: str, source: Source, at: IntArray) -> Iterator[Array]:
    """The stored bytes of the kept documents of a source, some thousand documents at a time."""
    documents = len(at) - 1
    for start in range(0, documents, CHUNK_DOCUMENTS):
        stop = min(documents, start + CHUNK_DOCUMENTS)
        source.data.file.let_go()
        data = source.data.file.run(name, int(at[start]), int(at[stop]))
        if source.is_whole:
            yield data
            continue
        kept = np.flatnonzero(source.numbers[start:stop] >= 0)
        edges = at[start : stop + 1] - at[start]
        yield data[slices(edges[:-1][kept], np.diff(edges)[kept])]


@dataclass(frozen=True, slots=True)
class _Part:
    """One source's share of a range of terms: its kept postings, by merged term."""

    terms: IntArray
    ids: IntArray
    counts: IntArray
    impacts: AnyInts | None
    frequencies: AnyInts | None
    position_bytes: AnyInts | None
    position_lengths: IntArray | None


def _merge_field(out: ArrayFileWriter, field: str, chunks: Iterable["_Chunk"], folder: Path) -> None:
    merged = _MergedField(folder, field)
    with merged.spools:
        out.add_parts(f"{field}.ids", np.uint8, (merged.take(chunk) for chunk in chunks))
        merged.write(out, field)


_Chunk = tuple[list[bytes], list[_Part]]


def _chunks(found: Sequence[tuple[Source, FieldPostings]], most: int) -> Iterator[_Chunk]:
    """Ranges of terms in order, each with its terms and the part of each source."""
    for ranges in term_ranges([postings for _, postings in found], most):
        own = [
            (source, postings, start, stop)
            for (source, postings), (start, stop) in zip(found, ranges, strict=True)
            if start < stop
        ]
        terms = [postings.terms(start, stop) for _, postings, start, stop in own]
        union = sorted(set().union(*terms))
        numbers = {term: number for number, term in enumerate(union)}
        parts = []
        for (source, postings, start, stop), listed in zip(own, terms, strict=True):
            number_of = np.fromiter(map(numbers.__getitem__, listed), dtype=np.intp, count=len(listed))
            parts.append(_read_part(source, postings, start, stop, number_of))
        if union:
            yield union, parts
        for source, _ in found:
            source.data.file.let_go()


def _read_part(source: Source, postings: FieldPostings, start: int, stop: int, terms: IntArray) -> _Part:
    first = postings.first[start : stop + 1].astype(np.intp)
    at = first - first[0]
    ids = source.numbers[postings.ids_of(start, stop)]
    kept = None if source.is_whole else ids >= 0
    impacts = postings.impacts(start, stop) if postings.has_impacts else None
    frequencies = postings.frequencies(start, stop)
    data = lengths = None
    if postings.has_positions:
        assert frequencies is not None
        data, data_at = postings.position_bytes(start, stop)
        lengths = np.diff(data_at)
        if kept is not None:
            # The bytes of each posting end where its last position ends.
            ends = np.append(0, gap_ends(data))[bounds(frequencies)[1:]]
            of_postings = np.diff(ends, prepend=0)
            data = data[np.repeat(kept, of_postings)]
            lengths = _sums(np.where(kept, of_postings, 0), at)
    counts = np.diff(at) if kept is None else _sums(kept, at)
    if kept is not None:
        ids = ids[kept]
        impacts = impacts[kept] if impacts is not None else None
        frequencies = frequencies[kept] if frequencies is not None else None
    return _Part(terms, ids, counts, impacts, frequencies, data, lengths)


def _sums(values: Array, at: IntArray) -> IntArray:
    return np.diff(np.append(0, np.cumsum(values))[at])


class _Spool:
    """An array that grows on disk, in an unnamed temporary file."""

    def __init__(self, folder: Path, dtype: type[np.generic]) -> None:
        self.dtype = dtype
        self.length = 0
        self._file: IO[bytes] = TemporaryFile(dir=folder, prefix=".merge")  # noqa: SIM115 - closed by its user

    def add(self, array: Array) -> None:
        self._file.write(np.ascontiguousarray(array, dtype=self.dtype).data)
        self.length += len(array)

    def read(self, size: int = 1 << 22) -> Iterator[Array]:
        self._file.seek(0)
        while data := self._file.read(size):
            yield np.frombuffer(data, dtype=self.dtype)

    def close(self) -> None:
        self._file.close()


class _Spools:
    """The arrays that are buffered on disk until the document numbers are written."""

    def __init__(self, folder: Path) -> None:
        self.impact = _Spool(folder, np.uint16)
        self.tf = _Spool(folder, np.uint8)
        self.positions = _Spool(folder, np.uint8)

    def __enter__(self) -> "_Spools":
        return self

    def __exit__(self, *_: object) -> None:
        for spool in (self.impact, self.tf, self.positions):
            spool.close()


class _MergedField:
    """A field being merged, one chunk of terms at a time."""

    def __init__(self, folder: Path, field: str) -> None:
        self.spools = _Spools(folder)
        self._field = field
        self._skeletons: list[Skeletons] = []
        self._texts: list[AnyInts] = []
        self._text_lengths: list[IntArray] = []
        self._counts: list[IntArray] = []
        self._ids_lengths: list[IntArray] = []
        self._widths: list[AnyInts] = []
        self._position_lengths: list[IntArray] = []
        self._over: list[IntArray] = []
        self._more: list[AnyInts] = []
        self._postings = 0

    def take(self, chunk: _Chunk) -> AnyInts:
        """Add a chunk; returns the packed document numbers, which come next in the file."""
        terms, parts = chunk
        counts = np.zeros(len(terms), dtype=np.intp)
        for part in parts:
            counts[part.terms] += part.counts
        if not counts.any():
            return np.zeros(0, dtype=np.uint8)
        targets = _targets(counts, [(part.terms, part.counts) for part in parts])
        ids = self._gather((part.ids for part in parts), targets, np.empty(int(counts.sum()), dtype=np.intp))
        self._take_weights(parts, targets, len(ids))
        present = counts > 0
        self._take_positions(parts, present)
        self._take_terms([term for term, is_present in zip(terms, present.tolist(), strict=True) if is_present])
        at = bounds(counts[present])
        self._counts.append(counts[present])
        self._postings += len(ids)
        data, ends, widths = pack(gaps(ids, at[:-1]), at)
        self._ids_lengths.append(np.diff(ends, prepend=0))
        self._widths.append(widths)
        return data

    def _take_terms(self, terms: list[bytes]) -> None:
        text, at = joined(terms)
        if self._field == WITH_SKELETONS:
            self._skeletons.append(Skeletons.of(terms, sum(map(len, self._text_lengths))))
        self._texts.append(text)
        self._text_lengths.append(np.diff(at))

    @staticmethod
    def _gather(arrays: Iterable[AnyInts | None], targets: Sequence[IntArray], out: AnyInts) -> AnyInts:
        """Copy the arrays of all sources into `out`, each entry to its target."""
        for array, target in zip(arrays, targets, strict=True):
            assert array is not None
            out[target] = array
        return out

    def _take_weights(self, parts: Sequence[_Part], targets: Sequence[IntArray], postings: int) -> None:
        if any(part.impacts is not None for part in parts):
            impacts = np.empty(postings, dtype=np.uint16)
            self.spools.impact.add(self._gather((part.impacts for part in parts), targets, impacts))
        if any(part.frequencies is not None for part in parts):
            counted = (part.frequencies for part in parts)
            frequencies = self._gather(counted, targets, np.empty(postings, dtype=np.intp))
            over = np.flatnonzero(frequencies >= TF_TOP)
            self._over.append(over + self._postings)
            self._more.append(frequencies[over])
            self.spools.tf.add(np.minimum(frequencies, TF_TOP))

    def _take_positions(self, parts: Sequence[_Part], present: AnyInts) -> None:
        runs = [(part.terms, part.position_lengths) for part in parts if part.position_lengths is not None]
        if not runs:
            return
        lengths = np.zeros(len(present), dtype=np.intp)
        for terms, own in runs:
            lengths[terms] += own
        packed = (part.position_bytes for part in parts)
        data = np.empty(int(lengths.sum()), dtype=np.uint8)
        self.spools.positions.add(self._gather(packed, _targets(lengths, runs), data))
        self._position_lengths.append(lengths[present])

    def write(self, out: ArrayFileWriter, field: str) -> None:
        """Write all arrays except the document numbers, which are already written."""
        if not self._counts:
            return
        out.add_parts(f"{field}.text", np.uint8, self._texts)
        if self._skeletons:
            write_skeletons(out, self._skeletons)
        out.add(f"{field}.text_at", _ends(self._text_lengths))
        out.add(f"{field}.first", _ends(self._counts))
        out.add(f"{field}.ids_at", _ends(self._ids_lengths))
        out.add(f"{field}.width", np.concatenate(self._widths))
        if self.spools.impact.length:
            out.add_parts(f"{field}.impact", np.uint16, self.spools.impact.read())
        if self._over:
            out.add_parts(f"{field}.tf", np.uint8, self.spools.tf.read())
            out.add(f"{field}.tf_over", np.concatenate(self._over))
            out.add(f"{field}.tf_more", np.concatenate(self._more))
        if self._position_lengths:
            out.add_parts(f"{field}.positions", np.uint8, self.spools.positions.read())
            out.add(f"{field}.positions_at", _ends(self._position_lengths))


def _ends(lengths: Sequence[IntArray]) -> AnyInts:
    return smallest(bounds(np.concatenate(lengths)))


def _targets(totals: IntArray, runs: Sequence[tuple[IntArray, IntArray]]) -> list[IntArray]:
    """The targets of the entries of each source: term by term, and within a term, source by source."""
    free = bounds(totals)[:-1]
    targets = []
    for terms, counts in runs:
        targets.append(slices(free[terms], counts))
        free[terms] += counts
    return targets
