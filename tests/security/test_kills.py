"""A process killed at any system call loses nothing that it reported as stored. A second run finishes its work."""

import os
from pathlib import Path

import pytest

from tests.security.attacks import killing
from tests.security.attacks.tracing import why_not

SEEDS = range(2 * len(killing.SCENARIOS))


@pytest.fixture(autouse=True)
def _can_trace() -> None:
    if reason := why_not():
        # In CI, this test must not be skipped silently.
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


@pytest.mark.long
def test_commands_killed_at_system_calls_lose_nothing(tmp_path: Path) -> None:
    tally = killing.attack(SEEDS, tmp_path)
    assert not tally.failures, tally.report()
    assert tally.notes == {scenario.name: 2 for scenario in killing.SCENARIOS}


@pytest.mark.parametrize("calls", [1, 2, 3, 10, 306, 426])
def test_the_seeds_of_a_series_cover_every_call(calls: int) -> None:
    assert {killing.call_of(place, calls) for place in range(calls)} == set(range(1, calls + 1))
