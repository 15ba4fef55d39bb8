"""Turn an article into a document of the index."""

from typing import Any

from newsarchive.arabic.names import name_key
from newsarchive.article import Article
from newsarchive.search.indexing.article_values import moment_of, sites_of
from newsarchive.search.indexing.document_topics import DocumentTopics
from newsarchive.search.indexing.wordbook import Wordbook
from newsarchive.search.scoring.analysis import has_title, searched_texts
from newsarchive.search.whoosh_index.storage.schema import TOPIC_SEPARATOR


def document(article: Article, topics: DocumentTopics, wordbook: Wordbook, *, arrival: int = 0) -> dict[str, Any]:
    """The values of an article's fields, with words by number; stems and condensed words are derived later.

    `arrival` is the arrival number of the article's first revision.
    """
    exact = [wordbook.read_lines(part) for part in searched_texts(article)]
    meaning = topics.meaning_of(article)
    assigned = () if meaning.topics else topics.assigned(article, exact)
    values: dict[str, Any] = {
        "id": article.id,
        "exact": exact,
        "title_exact": exact[:1] if has_title(article) else None,
        "source": article.source or None,
        "source_words": [wordbook.read_lines(article.source)],
        "author_words": [wordbook.read_lines(author) for author in article.authors],
        "topic": meaning.topics,
        "topics": _column(*meaning.topics),
        "assigned_topic": assigned,
        "assigned_topics": _column(*assigned),
        "section": meaning.sections,
        "sections": _column(*meaning.sections),
        "moment": moment_of(article),
        "site": sites_of(article.url) or None,
        "source_key": name_key(article.source) or None,
        "publisher_key": name_key(article.publisher) or None,
        "author_key": [key for author in article.authors if (key := name_key(author))] or None,
        "publisher": _column(article.publisher),
        "authors": _column(*article.authors),
        "language": _column(article.language),
        "arrival": arrival,
    }
    if article.published_day is not None:
        values["day"] = values["days"] = article.published_day.toordinal()
    return {name: value for name, value in values.items() if value is not None}


def _column(*values: str) -> bytes | None:
    """The values of a column. A lone surrogate can't be encoded as UTF-8, so it becomes a question mark."""
    return TOPIC_SEPARATOR.join(values).encode(errors="replace") or None
