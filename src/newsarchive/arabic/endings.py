"""Endings: remove pronouns, plural endings, ة and ي from a word without prefixes.

Each rule removes the last ending and continues with the rest as a word of its own. Every decision
depends only on the word at hand, so all inflections of a word end at the same stem. The decisions
use what grammar rules out: no word has ال and a pronoun, or an accusative after a preposition, and
a plural in ين has one in ون.
"""

from collections.abc import Callable

from newsarchive.arabic.attestation import (
    ARTICLE,
    articles,
    count,
    is_attested,
    is_genitive,
    is_inflected,
    is_name,
    is_noun,
    is_only_name,
)
from newsarchive.arabic.duals import feminine_before_dual, is_dual_of_two_letters
from newsarchive.arabic.lemmas import is_own_feminine, is_thing, is_verb
from newsarchive.arabic.pronouns import has_own_ha, is_verb_of_ours, without_pronoun
from newsarchive.arabic.proper_names import is_given_name, is_proper_name
from newsarchive.arabic.relatives import (
    base_of_relative,
    has_own_alef,
    is_foreign,
    is_relative,
    is_whole,
    known_base,
)
from newsarchive.arabic.stop_words import STOP_WORDS
from newsarchive.arabic.unrelated import are_related, are_unrelated

_LEAST = 3
"""The number of letters that remain, unless the rest itself is a common word."""
_RARE = 0.02
"""A rest that is less frequent than this, compared with the form, is no evidence."""
_RELATIVE_RATE = 0.05
_VERB_RATE = 0.1
_ARTICLE_RATE = 0.2
"""The least frequency of the rest, compared with the form, for each kind of ending."""
_COMMON = 10
_FREQUENT_NAME = 100
_ADJECTIVE_ENDS = "يءؤئ"
"""The last letters of adjectives and participles that may lack ال by chance: مستاء."""
_PLURAL_ENDINGS = ("ات", "ون", "ين", "ان")
_MEMO_LIMIT = 150_000
"""The number of distinct forms a memo holds before it is cleared: about 25 MB."""


def without_endings(form: str, *, noun: bool) -> str:
    """The form without all of its endings. `noun` means that it can't be a verb."""
    return (_of_nouns if noun else _of_words)[form]


class _WithoutEndings(dict[str, str]):
    """Form -> the form without its endings, remembered because the same rest follows many clitics."""

    def __init__(self, *, noun: bool) -> None:
        super().__init__()
        self._noun = noun

    def __missing__(self, form: str) -> str:
        if len(self) >= _MEMO_LIMIT:
            self.clear()
        found = self[form] = _without_endings(form, noun=self._noun)
        return found


_of_nouns = _WithoutEndings(noun=True)
_of_words = _WithoutEndings(noun=False)


def _without_endings(form: str, *, noun: bool) -> str:
    if is_proper_name(form):
        return form
    rest = without_pronoun(form)
    if rest is not None:
        return _after_pronoun(rest, form, noun=noun)
    if not form.endswith(_ENDINGS):
        return form
    for ending, rule in _RULES:
        if form.endswith(ending):
            is_own = ending not in _SINGULAR and are_unrelated(form, form[: -len(ending)])
            found = form if is_own else rule(form, noun)
            is_left = len(found) > 2 or len(form) <= _LEAST or is_noun(found)
            if not is_left or (_is_particle(found) and not _may_follow_particle(ending, form, found)):
                return form
            return found
    return form


def _after_pronoun(rest: str, form: str, *, noun: bool) -> str:
    """The form without its endings, of which the pronoun is removed already."""
    if is_verb_of_ours(rest):
        return rest
    return without_endings(rest, noun=noun) if form.startswith(rest) else _with_certain_ta(rest, noun=noun)


def _with_certain_ta(feminine: str, *, noun: bool) -> str:
    """As `without_endings`, for a noun whose ة was seen as ت, so that it is no pronoun: حكمتها is no form of حكم."""
    is_own = feminine.endswith("ه") and are_unrelated(ARTICLE + feminine, feminine[:-1])
    return feminine if is_own else without_endings(feminine, noun=noun)


