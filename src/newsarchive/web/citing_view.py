"""What the page of an article says for citing it: texts for people, tags and data for programs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from markupsafe import Markup, escape

from newsarchive.article import Article
from newsarchive.citing import (
    Citation,
    Contributor,
    Person,
    Run,
    citation_of,
    citation_runs,
    plain_text,
)
from newsarchive.export.citations import keywords_of, label_language
from newsarchive.i18n import LANGUAGES, Language
from newsarchive.identity import article_urn
from newsarchive.web.context import current_library, interface_in
from newsarchive.web.links import article_address

_LOCALES = {"ar": "ar_AR", "en": "en_US", "fr": "fr_FR", "fa": "fa_IR", "he": "he_IL", "tr": "tr_TR"}
"""The values of `og:locale` for languages without a region."""


@dataclass(frozen=True, slots=True)
class CitationText:
    """The citation in one language: its pieces for the page, and plain text for the clipboard."""

    language: Language
    runs: tuple[Run, ...]
    plain: str


@dataclass(frozen=True, slots=True)
class MetaTag:
    """A `meta` element: `attribute` is `name` or `property`."""

    attribute: str
    name: str
    content: str


class CitationView:
    """The citation of an article, as the archive has it. `description` is that of its page, and `title` its title."""

    def __init__(self, article: Article, *, title: str, description: str, site_title: str) -> None:
        self._article = article
        self._title = title
        self._description = description
        self._site_title = site_title

    @cached_property
    def citation(self) -> Citation:
        """The citation with names in the language of the article."""
        article, language = self._article, label_language(self._article)
        return citation_of(
            article,
            container=_source_name(article, language),
            keywords=keywords_of(article, current_library().tables.topics_of(article)),
            page_url=article_address(article.id),
            archive_name=interface_in(language).site_title,
        )

    @property
    def texts(self) -> Iterator[CitationText]:
        """The citation as text, in Arabic and in English, with the names of the source and of this site in each."""
        for language in LANGUAGES:
            container = _source_name(self._article, language) or self.citation.container
            archive = interface_in(language).site_title
            citation = replace(self.citation, container=container, archive_name=archive)
            runs = citation_runs(citation, language)
            yield CitationText(language, runs, plain_text(runs, language))

    @property
    def tags(self) -> Iterator[MetaTag]:
        """The tags of Highwire Press, Dublin Core, PRISM and Open Graph, without empty ones."""
        for name, content in (*self._highwire(), *self._dublin_core()):
            if content:
                yield MetaTag("name", name, content)
        for name, content in self._open_graph():
            if content:
                yield MetaTag("property", name, content)

    @property
    def tag_lines(self) -> Markup:
        """The tags as HTML. There are dozens, for which a template takes several times as long."""
        lines = [f'<meta {tag.attribute}="{tag.name}" content="{escape(tag.content)}">' for tag in self.tags]
        return Markup("\n".join(lines))  # noqa: S704 (the contents are escaped, the rest is from this module)

    def _highwire(self) -> Iterator[tuple[str, str]]:
        """As Google Scholar and reference managers read them: a tag for each author.

        There is no `citation_journal_title`: it would make a journal article of the news.
        """
        citation = self.citation
        yield "citation_title", citation.title
        yield from (("citation_author", _inverted(author)) for author in citation.authors)
        if citation.issued:
            yield "citation_publication_date", f"{citation.issued:%Y/%m/%d}".zfill(10)
        yield "citation_publisher", citation.publisher or citation.container
        yield "citation_language", citation.language
        yield from (("citation_keywords", keyword) for keyword in citation.keywords)
        yield "citation_public_url", citation.url
        yield "citation_fulltext_html_url", citation.page_url

    def _dublin_core(self) -> Iterator[tuple[str, str]]:
        citation = self.citation
        yield "DC.title", citation.title
        yield from (("DC.creator", _inverted(author)) for author in citation.authors)
        yield "DC.publisher", citation.publisher or citation.container
        yield "DC.date", _iso(citation)
        yield "DC.language", citation.language
        yield from (("DC.subject", keyword) for keyword in citation.keywords)
        yield "DC.description", citation.abstract
        yield "DC.type", "Text"
        yield "DC.identifier", citation.page_url
        yield "DC.source", citation.original_url
        yield "DCTERMS.issued", _iso(citation)
        yield "DCTERMS.isPartOf", citation.container
        yield "prism.publicationName", citation.container

    def _open_graph(self) -> Iterator[tuple[str, str]]:
        citation = self.citation
        yield "og:type", "article"
        yield "og:title", self._title
        yield "og:description", self._description
        yield "og:url", citation.page_url
        yield "og:site_name", self._site_title
        yield "og:locale", _LOCALES.get(citation.language.lower(), "")
        yield "article:published_time", _iso(citation)
        yield from (("article:tag", keyword) for keyword in citation.keywords)

    @property
    def linked_data(self) -> dict[str, Any]:
        """The article as a `NewsArticle` of schema.org, without empty properties."""
        citation = self.citation
        outlet = citation.publisher or citation.container
        fields: dict[str, Any] = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "@id": citation.page_url,
            "headline": citation.title,
            "author": [_linked(author) for author in citation.authors],
            "datePublished": _iso(citation),
            "publisher": {"@type": "Organization", "name": outlet} if outlet else None,
            "isPartOf": {"@type": "CreativeWork", "name": citation.container} if citation.container else None,
            "inLanguage": citation.language,
            "description": citation.abstract,
            "keywords": list(citation.keywords),
            "url": citation.url,
            "mainEntityOfPage": citation.page_url,
            "archivedAt": citation.page_url,
            "version": citation.revision if citation.revision > 1 else None,
            "identifier": [
                {"@type": "PropertyValue", "propertyID": "urn", "value": article_urn(self._article.id)},
                *(
                    [{"@type": "PropertyValue", "propertyID": "sha256", "value": citation.digest}]
                    if citation.digest
                    else ()
                ),
            ],
        }
        return {name: value for name, value in fields.items() if value}


def _source_name(article: Article, language: Language) -> str:
    return current_library().tables.sources.label(article.source, language) if article.source else ""


def _inverted(author: Contributor) -> str:
    if not isinstance(author, Person):
        return author.name
    return ", ".join(part for part in (author.family, author.given, author.suffix) if part)


def _linked(author: Contributor) -> dict[str, str]:
    if not isinstance(author, Person):
        return {"@type": "Organization", "name": author.name}
    parts = {"familyName": author.family, "givenName": author.given, "honorificSuffix": author.suffix}
    return {"@type": "Person", "name": author.name, **{name: part for name, part in parts.items() if part}}


def _iso(citation: Citation) -> str:
    """The date of publication: a day, or a moment with its zone."""
    return citation.issued.isoformat() if citation.issued else ""
