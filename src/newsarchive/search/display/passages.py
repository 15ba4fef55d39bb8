"""The passage of a text that a snippet shows: the best place, from a sentence or a word to the end of a word."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from operator import le

from newsarchive.arabic.clues import Searchable
from newsarchive.search.display.matching import Occurrence

LONGEST_KEPT = 10_000
"""The most characters of a text for which anything is kept."""
_CONTEXT = 40
"""Characters of context before and after the matched words, if there is room."""
_BEHIND_HEADING = " — "
_SENTENCE_END = re.compile(r"(?<=[^\s.]{2})[.!?؟…۔][\"»”’)\]]*\s")
"""Requires two characters before the stop, so that «د. طه حسين» and «أ.ف.ب. قالت» don't end a
sentence."""
_OPENING = ' «“"([—-'


@dataclass(frozen=True, slots=True)
class _Window:
    """The range `[start, end)` from the start of the first chosen match to the end of the last."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """The text that a snippet is cut from, on one line.

    `starts` are the offsets where paragraphs begin, ascending. `lead` is the start of the first
    paragraph that is not a heading, and `news` is the start of the text after the repeated title.
    """

    text: str
    searchable: Searchable
    starts: tuple[int, ...]
    lead: int
    news: int

    @classmethod
    def of(cls, text: str, headings: Sequence[str], known: str) -> "Passage":
        """Make the passage of a text; see `Highlighter.snippet`."""
        lines = [line for line in text.split("\n") if line and not line.isspace()]
        pieces = [" ".join(line.split()) + " " for line in lines]
        is_heading = [False] * len(lines)
        if headings:
            is_heading = [line.strip() in headings for line in lines]
            behind = {True: _BEHIND_HEADING, False: " "}
            pieces = [piece[:-1] + behind[one] for piece, one in zip(pieces, is_heading, strict=True)]
        if pieces:
            pieces[-1] = " ".join(lines[-1].split())
        starts = [0, *accumulate(map(len, pieces))][: len(pieces)]
        lead = next((at for at, one in zip(starts, is_heading, strict=True) if not one), 0)
        shown = "".join(pieces)
        known = " ".join(known.split()).rstrip(".… ")
        news = lead + len(known) if known and shown.startswith(known, lead) else 0
        return cls(shown, Searchable.of(shown), tuple(starts), lead, news)

    def cut(self, matches: Sequence[Occurrence], length: int) -> tuple[int, int]:
        """The range to show, at most `length` characters."""
        if len(self.text) <= length:
            return 0, len(self.text)
        if not matches:
            start = self._beginning(length)
            return start, self._end(start, start, length, ())
        window = _best_window(matches, length, self.news)
        phrases = [match for match in matches if len(match.words) > 1]
        start = self._start(window, length)
        for phrase in phrases:
            if phrase.start < start < phrase.end <= window.start:
                start = min(window.start, phrase.end + 1)
        return start, self._end(start, window.end, length, phrases)

    def _beginning(self, length: int) -> int:
        """The start of a snippet without matches: after the repeated title, or the lead if too little follows."""
        behind = self._sentence_starts(self.news, min(len(self.text), self.news + length)) if self.news else []
        return next((at for at in behind if len(self.text) - at >= length // 2), self.lead)

    def _start(self, window: _Window, length: int) -> int:
        """The nearest sentence start before the window that leaves room for it, otherwise the start of a word."""
        behind = min(_CONTEXT, len(self.text) - window.end)
        reach = max(0, length - (window.end - window.start) - behind)
        starts = self._sentence_starts(max(0, window.start - reach), window.start)
        for start in reversed(starts):
            if len(self.text) - start >= length // 2:
                return start
        earliest = min(window.start - min(reach, _CONTEXT), len(self.text) - length)
        if earliest <= 0:
            return 0
        space = self.text.find(" ", earliest - 1, window.start)
        return window.start if space < 0 else space + 1

    def _sentence_starts(self, first: int, last: int) -> list[int]:
        """The offsets from `first` to `last`, both inclusive, where a paragraph or a sentence begins."""
        paragraphs = self.starts[bisect_left(self.starts, first) : bisect_left(self.starts, last + 1)]
        ends = _SENTENCE_END.finditer(self.text, max(0, first - 2), last)
        return sorted({*paragraphs, *(match.end() for match in ends if match.end() >= first)})

    def _end(self, start: int, needed: int, length: int, phrases: Sequence[Occurrence]) -> int:
        """The last end of a word in reach that isn't inside a phrase; not before `needed` if that is in reach."""
        end = start + length
        if end >= len(self.text):
            return len(self.text)
        space = self.text.rfind(" ", max(start, needed), end + 1)
        if space > start:
            end = space
        elif start < needed < end:
            end = needed
        for phrase in reversed(phrases):
            if needed <= phrase.start < end < phrase.end and phrase.start > start:
                end = phrase.start
        shown = self.text[start:end].rstrip(_OPENING)
        return start + len(shown) if shown else end


def passage_of(text: str, headings: Sequence[str], known: str) -> Passage:
    """`Passage.of`, which is kept for the next queries that find the article, unless it is long."""
    return (_kept_passage if len(text) <= LONGEST_KEPT else Passage.of)(text, tuple(headings), known)


@lru_cache(maxsize=1_024)
def _kept_passage(text: str, headings: tuple[str, ...], known: str) -> Passage:
    return Passage.of(text, headings, known)


def _best_window(matches: Sequence[Occurrence], length: int, news: int) -> _Window:
    """The window with the most distinct leaves, then after `news`, then with the most matches.

    Of equal windows, the first wins. The window slides from match to match: matches that begin
    before it leave, matches that end within its room enter.
    """
    room = max(length - 2 * _CONTEXT, length // 2)
    starts = [words[0][0] for _, words in matches]
    ends = [min(words[-1][1], start + room) for (_, words), start in zip(matches, starts, strict=True)]
    by_end: Sequence[int] = range(len(matches))
    if not all(map(le, ends, ends[1:])):
        by_end = sorted(by_end, key=ends.__getitem__)
    inside: defaultdict[int, int] = defaultdict(int)
    entered = [False] * len(matches)
    count = at_end = 0
    best, best_window = (0, False, 0), _Window(0, 0)
    for number, start in enumerate(starts):
        while at_end < len(by_end) and ends[entering := by_end[at_end]] <= start + room:
            if entering >= number:
                inside[matches[entering].leaf] += 1
                entered[entering] = True
                count += 1
            at_end += 1
        worth = (len(inside), start >= news, count)
        if worth > best:
            best, best_window = worth, _Window(start, ends[by_end[at_end - 1]])
        if entered[number]:
            leaf = matches[number].leaf
            count -= 1
            inside[leaf] -= 1
            if not inside[leaf]:
                del inside[leaf]
    return best_window
