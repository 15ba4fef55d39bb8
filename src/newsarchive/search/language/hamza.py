"""Spellings of hamza: مسئول for مسؤول, رءوس for رؤوس, شاطيء for شاطئ.

Schools and newsrooms disagree about the letter that carries a hamza. Each rule lists letters that
stand for one another in a certain place. Nothing is listed by word: the archive has to say which of
the spellings exist.
"""

import re
from collections.abc import Iterator

from newsarchive.arabic.stem import stem
from newsarchive.search.language.inflection import PREFIXES

_PRONOUN = "(?:ه|ها|هم|هن|هما|نا|كم|ي)"
_RULES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(pattern), letters)
    for pattern, letters in (
        # مسؤول مسئول, شؤون شئون, رؤوس رءوس رئوس
        (r"(?<=.)[ؤئء](?=و)", ("ؤ", "ئ", "ء")),
        # بدأوا بدؤوا بدءوا
        (r"(?<=..)[اؤئء](?=وا$)", ("ا", "ؤ", "ئ", "ء")),
        # شاطئ شاطيء (as شاطىء), شئ شيء
        (r"(?<=.)(?:ئ|(?<!ي)يء)$", ("ئ", "يء")),
        (r"(?<=ي)(?:ئ|يء)$", ("ئ", "يء")),
        # القراءة القرائة, إجراءات إجرائات
        (rf"(?<=..ا)[ءئ](?=(?:ات|ت){_PRONOUN}?$)", ("ء", "ئ")),
        (r"(?<=..ا)[ءئ](?=ه$)", ("ء", "ئ")),
        # تفاؤل تفائل, تشاؤم تشائم
        (rf"(?<=..ا)[ؤئ](?=[لمب](?:ا|ات|يه|{_PRONOUN})?$)", ("ؤ", "ئ")),
    )
)
_CARRIERS = frozenset("اؤئء")
_FEMININE = re.compile(r"ا[ءئ]ه$")


def spellings(word: str) -> Iterator[str]:
    """Yield the other spellings of a folded word that differ in one hamza; most of them are no words.

    Both stems must keep the hamza, otherwise they are stems of other words. If the word ends in اءه
    without an article, its ه may be a pronoun: سمائه is not a spelling of سماءة.

    >>> list(spellings("مسئول"))
    ['مسؤول', 'مسءول']
    """
    if _CARRIERS.isdisjoint(word) or not _keeps_hamza(word):
        return
    found: dict[str, None] = {}
    for pattern, letters in _RULES:
        for match in pattern.finditer(word):
            for letter in letters:
                other = word[: match.start()] + letter + word[match.end() :]
                if other != word and _keeps_hamza(other):
                    found[other] = None
    may_be_pronoun = _FEMININE.search(word) and not _has_article(word)
    yield from () if may_be_pronoun else found


def _keeps_hamza(word: str) -> bool:
    own = stem(word)
    return len(own) >= 3 and not _CARRIERS.isdisjoint(own)


def _has_article(word: str) -> bool:
    return any(clitics.article and word.startswith(prefix) for prefix, clitics in PREFIXES.items())
