"""axe-core finds nothing at levels A and AA of WCAG 2.2, on every kind of page, and the header doesn't break.

axe-core comes with axe-playwright-python; without it, that part is skipped, except on a build server.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from newsarchive.access import Scope
from newsarchive.access.tokens import TokenStore
from newsarchive.subscriptions.feed_list import FeedList
from newsarchive.subscriptions.subscription import Subscription
from newsarchive.web.readers import COOKIE
from tests.browser.conftest import Served, running
from tests.libraries import append, put_collection
from tests.sample import sample_library
from tests.web.test_reuse import EARLY, LATE
from tests.web.test_stories import FLOOD, RESCUE, ROAD

PAGES = {
    "start": "/",
    "results": "/search?q=المباراة&topic=sport&source=الرياضية&from=2024&page=2",
    "compact": "/search?q=المباراة&view=compact",
    "translated": "/search?q=wheat in Egypt",
    "none": "/search?q=قسطنطينية",
    "wrong": "/search?q=القمح&from=2026&to=2024",
    "article": "/article/wheat?q=القمح",
    "revised": "/article/talks",
    "english": "/article/english",
    "restricted": "/article/library",
    "revisions": "/article/talks/revisions",
    "revision": "/article/talks/revisions/1",
    "comparison": "/article/talks/compare/1/2",
    "two-articles": "/compare/flood/rescue",
    "passages": "/article/late/passages",
    "advanced": "/advanced?q=القمح -كرة «مجلس الأمن»",
    "advanced-wrong": "/advanced?do=show&all=القمح&from=2026-01-01&to=2024-01-01",
    "trends": "/trends?q=القمح&q=المباراة",
    "trends-by-source": "/trends?q=القمح&by=source",
    "trends-empty": "/trends",
    "sources": "/sources",
    "source": "/sources/صحيفة النهر",
    "topics": "/topics",
    "authors": "/authors",
    "days": "/days",
    "year": "/days/2024",
    "month": "/days/2024-03",
    "facet": "/facets/source?q=الصيف",
    "stories": "/stories?date=2024-03-05",
    "no-stories": "/stories?date=2001-01-01",
    "story": "/stories/flood",
    "concordance": "/concordance?q=القمح",
    "reuse": "/reuse",
    "collections": "/collections",
    "collection": "/collections/full",
    "collection-reader": "/collections/full",
    "collections-of-article": "/article/talks/collections",
    "subscriptions": "/subscriptions",
    "unsubscribe": "/unsubscribe/token",
    "preferences": "/preferences",
    "sign-in": "/sign-in?next=/collections",
    "signed-in": "/sign-in",
    "api": "/api/v1/",
    "missing": "/article/none",
    "bad-parameter": "/search?page=x",
}
WRITING = ("collections", "collection", "collections-of-article", "signed-in")
"""The pages that are opened by somebody who may write collections."""
ERRORS = {"missing": 404, "bad-parameter": 400, "wrong": 400, "advanced-wrong": 400}
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

REPEATED = ".api section:nth-of-type(n + 4):not(:last-of-type), .calendars > :nth-child(n + 4)"
"""More of the same, which takes axe-core many seconds: the operations of the API, and the months of a year."""
ENHANCED = "color-contrast-enhanced"
COLORS = ("color-contrast", ENHANCED, "link-in-text-block")
"""The rules that depend on colours."""
LESS_CONTRAST: dict[str, str] = {}
"""What has a contrast of 4.5:1 but not of 7:1, as selectors, and why."""
IS_EXCEPTED = "(element, selectors) => selectors.some((one) => element.closest(one))"
JOINED_LETTERS = "() => { CanvasRenderingContext2D.prototype.measureText = (text) => ({ width: 30 * text.length }); }"
"""axe-core takes joined letters for the names of icons, and doesn't look at their colours: nearly all of Arabic."""
NARROW: ViewportSize = {"width": 320, "height": 640}