def _is_particle(form: str) -> bool:
    """Whether the form is a short particle, which has pronouns, but no plural and no adjective."""
    return len(form) <= _LEAST and form in STOP_WORDS and not is_noun(form)


def _may_follow_particle(ending: str, form: str, particle: str) -> bool:
    """Whether a particle may have the ending: ثمين is no form of ثم, nor كيفيه of كيف. But لاني is one of لان."""
    if ending == "ا":
        return count(particle + "ت") > 0  # كان is a verb
    is_adjective = is_noun(form) or articles(form + "ه") > 0
    return ending not in _PLURAL_ENDINGS and (ending != "ي" or not is_adjective)


def _plural_in_at(form: str, noun: bool) -> str:
    """The form without ات. كرات has the stem of كره, and عرفات is a name."""
    rest = form[:-2]
    if len(rest) == _LEAST and rest.endswith("ه") and is_noun(rest[:-1]) and is_attested(rest[:-1], form):
        return rest[:-1]  # امهات
    if (len(rest) >= _LEAST and _has_feminine(rest)) or (len(rest) == 2 and articles(rest + "ه")):
        return rest + "ه"
    if rest.endswith(("ون", "ين")) and len(rest) > _LEAST and not articles(rest):
        return rest  # ايونات has no two plurals
    if len(rest) > _LEAST or (len(rest) == _LEAST and not is_name(form)):
        is_whole = len(rest) > _LEAST and rest.endswith("ي") and is_thing(rest)
        return rest if is_whole else without_endings(rest, noun=True)
    return form if noun else _feminine_verb(form, noun)  # بدات is the verb بدا


def _is_of_verb_only(rest: str) -> bool:
    """Whether three letters before ات are a verb, but no noun, so that the plural is that of a noun in ة."""
    feminine = rest + "ه"
    is_noun_alone = is_noun(rest) or are_related(feminine, rest) or count(ARTICLE + feminine) > 0
    return is_verb(rest) and articles(feminine) > 0 and not is_noun_alone


def _has_feminine(rest: str) -> bool:
    """Whether the noun in ة is another word than the rest, so that ات is its plural: تبعات is no form of تبع."""
    is_own = is_own_feminine(rest + "ه") or are_unrelated(ARTICLE + rest + "ه", rest)
    is_of_verb = is_noun(rest + "ات") and _is_of_verb_only(rest)
    return is_own or (len(rest) == _LEAST and (is_of_verb or _is_beside_verb(rest, rest + "ه")))


def _plural_in_n(form: str, noun: bool) -> str:
    """The form without ون or ين, of plurals and duals."""
    rest = form[:-2]
    if len(rest) < _LEAST:
        return rest if form.endswith("ين") and is_dual_of_two_letters(form, noun=noun) else form
    if _is_noun_in_ayn(rest, form):
        return form
    feminine = feminine_before_dual(rest, form) if form.endswith("ين") else None
    if feminine is not None:
        return _with_certain_ta(feminine, noun=True)
    if not noun and form.endswith("ون") and _ends_in_alef_hamza(rest, form):
        return rest[:-1] + "ا"
    if not _is_plural_of(rest, form, noun):
        return form
    is_person = not noun and form[0] in "يت"
    is_last = rest.endswith("ون") or (is_person and form.endswith("ون") and rest.endswith("ت") and not articles(rest))
    return rest if is_last else without_endings(rest, noun=not is_person)  # فورونين has no two plurals


def _is_noun_in_ayn(rest: str, form: str) -> bool:
    """Whether the ين belongs to the word: جيلاتين, because no plural has a dual, and تحسين, a verbal noun."""
    if rest.endswith("ات") and len(rest) > _LEAST + 1 and form[0] not in "يت" and not articles(rest[:-1] + "ه"):
        return True
    return form[0] == "ت" and form.endswith("ين") and len(rest) == _LEAST


