"""How easily one letter is written for another: what a mistake in a typed Arabic word costs.

A letter that is simply wrong, missing or too many costs 1. The reasons for less:

- *Sounds.* Letters that are said alike in one dialect or another (ض ظ, ذ ز, ث س, ق غ ك ج, ء ع ا), and the emphatic
  ones with their plain partners (ط ت, ص س, ض د).
- *Carriers.* ئ ؤ ء ا ي و for one hamza: what stays after folding of what schools teach last and writers forget first.
- *Dots.* Letters that differ only in dots: ب ت ث ن ي, ج ح خ, د ذ, ر ز, س ش, ص ض, ط ظ, ع غ, ف ق.
- *Keys* that are neighbours, on the Arabic (101) and the Latin (QWERTY) keyboard.
- *Long vowels* ا و ي, which may stand for a short one or be left out, and letters doubled or not.
"""

from collections.abc import Iterator
from itertools import combinations, pairwise

ALPHABET = "ءؤئابتثجحخدذرزسشصضطظعغفقكلمنهويڤپچ" + "abcdefghijklmnopqrstuvwxyz" + "0123456789"
"""The letters of the words that can be compared."""

WRONG = 1.0
SWAPPED = 0.7
"""Two neighbouring letters in each other's place."""
DOUBLED = 0.4
"""A letter twice for once, or once for twice."""
VOWEL = 0.5
"""A long vowel that is missing, or too many."""

_SOUND, _CARRIER, _DOTS, _KEY = 0.4, 0.4, 0.6, 0.7
_ALIKE = ("ضظ", "ذز", "ثس", "تط", "قك", "قغ", "كغ", "كج", "غج", "اع", "سص", "دض", "دذ", "تث", "هح", "فڤ", "بپ", "جچ")
_CARRIERS = ("ءئ", "ءؤ", "ئؤ", "ئي", "ؤو", "ءا", "هت")
_SKELETONS = ("بتثني", "جحخ", "دذ", "رز", "سش", "صض", "طظ", "عغ", "فق")
_KEYBOARDS = ("ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤر", "هوزظ", "qwertyuiop", "asdfghjkl", "zxcvbnm")
LONG_VOWELS = "اوي"


def substitution_costs() -> dict[tuple[str, str], float]:
    """Two letters, in either order -> the cost of one for the other, where that is below `WRONG`."""
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
