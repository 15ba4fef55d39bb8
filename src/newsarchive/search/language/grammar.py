"""The parser of the query language: from text to a tree of `query` nodes. Manual: `docs/query-language.md`.

    query   = either
    either  = together { ("OR" | "|") together }
    together= item { ["AND"] item }            all or any, depending on the request
    item    = ("NOT" | "-") item | field ":" item | "(" either ")" | ["="] phrase ["~" number]
            | item "NEAR" ["/" number] item | chunk

Fields have Arabic and English names. Only OR, AND, NOT and NEAR in capitals are operators, and أو
between two items (see `or_words`). A hyphen excludes only at the start of a word, and not before a
digit. A chunk is what is typed without a space (see `chunks`). After `date:`, the longest run of
words that parses as a date is the value; after `source:`, `topic:`, `section:` and `author:`, the
longest run that the archive knows as a value. An excluded item with
several words excludes only articles that have all of them, even with `match=any`.
"""

import re
from collections.abc import Callable, Sequence

from newsarchive.arabic.fold import folded_name
from newsarchive.arabic.tokens import words
from newsarchive.errors import QuerySyntaxError
from newsarchive.search.door import Match, Notice
from newsarchive.search.language.chunks import chunk_nodes
from newsarchive.search.language.context import NO_CONTEXT, Context
from newsarchive.search.language.date_ranges import looks_like_date, parse_date_range
from newsarchive.search.language.lexemes import NEAR, TYPED, Lexeme, Target, field_target, lex
from newsarchive.search.language.or_words import has_or_words, with_or_words_read
from newsarchive.search.language.query import (
    MAX_DISTANCE,
    AllOf,
    AnyOf,
    Attribute,
    Everything,
    Form,
    Named,
    Nearby,
    Node,
    Not,
    Phrase,
    PublishedIn,
    Scope,
    Undated,
    Unreadable,
    Word,
)
from newsarchive.search.language.relative_dates import is_coming
from newsarchive.wording import worded

_AROUND_ADDRESS = "<>()[]«»“”„‟\"'.,،؛; "
"""Signs that an address or an id is pasted with."""
_BARE_ADDRESS = re.compile(r"(?:(?:[\w-]+\.)+[^\W\d]{2,}|[\d.]{7,15}|localhost)(?::\d+)?/\S+")
"""An address without `https://`. It is one only if the archive knows it."""
_WEB_ADDRESS = re.compile(r"(?i:https?)://\S+")
_ARTICLE_ID = re.compile(r"[a-z2-7]{16}")
_UNDATED = frozenset(map(folded_name, ("none", "undated", "بلا", "بلا تاريخ", "بدون", "بدون تاريخ", "من دون تاريخ")))
_QUOTED = re.compile(r"(?P<strict>=?).(?P<text>.*)[^~\d](?P<near>~)?(?P<distance>\d*)", re.DOTALL)
_OPERATOR = re.compile(r"(?<!\S)(?:OR|AND|NOT|NEAR(?:/\d+)?)(?!\S)")
_USUAL_DISTANCE = 10
"""The distance of NEAR without a number."""
_MAX_DEPTH = 50
_DATE_WORDS = 8
"""The maximum number of words in a date: «من 1 أبريل 2025 إلى 3 مايو 2025»."""
_NAME_WORDS = 8
"""The maximum number of words in a name without quotes."""
_CONDITIONS = (Not, Named, PublishedIn, Undated, Unreadable)
"""Conditions that every hit must meet, even with `match=any`."""


def parse(text: str, match: Match = Match.ALL, context: Context = NO_CONTEXT) -> Node:
    """Parse a query into a tree; `match` says whether adjacent words are all required or any of them.

    A whole query that is an article's id, or an address without `https://`, finds that article if
    the archive in `context` knows it. Raises QuerySyntaxError with the reason if the text is not valid.
    """
    return parse_with_notices(text, match, context)[0]


def parse_with_notices(
    text: str, match: Match = Match.ALL, context: Context = NO_CONTEXT
) -> tuple[Node, tuple[Notice, ...]]:
    """Parse a query as `parse` does; also return what the user should know about its reading.

    Raises QuerySyntaxError with the reason if the text is not valid.
    """
    if (article := _article(text.translate(TYPED).strip(), context)) is not None:
        return article, ()
    parser = _Parser(lex(text), match, context)
    node = parser.either(Scope.TEXT)
    if parser.lexeme is not None:
        raise QuerySyntaxError(worded("a closing parenthesis has no opening one"))
    return node if node is not None else Everything(), tuple(parser.notices)