TOO_WIDE = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  return Array.from(document.querySelectorAll('body *'))
    .filter((one) => one.getBoundingClientRect().right > root.clientWidth + 1 || one.getBoundingClientRect().left < -1)
    .map((one) => one.outerHTML.slice(0, 120)).slice(0, 8);
}"""

LINES = """(link) => {
  const range = new Range();
  range.selectNodeContents(link);
  return new Set(Array.from(range.getClientRects(), (box) => Math.round(box.top))).size;
}"""
"""The number of lines of a link: a broken word takes more lines than there are words."""


class OneReader:
    """Knows one token of a reader who gets digests."""

    def name_of(self, token: str) -> tuple[str, str] | None:
        return ("القمح", "ar") if token == "token" else None

    def unsubscribe(self, token: str) -> bool:
        return token == "token"


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """An archive with something for every kind of page."""
    with sample_library(tmp_path_factory.mktemp("everything")) as library:
        folder = library.archive.folder
        put_collection(folder, "wheat", "talks", "none")
        (folder / "tables" / "access.txt").write_text("صحيفة النهر = snippet\n", encoding="utf-8")
        token = TokenStore(folder).create("محررة", scopes=(Scope.COLLECTIONS,))
        FeedList(folder).add([Subscription(address="https://daily.example/feed", title="صحيفة الغد")])
        append(library, FLOOD, RESCUE, ROAD, EARLY, LATE)
        library.update_index()
        with running(library, show_subscriptions=True, unsubscribing=OneReader()) as address:
            yield Served(address, token)


def axe() -> Any:
    if os.environ.get("CI"):
        from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - the reason to skip

        return Axe()
    return pytest.importorskip("axe_playwright_python.sync_playwright").Axe()


def opened(browser: Browser, site: str, **options: Any) -> BrowserContext:
    # Without motion, since colours that change slowly are measured halfway.
    context = browser.new_context(base_url=site, locale="ar", reduced_motion="reduce", **options)
    context.set_default_timeout(10_000)
    return context


def violations(page: Page, *rules: str) -> list[str]:
    """What axe-core finds at levels A and AA and of the contrast of AAA, or of some rules, with the elements."""
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": LEVELS}
    options = {"runOnly": only, "rules": {ENHANCED: {"enabled": True}}, "resultTypes": ["violations"]}
    # Most of the time would go by with reading the program again for each run.
    if not page.evaluate("'axe' in window"):
        page.evaluate(JOINED_LETTERS)
        page.evaluate(axe().axe_script)
    found = page.evaluate("(options) => axe.run(options)", options)
    return [
        f"{one['id']}: {node['html']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
        if one["id"] != ENHANCED or not page.locator(node["target"][0]).first.evaluate(IS_EXCEPTED, list(LESS_CONTRAST))
    ]


def too_wide(page: Page) -> list[str]:
    """The elements that make a page wider than its window."""
    return list(page.evaluate(TOO_WIDE))


@dataclass(frozen=True)
class Windows:
    """Pages of one width that stay open: for readers and for who may write, with plain and with forced colours."""

    reading: Page
    writing: Page
    forced: Page
    forced_writing: Page

    def of(self, name: str) -> tuple[Page, Page]:
        """Those in which a page is opened: with plain and with forced colours."""
        return (self.writing, self.forced_writing) if name in WRITING else (self.reading, self.forced)


@pytest.fixture(scope="module")
def windows(browser: Browser, everything: Served) -> Iterator[Windows]:
    contexts = [
        opened(browser, everything.address, viewport=NARROW, forced_colors=colors)
        for colors in ("none", "none", "active", "active")
    ]
    for context in contexts[1::2]:
        context.add_cookies([{"name": COOKIE, "value": everything.token, "url": everything.address}])
    yield Windows(*(context.new_page() for context in contexts))
    for context in contexts:
        context.close()


@pytest.fixture
def narrow(windows: Windows) -> Page:
    windows.reading.set_viewport_size(NARROW)
    return windows.reading


def show(page: Page, name: str, language: str) -> None:
    """Open a page with all that can be opened on it, in a narrow window."""
    page.set_viewport_size(NARROW)
    separator = "&" if "?" in PAGES[name] else "?"
    response = page.goto(f"{PAGES[name]}{separator}lang={language}")
    assert response is not None
    assert response.status == ERRORS.get(name, 200)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.evaluate("(selector) => document.querySelectorAll(selector).forEach((one) => one.remove())", REPEATED)


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(windows: Windows, name: str, language: str) -> None:
    """All rules in light colours, and those that see colours in dark and in forced ones. Contrast is 7:1 for text.

    The same style sheets colour both languages, so dark colours are looked at in one and forced ones in the other.
    """
    page, forced = windows.of(name)
    page.emulate_media(color_scheme="light")
    show(page, name, language)
    assert violations(page) == []
    assert too_wide(page) == []
    if language == "ar":
        page.emulate_media(color_scheme="dark")
        assert violations(page, *COLORS) == []
    # Text at 200 %, in a window that is as wide as a screen at that zoom.
    page.set_viewport_size({"width": 640, "height": 640})
    page.evaluate("document.documentElement.style.fontSize = '212.5%'")
    assert too_wide(page) == []
    if language == "en":
        # In a window of its own: axe-core would read the colours of before where they are forced on an open page.
        show(forced, name, language)
        assert violations(forced, *COLORS) == []


def test_axe_sees_too_little_contrast(narrow: Page) -> None:
    """Or else the tests above would find nothing, whatever the colours."""
    narrow.emulate_media(color_scheme="light")
    show(narrow, "article", "ar")
    paragraph = narrow.locator(".body p").first
    paragraph.evaluate("(one) => { one.style.background = '#fff'; one.style.color = '#6e6e6e'; }")
    assert {one.partition(":")[0] for one in violations(narrow, *COLORS)} == {ENHANCED}
    assert len(narrow.evaluate("axe.run({ runOnly: ['color-contrast'] }).then((found) => found.passes[0].nodes)")) > 30
    paragraph.evaluate("(one) => { one.style.color = '#999'; }")
    assert {one.partition(":")[0] for one in violations(narrow, *COLORS)} == {"color-contrast"}


def test_axe_finds_nothing_in_the_list_of_keys_in_forced_colors(browser: Browser, site: str) -> None:
    context = opened(browser, site, forced_colors="active")
    page = context.new_page()
    page.goto("/search?q=المباراة")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    assert violations(page) == []
    context.close()


def test_the_passages_that_the_form_finds_have_no_violations(narrow: Page) -> None:
    narrow.goto("/reuse")
    narrow.locator("#text").fill(LATE.body)
    narrow.locator("main form button").first.click()
    narrow.locator("main a[href*='/article/early']").first.wait_for()
    assert violations(narrow) == []


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
