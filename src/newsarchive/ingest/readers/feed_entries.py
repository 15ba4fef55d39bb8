"""Lets feedparser read the items of a feed.

feedparser knows the elements of all dialects, but it loses fields: it keeps the last of several
summaries or dates even if it is empty, takes the description or title of a picture for that of the
item, guesses the types of texts, and can take quadratic time or raise. Therefore it gets each item
as an Atom entry in clean XML, with only the elements that an article has fields for, in which
everything that it would guess is explicit.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from itertools import groupby
from typing import Any
from urllib.parse import urljoin
from xml.sax import SAXException
from xml.sax.saxutils import escape, quoteattr

from newsarchive.identity import is_web_url
from newsarchive.ingest.readers.xml_tree import Element
from newsarchive.ingest.text.html import is_marked_up, plain_text
from newsarchive.topics.article_topics import ASSIGNED_SCHEME
from newsarchive.wording import worded

OWN = frozenset({"", "atom", "xhtml", "rss"})
"""The kinds of elements of RSS and Atom themselves."""
UNKNOWN_TYPE = "text/x-unknown"
"""The type of a text that is HTML if it looks like it."""
MAX_CATEGORIES = 200
"""Categories and keywords of an item. feedparser compares each with all before it."""

_BATCH = 200
"""Items that feedparser reads at once."""
_BATCH_SIZE = 1_000_000
"""Characters of a batch, which can be exceeded by its last item."""
_LONGEST_VALUE = 500
"""Characters of a date, a language or a name. feedparser searches them with patterns that take quadratic time."""
_LONGEST_BASE = 2_000
"""Characters of an `xml:base`, which is repeated for each relative link."""

_CONTENTS = frozenset(
    {
        *("content:encoded", "content", "encoded", "body", "fullitem", "fulltext", "full-text", "yandex:full-text"),
        *("text", "content:content", "articlebody", "content_encoded", "story"),
    }
)
_SUMMARIES = frozenset(
    {
        *("description", "summary", "dc:description", "dcterms:abstract", "itunes:summary", "itunes:subtitle"),
        *("abstract", "excerpt", "excerpt:encoded", "intro", "lead"),
    }
)
_TITLES = (frozenset({"title"}), frozenset({"dc:title", "dcterms:title", "media:title", "itunes:title"}))
_AUTHORS = (
    frozenset({"dc:creator", "author", "creator", "writer", "byline"}),
    frozenset({"itunes:author", "dc:author", "media:author"}),
)
"""The elements for titles and authors; those in the second row count if there are none in the first."""
_CATEGORIES = {"category": "category", "dc:subject": "dc:subject", "tag": "category", "section": "category"}
_KEYWORDS = frozenset({"itunes:keywords", "media:keywords", "keywords", "tags"})
_SINGLE = (
    *("id", "guid", "feedburner:origlink", "language", "dc:language", "publisher", "dc:publisher"),
    *("dcterms:issued", "issued", "published", "pubdate"),
    *("date", "dc:date", "dcterms:modified", "modified", "updated"),
    *("dcterms:created", "created"),
)
"""Elements of which an item has one. Of those for one field, feedparser keeps the last, so the best is last."""
_RENAMED = {"date": "dc:date", "publisher": "dc:publisher"}
"""Names that feedparser doesn't know -> those it knows."""
_WHOLE = frozenset({"id", "guid", "feedburner:origlink"})

_NAMESPACES = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns:itunes="http://www.itunes.com/DTDs/PodCast-1.0.dtd" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
)
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_HEADERS = {"content-type": "application/atom+xml; charset=utf-8"}
_FAILURES = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError),
    SAXException,
)
"""Exceptions from bugs in feedparser. It has no exception class of its own."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An item as an element, and the fields that feedparser found in it; `failure` says why there are none."""

    element: Element
    fields: Mapping[str, Any] = field(default_factory=dict)
    failure: str = ""


def entries_of(items: Iterable[Element], base: str) -> Iterator[Entry]:
    """The entries of items, in order. Relative links are relative to their `xml:base`, and that to `base`."""
    for _, siblings in groupby(items, key=lambda item: id(item.parent)):
        batch: list[tuple[Element, str]] = []
        size = 0
        for item in siblings:
            batch.append((item, prepared(item, base)))
            size += len(batch[-1][1])
            if len(batch) == _BATCH or size > _BATCH_SIZE:
                yield from _read(batch)
                batch, size = [], 0
        yield from _read(batch)


