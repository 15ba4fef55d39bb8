"""Divide the terms of a field of several segments into ranges small enough to merge at a time."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from newsarchive.search.whoosh_index.storage.postings import FieldPostings

TermRange = list[tuple[int, int]]
"""A range of terms: for each source, the numbers `[start, stop)` of its terms in the range."""


def term_ranges(found: Sequence[FieldPostings], most: int) -> Iterator[TermRange]:
    """Ranges of terms, in order, with at most `most` postings in all sources, or with a single term."""
    waiting: list[TermRange] = [[(0, len(postings)) for postings in found]]
    while waiting:
        ranges = waiting.pop()
        edge = _edge(found, ranges) if _postings(found, ranges) > most else None
        if edge is None:
            yield ranges
            continue
        edges = [
            min(stop, max(start, postings.at_or_after(edge)))
            for postings, (start, stop) in zip(found, ranges, strict=True)
        ]
        before, behind = (
            [(start, at) for (start, _), at in zip(ranges, edges, strict=True)],
            [(at, stop) for (_, stop), at in zip(ranges, edges, strict=True)],
        )
        waiting.extend((behind, before))


def _postings(found: Sequence[FieldPostings], ranges: TermRange) -> int:
    return sum(
        int(postings.first[stop]) - int(postings.first[start])
        for postings, (start, stop) in zip(found, ranges, strict=True)
    )


def _edge(found: Sequence[FieldPostings], ranges: TermRange) -> bytes | None:
    """A term at which to divide a range, so that both halves have terms; None if the range has one term."""
    listed = [(postings, start, stop) for postings, (start, stop) in zip(found, ranges, strict=True) if start < stop]
    largest, start, stop = max(listed, key=lambda one: int(one[0].first[one[2]]) - int(one[0].first[one[1]]))
    if stop - start > 1:
        half = (int(largest.first[start]) + int(largest.first[stop])) // 2
        middle = bisect_left(largest.first, half, start, stop)
        return largest.term(min(stop - 1, max(start + 1, middle)))
    term = largest.term(start)
    if any(postings.term(first) < term for postings, first, _ in listed):
        return term
    behind = [postings.term(last - 1) for postings, _, last in listed]
    return term + b"\0" if max(behind) > term else None
