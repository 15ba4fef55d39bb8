"""What the model assigns to the articles that come with the repository, as read by a person."""

from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.article import Article
from newsarchive.topics import load_model

ARCHIVE = Path(__file__).parents[2] / "archive"


@pytest.fixture(scope="module")
def assigned() -> dict[str, tuple[str, ...]]:
    """The title of each article, and its topics in order."""
    records = (stored.record for stored in Archive(ARCHIVE).read())
    articles = [record for record in records if isinstance(record, Article)]
    return {article.title: tuple(found.topic for found in load_model().assign(article)) for article in articles}


def of(assigned: dict[str, tuple[str, ...]], beginning: str) -> tuple[str, ...]:
    return next(topics for title, topics in assigned.items() if title.startswith(beginning))


def test_the_first_article_is_economy(assigned: dict[str, tuple[str, ...]]) -> None:
    assert of(assigned, "من المقرر أن يلتقي رئيس الوزراء الروسي") == ("economy",)


@pytest.mark.parametrize(
    ("beginning", "topics"),
    [
        ("اللقاح", ("health",)),
        ("حليب الإبل", ("health",)),
        ("سلّة ورقم", ("economy",)),
        ("ماذا يفعل البنك المركزي", ("economy",)),
        ("التسلل", ("sport",)),
        ("العربية في يونيكود", ("science-technology",)),
        ("كَيْفَ تَصْنَعُ النَّحْلَةُ", ()),
        ("قهـــوة اليمن", ()),
    ],
)
def test_sample_articles_get_the_topic_that_a_reader_gives(
    assigned: dict[str, tuple[str, ...]], beginning: str, topics: tuple[str, ...]
) -> None:
    assert of(assigned, beginning) == topics
