"""Results that are remembered as long as what they depend on stays the same."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class Remembered(Generic[_Key, _Value]):
    """The most recently used results of one state of the data; those of an earlier state are forgotten. Thread-safe.

    At most `most` results are remembered. A result is never None.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._state: Hashable = None
        self._results: OrderedDict[_Key, _Value] = OrderedDict()

    def get(self, key: _Key, state: Hashable) -> _Value | None:
        """The result for a key in this state; None if it isn't known."""
        with self._lock:
            if self._state != state:
                self._state = state
                self._results.clear()
            if key in self._results:
                self._results.move_to_end(key)
            return self._results.get(key)

    def keep(self, key: _Key, state: Hashable, result: _Value) -> None:
        """Remember a result, unless a later state was asked for meanwhile."""
        with self._lock:
            if self._state == state:
                self._results[key] = result
                if len(self._results) > self._most:
                    self._results.popitem(last=False)
