"""Parses the XML of feeds into a tree, however malformed.

Real feeds have unescaped ampersands, HTML entities, tags of HTML, wrong end tags and cut ends. This
parser never fails, takes linear time, and expands no entities but characters.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape, unescape
from html.entities import html5

MAX_DEPTH = 200
"""Elements inside each other. The text of deeper ones belongs to the deepest that is kept."""
_MAX_ATTRIBUTES = 1_000
_QUOTE_RETRIES = 20
"""How many `>` inside quotation marks a tag may have."""

_NAME = re.compile(r"[A-Za-z_][\w.-]{0,100}(?::[A-Za-z_][\w.-]{0,100})?")
_ATTRIBUTE = re.compile(r"([^\s=/\"'<>]{1,200})\s{0,50}=\s{0,50}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_DOCTYPE = re.compile(r"<!DOCTYPE(?:[^\[>]*\[[^\]]*\]\s*>|[^>]*>)", re.IGNORECASE)
_CUT_BY = re.compile(r"</?(?:atom:)?(?:item|entry)[\s>]", re.IGNORECASE)
_VOID = frozenset({"br", "hr", "img", "wbr", "input", "embed"})
"""Elements of HTML that have no end tag and no other meaning in feeds."""
_ITEMS = frozenset({"item", "entry"})
_KINDS = (
    ("purl.org/rss/1.0/modules/content", "content"),
    ("purl.org/dc/terms", "dcterms"),
    ("purl.org/dc/", "dc"),
    ("search.yahoo.com/mrss", "media"),
    ("w3.org/2005/atom", "atom"),
    ("purl.org/atom/", "atom"),
    ("itunes", "itunes"),
    ("feedburner", "feedburner"),
    ("w3.org/1999/xhtml", "xhtml"),
    ("www.w3.org/1999/02/22-rdf-syntax-ns", "rdf"),
    ("purl.org/rss/1.0/", ""),
    ("backend.userland.com/rss", ""),
    ("my.netscape.com/rdf", ""),
)
"""A part of a namespace -> the prefix that is used for it here, whatever the prefix in the feed."""


@dataclass(slots=True, eq=False)
class Element:
    """An element: `kind` is the usual prefix of its namespace, `name` its local name; both in lower case.

    `children` are elements and texts, in which characters are decoded. `is_closed` is False if the
    input ends inside the element. `default` is the kind of elements inside it without a prefix.
    """

    kind: str
    name: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: list["Element | str"] = field(default_factory=list)
    is_closed: bool = False
    default: str = ""

    def elements(self) -> Iterator["Element"]:
        """The child elements."""
        return (child for child in self.children if isinstance(child, Element))

    def descendants(self) -> Iterator["Element"]:
        """All elements inside, in order."""
        for child in self.elements():
            yield child
            yield from child.descendants()

    def text(self) -> str:
        """All the text inside."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)

    def markup(self) -> str:
        """The inside as HTML: its own text is markup, the text of elements inside is text."""
        return "".join(child if isinstance(child, str) else child.outer() for child in self.children)

    def outer(self) -> str:
        """The element as HTML, without attributes."""
        inside = "".join(escape(child, False) if isinstance(child, str) else child.outer() for child in self.children)
        return f"<{self.name}>" if self.name in _VOID else f"<{self.name}>{inside}</{self.name}>"

    def inherited(self, attribute: str) -> Iterator[str]:
        """The values of an attribute of this element and those around it, from the inside out."""
        element: Element | None = self
        while element is not None:
            if value := element.attributes.get(attribute):
                yield value
            element = element.parent


def decode_characters(text: str) -> str:
    """The text with character references and HTML entities decoded once; unknown ones and bare ampersands stay."""
    return _ENTITY.sub(_character, text) if "&" in text else text


def parse(text: str) -> Element:
    """The tree of a document, in a nameless root element."""
    builder = _Builder()
    place = 0
    while (start := text.find("<", place)) >= 0:
        builder.text(decode_characters(text[place:start]))
        place = builder.markup(text, start)
    builder.text(decode_characters(text[place:]))
    return builder.root


def _character(match: re.Match[str]) -> str:
    entity = match.group()
    return unescape(entity) if entity[1] == "#" or entity[1:] in html5 else entity


