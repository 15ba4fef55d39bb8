"""The frozen lexicon, the frozen n-gram table, and the script that builds both."""

import runpy
from pathlib import Path

from newsarchive.arabic.fold import fold
from newsarchive.arabic.lexicon import lexicon, parse
from newsarchive.arabic.ngrams import LENGTH, ngram_table, ngrams

SCRIPT = Path(__file__).parents[2] / "bench" / "build_lexicon.py"
ARTICLES = (
    "كتابٌ في المدينة ب2",
    "الكتاب والكتاب، كتاب",
    "كتاب المدينة",
    "المدينة newsarchive ب2",
    "في في في ب2 المدينه",
)


def test_forms_are_folded_and_occur_in_three_or_more_articles() -> None:
    assert len(lexicon()) > 50_000
    assert all(form == fold(form) for form in lexicon())
    assert min(lexicon().values()) == 3


def test_ngram_counts_agree_with_the_lexicon() -> None:
    articles, table = ngram_table()
    assert len(table) > 30_000
    assert {len(ngram) for ngram in table} == {LENGTH}
    assert table[" الم"] > table[" كتا"] >= lexicon()["كتاب"]
    assert max(table.values()) <= articles


def test_ngrams_of_short_words() -> None:
    assert ngrams("و") == []
    assert ngrams("في") == [" في "]


def test_script_counts_articles_not_occurrences() -> None:
    build = runpy.run_path(str(SCRIPT))
    read, forms, grams = build["count_articles"](iter(ARTICLES))
    assert parse(build["lexicon_text"](read, forms)) == {"كتاب": 3, "المدينه": 4, "ب": 3}
    assert read == 5
    assert (grams["كتاب"], grams[" في "]) == (3, 2)


def test_script_output_is_reproducible() -> None:
    build = runpy.run_path(str(SCRIPT))
    once, again = (build["gzipped"](build["lexicon_text"](*build["count_articles"](ARTICLES)[:2])) for _ in range(2))
    assert once == again
