"""Texts of errors in the language of whoever reads them: see `newsarchive.wording`.

In a language that is written from right to left, names of files, addresses, commands and whatever else is put into
a sentence would be torn apart by the order of the letters around them, so each is isolated with the marks that
Unicode has for this.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from string import Formatter
from typing import Any

from newsarchive.i18n.catalogue import Catalogue, catalogue
from newsarchive.i18n.formats import direction
from newsarchive.i18n.messages import Language, Message
from newsarchive.wording import SYSTEM, Worded, words_of

CONTEXT = "error"
"""The context of all texts of errors in the catalogues."""
_ISOLATE_LTR, _ISOLATE, _END = "\u2066", "\u2068", "\u2069"
_FIELD = r"(?<!\{)\{[a-z_]\w*(?:!r)?(?::[^{}]*)?\}"
_TOKEN = rf"(?:{_FIELD}|\{{\{{|\}}\}}|[!-z|~])"
_RUNS = re.compile(rf"{_TOKEN}+(?: {_TOKEN}+)*")
"""What isn't in Arabic letters, with the fields within and next to it."""
_EDGE = re.compile(r"^([(:;,. ]*)(.*?)([ (]*[):;,.!?]*)$", re.DOTALL)
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_LATIN = re.compile(r"[A-Za-z]")
_OPENS_RTL = re.compile("[^A-Za-z]*[\u0590-\u08ff]")
_JOINED = re.compile(rf"{_FIELD}(?:[^ ]*{_FIELD})+")
_formatter = Formatter()


def said(text: object, language: Language) -> str:
    """The text of an error, or a text, in a language. What has no translation is in English.

    >>> said(ValueError("not made of words"), "ar")
    'not made of words'
    """
    return said_with(words_of(text), catalogue(language))


def said_with(text: str, texts: Catalogue) -> str:
    """A text in the language of a catalogue."""
    if texts.language == "en":
        return str(text)
    if not isinstance(text, Worded):
        return texts.text(Message(CONTEXT, text)) if text in SYSTEM else str(text)
    template = texts.text(Message(CONTEXT, text.template))
    if _is_list_of_names(text):
        return str(text)
    if template == text.template and texts.language == "ar":
        # Only fields, such as those of a list of sentences.
        template = template.replace(", ", "، ").replace("; ", "؛ ")
    return filled(template, text.fields, texts)


def filled(template: str, fields: Mapping[str, Any], texts: Catalogue) -> str:
    """A text in the language of a catalogue with its fields filled in: errors among them are told in it, too."""
    if direction(texts.language) == "rtl":
        inner = frozenset(name for name, value in fields.items() if _is_inner(value))
        numbers = frozenset(name for name, value in fields.items() if _NUMBER.fullmatch(str(value)))
        template = isolated(template, inner, numbers)
    return "".join(_filled(template, fields, texts))


def _is_inner(value: object) -> bool:
    """Whether a value reads from right to left by itself, such as a sentence that was translated before."""
    if not isinstance(value, str):
        return False
    if isinstance(value, Worded):
        return not _is_list_of_names(value)
    return value in SYSTEM or _END in value or _OPENS_RTL.match(value) is not None


def _is_list_of_names(text: Worded) -> bool:
    """Whether a text is a list of values that no language writes in another way, such as networks."""
    has_words = any(map(str.isalpha, re.sub(_FIELD, "", text.template)))
    return not has_words and not any(map(_is_inner, text.fields.values()))


def _filled(template: str, fields: Any, texts: Catalogue) -> list[str]:
    pieces = []
    for literal, name, form, conversion in _formatter.parse(template):
        pieces.append(literal)
        if name is None:
            continue
        value = fields[name]
        if isinstance(value, Worded) or (isinstance(value, str) and value in SYSTEM):
            pieces.append(said_with(value, texts))
        else:
            pieces.append(format(_formatter.convert_field(value, conversion), form or ""))
    return pieces


@lru_cache(maxsize=1024)
def isolated(template: str, inner: frozenset[str] = frozenset(), numbers: frozenset[str] = frozenset()) -> str:
    """A template of a language written from right to left, with marks around what isn't of its script.

    `inner` are the fields that are sentences of their own, and `numbers` those that need no marks unless they are
    joined to something else. A command and its arguments stay together, and so do the parts of `file:line`.
    """
    return _RUNS.sub(lambda run: _isolated_run(run[0], inner, numbers), template)


def _isolated_run(run: str, inner: frozenset[str], numbers: frozenset[str]) -> str:
    names = {name for _, name, _, _ in _formatter.parse(run) if name is not None}
    if not names & inner and _LATIN.search(re.sub(_FIELD, "", run)):
        return _marked(run, _ISOLATE_LTR)
    return " ".join(_isolated_word(word, inner, numbers) for word in run.split(" "))


def _isolated_word(word: str, inner: frozenset[str], numbers: frozenset[str]) -> str:
    names = {name for _, name, _, _ in _formatter.parse(word) if name is not None}
    if names & inner or (names <= numbers and not _LATIN.search(re.sub(_FIELD, "", word))):
        return word
    return _marked(word, _ISOLATE_LTR if _JOINED.search(word) else _ISOLATE)


def _marked(text: str, mark: str) -> str:
    before, middle, after = _EDGE.fullmatch(text).groups()  # type: ignore[union-attr]
    if after.startswith(")") and middle.count("(") > middle.count(")"):
        middle, after = middle + ")", after[1:]
    return f"{before}{mark}{middle}{_END}{after}" if middle else text
