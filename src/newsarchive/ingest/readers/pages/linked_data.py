"""Reads what a page says about its article in JSON-LD, however broken."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

_ARTICLES = frozenset(
    "newsarticle article reportagenewsarticle analysisnewsarticle opinionnewsarticle "  # noqa: SIM905
    "backgroundnewsarticle askpublicnewsarticle reviewnewsarticle blogposting "
    "liveblogposting socialmediaposting report scholarlyarticle advertisercontentarticle "
    "satiricalarticle techarticle".split()
)
_COMMENT = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
_BEFORE_END = re.compile(r",(\s*[}\]])")
_MOST_NODES = 20_000
_MOST_SCRIPTS = 50
_DEEPEST = 40
_PAIR = r'"{}"\s*:\s*"((?:[^"\\]|\\.){{1,2000}})"'


def parse_scripts(scripts: list[str]) -> list[Any]:
    """The values of the scripts that can be read."""
    found = (_parsed(script) for script in scripts[:_MOST_SCRIPTS])
    return [value for value in found if value is not None]


def _parsed(script: str) -> Any:
    text = _COMMENT.sub("", _COMMENT.sub("", script)).strip().rstrip(";")
    for attempt in (text, _BEFORE_END.sub(r"\1", text), unescape(text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    try:  # two objects in a row, or something behind the first one
        return json.JSONDecoder(strict=False).raw_decode(_BEFORE_END.sub(r"\1", text))[0]
    except (ValueError, RecursionError):
        return _salvaged(text)


def _salvaged(text: str) -> Any:
    """The fields of an article in JSON that is broken somewhere else, as by a quotation mark in its headline."""
    if not re.search(r'"@type"\s*:\s*\[?\s*"\w*(?:Article|BlogPosting)"', text):
        return None
    fields: dict[str, Any] = {"@type": "Article"}
    for key in ("datePublished", "dateModified"):
        if match := re.search(_PAIR.format(key), text):
            fields[key] = match[1]
    for key in ("author", "publisher"):
        if match := re.search(rf'"{key}"\s*:\s*[\[{{\s]*[^}}]{{0,300}}?' + _PAIR.format("name"), text):
            fields[key] = {"@type": "Person" if '"Person"' in match[0] else "Thing", "name": _unescaped(match[1])}
    return fields


def _unescaped(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text


def nodes_of(values: list[Any]) -> Iterator[dict[str, Any]]:
    """All objects, those of lists of other articles left out."""
    stack: list[tuple[Any, int]] = [(value, 0) for value in reversed(values)]
    for _ in range(_MOST_NODES):
        if not stack:
            return
        value, depth = stack.pop()
        if depth > _DEEPEST:
            continue
        if isinstance(value, list):
            stack += [(part, depth + 1) for part in reversed(value)]
        elif isinstance(value, dict):
            yield value
            if not types_of(value) & {"itemlist", "breadcrumblist", "collectionpage"}:
                inner = [
                    part for key, part in value.items() if key not in {"comment", "citation", "hasPart", "mentions"}
                ]
                stack += [(part, depth + 1) for part in reversed(inner) if isinstance(part, dict | list)]


def types_of(node: dict[str, Any]) -> frozenset[str]:
    """The types of an object in lower case, without the vocabulary before them."""
    kinds = node.get("@type") or node.get("type") or ()
    kinds = [kinds] if isinstance(kinds, str) else kinds if isinstance(kinds, list) else []
    return frozenset(kind.rpartition("/")[2].rpartition(":")[2].lower() for kind in kinds if isinstance(kind, str))


def is_article(node: dict[str, Any]) -> bool:
    """Whether an object describes an article."""
    return bool(types_of(node) & _ARTICLES)


def strings_of(value: Any, *keys: str) -> Iterator[str]:
    """The strings of a value: itself, those of a list, or those under the keys of an object."""
    if isinstance(value, str):
        if text := " ".join(unescape(value).split()):
            yield text
    elif isinstance(value, list):
        for part in value[:50]:
            yield from strings_of(part, *keys)
    elif isinstance(value, dict):
        for key in keys:
            yield from (strings_of(value[key], "@value") if isinstance(value.get(key), str | dict | list) else ())


def by_id(values: list[Any]) -> dict[str, dict[str, Any]]:
    """The objects that have more than an id, by their ids: `@graph` refers to them."""
    return {node["@id"]: node for node in nodes_of(values) if isinstance(node.get("@id"), str) and len(node) > 1}
