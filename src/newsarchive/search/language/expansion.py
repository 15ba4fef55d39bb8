"""Expansion of a query with other forms of its words: spellings, broken plurals, joined names, names of months.

Only words that are searched by their stem are expanded. Phrases and exact words are searched as
typed. Every other form must occur in the archive.

Some month names are also ordinary words: اب also means father. Such a name counts as a month only
next to a number or another month name. As an expansion, it is searched only as a phrase with that
number, so a query for 15 أغسطس finds 15 آب but not fathers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from newsarchive.arabic.fold import fold
from newsarchive.arabic.letters import readings
from newsarchive.arabic.months import month_names, month_number
from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import tokenize
from newsarchive.search.language import joined_names
from newsarchive.search.language.query import (
    AllOf,
    Alternatives,
    AnyOf,
    Form,
    Likeness,
    Node,
    Not,
    Phrase,
    Scope,
    Word,
)
from newsarchive.search.language.spellings import LONGEST
from newsarchive.search.language.word_forms import Other, WordForms

AMBIGUOUS_MONTHS = frozenset(map(fold, ("آب", "مارس", "ماي", "جوان", "أوت", "مايس")))
"""Month names at least as common with another meaning: father, he practiced, May, Joan, out, (a
name)."""


@dataclass(frozen=True, slots=True)
class Expanded:
    """The tree to search, and the displayed other forms for each run of folded words that was expanded."""

    node: Node
    forms: dict[tuple[str, ...], tuple[str, ...]]


def expand(node: Node, word_forms: WordForms, typed: str = "") -> Expanded:
    """Return the tree with `Alternatives` for each word, name or month with other forms that occur in the archive.

    `typed` is the query that `node` was parsed from. Some of its letters may have several readings.
    """
    letters = {token.text: readings(typed[token.start : token.end]) for token in tokenize(typed)}
    expansion = _Expansion(word_forms, letters)
    return Expanded(expansion.node(node), expansion.forms)


@dataclass(slots=True)
class _Expansion:
    word_forms: WordForms
    readings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The other folded forms that the letters of a word may stand for as they were typed."""
    forms: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    is_excluded: bool = False
    """Whether the node is excluded: «كتاب -كتب» wants articles with one book."""

    def node(self, node: Node) -> Node:
        match node:
            case Word(_, Form.STEM):
                return self._row((node,), AllOf)[0]
            case AllOf(nodes) | AnyOf(nodes):
                row = self._row(nodes, type(node))
                return row[0] if len(row) == 1 else type(node)(tuple(row))
            case Not(child):
                return Not(_Expansion(self.word_forms, self.readings, self.forms, is_excluded=True).node(child))
            case _:
                return node

    def _row(self, nodes: Sequence[Node], together: type[AllOf] | type[AnyOf]) -> list[Node]:
        """Expand adjacent nodes from first to last, longest run of words first."""
        row: list[Node] = []
        at = 0
        while at < len(nodes):
            words = _stem_words(nodes, at)
            taken, others = self._longest(nodes, at, words, together)
            if taken > 1:
                typed = words[:taken]
                row.append(self._alternatives(typed, [_typed(typed, together)], others))
            elif words:
                row.append(self._word(nodes, at, words[0]))
            else:
                row.append(self.node(nodes[at]))
            at += taken
        return row

    def _longest(
        self, nodes: Sequence[Node], at: int, words: Sequence[Word], together: type[AllOf] | type[AnyOf]
    ) -> tuple[int, list[Other]]:
        """The length of the longest run of several words from `at` that is one name, and its other forms."""
        for length in range(min(LONGEST, len(words)), 1, -1):
            run = words[:length]
            others = [*self._months(nodes, at, run), *self._names(run)]
            if others or _is_phrase(run, together):
                return length, others
        return 1, []

    def _word(self, nodes: Sequence[Node], at: int, word: Word) -> Node:
        letters = self.readings.get(word.text, ())
        typed, others = self.word_forms.of(word, letters, in_both_numbers=not self.is_excluded)
        return self._alternatives([word], typed, [*self._months(nodes, at, [word]), *others])

    def _alternatives(self, words: Sequence[Word], typed: Sequence[Node], others: Sequence[Other]) -> Node:
        """The node for typed words, given what finds them and their other forms, which are noted to be reported."""
        if shown := tuple(dict.fromkeys(other.shown for other in others if other.shown)):
            self.forms[tuple(word.text for word in words)] = shown
        first, *more = typed
        if not more and not others:
            return first
        likenesses = (Likeness.TYPED,) * len(more) + tuple(other.likeness for other in others)
        return Alternatives((first, *more, *(other.node for other in others)), likenesses)

    def _names(self, run: Sequence[Word]) -> list[Other]:
        """The other forms of a name of several words, other than those that the words find anyway."""
        texts = [word.text for word in run]
        others = list(self.word_forms.of_name(texts, run[0].scope))
        for group in self.word_forms.spellings.groups_of_run(texts):
            others += self.word_forms.of_group(group, run[0].scope)
        return [other for other in self.word_forms.distinct(others, ()) if not _is_found_by(texts, other.node)]

    def _months(self, nodes: Sequence[Node], at: int, run: Sequence[Word]) -> Iterator[Other]:
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
                yield Other("", Word(name, Form.EXACT, run[0].scope))
            elif name not in typed:
                found = filter(self.word_forms.vocabulary.occurs, _month(name, before, after, run[0].scope))
                yield from (Other(shown, node) for node in found)


def _typed(run: Sequence[Word], together: type[AllOf] | type[AnyOf]) -> Node:
    """What finds the words of a run as they were typed."""
    if _is_phrase(run, together):
        return Phrase(tuple(word.text for word in run), run[0].scope, Form.STEM)
    return together(tuple(run))


def _is_phrase(run: Sequence[Word], together: type[AllOf] | type[AnyOf]) -> bool:
    """Whether the words of a run must follow each other: «عبد» and «الله» apart are not what was asked for."""
    return together is AllOf and joined_names.belong_together([word.text for word in run])


def _is_found_by(texts: Sequence[str], node: Word | Phrase) -> bool:
    """Whether the words, each by its stem, find all articles that the node finds."""
    return isinstance(node, Phrase) and list(map(stem, node.words)) == list(map(stem, texts))


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
