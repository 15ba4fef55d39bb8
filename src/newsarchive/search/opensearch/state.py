"""The state of a build: how far it has read the archive, and which runs of words it has.

It is one document, which is only replaced if nobody else has replaced it meanwhile. So two writers can't both
commit, and whatever a writer that was killed has left is written again by the next, with the same result.
"""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from newsarchive.archive import Position
from newsarchive.errors import IndexDamaged, IndexLocked, IndexOutdated, IndexUnreachable, RequestRefused
from newsarchive.search.opensearch.bulk import send
from newsarchive.search.opensearch.connection import Connection
from newsarchive.search.opensearch.mapping import FORMAT, written_as
from newsarchive.wording import worded

FROM_PRIMARY: Mapping[str, str] = {"preference": "_primary"}
"""The parameters of a request that must not be answered by a copy."""
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
class Retired:
    """A run that no reader needs any more who reads the state now; one who has read it before still may.

    `since` is when it was retired, in seconds. Until its blocks are deleted, the state remembers its name.
    """

    name: str
    since: int


@dataclass(frozen=True, slots=True)
class State:
    """The state of a build, with the version of its document, by which it is replaced.

    `generation` grows with every commit. It is odd from the time before articles are written until they are
    committed: whoever opens a point in time then can't know which of them it has. `damage` is why the build must be
    replaced, if it must. `has_records` is whether it has the records of the archive, too.

    `pending` are the names of the runs that a writer may be writing. `retired` are those whose blocks are to be
    deleted. `written` is unlike that of every other state, so that a writer knows its own.
    """

    archive: str
    archive_generation: int
    position: Position
    generation: int = 0
    committed: int = 0
    runs: tuple[Run, ...] = ()
    damage: str = ""
    has_records: bool = False
    pending: tuple[str, ...] = ()
    retired: tuple[Retired, ...] = ()
    written: str = ""
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


def read_state(connection: Connection, index: str, *, as_written: bool = False) -> Stored | None:
    """The state in an index, or behind an alias; None if there is none. Raises IndexOutdated for another format.

    A copy on another node can lag a moment behind while a state is being written; `as_written`, it is read where
    states are written.
    """
    params = FROM_PRIMARY if as_written else None
    body = {"docs": [{"_index": index, "_id": _STATE}]}
    try:
        (found,) = connection.request("POST", "/_mget", params=params, body=body)["docs"]
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
    if (found := values.get("format")) != FORMAT:
        if isinstance(found, int) and found > FORMAT:
            raise IndexOutdated(
                worded(
                    "the index in the OpenSearch cluster was made by a newer version of newsarchive; upgrade this node"
                )
            )
        raise IndexOutdated(worded("the index in the OpenSearch cluster has another format"))
    parsed = {
        "position": Position(*values["position"]),
        "runs": tuple(Run(**run) for run in values["runs"]),
        "pending": tuple(values["pending"]),
        "retired": tuple(Retired(**run) for run in values["retired"]),
    }
    return State(**{**values, **parsed})


def write_state(connection: Connection, index: str, state: State, replaced: Stored | None) -> Stored:
    """Replace a state, or write the first one; raises IndexLocked if another process has written one meanwhile."""
    state = replace(state, written=uuid.uuid4().hex)
    for attempt in range(_ATTEMPTS):
        try:
            if (stored := _write_once(connection, index, state, replaced)) is not None:
                return stored
        except IndexUnreachable:
            # The answer may have been lost.
            found = read_state(connection, index, as_written=True)
            if found is not None and found.state.written == state.written:
                return found
            if attempt == _ATTEMPTS - 1:
                raise
        else:
            # An attempt before, here or between two nodes, may have arrived, so the state would conflict with itself.
            found = read_state(connection, index, as_written=True)
            if found is not None and found.state.written == state.written:
                return found
            raise IndexLocked(
                worded("{index}: another process has updated the index meanwhile; try again later", index=index)
            )
    raise AssertionError("the last attempt returns or raises")


def _write_once(connection: Connection, index: str, state: State, replaced: Stored | None) -> Stored | None:
    """Write a state; None if it conflicts with one that was written since."""
    values = asdict(state)
    values["position"] = list(state.position)
    if replaced is None:
        action: Mapping[str, Any] = {"create": {**written_as(index), "_id": _STATE}}
    else:
        number, term = replaced.version
        action = {"index": {**written_as(index), "_id": _STATE, "if_seq_no": number, "if_primary_term": term}}
    (item,) = send(connection, [action, values], repeatable=False)
    if item["status"] == _CONFLICT:
        return None
    return Stored(state, index, (item["_seq_no"], item["_primary_term"]))
