"""Why an article answers a query, where what is shown of it does not say so by itself.

Stems let كتاب find كتابها, which a reader may wonder about; and an article that need not have all of the words may
lack one that the reader was sure of. Both are told from the same matches that are highlighted.
"""

import re
from collections import defaultdict
from collections.abc import Container, Iterable
from itertools import islice

from newsarchive.arabic.tokens import folded_words, tokenize
from newsarchive.search.display.matching import Reading, leaves_of
from newsarchive.search.door import Match, Reason
from newsarchive.search.language.query import Form, Node, Phrase, Scope, Word, other_spellings

MAX_FORMS = 3
"""The most forms that are named for one word."""

_ARTICLE = re.compile(r"^[وف]?(?:[بك]?ال|لل)(?=..)")
_SIGNS = {Form.STEM: "{}", Form.EXACT: "={}", Form.PREFIX: "{}*"}


class Explainer:
    """Gives the reasons for the hits of one query."""

    def __init__(self, node: Node, typed: str, match: Match) -> None:
        """`typed` is the query that `node` was made of; `match` says whether an article may lack some words."""
        spellings: dict[str, str] = {}
        for token in tokenize(typed):
            spellings.setdefault(token.text, typed[token.start : token.end])
        self._leaves = leaves_of(node)
        self._words = [_as_typed(leaf, spellings) for leaf in self._leaves]
        self._may_lack = match is Match.ANY
        number_of = {leaf: number for number, leaf in enumerate(self._leaves)}
        self._spellings = {
            number_of[leaf]: [number_of[other] for other in same] for leaf, same in other_spellings(node).items()
        }

    def reasons(self, shown: Iterable[Reading], everywhere: Iterable[Reading]) -> tuple[Reason, ...]:
        """What is not obvious to a reader who sees title and snippet; in the order of the query.

        `shown` is what occurs in these two, `everywhere` what occurs in the article. A word that occurs is told with
        the first of its other forms, unless a form as good as the word itself is shown. A word of the text that does
        not occur is told as missing, where it may be.
        """
        seen, found = _forms(shown), _forms(everywhere)
        reasons: dict[Reason, None] = {}
        for number, (leaf, word) in enumerate(zip(self._leaves, self._words, strict=True)):
            forms = seen.get(number) or found.get(number)
            # A word of the title is not told as missing: the reader sees whether it is there.
            if not forms and self._may_lack and leaf.scope is Scope.TEXT and not self._is_said(number, found):
                reasons[Reason(word)] = None
            if forms and isinstance(leaf, Word) and not any(is_obvious(leaf, form) for form in forms):
                every = {**forms, **found.get(number, {})}
                others = (spelling for form, spelling in every.items() if not is_obvious(leaf, form))
                reasons[Reason(word, tuple(islice(others, MAX_FORMS)))] = None
        return tuple(reasons)

    def _is_said(self, number: int, found: Container[int]) -> bool:
        """Whether another spelling of a leaf occurs; of several that do not, only the typed one is missing."""
        spellings = self._spellings.get(number, [number])
        return number != spellings[0] or any(other in found for other in spellings)


def is_obvious(leaf: Word, form: str) -> bool:
    """Whether a reader sees at once that a folded form is the word: only what stands before the word differs.

    >>> [is_obvious(Word("الكتاب"), form) for form in ("كتاب", "وكتاب", "بالكتاب", "كتابها")]
    [True, True, True, False]
    """
    if leaf.form is not Form.STEM:
        return True
    word, form = _ARTICLE.sub("", leaf.text), _ARTICLE.sub("", form)
    return word.endswith(form) or form.endswith(word)


def _forms(readings: Iterable[Reading]) -> dict[int, dict[str, str]]:
    """For each leaf the forms that met it in order, each with its first spelling; of a phrase its first word."""
    forms: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for reading in readings:
        for occurrence in reading.occurrences:
            start, end = occurrence.words[0]
            spelling = reading.text[start:end]
            forms[occurrence.leaf].setdefault(" ".join(folded_words(spelling)), spelling)
    return forms


def _as_typed(leaf: Word | Phrase, spellings: dict[str, str]) -> str:
    if isinstance(leaf, Word):
        return _SIGNS[leaf.form].format(spellings.get(leaf.text, leaf.text))
    return "«{}»".format(" ".join(spellings.get(word, word) for word in leaf.words))
