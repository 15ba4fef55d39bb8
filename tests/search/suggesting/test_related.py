"""Related articles, through the library on a real archive."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from newsarchive.arabic.stem import stem
from newsarchive.article import Article
from newsarchive.errors import ArticleNotFound, IndexMissing
from newsarchive.library import Library
from newsarchive.search.scoring.analysis import sections, stemmed, word_places
from newsarchive.search.scoring.impact import impact
from newsarchive.search.suggesting import related as engine
from newsarchive.search.suggesting.related import MAX_POSTINGS, MAX_RELATED, MAX_TERMS, TITLE_BONUS, telling_terms
from tests.libraries import append, filled, open_archive, withdraw
from tests.sample import article, on

COMMON = "وقال المتحدث في المؤتمر إن الأمر قيد البحث وإن التفاصيل تعلن لاحقا"


def story(name: str, title: str, words: str, day: int = 1, **fields: object) -> Article:
    return article(name, title, f"{words}.", "تاس", **on(2024, 1, day), **fields)


FLOOD = [
    story("flood", "فيضان النيل يغمر الحقول", "غمر فيضان النيل الحقول والقرى في سنار"),
    story("flood-2", "قرى سنار تنتظر الإغاثة", "بعد أن غمر الفيضان قرى سنار، نزح سكانها عن الحقول"),
    story("flood-3", "منسوب النيل", "ارتفع منسوب النيل في سنار وفاض على الحقول، وغمر الفيضان قريتين"),
    story("flood-copy", "النيل يفيض", "غمر فيضان النيل الحقول والقرى في سنار، والماء يعلو"),
    story("flood-title", "فيضانُ النيل يغمر الحقول!", "عام آخر يفيض فيه النيل على سنار ويغمر الحقول"),
]
CUP = [
    story("cup", "نهائي كأس القارة", "تأهل الفريق إلى نهائي كأس القارة بعد ركلات الترجيح", 3),
    story("cup-2", "ركلات الترجيح تحسم", "حسمت ركلات الترجيح مباراة الكأس، وتأهل الفريق إلى نهائي القارة", 2),
]
TWINS = [
    story("moon", "كسوف القمر", "يشاهد كسوف القمر الليلة"),
    story("older", "رصد أول", "كسوف مساء القمر سبتا رآه", 5),
    story("newer", "رصد ثان", "كسوف صباح القمر أحدا رآه", 6),
]
ALONE = story("alone", "زعفران", "موسم الزعفران")
FILLER = [
    article(f"other-{number}", f"خبر {number}", f"{COMMON} {number}. شأن رقم {number} لا صلة له", "رويترز")
    for number in range(60)
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with filled(tmp_path_factory.mktemp("archive"), [*FLOOD, *CUP, *TWINS, ALONE, *FILLER]) as library:
        yield library


def related(library: Library, name: str, limit: int = 5) -> list[str]:
    return [found.id for found in library.related(name, limit)]


def test_articles_on_the_same_subject_are_found(library: Library) -> None:
    assert set(related(library, "flood")) == {"flood-2", "flood-3"}
    assert related(library, "cup") == ["cup-2"]
    assert related(library, "cup-2") == ["cup"]


def test_the_article_itself_and_near_copies_are_excluded(library: Library) -> None:
    assert not {"flood", "flood-copy", "flood-title"} & set(related(library, "flood"))
    seen_from_outside = related(library, "flood-2")
    assert len({"flood", "flood-copy", "flood-title"} & set(seen_from_outside)) == 1
    assert "flood-3" in seen_from_outside


def test_unrelated_articles_are_not_returned(library: Library) -> None:
    assert related(library, "alone") == []


def test_equal_scores_keep_the_ranking_order(library: Library) -> None:
    assert related(library, "moon")[:2] == ["newer", "older"]


def test_the_limit_is_checked_and_applied(library: Library) -> None:
    assert related(library, "flood", 1) == related(library, "flood")[:1]
    assert set(related(library, "flood", MAX_RELATED)) == {"flood-2", "flood-3"}
    for limit in (0, MAX_RELATED + 1):
        with pytest.raises(ValueError, match="it must be 1 to 20"):
            library.related("flood", limit)


def test_complete_articles_are_returned(library: Library) -> None:
    assert library.related("cup") == (library.article("cup-2"),)


def test_an_unknown_id_raises_article_not_found(library: Library) -> None:
    with pytest.raises(ArticleNotFound):
        library.related("none")


def test_related_without_an_index_raises_index_missing(tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_archive(tmp_path_factory.mktemp("new"), create=True) as library:
        append(library, *CUP)
        with pytest.raises(IndexMissing):
            library.related("cup")


def test_results_are_cached_until_the_index_changes(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    candidates = engine.candidates

    def counted(article: Article, *arguments: object) -> object:
        asked.append(article.id)
        return candidates(article, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "candidates", counted)
    with filled(tmp_path_factory.mktemp("archive"), [*CUP, *TWINS, *FILLER]) as library:
        assert related(library, "cup") == related(library, "cup") == ["cup-2"]
        assert asked == ["cup"]
        append(library, replace(CUP[0], revision=2, title="كسوف القمر", body="شوهد كسوف القمر"))
        assert "newer" in related(library, "cup")
        assert asked == ["cup", "cup"]
        append(library, story("cup-3", "كسوف آخر", "من الجبل شوهد قمر في كسوف"))
        library.update_index()
        assert "cup-3" in related(library, "cup")
        withdraw(library, "cup-3")
        assert "cup-3" not in related(library, "cup")
        assert len(asked) == 3


def frequency(**counts: int) -> dict[str, int]:
    return {stem(word): count for word, count in counts.items()}


class TestTellingTerms:
    def terms(self, found: Article, counts: dict[str, int], articles: int = 100_000) -> list[str]:
        return [
            term.stem for term in telling_terms(found, lambda stems: [counts.get(stem, 0) for stem in stems], articles)
        ]

    def test_rare_words_and_title_words_are_most_significant(self) -> None:
        found = article("a", "سنار", "نهر ونخيل في سنار ونخيل وجبل")
        counts = frequency(سنار=50, نهر=50, نخيل=50, جبل=5, في=90_000)
        assert self.terms(found, counts)[0] == "سنار"
        assert "في" not in self.terms(found, counts)
        assert self.terms(found, {**counts, stem("سنار"): 30_000})[0] != "سنار"

    def test_unique_words_and_numbers_are_ignored(self) -> None:
        found = article("a", "سنار", "نهر سنار ٢٠٢٤ و ي")
        assert self.terms(found, {**frequency(سنار=1, نهر=2), "2024": 9, "و": 9, "ي": 9}) == ["نهر"]

    def test_derived_titles_are_not_counted_twice(self) -> None:
        found = article("a", "سنار", "نهر سنار")
        derived = replace(found, title_derived=True)
        counts = frequency(سنار=10, نهر=10)
        assert self.terms(found, counts)[0] == "سنار"
        assert self.terms(derived, counts)[0] == "نهر"

    def test_terms_and_postings_are_limited(self) -> None:
        words = [f"{first}{second}ق" for first in "بتثجحخدذرز" for second in "سشصضطظعغفك"]
        found = article("a", "", " ".join(words))
        assert len(self.terms(found, dict.fromkeys(map(stem, words), 10))) == MAX_TERMS
        dear = self.terms(found, dict.fromkeys(map(stem, words), MAX_POSTINGS // 3))
        assert len(dear) == 3

    def test_words_with_too_many_postings_are_skipped(self) -> None:
        found = article("a", "سنار", "نهر")
        counts = {stem("سنار"): MAX_POSTINGS + 1, stem("نهر"): 5}
        assert self.terms(found, counts, 10**9) == ["نهر"]


def test_weights_depend_on_frequency_and_first_place() -> None:
    body = "وصل القطار متأخرا\nثم وصل قطار آخر. وصل وصل"
    found = article("x", "قطار الليل", body, "تاس", summary="الليل طويل")
    terms = {
        term.stem: (term.impact, term.weight)
        for term in telling_terms(found, lambda stems: [2 for _ in stems], articles=100)
    }
    stems = stemmed(sections(found))
    places = word_places(stems)
    length = sum(len(paragraph) for section in stems for paragraph in section)
    assert terms
    for word, (own_impact, weight) in terms.items():
        assert own_impact == impact(len(places[word].positions), places[word].depth, length)
        assert weight == own_impact * (TITLE_BONUS if word in (stem("قطار"), stem("ليل")) else 1)
