"""Whoosh's folder of files, with commits that a crash can't spoil."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from newsarchive.durable import sync_folder
from newsarchive.search.whoosh_index.storage.segment import INDEX_NAME

BeforePublishing = Callable[[int, str], None]
"""Called with a generation and the sha256 of its table of contents, before that is there for all to see."""


class DurableStorage(FileStorage):  # type: ignore[misc]
    """Whoosh's folder of files; a table of contents is on the disk before it gets its name."""

    def __init__(self, folder: Path, before_publishing: BeforePublishing) -> None:
        super().__init__(str(folder))
        self._before_publishing = before_publishing

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """The last step of writing a table of contents."""
        folder = Path(self.folder)
        with (folder / oldname).open("rb") as file:
            content = file.read()
            os.fsync(file.fileno())
        generation = TOC._pattern(INDEX_NAME).match(newname)  # noqa: SLF001 - Whoosh has no other way to ask
        assert generation is not None
        self._before_publishing(int(generation[1]), hashlib.sha256(content).hexdigest())
        super().rename_file(oldname, newname, safe=safe)
        sync_folder(folder)
