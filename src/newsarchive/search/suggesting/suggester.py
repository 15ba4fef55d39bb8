"""The suggestions of one generation of an index: corrections, completions and the spelling of its words.

Everything is computed on first use and discarded with the generation.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache, partial

from newsarchive.arabic.fold import IGNORABLE
from newsarchive.arabic.tokens import Token, tokenize
from newsarchive.archive import Archive
from newsarchive.article import Article
from newsarchive.search.engine import Snapshot
from newsarchive.search.language.query import AllOf, AnyOf, Form, Node, Phrase, Scope, Word
from newsarchive.search.language.typed import Understand, with_ranges_replaced, word_ranges
from newsarchive.search.scoring.tree import Field
from newsarchive.search.scoring.weighing import term_of
from newsarchive.search.suggesting.completion import likely_words
from newsarchive.search.suggesting.correction import Corrector

_TITLES_READ = 5
"""The number of articles whose titles are checked for the spelling of a word."""
_LEAST_LETTERS = 2
"""Titles are suggested only for at least this many letters."""
_UNMARKED = str.maketrans(dict.fromkeys(IGNORABLE, ""))


class Suggester:
    """The suggestions of one snapshot. Thread-safe."""

    def __init__(self, snapshot: Snapshot, archive: Archive) -> None:
        self.generation = snapshot.generation
        self._snapshot = snapshot
        self._lock = threading.Lock()
        self._corrector: Corrector | None = None
        # Not a method: the cache would hold a reference to this object and keep the files of a
        # replaced index open.
        self.spelled = lru_cache(maxsize=10_000)(partial(_spelled, snapshot, archive))

    @property
    def corrector(self) -> Corrector:
        """Corrections based on the words of all texts."""
        with self._lock:
            if self._corrector is None:
                self._corrector = Corrector(self._snapshot.word_lists())
            return self._corrector

    def occurs(self, leaf: Word | Phrase) -> bool:
        """Whether any article has the word by its stem or exact form, or has each word of the phrase."""
        if isinstance(leaf, Phrase):
            return all(self.occurs(Word(word, Form.EXACT, leaf.scope)) for word in leaf.words)
        return self._snapshot.occurs(*term_of(leaf))

    def correction(self, text: str, node: Node, understand: Understand) -> str | None:
        """Return the query with its unknown words corrected; None if there is nothing to correct or no near word.

        `node` is the tree that is searched: a word with another spelling in the archive needs no
        correction.
        """
        changes = {}
        for word in dict.fromkeys(_stem_words(node)):
            corrected = None if self.occurs(replace(word, scope=Scope.TEXT)) else self.corrector.best(word.text)
            if corrected is not None:
                for place in word_ranges(text, (word.text,), understand):
                    changes[place] = self.spelled(corrected)
        return with_ranges_replaced(text, changes.items()) if changes else None

    def complete(self, text: str, node: Node, count: int) -> list[str]:
        """Return up to `count` queries that complete the last word of the typed query, whose tree is `node`."""
        last = unfinished_word(text)
        if last is None:
            return []
        before = [word.text for word in _stem_words(node)]
        if before and before[-1] == last.text:
            before.pop()
        found = likely_words(self._snapshot, last.text, before, count)
        completed = (text[: last.start] + self.spelled(word) for word in found if word != last.text)
        return list(dict.fromkeys(completed))


def _spelled(snapshot: Snapshot, archive: Archive, word: str) -> str:
    """A folded word as most titles spell it, otherwise as a body does, without diacritics; unchanged if none has it."""

    def articles_with(field: Field, count: int) -> Iterator[Article]:
        yield from archive.get_many(snapshot.ids_with(field, word, count)).values()

    titles = (article.title for article in articles_with(Field.TITLE_EXACT, _TITLES_READ))
    bodies = (article.body for article in articles_with(Field.EXACT, 1))
    for texts in (titles, bodies):
        spellings = Counter(_spellings(texts, word))
        if spellings:
            return spellings.most_common(1)[0][0]
    return word


def unfinished_word(text: str) -> Token | None:
    """Return the last word of a text; None if any character follows it."""
    last = next(iter(list(tokenize(text))[-1:]), None)
    return last if last is not None and last.end == len(text) else None


def title_query(text: str, node: Node) -> Node | None:
    """Return the query for the titles that the user may be looking for; None if too little is typed.

    It requires all words of the tree. The last word counts as a prefix if it may be unfinished.
    After other words, a prefix of one or two letters (most often ال) is too short and is left out.
    """
    last = unfinished_word(text)
    words = [replace(word, scope=Scope.TITLE) for word in _stem_words(node)]
    if sum(len(word.text) for word in words) < _LEAST_LETTERS:
        return None
    if last is not None and words[-1].text == last.text:
        begun = words.pop()
        if not words or len(last.text) > _LEAST_LETTERS:
            words.append(replace(begun, form=Form.PREFIX))
    return AllOf(tuple(words))


def _spellings(titles: Iterable[str], word: str) -> Iterator[str]:
    for title in titles:
        for token in tokenize(title):
            if token.text == word:
                yield title[token.start : token.end].translate(_UNMARKED)


def _stem_words(node: Node) -> Iterator[Word]:
    """The words of a tree that are searched by stem, not excluded, and without other spellings."""
    match node:
        case Word(_, Form.STEM):
            yield node
        case AllOf(nodes) | AnyOf(nodes):
            for child in nodes:
                yield from _stem_words(child)
        case _:
            pass
