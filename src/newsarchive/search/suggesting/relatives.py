"""Tells whether two words may be forms of one word.

Corrections must not replace a form by a more frequent form of the same word. Equal stems are not
enough to tell, because a rare form is often stemmed differently from a common one (كشفتا and كشفت).
So two words also count as relatives if they can be the same letters with other affixes, whether or
not such a form is attested.
"""

from collections.abc import Iterator

from newsarchive.arabic.stem import stem

PROCLITICS = ("", "و", "ف", "ال", "وال", "فال", "ب", "بال", "وب", "وبال", "ل", "لل", "ول", "ولل", "ك", "كال")
"""Conjunctions, prepositions and the article, in their common combinations."""
_PREFIXES = ("", "ي", "ت", "ن", "ا", "س", "سي", "ست", "سن", "م")
_SUFFIXES = (
    *(
        "",
        "ه",
        "ها",
        "هم",
        "هما",
        "هن",
        "نا",
        "ني",
        "ي",
        "ك",
        "كم",
        "ا",
        "ان",
        "ين",
        "ون",
        "ن",
        "ات",
        "وا",
        "وه",
        "وها",
    ),
    *("وه", "وها", "ت", "تا", "تين", "تان", "ته", "تها", "تهم", "تنا", "تي", "يه", "يون", "يين", "يات", "يا"),
    *("s", "es", "ed", "ing"),
)
_LEAST = 3
"""The minimum number of letters that affixes must leave."""


def are_related(first: str, second: str) -> bool:
    """Whether two folded words have the same stem, or may be the same letters with other affixes.

    >>> are_related("كشفتا", "كشفت"), are_related("الانتخبات", "الانتخابات")
    (True, False)
    """
    return stem(first) == stem(second) or not _cores(first).isdisjoint(_cores(second))


def with_other_proclitics(word: str) -> set[str]:
    """Return a folded word with other proclitics in place of its own, and the word itself."""
    return {proclitic + bare for bare in _without_proclitics(word) for proclitic in PROCLITICS}


def letters_of_own(word: str) -> int:
    """Return the number of letters of a folded word without all letters that may be proclitics."""
    return min(map(len, _without_proclitics(word)))


def _without_proclitics(word: str) -> Iterator[str]:
    """The word without each of the proclitics that it seems to begin with."""
    for proclitic in PROCLITICS:
        if word.startswith(proclitic) and (not proclitic or len(word) - len(proclitic) >= _LEAST):
            yield word[len(proclitic) :]


def _cores(word: str) -> set[str]:
    """What may be left of a word without its affixes."""
    found = set()
    for bare in _without_proclitics(word):
        for prefix in _PREFIXES:
            begun = bare.removeprefix(prefix) if bare.startswith(prefix) else ""
            found |= {begun[: len(begun) - len(suffix)] for suffix in _SUFFIXES if begun.endswith(suffix)}
    return {core for core in found if len(core) >= _LEAST}
