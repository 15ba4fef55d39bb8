"""Keys, copying and printing in a real browser."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.sample import WHEAT

LETTERS = {"/": ("ظ", "Slash"), "?": ("؟", "Slash"), "j": ("ت", "KeyJ"), "k": ("ن", "KeyK")}
"""Key -> what it types in an Arabic layout, and its place."""


def press(page: Page, key: str, *, arabic: bool, **modifiers: bool) -> None:
    typed, code = LETTERS[key]
    event = {"key": typed if arabic else key, "code": code, "shiftKey": key == "?", **modifiers}
    page.evaluate(
        """(event) => document.activeElement.dispatchEvent(
            new KeyboardEvent('keydown', { ...event, bubbles: true, cancelable: true }))""",
        event,
    )


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


@pytest.mark.parametrize("arabic", [False, True])
def test_results_are_walked_through_with_keys(page: Page, arabic: bool) -> None:
    page.goto("/search?q=المباراة")
    titles = page.locator(".hits h2").all_inner_texts()
    for key, number in (("j", 0), ("j", 1), ("j", 2), ("k", 1), ("k", 0), ("k", 0)):
        press(page, key, arabic=arabic)
        assert focused(page) == titles[number]
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(titles[0])


@pytest.mark.parametrize("arabic", [False, True])
def test_a_key_leads_to_the_search_box(page: Page, arabic: bool) -> None:
    page.goto("/article/wheat?q=القمح")
    press(page, "/", arabic=arabic)
    expect(page.locator("#q")).to_be_focused()
    assert page.evaluate("getSelection().toString()") == "القمح"
    for key in LETTERS:
        press(page, key, arabic=arabic)
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#keys")).to_be_hidden()


def test_modified_keys_do_nothing(page: Page) -> None:
    page.goto("/search?q=المباراة")
    for modifier in ("ctrlKey", "altKey", "metaKey"):
        for key in LETTERS:
            press(page, key, arabic=False, **{modifier: True})
    expect(page.locator("#keys")).to_be_hidden()
    assert page.evaluate("document.activeElement === document.body")


@pytest.mark.parametrize("arabic", [False, True])
def test_the_list_of_keys_opens_and_closes(page: Page, arabic: bool) -> None:
    page.goto("/")
    press(page, "?", arabic=arabic)
    dialog = page.get_by_role("dialog", name="اختصارات لوحة المفاتيح")
    expect(dialog).to_be_visible()
    press(page, "j", arabic=arabic)
    expect(page.get_by_role("button", name="أغلق")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="اختصارات لوحة المفاتيح").click()
    page.get_by_role("button", name="أغلق").click()
    expect(dialog).to_be_hidden()


def test_the_keys_can_be_turned_off(page: Page) -> None:
    page.goto("/search?q=المباراة")
    page.get_by_role("button", name="اختصارات لوحة المفاتيح").click()
    page.get_by_label("استخدم هذه الاختصارات").uncheck()
    page.keyboard.press("Escape")
    page.goto("/search?q=المباراة")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement === document.body")


def test_links_and_texts_are_copied(page: Page) -> None:
    page.goto("/article/wheat?q=القمح")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="انسخ الرابط").click()
    assert page.evaluate("navigator.clipboard.readText()").endswith("/article/wheat")
    page.get_by_role("button", name="انسخ النص مع مرجعه").click()
    expect(page.get_by_role("button", name="نُسخ").last).to_be_focused()
    title, *paragraphs, citation = page.evaluate("navigator.clipboard.readText()").split("\n\n")
    assert title == WHEAT.title
    assert paragraphs == [paragraph.text for paragraph in WHEAT.paragraphs]
    assert citation == page.locator("#citation-plain").get_attribute("data-copy")

    page.goto("/search?q=القمح&sort=oldest")
    page.get_by_role("button", name="انسخ الرابط").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.url.replace("القمح", "%D8%A7%D9%84%D9%82%D9%85%D8%AD")
    expect(page.get_by_role("group", name="أدوات").get_by_role("link", name="اشترك (RSS)")).to_be_visible()


def test_without_a_script_nothing_is_offered_that_needs_one(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, java_script_enabled=False, locale="ar")
    page = context.new_page()
    for address in ("/article/wheat", "/search?q=القمح", "/advanced?q=القمح"):
        page.goto(address)
        buttons = page.get_by_role("button").all_inner_texts()
        assert set(buttons) <= {"ابحث", "تطبيق", "اعرض عبارة البحث"}
    context.close()


def test_a_printed_article_has_its_text_address_and_date_only(page: Page) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    page.goto("/article/wheat?q=القمح")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("#text")).to_be_visible()
    assert re.search(r"طُبعت من .*/article/wheat.* في .*20\d\d", page.locator(".printed").inner_text())
    for hidden in (".finder", ".places", ".languages", "body > footer", ".actions", ".related", ".downloads"):
        for element in page.locator(hidden).all():
            expect(element).to_be_hidden()
    style = "(element) => { const style = getComputedStyle(element); return [style.color, style.backgroundColor]; }"
    assert page.locator("body").evaluate(style) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert page.locator("#text").evaluate("(element) => getComputedStyle(element).textAlign") in ("start", "right")
