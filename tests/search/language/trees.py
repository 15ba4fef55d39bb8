"""Query trees in a readable notation.

كتاب          the word by its stem              (a & b)        both
=كتاب         this exact form                   (a | b)        either
كتا*          words with this prefix            !a             not
"a b"         the phrase                        everything     all articles
="a b"        the phrase without particles      a+b            a phrase of stems
"a b"~5       within 5 words                    (a & b)>=1     at least one
title:…       only in the title                 source:[…]  topic:[…]  author:[…]
date:2025-04-01..2025-04-30                         undated  unreadable:[…]
"""

from collections.abc import Iterator

from newsarchive.search.language.query import (
    AllOf,
    Alternatives,
    AnyOf,
    Everything,
    Form,
    Most,
    Named,
    Nearby,
    Node,
    Not,
    OneOf,
    Phrase,
    PublishedIn,
    Scope,
    Translated,
    Undated,
    Unreadable,
    Word,
)


def render(node: Node) -> str:  # noqa: C901, PLR0911, PLR0912 - one for each kind of node
    match node:
        case Word(text, form, scope):
            return _in(scope) + {Form.STEM: text, Form.EXACT: f"={text}", Form.PREFIX: f"{text}*"}[form]
        case Phrase(words, scope, form, first, is_strict):
            sign = "=" if is_strict else ""
            others = f"[{' '.join(first)}]" if first else ""
            return f"{_in(scope)}{sign}" + ("+".join(words) if form is Form.STEM else f'"{" ".join(words)}"') + others
        case Nearby(words, distance, scope):
            return f'{_in(scope)}"{" ".join(words)}"~{distance}'
        case Named(attribute, value):
            return f"{attribute.value}:[{value}]"
        case OneOf(attribute, values):
            return f"{attribute.value}:{{{', '.join(values)}}}"
        case PublishedIn(first, last):
            return f"date:{first or ''}..{last or ''}"
        case Undated():
            return "undated"
        case Unreadable(value):
            return f"unreadable:[{value}]"
        case Not(child):
            return f"!{render(child)}"
        case Translated(words, nodes, literal=literal):
            searched = nodes if literal is None else (*nodes, literal)
            return f"{'_'.join(words)}→[{' '.join(map(render, searched))}]"
        case AllOf(nodes):
            return f"({' & '.join(map(render, nodes))})"
        case Most(nodes, count):
            return f"({' & '.join(map(render, nodes))})>={count}"
        case AnyOf(nodes):
            return f"({' | '.join(map(render, nodes))})"
        case Alternatives(nodes):
            return f"({' = '.join(map(render, nodes))})"
        case Everything():
            return "everything"


def _in(scope: Scope) -> str:
    return "title:" if scope is Scope.TITLE else ""


def leaves(node: Node) -> Iterator[Node]:
    """Yield every word, phrase, attribute and date, including excluded ones."""
    match node:
        case AllOf(nodes) | AnyOf(nodes) | Alternatives(nodes):
            for child in nodes:
                yield from leaves(child)
        case Not(child):
            yield from leaves(child)
        case Everything():
            pass
        case _:
            yield node
