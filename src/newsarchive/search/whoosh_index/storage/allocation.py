"""Tune the C library's allocator for arrays that live only during a search.

By default, glibc returns the memory of a large array to the kernel when the array is freed. The next search
then waits while the kernel maps and clears every page again, which can take longer than the search itself.
"""

import ctypes
from functools import cache

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Parameters of glibc's mallopt(3)."""
_LARGEST = 32 << 20
"""Arrays up to this many bytes reuse freed memory; the maximum that glibc allows."""
_KEPT = 64 << 20
"""The number of free bytes that a thread keeps."""


@cache
def keep_freed_memory() -> None:
    """Make this process keep memory freed by searches for later searches. Does nothing without glibc."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    mallopt(_MMAP_THRESHOLD, _LARGEST)
    mallopt(_TRIM_THRESHOLD, _KEPT)
