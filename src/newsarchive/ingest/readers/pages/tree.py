"""A web page as a tree of elements, and the blocks of text in it.

Any page becomes a tree of limited depth: unclosed tags of old pages nest thousands of times.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree, html

from newsarchive.errors import ParseError
from newsarchive.ingest.text.charset import decode_damaged
from newsarchive.wording import words_of

Element = Any
"""An element of lxml, which has no types."""

SIZE_LIMIT = 10 * 2**20
"""Bytes of a page. The largest pages of articles have two megabytes, nearly all of it scripts."""
_DEEPEST = 180
"""Levels below the root. Readers of trees that call themselves need a limit."""
_LONGEST_ATTRIBUTE = 2_000
_LONGEST_HEADING = 300
_INNER_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_HEAD = 8192
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt "  # noqa: SIM905
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p "
    "pre section summary table tbody td tfoot th thead tr ul amp-img picture video audio "
    "img".split()
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_PICTURES = frozenset({"img", "amp-img", "picture", "video", "amp-video"})
_SILENT = frozenset({"script", "style", "noscript", "template", "title", "svg", "math", "select", "textarea", "iframe"})


@dataclass(slots=True)
class Block:
    """A run of text without a block element or a line break in it.

    `element` is the innermost block element around it, and `linked` the number of characters in
    links. `below_picture` means that a picture comes directly before it, `beside_picture` that it does
    in the same element.
    """

    text: str
    element: Element
    linked: int
    is_bold: bool
    below_picture: bool
    beside_picture: bool

    @property
    def is_heading(self) -> bool:
        """Whether it is in a heading element."""
        return self.element.tag in _HEADINGS

    @property
    def link_share(self) -> float:
        """The share of its characters that is in links."""
        return self.linked / max(1, len(self.text))


def decoded(content: bytes, content_type: str, location: str) -> str:
    """The text of a page. Raises ParseError if no charset fits."""
    from_header = _HEADER_CHARSET.search(content_type)
    from_page = _CHARSET.search(content[:_HEAD])
    declared = from_header[1] if from_header else from_page[1].decode("ascii") if from_page else ""
    try:
        text = decode_damaged(content, declared)
    except UnicodeError as error:
        raise ParseError(location, words_of(error)) from error
    return _CONTROL.sub("", text).lstrip("\ufeff")


def parse(text: str) -> Element | None:
    """The root element of a page, or None if there is no element."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = html.document_fromstring(text.encode(), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    _flatten(root)
    return root


def _flatten(root: Element) -> None:
    """Give the content of elements that are too deep to the deepest allowed element."""
    depth = 0
    too_deep = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if event == "start" and depth > _DEEPEST:
            too_deep.append(element)
    for element in reversed(too_deep):
        element.drop_tag()


def text_of(element: Element) -> str:
    """The text in an element on one line."""
    return " ".join("".join(element.itertext()).split())


def names_of(element: Element) -> str:
    """The class and the id of an element in lower case, with the words of `authorName` apart."""
    names = f"{element.get('class', '')} {element.get('id', '')}"[:_LONGEST_ATTRIBUTE]
    return _INNER_WORD.sub("-", names).lower() if names != " " else ""


def first_text_of(element: Element) -> str:
    """The text of an element, or if it is long, as that of a heading that was never closed, its first block."""
    text = text_of(element)
    return text if len(text) <= _LONGEST_HEADING else next((block.text for block in blocks_of(element)), "")


def remove(element: Element) -> None:
    """Remove an element and all in it, but not the text behind it."""
    if element.getparent() is not None:
        element.drop_tree()


def blocks_of(root: Element) -> Iterator[Block]:
    """The blocks of text in an element, in order."""
    walk = _Walk()
    silent = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        is_silent = element.tag in _SILENT
        if event == "start":
            silent += is_silent
            yield from walk.enter(element, is_silent=silent > 0)
        else:
            silent -= is_silent
            yield from walk.leave(element, is_silent=silent > 0, is_root=element is root)
    yield from walk.finish()


class _Walk:
    def __init__(self) -> None:
        self._open: list[Element] = []
        self._pieces: list[str] = []
        self._linked = self._links = self._bold = self._bolds = 0
        self._picture = False
        self._holder: Element | None = None

    def enter(self, element: Element, *, is_silent: bool) -> Iterator[Block]:
        tag = element.tag
        if tag in _BLOCKS or tag == "br":
            yield from self.finish()
            if tag in _PICTURES:
                self._picture, self._holder = True, self._open[-1] if self._open else None
            else:
                self._open += [] if tag == "br" else [element]
        self._links += tag == "a"
        self._bolds += tag in {"b", "strong"}
        if not is_silent:
            self._say(element.text)

    def leave(self, element: Element, *, is_silent: bool, is_root: bool) -> Iterator[Block]:
        tag = element.tag
        if tag in _BLOCKS and tag not in _PICTURES:
            yield from self.finish()
            self._open.pop()
        self._links -= tag == "a"
        self._bolds -= tag in {"b", "strong"}
        if not is_silent and not is_root:
            self._say(element.tail)

    def _say(self, text: str | None) -> None:
        if text:
            self._pieces.append(text)
            length = len(text.strip())
            self._linked += length if self._links else 0
            self._bold += length if self._bolds else 0

    def finish(self) -> Iterator[Block]:
        text = " ".join("".join(self._pieces).split())
        if text and self._open:
            is_bold = self._bold >= 0.9 * len(text)
            is_beside = self._picture and self._open[-1] is self._holder
            yield Block(text, self._open[-1], self._linked, is_bold, self._picture, is_beside)
            self._picture = False
        self._pieces.clear()
        self._linked = self._bold = 0
