"""Adjectives in ي: which word they are made of, as فرنسي of فرنسا, and words in ي that are no adjectives."""

import re

from newsarchive.arabic.attestation import ARTICLE, articles, count, is_attested, is_noun, keeps_alef
from newsarchive.arabic.lemmas import is_before_noun, is_own_feminine, is_own_relative, is_verb
from newsarchive.arabic.pronouns import has_pronouns, with_ta, without_pronoun
from newsarchive.arabic.proper_names import is_country_in_ya
from newsarchive.arabic.stop_words import STOP_WORDS
from newsarchive.arabic.unrelated import are_related, are_unrelated

_LEAST = 3
_RARE = 0.02
_RELATIVE_RATE = 0.05
_COUNTRY_RATE = 0.2
_PLURAL_IN_HAMZA = re.compile("(?:ا(?!ن|.ت))?[^ا]{3}اء|ا[^ا]{1,2}اء")
"""فعلاء, أفعلاء and أفعال, but not افتعال and انفعال."""
_RELATIVE_ENDINGS = ("ه", "ا", "ين", "ون", "ات")


def known_base(form: str, noun: bool) -> str | None:
    """What remains without ي if it is judged (طبي of طب, صحي of صحة), or if the form has "my" or lost its ن."""
    rest = form[:-1]
    for base in (rest, rest + "ه"):
        if are_related(form, base):
            return base
    if is_whole(form, noun):
        return None
    if _is_my_feminine(form):
        return with_ta(rest)
    return rest if is_before_noun(form) else None


def _is_my_feminine(form: str) -> bool:
    """Whether the form is a noun in ة with "my", or its dual before another noun: قدرتي is no form of the verb قدرت."""
    rest = form[:-1]
    is_feminine = rest.endswith("ت") and len(rest) >= _LEAST and not is_noun(form) and with_ta(rest) != rest
    if not is_feminine or are_unrelated(form, rest):
        return False
    # بهشتي is no form of هشه.
    is_known = (
        len(rest) > _LEAST or articles(form) or has_pronouns(rest) or articles(rest + "ين") or articles(rest + "ان")
    )
    return bool(is_known) and count(ARTICLE + with_ta(rest)) > 0


def is_foreign(form: str, base: str) -> bool:
    """Whether the form and the base are two names: بلاتيني, بلاتين. Adjectives have ال or ة, "my" follows nouns."""
    is_word = base in STOP_WORDS or base.endswith("نا") or is_verb(base)
    if not count(form) or is_word or (is_noun(base) and not base.endswith("ا")):
        return False
    return not any(map(articles, (ARTICLE + form, form + "ه", form + "ين", base + "ين", base + "ها", base + "هم")))


def is_whole(form: str, noun: bool) -> bool:
    """Whether the ي belongs to the word: بدايه isn't made of بدا, nor مرئي of مرء."""
    rest = form[:-1]
    if rest.endswith("ا") or len(rest) < _LEAST or (rest[-1] in "ئؤ" and is_noun(form)):
        return True
    return not noun and _is_verb(form)


def base_of_relative(form: str) -> str | None:
    """The word that an adjective in ي is made of, or None if it is a word of its own."""
    rest = form[:-1]
    feminine, country = rest + "ه", rest + "يا"
    bases = [rest, feminine, rest + "اه"]
    if not rest.endswith("و") and has_own_alef(rest + "ا") and not _is_our_noun(rest + "ا", form):
        bases.append(rest + "ا")
    base = max(bases, key=articles)
    if are_unrelated(form, rest):
        is_of_feminine = is_own_feminine(feminine) and not are_unrelated(form, feminine)
        return feminine if is_of_feminine else None
    if is_own_relative(form, base):
        if is_noun(base) or not is_noun(feminine):
            return None
        base = feminine  # اضافي, of the noun اضافه, not of the verb
    return None if articles(country) and _is_of_country(form, country, base) else base


def _is_our_noun(base: str, form: str) -> bool:
    """Whether the base is a noun with "our", of which no adjective is made: السعدني is no form of سعدنا."""
    noun = without_pronoun(base) if base.endswith("نا") else None
    return noun is not None and is_noun(form)


def _is_of_country(form: str, country: str, base: str) -> bool:
    """Whether the form is the adjective of a country in يا: كيني of كينيا, not of the name كين."""
    if is_country_in_ya(country) and is_attested(country, base, _RELATIVE_RATE):
        return True
    is_name = not is_noun(base) and articles(country) > articles(form)
    return not articles(base) or (keeps_alef(country) and (is_name or is_attested(country, base, _COUNTRY_RATE)))


def _is_verb(form: str) -> bool:
    """Whether the form is a verb, which occurs in other persons and tenses: ينتهي, تنتهي, أعطى, يعطي."""
    others = {"ي": "ت", "ت": "ي", "ن": "ي", "ا": "ي"}
    return form[0] in others and not is_noun(form) and count(others[form[0]] + form[1:]) > 0


def is_relative(form: str) -> bool:
    """Whether a form in ائي is an adjective (قضائي), not a noun in اء with my (أصدقائي).

    The lexicon tells: an adjective has ال and endings. If it doesn't know the form, the pattern of
    the noun decides: words of the patterns فعلاء, أفعلاء and أفعال are mostly plurals.
    """
    if count(ARTICLE + form) or any(articles(form + ending) for ending in _RELATIVE_ENDINGS):
        return True
    noun = form[:-2] + "ء"
    return not (articles(noun) and count(form)) and not _PLURAL_IN_HAMZA.fullmatch(noun)


def has_own_alef(form: str) -> bool:
    """Whether the ا at the end is no accusative: كوبا has prepositions, and ايضا no form without it."""
    rest = form[:-1]
    is_known = is_attested(rest, form, _RARE) or is_attested(rest + "ه", form, _RARE)
    return keeps_alef(form) or (articles(form) > 0 and not is_known)
