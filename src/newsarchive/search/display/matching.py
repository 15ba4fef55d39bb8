"""Finds the words of a query in a text, with the same folding and stems as the index."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from typing import NamedTuple

from newsarchive.arabic.clues import Clues, Searchable
from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import Legible, Span, chosen_spans, folded_words, spans, spellings
from newsarchive.search.display.words_together import NearbyWords, WordRun, ends_of_paragraphs
from newsarchive.search.language.query import Form, Leaf, Nearby, Node, Phrase, Word, positive_leaves

_MOST_ANSWERS = 3_000
"""The maximum number of spellings that a finder remembers, about 500 kB; then it forgets them all."""


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
        return tuple(sorted({span for _, words in self.occurrences for span in words}))

    def within(self, start: int, end: int) -> "Reading":
        """The same text with only the occurrences in the range `[start, end)`."""
        inside = [found for found in self.occurrences if start <= found.words[0][0] and found.words[-1][1] <= end]
        return Reading(self.text, inside)


def leaves_of(node: Node) -> tuple[Leaf, ...]:
    """Return the distinct words and phrases that a hit may have; the index of a leaf is its number."""
    return tuple(dict.fromkeys(positive_leaves(node)))


@dataclass(frozen=True, slots=True)
class _Answer:
    """How a spelling matches a query: the leaves it matches on its own, and the phrases it may begin."""

    leaves: tuple[int, ...]
    phrases: tuple[tuple[WordRun, int], ...]


class _Answers(dict[str, _Answer | None]):
    """Spelling -> how it matches a query. None if it doesn't, as nearly all."""

    def __init__(self, answer: Callable[[str], _Answer | None]) -> None:
        super().__init__()
        self._answer = answer

    def __missing__(self, spelling: str) -> _Answer | None:
        if len(self) >= _MOST_ANSWERS:
            self.clear()
        answer = self[spelling] = self._answer(spelling)
        return answer


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
        # Equal words have equal stems.
        stems = {*self._stems, *self._stem_phrases, *map(stem, self._exact), *map(stem, self._phrases)}
        self._has_words = bool(stems or self._prefixes)
        self._clues = Clues.of(stems, [begin for begin, _ in self._prefixes])
        self._answers = _Answers(self._answer)

    def read(self, text: str, ends: Sequence[int] | None = None, searchable: Searchable | None = None) -> Reading:
        """Read a text and find all occurrences in it.

        `ends` are the offsets where paragraphs end, ascending, if not at the ends of lines: no
        occurrence has words of two paragraphs. `searchable` is the text prepared, if it is kept.
        """
        if not text or not (self._has_words or self._nearby):
            return Reading(text)
        searchable = searchable or Searchable.of(text)
        found = list(self._found(searchable, ends)) if self._has_words else []
        if self._nearby:
            found += self._found_nearby(searchable.text, ends)
            found.sort(key=lambda occurrence: (occurrence.start, occurrence.leaf))
        return Reading(text, found)

    def _found_nearby(self, text: Legible, ends: Sequence[int] | None) -> Iterator[Occurrence]:
        start = 0
        for end in (*(ends_of_paragraphs(text) if ends is None else ends), len(text)):
            words = list(takewhile(partial(_is_before, end), spans(text, start)))
            for nearby, leaf in self._nearby:
                yield from (Occurrence(leaf, found) for found in nearby.found(text, words))
            start = end

    def _found(self, searchable: Searchable, ends: Sequence[int] | None) -> Iterator[Occurrence]:
        text = searchable.text
        for start, end in self._worth_asking(searchable):
            answer = self._answers[text[start:end]]
            if answer is None:
                continue
            for leaf in answer.leaves:
                yield Occurrence(leaf, ((start, end),))
            if answer.phrases and ends is None:
                ends = ends_of_paragraphs(text)
            for run, leaf in answer.phrases:
                behind = bisect_right(ends or (), start)
                last = ends[behind] if ends and behind < len(ends) else len(text)
                if words := run.found(text, start, last):
                    yield Occurrence(leaf, words)

    def _worth_asking(self, searchable: Searchable) -> Iterable[Span]:
        """The spans of the words that may match, narrowed down with cheap tests. Most words match nothing."""
        if self._clues.are_few:
            return self._clues.follow(searchable)
        selected = list(map(self._answers.__getitem__, spellings(searchable.text)))
        return chosen_spans(searchable.text, map(bool, selected)) if any(selected) else ()

    def _answer(self, spelling: str) -> _Answer | None:
        # Finding the stem of a word takes long, and most words are ruled out without it.
        return self._looked_up(folded_words(spelling)) if self._clues.may_have(spelling) else None

    def _looked_up(self, words: Iterable[str]) -> _Answer | None:
        leaves: list[int] = []
        phrases: list[tuple[WordRun, int]] = []
        for word in words:
            word_stem = stem(word)
            leaves += self._stems.get(word_stem, ())
            leaves += self._exact.get(word, ())
            leaves += [leaf for begin, leaf in self._prefixes if word.startswith(begin) or word_stem.startswith(begin)]
            phrases += self._phrases.get(word, ())
            phrases += self._stem_phrases.get(word_stem, ())
        if not leaves and not phrases:
            return None
        return _Answer(tuple(dict.fromkeys(leaves)), tuple(dict.fromkeys(phrases)))


def _is_before(end: int, span: Span) -> bool:
    return span[0] < end
