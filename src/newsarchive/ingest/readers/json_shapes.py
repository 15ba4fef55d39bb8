"""Finds the articles in JSON documents as services, databases and crawlers export them.

A list of items beats text next to it: an object with a list of articles is an envelope, whatever
title or description it has itself.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from newsarchive.ingest.readers import json_feed, telegram
from newsarchive.ingest.readers.field_names import has, normal_key
from newsarchive.ingest.readers.fields import is_other_schema
from newsarchive.ingest.readers.json_values import without_extensions

_DEPTH = 6
_LISTS = frozenset(
    re.findall(
        r"\S+",
        "articles items entries results data docs posts hits messages news stories documents records rows list"
        " value response edges nodes feed item itemlistelement @graph payload result content pages children top"
        " latest headlines المقالات مقالات الأخبار أخبار النتائج",
    )
)
"""The keys under which APIs and exports keep the list of articles, in normal form."""
_PARTS = frozenset(
    re.findall(
        r"\S+",
        "authors author creator contributors tags categories category topics keywords sections images image media"
        " photos gallery videos video audio attachments enclosures enclosure related relatedarticles relatedposts"
        " relatedlinks comments comment replies links breadcrumbs breadcrumb entities sources mentions references"
        " recommended similar errors error meta metadata headings paragraphs blocks thumbnails mediacontent"
        " publisher haspart schema yoastheadjson",
    )
)
"""The keys under which an article keeps lists and objects of its own."""
_WRAPPERS = (
    "_source",
    "node",
    "item",
    "snippet",
    "attributes",
    "fields",
    "document",
    "doc",
    "article",
    "post",
    "story",
    "data",
    "row",
)
"""The keys under which an item keeps the article itself."""
_ACTIONS = frozenset({"index", "create", "update", "delete"})
_ARTICLE_TYPE = re.compile(
    r"(?:.*Article|BlogPosting|LiveBlogPosting|Report|SocialMediaPosting|DiscussionForumPosting)$"
)
_NO_ZONE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?")


@dataclass(frozen=True, slots=True)
class Found:
    """The objects to read as articles, with what the envelope says about all of them.

    `is_feed` is whether they are the items of a JSON Feed.
    """

    forms: tuple[Any, ...]
    source: str = ""
    language: str = ""
    is_feed: bool = False


def articles_in(document: object) -> Found:
    """The articles of a parsed JSON document: the document itself, or the items of a list in it.

    Items that are no articles by their kind, such as the lines of actions in a bulk export or the
    service messages of a chat, are left out.
    """
    if isinstance(document, Mapping):
        if is_own_line(document):
            return Found((document,))
        if json_feed.is_json_feed(document):
            return Found(
                json_feed.items_of(document),
                json_feed.title_of(document),
                str(document.get("language") or ""),
                is_feed=True,
            )
        if telegram.is_export(document):
            return Found(telegram.messages_of(document))
        if _is_action(document):
            return Found(())
        if _is_empty_list(document):
            return Found(())
    forms = tuple(map(_plain, (document,) if _is_flat(document) else _items(without_extensions(document), _DEPTH)))
    if len(forms) > 1:
        forms = tuple(form for form in forms if not (isinstance(form, Mapping) and is_other_schema(form)))
    return Found(forms, _feed_title(document))


def _is_flat(document: object) -> bool:
    """Whether an object has neither lists nor objects, nor is one of MongoDB's: nothing in it could be an article."""
    if not isinstance(document, Mapping) or len(document) < 2:
        return False
    # Nearly all values are strings, which are told apart faster.
    return not any(not isinstance(value, str) and isinstance(value, Mapping | list) for value in document.values())


def _is_empty_list(document: Mapping[str, Any]) -> bool:
    """Whether a service answers that it found nothing: an object with an empty list of articles and nothing else."""
    lists = [value for key, value in document.items() if normal_key(key) in _LISTS and isinstance(value, list)]
    return bool(lists) and not any(lists) and not _is_article(document)


def _feed_title(document: object) -> str:
    """The title of a feed that a service converted to JSON."""
    feed = document.get("feed") or document.get("channel") if isinstance(document, Mapping) else None
    title = feed.get("title") if isinstance(feed, Mapping) else None
    return title if isinstance(title, str) else ""


def is_own_line(form: Mapping[str, Any]) -> bool:
    """Whether the object is a line of an archive of this program."""
    return form.get("type") in ("article", "withdrawal") and "id" in form and "revision" in form


def _items(value: object, depth: int) -> Iterator[object]:
    if isinstance(value, list):
        for element in value:
            if isinstance(element, list) and depth:
                yield from _items(element, depth - 1)
            elif isinstance(element, Mapping) and not is_own_line(element):
                yield from _expanded(element, depth)
            else:
                yield element
    elif isinstance(value, Mapping):
        yield from _expanded(value, depth)
    else:
        yield value


def _expanded(form: Mapping[str, Any], depth: int) -> Iterator[object]:
    """The articles in an object: those of its lists, or the object itself."""
    if not depth:
        yield form
        return
    if isinstance(graph := form.get("@graph"), list):
        yield from _in_graph(graph) or (form,)
        return
    unwrapped = _unwrapped(form)
    if unwrapped is not form:
        yield from _expanded(unwrapped, depth - 1)
        return
    lists = list(_lists_in(form, depth))
    if lists:
        for found in lists:
            yield from _items(found, depth - 1)
        return
    yield form


