"""Pieces of HTML that are written without a template."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.search import Highlighted
from newsarchive.web.interface import Interface
from newsarchive.web.markup import highlighted, published
from tests.articles import make_article
from tests.web.page import Page


@given(st.text("ab <&\"'>\n", max_size=30), st.lists(st.integers(0, 30), max_size=8), st.sampled_from([None, "first"]))
def test_marks_are_where_they_belong(text: str, ends: list[int], mark_id: str | None) -> None:
    places = sorted({min(end, len(text)) for end in ends})
    marks = tuple(zip(places[::2], places[1::2], strict=False))
    page = Page(f"<p>{highlighted(Highlighted(text, marks), mark_id)}</p>")
    assert page.find("p")[0].text.split() == text.split()
    assert [mark.text.split() for mark in page.find("mark")] == [text[start:end].split() for start, end in marks]
    assert [mark.attributes.get("id") for mark in page.find("mark")] == [mark_id, *[None] * len(marks)][: len(marks)]


@pytest.mark.parametrize("text", ["2024-03-05T23:30:00+00:00", "2024-03-06T02:30:00+03:00"])
def test_equal_moments_are_shown_as_each_was_printed(text: str) -> None:
    article = make_article(1, published=datetime.fromisoformat(text), published_raw=f"<{text}>")
    shown = Page(str(published(Interface("en"), article))).find("time")[0]
    assert shown["datetime"] == text
    assert shown["title"] == f"<{text}>"
    assert shown.text == f"{int(text[8:10])} March 2024"
