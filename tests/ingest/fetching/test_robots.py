"""robots.txt, mostly what the parser of the standard library gets wrong."""

import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.ingest.fetching.robots import Permission, allows, robots_address

SITE = "https://nahr.example"
AGENT = "newsarchive/1.0 (+https://archive.example)"


def allowed(robots: str, path: str, agent: str = AGENT) -> bool:
    return allows(robots.encode(), agent, SITE + path).allowed


@pytest.mark.parametrize(
    ("robots", "path", "expected"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /", "", False),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        ("User-agent: *\nDisallow:", "/a", True),
        ("Disallow: /", "/a", True),
        ("User-agent: *\n\n\nDisallow: /a", "/a", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nAllow: /a\nDisallow: /a/b", "/a/b/c", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z", True),
        ("User-agent: *\nDisallow: /*?print=", "/x?print=1", False),
        ("User-agent: *\nDisallow: /x$", "/x", False),
        ("User-agent: *\nDisallow: /x$", "/xy", True),
        ("User-agent: *\nDisallow: /a*b*b$", "/ab", True),
        ("User-agent: newsarchive\nDisallow: /a\n\nUser-agent: *\nDisallow: /", "/b", True),
        ("User-agent: NewsArchive/2.0\nDisallow: /a", "/a", False),
        ("User-agent: news\nDisallow: /", "/a", True),
        ("User-agent: newsarchive-images\nDisallow: /", "/a", True),
        ("User-agent: other\nUser-agent: newsarchive\nDisallow: /a", "/a", False),
        (
            "User-agent: newsarchive\nDisallow: /a\nUser-agent: x\nDisallow: /\nUser-agent: newsarchive\nDisallow: /b",
            "/b",
            False,
        ),
        ("User-agent: newsarchive\nAllow: /\nUser-agent: *\nDisallow: /", "/a", True),
        ("User-agent: *\nSitemap: https://nahr.example/s.xml\nDisallow: /a", "/a", False),
        ("User-agent: a\nSitemap: x\nUser-agent: *\nDisallow: /a", "/a", False),
        ("\ufeffUser-agent: *\nDisallow: /a", "/a", False),
        ("user-AGENT : * # everyone\r\nDISALLOW : /a # not this\r\n", "/a", False),
        ("User-agent: *\rDisallow: /a\r", "/a", False),
        ("User-agent: *\nDisallow: a", "/a", False),
        ("User-agent: *\nDisallow: /a", "/A", True),
        ("User-agent: *\nDisallow: /خاص", "/" + quote("خاص") + "/1", False),
        ("User-agent: *\nDisallow: /" + quote("خاص").lower(), "/خاص/1", False),
        ("User-agent: *\nDisallow: /%61", "/a", False),
        ("User-agent: *\nDisallow: /a%2Fb", "/a/b", True),
        ("<!DOCTYPE html><html><body>User-agent: none</body></html>", "/a", True),
    ],
)
def test_rules(robots: str, path: str, expected: bool) -> None:
    assert allowed(robots, path) is expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [(404, True), (403, True), (410, True), (301, True), (429, False), (500, False), (503, False), (0, False)],
)
def test_without_a_file(status: int, expected: bool) -> None:
    assert allows(status, AGENT, f"{SITE}/a") == Permission(expected)


@pytest.mark.parametrize(
    ("robots", "delay"),
    [
        ("User-agent: *\nCrawl-delay: 10", 10.0),
        ("User-agent: *\nCrawl-delay: 0.5\nDisallow: /x", 0.5),
        ("User-agent: x\nCrawl-delay: 10", None),
        ("User-agent: *\nCrawl-delay: often", None),
        ("User-agent: *\nCrawl-delay: -1", None),
    ],
)
def test_crawl_delay(robots: str, delay: float | None) -> None:
    assert allows(robots.encode(), AGENT, f"{SITE}/a") == Permission(True, delay)


def test_only_the_first_half_megabyte_counts() -> None:
    assert allowed("User-agent: *\n" + "#" * 600_000 + "\nDisallow: /", "/a")


def test_wildcards_take_linear_time() -> None:
    started = time.monotonic()
    assert allowed("User-agent: *\nDisallow: /" + "*a" * 5_000 + "$", "/" + "a" * 4_000 + "b")
    assert time.monotonic() - started < 2


@given(st.binary(max_size=300), st.text(max_size=40))
def test_any_content_is_read(content: bytes, path: str) -> None:
    allows(content, AGENT, f"{SITE}/{quote(path)}")


@given(st.text(alphabet="abc/*$", max_size=8), st.text(alphabet="abc/", max_size=8))
def test_a_pattern_matches_like_its_regular_expression(pattern: str, path: str) -> None:
    import re  # noqa: PLC0415

    body = pattern.removesuffix("$") if pattern.endswith("$") else pattern
    written = "".join(".*" if char == "*" else re.escape(char) for char in f"/{body}")
    expected = re.match(written + ("$" if pattern.endswith("$") else ""), f"/{path}") is not None
    assert allowed(f"User-agent: *\nDisallow: /{pattern}", f"/{path}") is not expected


def test_the_address_of_the_file() -> None:
    assert robots_address("http://user:word@nahr.example/a?b#c") == "http://nahr.example/robots.txt"
