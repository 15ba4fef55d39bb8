"""The builds of an archive in a cluster: which indexes there are, and which build is searched.

    PREFIX-ARCHIVE-000001          the articles of a build
    PREFIX-ARCHIVE-000001-state    its state and its words
    PREFIX-ARCHIVE-000001-records  the records of the archive, if the settings ask for them
    PREFIX-ARCHIVE                 an alias of the articles of the current build
    PREFIX-ARCHIVE-state           an alias of its state

ARCHIVE is the id of the archive, so several archives can share a cluster. One request switches both aliases, so
whoever reads the state also learns which build is current.
"""

import re
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from newsarchive.archive import START, Identity
from newsarchive.errors import IndexDamaged, IndexMissing, IndexOutdated, RequestRefused, SearchError
from newsarchive.search.opensearch.connection import Connection, Outage
from newsarchive.search.opensearch.mapping import Layout, articles_index, records_index, state_index
from newsarchive.search.opensearch.state import State, Stored, read_state, write_state
from newsarchive.search.opensearch.troubles import MOST_CLAUSES
from newsarchive.wording import worded

_CLAUSES = "indices.query.bool.max_clause_count"
_STATE = "-state"
_RECORDS = "-records"
_NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Build:
    """The indexes of one build."""

    articles: str

    @property
    def state(self) -> str:
        """The index of the state and of the words."""
        return self.articles + _STATE

    @property
    def records(self) -> str:
        """The index of the records of the archive."""
        return self.articles + _RECORDS

    @classmethod
    def of_state(cls, index: str) -> "Build":
        """The build whose state is in an index."""
        return cls(index.removesuffix(_STATE))


class Builds:
    """The builds of the archive with this id; the names of their indexes begin with `prefix`."""

    def __init__(self, connection: Connection, prefix: str, archive: str, layout: Layout) -> None:
        self._connection = connection
        self._archive = archive
        self._layout = layout
        self.name = f"{prefix}-{archive}"

    def current(self) -> tuple[Build, Stored]:
        """The build that is searched, and its state.

        Raises IndexMissing, and IndexOutdated if the index is of another archive or has another format.
        """
        stored = read_state(self._connection, self.name + _STATE)
        if stored is None:
            raise IndexMissing(worded("the OpenSearch cluster has no index {name}", name=self.name))
        if stored.state.archive != self._archive:
            raise IndexOutdated(worded("the index {name} belongs to another archive", name=self.name))
        return Build.of_state(stored.index), stored

    def check_mapping(self, build: Build) -> None:
        """Raise IndexOutdated if the articles of a build are not mapped as this version does it."""
        expected = articles_index(build.articles, self._archive, self._layout)["mappings"]
        found = self._connection.request("GET", f"/{build.articles}/_mapping")
        mappings = found.get(build.articles, {}).get("mappings", {})
        if mappings.get("_meta") != expected["_meta"]:
            raise IndexOutdated(
                worded("the index {articles} was not made by this version for this archive", articles=build.articles)
            )
        properties = mappings.get("properties", {})
        for name, wanted in expected["properties"].items():
            if properties.get(name, {}).get("type") != wanted["type"]:
                raise IndexOutdated(
                    worded(
                        "the field {name} of the index {articles} has another mapping",
                        name=name,
                        articles=build.articles,
                    )
                )

    def names(self) -> Sequence[Build]:
        """All builds in the cluster, the oldest first."""
        found = self._connection.request("GET", f"/{self.name}-*/_settings", params={"flat_settings": "true"})
        numbered = (name for name in found if name.removeprefix(f"{self.name}-").removesuffix(_STATE).isdigit())
        return [Build(name) for name in sorted({name.removesuffix(_STATE) for name in numbered})]

    def start(self, identity: Identity, current: Build | None) -> tuple[Build, Stored]:
        """A build that isn't searched yet: an unfinished one for this state of the archive, or else a new one."""
        self.allow_long_queries()
        builds = self.names()
        for build in reversed(builds):
            if current is None or build.articles > current.articles:
                stored = self._unfinished(build, identity)
                if stored is not None:
                    return build, stored
                self.discard(build)
        last = max((int(build.articles.rsplit("-", 1)[1]) for build in builds), default=0)
        build = Build(f"{self.name}-{last + 1:06d}")
        self._create(build.articles, articles_index(build.articles, self._archive, self._layout))
        self._create(build.state, state_index(build.state, self._archive, self._layout))
        if self._layout.has_records:
            self._create(build.records, records_index(build.records, self._archive, self._layout))
        state = State(identity.archive, identity.generation, START, has_records=self._layout.has_records)
        return build, write_state(self._connection, build.state, state, None)

    def _create(self, index: str, body: Mapping[str, Any]) -> None:
        self._connection.request("PUT", f"/{index}", body=body)

    def _unfinished(self, build: Build, identity: Identity) -> Stored | None:
        try:
            stored = read_state(self._connection, build.state)
            self.check_mapping(build)
        except IndexOutdated:
            return None
        if stored is None or stored.state.damage or stored.state.has_records != self._layout.has_records:
            return None
        is_of = (stored.state.archive, stored.state.archive_generation) == (identity.archive, identity.generation)
        return stored if is_of else None

    def allow_long_queries(self) -> None:
        """Raise the cluster's limit of clauses if the longest queries could exceed it, as far as this is allowed."""
        settings = self._connection.request(
            "GET", "/_cluster/settings", params={"include_defaults": "true", "flat_settings": "true"}
        )
        known = (settings.get(kind, {}).get(_CLAUSES) for kind in ("transient", "persistent", "defaults"))
        limit = next((int(value) for value in known if value is not None), 0)
        if limit < MOST_CLAUSES:
            with suppress(SearchError):
                body = {"persistent": {_CLAUSES: MOST_CLAUSES}}
                self._connection.request("PUT", "/_cluster/settings", body=body)

    def switch_to(self, build: Build) -> None:
        """Search a build from now on."""
        others = [
            {"remove": {"index": f"{self.name}-*", "alias": alias, "must_exist": False}}
            for alias in (self.name, self.name + _STATE)
        ]
        added = [
            {"add": {"index": index, "alias": alias}}
            for index, alias in ((build.articles, self.name), (build.state, self.name + _STATE))
        ]
        self._connection.request("POST", "/_aliases", body={"actions": [*others, *added]})

    def remove_others(self, current: Build) -> None:
        """Delete all builds before the current one. Points in time of them end."""
        for build in self.names():
            if build.articles < current.articles:
                self.discard(build)

    def discard(self, build: Build) -> None:
        """Delete the indexes of a build, as far as they are there."""
        indexes = f"{build.articles},{build.state},{build.records}"
        self._connection.request("DELETE", f"/{indexes}", params={"ignore_unavailable": "true"})

    def size(self, build: Build) -> int:
        """The bytes of a build, without copies of its shards."""
        indexes = f"{build.articles},{build.state},{build.records}"
        params = {"ignore_unavailable": "true"}
        found = self._connection.request("GET", f"/{indexes}/_stats/store", params=params)
        size: int = found["_all"]["primaries"]["store"]["size_in_bytes"]
        return size


