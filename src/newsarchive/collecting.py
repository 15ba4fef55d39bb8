"""Collect garbage rarely in a process that takes in many articles, or serves pages.

Python looks for unreachable cycles after every few hundred new objects. Reading and indexing keep
hundreds of thousands of them for long, in dictionaries of words, and make hardly any cycles, so most
of that looking is for nothing: much of the time. So does a page, which makes tens of thousands.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_NEW_OBJECTS = 200_000
"""The number of new objects after which cycles are looked for: some ten megabytes."""


def collect_rarely() -> None:
    """Look for cycles rarely from now on, in a process of its own."""
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, *gc.get_threshold()[1:])


@contextmanager
def collecting_rarely(new_objects: int = _NEW_OBJECTS) -> Iterator[None]:
    """Look for cycles rarely within the block, after so many new objects.

    Objects that were exempt from it before stay exempt.
    """
    before, has_exempt = gc.get_threshold(), gc.get_freeze_count() > 0
    if not has_exempt:
        gc.freeze()
    gc.set_threshold(new_objects, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if not has_exempt:
            gc.unfreeze()
