"""The words of all articles with their numbers of articles, as sorted runs of blocks in the index of the state.

Each commit adds a run with what it changed: more articles with a word, or fewer. Runs of about the same size are
merged, so there are only a few, and a reader adds them up. Only the runs that the state names count, so a commit that
was interrupted and repeated counts once.

The state names a run before its first block is written, and until after its last one is deleted, so that no process
that is killed can leave blocks that nobody knows of. Blocks are deleted some time after their run is retired: a reader
reads the state first, and the blocks of its runs a moment later.
"""

import base64
import heapq
import struct
import uuid
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count, groupby, islice
from operator import itemgetter
from typing import NoReturn

import numpy as np

from newsarchive.errors import IndexDamaged, IndexUnreachable
from newsarchive.search.opensearch.bulk import send
from newsarchive.search.opensearch.connection import Connection
from newsarchive.search.opensearch.mapping import written_as
from newsarchive.search.opensearch.state import FROM_PRIMARY, Run, read_state
from newsarchive.wording import worded

Change = tuple[bytes, int]
"""A word in UTF-8, and by how much its number of articles changed."""

WORDS_OF_BLOCK = 20_000
_BLOCKS_AT_ONCE = 8
_KEYS_AT_ONCE = 100
_SIZE = struct.Struct("<I")
_COUNT = np.dtype("<i4")
"""A block is its number of words, their counts, and the words with line feeds between them."""


class RunGone(IndexUnreachable):
    """A run was replaced since the state that names it was read."""


def new_name() -> str:
    """A name for a run that no other run has."""
    return uuid.uuid4().hex


def write_run(connection: Connection, index: str, name: str, changes: Iterable[Change]) -> Run | None:
    """Write a run of changes, which are in byte order; None if there are none."""
    words, blocks = 0, 0
    waiting = iter(changes)
    while block := list(islice(waiting, WORDS_OF_BLOCK)):
        action = {"index": {**written_as(index), "_id": _key(name, blocks)}}
        send(connection, [action, {"block": _encode(block)}])
        words, blocks = words + len(block), blocks + 1
    return Run(name, words, blocks) if blocks else None


def read_run(connection: Connection, index: str, run: Run) -> Iterator[Change]:
    """The changes of a run, in byte order.

    Raises RunGone if a block isn't there any more because the state was replaced since it was read, and IndexDamaged if
    a block is missing or damaged that the current state needs.
    """
    for start in range(0, run.blocks, _BLOCKS_AT_ONCE):
        keys = [_key(run.name, number) for number in range(start, min(run.blocks, start + _BLOCKS_AT_ONCE))]
        found = _blocks(connection, index, keys)
        if len(found) < len(keys):
            found = _blocks(connection, index, keys, FROM_PRIMARY)
        if len(found) < len(keys):
            _refuse_missing_block(connection, index, run)
        for source in found:
            yield from _decode(index, source)


def _blocks(
    connection: Connection, index: str, keys: Sequence[str], params: Mapping[str, str] | None = None
) -> list[Mapping[str, str]]:
    """The blocks that are there."""
    body = {"docs": [{"_index": index, "_id": key} for key in keys]}
    docs = connection.request("POST", "/_mget", params=params, body=body)["docs"]
    return [found["_source"] for found in docs if found.get("found")]


def _refuse_missing_block(connection: Connection, index: str, run: Run) -> NoReturn:
    """Say whether the index is damaged, or the state that named the run isn't the current one any more."""
    now = read_state(connection, index, as_written=True)
    if now is None or run not in now.state.runs:
        raise RunGone(worded("the words of the index were replaced meanwhile; try again"))
    raise IndexDamaged(worded("the index {index} lacks a block of words", index=index))


def added_up(runs: Sequence[Iterable[Change]]) -> Iterator[Change]:
    """The sums of the changes of several runs, in byte order; words without change are left out."""
    for word, changes in groupby(heapq.merge(*runs, key=itemgetter(0)), key=itemgetter(0)):
        if total := sum(change for _, change in changes):
            yield word, total


def runs_to_merge(runs: Sequence[Run]) -> int:
    """How many of the last runs to merge: as many as keep each run at least twice as long as the next."""
    number, words = 0, 0
    for run in reversed(runs):
        if number and run.words >= 2 * words:
            break
        number, words = number + 1, words + run.words
    return number if number > 1 else 0


def merged(
    connection: Connection, index: str, runs: Sequence[Run], name: str, *, into_one: bool = False
) -> tuple[Run, ...]:
    """Merge the last of the runs, or all, into a run of this name. The old ones stay until `delete_runs`."""
    number = len(runs) if into_one and len(runs) > 1 else runs_to_merge(runs)
    if not number:
        return tuple(runs)
    kept, old = runs[:-number], runs[-number:]
    run = write_run(connection, index, name, added_up([read_run(connection, index, one) for one in old]))
    return (*kept, *((run,) if run is not None else ()))


def delete_runs(connection: Connection, index: str, names: Iterable[str]) -> None:
    """Delete all blocks of runs that no reader needs any more, however many there are.

    They are deleted from the last to the first, so that those that are left are found if this is interrupted.
    """
    for name in names:
        written = _count_blocks(connection, index, name)
        for stop in range(written, 0, -_KEYS_AT_ONCE):
            numbers = range(max(0, stop - _KEYS_AT_ONCE), stop)
            send(
                connection,
                [{"delete": {**written_as(index), "_id": _key(name, number)}} for number in reversed(numbers)],
            )


def _count_blocks(connection: Connection, index: str, name: str) -> int:
    """How many blocks a run has, or what is left of it."""
    params = {**FROM_PRIMARY, "_source": "false"}
    for start in count(0, _KEYS_AT_ONCE):
        keys = [_key(name, number) for number in range(start, start + _KEYS_AT_ONCE)]
        body = {"docs": [{"_index": index, "_id": key} for key in keys]}
        found = [
            bool(one.get("found")) for one in connection.request("POST", "/_mget", params=params, body=body)["docs"]
        ]
        if not all(found):
            return start + found.index(False)
    raise AssertionError("there is a last block")


def _key(run: str, number: int) -> str:
    return f"{run}.{number}"


def _encode(block: Sequence[Change]) -> str:
    words = b"\n".join(word for word, _ in block)
    counts = np.array([change for _, change in block], dtype=_COUNT).tobytes()
    return base64.b64encode(zlib.compress(_SIZE.pack(len(block)) + counts + words, 1)).decode()


def _decode(index: str, source: Mapping[str, str]) -> Iterator[Change]:
    try:
        data = zlib.decompress(base64.b64decode(source["block"]))
        yield from _pairs(data)
    except (KeyError, ValueError, struct.error, zlib.error) as error:
        raise IndexDamaged(
            worded("a block of words in the index {index} is damaged ({error})", index=index, error=repr(error))
        ) from error


def _pairs(data: bytes) -> Iterator[Change]:
    (count,) = _SIZE.unpack_from(data)
    counts = np.frombuffer(data, dtype=_COUNT, count=count, offset=_SIZE.size).tolist()
    at = _SIZE.size + count * _COUNT.itemsize
    return zip(data[at:].split(b"\n"), counts, strict=True)
