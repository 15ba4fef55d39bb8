"""The forms of collections in a browser: without scripts, by keyboard, and with the origin that it really sends."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect


@pytest.fixture
def writer(browser: Browser, site: str, writing: StorageState) -> Iterator[Page]:
    context = browser.new_context(base_url=site, locale="ar", java_script_enabled=False, storage_state=writing)
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def test_a_review_is_put_in_order_by_keyboard_without_scripts(writer: Page) -> None:
    writer.goto("/article/english")
    writer.get_by_role("link", name="أضف إلى ملف صحفي").click()
    form = writer.locator("form", has=writer.get_by_role("button", name="أنشئ الملف"))
    form.get_by_label("العنوان").fill("ملف من المتصفح")
    form.get_by_label("ملاحظة").fill("أول ملاحظة")
    form.get_by_role("button").press("Enter")
    expect(writer.locator("h1")).to_have_text("ملف من المتصفح")
    writer.get_by_label("معرّف مقال أو رابطه").fill("wheat")
    writer.get_by_label("معرّف مقال أو رابطه").press("Enter")
    titles = writer.locator(".review h2")
    expect(titles).to_have_count(2)
    before = titles.all_inner_texts()
    writer.get_by_role("button", name="قدِّم").nth(1).press("Enter")
    expect(titles.first).to_have_text(before[1])
    assert writer.url.endswith("#entry-1")
    # The next key press goes on from the article that was moved.
    writer.keyboard.press("Tab")
    assert writer.locator(".review > li").first.locator(":focus").count() == 1
    expect(writer.locator(".note")).to_have_text("أول ملاحظة")
