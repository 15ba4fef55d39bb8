"""Attestation: what the lexicon says about a form, as evidence for or against an analysis.

The counts combine the spellings of hamza that vary from writer to writer: before و (شئون, شؤون,
رءوف) and at the end of a form, where the carrier depends on what follows (حلفاء, حلفائه, حلفاؤه).
"""

import re
from functools import cache
from typing import NamedTuple

from newsarchive.arabic.lexicon import lexicon
from newsarchive.arabic.stop_words import STOP_WORDS

HAMZAS = "ءؤئ"
ARTICLE = "ال"
_BEFORE_WAW = re.compile("[ؤئ](?=و)(?!وي(?:ها?|هم|ا|ين|ون|ان|ات|تين|تان)?$)")
"""A hamza whose carrier varies. It doesn't in adjectives in وي: رئوي, of رئة."""
_NOUN_RATE = 0.05
"""A form is a noun if for a hundred articles with the bare form, five have it with ال."""
_GENITIVE_RATE = 0.02
"""As `_NOUN_RATE`, for the form with a preposition or ال."""
_COMMON = 15
"""A name must have this many articles, or it may lack ال by chance."""


_KNOWN_NAME = 12
"""As `_COMMON`, for a name that has no ending either."""
_OF_WORDS = (
    *((ARTICLE, ending) for ending in ("", "ه", "ي", "يه", "ات")),
    *(("", ending) for ending in ("ه", "ا", "ت", "وا", "ها", "هم", "ات")),
    *((person, "") for person in "يتن"),
)
"""What is before and after the forms of nouns, adjectives and verbs."""


def normalized(form: str) -> str:
    """The form with a bare hamza before و, where the carrier varies: مسئول, مسؤول -> مسءول."""
    return _BEFORE_WAW.sub("ء", form) if "و" in form else form


def with_bare_hamza(form: str) -> str:
    """The form with a bare hamza at its end: شاطئ -> شاطء."""
    return form[:-1] + "ء" if form[-1:] in HAMZAS and form else form


class _Evidence(NamedTuple):
    """The articles with each form, and the first four letters of the words that follow ال in the lexicon."""

    counts: dict[str, int]
    beginnings: frozenset[str]


@cache
def _evidence() -> _Evidence:
    """The lexicon with the counts of several spellings added up.

    Stemming a word asks dozens of times, so each question must be one lookup.
    """
    counts = dict(lexicon())
    spelled = [form for form in counts if "ئ" in form or "ؤ" in form]
    for form in spelled:
        other = with_bare_hamza(normalized(form))
        if other != form:
            counts[other] = counts.get(other, 0) + counts[form]
    beginnings = frozenset([form[2:6] for form in counts if form[:2] == ARTICLE])
    for form in [form for form in counts if form[-1] == HAMZAS[0]]:
        for hamza in HAMZAS[1:]:
            counts.setdefault(form[:-1] + hamza, counts[form])
    return _Evidence(counts, beginnings)


def count(form: str) -> int:
    """The number of lexicon articles with the form itself."""
    return _evidence().counts.get(form, 0)


def articles(form: str) -> int:
    """The number of lexicon articles with the form, counting the form without and with ال."""
    counts = _evidence().counts
    return counts.get(form, 0) + counts.get(ARTICLE + form, 0)


def is_attested(rest: str, form: str, rate: float = 1) -> bool:
    """Whether the lexicon has `rest`, in at least `rate` times as many articles as `form`."""
    return articles(rest) >= max(1, rate * articles(form))


def is_noun(form: str) -> bool:
    """Whether the lexicon has the form with ال often enough: its first letter is no clitic, and it has no pronoun."""
    counts = _evidence().counts
    definite = counts.get(ARTICLE + form, 0)
    return definite > 0 and definite >= _NOUN_RATE * counts.get(form, 0)


def has_plural(form: str) -> bool:
    """Whether the lexicon has the form with ات often enough to be a noun or adjective."""
    plural = articles(form + "ات")
    return plural > 0 and plural >= _NOUN_RATE * count(form)


def is_inflected(form: str) -> bool:
    """Whether the lexicon has the form with an ending that names seldom have."""
    return any(articles(form + ending) for ending in _NOMINAL_ENDINGS)


_NOMINAL_ENDINGS = ("ه", "ي", "ها", "هم", "ات", "ين", "ون", "ان")


def is_name(form: str) -> bool:
    """Whether the form is common, but never has ال, as any common noun would."""
    return count(form) >= _COMMON and not count(ARTICLE + form)


def is_only_name(form: str) -> bool:
    """Whether the form is known to have neither ال nor any ending, not even as an adjective: هاريس, so that no plural
    is made of it.

    >>> is_only_name("هاريس"), is_only_name("تونس")
    (True, False)
    """
    counts = _evidence().counts
    if counts.get(form, 0) < _KNOWN_NAME:
        return False
    return not any(clitic + form + ending in counts for clitic, ending in _OF_WORDS)


def is_free(form: str) -> bool:
    """Whether the form has clitics of its own. وأضاف has none, so it isn't a word that begins with و."""
    return any(count(clitic + form) for clitic in _CLITICS_BEFORE.get(form[0], (ARTICLE, "ب", "ل")))


_CLITICS_BEFORE = {"و": (ARTICLE, "ب", "ل", "و"), "ف": (ARTICLE, "ب", "ل", "و"), "ل": (ARTICLE, "ب")}


def keeps_alef(form: str) -> bool:
    """Whether the ا at the end belongs to the word. An accusative never follows ال or a preposition."""
    genitive = count("ب" + form) + count("ل" + form) + count(ARTICLE + form)
    return genitive > 0 and genitive >= _GENITIVE_RATE * count(form)


def is_genitive(form: str) -> bool:
    """Whether the form has a preposition often enough: it has none itself, and isn't a nominative dual."""
    genitive = count("ب" + form) + count("ل" + form)
    return genitive > 0 and genitive >= _GENITIVE_RATE * count(form)


def begins_with_article(prefix: str, rest: str) -> bool:
    """Whether the ال at the end of `prefix` is an article, and `rest` is the word.

    الالكترونيه, الالماني and الوالد show that الكتروني, المانيا and والدي don't begin with one.
    """
    if prefix != ARTICLE and not begins_with_article(ARTICLE, rest):
        return False
    if (prefix + rest)[:4] not in _evidence().beginnings:
        return True
    first = "" if prefix == ARTICLE else ARTICLE
    bases = {rest} | {rest[: -len(ending)] for ending in _PARADIGM if ending and rest.endswith(ending)}
    forms = {base + ending for base in bases if base for ending in _PARADIGM}
    without = {base + ending for base in bases if len(base) > 1 for ending in _PARADIGM}
    whole = sum(count(ARTICLE + prefix + form) + count("ل" + prefix + form) for form in forms)
    # الالباني shows that البانيا begins with ال, because no بانيا occurs; and بان is a particle.
    return whole <= sum(_definite(first, form) + count("لل" + form) for form in without - STOP_WORDS)


def _definite(first: str, form: str) -> int:
    """The articles with ال before the form, if it occurs without it too."""
    return min(count(first + form), count(form)) if first else count(form)


_PARADIGM = ("", "ا", "ه", "ي", "يا", "يه", "ين", "يين", "يون", "ات")
