"""Puts the translations of words of other languages into a query tree.

Only bare words are translated, and chunks of words without digits: Al-Sisi. Phrases, exact words, beginnings of
words, values of fields, excluded words and words near each other are meant as typed. The longest phrase of up to
four words that a lexicon has is taken, else the word. A name, or a word that no lexicon has, is looked
for among the words of the archive by its sound.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise, repeat
from typing import NamedTuple

from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import tokenize
from newsarchive.arabic.tokens import words as words_of
from newsarchive.search.language.foreign.lexicon import COGNATE, LONGEST, NAMING, Lexicon, Source, Translation
from newsarchive.search.language.query import (
    AllOf,
    AnyOf,
    Form,
    Leaf,
    Likeness,
    Node,
    Phrase,
    Scope,
    Translated,
    Word,
)
from newsarchive.search.language.word_forms import Other, WordForms
from newsarchive.search.scoring.statistics import inverse_document_frequency
from newsarchive.search.scoring.tree import Field
from newsarchive.search.translating.transliteration import Transliterator

MOST_ALTERNATIVES = 8
MOST_UNITS = 40
"""The maximum number of words and phrases of a query that are translated: each has several terms."""
_LEAST_SHARE = 0.05
"""Translations with less than this share of the best one's weight are left out."""
_FREQUENCY = 0.15
"""The exponent of the number of articles that have a translation."""
_SOUND_OF_UNKNOWN, _SOUND_OF_NAME = 0.9, 0.6
"""How far a word with the same sound is trusted: if no lexicon has the typed word, or if it may be a name."""
_MOST_COST_OF_NAME = 0.5
"""How much a word may differ from the sound of a typed word that has translations, too."""
_GUESSED_WORD, _GUESSED_IN_LOWER_CASE = 0.35, 0.7
"""What a lower-case word that no lexicon has counts for, compared with translated words: it is no name, unless all
words are in lower case."""
_SHORTEST_NAME = 3
_FUNCTION_WORD, _COMMON_WORD = 2, 1
"""What a word says about the language of a query."""
_MOST_SPELLED = 2
"""The number of translations whose other spellings are searched too."""
_OTHER_SPELLING = 0.6
_LEAST_IDF = 0.01
_LITERAL_SCORE = 30.0
"""More than any word scores."""
_LATIN = re.compile("[a-z]+")
_JOINTS = tuple("-\u2010\u2011\u2012\u2013'\u2019\u02bc\u00b4`")
_ARTICLES = ("al", "el")
"""The Arabic article as names begin with it: Al-Sisi, El Baradei."""


class _Typed(NamedTuple):
    """A word: folded, as typed, the number of its node, and whether it is the first of several words of a chunk."""

    text: str
    spelling: str
    node: int
    begins_chunk: bool


class _Capitals(NamedTuple):
    """Whether a capital letter marks a name, as it does unless all words have one; and whether names have it."""

    mark_names: bool
    are_used: bool


class _Candidate(NamedTuple):
    """A translation as a leaf, its weight, how many articles have it, at most, and how they write it."""

    leaf: Leaf
    weight: float
    articles: int
    shown: str


_Joined = set[tuple[str, str]]
"""The pairs of words that are typed with a hyphen or an apostrophe between them."""
Frequencies = Callable[[Sequence[tuple[Field, str]]], list[int]]


