"""What the page of an article says about where each field came from, and about times."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.article import Article, Origin, Topic
from newsarchive.config import Config
from newsarchive.identity import text_digest
from newsarchive.ingest.readers.registry import names
from newsarchive.library import open_library
from newsarchive.web import create_app
from newsarchive.web.interface import Interface
from newsarchive.web.messages import MESSAGES
from newsarchive.web.provenance import shown_location
from tests.libraries import open_archive
from tests.sample import UNDATED, WHEAT
from tests.web.page import Page, get
from tests.web.test_related import keep

FETCHED = datetime(2025, 4, 21, 8, 15, tzinfo=UTC)
FROM_FEED = Article(
    id="fed",
    title="خبر من خلاصة",
    body="نص الخبر.",
    source="تاس",
    topics=(Topic("رياضة", "feed"), Topic("فن", "option")),
    published=datetime(2025, 4, 21, 1, 30, tzinfo=timezone(timedelta(hours=-3))),
    published_raw="منذ ساعتين",
    published_relative=True,
    guid="tag:example.org,2025:7",
    origin=Origin(
        "feed", "https://me:pass@example.org/rss?api_key=hidden1&x=1", FETCHED, "2025-04-21.001.warc.gz#urn:uuid:1"
    ),
)
UNREAD = replace(UNDATED, id="unread", published_raw="يوم ما", origin=Origin("future-kind", "C:\\Users\\me\\a.txt"))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    folder = tmp_path_factory.mktemp("archive")
    with open_archive(folder, create=True) as library:
        keep(library, WHEAT, UNDATED, FROM_FEED, UNREAD)
        library.update_index()
    with open_library(Config(archive=folder, timezone=ZoneInfo("Africa/Cairo"))) as library:
        yield create_app(library).test_client()


def facts(page: Page) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in page.inside(page.one("details", class_="provenance"), "div"):
        (label,), (value,) = page.inside(row, "dt"), page.inside(row, "dd")
        found.setdefault(label.words, []).append(value.words)
    return found


def test_an_article_of_a_feed(client: FlaskClient) -> None:
    found = facts(get(client, "/article/fed"))
    assert found["نوع المادة الواردة"] == ["خلاصة RSS أو Atom"]
    assert found["جُلبت من"] == ["https://example.org/rss?api_key=***&x=1"]
    assert found["الصفحة المحفوظة"][0].startswith("2025-04-21.001.warc.gz#urn:uuid:1")
    assert found["وقت الجلب"] == ["21 أبريل/نيسان 2025، 10:15 بتوقيت القاهرة"]
    (published,) = found["تاريخ النشر"]
    assert published.startswith("21 أبريل/نيسان 2025، 06:30 بتوقيت القاهرة (في الأصل 01:30 UTC-03:00)")
    assert published.endswith("قُرئ من «منذ ساعتين». محسوب من وقت الجلب، فهو تقريبي.")
    assert found["الموضوع"] == ["رياضة من الخلاصة", "فن حدّده من أدخل المادة"]
    assert found["معرّفه في الخلاصة"] == ["tag:example.org,2025:7"]
    assert found["بصمة النص (SHA-256)"][0].startswith(text_digest(FROM_FEED))
    assert "hidden1" not in client.get("/article/fed").text


def test_an_article_of_a_file(client: FlaskClient) -> None:
    found = facts(get(client, "/article/wheat", lang="en"))
    assert found["File"] == ["import.jsonl:3"]
    assert found["Title"] == [f"{WHEAT.title} as given in the input"]
    assert "Day, time and time zone are known." in found["Date of publication"][0]
    assert "/srv/secret" not in client.get("/article/wheat").text


def test_dates_that_could_not_be_read(client: FlaskClient) -> None:
    assert "ورد «يوم ما»، وتعذّرت قراءته تاريخًا." in facts(get(client, "/article/unread"))["تاريخ النشر"][0]
    assert "لم يرد في المادة تاريخ." in facts(get(client, "/article/undated"))["تاريخ النشر"][0]


def test_an_unknown_kind_is_shown_as_it_is(client: FlaskClient) -> None:
    found = facts(get(client, "/article/unread"))
    assert (found["نوع المادة الواردة"], found["الملف"]) == (["future-kind"], ["a.txt"])


def test_topics_of_the_model_are_explained(client: FlaskClient) -> None:
    assigned = facts(get(client, "/article/undated")).get("موضوع معيَّن آليًّا", [])
    assert all("عيّنه النموذج بثقة" in one for one in assigned)


def test_every_kind_of_input_has_a_name() -> None:
    assert [name for name in names() if f"origin_{name}" not in MESSAGES] == []


@given(st.lists(st.text(st.characters(exclude_characters="/\\#"), min_size=1), min_size=1))
def test_no_folder_of_a_path_is_told(parts: list[str]) -> None:
    assert shown_location("/secret/" + "/".join(parts)) == parts[-1]


def test_the_original_time_is_beside_that_of_the_archive(client: FlaskClient) -> None:
    page = get(client, "/article/fed")
    assert page.one("span", class_="original-time").text == "(في الأصل 01:30 UTC-03:00)"
    assert get(client, "/article/undated").find("span", class_="original-time") == []


@pytest.mark.parametrize(
    ("moment", "shown", "original"),
    [
        (datetime(2025, 5, 21, 23, 0, tzinfo=UTC), "22 May 2025, 02:00 Cairo time", "21 May 2025, 23:00 UTC"),
        (datetime(2025, 1, 21, 23, 0, tzinfo=timezone(timedelta(hours=2))), "21 January 2025, 23:00 Cairo time", ""),
        (date(2025, 4, 21), "21 April 2025", ""),
        (datetime.max.replace(tzinfo=UTC), "31 December 9999, 23:59 UTC", ""),
    ],
)
def test_times_are_in_the_zone_of_the_archive(moment: date | datetime, shown: str, original: str) -> None:
    interface = Interface("en", zone=ZoneInfo("Africa/Cairo"))
    assert interface.moment(moment) == shown
    assert interface.original_moment(moment) == original
