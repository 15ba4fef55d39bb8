"""Common names of people and places.

`given_names.txt` and `places.txt` list them. A name that is never used with ال is no form of
another word, whatever its letters look like: شعبان is no dual of شعب, nor تلمسان one of لمس.
"""

import re
from functools import cache
from importlib.resources import files

from newsarchive.arabic.attestation import ARTICLE, count, is_noun
from newsarchive.arabic.fold import fold

_CLITICS = "وفبلك"
"""A given name with a clitic and a noun more often is just that: باسم."""
_LEAST = 4
_ADJECTIVE_RATE = 0.5
"""Nothing is removed from shorter words anyway."""


@cache
def given_names() -> tuple[str, ...]:
    """The given names, as they are written."""
    return tuple(name for line in _lines("given_names.txt") for name in line.split())


@cache
def places() -> tuple[str, ...]:
    """The cities and countries, as they are written."""
    return tuple(place for line in _lines("places.txt") for place in re.split(r"\s*[،,]\s*", line.strip()) if place)


def is_proper_name(form: str) -> bool:
    """Whether a folded word without clitics is a listed name that nothing is removed from.

    Names that are also common words with ال (الجميلة) have the stem of these words, and countries
    in يا that of their adjective.

    >>> is_proper_name("شعبان"), is_proper_name("جميله")
    (True, False)
    """
    return form in _folded()


def is_given_name(form: str) -> bool:
    """Whether a folded word is a listed given name, even if it is also a common word."""
    return form in _given()


def is_bare_name(form: str) -> bool:
    """Whether a folded word without ال is a given name in ى, which is written like an adjective with ال: ليلى, الليلي.

    >>> is_bare_name("ليلي"), is_bare_name("بشري")
    (True, False)
    """
    return form in _in_alef()


def is_country_in_ya(form: str) -> bool:
    """Whether a folded word in يا is a listed country, whose adjective keeps ي: كيني is no form of the name كين."""
    return form in _countries_in_ya()


@cache
def _countries_in_ya() -> frozenset[str]:
    return frozenset(place for place in map(fold, places()) if place.endswith("يا"))


@cache
def _given() -> frozenset[str]:
    return frozenset(name for name in map(fold, given_names()) if len(name) >= _LEAST)


@cache
def _in_alef() -> frozenset[str]:
    """Names in ى; words that have ال more often than that are mostly adjectives."""
    names = {fold(name) for name in given_names() if name.endswith("ى") and len(name) >= _LEAST}
    return frozenset(name for name in names if count(ARTICLE + name) < _ADJECTIVE_RATE * count(name))


@cache
def _folded() -> frozenset[str]:
    people = {name for name in map(fold, given_names()) if not (name[0] in _CLITICS and is_noun(name[1:]))}
    names = people.union(map(fold, places()))
    return frozenset(name for name in names if len(name) >= _LEAST and not _is_ordinary(name))


def _is_ordinary(name: str) -> bool:
    """Whether other rules serve a name: it has ال, or is a country in يا, or a noun with a pronoun (ناديه)."""
    has_pronoun = name.endswith("يه") and is_noun(name[:-1])
    return name.startswith(ARTICLE) or name.endswith("يا") or is_noun(name) or has_pronoun


def _lines(file_name: str) -> list[str]:
    text = files(__package__).joinpath(file_name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]
