"""Stems: the forms by which Arabic words are indexed and searched.

This is a light stemmer that consults a lexicon before it removes an ambiguous letter. The ل of
لمدير is a preposition, while the ل of لندن belongs to the name. No rule about letters can tell them
apart, but usage can: newspapers write مدير far more often than لمدير, and never ندن. So a letter
that may be an affix is removed only if the rest is *attested*: the lexicon counts at least as many
articles with the rest as with the whole word (after و and ف, a fifth as many). If the whole word is
not in the lexicon, the analysis with the more frequent stem wins. Affixes that are almost never
part of a word, such as ال and ات, are always removed.

The affixes are those of light stemming (Larkey, Ballesteros and Connell, "Light Stemming for Arabic
Information Retrieval", 2007), with more clitics and with verb prefixes. The attestation check is
specific to this project. All words must be folded (`fold`): ا stands for any alef, ي also for ى,
and ه also for ة.
"""

import re
from collections.abc import Iterable, Iterator

from newsarchive.arabic.lexicon import lexicon

_ARABIC_WORD = re.compile(r"[\u0620-\u063f\u0641-\u064a\u066e-\u06d3]{1,30}")
"""A longer run of letters is not a word: somebody held a key down."""
_ARTICLES = {"وبال": 3, "فبال": 3, "ولل": 2, "فلل": 2, "وال": 2, "بال": 2, "كال": 2, "فال": 2, "لل": 2, "ال": 2}
"""The article, with any conjunction and preposition before it -> how many letters must remain."""
_CONJUNCTIONS = "وف"
_PREPOSITIONS = "بلك"
_PRONOUNS = ("هما", "هم", "هن", "ها", "نا", "كم", "ه")
_PLURAL_PRONOUNS = ("هما", "هم", "هن")
"""Pronouns removed even if the word before them doesn't end in ت. `_SUFFIXES` handles ها and ه."""
_SUFFIXES = ("ها", "ات", "ون", "ين", "ه", "ي")
_VERB_PREFIXES = ("سي", "ست", "سن", "ي", "ت", "ن")

_CONJUNCTION_RATE = 0.2
"""After و or ف, the rest need be only this fraction as frequent as the whole word."""
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
    rest, is_noun = _without_prefix(word)
    if is_noun:
        return _stem_of_noun(rest)
    return _past(_without_suffixes(_without_ending(rest, is_noun=False)))


def _stem_of_noun(word: str) -> str:
    """The stem of a noun without prefixes."""
    return _without_suffixes(_without_ending(word, is_noun=True))


def _articles(form: str) -> int:
    """The number of lexicon articles with the form, counting the form without and with ال."""
    count = lexicon().get
    return count(form, 0) + count("ال" + form, 0)


def _attested(form: str, word: str, rate: float = 1) -> bool:
    """Whether at least one article has `form`, and at least `rate` times as many as have `word`."""
    return _articles(form) >= max(1, rate * lexicon().get(word, 0))


def _is_better_known(inner: str, word: str) -> bool:
    """Whether `word` is not in the lexicon and its stem without the first letter is more frequent.

    `inner` is the stem without the first letter. It is compared with the stem of the whole word.
    """
    if word in lexicon():
        return False
    whole = _without_suffixes(_without_ending(word, is_noun=False))
    return _articles_of_stem(inner) > _articles_of_stem(whole)


def _articles_of_stem(form: str) -> int:
    """As `_articles`, for a stem that may have lost an ending: مدينه has the stem مدين."""
    return _articles(form) + _articles(form + "ه") + _articles(form + "ي")


def _without_prefix(word: str) -> tuple[str, bool]:
    """The word without conjunction, preposition and article, and whether they mark it as a noun."""
    for prefix, least in _ARTICLES.items():
        if word.startswith(prefix) and len(word) >= len(prefix) + least:
            return _after_article(word[len(prefix) :], prefix), True
    if len(word) >= 4:
        first, rest = word[0], word[1:]
        if first in _CONJUNCTIONS and (_attested(rest, word, _CONJUNCTION_RATE) or _is_better_known(stem(rest), word)):
            return _without_prefix(rest)
        if first in _PREPOSITIONS and (_attested(rest, word) or _is_better_known(_stem_of_noun(rest), word)):
            return rest, True
    return word, False


def _after_article(rest: str, prefix: str) -> str:
    """The word after the article. Only two of three ل are written: للاجئين is ل + ال + لاجئين."""
    return "ل" + rest if prefix.endswith("لل") and _articles("ل" + rest) > _articles(rest) else rest


def _without_ending(word: str, *, is_noun: bool) -> str:
    """The word without its pronoun, or else without a verb ending or accusative ending."""
    shorter = _without_pronoun(word)
    if shorter != word:
        return shorter
    if word.endswith("وا") and len(word) >= 5:
        return word[:-2]
    if word.endswith("ا") and len(word) >= 4 and not word.endswith("ها"):
        return word[:-1]
    is_feminine_verb = word.endswith("ت") and not word.endswith("ات") and not is_noun and len(word) >= 4
    return word[:-1] if is_feminine_verb and _attested(word[:-1], word) else word


def _without_pronoun(word: str) -> str:
    """The word without its pronoun. Before a pronoun, ه (ة) is written ت: مدينتهم -> مدينه."""
    for pronoun in _PRONOUNS:
        if not word.endswith(pronoun):
            continue
        rest = word[: -len(pronoun)]
        if rest.endswith("ات") and len(rest) >= 4:
            return rest
        if rest.endswith("ت") and (len(rest) >= 4 or _articles(rest[:-1] + "ه") > _articles(rest)):
            return rest[:-1] + "ه"
        if pronoun in _PLURAL_PRONOUNS and len(rest) >= 3:
            return rest
        if pronoun == "نا" and len(rest) >= 3 and _attested(rest, word):
            return rest
    return word


def _without_suffixes(word: str) -> str:
    """The word without its suffixes, each tried once and in order. Two letters must remain."""
    rest = word
    for suffix in _SUFFIXES:
        if rest.endswith(suffix) and len(rest) >= len(suffix) + 2:
            rest = rest[: -len(suffix)]
    if rest.endswith("ان") and len(rest) >= 5 and _attested(rest[:-2], rest):
        rest = rest[:-2]
    if (
        word.endswith(("تين", "تان"))
        and rest.endswith("ت")
        and len(rest) >= 3
        and _articles(rest[:-1] + "ه") > _articles(rest)
    ):
        rest = rest[:-1]  # دولتين -> دول, like دوله
    return rest[:-1] if rest.endswith("ا") and rest != word and len(rest) >= 4 else rest


def _past(verb: str) -> str:
    """The past tense of an imperfect verb, or `verb` itself without a prefix or attested past."""
    for prefix in _VERB_PREFIXES:
        if verb.startswith(prefix) and len(verb) >= len(prefix) + 3:
            for past in _past_forms(verb[len(prefix) :]):
                if _attested(past, verb):
                    return past
    return verb


def _past_forms(rest: str) -> Iterator[str]:
    """Possible past tense forms of the verb whose imperfect is `rest` after its prefix."""
    yield rest  # يكتب -> كتب
    yield "ا" + rest  # يستخدم -> استخدم
    if rest.startswith("ؤ"):
        yield "ا" + rest[1:]  # يؤكد -> اكد
    if len(rest) == 3:
        if rest[1] in "وي":
            yield rest[0] + "ا" + rest[2]  # يقول -> قال, يعيش -> عاش
        if rest[2] == "و":
            yield rest[:2] + "ا"  # يدعو -> دعا
