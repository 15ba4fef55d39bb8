"""`Feed` and `FeedItem`: the input of the writers, and the values that all formats share."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from newsarchive.access import is_restricted
from newsarchive.arabic.direction import marked, text_direction
from newsarchive.article import Article
from newsarchive.identity import article_urn
from newsarchive.syndication.text import absolute_uri, distinct_lines, language_tag, one_line, readable_text
from newsarchive.topics.article_topics import ASSIGNED_SCHEME
from newsarchive.wording import worded

GENERATOR = "newsarchive"

SECTION_SCHEME = "urn:newsarchive:section"
"""The scheme of a category that is a section of the outlet."""

LEAD_LENGTH = 400
"""The maximum length of a lead taken from the text, in characters before the `…`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """An article as an item of a feed.

    `page_url` is the article's page in this archive. `source_feed_url` is this archive's feed for
    the article's source, in the same format as the feed; it may be empty. `topic_labels` are the
    given topics as shown to people, in the language of the feed, `assigned_labels` those that a
    model assigned, and `section_labels` the sections. `note` is what a collector wrote about the
    article; HTML begins with it, as a quotation apart from the text. Raises ValueError if a URL is
    not absolute.
    """

    article: Article
    page_url: str
    topic_labels: tuple[str, ...] = ()
    assigned_labels: tuple[str, ...] = ()
    section_labels: tuple[str, ...] = ()
    source_feed_url: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        """Check the URLs: relative ones don't work once the feed has left the server."""
        _require_absolute("page_url", self.page_url)
        if self.source_feed_url:
            _require_absolute("source_feed_url", self.source_feed_url)

    @property
    def has_text(self) -> bool:
        """Whether the reader sees the full text."""
        return bool(self.article.body) and not is_restricted(self.article)

    @property
    def categories(self) -> Iterator[tuple[str, str]]:
        """The labels of topics and sections, each with its scheme. Given topics come first and have none."""
        for scheme, labels in (
            ("", self.topic_labels),
            (ASSIGNED_SCHEME, self.assigned_labels),
            (SECTION_SCHEME, self.section_labels),
        ):
            for label in distinct_lines(labels):
                yield label, scheme

    @property
    def id(self) -> str:
        """A URN that is the same for all revisions of the article, on every host."""
        return article_urn(self.article.id)

    @property
    def title(self) -> str:
        """The title as plain text. An article without a title uses its lead, else its source and day.

        A title in several scripts begins with a mark if its first letter doesn't have the direction of its language:
        no format of titles that all reader programs show has an attribute for it.
        """
        title = one_line(self.article.title)
        if title:
            return marked(title, self.language)
        day = self.article.published_day
        told = (one_line(self.article.source), day.isoformat() if day else "")
        return self.lead or " ".join(filter(None, told)) or self.id

    @property
    def archive_url(self) -> str:
        """The article's page in this archive, as a URI."""
        return absolute_uri(self.page_url)

    @property
    def original_url(self) -> str:
        """The article's original URL as a URI, or an empty string if it is unknown."""
        return absolute_uri(self.article.url)

    @property
    def link(self) -> str:
        """The target of the headline: the publisher's page if known, else the archive's."""
        return self.original_url or self.archive_url

    @property
    def lead(self) -> str:
        """The summary as plain text, else the first paragraph that isn't a heading; marked like the title.

        A long paragraph is truncated at a word boundary.
        """
        return marked(self._lead, self.language)

    @property
    def _lead(self) -> str:
        if summary := one_line(self.article.summary):
            return summary
        running = (paragraph.text for paragraph in self.article.paragraphs if not paragraph.is_heading)
        text = next(iter(distinct_lines(running)), "") or one_line(self.article.body)
        if len(text) <= LEAD_LENGTH:
            return text
        return text[: LEAD_LENGTH + 1].rsplit(" ", 1)[0][:LEAD_LENGTH] + "…"

    @property
    def lead_html(self) -> str:
        """The lead as an HTML fragment with its direction."""
        return self._note_html + ET.tostring(self._directed("p", self._lead), encoding="unicode", method="html")

    @property
    def _note_html(self) -> str:
        lines = [line for line in map(one_line, self.note.split("\n")) if line]
        if not lines:
            return ""
        quotation = ET.Element("blockquote", {"dir": "auto"})
        for line in lines:
            ET.SubElement(quotation, "p", {"dir": "auto"}).text = line
        return ET.tostring(quotation, encoding="unicode", method="html")

    @property
    def content_html(self) -> str:
        """The full text as an HTML fragment.

        The wrapper element sets the text direction, because a feed reader has no page that sets it.
        """
        wrapper = self._directed("div", None)
        for paragraph in self.article.paragraphs:
            if text := readable_text(paragraph.text).strip():
                ET.SubElement(wrapper, "h2" if paragraph.is_heading else "p").text = text
        return self._note_html + ET.tostring(wrapper, encoding="unicode", method="html")

    def _directed(self, tag: str, text: str | None) -> ET.Element:
        element = ET.Element(tag, {"lang": self.language} if self.language else {})
        element.set("dir", text_direction(self.language))
        element.text = text
        return element

    @property
    def language(self) -> str:
        """The language tag of the article, or an empty string if the language is unknown."""
        return language_tag(self.article.language)

    @property
    def published(self) -> datetime | None:
        """The time of publication. A day without a time becomes midnight UTC."""
        return None if self.article.published is None else _moment(self.article.published)

    @property
    def archived(self) -> datetime | None:
        """When this revision was archived."""
        return None if self.article.archived_at is None else _moment(self.article.archived_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed: its title, URLs and items in order.

    `home_url` is the web page with the same content, and `self_url` the URL of this feed in the
    format to be written. `updated` is the time of the last change. Of a feed in pages (RFC 5005),
    `first_url` is the URL of the first page, and `next_url` and `previous_url` those of the pages
    beside this one, or empty. Without `full_text`, items have only their lead. Raises ValueError for an
    empty title, a URL that is not absolute, an invalid language tag, a time without a zone, or two
    items with the same article.
    """

    title: str
    description: str
    home_url: str
    self_url: str
    language: str
    updated: datetime | None = None
    first_url: str = ""
    next_url: str = ""
    previous_url: str = ""
    full_text: bool = True
    items: tuple[FeedItem, ...] = ()

    def __post_init__(self) -> None:
        """Reject values that no format can represent, before anything is written."""
        if not one_line(self.title):
            raise ValueError(worded("a feed needs a title"))
        _require_absolute("home_url", self.home_url)
        _require_absolute("self_url", self.self_url)
        for relation, url in self.pages:
            _require_absolute(relation, url)
        if not language_tag(self.language):
            raise ValueError(worded("{language!r} is not a language tag", language=self.language))
        if self.updated is not None and self.updated.tzinfo is None:
            raise ValueError(worded("the time of a feed's last update needs a zone"))
        if len({item.article.id for item in self.items}) < len(self.items):
            raise ValueError(worded("a feed may contain an article only once, because readers identify items by id"))

    @property
    def id_url(self) -> str:
        """The URL that identifies the feed, which all of its pages share."""
        return self.first_url or self.self_url

    @property
    def pages(self) -> tuple[tuple[str, str], ...]:
        """The link relations to other pages of the feed, with their URLs."""
        listed = ("first", self.first_url), ("previous", self.previous_url), ("next", self.next_url)
        return tuple((relation, url) for relation, url in listed if url)

    @property
    def last_change(self) -> datetime | None:
        """`updated`, else the latest date of the items. None if neither exists."""
        if self.updated is not None:
            return _moment(self.updated)
        dates = (item.archived or item.published for item in self.items)
        return max((moment for moment in dates if moment is not None), default=None)


def rfc3339(moment: datetime) -> str:
    """Format a time as Atom and JSON Feed require, in its own zone: `2025-03-01T09:30:00+03:00`."""
    return moment.isoformat(timespec="seconds")


def _require_absolute(name: str, address: str) -> None:
    if not absolute_uri(address):
        raise ValueError(
            worded("{name} must be an absolute http or https URL, not {address!r}", name=name, address=address)
        )


def _moment(when: date) -> datetime:
    moment = when if isinstance(when, datetime) else datetime.combine(when, time())
    offset = moment.utcoffset()
    if offset is None:
        return moment.replace(tzinfo=UTC)
    # The offsets of local mean times include seconds, which feed date formats cannot represent.
    return moment.astimezone(UTC) if offset % timedelta(minutes=1) else moment
