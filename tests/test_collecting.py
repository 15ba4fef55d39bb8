import gc

import pytest

from newsarchive.collecting import collecting_rarely


def _fail_within(thresholds: list[int]) -> None:
    with collecting_rarely():
        thresholds.append(gc.get_threshold()[0])
        raise KeyError


def test_garbage_is_collected_as_before_after_the_block() -> None:
    before, within, frozen = gc.get_threshold(), list[int](), gc.get_freeze_count()
    with pytest.raises(KeyError):
        _fail_within(within)
    assert within[0] > before[0]
    assert gc.isenabled()
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == frozen


@pytest.mark.parametrize(("exempt", "expected"), [(0, ["freeze", "unfreeze"]), (5, [])])
def test_what_was_exempt_before_stays_exempt(monkeypatch: pytest.MonkeyPatch, exempt: int, expected: list[str]) -> None:
    done: list[str] = []
    monkeypatch.setattr(gc, "get_freeze_count", lambda: exempt)
    monkeypatch.setattr(gc, "freeze", lambda: done.append("freeze"))
    monkeypatch.setattr(gc, "unfreeze", lambda: done.append("unfreeze"))
    with collecting_rarely():
        pass
    assert done == expected
