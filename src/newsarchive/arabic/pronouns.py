"""Pronouns: remove his, her and the like from the end of a word without prefixes.

The ة of a noun is written ت before a pronoun, the carrier of a hamza depends on it, and ى becomes ا.
"""

from newsarchive.arabic.attestation import ARTICLE, articles, count, is_attested, is_noun, with_bare_hamza
from newsarchive.arabic.lemmas import is_verb
from newsarchive.arabic.unrelated import are_unrelated

_PRONOUNS = ("هما", "كما", "هم", "هن", "ها", "نا", "كم", "ك", "ه")
_ADDRESSING = ("كما", "كم", "ك")
"""Pronouns that are so rare in news that a word mostly ends in these letters by itself."""
_WITH_PRONOUNS = frozenset({"من", "عن", "مع", "في", "ان", "كل", "ضد"})
"""Words of two letters, no nouns, that have pronouns."""
_LEAST = 3
"""The number of letters that remain, unless the rest itself is a common word."""
_PRONOUN_RATE = 0.05
"""The least frequency of the rest, compared with the form."""


def without_pronoun(form: str) -> str | None:
    """The form without its pronoun, or None if it has none."""
    if not form.endswith(_PRONOUNS):
        return None
    for pronoun in _PRONOUNS:
        if form.endswith(pronoun):
            rest = form[: -len(pronoun)]
            return None if are_unrelated(form, rest) or has_own_ha(rest) else _before_pronoun(rest, form, pronoun)
    return None


def _before_pronoun(rest: str, form: str, pronoun: str) -> str | None:
    """The word that is written `rest` before a pronoun: مدينت for مدينه, حلفائ for حلفاء. None if there is none."""
    in_doubt = pronoun == "نا" or pronoun in _ADDRESSING
    if rest.endswith("ت") and len(rest) >= _LEAST and not is_noun(form):
        if rest.endswith("ات"):
            return _noun_in_at(rest)
        found = with_ta(rest)
        if pronoun not in _ADDRESSING or (
            is_attested(found, form) and (len(rest) > _LEAST or articles(form) or has_pronouns(rest))
        ):
            return None if found == rest and pronoun == "ه" else found
    if rest.endswith(("ائ", "اؤ")) and len(rest) >= 4:
        found = with_bare_hamza(rest)
        if not in_doubt or rest.endswith("اؤ") or is_attested(found, form):
            return found
    if pronoun in ("ه", "ك"):
        return None  # ه may be ة, see _feminine
    # The وا of a verb loses its ا before a pronoun: فتاواهم, of فتاوى.
    is_in_ya = rest.endswith("وا") and len(rest) > _LEAST + 1 and not in_doubt
    if is_in_ya or (_has_alef_for_ya(rest, form) and not _is_accusative_in_na(rest, form, pronoun)):
        return rest[:-1] + "ي"
    return rest if _is_possessed(rest, form, pronoun) else None


def _noun_in_at(rest: str) -> str | None:
    """The noun that is written `rest` in ات before a pronoun: a plural in ات, or a noun in اة."""
    if _is_singular_in_at(rest):
        return rest[:-1] + "ه"
    found = with_ta(rest)
    return found if articles(found) > articles(rest) else rest if len(rest) >= 4 else None


def _is_singular_in_at(rest: str) -> bool:
    """Whether four letters in ات are a noun in اة before a pronoun: نشأتها, of نشأة. Nothing has its plural in ات."""
    is_plural = articles(rest[:-2]) or articles(rest[:-2] + "ه")
    return len(rest) == _LEAST + 1 and articles(rest[:-1] + "ه") > 0 and not is_plural


def _is_accusative_in_na(rest: str, form: str, pronoun: str) -> bool:
    """Whether نا is the accusative of a word in ن, no pronoun: مدونا, of مدون. But لاعبينا is our players."""
    # لاعبينا is our players, but the ين of معينا, of معين, leaves too little for a plural.
    may_be_plural = rest[-1:] in ("ي", "و") and len(rest) > _LEAST
    return pronoun == "نا" and not may_be_plural and articles(form[:-1]) > articles(rest)


def _has_alef_for_ya(rest: str, form: str) -> bool:
    """Whether the ا before a pronoun is written ى at the end of the noun: فتاواهم, of فتاوى. A verb is not: يساهم."""
    noun = rest[:-1] + "ي"
    is_person = form[0] in "يتن" or form.startswith(("سي", "ست", "سن"))
    is_known = len(rest) > _LEAST and not is_person and is_noun(noun) and articles(noun) > articles(rest)
    return is_known and rest.endswith("ا") and (not form.endswith("نا") or has_pronouns(rest))  # but not بارانا


def _is_possessed(rest: str, form: str, pronoun: str) -> bool:
    """Whether the form is `rest` with a pronoun: تفاهم is not تفا + هم. No noun with a pronoun has ال or endings."""
    in_doubt = pronoun == "نا" or pronoun in _ADDRESSING
    is_definite = is_noun(form) or any(count(ARTICLE + form + ending) for ending in ("ه", "ات", "ي", "ين"))
    if is_definite or len(rest) < 2 or _is_accusative_in_na(rest, form, pronoun):
        return False
    if len(rest) < _LEAST:
        # مدنا is a form of مدن
        is_word = rest in _WITH_PRONOUNS or is_noun(rest)
        return is_word and articles(form[: len(rest) + 1]) <= articles(rest) and is_attested(rest, form)
    if in_doubt:
        # واحكم is no form of واحه, nor واينا of واي.
        is_known = articles(form) or is_noun(rest) or count(rest + "ه") or count(rest + "ها")
        is_possible = is_known if pronoun in _ADDRESSING else not _is_short_name(rest, form)
        return bool(is_possible) and is_attested(rest, form)
    if not articles(form) or is_attested(rest, form, _PRONOUN_RATE):
        return True
    return rest[-1] in "يو" and (articles(rest[:-1] + "ين") > 0 or articles(rest[:-1] + "ون") > 0)  # لاعبيهم


def has_pronouns(form: str) -> bool:
    """Whether the lexicon has what is written before pronouns with the commonest of them: صحت for صحتها."""
    return any(count(clitic + form + pronoun) for clitic in ("", "ب") for pronoun in ("ه", "ها", "هم"))


def is_verb_of_ours(rest: str) -> bool:
    """Whether what remains without a pronoun is a verb with "we", which is written like a noun: رأيناه, not our رأي."""
    noun = rest[:-2]
    return rest.endswith("نا") and len(noun) >= _LEAST and is_noun(noun) and not is_verb(noun)


def _is_short_name(rest: str, form: str) -> bool:
    """Whether three letters are a noun that the lexicon has with no pronoun or plural, so that نا may be the word's."""
    is_other = is_verb(rest) or any(articles(rest + ending) for ending in ("ها", "هم", "ات", "ي"))
    return len(rest) == _LEAST and not (articles(form) or is_other) and (is_noun(rest) or rest[-1] == "و")


def with_ta(rest: str) -> str:
    """The noun whose form before an ending is `rest` in ت: مدينت -> مدينه, but وقت -> وقت."""
    feminine = rest[:-1] + "ه"
    if len(rest) == _LEAST:
        return feminine if articles(feminine) > articles(rest) else rest
    return rest if articles(rest) > articles(feminine) else feminine


def has_own_ha(rest: str) -> bool:
    """Whether the ه before a pronoun, where no ة can be, would be taken for one: شابهها is no form of شاب."""
    return rest.endswith("ه") and len(rest) > _LEAST and is_noun(rest) and is_noun(rest[:-1])
