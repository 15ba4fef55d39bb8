"""The page that finds who had a text first, the passages of an article, and their API."""

import html
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from newsarchive.article import Article, Origin
from newsarchive.stories.reuse import MOST_WORDS
from newsarchive.web import create_app
from tests.libraries import filled
from tests.web.page import assert_harmless

PASSAGE = "أغلقت البلدية الحديقة العامة أسبوعين بعد سقوط أشجار عالية في عاصفة ليلة الثلاثاء"
CHANGED = PASSAGE.replace("أسبوعين", "شهرين")
ORIGIN = Origin("jsonl", "news.jsonl:1")
EARLY = Article(
    id="early", title="عاصفة", body=f"خبر قصير.\n{PASSAGE}.", source="تاس", published=date(2024, 1, 2), origin=ORIGIN
)
LATE = Article(
    id="late",
    title="<b>أشجار</b>",
    body=f"تحقيق عن حدائق المدن الكبرى وعن أشجارها القديمة. {CHANGED}، ثم <i>فتحتها</i>.",
    source="رويترز",
    published=date(2024, 3, 4),
    origin=ORIGIN,
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with filled(tmp_path_factory.mktemp("reuse"), [LATE, EARLY]) as library:
        yield create_app(library).test_client()


def hits(page: str) -> list[str]:
    return re.findall(r'<a href="/article/(\w+)', page.partition('<ol class="hits')[2])


def test_the_form_is_not_indexed_and_linked_from_all_pages(archive: FlaskClient) -> None:
    page = archive.get("/reuse").text
    assert '<meta name="robots" content="noindex">' in page
    assert 'method="post"' in page
    assert "من نشر هذا النص أولًا؟" in page
    assert 'href="/reuse?lang=en"' in archive.get("/?lang=en").text
    assert 'action="/reuse?lang=en"' in archive.get("/reuse?lang=en").text


def test_articles_are_listed_earliest_first_with_what_differs_marked(archive: FlaskClient) -> None:
    response = archive.post("/reuse", data={"text": f"قرأت أمس ما يأتي {PASSAGE}"})
    assert response.status_code == 200
    assert hits(response.text) == ["early", "late"]
    assert re.findall(r"<mark>(.*?)</mark>", response.text) == ["أسبوعين", "شهرين"]
    assert f"{PASSAGE}</dd>" in response.text
    assert "<b>أشجار" not in response.text
    assert_harmless(response.text)


def test_what_was_pasted_stays_in_the_form(archive: FlaskClient) -> None:
    pasted = '\n"</textarea><script>alert(1)</script>'
    page = archive.post("/reuse", data={"text": pasted}).text
    assert_harmless(page)
    shown = page.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]
    # Browsers drop one line break after the tag.
    assert html.unescape(shown) == "\n" + pasted


@pytest.mark.parametrize(
    ("text", "language", "message"),
    [
        ("", "ar", "الصق نصًّا فيه كلمات."),
        ("؟؟", "en", "Paste a text that has words."),
        ("كلمة " * (MOST_WORDS + 1), "ar", f"عدد كلمات النص <bdi>{MOST_WORDS + 1:,}</bdi>، والحدّ {MOST_WORDS:,} كلمة."),
        ("word " * (MOST_WORDS + 1), "en", f"The limit is {MOST_WORDS:,} words"),
    ],
)
def test_a_text_that_cannot_be_looked_up_is_explained(
    archive: FlaskClient, text: str, language: str, message: str
) -> None:
    response = archive.post(f"/reuse?lang={language}", data={"text": text})
    assert response.status_code == 400
    assert message in response.text
    assert 'aria-invalid="true"' in response.text


def test_the_longest_text_is_looked_up(archive: FlaskClient) -> None:
    text = "كلمة " * (MOST_WORDS - len(PASSAGE.split())) + PASSAGE
    assert hits(archive.post("/reuse", data={"text": text}).text) == ["early", "late"]


def test_a_text_that_nobody_had_is_said(archive: FlaskClient) -> None:
    page = archive.post(
        "/reuse?lang=en", data={"text": "كلمات لم ترد في أي مقال محفوظ هنا أو في غيره من قبل أبدا"}
    ).text
    assert "No article in the archive has a passage of this text" in page


def test_the_page_of_an_article_quotes_what_others_have(archive: FlaskClient) -> None:
    page = archive.get("/article/late").text
    quoted = page.partition('id="passages"')[2].partition("</section>")[0]
    assert "/article/early" in quoted
    assert f"<mark>{CHANGED}</mark>" in quoted
    assert 'href="/article/late/passages"' in quoted


def test_passages_of_an_article_are_next_to_those_of_others(archive: FlaskClient) -> None:
    page = archive.get("/article/late/passages?lang=en").text
    assert hits(page) == ["early"]
    assert re.findall(r"<mark>(.*?)</mark>", page) == ["شهرين", "أسبوعين"]
    assert_harmless(page)
    assert archive.get("/article/none/passages").status_code == 404


def test_an_archive_without_groups_has_pages(unindexed: FlaskClient) -> None:
    assert unindexed.post("/reuse", data={"text": PASSAGE}).status_code == 200


def test_the_api_finds_a_form_field_and_a_plain_text(archive: FlaskClient) -> None:
    text = f"قرأت {PASSAGE}"
    found = archive.post("/api/v1/reuse", data={"text": text}).get_json()
    plain = archive.post("/api/v1/reuse", data=text.encode(), content_type="text/plain; charset=utf-8").get_json()
    assert found == plain
    assert [article["id"] for article in found["articles"]] == ["early", "late"]
    (passage,) = found["articles"][1]["passages"]
    start, end = passage["in_text"]
    assert text[start:end] == PASSAGE
    start, end = passage["in_article"]
    assert LATE.body[start:end] == passage["text"] == CHANGED
    assert [text[slice(*ours)] for ours, _ in passage["equal"]] == PASSAGE.split(" أسبوعين ")


def test_the_api_limits_articles_and_texts(archive: FlaskClient) -> None:
    limited = archive.post("/api/v1/reuse?limit=1", data={"text": PASSAGE}).get_json()
    assert (limited["total"], len(limited["articles"])) == (2, 1)
    for address, text in (("?limit=0", PASSAGE), ("?limits=1", PASSAGE), ("", ""), ("", "كلمة " * (MOST_WORDS + 1))):
        response = archive.post(f"/api/v1/reuse{address}", data={"text": text})
        assert response.status_code == 400
        assert response.get_json()["error"]["code"] == "invalid_parameter"
    assert archive.get("/api/v1/articles/none/passages").status_code == 404


def test_long_runs_are_shortened_and_the_rest_is_counted(tmp_path: Path) -> None:
    body = " ".join(f"كلمة{'ابتثجحخدذر'[n % 10]}{'سشصضطظعغفق'[n // 10]}" for n in range(100))
    records = [Article(id=f"a{n}", title="", body=f"{body} {n}", source=f"مصدر{n}", origin=ORIGIN) for n in range(55)]
    with filled(tmp_path / "news", records) as library:
        page = create_app(library).test_client().post("/reuse?lang=en", data={"text": body}).text
    assert len(hits(page)) == 50
    assert "55 articles" in page
    assert "These are the earliest 50 of them." in page
    assert page.count("[…]") == 100
