"""Hits: what they show is kept for the next page, but only for articles of which the reader sees the same."""

from dataclasses import replace
from datetime import date

import pytest

from newsarchive.access import AccessPolicies, Viewer
from newsarchive.access.policies import Level, Policy
from newsarchive.access.readers import ANONYMOUS
from newsarchive.article import Article
from newsarchive.search import Match
from newsarchive.search.display.hits import HitMaker, hit_maker
from newsarchive.search.display.passages import LONGEST_KEPT
from newsarchive.search.display.snippets import Highlighter
from newsarchive.search.language.grammar import parse

LEAD = "أعلنت الوزارة أمس موعد افتتاح الجسر. " * 10
ARTICLE = Article(id="a", title="افتتاح الجسر", body=f"{LEAD}\nولم تذكر المصادر شيئا عن القطار السريع.")


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The titles that are read, in order."""
    titles: list[str] = []
    read_title = Highlighter.read_title

    def noted(highlighter: Highlighter, text: str) -> object:
        titles.append(text)
        return read_title(highlighter, text)

    monkeypatch.setattr(Highlighter, "read_title", noted)
    return titles


def maker(query: str, match: Match = Match.ALL) -> HitMaker:
    return hit_maker(parse(query, match), query, match)


def test_a_hit_of_the_same_query_is_kept(read: list[str]) -> None:
    first = maker("القطار بلا").hit(ARTICLE, 2.0)
    again = maker("القطار بلا").hit(replace(ARTICLE, source="وكالة"), 1.0)
    assert (again.title, again.snippet, again.reasons) == (first.title, first.snippet, first.reasons)
    assert (again.score, again.article.source) == (1.0, "وكالة")
    assert read == [ARTICLE.title]


def test_another_query_or_revision_has_another_hit() -> None:
    assert "القطار" in maker("القطار").hit(ARTICLE, 1.0).snippet.text
    assert "القطار" not in maker("الجسر").hit(ARTICLE, 1.0).snippet.text
    assert not maker("القطار غائب").hit(ARTICLE, 1.0).reasons
    assert maker("القطار غائب", Match.ANY).hit(ARTICLE, 1.0).reasons
    corrected = replace(ARTICLE, revision=2, body=LEAD, summary="خبر عن القطار")
    assert maker("القطار").hit(corrected, 1.0).snippet.text == "خبر عن القطار"
    retitled = replace(ARTICLE, title="القطار")
    assert maker("القطار").hit(retitled, 1.0).title.marks == ((0, 6),)


@pytest.mark.parametrize("level", [Level.SNIPPET, Level.METADATA])
def test_readers_get_hits_of_what_they_see(level: Level) -> None:
    viewer = Viewer(AccessPolicies(Policy(level)), ANONYMOUS, lambda: date(2020, 1, 1))
    whole = maker("القطار غائب", Match.ANY).hit(ARTICLE, 1.0)
    for _ in range(2):
        seen = maker("القطار غائب", Match.ANY).hit(viewer.show(ARTICLE), 1.0)
        assert "القطار" not in seen.snippet.text
        assert not seen.reasons
        assert maker("القطار غائب", Match.ANY).hit(ARTICLE, 1.0) == whole


def test_hits_of_long_articles_are_not_kept(read: list[str]) -> None:
    article = replace(ARTICLE, body="كلمة " * (LONGEST_KEPT // 5) + "الجسر")
    assert maker("الجسر").hit(article, 1.0) == maker("الجسر").hit(article, 1.0)
    assert read == [article.title] * 2
