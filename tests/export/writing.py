"""Write articles in a format, as an export does."""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from newsarchive.article import Article
from newsarchive.export.format import ExportContext, ExportItem, ExportReport
from newsarchive.export.formats import named
from newsarchive.topics import ArticleTopics, Assignment
from tests.articles import articles, texts

TOPICS = ArticleTopics(("economy",), ("world",))
ASSIGNED = ArticleTopics(assigned=(Assignment("sport", 0.875, ("مباراة", "هدف")), Assignment("politics", 0.5, ())))

items = st.builds(
    lambda article, topics, name, url, has_text: ExportItem(
        article=article, topics=topics, source_name=name, page_url=url, text=article.body if has_text else None
    ),
    articles,
    st.sampled_from([ArticleTopics(), TOPICS, ASSIGNED]),
    texts,
    st.sampled_from(["", "https://archive.example/article/1"]),
    st.booleans(),
)


def item(article: Article, **about: Any) -> ExportItem:
    """An article with its text and the name of its source."""
    return ExportItem(article=article, **{"source_name": article.source, "text": article.body, **about})


def write(name: str, written: Iterable[ExportItem], **context: Any) -> tuple[bytes, ExportReport]:
    """What a format writes, and its report."""
    out = BytesIO()
    report = named(name).write(written, out, ExportContext(archive_folder=Path(), **context))
    return out.getvalue(), report
