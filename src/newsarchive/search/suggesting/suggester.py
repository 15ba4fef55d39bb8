"""The suggestions of one generation of an index: corrections, completions and the spelling of its words.

Everything is computed on first use and discarded with the generation.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache, partial

from newsarchive.arabic.fold import IGNORABLE
from newsarchive.arabic.letters import ambiguous_letters
from newsarchive.arabic.stem import stem
from newsarchive.arabic.stop_words import STOP_WORDS
from newsarchive.arabic.tokens import Token, tokenize
from newsarchive.archive import Archive
from newsarchive.article import Article
from newsarchive.search.engine import Snapshot
from newsarchive.search.language.lexemes import ends_in_field
from newsarchive.search.language.query import (
    AllOf,
    Alternatives,
    AnyOf,
    Form,
    Named,
    Nearby,
    Node,
    Phrase,
    Scope,
    Translated,
    Unreadable,
    Word,
    leaves,
)
from newsarchive.search.language.typed import Understand, with_ranges_replaced, word_ranges
from newsarchive.search.scoring.tree import Field
from newsarchive.search.scoring.weighing import adjacent, term_of
from newsarchive.search.suggesting.completion import likely_words
from newsarchive.search.suggesting.correction import Corrector
from newsarchive.search.suggesting.misspelling import Misspellings
from newsarchive.search.suggesting.running_text import is_running_text

_TITLES_LISTED, _TITLES_READ = 300, 20
"""The number of recent articles with a word in the title, and how many of their titles are checked for its spelling.

They are spread over the list, because articles that follow each other are often from one source, with its habits.
"""
_TEXTS_READ = 20
"""The number of articles that are looked at for one in which the reader sees a word."""
_LEAST_LETTERS = 2
"""Titles are suggested only for at least this many letters."""
_WORDS_LISTED = 50
"""The number of words listed for a prefix."""
_ARTICLES_KNOWN = 100_000
"""The number of articles of which it is remembered whether they have ambiguous letters."""
_WHOLE = 1 << 40
"""More bytes than any line has."""
_UNMARKED = str.maketrans(dict.fromkeys(IGNORABLE, ""))


class Suggester:
    """The suggestions of one snapshot. Thread-safe."""

    def __init__(self, snapshot: Snapshot, archive: Archive, *, offers_all: bool = True) -> None:
        """`archive` is as the reader sees it. Without `offers_all`, only words that the reader sees are offered."""
        self.generation = snapshot.generation
        self._snapshot = snapshot
        self._corrector = Corrector(snapshot.word_lists)
        self._misspellings = Misspellings(snapshot, self._corrector)
        # Not a method: the cache would hold a reference to this object and keep the files of a
        # replaced index open.
        self.spelled = lru_cache(maxsize=10_000)(partial(_spelled, snapshot, archive))
        self.spelled_ambiguously = lru_cache(maxsize=10_000)(
            partial(_spelled_ambiguously, _AmbiguousLetters(snapshot, archive), self.spelled)
        )
        self.beginning_with = lru_cache(maxsize=10_000)(partial(_beginning_with, snapshot))
        self._is_seen = lru_cache(maxsize=10_000)(partial(_is_seen, snapshot, archive))
        self._is_stem_seen = lru_cache(maxsize=10_000)(partial(_is_stem_seen, snapshot, archive))
        self._offers_all = offers_all
        self._is_adjacent = lru_cache(maxsize=10_000)(partial(_is_adjacent, snapshot))

    def occurs(self, leaf: Word | Phrase) -> bool:
        """Whether any article has the word by its stem or exact form, or has the phrase."""
        if isinstance(leaf, Phrase):
            has_words = all(self.occurs(Word(word, Form.EXACT, leaf.scope)) for word in leaf.words)
            return has_words and self._is_adjacent(leaf)
        return self._snapshot.occurs(*term_of(leaf))

    def offers(self, word: str) -> bool:
        """Whether a folded word may be told to a reader who didn't type it."""
        return self._offers_all or self._is_seen(word)

    def offers_translation(self, word: str) -> bool:
        """Whether a folded word of a translation may be told: as `offers`, or as a dictionary's form of a seen one.

        A form that no article has tells nothing but its stem.
        """
        if self.offers(word):
            return True
        occurs = any(self._snapshot.occurs(field, word) for field in (Field.EXACT, Field.TITLE_EXACT))
        return not occurs and self._is_stem_seen(stem(word))

    def correction(self, text: str, node: Node, understand: Understand) -> str | None:
        """Return the query with its misspelled words corrected; None if there is nothing to correct or no near word.

        These are the words that don't occur, and those that are far less frequent than a neighbor
        (`misspelling`). `node` is the tree that is searched: a word with another spelling in the
        archive needs no correction.
        """
        changes = {}
        for word, beside in _with_neighbors(node).items():
            corrected = self._corrected(word.text, beside)
            if corrected is not None and self.offers(corrected):
                for place in word_ranges(text, (word.text,), understand):
                    if word.scope is Scope.TITLE or is_running_text(text, place):
                        changes[place] = self.spelled(corrected)
        return with_ranges_replaced(text, changes.items()) if changes else None

    def _corrected(self, word: str, beside: Sequence[str]) -> str | None:
        if self.occurs(Word(word)):
            return self._misspellings.meant(word, [other for other in beside if self.occurs(Word(other))])
        return self._corrector.best(word)

    def complete(self, text: str, node: Node, count: int) -> list[str]:
        """Return up to `count` queries that complete the last word of the typed query, whose tree is `node`.

        The value of a field is no word of the text, so it isn't completed.
        """
        last = unfinished_word(text)
        if last is None or _is_in_value(text, last, node):
            return []
        before = [word.text for word in _stem_words(node)]
        if before and before[-1] == last.text:
            before.pop()
        found = likely_words(self._snapshot, last.text, before, count, self._misspellings, self.offers)
        completed = (text[: last.start] + self.spelled(word) for word in found if word != last.text)
        return list(dict.fromkeys(completed))


