"""Highlights and snippets: marks the original words that match a query, including diacritics and clitics.

Only whole words are marked: a mark on part of a word would break the joining of Arabic letters on
screen.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from newsarchive.access import is_restricted
from newsarchive.arabic.tokens import Legible, legible
from newsarchive.article import Article
from newsarchive.search.display.explanation import Explainer
from newsarchive.search.display.matching import Finder, Occurrence, Reading, leaves_of
from newsarchive.search.door import Folded, Hit
from newsarchive.search.highlighted import Highlighted
from newsarchive.search.language.context import NO_CONTEXT, Context
from newsarchive.search.language.query import Node, Phrase, Scope, Word
from newsarchive.search.language.readings import loosened, with_lone_letters_read, with_particles_allowed
from newsarchive.search.language.understanding import understand

Translate = Callable[[Node, str], Node]
"""Adds the Arabic words for those of other languages to the tree of a query, given the query too."""

SNIPPET_LENGTH = 260
"""In characters, about three lines on a wide page."""

_LONGEST_KEPT = 10_000
"""The most characters of a text whose passage is kept."""
_CONTEXT = 40
"""Characters of context before and after the matched words, if there is room."""
_ELLIPSIS = "…"
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


class Highlighter:
    """Marks the words that a query matches, with the same folding and stems as the index.

    `has_words` is whether the query has any.
    """

    def __init__(self, node: Node) -> None:
        leaves = list(enumerate(leaves_of(node)))
        self.has_words = bool(leaves)
        self._all = Finder(leaves)
        self._in_text = Finder((number, leaf) for number, leaf in leaves if leaf.scope is Scope.TEXT)

    def read_title(self, text: str) -> Reading:
        """Read a title, matching both title-only leaves and leaves for the whole text."""
        return self._all.read(text)

    def read(self, text: str) -> Reading:
        """Read any other text."""
        return self._in_text.read(text)

    def _read_passage(self, passage: "_Passage") -> Reading:
        return self._in_text.read(passage.text, passage.starts[1:], passage.readable)

    def title(self, text: str) -> Highlighted:
        """Return the whole title, highlighted."""
        return Highlighted(text, self.read_title(text).marks())

    def whole(self, text: str) -> Highlighted:
        """Return a whole text other than a title, highlighted."""
        return Highlighted(text, self.read(text).marks())

    def snippet(
        self, text: str, length: int = SNIPPET_LENGTH, *, headings: Sequence[str] = (), known: str = ""
    ) -> Highlighted:
        """Return the passage with the most distinct words of the query, in at most `length` characters.

        Ellipses don't count towards the length. The passage starts at the beginning of a sentence
        if there is one nearby, otherwise at a word, and ends after a word. An ellipsis marks each
        cut. White space is collapsed to single spaces, and a dash separates a line in `headings`
        from the text after it. If nothing matches, the snippet is the beginning of the text without
        headings. If the text begins with `known`, which the reader has already seen as the title, a
        later passage is preferred if it is as good.
        """
        return self.excerpt(text, length, headings=headings, known=known).highlighted()

    def excerpt(
        self, text: str, length: int = SNIPPET_LENGTH, *, headings: Sequence[str] = (), known: str = ""
    ) -> "Excerpt":
        """Return the passage that `snippet` shows, with the whole text it was cut from."""
        passage_of = _kept_passage if len(text) <= _LONGEST_KEPT else _Passage.of
        passage = passage_of(text, tuple(headings), known)
        reading = self._read_passage(passage)
        return Excerpt(reading, *passage.cut(reading.occurrences, length))


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The passage `[start, end)` of a text that was read."""

    whole: Reading
    start: int
    end: int

    @property
    def shown(self) -> Reading:
        """The occurrences in the passage."""
        return self.whole.within(self.start, self.end)

    def highlighted(self) -> Highlighted:
        """The passage, highlighted, with an ellipsis at each cut."""
        text = self.whole.text
        before = _ELLIPSIS if self.start > 0 else ""
        after = _ELLIPSIS if self.end < len(text) else ""
        shift = len(before) - self.start
        inside = ((first, last) for first, last in self.whole.marks() if self.start <= first and last <= self.end)
        marks = tuple((first + shift, last + shift) for first, last in inside)
        return Highlighted(before + text[self.start : self.end] + after, marks)


