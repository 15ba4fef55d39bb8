"""Text cleaning: removes artifacts of the medium and keeps what the author wrote.

Entities, control characters and odd spacing are artifacts of pages, feeds and exports. Marks,
tatweel, hamza spellings and direction marks belong to the author; `arabic.fold` ignores them where
they don't matter.

Texts are cleaned when a reader's draft becomes an article, and again whenever stored and incoming
texts are compared, so that a text cleaned by older rules is still recognized. The lines of an
archive never change.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from html import unescape
from html.entities import html5
from typing import Any

from newsarchive.article import Article, Topic
from newsarchive.footers import without_footers
from newsarchive.names import clean_author, clean_name, clean_source, split_authors, split_names

RULES = 2
"""The version of the rules. Increase it with every change, so that data derived from older rules is rebuilt."""

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
"""An entity needs its semicolon: in `?a=1&copy=2`, `&copy` is part of an address."""
_ESCAPED_AMPERSANDS = re.compile(r"&(?:(?:amp|AMP|#0{0,5}38|#[xX]0{0,4}26);)+")
_ENTITY_LAYERS = 10

_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
"""Excludes line breaks, which `str.splitlines` needs. Includes lone surrogates, which UTF-8 can't encode."""
_ZERO_WIDTH_SPACE = "\u200b"
_EMPTY_SPACE = re.compile(r"(?<!\w)\u200b+|\u200b+(?!\w)")
"""A zero-width space separates words, and has no meaning except between two letters."""
_NAMES = 4_096
_LONGEST_NAME = 300
"""How many cleaned names are remembered, and the longest of them: a few names recur in nearly all articles."""
_TEXTS = 1_024
_LONGEST_TEXT = 20_000
"""As above, for the texts of the articles that an ingest decides about together, each with its summary."""
_UNSEEN = " \u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200c\u200d\u2060"
"""Spaces, direction marks and joiners. A line with no other characters is blank."""


def clean_line(text: str) -> str:
    """The text on one line, with entities decoded, control characters removed, NFC, and single spaces.

    Cleaning a clean line changes nothing.
    """
    if _is_clean(text):
        return text
    line = " ".join(decode_entities(text).split())
    return line if line.strip(_UNSEEN) else ""


def clean_paragraphs(text: str) -> str:
    """The paragraphs, one per line, each cleaned like in `clean_line`, without blank lines."""
    if _is_clean(text.replace("\n", " ")):
        return text
    lines = (" ".join(line.split()) for line in decode_entities(text).splitlines())
    return "\n".join(line for line in lines if line.strip(_UNSEEN))


def clean_text(text: str, title: str = "") -> str:
    """Like `clean_paragraphs`, without what publishing systems add to the text under a (clean) title."""
    # An article's text is cleaned again when it is compared, and most texts are clean from the start.
    return (_text if len(text) <= _LONGEST_TEXT else _text.__wrapped__)(text, title)


@lru_cache(_TEXTS)
def _text(text: str, title: str) -> str:
    return without_footers(clean_paragraphs(text), title)


def clean_source_name(name: str) -> str:
    """The cleaned name of a source or publisher; see `names.clean_source`."""
    return _source_name(name) if len(name) <= _LONGEST_NAME else _source_name.__wrapped__(name)


@lru_cache(_NAMES)
def _source_name(name: str) -> str:
    return clean_source(clean_line(name))


def _is_clean(line: str) -> bool:
    """Whether a fast check can tell that cleaning would change nothing.

    Text that `str.isprintable` accepts has no control or invisible characters, and no space except U+0020.
    """
    return not line or (
        line.isprintable()
        and "&" not in line
        and "  " not in line
        and not line.startswith(" ")
        and not line.endswith(" ")
        and unicodedata.is_normalized("NFC", line)
    )


def decode_entities(text: str) -> str:
    """The text in NFC with HTML entities decoded, even if encoded several times, and control characters removed."""
    text = _plain(text)
    for _ in range(_ENTITY_LAYERS):
        decoded = _decoded(text)
        if decoded == text:
            return text
        text = decoded
    if _decoded(text) != text:
        # No real text gets here. Removing the ampersands ensures that a second cleaning changes nothing.
        text = _plain(text.replace("&", ""))
    return text


def _decoded(text: str) -> str:
    """The text with one layer of entities decoded."""
    if "&" not in text:
        return text
    return _plain(_ENTITY.sub(_decode, _ESCAPED_AMPERSANDS.sub("&amp;", text)))


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFC", _CONTROL.sub("", text))
    if _ZERO_WIDTH_SPACE not in text:
        return text
    # Normalizing decides which characters are letters, so it comes first. Then the letters on both sides may compose.
    return unicodedata.normalize("NFC", _EMPTY_SPACE.sub("", text))


def _decode(match: re.Match[str]) -> str:
    entity = match.group()
    return unescape(entity) if entity[1] == "#" or entity[1:] in html5 else entity


def cleaned(article: Article) -> Article:
    """The article with all its texts cleaned, or the same object if they are already clean.

    A body that cleaning would leave empty is kept unchanged. Headings that aren't paragraphs of the
    cleaned body are removed.
    """
    source, title, body = cleaned_text(article.source, article.title, article.body)
    clean: dict[str, Any] = {
        "title": title,
        "body": body,
        "headings": clean_headings(article.headings, body),
        "summary": clean_text(article.summary),
        "source": source,
        "publisher": clean_source_name(article.publisher),
        "authors": clean_names(article.authors),
        "topics": clean_topics(article.topics),
        "published_raw": clean_line(article.published_raw),
        "url": clean_line(article.url),
        "guid": clean_line(article.guid),
        "image_credit": clean_line(article.image_credit),
    }
    changes = {name: value for name, value in clean.items() if value != getattr(article, name)}
    return replace(article, **changes) if changes else article


def cleaned_text(source: str, title: str, body: str) -> tuple[str, str, str]:
    """The cleaned source, title and body of an article, by which its text is compared; see `cleaned`."""
    title = clean_line(title)
    return clean_source_name(source), title, clean_text(body, title) or clean_paragraphs(body) or body


def clean_headings(headings: Iterable[str], body: str) -> tuple[str, ...]:
    """The cleaned headings that are paragraphs of `body`, without duplicates."""
    cleaned_once = dict.fromkeys(map(clean_line, headings))
    paragraphs = frozenset(body.split("\n")) if cleaned_once else frozenset()
    return tuple(heading for heading in cleaned_once if heading in paragraphs)


def clean_names(names: Iterable[str]) -> tuple[str, ...]:
    """The cleaned names of authors, without duplicates and empty names. «أ، ب» becomes two names."""
    parts = (
        part
        for name in names
        for part in (_author_names if len(name) <= _LONGEST_NAME else _author_names.__wrapped__)(name)
    )
    return tuple(dict.fromkeys(parts))


@lru_cache(_NAMES)
def _author_names(name: str) -> tuple[str, ...]:
    return tuple(filter(None, map(clean_author, split_authors(clean_line(name)))))


def clean_topics(topics: Iterable[Topic]) -> tuple[Topic, ...]:
    """The topics with cleaned names, without duplicate and empty names. «أ، ب» becomes two topics."""
    assigned_by = {
        name: topic.assigned_by
        for topic in topics
        for name in (_topic_names if len(topic.name) <= _LONGEST_NAME else _topic_names.__wrapped__)(topic.name)
    }
    return tuple(Topic(name, by) for name, by in assigned_by.items())


@lru_cache(_NAMES)
def _topic_names(name: str) -> tuple[str, ...]:
    return tuple(filter(None, map(clean_name, split_names(clean_line(name)))))
