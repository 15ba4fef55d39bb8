"""`StoredRecords`: finds the records of an archive in the cluster, as the current build has them."""

import json
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from newsarchive.archive import START, Position
from newsarchive.archive.catalogue import Entry
from newsarchive.archive.parts import arrival_number
from newsarchive.errors import IndexMissing, IndexOutdated, IndexUnreachable, RequestRefused
from newsarchive.search.bounded_cache import BoundedCache
from newsarchive.search.opensearch.builds import Build, CurrentBuild
from newsarchive.search.opensearch.connection import Connection
from newsarchive.search.opensearch.mapping import PLACE
from newsarchive.search.opensearch.records import DESCRIPTION
from newsarchive.search.opensearch.terms import document_key
from newsarchive.wording import worded

_NOT_FOUND = 404
_PAGE = 100
"""Records of one request: a line can have a megabyte."""
_IDS_AT_ONCE = 500
_MOST_LINES = 2_000
_MOST_BYTES = 16 << 20
"""How many lines are remembered, and how many bytes they may have together."""
_ATTRIBUTES = ["id", "revision", "part", "offset", "length", "text", PLACE]
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Description:
    """What a build says of the archive: its small files by name, and the lengths of its parts in order."""

    files: Mapping[str, bytes]
    extents: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Found:
    """A record that was found: its entry as in a catalogue, and its line."""

    entry: Entry
    line: bytes


