"""The numbers that stand for the words of an article."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given

from newsarchive.arabic.stem import stem
from newsarchive.arabic.tokens import words
from newsarchive.article import Article
from newsarchive.stories import features
from newsarchive.stories.features import FeatureReader, Features, stable_hash
from tests.articles import articles, make_article


def read(article: Article) -> Features:
    (found,) = FeatureReader().read([article])
    return found


def numbers(text: str) -> list[int]:
    return [stable_hash(word) for word in words(text)]


def test_a_word_has_the_same_number_in_every_process_and_version() -> None:
    assert stable_hash("مصر") == 14200401835235565338
    assert stable_hash("") == 13020603013274838756


def test_spellings_of_one_word_have_one_number() -> None:
    found = read(make_article(body="مِصْر مصر إلى الى"))
    assert len(set(found.words.tolist())) == 2


@given(articles)
def test_words_and_stems_are_those_of_the_tokens(article: Article) -> None:
    found = read(article)
    assert found.words.tolist() == numbers(article.body)
    assert found.stems.tolist() == [stable_hash(stem(word)) for word in words(article.body)]
    assert found.title.tolist() == ([] if article.title_derived else numbers(article.title))
    lines = [numbers(line) for line in article.body.split("\n")]
    assert [paragraph.tolist() for paragraph in found.paragraphs] == [line for line in lines if line]


def test_a_spelling_of_several_words_or_of_none_counts_as_its_words() -> None:
    body = "سعر و2010 ﷺ\nـــ\nكوفيد19 انتهى"
    found = read(make_article(body=body))
    assert found.words.tolist() == numbers(body)
    assert len(list(found.paragraphs)) == 2
    assert read(make_article(body="ـــ")).words.tolist() == []
    assert list(read(make_article(body="ـــ")).paragraphs) == []


def test_a_batch_gives_what_single_articles_give() -> None:
    batch = [make_article(number, body=f"نص {number} و2010\n\nـ\nنهاية") for number in range(20)]
    for together, alone in zip(FeatureReader().read(batch), map(read, batch), strict=True):
        assert [getattr(part, "tolist", lambda part=part: part)() for part in together] == [
            getattr(part, "tolist", lambda part=part: part)() for part in alone
        ]
    assert FeatureReader().read([]) == []


def test_forgetting_the_spellings_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "_MEMO_LIMIT", 3)
    reader = FeatureReader()
    for number in range(5):
        article = make_article(number)
        assert reader.read([article])[0].words.tolist() == numbers(article.body)


def test_the_day_is_that_of_the_publisher_and_the_moment_is_absolute() -> None:
    riyadh = timezone(timedelta(hours=3))
    late = read(make_article(published=datetime(2025, 4, 22, 1, 0, tzinfo=riyadh)))
    assert late.day == date(2025, 4, 22).toordinal()
    assert late.published == datetime(2025, 4, 21, 22, 0, tzinfo=UTC).timestamp()
    only_day = read(make_article(published=date(1960, 1, 2)))
    assert only_day.published == datetime(1960, 1, 2, tzinfo=UTC).timestamp()
    undated = read(make_article())
    assert undated.day is None
    assert undated.published is None


def test_the_outlet_is_the_publisher_or_else_the_source() -> None:
    assert (read(make_article(source="أ.ف.ب")).outlet) == read(make_article(source="أ.ف.ب")).source
    found = read(make_article(source="رويترز", publisher="صحيفة المدينة"))
    assert (found.source, found.outlet) == ("رويترز", "صحيفه المدينه")
    nobody = read(make_article(source=""))
    assert (nobody.source, nobody.outlet) == ("", "")