def name_of(element: Element) -> str:
    """The name of an element with the usual prefix of its namespace, which elements of RSS and Atom don't have."""
    return element.name if element.kind in OWN else f"{element.kind}:{element.name}"


def typed_text(element: Element) -> tuple[str, str]:
    """The type of a text and the text. The type is plain text, HTML or unknown."""
    kind = element.attributes.get("type", element.attributes.get("mode", "")).lower()
    has_elements = any(element.elements())
    if has_elements and kind != "base64":
        return "text/html", element.markup()
    text = element.text()
    if kind in {"html", "text/html"}:
        return "text/html", text
    if kind in {"text", "text/plain"}:
        return "text/plain", text
    # In Atom, text without a type is plain, but many feeds have HTML all the same.
    is_of_atom = element.parent is not None and element.parent.name in {"entry", "feed"}
    if is_of_atom and not kind and "<" in text and not is_marked_up(text):
        return "text/plain", text
    return UNKNOWN_TYPE, text


def own_text(element: Element) -> str:
    """The text of an element without that of elements inside."""
    return "".join(child for child in element.children if isinstance(child, str)).strip()


def prepared(item: Element, base: str) -> str:
    """The item as an entry for feedparser, in XML. `base` is the URL for relative links."""
    named: dict[str, list[Element]] = {}
    for child in item.elements():
        named.setdefault(name_of(child), []).append(child)
    about = item.attributes.get("rdf:about", "")
    parts = [
        f"<entry{_attribute('rdf:about', about)}{_language(item)}>",
        *_texts(item, named),
        *_links(named.get("link", ()), base),
        # The id, but also the address if there is no better one.
        f'<link type="application/rdf+xml"{_attribute("href", about)}/>' if is_web_url(about) else "",
        *_single(named),
        *_authors(item),
        *_categories(item),
        *_source(item),
        *_credits(item),
        "</entry>",
    ]
    return _NOT_IN_XML.sub("", "".join(parts))


def _read(batch: list[tuple[Element, str]]) -> Iterator[Entry]:
    """Read a batch, or its items one by one if feedparser fails, so that a bad item costs no other."""
    if not batch:
        return
    try:
        parsed = _parse([xml for _, xml in batch], batch[0][0].parent)
    except _FAILURES as error:
        if len(batch) > 1:
            for one in batch:
                yield from _read([one])
            return
        yield Entry(batch[0][0], failure=worded("an item that is too broken to be parsed ({error})", error=repr(error)))
        return
    for (item, _), fields in zip(batch, parsed, strict=True):
        yield Entry(item, fields)


def _parse(entries: list[str], parent: Element | None) -> list[Mapping[str, Any]]:
    # Imported here, because the import takes longer than reading most files.
    import feedparser  # noqa: PLC0415

    language = next(parent.inherited("xml:lang"), "") if parent else ""
    start = f"<feed {_NAMESPACES}{_attribute('xml:lang', language[:_LONGEST_VALUE])}>"
    content = f"{_NOT_IN_XML.sub('', start)}{''.join(entries)}</feed>".encode()
    # A stream, because feedparser opens what could be a path.
    parsed = feedparser.parse(
        BytesIO(content), response_headers=_HEADERS, sanitize_html=False, resolve_relative_uris=False
    )
    found: list[Mapping[str, Any]] = parsed["entries"]
    if len(found) != len(entries):
        raise ValueError(worded("{found} entries instead of {entries}", found=len(found), entries=len(entries)))
    return found


def _attribute(name: str, value: str) -> str:
    return f" {name}={quoteattr(value)}" if value else ""


def _language(element: Element) -> str:
    return _attribute("xml:lang", element.attributes.get("xml:lang", ""))


def _written(name: str, text: str, attributes: str = "") -> str:
    return f"<{name}{attributes}>{escape(text)}</{name}>"


def _typed(name: str, element: Element) -> str:
    """A text with an explicit type: feedparser would take HTML for plain text, and the other way round."""
    kind, text = typed_text(element)
    is_encoded = "base64" in {element.attributes.get("mode", ""), element.attributes.get("type", "")}
    mode = _attribute("mode", "base64" if is_encoded else "")
    return _written(name, text, f"{_attribute('type', kind)}{mode}{_language(element)}") if text.strip() else ""


