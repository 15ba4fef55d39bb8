"""The fields of the index, and the document that an article becomes."""

from datetime import UTC, date, datetime
from typing import Any

from whoosh import columns, fields

from newsarchive.article import Article
from newsarchive.search.scoring.analysis import Words, has_title, searched_texts
from newsarchive.search.whoosh_index.building.wordbook import Wordbook
from newsarchive.topics import canonical_topics

INDEX_FORMAT = 5
"""Grows when fields, analysis or file formats change; an index of another format is rebuilt."""

DAY_FIELD = "day"
"""The field whose numbers are also the column `days`."""
TOPIC_SEPARATOR = "\x1f"
UNDATED = -(2**62)
"""The moment of an article without a date: sorts behind all others, newest or oldest first."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def make_schema() -> fields.Schema:
    """A fresh schema.

    `text` holds the stems of title, body and summary, `exact` their folded forms; `title` and `title_exact` the
    title's alone, never a derived one's. `source`, `topics` and the two dates are columns for facets and sorting.
    `condensed` is what the second look reads (`condensing`).
    """
    text = Words()
    return fields.Schema(
        id=fields.ID(unique=True, stored=True),
        text=text,
        exact=text,
        title=text,
        title_exact=text,
        source=fields.ID(sortable=columns.RefBytesColumn()),
        source_words=text,
        author_words=text,
        topic=fields.KEYWORD(),
        topics=fields.COLUMN(columns.RefBytesColumn()),
        # A range of days is a run of terms here: Whoosh's coarser terms beside them are not needed.
        day=fields.NUMERIC(int, bits=32, shift_step=0),
        days=fields.COLUMN(columns.NumericColumn("i", default=0)),
        moment=fields.COLUMN(columns.NumericColumn("q", default=UNDATED)),
        condensed=fields.STORED(),
    )


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
