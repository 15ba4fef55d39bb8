"""Suggestions while typing, in a real browser."""

import re

from playwright.sync_api import Page, expect

from tests.sample import MATCHES, WHEAT


def test_suggested_queries_can_be_selected_with_the_keyboard(page: Page) -> None:
    page.goto("/?lang=ar")
    box = page.get_by_role("combobox", name="ابحث في الأرشيف")
    box.press_sequentially("مصر القم")
    listed = page.get_by_role("listbox", name="اقتراحات")
    expect(listed).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    first = listed.get_by_role("option").first
    expect(first).to_have_text("مصر القمح")

    box.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", first.get_attribute("id") or "")
    expect(box).to_have_value("مصر القمح")
    box.press("ArrowUp")
    expect(box).to_have_value("مصر القم")
    expect(box).not_to_have_attribute("aria-activedescendant", re.compile("."))

    box.press("Escape")
    expect(listed).to_be_hidden()
    expect(box).to_have_value("مصر القم")
    box.press("ArrowDown")
    expect(listed).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url(re.compile("/search"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("مصر القمح")
    assert page.locator(".hits h2").all_inner_texts() == [WHEAT.title]


def test_suggested_titles_open_their_article(page: Page) -> None:
    page.goto("/?lang=ar")
    box = page.get_by_role("combobox")
    box.press_sequentially("مباراة رق")
    title = page.get_by_role("option", name=MATCHES[-1].title)
    expect(title).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    title.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(MATCHES[-1].title)


def test_requests_are_debounced(page: Page) -> None:
    page.goto("/?lang=ar")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/suggest" in request.url else None)
    box = page.get_by_role("combobox")
    box.press_sequentially("القمح", delay=5)
    expect(page.get_by_role("option", name=WHEAT.title)).to_be_visible()
    assert 1 <= len(asked) < len("القمح")
    box.press("Tab")
    expect(page.get_by_role("listbox")).to_be_hidden()