def _article(text: str, context: Context) -> Node | None:
    """The article that the whole query is the id or the address of, also in brackets or quotes."""
    bare = text.strip(_AROUND_ADDRESS)
    if _ARTICLE_ID.fullmatch(bare.lower()) and context.knows(Attribute.ID, bare.lower()):
        return Named(Attribute.ID, bare.lower())
    for typed in dict.fromkeys((text, bare)):
        is_address = _BARE_ADDRESS.fullmatch(typed) or (typed != text and _WEB_ADDRESS.fullmatch(typed))
        if is_address and context.knows(Attribute.URL, typed):
            return Named(Attribute.URL, typed)
    return None


def plain_words(text: str, match: Match = Match.ALL) -> Node:
    """Return the plain words of the query as a tree, used if `parse` raises QuerySyntaxError.

    OR, AND and NOT are left out unless the query has no other words.
    """
    found = words(_OPERATOR.sub(" ", text)) or words(text)
    return _combine([Word(word) for word in found], match) or Everything()


def _combine(nodes: Sequence[Node], match: Match) -> Node | None:
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

    def __init__(self, lexemes: list[Lexeme], match: Match, context: Context = NO_CONTEXT) -> None:
        self._lexemes = lexemes
        self._match = match
        self._context = context
        self.notices: dict[Notice, None] = {}
        self._at = 0
        self._depth = 0

    @property
    def lexeme(self) -> Lexeme | None:
        return self._lexemes[self._at] if self._at < len(self._lexemes) else None

    def _take(self) -> Lexeme:
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
            raise QuerySyntaxError(worded("OR needs a word on both sides"))
        return AnyOf(_flat(found, AnyOf))

    def _together(self, target: Target) -> Node | None:
        nodes: list[Node] = []
        joined = False
        while self.lexeme is not None and not self._next_is("either", "close"):
            if self._next_is("and"):
                if not nodes:
                    raise QuerySyntaxError(worded("AND needs a word on both sides"))
                self._take()
                joined = True
            elif nodes and not joined and self._next_is("near"):
                nodes.append(self._near(nodes.pop(), target))
            elif (node := self._item(target)) is not None:
                nodes.append(AllOf(_flat([nodes.pop(), node], AllOf)) if joined else node)
                joined = False
        if joined:
            raise QuerySyntaxError(worded("AND needs a word on both sides"))
        if has_or_words(nodes):
            if self._match is Match.ALL:
                self.notices[Notice.OR_WORD] = None
            # With any of the words, either is enough anyway. Then أو is only no word to search for.
            nodes = with_or_words_read(nodes)
        return _combine(nodes, self._match)

    def _near(self, left: Node, target: Target) -> Node:
        """left NEAR/5 right, where `left` may be such words already."""
        found = NEAR.fullmatch(self._take().text)
        distance = _distance(found["distance"] if found else "")
        right = self._operand("NEAR", target)
        is_chain = isinstance(left, Nearby) and left.distance == distance
        if not isinstance(right, Word) or not (is_chain or isinstance(left, Word)):
            raise QuerySyntaxError(worded("NEAR needs a word on both sides"))
        words_of_left = left.words if isinstance(left, Nearby) else (left.text,) if isinstance(left, Word) else ()
        return Nearby((*words_of_left, right.text), distance, right.scope)

    def _item(self, target: Target) -> Node | None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise QuerySyntaxError(worded("the query is nested too deeply"))
        try:
            return self._item_of(self._take(), target)
        finally:
            self._depth -= 1

    def _item_of(self, lexeme: Lexeme, target: Target) -> Node | None:
        match lexeme.kind:
            case "not":
                return self._excluded(target)
            case "field":
                return self._operand(lexeme.text, field_target(lexeme.text))
            case "open":
                return self._group(target)
            case "phrase" | "chunk" | "near":
                return self._value(lexeme, target)
            case "address":
                return Named(Attribute.SITE if target is Attribute.SITE else Attribute.URL, lexeme.text)
            case _:
                raise QuerySyntaxError(worded("expected a word, found {text}", text=lexeme.text))

    def _operand(self, name: str, target: Target) -> Node | None:
        if self.lexeme is None or self._next_is("either", "and", "close"):
            raise QuerySyntaxError(worded("{name} needs a word after it", name=name))
        return self._item(target)

    def _excluded(self, target: Target) -> Node | None:
        """-كوفيد-19 excludes articles with both parts, whatever the match mode."""
        match, self._match = self._match, Match.ALL
        node = self._operand("NOT", target)
        self._match = match
        if isinstance(node, Not):
            return node.node
        if isinstance(node, Unreadable):
            return node
        return None if node is None else Not(node)

    def _group(self, target: Target) -> Node | None:
        node = self.either(target)
        if not self._next_is("close"):
            raise QuerySyntaxError(worded("an opening parenthesis has no closing one"))
        self._take()
        return node

    def _value(self, lexeme: Lexeme, target: Target) -> Node | None:
        if isinstance(target, Scope):
            return _phrase(lexeme, target) if lexeme.kind == "phrase" else self._words(lexeme.text, target)
        if isinstance(target, Attribute):
            return _named(target, _unquoted(lexeme) if lexeme.kind == "phrase" else self._name(lexeme.text, target))
        return self._published(lexeme)

    def _runs(self, first: str, most: int) -> list[str]:
        """`first` alone, and with one, two, … of the words after it."""
        runs = [first]
        for lexeme in self._lexemes[self._at : self._at + most - 1]:
            if lexeme.kind != "chunk" or lexeme.text.startswith("="):
                break
            runs.append(f"{runs[-1]} {lexeme.text}")
        return runs

    def _take_longest(self, runs: Sequence[str], is_value: Callable[[str], bool]) -> str | None:
        """Take the words of the longest run that is a value."""
        for more in range(len(runs) - 1, -1, -1):
            if is_value(runs[more]):
                self._at += more
                return runs[more]
        return None

    def _name(self, first: str, attribute: Attribute) -> str:
        """The longest run of words from `first` that the archive knows; `first` if it knows none."""
        runs = self._runs(first, _NAME_WORDS)
        return self._take_longest(runs, lambda run: self._context.knows(attribute, run)) or first

    def _words(self, chunk: str, scope: Scope) -> Node | None:
        """The node for one run of characters without spaces, usually a single word."""
        nodes, notices = chunk_nodes(chunk, scope)
        self.notices.update(dict.fromkeys(notices))
        return _combine(nodes, self._match)

    def _published(self, first: Lexeme) -> Node:
        """Parse the longest run of words from `first` that is a date."""
        if first.kind == "phrase":
            return self._days(_unquoted(first))
        runs = self._runs(first.text, _DATE_WORDS)
        found = self._take_longest(runs, lambda run: not isinstance(self._days(run), Unreadable))
        if found is not None and self._next_is("chunk") and not any(map(str.isdigit, found)):
            following = self._lexemes[self._at].text
            if is_coming(folded_name(following)):
                self._take()
                return Unreadable(f"{found} {following}")
        # The words of a date that doesn't exist are not searched for: 31 فبراير 2025.
        return self._days(found or self._take_longest(runs, looks_like_date) or first.text)

    def _days(self, text: str) -> PublishedIn | Undated | Unreadable:
        if folded_name(text) in _UNDATED:
            return Undated()
        try:
            return PublishedIn(*parse_date_range(text, self._context.today))
        except QuerySyntaxError:
            return Unreadable(text)


def _unquoted(lexeme: Lexeme) -> str:
    found = _QUOTED.fullmatch(lexeme.text) if lexeme.kind == "phrase" else None
    return found["text"].strip() if found else lexeme.text


def _named(attribute: Attribute, value: str) -> Node:
    """Raises QuerySyntaxError for a value without words, which could never match."""
    if not words(value):
        raise QuerySyntaxError(worded("{value}: needs a value after it", value=attribute.value))
    return Named(attribute, value)


def _phrase(lexeme: Lexeme, scope: Scope) -> Node | None:
    """The node for «…», =«…» or «…»~5."""
    quoted = _QUOTED.fullmatch(lexeme.text)
    found = tuple(words(_unquoted(lexeme)))
    if len(found) < 2 or quoted is None:
        return Word(found[0], Form.EXACT, scope) if found else None
    if quoted["near"]:
        return Nearby(found, _distance(quoted["distance"]), scope)
    return Phrase(found, scope, is_strict=bool(quoted["strict"]))


def _distance(digits: str) -> int:
    return min(max(1, int(digits[:4])), MAX_DISTANCE) if digits else _USUAL_DISTANCE
