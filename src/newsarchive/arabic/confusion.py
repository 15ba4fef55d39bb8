"""Edit costs for typing mistakes in Arabic words: how easily one letter is written for another.

A wrong, missing or extra letter costs 1 by default. These mistakes cost less:

- *Sounds.* Letters that sound alike in some dialect (ض ظ, ذ ز, ث س, ق غ ك ج, ء ع ا), and emphatic
  letters with their plain counterparts (ط ت, ص س, ض د).
- *Carriers.* ئ ؤ ء ا ي و for the same hamza. Folding unifies only some of them, and many writers
  mix up the rest.
- *Dots.* Letters that differ only in dots: ب ت ث ن ي, ج ح خ, د ذ, ر ز, س ش, ص ض, ط ظ, ع غ, ف ق.
- *Keys.* Neighboring keys on the Arabic (101) and the Latin (QWERTY) keyboard.
- *Long vowels.* ا و ي are often left out, or written for a short vowel.
- *Doubled letters.* A letter is often doubled by mistake, or written once instead of twice.
"""

from collections.abc import Iterator
from itertools import combinations, pairwise

ALPHABET = "ءؤئابتثجحخدذرزسشصضطظعغفقكلمنهويڤپچ" + "abcdefghijklmnopqrstuvwxyz" + "0123456789"
"""The characters that have costs. Only words made of these can be compared."""

WRONG = 1.0
SWAPPED = 0.7
"""Two adjacent letters are swapped."""
DOUBLED = 0.4
"""A letter is doubled by mistake, or a double letter is written once."""
VOWEL = 0.5
"""A long vowel is missing or extra."""

_SOUND, _CARRIER, _DOTS, _KEY = 0.4, 0.4, 0.6, 0.7
_ALIKE = ("ضظ", "ذز", "ثس", "تط", "قك", "قغ", "كغ", "كج", "غج", "اع", "سص", "دض", "دذ", "تث", "هح", "فڤ", "بپ", "جچ")
_CARRIERS = ("ءئ", "ءؤ", "ئؤ", "ئي", "ؤو", "ءا", "هت")
_SKELETONS = ("بتثني", "جحخ", "دذ", "رز", "سش", "صض", "طظ", "عغ", "فق")
_KEYBOARDS = ("ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤر", "هوزظ", "qwertyuiop", "asdfghjkl", "zxcvbnm")
LONG_VOWELS = "اوي"


def substitution_costs() -> dict[tuple[str, str], float]:
    """(letter, letter) in either order -> the cost of substituting them, if it is below `WRONG`."""
    costs: dict[tuple[str, str], float] = {}
    for first, second, cost in _confusions():
        cheapest = min(cost, costs.get((first, second), WRONG))
        costs[first, second] = costs[second, first] = cheapest
    return costs


def _confusions() -> Iterator[tuple[str, str, float]]:
    for pair, cost in [*((pair, _SOUND) for pair in _ALIKE), *((pair, _CARRIER) for pair in _CARRIERS)]:
        yield pair[0], pair[1], cost
    for skeleton in _SKELETONS:
        yield from ((first, second, _DOTS) for first, second in combinations(skeleton, 2))
    for row in _KEYBOARDS:
        yield from ((first, second, _KEY) for first, second in pairwise(row))
