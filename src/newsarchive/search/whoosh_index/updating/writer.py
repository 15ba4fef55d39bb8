"""The writer: takes the lock, deletes documents, and commits segments that are already written to files.

Everything that a commit refers to is on disk before the commit. First comes the segment's file, then the
archive position (in `before_publishing`), and last the table of contents is renamed into place.
"""

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, LockError, clean_files

from newsarchive.search.whoosh_index.storage.array_file import fingerprint
from newsarchive.search.whoosh_index.storage.contents import last_generation, read_contents
from newsarchive.search.whoosh_index.storage.segment import INDEX_NAME, ArraySegment
from newsarchive.search.whoosh_index.updating.merging import Merged


class ArrayWriter:
    """A context manager that holds the write lock of an index. Without `commit`, nothing is changed.

    Raises LockError if another process holds the lock, and IndexDamaged.
    """

    def __init__(self, storage: FileStorage) -> None:
        self._storage = storage
        self._folder = Path(storage.folder)
        self._lock = storage.lock(f"{INDEX_NAME}_WRITELOCK")
        if not self._lock.acquire():
            raise LockError
        try:
            self._contents = read_contents(self._folder, last_generation(self._folder))
        except BaseException:
            self._lock.release()
            raise
        self.segments: list[ArraySegment] = self._contents.segments

    def adopt(self, staged: Path, documents: int, deleted: Iterable[int] = ()) -> None:
        """Add a segment of `documents` documents from a file of this folder, which any process may have written."""
        self.segments.append(self._taken_in(staged, documents, deleted))

    def _taken_in(self, staged: Path, documents: int, deleted: Iterable[int]) -> ArraySegment:
        segment = ArraySegment(documents, fingerprint(staged))
        staged.replace(segment.path(self._folder))
        for docnum in deleted:
            segment.delete_document(docnum)
        return segment

    def delete_by_id(self, ids: Iterable[str]) -> set[str]:
        """Delete the documents with these values of the field `id`; returns the ids that were found."""
        terms = sorted(text.encode() for text in ids)
        found = set()
        for segment in self.segments:
            field = segment.data(self._folder).field("id")
            if field is None:
                continue
            for number in field.find_many(terms).tolist():
                for docnum in field.ids(number).tolist():
                    if not segment.is_deleted(docnum):
                        segment.delete_document(docnum)
                        found.add(field.term(number).decode())
        return found

    def replace(self, merged: Merged) -> bool:
        """Replace segments with the segment that they were merged into.

        Documents deleted from them since are deleted from the merged segment. Returns False, and changes nothing, if
        one of them is gone.
        """
        replaced = [segment for segment in self.segments if segment in merged.numbers]
        if len(replaced) < len(merged.numbers):
            return False
        place = self.segments.index(replaced[0])
        deleted = [int(merged.numbers[segment][old]) for segment in replaced for old in segment.deleted_array()]
        self.segments = [segment for segment in self.segments if segment not in merged.numbers]
        if merged.documents:
            since = (docnum for docnum in deleted if docnum >= 0)
            self.segments.insert(place, self._taken_in(merged.path, merged.documents, since))
        return True

    def commit(self) -> None:
        """Make all changes visible atomically. Call it once."""
        generation = self._contents.generation + 1
        for left in Path(self._storage.folder).glob("_*.toc.*"):
            # Left by a process that was killed before it could rename its table of contents.
            left.unlink(missing_ok=True)
        TOC(self._contents.schema, self.segments, generation).write(self._storage, INDEX_NAME)
        clean_files(self._storage, INDEX_NAME, generation, self.segments)

    def __enter__(self) -> Self:
        """Return the writer."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Release the lock."""
        self._lock.release()
