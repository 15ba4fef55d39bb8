"""Build the frozen lexicon of `newsarchive.arabic` from articles of the ANT corpus.

    python bench/build_lexicon.py ant-dev.jsonl.gz src/newsarchive/arabic/lexicon.tsv.gz

The input is JSON Lines, gzip: one article a line with `title` and `body` (antcorpus.github.io, Apache-2.0). What is
counted: for each folded word (`newsarchive.arabic.tokens.words`) the number of articles that have it at
least once in the title or the body. Forms in fewer than three articles are left out (misspellings, most of them),
and so are forms with anything but Arabic letters. Sorted by form; the same input gives the same bytes every time.
"""

import argparse
import gzip
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from newsarchive.arabic.lexicon import COMMENT
from newsarchive.arabic.stem import is_arabic_word
from newsarchive.arabic.tokens import words

LEAST_ARTICLES = 3


def articles(path: Path) -> Iterator[str]:
    """The title and the body of each article."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for article in map(json.loads, lines):
            yield f"{article['title']}\n{article['body']}"


def lexicon_text(texts: Iterator[str]) -> str:
    """The lexicon as a file's text: where it comes from, then `form TAB articles` a line, sorted by form."""
    counts: Counter[str] = Counter()
    read = 0
    for text in texts:
        counts.update(set(words(text)))
        read += 1
    kept = sorted((form, n) for form, n in counts.items() if n >= LEAST_ARTICLES and is_arabic_word(form))
    head = (
        f"{COMMENT} Folded Arabic word forms and in how many of {read} articles of the ANT corpus each occurs.\n"
        f"{COMMENT} Source: antcorpus.github.io, Apache License 2.0. Made by bench/build_lexicon.py.\n"
    )
    return head + "".join(f"{form}\t{n}\n" for form, n in kept)


def gzipped(text: str) -> bytes:
    """The text compressed, without the time and the file name that would make the bytes differ."""
    compressed = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=compressed, mode="wb", compresslevel=9, mtime=0) as file:
        file.write(text.encode())
    return compressed.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("articles", type=Path, help="JSON Lines, gzip")
    parser.add_argument("lexicon", type=Path, help="the file to write")
    arguments = parser.parse_args()
    arguments.lexicon.write_bytes(gzipped(lexicon_text(articles(arguments.articles))))


if __name__ == "__main__":
    main()
