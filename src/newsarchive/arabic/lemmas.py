"""Words that are more than another word and an ending: صفقة (deal) is no form of صفق (to applaud).

Adjectives have ة and ي as mere endings (صعبة, فرنسية). But most nouns in ة, and nouns in ية that
name a thing, are dictionary words of their own, and the word without the ending means something
else: شركة, منطقة, عملية, جمعية. They show it by what adjectives never have: a pronoun (شركتها) or
a plural in يات (عمليات). Where the lexicon doesn't tell, or is wrong, `unrelated` does.
"""

from functools import lru_cache

from newsarchive.arabic.attestation import ARTICLE, articles, count, is_noun
from newsarchive.arabic.unrelated import are_related, are_unrelated

_PRONOUNS = ("ه", "ها", "هم", "هما", "نا")
_ARTICLE_RATE = 0.2
"""The least frequency of a noun in ة with ال, compared with the form without: or its ه may be a pronoun."""
_HIS_OR_HERS = 2
"""If forms that can only be a noun in ة are fewer than this, for one with "her", ه mostly is "his": كتابه."""
_PRONOUN_RATE = 0.02
_OF_VERB_RATE = 0.05
"""As `_PRONOUN_RATE`, if the forms could be those of a verb: طالبتها, "she asked her"."""
_IN_YA_RATE = 0.06
"""As `_PRONOUN_RATE`, because adjectives in ية may also be nouns: جدية."""
_PLURAL_RATE = 0.1
_ACCUSATIVE_RATE = 0.05
"""The least frequency of an accusative of the rest, compared with a form in ة, if it is an adjective: صعبا."""
_THING_RATE = 0.1
_PERSONS_RATE = 0.05
_MEMO_LIMIT = 30_000


@lru_cache(maxsize=_MEMO_LIMIT)
def is_own_feminine(form: str) -> bool:
    """Whether a form in ة is another word than what remains without ة. False if nothing remains that is a word.

    >>> is_own_feminine("صفقه"), is_own_feminine("صعبه")
    (True, False)
    """
    rest = form[:-1]
    if are_unrelated(form, rest) or _is_broken_plural(form) or _is_noun_in_ya(form, rest):
        return True
    if are_related(form, rest):
        return False
    definite = count(ARTICLE + form)
    if not definite or rest[-1] in "اي" or not (articles(rest) or is_verb(rest)):
        return False
    with_pronoun = sum(count(rest + "ت" + pronoun) for pronoun in _PRONOUNS)
    if definite < _ARTICLE_RATE * count(form) or definite + with_pronoun < _HIS_OR_HERS * count(rest + "ها"):
        return False
    if (is_verb(rest) and not is_noun(rest)) or _is_short_noun(form, rest):
        return True
    rate = _OF_VERB_RATE if is_verb(rest) else _PRONOUN_RATE
    return with_pronoun >= rate * articles(form)


def _is_noun_in_ya(form: str, rest: str) -> bool:
    """Whether four letters in ية are a noun, which has pronouns, and what is left without ة a verb: بنية, بنى."""
    if len(form) != 4 or rest[-1] != "ي" or are_related(form, rest) or not count("ي" + rest) + count("ت" + rest):
        return False
    with_pronoun = sum(count(rest + "ت" + pronoun) for pronoun in _PRONOUNS)
    return with_pronoun >= max(1, _IN_YA_RATE * articles(form))


def _is_broken_plural(form: str) -> bool:
    """Whether a form in ية is a plural of the pattern أفعلة, as أدوية and أغطية: what is left of it is no word."""
    is_pattern = len(form) == 5 and form[0] == "ا" and form.endswith("يه")
    return is_pattern and count(ARTICLE + form) > 0 and not (articles(form[:-1]) or articles(form[:-2]))


def _is_short_noun(form: str, rest: str) -> bool:
    """Whether four letters in ة are a noun, no adjective: with a plural in ات, or beside a verb (غارات, حملة)."""
    if len(rest) != 3:
        return False
    is_adjective = count(rest + "ا") >= _ACCUSATIVE_RATE * articles(form)
    return articles(rest + "ات") >= _PLURAL_RATE * articles(form) or (is_verb(rest) and not is_adjective)


@lru_cache(maxsize=_MEMO_LIMIT)
def is_thing(form: str) -> bool:
    """Whether a form in ي, with ة, is a noun that names a thing, of which nothing is removed: عملي for عملية.

    >>> is_thing("عملي"), is_thing("فرنسي")
    (True, False)
    """
    if are_related(form, form[:-1]):
        return False
    things = count(form + "ات") + count(ARTICLE + form + "ات")
    things += sum(count(form + ending + pronoun) for ending in ("ت", "ات") for pronoun in _PRONOUNS)
    return things > 0 and count(ARTICLE + form + "ه") > 0 and things >= _THING_RATE * articles(form + "ه")


@lru_cache(maxsize=_MEMO_LIMIT)
def is_own_relative(form: str, base: str) -> bool:
    """Whether a form in ي is another word than `base`, of which it could be the adjective.

    So are nouns in ية that name a thing, and adjectives of a short word that is also a verb:
    العدلية is no form of يعدل.

    >>> is_own_relative("جمعي", "جمع"), is_own_relative("فرنسي", "فرنسا")
    (True, False)
    """
    if are_unrelated(form, base):
        return True
    if are_related(form, base):
        return False
    if form[:-1] == base and len(base) == 3 and is_verb(base):
        return count(ARTICLE + form) + count(ARTICLE + form + "ه") > 0
    return is_thing(form)


def is_before_noun(form: str) -> bool:
    """Whether a form in ي is a plural or dual that lost its ن before another noun: مسؤولي. Adjectives have ال.

    >>> is_before_noun("منافسي"), is_before_noun("تجاري")
    (True, False)
    """
    rest = form[:-1]
    return not (rest.endswith("ت") or count(ARTICLE + form)) and count(ARTICLE + rest + "ين") > 0 and is_noun(rest)


@lru_cache(maxsize=_MEMO_LIMIT)
def is_verb(form: str) -> bool:
    """Whether a form is the past of a verb, by its other persons: خلف, خلفت and خلفوا, يخلف."""
    persons = count(form + "ت") + count(form + "وا")
    present = count("ي" + form) + count("ت" + form)
    return persons > 0 and present > 0 and persons + present >= _PERSONS_RATE * count(form)
