"""The search engine on an OpenSearch cluster, for archives that outgrow one machine: the same results as Whoosh's.

`connection` talks to the cluster, and turns whatever goes wrong there into errors that speak to people; `engine` keeps
the index up to date and opens `snapshot`s of it, which rank and count.
"""

from pathlib import Path

from newsarchive.archive import Archive
from newsarchive.search.engine import Engine
from newsarchive.search.opensearch.builds import Builds, CurrentBuild, archives_on
from newsarchive.search.opensearch.cluster_archive import ClusterArchive
from newsarchive.search.opensearch.connection import Connection
from newsarchive.search.opensearch.engine import STATE_LIFE, OpenSearchEngine
from newsarchive.search.opensearch.files import SharedFiles
from newsarchive.search.opensearch.mapping import Layout
from newsarchive.search.opensearch.mirror import FileMirror
from newsarchive.search.opensearch.nodes import ClusterSettings
from newsarchive.search.opensearch.stored_records import StoredRecords
from newsarchive.topics import Topics

__all__ = [
    "ClusterNode",
    "ClusterSettings",
    "Connection",
    "Layout",
    "SharedFiles",
    "archives_on",
    "open_engine",
    "shared_files",
]


def open_engine(
    connection: Connection,
    archive: Archive,
    *,
    topics: Topics,
    index: str,
    layout: Layout,
) -> Engine:
    """Open the engine of an archive on a cluster. `index` is what the names of its indexes begin with."""
    return OpenSearchEngine(connection, index, archive, topics=topics, layout=layout)


def shared_files(connection: Connection, index: str, archive: str, replicas: int = 0) -> SharedFiles:
    """The files that the nodes of an archive share, given its id. `index` is as in `open_engine`."""
    return SharedFiles(connection, f"{index}-{archive}-files", replicas)


class ClusterNode:
    """What a node without the archive's folder has: the archive, read from the cluster, and its engine.

    `folder` is for temporary copies of small files, of which the one named `last` is written last. Raises IndexMissing,
    IndexOutdated, IndexUnreachable or IndexDamaged.
    """

    def __init__(self, connection: Connection, index: str, archive: str, folder: Path, *, last: str) -> None:
        self._connection = connection
        self._index = index
        layout = Layout(has_records=True)
        self._current = CurrentBuild(Builds(connection, index, archive, layout), STATE_LIFE)
        self._current.get()
        self.archive = ClusterArchive(folder, StoredRecords(connection, self._current))
        self.mirror = FileMirror(shared_files(connection, index, archive), folder, last=last)
        self.mirror.refresh()

    def engine(self, topics: Topics) -> Engine:
        """The engine of the archive."""
        return OpenSearchEngine(self._connection, self._index, self.archive, topics=topics, current=self._current)

    def close(self) -> None:
        """End what keeps the copies up to date."""
        self.mirror.close()
