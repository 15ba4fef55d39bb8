"""The document that an article becomes."""

from datetime import UTC, date, datetime
from typing import Any

from newsarchive.article import Article
from newsarchive.search.scoring.analysis import has_title, searched_texts
from newsarchive.search.whoosh_index.building.wordbook import Wordbook
from newsarchive.search.whoosh_index.storage.schema import TOPIC_SEPARATOR, UNDATED
from newsarchive.topics import canonical_topics

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def document(article: Article, wordbook: Wordbook) -> dict[str, Any]:
    """The values of an article's fields, with words by number; the other fields of words follow from exact forms."""
    exact = [wordbook.read(part) for part in searched_texts(article)]
    topics = canonical_topics(article.topic_names)
    values: dict[str, Any] = {
        "id": article.id,
        "exact": exact,
        "title_exact": exact[:1] if has_title(article) else None,
        "source": article.source or None,
        "source_words": [wordbook.read(article.source)],
        "author_words": [wordbook.read(author) for author in article.authors],
        "topic": topics,
        "topics": TOPIC_SEPARATOR.join(topics).encode() or None,
        "moment": moment_of(article),
    }
    if article.published_day is not None:
        values["day"] = values["days"] = article.published_day.toordinal()
    return {name: value for name, value in values.items() if value is not None}


def moment_of(article: Article) -> int:
    """Seconds since 1970 for sorting; a day without a time counts from its first second in UTC."""
    published = article.published
    if published is None:
        return UNDATED
    if not isinstance(published, datetime):
        return (published - date(1970, 1, 1)).days * 86_400
    return int((published - _EPOCH).total_seconds())
