"""Attacks on the whole product, generated from seeds: the tests run a few of each, `bench/assault.py` runs many.

Every module has a function `attack(seeds, work, …)` that makes one attempt per seed and returns a `Tally`. The
same seed gives the same attempt, so the seed is enough to reproduce a failure.
"""
