"""The writer: Whoosh's lock, deletions and commit around segments of arrays, and a commit that a crash cannot spoil.

Everything that a commit refers to is on the disk before the commit is: the segment's file, then, through
`before_publishing`, what the index has read by then, and last the table of contents under its own name.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from whoosh.index import TOC, FileIndex, clean_files
from whoosh.writing import SegmentWriter

from newsarchive.search.whoosh_index.building.segment_builder import SegmentBuilder, Summary
from newsarchive.search.whoosh_index.storage.codec import ArrayCodec, ArraySegment
from newsarchive.search.whoosh_index.updating.merging import CHUNK_POSTINGS, Merged, merge_segments


class ArrayWriter(SegmentWriter):  # type: ignore[misc]
    """The right to change an index, until `commit` or `cancel`. Raises LockError when another process has it."""

    def __init__(self, index: FileIndex) -> None:
        self.segments: list[ArraySegment] = []
        super().__init__(index, codec=ArrayCodec(), compound=False)
        self._builder = SegmentBuilder(self.schema)

    def add_document(self, **values: Any) -> None:
        """Add one document; field by field what the schema's fields take, and None where there is nothing."""
        self._check_state()
        self._check_fields(self.schema, values)
        self._builder.add(values)
        self.docnum = self._builder.documents
        self._added = True

    @property
    def buffered_bytes(self) -> int:
        """About how much memory writing the documents that were added so far will take."""
        return self._builder.nbytes

    def adopt(self, staged: Path, summary: Summary, deleted: Iterable[int] = ()) -> None:
        """Take in a segment that was written, by any process, to a file of this folder."""
        self.segments.append(self._taken_in(staged, summary, deleted))
        self._setup_doc_offsets()

    def _taken_in(self, staged: Path, summary: Summary, deleted: Iterable[int]) -> ArraySegment:
        segment = _described(self.codec.new_segment(self.storage, self.indexname), summary)
        staged.replace(segment.path(self.storage))
        for docnum in deleted:
            segment.delete_document(docnum)
        return segment

    def delete_by_id(self, ids: Iterable[str]) -> set[str]:
        """Delete the documents that have these ids in the field `id`; returns the ids of those that there were."""
        terms = sorted(text.encode() for text in ids)
        found = set()
        for segment in self.segments:
            field = segment.data(self.storage).field("id")
            if field is None:
                continue
            for number in field.find_many(terms).tolist():
                for docnum in field.ids(number).tolist():
                    if not segment.is_deleted(docnum):
                        segment.delete_document(docnum)
                        found.add(field.term(number).decode())
        return found

    def merge_segments(self, chosen: Sequence[ArraySegment], chunk: int = CHUNK_POSTINGS) -> None:
        """Put one segment in the place of several, without their deleted documents, some postings at a time."""
        is_done = self.replace(merge_segments(chosen, self.storage, Path(self.storage.folder) / ".merged", chunk))
        assert is_done

    def replace(self, merged: Merged) -> bool:
        """Take in a merged segment in the place of those that it was made of.

        What was deleted in them since is deleted in it. False, with nothing changed, where one of them is gone.
        """
        replaced = [segment for segment in self.segments if segment in merged.numbers]
        if len(replaced) < len(merged.numbers):
            return False
        place = self.segments.index(replaced[0])
        deleted = [int(merged.numbers[segment][old]) for segment in replaced for old in segment.deleted_array()]
        self.segments = [segment for segment in self.segments if segment not in merged.numbers]
        if merged.summary is not None:
            since = (docnum for docnum in deleted if docnum >= 0)
            self.segments.insert(place, self._taken_in(merged.path, merged.summary, since))
        self._setup_doc_offsets()
        return True

    # What follows fills in the steps of Whoosh's own `commit` and `cancel`.

    def _merge_segments(self, mergetype: Any, optimize: Any, merge: Any) -> list[ArraySegment]:  # noqa: ARG002
        """Merging is asked for by `merge_segments`, never by the way."""
        return list(self.segments)

    def _flush_segment(self) -> None:
        _described(self.newsegment, self._builder.write(self.newsegment.path(self.storage)))

    def _close_segment(self) -> None:
        """A segment is written as a whole, so none is ever open."""

    def _commit_toc(self, segments: list[ArraySegment]) -> None:
        TOC(self.schema, segments, self.generation).write(self.storage, self.indexname)
        clean_files(self.storage, self.indexname, self.generation, segments)


def _described(segment: ArraySegment, summary: Summary) -> ArraySegment:
    segment.set_doc_count(summary.documents)
    segment.set_field_lengths(summary.field_lengths)
    return segment
