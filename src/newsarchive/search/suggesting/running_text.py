"""Which words of a query are running text: not the name or the value of a field, and not part of an address.

The grammar knows the fields. What it can't read as one is read as plain words, though: a date in words
that aren't one, a field that doesn't exist, an address. None of it is a misspelled word of the archive.
"""

import re

from newsarchive.arabic.fold import fold
from newsarchive.search.language.lexemes import FIELD_NAMES

_ADDRESS = re.compile(r"\S*(?:://|@)\S+ | \bwww\.\S+ | (?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?:/\S*)?", re.VERBOSE)
_FIELD = re.compile(r"""(?P<name>[^\s():："«»|]+)\s*[:：](?P<space>\s*)[("«“]?(?P<value>[^\s()"«»“”|]*)""")
"""A name before a colon, and the word after it."""


def is_running_text(text: str, place: tuple[int, int]) -> bool:
    """Whether the word at `[start, end)` is neither next to the colon of a field nor part of an address.

    A colon with a space after it is punctuation, unless there is the name of a field before it.
    """
    if any(_overlap(place, found.span()) for found in _ADDRESS.finditer(text)):
        return False
    return not any(
        _overlap(place, found.span("name")) or _overlap(place, found.span("value"))
        for found in _FIELD.finditer(text)
        if not found["space"] or fold(found["name"]) in FIELD_NAMES
    )


def _overlap(first: tuple[int, int], second: tuple[int, int]) -> bool:
    return first[0] < second[1] and second[0] < first[1]
