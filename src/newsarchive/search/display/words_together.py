"""Words of a query that belong together, found in a text: consecutive words, and words close to each other."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import contains, itemgetter

from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import Legible, Span, folded_words, spans
from newsarchive.search.language.query import Form, Nearby, Phrase

_LINE_END = re.compile("\n")


def ends_of_paragraphs(text: str) -> list[int]:
    """Return the offsets where the paragraphs of a text end, except the last one."""
    return [match.start() for match in _LINE_END.finditer(text)]


@dataclass(frozen=True, slots=True)
class WordRun:
    """A phrase: for each place, the words that may be there, or their stems."""

    places: tuple[frozenset[str], ...]
    by_stem: bool

    @classmethod
    def of(cls, phrase: Phrase) -> "WordRun":
        """Return the run of a phrase."""
        by_stem = phrase.form is Form.STEM
        places = [(phrase.words[0], *phrase.first), *((word,) for word in phrase.words[1:])]
        return cls(tuple(frozenset(map(stem, words) if by_stem else words) for words in places), by_stem)

    def found(self, text: Legible, start: int, end: int) -> tuple[Span, ...]:
        """Return the spans of the spellings from `start` on that contain the phrase, up to `end`; empty if they don't.

        A spelling may be several words, and the phrase may begin and end inside one: "20 شخصا" in
        «الـ20 شخصا».
        """
        words: list[str] = []
        ends: list[int] = []
        taken: list[Span] = []
        for span in spans(text, start):
            if span[1] > end:
                break
            if found := self._words(text, span):
                words += found
                taken.append(span)
                ends.append(len(words))
            if ends and len(words) >= ends[0] - 1 + len(self.places):
                break
        for first in range(ends[0] if ends else 0):
            run = words[first : first + len(self.places)]
            if len(run) == len(self.places) and all(map(contains, self.places, run)):
                return tuple(taken[: bisect_left(ends, first + len(run)) + 1])
        return ()

    def _words(self, text: Legible, span: Span) -> list[str]:
        words = folded_words(text[slice(*span)])
        return list(map(stem, words)) if self.by_stem else words


@dataclass(frozen=True, slots=True)
class NearbyWords:
    """Stems that occur in any order, none more than `distance` words from another."""

    stems: frozenset[str]
    distance: int

    @classmethod
    def of(cls, nearby: Nearby) -> "NearbyWords":
        """Return the stems of the words."""
        return cls(frozenset(map(stem, nearby.words)), nearby.distance)

    def found(self, text: Legible, words: Sequence[Span]) -> Iterator[tuple[Span, ...]]:
        """Yield the spans of each occurrence, given those of the words of a paragraph, in the order of the text."""
        stems = [(stem(word), span) for span in words for word in folded_words(text[slice(*span)])]
        places = [(place, word, span) for place, (word, span) in enumerate(stems) if word in self.stems]
        for number, (first, _, _) in enumerate(places):
            near: dict[str, Span] = {}
            for place, word, span in places[number:]:
                if place > first + self.distance:
                    break
                near.setdefault(word, span)
            if len(near) == len(self.stems):
                yield tuple(sorted(set(near.values()), key=itemgetter(0)))
