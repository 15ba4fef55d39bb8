"""What the page of an article shows, as plain data."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from newsarchive.article import Article, Record, Withdrawal
from newsarchive.search import SearchRequest
from newsarchive.syndication import absolute_uri
from newsarchive.topics import canonical_topics
from newsarchive.web.links import Links, article_address
from newsarchive.web.messages import Interface
from newsarchive.web.params import search_args
from newsarchive.web.view import Option

DESCRIPTION_LENGTH = 200
"""Characters of a description for search engines and previews of links."""

_RTL_LANGUAGES = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


def text_direction(language: str) -> str:
    """The value of `dir` for a text in a language; `auto`, by its first letter, where the language is unknown."""
    if not language:
        return "auto"
    return "rtl" if language.partition("-")[0].lower() in _RTL_LANGUAGES else "ltr"


def name_direction(name: str) -> str:
    """The value of `dir` for a name: a name such as `CNN بالعربية` is Arabic, although it begins with Latin letters."""
    return "rtl" if any(unicodedata.bidirectional(letter) in ("AL", "R") for letter in name) else "auto"


@dataclass(frozen=True, slots=True)
class Revision:
    """One line of an article's history."""

    number: int
    archived_at: datetime | None
    is_shown: bool
    note: str


class ArticleView:
    """One article in one language of the interface."""

    def __init__(self, article: Article, history: tuple[Record, ...], links: Links, interface: Interface) -> None:
        self.article = article
        self.links = links
        self._history = history
        self._interface = interface

    @property
    def title(self) -> str:
        """The title, or what stands for one."""
        return self.article.title.strip() or self._interface.text("untitled")

    @property
    def original(self) -> str | None:
        """The address of the original, if it is one that a page may link to."""
        return absolute_uri(self.article.url) or None

    @property
    def address(self) -> str:
        """The address to cite."""
        return article_address(self.article.id)

    @property
    def back(self) -> str | None:
        """The results that the reader came from."""
        return self.links.results(self.links.request) if search_args(self.links.request) else None

    @property
    def topics(self) -> tuple[Option, ...]:
        """The topics, each with the page of its articles."""
        return tuple(
            Option(self._interface.topic(topic), self.links.results(SearchRequest(topics=(topic,))), chosen=False)
            for topic in canonical_topics(self.article.topic_names)
        )

    @property
    def source(self) -> Option | None:
        """The source, with the page of its articles."""
        source = self.article.source
        return Option(source, self.links.results(SearchRequest(sources=(source,))), chosen=False) if source else None

    @property
    def publisher(self) -> str:
        """Who printed it, where that is not the source."""
        return self.article.publisher if self.article.publisher != self.article.source else ""

    @property
    def description(self) -> str:
        """The summary, else the beginning of the text, cut between words."""
        text = " ".join((self.article.summary or self.article.body).split())
        if len(text) <= DESCRIPTION_LENGTH:
            return text
        return text[:DESCRIPTION_LENGTH].rpartition(" ")[0] + "…"

    @property
    def citation(self) -> str:
        """The article as a line of a bibliography."""
        article, interface = self.article, self._interface
        day = interface.date(article.published) if article.published else interface.text("undated")
        title = interface.text("quoted", text=self.title)
        names = [*article.authors, title, article.source, self.publisher, day, interface.site_title]
        cited = interface.text("comma").join(name for name in names if name)
        return f"{cited}. {self.article.url if self.original else self.address}"

    @property
    def revisions(self) -> tuple[Revision, ...]:
        """The history, newest first; empty for an article that never changed."""
        return tuple(self._revisions())[::-1] if len(self._history) > 1 else ()

    def _revisions(self) -> Iterator[Revision]:
        before: Article | None = None
        for record in self._history:
            shown = isinstance(record, Article) and record.revision == self.article.revision
            yield Revision(record.revision, record.archived_at, shown, self._note(before, record))
            before = record if isinstance(record, Article) else before

    def _note(self, before: Article | None, record: Record) -> str:
        if isinstance(record, Withdrawal):
            return self._interface.text("history_withdrawn", reason=record.reason)
        changed = _changes(before, record) if before else ()
        names = (self._interface.text(f"changed_{part}") for part in changed)
        return self._interface.text("history_changed", what=self._interface.text("comma").join(names)) if changed else ""


def _changes(before: Article, after: Article) -> tuple[str, ...]:
    """Which parts of an article a revision changed."""
    parts = {
        "title": before.title != after.title,
        "body": before.body != after.body,
        "published": before.published != after.published,
        "authors": before.authors != after.authors,
    }
    return tuple(part for part, changed in parts.items() if changed) or ("other",)
