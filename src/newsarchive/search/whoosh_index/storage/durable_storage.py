"""Whoosh's file storage with crash-safe commits."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from newsarchive.durable import sync_folder
from newsarchive.search.whoosh_index.storage.segment import INDEX_NAME

BeforePublishing = Callable[[int, str], None]
"""Called with a generation and the sha256 of its table of contents, before the generation becomes visible."""


class DurableStorage(FileStorage):  # type: ignore[misc]
    """Whoosh's file storage; a table of contents is synced to disk before it is renamed into place."""

    def __init__(self, folder: Path, before_publishing: BeforePublishing) -> None:
        super().__init__(str(folder))
        self._before_publishing = before_publishing

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Rename a file into place, the last step of writing a table of contents."""
        folder = Path(self.folder)
        with (folder / oldname).open("rb") as file:
            content = file.read()
            os.fsync(file.fileno())
        generation = TOC._pattern(INDEX_NAME).match(newname)  # noqa: SLF001 - Whoosh has no public API for it
        assert generation is not None
        self._before_publishing(int(generation[1]), hashlib.sha256(content).hexdigest())
        super().rename_file(oldname, newname, safe=safe)
        sync_folder(folder)