def _is_plural_of(rest: str, form: str, noun: bool) -> bool:
    """Whether the form is a plural or dual of `rest`, not a word such as قانون or فلسطين.

    A plural that is more common than its singular must have another number or case, or belong to
    the words whose plurals have this ending: adjectives in ي and participles.
    """
    if form.endswith("ون") and count(ARTICLE + form + "ي") + count(ARTICLE + form + "يه"):
        return False  # الغابون: no adjective is made of a plural
    if _is_longer_name(rest, form):
        return False  # هاريسون, الفيليبين
    if not articles(form):
        return _may_be_plural(rest, form, noun)
    if is_attested(rest, form) or (form.endswith("يين") and len(rest) >= 4):
        return True
    if form.endswith("ون") and form[0] in "يت" and not noun:
        return is_attested(rest, form, _VERB_RATE)
    is_participle = len(rest) >= 4 and (rest[0] == "م" or rest[1] == "ا")
    siblings = ("ين",) if form.endswith("ون") else ("ون", "ان")
    return is_attested(rest, form, _RARE) and (
        is_participle or any(is_attested(rest + sibling, form, _RARE) for sibling in siblings)
    )


def _is_longer_name(rest: str, form: str) -> bool:
    """Whether a name has the other as its beginning, because no word with a plural is like it: هاريسون, هاريس.

    Of a form that the lexicon lacks, this is certain only if the shorter name is rare too.
    """
    is_known = articles(form) + count(ARTICLE + form) > 0
    if not is_only_name(rest) or not (is_known or count(rest) < _FREQUENT_NAME):
        return False
    if (
        rest[0] == "م"
        or rest[-1] in _ADJECTIVE_ENDS
        or rest[1:3] == ARTICLE
        or without_endings(rest, noun=False) != rest
    ):
        return False
    is_person = form.removeprefix("لا").removeprefix("س")[0] in "يتن"
    return not (is_person or articles(rest + ("ين" if form.endswith("ون") else "ون")))


def _may_be_plural(rest: str, form: str, noun: bool) -> bool:
    """Whether an unknown form may be a plural. Without a known singular, only verbs, adjectives and participles are."""
    if len(rest) == _LEAST and form.endswith("يون") and not articles(rest + "ين"):
        return False  # كليون
    is_adjective = rest.endswith("ي") and len(rest) > _LEAST
    is_participle = len(rest) >= 4 and (rest[0] == "م" or (len(rest) == 4 and rest[1] == "ا"))
    imperfect = rest.removeprefix("س")
    is_person = form.endswith("ون") and imperfect[0] in "يت" and not noun
    if is_person and (imperfect[0] == "ي" or any(count(person + imperfect[1:]) for person in "يتن")):
        return True  # but not تليفون
    if is_adjective or is_participle or is_inflected(rest):
        return True
    return articles(rest) > 0 or articles(without_endings(rest, noun=noun)) > 0


def _dual(form: str, noun: bool) -> str:
    rest = form[:-2]
    if len(rest) == 2:
        return rest if is_dual_of_two_letters(form, noun=noun) else form
    feminine = feminine_before_dual(rest, form)
    if feminine is not None:
        return _with_certain_ta(feminine, noun=True)
    is_in_doubt = articles(form) >= _COMMON and (not articles(rest + "ين") or is_genitive(form))
    # A name such as سلميان is no dual: of a common noun, the other case occurs, too.
    is_person = not noun and form.removeprefix("س")[0] in "يت"
    is_known = is_person or articles(rest + "ين") > 0
    if rest.endswith("ي"):
        is_known = is_known or articles(rest + "ون") + count(ARTICLE + form) > 0  # but not كليان, a name
        is_known = is_known or (len(rest) > _LEAST + 1 and is_noun(rest))
    else:
        is_known = is_known or articles(form) > 0 or is_noun(rest)
    if len(rest) >= _LEAST and is_known and is_attested(rest, form) and not is_in_doubt:
        return without_endings(rest, noun=noun)
    return form


