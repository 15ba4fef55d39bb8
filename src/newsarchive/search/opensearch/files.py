"""Small and middling files of an archive in the cluster, in blocks, for nodes that don't have its folder.

    PREFIX-ARCHIVE-files    a document for each block, by its sha256, and one that lists the files

Of a file that changed, only the blocks that changed are sent and fetched. The list is replaced by compare-and-set,
after the blocks are there; blocks that it no longer names are then deleted, so nothing that was purged stays. What
was interrupted in between is put in order by the next rebuild or purge, which looks at all blocks.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from newsarchive.errors import IndexDamaged, IndexLocked, IndexMissing, RequestRefused
from newsarchive.search.opensearch.bulk import send
from newsarchive.search.opensearch.connection import Connection
from newsarchive.search.opensearch.mapping import written_as
from newsarchive.search.opensearch.point_in_time import PointInTime
from newsarchive.wording import worded

BLOCK = 1 << 20
"""Bytes of a block. A smaller one would be a smaller change of a database, but more documents."""
_AT_ONCE = 8
_IDS_AT_ONCE = 5_000
_LIST = "files"
_NOT_FOUND, _CONFLICT = 404, 409
_EXISTS = "resource_already_exists_exception"


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file by its name below the folder, with `/`, and the sha256 of each of its blocks."""

    name: str
    blocks: tuple[str, ...]

    @property
    def is_safe(self) -> bool:
        """Whether the name stays in the folder."""
        parts = PurePosixPath(self.name).parts
        return bool(parts) and not self.name.startswith("/") and ".." not in parts


@dataclass(frozen=True, slots=True)
class FileList:
    """All shared files; `version` grows with every change."""

    version: int = 0
    files: tuple[SharedFile, ...] = ()

    @property
    def blocks(self) -> frozenset[str]:
        """All blocks."""
        return frozenset(block for file in self.files for block in file.blocks)


def digests(path: Path) -> tuple[str, ...]:
    """The sha256 of each block of a file. Raises OSError."""
    return tuple(hashlib.sha256(block).hexdigest() for block in _blocks(path))


class SharedFiles:
    """The files of one archive in the cluster. Every method raises IndexUnreachable."""

    def __init__(self, connection: Connection, index: str, replicas: int = 0) -> None:
        self._connection = connection
        self.name = index
        self._replicas = replicas

    def listed(self) -> FileList:
        """The list of the files; empty if there is none."""
        return self._read()[0]

    def _read(self) -> tuple[FileList, tuple[int, int] | None]:
        body = {"docs": [{"_index": self.name, "_id": _LIST}]}
        try:
            (found,) = self._connection.request("POST", "/_mget", body=body)["docs"]
        except RequestRefused as error:
            if error.status != _NOT_FOUND:
                raise
            return FileList(), None
        if not found.get("found"):
            return FileList(), None
        source = found["_source"]
        files = tuple(SharedFile(file["name"], tuple(file["blocks"])) for file in source["files"])
        return FileList(source["version"], files), (found["_seq_no"], found["_primary_term"])

    def replace(
        self, files: Sequence[SharedFile], paths: Mapping[str, Path], *, checks_blocks: bool = False
    ) -> FileList:
        """Share these files, which are at `paths` by name, in place of those before.

        With `checks_blocks`, blocks that are missing are sent again, and those that no list names are deleted.
        Raises IndexLocked if another process has done so meanwhile.
        """
        self._create()
        before, place = self._read()
        after = FileList(before.version + 1, tuple(files))
        there = self._stored_blocks() if checks_blocks else before.blocks
        if before.files == after.files and there == before.blocks:
            return before
        known = set(there)
        for file in files:
            self._send(paths[file.name], file.blocks, known)
        self._write(after, place)
        self._delete(there - after.blocks)
        return after

    def _stored_blocks(self) -> frozenset[str]:
        """All blocks that are there, also those that no list names."""
        self._connection.request("POST", f"/{self.name}/_refresh")
        found: list[str] = []
        with closing(PointInTime(self._connection, self.name)) as point:
            # There is only one shard, so this is an order.
            body: dict[str, Any] = {"size": _IDS_AT_ONCE, "_source": False, "sort": ["_doc"]}
            while hits := point.search(body)["hits"]["hits"]:
                found += [hit["_id"] for hit in hits]
                body["search_after"] = hits[-1]["sort"]
        return frozenset(found) - {_LIST}

    def _create(self) -> None:
        """Create the index, or give it as many copies as the settings say now."""
        settings = {"number_of_shards": 1, "number_of_replicas": self._replicas, "refresh_interval": "-1"}
        aliases: dict[str, Any] = {f"{self.name}-write": {}}
        body = {"aliases": aliases, "settings": settings, "mappings": {"dynamic": False}}
        path, replicas = f"/{self.name}/_settings", "index.number_of_replicas"
        try:
            found = self._connection.request("GET", path, params={"flat_settings": "true"})
        except RequestRefused:
            with suppress(RequestRefused):
                self._connection.request("PUT", f"/{self.name}", body=body)
            return
        if found.get(self.name, {}).get("settings", {}).get(replicas) != str(self._replicas):
            self._connection.request("PUT", path, body={replicas: self._replicas})

    def _send(self, path: Path, wanted: Sequence[str], known: set[str]) -> None:
        """Send the blocks of a file that the cluster doesn't have. Adds them to those that are `known`."""
        lines: list[Mapping[str, Any]] = []
        for digest, block in zip(wanted, _blocks(path), strict=True):
            if digest not in known:
                known.add(digest)
                meta = {"index": {**written_as(self.name), "_id": digest}}
                lines += (meta, {"data": base64.b64encode(block).decode()})
            if len(lines) >= 2 * _AT_ONCE:
                send(self._connection, lines)
                lines = []
        if lines:
            send(self._connection, lines)

    def _write(self, files: FileList, place: tuple[int, int] | None) -> None:
        meta = {**written_as(self.name), "_id": _LIST}
        if place is None:
            action: Mapping[str, Any] = {"create": meta}
        else:
            action = {"index": {**meta, "if_seq_no": place[0], "if_primary_term": place[1]}}
        (item,) = send(self._connection, [action, asdict(files)], repeatable=False)
        # An attempt of this very write, between two nodes, may have arrived before.
        if item["status"] == _CONFLICT and self._read()[0] != files:
            raise IndexLocked(worded("{name}: another process has shared files meanwhile; try again", name=self.name))

    def _delete(self, blocks: Iterable[str]) -> None:
        lines = [{"delete": {**written_as(self.name), "_id": block}} for block in sorted(blocks)]
        if lines:
            send(self._connection, lines)

    def fetch(self, blocks: Sequence[str]) -> Iterator[bytes]:
        """The blocks, in order. Raises IndexMissing if one isn't there any more, and IndexDamaged if it differs."""
        for start in range(0, len(blocks), _AT_ONCE):
            some = list(blocks[start : start + _AT_ONCE])
            for found in self._connection.request("POST", f"/{self.name}/_mget", body={"ids": some})["docs"]:
                if not found.get("found"):
                    raise IndexMissing(worded("{name}: a block of a file was replaced meanwhile", name=self.name))
                block = base64.b64decode(found["_source"]["data"])
                if hashlib.sha256(block).hexdigest() != found["_id"]:
                    raise IndexDamaged(
                        worded("{name}: a block of a file differs from what was written", name=self.name)
                    )
                yield block


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block
