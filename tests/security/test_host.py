"""A client can't choose the host that other readers are sent to.

With `site_url`, no response contains anything from the Host header. Without it, a response that
contains the host is not for shared caches.
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder, TestResponse, run_wsgi_app
from werkzeug.wrappers import Request

from newsarchive.errors import ConfigError
from newsarchive.library import Library
from newsarchive.site_url import SiteUrl
from newsarchive.web import SiteSettings, create_app
from tests.sample import ARTICLES, WHEAT, sample_library
from tests.serving import Server, serving
from tests.web.page import Page

EVIL = "evil.example"
SITE = "https://news.example.org/archive/"
FORGED = {
    "Host": EVIL,
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Server": EVIL,
    "X-Forwarded-Proto": "evil",
    "X-Forwarded-Prefix": f"//{EVIL}/",
    "X-Script-Name": f"//{EVIL}/",
    "X-Original-URL": f"http://{EVIL}/",
    "Forwarded": f'host="{EVIL}";proto=evil',
    "Connection": "upgrade",
    "Upgrade": "websocket",
}
FILLERS = {"article_id": ("wheat", "none"), "name": ("style.css", "none")}
"""Values for the variable parts of routes: an existing one and a missing one."""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with sample_library(tmp_path_factory.mktemp("sample")) as opened:
        yield opened


@pytest.fixture(scope="module")
def without_site(library: Library) -> Flask:
    return create_app(library)


@pytest.fixture(scope="module")
def with_site(library: Library) -> Flask:
    return create_app(library, SiteSettings(url=SiteUrl.parse(SITE)))


def targets(app: Flask) -> Iterator[str]:
    """Every route, with and without a search, redirects to them, and URLs that give an error page."""
    for rule in app.url_map.iter_rules():
        fillers = FILLERS["name" if "name" in rule.arguments else "article_id"]
        for filler in fillers if rule.arguments else ("",):
            path = re.sub("<[^>]+>", filler, rule.rule)
            yield from (path, path + "?q=القمح&lang=en", path + "?page=0", path + "?lang=fr", path + "/", "/" + path)
    yield from ("/nothing", "/api/v1/nothing", "/article//wheat", "//search?q=x")


def ask(
    app: Flask, target: str, headers: Mapping[str, str] = FORGED, method: str = "GET", **overrides: str
) -> TestResponse:
    """The response to exactly this request, without the normalization of Flask's test client.

    `overrides` change the WSGI environment.
    """
    path, _, query = target.partition("?")
    environ = EnvironBuilder(method=method).get_environ()
    environ |= {"PATH_INFO": path.encode().decode("latin-1"), "QUERY_STRING": quote(query, safe="=&")}
    environ |= {"SERVER_NAME": "server.example", "SERVER_PORT": "8123"} | overrides
    del environ["HTTP_HOST"]
    environ |= {
        f"HTTP_{name.upper().replace('-', '_')}": value.encode().decode("latin-1") for name, value in headers.items()
    }
    return TestResponse(*run_wsgi_app(app, environ, buffered=True), request=Request(environ))


def answers(app: Flask, headers: Mapping[str, str]) -> Iterator[tuple[str, TestResponse]]:
    for target in targets(app):
        for method in ("GET", "HEAD", "POST", "OPTIONS"):
            yield f"{method} {target}", ask(app, target, headers, method)


def everything(response: TestResponse) -> bytes:
    return str(response.headers).encode() + response.get_data()


class TestWithSiteUrl:
    def test_responses_never_contain_the_requested_host(self, with_site: Flask) -> None:
        statuses = set()
        for request, response in answers(with_site, FORGED):
            assert b"evil" not in everything(response).lower(), request
            statuses.add(response.status_code)
        assert statuses >= {200, 308, 400, 404, 405}

    def test_redirects_lead_to_the_site(self, with_site: Flask) -> None:
        response = ask(with_site, "/article//wheat?q=x")
        assert (response.status_code, response.headers["Location"]) == (308, SITE + "article/wheat?q=x")

    def test_all_absolute_urls_start_with_the_site_url(self, with_site: Flask) -> None:
        page = Page(ask(with_site, "/article/talks").text)
        own = SITE + "article/talks"
        assert page.one("link", rel="canonical")["href"] == own
        assert page.one("meta", property="og:url")["content"] == own
        assert own in [bdi.text for bdi in page.find("bdi")]
        hit = ask(with_site, "/api/v1/search?q=القمح").get_json()["hits"][0]
        assert hit["page_url"] == SITE + "article/wheat"
        for form in ask(with_site, "/api/v1/articles/wheat/related").get_json()["related"]:
            assert form["page_url"].startswith(SITE)
        feed = ask(with_site, "/feed.json").get_json(force=True)
        assert (feed["home_page_url"], feed["feed_url"]) == (SITE + "search", SITE + "feed.json")
        assert feed["items"][0]["url"] == SITE + f"article/{ARTICLES[-1].id}"
        assert feed["items"][0]["_newsarchive"]["source_feed_url"].startswith(SITE + "feed.json?source=")

    def test_relative_urls_start_with_the_path_of_the_site(self, with_site: Flask) -> None:
        client = with_site.test_client()
        for path in ("/", "/search?q=القمح", "/article/wheat?q=القمح", "/nothing"):
            page = Page(client.get(path).text)
            for element in page.elements:
                for name in ("href", "src", "action", "data-suggest"):
                    if (value := element.attributes.get(name, "#")).startswith("/"):
                        assert value.startswith("/archive/"), value

    @pytest.mark.parametrize("path", ["/", "/search", "/article/wheat", "/feed.xml", "/healthz", "/static/style.css"])
    def test_proxies_may_pass_or_strip_the_path(self, with_site: Flask, path: str) -> None:
        client = with_site.test_client()
        with client.get(path) as without, client.get("/archive" + path) as passed:
            assert (without.status_code, without.get_data()) == (200, passed.get_data())

    def test_the_start_page_works_with_and_without_a_trailing_slash(self, with_site: Flask) -> None:
        client = with_site.test_client()
        assert client.get("/archive").status_code == 200
        assert ask(with_site, "//archive/search").status_code == 200
        assert client.get("/archives").status_code == 404

    def test_feeds_can_be_cached_by_shared_caches(self, with_site: Flask) -> None:
        assert with_site.test_client().get("/feed.xml").headers["Cache-Control"] == "public, max-age=300"

    @pytest.mark.parametrize("path", ["search", "article", "api/v2", "static/x", "feed.xml"])
    def test_paths_of_pages_are_rejected_as_site_paths(self, library: Library, path: str) -> None:
        with pytest.raises(ConfigError, match=f"site_url cannot be .*{path}.* pages of the archive use /"):
            create_app(library, SiteSettings(url=SiteUrl.parse(f"https://example.org/{path}")))


class TestWithoutSiteUrl:
    def test_responses_with_the_host_are_private(self, without_site: Flask) -> None:
        private = []
        for request, response in answers(without_site, {"Host": EVIL}):
            if EVIL.encode() in everything(response):
                assert response.cache_control.private or response.cache_control.no_store, request
                assert not response.cache_control.public, request
                private.append(request)
        assert {"GET /feed.xml", "GET /article/wheat", "GET /article//wheat"} <= set(private)

    @pytest.mark.parametrize("path", ["/feed.xml", "/feed.atom", "/feed.json", "/article/wheat", "/api/v1/search"])
    def test_not_modified_responses_with_the_host_are_private(self, without_site: Flask, path: str) -> None:
        client = without_site.test_client()
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
        assert first.cache_control.private
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]

    def test_feeds_can_be_cached_by_the_client(self, without_site: Flask) -> None:
        assert without_site.test_client().get("/feed.xml").headers["Cache-Control"] == "max-age=300, private"

    def test_static_files_are_public(self, without_site: Flask) -> None:
        with without_site.test_client().get("/static/style.css", headers={"Host": "a"}) as response:
            assert response.cache_control.public

    def test_forwarded_headers_are_ignored(self, without_site: Flask) -> None:
        forged = FORGED | {"Host": "localhost"}
        for request, response in answers(without_site, forged):
            assert EVIL.encode() not in everything(response), request
            assert b"ws://" not in everything(response), request

    @examples(max_examples=30)
    @given(host=st.from_regex(r"[A-Za-z0-9.-]{1,12}(:[0-9]{1,5})?|\[[0-9A-Fa-f:]{2,12}\](:80)?", fullmatch=True))
    def test_any_host_is_rejected_or_kept_private(self, without_site: Flask, host: str) -> None:
        for path in ("/feed.json", "/article/talks"):
            response = ask(without_site, path, {"Host": host})
            assert response.status_code in (200, 400)
            assert response.cache_control.private or response.cache_control.no_store


class TestInvalidHost:
    """An invalid host is rejected whether or not its value is used."""

    @pytest.fixture(params=["with_site", "without_site"])
    def app(self, request: pytest.FixtureRequest) -> Flask:
        app: Flask = request.getfixturevalue(request.param)
        return app

    def test_http_1_1_requires_a_host(self, app: Flask) -> None:
        for target in targets(app):
            response = ask(app, target, {})
            assert response.status_code == 400, target
            problem = "HTTP/1.1 requires a Host header"
            told = response.json["detail"] if response.json else response.text
            assert told in (problem, f"400 Bad Request: {problem}\n")
            assert response.cache_control.no_store

    @pytest.mark.parametrize(
        "host",
        ["", "a b", "a, b", "a,a", "user@host", "a/b", "a..b", "[::1", "a:0", "a:65536", "x" * 64, "مثال", "a\\b"],
    )
    def test_invalid_hosts_are_rejected(self, app: Flask, host: str) -> None:
        for path in ("/", "/feed.xml", "/static/style.css", "/nothing", "//search"):
            response = ask(app, path, {"Host": host})
            assert (response.status_code, response.text) == (400, "400 Bad Request: the Host header is not valid\n")

    @pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/0.9"])
    def test_older_http_versions_may_omit_the_host(self, app: Flask, version: str) -> None:
        site = app.config["SITE_URL"] or "http://server.example:8123/"
        response = ask(app, "/feed.json", {}, SERVER_PROTOCOL=version)
        assert response.get_json(force=True)["feed_url"] == f"{site}feed.json"

    def test_a_site_is_served_without_a_host_header(self, app: Flask) -> None:
        # A server on a Unix socket has no host either.
        response = ask(app, "/feed.json", {}, SERVER_PROTOCOL="HTTP/1.0", SERVER_PORT="")
        assert response.status_code == (200 if app.config["SITE_URL"] else 400)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a `site_url`."""
    folder = tmp_path_factory.mktemp("served")
    with sample_library(folder):
        pass
    with serving(folder, environment={"NEWSARCHIVE_SITE_URL": SITE}) as running:
        yield running


