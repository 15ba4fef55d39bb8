"""Opens the search engine that the settings choose: Whoosh's files in the archive, or an OpenSearch cluster."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from newsarchive.archive import Archive
from newsarchive.config import Config
from newsarchive.errors import ConfigError, IndexMissing, SubscriptionsError
from newsarchive.search.engine import Engine
from newsarchive.search.whoosh_index import BUFFER_BYTES, WhooshEngine
from newsarchive.subscriptions.feed_secrets import SECRETS_FILE, FeedSecrets
from newsarchive.topics import Topics
from newsarchive.wording import listed, worded

if TYPE_CHECKING:  # an optional dependency, and slow to load
    from newsarchive.search.opensearch import ClusterNode, Connection
    from newsarchive.sharing import Sharing

INDEX_FOLDER = "index"
"""The name of the search index's folder in the archive folder."""
CLUSTER_FOLDER = "cluster"
"""The name of the folder in the archive folder with what belongs to the index on a cluster."""
SECRETS = "OPENSEARCH_"
"""What the names of the cluster's secrets begin with."""
PASSWORD = "OPENSEARCH_PASSWORD"  # noqa: S105 - the name of a variable

TABLES_NOTE = "TABLES"
EXTRA_SPELLINGS = "spellings.txt"
"""The name of the copy of the file of the setting `spellings` that nodes without the archive's folder get."""


@dataclass(frozen=True, slots=True)
class ChosenEngine:
    """An engine, and the files in the archive's folder that belong to the choice.

    `tables_note` says which tables the index was built with: each engine has its own, because each index is as old as
    its last rebuild. `unused_index` is the index of another engine, which nothing keeps up to date.
    """

    engine: Engine
    tables_note: Path
    unused_index: Path | None = None

    def remove_unused_index(self) -> tuple[str, ...]:
        """Delete the unused index, which may have the text of a purged article. Return what could not be deleted."""
        if self.unused_index is None or not self.unused_index.exists():
            return ()
        try:
            shutil.rmtree(self.unused_index)
        except OSError as error:
            return (worded("{path}: {error}", path=error.filename or self.unused_index, error=error.strerror or error),)
        return ()


def choose_engine(config: Config, archive: Archive, topics: Topics) -> ChosenEngine:
    """Open the engine of the setting `engine` for an archive.

    A cluster isn't asked for anything yet. Raises ConfigError if the cluster's client isn't installed, or its password
    or its file of authorities can't be read.
    """
    check_where_articles_are(config)
    whoosh = archive.folder / INDEX_FOLDER
    if config.engine == "opensearch":
        engine = _open_cluster(config, archive, topics)
        return ChosenEngine(engine, archive.folder / CLUSTER_FOLDER / TABLES_NOTE, unused_index=whoosh)
    memory = BUFFER_BYTES if config.index_memory is None else config.index_memory << 20
    return ChosenEngine(WhooshEngine(whoosh, archive, topics=topics, buffer_bytes=memory), whoosh / TABLES_NOTE)


def may_rebuild(config: Config, folder: Path) -> bool:
    """Whether this process may build the index by itself.

    Several nodes share the index on a cluster. The one that can write to the archive builds it; if all did, each
    would read the whole archive at the same time.
    """
    if config.articles_on == "cluster":
        return False
    return config.engine == "whoosh" or os.access(folder, os.W_OK)


def check_where_articles_are(config: Config) -> None:
    """Raise ConfigError if the articles are to be on a cluster that the settings don't use."""
    if config.articles_on != "disk" and config.engine != "opensearch":
        raise ConfigError(
            worded('articles_on is {value!r}, which needs engine = "opensearch"', value=config.articles_on)
        )


def open_node(config: Config, folder: Path) -> "ClusterNode":
    """What a node has that reads the archive from the cluster; `folder` is for temporary files.

    Raises ConfigError if the settings don't say which archive, and IndexMissing or IndexUnreachable.
    """
    from newsarchive.search.opensearch import ClusterNode, archives_on  # noqa: PLC0415
    from newsarchive.sharing import CURRENT  # noqa: PLC0415

    check_where_articles_are(config)
    connection = connect(config, config.archive)
    archive = config.opensearch_archive
    if archive is None:
        found = archives_on(connection, config.opensearch_index)
        if not found:
            raise IndexMissing(
                worded(
                    'the cluster has no archive under {index}: on the node that ingests, set articles_on = "both"',
                    index=config.opensearch_index,
                )
            )
        if len(found) > 1:
            raise ConfigError(
                worded(
                    "several archives are on the cluster: set opensearch_archive to one of {names}", names=listed(found)
                )
            )
        archive = found[0]
    return ClusterNode(connection, config.opensearch_index, archive, folder, last=CURRENT)


def open_sharing(config: Config, folder: Path, archive: str) -> "Sharing | None":
    """What shares the files of an archive's folder, given its id; None if the settings don't ask for it."""
    check_where_articles_are(config)
    if config.articles_on != "both":
        return None
    from newsarchive.search.opensearch import shared_files  # noqa: PLC0415
    from newsarchive.sharing import Sharing  # noqa: PLC0415

    files = shared_files(connect(config, folder), config.opensearch_index, archive, config.opensearch_replicas)
    extra = {EXTRA_SPELLINGS: config.spellings} if config.spellings else {}
    return Sharing(files, folder, config.tables, extra)


def _open_cluster(config: Config, archive: Archive, topics: Topics) -> Engine:
    # Only here, so that nobody else waits until it is loaded.
    from newsarchive.search.opensearch import Layout, open_engine  # noqa: PLC0415

    layout = Layout(config.opensearch_shards, config.opensearch_replicas, has_records=config.articles_on == "both")
    connection = connect(config, archive.folder)
    return open_engine(connection, archive, topics=topics, index=config.opensearch_index, layout=layout)


def connect(config: Config, folder: Path) -> "Connection":
    """A connection to the cluster of the settings. The password may be in the archive's folder. Raises ConfigError."""
    from newsarchive.search.opensearch import ClusterSettings, Connection  # noqa: PLC0415

    return Connection(
        ClusterSettings(
            hosts=config.opensearch_hosts,
            user=config.opensearch_user,
            password=_password(config, folder) if config.opensearch_user else "",
            ca=config.opensearch_ca,
            timeout=config.opensearch_timeout,
            write_timeout=config.opensearch_write_timeout,
        )
    )


def _password(config: Config, folder: Path) -> str:
    """The password of `opensearch_user`, from the environment or the file of secrets."""
    file = config.opensearch_secrets or folder / CLUSTER_FOLDER / SECRETS_FILE
    try:
        password = FeedSecrets(file, prefix=SECRETS).get(PASSWORD)
    except (SubscriptionsError, OSError, ValueError) as error:
        raise ConfigError(worded("opensearch_secrets: {error}", error=error)) from error
    if not password:
        raise ConfigError(
            worded(
                "opensearch_user is {opensearch_user!r}, but {password} is neither in the environment nor in {file}",
                opensearch_user=config.opensearch_user,
                password=PASSWORD,
                file=file,
            )
        )
    return password
