"""The limits of an article's fields, and how longer values are cut.

The limits apply when a reader's output becomes an article, and again when a stored article is
indexed or shown, because archives from before these limits contain longer values. The lines of an
archive never change.

| field | limit | longer values |
|---|---|---|
| title | 1,000 characters | are cut |
| summary | 20,000 characters | are cut |
| source, publisher, image credit, each author, each topic | 200 characters | are cut |
| authors, topics | 50 of each | only the first 50 are kept |
| headings | 1,000 headings of 1,000 characters | become plain paragraphs |
| URL | 4,000 characters | are dropped: a truncated URL leads somewhere else |
| date as written | 200 characters | are cut |
| language | 35 characters | are dropped |
| origin | 4,000 characters | are cut |
| body | 5,000,000 bytes and 20,000 paragraphs | are rejected; a stored body is cut when shown |
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

from newsarchive.article import MAX_ID_LENGTH, Article, Copy, Origin, Record, Topic
from newsarchive.wording import worded

ID = MAX_ID_LENGTH
"""Characters of an id. Ids of this archive have 16; a longer string than this can't be an id."""
TITLE = 1_000
"""Characters of a title."""
SUMMARY = 20_000
"""Characters of a summary."""
NAME = 200
"""Characters of a name: a source, publisher, author, topic or image credit."""
AUTHORS = 50
"""Authors of one article."""
TOPICS = 50
"""Topics of one article."""
HEADING = 1_000
"""Characters of a section heading."""
HEADINGS = 1_000
"""Section headings of one article."""
URL = 4_000
"""Characters of a URL."""
GUID = 1_000
"""Characters of the guid of a feed's item. A longer one is dropped."""
DATE_TEXT = 200
"""Characters of a date as written in the input."""
LANGUAGE = 35
"""Characters of a language tag: the length that RFC 5646 requires programs to support."""
LOCATION = 4_000
"""Characters of an origin's location: about the length of the longest file path."""
REASON = 1_000
"""Characters of the reason of a withdrawal, when shown."""
BODY_BYTES = 5_000_000
"""Bytes of a body in UTF-8: 5 MB."""
PARAGRAPHS = 20_000
"""Lines of a body; each becomes a paragraph on a page."""

_MOST_BYTES_PER_CHARACTER = 4
_CUT_MARK = "…"
_MOST_MARKS = 100
"""The maximum number of combining marks that are kept together with their letter."""
_JOINERS = "\u200c\u200d"
_NOT_AT_THE_END = "\u200b\u200c\u200d\u2060"
"""Zero-width characters that have an effect only between two letters."""


def cut_text(text: str, limit: int) -> str:
    """Return the text, cut to `limit` characters including a final `…` if it is longer.

    The text is cut between words. A last word that takes more than half of the room is cut itself,
    but not between a letter and its marks.
    """
    if len(text) <= limit:
        return text
    room = limit - len(_CUT_MARK)
    # The next character shows whether the last word ends exactly here.
    words = text[: room + 1].rsplit(maxsplit=1)
    kept = _without_loose_end(words[0]) if len(words) > 1 else ""
    if len(kept) <= room // 2:
        kept = _without_loose_end(text[: _letter_end(text, room)])
    return kept + _CUT_MARK


