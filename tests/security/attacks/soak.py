"""Writers and readers at the same time: no errors, no slow answers, and no withdrawn articles shown.

Each seed is one command of the writer: usually an ingest of a batch, otherwise a withdrawal, a purge or a reindex.
Meanwhile, two clients request pages, feeds, the API and suggestions, and check that each total is possible.
"""

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote

from tests.security.attacks.hostile_requests import HOST
from tests.security.attacks.processes import peak_memory
from tests.security.attacks.requests import check_log
from tests.security.attacks.samples import item, jsonl
from tests.security.attacks.state import id_of
from tests.security.attacks.tally import Tally
from tests.serving import serving

CLIENTS = 2
BATCH = 20
"""Articles of one ingest."""
_FIRST = 1_000_000
"""The number of the first ingested article; the articles already in the archive have other URLs."""
_COMMAND = (sys.executable, "-c", "from newsarchive.cli import main; main()")
_WORDS = ("القمح", "مجلس الوزراء", '"أسعار النفط"', "انتخابات تونس", "العنوان")
_PATIENCE = 30.0


@dataclass
class _Expected:
    """Bounds for the number of articles. Each bound changes before or after a command, whichever is safe.

    `gone` has the numbers of the articles whose withdrawal has finished.
    """

    lowest: int
    highest: int
    present: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)


@dataclass
class _Soak:
    archive: Path
    work: Path
    port: int
    patience: float
    tally: Tally
    expected: _Expected
    is_over: threading.Event = field(default_factory=threading.Event)
    seed: int = 0
    """The seed of the writer's current command, used to report failures of the readers."""

    def write(self, seed: int) -> None:
        """Run the command of a seed."""
        self.seed = seed
        choice = random.Random(seed)
        action = choice.choices(("ingest", "withdraw", "purge", "reindex"), weights=(60, 20, 12, 8))[0]
        present = self.expected.present
        if action == "reindex":
            self._run("reindex")
        elif action == "ingest" or not present:
            self._ingest(_FIRST + BATCH * seed)
        else:
            self._withdraw(present.pop(choice.randrange(len(present))), *["--purge"] * (action == "purge"))
        self.tally.notes[action] += 1

    def _ingest(self, first: int) -> None:
        numbers = range(first, first + BATCH)
        file = self.work / "batch.jsonl"
        file.write_bytes(jsonl(*(item(number, length=200) for number in numbers)))
        self.expected.highest += BATCH
        self._run("ingest", "--json", str(file))
        self.expected.lowest += BATCH
        self.expected.present += numbers

    def _withdraw(self, number: int, *options: str) -> None:
        self.expected.lowest -= 1
        self._run("withdraw", id_of(number), "--reason", "طلب", *options)
        self.expected.highest -= 1
        self.expected.gone.append(number)

    def _run(self, command: str, *arguments: str) -> None:
        log = self.work / "command.log"
        with log.open("wb") as output:
            child = subprocess.Popen(
                [*_COMMAND, command, "--archive", str(self.archive), *arguments], stdout=output, stderr=output
            )
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        self.tally.use_memory(command, usage.ru_maxrss * 1024)
        if child.returncode:
            text = log.read_text(errors="replace")[-800:]
            self.tally.fail(self.seed, f"'{command} {' '.join(arguments)}' ended with {child.returncode}: {text}")

    def read(self, number: int) -> None:
        """Send one request after another until the soak ends."""
        choice = random.Random(number)
        with closing(HTTPConnection(HOST, self.port, timeout=_PATIENCE)) as connection:
            while not self.is_over.is_set():
                try:
                    self._ask_something(connection, choice)
                except (OSError, HTTPException) as error:
                    self.tally.fail(self.seed, f"a client got no answer: {error!r}")
                    connection.close()

    def _ask_something(self, connection: HTTPConnection, choice: random.Random) -> None:
        word = quote(choice.choice(_WORDS))
        kind = choice.randrange(8)
        if kind == 0 and self.expected.gone:
            self._ask_for_gone(connection, choice.choice(self.expected.gone))
        elif kind == 1:
            self._ask_total(connection)
        elif kind == 2 and self.expected.present:
            # The article may be withdrawn at this very moment.
            number = choice.choice(list(self.expected.present) or [_FIRST])
            self._get(connection, f"/article/{id_of(number)}", 200, 404, 410)
        else:
            pages = [
                "/",
                f"/search?q={word}&page=2",
                f"/feed.xml?q={word}",
                f"/feed.atom?q={word}",
                f"/feed.json?q={word}",
            ]
            pages += [f"/api/v1/search?q={word}&sort=newest", f"/api/v1/suggest?q={word[:12]}", "/healthz"]
            self._get(connection, choice.choice(pages), 200)

    def _ask_total(self, connection: HTTPConnection) -> None:
        highest_before, lowest_before = self.expected.highest, self.expected.lowest
        content = self._get(connection, "/api/v1/search?limit=1", 200)
        total = json.loads(content)["total"] if content else highest_before
        # A command may have started or ended meanwhile.
        lowest, highest = min(lowest_before, self.expected.lowest), max(highest_before, self.expected.highest)
        if not lowest <= total <= highest:
            self.tally.fail(self.seed, f"the total is {total}, and must be from {lowest} to {highest}")

    def _ask_for_gone(self, connection: HTTPConnection, number: int) -> None:
        self._get(connection, f"/article/{id_of(number)}", 404, 410)
        content = self._get(connection, f"/api/v1/search?q={quote(f'=خبر{number}')}", 200)
        if content and id_of(number).encode() in content:
            self.tally.fail(self.seed, f"article {number} is withdrawn but still found")

    def _get(self, connection: HTTPConnection, path: str, *statuses: int) -> bytes:
        """The content of a page; empty if its status is not one of `statuses`."""
        started = time.monotonic()
        connection.request("GET", path)
        answer = connection.getresponse()
        content = answer.read()
        seconds = time.monotonic() - started
        self.tally.add_try(seconds, str(answer.status))
        if seconds > self.patience:
            self.tally.fail(self.seed, f"{path}: answered after {seconds:.1f} s")
        if answer.status not in statuses:
            self.tally.fail(self.seed, f"{path}: status {answer.status}")
            return b""
        return content


def attack(seeds: Iterable[int], work: Path, archive: Path, *, patience: float) -> Tally:
    """Run a writer command for each seed, while a server answers clients. This changes the archive.

    An answer that takes more than `patience` seconds is a failure. `tries` are the answers.
    """
    tally = Tally("soak")
    log = work / "server.log"
    with serving(archive.absolute(), log=log) as server:
        with closing(HTTPConnection(HOST, server.port)) as connection:
            connection.request("GET", "/healthz")
            count = json.loads(connection.getresponse().read())["articles"]
        soak = _Soak(archive, work, server.port, patience, tally, _Expected(count, count))
        clients = [threading.Thread(target=soak.read, args=(number,)) for number in range(CLIENTS)]
        for client in clients:
            client.start()
        try:
            for seed in seeds:
                soak.write(seed)
        finally:
            soak.is_over.set()
            for client in clients:
                client.join()
        tally.use_memory("server", peak_memory(server.process.pid))
    tally.fail(soak.seed, *check_log(log))
    return tally
