"""A process that has imported and warmed up everything, and forks one child for each command that it reads.

So a system call trace that begins in the child has nothing but the command in it, and a child starts at once. For each
line on standard input, a JSON object, it prints the number of the child, which waits for one more byte before it
begins, and then the child's exit status. The child's output goes to the file `output`. Each record that the archive
reports as stored goes to the file `reported`, as its id and revision.
"""

import json
import os
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import newsarchive.ingest.readers.feed
import newsarchive.ingest.readers.jsonl  # noqa: F401 - what commands import late is imported before they are traced
from newsarchive.archive import writer
from newsarchive.article import Record
from newsarchive.cli import main
from newsarchive.ingest import pipeline
from newsarchive.search.whoosh_index.updating import merging
from tests.security.attacks.commands import run
from tests.security.attacks.samples import ingest, item

PART_BYTES = 6_000
"""Bytes of a part here, so that small archives have several."""


def serve_commands() -> None:
    """Fork a child for each line, until the input ends."""
    # Small batches, parts and merges, so that a few articles go through all there is.
    pipeline.BATCH = 2
    merging.SMALL = 4
    writer.PART_LIMIT = PART_BYTES
    _warm_up()
    assert threading.active_count() == 1
    _say("ready")
    for line in sys.stdin.buffer:
        order = json.loads(line)
        child = os.fork()
        if not child:
            _obey(order)
        _say(child)
        _, status = os.waitpid(child, 0)
        _say(os.waitstatus_to_exitcode(status))


def _say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def _warm_up() -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive"
        ingest(archive, item(1), item(2))
        for command in (["search", "خبر1"], ["stats"], ["verify"], ["reindex"]):
            assert run(archive, *command).code == 0


def _obey(order: dict[str, Any]) -> None:
    output = os.open(order["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(output, 1)
    os.dup2(output, 2)
    _tell_what_is_stored(os.open(order["reported"], os.O_WRONLY | os.O_CREAT | os.O_APPEND))
    os.read(0, 1)
    code = 1
    try:
        main(order["arguments"])
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
    serve_commands()
