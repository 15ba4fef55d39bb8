"""The parts of a query: words, phrases, names of fields, operators and parentheses. `grammar` makes a tree of them."""

import re
from dataclasses import dataclass

from newsarchive.arabic.fold import IGNORABLE, fold
from newsarchive.search.language.query import Attribute, PublishedIn, Scope

Target = Scope | Attribute | type[PublishedIn]
"""The part or property of an article that a word is searched in."""

FIELD_NAMES: dict[str, Target] = {
    fold(name): target
    for target, names in (
        (Scope.TITLE, ("title", "العنوان", "عنوان")),
        (Attribute.SOURCE, ("source", "المصدر", "مصدر")),
        (Attribute.TOPIC, ("topic", "الموضوع", "موضوع")),
        (Attribute.ASSIGNED, ("assigned", "الموضوع_المعين", "موضوع_معين")),
        (Attribute.SECTION, ("section", "القسم", "قسم")),
        (Attribute.AUTHOR, ("author", "الكاتب", "كاتب")),
        (Attribute.URL, ("url", "link", "الرابط", "رابط")),
        (Attribute.SITE, ("site", "الموقع", "موقع")),
        (PublishedIn, ("date", "التاريخ", "تاريخ")),
    )
    for name in names
}
"""Folded field name, Arabic or English -> the target of the field."""

_INVISIBLE = "\u00ad\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
TYPED = str.maketrans(
    {**dict.fromkeys(_INVISIBLE, ""), "\u200b": " ", **dict(zip("：（）｜＝＊－＂", ':()|=*-"', strict=True))}
)
"""Removes invisible characters, which come with pasted text and would hide an operator, and
replaces full-width signs with plain ones. A zero-width space separates words, as in articles."""

_LEXEME = re.compile(
    rf"""
    (?P<address>(?i:https?)://[^\s«»“”„‟"]+)
    | (?P<phrase>=?(?:«[^«»]*» | “[^“”]*” | ["“”„‟][^"“”„‟]*["“”‟])(?:~\d*)?)
    | (?P<open>\() | (?P<close>\)) | (?P<either>\|)
    | (?P<not>(?<![^\s(|:])-(?=[^\s\d٠-٩۰-۹)|-]))
    | (?P<field>[^\W\d][\w{IGNORABLE}]*[ ]?:)
    | (?P<chunk>[^\s()|"«»“”„‟]+)
    | (?P<stray>["«»“”„‟])
    """,
    re.VERBOSE,
)
_FIELD_AT_END = re.compile(rf"([^\W\d][\w{IGNORABLE}]*[ ]?:)[\s=«“\"(]*$")
_CHUNK = re.compile(r"[^\s()|\"«»“”„‟]+")
_ADDRESS_VALUE = re.compile(r"\s*([^\s«»“”„‟\"]+)")
"""The value of a field whose values are addresses: these contain signs that are operators elsewhere."""
_ADDRESSES = (Attribute.URL, Attribute.SITE)
_OPERATORS = {"OR": "either", "AND": "and", "NOT": "not"}
NEAR = re.compile(r"NEAR(?:/(?P<distance>\d+))?")
"""The operator NEAR, also with a distance."""


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A part of a query as typed, and its kind: one of those in `_LEXEME`, or `near`, `and`."""

    kind: str
    text: str


def lex(text: str) -> list[Lexeme]:
    """The parts of a query, in order. Nothing but whitespace is left out, and nothing is invalid here."""
    text = text.translate(TYPED)
    lexemes: list[Lexeme] = []
    at = 0
    while found := _LEXEME.search(text, at):
        kind = str(found.lastgroup)
        if kind == "field" and _field_name(found.group()) not in FIELD_NAMES:
            kind, found = "chunk", _CHUNK.match(text, found.start()) or found
        if kind == "chunk":
            kind = "near" if NEAR.fullmatch(found.group()) else _OPERATORS.get(found.group(), kind)
        lexemes.append(Lexeme(kind, found.group()))
        at = found.end()
        target = FIELD_NAMES[_field_name(found.group())] if kind == "field" else None
        takes_address = target in _ADDRESSES and not (target is Attribute.SITE and text[at:].lstrip().startswith("("))
        if takes_address and (value := _ADDRESS_VALUE.match(text, at)):
            lexemes.append(Lexeme("address", value[1]))
            at = value.end()
    return lexemes


def lexed(text: str) -> list[tuple[str, str]]:
    """The kind and the text of each part of a query, for what takes queries apart; see `_LEXEME` for the kinds."""
    return [(lexeme.kind, lexeme.text) for lexeme in lex(text)]


def field_target(lexeme: str) -> Target:
    """What the name of a field, such as `title:`, stands for. Raises KeyError if it is no field."""
    return FIELD_NAMES[_field_name(lexeme)]


def ends_in_field(text: str) -> bool:
    """Whether a text ends with the name of a field for values, so that a value comes next; `title:` has words."""
    found = _FIELD_AT_END.search(text.translate(TYPED))
    return found is not None and not isinstance(FIELD_NAMES.get(_field_name(found[1]), Scope.TEXT), Scope)


def _field_name(lexeme: str) -> str:
    return fold(lexeme[:-1]).strip()
