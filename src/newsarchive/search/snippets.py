"""Showing where an article answers a query: whole original words marked, marks and clitics and all.

A mark on a part of a word would break the joining of Arabic letters on screen, so only whole words are marked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import Token, tokenize
from newsarchive.article import Article
from newsarchive.search.door import Highlighted, Hit
from newsarchive.search.query import Form, Node, Phrase, Scope, Word, positive_leaves

SNIPPET_LENGTH = 260
"""Characters of a snippet, about three lines on a wide page."""

_LEAD_IN = 40
_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class _Match:
    """A token that answers a leaf of the query; `leaf` is its number."""

    start: int
    end: int
    leaf: int


class Highlighter:
    """Marks what a query finds, by the same folding and stems as the index."""

    def __init__(self, node: Node) -> None:
        self._leaves = tuple(positive_leaves(node))

    def title(self, text: str) -> Highlighted:
        """The whole title, marked; its own words and those of the text both count."""
        return Highlighted(text, _ranges(self._matches(text, self._leaves)))

    def whole(self, text: str) -> Highlighted:
        """The whole of any text, marked."""
        return Highlighted(text, _ranges(self._matches(text, self._text_leaves())))

    def snippet(self, text: str, length: int = SNIPPET_LENGTH) -> Highlighted:
        """The stretch of at most about `length` characters with the most different words of the query.

        It begins and ends at a word, with an ellipsis where it was cut. Without any match it is the beginning.
        """
        text = text.replace("\n", " ")
        matches = self._matches(text, self._text_leaves())
        start, end = _cut(text, _best_start(matches, length), length)
        before = _ELLIPSIS if start > 0 else ""
        after = _ELLIPSIS if end < len(text) else ""
        shift = len(before) - start
        inside = (match for match in matches if start <= match.start and match.end <= end)
        marks = tuple((first + shift, last + shift) for first, last in _ranges(inside))
        return Highlighted(before + text[start:end] + after, marks)

    def _text_leaves(self) -> tuple[Word | Phrase, ...]:
        return tuple(leaf for leaf in self._leaves if leaf.scope is Scope.TEXT)

    def _matches(self, text: str, leaves: Sequence[Word | Phrase]) -> list[_Match]:
        if not leaves:
            return []
        tokens = list(tokenize(text))
        found: list[_Match] = []
        for number, leaf in enumerate(leaves):
            hits = _phrase_hits(leaf, tokens) if isinstance(leaf, Phrase) else _word_hits(leaf, tokens)
            found.extend(_Match(token.start, token.end, number) for token in hits)
        return sorted(found, key=lambda match: (match.start, match.end))


def _word_hits(word: Word, tokens: Sequence[Token]) -> Iterable[Token]:
    if word.form is Form.EXACT:
        return (token for token in tokens if token.text == word.text)
    if word.form is Form.PREFIX:
        begin = word.text
        return (token for token in tokens if token.text.startswith(begin) or stem(token.text).startswith(begin))
    wanted = stem(word.text)
    return (token for token in tokens if stem(token.text) == wanted)


def _phrase_hits(phrase: Phrase, tokens: Sequence[Token]) -> Iterable[Token]:
    length = len(phrase.words)
    for at in range(len(tokens) - length + 1):
        candidate = tokens[at : at + length]
        if tuple(token.text for token in candidate) == phrase.words:
            yield from candidate


def _ranges(matches: Iterable[_Match]) -> tuple[tuple[int, int], ...]:
    """The marked ranges, each once: several leaves can match one word."""
    return tuple(dict.fromkeys((match.start, match.end) for match in matches))


def _best_start(matches: Sequence[_Match], length: int) -> int:
    """Where the window begins that holds the most different leaves, then the most matches; the first of equals."""
    best, best_start = (0, 0), 0
    for at, first in enumerate(matches):
        inside = [match for match in matches[at : at + 40] if match.end <= first.start + length - 2 * _LEAD_IN]
        worth = (len({match.leaf for match in inside}), len(inside))
        if worth > best:
            best, best_start = worth, first.start
    return best_start


def _cut(text: str, wanted: int, length: int) -> tuple[int, int]:
    """A range of about `length` characters around `wanted`, from the beginning of a word to the end of one."""
    start = max(0, wanted - _LEAD_IN)
    if len(text) - start < length:
        start = max(0, len(text) - length)
    if start > 0:
        space = text.find(" ", start, wanted)
        start = wanted if space < 0 else space + 1
    end = min(len(text), start + length)
    if end < len(text):
        space = text.rfind(" ", start + 1, end)
        end = end if space < 0 else space
    return start, end


def make_hit(article: Article, score: float, highlighter: Highlighter) -> Hit:
    """What is shown of one article that was found."""
    return Hit(
        article=article,
        score=score,
        title=highlighter.title(article.title),
        snippet=highlighter.snippet(article.body),
    )
