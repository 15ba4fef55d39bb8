"""The pages of revisions: the list, each revision, and any two of them compared."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article, Topic
from newsarchive.web import SiteSettings, create_app
from tests.libraries import open_archive
from tests.sample import HOSTILE
from tests.web.page import Page, assert_harmless, get

START = datetime(2025, 5, 1, 6, 30, tzinfo=UTC)
FIRST = Article(
    id="bread",
    title="ارتفاع أسعار الخبز",
    body="قال المسئول، أمس، إن السعر ارتفع.\nلم يذكر السبب.",
    source="الجزيرة",
    topics=(Topic("اقتصاد", "feed"),),
    published=date(2025, 4, 30),
)
SECOND = replace(
    FIRST,
    revision=2,
    title="ارتفاع أسعار الخبز والدقيق",
    body="قال المسؤول أمس إن السعر ارتفع كثيرًا.\nلم يذكر السبب.",
    authors=("ليلى حسن",),
)
THIRD = replace(SECOND, revision=3, topics=(), published=datetime(2025, 4, 30, 9, tzinfo=UTC))
SPACED = replace(THIRD, revision=4, body=THIRD.body.replace(".\n", ".\n\n"))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with open_archive(tmp_path_factory.mktemp("archive"), create=True) as library:
        moments = (START + timedelta(hours=hours) for hours in range(100))
        with ArchiveWriter(library.archive, clock=lambda: next(moments)) as writer:
            for revision in (FIRST, SECOND, THIRD, SPACED):
                writer.append([revision])
            writer.append([HOSTILE])
            writer.append([replace(HOSTILE, revision=2, title=HOSTILE.body, authors=())])
            writer.append([replace(FIRST, id="busy")])
            for number in range(2, 41):
                writer.append([replace(FIRST, id="busy", revision=number, body=f"سطر {number}")])
            hidden = replace(FIRST, id="hidden", title="سر", body="نص لا يجوز أن يظهر.")
            writer.append([hidden])
            writer.append([replace(hidden, revision=2, body="نص ثانٍ لا يجوز أن يظهر.")])
            writer.withdraw("hidden", "اسم شخص")
            writer.append([replace(FIRST, id="back")])
            writer.withdraw("back", "اسم شخص آخر")
            writer.append([replace(FIRST, id="back", revision=3)])
        library.update_index()
        yield create_app(library, SiteSettings(allow_indexing=True)).test_client()


def entries(page: Page) -> list[str]:
    return [item.words for item in page.inside(page.one("ol", class_="revisions"), "li")]


def test_all_revisions_are_listed_with_what_they_changed(client: FlaskClient) -> None:
    page = get(client, "/article/bread/revisions")
    items = entries(page)
    assert [item.partition("،")[0] for item in items] == ["النسخة 4 (الحالية)", "النسخة 3", "النسخة 2", "النسخة 1"]
    assert "تغيّر: العنوان، النص (كلمات أُضيفت: 4، وحُذفت: 3)، الكاتب" in items[2]
    assert "تغيّر: تاريخ النشر، المواضيع" in items[1]
    assert "1 مايو/أيار 2025، 06:30 بتوقيت غرينتش" in items[3]
    assert page.link("النسخة 2") == "/article/bread/revisions/2"
    addresses = [link["href"] for link in page.find("a") if link.words == "قارنها بالنسخة السابقة"]
    assert addresses == [f"/article/bread/compare/{old}/{old + 1}" for old in (3, 2, 1)]


def test_an_article_that_never_changed_says_so(client: FlaskClient) -> None:
    page = get(client, "/article/hostile/revisions")
    assert len(page.find("option")) == 4
    with_one = get(client, "/article/back/revisions")
    assert "سُحب المقال" in with_one.one("main").text
    assert "اسم شخص" not in with_one.one("main").text
    assert "أُعيد المقال" in with_one.one("main").text


def test_an_old_revision_says_so_and_is_not_indexed(client: FlaskClient) -> None:
    response = client.get("/article/bread/revisions/1")
    assert response.headers["X-Robots-Tag"] == "noindex"
    page = get(client, "/article/bread/revisions/1")
    assert page.one("meta", name="robots")["content"] == "noindex"
    assert page.one("link", rel="canonical")["href"] == "http://localhost/article/bread"
    assert "هذه نسخة قديمة" in page.one("div", role="note").words
    assert page.link("اقرأ النسخة الحالية") == "/article/bread"
    assert page.link("قارنها بالنسخة الحالية") == "/article/bread/compare/1/4"
    assert page.one("h1").text == FIRST.title
    assert "المسئول" in page.one("div", class_="body").text
    assert page.link("النسخة التالية") == "/article/bread/revisions/2"


def test_the_current_revision_has_an_address_too(client: FlaskClient) -> None:
    page = get(client, "/article/bread/revisions/4", lang="en")
    assert "This is the current revision" in page.one("div", role="note").words
    assert page.link("Revision before") == "/article/bread/revisions/3?lang=en"
    assert page.link("Revision 1") == "/article/bread/revisions/1?lang=en"


@pytest.mark.parametrize(
    "address",
    ["revisions/7", "revisions/0", "revisions/01", "revisions/x", "revisions/-1", "compare/1/9", "compare/x/1"],
)
def test_an_unknown_revision_lists_those_there_are(client: FlaskClient, address: str) -> None:
    page = get(client, f"/article/bread/{address}", status=404)
    assert "ليس لهذا المقال نسخة" in page.one("p", class_="notice").text
    assert len(entries(page)) == 4
    assert get(client, f"/article/bread/revisions/{'9' * 5000}", status=404)


@pytest.mark.parametrize("address", ["revisions", "revisions/1", "revisions/2", "compare/1/2"])
@pytest.mark.parametrize(("article", "status"), [("hidden", 410), ("unknown", 404)])
def test_withdrawn_and_unknown_articles_show_nothing(
    client: FlaskClient, article: str, status: int, address: str
) -> None:
    response = client.get(f"/article/{article}/{address}")
    assert response.status_code == status
    assert "لا يجوز" not in response.text
    assert "سر" not in response.text.split("<main")[1].split("</main")[0].replace("سجل", "")


def test_two_revisions_are_compared_as_written(client: FlaskClient) -> None:
    page = get(client, "/article/bread/compare/1/2")
    body = page.one("article")
    assert [element.text for element in page.inside(body, "del")] == [
        *("حُذف: المسئول، أمس،", "حُذف: ارتفع."),
    ]
    assert [element.text for element in page.inside(body, "ins")] == [
        *("أُضيف: والدقيق", "أُضيف: المسؤول أمس", "أُضيف: ارتفع كثيرًا."),
    ]
    fields = page.one("dl", class_="fields")
    assert fields.words == "الكاتبأُضيف: ليلى حسن"
    assert page.link("اعكس الاتجاه") == "/article/bread/compare/2/1"


def test_comparing_backwards_swaps_what_was_added_and_removed(client: FlaskClient) -> None:
    page = get(client, "/article/bread/compare/2/1", lang="en")
    body = page.one("article")
    assert "removed: والدقيق" in [element.text for element in page.inside(body, "del")]
    assert (body["lang"], body["dir"]) == ("ar", "rtl")


def test_fields_without_words_are_compared_too(client: FlaskClient) -> None:
    page = get(client, "/article/bread/compare/2/3")
    assert "العنوان والنص واحد في النسختين" in page.one("p", role="status").text
    fields = page.one("dl", class_="fields").text
    for text in ("30 أبريل/نيسان 2025", "09:00 بتوقيت غرينتش", "حُذف: اقتصاد"):
        assert text in fields


def test_revisions_that_differ_in_blanks_only_say_so(client: FlaskClient) -> None:
    assert "إلا في المسافات" in get(client, "/article/bread/compare/3/4").one("p", role="status").text
    assert "متطابقتان" in get(client, "/article/bread/compare/1/1").one("p", role="status").text


def test_the_form_compares_any_two(client: FlaskClient) -> None:
    page = get(client, "/article/bread/revisions")
    assert [option["value"] for option in page.find("option")] == ["1", "2", "3", "4"] * 2
    compared = get(client, page.one("form", class_="pick")["action"], before="3", after="1")
    assert compared.one("h1").words == "النسختان 3 و1 من «ارتفاع أسعار الخبز والدقيق»"


def test_the_article_links_to_its_revisions(client: FlaskClient) -> None:
    page = get(client, "/article/bread")
    assert page.link("كل النسخ، وقارن بينها") == "/article/bread/revisions"
    assert page.link("النسخة 1") == "/article/bread/revisions/1"


def test_the_page_of_an_article_lists_only_the_latest_revisions(client: FlaskClient) -> None:
    items = entries(get(client, "/article/busy"))
    assert (len(items), len(entries(get(client, "/article/busy/revisions")))) == (20, 40)
    assert "تغيّر: النص" in items[-1]


@pytest.mark.parametrize("address", ["revisions", "revisions/1", "revisions/2", "compare/1/2", "compare/2/1"])
def test_hostile_revisions_are_harmless(client: FlaskClient, address: str) -> None:
    assert_harmless(client.get(f"/article/{HOSTILE.id}/{address}").text)


def test_crawlers_are_kept_away(client: FlaskClient) -> None:
    rules = client.get("/robots.txt").text
    for path in ("/article/*/revisions", "/article/*/compare", "/advanced"):
        assert f"Disallow: {path}\n" in rules
