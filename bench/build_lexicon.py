"""Build the frozen lexicon and n-gram table of `newsarchive.arabic` from the ANT corpus.

    python bench/build_lexicon.py ant-dev.jsonl.gz src/newsarchive/arabic

The input is gzipped JSON Lines, one article per line with `title` and `body` (antcorpus.github.io,
Apache-2.0). For each folded word (`newsarchive.arabic.tokens.words`), and for each n-gram of these
words, the script counts the articles that contain it in the title or body. It drops forms that
occur in fewer than three articles (most are misspellings), forms with other characters than Arabic
letters, and n-grams that occur in fewer than ten articles. The output is sorted and reproducible
byte for byte.
"""

import argparse
import gzip
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path

from newsarchive.arabic import lexicon, ngrams
from newsarchive.arabic.stem import is_arabic_word
from newsarchive.arabic.tokens import words

LEAST_ARTICLES = 3
LEAST_ARTICLES_OF_NGRAM = 10


def articles(path: Path) -> Iterator[str]:
    """The title and body of each article."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for article in map(json.loads, lines):
            yield f"{article['title']}\n{article['body']}"


def count_articles(texts: Iterable[str]) -> tuple[int, Counter[str], Counter[str]]:
    """The number of texts, and the number of texts that contain each word and each n-gram."""
    ngrams_of = cache(lambda word: frozenset(ngrams.ngrams(word)))
    forms: Counter[str] = Counter()
    grams: Counter[str] = Counter()
    read = 0
    for text in texts:
        found = set(words(text))
        forms.update(found)
        grams.update(set(chain.from_iterable(map(ngrams_of, found))))
        read += 1
    return read, forms, grams


def table_text(head: str, entries: Iterable[tuple[str, int]]) -> str:
    """The file text of a table: its source, then sorted lines of `entry TAB articles`."""
    source = "Source: antcorpus.github.io, Apache License 2.0. Made by bench/build_lexicon.py."
    lines = "".join(f"{entry}\t{count}\n" for entry, count in sorted(entries))
    return f"{lexicon.COMMENT} {head}\n{lexicon.COMMENT} {source}\n{lines}"


def lexicon_text(read: int, forms: Counter[str]) -> str:
    """The text of the lexicon file."""
    kept = ((form, n) for form, n in forms.items() if n >= LEAST_ARTICLES and is_arabic_word(form))
    return table_text(f"{read} articles of the ANT corpus: folded Arabic word forms, in how many each occurs.", kept)


def ngrams_text(read: int, grams: Counter[str]) -> str:
    """The text of the n-gram file. Underscores stand for spaces."""
    kept = ((gram.replace(" ", "_"), n) for gram, n in grams.items() if n >= LEAST_ARTICLES_OF_NGRAM)
    return table_text(f"{read} articles of the ANT corpus: n-grams of folded words, in how many each occurs.", kept)


def gzipped(text: str) -> bytes:
    """The compressed text, reproducible because it includes no timestamp and file name."""
    compressed = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=compressed, mode="wb", compresslevel=9, mtime=0) as file:
        file.write(text.encode())
    return compressed.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("articles", type=Path, help="JSON Lines, gzip")
    parser.add_argument("folder", type=Path, help="where to write the two files")
    arguments = parser.parse_args()
    read, forms, grams = count_articles(articles(arguments.articles))
    (arguments.folder / lexicon.FILE_NAME).write_bytes(gzipped(lexicon_text(read, forms)))
    (arguments.folder / ngrams.FILE_NAME).write_bytes(gzipped(ngrams_text(read, grams)))


if __name__ == "__main__":
    main()
