"""Cleaning: removes artifacts of the medium and keeps what the author wrote.

Entities, control characters and odd spacing are artifacts of pages, feeds and exports. Diacritics,
tatweel, hamza spellings and direction marks belong to the author's text; `arabic.fold` normalizes
them for search.
"""

import re
import unicodedata
from html import unescape
from html.entities import html5

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
"""Requires the semicolon: `?a=1&copy=2` is part of a URL, not a sign."""
_ESCAPED_AMPERSANDS = re.compile(r"&(?:(?:amp|AMP|#0{0,5}38|#[xX]0{0,4}26);)+")
_ENTITY_LAYERS = 10

_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
"""Excludes line breaks, which `str.splitlines` needs. Includes lone surrogates, which UTF-8 can't
encode."""
_EMPTY_SPACE = re.compile(r"(?<!\w)\u200b+|\u200b+(?!\w)")
"""A zero-width space has an effect only between two letters, where it separates words."""
_UNSEEN = " \u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200c\u200d\u2060"
"""A line with only these characters is blank: spaces, direction marks, joiners."""


def clean_line(text: str) -> str:
    """Return one line in NFC: entities decoded, control characters removed, white space collapsed to single spaces."""
    line = " ".join(decode_entities(text).split())
    return line if line.strip(_UNSEEN) else ""


def clean_paragraphs(text: str) -> str:
    """Return the paragraphs, one per line, each cleaned like `clean_line`; blank lines are removed."""
    lines = (" ".join(line.split()) for line in decode_entities(text).splitlines())
    return "\n".join(line for line in lines if line.strip(_UNSEEN))


def decode_entities(text: str) -> str:
    """Return the text in NFC, with HTML entities decoded (even if encoded twice) and control characters removed."""
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
