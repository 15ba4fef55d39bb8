"""The frozen lexicon and the script that builds it."""

import runpy
from pathlib import Path

from newsarchive.arabic.fold import fold
from newsarchive.arabic.lexicon import lexicon, parse

SCRIPT = Path(__file__).parents[2] / "bench" / "build_lexicon.py"
ARTICLES = (
    "كتابٌ في المدينة ب2",
    "الكتاب والكتاب، كتاب",
    "كتاب المدينة",
    "المدينة newsarchive ب2",
    "في في في ب2 المدينه",
)


def test_forms_are_folded_and_in_three_or_more_articles() -> None:
    assert len(lexicon()) > 50_000
    assert all(form == fold(form) for form in lexicon())
    assert min(lexicon().values()) == 3


def test_the_script_counts_articles_not_words() -> None:
    build = runpy.run_path(str(SCRIPT))
    text = build["lexicon_text"](iter(ARTICLES))
    assert text.startswith("# Folded Arabic word forms and in how many of 5 articles")
    assert parse(text) == {"كتاب": 3, "المدينه": 4}


def test_the_script_gives_the_same_bytes_every_time() -> None:
    build = runpy.run_path(str(SCRIPT))
    once, again = (build["gzipped"](build["lexicon_text"](iter(ARTICLES))) for _ in range(2))
    assert once == again
