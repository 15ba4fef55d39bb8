"""A query as the fields of a form: written in the query language, and read back as far as a form can show it.

`written` quotes what it writes, so that a word in a field is searched as this word, whatever it means
in the query language. `read_back` puts what no field can show into `rest`, as it was typed. Both keep
what the query means.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from newsarchive.arabic.fold import fold
from newsarchive.arabic.tokens import words
from newsarchive.errors import QuerySyntaxError
from newsarchive.i18n import Language
from newsarchive.search.language.date_ranges import parse_date_range
from newsarchive.search.language.grammar import parse
from newsarchive.search.language.lexemes import field_target, lexed
from newsarchive.search.language.query import Attribute, PublishedIn, Scope

NAMES_APART = "|"
"""What stands between several names in one field."""
NAMED = ("source", "topic", "section", "author", "site")
"""The fields of names. Several names are alternatives."""

_OR = fold("أو")
_QUOTES = re.compile(r"[«»“”„‟\"]")
_PLAIN_PHRASE = re.compile(r"[«“\"„‟”]([^~=]*)[»”\"‟“]")
_CANNOT_BE_EXCLUDED = re.compile(r"[\d٠-٩۰-۹|)-]")
_DAYS = re.compile(r"[\d٠-٩۰-۹./-]+")
_BARE_HOST = re.compile(r"^\*?\.?(?:\w+://)?([\w.-]+)")
_FIELDS: dict[str, dict[Language, str]] = {
    "title": {"ar": "العنوان:", "en": "title:"},
    "source": {"ar": "المصدر:", "en": "source:"},
    "topic": {"ar": "الموضوع:", "en": "topic:"},
    "section": {"ar": "القسم:", "en": "section:"},
    "author": {"ar": "الكاتب:", "en": "author:"},
    "site": {"ar": "الموقع:", "en": "site:"},
    "date": {"ar": "التاريخ:", "en": "date:"},
}
_QUOTED: dict[Language, str] = {"ar": "«{}»", "en": '"{}"'}
_TARGETS = {
    Attribute.SOURCE: "source",
    Attribute.TOPIC: "topic",
    Attribute.SECTION: "section",
    Attribute.AUTHOR: "author",
    Attribute.SITE: "site",
}
_Lexemes = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryForm:
    """What the fields of a form hold, as typed. `rest` is in the query language, and everything must match.

    `phrase` is without quotes. The fields of words can have phrases in quotes, too.
    """

    all_of: str = ""
    phrase: str = ""
    any_of: str = ""
    none_of: str = ""
    title: str = ""
    source: str = ""
    topic: str = ""
    section: str = ""
    author: str = ""
    site: str = ""
    first: date | None = None
    last: date | None = None
    rest: str = ""


def written(form: QueryForm, language: Language = "ar") -> str:
    """Return the query, with the names of fields in Arabic or English. Empty for an empty form."""
    language = language if language in _QUOTED else "en"
    parts = [
        *_items(form.all_of),
        *_phrase(form.phrase, language),
        *_any(form.any_of),
        *(_excluded(item) for item in _items(form.none_of)),
        *_in_title(form.title, language),
        *(part for field in NAMED for part in _named(field, getattr(form, field), language)),
        *_days(form.first, form.last, language),
    ]
    rest = " ".join(form.rest.split())
    if rest and parts and any(kind not in ("chunk", "phrase") for kind, _ in _marked(lexed(rest))):
        rest = _group(rest)
    return " ".join([rest, *parts] if rest else parts)


def _items(text: str) -> list[str]:
    """The words and quoted phrases of a field; other signs of the query language count as nothing."""
    return [item for _, lexeme in lexed(text) for item in _as_items(lexeme)]


def _as_items(lexeme: str) -> list[str]:
    """A part of a field as the query language reads it: as it is, or, if it would be an operator, its bare words."""
    if lexeme.startswith(":") or [kind for kind, _ in lexed(lexeme)] not in (["chunk"], ["phrase"], ["address"]):
        return words(lexeme)
    if _is_or(lexeme):
        return [f"={lexeme}"]
    return [lexeme] if words(lexeme) else []


def _is_or(item: str) -> bool:
    """Whether a word would mean OR between others."""
    return words(item) == [_OR] and not item.startswith("=") and not _QUOTES.search(item)


def _marked(lexemes: _Lexemes) -> list[tuple[str, str]]:
    return [("either" if kind == "chunk" and _is_or(text) else kind, text) for kind, text in lexemes]


def _phrase(text: str, language: Language) -> list[str]:
    plain = " ".join(_QUOTES.sub(" ", text).split())
    return [_QUOTED[language].format(plain)] if words(plain) else []


def _any(text: str) -> list[str]:
    items = _items(text)
    return [_group(" OR ".join(items))] if len(items) > 1 else items


def _group(items: str) -> str:
    """In brackets. An address, or the value of a field for addresses, would take the closing one in."""
    return f"({items} )" if ":" in items.rpartition(" ")[2] else f"({items})"


def _excluded(item: str) -> str:
    return f"NOT {item}" if _CANNOT_BE_EXCLUDED.match(item) else f"-{item}"


def _in_title(text: str, language: Language) -> list[str]:
    items = _items(text)
    name = _FIELDS["title"][language]
    return [f"{name}{_group(' '.join(items))}" if len(items) > 1 else f"{name}{item}" for item in items[:1]]


def _named(field: str, text: str, language: Language) -> list[str]:
    if field == "site":
        names = [host[1].strip(".-").lower() for one in re.split(r"[\s|]+", text) if (host := _BARE_HOST.match(one))]
        values = [name for name in names if words(name)]
    else:
        values = [quoted for one in text.split(NAMES_APART) for quoted in _phrase(one, language)]
    if not values:
        return []
    return [_FIELDS[field][language] + (values[0] if len(values) == 1 else f"({' OR '.join(values)})")]


def _days(first: date | None, last: date | None, language: Language) -> list[str]:
    if first is None and last is None:
        return []
    days = str(first) if first == last else f"{first or ''}..{last or ''}"
    return [_FIELDS["date"][language] + days]


def read_back(text: str) -> QueryForm:
    """Return the fields that a query fills. A query that can't be parsed, or is one of alternatives, is all `rest`."""
    text = " ".join(text.split())
    lexemes = lexed(text)
    is_of_alternatives = any(kind in ("either", "and", "near") for kind, _ in _top_level(_marked(lexemes)))
    if is_of_alternatives or not can_be_parsed(text):
        return QueryForm(rest=text)
    reader = _Reader(lexemes)
    reader.read()
    form = reader.form()
    # What brackets around the whole query held may fill fields now that they are gone.
    is_unwrapped = form == QueryForm(rest=form.rest) and form.rest.count("(") < text.count("(")
    return read_back(form.rest) if is_unwrapped else form


