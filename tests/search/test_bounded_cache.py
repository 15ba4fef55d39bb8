"""The cache with bounds, against a list that does the same slowly."""

from hypothesis import given
from hypothesis import strategies as st

from newsarchive.search.bounded_cache import BoundedCache

ENTRIES, SIZE = 4, 40
steps = st.lists(st.tuples(st.integers(0, 6), st.none() | st.integers(0, 15)), max_size=40)


@given(steps)
def test_it_keeps_what_was_used_last_within_both_bounds(steps: list[tuple[int, int | None]]) -> None:
    cache: BoundedCache[int, int] = BoundedCache(ENTRIES, SIZE)
    expected: list[tuple[int, int, int]] = []  # key, value, size; the one used last comes last
    for number, (key, size) in enumerate(steps):
        known = next((one for one in expected if one[0] == key), None)
        if size is None:
            assert cache.get(key) == (None if known is None else known[1])
            expected = [*(one for one in expected if one[0] != key), *filter(None, [known])]
            continue
        cache.put(key, number, size)
        expected = [one for one in expected if one[0] != key]
        if size <= SIZE // 4:
            expected.append((key, number, size))
        while len(expected) > ENTRIES or sum(one[2] for one in expected) > SIZE:
            expected.pop(0)
        assert (len(cache), cache.size) == (len(expected), sum(one[2] for one in expected))
    cache.clear()
    assert (len(cache), cache.size, cache.get(0)) == (0, 0, None)
