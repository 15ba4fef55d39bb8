"""The pages for browsing: their numbers are those of the searches that they link to."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from newsarchive.arabic.alphabet import alphabetical
from newsarchive.article import Article, Topic
from newsarchive.library import Library
from newsarchive.search import SearchRequest
from newsarchive.web import create_app
from tests.articles import make_article
from tests.libraries import filled
from tests.web.page import Element, Page, get

HOSTILE = '"><script>alert(1)</script>'
SLASHED = "a//b/../c d?e#f%2F"
PAGES = ("/sources", "/topics", "/authors", "/days", "/days/2024", "/days/2024-02", "/facets/author", "/sources/تاس")


def _articles() -> Iterator[Article]:
    for number in range(40):
        yield make_article(
            number,
            source=("تاس", "صحيفة النهر", HOSTILE)[number % 3],
            authors=(f"كاتب {number % 7}", ("أمل", "إبراهيم", "باسم", "Émile", "يسرى")[number % 5]),
            topics=(Topic(("رياضة", "اقتصاد", "دورة الحياكة", "العالم")[number % 4], "feed"),),
            published=date(2024, 1, 10) + timedelta(days=2 * number) if number % 9 else None,
        )
    daily = (make_article(100 + n, source="Daily", published=date(2024, 2, 1) + timedelta(days=n)) for n in range(60))
    yield from (article for article in daily if not 20 <= int(article.id[2:]) - 100 < 33)
    yield make_article(200, source=SLASHED, authors=("<b>كاتب</b>",), published=date(2024, 2, 29))
    yield make_article(201, source="..", authors=("#",))


@pytest.fixture(scope="module")
def browsed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with filled(tmp_path_factory.mktemp("browsed") / "archive", list(_articles())) as library:
        yield library


@pytest.fixture(scope="module")
def reader(browsed: Library) -> FlaskClient:
    return create_app(browsed).test_client()


def number_in(text: str) -> int:
    found = re.search(r"\d[\d,]*", text)
    return int(found[0].replace(",", "")) if found else {"نتيجة واحدة": 1, "نتيجتان": 2}[text.strip()]


def total_of(client: FlaskClient, address: str) -> int:
    words = get(client, address).one("p", class_="count").words
    return number_in(words.partition("·")[0]) if re.search(r"\d", words) else number_in(words)


def rows(page: Page) -> Iterator[tuple[Element, list[Element]]]:
    """The rows of the lists of names, each with its links."""
    for row in page.find("tr"):
        links = list(page.inside(row, "a"))
        if links and any(table.attributes.get("class") == "names" for table in row.within):
            yield row, links


@pytest.mark.parametrize("address", ["/sources", "/topics", "/authors"])
def test_the_count_of_each_name_is_what_its_search_finds(reader: FlaskClient, address: str) -> None:
    page = get(reader, address)
    listed = list(rows(page))
    assert len(listed) >= 4
    for row, links in listed:
        count = next(cell for cell in page.inside(row, "td") if cell.attributes.get("class") == "n")
        assert re.fullmatch(r"المقالات: [\d,]+", count.words)
        # Where the name leads to the search, the number is no second link to it.
        link = next(page.inside(count, "a"), links[0])
        assert total_of(reader, link["href"]) == number_in(count.words), row.words
        feed = next(link for link in links if link.attributes.get("type") == "application/rss+xml")
        assert reader.get(feed["href"]).data.count(b"<item>") == min(50, number_in(count.words))
        assert get(reader, links[0]["href"]).one("h1")


def test_the_calendar_has_the_numbers_of_its_days(reader: FlaskClient, browsed: Library) -> None:
    page = get(reader, "/days/2024-02")
    days = {}
    for link in page.find("a"):
        if found := re.search(r"/search\?from=([\d-]+)&to=\1$", link["href"]):
            days[date.fromisoformat(found[1])] = link
    counts = browsed.count_days(SearchRequest())
    assert set(days) == {day for day in counts if (day.year, day.month) == (2024, 2)}
    for day, link in list(days.items())[:6]:
        assert total_of(reader, link["href"]) == counts[day]
        assert number_in(link.words.split()[-1]) == counts[day]


@pytest.mark.parametrize(("language", "first"), [("ar", "السبت"), ("en", "Monday")])
def test_weeks_begin_as_readers_expect_and_days_are_under_their_weekday(
    reader: FlaskClient, language: str, first: str
) -> None:
    page = get(reader, "/days/2024-02", lang=language)
    (table,) = page.find("table", class_="calendar")
    heads = [abbr["title"] for abbr in page.inside(table, "abbr")]
    assert heads[0] == first
    week = next(row for row in page.inside(table, "tr") if list(page.inside(row, "td")))
    cells = [cell.words for cell in page.inside(week, "td")]
    thursday = heads.index("الخميس" if language == "ar" else "Thursday")
    assert cells[thursday].split()[0] == "1"  # February 1, 2024
    assert cells[:thursday] == [""] * thursday


def test_years_and_months_lead_to_their_calendars(reader: FlaskClient) -> None:
    page = get(reader, "/days")
    linked = [link["href"] for link in page.find("a") if link["href"].startswith("/days/")]
    assert {"/days/2024", "/days/2024-01", "/days/2024-02", "/days/2024-03"} <= set(linked)
    for address in set(linked):
        assert get(reader, address).one("h1")
    after = get(reader, "/days/2024-01").find("a", rel="next")
    assert [link["href"] for link in after] == ["/days/2024-02"]
    assert get(reader, "/days/2024-01").find("a", rel="prev") == []


def test_days_of_a_search_keep_it(reader: FlaskClient) -> None:
    page = get(reader, "/days/2024-02", source="Daily")
    assert number_in(page.one("p", class_="count").words) == 20
    assert all("source=Daily" in link["href"] for link in page.find("a") if "from=" in link["href"])


def test_authors_are_in_alphabetical_order_and_letters_narrow_the_list(reader: FlaskClient) -> None:
    names = [links[0].words for _, links in rows(get(reader, "/authors", list="name"))]
    assert names == sorted(names, key=alphabetical)
    assert names[:3] == ["إبراهيم", "أمل", "باسم"]
    page = get(reader, "/authors", lang="en")
    letters = [link for link in page.find("a") if "letter=" in link["href"]]
    assert [link.words[0] for link in letters] == ["ا", "ب", "ك", "ي", "B", "E", "#"]
    for link in letters:
        assert len(list(rows(get(reader, link["href"])))) == number_in(link.words.partition(":")[2])
    assert {links[0].words for _, links in rows(get(reader, "/authors", letter="إ"))} == {"إبراهيم", "أمل"}


def test_the_filter_needs_no_script_and_ignores_spelling(reader: FlaskClient) -> None:
    assert [links[0].words for _, links in rows(get(reader, "/authors", filter="ابراه"))] == ["إبراهيم"]
    page = get(reader, "/authors", filter="لا أحد")
    assert list(rows(page)) == []
    assert page.link("اعرض القائمة كلها") == "/authors"
    assert page.one("input", id="filter")["value"] == "لا أحد"


class TestSource:
    def test_the_page_has_names_span_gaps_topics_and_articles(self, reader: FlaskClient) -> None:
        page = get(reader, "/sources/Daily", lang="en")
        assert page.one("h1").words == "Daily"
        text = " ".join(element.words for element in page.find("main"))
        assert "1 February to 31 March 2024" in text
        (gaps,) = page.find("ul", class_="gaps")
        assert gaps.words == "21 February to 4 March 2024 13 days"
        assert total_of(reader, page.link("All articles of this source")) == 47

    def test_each_topic_and_month_finds_as_many(self, reader: FlaskClient) -> None:
        page = get(reader, "/sources/تاس")
        for chips in page.find("ul", class_="chips"):
            for link in page.inside(chips, "a"):
                assert total_of(reader, link["href"]) == number_in(link.words.rpartition(" ")[2])
        months = [link for link in page.find("a") if "aria-label" in link.attributes and "from=" in link["href"]]
        assert months
        for link in months:
            assert total_of(reader, link["href"]) == number_in(link.words)

    def test_other_names_lead_to_the_same_page(self, reader: FlaskClient) -> None:
        page = get(reader, "/sources/TASS", lang="en")
        assert page.one("h1").words == get(reader, "/sources/تاس", lang="en").one("h1").words

    @pytest.mark.parametrize("name", ["لا وجود له", "نهر", "x" * 3000, HOSTILE + "غيره"])
    def test_an_unknown_one_is_404_and_helps(self, reader: FlaskClient, name: str) -> None:
        page = get(reader, "/sources/" + quote(name, safe=""), 404)
        (offers,) = page.find("ul", class_="offers")
        addresses = [link["href"] for link in page.inside(offers, "a")]
        assert addresses[-1] == "/sources"
        assert (quote("/sources/صحيفة النهر") in addresses) is (name == "نهر")
        assert ("لعلّك تقصد" in page.one("p", class_="lead").text) is (len(addresses) > 1)

    @pytest.mark.parametrize("name", [SLASHED, "..", HOSTILE])
    def test_every_name_has_an_address(self, reader: FlaskClient, name: str) -> None:
        found = [links[0] for _, links in rows(get(reader, "/sources")) if links[0].words == " ".join(name.split())]
        assert len(found) == 1
        page = get(reader, found[0]["href"])
        assert name in page.one("h1").text or page.find("ul", class_="chips")


class TestFacetPage:
    def test_values_have_the_counts_of_the_search_and_are_chosen_together(self, reader: FlaskClient) -> None:
        page = get(reader, "/facets/author", source="تاس")
        boxes = {box["value"]: box for box in page.find("input", type="checkbox", name="author")}
        for label in page.find("label"):
            box = next(page.inside(label, "input"), None)
            if box and "value" in box.attributes:
                found = total_of(reader, f"/search?source={quote('تاس')}&author={quote(box['value'])}")
                assert found == number_in(label.words.rpartition(" ")[2])
        hidden = {(field["name"], field["value"]) for field in page.find("input", type="hidden")}
        assert ("source", "تاس") in hidden
        assert len(boxes) >= 10

    def test_values_that_a_filter_hides_stay_chosen(self, reader: FlaskClient) -> None:
        page = get(reader, "/facets/author", author=["أمل", "باسم"], filter="أمل")
        (box,) = page.find("input", type="checkbox", name="author")
        assert "checked" in box.attributes
        assert page.find("input", type="hidden", name="author", value="باسم")

    def test_topics_say_how_many_are_assigned_and_unknown_facets_are_404(self, reader: FlaskClient) -> None:
        assert get(reader, "/facets/topic").find("input", type="checkbox", name="topic")
        get(reader, "/facets/body", 404)

    def test_the_results_lead_there_if_there_are_more_values(self, reader: FlaskClient) -> None:
        page = get(reader, "/search", q="المقال", limit="25")
        (link,) = [link for link in page.find("a") if link["href"].startswith("/facets/author")]
        count = number_in(link.words)
        assert number_in(get(reader, link["href"]).one("p", class_="count").words) == count
        assert "limit=25" in link["href"]


def test_the_size_of_a_page_and_the_compact_list_stay_in_links(reader: FlaskClient) -> None:
    page = get(reader, "/search", q="المقال", view="compact", limit="25")
    assert len(page.titles) == 25
    assert page.find("p", class_="snippet") == []
    assert all("view=compact" in link["href"] for link in page.find("a", rel="next"))
    (article,) = [link["href"] for link in page.find("a") if link.words == page.titles[0]]
    assert "view=compact" in get(reader, article).link("العودة إلى النتائج")
    full = get(reader, page.link("قائمة كاملة"))
    assert len(full.find("p", class_="snippet")) == 25
    assert len(get(reader, full.link("50")).titles) == 50


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_each_page_is_accessible_harmless_and_small(reader: FlaskClient, address: str, language: str) -> None:
    response = reader.get(address, query_string={"lang": language})
    page = Page(response.text)
    assert len(page.find("h1")) == len(page.find("main")) == 1
    assert all("aria-label" in nav.attributes for nav in page.find("nav"))
    assert all("aria-label" in picture.attributes for picture in page.find("svg"))
    ids = [element["id"] for element in page.elements if "id" in element.attributes]
    assert len(set(ids)) == len(ids)
    assert not [name for element in page.elements for name in element.attributes if name in ("style", "onclick")]
    assert "<script>alert" not in response.text
    assert "<b>كاتب" not in response.text
    assert len(response.data) < 60_000
    other = next(link for link in page.find("a") if link.attributes.get("hreflang", language) != language)
    assert get(reader, other["href"]).one("html")["dir"] == ("ltr" if language == "ar" else "rtl")


@pytest.mark.parametrize("address", ["/sources", "/topics", "/days"])
def test_an_empty_archive_says_so(empty: FlaskClient, address: str) -> None:
    page = get(empty, address)
    assert "newsarchive ingest" in page.one("main").text


@pytest.mark.parametrize("address", ["/sources", "/topics", "/authors", "/days", "/facets/source"])
def test_without_an_index_the_pages_say_what_is_wrong(unindexed: FlaskClient, address: str) -> None:
    get(unindexed, address, 503)


def test_an_archive_without_authors_says_so(empty: FlaskClient) -> None:
    assert "لا يذكر الأرشيف أسماء كتّاب" in get(empty, "/authors").one("main").text


@pytest.mark.parametrize("period", ["2024-13", "1999", "2024-1", "٢٠٢٤", "x", "2024-02-03", "0000-01", "9999-12"])
def test_days_that_the_archive_does_not_have_are_404_and_help(reader: FlaskClient, period: str) -> None:
    page = get(reader, f"/days/{quote(period)}", 404)
    (offers,) = page.find("ul", class_="offers")
    assert [link["href"] for link in page.inside(offers, "a")] == ["/days/2024-03", "/days"]


@pytest.mark.parametrize("address", ["/authors?page=0", "/authors?list=x", "/sources?page=x", "/facets/author?from=x"])
def test_wrong_parameters_are_named(reader: FlaskClient, address: str) -> None:
    name = re.search(r"\?(\w+)=", address)
    assert name
    assert name[1] in get(reader, address, 400).one("main").text


def test_a_page_past_the_end_offers_the_whole_list(reader: FlaskClient) -> None:
    assert get(reader, "/authors", page="99").link("اعرض القائمة كلها") == "/authors"


def test_names_are_on_several_pages(tmp_path: Path) -> None:
    many = [make_article(number, authors=(f"كاتب {number:03}",)) for number in range(120)]
    with filled(tmp_path / "archive", many) as library:
        client = create_app(library).test_client()
        seen: list[str] = []
        address: str | None = "/authors?list=name"
        while address:
            page = get(client, address)
            seen += [links[0].words for _, links in rows(page)]
            address = next((link["href"] for link in page.find("a", rel="next")), None)
    assert seen == [f"كاتب {number:03}" for number in range(120)]
