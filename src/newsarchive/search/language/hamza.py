"""Spellings of hamza: مسئول for مسؤول, رءوس for رؤوس, شاطيء for شاطئ.

Schools and newsrooms disagree about the letter that carries a hamza. Each rule lists letters that
stand for one another in a certain place. Nothing is listed by word: the archive has to say which of
the spellings exist.
"""

import re
from collections.abc import Iterator

from newsarchive.arabic.attestation import is_noun
from newsarchive.arabic.lexicon import lexicon
from newsarchive.arabic.stem import stem
from newsarchive.search.language.inflection import ARTICLE, PREFIXES

_PRONOUN = "(?:ه|ها|هم|هن|هما|نا|كم|ي)"
_AFTER_TWO = "(?:" + "|".join(f"(?<=^{before}[^م].)" for before in ("", "[وفبل]", "ال", "[وب]ال", "لل")) + ")"
"""After two letters, and any clitics; مرآة and مرئية are other words."""
_RULES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(pattern), letters)
    for pattern, letters in (
        # مسؤول مسئول, شؤون شئون, رؤوس رءوس رئوس
        (r"(?<=.)[ؤئء](?=و)", ("ؤ", "ئ", "ء")),
        # بدأوا بدؤوا بدءوا
        (r"(?<=..)[اؤئء](?=وا$)", ("ا", "ؤ", "ئ", "ء")),
        # يقرأون يقرؤون يقرءون
        (r"(?:(?<=^[يت]..)|(?<=^[وفس][يت]..))[اؤئء](?=ون$)", ("ا", "ؤ", "ئ", "ء")),
        # جزأين جزئين جزءين, ملجآن ملجئان
        (r"(?<=..)[اؤئء](?=ين$)", ("ا", "ؤ", "ئ", "ء")),
        # هيأة هيئة, نشأة نشئة, but not مفاجأة مفاجئة
        (rf"{_AFTER_TWO}[ائ](?=(?:ت{_PRONOUN}|ه)$)", ("ا", "ئ")),
        # مسألة مسئلة
        (rf"(?<=[سج])[ائ](?=ل(?:ه|ت{_PRONOUN})$)", ("ا", "ئ")),
        # اطمئنان اطمأنان, طمأنينة طمئنينة
        (r"(?<=م)[ائ](?=ن(?:ان|ين))", ("ا", "ئ")),
        # مساءلة مسائلة, ملاءمة ملائمة
        (rf"(?<=..ا)[ءئ](?=[لم](?:ه|ت{_PRONOUN})$)", ("ء", "ئ")),
        # سيئ سيء, شيئ شيء, بريئ بريء
        (r"(?<=ي)[ئء]$", ("ئ", "ء")),
        # تباطؤ تباطوء تباطئ, كفؤ كفوء, لؤلؤ لؤلوء
        (r"(?<=..)(?:ؤ|وء|ئ)$", ("ؤ", "وء", "ئ")),
        # عبئا عبءا, جزئه جزءه جزؤه, ضوؤها ضوءها
        (rf"(?<=.[^اي])[ؤئء](?={_PRONOUN}$)", ("ؤ", "ئ", "ء")),
        (r"(?<=..)[ئء](?=ا$)", ("ئ", "ء")),
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
_LEAST = 3
"""A shorter stem may be that of many words, unless it ends in ء: شئ."""
_SELDOM = 0.25
_FEMININE = re.compile(r"ا[ءئ]ه$")


def spellings(word: str) -> Iterator[str]:
    """Yield the other spellings of a folded word that differ in one hamza; most of them are no words.

    Both stems must keep the hamza, otherwise they are stems of other words, and begin alike: وفئة is
    "and a group", no spelling of وفاة. If the word ends in اءه
    without an article, its ه may be a pronoun: سمائه, his sky, is not a spelling of سماءه. But برائة
    can only be براءة.

    >>> list(spellings("مسئول"))
    ['مسؤول', 'مسءول']
    """
    if _CARRIERS.isdisjoint(word) or not _keeps_hamza(word):
        return
    found: dict[str, None] = {}
    # A word with ال has no "my": مرئي, seen, is no form of مرء.
    my = len(word) - 1 if word.endswith("ي") and (_has_article(word) or is_noun(word)) else -1
    for pattern, letters in _RULES:
        for match in pattern.finditer(word):
            if match.end() == my:
                continue
            for letter in letters:
                other = word[: match.start()] + letter + word[match.end() :]
                if other != word and _keeps_hamza(other) and stem(word)[0] == stem(other)[0]:
                    found[other] = None
    yield from () if _may_have_pronoun(word) else found


def _may_have_pronoun(word: str) -> bool:
    """Whether اءه at the end of a word may be اء and a pronoun, by the lexicon: without ه it is a noun, too."""
    if not _FEMININE.search(word) or _has_article(word):
        return False
    count = lexicon().get
    masculine = word[:-2] + "ء"
    return count(ARTICLE + masculine, 0) > _SELDOM * count(ARTICLE + masculine + "ه", 0)


def _keeps_hamza(word: str) -> bool:
    own = stem(word)
    return (len(own) >= _LEAST or own.endswith("ء")) and not _CARRIERS.isdisjoint(own)


def _has_article(word: str) -> bool:
    return any(clitics.article and word.startswith(prefix) for prefix, clitics in PREFIXES.items())
