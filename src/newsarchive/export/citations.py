"""The citations of the articles of an export, and the labels of their topics."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from newsarchive.article import Article
from newsarchive.citing import Citation, citation_of
from newsarchive.export.format import ExportContext, ExportItem
from newsarchive.i18n import Language
from newsarchive.topics import ArticleTopics, topic_label


def citations(items: Iterable[ExportItem], context: ExportContext) -> Iterator[Citation]:
    """The citation of each item, read one by one.

    Of several revisions of an article, which follow each other, each but the first gets an id of its own, because
    reference managers take records with the same id for one.
    """
    before = ""
    for item in items:
        citation = item_citation(item, context)
        is_other = citation.id == before
        before = citation.id
        yield replace(citation, id=f"{citation.id}-r{citation.revision}") if is_other else citation


def item_citation(item: ExportItem, context: ExportContext) -> Citation:
    """The citation of one item."""
    return citation_of(
        item.article,
        container=item.source_name,
        keywords=keywords_of(item.article, item.topics),
        page_url=item.page_url,
        archive_name=context.site_title,
    )


def keywords_of(article: Article, topics: ArticleTopics) -> tuple[str, ...]:
    """The topics and sections that the publisher gave an article, in its language.

    Topics that a model assigned are a guess of this archive, so they are no keywords of the article.
    """
    return tuple(topic_label(name, label_language(article)) for name in (*topics.given, *topics.sections))


def label_language(article: Article) -> Language:
    """The language of names and topics in the record of an article: its own, if there are labels in it."""
    return "en" if article.language.partition("-")[0].lower() == "en" else "ar"
