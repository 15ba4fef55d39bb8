"""Reads RSS 0.9x, 1.0 and 2.0 and Atom 0.3 and 1.0 with feedparser.

`xml_tree` parses the feed, however malformed, `feed_entries` has its items read by feedparser, and
`feed_items` finds the fields of a draft in them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from newsarchive.article import Origin, Topic
from newsarchive.cleaning import clean_line, clean_paragraphs
from newsarchive.errors import ParseError
from newsarchive.ingest.draft import Draft
from newsarchive.ingest.readers.feed_entries import Entry
from newsarchive.ingest.readers.feed_items import (
    Channel,
    address_of,
    authors_of,
    categories_of,
    channel_of,
    credit_of,
    fields_of,
    guid_in_feed,
    guid_of,
    items_of,
    publisher_of,
    source_of,
    texts_of,
    title_of,
)
from newsarchive.ingest.readers.format import Input
from newsarchive.ingest.readers.not_articles import looks_like_page, php_message, what_markup_is
from newsarchive.ingest.readers.shared_links import set_apart
from newsarchive.ingest.readers.xml_tree import parse
from newsarchive.ingest.text.charset import decode_damaged
from newsarchive.wording import worded, words_of

SIZE_LIMIT = 256 * 2**20
"""Bytes of a feed."""

_HEAD = 2048
_XML_ENCODING = re.compile(rb"<\?xml[^>]*?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]+)", re.IGNORECASE)
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]{0,50}:)?(?:rss|feed|rdf|channel)(?=[\s>])", re.IGNORECASE)
_FIRST_TAG = re.compile(r"<([A-Za-z_][\w.:-]{0,100})")
_ITEM_ROOTS = frozenset({"item", "entry", "atom:entry"})
_ENTITIES = re.compile(r"(?:\s*&[A-Za-z_][\w.-]{0,100};)+\s*")
_PREFACE = 256 * 2**10
"""Characters before a feed, such as warnings of the program that writes it."""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed: its title, its language, and a draft or an error for each entry, in order."""

    title: str
    language: str
    entries: tuple[Draft | ParseError, ...]


def read(source: Input) -> Iterator[Draft | ParseError]:
    """Yield the drafts of a feed, with the feed's title and language as fallbacks.

    Raises ParseError if the input isn't a feed.
    """
    found = read_feed(source.whole(SIZE_LIMIT), source.origin, source.content_type)
    for entry in found.entries:
        if isinstance(entry, Draft):
            yield replace(entry, fallback_source=found.title, fallback_language=found.language)
        else:
            yield entry


def looks_like_markup(head: bytes) -> bool:
    """Whether the first bytes, after any whitespace, are markup or the message of a PHP program before it.

    `read` explains markup that isn't a feed.
    """
    return head.startswith(b"<") or bool(php_message(head.decode("utf-8", "replace")))


def read_feed(content: bytes, origin: Origin, content_type: str = "") -> ParsedFeed:
    """Parse a feed. Raises ParseError if it isn't one; the message says what the content looks like.

    `content_type` is the HTTP header. If `origin.location` is a URL, relative links are resolved
    against it.
    """
    text = _text(content, origin, content_type)
    start = _start_of_feed(text)
    if start < 0:
        raise ParseError(origin.location, what_markup_is(text, origin.location))
    root = parse(text[start:])
    channel = channel_of(root, origin.location)
    items = items_of(root, channel)
    if not items and not channel.title and not _ROOT.match(text, start):
        raise ParseError(origin.location, what_markup_is(text, origin.location))
    drafts = [_draft(item, origin, channel, number) for number, item in enumerate(items, start=1)]
    entries: list[Draft | ParseError] = list(set_apart(drafts, [guid_of(item) or title_of(item) for item in items]))
    if items and not items[-1].element.is_closed:
        cut = entries.pop()
        item = cut.item if isinstance(cut, Draft) else cut.origin
        entries.append(
            ParseError(
                item, worded("the feed is truncated inside this item, which was skipped; fetch the whole feed again")
            )
        )
    return ParsedFeed(clean_line(channel.title), channel.language, tuple(entries))


def _text(content: bytes, origin: Origin, content_type: str) -> str:
    """The decoded feed, without characters that XML forbids."""
    from_header = _CHARSET.search(content_type)
    from_xml = _XML_ENCODING.search(content[:_HEAD])
    declared = [match[1] for match in (from_header,) if match] + [
        match[1].decode("ascii") for match in (from_xml,) if match
    ]
    try:
        text = decode_damaged(content, declared[0] if declared else "")
    except UnicodeError as error:
        raise ParseError(origin.location, words_of(error)) from error
    return _NOT_IN_XML.sub("", text).lstrip("\ufeff").lstrip()


def _start_of_feed(text: str) -> int:
    """Where the feed starts, after declarations and whatever was printed before it; -1 if there is none."""
    root = _ROOT.search(text, 0, _PREFACE)
    if root is not None and not looks_like_page(text[: root.start()]):
        return root.start()
    first = _FIRST_TAG.search(text, 0, _HEAD)
    return first.start() if first and first[1].lower() in _ITEM_ROOTS else -1


def _draft(item: Entry, origin: Origin, channel: Channel, number: int) -> Draft | ParseError:
    url = address_of(item)
    name = url or f"{origin.location}#{number}"
    if item.failure:
        return ParseError(name, item.failure)
    title, texts = title_of(item), texts_of(item)
    # A title alone is the whole text of breaking news.
    body = next(filter(clean_paragraphs, (texts.body.body, title, texts.summary.body)), "")
    if not clean_line(body):
        # Items can share a link, so the number names a refused one.
        reason = worded("no text in the item, not even a title; give it a title or a description")
        return ParseError(
            f"{origin.location}#{number}",
            worded("{reason} (its link: {url})", reason=reason, url=url) if url else reason,
        )
    if _ENTITIES.fullmatch(body):
        reason = worded("no text in the item, only entities of the feed's own, which are not expanded")
        return ParseError(f"{origin.location}#{number}", reason)
    is_repeated = clean_paragraphs(texts.summary.body) == clean_paragraphs(body)
    fields = fields_of(item)
    dates = _dates(fields)
    return Draft(
        origin=origin,
        item=name,
        title=title,
        body=body,
        summary="" if is_repeated else texts.summary.body,
        headings=texts.body.headings,
        source=source_of(item),
        publisher=publisher_of(item),
        authors=authors_of(item, channel),
        topics=tuple(Topic(category, "feed") for category in categories_of(item)),
        published_raw=next(iter(dates), ""),
        more_dates=dates[1:],
        language=fields.get("language", ""),
        url=url,
        guid=guid_in_feed(item, channel),
        image_credit=credit_of(item),
    )


def _dates(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """The item's dates as written, the date of publication first."""
    return tuple(raw for key in ("published", "created", "updated") if (raw := _string(entry, key)))


def _string(form: Mapping[str, Any], key: str) -> str:
    value = form.get(key)
    return value.strip() if isinstance(value, str) else ""
