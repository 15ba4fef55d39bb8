"""A process that sends is killed at every step: nothing is left out, and what is repeated has the same Message-ID."""

import json
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.alerts.world import SECRET, Mailbox, World, mail_server, webhook_receiver
from tests.articles import start_python

RUNS = """
import os, shutil, signal, sys
from pathlib import Path
from newsarchive import library
from newsarchive.alerts import ledger, rendering, sending, smtp
from newsarchive.ingest.fetching import guarded_transport
from tests.alerts.world import World
from tests.articles import make_article
from tests.libraries import append

# What takes long is done once, before the processes are made.
library.load_spellings()
guarded_transport._ssl_context()
rendering._template()

folder, port, secret = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
os.environ["ALERT_WEBHOOK_SECRET"] = secret
left = 0

def step():
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

def around(owner, name, counts=lambda *_: True):
    inner = getattr(owner, name)
    def wrapped(*arguments, **options):
        if not counts(*arguments):
            return inner(*arguments, **options)
        # What is so after this is so before the next one.
        step()
        return inner(*arguments, **options)
    setattr(owner, name, wrapped)

writes = ("COMMIT", "UPDATE", "INSERT INTO deliveries", "DELETE FROM arrivals")
around(ledger.Ledger, "_execute", lambda self, statement, *_: statement.startswith(writes))
around(smtp.Mailer, "_try")
around(sending, "post")

def run(number, steps, arrives):
    global left
    child = os.fork()
    if not child:
        world = World(folder, port)
        if arrives:
            append(world.library, make_article(number))
        world.clock.time += 3_600 * (1 + (not arrives))
        left = steps
        world.send()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status not in (0, signal.SIGKILL):
        sys.exit(f"run {number}: status {status}")
    return status == 0

base = folder.with_name("base")
folder.rename(base)
number, is_whole = 0, False
while not is_whole:
    shutil.copytree(base, folder)
    is_whole = run(number, number, True)
    if not run(number, 1_000, False):
        sys.exit("the second run didn't complete")
    shutil.rmtree(folder)
    number += 1
print(number)
"""


@pytest.mark.long
def test_whatever_step_a_run_is_killed_at_nothing_is_missed_or_sent_under_another_id(tmp_path: Path) -> None:
    with mail_server(Mailbox()) as server, webhook_receiver() as (hook, receiver):
        folder = tmp_path / "archive"
        world = World(folder, server.port)
        world.add(id="all", limit=500, email="a@example.org", webhook=hook)
        world.send()
        world.close()
        with start_python(RUNS, folder, server.port, SECRET, stderr=sys.stderr) as process:
            out, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        runs = int(out)
        assert runs > 10
        # Each title's Message-IDs, for each recipient.
        seen: dict[tuple[str, str], list[str]] = defaultdict(list)
        for message in server.mailbox.messages:
            text = message.get_body(("plain",))
            assert text is not None
            for line in text.get_content().splitlines():
                if "العنوان " in line and line[1:2].isdigit():
                    seen[str(message["To"]), line.split("\u2068")[1].split("\u2069")[0]].append(message["Message-ID"])
        for got in receiver.got:
            for article in json.loads(got.body)["data"]["articles"]:
                seen["hook", article["title"]].append(got.headers["webhook-id"])
        for number in range(runs):
            for reader in ("a@example.org", "hook"):
                assert len(set(seen[reader, f"العنوان {number}"])) == 1, (reader, number)
        # Killed after sending and before that was noted, for each of the two.
        assert sum(len(ids) > 1 for ids in seen.values()) >= 2
