"""Finds the fields of a feed and of its items in the elements of RSS, Atom and their extensions."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from newsarchive.identity import is_web_url
from newsarchive.ingest.readers.xml_tree import Element
from newsarchive.ingest.text.html import HtmlText, html_text, is_marked_up, longer_text, plain_text, weight_of

_ITEMS = frozenset({"item", "entry"})
_OWN = ("", "atom", "xhtml", "rss")
_CONTENTS = frozenset(
    {
        *(
            ("content", "encoded"),
            ("", "content"),
            ("atom", "content"),
            ("", "encoded"),
            ("xhtml", "body"),
            ("", "body"),
        ),
        *(
            ("", "fullitem"),
            ("", "fulltext"),
            ("", "full-text"),
            ("yandex", "full-text"),
            ("", "text"),
            ("content", "content"),
        ),
        *(("", "articlebody"), ("", "content_encoded"), ("", "story")),
    }
)
_SUMMARIES = frozenset(
    {
        *(("", "description"), ("", "summary"), ("atom", "summary"), ("dc", "description"), ("dcterms", "abstract")),
        *(("itunes", "summary"), ("", "abstract"), ("", "excerpt"), ("rss", "description"), ("excerpt", "encoded")),
        *(("itunes", "subtitle"), ("", "intro"), ("", "lead")),
    }
)
_DATES = {
    "published": (("", "pubdate"), ("", "published"), ("atom", "published"), ("", "issued"), ("dcterms", "issued")),
    "updated": (
        ("", "updated"),
        ("atom", "updated"),
        ("", "modified"),
        ("dcterms", "modified"),
        ("dc", "date"),
        ("", "date"),
    ),
    "created": (("", "created"), ("dcterms", "created")),
}
_AUTHORS = (
    (("dc", "creator"), ("", "author"), ("atom", "author"), ("", "creator"), ("", "writer"), ("", "byline")),
    (("itunes", "author"), ("dc", "author"), ("media", "author")),
)
"""The elements for authors; those in the second row count if there are none in the first."""
_CATEGORIES = frozenset({("", "category"), ("atom", "category"), ("dc", "subject"), ("", "tag"), ("", "section")})
_KEYWORDS = frozenset({("itunes", "keywords"), ("media", "keywords"), ("", "keywords"), ("", "tags")})
MAX_CATEGORIES = 1_000


@dataclass(frozen=True, slots=True)
class Texts:
    """The text of an item, and a second, shorter one."""

    body: HtmlText
    summary: HtmlText


@dataclass(frozen=True, slots=True)
class Channel:
    """The feed itself. `base` is the URL for relative links, `authors` those of all entries of an Atom feed."""

    title: str = ""
    language: str = ""
    base: str = ""
    authors: tuple[str, ...] = field(default=())


def items_of(root: Element) -> tuple[Element, ...]:
    """The items, in order; an item inside another one isn't an item."""
    return tuple(_items_in(root))


def _items_in(element: Element) -> Iterator[Element]:
    for child in element.elements():
        if child.name in _ITEMS and child.kind in _OWN:
            yield child
        else:
            yield from _items_in(child)


def channel_of(root: Element, location: str) -> Channel:
    """The feed's own fields. Relative links are relative to the feed's address, otherwise to its site's."""
    found = (element for element in root.descendants() if element.name in {"channel", "feed"})
    channel = next(found, None)
    if channel is None:
        return Channel(base=location if is_web_url(location) else "")
    language = _first(channel, (("", "language"), ("dc", "language"))) or next(channel.inherited("xml:lang"), "")
    site = link_of(channel)
    return Channel(
        title=_title(channel).line,
        language=language,
        base=location if is_web_url(location) else site,
        authors=tuple(_named_authors(channel)) if channel.name == "feed" else (),
    )