@dataclass(frozen=True, slots=True)
class _Passage:
    """The text that a snippet is cut from, on one line.

    `starts` are the offsets where paragraphs begin, ascending. `lead` is the start of the first
    paragraph that is not a heading, and `news` is the start of the text after the repeated title.
    """

    text: str
    readable: Legible
    starts: tuple[int, ...]
    lead: int
    news: int

    @classmethod
    def of(cls, text: str, headings: Sequence[str], known: str) -> "_Passage":
        known_headings = frozenset(headings)
        paragraphs = [(line.strip() in known_headings, " ".join(line.split())) for line in text.split("\n")]
        paragraphs = [(is_heading, line) for is_heading, line in paragraphs if line]
        pieces = [line + (_BEHIND_HEADING if is_heading else " ") for is_heading, line in paragraphs[:-1]]
        pieces += [line for _, line in paragraphs[-1:]]
        starts = [0, *accumulate(map(len, pieces))][: len(pieces)]
        lead = next((at for at, (is_heading, _) in zip(starts, paragraphs, strict=True) if not is_heading), 0)
        shown = "".join(pieces)
        known = " ".join(known.split()).rstrip(".… ")
        news = lead + len(known) if known and shown.startswith(known, lead) else 0
        return cls(shown, legible(shown), tuple(starts), lead, news)

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


@lru_cache(maxsize=1_024)
def _kept_passage(text: str, headings: tuple[str, ...], known: str) -> _Passage:
    """`_Passage.of`, kept for the next queries that find the article."""
    return _Passage.of(text, headings, known)


def _best_window(matches: Sequence[Occurrence], length: int, news: int) -> _Window:
    """The window with the most distinct leaves, then after `news`, then with the most matches.

    Of equal windows, the first wins. The window slides from match to match: matches that begin
    before it leave, matches that end within its room enter.
    """
    room = max(length - 2 * _CONTEXT, length // 2)
    by_end = sorted((min(match.end, match.start + room), number) for number, match in enumerate(matches))
    inside: Counter[int] = Counter()
    entered = [False] * len(matches)
    count = at_end = 0
    best, best_window = (0, False, 0), _Window(0, 0)
    for number, first in enumerate(matches):
        while at_end < len(by_end) and by_end[at_end][0] <= first.start + room:
            entering = by_end[at_end][1]
            if entering >= number:
                inside[matches[entering].leaf] += 1
                entered[entering] = True
                count += 1
            at_end += 1
        worth = (len(inside), first.start >= news, count)
        if worth > best:
            best, best_window = worth, _Window(first.start, by_end[at_end - 1][0])
        if entered[number]:
            count -= 1
            inside[first.leaf] -= 1
            if not inside[first.leaf]:
                del inside[first.leaf]
    return best_window


def make_hit(
    article: Article,
    score: float,
    highlighter: Highlighter,
    explainer: Explainer | None = None,
    folded: Folded | None = None,
) -> Hit:
    """Build the hit for one article. Each of its texts is read only once."""
    title = highlighter.read_title(article.title)
    known = article.title if article.title_derived else ""
    excerpt = body = highlighter.excerpt(article.body, headings=article.headings, known=known)
    summary = highlighter.excerpt(article.summary)
    snippet = body.highlighted()
    if not snippet.marks and (of_summary := summary.highlighted()).marks:
        excerpt, snippet = summary, of_summary
    reasons = explainer.reasons((title, excerpt.shown), (body.whole, summary.whole)) if explainer else ()
    if is_restricted(article):  # what the lead lacks may be in the rest
        reasons = tuple(reason for reason in reasons if not reason.is_missing)
    return Hit(
        article=article,
        score=score,
        title=Highlighted(article.title, title.marks()),
        snippet=snippet,
        reasons=reasons,
        folded=folded,
    )


def untranslated(node: Node, _query: str) -> Node:
    """The tree as it is."""
    return node


def highlight_article(
    article: Article,
    query: str,
    context: Context = NO_CONTEXT,
    translate: Translate = untranslated,
) -> tuple[Highlighted, Highlighted]:
    """Return an article's whole title and whole body, highlighted for a query as the user typed it.

    Where the archive decides how a query is read, here the article does. The parts of a chunk that
    it doesn't have together are highlighted anywhere. Only the archive knows the Arabic words for those
    of other languages: `translate` adds them to the tree of the query.
    """

    def is_there(leaf: Word | Phrase) -> bool:
        finder = Finder([(0, leaf)])
        return any(finder.read(text).occurrences for text in (article.title, article.body))

    node = understand(query, context=context)[0]
    node = with_particles_allowed(with_lone_letters_read(node, is_there), lambda _: True)
    node = loosened(node, is_loose=lambda chunk: not is_there(chunk))
    highlighter = Highlighter(translate(node, query))
    return highlighter.title(article.title), highlighter.whole(article.body)
