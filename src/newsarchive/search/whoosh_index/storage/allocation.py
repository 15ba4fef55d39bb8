"""How the C library deals with the memory of arrays that last no longer than a search.

As it comes, glibc gives a large array back to the kernel when it is freed, and the next search pays for having every
page of it mapped and cleared again: that can take longer than what the search does with it.
"""

import ctypes
from functools import cache

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Parameters of glibc's mallopt(3)."""
_LARGEST = 32 << 20
"""Bytes of an array that is still taken from memory that was used before; glibc allows no more."""
_KEPT = 64 << 20
"""Free bytes that a thread keeps."""


@cache
def keep_freed_memory() -> None:
    """Keep what searches free for the next ones, in this whole process. Does nothing where there is no glibc."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    mallopt(_MMAP_THRESHOLD, _LARGEST)
    mallopt(_TRIM_THRESHOLD, _KEPT)
