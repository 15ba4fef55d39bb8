"""A process that imports and warms up everything, then forks a child for each command it has to run.

So a system call trace of the child has only the calls of the command, and the child starts fast. Orders and
answers use two separate pipes, because the commands use the standard streams; the pipes' file descriptors are
the arguments. An order is a line of JSON. The process first answers with the process id of the child to trace.
The child then waits, without making a system call, until a line tells it to start. The last answer has the exit
status of each command. The output of a command goes to its file `output`. The id and revision of each record
that the archive reports as stored go to its file `reported`.
"""

import json
import os
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TypedDict

import newsarchive.ingest.readers.feed
import newsarchive.ingest.readers.jsonl  # noqa: F401 - imported here, so that commands don't import it while they are traced
from newsarchive.archive import writer
from newsarchive.article import Record
from newsarchive.cli import main
from newsarchive.ingest import pipeline
from newsarchive.search.whoosh_index.updating import merging
from tests.security.attacks.commands import run
from tests.security.attacks.samples import ingest, item

PART_BYTES = 6_000
"""The size limit of a part here, in bytes, so that small archives have several parts."""


class Command(TypedDict):
    """A command to run: its arguments, and the files for its output and for the records it stored."""

    arguments: Sequence[str]
    output: str
    reported: str


class _Child(NamedTuple):
    process: int
    gate: int
    """A file descriptor: writing a byte to it starts the child."""


def serve_commands(orders: int, answers: int) -> None:
    """Run the commands of each order, the first of which is traced, until the orders end."""
    # With small batches, parts and merges, a few articles exercise all code.
    pipeline.BATCH = 2
    merging.SMALL = 4
    writer.PART_LIMIT = PART_BYTES
    _warm_up()
    assert threading.active_count() == 1
    with open(orders, "rb") as lines, open(answers, "w") as answer:
        print("ready", file=answer, flush=True)
        for line in lines:
            first, *others = json.loads(line)
            children = [_start(first)]
            print(children[0].process, file=answer, flush=True)
            lines.readline()
            children += map(_start, others)
            for child in children:
                os.write(child.gate, b"!")
                os.close(child.gate)
            print(json.dumps([_status(child) for child in children]), file=answer, flush=True)


def _warm_up() -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive"
        ingest(archive, item(1), item(2))
        for command in (["search", "خبر1"], ["stats"], ["verify"], ["reindex"]):
            assert run(archive, *command).code == 0


def _start(command: Command) -> _Child:
    """Fork a child that waits to be started; returns when it is waiting."""
    wait, gate = os.pipe()
    ready, say_ready = os.pipe()
    process = os.fork()
    if not process:
        os.close(gate)
        _obey(command, say_ready, wait)
    os.close(say_ready)
    os.close(wait)
    os.read(ready, 1)
    os.close(ready)
    return _Child(process, gate)


def _status(child: _Child) -> int:
    _, status = os.waitpid(child.process, 0)
    return os.waitstatus_to_exitcode(status)


def _obey(command: Command, say_ready: int, wait: int) -> None:
    output = os.open(command["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(output, 1)
    os.dup2(output, 2)
    _tell_what_is_stored(os.open(command["reported"], os.O_WRONLY | os.O_CREAT | os.O_APPEND))
    os.write(say_ready, b"!")
    os.read(wait, 1)
    code = 1
    try:
        main(command["arguments"])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _tell_what_is_stored(reported: int) -> None:
    append = writer.ArchiveWriter.append

    def append_and_tell(self: writer.ArchiveWriter, records: Sequence[Record]) -> list[Record]:
        kept = append(self, records)
        os.write(reported, "".join(f"{record.id} {record.revision}\n" for record in kept).encode())
        return kept

    writer.ArchiveWriter.append = append_and_tell  # type: ignore[method-assign]


if __name__ == "__main__":
    serve_commands(int(sys.argv[1]), int(sys.argv[2]))
