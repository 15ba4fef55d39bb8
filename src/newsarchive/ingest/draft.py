"""`Draft`, the output of a reader, and its conversion to an `Article`."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo

from newsarchive.arabic.dates import ReadDate, read_date
from newsarchive.article import Article, Origin, Published, Topic
from newsarchive.cleaning import (
    clean_headings,
    clean_line,
    clean_names,
    clean_source_name,
    clean_text,
    clean_topics,
)
from newsarchive.errors import ParseError
from newsarchive.guid import guid_beside
from newsarchive.identity import article_address, article_id, is_web_url
from newsarchive.ingest.text.language import language_of
from newsarchive.ingest.text.title import derive_title
from newsarchive.limits import DATE_TEXT, bounded, cut_text, differences, excess_of
from newsarchive.wording import listed, worded

_NO_ID_YET = "new"
_SHOWN_TITLE = 100
_SHOWN_NAME = 500
"""Characters of an item's name that a message shows. `_SHOWN_TITLE` is the same for a title."""
_MACHINE_NAME = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
"""A UUID: some outlets give the author's account id instead of a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The fields that a reader found in one item, before cleaning. Missing fields are empty.

    `published_raw` and then `more_dates` are the item's dates as written, the date of publication
    first; the first that can be read is used. `published_hint` is the date if the reader has already
    parsed `published_raw`, and `published_relative` is whether it counts from the time of fetching.
    `item` identifies
    the item in messages, as `path:line` or a URL, and is empty if `origin.location` is enough.
    `id`, `revision`, `title_derived` and `archived_at` are set only for an article from an archive,
    and stay unchanged. `guid` has the form of `guid.stored_guid`. The fallbacks are used if neither
    the item nor the command line options give a value.
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
    more_dates: tuple[str, ...] = ()
    published_hint: Published | None = None
    published_relative: bool = False
    language: str = ""
    url: str = ""
    guid: str = ""
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
    """Values from the command line for the ingested items, one field per option.

    A default fills a field that is empty in an item, and never overrides the item's own value.
    `topics` are added to the item's topics. `published` is a date in any notation that `parse_date`
    understands. `zone` is the time zone of dates without one.
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
    """The cuts made to an item: `parts` such as `title cut from 10,000,000 to 1,000 characters`."""

    item: str
    parts: tuple[str, ...]

    def __str__(self) -> str:
        """The item and its cuts, as a message."""
        return worded("{item}: {parts}", item=self.item, parts=listed(self.parts, "; "))


OnCut = Callable[[Cut], None]
"""Called with the cuts of an item, before its article is yielded."""


def build_article(draft: Draft, defaults: Defaults, on_cut: OnCut | None = None) -> Article:
    """Build the article: clean the draft, fill gaps from `defaults`, parse the date, add title and id.

    A draft without a body uses its summary as the body. Values longer than `newsarchive.limits`
    allows are cut and reported to `on_cut`. Raises ParseError if the draft has no text, or a body
    over the limits.
    """
    whole = _whole_article(draft, defaults)
    article = bounded(whole)
    if on_cut is not None and article is not whole:
        on_cut(Cut(_name_of(draft), differences(whole, article)))
    if draft.id or (article.url == whole.url and article_address(whole.url)):
        return article
    # The id is computed from the fields as stored, so that the same input always gets the same id.
    title = "" if article.title_derived else article.title
    own = article_id(url=article.url, source=article.source, title=title, body=article.body)
    return article if article.id == own else replace(article, id=own)


def _whole_article(draft: Draft, defaults: Defaults) -> Article:
    title = clean_line(draft.title) or clean_line(defaults.title)
    body, summary = clean_text(draft.body, title), clean_text(draft.summary)
    body, summary = (body, "" if summary == body else summary) if body else (summary, "")
    _check_body(draft, title, body)
    url = _web_address(draft.url) or _web_address(defaults.url)
    published_raw, read = _date_of(draft, defaults)
    return Article(
        # That of its address is final, which saves a copy, unless the address is beyond the limits.
        id=draft.id or (article_id(url=url) if url else _NO_ID_YET),
        revision=draft.revision,
        title=title or derive_title(body),
        title_derived=draft.title_derived or not title,
        body=body,
        headings=clean_headings(draft.headings, body),
        summary=summary,
        source=clean_source_name(draft.source)
        or clean_source_name(defaults.source)
        or clean_source_name(draft.fallback_source),
        publisher=clean_source_name(draft.publisher) or clean_source_name(defaults.publisher),
        authors=_names(draft.authors) or _names(defaults.authors),
        topics=_topics(draft, defaults),
        published=read.value if read else None,
        published_raw=published_raw,
        published_relative=read is not None and read.is_relative,
        language=language_of(body, draft.language or defaults.language or draft.fallback_language),
        url=url,
        guid=guid_beside(clean_line(draft.guid), url),
        image_credit=clean_line(draft.image_credit) or clean_line(defaults.image_credit),
        origin=draft.origin,
        archived_at=draft.archived_at,
    )


def _date_of(draft: Draft, defaults: Defaults) -> tuple[str, ReadDate | None]:
    """The first of the item's dates that can be read, and what it says. If none can, the first as written."""
    raw = clean_line(draft.published_raw)
    if draft.published_hint is not None:
        return raw, ReadDate(draft.published_hint, draft.published_relative)
    written = list(filter(None, (raw, *map(clean_line, draft.more_dates)))) or [clean_line(defaults.published)]
    for text in written:
        read = read_date(cut_text(text, DATE_TEXT), default_zone=defaults.zone, fetched_at=draft.origin.fetched_at)
        if read is not None:
            return text, read
    return written[0], None


def _check_body(draft: Draft, title: str, body: str) -> None:
    if not body:
        whose = worded(" under the title «{title}»", title=cut_text(title, _SHOWN_TITLE)) if title else ""
        raise ParseError(
            _name_of(draft), worded("no text: neither a body nor a summary{whose}; add one of them", whose=whose)
        )
    if excess := excess_of(body):
        raise ParseError(
            _name_of(draft),
            worded("{excess}. It was skipped, because part of an article is worse than none", excess=excess),
        )


def _name_of(draft: Draft) -> str:
    """The item's name or location, short enough for a message."""
    return cut_text(draft.item or draft.origin.location, _SHOWN_NAME)


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in clean_names(names) if not _MACHINE_NAME.fullmatch(name))


def _web_address(url: str) -> str:
    """The URL, or an empty string if it isn't a web URL: pages show it as a link."""
    url = clean_line(url)
    return url if is_web_url(url) else ""


def _topics(draft: Draft, defaults: Defaults) -> tuple[Topic, ...]:
    own = clean_topics(draft.topics)
    names = {topic.name for topic in own}
    added = clean_topics(Topic(name, "option") for name in defaults.topics)
    return own + tuple(topic for topic in added if topic.name not in names)
