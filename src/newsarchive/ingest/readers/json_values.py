"""Texts in JSON values: strings, objects with a text, lists of lines and the blocks of editors."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

_DEPTH = 8
_BLOCK_TEXTS = (
    "text",
    "content",
    "children",
    "data",
    "value",
    "html",
    "paragraph",
    "rendered",
    "blocks",
    "items",
    "#text",
)
"""Where the blocks of editors keep their text."""
_NO_TEXT = frozenset(
    re.findall(
        r"\S+",
        "image figure photo picture video audio embed gallery media ad advertisement iframe raw_html delimiter"
        " divider social_media_embed related link_list table_of_contents caption reference",
    )
)
"""Types of blocks without text of the article; captions of images are not its text."""
_INLINE_TYPES = frozenset(
    re.findall(
        r"\S+",
        "plain bold italic underline strikethrough link text_link mention mention_name hashtag cashtag code pre"
        " spoiler email phone custom_emoji bot_command blockquote bank_card span",
    )
)
"""Types of the pieces of a message or a line: they follow each other without a line break."""
_EXTENDED = ("$date", "$oid", "$numberLong", "$numberInt", "$numberDouble", "$numberDecimal", "$uuid")
_CUT_CONTENT = re.compile(r"\s*\[\+?\s?\d+ (?:char|characters?|chars)\]\s*$")


def text_of(value: object, keys: Iterable[str]) -> str:
    """The text of a JSON value: a string, a number, the first of `keys` in an object, or the lines of a list."""
    if isinstance(value, str):
        text = value.strip()
        return _CUT_CONTENT.sub("", text) if text.endswith("]") else text
    if isinstance(value, Mapping):
        texts = (inner for key in keys if isinstance(inner := value.get(key), str))
        return next(filter(str.strip, texts), "")
    if isinstance(value, list):
        return "\n".join(filter(None, (text_of(item, keys) for item in value if not isinstance(item, list))))
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def body_of(value: object, keys: Iterable[str]) -> str:
    """The text of a JSON value that holds a body: like `text_of`, and the blocks of an editor, a paragraph each."""
    if isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        return _joined(value, _DEPTH)
    if isinstance(value, Mapping):
        return text_of(value, keys) or _block(value, _DEPTH)
    return text_of(value, keys)


def is_inline(pieces: list[Any]) -> bool:
    """Whether the pieces belong to one line: strings among marked pieces, as Telegram exports them."""
    marked = [piece for piece in pieces if isinstance(piece, Mapping)]
    has_strings = any(isinstance(piece, str) for piece in pieces)
    if not marked:
        return False
    return all(_type_of(piece) in _INLINE_TYPES or (has_strings and "text" in piece) for piece in marked)


def without_extensions(value: Any, depth: int = _DEPTH) -> Any:
    """The value with MongoDB's extended JSON, such as `{"$date": …}`, replaced by plain values."""
    if isinstance(value, Mapping):
        if len(value) == 1:
            key, inner = next(iter(value.items()))
            if key in _EXTENDED:
                return without_extensions(inner, depth - 1) if depth else ""
        if depth and any(isinstance(inner, Mapping | list) for inner in value.values()):
            return {key: without_extensions(inner, depth - 1) for key, inner in value.items()}
    elif isinstance(value, list) and depth and any(isinstance(inner, Mapping | list) for inner in value):
        return [without_extensions(inner, depth - 1) for inner in value]
    return value


def _joined(pieces: list[Any], depth: int) -> str:
    texts = (piece if isinstance(piece, str) else _block(piece, depth - 1) for piece in pieces)
    if is_inline(pieces):
        return "".join(texts).strip()
    return "\n".join(filter(None, map(str.strip, texts)))


def _block(value: object, depth: int) -> str:
    if isinstance(value, str):
        return value
    if depth <= 0:
        return ""
    if isinstance(value, list):
        return _joined(value, depth)
    if not isinstance(value, Mapping) or _type_of(value) in _NO_TEXT:
        return ""
    found = (_block(value[key], depth - 1) for key in _BLOCK_TEXTS if value.get(key))
    text = next(filter(None, found), "")
    level = value.get("level") or value.get("style") or ""
    is_heading = _type_of(value) in {"heading", "header", "subheading"} or str(level) in {"h2", "h3", "h4"}
    return f"<h2>{text}</h2>" if is_heading and text and "<" not in text else text


def _type_of(block: Mapping[str, Any]) -> str:
    kind = block.get("type") or block.get("_type") or block.get("blockName") or ""
    return kind.lower().removeprefix("core/") if isinstance(kind, str) else ""