def _ends_in_alef_hamza(rest: str, form: str) -> bool:
    """Whether `rest` in ء is a verb in أ: قرءوا and قرأوا are two spellings."""
    return rest.endswith("ء") and is_attested(rest[:-1] + "ا", form)


def _verb_in_wa(form: str, _noun: bool) -> str:
    """The form without the وا of verbs, or the ا of the accusative: عضوا."""
    rest = form[:-2]
    if rest.endswith("ي"):
        return form  # وايوا: verbs lose their ي
    if len(rest) < _LEAST:
        noun = form[:-1]
        is_accusative = len(noun) >= _LEAST and articles(noun) >= _COMMON and is_noun(noun) and is_attested(noun, form)
        return noun if is_accusative else form
    if _ends_in_alef_hamza(rest, form):
        return rest[:-1] + "ا"
    return rest if not articles(form) or is_attested(rest, form, _VERB_RATE) else form


def _construct_plural(form: str, _noun: bool) -> str:
    """The form without the و of a plural before another noun: مسؤولو."""
    rest = form[:-1]
    if len(rest) == _LEAST and not (articles(rest + "ون") or is_verb(rest)):
        return form  # سامو
    if len(rest) >= _LEAST and articles(rest + "ين") and is_attested(rest, form):
        return without_endings(rest, noun=True)
    return form


def _accusative(form: str, noun: bool) -> str:
    """The form without the ا of the accusative. Of سوريا remains سوري, which has the same stem as سوريه."""
    rest = form[:-1]
    if len(rest) < _LEAST or _is_plural_or_verb_in_ya(form, noun) or _is_unknown_name_in_alef(form):
        return form
    if form.endswith("يا"):
        return without_endings(rest, noun=noun)
    if form.endswith("ها") or has_own_alef(form) or (len(form) == 4 and form.endswith("نا") and is_name(rest)):
        return form  # عدنا, which is not عدن
    if form[0] == "ي" and not noun and not is_noun(rest):
        return form
    return rest if rest.endswith(("ون", "ين", "ات", "ان", "ه")) else without_endings(rest, noun=noun)


def _is_plural_or_verb_in_ya(form: str, noun: bool) -> bool:
    """Whether the form is a plural as قضايا, whose singular has another stem, or a verb as تحيا: no accusative."""
    is_person = form[0] == "ت" and not noun and count("ي" + form[1:]) > 0 and not is_noun(form[:-1])
    return (form.endswith("ايا") and len(form) > _LEAST + 1) or (form.endswith("يا") and is_person)


def _is_unknown_name_in_alef(form: str) -> bool:
    """Whether an unknown form in تا is a name, because the rest is no verb: ابيتا."""
    rest = form[:-1]
    verb = rest[:-1]
    is_known = articles(form) or articles(rest) or is_verb(verb) or (len(verb) > _LEAST and articles(verb))
    return rest.endswith("ت") and not is_known


def _feminine_verb(form: str, noun: bool) -> str:
    """The form without the ت of a verb."""
    rest = form[:-1]
    if noun or len(rest) < _LEAST or is_noun(form):
        return form
    stem = rest.removeprefix("ا")
    is_fifth = rest[0] == "ت" and len(rest) > _LEAST and is_attested(rest, form)  # تحطمت, of تحطم
    if not is_fifth and is_noun(rest) and not any(count(other) for other in (rest + "وا", "ي" + stem, "ت" + stem)):
        return form  # بايت, because باي is no verb
    if is_attested(rest, form):
        return rest
    if articles(form) and is_attested(rest, form, _VERB_RATE) and articles("ي" + stem):
        return rest
    return form


