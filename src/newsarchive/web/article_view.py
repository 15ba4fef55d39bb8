"""What the page of an article shows, as plain data."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from newsarchive.article import Article, Record, Withdrawal
from newsarchive.search import Highlighted, SearchRequest, highlight_article
from newsarchive.syndication import absolute_uri
from newsarchive.topics import canonical_topics
from newsarchive.web.links import Links, article_address
from newsarchive.web.messages import Interface
from newsarchive.web.params import search_args
from newsarchive.web.view import Option

DESCRIPTION_LENGTH = 200
"""Characters of a description for search engines and previews of links."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One line of an article's history."""

    number: int
    archived_at: datetime | None
    is_shown: bool
    note: str


@dataclass(frozen=True, slots=True)
class ShownParagraph:
    """A paragraph, marked; `is_match` says that it has the first mark of the body."""

    text: Highlighted
    is_heading: bool
    is_match: bool


class ArticleText:
    """Title and body of an article as they are shown, with the words of the search that it was found by marked."""

    def __init__(self, article: Article, query: str, *, highlight: bool) -> None:
        self.is_searched = bool(query.strip())
        self.is_highlighted = self.is_searched and highlight
        self.title, self._body = Highlighted(article.title), Highlighted(article.body)
        if self.is_highlighted:
            self.title, self._body = highlight_article(article, query)
        self._headings = frozenset(article.headings)

    @property
    def has_marks(self) -> bool:
        """Whether any word is marked."""
        return bool(self.title.marks or self._body.marks)

    @property
    def has_marks_in_body(self) -> bool:
        """Whether there is a first mark to go to."""
        return bool(self._body.marks)

    @cached_property
    def paragraphs(self) -> tuple[ShownParagraph, ...]:
        """The body's paragraphs."""
        texts = tuple(self._body.paragraphs())
        first = next((number for number, text in enumerate(texts) if text.marks), None)
        return tuple(
            ShownParagraph(text, text.text in self._headings, number == first) for number, text in enumerate(texts)
        )


class ArticleView:
    """One article in one language of the interface."""

    def __init__(
        self,
        article: Article,
        history: tuple[Record, ...],
        links: Links,
        interface: Interface,
        text: ArticleText,
    ) -> None:
        self.article = article
        self.links = links
        self.text = text
        self._history = history
        self._interface = interface

    @property
    def title(self) -> str:
        """The title, or what stands for one."""
        return self.article.title.strip() or self._interface.text("untitled")

    @property
    def other_highlighting(self) -> str:
        """The address of this page without the marks, or with them again."""
        return self.links.article(self.article.id, highlight=not self.text.is_highlighted)

    @property
    def original(self) -> str | None:
        """The address of the original, if it is one that a page may link to."""
        return absolute_uri(self.article.url) or None

    @property
    def address(self) -> str:
        """The full address of this page."""
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
    def citation(self) -> tuple[str, ...]:
        """The parts of the line of a bibliography, each of its own direction; the address is in `address_to_cite`."""
        article, interface = self.article, self._interface
        day = interface.date(article.published) if article.published else interface.text("undated")
        title = interface.text("quoted", text=self.title)
        parts = (*article.authors, title, article.source, self.publisher, day, interface.site_title)
        return tuple(part for part in parts if part)

    @property
    def address_to_cite(self) -> str:
        """The original's address in ASCII, which no direction of text can tear apart, else that of the page here."""
        return self.original or self.address

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
        return (
            self._interface.text("history_changed", what=self._interface.text("comma").join(names)) if changed else ""
        )


def _changes(before: Article, after: Article) -> tuple[str, ...]:
    """Which parts of an article a revision changed."""
    parts = {
        "title": before.title != after.title,
        "body": before.body != after.body,
        "published": before.published != after.published,
        "authors": before.authors != after.authors,
    }
    return tuple(part for part, changed in parts.items() if changed) or ("other",)
