"""User journeys in a real browser, in Arabic, on a desktop and on a phone."""

import re

import feedparser
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.sample import HOSTILE, MATCHES, WHEAT


def expect_titles(page: Page, titles: list[str]) -> None:
    """Wait for the new page after a click, which by itself doesn't wait."""
    expect(page.locator(".hits h2")).to_have_text(titles)


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_search_filter_paginate_read_and_go_back(page: Page) -> None:
    page.goto("/")
    page.get_by_role("combobox", name="ابحث في الأرشيف").fill("المباراة")
    page.get_by_role("button", name="ابحث").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("المباراة")
    expect(page.get_by_role("status")).to_contain_text("24 نتيجة")
    expect(page.locator("mark").first).to_have_text("مباراة")

    page.locator("#filters").get_by_role("link", name="الرياضية").click()
    expect(page.get_by_role("status")).to_contain_text("12 نتيجة")

    page.get_by_role("navigation", name="الترتيب").get_by_role("link", name="الأقدم").click()
    page.get_by_role("link", name="التالية").click()
    expect_titles(page, [MATCHES[20].title, MATCHES[22].title])

    page.get_by_role("link", name=MATCHES[20].title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(MATCHES[20].title)
    page.get_by_role("link", name="العودة إلى النتائج").click()
    expect_titles(page, [MATCHES[20].title, MATCHES[22].title])

    page.get_by_role("list", name="عوامل التصفية المختارة").get_by_role("link").click()
    expect(page.get_by_role("status")).to_contain_text("24 نتيجة")


def test_dates_are_selected_in_the_form(page: Page) -> None:
    page.goto("/search?topic=sport")
    page.get_by_label("من", exact=True).fill("2024-03-02")
    page.get_by_label("إلى", exact=True).fill("2024-03-04")
    page.get_by_role("button", name="تطبيق").click()
    expect_titles(page, [match.title for match in (MATCHES[3], MATCHES[2], MATCHES[1])])
    assert "topic=sport" in page.url


def test_the_feed_of_a_search(page: Page) -> None:
    page.goto("/search?q=القمح&lang=ar")
    link = page.get_by_role("link", name="تابِع هذا البحث عبر RSS")
    assert link.get_attribute("href") == page.locator("link[type='application/rss+xml']").get_attribute("href")
    response = page.request.get(link.get_attribute("href") or "")
    feed = feedparser.parse(response.body())
    assert response.headers["content-type"].startswith("application/rss+xml")
    assert (feed.bozo, [entry.title for entry in feed.entries]) == (False, [WHEAT.title])


def test_the_site_works_with_the_keyboard_only(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="انتقل إلى المحتوى")).to_be_focused()
    box = page.get_by_role("combobox")
    _tab_to(page, "combobox", box.get_attribute("id") or "")
    page.keyboard.type("القمح")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/search"))

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('h2') !== null"):
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(WHEAT.title)


def _tab_to(page: Page, what: str, element_id: str) -> None:
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == element_id:
            return
    pytest.fail(f"Tab does not reach the {what}")


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(
    "address",
    [
        "/?",
        "/search?q=المباراة&topic=sport&source=الرياضية&from=2024&page=2&",
        "/article/wheat?",
        "/search?q=قسطنطينية&",
    ],
    ids=["start", "results", "article", "empty"],
)
def test_pages_fit_the_window_width(page: Page, address: str, language: str) -> None:
    page.goto(f"{address}lang={language}")
    assert fits(page)


def test_long_words_wrap(page: Page) -> None:
    page.goto("/?q=" + "كلمة" * 100)
    assert fits(page)


def test_arabic_runs_right_to_left(page: Page) -> None:
    page.goto("/article/wheat")
    style = "(element) => [getComputedStyle(element).direction, getComputedStyle(element).letterSpacing]"
    assert page.locator(".body").evaluate(style) == ["rtl", "normal"]
    heading, column = (page.locator(name).bounding_box() for name in ("h1", "main article"))
    assert heading is not None
    assert column is not None
    assert heading["x"] + heading["width"] == pytest.approx(column["x"] + column["width"], abs=1)


def test_hostile_articles_have_no_effect(page: Page) -> None:
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    for address in (f"/article/{HOSTILE.id}", "/search?q=خبيث", f"/?source={HOSTILE.source}"):
        page.goto(address)
        expect(page.get_by_text("<script>", exact=False).first).to_be_visible()
    ours = ":not([src^='/static/search.js?']):not([src^='/static/page.js?']):not([src^='/static/copy.js?'])"
    assert page.locator(f"script{ours}:not([type='application/ld+json'])").count() == 0


def test_the_dark_color_scheme_is_respected(browser: Browser, site: str) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        context = browser.new_context(base_url=site, color_scheme="dark" if scheme == "dark" else "light")
        page = context.new_page()
        page.goto("/")
        grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        context.close()
    assert grounds == ["rgb(251, 250, 246)", "rgb(22, 21, 19)"]


def test_the_site_works_without_javascript(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, java_script_enabled=False, locale="ar")
    page = context.new_page()
    page.goto("/")
    page.get_by_role("searchbox").fill("القمح")
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("link", name=WHEAT.title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(WHEAT.title)
    context.close()


def test_a_citation_is_copied(page: Page) -> None:
    page.goto("/article/wheat")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = page.get_by_role("button", name="انسخ", exact=True).first
    text = button.get_attribute("data-copy")
    button.click()
    expect(page.get_by_role("button", name="نُسخ")).to_be_focused()
    assert page.evaluate("navigator.clipboard.readText()") == text
    expect(page.get_by_role("button", name="انسخ", exact=True)).to_have_count(2)  # the label comes back
    assert fits(page)


def test_a_citation_is_copied_where_there_is_no_clipboard(page: Page) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.goto("/article/wheat?lang=en")
    page.get_by_role("button", name="Copy", exact=True).last.click()
    expect(page.get_by_role("button", name="Copied")).to_be_focused()
    assert page.locator("textarea").count() == 0
