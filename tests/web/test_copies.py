"""The copies of a text: on an article's page, and folded in lists of results."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from newsarchive.article import Article
from newsarchive.web import create_app
from tests.libraries import open_archive
from tests.web.page import get
from tests.web.test_related import keep

TEXT = (
    "قال وزير الزراعة إن محصول القمح بلغ هذا العام أربعة ملايين طن، وإن الحكومة ستشتريه كله من المزارعين "
    "بالسعر العالمي.\n"
    "وأضاف في مؤتمر صحفي عقده في العاصمة أن الصوامع الجديدة تتسع لنصف المحصول، وأن النصف الآخر سيصدر إلى الخارج عبر "
    "الميناء الشمالي قبل نهاية الصيف.\n"
    "وكان المزارعون قد طالبوا برفع سعر الشراء بعد ارتفاع كلفة السماد والوقود والنقل في العامين الماضيين."
)
FIRST = Article(
    id="first", title="وزير الزراعة يعلن حجم المحصول", body=TEXT, source="وكالة السهل", published=date(2023, 5, 2)
)
COPIES = [
    replace(FIRST, id="river", title="أربعة ملايين طن من القمح", source="صحيفة النهر", body=f"رويترز: {TEXT}"),
    replace(FIRST, id="sea", source="صحيفة البحر", published=date(2023, 5, 3), body=f"{TEXT}\n(رويترز)"),
]
OTHER = Article(
    id="other", title="القمح في المعرض", body="افتتح الوزير معرض القمح في المدينة القديمة أمس.", source="موقع الجبل"
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with open_archive(tmp_path_factory.mktemp("archive"), create=True) as library:
        keep(library, FIRST, *COPIES, OTHER)
        library.update_index()
        yield create_app(library).test_client()


def test_an_article_lists_its_copies_in_order_of_publication(client: FlaskClient) -> None:
    page = get(client, "/article/sea")
    listed = [link["href"] for link in page.inside(page.one("section", id="copies"), "a")]
    assert listed == ["/article/first", "/compare/sea/first", "/article/river", "/compare/sea/river"]
    assert "(الأقدم)" in page.one("section", id="copies").text


def test_an_article_without_copies_has_no_such_section(client: FlaskClient) -> None:
    assert not get(client, "/article/other").find("section", id="copies")


def test_the_agency_that_copies_credit_is_their_common_source(client: FlaskClient) -> None:
    assert "المصدر المشترك: رويترز" in get(client, "/article/first").one("section", id="copies").text
    assert "Common source: Reuters" in get(client, "/article/first", lang="en").one("section", id="copies").text


def test_folded_results_list_the_best_copy_and_count_the_others(client: FlaskClient) -> None:
    page = get(client, "/search", q="القمح", fold="copies")
    assert len(page.titles) == 2
    assert "4 نتائج" in page.one("p", class_="count").text
    assert [element.words for element in page.find("p", class_="others")] == ["ومقالان آخران من مصدرين"]


@pytest.mark.parametrize(
    ("sources", "label"),
    [
        (("تاس", "تاس"), "ومقال آخر من المصدر نفسه"),
        (("تاس", "رويترز"), "ومقال آخر من مصدر آخر"),
        (("تاس", ""), "ومقال آخر بلا مصدر معروف"),
        (("", "تاس"), "ومقال آخر من مصدر آخر"),
        (("تاس", "رويترز", "تاس"), "ومقالان آخران من مصدرين"),
        (("تاس", "رويترز", "رويترز"), "ومقالان آخران من مصدر آخر"),
    ],
)
def test_a_folded_hit_says_whose_the_others_are(tmp_path: Path, sources: Sequence[str], label: str) -> None:
    with open_archive(tmp_path, create=True) as library:
        days = (date(2023, 5, 3 - number) for number in range(len(sources)))
        articles = [
            replace(FIRST, id=str(number), source=source, published=day)
            for number, (source, day) in enumerate(zip(sources, days, strict=True))
        ]
        keep(library, *articles)
        library.update_index()
        page = get(create_app(library).test_client(), "/search", fold="copies")
        assert [element.words for element in page.find("p", class_="others")] == [label]


def test_a_folded_page_doesnt_say_how_many_pages_there_are(client: FlaskClient) -> None:
    page = get(client, "/search", q="القمح", fold="copies", limit="1")
    assert page.one("span", class_="of").words == "الصفحة 1"


def test_folding_is_chosen_on_the_page(client: FlaskClient) -> None:
    page = get(client, "/search", q="القمح")
    assert len(page.titles) == 4
    folded = page.link("النصوص المكرَّرة مرة واحدة")
    assert len(get(client, folded).titles) == 2
    assert len(get(client, get(client, folded).link("كل المقالات")).titles) == 4


def test_no_group_is_on_two_pages(client: FlaskClient) -> None:
    first, second = (get(client, "/search", q="القمح", fold="copies", limit="1", page=page) for page in "12")
    assert len(first.titles) == len(second.titles) == 1
    assert first.titles != second.titles
    assert first.link("التالية").endswith("page=2&limit=1")
    assert not second.find("a", rel="next")


def test_the_page_after_the_last_folded_one_is_empty(client: FlaskClient) -> None:
    assert not get(client, "/search", q="القمح", fold="copies", limit="1", page="3").titles


def test_the_api_folds_and_says_what_a_hit_stands_for(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search", query_string={"q": "القمح", "fold": "copies", "limit": 2}).get_json()
    assert (answer["total"], answer["pages"]) == (4, 1)
    assert {"group": "first", "others": 2, "sources": 2} in [hit["folded"] for hit in answer["hits"]]
    unfolded = client.get("/api/v1/search", query_string={"q": "القمح"}).get_json()
    assert all("folded" not in hit for hit in unfolded["hits"])


def test_an_unknown_way_of_folding_is_refused_by_name(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search", query_string={"fold": "duplicates"})
    assert answer.status_code == 400
    assert "copies" in answer.text
