"""Converts a JSON object to a draft, with the field names common in exports, corpora and APIs."""

import json
import re
from ast import literal_eval
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from newsarchive.article import Origin, Topic
from newsarchive.cleaning import clean_line
from newsarchive.errors import ParseError
from newsarchive.guid import canonical_beside, stored_guid
from newsarchive.identity import is_web_url
from newsarchive.ingest.draft import Draft
from newsarchive.ingest.readers.field_names import keys_present, normal_key, plain_key
from newsarchive.ingest.readers.json_feed import GUID
from newsarchive.ingest.readers.json_values import body_of, text_of
from newsarchive.ingest.text.html import HtmlText, is_marked_up, longer_text, plain_text, weight_of
from newsarchive.wording import worded

_TEXT_KEYS = ("rendered", "value", "text", "content", "#text", "html", "__html", "main", "basic", "ar")
_NAME_KEYS = ("name", "title", "label", "term", "display_name", "full_name", "original", "#text", "value", "text")
_LINK_KEYS = ("href", "url", "permalink", "canonical", "web", "self", "@id", "rendered", "#text", "value")
_NOT_ARTICLES = frozenset(
    re.findall(
        r"\S+",
        "WebSite WebPage Organization NewsMediaOrganization Person BreadcrumbList ImageObject CollectionPage"
        " SearchAction ProfilePage ContactPage AboutPage SiteNavigationElement",
    )
)
_NO_VALUE = frozenset({"", "nan", "null", "none", "n/a", "undefined", "\\n"})
_LONGEST_NO_VALUE = max(map(len, _NO_VALUE))
_MAX_CELL_LIST = 10_000
_ERROR_STATES = frozenset({"error", "fail", "failed", "failure"})
_EPOCH = re.compile(r"([0-9]{9,14})(?:\.[0-9]*)?")
_LAST_EPOCH = 2**31
"""Seconds: in 2038. Higher numbers are milliseconds, or no moment if those are as high."""


def is_other_schema(form: Mapping[str, Any]) -> bool:
    """Whether an object is schema.org data about something that isn't an article, such as a web site."""
    types = _types_of(form)
    return (
        bool(types)
        and all(kind in _NOT_ARTICLES for kind in types)
        and not (form.get("articleBody") or form.get("text"))
    )


def _types_of(form: Mapping[str, Any]) -> list[str]:
    kinds = form.get("@type")
    return [str(kind) for kind in (kinds if isinstance(kinds, list) else [kinds] if kinds else [])]


def draft_of(form: Mapping[str, Any], origin: Origin, item: str) -> Draft:
    """The draft of one JSON object or row of a table. Raises ParseError if no known key has a title or text.

    HTML is converted to plain paragraphs. An object as a value is replaced by its name, title or
    rendered text. The longest of several texts is the body. A title alone is the text of an item
    with an address, a date or a source, such as breaking news.
    """
    keys = _by_key(form)
    _check(form, keys, item)
    title, (body, summary) = _html(keys, "title"), _texts_of(keys)
    source, publisher = _source(keys), _line(keys, "publisher")
    dates = tuple(_dates(keys))
    link = next(filter(is_web_url, _texts(keys, "url", _LINK_KEYS)), "")
    url = canonical_beside(link, _line(keys, "canonical", _LINK_KEYS)) or link
    if not body.paragraphs and (url or dates or source):
        body = title
    if not body.paragraphs:
        names = clean_line(", ".join(map(str, list(form)[:8]))) or worded("no keys at all")
        raise ParseError(
            item,
            worded(
                'no text: neither body, text, content nor summary (it has {names}); add a "text" or "summary"',
                names=names,
            ),
        )
    return Draft(
        origin=origin,
        item=item,
        title=title.line,
        body=body.body,
        summary=summary.body,
        source=source or publisher,
        publisher=publisher if source else "",
        authors=tuple(_names(keys, "authors")),
        topics=tuple(Topic(name, "field") for name in _names(keys, "topics")),
        published_raw=next(iter(dates), ""),
        more_dates=dates[1:],
        published_hint=epoch_moment(dates[0]) if dates else None,
        language=_line(keys, "language"),
        url=url,
        guid=_guid(form, keys, url) or link,
        image_credit=_line(keys, "image_credit"),
        headings=(*body.headings, *_names(keys, "headings")),
    )


def _by_key(form: Mapping[str, Any]) -> dict[str, Any]:
    """The values by normal key. Common prefixes and suffixes are removed if the rest is a known key."""
    keys: dict[str, Any] = {}
    for key, value in form.items():
        keys.setdefault(normal_key(key), value)
    for key, value in form.items():
        if not keys.get(plain := plain_key(str(key))) and value:
            keys[plain] = value
    return keys


def _check(form: Mapping[str, Any], keys: Mapping[str, Any], item: str) -> None:
    """Raise ParseError for an object that isn't an article by what it says about itself."""
    if is_other_schema(form):
        raise ParseError(item, worded("data about a {form}, not an article", form=_types_of(form)[0]))
    status = keys.get("status")
    is_error = str(status).lower() in _ERROR_STATES or (
        isinstance(status, int) and not isinstance(status, bool) and status >= 400
    )
    if not (is_error or keys.get("error") or keys.get("errors")) or keys.get("title" if not is_error else "url"):
        return
    said = text_of(
        next(filter(None, map(keys.get, ("message", "detail", "description", "error"))), ""),
        ("message", "reason", "detail", "type"),
    )
    message = f": «{clean_line(said)[:200]}»" if said else ""
    raise ParseError(item, worded("the error message of a server, not an article{message}", message=message))