class Translator:
    """Translates the queries of one generation of an index. Thread-safe."""

    def __init__(
        self,
        lexicons: Sequence[Lexicon],
        transliterator: Transliterator,
        frequencies: Frequencies,
        articles: int,
        word_forms: WordForms,
    ) -> None:
        """`articles` is the number of articles, and `word_forms` knows the words of the archive."""
        self.spelled = word_forms.vocabulary.spelled
        self._word_forms = word_forms
        self._lexicons = lexicons
        self.transliterator = transliterator
        self.frequencies = frequencies
        self.articles = articles

    def spellings(self, word: Word) -> Sequence[Other]:
        """Return the other spellings of a word that the archive has."""
        return self._word_forms.of(word, in_both_numbers=False)[1]

    def prepare(self) -> None:
        """Compute what is needed to know about the words of the index."""
        self.transliterator.prepare()

    def translated(self, node: Node, text: str) -> Node:
        """Return the tree with the words of other languages translated; `text` is the query that it was parsed from."""
        if not any(_latin_words(node, None)):
            return node
        tokens = list(tokenize(text))
        spellings: dict[str, str] = {}
        for token in tokens:
            spellings.setdefault(token.text, text[token.start : token.end])
        joined = {
            (first.text, second.text) for first, second in pairwise(tokens) if text[first.end : second.start] in _JOINTS
        }
        words = list(_latin_words(node, joined))
        if not words:
            return node
        lexicons = self._in_order(words)
        names_are_capitalized = any(
            spellings.get(word, word)[:1].islower() and word not in lexicons[0].function_words for word in words
        )
        has_capitals = any(spellings.get(word, word)[:1].isupper() for word in words[1:])
        capitals = _Capitals(names_are_capitalized, has_capitals)
        return _Translation(self, lexicons, spellings, joined, capitals).node(node)

    def _in_order(self, words: Sequence[str]) -> list[Lexicon]:
        """The lexicons, that of the language of the query first."""

        def says(lexicon: Lexicon) -> int:
            common = sum(_COMMON_WORD for word in words if lexicon.is_common(word))
            return common + sum(_FUNCTION_WORD for word in words if word in lexicon.function_words)

        return sorted(self._lexicons, key=lambda lexicon: -says(lexicon))


