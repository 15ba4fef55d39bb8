"""Which articles count as near copies."""

from hypothesis import given
from hypothesis import strategies as st

from newsarchive.article import Article
from newsarchive.stories.near_copies import COMPARED_LENGTH, Outline, distinct

REPORT = "فاض نهر النيل ليلة أمس وغمرت مياهه الحقول والقرى ولم تقع خسائر في الأرواح بحسب مصادر محلية"
OTHER = "افتتحت المدينة مكتبة عامة جديدة يقصدها القراء كل مساء وفيها آلاف الكتب والمخطوطات النادرة"


def article(name: str, body: str, title: str = "") -> Article:
    return Article(id=name, title=title, body=body)


def resembles(first: Article, second: Article) -> bool:
    one, other = Outline.of(first), Outline.of(second)
    assert one.resembles(other) is other.resembles(one)
    return one.resembles(other)


def test_other_spellings_are_copies() -> None:
    assert resembles(article("a", REPORT), article("b", REPORT.replace("أ", "ا").replace("النيل", "النِّيل،")))


def test_extended_reports_are_copies() -> None:
    assert resembles(article("a", REPORT), article("b", f"{REPORT}. {OTHER} {OTHER}"))
    assert resembles(article("a", REPORT), article("b", f"{OTHER}.\n{REPORT}"))


def test_equal_titles_are_copies() -> None:
    assert resembles(article("a", REPORT, "فيضان النيل"), article("b", OTHER, "فَيَضان النيل!"))
    assert not resembles(article("a", REPORT), article("b", OTHER))
    assert not resembles(article("a", REPORT, "فيضان النيل"), article("b", OTHER, "فيضان النهر"))


def test_reordered_words_are_not_a_copy() -> None:
    assert not resembles(article("a", REPORT), article("b", " ".join(sorted(REPORT.split()))))


def test_a_common_sentence_is_not_a_copy() -> None:
    assert not resembles(article("a", f"{REPORT[:30]} {OTHER}"), article("b", f"{REPORT} {OTHER[30:40]}"))


def test_short_texts_are_compared_completely() -> None:
    assert resembles(article("a", "نهر النيل"), article("b", "نهر النِّيل."))
    assert not resembles(article("a", "نهر النيل"), article("b", "نهر الفرات"))
    assert not resembles(article("a", "نهر النيل"), article("b", REPORT))


def test_only_the_beginning_of_long_texts_is_compared() -> None:
    assert resembles(article("a", f"{REPORT} " * 30 + OTHER), article("b", REPORT))
    assert len(Outline.of(article("a", " ".join(map(str, range(10_000))))).shingles) < COMPARED_LENGTH / 2


def test_the_first_copy_is_kept_and_known_articles_are_skipped() -> None:
    articles = [
        article("b", OTHER),
        article("c", f"{REPORT} الليلة"),
        article("d", OTHER + " أيضا"),
        article("e", "خبر"),
    ]
    assert [found.id for found in distinct(articles, article("a", REPORT))] == ["b", "e"]


def test_articles_are_read_lazily() -> None:
    asked = iter([article("b", OTHER), article("c", "خبر")])
    assert next(distinct(asked, article("a", REPORT))).id == "b"
    assert next(asked).id == "c"


@given(st.lists(st.sampled_from(REPORT.split()), min_size=1, max_size=20).map(" ".join))
def test_every_article_resembles_itself(body: str) -> None:
    assert resembles(article("a", body), article("b", body))
