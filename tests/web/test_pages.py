from pathlib import Path
from unittest.mock import patch
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient

from newsarchive.library import Library
from newsarchive.web import SiteSettings, create_app, warm_up
from newsarchive.web.templates import TextEnvironment
from tests.libraries import open_archive
from tests.sample import ENGLISH, HOSTILE, MATCHES, SHOWN, TALKS, UNDATED, WHEAT, WITHDRAWN
from tests.search.whoosh_index.library import make_library
from tests.web.page import Page, assert_harmless, get


def state(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


def hidden(page: Page, class_: str) -> dict[str, list[str]]:
    """The hidden fields of the form with this class."""
    fields: dict[str, list[str]] = {}
    for field in page.inside(page.one("form", class_=class_), "input"):
        if field.attributes.get("type") == "hidden":
            fields.setdefault(field["name"], []).append(field["value"])
    return fields


def test_the_start_page_shows_the_newest_articles_and_all_facets(client: FlaskClient) -> None:
    page = get(client, "/")
    assert page.titles[:2] == [WHEAT.title, TALKS.title]
    assert page.one("h1").text == "أحدث المقالات"
    assert page.one("p", class_="count").text.startswith(f"{SHOWN} مقالًا")
    assert [page.one("h2", id=f"facet-{name}").text for name in ("source", "topic", "date")] == [
        *("المصدر", "الموضوع", "تاريخ النشر"),
    ]


def test_withdrawn_articles_are_not_shown(client: FlaskClient) -> None:
    assert get(client, "/", q="مسحوب").titles == []
    get(client, f"/article/{WITHDRAWN.id}", status=410)


def test_searches_highlight_whole_words(client: FlaskClient) -> None:
    page = get(client, "/search", q="اتفاق")
    assert page.titles == [WHEAT.title]
    assert {mark.text for mark in page.find("mark")} >= {"اتفاقًا", "الاتفاق"}
    assert page.one("input", id="q")["value"] == "اتفاق"
    assert page.one("p", class_="count").words == "نتيجة واحدة"


def test_articles_have_their_own_language_and_direction(client: FlaskClient) -> None:
    page = get(client, "/search", q="Alexandria", lang="ar")
    hit = page.one("h2", lang="en")
    assert hit["dir"] == "ltr"
    assert page.one("html")["dir"] == "rtl"


def test_dates_are_readable_by_people_and_programs(client: FlaskClient) -> None:
    page = get(client, "/search", q="اتفاق")
    written = page.one("time", datetime="2025-04-21T10:30:00+03:00")
    assert (written.text, written["title"]) == ("21 أبريل/نيسان 2025", WHEAT.published_raw)
    assert "بلا تاريخ" in get(client, "/search", q="خبر التعليم").one("p", class_="facts").text


class TestReasons:
    @pytest.mark.parametrize(
        ("lang", "label", "forms", "missing"),
        [
            ("ar", "سبب ظهور النتيجة", "اتفاقات ←ترد بصيغة اتفاقًا، الاتفاق", "لا يرد فيه: التعليم، الحقول"),
            ("en", "Why it matched", "اتفاقات →occurs as اتفاقًا, الاتفاق", "Missing: التعليم, الحقول"),
        ],
    )
    def test_reasons_that_are_not_obvious_are_shown(
        self, client: FlaskClient, lang: str, label: str, forms: str, missing: str
    ) -> None:
        page = get(client, "/search", q="التعليم اتفاقات الحقول", source=WHEAT.source, match="any", lang=lang)
        why = page.find("ul", class_="why", aria__label=label)[page.titles.index(WHEAT.title)]
        assert [item.words for item in page.inside(why, "li")] == [forms, missing]

    def test_obvious_matches_have_no_reasons(self, client: FlaskClient) -> None:
        assert get(client, "/search", q="قمح الاتفاق").find("ul", class_="why") == []


class TestLanguage:
    @pytest.mark.parametrize(
        ("accepted", "language"),
        [("", "ar"), ("fr", "ar"), ("en-GB,en;q=0.9", "en"), ("ar-EG,en;q=0.8", "ar"), ("fr,en;q=0.5", "en")],
    )
    def test_the_browser_chooses_by_default(self, client: FlaskClient, accepted: str, language: str) -> None:
        response = client.get("/", headers={"Accept-Language": accepted})
        assert Page(response.text).one("html")["lang"] == language
        assert "Accept-Language" in response.vary

    def test_the_url_overrides_the_browser_and_links_keep_the_language(self, client: FlaskClient) -> None:
        response = client.get("/search?q=مباراة&lang=en", headers={"Accept-Language": "ar"})
        page = Page(response.text)
        assert page.one("html").attributes == {"lang": "en", "dir": "ltr"}
        assert "Accept-Language" not in response.vary
        own = [
            link["href"]
            for link in page.find("a")
            if link["href"].startswith("/") and "hreflang" not in link.attributes
        ]
        assert own
        assert [href for href in own if state(href).get("lang") != ["en"]] == []
        assert hidden(page, "query")["lang"] == ["en"]

    def test_the_switch_keeps_the_page(self, client: FlaskClient) -> None:
        assert state(get(client, "/search", q="مباراة", page="2").link("English")) == {
            "q": ["مباراة"],
            "page": ["2"],
            "lang": ["en"],
        }
        assert get(client, "/article/wheat").link("English") == "/article/wheat?lang=en"

    def test_the_site_title_setting_is_used(self, library: Library) -> None:
        page = get(create_app(library, SiteSettings(title="صحافتنا")).test_client(), "/")
        assert page.one("title").text == page.one("a", class_="brand").text == "صحافتنا"


class TestFilters:
    def test_values_of_a_facet_are_alternatives_and_counts_ignore_their_own_filter(self, client: FlaskClient) -> None:
        page = get(client, "/", source=[ENGLISH.source])
        assert page.titles == [ENGLISH.title]
        both = get(client, page.link("الرياضية 12"))
        assert len(both.titles) == 10
        assert both.one("p", class_="count").text.startswith("13 نتيجة")
        chosen = [link for link in both.find("a", aria__current="true") if "rel" in link.attributes]
        assert {link.words.split(":")[-1].strip() for link in chosen} >= {"Daily Example 1", "الرياضية 12"}

    def test_the_link_of_a_selected_value_removes_it(self, client: FlaskClient) -> None:
        page = get(client, "/search", topic=["sport", "politics"], q="")
        removing = page.link("إزالة عامل التصفية: رياضة 26")
        assert state(removing) == {"topic": ["politics"]}

    def test_every_filter_has_a_chip_that_removes_it(self, client: FlaskClient) -> None:
        page = get(client, "/search", source=["تاس"], topic=["سياسة"], from_="2025-04", to="2025")
        chips = [
            link for link in page.find("a") if any(outer.attributes.get("class") == "chips" for outer in link.within)
        ]
        removed = [{"source", "topic", "from", "to"} - state(chip["href"]).keys() for chip in chips]
        assert removed == [{"source"}, {"topic"}, {"from"}, {"to"}, {"source", "topic", "from", "to"}]
        assert "منذ 1 أبريل/نيسان 2025" in chips[2].text

    def test_both_dates_are_inclusive(self, client: FlaskClient) -> None:
        page = get(client, "/search", from_="2025-04-19", to="2025-04-20")
        assert page.titles == [TALKS.title, ENGLISH.title]
        assert [page.one("input", id=name)["value"] for name in ("from", "to")] == ["2025-04-19", "2025-04-20"]

    def test_selected_values_without_articles_can_be_removed(self, client: FlaskClient) -> None:
        page = get(client, "/search", source="لا أحد")
        assert page.link("إزالة عامل التصفية: لا أحد 0") == "/"
        assert "لا توجد مقالات تطابق" in page.one("div", class_="empty").text

    def test_forms_keep_the_state_except_the_page_number(self, client: FlaskClient) -> None:
        asked: dict[str, list[str]] = {
            "q": ["مباراة رقم"],
            "match": ["any"],
            "source": ["الرياضية", "تاس"],
            "topic": ["sport"],
            "from": ["2024-01-01"],
            "sort": ["oldest"],
            "lang": ["ar"],
        }
        page = get(client, f"/search?{urlencode(asked, doseq=True)}&page=2")
        assert hidden(page, "query") == {name: values for name, values in asked.items() if name != "q"}
        assert hidden(page, "dates") == {name: values for name, values in asked.items() if name != "from"}

    def test_links_keep_letters_as_they_are_and_addresses_for_programs_are_encoded(self, client: FlaskClient) -> None:
        page = get(client, "/search", q='قمح café "50% + 1"', source="تاس", lang="ar")
        (shown,) = (link["href"] for link in page.find("a", hreflang="en"))
        assert shown == "/search?q=قمح+café+%2250%25+%2B+1%22&source=تاس&lang=en"
        assert get(client, shown).one("input", id="q")["value"] == 'قمح café "50% + 1"'
        feeds = [link["href"] for link in page.find("link", type="application/rss+xml")]
        assert feeds
        assert all(feed.isascii() for feed in feeds)


class TestOrderAndPages:
    def test_sort_orders(self, client: FlaskClient) -> None:
        page = get(client, "/search", q="المباراة")
        assert state(page.link("الأكثر صلةً")) == {"q": ["المباراة"]}
        newest, oldest = (get(client, page.link(name)).titles[0] for name in ("الأحدث", "الأقدم"))
        assert (newest, oldest) == (MATCHES[-1].title, MATCHES[0].title)

    def test_best_first_is_offered_only_for_queries_with_words(self, client: FlaskClient) -> None:
        page = get(client, "/", sort="oldest")
        assert "الأكثر صلةً" not in page.one("nav", aria__label="الترتيب").text
        assert page.one("h1").text == "أقدم المقالات"

    def test_match_is_offered_for_several_words(self, client: FlaskClient) -> None:
        page = get(client, "/search", q="القمح التعليم")
        assert "notice" in {element.attributes.get("class") for element in page.find("p")}
        several = get(client, "/search", q="القمح التعليم", match="any")
        assert set(several.titles) == {WHEAT.title, UNDATED.title, "وبالكتاب وحده لا يقوم التعليم…"}
        assert several.find("p", class_="notice") == []
        assert get(client, "/search", q="القمح").find("nav", aria__label="المطابقة") == []

    def test_pages_link_to_the_next_and_previous_page(self, client: FlaskClient) -> None:
        first = get(client, "/search", topic="sport", from_="2024", sort="oldest")
        second = get(client, first.link("التالية"))
        third = get(client, second.link("الصفحة 3"))
        assert first.titles + second.titles + third.titles == [match.title for match in MATCHES]
        assert third.link("السابقة") == first.link("التالية")
        assert second.one("a", aria__current="page").words == "الصفحة 2"
        assert second.one("ol", class_="hits")["start"] == "11"
        assert "الصفحة 2 من 3" in second.one("p", class_="count").text

    def test_a_page_past_the_last_is_explained(self, client: FlaskClient) -> None:
        page = get(client, "/search", topic="sport", page="9")
        assert "لنتائج هذا البحث 3 صفحات فقط" in page.one("div", class_="empty").words
        assert state(page.link("انتقل إلى الصفحة الأولى")) == {"topic": ["sport"]}


class TestNothingFound:
    def test_the_advice_fits_the_search(self, client: FlaskClient) -> None:
        page = get(client, "/search", q="قسطنطينية", source="تاس")
        assert page.one("p", class_="count").text == "لا توجد نتائج"
        assert state(page.link("ابحث من دون تصفية")) == {"q": ["قسطنطينية"]}
        assert page.link("تصفّح أحدث المقالات") == "/"

    def test_a_page_says_that_it_has_looser_results_and_can_leave_them_out(self, client: FlaskClient) -> None:
        page = get(client, "/search", q="القمح التعليم", lang="en")
        assert page.titles
        notice = page.one("p", class_="notice")
        (link,) = page.inside(notice, "a")
        assert state(link["href"]) == {"q": ["القمح التعليم"], "looser": ["no"], "lang": ["en"]}
        exact = get(client, link["href"])
        assert "looser" not in hidden(exact, "query")
        assert hidden(exact, "dates")["looser"] == ["no"]
        assert exact.titles == []
        assert not list(exact.find("p", class_="notice"))
        feeds = [state(feed["href"]) for feed in exact.find("link", rel="alternate")]
        assert all("looser" not in feed for feed in feeds)

    def test_the_page_of_an_article_leads_back_to_the_exact_results(self, client: FlaskClient) -> None:
        page = get(client, "/search", q="القمح", looser="no")
        address = next(iter(page.inside(page.one("ol", class_="hits"), "a")))["href"]
        assert state(address)["looser"] == ["no"]
        back = [link["href"] for link in get(client, address).find("a") if link["href"].startswith("/search")]
        assert any(state(link).get("looser") == ["no"] for link in back)

    def test_a_short_page_continues_with_most_of_the_words(self, client: FlaskClient) -> None:
        query = "مباراة فاز الدوري 24"
        exact = get(client, "/search", q=query, lang="en", looser="no")
        assert exact.titles == ["مباراة رقم 24"]
        assert not list(exact.find("section", class_="more"))
        page = get(client, "/search", q=query, lang="en")
        assert page.one("p", class_="count").text == exact.one("p", class_="count").text == "1 result"
        assert len(page.titles) == len(set(page.titles)) == 10
        more = page.one("section", class_="more")
        assert next(state(link["href"]).get("looser") for link in page.inside(more, "a")) == ["no"]
        assert "24" in page.one("section", class_="more").text

    def test_or_between_words_offers_the_other_reading(self, client: FlaskClient) -> None:
        page = get(client, "/search", q="القمح أو التعليم")
        (link,) = page.inside(page.one("p", class_="notice"), "a")
        assert state(link["href"])["q"] == ["القمح =أو التعليم"]

    def test_matching_any_word_is_suggested_for_several_words(self, client: FlaskClient) -> None:
        page = get(client, "/search", q="قسطنطينية بيزنطة")
        assert state(page.link("ابحث عن أيّ كلمة بدل الكلمات كلها"))["match"] == ["any"]

    def test_an_empty_archive_says_how_to_fill_it(self, empty: FlaskClient) -> None:
        assert "newsarchive ingest" in get(empty, "/").one("div", class_="empty").text


class TestArticle:
    def test_all_metadata_is_shown(self, client: FlaskClient) -> None:
        page = get(client, "/article/wheat", lang="ar")
        body = page.one("div", class_="body")
        assert [element.text for element in page.inside(body, "p")] == [
            paragraph.text for paragraph in WHEAT.paragraphs if not paragraph.is_heading
        ]
        assert [element.text for element in page.inside(body, "h2")] == list(WHEAT.headings)
        facts = page.one("dl", class_="facts").words
        for fact in (*WHEAT.authors, WHEAT.publisher, WHEAT.image_credit, "اقتصاد، أعمال ومال", "العالم"):
            assert fact in facts
        assert "21 أبريل/نيسان 2025، 07:30 بتوقيت غرينتش (في الأصل 10:30 UTC+03:00)" in facts
        assert WHEAT.published_raw in page.one("main").text
        assert page.link("اقتصاد، أعمال ومال") == "/search?topic=economy&lang=ar"
        assert page.link("العالم") == "/search?section=world&lang=ar"

    def test_the_original_is_linked(self, client: FlaskClient) -> None:
        link = get(client, "/article/wheat").one("a", class_="original")
        assert link["href"].startswith("https://news.example/%D9%85")
        assert {"noopener", "noreferrer"} <= set(link["rel"].split())

    def test_metadata_for_search_engines_and_previews(self, client: FlaskClient) -> None:
        page = get(client, "/article/wheat", q="القمح", lang="en")
        assert page.one("link", rel="canonical")["href"] == page.one("a", class_="original")["href"]
        assert page.one("meta", name="description")["content"].startswith("وقّعت مصر")
        assert page.one("meta", property="og:title")["content"] == WHEAT.title
        assert page.one("title").text == f"{WHEAT.title} · News archive"

    def test_the_back_link_keeps_the_search(self, client: FlaskClient) -> None:
        results = get(client, "/search", q="القمح", source="الجزيرة", sort="newest")
        article = get(client, results.link(WHEAT.title))
        assert state(article.link("العودة إلى النتائج")) == {"q": ["القمح"], "source": ["الجزيرة"], "sort": ["newest"]}
        assert article.one("input", id="q")["value"] == "القمح"

    def test_without_a_search_there_is_no_back_link(self, client: FlaskClient) -> None:
        assert get(client, "/article/wheat").find("p", class_="back") == []
        assert get(client, "/article/wheat", page="x").find("p", class_="back") == []

    def test_derived_titles_are_identified(self, client: FlaskClient) -> None:
        assert get(client, "/article/talks").one("p", class_="derived").text == "العنوان مأخوذ من النص"
        assert get(client, "/article/wheat").find("p", class_="derived") == []

    def test_revisions_are_listed_with_their_changes(self, client: FlaskClient) -> None:
        page = get(client, "/article/talks")
        assert page.one("p", class_="notice").words.startswith("هذه النسخة رقم 2")
        newest, first = page.inside(page.one("section", id="history"), "li")
        assert "تغيّر: النص" in newest.words
        assert newest["aria-current"] == "true"
        assert "1 مايو/أيار 2025" in first.words
        assert get(client, "/article/wheat").find("section", id="history") == []

    def test_an_english_article_in_the_arabic_interface(self, client: FlaskClient) -> None:
        page = get(client, "/article/english", lang="ar")
        attributes = page.one("div", class_="body").attributes
        assert (attributes["lang"], attributes["dir"]) == ("en", "ltr")


class TestHighlights:
    def test_query_words_are_highlighted_in_title_and_body(self, client: FlaskClient) -> None:
        results = get(client, "/search", q="اتفاق روسية")
        page = get(client, results.link(WHEAT.title))
        marks = page.find("mark")
        assert [mark.text for mark in marks] == ["اتفاقًا", "اتفاقًا", "روسيا", "الاتفاق", "الاتفاق"]
        assert [mark.within[-1].tag for mark in marks] == ["h1", "p", "p", "h2", "p"]
        assert page.one("h1").text == WHEAT.title
        body = page.one("div", class_="body")
        shown = [element.text for element in page.elements if element.within[-1:] == (body,)]
        assert shown == [paragraph.text for paragraph in WHEAT.paragraphs]

    def test_the_first_highlight_in_the_body_is_linked(self, client: FlaskClient) -> None:
        page = get(client, "/article/wheat", q="اتفاق")
        assert page.link("انتقل إلى أول موضع") == "#match"
        assert page.one("mark", id="match") is page.find("mark")[1]
        title_only = get(client, "/article/wheat", q="title:القمح")
        assert [mark.within[-1].tag for mark in title_only.find("mark")] == ["h1"]
        assert title_only.find("a", href="#match") == []

    def test_highlights_can_be_turned_off_and_on(self, client: FlaskClient) -> None:
        page = get(client, "/article/wheat", q="اتفاق", page="2", lang="ar")
        plain = get(client, page.link("إخفاء التظليل"))
        assert plain.find("mark") == []
        assert state(plain.link("العودة إلى النتائج")) == {"q": ["اتفاق"], "page": ["2"], "lang": ["ar"]}
        again = plain.link("تظليل كلمات البحث")
        assert state(again) == {"q": ["اتفاق"], "page": ["2"], "lang": ["ar"]}
        assert get(client, again).find("mark") != []

    @pytest.mark.parametrize("asked", [{}, {"source": "الجزيرة"}, {"q": "طائرات"}, {"q": "-اتفاق"}])
    def test_without_a_match_highlights_are_not_mentioned(self, client: FlaskClient, asked: dict[str, str]) -> None:
        page = get(client, "/article/wheat", 200, **asked)
        assert page.find("mark") == page.find("p", class_="highlights") == []

    @pytest.mark.parametrize("q", ["script alert", "<script>", "(script", '"onerror"', "source author"])
    def test_hostile_articles_are_escaped(self, client: FlaskClient, q: str) -> None:
        page = assert_harmless(client.get("/article/hostile", query_string={"q": q}).text)
        assert page.one("h1").text == HOSTILE.title
        assert {mark.within[-1].tag for mark in page.find("mark")} <= {"h1", "p"}
        assert page.find("mark") != [] or q == "source author"


class TestEveryPage:
    @pytest.mark.parametrize(
        "address", ["/", "/search?q=مباراة&topic=sport", "/article/wheat?q=القمح", "/article/none"]
    )
    def test_landmarks_labels_and_a_skip_link(self, client: FlaskClient, address: str) -> None:
        page = Page(client.get(address).text)
        main = page.one("main")
        assert page.find("a")[0]["href"] == f"#{main['id']}"
        assert len(page.find("h1")) == 1
        labels = {label["for"] for label in page.find("label")}
        fields = {field["id"] for field in page.find("input") if field.attributes.get("type") != "hidden"}
        assert fields <= labels
        assert all("aria-label" in nav.attributes for nav in page.find("nav"))
        ids = [element["id"] for element in page.elements if "id" in element.attributes]
        assert len(set(ids)) == len(ids)

    def test_the_feed_of_the_search_is_announced_and_linked(self, client: FlaskClient) -> None:
        page = get(client, "/search", q="مباراة", topic="sport", sort="best", page="2", lang="en")
        announced = page.one("link", rel="alternate", type="application/rss+xml")
        assert urlsplit(announced["href"]).path == "/feed.xml"
        assert state(announced["href"]) == {"q": ["مباراة"], "topic": ["sport"], "lang": ["en"]}
        assert announced["title"] == "News archive: “مباراة”, Sport (RSS)"
        assert page.link("Follow this search via RSS") == announced["href"]


def test_warming_up_loads_the_templates(library: Library) -> None:
    app = create_app(library)
    warm_up(app, library)
    with (
        patch.object(TextEnvironment, "compile", side_effect=AssertionError("a template is compiled")),
        app.test_client() as client,
    ):
        assert get(client, "/search?q=مباراة").one("h1")


def test_warming_up_works_without_an_index(tmp_path: Path) -> None:
    with open_archive(tmp_path, create=True) as library:
        warm_up(create_app(library), library)


def test_warming_up_ignores_a_damaged_line(tmp_path: Path) -> None:
    with make_library(tmp_path, 3) as library:
        library.update_index()
        (part,) = (tmp_path / "articles").iterdir()
        part.write_bytes(part.read_bytes().replace("الأرشيف".encode(), "الارشيف".encode()))
        warm_up(create_app(library), library)
