"""A cache that is bounded both in entries and in bytes, and gives up what was used least recently."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_LARGEST_SHARE = 4
"""A value that needs more than one in so many of the bytes isn't kept: it would displace too many others."""


class BoundedCache(Generic[K, V]):
    """The values that were used last: at most `entries`, which take about `size` bytes. Thread-safe."""

    def __init__(self, entries: int, size: int) -> None:
        self._entries = entries
        self._size = size
        self._used = 0
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        """Return the value of a key; None if it isn't kept, or not any more."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return None
            self._kept.move_to_end(key)
            return kept[0]

    def put(self, key: K, value: V, size: int) -> None:
        """Keep a value of about `size` bytes, in place of the key's former one."""
        with self._lock:
            _, before = self._kept.pop(key, (None, 0))
            self._used -= before
            if size * _LARGEST_SHARE > self._size:
                return
            self._kept[key] = value, size
            self._used += size
            while self._used > self._size or len(self._kept) > self._entries:
                _, (_, freed) = self._kept.popitem(last=False)
                self._used -= freed

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._used = 0

    def __len__(self) -> int:
        """The number of values."""
        return len(self._kept)

    @property
    def size(self) -> int:
        """The bytes that the values take, by what `put` was told."""
        return self._used
