"""Do thirty tasks of a journalist, a researcher and a librarian in Chromium, and count the steps that each takes.

    python bench/tasks.py [--articles N] [--json FILE] [--ant FILE]

The pages are those of `newsarchive serve` with default settings, for an archive of articles from `bench/corpus.py`.
Each task begins at the start page. A step is a click, a key, or filling in one field; scrolling and reading are none.
Each task has the number of steps that it may take, and ends with a check that the goal is reached. The benchmark fails
if a task takes more steps, or doesn't reach its goal.
"""

import argparse
import json
import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pages
from corpus import add_option
from corpus import check as check_corpus
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
PATIENCE_MS = 15_000


class Reader:
    """A person at a browser who counts steps. What is looked for is named as on the page, in English."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.steps = 0

    def search(self, query: str) -> None:
        """Type a query into the search box, and press Enter."""
        self.fill(self.page.locator("#q"), query)
        self.press("Enter")

    def fill(self, field: Locator, text: str) -> None:
        field.fill(text)
        self.steps += 1

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.steps += 1
        self.page.wait_for_load_state()

    def click(self, target: Locator) -> None:
        target.first.click()
        self.steps += 1
        self.page.wait_for_load_state()

    def click_mark(self, mark: Locator) -> None:
        """Click a bar or a point of a chart, which may be too thin for `click`."""
        mark.scroll_into_view_if_needed()
        box = mark.bounding_box()
        assert box is not None
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.steps += 1
        self.page.wait_for_load_state()

    def link(self, name: str, within: str = "body") -> Locator:
        return self.page.locator(within).get_by_role("link", name=name, exact=True)

    def follow(self, name: str, within: str = "body") -> None:
        """Click a link."""
        self.click(self.link(name, within))

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def download(self, link: Locator) -> bytes:
        """Click a link that downloads a file; returns its content."""
        with self.page.expect_download() as started:
            link.first.click()
        self.steps += 1
        return started.value.path().read_bytes()

    @property
    def hits(self) -> Locator:
        """The links to the articles of a page of results, or to those of a list."""
        return self.page.locator("main h2 a[href*='/article/']")

    def sees(self, what: Locator) -> None:
        expect(what.first).to_be_visible(timeout=PATIENCE_MS)


@dataclass(frozen=True)
class Task:
    """What a person wants to do, and in how many steps it should be done."""

    person: str
    goal: str
    most: int
    do: Callable[[Reader], None]


TASKS: list[Task] = []


def task(person: str, goal: str, most: int) -> Callable[[Callable[[Reader], None]], Callable[[Reader], None]]:
    def register(do: Callable[[Reader], None]) -> Callable[[Reader], None]:
        TASKS.append(Task(person, goal, most, do))
        return do

    return register


# A journalist


@task("journalist", "find the first report of a story", 4)
def first_report(reader: Reader) -> None:
    reader.search("خاشقجي")
    reader.click(reader.hits)
    reader.click(reader.page.locator("a[href*='/stories/']"))
    reader.sees(reader.page.locator("main time"))


@task("journalist", "find the first report of one of today's top stories", 3)
def first_report_of_a_top_story(reader: Reader) -> None:
    reader.follow("Top stories")
    reader.click(reader.page.locator("main h2 a"))
    reader.click(reader.page.locator("main a[href*='/article/']"))
    reader.sees(reader.page.locator("article"))


@task("journalist", "read the newest articles about a person", 3)
def newest(reader: Reader) -> None:
    reader.search("ترامب")
    reader.follow("Newest")
    assert "sort=newest" in reader.page.url


@task("journalist", "see what one source wrote about it", 3)
def one_source(reader: Reader) -> None:
    reader.search("ترامب")
    reader.click(reader.page.locator("section.facet a[href*='source=BBC']"))
    assert "source=BBC" in reader.page.url
    reader.sees(reader.hits)


@task("journalist", "see what was written in the month when most was written", 3)
def busiest_month(reader: Reader) -> None:
    reader.search("ترامب")
    reader.click_mark(reader.page.locator("section.histogram a[href*='from=2018-05'] path").last)
    reader.page.wait_for_url("**from=2018-05**")
    reader.sees(reader.hits)


@task("journalist", "list each text only once", 3)
def copies_once(reader: Reader) -> None:
    reader.search("ترامب")
    reader.follow("Copies once")
    assert "fold=copies" in reader.page.url


@task("journalist", "search a phrase as it was said", 4)
def phrase(reader: Reader) -> None:
    reader.follow("Advanced search")
    reader.fill(reader.page.locator("#advanced-phrase"), "كأس العالم")
    reader.press("Enter")
    reader.sees(reader.hits)


@task("journalist", "search only in headlines, in one year", 6)
def headlines(reader: Reader) -> None:
    reader.follow("Advanced search")
    reader.fill(reader.page.locator("#advanced-title"), "روسيا")
    reader.fill(reader.page.locator("#advanced-from"), "2018-01-01")
    reader.fill(reader.page.locator("#advanced-to"), "2018-12-31")
    reader.press("Enter")
    reader.sees(reader.hits)


@task("journalist", "correct a misspelt search", 3)
def misspelt(reader: Reader) -> None:
    reader.search("الانتخبات الامريكية")
    reader.click(reader.page.locator("main a[href*='q=']").filter(has_text="الانتخابات"))
    reader.sees(reader.hits)


@task("journalist", "follow a search in a feed reader", 3)
def follow(reader: Reader) -> None:
    reader.search("البرلمان التونسي")
    address = reader.link("Subscribe (RSS)").first.get_attribute("href")
    assert address is not None
    reader.steps += 1  # the link opens in a feed reader
    assert reader.page.request.get(address).text().count("<item>") > 1


@task("journalist", "find who had a text first", 3)
def reuse(reader: Reader) -> None:
    reader.search("خاشقجي")
    reader.click(reader.hits)
    text = "\n".join(reader.page.locator("article p").all_inner_texts())
    reader.page.goto("/?lang=en")
    reader.steps = 0
    reader.follow("Who had this text first?")
    reader.fill(reader.page.locator("#text"), text)
    reader.click(reader.button("Find its origin"))
    reader.sees(reader.page.locator("main a[href*='/article/']"))


# A researcher


@task("researcher", "save a search for a reference manager (RIS)", 5)
def search_to_ris(reader: Reader) -> None:
    reader.search("اللاجئين السوريين")
    reader.follow("Save as…")
    assert reader.download(reader.link("RIS", "#downloads")).count(b"TY  - ") > 10


@task("researcher", "save a search as a table", 4)
def search_to_csv(reader: Reader) -> None:
    reader.search("اللاجئين السوريين")
    reader.follow("Save as…")
    assert reader.download(reader.link("CSV", "#downloads")).count(b"\n") > 10


@task("researcher", "cite one article in BibTeX", 5)
def bibtex(reader: Reader) -> None:
    reader.search("اللاجئين السوريين")
    reader.click(reader.hits)
    reader.follow("Cite")
    assert reader.download(reader.link("BibTeX", "#cite")).startswith(b"@")


@task("researcher", "compare two searches over time, as a table", 6)
def compare(reader: Reader) -> None:
    reader.search("ترامب")
    reader.follow("Trends")
    reader.fill(reader.page.locator("main form input[name=q]").nth(1), "بوتين")
    reader.press("Enter")
    reader.sees(reader.page.locator("svg.chart"))
    assert reader.download(reader.link("Download the numbers (CSV)")).count(b"\n") > 10


@task("researcher", "read the articles behind a point of a trend", 4)
def behind_a_point(reader: Reader) -> None:
    reader.search("ترامب")
    reader.follow("Trends")
    reader.click_mark(reader.page.locator("svg.chart a[href*='/search']").last)
    reader.page.wait_for_url("**/search?**")
    reader.sees(reader.hits)


@task("researcher", "see a word in its contexts, sorted by the next word", 4)
def concordance(reader: Reader) -> None:
    reader.search("ترامب")
    reader.follow("Words in context")
    reader.follow("Word after")
    assert "by=after" in reader.page.url


@task("researcher", "read the numbers of a histogram", 3)
def numbers(reader: Reader) -> None:
    reader.search("ترامب")
    reader.click(reader.page.get_by_text("The numbers as a table"))
    reader.sees(reader.page.locator("#after-histogram td"))


@task("researcher", "leave out assigned topics", 3)
def given_topics(reader: Reader) -> None:
    reader.search("ترامب")
    reader.follow("Given topics")
    assert "topics=given" in reader.page.url


@task("researcher", "find all articles of one author on a subject", 5)
def author(reader: Reader) -> None:
    reader.search("ترامب")
    reader.click(reader.page.locator("section.facet a[href*='author=']"))
    reader.sees(reader.hits)


@task("researcher", "see where the date of an article comes from", 4)
def provenance(reader: Reader) -> None:
    reader.search("ترامب")
    reader.click(reader.hits)
    reader.click(reader.page.locator("details.provenance summary"))
    reader.sees(reader.page.locator("details.provenance dd"))


# A librarian


@task("librarian", "see the span and the gaps of a source", 2)
def gaps(reader: Reader) -> None:
    reader.follow("Sources", ".places")
    reader.click(reader.page.locator("main a[href*='/sources/']"))
    reader.sees(reader.page.locator("#months"))


@task("librarian", "subscribe to one source", 2)
def source_feed(reader: Reader) -> None:
    reader.follow("Sources", ".places")
    address = reader.page.locator("main a[href*='/feed.xml?source=']").first.get_attribute("href")
    assert address is not None
    reader.steps += 1  # the link opens in a feed reader
    assert reader.page.request.get(address).text().count("<item>") > 1


@task("librarian", "find what was published on one day", 4)
def day(reader: Reader) -> None:
    reader.follow("Days", ".places")
    reader.click(reader.page.locator("main a[href*='/days/2018-05']"))
    reader.click(reader.page.locator("main a[href*='2018-05-15']"))
    reader.sees(reader.hits)


@task("librarian", "list the articles of an author", 2)
def author_list(reader: Reader) -> None:
    reader.follow("Authors", ".places")
    reader.click(reader.page.locator("main a[href*='author=']"))
    reader.sees(reader.hits)


@task("librarian", "find an article by its address", 2)
def by_address(reader: Reader) -> None:
    reader.page.goto("/search?q=ترامب&lang=en")
    reader.page.goto(reader.hits.first.get_attribute("href") or "")
    address = reader.page.locator("a.original").get_attribute("href") or ""
    reader.page.goto("/?lang=en")
    reader.search(address)
    expect(reader.hits).to_have_count(1, timeout=PATIENCE_MS)


@task("librarian", "read the same results in Arabic", 3)
def in_arabic(reader: Reader) -> None:
    reader.search("ترامب")
    reader.click(reader.page.locator("nav.languages a").filter(has_text="العربية"))
    expect(reader.page.locator("html")).to_have_attribute("dir", "rtl")
    assert "q=" in reader.page.url


@task("librarian", "export everything of one source", 5)
def export_source(reader: Reader) -> None:
    reader.follow("Sources", ".places")
    reader.click(reader.page.locator("main a[href*='/sources/']"))
    reader.click(reader.page.locator("main a[href*='/search?source=']"))
    reader.follow("Save as…")
    assert reader.download(reader.link("JSON Lines", "#downloads")).count(b"\n") > 100


@task("librarian", "start a press review with an article", 5)
def press_review(reader: Reader) -> None:
    begin_review(reader)
    reader.sees(reader.page.locator(".review h2"))


@task("librarian", "get a press review as a Word document", 4)
def press_review_as_word(reader: Reader) -> None:
    begin_review(reader)
    reader.page.goto("/?lang=en")
    reader.steps = 0
    reader.follow("Press reviews")
    reader.click(reader.page.locator("main h2 a"))
    with ZipFile(BytesIO(reader.download(reader.page.locator("#downloads a[href*='.docx']")))) as parts:
        assert "word/document.xml" in parts.namelist()


def begin_review(reader: Reader) -> None:
    """Start a press review with the first article of a search. The reader has signed in."""
    reader.search("ترامب")
    reader.click(reader.hits)
    reader.follow("Add to a press review")
    # It has a title already: "Press review", and the day.
    reader.click(reader.button("Create"))


WRITING = (press_review, press_review_as_word)
"""The tasks of somebody who has signed in with a token for press reviews."""


def sign_in(context: BrowserContext, token: str) -> None:
    """Sign in as a reader does. The cookie stays in the context."""
    page = context.new_page()
    page.goto("/sign-in?lang=en")
    page.get_by_label("Token").fill(token)
    page.get_by_label("Token").press("Enter")
    page.wait_for_url(lambda address: "/sign-in" not in address)
    page.close()


@contextmanager
def token_of(archive: Path) -> Iterator[str]:
    """A token for press reviews, made by the command, and revoked afterwards with the reviews that were begun."""
    name = f"bench {secrets.token_hex(4)}"
    made = pages.output_of("tokens", "create", name, "--scope", "read", "--scope", "collections", "--archive", archive)
    table = archive / "tables" / "collections.jsonl"
    before = table.read_bytes() if table.exists() else None
    try:
        yield made.strip()
    finally:
        pages.run_command("tokens", "revoke", name, "--archive", str(archive))
        if before is not None:
            table.write_bytes(before)
        else:
            table.unlink(missing_ok=True)


def run(browser: Browser, address: str, token: str) -> Iterator[tuple[Task, int, str]]:
    """Do all tasks, each in a browser window of its own: the task, its steps, and what went wrong, if anything."""
    for one in TASKS:
        context = browser.new_context(base_url=address, locale="en", viewport={"width": 1280, "height": 900})
        context.set_default_timeout(PATIENCE_MS)
        if one.do in WRITING:
            sign_in(context, token)
        reader = Reader(context.new_page())
        reader.page.goto("/?lang=en")
        wrong = ""
        try:
            one.do(reader)
        except Exception as error:  # the other tasks go on
            wrong = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'not reached'}"
        yield one, reader.steps, wrong
        context.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        raise SystemExit("no chromium in PATH; on Debian, install the package 'chromium'")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        yield browser
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    add_option(parser)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--archive", type=Path, help="an archive of these articles with an index, instead of a new one")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        archive = options.archive
        if archive is None:
            check_corpus(options.ant)
            archive = Path(work, "archive")
            pages.write_archive(options.ant, options.articles, archive)
            pages.run_command("reindex", "--archive", str(archive))
        with token_of(archive) as token, pages.serving(archive) as (_, port), chromium() as browser:
            done = list(run(browser, f"http://127.0.0.1:{port}", token))
    show(done)
    if options.json:
        figures: list[dict[str, Any]] = [
            {"person": one.person, "goal": one.goal, "steps": steps, "most": one.most, "wrong": wrong}
            for one, steps, wrong in done
        ]
        options.json.write_text(json.dumps(figures, indent=1))
    sys.exit(any(wrong or steps > one.most for one, steps, wrong in done))


def show(done: list[tuple[Task, int, str]]) -> None:
    print(f"{'who':12}{'steps':>6}{'most':>6}  goal")
    for one, steps, wrong in done:
        print(f"{one.person:12}{steps:6}{one.most:6}  {one.goal}{'  FAILED: ' + wrong if wrong else ''}")
    failed = sum(bool(wrong) or steps > one.most for one, steps, wrong in done)
    print(
        f"{len(done) - failed} of {len(done)} tasks done within their steps; {sum(steps for _, steps, _ in done)} steps"
    )


if __name__ == "__main__":
    main()
