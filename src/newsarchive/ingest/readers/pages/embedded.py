"""Finds the text of an article in the data that a page carries for its scripts, for pages that have it nowhere else."""

import json
import re
from collections.abc import Iterator
from typing import Any

from newsarchive.ingest.readers.pages.head import Head
from newsarchive.ingest.text.html import plain_text

_OBJECT = re.compile(r"(?:=\s*|^\s*)(?=[\[{])")
_TEXT_KEYS = frozenset(
    "body content text html articlebody fulltext full_text description_html bodyhtml "  # noqa: SIM905
    "body_html articlecontent article_content contenthtml story story_body storybody "
    "details rendered value paragraph newsbody article_body".split()
)
_MOST_NODES = 100_000
_DEEPEST = 60
_SHORTEST = 120
_SHORTEST_PARAGRAPH = 25
_ARABIC = re.compile("[\u0621-\u064a]")
_LARGEST_SCRIPT = 8 * 2**20


def stated_body(head: Head) -> tuple[str, ...]:
    """The paragraphs of the article in JSON-LD, or nothing."""
    texts = [text for article in head.articles() if isinstance(text := article.get("articleBody"), str)]
    return _paragraphs(max(texts, key=len, default=""))


def body_in_scripts(head: Head) -> tuple[str, ...]:
    """The paragraphs of the longest text in the JSON of the scripts: one string, or a list of small ones."""
    best: tuple[str, ...] = ()
    for script in head.scripts:
        value = _json_of(script) if len(script) <= _LARGEST_SCRIPT else None
        if value is not None:
            best = max(best, _longest_string(value), _longest_list(value), key=_weight)
    return best if _weight(best) >= _SHORTEST else ()


def _weight(paragraphs: tuple[str, ...]) -> int:
    return sum(map(len, paragraphs))


def _paragraphs(text: str) -> tuple[str, ...]:
    read = plain_text(text)
    captions = frozenset(read.captions)
    return tuple(paragraph for paragraph in read.paragraphs if paragraph not in captions)


def _json_of(script: str) -> Any:
    match = _OBJECT.search(script[:2_000])
    if match is None:
        return None
    try:
        return json.JSONDecoder(strict=False).raw_decode(script[match.end() :])[0]
    except (ValueError, RecursionError):
        return None


def _longest_string(value: Any) -> tuple[str, ...]:
    texts = (text for key, text in _strings(value) if key in _TEXT_KEYS and len(text) >= _SHORTEST and _is_arabic(text))
    return _paragraphs(max(texts, key=len, default=""))


def _longest_list(value: Any) -> tuple[str, ...]:
    """The texts in the list whose items have most text, such as the blocks of an article."""
    best: list[str] = []
    for part in _lists(value):
        texts = [text for item in part for key, text in _strings(item) if key in _TEXT_KEYS and _is_paragraph(text)]
        unique = [text for number, text in enumerate(texts) if text != (texts[number - 1] if number else "")]
        # Of a list and one around it, the inner one, unless the outer one has clearly more.
        if sum(map(len, unique)) > 1.1 * sum(map(len, best)):
            best = list(dict.fromkeys(unique))
    return tuple(paragraph for text in best for paragraph in _paragraphs(text))


def _is_paragraph(text: str) -> bool:
    return len(text) >= _SHORTEST_PARAGRAPH and _is_arabic(text)


def _is_arabic(text: str) -> bool:
    return len(_ARABIC.findall(text[:400])) > 0.3 * len(text[:400])


def _walk(value: Any) -> Iterator[tuple[str, Any]]:
    stack: list[tuple[str, Any, int]] = [("", value, 0)]
    for _ in range(_MOST_NODES):
        if not stack:
            return
        key, part, depth = stack.pop()
        yield key, part
        if depth < _DEEPEST and isinstance(part, list):
            stack += [(key, item, depth + 1) for item in reversed(part)]
        elif depth < _DEEPEST and isinstance(part, dict):
            stack += [(str(name).lower(), item, depth + 1) for name, item in reversed(part.items())]


def _strings(value: Any) -> Iterator[tuple[str, str]]:
    return ((key, part) for key, part in _walk(value) if isinstance(part, str))


def _lists(value: Any) -> list[list[Any]]:
    found = [part for _, part in _walk(value) if isinstance(part, list) and 1 < len(part) <= 2_000]
    return sorted(found, key=lambda part: len(str(part)[:200_000]))[-40:]
