"""Pairs of unrelated words, one of which looks like a form of the other: رئيسي (main) and رئيس (president).

`unrelated.tsv` lists words that occur together hardly more often than by chance in the articles of
the ANT corpus (antcorpus.github.io, Apache-2.0). Forms of one word would. It also has the judgments
of a reader, who knows rare words, too. Pairs marked `related` are forms of one word although the
longer one looks like a word of its own: سرقة (theft) and سرق (to steal). The file is made by
`bench/build_unrelated.py`, and is frozen like the lexicon.
"""

from functools import cache
from importlib.resources import files

FILE_NAME = "unrelated.tsv"
LEAST_LETTERS = 3
"""The least number of letters of the shorter word, if it is judged by counting."""


def are_unrelated(longer: str, shorter: str) -> bool:
    """Whether a folded word is listed as unrelated to a shorter word that it contains.

    >>> are_unrelated("دوري", "دور"), are_unrelated("فرنسي", "فرنس")
    (True, False)
    """
    return shorter in _unrelated().get(longer, ())


def are_related(longer: str, shorter: str) -> bool:
    """Whether a folded word is listed as a form of a shorter word that it contains.

    >>> are_related("سرقه", "سرق"), are_related("صفقه", "صفق")
    (True, False)
    """
    return shorter in _related().get(longer, ())


def is_listed(word: str) -> bool:
    """Whether a folded word is listed as unrelated to another: a word of its own, which has no clitic."""
    return word in _unrelated()


@cache
def _unrelated() -> dict[str, tuple[str, ...]]:
    return _pairs(related=False)


@cache
def _related() -> dict[str, tuple[str, ...]]:
    return _pairs(related=True)


def _pairs(*, related: bool) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in files(__package__).joinpath(FILE_NAME).read_text(encoding="utf-8").splitlines():
        longer, *others = line.split("\t")
        if not line.startswith("#") and others[1:] == ["related"] * related:
            found[longer] = (*found.get(longer, ()), others[0])
    return found