def _feminine(form: str, noun: bool) -> str:
    """The form without ه, which is ة or a pronoun."""
    rest = form[:-1]
    if len(rest) < _LEAST:
        return rest if _is_possessed_by_him(rest, form) and not are_unrelated(form, rest) else form
    if (
        has_own_ha(rest)
        or is_own_feminine(form)
        or (len(rest) == _LEAST and (rest.endswith("ائ") or _is_beside_verb(rest, form)))
        or (is_given_name(rest) and _is_only_name(rest, form))
    ):
        return form  # مائه, a hundred, is not ماء, nor حسينه a form of حسين
    if rest.endswith("نا") and len(rest) >= _LEAST + 2 and is_attested(rest, form):
        return rest if is_verb_of_ours(rest) else without_endings(rest, noun=noun)  # منحناه
    if rest.endswith("ا"):
        return _before_ha(rest, form)
    if rest.endswith("ي"):
        return rest if is_thing(rest) else without_endings(rest, noun=noun)
    return without_endings(rest, noun=noun) if is_attested(rest, form) else rest


def _before_ha(rest: str, form: str) -> str:
    """What remains of a form in اه. فاراه is a town, and قضاياه a form of قضايا."""
    base = rest[:-1]
    is_known = articles(form) or is_verb(base) or (articles(rest) and is_noun(base))
    if len(rest) == _LEAST + 1 and not is_known:
        return form
    return rest if len(rest) == _LEAST or (rest.endswith("ايا") and len(rest) > _LEAST + 1) else base


def _is_only_name(rest: str, form: str) -> bool:
    """Whether the rest, a given name, is no noun with a pronoun (ميلاده) and no adjective (حازمه, حازما)."""
    is_known = articles(form) or any(count(rest + ending) for ending in ("ها", "هم", "ا", "ته", "تها"))
    return not (is_known or rest.endswith("ء"))


def _is_beside_verb(rest: str, form: str) -> bool:
    """Whether the form is a noun in ة, and what remains without it is a verb only: غابه, غاب."""
    if is_noun(rest) or are_related(form, rest) or count(ARTICLE + form) < _ARTICLE_RATE * max(1, count(form)):
        return False
    return count(rest + "ت") + count(rest + "وا") >= _RARE * max(1, count(rest))


def _is_possessed_by_him(rest: str, form: str) -> bool:
    """Whether the form is two letters and his: حقه. A noun in ة may have ال: الصفه."""
    return (
        len(rest) == 2
        and rest != ARTICLE
        and count(ARTICLE + form) < _ARTICLE_RATE * count(form)
        and (is_attested(rest, form))
    )


def _relative(form: str, noun: bool) -> str:
    """The form without ي. فرنسي has the stem of فرنسا, and سوري keeps ي because of سوريا."""
    rest = form[:-1]
    if rest.endswith(("ائ", "اؤ", "اء")):
        return form if len(rest) < 4 or is_relative(form) else rest[:-1] + "ء"
    known = known_base(form, noun)
    if known is not None:
        return _with_certain_ta(known, noun=True) if rest.endswith("ت") else without_endings(known, noun=True)
    if is_whole(form, noun):
        return form
    if len(rest) == _LEAST and rest.endswith("ي") and not (articles(form) or articles(rest + "ين")):
        return form  # تقيي: no adjective is made of another
    base = base_of_relative(form)
    if base is None or not (articles(base) or articles(form)):
        return rest if base else form
    rate = _RARE if is_noun(base) else _RELATIVE_RATE
    is_made = is_attested(base, form, rate) and not is_foreign(form, base)
    return without_endings(base, noun=True) if is_made else form


_RULES: tuple[tuple[str, Callable[[str, bool], str]], ...] = (
    ("ات", _plural_in_at),
    ("ون", _plural_in_n),
    ("ين", _plural_in_n),
    ("ان", _dual),
    ("وا", _verb_in_wa),
    ("و", _construct_plural),
    ("ا", _accusative),
    ("ت", _feminine_verb),
    ("ه", _feminine),
    ("ي", _relative),
)
_ENDINGS = tuple(ending for ending, _ in _RULES)
_SINGULAR = "هي"
"""Endings whose rules look for another base if the rest is unrelated."""
