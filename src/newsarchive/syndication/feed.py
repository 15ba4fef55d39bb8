"""`Feed` and `FeedItem`: what the writers are given, and what every format says of an item."""

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import quote

from newsarchive.article import Article
from newsarchive.syndication.text import absolute_uri, distinct_lines, language_tag, one_line, readable_text

GENERATOR = "newsarchive"

LEAD_LENGTH = 400
"""The most characters that an article without a summary gives as its lead, before the `…`."""

_RTL_LANGUAGES = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """An article as an item of a feed.

    `page_url` is the article's page in this archive, `source_feed_url` this archive's feed of the article's source,
    in the format that is written (may be empty). `topic_labels` are what a person reads, in the language of the feed.
    Raises ValueError for an address that is not absolute.
    """

    article: Article
    page_url: str
    topic_labels: tuple[str, ...] = ()
    source_feed_url: str = ""

    def __post_init__(self) -> None:
        """A relative address means nothing once the feed has left the server."""
        _require_absolute("page_url", self.page_url)
        if self.source_feed_url:
            _require_absolute("source_feed_url", self.source_feed_url)

    @property
    def id(self) -> str:
        """A URN that is the same for every revision of the article, on every host."""
        return f"urn:newsarchive:{quote(readable_text(self.article.id), safe='')}"

    @property
    def title(self) -> str:
        """The title as plain text; an article without one is called by its lead."""
        return one_line(self.article.title) or self.lead or self.id

    @property
    def archive_url(self) -> str:
        """The article's page in this archive, as a URI."""
        return absolute_uri(self.page_url)

    @property
    def original_url(self) -> str:
        """Where the article was published, as a URI; empty where that is not known."""
        return absolute_uri(self.article.url)

    @property
    def link(self) -> str:
        """Where the headline leads: to the publisher, else to the archive."""
        return self.original_url or self.archive_url

    @property
    def lead(self) -> str:
        """As plain text: the summary, else the first paragraph that is not a heading, cut after a word."""
        if summary := one_line(self.article.summary):
            return summary
        running = (paragraph.text for paragraph in self.article.paragraphs if not paragraph.is_heading)
        text = next(iter(distinct_lines(running)), "") or one_line(self.article.body)
        if len(text) <= LEAD_LENGTH:
            return text
        return text[: LEAD_LENGTH + 1].rsplit(" ", 1)[0][:LEAD_LENGTH] + "…"

    @property
    def content_html(self) -> str:
        """The whole text as an HTML fragment. The wrapper says its direction: a reader has no page around it."""
        wrapper = ET.Element("div", {"lang": self.language} if self.language else {})
        wrapper.set("dir", _direction(self.language))
        for paragraph in self.article.paragraphs:
            if text := readable_text(paragraph.text).strip():
                ET.SubElement(wrapper, "h2" if paragraph.is_heading else "p").text = text
        return ET.tostring(wrapper, encoding="unicode", method="html")

    @property
    def language(self) -> str:
        """The language tag of the article; empty where it is not known."""
        return language_tag(self.article.language)

    @property
    def published(self) -> datetime | None:
        """The time of publication; of a plain day its midnight in UTC."""
        return None if self.article.published is None else _moment(self.article.published)

    @property
    def archived(self) -> datetime | None:
        """When the archive took this revision."""
        return None if self.article.archived_at is None else _moment(self.article.archived_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed: what it is called, where it stands, and its items in the order in which they are written.

    `home_url` is the page that a person sees for the same thing, `self_url` the address of this feed in the format
    that is written. `updated` is when any of it last changed. Raises ValueError for an empty title, for an address
    that is not absolute, for what is no language tag, for a time without its zone, and for two items with the same
    article.
    """

    title: str
    description: str
    home_url: str
    self_url: str
    language: str
    updated: datetime | None = None
    items: tuple[FeedItem, ...] = ()

    def __post_init__(self) -> None:
        """What no format can say is refused here, before anything is written."""
        if not one_line(self.title):
            raise ValueError("a feed needs a title")
        _require_absolute("home_url", self.home_url)
        _require_absolute("self_url", self.self_url)
        if not language_tag(self.language):
            raise ValueError(f"{self.language!r} is not a language tag")
        if self.updated is not None and self.updated.tzinfo is None:
            raise ValueError("the time of a feed's update needs its zone")
        if len({item.article.id for item in self.items}) < len(self.items):
            raise ValueError("an article may be in a feed once: a reader tells the items apart by their ids")

    @property
    def last_change(self) -> datetime | None:
        """`updated`, else the latest date of the items; None for an empty feed."""
        if self.updated is not None:
            return _moment(self.updated)
        dates = (item.archived or item.published for item in self.items)
        return max((moment for moment in dates if moment is not None), default=None)


def rfc3339(moment: datetime) -> str:
    """The moment as Atom and JSON Feed write it, in its own zone: `2025-03-01T09:30:00+03:00`."""
    return moment.isoformat(timespec="seconds")


def _require_absolute(name: str, address: str) -> None:
    if not absolute_uri(address):
        raise ValueError(f"{name} has to be an absolute http address, not {address!r}")


def _direction(language: str) -> str:
    if not language:
        return "auto"
    return "rtl" if language.partition("-")[0].lower() in _RTL_LANGUAGES else "ltr"


def _moment(when: date) -> datetime:
    moment = when if isinstance(when, datetime) else datetime.combine(when, time())
    offset = moment.utcoffset()
    if offset is None:
        return moment.replace(tzinfo=UTC)
    # Local mean times have seconds in their offset, which no format of dates in feeds can write.
    return moment.astimezone(UTC) if offset % timedelta(minutes=1) else moment