def fields_of(item: Element) -> dict[str, Any]:
    """The item's dates and language under the names that Atom gives them."""
    fields: dict[str, Any] = {name: _first(item, keys) for name, keys in _DATES.items()}
    fields["language"] = _first(item, (("dc", "language"), ("", "language"))) or next(
        (language for child in item.elements() for language in child.inherited("xml:lang")), ""
    )
    return {name: value for name, value in fields.items() if value}


def title_of(item: Element) -> str:
    """The title on one line. A source that Google News repeats at its end is removed."""
    title = _title(item).line
    source = source_of(item)
    return title.removesuffix(f" - {source}").rstrip() if source and title != f" - {source}" else title


def texts_of(item: Element) -> Texts:
    """The item's longest real text, and its summary.

    The description of a video counts only if there is no other text. Captions of images are at most
    the summary.
    """
    contents = [_text(child) for child in item.elements() if (child.kind, child.name) in _CONTENTS]
    summaries = [_text(child) for child in item.elements() if (child.kind, child.name) in _SUMMARIES]
    if not any(weight_of(text) for text in (*contents, *summaries)):
        captions = max((*contents, *summaries), key=lambda text: len(text.body), default=HtmlText(()))
        return Texts(_media_text(item), captions)
    body = longer_text(
        max(contents, key=weight_of, default=HtmlText(())), max(summaries, key=weight_of, default=HtmlText(()))
    )
    others = [text for text in (*summaries, *contents) if weight_of(text) > 0 and text is not body]
    summary = max((text for text in others if text in summaries), key=weight_of, default=None)
    if summary is None:
        summary = next((text for text in others if text.body not in body.body), HtmlText(()))
    return Texts(body, summary)


def address_of(item: Element, channel: Channel) -> str:
    """The URL of the item: the original URL given by a feed service, otherwise the link, otherwise the guid."""
    guid = guid_of(item)
    bases = (*item.inherited("xml:base"), channel.base)
    links = (_first(item, (("feedburner", "origlink"),)), link_of(item), item.attributes.get("rdf:about", ""))
    for link in links:
        if link and is_web_url(found := _joined(bases, link)):
            return found
    return guid if is_web_url(guid) else ""


def guid_of(item: Element) -> str:
    """The item's guid or Atom id."""
    return _first(item, (("", "guid"), ("", "id"), ("atom", "id")))


def link_of(element: Element) -> str:
    """The link to the page of an item or a feed."""
    ranked: list[tuple[int, int, str]] = []
    for child in element.elements():
        if child.name != "link" or child.kind not in _OWN:
            continue
        href = child.attributes.get("href") or child.attributes.get("url") or ""
        relation = child.attributes.get("rel", "alternate").lower()
        if text := child.text().strip():
            ranked.append((0, len(ranked), text))
        elif href and relation == "alternate":
            ranked.append((1 if "html" in child.attributes.get("type", "html") else 2, len(ranked), href))
    return min(ranked, default=(0, 0, ""))[2]


def authors_of(item: Element, channel: Channel) -> tuple[str, ...]:
    """The names of the authors, as written: they can be several in one, or have an email address."""
    return tuple(_named_authors(item)) or channel.authors


def categories_of(item: Element) -> Iterator[str]:
    """The categories and keywords. Of more than a thousand, only the first are read."""
    found: dict[str, None] = {}
    for child in item.elements():
        key = (child.kind, child.name)
        if key in _CATEGORIES or key in _KEYWORDS:
            name = child.attributes.get("label") or child.text().strip() or child.attributes.get("term", "")
            found.setdefault(name.replace(",", "،") if key in _KEYWORDS else name)
            if len(found) > MAX_CATEGORIES:
                break
    return filter(None, found)


def source_of(item: Element) -> str:
    """The name of the outlet that an item was taken from."""
    for child in item.elements():
        if child.name == "source" and child.kind in {*_OWN, "dc"}:
            name = _title(child).line or plain_text(_own_text(child)).line
            if name and not is_web_url(name):
                return name
    return ""


def publisher_of(item: Element) -> str:
    """The publisher that an item names."""
    return _first(item, (("dc", "publisher"), ("", "publisher")))


