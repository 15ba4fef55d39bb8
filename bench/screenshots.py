"""Take pictures of the main pages: in Arabic and English, on a phone and a desktop, light and dark.

    python bench/screenshots.py [--archive DIR] [--out DIR]

The pages are those of `newsarchive serve` with default settings; by default they show the articles of the sample
archive. Each picture is named after page, language, device and colours, such as `results-ar-phone-dark.png`. The script
also writes `index.html`, which shows all of them next to each other, and `--readme` writes the two of the README.
"""

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from urllib.parse import quote

import pages
from playwright.sync_api import Browser
from tasks import chromium

ROOT = Path(__file__).parents[1]
LANGUAGES = ("ar", "en")
DEVICES = {"desktop": (1280, 900), "phone": (390, 844)}
SCHEMES = ("light", "dark")
PAGES = {
    "start": "/",
    "results": "/search?q={query}",
    "advanced": "/advanced?q={query}",
    "article": "/article/{article}?q={query}",
    "concordance": "/concordance?q={query}",
    "trends": "/trends?q={query}",
    "stories": "/stories",
    "sources": "/sources",
    "topics": "/topics",
    "authors": "/authors",
    "days": "/days",
    "reuse": "/reuse",
    "api": "/api/v1/",
    "nothing-found": "/search?q=قسطنطينيات",
}
README = {"results-ar-desktop-light": "screenshot-ar.png", "results-en-phone-dark": "screenshot-en.png"}
"""The pictures of the README, and their files in `docs/`."""

_STYLE = """body { display: flex; flex-wrap: wrap; gap: 1rem; font: 14px sans-serif }
img { width: 24rem; border: 1px solid #999 } figure { margin: 0 }"""


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
        page.goto(f"/search?q={quote(query)}")
        found = page.locator("main h2 a[href*='/article/']").first.get_attribute("href")
        if found is None:
            raise SystemExit(f"the archive has no article with {query}")
        article = found.partition("/article/")[2].partition("?")[0]
        for name, path in PAGES.items():
            filled = path.format(query=quote(query), article=article)
            page.goto(f"{filled}{'&' if '?' in filled else '?'}lang={language}")
            file = out / f"{name}-{language}-{device}-{scheme}.png"
            page.screenshot(path=file, full_page=device == "desktop" and file.stem not in README)
            yield file
        context.close()


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
        with pages.serving(archive) as (_, port), chromium() as browser:
            files = list(take(browser, f"http://127.0.0.1:{port}", options.query, options.out))
    (options.out / "index.html").write_text(overview(files), encoding="utf-8")
    if options.readme:
        for name, file in README.items():
            shutil.copyfile(options.out / f"{name}.png", ROOT / "docs" / file)
    print(f"{len(files)} pictures in {options.out}; open {options.out / 'index.html'}")


if __name__ == "__main__":
    main()
