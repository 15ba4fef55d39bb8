import html

import pytest
from flask.testing import FlaskClient

from tests.sample import HOSTILE
from tests.web.page import assert_harmless

ADDRESSES = (
    "/",
    "/search?q=مباراة",
    "/article/wheat",
    f"/article/{HOSTILE.id}",
    "/article/none",
    "/reuse",
    "/article/wheat/passages",
    "/nothing",
    "/search?page=0",
    "/feed.xml",
    "/feed.atom",
    "/feed.json",
    "/api/v1/search",
    "/api/v1/articles/wheat",
    "/api/v1/",
    "/api/v1/articles/none",
    "/api/v1/articles/wheat/passages",
    "/healthz",
    "/static/style.css",
    "/unapi",
    "/unapi?id=urn:newsarchive:wheat&format=csl",
)
ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onfocus=alert(1) autofocus='",
    "{{ 7 * 7 }}",
    "javascript:alert(1)",
    "</title><svg/onload=alert(1)>",
    "\u202e</bdi><b>",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_security_headers_are_sent(client: FlaskClient, address: str) -> None:
    with client.get(address) as response:
        headers = response.headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "connect-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize(
    "address",
    [a for a in ADDRESSES if not a.startswith(("/feed", "/api", "/healthz", "/static", "/unapi"))],
)
def test_pages_have_no_inline_scripts_or_styles(client: FlaskClient, address: str) -> None:
    assert_harmless(client.get(address).text)


def test_hostile_articles_are_escaped(client: FlaskClient) -> None:
    page = assert_harmless(client.get(f"/article/{HOSTILE.id}").text)
    assert page.one("h1").text == HOSTILE.title
    shown = page.one("main").text
    for text in (HOSTILE.body.split("\n")[0], HOSTILE.source, *HOSTILE.authors, HOSTILE.image_credit, HOSTILE.url):
        assert text in shown
    assert page.find("a", class_="original") == []


def test_hostile_articles_are_escaped_in_results(client: FlaskClient) -> None:
    page = assert_harmless(client.get("/search", query_string={"q": "خبيث"}).text)
    assert page.titles == [HOSTILE.title]
    assert [mark.text for mark in page.find("mark")] == ["خبيث"]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("name", ["q", "source", "topic", "from", "to", "sort", "match", "page", "limit", "lang"])
def test_hostile_parameters_are_escaped(client: FlaskClient, name: str, attack: str) -> None:
    for path in ("/search", "/article/wheat"):
        response = client.get(path, query_string={name: attack})
        assert response.status_code in (200, 400)
        page = assert_harmless(response.text)
        if name == "q":
            assert page.one("input", id="q")["value"] == attack.replace(
                "\u202e", attack[:1] if attack[0] == "\u202e" else ""
            )


def test_hostile_queries_are_escaped_in_feeds(client: FlaskClient) -> None:
    for attack in ATTACKS:
        response = client.get("/feed.xml", query_string={"q": attack})
        assert "<script" not in response.text
        assert "<img" not in response.text
        assert response.content_type == "application/rss+xml; charset=utf-8"


def test_api_errors_are_always_json(client: FlaskClient) -> None:
    response = client.get("/api/v1/articles/" + html.escape("<script>alert(1)<script>"))
    assert response.content_type == "application/problem+json"


def test_files_outside_static_are_not_served(client: FlaskClient) -> None:
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py"):
        assert client.get(path).status_code == 404
