"""Finds the misspellings among the words that do occur, because others made the same mistake.

The noisy channel model of `correction` decides here, too: the typed word is a candidate that costs
nothing, and loses only by a margin against a neighbor that is far more frequent. The margin is the
wider the shorter the word is, because nearly every short string of letters is a word: طفيل is not a
misspelled طفل. Forms of one word are never corrections of each other (`relatives`).

The words next to it can confirm or refute a suspicion. They confirm it if they occur together with
the neighbor, but never with the typed word; they refute it if they occur with both.
"""

import math
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import NamedTuple

from newsarchive.arabic.stem import stem
from newsarchive.search.engine import Snapshot
from newsarchive.search.scoring.tree import Field
from newsarchive.search.suggesting.correction import CHEAPEST, COST_WEIGHT, Corrector
from newsarchive.search.suggesting.relatives import are_related, letters_of_own, with_other_proclitics

MARGINS = {4: 4.0, 5: 2.3, 6: 0.8, 7: 0.5}
"""Letters without proclitics -> by how much a neighbor must win. Shorter words are never suspected."""
CONFIRMED_MARGINS = {4: 1.0, 5: 0.0, 6: 0.0, 7: 0.0}
"""The same for a word that the words next to it confirm to be misspelled."""
CONFIRMING = 3
"""The least number of articles with a neighbor and the words next to it that confirms a suspicion."""
REFUTING_RATIO = 10
"""With the words next to it, a neighbor must still be this much more frequent than the typed word."""
RIVAL_RATIO = 30
"""A word this much more frequent than another, and one mistake away from it, is its rival."""
MISPRINT_RATIO = 100
"""A word this much more frequent than another form of the same word, and one mistake away, is what was meant."""

_REMEMBERED = 20_000
_TOLERANCE = 1e-4
"""Costs are added up in single precision."""


class Suspicion(NamedTuple):
    """The neighbor that a word may be misspelled for, by how much it wins, and the margins by which it must."""

    meant: str
    surplus: float
    margin: float
    confirmed_margin: float


class Misspellings:
    """The misspelled words of one snapshot. Thread-safe; remembers the words it was asked for."""

    def __init__(self, snapshot: Snapshot, corrector: Corrector) -> None:
        self._snapshot = snapshot
        # Not a method: see `Suggester`.
        self._suspicion = lru_cache(maxsize=_REMEMBERED)(partial(_suspicion, snapshot, corrector))
        self.rival = lru_cache(maxsize=_REMEMBERED)(partial(_rival, snapshot, corrector))
        self.is_misprint = lru_cache(maxsize=_REMEMBERED)(partial(_is_misprint, snapshot, corrector))

    def meant(self, word: str, beside: Sequence[str] = ()) -> str | None:
        """Return the far more frequent word that a folded word is misspelled for; None if it is spelled right.

        `beside` are the folded words next to it in the query.
        """
        suspicion = self._suspicion(word)
        if suspicion is None:
            return None
        margin = self._margin(suspicion, word, beside) if beside else suspicion.margin
        return suspicion.meant if suspicion.surplus >= margin else None

    def _margin(self, suspicion: Suspicion, word: str, beside: Sequence[str]) -> float:
        with_meant = with_typed = 0
        for other in beside:
            counts = self._snapshot.counts_with(
                [(Field.TEXT, stem(other))], [(Field.EXACT, suspicion.meant), (Field.EXACT, word)]
            )
            with_meant, with_typed = with_meant + counts[0], with_typed + counts[1]
        if with_typed:
            return suspicion.margin if with_meant >= REFUTING_RATIO * with_typed else math.inf
        return suspicion.confirmed_margin if with_meant >= CONFIRMING else suspicion.margin


def _suspicion(snapshot: Snapshot, corrector: Corrector, word: str) -> Suspicion | None:
    letters = min(letters_of_own(word), max(MARGINS))
    if letters not in MARGINS or any(map(str.isdigit, word)):
        return None
    least, margin = CONFIRMED_MARGINS[letters], MARGINS[letters]
    articles = max(1, snapshot.frequencies([(Field.EXACT, word)])[0])
    # What wins by the margin has so many articles, even if the mistake is the cheapest one ...
    fewest = articles * math.exp(least + COST_WEIGHT * CHEAPEST) * (1 - _TOLERANCE)
    if fewest > snapshot.articles:
        return None
    # ... and costs no more than a word that all articles have may cost.
    dearest = (math.log(snapshot.articles / articles) - least) / COST_WEIGHT + _TOLERANCE
    found = corrector.commoner(word, fewest, dearest)
    if found is None:
        return None
    cost = COST_WEIGHT * found.cost
    surplus = math.log(snapshot.frequencies([(Field.EXACT, found.word)])[0] / articles) - cost
    if surplus >= least:
        # A form may be rare while the word isn't: what counts is the word with any proclitics.
        surplus = min(surplus, math.log(_usage(snapshot, found.word) / _usage(snapshot, word)) - cost)
    if surplus < least or are_related(word, found.word):
        return None
    return Suspicion(found.word, surplus, margin, least)


def _rival(snapshot: Snapshot, corrector: Corrector, word: str) -> str | None:
    """The word, one mistake away from a folded word, that is far more frequent and no form of the same word.

    Most words with a rival are spelled right, so it says only which of the two to prefer.
    """
    least = RIVAL_RATIO * max(1, snapshot.frequencies([(Field.EXACT, word)])[0])
    if letters_of_own(word) < min(MARGINS) or least > snapshot.articles:
        return None
    found = corrector.commoner(word, least)
    return None if found is None or found.articles < least or are_related(word, found.word) else found.word


def _is_misprint(snapshot: Snapshot, corrector: Corrector, word: str) -> bool:
    """Whether a folded word is one mistake away from a form of the same word that nearly everybody writes: المظاهرت."""
    least = MISPRINT_RATIO * max(1, snapshot.frequencies([(Field.EXACT, word)])[0])
    if letters_of_own(word) < min(MARGINS) or least > snapshot.articles:
        return False
    found = corrector.commoner(word, least)
    return found is not None and found.articles >= least and are_related(word, found.word)


def _usage(snapshot: Snapshot, word: str) -> int:
    """The total document frequency of a word with any proclitics; at least 1."""
    return max(1, sum(snapshot.frequencies([(Field.EXACT, form) for form in sorted(with_other_proclitics(word))])))
