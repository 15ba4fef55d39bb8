"""The query language: from what a person types to a tree of `query` nodes.

    query   = either
    either  = together { ("OR" | "|") together }
    together= item { ["AND"] item }            all of them or any of them, as the request says
    item    = ("NOT" | "-") item | field ":" item | "(" either ")" | phrase | "=" word | word "*" | word

Fields have Arabic and English names. Only capital OR, AND and NOT are operators, so that every Arabic word
stays a word; a hyphen excludes only at the start of a word that does not begin with a digit.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsarchive.arabic.fold import fold
from newsarchive.arabic.tokens import words
from newsarchive.errors import QuerySyntaxError
from newsarchive.search.date_ranges import parse_date_range
from newsarchive.search.door import Match
from newsarchive.search.query import (
    AllOf,
    AnyOf,
    Attribute,
    Everything,
    Form,
    Named,
    Node,
    Not,
    Phrase,
    Published,
    Scope,
    Word,
)

_DATE = "date"
FIELD_NAMES: dict[str, Scope | Attribute | str] = {
    fold(name): field
    for field, names in {
        Scope.TITLE: ("title", "العنوان", "عنوان"),
        Attribute.SOURCE: ("source", "المصدر", "مصدر"),
        Attribute.TOPIC: ("topic", "الموضوع", "موضوع", "القسم", "قسم"),
        Attribute.AUTHOR: ("author", "الكاتب", "كاتب"),
        _DATE: ("date", "التاريخ", "تاريخ"),
    }.items()
    for name in names
}
"""Folded field name, Arabic or English -> what it names."""

_RELATIONS = {fold(name): name for name in ("قبل", "بعد", "before", "after")}
_QUOTES = {'"': '"', "«": "»", "“": "”"}
_LEXEME = re.compile(
    r"""
    (?P<phrase>"[^"]*"|«[^»]*»|“[^”]*”)
    | (?P<open>\() | (?P<close>\)) | (?P<either>\|)
    | (?P<not>-(?=[^\s\d٠-٩۰-۹()|-]))
    | (?P<field>[^\W\d][\w\u064b-\u065f]*:)
    | (?P<chunk>[^\s()|"«»“”]+)
    | (?P<stray>["«»“”])
    """,
    re.VERBOSE,
)
_MAX_DEPTH = 50
_CONDITIONS = (Not, Named, Published)
"""What a hit must fulfil also where any of the words is enough."""


@dataclass(frozen=True, slots=True)
class _Lexeme:
    kind: str
    text: str


def parse(text: str, match: Match = Match.ALL) -> Node:
    """The tree of a query; words that only stand beside each other are all needed, or any of them.

    Raises QuerySyntaxError, saying what is wrong, for what is not of the language.
    """
    parser = _Parser(_lex(text), match)
    node = parser.either()
    if parser.lexeme is not None:
        raise QuerySyntaxError("a closing parenthesis has no opening one")
    return node if node is not None else Everything()


def plain_words(text: str, match: Match = Match.ALL) -> Node:
    """The query as nothing but its words: what is searched when `parse` refuses."""
    return _combine([Word(word) for word in words(text)], match) or Everything()


def _lex(text: str) -> list[_Lexeme]:
    lexemes: list[_Lexeme] = []
    for found in _LEXEME.finditer(text):
        kind, lexeme = str(found.lastgroup), found.group()
        if kind == "field" and fold(lexeme[:-1]) not in FIELD_NAMES:
            kind = "chunk"
        elif kind == "chunk" and lexeme in ("OR", "AND", "NOT"):
            kind = {"OR": "either", "AND": "and", "NOT": "not"}[lexeme]
        lexemes.append(_Lexeme(kind, lexeme))
    return lexemes


def _combine(nodes: list[Node], match: Match) -> Node | None:
    """One node for several that stand together. What excludes or filters holds for all, also with any."""
    if match is Match.ANY:
        wanted = [node for node in nodes if not isinstance(node, _CONDITIONS)]
        conditions = [node for node in nodes if isinstance(node, _CONDITIONS)]
        nodes = [*([AnyOf(_flat(wanted, AnyOf))] if len(wanted) > 1 else wanted), *conditions]
    if not nodes:
        return None
    return nodes[0] if len(nodes) == 1 else AllOf(_flat(nodes, AllOf))


def _flat(nodes: Sequence[Node], kind: type[AllOf] | type[AnyOf]) -> tuple[Node, ...]:
    """The nodes, with those that are of the kind replaced by what they hold."""
    return tuple(child for node in nodes for child in (node.nodes if isinstance(node, kind) else (node,)))


class _Parser:
    """Recursive descent over the lexemes. A method returns None where there is no word to search for."""

    def __init__(self, lexemes: list[_Lexeme], match: Match) -> None:
        self._lexemes = lexemes
        self._match = match
        self._at = 0
        self._depth = 0

    @property
    def lexeme(self) -> _Lexeme | None:
        return self._lexemes[self._at] if self._at < len(self._lexemes) else None

    def _take(self) -> _Lexeme:
        taken = self._lexemes[self._at]
        self._at += 1
        return taken

    def _next_is(self, *kinds: str) -> bool:
        return self.lexeme is not None and self.lexeme.kind in kinds

    def either(self) -> Node | None:
        branches = [self._together()]
        while self._next_is("either"):
            self._take()
            branches.append(self._together())
        if len(branches) > 1 and None in branches:
            raise QuerySyntaxError("OR needs a word on both sides")
        found = tuple(branch for branch in branches if branch is not None)
        if not found:
            return None
        return found[0] if len(found) == 1 else AnyOf(found)

    def _together(self) -> Node | None:
        groups: list[list[Node]] = [[]]
        joined = False
        while self.lexeme is not None and not self._next_is("either", "close"):
            if self._next_is("and"):
                if not groups[-1]:
                    raise QuerySyntaxError("AND needs a word on both sides")
                self._take()
                joined = True
                continue
            node = self._item(Scope.TEXT)
            if node is not None and joined:
                groups[-1].append(AllOf((groups[-1].pop(), node)))
            elif node is not None:
                groups[-1].append(node)
            joined = joined and node is None
        if joined:
            raise QuerySyntaxError("AND needs a word on both sides")
        return _combine(groups[-1], self._match)

    def _item(self, scope: Scope) -> Node | None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise QuerySyntaxError("the query is nested too deeply")
        try:
            return self._item_of(self._take(), scope)
        finally:
            self._depth -= 1

    def _item_of(self, lexeme: _Lexeme, scope: Scope) -> Node | None:
        match lexeme.kind:
            case "not":
                node = self._operand("NOT", scope)
                return None if node is None else Not(node)
            case "field":
                return self._field(lexeme)
            case "open":
                return self._group(scope)
            case "phrase":
                return _phrase(lexeme.text, scope)
            case "chunk":
                return _chunk(lexeme.text, scope, self._match)
            case _:
                raise QuerySyntaxError(f"{lexeme.text} stands where a word was expected")

    def _operand(self, name: str, scope: Scope) -> Node | None:
        if self.lexeme is None or self._next_is("either", "and", "close"):
            raise QuerySyntaxError(f"{name} needs a word behind it")
        return self._item(scope)

    def _group(self, scope: Scope) -> Node | None:
        node = self.either()
        if not self._next_is("close"):
            raise QuerySyntaxError("an opening parenthesis has no closing one")
        self._take()
        return node if node is None else _in_scope(node, scope)

    def _field(self, lexeme: _Lexeme) -> Node | None:
        field = FIELD_NAMES[fold(lexeme.text[:-1])]
        if isinstance(field, Scope):
            return self._operand(lexeme.text, field)
        if not self._next_is("phrase", "chunk"):
            raise QuerySyntaxError(f"{lexeme.text} needs a value behind it")
        value = self._take().text
        if isinstance(field, Attribute):
            return Named(field, _unquote(value)) if words(value) else None
        if fold(value) in _RELATIONS and self._next_is("phrase", "chunk"):
            value = f"{value} {_unquote(self._take().text)}"
        first, last = parse_date_range(_unquote(value))
        return Published(first, last)


def _in_scope(node: Node, scope: Scope) -> Node:
    """A group behind a field name: its words are looked for in that field."""
    if scope is Scope.TEXT:
        return node
    match node:
        case Word() | Phrase():
            return replace(node, scope=scope)
        case AllOf(nodes) | AnyOf(nodes):
            return type(node)(tuple(_in_scope(child, scope) for child in nodes))
        case Not(child):
            return Not(_in_scope(child, scope))
        case _:
            return node


def _unquote(text: str) -> str:
    closing = _QUOTES.get(text[:1])
    return text[1:-1].strip() if closing and text.endswith(closing) else text


def _phrase(text: str, scope: Scope) -> Node | None:
    found = tuple(words(_unquote(text)))
    if len(found) > 1:
        return Phrase(found, scope)
    return Word(found[0], Form.EXACT, scope) if found else None


def _chunk(text: str, scope: Scope, match: Match) -> Node | None:
    """The words of one run of characters without spaces; most often one."""
    found = words(text)
    if not found:
        return None
    form = Form.EXACT if text.startswith("=") else Form.STEM
    nodes: list[Node] = [Word(word, form, scope) for word in found]
    if text.endswith("*"):
        nodes[-1] = Word(found[-1], Form.PREFIX, scope)
    return _combine(nodes, match)
