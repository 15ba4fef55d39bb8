from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from newsarchive.article import Article, Topic
from newsarchive.library import Library
from tests.libraries import filled

COUNT = 120


def article(number: int) -> Article:
    day = date(2023, 11, 10) + timedelta(days=number * 37 % 400)
    return Article(
        id=f"{number:016}",
        title=f"خبر {number}",
        body="بيع القمح في السوق. " * (number % 3) + ("وصل الشعير أمس. " if number % 4 else "") + f"نص {number}",
        source=("رويترز", "تاس", "")[number % 3],
        topics=(Topic("economy", "feed"),) if number % 2 else (),
        published=None if number % 10 == 9 else day,
        url=f"https://example.org/{number}",
    )


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Articles of many months and three sources, some without a date."""
    with filled(tmp_path_factory.mktemp("research"), [article(number) for number in range(COUNT)]) as opened:
        yield opened
