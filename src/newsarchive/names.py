"""The names of sources, authors and topics: what belongs to a name, and where one ends and the next begins.

All functions take and return text on one line, as `cleaning.clean_line` returns it.
"""

import re

_DIRECTION_MARKS = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_EDGES = " \t-–—|/\\•·●▪*:،,؛;_~="
_LEADING = f"{_EDGES}."
"""Signs at the end and at the start of a name that separate it from something else."""
_PLAIN = re.compile(r"\w+(?: \w+)*")
_ABBREVIATION = re.compile(
    r"(?:\.\S{1,4}|(?:^|\s)\S|\b(?:Inc|Ltd|Co|Corp|Jr|Sr|St|Bros|Dr|Mr|Mrs|Ph\.?D))\.$", re.IGNORECASE
)
"""A final full stop that belongs to an abbreviation or an initial: «ج.م.ع.», «Inc.», «John F.»."""
_PAIRS = (("(", ")"), ("[", "]"), ("«", "»"), ("“", "”"), ("<", ">"))
"""Brackets and quotation marks. They are removed around a whole name, and if the partner is missing."""

_BY = re.compile(
    r"(?:(?:بقلم|بقلـم|كتبت|كتبه|كتبها|كتبهما|كتب|إعداد|اعداد|تحرير|ترجمة|حوار|تقرير|تصوير|المحررة|المحرر|الكاتبة|الكاتب|المؤلف"
    r"|author|writer|byline|written by|reported by|edited by|by)\s*(?:[:：/\-–—]\s*)+"
    r"|(?:بقلم|كتبت|كتبه|كتب|written by|reported by|by)\s+)(?=\S)",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"(?:(?:المصدر|مصدر|مصدر الخبر|المصدر الأصلي|نقلا عن|نقلاً عن|نقلًا عن|source|via)\s*(?:[:：/\-–—]\s*)+"
    r"|(?:نقلا عن|نقلاً عن|نقلًا عن)\s+)(?=\S)",
    re.IGNORECASE,
)
_LAYERS = 3

_EMAIL = r"(?:mailto:)?[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){0,8}"
_EMAIL_THEN_NAME = re.compile(rf"{_EMAIL}\s*\((?P<name>[^()]*(?:\([^()]*\)[^()]*)*)\)")
_NAME_THEN_EMAIL = re.compile(rf"[\"“]?(?P<name>[^<>\"”]*?)[\"”]?\s*(?:<\s*{_EMAIL}\s*>|\(\s*{_EMAIL}\s*\))")
_ONLY_EMAIL = re.compile(rf"<?\s*{_EMAIL}\s*>?")

_SEPARATOR = re.compile(r"\s*[،؛;|\n\u2022]\s*|\s*,(?!\d)\s*")
_AND = re.compile(r"\s+(?:and|&)\s+", re.IGNORECASE)
_AND_AT_START = re.compile(r"(?:and|&)\s+", re.IGNORECASE)
_COMPANY_PART = re.compile(
    r"(?:Inc|Ltd|LLC|LLP|PLC|Co|Corp|GmbH|AG|S\.?A|N\.?V|Jr|Sr|II|III|IV|M\.?D|Ph\.?\s?D|Esq|ش\.?\s?م\.?\s?[مل]?|ذ\.?\s?م\.?\s?م)\.?",
    re.IGNORECASE,
)
"""What follows a comma inside one name: «Dow Jones & Company, Inc.», «Martin Luther King, Jr.»."""
_PERSON = re.compile(r"[A-Z][\w'’.-]*(?:\s+(?:[A-Z][\w'’.-]*|al|bin|ibn|van|von|de|der|di|el)){1,3}")
_FIRM = re.compile(r"(?:&|and)\s+(?:company|co|sons|brothers|bros|partners|associates)\b", re.IGNORECASE)


def clean_name(name: str) -> str:
    """The name without direction marks, doubled spaces, and punctuation around it.

    A full stop stays in an abbreviation, and brackets and quotation marks stay around a part of the name.
    """
    if _PLAIN.fullmatch(name):
        return name
    before = None
    while name != before:
        before = name
        name = " ".join(_DIRECTION_MARKS.sub("", name).split())
        name = _without_stop(_without_marks(name.rstrip(_EDGES).lstrip(_LEADING)))
    return name


def clean_author(name: str) -> str:
    """Like `clean_name`, without «بقلم:» or «By», and without an email address, which is no name."""
    name = clean_name(name)
    for pattern in (_EMAIL_THEN_NAME, _NAME_THEN_EMAIL):
        if match := pattern.fullmatch(name):
            name = clean_name(match["name"])
    if _ONLY_EMAIL.fullmatch(name):
        return ""
    return _without(_BY, name)


def clean_source(name: str) -> str:
    """Like `clean_name`, without «المصدر:» or «نقلا عن»."""
    return _without(_FROM, clean_name(name))


def split_names(text: str) -> tuple[str, ...]:
    """The names in a list such as «سياسة، اقتصاد» or «A, B and C»: separated by commas, semicolons, bars or bullets.

    A comma stays in a number and before the legal form of a company.
    """
    if _FIRM.search(text):
        return (text,)
    names: list[str] = []
    for part in _SEPARATOR.split(text):
        if names and _COMPANY_PART.fullmatch(part):
            names[-1] = f"{names[-1]}, {part}"
        elif part.strip():
            names.append(part.strip())
    *others, last = names or [""]
    if len(others) > 1 or (others and _AND_AT_START.match(last)):
        return tuple(filter(None, [*others, *_AND.split(_AND_AT_START.sub("", last))]))
    if others and (match := _AND.search(last)) and match.group().strip() != "&":
        return (*others, *_AND.split(last))
    return tuple(names)


def split_authors(text: str) -> tuple[str, ...]:
    """Like `split_names`, and also at «and» or «&» between the names of two people."""
    return tuple(part for name in split_names(text) for part in _people(name))


def _people(name: str) -> tuple[str, ...]:
    parts = _AND.split(name)
    return tuple(parts) if len(parts) > 1 and all(map(_PERSON.fullmatch, map(_without_by, parts))) else (name,)


def _without_by(name: str) -> str:
    return _without(_BY, name)


def _without(label: re.Pattern[str], name: str) -> str:
    for _ in range(_LAYERS):
        match = label.match(name)
        if not match:
            break
        name = clean_name(name[match.end() :])
    return name


def _without_stop(name: str) -> str:
    kept = name.rstrip(".۔")
    if kept == name or (name == f"{kept}." and _ABBREVIATION.search(name)):
        return name
    return kept


def _without_marks(name: str) -> str:
    """The name without brackets or quotation marks around it, and without one at an end that has no partner."""
    if len(name) > 2 and name[0] == name[-1] == '"' and name.count('"') == 2:
        return name[1:-1]
    for opening, closing in _PAIRS:
        opened, closed = name.count(opening), name.count(closing)
        if name.startswith(opening) and (opened > closed or (opened == closed == 1 and name.endswith(closing))):
            name = name[1:]
        if name.endswith(closing) and closed >= opened and name.count(closing) > name.count(opening):
            name = name[:-1]
        name = name.removeprefix(closing).removesuffix(opening)
    return name