class _Builder:
    def __init__(self) -> None:
        self.root = Element("", "", {})
        self._open = [self.root]
        self._too_deep = 0
        self._kinds: dict[str, str] = {}
        self._missing: set[str] = set()

    def text(self, text: str) -> None:
        if text:
            self._open[-1].children.append(text)

    def markup(self, text: str, start: int) -> int:
        """Take the markup at `start`, and return where it ends."""
        if text.startswith("<!--", start):
            end = self._find(text, "-->", start + 4)
            return end + 3 if end >= 0 else start + 4
        if text.startswith("<![CDATA[", start):
            end = self._find(text, "]]>", start + 9)
            self.text(text[start + 9 : end if end >= 0 else None])
            return end + 3 if end >= 0 else len(text)
        if text.startswith("<?", start):
            end = self._find(text, "?>", start + 2)
            return end + 2 if end >= 0 else start + 2
        if text.startswith("<!", start):
            doctype = _DOCTYPE.match(text, start) if len(self._open) == 1 else None
            return doctype.end() if doctype else max(self._find(text, ">", start) + 1, start + 2)
        return self._tag(text, start)

    def _find(self, text: str, sign: str, start: int) -> int:
        """Like `text.find`, but searches for a missing sign only once."""
        if sign in self._missing:
            return -1
        found = text.find(sign, start)
        if found < 0:
            self._missing.add(sign)
        return found

    def _tag(self, text: str, start: int) -> int:
        is_end = text.startswith("</", start)
        name = _NAME.match(text, start + 1 + is_end)
        end = self._tag_end(text, start) if name else -1
        if not name or end < 0:
            self.text("<")
            return start + 1
        # A tag without its > must not swallow the item after it.
        is_cut = _CUT_BY.search(text, name.end(), end + 1) if text.find("<", name.end(), end) >= 0 else None
        inside = text[name.end() : is_cut.start() if is_cut else end]
        if is_end:
            self._end(name.group().lower())
        else:
            self._start(name.group(), inside)
        return is_cut.start() if is_cut else end + 1

    def _tag_end(self, text: str, start: int) -> int:
        """The place of the `>` that ends the tag: the first that isn't in quotation marks."""
        first = end = self._find(text, ">", start)
        for _ in range(_QUOTE_RETRIES):
            inside = text[start:end] if end - start < 100_000 else ""
            if end < 0 or not (inside.count('"') % 2 or inside.count("'") % 2):
                return end
            if '"' not in inside or (inside.count('"') % 2 == 0 and "='" not in inside):
                return end
            end = text.find(">", end + 1, end + 20_000)
        return first

    def _start(self, full_name: str, rest: str) -> None:
        is_empty = rest.endswith("/")
        attributes: dict[str, str] = {}
        for match in _ATTRIBUTE.finditer(rest.removesuffix("/") if not rest.endswith("='/") else rest):
            value = next(filter(None, match.groups()[1:]), "")
            attributes.setdefault(match[1].lower(), decode_characters(value).strip())
            if len(attributes) >= _MAX_ATTRIBUTES:
                break
        default = self._declare(attributes)
        prefix, _, local = full_name.lower().rpartition(":")
        name = local or full_name.lower()
        if name in _ITEMS and prefix in {"", "atom"}:
            self._close_item()
        if len(self._open) > MAX_DEPTH:
            self._too_deep += not is_empty
            return
        kind = self._kinds.get(prefix, prefix) if prefix else default
        element = Element(kind, name, attributes, self._open[-1], default=default)
        self._open[-1].children.append(element)
        if is_empty or (name in _VOID and not prefix):
            element.is_closed = True
        else:
            self._open.append(element)

    def _end(self, full_name: str) -> None:
        if self._too_deep:
            self._too_deep -= 1
            return
        name = full_name.rpartition(":")[2]
        for place in range(len(self._open) - 1, 0, -1):
            if self._open[place].name == name:
                for element in self._open[place:]:
                    element.is_closed = True
                del self._open[place:]
                return
            if self._open[place].name in _ITEMS and name not in {*_ITEMS, "channel", "rss", "feed", "rdf"}:
                return

    def _close_item(self) -> None:
        """Close an item that has no end tag before the next one starts."""
        for place in range(1, len(self._open)):
            if self._open[place].name in _ITEMS:
                for element in self._open[place:]:
                    element.is_closed = True
                del self._open[place:]
                self._too_deep = 0
                return

    def _declare(self, attributes: dict[str, str]) -> str:
        """Note the prefixes that an element declares, and return the kind of its default namespace."""
        default = self._open[-1].default
        for name, value in attributes.items():
            if name.startswith("xmlns"):
                uri = value.lower()
                prefix = name[6:]
                found = next((kind for part, kind in _KINDS if part in uri), prefix)
                if prefix:
                    self._kinds[prefix] = found
                else:
                    # The default namespace is that of the feed itself.
                    default = "" if found == "atom" else found
        return default
