"""A hostile web server costs the fetcher no more than its limits."""

from tests.security.attacks import fetching

SEEDS = range(40)
PATIENCE = 20.0


def test_a_hostile_web_server() -> None:
    tally = fetching.attack(SEEDS, patience=PATIENCE)
    assert not tally.failures, tally.report()
    assert "good" in tally.notes
