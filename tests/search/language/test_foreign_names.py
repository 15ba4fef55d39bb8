"""Spellings of foreign names that are in no list: found by rule, if the archive has them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.arabic.fold import fold
from newsarchive.article import Article
from newsarchive.search import SearchRequest
from newsarchive.search.language import foreign_names
from tests.libraries import filled

SAME = (
    "ستولتنبرغ ستولتنبرج | فاندنبيرغ فاندنبيرج | هوتسبير هوتسبر | شانزليزيه شانزيليزيه | ويستمنستر ويستمينستر |"
    " مونتغمري مونتغومري | هيدرسفيلد هدرسفيلد | ليفاندوفسكي ليفاندوفيسكي | شتراسبورغر شتراسبورجر | روزنفيلد روزنفلد"
)
NATIVE = (
    "استقلال استغلال استخدام مستشفيات يعترفون سيستخدمونها متدهورة انطلاقتها تسلسل مصطلحات فلسطين للمستثمرين"
    " سأتحدث يعتمدن والمتطرفين استفزازاتهم مزخرفة"
)


def pairs() -> list[tuple[str, str]]:
    return [(pair.split()[0], pair.split()[1]) for pair in SAME.split("|")]


@pytest.mark.parametrize(("first", "second"), pairs())
def test_each_spelling_finds_the_other(tmp_path: Path, first: str, second: str) -> None:
    texts = {"first": f"قال {first} هنا", "second": f"قال {second} هنا"}
    library = filled(tmp_path, [Article(id=name, title="", body=body) for name, body in texts.items()])
    for query in (first, second):
        assert {hit.article.id for hit in library.search(SearchRequest(text=query)).hits} == {"first", "second"}


@pytest.mark.parametrize("word", NATIVE.split())
def test_arabic_words_have_no_such_spellings(word: str) -> None:
    assert list(foreign_names.spellings(fold(word))) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [("البرتغال", "البرتقال"), ("عبدالحكيم", "عبدالحكم"), ("كريستين", "كريستيان"), ("ساندرز", "زاندرز")],
)
def test_other_words_are_not_spellings(first: str, second: str) -> None:
    assert second not in set(foreign_names.spellings(first))
    assert first not in set(foreign_names.spellings(second))


@given(st.text(alphabet="ابتجدرسغفكلمنوي", max_size=12))
def test_no_word_is_a_spelling_of_itself_and_each_stays_foreign(word: str) -> None:
    found = list(foreign_names.spellings(word))
    assert word not in found
    assert not found or foreign_names.is_foreign(word)
