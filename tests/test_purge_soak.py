"""A server under constant load answers during several purges, and never shows purged articles."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest

from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article, Origin
from tests.libraries import open_archive
from tests.serving import Server, serving

COUNT = 200
PURGED = range(3)
NAMES = ("زرقشاه", "بهلوزاد", "قمطرير")
"""For each purged article, a word in its text and title that no other article has."""


def _article(number: int) -> Article:
    name = NAMES[number] if number in PURGED else "السوق"
    return Article(
        id=f"{number:016d}",
        title=f"أخبار {name} في المدينة",
        body=f"زار {name} سوق المدينة أمس رقم{number}، وتحدث مع التجار عن الأسعار. " * 10,
        source=f"صحيفة {name}",
        origin=Origin("jsonl", "test"),
    )


class Seen(NamedTuple):
    """A request with the time it was sent, and its answer."""

    sent: float
    target: str
    status: int
    content: str


def _targets() -> Iterator[str]:
    pages = [f"/{page}?{quote(query, safe='=&')}" for page in ("search", "feed.xml", "feed.json", "api/v1/search")
             for query in ("", "q=المدينة", "q=مدين*")]  # fmt: skip
    beginnings = [f"/api/v1/suggest?q={quote(name[:-1])}" for name in NAMES]
    misspelled = [f"/api/v1/search?q={quote(name[:-1])}" for name in NAMES]
    others = ["/", "/healthz", "/feed.atom", f"/article/{9:016d}", f"/api/v1/articles/{9:016d}/related"]
    return cycle([*pages, *beginnings, *misspelled, *others])


def _ask(server: Server, stop: threading.Event, targets: Iterator[str], seen: list[Seen]) -> None:
    while not stop.is_set():
        target, sent = next(targets), time.monotonic()
        answer = server.ask("GET", target)
        seen.append(Seen(sent, target, answer.status, answer.content.decode(errors="replace")))


def _purge(folder: Path, number: int) -> tuple[subprocess.Popen[str], float]:
    """The running command, and the time when it reported that the text was removed from the archive."""
    command = ("withdraw", _article(number).id, "--archive", str(folder), "--reason", "حكم", "--purge")
    process = subprocess.Popen(
        [sys.executable, "-c", "from newsarchive.cli import main; main()", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
    )
    assert process.stderr is not None
    line = process.stderr.readline()
    assert "removed from the archive" in line, line + process.stderr.read()
    return process, time.monotonic()


def _finished(process: subprocess.Popen[str], number: int) -> None:
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, f"{_article(number).id} is purged\n"), err


def _has_text(folder: Path, name: str) -> bool:
    return any(name.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with open_archive(tmp_path, create=True) as library:
        with ArchiveWriter(library.archive) as writer:
            writer.append([_article(number) for number in range(COUNT)])
        library.update_index()
    return tmp_path


@pytest.mark.long
def test_a_server_answers_through_purges(folder: Path) -> None:
    seen: list[Seen] = []
    stop, targets = threading.Event(), _targets()
    with serving(folder) as server:
        client = threading.Thread(target=_ask, args=(server, stop, targets, seen))
        client.start()
        try:
            first, of_first = _purge(folder, 0)
            # The next purge starts while the index is rebuilt after the previous purge.
            second, of_second = _purge(folder, 1)
            _finished(first, 0)
            _finished(second, 1)
            third, of_third = _purge(folder, 2)
            _finished(third, 2)
            assert len([path for path in (folder / "index").iterdir() if path.is_dir()]) == 1
            time.sleep(0.2)
        finally:
            stop.set()
            client.join()
    assert {answer.status for answer in seen} == {200}, {(answer.target, answer.status) for answer in seen}
    removed = (of_first, of_second, of_third)
    assert any(answer.sent > of_third for answer in seen)
    for answer in seen:
        gone = [name for name, since in zip(NAMES, removed, strict=True) if answer.sent > since]
        assert not [name for name in gone if name in answer.content], answer.target
        if "api/v1/search" in answer.target and answer.target.endswith(quote("المدينة")):
            assert json.loads(answer.content.partition("\r\n\r\n")[2])["total"] <= COUNT - len(gone)
    assert not any(_has_text(folder, name) for name in NAMES)
