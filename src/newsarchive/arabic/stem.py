"""Stems: the forms by which Arabic words are indexed and searched.

This is a light stemmer that consults a lexicon before it removes an ambiguous letter. The ل of
لمدير is a preposition, while the ل of لندن belongs to the name. No rule about letters can tell them
apart, but usage can: newspapers write مدير far more often than لمدير, and never ندن. So a letter
that may be an affix is removed only if the rest is *attested*: the lexicon counts at least as many
articles with the rest as with the whole word (after و and ف, a fifth as many). Other forms are
evidence too: الوزير shows that the و of وزير is no conjunction. If the whole word is not in the
lexicon, the analysis with the more frequent stem wins. `endings` removes the endings.

The affixes are those of light stemming (Larkey, Ballesteros and Connell, "Light Stemming for Arabic
Information Retrieval", 2007), with more clitics and with verb prefixes. The attestation check is
specific to this project. All words must be folded (`fold`): ا stands for any alef, ي also for ى,
and ه also for ة.
"""

import re
from collections.abc import Iterable

from newsarchive.arabic.attestation import (
    ARTICLE,
    articles,
    begins_with_article,
    count,
    has_plural,
    is_attested,
    is_free,
    is_genitive,
    is_noun,
    normalized,
    with_bare_hamza,
)
from newsarchive.arabic.endings import without_endings
from newsarchive.arabic.lemmas import is_verb
from newsarchive.arabic.past_tense import past_of
from newsarchive.arabic.proper_names import is_bare_name, is_proper_name
from newsarchive.arabic.stop_words import STOP_WORDS
from newsarchive.arabic.unrelated import are_related, are_unrelated, is_listed

_ARABIC_WORD = re.compile(r"[\u0620-\u063f\u0641-\u064a\u066e-\u06d3]{1,30}")
"""A longer run of letters is not a word: somebody held a key down."""
_ARTICLES = {"وبال": 3, "فبال": 3, "ولل": 2, "فلل": 2, "وال": 2, "بال": 2, "كال": 2, "فال": 2, "لل": 2, "ال": 2}
"""The article, with any conjunction and preposition before it -> how many letters must remain."""
_ALL_ARTICLES = tuple(_ARTICLES)
_CONJUNCTIONS = "وف"
_PREPOSITIONS = "بلك"
_GOD = frozenset({"الله", "لله", *(first + second for first in "وف" for second in ("الله", "لله", "بالله")), "بالله"})
"""The name of God with clitics. Its ال is no article that could be removed."""
_PARTICLES = frozenset({"من", "في", "عن", "هو", "هي", "ما", "لا", "لم", "لن", "قد", "ان", "لو", "مع", "كل"})
"""Words of two letters that و joins in three letters. وهم is left out, because it means illusion."""
_NO_NOUNS = _PARTICLES - {"كل"}
"""Particles that never have ال: الهي is no form of هي."""
_PAST_ENDINGS = ("ت", "وا", "تا")
_NOMINAL_ENDINGS = ("", "ه", "ا", "ات", "تا")
_VERBAL = ("سي", "ست", "سن", "سا", "لي", "لت", "لن", "است")
"""Beginnings of verbs, which have too many forms for a lexicon: فسيكتبونها, فليرحل, فاستقبلها."""

_CONJUNCTION_RATE = 0.2
"""After و or ف, the rest need be only this fraction as frequent as the whole word."""
_RARE = 0.02
"""A rest that is less frequent than this, compared with the whole word, is no evidence."""
_NEVER_AFTER_ARTICLE = ("ها", "هم", "كم")
"""Pronouns. No word has ال and a pronoun."""
_NEVER_SECOND = "فبك"
"""Clitics that never follow a preposition: لفيلق shows that the ف of فيلق is none. لل is ل and ال."""
_AFTER_VERBAL_NOUN = ("", "ا", "ه", "ها", "هم")
_COMMON = 10
"""The least number of articles with a form whose own prepositions are evidence."""
_PARTICLE_RATE = 20
_SELDOM = 0.1
_FAR_MORE = 5
"""A word that seldom has ال may be a preposition and a noun, if that noun is this many times as frequent."""
_FAR_FEWER = 2
_MOSTLY_ADJECTIVE = 10
"""How many times as frequent an adjective is as a noun of the same letters with its ال: الحاد, but not الهام."""
_DOUBLE_RATE = 0.2
_LEAST_UNKNOWN = 3
"""A longer word after و needs no evidence, because few words begin with و."""
_MEMO_LIMIT = 500_000
"""The number of distinct words the memo holds before it is cleared: about 80 MB."""


def stem(word: str) -> str:
    """The stem of a folded word. A word with any non-Arabic letter or digit is its own stem.

    >>> [stem(word) for word in ("انتخابات", "الانتخابات", "وبالانتخابات", "لندن")]
    ['انتخاب', 'انتخاب', 'انتخاب', 'لندن']
    """
    return _stems[word]


def stems(words: Iterable[str]) -> list[str]:
    """The stems of folded words, in order. Faster than calling `stem` for each word."""
    return list(map(_stems.__getitem__, words))


def is_arabic_word(word: str) -> bool:
    """Whether a folded word consists of Arabic letters only, without digits or Latin letters."""
    return _ARABIC_WORD.fullmatch(word) is not None


class _Stems(dict[str, str]):
    """Folded word -> its stem, computed on first access."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _MEMO_LIMIT:
            self.clear()
        result = self[word] = _stem(word) if is_arabic_word(word) else word
        return result


_stems = _Stems()


def _stem(word: str) -> str:
    if is_proper_name(word):
        return word
    rest, noun = _without_prefix(normalized(word))
    is_definite = noun and word.endswith(("ال" + rest, "لل" + rest))
    if rest.endswith("ي") and (is_definite or rest.startswith(ARTICLE)):
        definite = ARTICLE + rest if is_definite else rest
        if are_unrelated(definite, definite[2:]):
            return definite  # للجري, running, is no form of جرى
    if (is_definite and _is_whole_after_article(rest)) or (not is_definite and is_bare_name(rest)):
        return with_bare_hamza(rest)
    return _stem_of(rest, noun=noun)


def _is_whole_after_article(rest: str) -> bool:
    """Whether a word after ال has no pronoun that could be removed: البرهم, الحكمة (wisdom, not his rule)."""
    if rest.endswith("ه"):
        return are_unrelated(ARTICLE + rest, rest[:-1])
    is_pronoun = rest.endswith(_NEVER_AFTER_ARTICLE) and not count(rest)
    return is_pronoun or (rest.endswith("تي") and not count(ARTICLE + rest))


def _stem_of(word: str, *, noun: bool) -> str:
    """The stem of a word without prefixes."""
    found = without_endings(word, noun=noun)
    # The ت of تعمدتا is the ending of a past tense, so its first ت is no prefix.
    if not (noun or is_noun(word) or is_noun(found) or has_plural(found) or word.startswith(found + "ت")):
        found = past_of(found)
    elif word != found and word[len(found) :] in _PAST_ENDINGS and are_unrelated("ي" + found, found):
        found = "ي" + found  # قدمت is a form of يقدم, and قدم mostly is a foot
    return with_bare_hamza(found)


def _without_prefix(word: str, *, conjunctions: str = _CONJUNCTIONS) -> tuple[str, bool]:
    """The word without conjunction, preposition and article, and whether they mark it as a noun.

    `conjunctions` are those that it may have: one at most, unless the rest is known with another, but seldom.
    """
    if word in _GOD:
        return "الله", True
    for prefix, least in _ARTICLES.items() if word.startswith(_ALL_ARTICLES) else ():
        if word.startswith(prefix) and len(word) >= len(prefix) + least and _is_article(prefix, word):
            return _after_article(word[len(prefix) :], prefix), True
    first, rest = word[0], word[1:]
    is_particle = len(word) == 3 and first == "و" and rest in _PARTICLES
    is_before_noun = first in _PREPOSITIONS and rest[:2] == ARTICLE and _is_verbal_noun(rest[2:])
    if is_particle or is_before_noun or (first in _CONJUNCTIONS and are_related(word, rest)):
        return rest, is_before_noun  # فعلى, more often than the adjective
    if len(word) >= 4 and not _has_own_first(word) and not (first in "بك" and _is_plural_verb(rest)):
        if first in conjunctions and (_is_verb_after(word, rest) or _is_clitic(word, stem(rest), _CONJUNCTION_RATE)):
            others = _CONJUNCTIONS if count(rest) and count(rest[1:]) > _FAR_MORE * count(rest) else ""
            return (rest, True) if is_proper_name(rest) else _without_prefix(rest, conjunctions=others)
        noun = first != "ل" or rest[0] not in "يتن"  # ليكون: to be
        if (not noun and _is_verb_of_purpose(word, rest)) or (
            first in _PREPOSITIONS and not _is_nominative(rest, word) and _is_clitic(word, _stem_of(rest, noun=noun), 1)
        ):
            return _without_prefix(rest) if rest.startswith("ال") else (rest, noun)
    return word, False


def _is_far_commoner_particle(rest: str, word: str) -> bool:
    """Whether a word is mostly و and a particle, although it is also a noun: والي, of إلى."""
    return rest in STOP_WORDS and not is_noun(rest) and count(rest) > _PARTICLE_RATE * count(word) > 0


def _is_plural_verb(rest: str) -> bool:
    """Whether the rest in وا is a verb, which no preposition has before it: كادوا. But بأسوأ."""
    return rest.endswith("وا") and len(rest) > 3 and not is_noun(rest)


def _is_verb_of_purpose(word: str, rest: str) -> bool:
    """Whether an unknown word is ل and a known verb: ليراها is no form of ليره."""
    return not articles(word) and count(rest) > 0 and not is_noun(rest)


def _has_own_first(word: str) -> bool:
    """Whether another clitic before the word shows that its first letter is its own: الوزير, ووحدته."""
    if are_unrelated(word, word[1:]) or (is_listed(word) and word[0] != "و"):
        return True
    if word[0] == "و" and count("و" + word) > _RARE * count(word):
        return True
    if not is_noun(word):
        return False
    # البلقاء is a name, but بلقاء mostly is ب and لقاء.
    rest = word[1:]
    is_rare = count("ال" + word) < _SELDOM * count(word)
    return not (is_rare and word[0] in _PREPOSITIONS and is_noun(rest) and is_attested(rest, word, _FAR_MORE))


def _is_clitic(word: str, inner: str, rate: float) -> bool:
    """Whether the first letter of `word` is a clitic. `inner` is the stem of the rest.

    Both the rest and its stem are compared with the whole word and its stem: بعده is a form of بعد,
    not of عده.
    """
    rest = word[1:]
    is_second = word[0] in _NEVER_SECOND and count(word) >= _COMMON and is_genitive(word)
    # لحقته is no form of حق.
    is_too_short = len(inner) == 2 and rest.endswith("ه") and not is_attested(rest, word, _SELDOM)
    if is_second or is_too_short or _is_seldom_clitic(word, inner) or _is_verb_with_object(word, inner):
        return False
    whole = without_endings(word, noun=False)
    is_verbal = is_verb(whole) and word[len(whole) :] not in _NOMINAL_ENDINGS  # بلغته is no form of لغه
    is_particle = whole[0] == "و" and _is_far_commoner_particle(whole[1:], whole)
    is_word = not is_particle and len(whole) > 2 and (is_free(whole) or is_free(whole + "ه") or is_verbal)
    known = articles(word)
    if not known or (whole != word and is_noun(whole)):
        rate = 1
    if known and not is_attested(rest, word, rate):
        if is_word or is_free(word) or word[0] == "ك":
            return False
        if word[0] in _PREPOSITIONS and not (is_noun(rest) or is_noun(inner)):
            return False
        return max(articles(rest), articles(inner)) >= max(1, _RARE * known)
    if not (known or is_word) and _is_before_unknown(word, is_bare=not articles(whole)):
        return True
    return _weight(rest, inner) > (rate * _weight(word, whole) if is_word else 0)


def _is_before_unknown(word: str, *, is_bare: bool) -> bool:
    """Whether the first letter is a clitic of a word that the lexicon lacks.

    After ل, only judged words are known well enough: لريانا. After ب, too many other names look alike: برادي.
    """
    rest = word[1:]
    return (word[0] == "و" and is_bare and len(rest) > _LEAST_UNKNOWN) or (word[0] == "ل" and is_listed(rest))


def _is_verb_with_object(word: str, inner: str) -> bool:
    """Whether a word in و or ف would be a short noun with ته that the lexicon lacks: وافته is no form of افه."""
    rest = word[1:]
    is_short = rest.endswith("ته") and len(rest) == _LEAST_UNKNOWN + 1 and len(inner) == _LEAST_UNKNOWN
    return is_short and word[0] in _CONJUNCTIONS and articles(word) > 0 and not articles(rest)


def _is_verb_after(word: str, rest: str) -> bool:
    """Whether a conjunction and a common verb look like a noun with ت: فردت is no form of فرد."""
    noun = word[:-1]
    is_past = rest.endswith("ت") and is_verb(rest[:-1]) and is_noun(noun)
    is_other_verb = is_noun(word) or count("ي" + noun) > 0
    return is_past and not is_other_verb and is_attested(rest, word, _FAR_MORE)


def _is_nominative(rest: str, word: str) -> bool:
    """Whether the rest could only be a nominative, which no preposition has before it: باولو and بيرتون are names."""
    if articles(rest) or not rest.endswith(("و", "ون", "ان")):
        return False
    inner = without_endings(rest, noun=True)
    is_word = is_noun(inner) or articles(inner) >= _COMMON
    return rest[-1] == "و" or (inner != rest and (not is_word or is_noun(without_endings(word, noun=True))))


def _is_seldom_clitic(word: str, inner: str) -> bool:
    """Whether ف or ك begins a word of which the lexicon doesn't have the rest. Mostly it is a name: فينسون, كارمينا."""
    rest = word[1:]
    if word[0] == "ف":
        is_common = not count(word) and len(inner) > _LEAST_UNKNOWN and articles(inner) >= _COMMON
        return not (count(rest) or count("و" + rest) or is_common or rest.startswith(_VERBAL))
    # كلايف is no form of لايف, which has no ال or preposition either.
    is_noun_after = any(map(is_noun, (rest, inner, rest + "ي"))) or is_free(rest)
    return word[0] == "ك" and not (count(rest) and (articles(word) or is_noun_after))