def _texts_of(keys: Mapping[str, Any]) -> tuple[HtmlText, HtmlText]:
    """The longest text, and the longest of the others that is a summary."""
    present = keys_present(tuple(keys))
    bodies = [_paragraphs(keys[key], key) for key in present["body"] if keys[key]]
    if not any(text.paragraphs for text in bodies):
        bodies = [_paragraphs(keys[key], key) for key in present["page"] if keys[key]]
    body = max(bodies, key=weight_of, default=HtmlText(()))
    summaries = [_paragraphs(keys[key], key) for key in present["summary"] if keys[key]]
    if not body.paragraphs:
        return max(summaries, key=weight_of, default=HtmlText(())), HtmlText(())
    summary = next((text for text in summaries if text.paragraphs), HtmlText(()))
    return (summary, body) if longer_text(body, summary) is summary else (body, summary)


def _paragraphs(value: object, key: str) -> HtmlText:
    text = body_of(value, _TEXT_KEYS)
    if _is_no_value(text):
        return HtmlText(())
    if key == "contenttext" and not is_marked_up(text):
        return HtmlText(tuple(filter(str.strip, text.splitlines())))
    return plain_text(text)


def _source(keys: Mapping[str, Any]) -> str:
    """The first name of a source, otherwise the host of an address that is given as one."""
    texts = list(_texts(keys, "source"))
    named = (text for text in texts if not is_web_url(text))
    hosts = (_host_of(text) for text in texts)
    return next(named, "") or next(filter(None, hosts), "")


def _host_of(url: str) -> str:
    """The host of a URL without `www.`, or an empty string."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _values(keys: Mapping[str, Any], field: str) -> Iterator[Any]:
    """The values of the field's keys that aren't empty, in the order of the keys."""
    values = (value for key in keys_present(tuple(keys))[field] if (value := keys[key]))
    return (value for value in values if not (isinstance(value, str) and _is_no_value(value.strip())))


def _is_no_value(text: str) -> bool:
    """Whether a text only says that there is none. Long texts aren't converted to lower case to find out."""
    return len(text) <= _LONGEST_NO_VALUE and text.lower() in _NO_VALUE


def _texts(keys: Mapping[str, Any], field: str, inner: Iterable[str] = _NAME_KEYS) -> Iterator[str]:
    return (text for value in _values(keys, field) if (text := text_of(value, inner)))


def _line(keys: Mapping[str, Any], field: str, inner: Iterable[str] = _NAME_KEYS) -> str:
    return next(_texts(keys, field, inner), "")


def _html(keys: Mapping[str, Any], field: str) -> HtmlText:
    texts = (text for value in _values(keys, field) if (text := text_of(value, _TEXT_KEYS)))
    text = next(texts, "")
    if not text and ("articlebody" in keys or keys.get("url")):
        text = text_of(keys.get("name"), ())
    return plain_text(text)


def _guid(form: Mapping[str, Any], keys: Mapping[str, Any], url: str) -> str:
    """The guid as the archive stores it. An `id` is none, because every database numbers its own rows."""
    if isinstance(stored := form.get(GUID), str):
        return stored
    return stored_guid(text_of(keys.get("guid"), _LINK_KEYS), "", url)


def _names(keys: Mapping[str, Any], field: str) -> tuple[str, ...]:
    """The names in the first of the field's values that has any: a list of names, or a string, also with several."""
    for value in _values(keys, field):
        items = _listed(value) if isinstance(value, str) else _nodes(value)
        # A bare number is a database key, not a name.
        texts = [text for item in items if isinstance(item, str | Mapping) and (text := text_of(item, _NAME_KEYS))]
        names = tuple(text for text in texts if not (_is_no_value(text) or text.isdigit()))
        if names:
            return names
    return ()


def _nodes(value: object) -> list[Any]:
    """The items of a list, also in the form of GraphQL: `{"nodes": […]}`, `{"edges": [{"node": …}]}`."""
    for key in ("nodes", "edges", "data"):
        if isinstance(value, Mapping) and isinstance(inner := value.get(key), list):
            value = inner
    items = value if isinstance(value, list) else [value]
    return [item["node"] if isinstance(item, Mapping) and "node" in item else item for item in items]


def _listed(text: str) -> list[Any]:
    """The items of a list that a table has in one cell, such as `['سياسة', 'مصر']`; otherwise the text alone."""
    if text.startswith("[") and text.endswith("]") and len(text) < _MAX_CELL_LIST:
        for parsed in (json.loads, literal_eval):
            with suppress(ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
                value = parsed(text)
                if isinstance(value, list):
                    return value
    return [text]


def _dates(keys: Mapping[str, Any]) -> Iterator[str]:
    """The dates as written, in the order of the keys."""
    return filter(None, (text_of(value, ("$date", "value", "date")) for value in _values(keys, "published")))


def epoch_moment(raw: str) -> datetime | None:
    """The moment, in UTC, of a number of seconds or milliseconds since 1970. None for other strings.

    A number in JSON is more certainly a moment than the same digits elsewhere, so shorter ones are
    read here than `dates.read_date` reads.
    """
    match = _EPOCH.fullmatch(raw)
    count = int(match[1]) if match else _LAST_EPOCH * 1000
    seconds = count if count < _LAST_EPOCH else count // 1000
    return datetime.fromtimestamp(seconds, UTC) if seconds < _LAST_EPOCH else None
