"""What holds for all formats of citations."""

import json
from io import BytesIO
from pathlib import Path

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.article import Article
from newsarchive.citing import citation_of, citation_text
from newsarchive.export.format import ExportContext, ExportFormat, ExportItem
from newsarchive.export.formats import CITATIONS
from newsarchive.i18n import Language
from tests.articles import articles

LANGUAGES: tuple[Language, ...] = ("ar", "en")

READERS = {
    "ris": lambda text: len(rispy.loads(text)),
    "bibtex": lambda text: len(parse_string(text).entries),
    "csl": lambda text: len(json.loads(text)),
}


@pytest.mark.parametrize("form", CITATIONS, ids=lambda form: form.name)
@settings(max_examples=50)
@given(found=st.lists(articles, max_size=3, unique_by=lambda article: article.id))
def test_any_article_can_be_cited(form: ExportFormat, found: list[Article]) -> None:
    out = BytesIO()
    report = form.write((ExportItem(article=one) for one in found), out, ExportContext(archive_folder=Path()))
    assert report.items == len(found)
    assert not report.missing
    assert READERS[form.name](out.getvalue().decode()) == len(found)


@given(articles)
def test_any_article_has_a_text(article: Article) -> None:
    for language in LANGUAGES:
        text = citation_text(citation_of(article), language)
        assert text.encode()
        assert len(text.splitlines()) == 1
