"""The facet of days counts what the search finds, without the filter by date."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from newsarchive.article import Article
from newsarchive.search import SearchRequest
from tests.libraries import append, open_archive, withdraw

WHEAT = SearchRequest(text="القمح")


@pytest.mark.parametrize("request_", [SearchRequest(), WHEAT, replace(WHEAT, sources=("تاس",))])
def test_days_are_those_of_the_articles_in_all_segments(
    tmp_path: Path, article: Callable[..., Article], request_: SearchRequest
) -> None:
    made = [
        article(
            number,
            body=f"سعر {'القمح' if number % 3 else 'الأرز'} رقم {number}",
            source=("تاس", "رويترز")[number % 2],
            published=None if number % 7 == 0 else date(2024, 1, 1) + timedelta(days=number % 11),
        )
        for number in range(1, 41)
    ]
    made.append(article(50, body="سعر القمح", published=date.min))
    made.append(article(51, body="سعر القمح", published=date.max))
    with open_archive(tmp_path, create=True) as library:
        for part in (made[:20], made[20:]):
            append(library, *part)
            library.update_index()
        withdraw(library, made[3].id)
        library.update_index()
        made.pop(3)
        expected = Counter(
            one.published.isoformat()
            for one in made
            if one.published
            and (not request_.text or "القمح" in one.body)
            and (not request_.sources or one.source == "تاس")
        )
        for searched in (request_, replace(request_, date_from=date(2024, 1, 3), date_to=date(2024, 1, 5))):
            days = library.search(searched).facets.day
            assert list(days.items()) == sorted(expected.items())
            assert len(days) == len(expected)
            assert days.get("2023-12-31", 0) == 0
        assert sum(library.count_days(request_).values()) == sum(expected.values())
