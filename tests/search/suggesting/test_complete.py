"""Completions of a query while it is typed."""

from datetime import date
from pathlib import Path

import pytest

from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article
from newsarchive.errors import IndexMissing
from newsarchive.library import Library
from newsarchive.search import SearchRequest
from tests.libraries import filled, open_archive

TITLES = [
    "الانتخابات الرئاسية في مصر",
    "الانتخابات البرلمانية في تونس",
    "نتائج الانتخابات الرئاسية",
    "أحمد يفوز بالجائزة",
    "أحمد في القاهرة",
    "ريال مدريد يفوز على برشلونة",
    "أسعار الريال في الأسواق",
    "Grain prices rise",
    "حفل في الأوبرا",
    "مهرجان الـBBC ينطلق بـ20 فيلما",
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    library = open_archive(tmp_path_factory.mktemp("complete"), create=True)
    with ArchiveWriter(library.archive) as writer:
        for number, title in enumerate(TITLES):
            body = f"{title} كما ورد، ومعه انتظار."
            writer.append([Article(id=f"a{number}", title=title, body=body, published=date(2024, 1, 1 + number))])
        writer.append([Article(id="again", title=TITLES[0], body="مرة أخرى.", published=date(2023, 1, 1))])
        writer.append(
            [Article(id="derived", title="انتخابات نقابية هنا…", title_derived=True, body="انتخابات نقابية هنا وهناك.")]
        )
    library.update_index()
    return library


def queries(library: Library, text: str, limit: int = 10) -> list[str]:
    return [item.text for item in library.complete(text, limit) if not item.article_id]


def titles(library: Library, text: str, limit: int = 10) -> list[str]:
    return [item.text for item in library.complete(text, limit) if item.article_id]


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("انتخ", ["انتخابات"]),
        ("الانتخ", ["الانتخابات"]),
        ("اَلإنتخ", ["الانتخابات"]),
        ("أح", ["أحمد"]),
        ("اح", ["أحمد"]),
        ("القاه", ["القاهرة"]),
        ("مدر", ["مدريد"]),
        ("الأوب", ["الأوبرا"]),
        ("bb", ["BBC"]),
        ("الـbb", ["الـBBC"]),
        ("أوبر", ["الأوبرا"]),
        ("gra", ["Grain"]),
        ("العنوان:مدر", ["العنوان:مدريد"]),
        ("مصر -مدر", ["مصر -مدريد"]),
        ("مصر (تونس | أحم", ["مصر (تونس | أحمد"]),
        ("«ريال مدر", ["«ريال مدريد"]),
        ("=مدر", ["=مدريد"]),
        # The value of a field is no word of the text
        ("source:مدر", []),
        ("topic: مدر", []),
        ("الكاتب:«مدر", []),
        ("date:أح", []),
        ("date:الأسبوع ال", []),
        ("site:gra", []),
        ("source:تاس مدر", ["source:تاس مدريد"]),
        ("date:2024 مدر", ["date:2024 مدريد"]),
        ("زرافة", []),
        ("مدريد", []),
        ("مدريد ", []),
        ("", []),
        ("!؟", []),
    ],
)
def test_completed_words_have_their_original_spelling(library: Library, typed: str, completed: list[str]) -> None:
    assert queries(library, typed) == completed


def test_words_sharing_a_title_with_the_previous_words_come_first(library: Library) -> None:
    assert queries(library, "ر")[0] in ("ريال", "الرئاسية", "رئاسية")
    assert queries(library, "الانتخابات الر")[0] == "الانتخابات الرئاسية"
    assert queries(library, "أسعار الر")[0] == "أسعار الريال"
    assert queries(library, "الانتخابات ال")[:2] == ["الانتخابات الرئاسية", "الانتخابات البرلمانية"]


def test_frequent_words_come_first_with_one_word_per_stem(library: Library) -> None:
    found = queries(library, "ا")
    assert [query.removeprefix("ال") for query in found[:2]] == ["انتظار", "انتخابات"]
    assert sum("نتخابات" in query for query in found) == 1


def test_stop_words_are_not_suggested(library: Library) -> None:
    assert not {"في", "كما", "على"} & {*queries(library, "ف"), *queries(library, "ك"), *queries(library, "ع")}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("انتخ", [TITLES[2], TITLES[1], TITLES[0]]),
        ("الانتخابات الرئا", [TITLES[2], TITLES[0]]),
        ("مصر الانتخابات", [TITLES[0]]),
        ("مدريد ", [TITLES[5]]),
        ("ريال", [TITLES[6], TITLES[5]]),
        ("أحمد -القاهرة", [TITLES[4], TITLES[3]]),
        ("زرافة", []),
        ("ا", []),
        ("", []),
    ],
)
def test_titles_contain_all_typed_words_newest_first(library: Library, typed: str, found: list[str]) -> None:
    assert titles(library, typed) == found


def test_the_limit_applies_to_queries_and_titles(library: Library) -> None:
    assert len(queries(library, "ا", 1)) == 1
    assert len(titles(library, "انتخ", 2)) == 2
    with pytest.raises(ValueError, match="limit"):
        library.complete("انتخ", 0)


def test_repeated_titles_link_to_the_newest_article(library: Library) -> None:
    (item,) = (item for item in library.complete("الانتخابات مصر", 5) if item.article_id)
    assert (item.text, item.article_id) == (TITLES[0], "a0")


def test_completed_queries_have_hits(library: Library) -> None:
    for typed in ("ا", "ال", "م", "ر", "الانتخابات ال"):
        for query in queries(library, typed):
            assert library.search(SearchRequest(text=query)).total, query


def test_completion_without_an_index_raises_index_missing(tmp_path_factory: pytest.TempPathFactory) -> None:
    with (
        open_archive(tmp_path_factory.mktemp("none"), create=True) as library,
        pytest.raises(IndexMissing),
    ):
        library.complete("مصر", 5)


def test_the_last_articles_do_not_decide_how_a_word_is_spelled(tmp_path: Path) -> None:
    """One source that misspells a word often has several articles in a row."""
    titles = ["قمة الاتحاد الأوروبي"] * 30 + ["قرار الإتحاد الدولي"] * 6
    library = filled(tmp_path, [Article(id=f"a{n}", title=title, body="نص") for n, title in enumerate(titles)])
    assert "الاتحاد" in queries(library, "الاتح")
    assert "قمة الاتحاد" in queries(library, "قمة الات")
