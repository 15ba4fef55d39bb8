"""The text of a query as it was typed: where a word of its tree stands in it, and how to change that word alone."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from newsarchive.arabic.tokens import Token, tokenize
from newsarchive.search.language.query import AllOf, Alternatives, AnyOf, Form, Node, Not, Word

Understand = Callable[[str], Node]
"""From the text of a query to its tree; raises nothing."""

Range = tuple[int, int]


def word_ranges(text: str, words: Sequence[str], understand: Understand) -> list[Range]:
    """The ranges `[start, end)` where folded words stand one behind the other, each searched by its stem.

    What the same letters are elsewhere, a field's name, a part of a phrase, a value, is left out.
    """
    tokens = list(tokenize(text))
    wanted = list(words)
    ranges = []
    for at in range(len(tokens) - len(wanted) + 1):
        run = tokens[at : at + len(wanted)]
        if [token.text for token in run] == wanted and all(_is_word(text, token, understand) for token in run):
            ranges.append((run[0].start, run[-1].end))
    return ranges


def with_ranges_replaced(text: str, changes: Iterable[tuple[Range, str]]) -> str:
    """The text with other text at some ranges, which do not overlap."""
    for (start, end), new in sorted(changes, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def exactly(text: str, ranges: Iterable[Range]) -> str:
    """The query with what stands at these ranges searched as it is: `=word`, or a phrase where it is several words."""
    changes = []
    for start, end in ranges:
        typed = text[start:end]
        sign = "=" if start == 0 or text[start - 1] in " (|:-" else " ="
        changes.append(((start, end), f'"{typed}"' if len(list(tokenize(typed))) > 1 else sign + typed))
    return with_ranges_replaced(text, changes)


def _is_word(text: str, token: Token, understand: Understand) -> bool:
    """Whether another word in the token's place changes one word of the tree, and nothing else.

    So the grammar itself says what is a word, whatever its rules are.
    """
    stand_in = "zqz"
    while stand_in in text:
        stand_in += "q"
    changed = understand(text[: token.start] + stand_in + text[token.end :])
    return changed != (restored := _renamed(changed, stand_in, token.text)) and restored == understand(text)


def _renamed(node: Node, old: str, new: str) -> Node:
    """The tree with another text in the words that are searched by the stem of `old`."""
    match node:
        case Word(text, Form.STEM) if text == old:
            return replace(node, text=new)
        case AllOf(nodes) | AnyOf(nodes) | Alternatives(nodes):
            return type(node)(tuple(_renamed(child, old, new) for child in nodes))
        case Not(child):
            return Not(_renamed(child, old, new))
        case _:
            return node
