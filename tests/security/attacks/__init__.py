"""Attacks on the whole product, each made from a seed: the tests here run a few of each, `bench/assault.py` runs many.

Every module has a function `attack(seeds, work, …)` that makes one attempt for each seed and returns a `Tally`. The
same seed makes the same attempt, so a failure is repeated with its seed alone.
"""
