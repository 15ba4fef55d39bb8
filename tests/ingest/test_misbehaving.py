"""Servers and files that misbehave: a clear line, bounded time and memory, and no other article is lost."""

import gzip
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsarchive.article import Article
from newsarchive.errors import IngestError
from newsarchive.ingest.draft import Defaults
from newsarchive.ingest.locations import read
from tests.articles import start_python
from tests.fetching import Running, settings
from tests.misbehaving import BOMB, LONG, OUTSIDE, WAYS, misbehaving_server
from tests.warc.files import feed, text_of

FETCHING = settings(seconds=1.5, idle_seconds=0.7, wire_bytes=24 << 20, content_bytes=24 << 20)
MEMORY_LIMIT = 500
"""MB. The limits of these fetches allow 24 MiB, and a title of 10 MB is two or three times as long as text."""


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with misbehaving_server() as running:
        yield running


def outcome(*locations: str) -> tuple[list[str], list[str]]:
    """The texts and the messages of several locations."""
    found = [item for one in locations for item in read(one, Defaults(), fetching=FETCHING)]
    bodies = [item.body for item in found if isinstance(item, Article)]
    return bodies, [str(item) for item in found if isinstance(item, IngestError)]


@pytest.mark.parametrize("name", WAYS)
def test_each_way_gives_a_clear_line_in_time_and_costs_no_other_article(server: Running, name: str) -> None:
    way = WAYS[name]
    started = time.monotonic()
    bodies, messages = outcome(f"{server.url}/good/8", f"{server.url}/{name}", f"{server.url}/good/9")
    assert time.monotonic() - started < 15
    assert {text_of(8), text_of(9)} <= set(bodies)
    assert {text_of(number) for number in way.articles} <= set(bodies)
    assert all(len(message) < 2_500 and "Traceback" not in message and "fault" not in message for message in messages)
    if way.reason:
        assert any(way.reason in message for message in messages)
        # An item of a feed is named by its link.
        assert all(server.url in message or "https://news.example/" in message for message in messages)
    assert messages or way.articles or name == "long-titles"


_CHILD = """
import json, re, sys
from pathlib import Path
from newsarchive.ingest.draft import Defaults
from newsarchive.ingest.locations import read
from tests.ingest.test_misbehaving import FETCHING
count = sum(1 for location in sys.argv[1:] for _ in read(location, Defaults(), fetching=FETCHING))
# ru_maxrss would count the process that started this one, too.
peak = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())
print(json.dumps([count, int(peak[1]) / 1024]))
"""


def test_all_of_them_in_one_process_stay_below_a_limit_of_memory(server: Running) -> None:
    child = start_python(_CHILD, *(f"{server.url}/{name}" for name in WAYS))
    printed, _ = child.communicate(timeout=120)
    count, memory = json.loads(printed)
    assert count >= len(WAYS)
    assert memory < MEMORY_LIMIT


FILES = {
    "cut.xml.gz": gzip.compress(feed(1, 2))[:-30],
    "cut.xml": feed(1, 2)[:-100],
    "bomb.xml": BOMB,
    "outside.xml": OUTSIDE,
    "nul.jsonl": b'{"title": "x", "text": "\0"}\n\0\0\0\n',
    "invalid.jsonl": b'{"title": \n[[[[[\n' + b"[" * 100_000 + b"\n",
    "long.jsonl": json.dumps({"title": "عنوان " * (LONG // 11), "text": text_of(3)}).encode(),
    "junk.html": bytes(range(256)) * 50,
    "cut.warc.gz": gzip.compress(b"WARC/1.1\r\nWARC-Type: response\r\n")[:-9],
    "empty.xml": b"",
}


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_costs_no_other_article(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.xml").write_bytes(feed(8))
    (tmp_path / "z.xml").write_bytes(feed(9))
    (tmp_path / name).write_bytes(FILES[name])
    started = time.monotonic()
    bodies, messages = outcome(str(tmp_path))
    assert time.monotonic() - started < 15
    assert {text_of(8), text_of(9)} <= set(bodies)
    assert all(name in message or "https://news.example/" in message for message in messages)
    assert messages or name == "long.jsonl"
    assert not any("root:" in body or "haha" in body for body in bodies)
