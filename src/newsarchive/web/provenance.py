"""Where each field of an article came from, as its page says it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from newsarchive.access import digest_of
from newsarchive.article import Article
from newsarchive.identity import is_web_url
from newsarchive.ingest.fetching.masking import masked
from newsarchive.topics import ArticleTopics
from newsarchive.web.interface import Interface
from newsarchive.web.messages import MESSAGES

_FOLDERS = re.compile(r"^.*[/\\](?=[^/\\])", re.DOTALL)
_SUREST = 0.99


@dataclass(frozen=True, slots=True)
class Fact:
    """One field: its label, its value, which can be a code such as a digest, and how the value came about."""

    label: str
    value: str
    how: str = ""
    is_code: bool = False


class Provenance:
    """The facts about a revision in the language of the interface.

    `article` has the names that are shown, and `stored` those in the archive. Of a file only the name is told, because
    its path says something about the computer; of an address everything but its secrets.
    """

    def __init__(self, article: Article, stored: Article, topics: ArticleTopics, interface: Interface) -> None:
        self._article = article
        self._stored = stored
        self._topics = topics
        self._interface = interface

    def __iter__(self) -> Iterator[Fact]:
        """All facts, without those that nothing is known of."""
        yield from self._origin()
        yield self._title()
        yield self._published()
        yield from self._names()
        yield from self._identity()

    def _fact(self, key: str, value: str, how: str = "", *, is_code: bool = False) -> Fact:
        return Fact(self._interface.text(f"provenance_{key}"), value, how, is_code)

    def _said(self, key: str, name: str) -> str:
        """The text for a name that is stored; the name itself if it is from another version."""
        return self._interface.text(f"{key}_{name}") if f"{key}_{name}" in MESSAGES else name

    def _origin(self) -> Iterator[Fact]:
        origin = self._stored.origin
        yield self._fact("kind", self._said("origin", origin.kind))
        location = shown_location(origin.location)
        if location:
            yield self._fact("address" if is_web_url(location) else "file", location, is_code=True)
        if origin.record:
            how = self._interface.text("provenance_record_how")
            yield self._fact("record", origin.record, how, is_code=True)
        if origin.fetched_at:
            yield self._fact("fetched", self._interface.moment(origin.fetched_at))

    def _title(self) -> Fact:
        text = self._interface.text
        if not self._article.title.strip():
            return self._fact("title", text("untitled"), text("title_how_none"))
        how = "title_how_derived" if self._article.title_derived else "title_how_given"
        return self._fact("title", self._article.title, text(how))

    def _published(self) -> Fact:
        article, text = self._article, self._interface.text
        raw = text("quoted", text=article.published_raw) if article.published_raw else ""
        if article.published is None:
            how = text("published_how_unread", raw=raw) if raw else text("published_how_none")
            return self._fact("published", text("undated"), how)
        original = self._interface.original_moment(article.published)
        value = self._interface.moment(article.published)
        if original:
            value += f" {text('published_original', moment=original)}"
        read = text("published_how_read", raw=raw) if raw else text("published_how_data")
        return self._fact("published", value, f"{read} {text(f'precision_{article.published_precision}')}")

    def _names(self) -> Iterator[Fact]:
        article, stored, text = self._article, self._stored, self._interface.text
        if article.source != stored.source and stored.source:
            how = text("source_how_renamed", stored=stored.source)
            yield self._fact("source", self._interface.source(article.source), how)
        for topic in stored.topics:
            yield self._fact("topic", topic.name, self._said("topic_by", topic.assigned_by))
        for assigned in self._topics.assigned:
            percent = self._interface.percent(min(assigned.confidence, _SUREST))
            words = text("comma").join(assigned.words)
            how = (
                text("topic_by_model_words", percent=percent, words=words)
                if words
                else text("topic_by_model", percent=percent)
            )
            yield self._fact("assigned", self._interface.topic(assigned.topic), how)

    def _identity(self) -> Iterator[Fact]:
        stored = self._stored
        yield self._fact("id", stored.id, is_code=True)
        if stored.guid:
            yield self._fact("guid", masked(stored.guid), is_code=True)
        if stored.url:
            yield self._fact("url", masked(stored.url), is_code=True)
        yield self._fact("revision", self._interface.number(stored.revision))
        if stored.archived_at:
            yield self._fact("archived", self._interface.moment(stored.archived_at))
        if digest := digest_of(stored):
            yield self._fact("digest", digest, self._interface.text("digest_how"), is_code=True)


def shown_location(location: str) -> str:
    """The part of a location that everybody may know: an address without secrets, or the name of a file.

    >>> shown_location("/srv/import/agency.jsonl:3")
    'agency.jsonl:3'
    >>> shown_location("https://me:pass@example.org/feed?api_key=a1b2&page=2")
    'https://example.org/feed?api_key=***&page=2'
    """
    if is_web_url(location):
        return masked(location)
    name, mark, record = location.partition("#urn:")
    return _FOLDERS.sub("", name) + mark + record
