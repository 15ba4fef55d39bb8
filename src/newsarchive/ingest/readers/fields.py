"""Converts a JSON object to a draft, with the field names common in exports, corpora and APIs."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from newsarchive.article import Origin, Published, Topic
from newsarchive.cleaning import clean_line
from newsarchive.errors import ParseError
from newsarchive.identity import is_web_url
from newsarchive.ingest.draft import Draft
from newsarchive.ingest.readers.bylines import split_names
from newsarchive.ingest.text.html import HtmlText, plain_text

_ALIASES: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "headline", "heading", "العنوان"),
    "body": (
        *("body", "text", "content", "article", "content_text", "content_html", "article_body", "articlebody"),
        *("full_text", "fulltext", "maintext", "paragraphs", "html", "النص", "المحتوى"),
    ),
    "summary": ("summary", "description", "lead", "excerpt", "abstract", "standfirst", "الملخص"),
    "source": ("source", "outlet", "source_name", "site_name", "agency", "المصدر"),
    "publisher": ("publisher", "الناشر"),
    "authors": ("authors", "author", "byline", "creator", "dc_creator", "writer", "الكاتب"),
    "topics": ("topics", "topic", "categories", "category", "section", "sections", "tags", "الموضوع", "القسم"),
    "published": (
        *("published", "published_at", "publishedat", "date_published", "datepublished", "pubdate", "pub_date"),
        *("publish_date", "publication_date", "date", "datetime", "date_time", "timestamp", "time", "التاريخ"),
    ),
    "language": ("language", "lang", "inlanguage"),
    "url": ("url", "link", "canonical_url", "permalink", "href", "guid", "id", "الرابط"),
    "image_credit": ("image_credit", "imagecredit", "photo_credit", "الصورة"),
    "headings": ("headings",),
}
"""Field -> keys. The first key with a value wins. Keys are compared in lower case, with `-`, `.`, `:`
and spaces replaced by `_`."""

_TEXT_KEYS = ("rendered", "value", "text", "content", "#text")
_NAME_KEYS = ("name", "title", "label", "term", "#text")
_EPOCH = re.compile(r"([0-9]{9,14})(?:\.[0-9]*)?")
_EPOCH_SECONDS = range(10**11)
"""Higher numbers are milliseconds. As seconds this range ends in the year 5138; the milliseconds start
in 1973."""
_KEY_SIGNS = str.maketrans("-.: ", "____")


def draft_of(form: Mapping[str, Any], origin: Origin, item: str) -> Draft:
    """The draft of one JSON object. Raises ParseError if no known key has a title or text.

    HTML is converted to plain paragraphs. An object as a value is replaced by its name, title or
    rendered text.
    """
    keys = {str(key).strip().lower().translate(_KEY_SIGNS): value for key, value in form.items()}
    title, body, summary = (_html(keys, field) for field in ("title", "body", "summary"))
    if not (title.paragraphs or body.paragraphs or summary.paragraphs):
        names = clean_line(", ".join(map(str, list(form)[:8]))) or "no keys at all"
        raise ParseError(item, f"no text: neither body, text, content nor summary (it has {names})")
    source, publisher = (_line(keys, field) for field in ("source", "publisher"))
    raw, hint = _published(keys)
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
        published_raw=raw,
        published_hint=hint,
        language=_line(keys, "language"),
        url=next(filter(is_web_url, _texts(keys, "url")), ""),
        image_credit=_line(keys, "image_credit"),
        headings=(*body.headings, *_names(keys, "headings", split=False)),
    )


def _values(keys: Mapping[str, Any], field: str) -> Iterator[Any]:
    """The values of the field's keys that aren't empty, in the order of the keys."""
    return (value for key in _ALIASES[field] if (value := keys.get(key)))


def _texts(keys: Mapping[str, Any], field: str) -> Iterator[str]:
    return (text for value in _values(keys, field) if (text := text_of(value, _NAME_KEYS)))


def _line(keys: Mapping[str, Any], field: str) -> str:
    return next(_texts(keys, field), "")


def _html(keys: Mapping[str, Any], field: str) -> HtmlText:
    texts = (text for value in _values(keys, field) if (text := text_of(value, _TEXT_KEYS)))
    return plain_text(next(texts, ""))


def text_of(value: object, keys: Iterable[str]) -> str:
    """The text of a JSON value: a string, a number, the first of `keys` in an object, or the lines of a list."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, Mapping):
        return next((text for key in keys if isinstance(text := value.get(key), str) and text.strip()), "")
    if isinstance(value, list):
        return "\n".join(filter(None, (text_of(item, keys) for item in value if not isinstance(item, list))))
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _names(keys: Mapping[str, Any], field: str, *, split: bool = True) -> tuple[str, ...]:
    """The names in the first of the field's values that has any: a list of names, or a string with several."""
    for value in _values(keys, field):
        items = value if isinstance(value, list) else [value]
        # A bare number is a database key, not a name.
        texts = [text for item in items if isinstance(item, str | Mapping) and (text := text_of(item, _NAME_KEYS))]
        names = [name for text in texts for name in (split_names(text) if split else (text,))]
        if names:
            return tuple(names)
    return ()


def _published(keys: Mapping[str, Any]) -> tuple[str, Published | None]:
    """The first date as a string, and its moment if it is a number of seconds or milliseconds since 1970."""
    for value in _values(keys, "published"):
        raw = text_of(value, ("$date", "value", "date"))
        if raw:
            return raw, epoch_moment(raw)
    return "", None


def epoch_moment(raw: str) -> datetime | None:
    """The moment, in UTC, of a number of seconds or milliseconds since 1970. None for other strings."""
    match = _EPOCH.fullmatch(raw)
    if not match:
        return None
    count = int(match[1])
    return datetime.fromtimestamp(count if count in _EPOCH_SECONDS else count // 1000, UTC)
