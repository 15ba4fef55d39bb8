import gc

import pytest

from newsarchive.collecting import collecting_rarely


def _fail_within(thresholds: list[int]) -> None:
    with collecting_rarely():
        thresholds.append(gc.get_threshold()[0])
        raise KeyError


def test_garbage_is_collected_as_before_after_the_block() -> None:
    before, within = gc.get_threshold(), list[int]()
    with pytest.raises(KeyError):
        _fail_within(within)
    assert within[0] > before[0]
    assert gc.isenabled()
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
