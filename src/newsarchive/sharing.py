"""Shares the files of an archive's folder that web nodes need with the cluster: tables, tokens' digests, groups, feeds.

Secrets aren't shared: no file of passwords or keys is in the list.
"""

import json
import os
import re
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from newsarchive.access.tokens import FOLDER as ACCESS_FOLDER
from newsarchive.access.tokens import TOKENS
from newsarchive.archive.locks import Held, take_lock
from newsarchive.durable import replace_file
from newsarchive.errors import IndexLocked
from newsarchive.search.opensearch.files import SharedFile, SharedFiles, digests
from newsarchive.stories.groups import GROUPS_FOLDER, PASSAGES_FOLDER
from newsarchive.subscriptions.feed_list import FOLDER as FEEDS_FOLDER
from newsarchive.subscriptions.feed_list import JSON_LIST, OPML_LIST
from newsarchive.subscriptions.state import STATE_FILE
from newsarchive.tables import FOLDER as TABLES_FOLDER
from newsarchive.wording import worded

CURRENT = f"{GROUPS_FOLDER}/CURRENT"
_DATABASE = f"{GROUPS_FOLDER}/groups-{{}}.sqlite3"
_GROUPS = re.compile(_DATABASE.format(r"(\d+)"))
_LOCK = "sharing.lock"
_PATIENCE = 600.0
_NOTE = "SHARED"
"""The name of the file that says in which state the files were when they were shared last."""


class Sharing:
    """Shares the files of the archive in `folder`.

    `tables` is the setting of this name, and `extra` has further files by the names under which they are shared.
    """

    def __init__(self, shared: SharedFiles, folder: Path, tables: Path | None, extra: Mapping[str, Path]) -> None:
        self._shared = shared
        self._folder = folder
        self._tables = tables or folder / TABLES_FOLDER
        self._extra = extra
        self._noted = folder / "cluster" / _NOTE

    def share(self, *, anew: bool = False) -> None:
        """Share what changed since the last time. If nothing did, the cluster isn't even asked, unless `anew`: then
        all blocks there are looked at, in case that sharing them was interrupted.

        Raises IndexUnreachable, and IndexLocked if another process keeps sharing files.
        """
        stamp = self._state()
        if not anew and self._noted.is_file() and self._noted.read_text(encoding="utf-8") == stamp:
            return
        self._noted.parent.mkdir(exist_ok=True)
        try:
            lock = take_lock(self._folder / "cluster" / _LOCK, _PATIENCE)
        except Held as held:
            raise IndexLocked(
                worded(
                    "process {holder} is sharing the files of {folder}: {advice}",
                    holder=held.holder,
                    folder=self._folder,
                    advice=held.advice,
                )
            ) from held
        with lock, tempfile.TemporaryDirectory() as temporary:
            self._share(Path(temporary), anew=anew)
        replace_file(self._noted, stamp.encode())

    def _state(self) -> str:
        """What changes when a file does."""

        def stamp(name: str, path: Path) -> tuple[str, int, int, int]:
            found = path.stat()
            return name, found.st_ino, found.st_size, found.st_mtime_ns

        databases = [(path.name, path) for path in (self._groups(), self._feeds_state()) if path is not None]
        return json.dumps([self._shared.name, *(stamp(*one) for one in (*self._plain_files(), *databases))])

    def _plain_files(self) -> Iterator[tuple[str, Path]]:
        """The files that are replaced as a whole, by the names under which they are shared."""
        if self._tables.is_dir():
            for path in sorted(self._tables.iterdir()):
                if path.is_file() and not path.name.startswith(".") and path.suffix != ".lock":
                    yield f"{TABLES_FOLDER}/{path.name}", path
        yield from ((name, path) for name, path in self._extra.items() if path.is_file())
        listed = (f"{ACCESS_FOLDER}/{TOKENS}", f"{FEEDS_FOLDER}/{JSON_LIST}", f"{FEEDS_FOLDER}/{OPML_LIST}")
        for name in listed:
            if (path := self._folder / name).is_file():
                yield name, path

    def _groups(self) -> Path | None:
        current = self._folder / CURRENT
        if not current.is_file():
            return None
        name = f"{GROUPS_FOLDER}/{current.read_text(encoding='ascii', errors='replace').strip()}"
        path = self._folder / name
        return path if _GROUPS.fullmatch(name) and path.is_file() else None

    def _feeds_state(self) -> Path | None:
        path = self._folder / FEEDS_FOLDER / STATE_FILE
        return path if path.is_file() else None

    def _share(self, temporary: Path, *, anew: bool) -> None:
        before = self._shared.listed()
        paths = dict(self._plain_files())
        if (state := self._feeds_state()) is not None:
            paths[f"{FEEDS_FOLDER}/{STATE_FILE}"] = _copied(state, temporary / STATE_FILE)
        if (groups := self._groups()) is not None:
            paths |= self._files_of_groups(groups, temporary)
        files = [SharedFile(name, digests(path)) for name, path in sorted(paths.items())]
        named = [file for file in files if _GROUPS.fullmatch(file.name)]
        if named:
            (database,) = named
            # A reader takes up another database only if it has another name.
            same = [one.name for one in before.files if _GROUPS.fullmatch(one.name) and one.blocks == database.blocks]
            name = same[0] if same else _DATABASE.format(before.version + 1)
            paths[name] = paths.pop(database.name)
            paths[CURRENT] = temporary / "CURRENT"
            paths[CURRENT].write_text(os.path.basename(name) + "\n", encoding="ascii")  # noqa: PTH119
            files[files.index(database)] = replace(database, name=name)
            files.append(SharedFile(CURRENT, digests(paths[CURRENT])))
        self._shared.replace(files, paths, checks_blocks=anew)

    def _files_of_groups(self, database: Path, temporary: Path) -> dict[str, Path]:
        """A copy of the database of groups, and the files that it names."""
        copied = _copied(database, temporary / database.name)
        found = {f"{GROUPS_FOLDER}/{database.name}": copied}
        folder = f"{GROUPS_FOLDER}/{PASSAGES_FOLDER}"
        with closing(sqlite3.connect(copied)) as opened:
            for (name,) in opened.execute("SELECT file FROM passage_segments").fetchall():
                # Merged meanwhile: the next time shares the database that no longer names it.
                if (path := self._folder / folder / name).is_file():
                    found[f"{folder}/{name}"] = path
        return found


def _copied(database: Path, copy: Path) -> Path:
    """A copy of a database as it was at one moment, page by page, so that most of its blocks stay the same."""
    uri = f"{database.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, timeout=10.0)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy
