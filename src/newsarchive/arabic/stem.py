"""Stems: what an Arabic word is indexed and searched by.

A light stemmer that asks a lexicon before it takes a letter away. The ل of لمدير is a preposition, the ل of
لندن belongs to the name; no rule on letters can tell them apart, but newspapers can: they write مدير far more
often than لمدير, and never ندن. So a letter that may or may not be an affix is taken off only when what remains
is *attested*: used in at least as many articles (for و and ف: a fifth as many) as the word with the letter.
Affixes that are hardly ever part of a word, such as ال and ات, are always taken off.

The affixes are those of light stemming (Larkey, Ballesteros and Connell, "Light Stemming for Arabic Information
Retrieval", 2007) with the clitics of nouns and the prefixes of verbs beside them; asking for attestation is this
project's own. All words come in folded (`fold`): ا is any alef, ي also ى, ه also ة.
"""

import re
from collections.abc import Iterable

from newsarchive.arabic.lexicon import lexicon

_ARABIC_WORD = re.compile(r"[\u0620-\u063f\u0641-\u064a\u066e-\u06d3]+")
_ARTICLES = ("وال", "بال", "كال", "فال", "ولل", "لل", "ال")
_CONJUNCTIONS = "وف"
_PREPOSITIONS = "بلك"
_PRONOUNS = ("تهما", "تهم", "تها", "ته", "هما", "هم", "هن")
"""Object and possessive pronouns, with the ت that a final ه (ة) becomes in front of them."""
_SUFFIXES = ("ها", "ات", "ون", "ين", "ه", "ي")
_VERB_PREFIXES = ("سي", "ست", "سن", "ي", "ت", "ن")

_CONJUNCTION_RATE = 0.2
"""A word after و or ف is its own word: it needs to be only a fifth as frequent as the two together."""
_MEMO_LIMIT = 500_000
"""Distinct words that the memo holds before it starts over: some 80 MB."""


def stem(word: str) -> str:
    """The stem of one folded word. A word that is not wholly of Arabic letters is its own stem.

    >>> [stem(word) for word in ("انتخابات", "الانتخابات", "وبالانتخابات", "لندن")]
    ['انتخاب', 'انتخاب', 'انتخاب', 'لندن']
    """
    return _stems[word]


def stems(words: Iterable[str]) -> list[str]:
    """The stems of folded words, in order: `stem` of each, without the cost of a call for each."""
    return list(map(_stems.__getitem__, words))


def is_arabic_word(word: str) -> bool:
    """Whether a folded word has Arabic letters and nothing else: no digit, no Latin letter."""
    return _ARABIC_WORD.fullmatch(word) is not None


class _Stems(dict[str, str]):
    """Folded word -> its stem, worked out when first asked for."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _MEMO_LIMIT:
            self.clear()
        result = self[word] = _stem(word) if is_arabic_word(word) else word
        return result


_stems = _Stems()


def _stem(word: str) -> str:
    rest, is_noun = _without_prefix(word)
    rest = _without_suffixes(_without_ending(rest, is_noun=is_noun))
    return rest if is_noun else _without_verb_prefix(rest)


def _attested(form: str, word: str, rate: float = 1) -> bool:
    """Whether `form`, bare or with ال, is in at least one article, and in `rate` times as many as `word`."""
    articles = lexicon().get
    return articles(form, 0) + articles("ال" + form, 0) >= max(1, rate * articles(word, 0))


def _without_prefix(word: str) -> tuple[str, bool]:
    """The word without conjunctions, prepositions and article, and whether these show it to be a noun."""
    for prefix in _ARTICLES:
        if word.startswith(prefix) and len(word) >= len(prefix) + 2:
            return word[len(prefix) :], True
    if len(word) >= 4:
        first, rest = word[0], word[1:]
        if first in _CONJUNCTIONS and _attested(rest, word, _CONJUNCTION_RATE):
            return _without_prefix(rest)
        if first in _PREPOSITIONS and _attested(rest, word):
            return rest, True
    return word, False


def _without_ending(word: str, *, is_noun: bool) -> str:
    """The word without a pronoun, or else without the ending of a plural verb, an accusative or a feminine verb."""
    for pronoun in _PRONOUNS:
        if word.endswith(pronoun) and len(word) >= len(pronoun) + 3:
            return word[: -len(pronoun)]
    if word.endswith("وا") and len(word) >= 5:
        return word[:-2]
    if word.endswith("ا") and len(word) >= 4:
        return word[:-1]
    is_feminine_verb = word.endswith("ت") and not word.endswith("ات") and not is_noun and len(word) >= 4
    return word[:-1] if is_feminine_verb and _attested(word[:-1], word) else word


def _without_suffixes(word: str) -> str:
    """The word without each of the suffixes that it ends in, tried once each in order; two letters must remain."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) >= len(suffix) + 2:
            word = word[: -len(suffix)]
    return word


def _without_verb_prefix(word: str) -> str:
    """The past of an imperfect verb: يكتب -> كتب, and with the alef that the prefix hides: يستخدم -> استخدم."""
    for prefix in _VERB_PREFIXES:
        past = word[len(prefix) :]
        if word.startswith(prefix) and len(past) >= 3:
            if _attested(past, word):
                return past
            if _attested("ا" + past, word):
                return "ا" + past
    return word
