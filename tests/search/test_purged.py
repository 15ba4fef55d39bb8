"""Until the index is rebuilt after a purge, the old index answers without revealing anything of the purged article."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive.arabic.tokens import tokenize
from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article
from newsarchive.errors import ArticleNotFound, IndexOutdated
from newsarchive.library import Library
from newsarchive.search import Match, SearchRequest, SearchResults
from tests.libraries import append, filled, open_archive, withdraw
from tests.sample import ARTICLES, STORIES, article, on

SECRET = article(
    "secret",
    "محاكمة المقرنص",
    "نظرت المحكمة قضية المقرنص وصاحبه البرقوقي في نهر النيل كل صيف، وتغمر مياهه الحقول والقرى.",
    "جريدة الخفاء",
    "محاكمات",
    authors=("شهاب البرقوقي",),
    **on(1999, 5, 5),
)
"""No other article has these words, this source, topic, author or month."""


def purge(library: Library, *names: str) -> None:
    """Purge from the archive only, not from the index."""
    with ArchiveWriter(library.archive) as writer:
        for name in names:
            writer.purge(name, "حكم قضائي")


def find(library: Library, text: str = "", **fields: object) -> SearchResults:
    return library.search(SearchRequest(text=text, limit=100, **fields))  # type: ignore[arg-type]


def ids(library: Library, text: str = "", **fields: object) -> set[str]:
    results = find(library, text, **fields)
    found = {hit.article.id for hit in results.hits}
    assert results.total == len(found)
    return found


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The articles. The index has several segments, and an older revision of the purged article in it is deleted."""
    with filled(tmp_path_factory.mktemp("purged") / "archive", STORIES[:8]) as library:
        append(library, replace(SECRET, body="نص أول"))
        library.update_index()
        append(library, *STORIES[8:], replace(SECRET, revision=2))
        library.update_index()
        assert ids(library, "المقرنص") == {"secret"}
        purge(library, "secret")
        yield library


@pytest.fixture
def library(untouched: Library, tmp_path: Path) -> Iterator[Library]:
    """A copy that a test may change."""
    shutil.copytree(untouched.archive.folder, tmp_path / "archive")
    with open_archive(tmp_path / "archive") as library:
        yield library


def test_the_index_still_answers_and_needs_a_rebuild(library: Library) -> None:
    assert ids(library) == {article.id for article in STORIES}
    assert library.search_service.needs_rebuild
    assert library.status().articles == len(STORIES)
    assert library.status().behind_bytes == library.archive.parts.size()
    for refused in (library.search_service.update, library.search_service.check):
        with pytest.raises(IndexOutdated, match="articles were purged"):
            refused()
    reasons: list[str] = []
    library.update_index(on_rebuild=reasons.append)
    assert len(reasons) == 1
    assert "articles were purged" in reasons[0]
    assert ids(library) == {article.id for article in STORIES}
    assert not library.search_service.needs_rebuild
    assert library.status().behind_bytes == 0
    library.search_service.check()


@pytest.mark.parametrize(
    "query",
    [
        "المقرنص",
        "=المقرنص",
        "مقرنص*",
        "title:المقرنص",
        "«المحكمة قضية المقرنص»",
        "source:الخفاء",
        "author:البرقوقي",
        "topic:محاكمات",
        "date:1999",
        "المقرنص -نهر",
    ],
)
def test_no_query_finds_the_purged_article(untouched: Library, query: str) -> None:
    results = find(untouched, query)
    assert (results.total, results.hits, results.facets.source, results.facets.topic) == (0, (), {}, {})
    assert dict(results.facets.month) == {}


def test_its_unique_words_are_unknown(untouched: Library) -> None:
    assert find(untouched, "المقرنص النيل", match=Match.ANY).total == find(untouched, "النيل").total
    # As if the word had never occurred: it is corrected to a word that does.
    assert find(untouched, "المقرنص").suggestion == "المقرن"


@pytest.mark.parametrize("misspelled", ["البرقوقى", "البرقوفي", "البرققوي"])
def test_corrections_never_use_its_words(untouched: Library, misspelled: str) -> None:
    assert find(untouched, misspelled).suggestion is None