def _lists_in(form: Mapping[str, Any], depth: int) -> Iterator[list[Any]]:
    """The lists of articles in an object, or in the objects inside it."""
    is_article = _is_whole_article(form)
    for key, value in form.items():
        name = normal_key(key)
        if name in _PARTS:
            continue
        is_envelope = name in _LISTS
        if isinstance(value, list):
            if (is_envelope or not is_article) and _has_articles(value, is_strict=is_article or name == "content"):
                yield value
        elif isinstance(value, Mapping) and (is_envelope or not is_article) and depth:
            if not is_article and _is_table_of_articles(value):
                yield list(value.values())
            else:
                yield from _lists_in(value, depth - 1)
    if not is_article and _is_table_of_articles(form):
        yield list(form.values())


def _has_articles(values: list[Any], *, is_strict: bool) -> bool:
    """Whether a list has an article; strictly, one with a title, and a text, an address or a date."""
    for value in values:
        if isinstance(value, list) and _has_articles(value, is_strict=is_strict):
            return True
        if not isinstance(value, Mapping):
            continue
        form = _unwrapped(value)
        if "@graph" in form or (_is_whole_article(form) if is_strict else _is_article(form)):
            return True
        if not is_strict and any(
            _has_articles(inner, is_strict=True) for inner in form.values() if isinstance(inner, list)
        ):
            return True
    return False


def _is_table_of_articles(form: Mapping[str, Any]) -> bool:
    """Whether an object maps ids to articles."""
    return bool(form) and all(isinstance(value, Mapping) and _is_whole_article(value) for value in form.values())


def _is_article(form: Mapping[str, Any]) -> bool:
    return has(form, "title") or has(form, "body") or has(form, "summary")


def _is_whole_article(form: Mapping[str, Any]) -> bool:
    other = has(form, "summary") or has(form, "url") or has(form, "published")
    return (has(form, "title") and (other or has(form, "body"))) or (has(form, "body") and other)


def _unwrapped(form: Mapping[str, Any]) -> Mapping[str, Any]:
    """The article inside an item of a list, with the fields around it; the same object if it isn't wrapped."""
    for key in _WRAPPERS:
        inner = form.get(key)
        if isinstance(inner, Mapping) and inner and (key == "_source" or _is_article(inner)):
            rest = {name: value for name, value in form.items() if name != key}
            if key == "fields" or not (has(rest, "title") and has(rest, "body")):
                return {**rest, **inner}
    main = form.get("mainEntity")
    return main if isinstance(main, Mapping) and _is_article(main) else form


def _in_graph(graph: list[Any]) -> tuple[Mapping[str, Any], ...]:
    """The articles of a schema.org graph, with the authors and publishers that they refer to."""
    nodes = {str(node["@id"]): node for node in graph if isinstance(node, Mapping) and "@id" in node}
    articles = (node for node in graph if isinstance(node, Mapping) and any(map(_ARTICLE_TYPE.match, types_of(node))))
    return tuple({key: _resolved(value, nodes) for key, value in node.items()} for node in articles)


def _resolved(value: Any, nodes: Mapping[str, Mapping[str, Any]]) -> Any:
    if isinstance(value, list):
        return [_resolved(inner, nodes) for inner in value]
    if isinstance(value, Mapping) and len(value) <= 2 and not has(value, "title"):
        return nodes.get(str(value.get("@id")), value)
    return value


def types_of(form: Mapping[str, Any]) -> tuple[str, ...]:
    """The schema.org types of an object."""
    kinds = form.get("@type")
    return tuple(str(kind) for kind in (kinds if isinstance(kinds, list) else [kinds] if kinds else []))


def _is_action(form: Mapping[str, Any]) -> bool:
    """Whether the object is the line of an action in an Elasticsearch bulk file."""
    if len(form) != 1:
        return False
    key, value = next(iter(form.items()))
    return key in _ACTIONS and isinstance(value, Mapping) and any(str(name).startswith("_") for name in value)


def _plain(form: object) -> object:
    """The object with the particulars of WordPress and Elasticsearch in common fields."""
    if not isinstance(form, Mapping):
        return form
    plain = dict(form)
    for key, value in form.items():
        if str(key).endswith(("_gmt", "_utc")) and isinstance(value, str) and _NO_ZONE.fullmatch(value):
            plain[key] = f"{value}Z"
    if isinstance(head := form.get("yoast_head_json"), Mapping) and head.get("canonical"):
        plain.setdefault("canonical_url", head["canonical"])
    if isinstance(embedded := form.get("_embedded"), Mapping):
        plain.update(_embedded(embedded))
    return plain


def _embedded(embedded: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """The names of authors and terms that WordPress embeds, instead of their numbers."""
    if names := list(_names(embedded.get("author"))):
        yield "author", names
    terms = embedded.get("wp:term")
    lists: Iterable[object] = terms if isinstance(terms, list) else ()
    if names := [name for terms in lists for name in _names(terms)]:
        yield "categories", names


def _names(values: object) -> Iterator[str]:
    for value in values if isinstance(values, list) else ():
        if isinstance(value, Mapping) and isinstance(name := value.get("name"), str):
            yield name
