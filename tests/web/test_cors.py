"""Which pages of other sites may read what: none by default, and never more than the API and the feeds."""

import pytest
from flask.testing import FlaskClient

from newsarchive.library import Library
from newsarchive.web import SiteSettings, create_app

ORIGIN = "https://reader.example.org"
READABLE = (
    "/api/v1/search",
    "/api/v1/articles/none",
    "/api/v1/none",
    "/api/v1/openapi.json",
    "/api/v1/search?limit=x",
    "/feed.xml",
    "/stories.json",
)
OTHERS = ("/", "/article/wheat", "/reuse", "/healthz", "/static/style.css", "/api/v1/")
PREFLIGHT = {"Origin": ORIGIN, "Access-Control-Request-Method": "GET"}


@pytest.fixture(params=["listed", "every"])
def shared(library: Library, request: pytest.FixtureRequest) -> FlaskClient:
    """A client of a server that lets pages of `ORIGIN` read, and of others, too, with `every`."""
    origins = (ORIGIN, "http://localhost:3000") if request.param == "listed" else ("*",)
    return create_app(library, SiteSettings(cors_origins=origins)).test_client()


@pytest.mark.parametrize("address", [*READABLE, *OTHERS])
def test_no_page_may_read_anything_by_default(client: FlaskClient, address: str) -> None:
    with client.get(address, headers={"Origin": ORIGIN}) as response:
        assert not [name for name, _ in response.headers if name.startswith("Access-Control")]
        assert "Origin" not in response.headers.get("Vary", "")
    asked = client.options("/api/v1/search", headers=PREFLIGHT)
    assert asked.status_code == 405
    assert "Access-Control-Allow-Origin" not in asked.headers


@pytest.mark.parametrize("address", READABLE)
def test_a_listed_origin_may_read(shared: FlaskClient, address: str) -> None:
    response = shared.get(address, headers={"Origin": ORIGIN})
    assert response.headers["Access-Control-Allow-Origin"] in (ORIGIN, "*")
    assert "ETag" in response.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in response.headers
    if response.status_code == 200:
        again = shared.get(address, headers={"Origin": ORIGIN, "If-None-Match": response.headers["ETag"]})
        assert again.status_code == 304
        assert again.headers["Access-Control-Allow-Origin"] in (ORIGIN, "*")


@pytest.mark.parametrize("address", OTHERS)
def test_pages_may_not_be_read(shared: FlaskClient, address: str) -> None:
    with shared.get(address, headers={"Origin": ORIGIN}) as response:
        assert "Access-Control-Allow-Origin" not in response.headers


def test_another_origin_may_not_read(library: Library) -> None:
    client = create_app(library, SiteSettings(cors_origins=(ORIGIN,))).test_client()
    for origin in (
        "https://evil.example",
        f"{ORIGIN}.evil.example",
        "null",
        f"{ORIGIN}:8080",
        "http://reader.example.org",
    ):
        response = client.get("/api/v1/search", headers={"Origin": origin})
        assert response.status_code == 200
        assert "Access-Control-Allow-Origin" not in response.headers
        assert "Origin" in response.headers["Vary"]
        asked = client.options("/api/v1/search", headers={**PREFLIGHT, "Origin": origin})
        assert "Access-Control-Allow-Methods" not in asked.headers
    assert "Origin" in client.get("/api/v1/search").headers["Vary"]


def test_browsers_that_ask_first_are_told(shared: FlaskClient) -> None:
    response = shared.options("/api/v1/search", headers=PREFLIGHT)
    assert (response.status_code, response.data) == (204, b"")
    assert response.headers["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert "If-None-Match" in response.headers["Access-Control-Allow-Headers"]
    for address, headers in (("/", PREFLIGHT), ("/article/wheat", PREFLIGHT), ("/api/v1/search", {"Origin": ORIGIN})):
        assert shared.options(address, headers=headers).status_code == 405


@pytest.mark.parametrize("address", [*READABLE, "/collections/full.json"])
def test_a_page_may_send_the_token_of_a_reader(shared: FlaskClient, address: str) -> None:
    asked = {**PREFLIGHT, "Access-Control-Request-Headers": "authorization"}
    response = shared.options(address, headers=asked)
    assert response.status_code == 204
    assert "Authorization" in response.headers["Access-Control-Allow-Headers"]
    assert response.headers["Access-Control-Allow-Origin"] in (ORIGIN, "*")
    assert "Access-Control-Allow-Credentials" not in response.headers
    refused = shared.get(address, headers={"Origin": ORIGIN, "Authorization": "Bearer nra_wrong"})
    assert refused.status_code == 401
    assert refused.headers["Access-Control-Allow-Origin"] in (ORIGIN, "*")


def test_a_form_is_not_for_reading(shared: FlaskClient) -> None:
    response = shared.post("/api/v1/reuse", data={"text": "نص عن القمح"}, headers={"Origin": ORIGIN})
    assert response.status_code == 200
    assert "Access-Control-Allow-Origin" not in response.headers
