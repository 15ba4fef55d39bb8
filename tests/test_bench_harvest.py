"""`bench/harvest.py`: a real server is harvested while another process writes, withdraws and purges."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from newsarchive.archive import Archive, ArchiveWriter
from tests.articles import make_article
from tests.bench_scripts import script

ROOT = Path(__file__).parents[1]


@pytest.mark.long
def test_each_change_is_harvested_once_during_arrivals_withdrawals_and_purges() -> None:
    command = [sys.executable, str(ROOT / "bench" / "harvest.py"), "--records", "1500", "--limit", "40"]
    settings = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=settings, timeout=600)
    assert ran.stderr == ""
    assert "each exactly once, in the order of the archive" in ran.stdout
    assert "5 purges, 2 servers killed" in ran.stdout
    assert ran.returncode == 0


def test_faults_of_a_harvest_are_found(archive: Archive) -> None:
    harvest = script("harvest")
    change, faults = harvest.Change, harvest.faults
    with ArchiveWriter(archive) as writer:
        writer.append([make_article(number) for number in range(3)])
    right = [change(f"id{number}", 1, False) for number in range(3)]
    assert list(faults(archive, right)) == []
    assert "came twice" in "".join(faults(archive, [*right, right[0]]))
    assert "never came" in "".join(faults(archive, right[:2]))
    assert "another order" in "".join(faults(archive, right[::-1]))
    with ArchiveWriter(archive) as writer:
        gone = writer.withdraw("id1", "test")
        back = writer.restore("id1")
    assert (gone.revision, back.revision) == (2, 3)
    later = [change("id1", 2, True), change("id1", 3, False)]
    assert list(faults(archive, [*right, *later])) == list(faults(archive, [right[0], right[2], *later])) == []
    assert "never came" in "".join(faults(archive, [*right, later[0]]))
    right += later
    assert "aren't in the archive" in "".join(faults(archive, [*right, change("id7", 1, False)]))
