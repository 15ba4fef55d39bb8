"""The pages, feeds and API of stories: articles about one event from several sources."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import feedparser
import pytest
from flask.testing import FlaskClient

from newsarchive.article import Article
from newsarchive.web import create_app
from tests.libraries import open_archive
from tests.web.page import assert_harmless, get
from tests.web.test_related import keep

FLOOD = Article(
    id="flood",
    title="السيول تجتاح وادي الرمان وتقطع طريق الجبل",
    body="اجتاحت السيول وادي الرمان صباح اليوم وقطعت طريق الجبل، وأجلى الدفاع المدني سكان ثلاث قرى في الوادي.",
    source="وكالة السهل",
    published=datetime(2024, 3, 4, 8, 30, tzinfo=UTC),
)
RESCUE = replace(
    FLOOD,
    id="rescue",
    title="إجلاء سكان ثلاث قرى بعد سيول وادي الرمان",
    body="قال الدفاع المدني إنه أجلى سكان ثلاث قرى في وادي الرمان بعد السيول التي قطعت طريق الجبل في الوادي.",
    source="صحيفة النهر",
    published=datetime(2024, 3, 4, 15, 0, tzinfo=UTC),
)
ROAD = replace(
    FLOOD,
    id="road",
    title="فتح طريق الجبل بعد سيول وادي الرمان",
    body="فتحت السلطات طريق الجبل الذي قطعته سيول وادي الرمان، وعاد سكان القرى الثلاث التي أجلاها الدفاع المدني.",
    source="صحيفة البحر",
    published=datetime(2024, 3, 5, 9, 0, tzinfo=UTC),
)
MATCH = Article(
    id="match",
    title="النسور يفوز بكأس الدوري <script>alert(1)</script>",
    body="فاز فريق النسور على فريق الصقور بهدفين في نهائي كأس الدوري أمام أربعين ألف متفرج في الملعب الوطني.",
    source="موقع الجبل",
    published=date(2024, 3, 4),
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with open_archive(tmp_path_factory.mktemp("archive"), create=True) as library:
        keep(library, FLOOD, MATCH, RESCUE, ROAD)
        library.update_index()
        yield create_app(library).test_client()


def test_the_largest_stories_of_the_last_day_are_listed(client: FlaskClient) -> None:
    page = get(client, "/stories")
    assert "أكبر أحداث يوم 5 مارس/آذار 2024" in page.one("h1").text
    assert len(page.titles) == 1
    listed = page.one("ol", class_="hits").text
    assert "3 مقالات من 3 مصادر" in listed
    assert all(source in listed for source in ("وكالة السهل", "صحيفة النهر", "صحيفة البحر"))


def test_a_week_has_its_days_and_the_pages_lead_on(client: FlaskClient) -> None:
    page = get(client, "/stories", period="week", date="2024-03-04")
    assert "من 27 فبراير/شباط إلى 4 مارس/آذار 2024" in page.one("h1").text
    assert page.link("ما بعده").endswith("period=week&date=2024-03-05")
    assert page.link("ما قبله").endswith("period=week&date=2024-02-26")
    assert get(client, "/stories", date="2020-01-01").find("p", class_="notice")


def test_switching_the_language_keeps_the_day(client: FlaskClient) -> None:
    page = get(client, get(client, "/stories", period="week", date="2024-03-04").link("English"))
    assert "Top stories from 27 February to 4 March 2024" in page.one("h1").text


def test_a_story_lists_its_reports_in_order(client: FlaskClient) -> None:
    page = get(client, "/stories/flood")
    assert page.titles == [FLOOD.title, RESCUE.title, ROAD.title]
    assert "أول ما نُشر" in page.one("ol", class_="hits").text
    assert get(client, "/stories/road").titles == page.titles


@pytest.mark.parametrize("address", ["/stories?period=week&lang=en", "/stories/flood?lang=en"])
def test_a_story_has_a_shape_over_its_days_and_a_feed(client: FlaskClient, address: str) -> None:
    page = get(client, address)
    shapes = page.find("svg", class_="spark")
    assert [one["aria-label"] for one in shapes] == ["4 to 5 March 2024; most in 4 March 2024: 2 articles"]
    feeds = [link["href"] for link in page.find("a", type="application/rss+xml")]
    assert any("/stories/" in feed or "story" in feed for feed in feeds)


def test_an_article_leads_to_its_story_unless_it_is_alone_in_it(client: FlaskClient) -> None:
    page = get(client, "/article/rescue")
    assert page.link("كل ما كُتب عن هذا الحدث (3 مقالات من 3 مصادر)") == "/stories/flood"
    assert not get(client, "/article/match").find("p", class_="same-story")


def test_results_show_each_story_once(client: FlaskClient) -> None:
    page = get(client, "/search", fold="stories")
    assert len(page.titles) == 2
    assert page.link("ومقالان آخران من مصدرين") == "/stories/flood"


@pytest.mark.parametrize("address", ["/stories/unknown", "/stories?date=xyz", "/stories?period=year"])
def test_what_there_is_not_is_an_error_page(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code in (400, 404)


def test_hostile_titles_are_harmless(client: FlaskClient) -> None:
    assert_harmless(client.get("/stories/match").text)


@pytest.mark.parametrize("ending", ["xml", "atom", "json"])
def test_the_feed_has_each_story_with_its_reports(client: FlaskClient, ending: str) -> None:
    response = client.get(f"/stories.{ending}", query_string={"period": "week"})
    assert response.status_code == 200
    if ending == "json":
        (item,) = response.get_json(force=True)["items"]
        assert item["id"] == "urn:newsarchive:story-flood"
        assert item["url"] == "http://localhost/stories/flood"
        text = item["content_html"]
    else:
        parsed = feedparser.parse(response.data)
        assert not parsed.bozo
        (entry,) = parsed.entries
        assert entry.id == "urn:newsarchive:story-flood"
        assert entry.link == "http://localhost/stories/flood"
        text = entry.content[0].value
    assert all(report.title in text for report in (FLOOD, RESCUE, ROAD))


def test_the_api_lists_stories_a_page_at_a_time(tmp_path: Path) -> None:
    others = [
        replace(article, id=f"{article.id}-{number}", body=f"{article.body} {word * 3}")
        for number, word in enumerate(("الأول ", "الثاني "), 1)
        for article in (FLOOD, RESCUE)
    ]
    monthly = [
        replace(one, published=datetime(2024, 3 + 2 * (n // 2), 4 + n % 2, tzinfo=UTC)) for n, one in enumerate(others)
    ]
    with open_archive(tmp_path, create=True) as library:
        keep(library, FLOOD, RESCUE, ROAD, *(replace(one, published=one.published) for one in monthly[2:]))
        library.update_index()
        client = create_app(library).test_client()
        days = {"from": "2024", "to": "2024"}
        whole = client.get("/api/v1/stories", query_string=days).get_json()
        assert (len(whole["stories"]), whole["next"]) == (2, None)
        first = client.get("/api/v1/stories", query_string={**days, "limit": "1"}).get_json()
        second = client.get(first["next"]).get_json()
        assert first["stories"] + second["stories"] == whole["stories"]
        assert second["next"] is None
        assert client.get("/api/v1/stories", query_string={**days, "page": "99999"}).get_json()["stories"] == []


def test_the_api_lists_stories_and_their_articles(client: FlaskClient) -> None:
    answer = client.get("/api/v1/stories", query_string={"from": "2024-03", "to": "2024-03"}).get_json()
    (story,) = answer["stories"]
    assert (story["id"], story["count"], story["sources"]) == ("flood", 3, 3)
    assert (story["first"], story["last"]) == ("2024-03-04T08:30:00+00:00", "2024-03-05T09:00:00+00:00")
    articles = client.get("/api/v1/stories/flood").get_json()["articles"]
    assert [article["id"] for article in articles] == ["flood", "rescue", "road"]
    assert client.get("/api/v1/stories/unknown").status_code == 404
    assert client.get("/api/v1/stories", query_string={"from": "2024-03-02", "to": "2024-03-01"}).status_code == 400


def test_the_api_folds_stories(client: FlaskClient) -> None:
    hits = client.get("/api/v1/search", query_string={"fold": "stories"}).get_json()["hits"]
    assert [hit["folded"]["group"] if hit["folded"] else None for hit in hits] == ["flood", None]