def _weight(form: str, stem: str) -> int:
    return max(articles(form), _articles_of_stem(stem))


def _articles_of_stem(form: str) -> int:
    """As `articles`, for a stem that may have lost an ending: مدينه has the stem مدين."""
    return articles(form) + articles(form + "ه") + articles(form + "ي")


def _is_article(prefix: str, word: str) -> bool:
    """Whether the prefix is an article in this word, not its first letters as in إلكتروني."""
    rest = word[len(prefix) :]
    if prefix.endswith("لل"):
        return True
    if are_unrelated(word, rest) or _has_own_article(rest):
        return False
    if (len(rest) == 2 and _is_too_short(rest)) or _is_verbal_noun(rest):
        return False
    if rest in STOP_WORDS and not is_noun(rest) and count(rest + "ت") > _SELDOM * count(rest):
        return False  # الكان, a cup
    if not begins_with_article(prefix, rest):
        return False
    return prefix == "ال" or not articles(word) or is_attested(rest, word, _RARE)


def _has_own_article(rest: str) -> bool:
    """Whether a preposition or article before ال shows that it belongs to the word: لالتواء, not للتواء."""
    if _is_mostly_after_article(rest):
        return True  # الالويه
    if rest.endswith(_NEVER_AFTER_ARTICLE) and len(rest) > 4:
        rest = rest[:-2]  # الوانها, but not المهم
    if rest.endswith(("يا", "يه")):
        rest = rest[:-1]  # البانيا
    return _is_mostly_after_article(rest)


