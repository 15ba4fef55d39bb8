"""While an archive is written to, readers of a server see no errors and no withdrawn articles."""

from pathlib import Path

import pytest

from tests.sample import sample_library
from tests.security.attacks import soak

SEEDS = (1, 0, 5, 2)
"""Seeds of an ingest, a purge, a withdrawal and a reindex."""
PATIENCE = 20.0


@pytest.mark.long
def test_writers_and_readers_at_once(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    with sample_library(archive):
        pass
    tally = soak.attack(SEEDS, tmp_path, archive, patience=PATIENCE)
    assert not tally.failures, tally.report()
    assert {"ingest", "withdraw", "purge", "reindex"} <= tally.notes.keys()
