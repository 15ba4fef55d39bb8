"""Policies and tokens: what is decided, and what becomes of it."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.access import (
    ANONYMOUS,
    FULL,
    LEAD_LENGTH,
    AccessPolicies,
    Level,
    Policy,
    Reader,
    RestrictedArticle,
    Scope,
    Viewer,
    read_policy,
    visible,
)
from newsarchive.access.tokens import PREFIX, TokenStore
from newsarchive.alerts.digest import Digests
from newsarchive.alerts.links import SiteLinks
from newsarchive.alerts.records import PlannedDigest
from newsarchive.alerts.saved_search import SavedSearch
from newsarchive.article import Article
from newsarchive.cli.main import group
from newsarchive.config import load_config
from newsarchive.errors import AccessError, ConfigError
from newsarchive.library import Library
from newsarchive.tables import load_tables
from newsarchive.web import SiteSettings, create_app
from newsarchive.web.readers import COOKIE, may
from tests.articles import articles, make_article
from tests.libraries import filled, open_archive

TODAY = date(2025, 6, 1)
SECRET = "غرافيتون"
READER = Reader("قارئ", "1", frozenset({Scope.READ}))


def policies(default: str = "full", **by_source: str) -> AccessPolicies:
    return AccessPolicies(read_policy(default), {name: read_policy(text) for name, text in by_source.items()})


def level(article: Article, of: AccessPolicies, reader: Reader = ANONYMOUS, today: date = TODAY) -> Level:
    return visible(article, of, reader, today).level


@pytest.mark.parametrize("text", ["full", "snippet", "metadata", "embargo 30 days", "embargo 1 days snippet"])
def test_policies_read_back_what_they_write(text: str) -> None:
    assert str(read_policy(text)) == text


@pytest.mark.parametrize(
    "text", ["", "none", "embargo", "embargo 0 days", "embargo -3 days", "embargo 99999 days", "embargo 3 days full"]
)
def test_what_is_no_policy_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"policy|embargo"):
        read_policy(text)


def test_an_embargo_ends_so_many_days_after_publication() -> None:
    article = make_article(published=date(2025, 5, 2))
    for days, expected in ((29, Level.FULL), (30, Level.FULL), (31, Level.METADATA)):
        assert level(article, policies(f"embargo {days} days")) is expected
    assert visible(article, policies("embargo 31 days"), ANONYMOUS, TODAY).free_from == date(2025, 6, 2)


def test_an_embargo_of_an_undated_article_counts_from_its_arrival() -> None:
    article = make_article(archived_at=datetime(2025, 5, 20, 23, tzinfo=UTC))
    assert level(article, policies("embargo 12 days")) is Level.FULL
    assert level(article, policies("embargo 13 days")) is Level.METADATA
    assert level(replace(article, archived_at=None), policies("embargo 1 days")) is Level.METADATA


def test_a_date_at_the_end_of_the_calendar_never_ends_an_embargo() -> None:
    assert level(make_article(published=date.max), policies("embargo 1 days")) is Level.METADATA


def test_the_stricter_of_source_and_publisher_counts() -> None:
    article = make_article(source="وكاله", publisher="جريده")
    assert level(article, policies("full", وكاله="snippet", جريده="metadata")) is Level.METADATA
    assert level(article, policies("metadata", وكاله="full")) is Level.FULL
    assert level(article, policies("metadata")) is Level.METADATA


def test_a_token_for_some_sources_frees_only_these() -> None:
    of = policies("metadata", وكاله="snippet")
    reader = replace(READER, sources=("وكالة",))
    assert level(make_article(source="وكالة"), of, reader) is Level.FULL
    assert level(make_article(source="أخرى"), of, reader) is Level.METADATA
    assert level(make_article(source="أخرى"), of, READER) is Level.FULL
    assert (
        level(make_article(source="أخرى"), of, replace(READER, scopes=frozenset({Scope.COLLECTIONS}))) is not Level.FULL
    )


@given(articles, st.sampled_from(["snippet", "metadata"]))
def test_a_restricted_article_shows_no_more_than_its_lead(article: Article, policy: str) -> None:
    shown = Viewer(policies(policy), ANONYMOUS, lambda: TODAY).show(article)
    assert isinstance(shown, RestrictedArticle)
    assert len(shown.body) <= LEAD_LENGTH + 1
    assert shown.summary == shown.body
    assert shown.headings == ()
    assert shown.body == "" or policy == "snippet"
    assert article.body not in repr(shown).replace(repr(shown.title), "") or len(article.body) <= LEAD_LENGTH


def test_a_revision_is_no_freer_than_the_latest() -> None:
    viewer = Viewer(policies("full", وكاله="snippet"), ANONYMOUS, lambda: TODAY)
    first, latest = make_article(source=""), make_article(source="وكاله", revision=2)
    shown = viewer.show_revision(first, latest)
    assert isinstance(shown, RestrictedArticle)
    assert shown.body == ""
    assert viewer.show_revision(latest, latest).body == viewer.show(latest).body != ""


# The table and the setting


def test_the_table_names_sources_by_any_of_their_names(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "sources.txt").write_text("الوكالة = Agency, وكالة الأنباء\n", encoding="utf-8")
    (folder / "access.txt").write_text("agency = embargo 7 days  # عقد 2025\n", encoding="utf-8")
    tables = load_tables(tmp_path, access=Policy(Level.SNIPPET))
    assert tables.access.of(make_article(source="وكالة الأنباء")) == (Policy(Level.METADATA, 7),)
    assert tables.access.of(make_article(source="أخرى")) == (Policy(Level.SNIPPET),)


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ("وكالة = secret", "access.txt:1: .*no policy"),
        ("وكالة = full\nوكاله = full", "access.txt:2: line 1"),
        ("x", "form"),
    ],
)
def test_errors_of_the_table_name_the_line(tmp_path: Path, content: str, wrong: str) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "access.txt").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=wrong):
        load_tables(tmp_path)


def test_the_setting_is_the_policy_of_other_sources() -> None:
    assert load_config(environment={}).access == FULL
    assert load_config(environment={"NEWSARCHIVE_ACCESS": "embargo 30 days"}).access == Policy(Level.METADATA, 30)
    with pytest.raises(ConfigError, match="access cannot be 'some'"):
        load_config(environment={"NEWSARCHIVE_ACCESS": "some"})


# Tokens


def test_a_token_is_kept_as_a_digest_in_a_file_for_its_owner(tmp_path: Path) -> None:
    store = TokenStore(tmp_path)
    token = store.create("قارئ")
    files = [path for path in (tmp_path / "access").rglob("*") if path.is_file()]
    assert all(token.encode() not in path.read_bytes() for path in files)
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)
    assert (tmp_path / "access").stat().st_mode & 0o077 == 0
    assert len(token) > 50


def test_only_the_whole_token_is_good(tmp_path: Path) -> None:
    store = TokenStore(tmp_path)
    token = store.create("قارئ", sources=("أ",))
    assert store.reader_of(token) == Reader("قارئ", store.tokens()[0].id, frozenset({Scope.READ}), ("أ",))
    for other in (token[:-1], token + "x", token.swapcase(), PREFIX, "", "قارئ", token.replace(PREFIX, "")):
        assert store.reader_of(other) is None


def test_a_revocation_reaches_other_processes_at_once(tmp_path: Path) -> None:
    server = TokenStore(tmp_path)
    token = TokenStore(tmp_path).create("قارئ")
    assert server.reader_of(token)
    TokenStore(tmp_path).revoke("قارئ")
    assert server.reader_of(token) is None
    assert server.named("قارئ") is None
    with pytest.raises(AccessError, match="no token 'قارئ' to revoke"):
        server.revoke("قارئ")


def test_a_token_is_good_on_its_last_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, today = TokenStore(tmp_path), datetime.now(UTC).date()
    token = store.create("قارئ", expires=today)
    assert store.reader_of(token)
    monkeypatch.setattr("newsarchive.access.tokens._today", lambda: today + timedelta(days=1))
    assert store.reader_of(token) is None
    with pytest.raises(AccessError, match="is past"):
        store.create("آخر", expires=today)


def test_names_are_unique_among_good_tokens(tmp_path: Path) -> None:
    store = TokenStore(tmp_path)
    store.create("قارئ")
    with pytest.raises(AccessError, match="there is a token"):
        store.create("قارئ")
    store.revoke("قارئ")
    store.create("قارئ")
    with pytest.raises(AccessError, match="needs a name"):
        store.create(" ")


def test_use_is_noted_without_a_write_per_request(tmp_path: Path) -> None:
    store = TokenStore(tmp_path)
    token = store.create("قارئ")
    (kept,) = store.tokens()
    assert store.last_used(kept) is None
    store.reader_of(token)
    noted = tmp_path / "access" / "used" / kept.id
    assert store.last_used(kept) is not None
    noted.unlink()
    for _ in range(5):
        store.reader_of(token)
    assert not noted.exists()


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"tokens": [1]}', b"\xff"])
def test_a_damaged_file_frees_nothing(tmp_path: Path, content: bytes) -> None:
    store = TokenStore(tmp_path)
    token = store.create("قارئ")
    (tmp_path / "access" / "tokens.json").write_bytes(content)
    assert store.reader_of(token) is None
    with pytest.raises(AccessError, match="damaged"):
        store.tokens()


def test_a_file_that_others_can_change_frees_nothing(tmp_path: Path) -> None:
    store = TokenStore(tmp_path)
    token = store.create("قارئ")
    (tmp_path / "access" / "tokens.json").chmod(0o644)
    assert TokenStore(tmp_path).reader_of(token) is None
    with pytest.raises(AccessError, match="chmod 600"):
        TokenStore(tmp_path).tokens()


def run(*arguments: str) -> Any:
    return CliRunner().invoke(group, arguments, catch_exceptions=True)


def test_the_command_creates_lists_and_revokes(tmp_path: Path) -> None:
    with filled(tmp_path / "a", [make_article()]):
        pass
    at = ("--archive", str(tmp_path / "a"))
    made = run("tokens", "create", "مكتبة", *at, "--scope", "read", "--scope", "collections", "--sources", "تاس")
    token = made.stdout.strip()
    assert "not shown again" in made.stderr
    assert TokenStore(tmp_path / "a").reader_of(token)
    listed = run("tokens", "list", *at).stdout
    assert "good; read, collections; only تاس" in listed
    assert token not in listed
    assert '"state": "good"' in run("tokens", "list", "--json", *at).stdout
    assert "revoked" in run("tokens", "revoke", "مكتبة", *at).stdout
    assert "revoked; read" in run("tokens", "list", *at).stdout
    assert run("tokens", "create", "x", *at, "--expires", "tomorrow").exit_code == 2
    assert isinstance(run("tokens", "revoke", "مكتبة", *at).exception, AccessError)


# On the web


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    closed = make_article(1, title="خبر عن القمح", body=f"{SECRET} القمح.", url="https://paper.example/1")
    with filled(tmp_path, [closed, *(make_article(number) for number in range(2, 70))]):
        pass
    with open_archive(tmp_path, access=Policy(Level.METADATA)) as opened:
        yield opened


@pytest.fixture
def client(library: Library) -> FlaskClient:
    return create_app(library).test_client()


@pytest.fixture
def token(library: Library) -> str:
    return TokenStore(library.archive.folder).create("قارئ", scopes=(Scope.READ, Scope.COLLECTIONS))


def shows(client: FlaskClient, address: str = "/article/id1", **headers: str) -> bool:
    return SECRET in client.get(address, headers=headers).get_data(as_text=True)


def test_each_way_to_give_a_token(client: FlaskClient, token: str) -> None:
    assert not shows(client)
    assert shows(client, Authorization=f"Bearer {token}")
    assert client.get("/article/id1", auth=("any", token)).get_data(as_text=True).count(SECRET)
    assert shows(client, f"/feed.xml?q=القمح&token={token}")
    assert not shows(client, f"/article/id1?token={token}")
    assert not shows(client, f"/search?q=القمح&token={token}")


def test_the_password_of_a_proxy_is_no_token(client: FlaskClient) -> None:
    response = client.get("/article/id1", auth=("any", "password of a proxy"))
    assert response.status_code == 200


@pytest.mark.parametrize("address", ["/article/id1", "/feed.xml", "/api/v1/search", "/nothing"])
def test_a_wrong_token_is_refused(client: FlaskClient, address: str) -> None:
    response = client.get(address, headers={"Authorization": "Bearer nra_wrong"})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert response.cache_control.no_store
    assert client.get("/feed.xml?token=wrong").status_code == 401
    if address in ("/article/id1", "/nothing"):
        assert 'href="/sign-in' in response.text.partition("<main")[2].partition("</main>")[0]


def test_pages_of_a_feed_keep_its_token_to_themselves(client: FlaskClient, token: str) -> None:
    response = client.get(f"/feed.json?token={token}")
    feed = response.get_json()
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert token in feed.pop("next_url")
    assert token not in str(feed)
    assert token not in client.get("/feed.json").get_data(as_text=True)
    pages, address = 0, f"/feed.json?token={token}"
    while address:
        page = client.get(address)
        assert page.status_code == 200
        pages, address = pages + 1, page.get_json().get("next_url")
    assert pages == 2


HERE = {"Origin": "http://localhost"}


def sign_in(client: FlaskClient, token: str, **headers: str) -> Any:
    form = {"token": token, "next": "/article/id1"}
    return client.post("/sign-in", data=form, headers={"Origin": "http://localhost"} | headers)


def test_a_reader_signs_in_and_out(client: FlaskClient, token: str) -> None:
    response = sign_in(client, f" {token} ")
    assert (response.status_code, response.location) == (303, "/article/id1")
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    assert shows(client)
    assert "قارئ" in client.get("/sign-in").get_data(as_text=True)
    assert token not in client.get("/").get_data(as_text=True)
    client.post("/sign-out", headers={"Origin": "http://localhost"})
    assert not shows(client)


def test_over_https_the_cookie_is_secure(client: FlaskClient, token: str) -> None:
    form = {"token": token}
    response = client.post("/sign-in", base_url="https://localhost", data=form, headers={"Origin": "https://localhost"})
    assert "Secure" in response.headers["Set-Cookie"]


def test_a_wrong_token_doesnt_sign_in(client: FlaskClient) -> None:
    response = sign_in(client, "nra_wrong")
    assert response.status_code == 400
    assert "Set-Cookie" not in response.headers
    assert 'aria-invalid="true"' in response.get_data(as_text=True)


def test_a_revoked_cookie_is_that_of_everybody(client: FlaskClient, library: Library, token: str) -> None:
    sign_in(client, token)
    TokenStore(library.archive.folder).revoke("قارئ")
    assert client.get("/article/id1").status_code == 200
    assert not shows(client)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example", "evil", "/\tx"])
def test_signing_in_leads_to_no_other_site(client: FlaskClient, token: str, target: str) -> None:
    form = {"token": token, "next": target}
    assert client.post("/sign-in", data=form, headers={"Origin": "http://localhost"}).location == "/"


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {}])
def test_pages_of_other_sites_can_do_nothing_with_the_cookie(
    client: FlaskClient, token: str, headers: dict[str, str]
) -> None:
    assert client.post("/sign-in", data={"token": token}, headers=headers).status_code == 403
    sign_in(client, token)
    assert client.post("/sign-out", headers=headers).status_code == 403
    assert shows(client)
    for more, expected in ((headers, False), ({"Origin": "http://localhost"}, True)):
        with client.application.test_request_context(
            "/reuse", method="POST", headers={"Cookie": f"{COOKIE}={token}"} | more
        ) as context:
            assert may(context.request, Scope.COLLECTIONS) is expected


def test_pages_of_other_sites_can_do_nothing_with_a_password_that_the_browser_knows(
    client: FlaskClient, token: str
) -> None:
    asked = {"path": "/collections", "method": "POST", "auth": ("any", token)}
    for origin, expected in (("https://evil.example", False), ("http://localhost", True)):
        with client.application.test_request_context(**asked, headers={"Origin": origin}) as context:
            assert may(context.request, Scope.COLLECTIONS) is expected


def test_signing_in_leads_back_to_the_page(client: FlaskClient, token: str) -> None:
    page = client.get("/article/id1?q=القمح 50%&lang=en").get_data(as_text=True)
    (address,) = set(re.findall(r'href="(/sign-in[^"]*)"', page))
    form = client.get(html.unescape(address)).get_data(as_text=True)
    (target,) = re.findall(r'name="next" value="([^"]*)"', form)
    response = client.post("/sign-in", data={"token": token, "next": html.unescape(target)}, headers=HERE)
    assert client.get(response.location).request.args.to_dict() == {"q": "القمح 50%", "lang": "en"}


def test_the_page_for_signing_in_says_what_the_token_allows(client: FlaskClient, library: Library, token: str) -> None:
    sign_in(client, token)
    page = client.get("/sign-in?lang=en").get_data(as_text=True)
    assert "all texts in full" in page
    assert "edit press reviews" in page
    sign_in(client, TokenStore(library.archive.folder).create("محدود", sources=("تاس",)))
    page = client.get("/sign-in?lang=en").get_data(as_text=True)
    assert "full texts of: تاس" in page
    assert "edit press reviews" not in page


def test_a_bearer_needs_no_origin(client: FlaskClient, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "Origin": "https://other.example"}
    with client.application.test_request_context("/reuse", method="POST", headers=headers) as context:
        assert may(context.request, Scope.COLLECTIONS)


def test_public_full_text_binds_readers_without_a_token(tmp_path: Path) -> None:
    with filled(tmp_path, [make_article(1, body=SECRET)]) as library:
        token = TokenStore(tmp_path).create("قارئ")
        client = create_app(library, SiteSettings(public_full_text=False)).test_client()
        for address in ("/api/v1/articles/id1", "/article/id1/export.csv"):
            assert not shows(client, address)
            assert shows(client, address, Authorization=f"Bearer {token}")
        assert shows(client)


# Digests


@pytest.mark.parametrize(("name", "is_shown"), [("", False), ("قارئ", True), ("غيره", False)])
def test_digests_show_what_the_recipient_may_see(library: Library, token: str, name: str, is_shown: bool) -> None:
    digests = Digests(library, SiteLinks(None), UTC)
    search = SavedSearch(id="x", name="اسم", token=name)
    digest = digests.make(search, PlannedDigest("x", 0, 1, 0.0, 1, (("id1",),)))
    assert digest is not None
    assert (SECRET in digest.items[0].lead) is is_shown
    assert digest.items[0].title == "خبر عن القمح"


def test_digests_show_no_more_if_the_tokens_cannot_be_read(library: Library, token: str) -> None:
    (library.archive.folder / "access" / "tokens.json").write_bytes(b"{")
    search = SavedSearch(id="x", name="اسم", token="قارئ")
    digest = Digests(library, SiteLinks(None), UTC).make(search, PlannedDigest("x", 0, 1, 0.0, 1, (("id1",),)))
    assert digest is not None
    assert SECRET not in digest.items[0].lead
