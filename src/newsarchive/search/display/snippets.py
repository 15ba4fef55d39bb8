"""Highlights and snippets: marks the original words that match a query, including diacritics and clitics.

Only whole words are marked: a mark on part of a word would break the joining of Arabic letters on
screen.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from newsarchive.article import Article
from newsarchive.search.display.matching import Finder, Reading, leaves_of
from newsarchive.search.display.passages import Passage, passage_of
from newsarchive.search.highlighted import Highlighted
from newsarchive.search.language.context import NO_CONTEXT, Context
from newsarchive.search.language.query import Node, Phrase, Scope, Word
from newsarchive.search.language.readings import loosened, with_lone_letters_read, with_particles_allowed
from newsarchive.search.language.understanding import understand

Translate = Callable[[Node, str], Node]
"""Adds the Arabic words for those of other languages to the tree of a query, given the query too."""

SNIPPET_LENGTH = 260
"""In characters, about three lines on a wide page."""

_ELLIPSIS = "…"


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

    def _read_passage(self, passage: Passage) -> Reading:
        return self._in_text.read(passage.text, passage.starts[1:], passage.searchable)

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
        passage = passage_of(text, headings, known)
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
        spans = {span for _, words in self.whole.occurrences for span in words}
        inside = sorted(span for span in spans if self.start <= span[0] and span[1] <= self.end)
        marks = tuple((first + shift, last + shift) for first, last in inside)
        return Highlighted(before + text[self.start : self.end] + after, marks)


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