def archives_on(connection: Connection, prefix: str) -> list[str]:
    """The ids of the archives that have an index with this prefix on a cluster. Raises IndexUnreachable."""
    try:
        found = connection.request("GET", f"/_alias/{prefix}-*{_STATE}")
    except RequestRefused as error:
        if error.status == _NOT_FOUND:
            return []
        raise
    form = re.compile(rf"{re.escape(prefix)}-([0-9a-f]{{32}}){_STATE}")
    names = {alias for index in found.values() for alias in index.get("aliases", {})}
    return sorted(match[1] for name in names if (match := form.fullmatch(name)))


class CurrentBuild:
    """The current build and its state, remembered for `life` seconds. Threads may share it."""

    def __init__(self, builds: Builds, life: float) -> None:
        self._builds = builds
        self._life = life
        self._lock = threading.Lock()
        self._outage = Outage(life)
        self._seen: tuple[float, Build, Stored] | None = None
        self._checked: Build | None = None

    def get(self, *, anew: bool = False) -> tuple[Build, Stored]:
        """They as they were a moment ago, or `anew`.

        Raises IndexMissing, IndexOutdated, IndexDamaged or IndexUnreachable.
        """
        with self._lock:
            now = time.monotonic()
            if anew:
                self._read(now)
            elif self._seen is None or now - self._seen[0] >= self._life:
                with self._outage.shared():
                    self._read(now)
            assert self._seen is not None
            return self._seen[1:]

    def _read(self, now: float) -> None:
        build, stored = self._builds.current()
        if stored.state.damage:
            raise IndexDamaged(stored.state.damage)
        if build != self._checked:
            self._builds.check_mapping(build)
            self._checked = build
        self._seen = now, build, stored

    def forget(self) -> None:
        """Ask the cluster again at the next call."""
        with self._lock:
            self._seen = None