def _letter_end(text: str, end: int) -> int:
    """The end of the last letter that fits into `end` with all its marks; at least half of `end`."""
    for place in range(end, max(end // 2, end - _MOST_MARKS), -1):
        if not _continues_letter(text[place]) and text[place - 1] not in _JOINERS:
            return place
    return end


def _continues_letter(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character).startswith("M")


def _without_loose_end(text: str) -> str:
    before = None
    while text != before:
        before, text = text, text.rstrip().rstrip(_NOT_AT_THE_END)
    return text


def excess_of(body: str) -> str:
    """Return a message on how the body exceeds its limits; empty if it doesn't."""
    if len(body) * _MOST_BYTES_PER_CHARACTER > BODY_BYTES and (nbytes := _utf8_length(body)) > BODY_BYTES:
        return worded(
            "a text of {nbytes:,} bytes; an article may have {body_bytes:,}", nbytes=nbytes, body_bytes=BODY_BYTES
        )
    if (paragraphs := body.count("\n") + 1) > PARAGRAPHS:
        return worded(
            "a text of {paragraphs:,} paragraphs; an article may have {paragraphs2:,}",
            paragraphs=paragraphs,
            paragraphs2=PARAGRAPHS,
        )
    return ""


def _utf8_length(text: str) -> int:
    return len(text.encode(errors="surrogatepass"))


def fitting(field: str, value: str) -> str:
    """Return the value that a text field has in an article within the limits."""
    fits: str = _FITS[field](value)
    return fits


def bounded(article: Article) -> Article:
    """Return the article with every field within its limits; the same object if nothing has to be cut."""
    if _is_ordinary(article):
        return article
    changes: dict[str, Any] = {}
    for name, fit in _FITS.items():
        value = getattr(article, name)
        fitting = fit(value)
        if fitting is not value:
            changes[name] = fitting
    return replace(article, **changes) if changes else article


def _is_ordinary(article: Article) -> bool:
    """Whether a fast check can tell that an article is within the limits, as nearly all are."""
    return (
        len(article.title) <= TITLE
        and len(article.summary) <= SUMMARY
        and len(article.source) <= NAME
        and len(article.publisher) <= NAME
        and len(article.url) <= URL
        and len(article.guid) <= GUID
        and len(article.image_credit) <= NAME
        and len(article.published_raw) <= DATE_TEXT
        and len(article.language) <= LANGUAGE
        and not excess_of(article.body)
        and (not article.authors or _fit_names(article.authors, AUTHORS) is article.authors)
        and (not article.topics or _fit_topics(article.topics) is article.topics)
        and (not article.headings or _fit_headings(article.headings) is article.headings)
        and _fit_origin(article.origin) is article.origin
    )


def bounded_record(record: Record) -> Record:
    """Like `bounded`, for any record; cuts the reason of a withdrawal."""
    if isinstance(record, Article):
        return bounded(record)
    if isinstance(record, Copy):
        return record
    reason = cut_text(record.reason, REASON)
    return record if reason is record.reason else replace(record, reason=reason)


def differences(whole: Article, fitting: Article) -> tuple[str, ...]:
    """Describe what `bounded` changed, for messages: `title cut from 10,000,000 to 1,000 characters`."""
    if whole is fitting:
        return ()
    return tuple(
        text
        for name in _FITS
        if (before := getattr(whole, name)) is not (after := getattr(fitting, name))
        for text in _difference(_NAMES[name], before, after)
    )


def _difference(name: str, before: Any, after: Any) -> Iterator[str]:
    if isinstance(before, Origin):
        yield from _difference(name, before.location, after.location)
    elif isinstance(before, str):
        if after:
            yield worded(
                "{name} cut from {before:,} to {after:,} characters", name=name, before=len(before), after=len(after)
            )
        else:
            yield worded("{name} of {before:,} characters dropped", name=name, before=len(before))
    else:
        if len(after) < len(before):
            yield worded("{name} cut from {before:,} to {after:,}", name=name, before=len(before), after=len(after))
        if name != "headings" and (too_long := sum(len(_text_of(value)) > NAME for value in before)):
            yield worded(
                "{too_long:,} of the {name} longer than {limit:,} characters", too_long=too_long, name=name, limit=NAME
            )


def _text_of(value: str | Topic) -> str:
    return value.name if isinstance(value, Topic) else value


_NAMES: Mapping[str, str] = {
    "title": worded("title"),
    "summary": worded("summary"),
    "source": worded("source"),
    "publisher": worded("publisher"),
    "authors": worded("authors"),
    "topics": worded("topics"),
    "body": worded("body"),
    "headings": worded("headings"),
    "published_raw": worded("date text"),
    "language": worded("language"),
    "url": worded("address"),
    "guid": worded("guid"),
    "image_credit": worded("image credit"),
    "origin": worded("origin"),
}
"""Names of fields in messages."""


def _fit_body(body: str) -> str:
    if not excess_of(body):
        return body
    lines = (line for line in body.lstrip().split("\n") if line.strip())
    text = "\n".join(islice(lines, PARAGRAPHS))
    encoded = text.encode(errors="surrogatepass")
    if len(encoded) <= BODY_BYTES:
        return text
    kept = encoded[: BODY_BYTES - len(_CUT_MARK.encode())].decode(errors="ignore")
    # One character more than fits makes `cut_text` cut between words.
    return cut_text(kept + " ", len(kept))


def _fit_names(names: tuple[str, ...], most: int) -> tuple[str, ...]:
    if len(names) <= most and all(len(name) <= NAME for name in names):
        return names
    return tuple(islice(dict.fromkeys(cut_text(name, NAME) for name in names), most))


def _fit_topics(topics: tuple[Topic, ...]) -> tuple[Topic, ...]:
    if len(topics) <= TOPICS and all(len(topic.name) <= NAME and len(topic.assigned_by) <= NAME for topic in topics):
        return topics
    fitting: dict[str, Topic] = {}
    for topic in topics:
        name = cut_text(topic.name, NAME)
        fitting.setdefault(name, Topic(name, cut_text(topic.assigned_by, NAME)))
        if len(fitting) == TOPICS:
            break
    return tuple(fitting.values())


def _fit_headings(headings: tuple[str, ...]) -> tuple[str, ...]:
    """Drop long headings: a heading must equal a paragraph, so it can't be cut."""
    if len(headings) <= HEADINGS and all(len(heading) <= HEADING for heading in headings):
        return headings
    return tuple(islice((heading for heading in headings if len(heading) <= HEADING), HEADINGS))


def _fit_origin(origin: Origin) -> Origin:
    if len(origin.kind) <= NAME and len(origin.location) <= LOCATION and len(origin.record) <= LOCATION:
        return origin
    return replace(
        origin,
        kind=cut_text(origin.kind, NAME),
        location=cut_text(origin.location, LOCATION),
        record=_only_up_to(LOCATION, origin.record),
    )


def _only_up_to(limit: int, text: str) -> str:
    return text if len(text) <= limit else ""


def _cut_to(limit: int) -> Callable[[str], str]:
    return partial(cut_text, limit=limit)


_FITS: Mapping[str, Callable[[Any], Any]] = {
    "title": _cut_to(TITLE),
    "summary": _cut_to(SUMMARY),
    "source": _cut_to(NAME),
    "publisher": _cut_to(NAME),
    "authors": partial(_fit_names, most=AUTHORS),
    "topics": _fit_topics,
    "body": _fit_body,
    "headings": _fit_headings,
    "published_raw": _cut_to(DATE_TEXT),
    "language": partial(_only_up_to, LANGUAGE),
    "url": partial(_only_up_to, URL),
    "guid": partial(_only_up_to, GUID),
    "image_credit": _cut_to(NAME),
    "origin": _fit_origin,
}
"""Each text field -> the function that makes it fit, which returns a fitting value unchanged."""
