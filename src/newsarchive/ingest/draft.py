"""`Draft`, what a reader understood of an item, and how it becomes an `Article`."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo

from newsarchive.arabic.dates import parse_date
from newsarchive.article import Article, Origin, Published, Topic
from newsarchive.cleaning import clean_headings, clean_line, clean_names, clean_paragraphs, clean_topics
from newsarchive.errors import ParseError
from newsarchive.identity import article_id, is_web_url
from newsarchive.ingest.text.language import language_of
from newsarchive.ingest.text.title import derive_title
from newsarchive.limits import DATE_TEXT, bounded, cut_text, differences, excess_of

_NO_ID_YET = "new"
_SHOWN_TITLE = 100
_SHOWN_NAME = 500
"""Characters of a title, and of the name of an item, in a message."""
_MACHINE_NAME = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
"""A UUID: some outlets put the account of the author where the name should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a reader understood of one item, not cleaned yet; empty where the item says nothing.

    `published_hint` is a date that the reader has already read out of `published_raw`. `item` is how a person
    finds the item, for messages: `path:line`, an address; empty where `origin.location` says it. `id`,
    `revision`, `title_derived` and `archived_at` are known only of an article from an archive, and stay unchanged. The
    fallbacks count if neither the item nor the person who ingests says anything.
    """

    origin: Origin
    title: str = ""
    body: str = ""
    summary: str = ""
    source: str = ""
    publisher: str = ""
    authors: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    published_raw: str = ""
    published_hint: Published | None = None
    language: str = ""
    url: str = ""
    image_credit: str = ""
    headings: tuple[str, ...] = ()
    item: str = ""
    id: str = ""
    revision: int = 1
    title_derived: bool = False
    archived_at: datetime | None = None
    fallback_source: str = ""
    fallback_language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What the person who ingests says about the items: one field for each command line option.

    A default fills what an item does not say itself; it never overrides. `topics` are added to those of the item.
    `published` is a date as a person
    writes it. `zone` is the zone of dates that name none.
    """

    title: str = ""
    source: str = ""
    publisher: str = ""
    authors: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    published: str = ""
    language: str = ""
    url: str = ""
    image_credit: str = ""
    zone: tzinfo = field(default=UTC)


@dataclass(frozen=True, slots=True)
class Cut:
    """Says what of an item was too long: `parts` such as `title cut from 10,000,000 to 1,000 characters`."""

    item: str
    parts: tuple[str, ...]

    def __str__(self) -> str:
        """The item and what was cut, for a person."""
        return f"{self.item}: {'; '.join(self.parts)}"


OnCut = Callable[[Cut], None]
"""Gets what was cut of an item, before its article."""


def build_article(draft: Draft, defaults: Defaults, on_cut: OnCut | None = None) -> Article:
    """The article of a draft: cleaned, gaps filled from `defaults`, dated, titled, within the limits, with its id.

    Where there is no body the summary is the body. What is longer than `newsarchive.limits` allow is cut, and told to
    `on_cut`. Raises ParseError when there is no text at all, or more than an article may have.
    """
    whole = _whole_article(draft, defaults)
    article = bounded(whole)
    if on_cut is not None and article is not whole:
        on_cut(Cut(_name_of(draft), differences(whole, article)))
    if draft.id:
        return article
    # Of the fields as they are stored, so that the same input has the same id again.
    title = "" if article.title_derived else article.title
    return replace(article, id=article_id(url=article.url, source=article.source, title=title, body=article.body))


def _whole_article(draft: Draft, defaults: Defaults) -> Article:
    title = clean_line(draft.title) or clean_line(defaults.title)
    body, summary = clean_paragraphs(draft.body), clean_paragraphs(draft.summary)
    body, summary = (body, "" if summary == body else summary) if body else (summary, "")
    _check_body(draft, title, body)
    published_raw = clean_line(draft.published_raw)
    published = draft.published_hint
    if published is None and (published_raw := published_raw or clean_line(defaults.published)):
        published = parse_date(cut_text(published_raw, DATE_TEXT), default_zone=defaults.zone)
    return Article(
        id=draft.id or _NO_ID_YET,
        revision=draft.revision,
        title=title or derive_title(body),
        title_derived=draft.title_derived or not title,
        body=body,
        headings=clean_headings(draft.headings, body),
        summary=summary,
        source=clean_line(draft.source) or clean_line(defaults.source) or clean_line(draft.fallback_source),
        publisher=clean_line(draft.publisher) or clean_line(defaults.publisher),
        authors=_names(draft.authors) or _names(defaults.authors),
        topics=_topics(draft, defaults),
        published=published,
        published_raw=published_raw,
        language=language_of(body, draft.language or defaults.language or draft.fallback_language),
        url=_web_address(draft.url) or _web_address(defaults.url),
        image_credit=clean_line(draft.image_credit) or clean_line(defaults.image_credit),
        origin=draft.origin,
        archived_at=draft.archived_at,
    )


def _check_body(draft: Draft, title: str, body: str) -> None:
    if not body:
        whose = f" under the title «{cut_text(title, _SHOWN_TITLE)}»" if title else ""
        raise ParseError(_name_of(draft), f"no text: neither a body nor a summary{whose}")
    if excess := excess_of(body):
        raise ParseError(_name_of(draft), f"{excess}. Half an article would be worse than none, so it is left out")


def _name_of(draft: Draft) -> str:
    """How a person finds the item, short enough for a message."""
    return cut_text(draft.item or draft.origin.location, _SHOWN_NAME)


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in clean_names(names) if not _MACHINE_NAME.fullmatch(name))


def _web_address(url: str) -> str:
    """The URL, or nothing if it is not a web URL: a page may show it as a link."""
    url = clean_line(url)
    return url if is_web_url(url) else ""


def _topics(draft: Draft, defaults: Defaults) -> tuple[Topic, ...]:
    own = clean_topics(draft.topics)
    names = {topic.name for topic in own}
    added = clean_topics(Topic(name, "option") for name in defaults.topics)
    return own + tuple(topic for topic in added if topic.name not in names)