class TestOverHttp:
    """The same checks with a real server, which might change the headers it passes on."""

    @pytest.mark.parametrize(
        "head",
        [
            b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
            b"GET /feed.xml HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\nConnection: close\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a/b\r\nConnection: close\r\n\r\n",
        ],
    )
    def test_requests_without_exactly_one_valid_host_are_rejected(self, server: Server, head: bytes) -> None:
        assert server.send(head).status == 400

    def test_absolute_request_targets_do_not_change_urls(self, server: Server) -> None:
        for target in ("/feed.xml", "/article/wheat", "/", "/article//wheat", "/nothing"):
            answer = server.ask("GET", f"http://{EVIL}{target}")
            assert answer.status in {200, 308, 400, 404}
            assert EVIL.encode() not in answer.content

    def test_site_url_applies_to_every_response(self, site: Server) -> None:
        for target in (
            "/feed.xml",
            "/article/wheat",
            "/archive/article/wheat",
            "//search",
            "/nothing",
            "/feed.xml?page=0",
        ):
            head = (
                f"GET http://{EVIL}{target} HTTP/1.1\r\nHost: {EVIL}\r\nX-Forwarded-Host: {EVIL}\r\nConnection: close"
            )
            answer = site.send(f"{head}\r\n\r\n".encode())
            assert answer.status in {200, 308, 400, 404}
            assert EVIL.encode() not in answer.content
        assert SITE.encode() in site.send(b"GET /feed.xml HTTP/1.0\r\n\r\n").content
        assert f"{SITE}article/{WHEAT.id}".encode() in site.ask("GET", "/article/wheat").content
