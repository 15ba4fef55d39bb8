"""Finds the words of a query in a text, with the same folding and stems as the index."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from typing import NamedTuple

from newsarchive.arabic.clues import Clues
from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import Legible, Span, chosen_spans, folded_words, legible, spans, spellings
from newsarchive.search.display.words_together import NearbyWords, WordRun, ends_of_paragraphs
from newsarchive.search.language.query import Form, Leaf, Nearby, Node, Phrase, Word, positive_leaves

_MEMO_LIMIT = 300_000
"""The maximum number of spellings in the memo of stems, about 50 MB; a full memo is cleared."""


class _StemsOfSpellings(dict[str, str | None]):
    """Spelling -> the stem of its folded word; None unless the spelling is exactly one word."""

    def __missing__(self, spelling: str) -> str | None:
        if len(self) >= _MEMO_LIMIT:
            self.clear()
        found = folded_words(spelling)
        result = self[spelling] = stem(found[0]) if len(found) == 1 else None
        return result


_stem_of_spelling = _StemsOfSpellings()


class Occurrence(NamedTuple):
    """The number of a leaf and the spans of its words in a text: one span for a word, several for a phrase."""

    leaf: int
    words: tuple[Span, ...]

    @property
    def start(self) -> int:
        """The start of the first word."""
        return self.words[0][0]

    @property
    def end(self) -> int:
        """The end of the last word."""
        return self.words[-1][1]


@dataclass(frozen=True, slots=True)
class Reading:
    """A text and the occurrences of a query's leaves in it, ordered by their start."""

    text: str
    occurrences: Sequence[Occurrence] = ()

    def marks(self) -> tuple[Span, ...]:
        """The spans of all words in occurrences, ascending and without duplicates: a word can be in several."""
        return tuple(sorted({span for occurrence in self.occurrences for span in occurrence.words}))

    def within(self, start: int, end: int) -> "Reading":
        """The same text with only the occurrences in the range `[start, end)`."""
        inside = [occurrence for occurrence in self.occurrences if start <= occurrence.start and occurrence.end <= end]
        return Reading(self.text, inside)


def leaves_of(node: Node) -> tuple[Leaf, ...]:
    """Return the distinct words and phrases that a hit may have; the index of a leaf is its number."""
    return tuple(dict.fromkeys(positive_leaves(node)))


@dataclass(frozen=True, slots=True)
class _Answer:
    """How a spelling matches a query: the leaves it matches on its own, and the phrases it may begin."""

    leaves: tuple[int, ...]
    phrases: tuple[tuple[WordRun, int], ...]


class Finder:
    """The numbered leaves of a query, indexed so that one pass over the words of a text finds them all."""

    def __init__(self, leaves: Iterable[tuple[int, Leaf]]) -> None:
        self._stems: defaultdict[str, list[int]] = defaultdict(list)
        self._exact: defaultdict[str, list[int]] = defaultdict(list)
        self._prefixes: list[tuple[str, int]] = []
        self._phrases: defaultdict[str, list[tuple[WordRun, int]]] = defaultdict(list)
        self._stem_phrases: defaultdict[str, list[tuple[WordRun, int]]] = defaultdict(list)
        self._nearby: list[tuple[NearbyWords, int]] = []
        for number, leaf in leaves:
            match leaf:
                case Phrase():
                    run = WordRun.of(leaf)
                    begun = self._stem_phrases if leaf.form is Form.STEM else self._phrases
                    for word in run.places[0]:
                        begun[word].append((run, number))
                case Nearby():
                    self._nearby.append((NearbyWords.of(leaf), number))
                case Word(text, Form.STEM):
                    self._stems[stem(text)].append(number)
                case Word(text, Form.EXACT):
                    self._exact[text].append(number)
                case Word(text, Form.PREFIX):
                    self._prefixes.append((text, number))
        # Equal words have equal stems, so a spelling with none of these stems can match only a
        # prefix.
        stems = {*self._stems, *self._stem_phrases, *map(stem, self._exact), *map(stem, self._phrases)}
        self._answers: dict[str, _Answer] = {}
        self._worth_looking: frozenset[str | None] = frozenset((*stems, None)) if stems else frozenset()
        self._clues = Clues.of((*stems, *(begin for begin, _ in self._prefixes)))

    def read(self, text: str, ends: Sequence[int] | None = None, readable: Legible | None = None) -> Reading:
        """Read a text and find all occurrences in it.

        `ends` are the offsets where paragraphs end, ascending, if not at the ends of lines: no
        occurrence has words of two paragraphs. `readable` is the `legible` text, if it is known.
        """
        if not text:
            return Reading(text)
        readable = legible(text) if readable is None else readable
        found = list(self._found(readable, ends)) if self._worth_looking or self._prefixes else []
        if self._nearby:
            found += self._found_nearby(readable, ends)
            found.sort(key=lambda occurrence: (occurrence.start, occurrence.leaf))
        return Reading(text, found)

    def _found_nearby(self, text: Legible, ends: Sequence[int] | None) -> Iterator[Occurrence]:
        start = 0
        for end in (*(ends_of_paragraphs(text) if ends is None else ends), len(text)):
            words = list(takewhile(partial(_is_before, end), spans(text, start)))
            for nearby, leaf in self._nearby:
                yield from (Occurrence(leaf, found) for found in nearby.found(text, words))
            start = end

    def _found(self, text: Legible, ends: Sequence[int] | None) -> Iterator[Occurrence]:
        for start, end in self._worth_asking(text):
            spelling = text[start:end]
            answer = self._answers.get(spelling) or self._answer(spelling)
            for leaf in answer.leaves:
                yield Occurrence(leaf, ((start, end),))
            if answer.phrases and ends is None:
                ends = ends_of_paragraphs(text)
            for run, leaf in answer.phrases:
                behind = bisect_right(ends or (), start)
                last = ends[behind] if ends and behind < len(ends) else len(text)
                if words := run.found(text, start, last):
                    yield Occurrence(leaf, words)

    def _worth_asking(self, text: Legible) -> Iterable[Span]:
        """The spans of the words that may match, narrowed down with cheap tests. Most words match nothing."""
        if self._clues is not None:
            return self._clues.follow(text)
        if self._prefixes:
            return spans(text)
        stems = map(_stem_of_spelling.__getitem__, spellings(text))
        selected = list(map(self._worth_looking.__contains__, stems))
        return chosen_spans(text, selected) if any(selected) else ()

    def _answer(self, spelling: str) -> _Answer:
        leaves: list[int] = []
        phrases: list[tuple[WordRun, int]] = []
        for word in folded_words(spelling):
            word_stem = stem(word)
            leaves += self._stems.get(word_stem, ())
            leaves += self._exact.get(word, ())
            leaves += [leaf for begin, leaf in self._prefixes if word.startswith(begin) or word_stem.startswith(begin)]
            phrases += self._phrases.get(word, ())
            phrases += self._stem_phrases.get(word_stem, ())
        answer = self._answers[spelling] = _Answer(tuple(dict.fromkeys(leaves)), tuple(dict.fromkeys(phrases)))
        return answer


def _is_before(end: int, span: Span) -> bool:
    return span[0] < end
