"""Finds the fields of a feed and of its items in what feedparser read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from newsarchive.guid import canonical_beside, feed_name, stored_guid
from newsarchive.identity import is_web_url
from newsarchive.ingest.readers.feed_entries import OWN, Entry, entries_of, typed_text
from newsarchive.ingest.readers.xml_tree import Element
from newsarchive.ingest.text.html import HtmlText, html_text, longer_text, plain_text, weight_of

_ITEMS = frozenset({"item", "entry"})


@dataclass(frozen=True, slots=True)
class Texts:
    """The text of an item, and a second, shorter one."""

    body: HtmlText
    summary: HtmlText


@dataclass(frozen=True, slots=True)
class Channel:
    """The feed itself.

    `base` is the URL for relative links, `authors` are those of all entries of an Atom feed, and
    `name` tells guids from those of other feeds.
    """

    title: str = ""
    language: str = ""
    base: str = ""
    authors: tuple[str, ...] = field(default=())
    name: str = ""


def items_of(root: Element, channel: Channel) -> tuple[Entry, ...]:
    """The items, in order; an item inside another one isn't an item."""
    return tuple(entries_of(_items_in(root), channel.base))


def _items_in(element: Element) -> Iterator[Element]:
    for child in element.elements():
        if child.name in _ITEMS and child.kind in OWN:
            yield child
        else:
            yield from _items_in(child)


def channel_of(root: Element, location: str) -> Channel:
    """The feed's own fields. Relative links are relative to the feed's address, otherwise to its site's."""
    base = location if is_web_url(location) else ""
    channel = next((element for element in root.descendants() if element.name in {"channel", "feed"}), None)
    if channel is None:
        return Channel(base=base)
    # A feed has the same fields as an entry, so it is read as one.
    (about,) = entries_of([channel], base)
    title, site = _text(about.fields, "title_detail").line, _link(about)
    return Channel(
        title=title,
        language=_language(about),
        base=base or site,
        authors=tuple(_authors(about)) if channel.name == "feed" else (),
        name=feed_name(address=_related(about, "self"), site=site, title=title),
    )


def fields_of(item: Entry) -> dict[str, Any]:
    """The item's dates and language under the names that Atom gives them.

    The dates are as written: those that feedparser parsed can be wrong.
    """
    # If `updated` is missing, feedparser would return `published` with a warning, hence the `in`.
    keys = (key for key in ("published", "updated", "created") if key in item.fields)
    fields = {key: _string(item.fields, key) for key in keys} | {"language": _language(item)}
    return {name: value for name, value in fields.items() if value}


def title_of(item: Entry) -> str:
    """The title on one line. A source that Google News repeats at its end is removed."""
    title = _text(item.fields, "title_detail").line
    source = source_of(item)
    return title.removesuffix(f" - {source}").rstrip() if source and title != f" - {source}" else title


def texts_of(item: Entry) -> Texts:
    """The item's longest real text, and its summary.

    The description of a video counts only if there is no other text. Captions of images are at most
    the summary.
    """
    contents = [_typed_text(content) for content in item.fields.get("content") or ()]
    summaries = [_text(item.fields, f"{key}_detail") for key in ("summary", "subtitle")]
    if not any(weight_of(text) for text in (*contents, *summaries)):
        captions = max((*contents, *summaries), key=lambda text: len(text.body), default=HtmlText(()))
        return Texts(_media_text(item.element), captions)
    body = longer_text(
        max(contents, key=weight_of, default=HtmlText(())), max(summaries, key=weight_of, default=HtmlText(()))
    )
    others = [text for text in (*summaries, *contents) if weight_of(text) > 0 and text is not body]
    summary = max((text for text in others if text in summaries), key=weight_of, default=None)
    if summary is None:
        summary = next((text for text in others if text.body not in body.body), HtmlText(()))
    return Texts(body, summary)


def address_of(item: Entry) -> str:
    """The URL of the item: the original URL given by a feed service, otherwise the link, otherwise the guid."""
    original, link, _ = _addresses(item)
    return next(filter(is_web_url, (original, link, guid_of(item))), "")