def _is_mostly_after_article(rest: str) -> bool:
    twice = count("لال" + rest) + count("الال" + rest)
    # الحاد is mostly an adjective, with ة also الحادة, and seldom إلحاد.
    is_adjective = min(count(rest), count(rest + "ه"), count(ARTICLE + rest + "ه")) > _MOSTLY_ADJECTIVE * twice
    return twice > _FAR_FEWER * count("لل" + rest) and not is_adjective


def _is_verbal_noun(rest: str) -> bool:
    """Whether the rest after ال is no word, but belongs to the verbal noun of a verb in ل: إلحاق, of يلحق."""
    if rest[1:2] != "ا" or rest[3:] not in _AFTER_VERBAL_NOUN:
        return False
    return not (count(rest) or count(rest[:3])) and count("يل" + rest[0] + rest[2:3]) > 0


def _is_too_short(rest: str) -> bool:
    """Whether two letters after ال are no word: الآن, آلاف, ألقت, ألغى (imperfect: يلغي)."""
    definite, bare = count("ال" + rest), count(rest)
    return (
        rest in _NO_NOUNS
        or count("الال" + rest) > _DOUBLE_RATE * definite
        or bare < max(_RARE * definite, count("يل" + rest))
    )


def _after_article(rest: str, prefix: str) -> str:
    """The word after the article. Only two of three ل are written: للاجئين is ل + ال + لاجئين."""
    if not prefix.endswith("لل"):
        return rest
    with_lam = (count("الل" + rest), articles("ل" + rest))
    # A word with a pronoun has no ال: للقبه is mostly ل and لقبه.
    is_possessed = rest.endswith("ه") and is_noun("ل" + rest[:-1]) and count("ل" + rest) > articles(rest)
    return "ل" + rest if is_possessed or with_lam > (count("ال" + rest), articles(rest)) else rest
