"""axe-core finds nothing at levels A and AA of WCAG 2.2, on every kind of page, and the header doesn't break.

axe-core comes with axe-playwright-python; without it, that part is skipped, except on a build server.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState

PAGES = {
    "start": "/",
    "results": "/search?q=المباراة&topic=sport&source=الرياضية&from=2024&page=2",
    "none": "/search?q=قسطنطينية",
    "wrong": "/search?q=القمح&from=2026&to=2024",
    "article": "/article/wheat?q=القمح",
    "revised": "/article/talks",
    "english": "/article/english",
    "revisions": "/article/talks/revisions",
    "revision": "/article/talks/revisions/1",
    "comparison": "/article/talks/compare/1/2",
    "advanced": "/advanced?q=القمح -كرة «مجلس الأمن»",
    "advanced-wrong": "/advanced?do=show&all=القمح&from=2026-01-01&to=2024-01-01",
    "stories": "/stories",
    "concordance": "/concordance?q=القمح",
    "reuse": "/reuse",
    "collections": "/collections",
    "collection": "/collections/full",
    "collection-reader": "/collections/full",
    "collections-of-article": "/article/talks/collections",
    "sign-in": "/sign-in?next=/collections",
    "signed-in": "/sign-in",
    "missing": "/article/none",
}
WRITING = ("collections", "collection", "collections-of-article", "signed-in")
"""The pages that are opened by somebody who may write collections."""
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

LINES = """(link) => {
  const range = new Range();
  range.selectNodeContents(link);
  return new Set(Array.from(range.getClientRects(), (box) => Math.round(box.top))).size;
}"""
"""The number of lines of a link: a broken word takes more lines than there are words."""


def axe() -> Any:
    if os.environ.get("CI"):
        from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - the reason to skip

        return Axe()
    return pytest.importorskip("axe_playwright_python.sync_playwright").Axe()


def opened(browser: Browser, site: str, **options: Any) -> BrowserContext:
    context = browser.new_context(base_url=site, locale="ar", **options)
    context.set_default_timeout(10_000)
    return context


def violations(page: Page) -> list[str]:
    """What axe-core finds, with the elements."""
    found = axe().run(page, options={"runOnly": {"type": "tag", "values": LEVELS}, "resultTypes": ["violations"]})
    return [
        f"{one['id']}: {node['html']} {node['failureSummary']}"
        for one in found.response["violations"]
        for node in one["nodes"]
    ]


@pytest.fixture(scope="module")
def narrow(browser: Browser, site: str) -> Iterator[Page]:
    context = opened(browser, site, viewport={"width": 320, "height": 640})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def narrow_writing(browser: Browser, site: str, writing: StorageState) -> Iterator[Page]:
    context = opened(browser, site, viewport={"width": 320, "height": 640}, storage_state=writing)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("language", "scheme"), [("ar", "light"), ("en", "dark")])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(narrow: Page, narrow_writing: Page, name: str, language: str, scheme: str) -> None:
    page = narrow_writing if name in WRITING else narrow
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    separator = "&" if "?" in PAGES[name] else "?"
    page.goto(f"{PAGES[name]}{separator}lang={language}")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_axe_finds_nothing_in_forced_colors_and_in_the_list_of_keys(browser: Browser, site: str) -> None:
    context = opened(browser, site, forced_colors="active")
    page = context.new_page()
    for address in ("/search?q=المباراة", "/article/wheat?q=القمح"):
        page.goto(address)
        page.keyboard.press("?")
        assert page.locator("#keys").is_visible()
        assert violations(page) == []
    context.close()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_header_keeps_its_words_whole_at_twice_the_text_size(browser: Browser, site: str, language: str) -> None:
    context = opened(browser, site, viewport={"width": 640, "height": 900})
    page = context.new_page()
    for name in ("results", "article", "advanced", "comparison"):
        page.goto(PAGES[name])
        page.evaluate("document.documentElement.style.fontSize = '212.5%'")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        for link in page.locator(".brand, .bar nav a, .to-advanced").all():
            words = len(link.inner_text().split())
            height = link.evaluate(
                "(one) => one.getBoundingClientRect().height / parseFloat(getComputedStyle(one).lineHeight)"
            )
            assert link.evaluate(LINES) <= words
            assert height <= words + 0.9, link.inner_text()
    context.close()
