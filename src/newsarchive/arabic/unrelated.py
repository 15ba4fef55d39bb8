"""Pairs of unrelated words, one of which looks like a form of the other: رئيسي (main) and رئيس (president).

`unrelated.tsv` lists words that occur together hardly more often than by chance in the articles of
the ANT corpus (antcorpus.github.io, Apache-2.0). Forms of one word would. The file is made by
`bench/build_unrelated.py`, and is frozen like the lexicon.
"""

from functools import cache
from importlib.resources import files

FILE_NAME = "unrelated.tsv"
LEAST_LETTERS = 3
"""The least number of letters of the shorter word."""


def are_unrelated(longer: str, shorter: str) -> bool:
    """Whether a folded word is listed as unrelated to a shorter word that it contains.

    >>> are_unrelated("عملي", "عمل"), are_unrelated("فرنسي", "فرنس")
    (True, False)
    """
    return shorter in _table().get(longer, ())


@cache
def _table() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in files(__package__).joinpath(FILE_NAME).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            longer, shorter = line.split("\t")
            found[longer] = (*found.get(longer, ()), shorter)
    return found
