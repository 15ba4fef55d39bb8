"""Cells of a CSV table that no spreadsheet program takes for a formula, and how a program gets their text back.

Programs take a cell for a formula if it begins with = + - or @, some of them after whitespace or in the wide forms
of these characters. Such a cell gets an apostrophe in front. So that this can be undone without guessing, a cell that
already begins with apostrophes before such a text gets one more.
"""

import re

_SPACE = r"[\s\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff]*"
"""Whitespace, control characters, and characters without a shape, which a program may skip."""
_FORMULA = re.compile(rf"'*(?:{_SPACE}[=+\-@\u2212\ufe62-\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20]|[\t\r\n])")
_MARKED = re.compile(rf"'{_FORMULA.pattern}")
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
SEPARATOR = ";"
"""Separates the values of a cell with several."""
_IN_A_VALUE = "؛"


def harmless(text: str) -> str:
    """The text of a cell that no program takes for a formula.

    >>> harmless("=1+1"), harmless("سعر القمح -3%"), harmless("'@a")
    ("'=1+1", 'سعر القمح -3%', "''@a")
    """
    return f"'{text}" if _FORMULA.match(text) else text


def original(cell: str) -> str:
    """The text that `harmless` made a cell of.

    >>> original("'=1+1"), original("'ayn")
    ('=1+1', "'ayn")
    """
    return cell[1:] if _MARKED.match(cell) else cell


def cell(text: str) -> str:
    """A text as a cell, without the control characters and surrogates that no table can have."""
    return harmless(_UNREADABLE.sub("", text))


def joined(values: tuple[str, ...]) -> str:
    """Several values as a cell, each harmless by itself, because a program may split it. A `;` in a value becomes ؛."""
    return SEPARATOR.join(cell(value.replace(SEPARATOR, _IN_A_VALUE)) for value in values)
