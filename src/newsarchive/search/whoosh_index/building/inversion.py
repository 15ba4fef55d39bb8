"""Turn words in document order into posting lists in term order, with one sort per field.

Words are numbers here, so postings are never Python objects. `postings` describes the arrays.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from newsarchive.search.language.foreign.sounds import Skeletons
from newsarchive.search.scoring.impact import impacts
from newsarchive.search.whoosh_index.storage.array_file import ArrayFileWriter
from newsarchive.search.whoosh_index.storage.packing import (
    AnyInts,
    IntArray,
    bounds,
    gaps,
    pack,
    pack_bytes,
    smallest,
    stable_order,
)
from newsarchive.search.whoosh_index.storage.postings import TF_TOP, joined
from newsarchive.search.whoosh_index.storage.skeletons import WITH_SKELETONS, write_skeletons

_RUN = 1 << 17
"""The number of postings whose impacts are computed at a time: few enough to fit in the CPU cache."""


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Every occurrence of a word in a field, in document order: the term's number, the document and the place.

    If `counted` is false, term frequencies aren't stored.
    """

    terms: AnyInts
    docnums: AnyInts
    counted: bool
    places: "Places | None" = None


@dataclass(frozen=True, slots=True)
class Places:
    """The places of the words of a text field: position, depth in the section, and words per document."""

    positions: AnyInts
    depths: AnyInts
    lengths: AnyInts


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Occurrences sorted by term, document and position.

    `at` is `bounds` of the postings, `first` is `bounds` of the terms in the postings.
    """

    order: IntArray
    docnums: AnyInts
    at: IntArray
    first: IntArray


def write_field(out: ArrayFileWriter, field: str, vocabulary: Sequence[str | bytes], found: Occurrences) -> None:
    """Write the inverted index of a field. Words of the vocabulary that don't occur are left out."""
    counts = np.bincount(found.terms, minlength=len(vocabulary))
    by_rank = sorted(np.flatnonzero(counts).tolist(), key=vocabulary.__getitem__)
    if not by_rank:
        return
    rank = np.zeros(len(vocabulary), dtype=np.uint32)
    rank[by_rank] = np.arange(len(by_rank))
    ordered = _sort(rank[found.terms], found.docnums, bounds(counts[by_rank]))
    terms = [term if isinstance(term, bytes) else term.encode() for term in map(vocabulary.__getitem__, by_rank)]
    text, text_at = joined(terms)
    out.add(f"{field}.text", text)
    if field == WITH_SKELETONS:
        write_skeletons(out, [Skeletons.of(terms)])
    out.add(f"{field}.text_at", smallest(text_at))
    out.add(f"{field}.first", smallest(ordered.first))
    _write_ids(out, field, ordered)
    frequencies = np.diff(ordered.at)
    if found.places is not None:
        starts = ordered.at[:-1]
        depths = np.minimum.reduceat(found.places.depths[ordered.order], starts)
        lengths = found.places.lengths[ordered.docnums[starts]]
        runs = (slice(first, first + _RUN) for first in range(0, len(starts), _RUN))
        chunks = (impacts(frequencies[run], depths[run], lengths[run]) for run in runs)
        out.add_parts(f"{field}.impact", np.uint16, chunks)
        _write_positions(out, field, ordered, found.places.positions)
    if found.counted:
        write_frequencies(out, field, frequencies)


def _sort(ranks: AnyInts, docnums: AnyInts, terms_at: IntArray) -> _Sorted:
    """Sort by term; within a term, documents stay in order. `terms_at` is `bounds` of the terms."""
    order = stable_order(ranks, len(terms_at) - 1)
    docnums = docnums[order]
    is_first = np.empty(len(order), dtype=np.bool_)
    np.not_equal(docnums[1:], docnums[:-1], out=is_first[1:])
    is_first[terms_at[:-1]] = True
    at = np.append(np.flatnonzero(is_first), len(order))
    return _Sorted(order, docnums, at, np.searchsorted(at, terms_at))


def _write_ids(out: ArrayFileWriter, field: str, ordered: _Sorted) -> None:
    ids = ordered.docnums[ordered.at[:-1]]
    data, ends, widths = pack(gaps(ids, ordered.first[:-1]), ordered.first)
    out.add(f"{field}.ids", data)
    out.add(f"{field}.ids_at", smallest(np.append(0, ends)))
    out.add(f"{field}.width", widths)


def write_frequencies(out: ArrayFileWriter, field: str, frequencies: IntArray) -> None:
    """Write the term frequency of each posting."""
    over = np.flatnonzero(frequencies >= TF_TOP)
    out.add(f"{field}.tf", np.minimum(frequencies, TF_TOP).astype(np.uint8))
    out.add(f"{field}.tf_over", over)
    out.add(f"{field}.tf_more", frequencies[over])


def _write_positions(out: ArrayFileWriter, field: str, ordered: _Sorted, positions: AnyInts) -> None:
    data, data_at = pack_bytes(gaps(positions[ordered.order], ordered.at[:-1]), ordered.at[ordered.first])
    out.add(f"{field}.positions", data)
    out.add(f"{field}.positions_at", smallest(data_at))
