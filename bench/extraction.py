"""Measures how well the articles of web pages are read.

    python bench/extraction.py ../shared/cases/pages

The folder has `html/NAME.html` and `expected/NAME.json` with the keys `url`, `title`, `date`,
`author`, `site` and `body`; `|` separates accepted spellings. For each page one line is printed: the
F1 of the body, and whether title, date and author are right, missing or invented.

The F1 of a body is that of its words as a bag: each word counts as often as it is in both texts.
"""

import json
import re
import statistics
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from newsarchive.arabic.names import name_key
from newsarchive.article import Article, Origin
from newsarchive.errors import IngestError
from newsarchive.ingest.draft import Defaults, build_article
from newsarchive.ingest.readers.pages.reader import read_page

_WORD = re.compile(r"\w+")


def body_f1(found: str, expected: str) -> float:
    """The harmonic mean of precision and recall of the words, 1.0 if both texts are empty."""
    words, right = Counter(_WORD.findall(found)), Counter(_WORD.findall(expected))
    total = words.total() + right.total()
    return 2 * (words & right).total() / total if total else 1.0


def verdict(found: str, expected: str) -> str:
    """`right`, `missing`, `invented` or `wrong`. Names are compared without marks and variants of letters."""
    accepted = {name_key(spelling) for spelling in expected.split("|")}
    if name_key(found) in accepted:
        return "right"
    if not expected:
        return "invented"
    return "wrong" if found else "missing"


def read_case(folder: Path, case: dict[str, Any]) -> Article | IngestError:
    """The article of one page, or the error."""
    content = (folder / "html" / f"{case['page']}.html").read_bytes()
    try:
        return build_article(read_page(content, Origin("page", case["url"])), Defaults())
    except IngestError as error:
        return error


def measures(article: Article, case: dict[str, Any]) -> dict[str, Any]:
    """The figures of one page."""
    return {
        "f1": body_f1(article.body, case["body"]),
        "title": verdict(article.title, case["title"]),
        "date": verdict(str(article.published_day or ""), case["date"]),
        "author": verdict("، ".join(article.authors), case["author"]),
        "site": verdict(article.source, case["site"]),
    }


def main() -> None:
    folder = Path(sys.argv[1])
    scores: list[float] = []
    counts: Counter[tuple[str, str]] = Counter()
    for path in sorted((folder / "expected").glob("*.json")):
        case = json.loads(path.read_text("utf-8"))
        started = time.perf_counter()
        article = read_case(folder, case)
        seconds = time.perf_counter() - started
        if isinstance(article, IngestError):
            print(f"{case['page']:24} refused: {article.reason}")
            scores.append(0.0)
            continue
        found = measures(article, case)
        scores.append(found["f1"])
        counts.update((key, value) for key, value in found.items() if key != "f1")
        others = "  ".join(f"{key} {value}" for key, value in found.items() if key != "f1")
        print(f"{case['page']:24} {found['f1']:.3f}  {others}  {1000 * seconds:.0f} ms")
    print(f"median {statistics.median(scores):.3f}, mean {statistics.mean(scores):.3f} of {len(scores)} pages")
    for (key, value), count in sorted(counts.items()):
        print(f"{key} {value}: {count}")


if __name__ == "__main__":
    main()
