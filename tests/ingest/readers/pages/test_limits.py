"""Pages that are huge, deep, damaged or hostile take bounded time and never raise anything but ParseError."""

import contextlib
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive.article import Origin
from newsarchive.errors import ParseError
from newsarchive.ingest.draft import Draft
from newsarchive.ingest.readers.pages.reader import read_page
from tests.ingest.readers.pages.samples import COMMENT, OG, OTHERS, PUBLISHED, TEXT, TITLE, br, p, page

ORIGIN = Origin("page", "https://nahr.example/12")
ARTICLE = f"<h1>{TITLE}</h1><div>{p()}</div>"


def read(html: str | bytes) -> Draft:
    return read_page(html if isinstance(html, bytes) else html.encode(), ORIGIN)


@pytest.mark.parametrize(
    "html",
    [
        page("<div>" * 100_000 + ARTICLE, OG),
        page("<font>" * 3_000 + ARTICLE, OG),
        page(ARTICLE + "<div>" * 200_000, OG),
        page(ARTICLE.replace("</p>", "\0</p>"), OG).replace("<p>", "<p>\0"),
        page(ARTICLE + "<script>" + "x" * 6_000_000 + "</script>", OG),
        page(ARTICLE + "<ul>" + f"<li><a href=/x>{OTHERS[0]}</a></li>" * 10_000 + "</ul>", OG),
        page(ARTICLE + "<p class=comment>" + f"{COMMENT}</p><p class=comment>" * 8_000, OG),
        page(ARTICLE, OG + '<script type="application/ld+json">' + "[" * 100_000 + "</script>"),
        page(ARTICLE, OG + "<meta name=x content=" + "y" * 1_000_000 + ">"),
        page(ARTICLE + "<p>" + ":" * 500_000 + "</p>", OG),
        page(ARTICLE + "<p>" + "كتب - " * 50_000 + "</p>", OG),
        page(ARTICLE + "<span>" + " - | " * 50_000 + "</span>", OG, title="أ - " * 20_000),
    ],
    ids=lambda html: f"{len(html)} characters",
)
def test_time_is_bounded(html: str) -> None:
    started = time.process_time()  # however busy the machine
    with contextlib.suppress(ParseError):
        read(html)
    assert time.process_time() - started < 20


def test_an_unclosed_tag_of_an_old_page_hides_nothing() -> None:
    assert read(page("<font>" * 150 + ARTICLE, OG)).body == TEXT


def test_nul_bytes_are_dropped() -> None:
    assert read(page(ARTICLE.replace("<p>", "<p>\0"), OG)).body == TEXT


def test_a_page_over_the_limit_is_refused() -> None:
    from io import BytesIO  # noqa: PLC0415

    from newsarchive.ingest.draft import Defaults  # noqa: PLC0415
    from newsarchive.ingest.locations import read as read_location  # noqa: PLC0415

    content = page(ARTICLE + "<!--" + "x" * 11_000_000 + "-->", OG).encode()
    (error,) = read_location("-", Defaults(), stdin=BytesIO(content))
    assert isinstance(error, ParseError)
    assert "more than 10 MiB" in error.reason


def test_reading_one_page_changes_nothing_for_the_next() -> None:
    html = page(f"<h1>{TITLE}</h1><div>{br()}</div>", OG + PUBLISHED)
    drafts = [read(html) for _ in range(5)]
    assert drafts == [drafts[0]] * 5
    assert drafts[0].body == TEXT


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.sampled_from(
            (
                *("<div>", "</div>", "<p>", "</p>", "<table>", "<td>", "<br>", "<h1>", "</h1>", "<a href=x>", "</a>"),
                *("<script>", "</script>", "<!--", "-->", "<![CDATA[", "]]>", "<form>", "<nav>", "<title>", "&#0;"),
                *(
                    "&lt;",
                    TITLE,
                    *OTHERS,
                    COMMENT,
                    "<meta name=author content='>",
                    "<link rel=canonical href=http://[>",
                ),
                *('{"@type":"Article"', "\0"),
            )
        ),
        max_size=40,
    )
)
def test_any_markup_is_read_or_refused(pieces: list[str]) -> None:
    with contextlib.suppress(ParseError):
        read(page("".join(pieces)))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with contextlib.suppress(ParseError):
        read(b"<html>" + content)
