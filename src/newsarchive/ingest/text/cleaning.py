"""Cleaning: what a medium left in the text goes, what the writer wrote stays.

Entities, control characters and odd spacing are left over from pages, feeds and exports. Marks, tatweel,
hamza spellings and direction marks are the writer's, and `arabic.fold` is where they stop to matter.
"""

import re
import unicodedata
from html import unescape
from html.entities import html5

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
"""Only with its semicolon: `?a=1&copy=2` is an address, not a sign."""
_ESCAPED_AMPERSANDS = re.compile(r"&(?:(?:amp|AMP|#0{0,5}38|#[xX]0{0,4}26);)+")
_ENTITY_LAYERS = 10

_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
"""No line breaks: `str.splitlines` needs them. Lone surrogates are here because they cannot be written as UTF-8."""
_EMPTY_SPACE = re.compile(r"(?<!\w)\u200b+|\u200b+(?!\w)")
"""A zero-width space says something between two letters only, where it divides words."""
_UNSEEN = " \u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200c\u200d\u2060"
"""A line of nothing but these is blank: spaces, direction marks, joiners."""


def clean_line(text: str) -> str:
    """One line: entities decoded, control characters dropped, NFC, every run of spaces and breaks one space."""
    line = " ".join(decode_entities(text).split())
    return line if line.strip(_UNSEEN) else ""


def clean_paragraphs(text: str) -> str:
    """The paragraphs, one a line, each as `clean_line` would have it; blank lines are dropped."""
    lines = (" ".join(line.split()) for line in decode_entities(text).splitlines())
    return "\n".join(line for line in lines if line.strip(_UNSEEN))


def decode_entities(text: str) -> str:
    """The text without HTML entities, also those encoded twice, without control characters, and in NFC."""
    text = _plain(text)
    for _ in range(_ENTITY_LAYERS):
        if "&" not in text:
            break
        decoded = _plain(_ENTITY.sub(_decode, _ESCAPED_AMPERSANDS.sub("&amp;", text)))
        if decoded == text:
            break
        text = decoded
    return text


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", _EMPTY_SPACE.sub("", _CONTROL.sub("", text)))


def _decode(match: re.Match[str]) -> str:
    entity = match.group()
    return unescape(entity) if entity[1] == "#" or entity[1:] in html5 else entity
