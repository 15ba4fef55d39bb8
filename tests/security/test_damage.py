"""Damage to any file of an archive is repaired or reported."""

from pathlib import Path

import pytest

from tests.security.attacks import damage

SEEDS = range(20)


@pytest.mark.long
def test_damage_to_any_file(tmp_path: Path) -> None:
    tally = damage.attack(SEEDS, tmp_path)
    assert not tally.failures, tally.report()
    assert tally.tries == len(SEEDS)
