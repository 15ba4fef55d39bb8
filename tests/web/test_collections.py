"""The pages, feeds, downloads and forms of collections."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener, urlopen
from urllib.request import Request as HttpRequest

import docx
import feedparser
import pytest
from flask.testing import FlaskClient

from newsarchive.access import Level, Policy, Scope
from newsarchive.access.tokens import TokenStore
from newsarchive.library import Library
from newsarchive.press_review import edits
from newsarchive.press_review.collection_table import CollectionTable
from newsarchive.web import SiteSettings, create_app
from newsarchive.web.readers import COOKIE
from tests.articles import make_article
from tests.libraries import append, filled, open_archive, put_collection, withdraw
from tests.serving import serving
from tests.web.page import assert_harmless, get

WHEAT = make_article(1, id="wheat", title="مصر تشتري القمح", body="نص عن القمح.\nوفقرة ثانية سرية.")
TALKS = make_article(2, id="talks", title="محادثات <script>alert(1)</script>", body="نص عن المحادثات.")
OTHER = make_article(3, id="other", title="مقال آخر", body="نص آخر.", url="https://news.example/other")
HERE = {"Origin": "http://localhost"}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with filled(tmp_path / "archive", [WHEAT, TALKS, OTHER]) as opened:
        put_collection(opened.archive.folder, "wheat", "talks")
        yield opened


@pytest.fixture
def reader(library: Library) -> FlaskClient:
    return create_app(library).test_client()


@pytest.fixture
def token(library: Library) -> str:
    return TokenStore(library.archive.folder).create("أمينة المكتبة", scopes=(Scope.COLLECTIONS,))


@pytest.fixture
def writer(library: Library, token: str) -> FlaskClient:
    client = create_app(library).test_client()
    client.set_cookie(COOKIE, token)
    return client


def ids(library: Library) -> list[str]:
    return [entry.id for entry in CollectionTable(library.archive.folder).find("full").entries]


def send(client: FlaskClient, address: str, status: int, headers: dict[str, str] | None = None, **form: str) -> str:
    response = client.post(address, data=form, headers=HERE if headers is None else headers)
    assert response.status_code == status, response.text
    return response.headers.get("Location", "") if status == 303 else response.text


def test_readers_see_collections_without_forms(reader: FlaskClient, library: Library) -> None:
    assert "ملف القمح" in get(reader, "/collections").titles
    page = get(reader, "/collections/full")
    assert page.titles == [WHEAT.title, TALKS.title]
    assert not [one for one in page.find("form") if one["method"] == "post"]
    assert_harmless(reader.get("/collections/full").text)
    assert "ملف القمح" in reader.get("/article/wheat").text
    assert "ملف القمح" not in reader.get("/article/other").text
    assert "ملف القمح" in reader.get("/article/wheat/collections").text
    for address in ("/collections/none", "/collections/none.xml", "/collections/none/export.html"):
        assert reader.get(address).status_code == 404
    for address in ("/collections", "/collections/full"):
        assert reader.post(address, data={"action": "delete", "sure": "yes"}, headers=HERE).status_code == 403
    assert ids(library) == ["wheat", "talks"]


def test_corrections_and_withdrawals_show(writer: FlaskClient, library: Library) -> None:
    send(writer, "/collections/full", 303, action="add", article="other", note="تابع هذا")
    append(library, replace(OTHER, revision=2, body="نص مصحح."))
    withdraw(library, "talks")
    text = writer.get("/collections/full").text
    assert "/article/other/compare/1/2" in text
    assert "سُحب هذا المقال" in text
    assert "alert(1)" not in text
    assert "تابع هذا" in text
    send(writer, "/collections/full", 303, action="accept")
    assert "/compare/" not in writer.get("/collections/full").text


@pytest.mark.parametrize("ending", ["xml", "atom", "json"])
def test_feeds_have_the_articles_with_their_notes(reader: FlaskClient, library: Library, ending: str) -> None:
    table = CollectionTable(library.archive.folder)
    table.change("full", lambda one: edits.noted(one, "wheat", "سطر <b>\nوآخر"))
    response = reader.get(f"/collections/full.{ending}")
    assert response.status_code == 200
    if ending != "json":
        contents = {one.title: str(one) for one in feedparser.parse(response.text).entries}
    else:
        contents = {one["title"]: one["content_html"] for one in response.get_json()["items"]}
    assert len(contents) == 2
    assert "وآخر" in contents[WHEAT.title]
    assert "سطر &lt;b&gt;" in contents[WHEAT.title]


def test_documents_respect_what_may_leave_the_server(library: Library) -> None:
    for public in (True, False):
        client = create_app(library, SiteSettings(public_full_text=public)).test_client()
        page = client.get("/collections/full/export.html")
        assert page.mimetype == "text/html"
        assert page.headers["Content-Disposition"].startswith("attachment")
        assert ("سرية" in page.text) is public
        word = client.get("/collections/full/export.docx")
        texts = [one.text for one in docx.Document(BytesIO(word.data)).paragraphs]
        assert ("وفقرة ثانية سرية." in texts) is public
        assert ("سرية" in client.get("/collections/full/export.jsonl").text) is public
        assert "سرية" not in client.get("/collections/full/export.html?text=lead").text
    assert client.get("/collections/full/export.html?text=all").status_code == 400
    assert client.get("/collections/full/export.exe").status_code == 404
    assert (
        create_app(library, SiteSettings(exports=0)).test_client().get("/collections/full/export.html").status_code
        == 404
    )
    assert (
        create_app(library, SiteSettings(export_rows=1)).test_client().get("/collections/full/export.docx").status_code
        == 400
    )
    assert client.get("/collections/full/export.ris").text.startswith("TY  - ")


def test_a_collection_is_made_and_changed_with_forms(writer: FlaskClient, library: Library) -> None:
    made = send(writer, "/collections", 303, title="ملف جديد", note="أول", article="other")
    assert made.endswith("#entry-1")
    assert "أول" in writer.get(made).text
    send(writer, "/article/other/collections", 303, collection="full", note="ثانٍ")
    assert ids(library) == ["wheat", "talks", "other"]
    assert send(writer, "/collections/full", 303, action="up", article="other").endswith("#entry-2")
    assert send(writer, "/collections/full", 303, action="down", article="wheat").endswith("#entry-2")
    assert ids(library) == ["other", "wheat", "talks"]
    send(writer, "/collections/full", 303, action="last", article="other")
    send(writer, "/collections/full", 303, action="note", article="wheat", note="سطر\r\nوآخر")
    assert CollectionTable(library.archive.folder).find("full").entry("wheat").note == "سطر\nوآخر"
    send(writer, "/collections/full", 303, action="remove", article="talks")
    assert ids(library) == ["wheat", "other"]
    send(writer, "/collections/full", 303, action="rename", title="اسم آخر", description="", private="yes")
    assert "اسم آخر" in writer.get("/collections").text
    send(writer, "/collections/full", 400, action="delete")
    send(writer, "/collections/full", 303, action="delete", sure="yes")
    assert writer.get("/collections/full").status_code == 404


def test_a_new_collection_has_a_title_that_no_other_has(writer: FlaskClient) -> None:
    def offered() -> str:
        return get(writer, "/article/other/collections").one("input", id="new-title")["value"]

    first = offered()
    assert first.startswith("ملف صحفي، ")
    send(writer, "/collections", 303, title=first, article="other")
    assert offered() == f"{first} (2)"


def test_private_collections_are_for_writers_only(writer: FlaskClient, reader: FlaskClient) -> None:
    send(writer, "/collections/full", 303, action="rename", title="سري", private="yes")
    addresses = ("/collections/full", "/collections/full.xml", "/collections/full/export.html")
    for address in addresses:
        assert writer.get(address).status_code == 200
        assert reader.get(address).status_code == 404
    for address in ("/collections", "/article/wheat", "/article/wheat/collections"):
        assert "سري" not in reader.get(address).text.replace("سرية", "")


def test_wrong_forms_change_nothing_and_say_why(writer: FlaskClient, library: Library) -> None:
    assert "يلزم عنوان" in send(writer, "/collections", 400, title=" ")
    assert "لا يوجد هذا المقال" in send(writer, "/collections/full", 400, action="add", article="none")
    assert "لا يوجد هذا المقال" in send(writer, "/collections/full", 400, action="up", article="none")
    send(writer, "/collections/full", 400, action="note", article="wheat", note="ن" * 10_001)
    send(writer, "/collections/full", 404, action="explode")
    send(writer, "/collections/none", 404, action="up", article="wheat")
    assert ids(library) == ["wheat", "talks"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://localhost"}, 303),
        ({"Origin": "https://localhost"}, 303),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "http://localhost:8000"}, 403),
        ({"Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({}, 403),
    ],
)
def test_forms_of_other_sites_are_refused(
    writer: FlaskClient, library: Library, headers: dict[str, str], status: int
) -> None:
    send(writer, "/collections/full", status, headers, action="remove", article="wheat")
    assert ids(library) == (["talks"] if status == 303 else ["wheat", "talks"])


@pytest.mark.parametrize(
    ("way", "origin", "status"),
    [
        ("bearer", "http://evil.example", 303),
        ("bearer", None, 303),
        # A browser sends a password of HTTP Basic that it knows by itself.
        ("basic", "http://evil.example", 403),
        ("basic", None, 403),
        ("basic", "http://localhost", 303),
    ],
)
def test_only_a_bearer_needs_no_page_of_this_site(
    reader: FlaskClient, library: Library, token: str, way: str, origin: str | None, status: int
) -> None:
    given = f"Bearer {token}" if way == "bearer" else "Basic " + b64encode(f"any:{token}".encode()).decode()
    headers = {"Authorization": given} | ({"Origin": origin} if origin else {})
    send(reader, "/collections/full", status, headers, action="remove", article="wheat")


@pytest.mark.parametrize("scopes", [(Scope.READ,), ()])
def test_a_token_for_reading_changes_nothing(library: Library, scopes: tuple[Scope, ...]) -> None:
    client = create_app(library).test_client()
    store = TokenStore(library.archive.folder)
    client.set_cookie(COOKIE, store.create("قارئ", scopes=scopes))
    assert "/sign-in" not in client.get("/collections/full").text.split("<footer")[0]
    store.create("محرر", scopes=(Scope.COLLECTIONS,))
    assert "الرمز الذي دخلت به لا يسمح" in client.get("/collections/full").text
    send(client, "/collections/full", 403, action="remove", article="wheat")
    assert ids(library) == ["wheat", "talks"]


def test_pages_say_where_to_sign_in_once_somebody_may_write(reader: FlaskClient, library: Library) -> None:
    addresses = ("/collections", "/collections/full", "/article/wheat/collections")
    for address in addresses:
        assert "/sign-in" not in reader.get(address).text
    store = TokenStore(library.archive.folder)
    store.create("محرر", scopes=(Scope.COLLECTIONS,))
    for address in addresses:
        page = get(reader, address)
        (target,) = {one["href"] for one in page.find("a") if one.attributes.get("href", "").startswith("/sign-in")}
        assert target == f"/sign-in?next={address}"
        assert "بعض النصوص" not in reader.get(target).text
    store.revoke("محرر")
    assert "تحرير" not in reader.get("/collections").text


def test_a_restricted_text_is_no_corrected_one(library: Library) -> None:
    folder = library.archive.folder
    with open_archive(folder, access=Policy(Level.METADATA)) as restricted:
        client = create_app(restricted).test_client()
        client.set_cookie(COOKIE, TokenStore(folder).create("محرر", scopes=(Scope.COLLECTIONS,)))
        send(client, "/collections/full", 303, action="add", article="other")
        page = client.get("/collections/full").text
        assert "صُحح" not in page
        assert "accept" not in page
        append(restricted, replace(OTHER, revision=2, body="نص مصحح."))
        send(client, "/collections/full", 303, action="note", article="wheat", note="ملاحظتي")
        page = client.get("/collections/full").text
        assert "/article/other/compare/1/2" in page
        assert "ملاحظتي" in page
        send(client, "/collections/full", 303, action="accept")
        assert "/compare/" not in client.get("/collections/full").text
    # Who sees the whole text sees no correction either.
    assert "/compare/" not in create_app(library).test_client().get("/collections/full").text


def test_a_feed_with_a_token_has_a_private_collection(writer: FlaskClient, reader: FlaskClient, token: str) -> None:
    send(writer, "/collections/full", 303, action="rename", title="سري", private="yes")
    for ending in ("xml", "atom", "json"):
        assert reader.get(f"/collections/full.{ending}").status_code == 404
        feed = reader.get(f"/collections/full.{ending}?token={token}")
        assert feed.status_code == 200
        assert token not in feed.text
        assert feed.cache_control.no_store
    assert reader.get(f"/collections/full?token={token}").status_code == 404


def test_who_may_not_write_sees_no_form_and_is_refused(writer: FlaskClient, library: Library) -> None:
    page = writer.get("/collections/full")
    assert {"private", "no-store"} <= set(page.headers["Cache-Control"].split(", "))
    assert {"Cookie", "Authorization"} <= set(page.vary)
    assert "POST" in page.text.upper()
    assert "/article/wheat/collections" in writer.get("/article/wheat").text
    writer.set_cookie(COOKIE, "nra_bad")
    page = writer.get("/collections/full")
    assert 'method="post"' not in page.text
    assert {"Cookie", "Authorization"} <= set(page.vary)
    assert "/article/wheat/collections" not in writer.get("/article/wheat").text
    refused = writer.post("/collections/full", data={"action": "remove", "article": "wheat"}, headers=HERE)
    assert refused.status_code == 403
    assert "لا يُسمح" in refused.text
    assert ids(library) == ["wheat", "talks"]


def test_a_served_site_takes_forms_of_who_has_a_token(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    with filled(archive, [WHEAT]):
        pass
    token = TokenStore(archive).create("محرر", scopes=(Scope.COLLECTIONS,))
    with serving(archive) as server:
        site = f"http://127.0.0.1:{server.port}"
        opener = build_opener(HTTPCookieProcessor())

        def sent(path: str, **fields: str) -> str:
            asked = HttpRequest(f"{site}{path}", urlencode(fields).encode(), {"Origin": site})
            with opener.open(asked) as answer:
                return str(answer.read().decode())

        with pytest.raises(HTTPError, match="403"):
            sent("/collections", title="ملف")
        sent("/sign-in", token=token)
        assert WHEAT.title in sent("/collections", title="Wheat", article="wheat", note="ملاحظتي")
        assert "نشرت" in sent("/collections/wheat", action="note", article="wheat", note="نشرت")
        with opener.open(f"{site}/collections/wheat/export.docx") as answer:
            texts = [one.text for one in docx.Document(BytesIO(answer.read())).paragraphs]
    assert "نشرت" in texts


def test_a_running_server_shows_what_the_command_wrote(tmp_path: Path) -> None:
    with filled(tmp_path / "archive", [WHEAT]) as library:
        put_collection(library.archive.folder, "wheat")
    with serving(tmp_path / "archive") as server:
        address = f"http://127.0.0.1:{server.port}/collections/full"
        with urlopen(address) as answer:
            assert WHEAT.title in answer.read().decode()
        put_collection(tmp_path / "archive", "wheat", "none")
        with urlopen(HttpRequest(address)) as answer:
            assert "لم يعد هذا المقال" in answer.read().decode()
        with urlopen(f"{address}/export.docx") as answer:
            assert docx.Document(BytesIO(answer.read())).core_properties.title == "ملف القمح"
