"""The typed text of a query: where a word of the query tree is in it, and how to replace only that word."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from newsarchive.arabic.tokens import Token, tokenize
from newsarchive.search.language.query import AllOf, AnyOf, Form, Nearby, Node, Phrase, Word, with_children

Understand = Callable[[str], Node]
"""Parses the text of a query into its tree; never raises."""

Range = tuple[int, int]

_STAND_INS = ("zqz", "ظغظ")


def word_ranges(text: str, words: Sequence[str], understand: Understand) -> list[Range]:
    """Return the ranges `[start, end)` of consecutive folded words that are each searched by stem.

    The same letters in a field name, a phrase or a field value are not included.
    """
    tokens = list(tokenize(text))
    wanted = list(words)
    if _is_plain(understand(text), tokens):
        return _ranges_of(tokens, wanted)
    ranges = []
    for at in range(len(tokens) - len(wanted) + 1):
        run = tokens[at : at + len(wanted)]
        if [token.text for token in run] == wanted and all(_is_word(text, token, understand) for token in run):
            ranges.append((run[0].start, run[-1].end))
    return ranges


def _is_plain(node: Node, tokens: Sequence[Token]) -> bool:
    """Whether a query is nothing but words, each searched by its stem."""
    nodes = node.nodes if isinstance(node, AllOf | AnyOf) else (node,)
    return tuple(nodes) == tuple(Word(token.text) for token in tokens)


def _ranges_of(tokens: Sequence[Token], wanted: Sequence[str]) -> list[Range]:
    runs = (tokens[at : at + len(wanted)] for at in range(len(tokens) - len(wanted) + 1))
    return [(run[0].start, run[-1].end) for run in runs if [token.text for token in run] == wanted]


def with_ranges_replaced(text: str, changes: Iterable[tuple[Range, str]]) -> str:
    """Return the text with some ranges replaced; the ranges must not overlap."""
    for (start, end), new in sorted(changes, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def exactly(text: str, ranges: Iterable[Range]) -> str:
    """Return the query with these ranges searched exactly: as `=word`, or as a phrase if there are several words."""
    changes = []
    for start, end in ranges:
        typed = text[start:end]
        sign = "=" if start == 0 or text[start - 1] in " (|:-" else " ="
        changes.append(((start, end), f'"{typed}"' if len(list(tokenize(typed))) > 1 else sign + typed))
    return with_ranges_replaced(text, changes)


def _is_word(text: str, token: Token, understand: Understand) -> bool:
    """Whether replacing the token changes one word of the query tree and nothing else.

    This way the grammar itself decides what is a word, whatever its rules are. A word next to a
    word of another script, as in MBCمصر, must be replaced by one of its own script.
    """
    return any(_is_replaced(text, token, understand, stand_in) for stand_in in _STAND_INS)


def _is_replaced(text: str, token: Token, understand: Understand, stand_in: str) -> bool:
    while stand_in in text:
        stand_in += stand_in[-1]
    changed = understand(text[: token.start] + stand_in + text[token.end :])
    return changed != (restored := _renamed(changed, stand_in, token.text)) and restored == understand(text)


def _renamed(node: Node, old: str, new: str) -> Node:
    """The tree with `new` as the text of the words that are `old` and searched by stem, also in a chunk."""
    match node:
        case Word(text, Form.STEM) if text == old:
            return replace(node, text=new)
        case Phrase(words, form=Form.STEM) | Nearby(words):
            return replace(node, words=tuple(new if word == old else word for word in words))
        case _:
            return with_children(node, lambda child: _renamed(child, old, new))
