"""What one generation of an index can suggest: corrections, completions, and how its words are spelled.

All of it is worked out when first asked for, and goes with the generation.
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
"""How many articles are asked how a word is spelled."""
_LEAST_LETTERS = 2
"""Titles are not looked for by fewer letters."""
_UNMARKED = str.maketrans(dict.fromkeys(IGNORABLE, ""))


class Suggester:
    """What one snapshot suggests; may be used by several threads."""

    def __init__(self, snapshot: Snapshot, archive: Archive) -> None:
        self.generation = snapshot.generation
        self._snapshot = snapshot
        self._lock = threading.Lock()
        self._corrector: Corrector | None = None
        # Not a method: the cache would refer to this object, and keep the files of a replaced index open.
        self.spelled = lru_cache(maxsize=10_000)(partial(_spelled, snapshot, archive))

    @property
    def corrector(self) -> Corrector:
        """Corrections from the words of all texts."""
        with self._lock:
            if self._corrector is None:
                self._corrector = Corrector(self._snapshot.word_lists())
            return self._corrector

    def occurs(self, leaf: Word | Phrase) -> bool:
        """Whether some article has a word by its stem or its form, or each word of a phrase."""
        if isinstance(leaf, Phrase):
            return all(self.occurs(Word(word, Form.EXACT, leaf.scope)) for word in leaf.words)
        return self._snapshot.occurs(*term_of(leaf))

    def correction(self, text: str, node: Node, understand: Understand) -> str | None:
        """The query with its unknown words corrected; None where all are known, or none has a word that is near.

        `node` is the tree to search: what has another spelling that the archive knows needs no correction.
        """
        changes = {}
        for word in dict.fromkeys(_stem_words(node)):
            corrected = None if self.occurs(replace(word, scope=Scope.TEXT)) else self.corrector.best(word.text)
            if corrected is not None:
                for place in word_ranges(text, (word.text,), understand):
                    changes[place] = self.spelled(corrected)
        return with_ranges_replaced(text, changes.items()) if changes else None

    def complete(self, text: str, node: Node, count: int) -> list[str]:
        """At most `count` queries that go on from the typed one, whose tree is `node`, with another last word."""
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
    """A folded word as most titles spell it, else as a text does, without marks; unchanged where none has it."""

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
    """The last word of a text, if nothing stands behind it."""
    last = next(iter(list(tokenize(text))[-1:]), None)
    return last if last is not None and last.end == len(text) else None


def title_query(text: str, node: Node) -> Node | None:
    """What the titles of articles must have that somebody looks for who has typed this much; None for too little.

    All words of the tree. The last one counts by its beginning if it may not be finished; behind others one or two
    letters, ال most of all, say too little.
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
    """The words of a tree that are searched by their stem, wanted, and without another spelling."""
    match node:
        case Word(_, Form.STEM):
            yield node
        case AllOf(nodes) | AnyOf(nodes):
            for child in nodes:
                yield from _stem_words(child)
        case _:
            pass
