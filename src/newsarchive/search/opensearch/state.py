"""The state of a build: how far it has read the archive, and which runs of words it has.

It is one document, which is only replaced if nobody else has replaced it meanwhile. So two writers can't both
commit, and whatever a writer that was killed has left is written again by the next, with the same result.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from newsarchive.archive import Position
from newsarchive.errors import IndexDamaged, IndexLocked, IndexOutdated, IndexUnreachable, RequestRefused
from newsarchive.search.opensearch.bulk import send
from newsarchive.search.opensearch.connection import Connection
from newsarchive.search.opensearch.mapping import FORMAT, written_as
from newsarchive.wording import worded

_STATE = "state"
_ATTEMPTS = 3
_NOT_FOUND = 404
_CONFLICT = 409


@dataclass(frozen=True, slots=True)
class Run:
    """A sorted run of words with changes of their numbers of articles; `blocks` are its documents."""

    name: str
    words: int
    blocks: int


@dataclass(frozen=True, slots=True)
class State:
    """The state of a build, with the version of its document, by which it is replaced.

    `generation` grows with every commit. It is odd from the time before articles are written until they are
    committed: whoever opens a point in time then can't know which of them it has. `damage` is why the build must be
    replaced, if it must. `has_records` is whether it has the records of the archive, too.
    """

    archive: str
    archive_generation: int
    position: Position
    generation: int = 0
    committed: int = 0
    runs: tuple[Run, ...] = ()
    damage: str = ""
    has_records: bool = False
    format: int = FORMAT

    @property
    def is_writing(self) -> bool:
        """Whether articles have been written that aren't committed yet."""
        return self.generation % 2 == 1


@dataclass(frozen=True, slots=True)
class Stored:
    """A state as it is stored: in which index, and the version of the document."""

    state: State
    index: str
    version: tuple[int, int]


def read_state(connection: Connection, index: str) -> Stored | None:
    """The state in an index, or behind an alias; None if there is none. Raises IndexOutdated for another format."""
    try:
        (found,) = connection.request("POST", "/_mget", body={"docs": [{"_index": index, "_id": _STATE}]})["docs"]
    except RequestRefused as error:
        if error.status == _NOT_FOUND:
            return None
        raise
    if not found.get("found"):
        return None
    try:
        state = _parse(found["_source"])
    except (KeyError, TypeError, ValueError) as error:
        raise IndexDamaged(
            worded("the state of the index {index} can't be read ({error})", index=index, error=repr(error))
        ) from error
    return Stored(state, found["_index"], (found["_seq_no"], found["_primary_term"]))


def _parse(values: Mapping[str, Any]) -> State:
    if values.get("format") != FORMAT:
        raise IndexOutdated(worded("the index in the OpenSearch cluster has another format"))
    runs = tuple(Run(**run) for run in values["runs"])
    return State(**{**values, "position": Position(*values["position"]), "runs": runs})


def write_state(connection: Connection, index: str, state: State, replaced: Stored | None) -> Stored:
    """Replace a state, or write the first one; raises IndexLocked if another process has written one meanwhile."""
    for attempt in range(_ATTEMPTS):
        try:
            return _write_once(connection, index, state, replaced)
        except IndexUnreachable:
            # The answer may have been lost. Sent again unseen, the state would conflict with itself.
            found = read_state(connection, index)
            if found is not None and found.state == state:
                return found
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt returns or raises")


def _write_once(connection: Connection, index: str, state: State, replaced: Stored | None) -> Stored:
    values = asdict(state)
    values["position"] = list(state.position)
    if replaced is None:
        action: Mapping[str, Any] = {"create": {**written_as(index), "_id": _STATE}}
    else:
        number, term = replaced.version
        action = {"index": {**written_as(index), "_id": _STATE, "if_seq_no": number, "if_primary_term": term}}
    (item,) = send(connection, [action, values], repeatable=False)
    if item["status"] == _CONFLICT:
        raise IndexLocked(
            worded("{index}: another process has updated the index meanwhile; try again later", index=index)
        )
    return Stored(state, index, (item["_seq_no"], item["_primary_term"]))
