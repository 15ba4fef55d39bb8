"""Opens the search engine that the settings choose: Whoosh's files in the archive, or an OpenSearch cluster."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from newsarchive.archive import Archive
from newsarchive.config import Config
from newsarchive.errors import ConfigError, SubscriptionsError
from newsarchive.search.engine import Engine
from newsarchive.search.whoosh_index import BUFFER_BYTES, WhooshEngine
from newsarchive.subscriptions.feed_secrets import SECRETS_FILE, FeedSecrets
from newsarchive.topics import Topics
from newsarchive.wording import worded

INDEX_FOLDER = "index"
"""The name of the search index's folder in the archive folder."""
CLUSTER_FOLDER = "cluster"
"""The name of the folder in the archive folder with what belongs to the index on a cluster."""
SECRETS = "OPENSEARCH_"
"""What the names of the cluster's secrets begin with."""
PASSWORD = "OPENSEARCH_PASSWORD"  # noqa: S105 - the name of a variable

TABLES_NOTE = "TABLES"


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
            return (f"{error.filename or self.unused_index}: {error.strerror or error}",)
        return ()


def choose_engine(config: Config, archive: Archive, topics: Topics) -> ChosenEngine:
    """Open the engine of the setting `engine` for an archive.

    A cluster isn't asked for anything yet. Raises ConfigError if the cluster's client isn't installed, or its password
    or its file of authorities can't be read.
    """
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
    return config.engine == "whoosh" or os.access(folder, os.W_OK)


def _open_cluster(config: Config, archive: Archive, topics: Topics) -> Engine:
    # Only here, so that nobody else waits until it is loaded.
    from newsarchive.search.opensearch import ClusterSettings, Connection, open_engine  # noqa: PLC0415

    settings = ClusterSettings(
        hosts=config.opensearch_hosts,
        user=config.opensearch_user,
        password=_password(config, archive.folder) if config.opensearch_user else "",
        ca=config.opensearch_ca,
        timeout=config.opensearch_timeout,
        write_timeout=config.opensearch_write_timeout,
    )
    return open_engine(
        Connection(settings),
        archive,
        topics=topics,
        index=config.opensearch_index,
        shards=config.opensearch_shards,
        replicas=config.opensearch_replicas,
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
