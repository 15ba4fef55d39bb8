"""The page of a concordance."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from newsarchive.article import Article
from newsarchive.web import create_app
from newsarchive.web.concordance_view import LINES
from tests.libraries import filled
from tests.web.page import assert_harmless

COUNT = 40


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    articles = [
        Article(id=f"a{number}", title="<b>عنوان</b>", body=f"كلمة{chr(0x628 + number)} القمح <i>حبوب</i>. ثم قمح")
        for number in range(COUNT)
    ]
    with filled(tmp_path_factory.mktemp("concordance"), articles) as library:
        yield create_app(library).test_client()


def before(page: str) -> list[str]:
    return re.findall(r'class="before"><bdi>(.*?)</bdi>', page)


def test_lines_are_sorted_and_paged(archive: FlaskClient) -> None:
    first = archive.get("/concordance?q=القمح&by=before").text
    assert len(before(first)) == LINES
    assert f"{2 * COUNT} موضعًا" in first
    address = re.search(r'rel="next" href="([^"]+)"', first)
    assert address
    second = archive.get(address[1].replace("&amp;", "&")).text
    assert len(before(second)) == 2 * COUNT - LINES
    assert 'rel="prev"' in second
    assert_harmless(first)
    assert "&lt;i&gt;حبوب" in first


def test_the_language_switch_keeps_the_order(archive: FlaskClient) -> None:
    page = archive.get("/concordance?q=القمح&by=after&lang=en").text
    assert "80 occurrences" in page
    assert re.search(r'href="/concordance\?[^"]*by=after[^"]*lang=ar', page)


def test_results_link_to_it(archive: FlaskClient) -> None:
    page = archive.get("/search?q=القمح&page=2&fold=copies").text
    address = re.search(r'href="(/concordance\?[^"]+)"', page)
    assert address
    assert "page" not in address[1]
    assert "fold" not in address[1]
    assert "/concordance" not in archive.get("/").text


@pytest.mark.parametrize("query", ["", "q=-القمح", "q=source:x"])
def test_a_search_without_words_shows_a_form(archive: FlaskClient, query: str) -> None:
    response = archive.get(f"/concordance?{query}")
    assert response.status_code == 200
    assert 'id="words"' in response.text


def test_nothing_found_and_wrong_parameters(archive: FlaskClient) -> None:
    assert "لم نجد أي موضع" in archive.get("/concordance?q=غائب").text
    assert archive.get("/concordance?q=القمح&by=x").status_code == 400
    assert archive.get("/concordance?q=القمح&page=99").status_code == 200


def test_what_a_page_leaves_out_is_said(archive: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsarchive.web.concordance_view.MOST_ARTICLES", 3)
    page = archive.get("/concordance?q=القمح&lang=en").text
    assert re.search(r"first <bdi>3</bdi> of <bdi>40 articles</bdi>", page)
