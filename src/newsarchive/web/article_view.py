"""The content of an article's page as plain data."""

from dataclasses import dataclass
from functools import cached_property

from newsarchive.article import Article, Record
from newsarchive.export.format import ExportFormat
from newsarchive.export.formats import CITATIONS
from newsarchive.search import (
    NO_CONTEXT,
    Context,
    Highlighted,
    SearchRequest,
    Translate,
    highlight_article,
    untranslated,
)
from newsarchive.syndication import absolute_uri
from newsarchive.topics import ArticleTopics
from newsarchive.web.export_slots import current_slots
from newsarchive.web.facet_view import Option
from newsarchive.web.history import ListedRevision, listed_revisions
from newsarchive.web.interface import Interface
from newsarchive.web.links import Links, article_address, unapi_address
from newsarchive.web.params import search_args

_SUREST = 0.99
"""The highest confidence that is shown: no model is 100% sure, even if the number is rounded to 1."""
DESCRIPTION_LENGTH = 200
"""The maximum length of the description for search engines and link previews, in characters."""


MOST_REVISIONS = 20
"""How many revisions the page of an article lists; a page of their own has all."""


@dataclass(frozen=True, slots=True)
class ShownParagraph:
    """A paragraph with highlights. `is_match` is true if it has the first highlight of the body."""

    text: Highlighted
    is_heading: bool
    is_match: bool


@dataclass(frozen=True, slots=True)
class AssignedTopic:
    """A topic that the model assigned: a link to its articles, how sure the model is, and what decided."""

    option: Option
    percent: str
    words: tuple[str, ...]


class ArticleText:
    """The title and body of an article as shown, with the words of the search highlighted."""

    def __init__(
        self,
        article: Article,
        query: str,
        *,
        highlight: bool,
        context: Context = NO_CONTEXT,
        translate: Translate = untranslated,
    ) -> None:
        self.is_searched = bool(query.strip())
        self.is_highlighted = self.is_searched and highlight
        self.title, self._body = Highlighted(article.title), Highlighted(article.body)
        if self.is_highlighted:
            self.title, self._body = highlight_article(article, query, context, translate)
        self._headings = frozenset(article.headings)

    @property
    def has_marks(self) -> bool:
        """Whether any word is highlighted."""
        return bool(self.title.marks or self._body.marks)

    @property
    def has_marks_in_body(self) -> bool:
        """Whether the body has a highlight to jump to."""
        return bool(self._body.marks)

    @cached_property
    def paragraphs(self) -> tuple[ShownParagraph, ...]:
        """The paragraphs of the body."""
        texts = tuple(self._body.paragraphs())
        first = next((number for number, text in enumerate(texts) if text.marks), None)
        return tuple(
            ShownParagraph(text, text.text in self._headings, number == first) for number, text in enumerate(texts)
        )


class ArticleView:
    """An article in one interface language."""

    def __init__(  # noqa: PLR0913 - each is a part of the page
        self,
        article: Article,
        history: tuple[Record, ...],
        links: Links,
        interface: Interface,
        text: ArticleText,
        topics: ArticleTopics,
    ) -> None:
        self.article = article
        self._topics = topics
        self.links = links
        self.text = text
        self._history = history
        self._interface = interface

    @property
    def title(self) -> str:
        """The title, or a placeholder for an untitled article."""
        return self.article.title.strip() or self._interface.text("untitled")

    @property
    def other_highlighting(self) -> str:
        """The URL that turns highlighting off, or on again."""
        return self.links.article(self.article.id, highlight=not self.text.is_highlighted)

    @property
    def original(self) -> str | None:
        """The URL of the original article, or None if it isn't a valid http or https URL."""
        return absolute_uri(self.article.url) or None

    @property
    def address(self) -> str:
        """The absolute URL of this page."""
        return article_address(self.article.id)

    @property
    def back(self) -> str | None:
        """The URL of the results page the reader came from, or None."""
        return self.links.results(self.links.request) if search_args(self.links.request) else None

    @property
    def topics(self) -> tuple[Option, ...]:
        """The given topics, each with a link to its articles."""
        return tuple(map(self._topic, self._topics.given))

    def _topic(self, topic: str) -> Option:
        return Option(self._interface.topic(topic), self.links.results(SearchRequest(topics=(topic,))), chosen=False)

    @property
    def assigned_topics(self) -> tuple[AssignedTopic, ...]:
        """The assigned topics, the likeliest first."""
        return tuple(
            AssignedTopic(
                self._topic(assignment.topic),
                self._interface.percent(min(assignment.confidence, _SUREST)),
                assignment.words,
            )
            for assignment in self._topics.assigned
        )

    @property
    def sections(self) -> tuple[Option, ...]:
        """The sections, each with a link to its articles."""
        return tuple(
            Option(self._interface.topic(name), self.links.results(SearchRequest(sections=(name,))), chosen=False)
            for name in self._topics.sections
        )

    @property
    def source(self) -> Option | None:
        """The source, with a link to its articles."""
        source = self.article.source
        if not source:
            return None
        return Option(
            self._interface.source(source), self.links.results(SearchRequest(sources=(source,))), chosen=False
        )

    @property
    def publisher(self) -> str:
        """The publisher, if it is not the source."""
        return self.article.publisher if self.article.publisher != self.article.source else ""

    @property
    def description(self) -> str:
        """The summary, else the start of the text, truncated between words; the title if no text may be shown."""
        text = " ".join((self.article.summary or self.article.body or self.title).split())
        if len(text) <= DESCRIPTION_LENGTH:
            return text
        return text[:DESCRIPTION_LENGTH].rpartition(" ")[0] + "…"

    @property
    def downloads(self) -> tuple[tuple[ExportFormat, str], ...]:
        """The formats of exports, each with the URL of the article in it."""
        return tuple((form, self._download(form)) for form in current_slots().formats if form not in CITATIONS)

    @property
    def citations(self) -> tuple[tuple[ExportFormat, str], ...]:
        """The formats of citations, each with the URL of the article in it: by unAPI where there are no exports."""
        exports = current_slots().formats
        return tuple(
            (form, self._download(form) if form in exports else unapi_address(self.article.id, form.name))
            for form in CITATIONS
        )

    def _download(self, form: ExportFormat) -> str:
        return self.links.export_article(self.article.id, form, self._interface.language)

    @property
    def address_to_cite(self) -> str:
        """The original URL, else the URL of this page.

        It is in ASCII, so bidirectional text layout cannot reorder its parts.
        """
        return self.original or self.address

    @property
    def revisions(self) -> tuple[ListedRevision, ...]:
        """The latest revisions, newest first. Empty if the article never changed."""
        if len(self._history) < 2:
            return ()
        latest = self._history[-MOST_REVISIONS - 1 :]
        return listed_revisions(latest, self.article.revision, self._interface, self.links)[:MOST_REVISIONS]
