"""أو between two items of a query means that either is enough: مصر أو السودان.

It joins single items. If the words after it begin like those before it, it joins as many on both
sides: نهر النيل أو نهر الفرات. Whoever means the word itself, as in a pasted headline, finds that
article too, and `with_or_words_exact` gives the query for nothing else.
"""

from collections.abc import Sequence

from newsarchive.arabic.fold import fold
from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import tokenize
from newsarchive.search.language.query import AllOf, AnyOf, Form, Leaf, Nearby, Node, Phrase, Word

_OR = fold("أو")
_LONGEST = 3
"""The maximum number of words on each side."""


def has_or_words(nodes: Sequence[Node]) -> bool:
    """Whether any of the adjacent nodes is أو between two items."""
    return any(_is_or(nodes, at) for at in range(len(nodes)))


def with_or_words_read(nodes: Sequence[Node]) -> list[Node]:
    """Return the adjacent nodes with the items around each أو as alternatives."""
    result: list[Node] = []
    at = 0
    while at < len(nodes):
        if not _is_or(nodes, at):
            result.append(nodes[at])
            at += 1
            continue
        length = _length(result, nodes[at + 1 :])
        left, result = result[-length:], result[:-length]
        before = left[0].nodes if length == 1 and isinstance(left[0], AnyOf) else (_one(left),)
        result.append(AnyOf((*before, _one(nodes[at + 1 : at + 1 + length]))))
        at += 1 + length
    return result


def with_or_words_exact(text: str) -> str:
    """Return the text of a query in which each أو is a word like any other."""
    for token in reversed(list(tokenize(text))):
        is_apart = not text[: token.start].rstrip(" ") or text[token.start - 1] in " ()"
        if token.text == _OR and is_apart and text[token.end : token.end + 1] in ("", " ", "(", ")"):
            text = f"{text[: token.start]}={text[token.start :]}"
    return text


def _is_or(nodes: Sequence[Node], at: int) -> bool:
    return _is_or_word(nodes[at]) and 0 < at < len(nodes) - 1 and all(map(_is_item, (nodes[at - 1], nodes[at + 1])))


def _is_or_word(node: Node) -> bool:
    return isinstance(node, Word) and node.form is Form.STEM and node.text == _OR


def _is_item(node: Node) -> bool:
    return isinstance(node, Leaf | AnyOf | AllOf) and not _is_or_word(node)


def _length(before: Sequence[Node], after: Sequence[Node]) -> int:
    """The number of items on each side: more than one if both sides begin with the same word."""
    for length in range(2, min(_LONGEST, len(before), len(after)) + 1):
        sides = (*before[-length:], *after[:length])
        if all(isinstance(node, Word | Phrase | Nearby) and not _is_or_word(node) for node in sides) and _first(
            sides[0]
        ) == _first(after[0]):
            return length
    return 1


def _first(node: Node) -> str:
    return stem(node.text) if isinstance(node, Word) else ""


def _one(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else AllOf(tuple(nodes))
