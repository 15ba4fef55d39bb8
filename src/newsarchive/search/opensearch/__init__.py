"""The search engine on an OpenSearch cluster, for archives that outgrow one machine.

`connection` talks to the cluster, and turns whatever goes wrong there into errors that speak to people.
"""

from newsarchive.archive import Archive
from newsarchive.errors import ConfigError
from newsarchive.search.engine import Engine
from newsarchive.search.opensearch.connection import Connection
from newsarchive.search.opensearch.nodes import ClusterSettings
from newsarchive.topics import Topics

__all__ = ["ClusterSettings", "Connection", "open_engine"]


def open_engine(  # noqa: PLR0913 - all are independent
    connection: Connection,  # noqa: ARG001
    archive: Archive,  # noqa: ARG001
    *,
    topics: Topics,  # noqa: ARG001
    index: str,
    shards: int,  # noqa: ARG001
    replicas: int,  # noqa: ARG001
) -> Engine:
    """Open the engine of an archive on a cluster. `index` is what the names of its indexes begin with."""
    raise ConfigError(f'engine: this version can\'t keep the index {index!r} on OpenSearch; use engine = "whoosh"')
