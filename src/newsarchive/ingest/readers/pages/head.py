"""What the head of a page says, before anything is decided: titles, meta elements, links and JSON-LD."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from newsarchive.arabic.names import name_key
from newsarchive.canonical_url import canonical_url
from newsarchive.identity import is_web_url
from newsarchive.ingest.readers.pages import linked_data
from newsarchive.ingest.readers.pages.tree import Element, text_of
from newsarchive.ingest.text.html import plain_text

_LONGEST_TITLE = 500
_LONGEST = 2_000
"""Characters of a title and of a meta element."""
_FEED_TYPES = ("rss+xml", "atom+xml", "feed+json")


@dataclass(slots=True)
class Head:
    """`metas` has the contents of the meta elements by their names in lower case; `base` is the page's address."""

    base: str
    title: str = ""
    metas: dict[str, list[str]] = field(default_factory=dict)
    canonical: str = ""
    feeds: list[str] = field(default_factory=list)
    data: list[Any] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)

    def meta(self, *names: str) -> list[str]:
        """The contents of the meta elements with these names, in the order of the names."""
        return [content for name in names for content in self.metas.get(name, ())]

    def first(self, *names: str) -> str:
        """The first of them, or an empty string."""
        return next(iter(self.meta(*names)), "")

    def articles(self) -> list[dict[str, Any]]:
        """The articles in JSON-LD; of several, those with the headline or the address of the page, if there are any."""
        found = [node for node in linked_data.nodes_of(self.data) if linked_data.is_article(node)]
        return (list(filter(self._is_own, found)) or found) if len(found) > 1 else found

    def _is_own(self, article: dict[str, Any]) -> bool:
        titles = [f" {name_key(title)} " for title in (self.title, *self.meta("og:title"))]
        keys = [name_key(headline) for headline in linked_data.strings_of(article.get("headline"))]
        if any(key and f" {key} " in title for key in keys for title in titles):
            return True
        own = {canonical_url(url) for url in (self.base, self.canonical, self.first("og:url")) if url}
        stated = (article.get("url"), article.get("@id"), article.get("mainEntityOfPage"))
        return any(canonical_url(url) in own for value in stated for url in linked_data.strings_of(value, "@id"))

    def types(self) -> frozenset[str]:
        """The types of all objects in JSON-LD."""
        return frozenset().union(*map(linked_data.types_of, linked_data.nodes_of(self.data)))


def read_head(root: Element, base: str) -> Head:
    """Read the head of a page. `base` is its address, or an empty string."""
    head = Head(base)
    titles = root.xpath("//title[not(ancestor::svg)]")
    head.title = _line(text_of(titles[0])[:_LONGEST_TITLE]) if titles else ""
    for meta in root.iter("meta"):
        content = _line((meta.get("content") or "")[:_LONGEST])
        for name in {meta.get("name"), meta.get("property"), meta.get("itemprop")} - {None, ""}:
            if content:
                head.metas.setdefault(name.strip().lower(), []).append(content)
    _read_links(root, head)
    for script in root.iter("script"):
        kind = (script.get("type") or "").lower()
        if "ld+json" in kind:
            head.data += linked_data.parse_scripts([script.text or ""])
        elif "json" in kind or "__NEXT_DATA__" in (script.text or "")[:200] or "{" in (script.text or "")[:400]:
            head.scripts.append(script.text or "")
    return head


def _read_links(root: Element, head: Head) -> None:
    for link in root.iter("link"):
        relation = (link.get("rel") or "").lower().split()
        address = _joined(head.base, link.get("href") or "")
        if "canonical" in relation and not head.canonical:
            head.canonical = address
        elif "alternate" in relation and (link.get("type") or "").lower().endswith(_FEED_TYPES) and address:
            head.feeds.append(address)


def _joined(base: str, link: str) -> str:
    try:
        address = urljoin(base, link.strip())
    except ValueError:
        return ""
    return address if is_web_url(address) or not base else ""


def _line(text: str) -> str:
    """The text on one line, with entities that were escaped twice."""
    return " ".join(plain_text(text).line.split()) if "&" in text else " ".join(text.split())
