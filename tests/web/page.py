"""An HTML page as a browser parses it: elements, attributes and text."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask.testing import FlaskClient

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})

DRAWN = frozenset(["a", "circle", "defs", "g", "line", "path", "polyline", "rect", "svg", "text", "title", "use"])
"""What our own drawings are made of: nothing that loads or runs anything."""


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""
    within: tuple["Element", ...] = field(default=(), repr=False)

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    @property
    def is_drawn(self) -> bool:
        """Whether it is a part of a drawing, where a title is the name of a link."""
        return any(outer.tag == "svg" for outer in self.within)

    @property
    def words(self) -> str:
        return " ".join(self.text.split())


class Page(HTMLParser):
    """Parses HTML. Raises AssertionError if an element is not closed properly."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"an attribute twice: {tag} {attrs}"
        element = Element(tag, {name: value or "" for name, value in attrs}, within=tuple(self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"closed but not open: {tag}"
        assert self._open[-1].tag == tag, f"{self._open[-1]} is open where {tag} is closed"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def find(self, tag: str, **attributes: str) -> list[Element]:
        """The elements with these attributes.

        `class_` matches any one of the classes; `__` in a name stands for a hyphen.
        """
        wanted = {name.rstrip("_").replace("__", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.elements
            if element.tag == tag and _has(element, wanted) and not (tag == "title" and element.is_drawn)
        ]

    def one(self, tag: str, **attributes: str) -> Element:
        found = self.find(tag, **attributes)
        assert len(found) == 1, f"{len(found)} of {tag} {attributes}"
        return found[0]

    def inside(self, outer: Element, tag: str) -> Iterator[Element]:
        return (element for element in self.elements if element.tag == tag and outer in element.within)

    def link(self, words: str) -> str:
        """The target of the only link with this text."""
        found = {element["href"] for element in self.find("a") if element.words == words}
        assert len(found) == 1, f"{len(found)} links say {words!r}: {[element.words for element in self.find('a')]}"
        return found.pop()

    @property
    def titles(self) -> list[str]:
        """The titles of the hits."""
        return [element.words for hits in self.find("ol", class_="hits") for element in self.inside(hits, "h2")]


def _has(element: Element, wanted: dict[str, str]) -> bool:
    return all(
        value in element.attributes.get(name, "").split() if name == "class" else element.attributes.get(name) == value
        for name, value in wanted.items()
    )


def query(parameters: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
    """The parameters by their real names; `from` is reserved in Python."""
    return {name.rstrip("_"): value for name, value in parameters.items()}


def get(client: FlaskClient, address: str, status: int = 200, **parameters: str | list[str]) -> Page:
    """Get the page at a URL and check its status; `from_` is the parameter `from`."""
    response = client.get(address, query_string=query(parameters) or None)
    assert response.status_code == status, response.text[:500]
    assert response.content_type == "text/html; charset=utf-8"
    return Page(response.text)


def assert_harmless(text: str) -> Page:
    """Check that the page has only our own elements and that none of them runs or loads external content."""
    page = Page(text)
    for element in page.elements:
        if element.tag == "script" and element.attributes.get("type") == "application/ld+json":
            json.loads(element.text)  # data, which no browser runs
        elif element.tag == "script":
            assert element["src"].startswith(("/static/search.js?", "/static/page.js?", "/static/copy.js?"))
            assert element.text == ""
        assert element.tag not in ("style", "img", "iframe", "object", "embed", "base", "b", "i", "u")
        assert not element.is_drawn or element.tag in DRAWN
        for name, value in element.attributes.items():
            assert not name.startswith("on")
            assert name not in ("style", "autofocus")
            if name in ("href", "src", "action"):
                assert value.startswith(("/", "#", "http://", "https://")), value
    return page
