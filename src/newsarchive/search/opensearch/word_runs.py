"""The words of all articles with their numbers of articles, as sorted runs of blocks in the index of the state.

Each commit adds a run with what it changed: more articles with a word, or fewer. Runs of about the same size are
merged, so there are only a few, and a reader adds them up. Only the runs that the state names count, so a commit that
was interrupted and repeated counts once.
"""

import base64
import heapq
import struct
import uuid
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from operator import itemgetter

import numpy as np

from newsarchive.errors import IndexDamaged
from newsarchive.search.opensearch.bulk import send
from newsarchive.search.opensearch.connection import Connection
from newsarchive.search.opensearch.mapping import written_as
from newsarchive.search.opensearch.state import Run
from newsarchive.wording import worded

Change = tuple[bytes, int]
"""A word in UTF-8, and by how much its number of articles changed."""

WORDS_OF_BLOCK = 20_000
_BLOCKS_AT_ONCE = 8
_SIZE = struct.Struct("<I")
_COUNT = np.dtype("<i4")
"""A block is its number of words, their counts, and the words with line feeds between them."""


def write_run(connection: Connection, index: str, changes: Iterable[Change]) -> Run | None:
    """Write a run of changes, which are in byte order; None if there are none."""
    name, words, blocks = uuid.uuid4().hex, 0, 0
    waiting = iter(changes)
    while block := list(islice(waiting, WORDS_OF_BLOCK)):
        action = {"index": {**written_as(index), "_id": _key(name, blocks)}}
        send(connection, [action, {"block": _encode(block)}])
        words, blocks = words + len(block), blocks + 1
    return Run(name, words, blocks) if blocks else None


def read_run(connection: Connection, index: str, run: Run) -> Iterator[Change]:
    """The changes of a run, in byte order. Raises IndexDamaged if a block is missing or damaged."""
    for start in range(0, run.blocks, _BLOCKS_AT_ONCE):
        keys = [_key(run.name, number) for number in range(start, min(run.blocks, start + _BLOCKS_AT_ONCE))]
        docs = connection.request("POST", "/_mget", body={"docs": [{"_index": index, "_id": key} for key in keys]})
        for found in docs["docs"]:
            if not found.get("found"):
                raise IndexDamaged(worded("the index {index} lacks a block of words", index=index))
            yield from _decode(index, found["_source"])


def added_up(runs: Sequence[Iterable[Change]]) -> Iterator[Change]:
    """The sums of the changes of several runs, in byte order; words without change are left out."""
    for word, changes in groupby(heapq.merge(*runs, key=itemgetter(0)), key=itemgetter(0)):
        if total := sum(change for _, change in changes):
            yield word, total


def runs_to_merge(runs: Sequence[Run]) -> int:
    """How many of the last runs to merge: as many as keep each run at least twice as long as the next."""
    count, words = 0, 0
    for run in reversed(runs):
        if count and run.words >= 2 * words:
            break
        count, words = count + 1, words + run.words
    return count if count > 1 else 0


def merged(connection: Connection, index: str, runs: Sequence[Run], *, into_one: bool = False) -> tuple[Run, ...]:
    """Merge the last of the runs, or all. The old ones stay until `delete_runs`."""
    count = len(runs) if into_one and len(runs) > 1 else runs_to_merge(runs)
    if not count:
        return tuple(runs)
    kept, old = runs[:-count], runs[-count:]
    run = write_run(connection, index, added_up([read_run(connection, index, one) for one in old]))
    return (*kept, *((run,) if run is not None else ()))


def delete_runs(connection: Connection, index: str, runs: Iterable[Run]) -> None:
    """Delete the blocks of runs that no state names any more."""
    for run in runs:
        for start in range(0, run.blocks, WORDS_OF_BLOCK):
            numbers = range(start, min(run.blocks, start + WORDS_OF_BLOCK))
            send(connection, [{"delete": {**written_as(index), "_id": _key(run.name, n)}} for n in numbers])


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
