"""What expansion needs to know about the words of an archive."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Protocol

from newsarchive.arabic.stem import stem
from newsarchive.search.language.inflection import PREFIXES, is_shared
from newsarchive.search.language.query import Form, Phrase, Scope, Word

MOST_FORMS = 15
"""The maximum number of exact forms that stand for one word: its most frequent ones."""
_SHORT = 3
_ADJECTIVE_PLURAL = "يات"
"""After few letters, this more often ends another word: مجريات is no form of المجر."""
_BEFORE_NOUNS = tuple(
    prefix for prefix, clitics in PREFIXES.items() if clitics.article or clitics.before.endswith(("ب", "ل"))
)


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


def nodes_for(
    word: str, beginning: str, endings: frozenset[str], scope: Scope, vocabulary: Vocabulary
) -> Iterator[Word]:
    """Yield what finds the forms of a listed word and nothing else: its stem, or else its exact forms in the archive.

    `word` is `beginning` with clitics and one of the `endings`. An unrelated word may have the same
    stem (شرطة and شرط). Then only the forms of the listed word that have the stem are searched.
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


def nodes_of_noun(beginning: str, endings: frozenset[str], scope: Scope, vocabulary: Vocabulary) -> Iterator[Word]:
    """Yield the forms of a listed word that an article or a preposition shows to be a noun: الولد, but not ولد."""
    forms = _forms(_BEFORE_NOUNS, beginning, endings, vocabulary)
    yield from (Word(form, Form.EXACT, scope) for form in islice(forms, MOST_FORMS))


def _forms(prefixes: Iterable[str], beginning: str, endings: frozenset[str], vocabulary: Vocabulary) -> Iterable[str]:
    """The words of the archive that are `beginning` with a prefix and an ending, most frequent first."""
    counts = {
        form: count
        for start in (prefix + beginning for prefix in prefixes)
        for form, count in vocabulary.beginning_with(start)
        if form[len(start) :] in endings
    }
    return sorted(counts, key=lambda form: (-counts[form], form))
