"""The codec: how Whoosh is told that a segment is one file of arrays.

The names of this module are pickled into every index. A change of name is a change of `schema.INDEX_FORMAT`.
"""

from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.filedb.filestore import FileStorage

from newsarchive.search.whoosh_index.storage.readers import ArrayDocumentsReader, ArrayTermsReader
from newsarchive.search.whoosh_index.storage.segment import EXTENSION, SegmentData, open_segment


class ArrayCodec(W3Codec):  # type: ignore[misc]
    """Reads segments of arrays. They are written as a whole, by `segment_builder` and `merging`, not through it."""

    length_stats = False

    def new_segment(self, storage: FileStorage, indexname: str) -> "ArraySegment":
        return ArraySegment(self, indexname)

    def terms_reader(self, storage: FileStorage, segment: "ArraySegment") -> ArrayTermsReader:
        return ArrayTermsReader(segment.data(storage))

    def per_document_reader(self, storage: FileStorage, segment: "ArraySegment") -> ArrayDocumentsReader:
        return ArrayDocumentsReader(segment.data(storage), segment)

    def per_document_writer(self, storage: FileStorage, segment: "ArraySegment") -> "WrittenAsAWhole":
        return WrittenAsAWhole()

    def field_writer(self, storage: FileStorage, segment: "ArraySegment") -> "WrittenAsAWhole":
        return WrittenAsAWhole()


class WrittenAsAWhole:
    """Stands where Whoosh's writer keeps a writer of pieces: there is nothing to write in pieces."""

    is_closed = True


class ArraySegment(W3Segment):  # type: ignore[misc]
    """A segment's name, its number of documents and of words, and which documents are deleted.

    `_fieldlengths` is the number of words of each text field, deleted documents included.
    """

    def __init__(self, codec: ArrayCodec, indexname: str) -> None:
        super().__init__(codec, indexname)
        self._fieldlengths: dict[str, int] = {}

    def should_assemble(self) -> bool:
        """It is one file already."""
        return False

    def data(self, storage: FileStorage) -> SegmentData:
        """The arrays. Raises FileNotFoundError and IndexDamaged."""
        return open_segment(self.path(storage))

    def path(self, storage: FileStorage) -> Path:
        """The file."""
        name: str = self.make_filename(EXTENSION)
        return Path(storage.folder) / name

    def field_length(self, field: str) -> int:
        """The number of words of a text field in all documents, deleted ones included."""
        return self._fieldlengths.get(field, 0)

    def set_field_lengths(self, lengths: dict[str, int]) -> None:
        """Say how many words each text field has."""
        self._fieldlengths = lengths

    def deleted_array(self) -> list[int]:
        """The numbers of the deleted documents, ascending."""
        deleted: Any = self.deleted_docs()
        return sorted(deleted)