class StoredRecords:
    """The records of an archive in the cluster. Threads may share it.

    Every method raises IndexUnreachable, IndexMissing, or IndexOutdated if the current build has no records.
    """

    def __init__(self, connection: Connection, current: CurrentBuild) -> None:
        self._connection = connection
        self._current = current
        self._lock = threading.Lock()
        self._seen: tuple[tuple[Build, int], Description] | None = None
        self._lines = BoundedCache[int, bytes](_MOST_LINES, _MOST_BYTES)
        self._latest: OrderedDict[str, Entry | None] = OrderedDict()

    def description(self) -> Description:
        """What the build says of the archive now."""
        build, stored = self._current.get()
        key = build, stored.state.generation
        with self._lock:
            if self._seen is not None and self._seen[0] == key:
                return self._seen[1]
        if not stored.state.has_records:
            raise IndexOutdated(worded('the index has no articles: on the node that ingests, set articles_on = "both"'))
        body = {"docs": [{"_index": build.records, "_id": DESCRIPTION}]}
        (found,) = self._connection.request("POST", "/_mget", body=body)["docs"]
        if not found.get("found"):
            raise IndexMissing(worded("the index {records} doesn't describe its archive", records=build.records))
        source = found["_source"]
        files = {name: text.encode() for name, text in source["files"].items()}
        description = Description(files, dict(source["extents"]))
        with self._lock:
            if self._seen is None or self._seen[0][0] != build:
                self._lines = BoundedCache[int, bytes](_MOST_LINES, _MOST_BYTES)
            self._seen = key, description
            self._latest = OrderedDict()
        return description

    def latest_of(self, article_ids: Sequence[str]) -> dict[str, Entry]:
        """The latest records of some articles, by id."""
        self.description()
        # While a commit is written, its articles appear before the generation changes.
        is_writing = self._current.get()[1].state.is_writing
        with self._lock:
            latest = self._latest if not is_writing else OrderedDict()
            known = {one: latest[one] for one in article_ids if one in latest}
        asked = [one for one in article_ids if one not in known]
        found: dict[str, Entry | None] = dict.fromkeys(asked)
        for start in range(0, len(asked), _IDS_AT_ONCE):
            some = asked[start : start + _IDS_AT_ONCE]
            body = {
                "query": {"terms": {"article": [document_key(one) for one in some]}},
                "collapse": {"field": "article"},
                "sort": [{PLACE: "desc"}],
                "size": len(some),
            }
            for one in self._search(body):
                found[one.entry.id] = one.entry
        with self._lock:
            if latest is self._latest:
                latest.update(found)
                while len(latest) > _MOST_LINES:
                    latest.popitem(last=False)
        known.update(found)
        return {name: entry for name, entry in known.items() if entry is not None}

    def of_article(self, article_id: str) -> list[Entry]:
        """All records of an article, oldest first."""
        return [one.entry for one in self._all({"term": {"article": document_key(article_id)}})]

    def ids_with(self, field: str, digest: bytes) -> list[str]:
        """The ids of the articles that have a digest in any revision, in archive order."""
        query = {"term": {field: digest.hex()}}
        return list(dict.fromkeys(one.entry.id for one in self._all(query, with_lines=False)))

    def between(self, since: Position, until: Position | None) -> Iterator[Found]:
        """The records between two positions, in archive order."""
        bounds = {} if since == START else {"gte": arrival_number(since)}
        bounds |= {} if until is None or until == START else {"lt": arrival_number(until)}
        return self._all({"range": {PLACE: bounds}})

    def ending_at(self, position: Position) -> bytes | None:
        """The line that ends at a position; None if no record does."""
        terms = [{"term": {"part": position.part}}, {"term": {"end": position.offset}}]
        found = self._search({"query": {"bool": {"filter": terms}}, "size": 1})
        return found[0].line if found else None

    def first_archived_since(self, moment: int) -> Position | None:
        """The position of the first record archived at or after a moment in microseconds; None if there is none."""
        body = {"query": {"range": {"archived": {"gte": moment}}}, "sort": [{PLACE: "asc"}], "size": 1}
        found = self._search(body, with_lines=False)
        return Position(found[0].entry.part, found[0].entry.offset) if found else None

    def lines(self, entries: Iterable[Entry]) -> list[bytes | None]:
        """The line of each entry; None for one that the current build hasn't."""
        places = [arrival_number(Position(entry.part, entry.offset)) for entry in entries]
        with self._lock:
            remembered = self._lines
            found = {place: line for place in places if (line := remembered.get(place)) is not None}
        missing = [place for place in dict.fromkeys(places) if place not in found]
        if missing:
            for document in self._request("/{}/_mget", {"ids": list(map(str, missing))})["docs"]:
                if document.get("found"):
                    line = document["_source"]["line"].encode()
                    found[int(document["_id"])] = line
                    remembered.put(int(document["_id"]), line, len(line))
        return [found.get(place) for place in places]

    def _all(self, query: Mapping[str, Any], *, with_lines: bool = True) -> Iterator[Found]:
        """All records that match, in archive order, a page at a time.

        Raises IndexUnreachable if a purge moves them meanwhile: some would be left out.
        """
        body: dict[str, Any] = {"query": query, "sort": [{PLACE: "asc"}], "size": _PAGE}
        generation = self._archive_generation()
        while True:
            found = self._search(body, with_lines=with_lines)
            if "search_after" in body and self._archive_generation() != generation:
                raise IndexUnreachable(worded("the articles were moved by a purge meanwhile; try again"))
            yield from found
            if len(found) < _PAGE:
                return
            last = found[-1].entry
            body["search_after"] = [arrival_number(Position(last.part, last.offset))]

    def _archive_generation(self) -> int:
        """The generation of the archive that the current build has."""
        return self._current.get()[1].state.archive_generation

    def _search(self, body: Mapping[str, Any], *, with_lines: bool = True) -> list[Found]:
        wanted = [*_ATTRIBUTES, *(["line"] if with_lines else [])]
        self.description()
        with self._lock:
            remembered = self._lines
        found = []
        for hit in self._request("/{}/_search", {**body, "_source": wanted})["hits"]["hits"]:
            one = _found(hit["_source"])
            found.append(one)
            if with_lines:
                remembered.put(hit["_source"][PLACE], one.line, len(one.line))
        return found

    def _request(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Ask the index of records, or the one that has replaced it meanwhile."""
        build, _ = self._current.get()
        try:
            return self._connection.request("POST", path.format(build.records), body=body)
        except RequestRefused as error:
            if error.status != _NOT_FOUND:
                raise
        build, _ = self._current.get(anew=True)
        try:
            return self._connection.request("POST", path.format(build.records), body=body)
        except RequestRefused as error:
            if error.status != _NOT_FOUND:
                raise
            raise IndexUnreachable(worded("the index was replaced by a new one meanwhile; try again")) from error


def _found(source: Mapping[str, Any]) -> Found:
    text = source.get("text")
    entry = Entry(
        json.loads(source["id"]),
        source["revision"],
        source["part"],
        source["offset"],
        source["length"],
        None if text is None else bytes.fromhex(text),
    )
    return Found(entry, source.get("line", "").encode())