def credit_of(item: Element) -> str:
    """The credit of an image."""
    found = (child.text().strip() for child in item.descendants() if (child.kind, child.name) == ("media", "credit"))
    return next(filter(None, found), "")


def _named_authors(element: Element) -> Iterator[str]:
    for keys in _AUTHORS:
        names = [_author(child) for child in element.elements() if (child.kind, child.name) in keys]
        if any(names):
            yield from filter(None, names)
            return


def _author(element: Element) -> str:
    named = (child.text().strip() for child in element.elements() if child.name == "name")
    if name := next(filter(None, named), ""):
        return name
    described = (child for child in element.elements() if child.name not in {"email", "uri", "url", "homepage"})
    return plain_text(_own_text(element)).line or next((child.text().strip() for child in described), "")


def _first(element: Element, keys: tuple[tuple[str, str], ...]) -> str:
    """The text of the first child with one of the names, in the order of `keys`, that isn't empty."""
    for key in keys:
        for child in element.elements():
            if (child.kind, child.name) == key and (text := child.text().strip()):
                return text
    return ""


def _own_text(element: Element) -> str:
    return "".join(child for child in element.children if isinstance(child, str)).strip()


_TITLES: tuple[Callable[[Element], bool], ...] = (
    lambda child: child.name == "title" and child.kind in _OWN,
    lambda child: child.name == "title" and child.kind in {"dc", "dcterms", "media", "itunes"},
)


def _title(element: Element) -> HtmlText:
    for is_title in _TITLES:
        for child in element.elements():
            if is_title(child) and (text := _text(child)).paragraphs:
                return text
    return HtmlText(())


def _text(element: Element) -> HtmlText:
    """The text of an element, by the type that an Atom element names; other elements are HTML if they look like it."""
    kind = element.attributes.get("type", element.attributes.get("mode", "")).lower()
    if kind in {"text", "text/plain"} and not any(element.elements()):
        return _lines(element)
    if kind == "base64":
        return _from_base64(element.text())
    if any(element.elements()):
        return html_text(element.markup())
    if kind in {"html", "text/html"}:
        return html_text(element.text())
    if _is_of_atom(element) and not kind and "<" in element.text() and not is_marked_up(element.text()):
        return _lines(element)
    return plain_text(element.text())


def _lines(element: Element) -> HtmlText:
    return HtmlText(tuple(filter(str.strip, element.text().splitlines())))


def _is_of_atom(element: Element) -> bool:
    """Whether the element is Atom, where text without a type is plain; many feeds have HTML all the same."""
    return element.parent is not None and element.parent.name in {"entry", "feed"}


def _from_base64(text: str) -> HtmlText:
    from base64 import b64decode  # noqa: PLC0415 - feeds of 2003 have it
    from binascii import Error  # noqa: PLC0415

    try:
        return plain_text(b64decode(text).decode("utf-8", "replace"))
    except Error:
        return HtmlText(())


def _media_text(item: Element) -> HtmlText:
    """The description of a video or of another medium that isn't an image."""
    for child in item.descendants():
        if child.kind != "media" or child.name not in {"description", "text"}:
            continue
        holder = child.parent
        if holder is not None and not _is_image(holder) and not any(map(_is_image, holder.elements())):
            found = _text(child)
            if found.paragraphs:
                return found
    return HtmlText(())


def _is_image(element: Element) -> bool:
    if element.kind != "media" or element.name != "content":
        return False
    kinds: Mapping[str, str] = element.attributes
    address = kinds.get("url", "").partition("?")[0].lower()
    return (
        kinds.get("medium", "") == "image"
        or kinds.get("type", "").startswith("image")
        or address.endswith((".jpg", ".jpeg", ".png", ".webp", ".gif"))
    )


def _joined(bases: tuple[str, ...], link: str) -> str:
    try:
        for base in bases:
            link = urljoin(base, link)
            if is_web_url(link):
                break
    except ValueError:
        return ""
    return link