def _is_seen(snapshot: Snapshot, archive: Archive, word: str) -> bool:
    """Whether a title has a folded word, or the visible part of one of the latest texts with it."""
    if snapshot.occurs(Field.TITLE_EXACT, word):
        return True
    found = archive.get_many(snapshot.ids_with(Field.EXACT, word, _TEXTS_READ)).values()
    return any(token.text == word for article in found for token in tokenize(f"{article.title}\n{article.body}"))


def _is_stem_seen(snapshot: Snapshot, archive: Archive, wanted: str) -> bool:
    """The same as `_is_seen` for any word with a stem."""
    if snapshot.occurs(Field.TITLE, wanted):
        return True
    found = archive.get_many(snapshot.ids_with(Field.TEXT, wanted, _TEXTS_READ)).values()
    return any(
        stem(token.text) == wanted for article in found for token in tokenize(f"{article.title}\n{article.body}")
    )


def _spelled(snapshot: Snapshot, archive: Archive, word: str) -> str:
    """A folded word as most titles spell it, otherwise as a body does, without diacritics; unchanged if none has it."""

    def articles_with(field: Field, listed: int, read: int) -> Iterator[Article]:
        ids = snapshot.ids_with(field, word, listed)
        step = max(1, len(ids) // read)
        yield from archive.get_many(ids[::-step][:read]).values()

    titles = (article.title for article in articles_with(Field.TITLE_EXACT, _TITLES_LISTED, _TITLES_READ))
    bodies = (article.body for article in articles_with(Field.EXACT, 1, 1))
    for texts in (titles, bodies):
        spellings = Counter(_spellings(texts, word))
        if spellings:
            return spellings.most_common(1)[0][0]
    return word


class _AmbiguousLetters:
    """Knows which articles have ambiguous letters anywhere. Few have any.

    Looking for one in a line of the archive takes a fraction of the time of reading the article.
    """

    def __init__(self, snapshot: Snapshot, archive: Archive) -> None:
        self._snapshot = snapshot
        self._archive = archive
        self._known: dict[str, bool] = {}

    def may_spell(self, word: str) -> bool:
        """Whether any of the articles that decide how a folded word is spelled has an ambiguous letter."""
        snapshot = self._snapshot
        if not snapshot.is_local:
            return True
        ids = [*snapshot.ids_with(Field.TITLE_EXACT, word, _TITLES_READ), *snapshot.ids_with(Field.EXACT, word, 1)]
        found = {article_id: self._known[article_id] for article_id in ids if article_id in self._known}
        missing = [article_id for article_id in ids if article_id not in found]
        if missing and not any(found.values()):
            found |= self._read(missing)
        return any(found.values())

    def _read(self, ids: Sequence[str]) -> dict[str, bool]:
        entries = self._archive.catalogue.latest_of(ids)
        lines = dict(self._archive.line_ends(entries, _WHOLE))
        # A line that can't be read now may have one.
        read = {entry.id: entry.id not in lines or _has_ambiguous(lines[entry.id]) for entry in entries}
        if len(self._known) > _ARTICLES_KNOWN:
            self._known = {}
        self._known |= {article_id: has for article_id, has in read.items() if article_id in lines}
        return read


def _spelled_ambiguously(known: _AmbiguousLetters, spelled: Callable[[str], str], word: str) -> str:
    """As `_spelled`, or the folded word itself if none of the articles that decide has an ambiguous letter."""
    return spelled(word) if known.may_spell(word) else word


def _has_ambiguous(line: bytes) -> bool:
    return _ambiguous_bytes().search(line) is not None


@cache
def _ambiguous_bytes() -> re.Pattern[bytes]:
    """Finds an ambiguous letter in a line of the archive."""
    return re.compile(b"|".join(letter.encode() for letter in sorted(ambiguous_letters())))


def _beginning_with(snapshot: Snapshot, prefix: str) -> tuple[tuple[str, int], ...]:
    """The most frequent folded words with a prefix, each with its number of articles."""
    return tuple(snapshot.frequent_words(prefix, _WORDS_LISTED))


def _is_adjacent(snapshot: Snapshot, phrase: Phrase) -> bool:
    """Whether any article has the phrase."""
    return snapshot.finds(adjacent(phrase))


def unfinished_word(text: str) -> Token | None:
    """Return the last word of a text; None if any character follows it."""
    last = next(iter(list(tokenize(text))[-1:]), None)
    return last if last is not None and last.end == len(text) else None


def _is_in_value(text: str, last: Token, node: Node) -> bool:
    """Whether the last word belongs to the value of a field such as source: or date:."""
    before = text[: last.start].rstrip()
    for leaf in leaves(node):
        # A name may end before the last word; a date that can't be read yet goes on.
        if isinstance(leaf, Named | Unreadable) and text.endswith(leaf.value):
            return True
        if isinstance(leaf, Unreadable) and before.endswith(leaf.value):
            return True
    return ends_in_field(before)


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
    """The words of a tree that are searched by stem, also in a chunk, not excluded, and without other spellings."""
    return (word for word, has_others in _typed_words(node) if not has_others)


def _typed_words(node: Node) -> Iterator[tuple[Word, bool]]:
    """The words of a tree that are searched by stem and not excluded, and whether each has other spellings."""
    match node:
        case Word(_, Form.STEM):
            yield node, False
        case Phrase(form=Form.STEM) | Nearby():
            yield from ((part, False) for part in node.parts)
        case AllOf(nodes) | AnyOf(nodes):
            for child in nodes:
                yield from _typed_words(child)
        case Alternatives((first, *_)):
            yield from ((word, True) for word, _ in _typed_words(first))
        case Translated(words=(word,), literal=None, is_guessed=True):
            yield Word(word), False
        case _:
            pass


def _with_neighbors(node: Node) -> dict[Word, tuple[str, ...]]:
    """Each word without other spellings, and the words before and after it that aren't stop words."""
    row = list(_typed_words(node))
    found: dict[Word, tuple[str, ...]] = {}
    for at, (word, has_others) in enumerate(row):
        if not has_others:
            sides = (reversed(row[:at]), row[at + 1 :])
            told = (next((other.text for other, _ in side if other.text not in STOP_WORDS), None) for side in sides)
            found.setdefault(word, tuple(text for text in told if text not in (None, word.text)))
    return found
