"""The parser of the query language: from text to a tree of `query` nodes. Manual: `docs/query-language.md`.

    query   = either
    either  = together { ("OR" | "|") together }
    together= item { ["AND"] item }            all or any, depending on the request
    item    = ("NOT" | "-") item | field ":" item | "(" either ")" | phrase | "=" word | word "*" | word

Fields have Arabic and English names. Only OR, AND and NOT in capitals are operators, so an Arabic
word is never an operator. A hyphen excludes only at the start of a word, and not before a digit.
After `date:`, the longest run of words that parses as a date is the value. An excluded item with
several words excludes only articles that have all of them, even with `match=any`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from newsarchive.arabic.fold import IGNORABLE, fold
from newsarchive.arabic.tokens import words
from newsarchive.errors import QuerySyntaxError
from newsarchive.search.door import Match
from newsarchive.search.language.date_ranges import Range, parse_date_range
from newsarchive.search.language.query import (
    AllOf,
    AnyOf,
    Attribute,
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

Target = Scope | Attribute | type[PublishedIn]
"""The part or property of an article that a word is searched in."""

FIELD_NAMES: dict[str, Target] = {
    fold(name): target
    for target, names in (
        (Scope.TITLE, ("title", "العنوان", "عنوان")),
        (Attribute.SOURCE, ("source", "المصدر", "مصدر")),
        (Attribute.TOPIC, ("topic", "الموضوع", "موضوع", "القسم", "قسم")),
        (Attribute.AUTHOR, ("author", "الكاتب", "كاتب")),
        (PublishedIn, ("date", "التاريخ", "تاريخ")),
    )
    for name in names
}
"""Folded field name, Arabic or English -> the target of the field."""

_INVISIBLE = "\u00ad\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
_TYPED = str.maketrans(
    {**dict.fromkeys(_INVISIBLE, ""), "\u200b": " ", **dict(zip("：（）｜＝＊－＂", ':()|=*-"', strict=True))}
)
"""Removes invisible characters, which come with pasted text and would hide an operator, and
replaces full-width signs with plain ones. A zero-width space separates words, as in articles."""

_LEXEME = re.compile(
    rf"""
    (?P<phrase>«[^«»]*» | “[^“”]*” | ["“”„‟][^"“”„‟]*["“”‟])
    | (?P<open>\() | (?P<close>\)) | (?P<either>\|)
    | (?P<not>(?<![^\s(|:])-(?=[^\s\d٠-٩۰-۹)|-]))
    | (?P<field>[^\W\d][\w{IGNORABLE}]*[ ]?:)
    | (?P<chunk>[^\s()|"«»“”„‟]+)
    | (?P<stray>["«»“”„‟])
    """,
    re.VERBOSE,
)
_CHUNK = re.compile(r"[^\s()|\"«»“”„‟]+")
_OPERATORS = {"OR": "either", "AND": "and", "NOT": "not"}
_OPERATOR = re.compile(r"(?<!\S)(?:OR|AND|NOT)(?!\S)")
_MAX_DEPTH = 50
_DATE_WORDS = 8
"""The maximum number of words in a date: «من 1 أبريل 2025 إلى 3 مايو 2025»."""
_CONDITIONS = (Not, Named, PublishedIn)
"""Conditions that every hit must meet, even with `match=any`."""


@dataclass(frozen=True, slots=True)
class _Lexeme:
    kind: str
    text: str


def parse(text: str, match: Match = Match.ALL) -> Node:
    """Parse a query into a tree; `match` says whether adjacent words are all required or any of them.

    Raises QuerySyntaxError with the reason if the text is not valid.
    """
    parser = _Parser(_lex(text), match)
    node = parser.either(Scope.TEXT)
    if parser.lexeme is not None:
        raise QuerySyntaxError("a closing parenthesis has no opening one")
    return node if node is not None else Everything()


def plain_words(text: str, match: Match = Match.ALL) -> Node:
    """Return the plain words of the query as a tree, used if `parse` raises QuerySyntaxError.

    OR, AND and NOT are left out unless the query has no other words.
    """
    found = words(_OPERATOR.sub(" ", text)) or words(text)
    return _combine([Word(word) for word in found], match) or Everything()


def _lex(text: str) -> list[_Lexeme]:
    text = text.translate(_TYPED)
    lexemes: list[_Lexeme] = []
    at = 0
    while found := _LEXEME.search(text, at):
        kind = str(found.lastgroup)
        if kind == "field" and _field_name(found.group()) not in FIELD_NAMES:
            kind, found = "chunk", _CHUNK.match(text, found.start()) or found
        if kind == "chunk":
            kind = _OPERATORS.get(found.group(), kind)
        lexemes.append(_Lexeme(kind, found.group()))
        at = found.end()
    return lexemes


def _field_name(lexeme: str) -> str:
    return fold(lexeme[:-1]).strip()


def _combine(nodes: list[Node], match: Match) -> Node | None:
    """Combine adjacent nodes into one. Exclusions and filters always apply, even with `match=any`."""
    if match is Match.ANY:
        wanted = [node for node in nodes if not isinstance(node, _CONDITIONS)]
        conditions = [node for node in nodes if isinstance(node, _CONDITIONS)]
        nodes = [*([AnyOf(_flat(wanted, AnyOf))] if len(wanted) > 1 else wanted), *conditions]
    if not nodes:
        return None
    return nodes[0] if len(nodes) == 1 else AllOf(_flat(nodes, AllOf))


def _flat(nodes: Sequence[Node], kind: type[AllOf] | type[AnyOf]) -> tuple[Node, ...]:
    """The nodes, with each node of this kind replaced by its children."""
    return tuple(child for node in nodes for child in (node.nodes if isinstance(node, kind) else (node,)))


class _Parser:
    """Recursive descent over the lexemes. A method returns None if there is no word to search for."""

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

    def either(self, target: Target) -> Node | None:
        branches = [self._together(target)]
        while self._next_is("either"):
            self._take()
            branches.append(self._together(target))
        if len(branches) == 1:
            return branches[0]
        found = [branch for branch in branches if branch is not None]
        if len(found) < len(branches):
            raise QuerySyntaxError("OR needs a word on both sides")
        return AnyOf(_flat(found, AnyOf))

    def _together(self, target: Target) -> Node | None:
        nodes: list[Node] = []
        joined = False
        while self.lexeme is not None and not self._next_is("either", "close"):
            if self._next_is("and"):
                if not nodes:
                    raise QuerySyntaxError("AND needs a word on both sides")
                self._take()
                joined = True
            elif (node := self._item(target)) is not None:
                nodes.append(AllOf(_flat([nodes.pop(), node], AllOf)) if joined else node)
                joined = False
        if joined:
            raise QuerySyntaxError("AND needs a word on both sides")
        return _combine(nodes, self._match)

    def _item(self, target: Target) -> Node | None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise QuerySyntaxError("the query is nested too deeply")
        try:
            return self._item_of(self._take(), target)
        finally:
            self._depth -= 1

    def _item_of(self, lexeme: _Lexeme, target: Target) -> Node | None:
        match lexeme.kind:
            case "not":
                return self._excluded(target)
            case "field":
                return self._operand(lexeme.text, FIELD_NAMES[_field_name(lexeme.text)])
            case "open":
                return self._group(target)
            case "phrase" | "chunk":
                return self._value(lexeme, target)
            case _:
                raise QuerySyntaxError(f"expected a word, found {lexeme.text}")

    def _operand(self, name: str, target: Target) -> Node | None:
        if self.lexeme is None or self._next_is("either", "and", "close"):
            raise QuerySyntaxError(f"{name} needs a word after it")
        return self._item(target)

    def _excluded(self, target: Target) -> Node | None:
        """-كوفيد-19 excludes articles with both parts, whatever the match mode."""
        match, self._match = self._match, Match.ALL
        node = self._operand("NOT", target)
        self._match = match
        if isinstance(node, Not):
            return node.node
        return None if node is None else Not(node)

    def _group(self, target: Target) -> Node | None:
        node = self.either(target)
        if not self._next_is("close"):
            raise QuerySyntaxError("an opening parenthesis has no closing one")
        self._take()
        return node

    def _value(self, lexeme: _Lexeme, target: Target) -> Node | None:
        if isinstance(target, Scope):
            return _phrase(lexeme.text, target) if lexeme.kind == "phrase" else self._words(lexeme.text, target)
        if isinstance(target, Attribute):
            return _named(target, _unquoted(lexeme))
        return self._published(lexeme)

    def _words(self, chunk: str, scope: Scope) -> Node | None:
        """The words of one run of characters without spaces, usually a single word."""
        found = words(chunk)
        if not found:
            return None
        form = Form.EXACT if chunk.startswith("=") else Form.STEM
        nodes: list[Node] = [Word(word, form, scope) for word in found]
        if chunk.endswith("*"):
            nodes[-1] = Word(found[-1], Form.PREFIX, scope)
        return _combine(nodes, self._match)

    def _published(self, first: _Lexeme) -> Node:
        """Parse the longest run of words from `first` that is a date. Raises QuerySyntaxError if there is none."""
        if first.kind == "phrase":
            return PublishedIn(*parse_date_range(_unquoted(first)))
        expressions = [first.text]
        for lexeme in self._lexemes[self._at : self._at + _DATE_WORDS - 1]:
            if lexeme.kind != "chunk":
                break
            expressions.append(f"{expressions[-1]} {lexeme.text}")
        for more in range(len(expressions) - 1, 0, -1):
            days = _date_range_or_none(expressions[more])
            if days is not None:
                self._at += more
                return PublishedIn(*days)
        return PublishedIn(*parse_date_range(first.text))


def _date_range_or_none(text: str) -> Range | None:
    try:
        return parse_date_range(text)
    except QuerySyntaxError:
        return None


def _unquoted(lexeme: _Lexeme) -> str:
    return lexeme.text[1:-1].strip() if lexeme.kind == "phrase" else lexeme.text


def _named(attribute: Attribute, value: str) -> Node:
    """Raises QuerySyntaxError for a value without words, which could never match."""
    if not words(value):
        raise QuerySyntaxError(f"{attribute.value}: needs a value after it")
    return Named(attribute, value)


def _phrase(text: str, scope: Scope) -> Node | None:
    found = tuple(words(text))
    if len(found) > 1:
        return Phrase(found, scope)
    return Word(found[0], Form.EXACT, scope) if found else None
