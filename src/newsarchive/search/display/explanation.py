"""Explains why an article matches a query if the highlighted text doesn't make it obvious.

Through its stem, كتاب matches كتابها, which may surprise a reader. And if any of the words is
enough, an article may lack a word that the reader expects. Both explanations are made from the same
matches that are highlighted.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping
from itertools import islice

from newsarchive.arabic.tokens import folded_spelling, tokenize
from newsarchive.search.display.matching import Reading, leaves_of
from newsarchive.search.door import Match, Reason
from newsarchive.search.language.query import (
    Form,
    Leaf,
    Node,
    Phrase,
    Scope,
    Word,
    other_spellings,
    positive_leaves,
    translations,
)

MAX_FORMS = 3
"""The maximum number of forms listed for a word."""

_ARTICLE = re.compile(r"^[وف]?(?:[بك]?ال|لل)(?=..)")
_SIGNS = {Form.STEM: "{}", Form.EXACT: "={}", Form.PREFIX: "{}*"}


class Explainer:
    """Explains the hits of one query."""

    def __init__(self, node: Node, typed: str, match: Match) -> None:
        """`typed` is the query that `node` was parsed from; `match` says whether an article may lack some words."""
        spellings: dict[str, str] = {}
        for token in tokenize(typed):
            spellings.setdefault(token.text, typed[token.start : token.end])
        self._leaves = leaves_of(node)
        self._words = [_as_typed(leaf, spellings) for leaf in self._leaves]
        self._is_translation = [False] * len(self._leaves)
        self._note_translations(node, spellings)
        self._may_lack = match is Match.ANY
        number_of = {leaf: number for number, leaf in enumerate(self._leaves)}
        self._spellings = {
            number_of[leaf]: [number_of[other] for other in same] for leaf, same in other_spellings(node).items()
        }

    def _note_translations(self, node: Node, spellings: Mapping[str, str]) -> None:
        """A translation that is missing is reported as the word that was typed; its forms need no explanation."""
        for translated in translations(node):
            typed = " ".join(spellings.get(word, word) for word in translated.words)
            for leaf in positive_leaves(translated):
                number = self._leaves.index(leaf)
                self._words[number], self._is_translation[number] = typed, True

    def reasons(self, shown: Iterable[Reading], everywhere: Callable[[], Iterable[Reading]]) -> tuple[Reason, ...]:
        """Return the reasons that are not obvious from the title and the snippet, in the order of the query.

        `shown` has the occurrences in the title and the snippet. `everywhere` gives those in the
        article, and is called only if they matter. A word that occurs is listed with the first of its
        other forms, unless an obvious form of it is shown. A word that doesn't occur is reported as
        missing if the article may lack it.
        """
        seen = _forms(shown)
        in_doubt = {number for number in range(len(self._leaves)) if self._is_in_doubt(number, seen.get(number, ()))}
        if not in_doubt:
            return ()
        readings = tuple(everywhere())
        occurring = {leaf for reading in readings for leaf, _ in reading.occurrences}
        found = _forms(readings, in_doubt) if in_doubt & occurring else {}
        reasons: dict[Reason, None] = {}
        for number in sorted(in_doubt):
            leaf, word = self._leaves[number], self._words[number]
            forms = seen.get(number) or found.get(number)
            # A word searched in the title is never reported as missing: the reader sees whether it
            # is there.
            if not forms and self._may_lack and leaf.scope is Scope.TEXT and not self._is_said(number, occurring):
                reasons[Reason(word)] = None
            if self._is_translation[number] or not isinstance(leaf, Word):
                continue
            if forms and not any(is_obvious(leaf, form) for form in forms):
                every = {**forms, **found.get(number, {})}
                others = (spelling for form, spelling in every.items() if not is_obvious(leaf, form))
                reasons[Reason(word, tuple(islice(others, MAX_FORMS)))] = None
        return tuple(reasons)

    def _is_in_doubt(self, number: int, forms: Iterable[str]) -> bool:
        """Whether the leaf may give a reason, as far as the forms that are shown tell."""
        leaf = self._leaves[number]
        if not forms:
            return True
        return isinstance(leaf, Word) and not any(is_obvious(leaf, form) for form in forms)

    def _is_said(self, number: int, found: Container[int]) -> bool:
        """Whether the leaf is not to be reported as missing.

        Of several spellings that all don't occur, only the typed one is reported.
        """
        spellings = self._spellings.get(number, [number])
        return number != spellings[0] or any(other in found for other in spellings)


def is_obvious(leaf: Word, form: str) -> bool:
    """Whether a reader recognizes the word in a folded form at once: they differ only in what precedes the word.

    The form may have several words, of which one is enough: كوفيد 19.

    >>> [is_obvious(Word("الكتاب"), form) for form in ("كتاب", "وكتاب", "بالكتاب", "كتابها")]
    [True, True, True, False]
    """
    if leaf.form is not Form.STEM:
        return True
    word = _ARTICLE.sub("", leaf.text)
    parts = [_ARTICLE.sub("", part) for part in form.split()]
    return any(word.endswith(part) or part.endswith(word) for part in parts)


def _forms(readings: Iterable[Reading], leaves: Container[int] | None = None) -> dict[int, dict[str, str]]:
    """For each leaf, its folded forms in order, each with its first spelling; for a phrase, its first word."""
    forms: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for reading in readings:
        for leaf, words in reading.occurrences:
            if leaves is None or leaf in leaves:
                spelling = reading.text[slice(*words[0])]
                forms[leaf].setdefault(folded_spelling(spelling), spelling)
    return forms


def _as_typed(leaf: Leaf, spellings: dict[str, str]) -> str:
    if isinstance(leaf, Word):
        return _SIGNS[leaf.form].format(spellings.get(leaf.text, leaf.text))
    words = dict.fromkeys(spellings.get(word, word) for word in leaf.words)
    return f"«{' '.join(words)}»" if isinstance(leaf, Phrase) and leaf.form is Form.EXACT else " ".join(words)