class _Translation:
    """Translates one query."""

    def __init__(
        self,
        translator: Translator,
        lexicons: Sequence[Lexicon],
        spellings: Mapping[str, str],
        joined: _Joined,
        capitals: _Capitals,
    ) -> None:
        self._translator = translator
        self._lexicons = lexicons
        self._spellings = spellings
        self._joined = joined
        self._names_are_capitalized, self._has_capitals = capitals
        self._units = 0

    def node(self, node: Node) -> Node:
        match node:
            case Word() | Phrase() if _words_of(node, self._joined):
                row = self._row((node,))
                return row[0] if len(row) == 1 else AllOf(tuple(row)) if row else node
            case AllOf(nodes) | AnyOf(nodes):
                row = self._row(nodes)
                if not row:
                    return node
                return row[0] if len(row) == 1 else type(node)(tuple(row))
            case _:
                return node

    def _row(self, nodes: Sequence[Node]) -> list[Node]:
        """Translate adjacent nodes, each run of foreign words together; function words are left out."""
        row: list[Node] = []
        run: list[_Typed] = []
        for number, node in enumerate((*nodes, None)):
            words = _words_of(node, self._joined) if node is not None else ()
            if words:
                run += [
                    _Typed(word, self._spellings.get(word, word), number, len(words) > 1 and not at)
                    for at, word in enumerate(words)
                ]
                continue
            row += self._run(nodes, run)
            run = []
            if node is not None:
                row.append(self.node(node))
        return row

    def _run(self, nodes: Sequence[Node], run: Sequence[_Typed]) -> Iterator[Node]:
        at = 0
        found: list[Node] = []
        while at < len(run):
            length, node = self._unit(nodes, run, at)
            if node is not None:
                found.append(node)
            at += length
        # A query of nothing but function words, such as The Who, is searched as typed.
        yield from found or [nodes[number] for number in dict.fromkeys(word.node for word in run)]

    def _unit(self, nodes: Sequence[Node], run: Sequence[_Typed], at: int) -> tuple[int, Node | None]:
        """The number of words of the next phrase, and its node; None for a function word."""
        if self._units >= MOST_UNITS:
            return 1, Word(run[at].text)
        for length in range(min(LONGEST, len(run) - at), 1, -1):
            words = [word.text for word in run[at : at + length]]
            if self._is_function_word(words[0]) or self._is_function_word(words[-1]):
                continue
            candidates = self._candidates(self._of_phrase(run[at : at + length]))
            if candidates:
                self._units += 1
                return length, self._node(nodes, run[at : at + length], candidates)
        word = run[at]
        if word.text in _ARTICLES and at + 1 < len(run) and (word.begins_chunk or not self._knows(word.text)):
            length, node = self._unit(nodes, run, at + 1)
            return 1 + length, node
        if self._is_function_word(word.text) and not self._is_abbreviation(word):
            return 1, None
        self._units += 1
        return 1, self._node(nodes, [word], self._of_word(word, is_first=at == 0))

    def _is_function_word(self, word: str) -> bool:
        return word in self._lexicons[0].function_words

    def _is_abbreviation(self, word: _Typed) -> bool:
        """Whether a function word is an abbreviation: WHO in capitals, in any language, or «usa» in this one."""
        found = [self._lexicons[0].translations(word.text)]
        if self._names_are_capitalized and word.spelling.isupper():
            found += [
                lexicon.translations(phrase) for lexicon in self._lexicons for phrase in (word.spelling, word.text)
            ]
        return any(translations and translations[0].source is Source.HAND for translations in found)

    def _knows(self, word: str) -> bool:
        return any(lexicon.knows(word) for lexicon in self._lexicons)

    def _translations(self, phrase: str) -> list[Translation]:
        """The translations of a phrase in the first lexicon that has it."""
        return next(filter(None, (lexicon.translations(phrase) for lexicon in self._lexicons)), [])

    def _of_phrase(self, typed: Sequence[_Typed]) -> list[Translation]:
        """The translations of several words in the first lexicon that has them, also joined: cease-fire."""
        words = [word.text for word in typed]
        found = next(filter(None, (lexicon.of_phrase(words) for lexicon in self._lexicons)), [])
        if found or len({word.node for word in typed}) > 1:
            return found
        return next(filter(None, (lexicon.of_word("".join(words)) for lexicon in self._lexicons)), [])

    def _of_word(self, word: _Typed, *, is_first: bool) -> list[_Candidate]:
        found = self._known_translations(word)
        candidates = self._with_spellings(self._candidates(found))
        may_be_name = word.spelling[:1].isupper() and self._names_are_capitalized
        is_named = any(translation.source in NAMING for translation in found) and bool(candidates)
        if len(word.text) < _SHORTEST_NAME or is_named or (found and (not may_be_name or is_first)):
            return candidates
        forms = self._translator.transliterator.forms(word.text)
        if candidates:
            forms = tuple(form for form in forms if form.cost <= _MOST_COST_OF_NAME)
        trust = _SOUND_OF_NAME if candidates else _SOUND_OF_UNKNOWN
        trust *= forms[0].articles ** _FREQUENCY if forms else 1
        sounding = [
            _Candidate(Word(form.word), trust * form.weight, form.articles, self._translator.spelled(form.word))
            for form in forms
        ]
        return self._best([*candidates, *self._with_spellings(sounding)])

    def _known_translations(self, word: _Typed) -> list[Translation]:
        """The translations of a word in the first lexicon that has it, and of what it is in another language.

        The latter only if it isn't known, or just by way of another language.
        """
        found = self._translations(word.spelling) if word.spelling.isupper() else []
        for lexicon in self._lexicons:
            found = found or lexicon.of_word(word.text)
        may_be_name = word.spelling[:1].isupper() and self._names_are_capitalized
        if may_be_name or any(translation.source is not Source.PIVOT for translation in found):
            return found
        return found + next(filter(None, map(self._elsewhere, self._lexicons, repeat(word.text))), [])

    def _elsewhere(self, lexicon: Lexicon, word: str) -> list[Translation]:
        """The translations of the first word of another language that a word corresponds to."""
        for elsewhere in lexicon.words_elsewhere(word):
            for other in self._lexicons:
                if other is not lexicon and (found := [one for one in other.translations(elsewhere) if _is_word(one)]):
                    return [Translation(arabic, source, weight * COGNATE) for arabic, source, weight in found]
        return []

    def _with_spellings(self, candidates: Sequence[_Candidate]) -> list[_Candidate]:
        """The candidates, and the other spellings of the likeliest ones that the archive has."""
        others = [
            _Candidate(other.node, _OTHER_SPELLING * one.weight, one.articles, other.shown)
            for one in candidates[:_MOST_SPELLED]
            if isinstance(one.leaf, Word)
            for other in self._translator.spellings(one.leaf)
            if other.shown and other.likeness is Likeness.SPELLING
        ]
        return [*candidates, *others]

    def _candidates(self, translations: Sequence[Translation]) -> list[_Candidate]:
        """The translations that the archive has, the likeliest first."""
        leaves: dict[tuple[str, ...], tuple[Leaf, Translation]] = {}
        for translation in translations:
            words = tuple(words_of(translation.arabic))
            if not words:
                continue
            leaf: Leaf = Word(words[0]) if len(words) == 1 else Phrase(words, form=Form.STEM)
            leaves.setdefault(tuple(map(stem, words)), (leaf, translation))
        terms = {word: None for stems in leaves for word in stems}
        counts = dict(zip(terms, self._translator.frequencies([(Field.TEXT, term) for term in terms]), strict=True))
        candidates = [
            _Candidate(leaf, translation.weight * articles**_FREQUENCY, articles, translation.arabic)
            for stems, (leaf, translation) in leaves.items()
            if (articles := min(counts[word] for word in stems))
        ]
        return self._best(candidates)

    def _best(self, candidates: Sequence[_Candidate]) -> list[_Candidate]:
        ordered = sorted(candidates, key=lambda candidate: -candidate.weight)
        most = ordered[0].weight if ordered else 0.0
        return [one for one in ordered if one.weight >= _LEAST_SHARE * most][:MOST_ALTERNATIVES]

    def _node(self, nodes: Sequence[Node], typed: Sequence[_Typed], candidates: Sequence[_Candidate]) -> Node:
        """The node for typed words with these translations."""
        words = tuple(word.text for word in typed)
        literal: Leaf = Word(words[0]) if len(words) == 1 else Phrase(words, form=Form.STEM)
        if not candidates:
            return literal
        translator = self._translator
        mean = sum(one.articles for one in candidates) / len(candidates)
        own = inverse_document_frequency(translator.articles, round(mean))
        most = candidates[0].weight
        idfs = [inverse_document_frequency(translator.articles, one.articles) for one in candidates]
        factors = tuple(
            math.sqrt(own * one.weight / most / max(_LEAST_IDF, idf)) for one, idf in zip(candidates, idfs, strict=True)
        )
        typed_in = min(translator.frequencies([(Field.TEXT, stem(word)) for word in words]))
        has_literal = typed_in > 0
        # A word of the archive that is searched for by itself comes first, however rare its translations are.
        is_alone = len({word.node for word in typed}) == len(nodes)
        score = _LITERAL_SCORE if has_literal and is_alone else 0.0
        leaves, shown = tuple(one.leaf for one in candidates), tuple(one.shown for one in candidates)
        said = literal if has_literal else None
        is_guessed = len(words) == 1 and not self._known_translations(typed[0])
        if is_guessed and typed[0].spelling[:1].islower():
            share = _GUESSED_WORD if self._has_capitals else _GUESSED_IN_LOWER_CASE
            factors = tuple(factor * share for factor in factors)
        # Few Arabic articles have the word Egypt, but those are no more about it than those that have مصر.
        idf = max(own, inverse_document_frequency(translator.articles, typed_in), _LEAST_IDF)
        literal_factor = 1.0 if is_guessed or is_alone else math.sqrt(own / idf)
        return Translated(
            words, leaves, factors, shown, said, score, is_guessed, self._lexicons[0].is_weaker, literal_factor
        )


def _is_word(translation: Translation) -> bool:
    """Whether a translation is one of a word, rather than of a name."""
    return translation.source not in NAMING or translation.source is Source.HAND


def _latin_words(node: Node, joined: _Joined | None) -> Iterator[str]:
    """The words of a tree that may be translated."""
    match node:
        case Word() | Phrase():
            yield from _words_of(node, joined)
        case AllOf(nodes) | AnyOf(nodes):
            for child in nodes:
                yield from _latin_words(child, joined)
        case _:
            pass


def _words_of(node: Node, joined: _Joined | None) -> tuple[str, ...]:
    """The words of a node that may be translated: those of a word or a chunk in Latin letters.

    The words of a chunk must be `joined`: handles, addresses and the like are meant as typed.
    """
    match node:
        case Word(text, Form.STEM, Scope.TEXT) if _LATIN.fullmatch(text):
            return (text,)
        case Phrase(words, Scope.TEXT, Form.STEM) if all(map(_LATIN.fullmatch, words)):
            return words if joined is None or joined.issuperset(pairwise(words)) else ()
        case _:
            return ()
