"""Take pictures of the main pages: in Arabic and English, on a phone and a desktop, light and dark.

    python bench/screenshots.py [--archive DIR] [--out DIR]

The pages are those of `newsarchive serve` with default settings; by default they show the articles of the sample
archive, and a press review of some that the query finds. Each picture is named after page, language, device and
colours, such as `results-ar-phone-dark.png`. The script also writes `index.html`, which shows all of them next to
each other, and `--readme` writes the two of the README.
"""

import argparse
import re
import shutil
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from string import Formatter
from urllib.parse import quote

import pages
from playwright.sync_api import Browser, Page
from tasks import chromium

ROOT = Path(__file__).parents[1]
LANGUAGES = ("ar", "en")
DEVICES = {"desktop": (1280, 900), "phone": (390, 844)}
SCHEMES = ("light", "dark")
PAGES = {
    "start": "/",
    "results": "/search?q={query}",
    "nothing-found": "/search?q=قسطنطينيات",
    "wrong-dates": "/search?q={query}&from=2026&to=2024",
    "advanced": "/advanced?q={query}",
    "article": "/article/{article}?q={query}",
    "compare": "/compare/{article}/{other}",
    "concordance": "/concordance?q={query}",
    "trends": "/trends?q={query}",
    "stories": "/stories",
    "story": "/stories/{story}",
    "sources": "/sources",
    "source": "/sources/{source}",
    "topics": "/topics",
    "authors": "/authors",
    "facet": "/facets/source?q={query}",
    "days": "/days",
    "month": "/days/{month}",
    "reuse": "/reuse",
    "collections": "/collections",
    "collection": "/collections/{review}",
    "preferences": "/preferences",
    "api": "/api/v1/",
    "missing": "/article/none",
}
"""Each page and its address. What is between braces is found in the archive; pages for which it isn't are left out."""
LINKS = {
    "article": ("/search?q={query}", "main h2 a", "/article/"),
    "other": ("/search?q={query}", "main li:nth-child(2) h2 a", "/article/"),
    "story": ("/stories", "main h2 a", "/stories/"),
    "source": ("/sources", "main tbody th a", "/sources/"),
    "month": ("/days", "main .calendar caption a, main .calendars a", "/days/"),
}
"""Where an address has what it is filled with: a page, a link there, and what stands before it in that link."""
REVIEW = "review"
NOTE = "نُشر الخبر أولًا في هذه الصحيفة، ثم نقلته عنها وكالتان."
README = {"results-ar-desktop-light": "screenshot-ar.png", "results-en-phone-dark": "screenshot-en.png"}
"""The pictures of the README, and their files in `docs/`."""

_STYLE = """body { display: flex; flex-wrap: wrap; gap: 1rem; font: 14px sans-serif }
img { width: 24rem; border: 1px solid #999 } figure { margin: 0 }"""


def addresses(page: Page, query: str) -> dict[str, str]:
    """The addresses of the pages that the archive has something for."""
    fields = {"query": quote(query), "review": REVIEW}
    for name, (path, link, before) in LINKS.items():
        page.goto(path.format(**fields))
        links = page.locator(link)
        address = links.first.get_attribute("href") if links.count() else None
        if address and before in address:
            fields[name] = re.split("[?#]", address.partition(before)[2])[0]
    if "article" not in fields:
        raise SystemExit(f"the archive has no article with {query}")
    needed = {name: {field for _, field, _, _ in Formatter().parse(path) if field} for name, path in PAGES.items()}
    return {name: path.format(**fields) for name, path in PAGES.items() if needed[name] <= fields.keys()}


def take(browser: Browser, address: str, query: str, out: Path) -> Iterator[Path]:
    """Take all pictures of a site. The article is the first one that the query finds."""
    for language, (device, size), scheme in product(LANGUAGES, DEVICES.items(), SCHEMES):
        context = browser.new_context(
            base_url=address,
            locale=language,
            viewport={"width": size[0], "height": size[1]},
            device_scale_factor=2 if device == "phone" else 1,
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        page = context.new_page()
        for name, path in addresses(page, query).items():
            page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
            file = out / f"{name}-{language}-{device}-{scheme}.png"
            page.screenshot(path=file, full_page=device == "desktop" and file.stem not in README)
            yield file
        context.close()


def begin_review(archive: Path, query: str) -> None:
    """Make a press review of the first articles that the query finds, with a note to each."""
    at = ("--archive", str(archive))
    pages.run_command("collections", "create", "ملف صحفي", "--id", REVIEW, "--language", "ar", *at)
    pages.run_command("collections", "add", REVIEW, "--search", query, "--limit", "4", "--note", NOTE, *at)


def overview(files: list[Path]) -> str:
    """An HTML page that shows all pictures."""
    figures = "".join(
        f'<figure><img src="{file.name}" loading="lazy"><figcaption>{file.stem}</figcaption></figure>' for file in files
    )
    head = f'<!doctype html><meta charset="utf-8"><title>Screenshots</title><style>{_STYLE}</style>'
    return f"{head}{figures}\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--archive", type=Path, default=ROOT / "archive", help="the archive to show")
    parser.add_argument("--query", default="البحر", help="the search to show; it has to find something")
    parser.add_argument("--out", type=Path, default=ROOT / "screenshots", help="the folder for the pictures")
    parser.add_argument("--readme", action="store_true", help="also write those of the README to docs/")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        archive = Path(work, "archive")
        shutil.copytree(options.archive, archive)
        pages.run_command("reindex", "--archive", str(archive))
        begin_review(archive, options.query)
        with pages.serving(archive) as (_, port), chromium() as browser:
            files = list(take(browser, f"http://127.0.0.1:{port}", options.query, options.out))
    (options.out / "index.html").write_text(overview(files), encoding="utf-8")
    if options.readme:
        for name, file in README.items():
            shutil.copyfile(options.out / f"{name}.png", ROOT / "docs" / file)
    print(f"{len(files)} pictures in {options.out}; open {options.out / 'index.html'}")


if __name__ == "__main__":
    main()
