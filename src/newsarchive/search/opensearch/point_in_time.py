"""A point in time of the articles of a build: all searches see the same articles, whatever is written meanwhile."""

import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from newsarchive.errors import IndexChanged, IndexUnreachable, RequestRefused, SearchError
from newsarchive.search.opensearch.connection import Connection, InVain
from newsarchive.wording import worded

_KEEP_ALIVE = "2m"
"""How long the cluster keeps a point in time after the last search. A later search opens another one."""
_PAUSES = (0.0, 0.5, 2.0)
"""Seconds before each new attempt. A cluster notices within about two seconds that a node is gone."""
_NOT_FOUND = 404


class PointInTime:
    """A point in time of an index. Threads may share it.

    A node that fails takes its shards' part of it along, and an unused one ends after a while. Then another one is
    opened. It can see articles that were written meanwhile; `renewals` counts how often that has happened.
    """

    def __init__(self, connection: Connection, index: str) -> None:
        self._connection = connection
        self._index = index
        self._lock = threading.Lock()
        self._key = self._open()
        self.renewals = 0

    def _open(self) -> str:
        params = {"keep_alive": _KEEP_ALIVE, "allow_partial_pit_creation": "false"}
        try:
            opened = self._connection.request("POST", f"/{self._index}/_search/point_in_time", params=params)
        except RequestRefused as error:
            if error.status == _NOT_FOUND:
                raise IndexChanged(
                    worded("the index was replaced by a new one during the search; try again")
                ) from error
            raise
        key: str = opened["pit_id"]
        return key

    def search(self, body: Mapping[str, Any], params: Mapping[str, str | int] | None = None) -> Mapping[str, Any]:
        """Search it. Raises IndexUnreachable if any shard doesn't answer."""
        key = self._key
        try:
            return self._search(key, body, params)
        except (IndexUnreachable, RequestRefused) as error:
            if not _is_worth_another_try(error):
                raise
        for number, pause in enumerate(_PAUSES, start=1):
            time.sleep(pause)
            try:
                key = self._renewed(key)
                return self._search(key, body, params)
            except (IndexUnreachable, RequestRefused) as error:
                if not _is_worth_another_try(error) or number == len(_PAUSES):
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _search(self, key: str, body: Mapping[str, Any], params: Mapping[str, str | int] | None) -> Mapping[str, Any]:
        pit = {"id": key, "keep_alive": _KEEP_ALIVE}
        return self._connection.request("POST", "/_search", params=params, body={**body, "pit": pit})

    def _renewed(self, failed: str) -> str:
        """The key of a point in time in place of one that failed; opened once by whichever thread comes first."""
        with self._lock:
            if self._key == failed:
                self._key = self._open()
                self.renewals += 1
            return self._key

    def close(self) -> None:
        """End it, so that the cluster can delete what only it sees."""
        with suppress(SearchError):
            self._connection.request("DELETE", "/_search/point_in_time", body={"pit_id": [self._key]})


def _is_worth_another_try(error: IndexUnreachable | RequestRefused) -> bool:
    if isinstance(error, IndexUnreachable):
        return not isinstance(error, InVain)
    return error.status == _NOT_FOUND
