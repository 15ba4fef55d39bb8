"""`FileMirror`: copies of the shared files of an archive, in a temporary folder that follows the cluster."""

import logging
import threading
from contextlib import suppress
from pathlib import Path

from newsarchive.errors import IndexMissing, IndexUnusable, SearchError
from newsarchive.search.opensearch.files import BLOCK, FileList, SharedFile, SharedFiles
from newsarchive.wording import worded

EVERY = 2.0
"""Seconds between looks at the cluster: so long a revoked token stays good here."""
_ATTEMPTS = 3
_log = logging.getLogger(__name__)


class FileMirror:
    """Copies of shared files in `folder`. `follow` keeps them up to date in a thread until `close`.

    A file that is named `last` is written after all others, because it names one of them.
    """

    def __init__(self, shared: SharedFiles, folder: Path, *, last: str = "") -> None:
        self._shared = shared
        self._folder = folder
        self._last = last
        self._have = FileList()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def refresh(self) -> bool:
        """Copy what changed. Returns whether anything did.

        Raises IndexUnreachable, IndexDamaged, and IndexMissing if no files are shared: without the table of policies,
        everybody could read everything.
        """
        with self._lock:
            for attempt in range(_ATTEMPTS):
                listed = self._shared.listed()
                if not listed.version:
                    raise IndexMissing(
                        worded(
                            "the cluster has no tables of the archive ({name}): on the node that ingests, set "
                            'articles_on = "both"',
                            name=self._shared.name,
                        )
                    )
                if listed.version == self._have.version:
                    return False
                try:
                    self._copy(listed)
                except IndexUnusable:
                    # The list was replaced while its blocks were read.
                    if attempt == _ATTEMPTS - 1:
                        raise
                else:
                    return True
        raise AssertionError("the last attempt returns or raises")

    def _copy(self, listed: FileList) -> None:
        have = {file.name: file for file in self._have.files}
        wanted = [file for file in listed.files if file.is_safe]
        for file in sorted(wanted, key=lambda one: one.name == self._last):
            if have.get(file.name) != file:
                self._write(file, have.get(file.name))
        for name in have.keys() - {file.name for file in wanted}:
            (self._folder / name).unlink(missing_ok=True)
        self._have = listed

    def _write(self, file: SharedFile, before: SharedFile | None) -> None:
        """Write a file anew, with the blocks of the copy before that are still the same."""
        path = self._folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        old = dict(zip(before.blocks, range(0, len(before.blocks) * BLOCK, BLOCK), strict=True)) if before else {}
        fetched = self._shared.fetch([digest for digest in file.blocks if digest not in old])
        fresh = path.with_name(f".{path.name}.new")
        fresh.touch(mode=0o600)
        with fresh.open("wb") as out:
            out.writelines(_block_at(path, old[digest]) if digest in old else next(fetched) for digest in file.blocks)
        fresh.replace(path)

    def follow(self, every: float = EVERY) -> None:
        """Keep the copies up to date in a thread."""
        self._thread = threading.Thread(target=self._run, args=(every,), name="file-mirror", daemon=True)
        self._thread.start()

    def _run(self, every: float) -> None:
        said = ""
        while not self._stop.wait(every):
            try:
                self.refresh()
                said = ""
            except (SearchError, OSError) as error:
                if str(error) != said:
                    said = str(error)
                    _log.warning("the tables, tokens and groups of the archive are not up to date: %s", error)

    def close(self) -> None:
        """End the thread."""
        self._stop.set()
        if self._thread is not None:
            with suppress(RuntimeError):
                self._thread.join()


def _block_at(path: Path, offset: int) -> bytes:
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(BLOCK)
