"""Harvest an archive over HTTP while articles arrive, are revised, withdrawn, restored and purged.

    python bench/harvest.py --records 100000

Another process writes the records, and a server serves the changes, which is killed now and then and started again.
This one follows `next`, and comes back with the cursor, until it has everything. Then it compares: each change that
the archive has must have been delivered exactly once, in the order of the archive. Prints the counts and times, and
exits with 1 if something is missing, came twice, or came in another order.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from threading import Timer
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.article import Article, Copy, Origin, Withdrawal

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.serving import serving

BATCHES = 50
REVISED = 0.1
"""The share of records that revise an article."""
PAUSE = 0.2
"""How long to wait before asking again, in seconds."""
DYING = 0.02
"""How long after a request its server is killed, in seconds."""
TEXT = "افتتح الوزير اليوم معرضا للكتاب في المدينة القديمة وحضره عدد من الكتاب والناشرين والقراء"


class Change(NamedTuple):
    """One change: a revision of an article, or its withdrawal."""

    id: str
    revision: int
    withdrawn: bool


def make(name: str, revision: int, chance: Random) -> Article:
    text = " ".join(chance.choices(TEXT.split(), k=40))
    return Article(
        id=name,
        revision=revision,
        title=f"خبر رقم {name}",
        body=f"{text}، {name}، {revision}.",
        source="صحيفة المعرض",
        origin=Origin("jsonl", "bench"),
    )


def write(folder: Path, records: int, most_purges: int, seed: int) -> None:
    """Write a number of records: most are new, some revise, withdraw or restore earlier ones. Purge some in between."""
    chance = Random(seed)
    archive = Archive(folder)
    shown: list[str] = []
    revisions: dict[str, int] = {}
    withdrawn: list[str] = []
    written = number = purges = 0
    while written < records:
        batch: list[Article] = []
        for known in _chosen(chance, shown, min(max(1, records // BATCHES), records - written)):
            name = known or f"{number:016d}"
            number += not known
            revisions[name] = revisions.get(name, 0) + 1
            batch.append(make(name, revisions[name], chance))
        with ArchiveWriter(archive, wait=60) as writer:
            writer.append(batch)
            restored = withdrawn[: len(withdrawn) // 10]
            for name in restored:
                revisions[name] = writer.restore(name).revision
            withdrawn = chance.sample(shown, min(len(shown), max(1, len(batch) // 50)))
            # All at once: on a busy disk, a thousand writes take longer than everything else.
            writer.append([_withdrawal(name, revisions) for name in withdrawn])
        for name in withdrawn:
            revisions[name] += 1
        written += len(batch) + len(restored) + len(withdrawn)
        hidden = set(withdrawn)
        shown = [
            name for name in (*shown, *restored, *(one.id for one in batch if one.revision == 1)) if name not in hidden
        ]
        if written * (most_purges + 1) > records * (purges + 1) and purges < most_purges:
            purges += 1
            with ArchiveWriter(archive, wait=60) as writer:
                writer.purge(shown.pop(chance.randrange(len(shown))), "bench")
            written += 1
    archive.close()


def _withdrawal(name: str, revisions: dict[str, int]) -> Withdrawal:
    return Withdrawal(id=name, revision=revisions[name] + 1, reason="bench", archived_at=datetime.now(UTC))


def _chosen(chance: Random, shown: list[str], count: int) -> Iterator[str]:
    """For each record, the article that it revises; an empty text for a new one."""
    left = chance.sample(shown, min(len(shown), count))
    for _ in range(count):
        yield left.pop() if left and chance.random() < REVISED else ""


class Client:
    """Asks a server, over one connection. Some servers are killed while they answer, and another one is started."""

    def __init__(self, folder: Path, kills: list[int]) -> None:
        self._folder = folder
        self._kills = kills
        self._running = ExitStack()
        self._dying: Timer | None = None
        self.requests = self.killed = self.received = 0
        self._start()

    def _start(self) -> None:
        self._server = self._running.enter_context(serving(self._folder))
        self._connection = HTTPConnection("127.0.0.1", self._server.port, timeout=300)

    def get(self, target: str) -> Any:
        while True:
            if self._kills and self.received >= self._kills[0] and self._dying is None:
                self._kills.pop(0)
                self._dying = Timer(DYING, self._server.process.kill)
                self._dying.start()
            self.requests += 1
            try:
                self._connection.request("GET", target)
                response = self._connection.getresponse()
                content = response.read()
            except (OSError, HTTPException):
                if self._dying is None:
                    # A slow machine: the server has closed a connection that was idle for long. Ask over another one.
                    assert self._server.process.poll() is None, "the server has ended by itself"
                    self._connection.close()
                    continue
                self._dying.join()
                self._dying = None
                self.killed += 1
                self.close()
                self._start()
                continue
            if response.status == 503:  # a purge is replacing parts
                time.sleep(PAUSE)
                continue
            assert response.status == 200, content.decode()
            form = json.loads(content)
            self.received += len(form["articles"])
            return form

    def close(self) -> None:
        self._connection.close()
        self._running.close()


def harvest(client: Client, writing: "subprocess.Popen[bytes]", limit: int, fields: str) -> Iterator[Change]:
    """All changes, until the writer has ended and nothing is left."""
    asked = {"limit": limit, **({"fields": fields} if fields else {})}
    target = "/api/v1/articles?" + urlencode({**asked, "since": "start"})
    while True:
        is_last = writing.poll() is not None
        form = client.get(target)
        for one in form["articles"]:
            yield Change(one["id"], one["revision"], one.get("withdrawn", False))
        if form["next"]:
            parts = urlsplit(form["next"])
            target = f"{parts.path}?{parts.query}"
            continue
        if is_last:
            return
        time.sleep(PAUSE)
        target = "/api/v1/articles?" + urlencode({**asked, "since": form["cursor"]})


def faults(archive: Archive, found: list[Change]) -> Iterator[str]:
    """What is wrong with the changes that were found."""
    records = [one.record for one in archive.read()]
    there = [Change(one.id, one.revision, isinstance(one, Withdrawal)) for one in records if not isinstance(one, Copy)]
    last_withdrawn = {one.id: one.revision for one in there if one.withdrawn}
    twice = [change for change, count in Counter(found).items() if count > 1]
    if twice:
        yield f"{len(twice)} changes came twice, such as {twice[0]}"
    # What comes before a withdrawal may have been delivered before it, or left out after it.
    due = [one for one in there if one.withdrawn or one.revision > last_withdrawn.get(one.id, 0)]
    delivered = set(found)
    lacking = [one for one in due if one not in delivered]
    if lacking:
        yield f"{len(lacking)} changes never came, such as {lacking[0]}"
    wanted = set(due)
    if [one for one in found if one in wanted] != due and not lacking:
        yield "the changes came in another order than that of the archive"
    made_up = [one for one in found if one not in wanted and one.revision >= last_withdrawn.get(one.id, 0)]
    if made_up:
        yield f"{len(made_up)} changes aren't in the archive, such as {made_up[0]}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--limit", type=int, default=1_000)
    parser.add_argument("--fields", default="title,body", help="the keys to ask for; empty for all")
    parser.add_argument("--purges", type=int, default=5)
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path, help="write to this archive only; the writing process is started so")
    options = parser.parse_args()
    if options.write:
        write(options.write, options.records, options.purges, options.seed)
        return 0
    with tempfile.TemporaryDirectory() as name, closing(Archive(Path(name) / "archive", create=True)) as archive:
        return run(archive, options)


def run(archive: Archive, options: argparse.Namespace) -> int:
    started = time.perf_counter()
    command = [sys.executable, __file__, "--write", str(archive.folder)]
    for name in ("records", "purges", "seed"):
        command += [f"--{name}", str(getattr(options, name))]
    kills = [options.records * (number + 1) // (options.kills + 1) for number in range(options.kills)]
    with closing(Client(archive.folder, kills)) as client, subprocess.Popen(command) as writing:
        found = list(harvest(client, writing, options.limit, options.fields))
    seconds = time.perf_counter() - started
    problems = list(faults(archive, found))
    withdrawn = sum(one.withdrawn for one in found)
    print(
        f"{len(found):,} changes harvested in {client.requests:,} requests, {seconds:.1f} s, during arrivals;"
        f" {withdrawn:,} withdrawals, {archive.identity.generation // 2} purges, {client.killed} servers killed"
    )
    print("each exactly once, in the order of the archive" if not problems else "\n".join(problems))
    return 1 if problems or writing.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
