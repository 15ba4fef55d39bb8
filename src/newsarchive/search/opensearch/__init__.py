"""The search engine on an OpenSearch cluster, for archives that outgrow one machine: the same results as Whoosh's.

`connection` talks to the cluster, and turns whatever goes wrong there into errors that speak to people; `engine` keeps
the index up to date and opens `snapshot`s of it, which rank and count.
"""

from newsarchive.archive import Archive
from newsarchive.search.engine import Engine
from newsarchive.search.opensearch.connection import Connection
from newsarchive.search.opensearch.engine import OpenSearchEngine
from newsarchive.search.opensearch.mapping import Layout
from newsarchive.search.opensearch.nodes import ClusterSettings
from newsarchive.topics import Topics

__all__ = ["ClusterSettings", "Connection", "open_engine"]


def open_engine(  # noqa: PLR0913 - all are independent
    connection: Connection,
    archive: Archive,
    *,
    topics: Topics,
    index: str,
    shards: int,
    replicas: int,
) -> Engine:
    """Open the engine of an archive on a cluster. `index` is what the names of its indexes begin with."""
    return OpenSearchEngine(connection, index, archive, topics=topics, layout=Layout(shards, replicas))
