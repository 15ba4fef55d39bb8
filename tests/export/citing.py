"""Writes the sample articles of `tests.citing` in a format, as an export does."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from newsarchive.article import Article
from newsarchive.export.format import ExportContext, ExportItem
from newsarchive.export.formats import named
from newsarchive.topics import ArticleTopics
from tests.citing.samples import PAGE

SITE = "أرشيف الأخبار"
TOPICS = ArticleTopics(given=("economy",), sections=("Food, water",))


def written(name: str, articles: Sequence[Article]) -> bytes:
    """The export of these articles in a format."""
    out = BytesIO()
    items = (ExportItem(article=one, topics=TOPICS, page_url=PAGE + one.id) for one in articles)
    report = named(name).write(items, out, ExportContext(archive_folder=Path(), site_title=SITE))
    assert report.items == len(articles)
    return out.getvalue()
