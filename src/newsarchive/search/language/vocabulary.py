"""What expansion needs to know about the words of an archive."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Protocol

from newsarchive.arabic.stem import stem
from newsarchive.search.language.inflection import PREFIXES, Noun, is_shared
from newsarchive.search.language.plurals import Sign
from newsarchive.search.language.query import Form, Phrase, Scope, Word

MOST_FORMS = 15
"""The maximum number of exact forms that stand for one word: its most frequent ones."""
_MOST_BARE = 4
"""The maximum number of forms without clitics that are searched after certain words."""
_SHORT = 3
_ADJECTIVE_PLURAL = "يات"
"""After few letters, this more often ends another word: مجريات is no form of المجر."""
_CONJUNCTIONS = ("", "و", "ف")
_WITH_ARTICLE = tuple(prefix for prefix, clitics in PREFIXES.items() if clitics.article)
_BEFORE_NOUNS = tuple(
    prefix for prefix, clitics in PREFIXES.items() if clitics.article or clitics.before.endswith(("ب", "ل"))
)
_BEFORE = {Sign.NOUN: _BEFORE_NOUNS, Sign.VERB: _BEFORE_NOUNS, Sign.VERBAL_NOUN: _WITH_ARTICLE}
"""Sign of a noun -> the clitics that show it to be the noun."""
_CASE_ENDING = frozenset("ا")
_WITH_CASE_ENDING = (Sign.VERB, Sign.VERBAL_NOUN)


def _joined_with_and(words: str) -> tuple[str, ...]:
    return tuple(conjunction + word for word in words.split() for conjunction in ("", "و"))


_QUANTITIES = _joined_with_and(
    "كل عده بعض اي جميع ثلاثه ثلاث اربعه اربع خمسه خمس سته ست سبعه سبع ثمانيه ثماني تسعه تسع عشره عشر عشرات مئات"
    " احد احدي اول ثاني"
)
_PREPOSITIONS = _joined_with_and("في الي مع بين ضد خلال دون بدون عبر وفق حول")
_GOVERNORS = _joined_with_and(
    "هناك هذه تلك توجد يوجد وجود صدرت صدور اصدار اصدر اصدرت نشر نشرت تضم يضم تشمل شملت يقرا قرا قرات قراءه شراء بيع"
    " معرض مجموعه عدد معظم اغلب"
)
_WORDS_BEFORE = {Sign.VERB: (*_PREPOSITIONS, *_QUANTITIES, *_GOVERNORS)}
"""Sign of a noun -> the words before it that show it to be the noun; by default quantities."""


class Vocabulary(Protocol):
    """The words of an archive."""

    def occurs(self, leaf: Word | Phrase) -> bool:
        """Whether any article has the word by its stem or exact form, or has the phrase."""
        ...

    def beginning_with(self, prefix: str) -> tuple[tuple[str, int], ...]:
        """The most frequent folded words with this prefix, each with its number of articles."""
        ...

    def spelled(self, word: str) -> str:
        """A folded word as the articles spell it."""
        ...

    def spelled_ambiguously(self, word: str) -> str:
        """The same, or any spelling without ambiguous letters if the articles spell it without."""
        ...


def nodes_for(
    word: str, beginning: str, endings: frozenset[str], scope: Scope, vocabulary: Vocabulary
) -> Iterator[Word]:
    """Yield what finds the forms of a listed word and nothing else: its stem, or else its exact forms in the archive.

    `word` is `beginning` with clitics and one of the `endings`. An unrelated word may have the same
    stem (عمرة and عمر). Then only the forms of the listed word that have the stem are searched.
    """
    own = stem(word)
    if len(beginning) <= _SHORT:
        endings -= {_ADJECTIVE_PLURAL}
    if not is_shared(own, beginning, endings):
        yield Word(word, Form.STEM, scope)
        return
    yield Word(word, Form.EXACT, scope)
    forms = (form for form in _forms(PREFIXES, beginning, endings, vocabulary) if stem(form) == own)
    yield from (Word(form, Form.EXACT, scope) for form in islice(forms, MOST_FORMS) if form != word)


def nodes_of_noun(noun: Noun, sign: Sign, scope: Scope, vocabulary: Vocabulary) -> Iterator[Word | Phrase]:
    """Yield what finds a noun that is also another word only where it is surely the noun: الولد, but not ولد."""
    beginning, endings = noun.beginning_and_endings
    counts = _counts(_BEFORE.get(sign, ()), beginning, endings, vocabulary)
    if sign in _WITH_CASE_ENDING:
        counts |= _counts(_CONJUNCTIONS, beginning, endings & _CASE_ENDING, vocabulary)
    yield from (Word(form, Form.EXACT, scope) for form in islice(_by_frequency(counts), MOST_FORMS))
    before = [word for word in _WORDS_BEFORE.get(sign, _QUANTITIES) if vocabulary.occurs(Word(word, Form.EXACT, scope))]
    if before:
        bare = islice(_by_frequency(_counts(("",), beginning, endings, vocabulary)), _MOST_BARE)
        yield from (Phrase((before[0], form), scope, first=tuple(before[1:])) for form in bare)


def _forms(prefixes: Iterable[str], beginning: str, endings: frozenset[str], vocabulary: Vocabulary) -> Iterable[str]:
    """The words of the archive that are `beginning` with a prefix and an ending, most frequent first."""
    return _by_frequency(_counts(prefixes, beginning, endings, vocabulary))


def _counts(prefixes: Iterable[str], beginning: str, endings: frozenset[str], vocabulary: Vocabulary) -> dict[str, int]:
    return {
        form: count
        for start in (prefix + beginning for prefix in prefixes)
        for form, count in vocabulary.beginning_with(start)
        if form[len(start) :] in endings
    }


def _by_frequency(counts: Mapping[str, int]) -> list[str]:
    return sorted(counts, key=lambda form: (-counts[form], form))
