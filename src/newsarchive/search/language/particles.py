"""Particles that are written together with the word after them: و ف, ب ل ك, and ال.

In a text they belong to the word. In a query they may stand apart from it (ترامب و بوتين), be
written before a number (الـ20), or be left out of a phrase: «مجلس الأمن» also means «لمجلس الأمن».
"""

import re
from collections.abc import Sequence

from newsarchive.arabic.lexicon import lexicon
from newsarchive.arabic.stem import is_arabic_word, stem
from newsarchive.arabic.stop_words import STOP_WORDS

CONJUNCTIONS = ("و", "ف")
PREPOSITIONS = ("ب", "ل", "ك")
_ARTICLE = "ال"

_BEFORE_NOUNS = tuple(
    conjunction + preposition
    for conjunction in ("", *CONJUNCTIONS)
    for preposition in ("", *PREPOSITIONS)
    if conjunction or preposition
)
"""Conjunctions and prepositions in the order in which they precede a word: و, ب, وب."""
WITH_ARTICLE = frozenset(
    [_ARTICLE, *(before + ("ل" if before.endswith("ل") else _ARTICLE) for before in _BEFORE_NOUNS)]
)
"""The article with what may precede it: ال, وال, بال, لل, وبال."""
PARTICLES = frozenset(_BEFORE_NOUNS) | WITH_ARTICLE

_OWN_WORD = 0.4
"""A form more than this times as frequent as the bare word is mostly a word of its own: واحد is not و + أحد.

After و, ب and ل, the stem of the form decides, too: «لحقوق» is often as frequent as «حقوق», and «وقال» as «قال».
"""
_DECIDED_BY_STEM = "وبل"
_TATWEEL_AFTER = re.compile(r"^\W*\w*?ـ")
_COMMON_ERA = "م"
_HIJRI = "ه"


def with_particles(word: str) -> tuple[str, ...]:
    """Return the forms of a folded word with particles before it, without those that are other words.

    >>> with_particles("الامم")[:5]
    ('بالامم', 'للامم', 'كالامم', 'والامم', 'وبالامم')
    >>> "كمال" in with_particles("مال")
    False
    """
    if not is_arabic_word(word):
        return ()
    return tuple(form for before in _BEFORE_NOUNS if _is_form(form := joined(before, word), word))


def joined(particle: str, word: str) -> str:
    """Return a folded word written together with a particle: ل and الأمم give للأمم.

    >>> joined("ل", "الامم"), joined("ول", "اللاجئين"), joined("و", "بوتين")
    ('للامم', 'وللاجئين', 'وبوتين')
    """
    if not particle.endswith("ل") or particle in WITH_ARTICLE or not word.startswith(_ARTICLE):
        return particle + word
    return particle + (word[2:] if word.startswith("الل") else word[1:])


def _is_form(form: str, word: str) -> bool:
    """Whether a form is the word with particles. Before ال, particles are never part of another word."""
    if word.startswith(_ARTICLE) and len(word) > 4:
        return True
    if form.endswith(word) and form[-len(word) - 1] in PREPOSITIONS and form in STOP_WORDS:
        return False  # لماذا is not ل and ماذا
    is_rare = lexicon().get(form, 0) <= _OWN_WORD * lexicon().get(word, 0)
    return is_rare or (form[0] in _DECIDED_BY_STEM and stem(form) == stem(word))


def is_number(word: str) -> bool:
    """Whether a folded word begins with a digit."""
    return word[:1].isdecimal()


def may_be_dropped(particle: str, following: str, typed: str) -> bool:
    """Whether a particle that was typed together with `following` is not part of what is searched.

    Nobody means the letters of الـ20, و2010 or الـBBC. But ب12 may be the name of a vitamin.
    """
    if particle not in PARTICLES or not following or is_arabic_word(following):
        return False
    is_clear = particle in WITH_ARTICLE or particle in CONJUNCTIONS or _TATWEEL_AFTER.match(typed) is not None
    return is_clear or not is_number(following)


def is_year_mark(mark: str, number: str) -> bool:
    """Whether a letter after a number says of which calendar it is a year: 1919م, 1446هـ.

    A round number of three digits is more likely a distance: 100م, 400م.
    """
    if mark not in (_COMMON_ERA, _HIJRI) or not number.isdecimal():
        return False
    if mark == _HIJRI:
        return len(number) <= 4 and 1 <= int(number) < 1600
    return (len(number) == 4 and 1000 <= int(number) < 2200) or (len(number) == 3 and int(number) % 50 != 0)


def without_year_marks(words: Sequence[str]) -> list[str]:
    """Return folded words without the letters that mark years."""
    return [word for at, word in enumerate(words) if not at or not is_year_mark(word, words[at - 1])]
