"""The page that compares the texts of two articles."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient

from newsarchive.web import create_app
from newsarchive.web.comparison_view import ComparisonView
from newsarchive.web.interface import Interface
from tests.libraries import open_archive
from tests.sample import HOSTILE
from tests.web.page import assert_harmless, get
from tests.web.test_related import BREAD, keep

LATER = replace(
    BREAD, id="later", source="موقع الفرن", body=BREAD.body.replace("مليون", "مليوني"), published=date(2023, 1, 6)
)
SAME = replace(BREAD, id="same", source="موقع الطاحونة", published=None)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with open_archive(tmp_path_factory.mktemp("archive"), create=True) as library:
        keep(library, LATER, BREAD, SAME, HOSTILE, EVENING, NOON)
        library.update_index()
        yield create_app(library).test_client()


EVENING = replace(BREAD, id="evening", published=datetime(2023, 1, 5, 20, tzinfo=UTC))
NOON = replace(LATER, id="noon", published=datetime(2023, 1, 5, 12, tzinfo=UTC))


@pytest.mark.parametrize("order", ["evening/noon", "noon/evening"])
def test_of_two_of_a_day_the_earlier_comes_first(client: FlaskClient, order: str) -> None:
    page = get(client, f"/compare/{order}")
    assert [link["href"] for link in page.inside(page.one("dl", class_="sides"), "a")] == [
        "/article/noon",
        "/article/evening",
    ]


@pytest.mark.parametrize("order", ["later/bread", "bread/later"])
def test_the_text_of_the_later_article_is_shown_with_what_changed(client: FlaskClient, order: str) -> None:
    page = get(client, f"/compare/{order}")
    text = page.one("article")
    assert [deleted.text for deleted in page.inside(text, "del")] == ["حُذف: مليون"]
    assert [added.text for added in page.inside(text, "ins")] == ["أُضيف: مليوني"]


def test_the_share_of_common_words_is_said(client: FlaskClient) -> None:
    assert "المشترك من الكلمات 92٪" in get(client, "/compare/bread/later").one("main").text
    assert "92% of the words are the same" in get(client, "/compare/bread/later", lang="en").one("main").text


def test_texts_with_the_same_words_are_called_the_same(client: FlaskClient) -> None:
    page = get(client, "/compare/bread/same")
    assert "كلمات النصّين واحدة" in page.one("main").text
    assert not page.find("del") + page.find("ins")


def test_hostile_text_is_harmless(client: FlaskClient) -> None:
    assert_harmless(client.get(f"/compare/{HOSTILE.id}/bread").text)


def test_an_unknown_article_is_not_found(client: FlaskClient) -> None:
    assert client.get("/compare/bread/unknown").status_code == 404


def test_of_texts_in_two_directions_each_keeps_its_own(client: FlaskClient) -> None:
    english = replace(BREAD, title="Bread", body="Bread costs more.", language="en")
    merged = ComparisonView(BREAD, english, Interface("ar")).title
    assert '<del lang="ar" dir="rtl">' in merged
    assert "<ins>" in merged
    assert "dir=" not in ComparisonView(BREAD, LATER, Interface("ar")).merged("خبز", "لحم")
    assert get(client, "/compare/bread/later").link("العودة إلى المقال") == "/article/later"


def test_words_of_one_text_have_a_space_before_them() -> None:
    before = replace(BREAD, title="سيول في الوادي تقطع الطريق")
    after = replace(BREAD, title="سيول في الوادي")
    title = ComparisonView(before, after, Interface("ar")).title
    assert "الوادي <del>" in title
    assert "الوادي <ins>" in ComparisonView(after, before, Interface("ar")).title