def can_be_parsed(text: str) -> bool:
    """Whether a query is valid in the query language; else it would be searched as plain words."""
    try:
        parse(text)
    except QuerySyntaxError:
        return False
    return True


def _top_level(lexemes: _Lexemes) -> list[tuple[str, str]]:
    depth, found = 0, []
    for kind, text in lexemes:
        depth -= kind == "close"
        if depth == 0:
            found.append((kind, text))
        depth += kind == "open"
    return found


class _Reader:
    """Puts each part of a query into its field."""

    def __init__(self, lexemes: _Lexemes) -> None:
        self._lexemes = list(lexemes)
        self._at = 0
        self._words: dict[str, list[str]] = {"all_of": [], "none_of": [], "title": []}
        self._once: dict[str, str] = {}
        self._published: PublishedIn | None = None
        self._rest: list[str] = []

    def form(self) -> QueryForm:
        filled: dict[str, Any] = {name: " ".join(items) for name, items in self._words.items()} | self._once
        form = QueryForm(**filled)
        if self._published:
            form = replace(form, first=self._published.first, last=self._published.last)
        is_group = len(self._rest) == 1 and self._rest[0].startswith("(")
        return replace(form, rest=self._rest[0][1:-1].strip() if is_group else " ".join(self._rest))

    def read(self) -> None:
        while self._at < len(self._lexemes):
            part = self._part()
            if not self._is_field(part):
                self._rest.append(_joined(part))

    def _part(self) -> list[tuple[str, str]]:
        """The next part: a word or phrase with the signs before it, or a group."""
        start = self._at
        while self._kind() in ("not", "field"):
            self._at += 1
        self._at += 1
        if self._lexemes[self._at - 1 : self._at] and self._lexemes[self._at - 1][0] == "open":
            self._skip_group()
        elif self._is_name_of_words(start):
            # How many words the name has, only the archive knows.
            while self._kind() == "chunk":
                self._at += 1
        return self._lexemes[start : self._at]

    def _kind(self) -> str:
        return self._lexemes[self._at][0] if self._at < len(self._lexemes) else ""

    def _skip_group(self) -> None:
        depth = 1
        while depth and self._at < len(self._lexemes):
            depth += {"open": 1, "close": -1}.get(self._kind(), 0)
            self._at += 1

    def _is_name_of_words(self, start: int) -> bool:
        signs = self._lexemes[start : self._at - 1]
        is_value = bool(signs) and signs[-1][0] == "field" and field_target(signs[-1][1]) is not Scope.TITLE
        return is_value and self._lexemes[self._at - 1][0] == "chunk"

    def _is_field(self, part: list[tuple[str, str]]) -> bool:
        """Put a part into its field, if there is one that can show it."""
        kinds, texts = [kind for kind, _ in part], [text for _, text in part]
        match kinds:
            case ["phrase"] if "phrase" not in self._once and (plain := _PLAIN_PHRASE.fullmatch(texts[0])):
                return bool(words(plain[1])) and self._set("phrase", plain[1].strip())
            case ["phrase" | "chunk"]:
                return self._add("all_of", texts)
            case ["not", "phrase" | "chunk"]:
                return self._add("none_of", texts[1:])
            case ["open", *inner, "close"] if _are_alternatives(inner):
                return self._alternatives(texts[1:-1:2])
            case ["field", *_]:
                return self._value(part[1:], texts[0])
        return False

    def _alternatives(self, texts: list[str]) -> bool:
        return len(texts) > 1 and all(map(words, texts)) and self._set("any_of", " ".join(texts))

    def _value(self, part: list[tuple[str, str]], name: str) -> bool:
        target = field_target(name)
        kinds, texts = [kind for kind, _ in part], [text for _, text in part]
        if target is PublishedIn:
            return len(part) == 1 and self._days(texts[0], kinds[0])
        if target is Scope.TITLE:
            is_group = len(part) > 2 and kinds[0] == "open" and set(kinds[1:-1]) <= {"phrase", "chunk"}
            is_shown = is_group or kinds in (["phrase"], ["chunk"])
            return is_shown and self._add("title", texts[1:-1] if is_group else texts)
        if kinds and kinds[0] == "open" and _are_alternatives(kinds[1:-1]):
            texts = texts[1:-1:2]
        elif len(part) != 1:
            return False
        return isinstance(target, Attribute) and target in _TARGETS and self._names(_TARGETS[target], texts)

    def _names(self, field: str, texts: list[str]) -> bool:
        names = [plain[1].strip() if (plain := _PLAIN_PHRASE.fullmatch(text)) else text for text in texts]
        if field == "site" and not all(_BARE_HOST.fullmatch(one) for one in names):
            return False
        is_shown = all(words(one) and NAMES_APART not in one and not one.startswith("=") for one in names)
        return is_shown and self._set(field, f" {NAMES_APART} ".join(names))

    def _days(self, text: str, kind: str) -> bool:
        if self._published is not None or kind != "chunk" or not _DAYS.fullmatch(text):
            return False
        try:
            self._published = PublishedIn(*parse_date_range(text))
        except QuerySyntaxError:
            return False
        return True

    def _set(self, field: str, text: str) -> bool:
        if field in self._once:
            return False
        self._once[field] = text
        return True

    def _add(self, field: str, texts: list[str]) -> bool:
        """Add words that `written` would write as they are."""
        if not all(words(text) and _items(text) == [text] for text in texts):
            return False
        self._words[field] += texts
        return True


def _are_alternatives(kinds: list[str]) -> bool:
    return bool(kinds) and set(kinds[::2]) <= {"phrase", "chunk"} and set(kinds[1::2]) <= {"either"}


def _joined(part: _Lexemes) -> str:
    """A part as it was typed: names, minus signs and opening brackets stand directly before what follows."""
    text = ""
    for kind, lexeme in part:
        if kind == "close" and ":" not in text.rsplit(maxsplit=1)[-1]:
            text = text.rstrip()
        is_sign = kind in ("field", "open") or (kind == "not" and lexeme == "-")
        text += lexeme if is_sign else f"{lexeme} "
    return text.strip()
