"""Lone letters in the text of a query, as in ل ترامب: how they are shown, and how to search for them as themselves."""

from collections.abc import Sequence
from itertools import pairwise

from newsarchive.arabic.tokens import Token, tokenize
from newsarchive.search.language.typed import with_ranges_replaced

Letters = tuple[str, str]
"""Folded letters that stand alone, and the folded word after them."""


def letters_as_read(text: str, found: Sequence[Letters]) -> tuple[str, ...]:
    """Return the letters together with their words, as typed.

    >>> letters_as_read("قمة ل أوباما", [("ل", "اوباما")])
    ('لأوباما',)
    """
    runs = _runs(text, found)
    return tuple(dict.fromkeys("".join(text[token.start : token.end] for token in run) for run in runs))


def with_letters_exact(text: str, found: Sequence[Letters]) -> str:
    """Return the text of a query in which these letters are words like any other.

    >>> with_letters_exact("قمة ل أوباما", [("ل", "اوباما")])
    'قمة =ل أوباما'
    """
    letters = [token for run in _runs(text, found) for token in run[:-1]]
    return with_ranges_replaced(text, (((token.start, token.start), "=") for token in letters))


def _runs(text: str, found: Sequence[Letters]) -> list[list[Token]]:
    """The places of the letters, each with the word after it."""
    tokens = list(tokenize(text))
    runs: list[list[Token]] = []
    for at in range(len(tokens)):
        for behind in range(at + 1, min(at + 3, len(tokens))):
            run = tokens[at : behind + 1]
            letters = "".join(token.text for token in run[:-1])
            is_apart = all(before.end < after.start for before, after in pairwise(run))
            if is_apart and (letters, run[-1].text) in found:
                runs.append(run)
    return runs
