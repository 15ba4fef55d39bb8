"""Spellings of foreign names that nobody listed: بلومبرغ for بلومبيرج, زوكربرغ for زوكربيرغ.

Arabic roots have three or four consonants. A word with more of them, without all that may be an
affix, is foreign. Its short vowels may be written or not, and some of its consonants have several
letters. Nothing is listed by word: the archive has to say which of the spellings exist.
"""

import re
from collections.abc import Iterator

from newsarchive.search.language.inflection import ENDINGS, PREFIXES

_VOWELS = "اوي"
_LEAST = 5
"""The fewest consonants of a foreign word."""
_LETTERS = {"غ": "جك", "ج": "غ", "ك": "غ", "ت": "ط", "ط": "ت", "ز": "س", "س": "ز"}
"""Letter -> the others that are written for the same foreign sound. غ and ق make different words: برتغال, برتقال."""
_PREFIX = re.compile("^(?:س?[يتنا]|م)?(?:ست|ن|ت)?")
"""What may be before the root of an Arabic verb or noun."""
_VERB_ENDING = re.compile("(?:ت|تم|نا|ن|وا?|ون|ين|ان)?(?:ه|ها|هم|هن|هما|نا|ني|كم)?$")
_COMPOUND = "عبدال"
"""Names in which a vowel makes another name: عبدالحكيم, عبدالحكم."""


def spellings(word: str) -> Iterator[str]:
    """Yield the other spellings of a folded word that is foreign; most of them are no words.

    >>> "زوكربيرغ" in spellings("زوكربرغ"), "بلومبيرج" in spellings("بلومبيرغ")
    (True, True)
    >>> list(spellings("استقلال"))
    []
    """
    if len(word) < _LEAST or _consonants(word) < _LEAST or _COMPOUND in word or not is_foreign(word):
        return
    for at, letter in enumerate(word[:-1]):
        before, after = word[at - 1 : at], word[at + 1]
        if before or letter not in "سز":
            yield from (word[:at] + other + word[at + 1 :] for other in _LETTERS.get(letter, ()))
        if before and letter in _VOWELS and (_are_consonants(before, after) or letter in (before, after)):
            yield word[:at] + word[at + 1 :]
        if _are_consonants(letter, after):
            yield from (word[: at + 1] + vowel + word[at + 1 :] for vowel in _VOWELS)
        elif before and letter in "وي" and letter not in (before, after):
            yield word[:at] + letter + word[at:]
    yield from (word[:-1] + other for other in _LETTERS.get(word[-1], ()))


def is_foreign(word: str) -> bool:
    """Whether a folded word has more consonants than an Arabic root, whatever of it may be affixes."""
    return all(
        _consonants(_PREFIX.sub("", core)) >= _LEAST
        for prefix in PREFIXES
        if word.startswith(prefix)
        for core in _cores(word[len(prefix) :])
    )


def _cores(rest: str) -> Iterator[str]:
    """The word without its longest ending, as a noun and as a verb."""
    yield next(rest[:end] for end in range(len(rest) + 1) if rest[end:] in ENDINGS)
    yield _VERB_ENDING.sub("", rest, count=1)


def _consonants(word: str) -> int:
    return sum(letter not in _VOWELS for letter in word)


def _are_consonants(*letters: str) -> bool:
    return not any(letter in _VOWELS for letter in letters)
