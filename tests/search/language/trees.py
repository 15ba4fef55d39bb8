"""Query trees in a notation for people.

كتاب          the word by its stem              (a & b)        both
=كتاب         in exactly this form              (a | b)        one of them
كتا*          what begins so                    !a             not
"a b"         the phrase                        everything     all articles
title:…       in the title alone                source:[…]  topic:[…]  author:[…]
date:2025-04-01..2025-04-30
"""

from collections.abc import Iterator

from newsarchive.search.language.query import (
    AllOf,
    Alternatives,
    AnyOf,
    Everything,
    Form,
    Named,
    Node,
    Not,
    Phrase,
    PublishedIn,
    Scope,
    Word,
)


def render(node: Node) -> str:  # noqa: PLR0911 - one for each kind of node
    match node:
        case Word(text, form, scope):
            return _in(scope) + {Form.STEM: text, Form.EXACT: f"={text}", Form.PREFIX: f"{text}*"}[form]
        case Phrase(words, scope):
            return f'{_in(scope)}"{" ".join(words)}"'
        case Named(attribute, value):
            return f"{attribute.value}:[{value}]"
        case PublishedIn(first, last):
            return f"date:{first or ''}..{last or ''}"
        case Not(child):
            return f"!{render(child)}"
        case AllOf(nodes):
            return f"({' & '.join(map(render, nodes))})"
        case AnyOf(nodes):
            return f"({' | '.join(map(render, nodes))})"
        case Alternatives(nodes):
            return f"({' = '.join(map(render, nodes))})"
        case Everything():
            return "everything"


def _in(scope: Scope) -> str:
    return "title:" if scope is Scope.TITLE else ""


def leaves(node: Node) -> Iterator[Node]:
    """Every word, phrase, attribute and date, those that are excluded too."""
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
