"""Broken plurals: كتب for كتاب, which change letters inside the word, so that no stem unites them.

The pairs are in `plurals.tsv` in this package, as words. They come from arramooz (GPL-3.0) and were
checked and extended by hand.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from newsarchive.arabic.fold import fold
from newsarchive.arabic.lexicon import lexicon
from newsarchive.arabic.stem import stem
from newsarchive.search.language.inflection import ARTICLE, nouns_of
from newsarchive.tables import table_lines

FILE_NAME = "plurals.tsv"


class Sign(StrEnum):
    """What is after a listed word that is also another word: where it is found as the partner of a typed noun."""

    NONE = ""
    NOUN = "*"
    """With ال or an attached preposition: الطبق, but not طبق."""
    VERB = "+"
    """Like NOUN, and also after a separate preposition, or with ا at its end: في كتب, كتبا."""
    VERBAL_NOUN = "!"
    """With ال, or with ا at its end: العقد, عقدا, but not لعقد."""
    OTHER_NOUN = "-"
    """Not even with ال: العالم is the world."""


_SIGNS = "".join(Sign)


@dataclass(frozen=True, slots=True)
class Partner:
    """The same noun in the other number: its displayed form, its folded form, and where it is found."""

    shown: str
    text: str
    sign: Sign = Sign.NONE


class Plurals:
    """Nouns and their broken plurals, looked up by either of them with clitics and endings."""

    def __init__(self, text: str) -> None:
        """Parse lines of a noun, a tab, and its plurals with spaces between them; comments begin with `#`.

        A word may have a `Sign` after it.
        """
        self._partners: dict[str, dict[str, Partner]] = {}
        self._in_alef: set[str] = set()
        """Folded nouns in ى."""
        for _, content in table_lines(text):
            singular, plurals = content.split("\t")
            for plural in plurals.split():
                self._add(singular, plural)
                self._add(plural, singular)

    def _add(self, shown: str, other: str) -> None:
        bare, typed = other.rstrip(_SIGNS), shown.rstrip(_SIGNS)
        if typed.endswith("ى"):
            self._in_alef.add(fold(typed))
        partner = Partner(bare, fold(bare), Sign(other[len(bare) :]))
        self._partners.setdefault(fold(typed), {}).setdefault(partner.text, partner)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Each folded noun with a folded partner, in both directions."""
        return ((word, other) for word, partners in self._partners.items() for other in partners)

    def of(self, word: str, name: str = "") -> tuple[Partner, ...]:
        """Return the partners of the folded word; those with its stem are left out, since they are found anyway.

        If the word is known to be a name, only nouns that begin with it count: مائة is no form of ماء.

        >>> [partner.shown for partner in own_plurals().of("وكتابها")]
        ['كتب']
        """
        own = stem(word)
        found: dict[str, Partner] = {}
        for noun in self.nouns(word):
            if noun.startswith(name):
                found.update(self._partners[noun])
        return tuple(partner for partner in found.values() if stem(partner.text) != own)

    def nouns(self, word: str) -> Iterator[str]:
        """Yield the listed folded nouns that a folded word is a form of.

        >>> list(own_plurals().nouns("وكتابها"))
        ['كتاب']
        """
        own = stem(word)
        for noun in nouns_of(word):
            if noun in self._in_alef and word.endswith(noun + "ين"):
                continue  # المعنيين, those concerned, is no form of معنى
            if noun in self._partners and (own in map(stem, forms_of_noun(noun)) or noun.endswith("ء")):
                yield noun


@cache
def forms_of_noun(noun: str) -> tuple[str, ...]:
    """Return the forms of a folded noun whose stems find all of its forms: the noun, and with ال if that has another.

    Without ال, its first or last letters may be taken for clitics or an ending (بستان, وصايا), or for ال itself:
    ألغاز is left out, because it is written like the gas.

    >>> forms_of_noun("كتاب"), forms_of_noun("بستان"), forms_of_noun("الغاز")
    (('كتاب',), ('بستان', 'البستان'), ('الالغاز',))
    """
    own, definite = stem(noun), ARTICLE + noun
    if noun == ARTICLE + own and own in lexicon():
        return (definite,)
    return (noun,) if own == stem(definite) else (noun, definite)


@cache
def own_plurals() -> Plurals:
    """The pairs that come with the package."""
    return Plurals(files(__package__).joinpath(FILE_NAME).read_text(encoding="utf-8"))
