"""Compression of responses: what is compressed, for whom, and what caches see."""

import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from newsarchive.library import Library
from newsarchive.web import assets, create_app
from newsarchive.web.compression import LEAST_BYTES
from tests.web.page import get

GZIP = {"Accept-Encoding": "gzip"}
ADDRESSES = ("/", "/search?q=مباراة", "/article/wheat", "/feed.xml", "/feed.atom", "/feed.json", "/api/v1/search")


@pytest.fixture
def app(library: Library) -> Flask:
    made = create_app(library)

    def chunks() -> Iterator[bytes]:
        for number in range(200):
            yield f"سطر {number}\n".encode() * 50

    made.add_url_rule("/streamed", "streamed", lambda: Response(chunks(), content_type="text/csv; charset=utf-8"))
    made.add_url_rule("/image", "image", lambda: Response(os.urandom(5_000), content_type="image/png"))
    made.add_url_rule("/short", "short", lambda: Response("قصير", content_type="text/plain; charset=utf-8"))
    return made


@pytest.mark.parametrize("address", [*ADDRESSES, "/streamed", "/static/style.css"])
def test_a_compressed_response_is_the_same(client: FlaskClient, address: str) -> None:
    with client.get(address) as plain, client.get(address, headers=GZIP) as compressed:
        assert "Content-Encoding" not in plain.headers
        assert compressed.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in plain.vary
        assert "Accept-Encoding" in compressed.vary
        assert plain.content_type == compressed.content_type
        assert len(compressed.data) < len(plain.data) * 0.6
        if "api" not in address:  # it says how long it took
            assert gzip.decompress(compressed.data) == plain.data


@pytest.mark.parametrize("address", [*ADDRESSES, "/static/style.css"])
@pytest.mark.parametrize("first", [{}, GZIP])
@pytest.mark.parametrize("second", [{}, GZIP])
def test_either_form_is_revalidated(
    client: FlaskClient, address: str, first: dict[str, str], second: dict[str, str]
) -> None:
    with client.get(address, headers=first) as whole:
        etag = whole.headers["ETag"]
    with client.get(address, headers=second | {"If-None-Match": etag}) as again:
        assert again.status_code == 304
        assert again.data == b""
        assert "Accept-Encoding" in again.vary
        assert "Content-Encoding" not in again.headers


@pytest.mark.parametrize("address", ["/", "/feed.xml", "/static/style.css"])
def test_the_forms_have_different_strong_etags(client: FlaskClient, address: str) -> None:
    with client.get(address) as plain, client.get(address, headers=GZIP) as compressed:
        assert plain.get_etag()[1] is False
        assert compressed.get_etag() == (plain.get_etag()[0], True)


@pytest.mark.parametrize(
    ("accepted", "is_compressed"),
    [
        ("gzip", True),
        ("gzip, deflate, br", True),
        ("*", True),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", True),
        ("", False),
        ("br", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip;q=0.2, identity", False),
        ("*;q=0", False),
    ],
)
def test_the_client_decides(client: FlaskClient, accepted: str, is_compressed: bool) -> None:
    answer = client.get("/", headers={"Accept-Encoding": accepted})
    assert ("Content-Encoding" in answer.headers) is is_compressed


@pytest.mark.parametrize("address", ["/image", "/short", "/healthz"])
def test_what_gets_no_shorter_is_left_alone(client: FlaskClient, address: str) -> None:
    answer = client.get(address, headers=GZIP)
    assert "Content-Encoding" not in answer.headers


def test_errors_are_compressed_too(client: FlaskClient) -> None:
    answer = client.get("/nothing", headers=GZIP)
    assert answer.status_code == 404
    assert "<h1>" in gzip.decompress(answer.data).decode()


def test_head_has_the_headers_of_get(client: FlaskClient) -> None:
    for address in ("/", "/feed.xml", "/static/style.css"):
        with client.get(address, headers=GZIP) as got, client.head(address, headers=GZIP) as head:
            assert head.data == b""
            assert {name: value for name, value in got.headers if name != "Date"} == {
                name: value for name, value in head.headers if name != "Date"
            }


def test_the_length_tells_little(client: FlaskClient) -> None:
    """Of two guesses of a secret, the right one is compressed better by a byte or two: fewer than the blur."""
    lengths = [len(client.get(f"/search?q=قمح{number}", headers=GZIP).data) for number in range(100, 140)]
    assert max(lengths) - min(lengths) > 40
    assert {len(client.get("/search?q=قمح", headers=GZIP).data) for _ in range(5)} == {
        len(client.get("/search?q=قمح", headers=GZIP).data)
    }


def test_static_files_are_compressed_once_if_it_helps(client: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "long.css").write_text("a { color: red }\n" * 100)
    (tmp_path / "short.css").write_text("a {}")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG" * 500)
    files = assets.StaticFiles(tmp_path)
    assert set(files.compressed) == {"long.css"}
    assert len("a {}") < LEAST_BYTES
    style = get(client, "/").one("link", rel="stylesheet")["href"]
    with client.get(style, headers=GZIP) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
    with client.get("/static/style.css", headers={**GZIP, "Range": "bytes=0-9"}) as part:
        assert part.status_code in (200, 206)
        assert part.status_code == 200 or "Content-Encoding" not in part.headers