@pytest.mark.parametrize("typed", ["المقرنص", "مقرنص", "البرق", "محاك", "قضية المقر", "المحك"])
def test_completions_never_use_its_words(untouched: Library, typed: str) -> None:
    told = " ".join(completion.text for completion in untouched.complete(typed, 10))
    for word in ("المقرنص", "البرقوقي", "محاكمة", "المحكمة"):
        assert word not in told


def test_counts_exclude_it(untouched: Library) -> None:
    facets = find(untouched).facets
    assert "جريدة الخفاء" not in facets.source
    assert "محاكمات" not in facets.topic
    assert "1999-05" not in facets.month
    assert find(untouched, sources=("جريدة الخفاء",)).total == 0


def test_related_articles_exclude_it(untouched: Library) -> None:
    for story in STORIES:
        assert "secret" not in {found.id for found in untouched.related(story.id, 20)}
    with pytest.raises(ArticleNotFound):
        untouched.related("secret")


def test_later_articles_wait_for_the_rebuild(library: Library) -> None:
    append(library, article("new", "خبر جديد", "وصل الخبر الجديد."))
    assert "new" not in ids(library)
    withdraw(library, "nile")
    assert "nile" not in {hit.article.id for hit in find(library).hits}
    library.update_index()
    assert ids(library) == {article.id for article in STORIES} - {"nile"} | {"new"}


def test_a_second_purge_before_the_rebuild_hides_both_articles(library: Library) -> None:
    find(library)
    purge(library, "nile", "dam")
    with open_archive(library.archive.folder) as other:
        for opened in (library, other):
            assert ids(opened) == {article.id for article in STORIES} - {"nile", "dam"}
    library.update_index()
    assert ids(library) == {article.id for article in STORIES} - {"nile", "dam"}


def test_a_returned_article_is_found_after_the_rebuild(library: Library) -> None:
    append(library, replace(SECRET, revision=9, body="نص بريء."))
    assert "secret" not in ids(library)
    library.update_index()
    assert ids(library, "بريء") == {"secret"}


def test_an_unrecorded_purge_makes_the_index_outdated(library: Library) -> None:
    """Like a purge by a version that kept no records."""
    path = library.archive.folder / "archive.json"
    path.write_text(path.read_text().partition(', "purged"')[0] + "}\n")
    with pytest.raises(IndexOutdated, match="no record"):
        find(library)
    library.update_index()
    assert ids(library) == {article.id for article in STORIES}


def test_an_older_copy_of_the_archive_makes_the_index_outdated(library: Library) -> None:
    path = library.archive.folder / "archive.json"
    form = json.loads(path.read_text())
    # As an earlier version wrote it.
    del form["sha256"]
    path.write_text(json.dumps({**form, "generation": 0}))
    library.update_index()
    path.write_text(json.dumps({**form, "generation": -2}))
    with pytest.raises(IndexOutdated, match="older copy"):
        find(library)


def _words(articles: list[Article]) -> set[str]:
    return {token.text for article in articles for token in tokenize(f"{article.title} {article.body}")}


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(ARTICLES), min_size=1, max_size=6, unique_by=lambda article: article.id),
    st.sampled_from(ARTICLES),
)
def test_the_old_index_answers_like_a_new_index(
    tmp_path_factory: pytest.TempPathFactory, purged: list[Article], withdrawn: Article
) -> None:
    """Also if some articles were withdrawn earlier: their words are excluded too."""
    with filled(tmp_path_factory.mktemp("archive"), ARTICLES) as library:
        withdraw(library, withdrawn.id)
        library.update_index()
        purge(library, *(article.id for article in purged))
        kept = [article for article in ARTICLES if article not in (*purged, withdrawn)]
        gone = _words(purged) - _words(kept)
        queries = ["", "نهر", "كتا*", "صيف حار", "topic:environment", "date:2024", *sorted(gone)[:15]]
        before = [(ids(library, query), find(library, query).facets) for query in queries]
        suggested = [find(library, query + letter).suggestion for query in sorted(gone)[:15] for letter in ("", "ه")]
        beginnings = sorted({word[:2] for word in gone})
        completed = [completion.text for typed in beginnings for completion in library.complete(typed, 10)]
        assert gone.isdisjoint(_words([article_of(text) for text in (*suggested, *completed) if text]))
        assert library.search_service.needs_rebuild
        library.update_index()
        assert before == [(ids(library, query), find(library, query).facets) for query in queries]


def article_of(text: str) -> Article:
    return article("any", text, text)