def guid_in_feed(item: Entry, channel: Channel) -> str:
    """The guid of the item as the archive stores it. Without one, the link takes its place beside the canonical URL."""
    original, link, canonical = _addresses(item)
    guid = guid_of(item)
    if guid and is_web_url(guid) and guid in {original, link, canonical}:
        guid = ""
    other = link if original == canonical else ""
    return stored_guid(guid, channel.name, original or link) or other


def _addresses(item: Entry) -> tuple[str, str, str]:
    """The original URL, the link, and the canonical URL on the same site, which is also the original one."""
    link = _link(item)
    canonical = canonical_beside(link, _related(item, "canonical"))
    return canonical or _string(item.fields, "feedburner_origlink"), link, canonical


def _related(item: Entry, relation: str) -> str:
    """The address of the link with a relation, such as `canonical`."""
    links = (link for link in item.fields.get("links") or () if str(link.get("rel") or "").lower() == relation)
    return next(filter(is_web_url, (_string(link, "href") for link in links)), "")


def guid_of(item: Entry) -> str:
    """The item's guid or Atom id, otherwise the `rdf:about` of RSS 1.0."""
    return _string(item.fields, "id")


def authors_of(item: Entry, channel: Channel) -> tuple[str, ...]:
    """The names of the authors, as written: they can be several in one, or have an email address."""
    return tuple(_authors(item)) or channel.authors


def categories_of(item: Entry) -> Iterator[str]:
    """The categories and keywords, each once."""
    names = (_string(tag, "label") or _string(tag, "term") for tag in item.fields.get("tags") or ())
    return iter(dict.fromkeys(filter(None, names)))


def source_of(item: Entry) -> str:
    """The name of the outlet that an item was taken from."""
    return _text(item.fields.get("source") or {}, "title_detail").line


def publisher_of(item: Entry) -> str:
    """The publisher that an item names."""
    return _string(item.fields, "publisher")


def credit_of(item: Entry) -> str:
    """The credit of an image."""
    found = (_string(credit, "content") for credit in item.fields.get("media_credit") or ())
    return next(filter(None, found), "")


def _authors(entry: Entry) -> Iterator[str]:
    return filter(None, (_string(author, "name") for author in entry.fields.get("authors") or ()))


def _link(entry: Entry) -> str:
    """The link to the page of an item or a feed: a link to HTML comes before others."""
    links = [link for link in entry.fields.get("links") or () if link.get("rel") == "alternate"]
    links.sort(key=lambda link: "html" not in link.get("type", "html"))
    return next((_string(link, "href") for link in links), "")


def _language(entry: Entry) -> str:
    fields = entry.fields
    texts = (*(fields.get("content") or ()), *(fields.get(f"{key}_detail") or {} for key in ("title", "summary")))
    named = (_string(fields, "language"), *(_string(text, "language") for text in texts))
    return next(filter(None, (*named, *entry.element.inherited("xml:lang"))), "")


def _string(fields: Mapping[str, Any], key: str) -> str:
    value = fields.get(key)
    return value.strip() if isinstance(value, str) else ""


def _text(fields: Mapping[str, Any], key: str) -> HtmlText:
    return _typed_text(fields.get(key) or {})


def _typed_text(detail: Mapping[str, Any]) -> HtmlText:
    return _html(detail.get("type", ""), _string(detail, "value"))


def _html(kind: str, text: str) -> HtmlText:
    if kind == "text/plain":
        return HtmlText(tuple(filter(str.strip, text.splitlines())))
    return html_text(text) if kind == "text/html" else plain_text(text)


def _media_text(item: Element) -> HtmlText:
    """The description of a video or of another medium that isn't an image."""
    for child in item.descendants():
        if child.kind != "media" or child.name not in {"description", "text"}:
            continue
        holder = child.parent
        if holder is not None and not _is_image(holder) and not any(map(_is_image, holder.elements())):
            found = _html(*typed_text(child))
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
