"""Fuzzed files leave a sound archive, and each item is kept or rejected with a reason."""

from pathlib import Path

from tests.security.attacks import feeding

SEEDS = range(40)
PATIENCE = 30.0


def test_fuzzed_files(tmp_path: Path) -> None:
    tally = feeding.attack(SEEDS, tmp_path, patience=PATIENCE)
    assert not tally.failures, tally.report()
    assert tally.tries == len(SEEDS)
