"""The server answers every request, and never with an internal error."""

from pathlib import Path

from tests.sample import sample_library
from tests.security.attacks import requests

SEEDS = range(400)
PATIENCE = 20.0
"""A generous limit, because other tests run at the same time."""


def test_hostile_requests(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    with sample_library(archive):
        pass
    tally = requests.attack(SEEDS, tmp_path, archive, patience=PATIENCE)
    assert not tally.failures, tally.report()
    assert tally.tries == len(SEEDS)
    assert {"200", "400", "404", "405"} <= tally.notes.keys()
