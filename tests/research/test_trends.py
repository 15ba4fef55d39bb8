"""The numbers of trends, on the articles of `conftest`."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.research import trends as module
from newsarchive.research.periods import Per
from newsarchive.research.trends import Measure, Remark, days_within, trends
from newsarchive.search import SearchRequest
from tests.libraries import filled
from tests.research.conftest import COUNT, article

ALL = SearchRequest()
DAYS = Counter(one.published for one in map(article, range(COUNT)) if isinstance(one.published, date))


@pytest.mark.parametrize("per", [Per.DAY, Per.WEEK, Per.MONTH, Per.YEAR])
def test_points_add_up_to_what_searches_find_in_their_periods(library: Library, per: Per) -> None:
    # By day, three series of all days would have too many points.
    asked = replace(ALL, date_from=date(2024, 1, 1), date_to=date(2024, 5, 31)) if per is Per.DAY else ALL
    found = trends(library, asked, ["القمح", "الشعير", ""], per=per)
    assert (found.per, found.remarks) == (per, ())
    assert [one.query for one in found.series] == ["القمح", "الشعير", ""]
    for series in found.series:
        assert [point.period for point in series.points] == list(found.periods)
        for point in series.points[:: max(1, len(series.points) // 12)]:
            first, last = days_within(series.request, point.period)
            searched = library.search(replace(ALL, text=series.query, date_from=first, date_to=last))
            assert point.count == searched.total
            assert point.all == sum(count for day, count in DAYS.items() if first <= day <= last)
    everything = found.series[-1]
    assert everything.total.count == everything.total.all
    assert {point.share for point in everything.points} <= {0.0, 1.0}


def test_periods_without_articles_are_zero(library: Library) -> None:
    found = trends(library, ALL, ["القمح"], per=Per.DAY)
    assert (found.periods[0].first, found.periods[-1].last) == (min(DAYS), max(DAYS))
    assert any(not point.all for point in found.series[0].points)
    assert all(point.share == 0 for point in found.series[0].points if not point.count)


def test_shares_are_of_the_articles_that_pass_the_same_filters(library: Library) -> None:
    (series,) = trends(library, replace(ALL, sources=("تاس",)), ["القمح"], per=Per.YEAR, measure=Measure.SHARE).series
    dated = [one for one in map(article, range(COUNT)) if one.published and one.source == "تاس"]
    assert series.total.all == len(dated)
    assert series.total.share == pytest.approx(sum("القمح" in one.body for one in dated) / len(dated))


def test_asked_days_are_shown_whole_and_nothing_beyond_them_counts(library: Library) -> None:
    asked = replace(ALL, date_from=date(2024, 1, 10), date_to=date(2024, 3, 5))
    found = trends(library, asked, [""], per=Per.MONTH)
    assert [period.key for period in found.periods] == ["2024-01", "2024-02", "2024-03"]
    in_days = sum(count for day, count in DAYS.items() if date(2024, 1, 10) <= day <= date(2024, 3, 5))
    assert found.series[0].total.count == in_days
    assert days_within(asked, found.periods[0]) == (date(2024, 1, 10), date(2024, 1, 31))


def test_sources_are_compared_by_themselves(library: Library) -> None:
    found = trends(library, ALL, ["القمح", "الشعير"], per=Per.YEAR, by_source=True)
    assert {one.source for one in found.series} == {"رويترز", "تاس"}
    assert len(found.series) == 4
    for one in found.series:
        assert one.total.count == sum(
            library.search(replace(one.request, date_from=day, date_to=day)).total for day in DAYS
        )
        assert one.total.all == trends(library, replace(ALL, sources=(one.source or "",)), [""]).series[0].total.all
    chosen = trends(library, replace(ALL, sources=("تاس",)), ["القمح"], by_source=True)
    assert [one.source for one in chosen.series] == ["تاس"]


def test_further_sources_are_left_out_and_counted(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_SOURCES", 1)
    found = trends(library, ALL, [""], by_source=True)
    assert (len(found.series), found.sources_left_out) == (1, 1)


def test_too_many_points_are_added_up_to_longer_periods(library: Library) -> None:
    days = trends(library, ALL, [""], per=Per.DAY)
    assert (days.per, days.remarks) == (Per.DAY, ())
    weeks = trends(library, ALL, ["", "القمح"], per=Per.DAY)
    assert (weeks.per, weeks.remarks) == (Per.WEEK, (Remark.LONGER,))
    ten_years = replace(ALL, date_from=date(2015, 1, 1), date_to=date(2024, 12, 31))
    one = trends(library, ten_years, ["القمح"], per=Per.DAY)
    assert (one.per, one.remarks, len(one.periods)) == (Per.WEEK, (Remark.LONGER,), 523)
    five = trends(library, ten_years, ["1", "2", "3", "4", "5"], per=Per.DAY)
    assert (five.per, five.remarks, len(five.periods)) == (Per.MONTH, (Remark.LONGER,), 120)
    whole = trends(library, replace(ALL, date_from=date.min, date_to=date.max), [""], per=Per.DAY)
    assert (whole.per, len(whole.periods)) == (Per.CENTURY, 100)
    assert whole.series[0].total.count == days.series[0].total.count == sum(DAYS.values())


def test_nothing_dated_has_no_periods(library: Library) -> None:
    found = trends(library, replace(ALL, date_from=date(1990, 1, 1), date_to=date(1990, 1, 2)), ["القمح"])
    assert (found.periods, found.series, found.highest) == ((), (), 0)


STORY = "اجتاحت السيول وادي الرمان صباح {day} وقطعت طريق الجبل، وأجلى الدفاع المدني سكان ثلاث قرى في الوادي."


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Library]:
    """Two reports of one event on different days, and one article of another."""
    flood = Article(id="flood", title="السيول تجتاح وادي الرمان", body="السيول")
    told = (("اليوم", "السهل", 4), ("أمس", "النهر", 5), ("الأحد", "البحر", 5))
    reports = [
        replace(flood, id=source, body=STORY.format(day=day), source=source, published=date(2024, 3, number))
        for day, source, number in told
    ]
    other = Article(id="cup", title="كأس الدوري", body="فاز فريق النسور بكأس الدوري.", published=date(2024, 3, 5))
    with filled(tmp_path, [*reports, other]) as library:
        yield library


def test_stories_count_events_once_per_period(told: Library) -> None:
    (by_day,) = trends(told, ALL, [""], per=Per.DAY, measure=Measure.STORIES).series
    assert [(point.count, point.stories) for point in by_day.points] == [(1, 1), (3, 2)]
    (by_month,) = trends(told, ALL, [""], per=Per.MONTH, measure=Measure.STORIES).series
    assert [(point.count, point.stories) for point in by_month.points] == [(4, 2)]


def test_stories_of_too_many_articles_are_not_counted(told: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_STORY_ARTICLES", 3)
    found = trends(told, ALL, [""], measure=Measure.STORIES)
    assert (found.measure, found.remarks) == (Measure.COUNT, (Remark.MANY_FOR_STORIES,))
    assert found.series[0].total.stories is None


def test_stories_that_are_not_known_are_not_counted(told: Library) -> None:
    told.groups.delete()
    found = trends(told, ALL, [""], measure=Measure.STORIES)
    assert (found.measure, found.remarks) == (Measure.COUNT, (Remark.NO_STORIES,))
