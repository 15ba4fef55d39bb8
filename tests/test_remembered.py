"""Results are remembered until the state changes, and not too many of them."""

from newsarchive.remembered import Remembered


def test_results_are_known_until_the_state_changes() -> None:
    known = Remembered[str, tuple[str, ...]](3)
    assert known.get("a", 1) is None
    known.keep("a", 1, ())
    assert known.get("a", 1) == ()
    assert known.get("a", 2) is None
    known.keep("a", 1, ("late",))
    assert known.get("a", 2) is None
    assert known.get("a", 1) is None


def test_the_results_used_last_are_known() -> None:
    known = Remembered[str, int](2)
    assert known.get("a", 1) is None
    known.keep("a", 1, 1)
    known.keep("b", 1, 2)
    assert known.get("a", 1) == 1
    known.keep("c", 1, 3)
    assert [known.get(key, 1) for key in "abc"] == [1, None, 3]
