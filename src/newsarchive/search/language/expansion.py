"""Expansion of a query with other spellings of names and other names of months.

Only words that are searched by their stem are expanded. Phrases and exact words are searched as
typed.

Some month names are also ordinary words: اب also means father. Such a name counts as a month only
next to a number or another month name. As an expansion, it is searched only as a phrase with that
number, so a query for 15 أغسطس finds 15 آب but not fathers.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from newsarchive.arabic.fold import fold
from newsarchive.arabic.months import month_names, month_number
from newsarchive.arabic.stem import stem
from newsarchive.search.language.query import AllOf, Alternatives, AnyOf, Form, Node, Not, Phrase, Scope, Word
from newsarchive.search.language.spellings import LONGEST, Spellings

AMBIGUOUS_MONTHS = frozenset(map(fold, ("آب", "مارس", "ماي", "جوان", "أوت", "مايس")))
"""Month names at least as common with another meaning: father, he practiced, May, Joan, out, (a
name)."""

_ENDINGS = frozenset({"", "ا", "ه", "ي"})
"""Endings that a name's stem may lack and still belong to that name alone, if four letters
remain."""

Occurs = Callable[[Word | Phrase], bool]
"""Whether a word, or every word of a phrase, occurs in the archive."""


@dataclass(frozen=True, slots=True)
class Expanded:
    """The tree to search, and the displayed other forms for each run of folded words that was expanded."""

    node: Node
    forms: dict[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Other:
    """Another spelling and how to display it. `shown` is empty if the typed words already include it."""

    shown: str
    node: Word | Phrase


def expand(node: Node, spellings: Spellings, occurs: Occurs) -> Expanded:
    """Return the tree with `Alternatives` for each name or month with other forms that occur in the archive."""
    expansion = _Expansion(spellings, occurs)
    return Expanded(expansion.node(node), expansion.forms)


@dataclass(slots=True)
class _Expansion:
    spellings: Spellings
    occurs: Occurs
    forms: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)

    def node(self, node: Node) -> Node:
        match node:
            case Word():
                return self._row((node,), AllOf)[0]
            case AllOf(nodes) | AnyOf(nodes):
                row = self._row(nodes, type(node))
                return row[0] if len(row) == 1 else type(node)(tuple(row))
            case Not(child):
                return Not(self.node(child))
            case _:
                return node

    def _row(self, nodes: Sequence[Node], together: type[AllOf] | type[AnyOf]) -> list[Node]:
        """Expand adjacent nodes from first to last, longest run of words first."""
        row: list[Node] = []
        at = 0
        while at < len(nodes):
            taken, others = self._longest(nodes, at)
            typed = nodes[at : at + taken]
            if others:
                self.forms[tuple(word.text for word in typed if isinstance(word, Word))] = tuple(
                    dict.fromkeys(other.shown for other in others if other.shown)
                )
                first: Node = typed[0] if taken == 1 else together(tuple(typed))
                row.append(Alternatives((first, *(other.node for other in others))))
            else:
                row.extend(typed if isinstance(typed[0], Word) else map(self.node, typed))
            at += taken
        return row

    def _longest(self, nodes: Sequence[Node], at: int) -> tuple[int, list[_Other]]:
        """The length of the longest run of nodes from `at` that has other spellings, and those spellings."""
        words = _stem_words(nodes, at)
        for length in range(min(LONGEST, len(words)), 0, -1):
            run = words[:length]
            others = [*self._months(nodes, at, run), *self._names(run)]
            if others:
                return length, others
        return 1, []

    def _names(self, run: Sequence[Word]) -> Iterator[_Other]:
        scope = run[0].scope
        for form in self.spellings.others([word.text for word in run]):
            other = _Other(form.shown, _spelled(form.words, scope))
            if self.occurs(other.node):
                yield other

    def _months(self, nodes: Sequence[Node], at: int, run: Sequence[Word]) -> Iterator[_Other]:
        typed = {" ".join(word.text for word in run)}
        number = _month_number(*typed)
        if number is None and len(run) > 1 and len(numbers := {_month_number(word.text) for word in run}) == 1:
            # «مارس/آذار», as many newspapers print it: one month, and either name matches.
            typed = {word.text for word in run}
            number = numbers.pop()
        before, after = _text_at(nodes, at - 1), _text_at(nodes, at + len(run))
        is_month = len(typed) > 1 or not typed <= AMBIGUOUS_MONTHS or _is_date_part(before) or _is_date_part(after)
        if number is None or not is_month:
            return
        for shown in month_names(number):
            name = fold(shown)
            if len(typed) > 1 and name in typed:
                yield _Other("", Word(name, Form.EXACT, run[0].scope))
            elif name not in typed:
                found = filter(self.occurs, _month(name, before, after, run[0].scope))
                yield from (_Other(shown, node) for node in found)


def _month(name: str, before: str, after: str, scope: Scope) -> Iterator[Word | Phrase]:
    parts = tuple(name.split())
    if len(parts) > 1:
        yield Phrase(parts, scope)
    elif name not in AMBIGUOUS_MONTHS:
        yield Word(name, Form.EXACT, scope)
    else:
        if before.isdecimal():
            yield Phrase((before, name), scope)
        if after.isdecimal():
            yield Phrase((name, after), scope)


def _month_number(name: str) -> int | None:
    """The number of the month with this Arabic name. English "may" and "march" are ordinary words."""
    return None if name.isascii() else month_number(name)


def _is_date_part(text: str) -> bool:
    return text.isdecimal() or _month_number(text) is not None


def _stem_words(nodes: Sequence[Node], at: int) -> list[Word]:
    """The run of words from `at` that are searched by stem in the same scope."""
    words: list[Word] = []
    for node in nodes[at : at + LONGEST]:
        if not isinstance(node, Word) or node.form is not Form.STEM or (words and node.scope is not words[0].scope):
            break
        words.append(node)
    return words


def _text_at(nodes: Sequence[Node], at: int) -> str:
    node = nodes[at] if 0 <= at < len(nodes) else None
    return node.text if isinstance(node, Word) else ""


def _spelled(words: tuple[str, ...], scope: Scope) -> Word | Phrase:
    """A form to search for: by its stem if no other word has that stem, otherwise as an exact form."""
    if len(words) > 1:
        return Phrase(words, scope)
    word = words[0]
    bare = word.removeprefix("ال")
    own = stem(word)
    is_own = own == word or (len(own) >= 4 and own in bare and bare.partition(own)[2] in _ENDINGS)
    return Word(word, Form.STEM if is_own else Form.EXACT, scope)
