"""JSON Feed 1.0 and 1.1 (jsonfeed.org), with the extension of this program's own feeds."""

from collections.abc import Iterator, Mapping
from typing import Any

from newsarchive.guid import feed_name, stored_guid

_EXTENSION = "_newsarchive"
GUID = "_guid"
_KEY = "_id"
"""The keys under which an item has its guid, as the archive stores it and as it is written."""


def is_json_feed(document: Mapping[str, Any]) -> bool:
    """Whether a parsed JSON document is a JSON Feed."""
    if not isinstance(document.get("items"), list):
        return False
    return "jsonfeed" in str(document.get("version")) or "feed_url" in document or "home_page_url" in document


def title_of(document: Mapping[str, Any]) -> str:
    """The title of the feed, which is the source of its items."""
    title = document.get("title")
    return title if isinstance(title, str) else ""


def items_of(document: Mapping[str, Any]) -> tuple[Any, ...]:
    """The items, with the fields that version 1.1 gives them. Authors of the feed are those of an item without any."""
    authors = _authors(document)
    feed = feed_name(
        address=str(document.get("feed_url") or ""),
        site=str(document.get("home_page_url") or ""),
        title=title_of(document),
    )
    return tuple(_item(item, authors, feed) if isinstance(item, Mapping) else item for item in document["items"])


def key_of(form: object) -> str:
    """What tells an item from others with its link: its guid, otherwise its title."""
    return str(form.get(_KEY) or form.get("title") or "") if isinstance(form, Mapping) else ""


def _item(item: Mapping[str, Any], authors: list[Any], feed: str) -> dict[str, Any]:
    form: dict[str, Any] = dict(_kept(item))
    form["authors"] = _authors(item) or authors
    extension = item.get(_EXTENSION)
    addresses = [item.get(key) for key in ("url", "external_url", "id")]
    if isinstance(extension, Mapping):
        # In a feed of this program `url` is the page in its archive, and `external_url` the article.
        addresses = [item.get("external_url"), item.get("url")]
        form |= {key: extension[key] for key in ("source", "publisher") if extension.get(key)}
        form["tags"] = _given(form.get("tags"), extension.get("assigned_topics"))
    form["url"] = next((address for address in addresses if isinstance(address, str) and "://" in address), "")
    name = item.get("id")
    if not isinstance(extension, Mapping) and isinstance(name, str | int):
        form[GUID] = stored_guid(str(name), feed, form["url"])
        form[_KEY] = str(name)
    return form


def _kept(item: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    names = (
        "title",
        "content_html",
        "content_text",
        "summary",
        "date_published",
        "date_modified",
        "tags",
        "language",
    )
    return ((name, item[name]) for name in names if item.get(name))


def _given(tags: Any, assigned: Any) -> Any:
    """The tags without those that the model of another archive assigned: nobody gave them."""
    if not isinstance(tags, list) or not isinstance(assigned, list):
        return tags
    return [tag for tag in tags if tag not in assigned]


def _authors(form: Mapping[str, Any]) -> list[Any]:
    """The list of authors, or the single author of version 1.0."""
    authors = form.get("authors")
    if isinstance(authors, list) and authors:
        return authors
    return [author] if (author := form.get("author")) else []
