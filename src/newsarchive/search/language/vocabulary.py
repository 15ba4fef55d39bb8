"""What expansion needs to know about the words of an archive."""

from collections.abc import Iterator
from typing import Protocol

from newsarchive.arabic.stem import stem
from newsarchive.search.language.inflection import PREFIXES, is_shared
from newsarchive.search.language.query import Form, Phrase, Scope, Word

MOST_FORMS = 10
"""The maximum number of exact forms that stand for one word: its most frequent ones."""


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
    stem (غابون and غابات). Then only the forms of the listed word that have the stem are searched.
    """
    own = stem(word)
    if not is_shared(own, beginning, endings):
        yield Word(word, Form.STEM, scope)
        return
    counts = {
        form: count
        for start in (prefix + beginning for prefix in PREFIXES)
        for form, count in vocabulary.beginning_with(start)
        if form[len(start) :] in endings and stem(form) == own
    }
    yield Word(word, Form.EXACT, scope)
    forms = sorted(counts, key=lambda form: (-counts[form], form))[:MOST_FORMS]
    yield from (Word(form, Form.EXACT, scope) for form in forms if form != word)
