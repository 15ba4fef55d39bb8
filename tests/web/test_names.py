"""Names of sources, dates and unknown values, as pages, feeds and the command line show them."""

from collections.abc import Callable
from pathlib import Path

import feedparser
import pytest
from flask.testing import FlaskClient

from newsarchive.article import Article
from newsarchive.cli import main
from newsarchive.web import create_app
from tests.libraries import filled, open_archive
from tests.sample import WHEAT
from tests.web.page import get


@pytest.mark.parametrize(("language", "shown"), [("ar", "الجزيرة"), ("en", "Al Jazeera")])
def test_sources_have_a_name_in_the_language_of_the_page(client: FlaskClient, language: str, shown: str) -> None:
    page = get(client, "/search", q="القمح", lang=language)
    assert page.one("ol", **{"class": "hits"}).text.count(shown) == 1
    assert "source=الجزيرة" in page.link(f"{shown} 1")
    assert shown in get(client, "/article/wheat", lang=language).one("article").text
    chip = get(client, "/search", source="aljazeera", lang=language)
    assert any(shown in link.text and "×" in link.text for link in chip.find("a"))
    feed = feedparser.parse(client.get(f"/feed.xml?q=القمح&source=Aljazeera&lang={language}").data)
    assert feed.entries[0].source.title == shown
    assert shown in feed.feed.title


def test_a_query_that_is_only_a_date_has_a_link_to_its_days(client: FlaskClient) -> None:
    page = get(client, "/search", q="أبريل 2025", lang="en")
    link = page.link("Articles from 1 to 30 April 2025")
    assert link == "/search?from=2025-04-01&to=2025-04-30&lang=en"
    assert (
        get(client, "/search", q="21/4/2025")
        .link("مقالات 21 أبريل/نيسان 2025")
        .endswith("from=2025-04-21&to=2025-04-21")
    )
    assert "Articles" not in get(client, "/search", q="القمح", lang="en").one("main").text


@pytest.mark.parametrize(
    ("query", "value"),
    [("date:2025-13-45 القمح", "2025-13-45"), ("source:<b>", "<b>"), ("https://x.example/1", "https://x.example/1")],
)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_a_notice_is_about_is_named(client: FlaskClient, query: str, value: str, language: str) -> None:
    notices = get(client, "/search", q=query, lang=language).find("p", **{"class": "notice", "role": "status"})
    assert any(value in notice.text for notice in notices)


def test_a_pasted_address_leads_to_its_article(client: FlaskClient) -> None:
    assert get(client, "/search", q="http://www.news.example/مقال/قمح/?id=1&lang=ar#x").titles == [WHEAT.title]


def test_the_value_of_a_field_is_not_highlighted(tmp_path: Path, article: Callable[..., Article]) -> None:
    with filled(tmp_path, [article(1, source="skynews", body="نيوز هنا، والقمح هناك.")]) as library:
        page = get(create_app(library).test_client(), "/article/id1", q="source:سكاي نيوز القمح")
    assert [mark.text for mark in page.find("mark")] == ["والقمح"]


def test_the_command_line_shows_names_and_what_is_unknown(
    tmp_path: Path, article: Callable[..., Article], capsys: pytest.CaptureFixture[str]
) -> None:
    with filled(tmp_path, [article(1, source="skynews")]):
        pass

    def printed(*query: str) -> str:
        with pytest.raises(SystemExit):
            main(["search", "--archive", str(tmp_path), *query])
        return "".join(capsys.readouterr())

    assert "سكاي نيوز عربية" in printed("source:Sky News Arabia")
    unknown = printed("date:غدا source:جريدة")
    assert "left out of the search: غدا" in unknown
    assert "no such source: جريدة" in unknown
    assert "newsarchive search date:2025-04-01..2025-04-30" in printed("نيسان", "2025")


def test_display_names_need_no_new_index(tmp_path: Path, article: Callable[..., Article]) -> None:
    with filled(tmp_path, [article(1, source="صوت النهر")]):
        (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "sources.txt").write_text("صوت النهر = River Voice, rv\n", encoding="utf-8")
    with open_archive(tmp_path) as library:
        assert not library.changed_tables
        client = create_app(library).test_client()
        answer = client.get("/api/v1/search?source=RV&lang=en").get_json()
    assert answer["facets"]["source"] == [{"value": "صوت النهر", "label": "River Voice", "count": 1}]