def _texts(item: Element, named: Mapping[str, list[Element]]) -> Iterator[str]:
    """The title, up to two summaries and all contents. feedparser keeps only one summary and one subtitle."""
    titles = (child for names in _TITLES for name in named if name in names for child in named[name])
    yield next((title for title in (_typed("title", child) for child in titles) if title), "")
    summaries = [child for child in item.elements() if name_of(child) in _SUMMARIES]
    summaries.sort(key=lambda summary: len(summary.text()), reverse=True)
    for name, summary in zip(("summary", "subtitle"), summaries, strict=False):
        yield _typed(name, summary)
    yield from (_typed("content:encoded", child) for child in item.elements() if name_of(child) in _CONTENTS)


def _links(links: Iterable[Element], base: str) -> Iterator[str]:
    """The links, all with addresses as attributes: feedparser changes `&copy;` in those that are text.

    Only relative links have a base, because feedparser joins it with itself at each element inside.
    """
    for link in sorted(links, key=lambda link: not own_text(link)):
        address = own_text(link) or link.attributes.get("href") or link.attributes.get("url") or ""
        kinds = () if own_text(link) else ("rel", "type")
        further = "".join(_attribute(name, link.attributes.get(name, "")) for name in kinds)
        if address and not is_web_url(address):
            further += _attribute("xml:base", _base_of(link, base))
        if address:
            yield f"<link{_attribute('href', address)}{further}/>"


def _base_of(element: Element, base: str) -> str:
    """The base of an element: each `xml:base` is relative to that around it, the first to `base`."""
    for further in reversed(list(element.inherited("xml:base"))):
        with suppress(ValueError):
            base = urljoin(base, further[:_LONGEST_BASE])
    return base


def _single(named: Mapping[str, list[Element]]) -> Iterator[str]:
    for name in _SINGLE:
        if text := next((text for child in named.get(name, ()) if (text := child.text().strip())), ""):
            # A guid isn't a relative link; feedparser would resolve it, and use it as the link of the item.
            attribute = ' isPermaLink="false"' if name == "guid" else ""
            yield _written(_RENAMED.get(name, name), text if name in _WHOLE else text[:_LONGEST_VALUE], attribute)


def _authors(item: Element) -> Iterator[str]:
    """The authors as written. feedparser would separate an email address, but only the first, in quadratic time."""
    for names in _AUTHORS:
        found = list(filter(None, (_author(child) for child in item.elements() if name_of(child) in names)))
        yield from (f"<author>{_written('name', name)}</author>" for name in found)
        if found:
            return


def _author(element: Element) -> str:
    named = (child.text().strip() for child in element.elements() if child.name == "name")
    if name := next(filter(None, named), ""):
        return name
    described = (child for child in element.elements() if child.name not in {"email", "uri", "url", "homepage"})
    return plain_text(own_text(element)).line or next((child.text().strip() for child in described), "")


def _categories(item: Element) -> Iterator[str]:
    count = 0
    for child in item.elements():
        name = name_of(child)
        if count >= MAX_CATEGORIES:
            return
        if name in _KEYWORDS:
            keywords = child.text().split(",", MAX_CATEGORIES - count)[: MAX_CATEGORIES - count]
            count += len(keywords)
            yield _written("itunes:keywords", ",".join(keywords))
        elif name in _CATEGORIES and not _is_assigned(child):
            text = child.text().strip()
            # feedparser would make two categories of an element with a term and a text.
            term = "" if text else child.attributes.get("term", "")
            label = child.attributes.get("label", "")
            count += 1
            further = f"{_attribute('term', term)}{_attribute('label', label)}"
            if further:
                yield f"<category{further}/>"
            elif text:
                yield _written(_CATEGORIES[name], text)


def _is_assigned(category: Element) -> bool:
    """Whether a model of this program, in another archive, assigned the topic: nobody gave it."""
    return ASSIGNED_SCHEME in (category.attributes.get("domain"), category.attributes.get("scheme"))


def _source(item: Element) -> Iterator[str]:
    for child in item.elements():
        if name_of(child) in {"source", "dc:source"}:
            titles = (title for title in child.elements() if name_of(title) in _TITLES[0])
            name = next(titles, child)
            if name.text().strip() and not is_web_url(name.text().strip()):
                yield f"<source>{_typed('title', name)}</source>"
                return


def _credits(item: Element) -> Iterator[str]:
    for child in item.descendants():
        if name_of(child) == "media:credit" and (text := child.text().strip()):
            yield _written("media:credit", text)
            return
