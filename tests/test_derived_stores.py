"""Withdrawals and purges remove an article from every store derived from the archive."""

import errno
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article, Topic
from newsarchive.library import Library
from newsarchive.search import Match, SearchRequest
from newsarchive.stories import groups
from newsarchive.stories.features import FeatureReader
from newsarchive.stories.repeated import paragraph_keys
from newsarchive.stories.shingles import shingles, sketches
from newsarchive.web import create_app
from tests.articles import make_article
from tests.libraries import open_archive

SECRET = make_article(
    9,
    title="قضية المقرنص في المحكمة",
    body="نظرت المحكمة الكبرى في قضية المقرنص المعروفة في المدينة القديمة. وحضر الجلسة جمع كبير من أهل الحي"
    " ومن الصحفيين الذين جاؤوا من مدن بعيدة.",
    source="جريدة الخفاء",
    authors=("البرقوقي",),
    topics=(Topic("محاكمات", "feed"),),
    published=date(1999, 5, 1),
    url="https://news.example/muqarnas",
)
OTHERS = (
    make_article(1, title="المحكمة الكبرى", body="تبحث المحكمة الكبرى غدا ميزانية القضاء. وتسكن المحكمة قصرا قديما."),
    make_article(2, title="سباق", body="فاز العدّاء بالسباق."),
    make_article(3, title="نهر", body="تجري السفن في النهر."),
    make_article(
        4,
        title="جمع كبير",
        body="وحضر الجلسة جمع كبير من أهل الحي ومن الصحفيين الذين جاؤوا من مدن بعيدة وانصرفوا مساء.",
        published=date(1999, 4, 30),
    ),
)
"""The last is a near copy of `SECRET`."""
WORD = "المقرنص"

Store = Callable[[Library, FlaskClient], bool]
"""A function that tests whether a store contains any part of the article."""


def _shown(client: FlaskClient, *addresses: str) -> bool:
    """Whether a response contains the title or the id of the article."""
    answers = [client.get(address).text for address in addresses]
    return any(SECRET.title in answer or f'"{SECRET.id}"' in answer for answer in answers)


def _in_facets(library: Library, _client: FlaskClient) -> bool:
    facets = library.search(SearchRequest()).facets
    return SECRET.source in facets.source or "محاكمات" in facets.topic or "1999-05" in facets.month


STORES: dict[str, Store] = {
    "catalogue": lambda library, _: bool(library.archive.get_many([SECRET.id])),
    "index: hits": lambda library, _: SECRET.id in [hit.article.id for hit in library.search(SearchRequest()).hits],
    "index: totals": lambda library, _: library.search(SearchRequest(text=WORD)).total > 0,
    "index: facets": _in_facets,
    "index: completion": lambda library, _: any(WORD in found.text for found in library.complete("المقرن", 10)),
    "index: correction": lambda library, _: library.search(SearchRequest(text="المقرنض")).suggestion == WORD,
    "index: related": lambda library, _: SECRET.id in [found.id for found in library.related("id1", 20)],
    "index: snippets": lambda library, _: any(
        WORD in hit.snippet.text for hit in library.search(SearchRequest(text="المحكمة قضية", match=Match.ANY)).hits
    ),
    "groups: copies": lambda library, _: SECRET.id in [copy.id for copy in library.groups.copies_of("id4")],
    "groups: counts": lambda library, _: bool(library.groups.groups_of([SECRET.id, "id4"])),
    "groups: passages": lambda library, _: any(
        reuse.article.id == SECRET.id for reuse in library.groups.passages_in(SECRET.body).articles
    ),
    "feeds": lambda _, client: _shown(client, "/feed.xml", "/feed.atom", "/feed.json"),
    "API": lambda _, client: _shown(
        client,
        "/api/v1/search",
        f"/api/v1/articles/{SECRET.id}",
        "/api/v1/articles/id1/related",
        "/api/v1/suggest?q=المقرن",
    ),
    "pages": lambda _, client: _shown(client, "/", f"/search?q={WORD}", f"/article/{SECRET.id}", "/article/id1"),
}
"""Every derived store, with the test for the article. Add a line for each new store."""


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    with open_archive(tmp_path / "news", create=True) as library:
        with ArchiveWriter(library.archive) as writer:
            writer.append([*OTHERS, SECRET])
        library.update_index()
        yield library


def stores_with_it(library: Library) -> list[str]:
    client = create_app(library).test_client()
    return [name for name, has_it in STORES.items() if has_it(library, client)]


def sketch_of(article: Article) -> bytes:
    """A row of the groups that only this article has."""
    (features,) = FeatureReader().read([article])
    (keys,) = sketches([shingles(features.words)])
    return keys.tobytes()


def paragraphs_of(article: Article) -> list[bytes]:
    (features,) = FeatureReader().read([article])
    return [key.to_bytes(8, "little", signed=True) for key in paragraph_keys(features)]


def words_of(article: Article) -> bytes:
    """The words in the index of passages."""
    (features,) = FeatureReader().read([article])
    return features.words.astype("<u2").tobytes()


def files_with_it(folder: Path) -> list[Path]:
    """Return the files that contain a word that only the article has, or its URL."""
    marks = [text.encode() for text in (WORD, "مقرنص", "الخفاء", "البرقوقي", "محاكمات", SECRET.url)]
    marks += [sketch_of(SECRET), *paragraphs_of(SECRET), words_of(SECRET)]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if any(mark in path.read_bytes() for mark in marks)]


def test_every_store_contains_an_article_before_its_removal(library: Library, tmp_path: Path) -> None:
    assert stores_with_it(library) == list(STORES)
    assert files_with_it(tmp_path)


def test_a_withdrawn_article_is_in_no_store(library: Library) -> None:
    with ArchiveWriter(library.archive) as writer:
        writer.withdraw(SECRET.id, "طلب صاحبها")
    library.update_index()
    assert stores_with_it(library) == []


@pytest.mark.parametrize("is_indexed", [False, True])
def test_a_restored_article_is_in_every_store_as_after_a_rebuild(library: Library, is_indexed: bool) -> None:
    with ArchiveWriter(library.archive) as writer:
        writer.withdraw(SECRET.id, "طلب صاحبها")
        if is_indexed:
            library.update_index()
        writer.restore(SECRET.id)
    library.update_index()
    assert stores_with_it(library) == list(STORES)
    updated = _answers(library)
    library.rebuild_index()
    assert stores_with_it(library) == list(STORES)
    assert _answers(library) == updated


def _answers(library: Library) -> list[object]:
    """What the stores say, except for how long it took."""
    results = library.search(SearchRequest())
    groups = library.groups
    return [
        [hit.article for hit in results.hits],
        results.facets,
        library.related("id1", 20),
        sorted(copy.id for copy in groups.copies_of("id4")),
        [(reuse.article.id, reuse.passages) for reuse in groups.passages_in(SECRET.body).articles],
        (status := groups.status()) and status[:5],
    ]


def test_a_purged_article_is_in_no_store_and_no_file(library: Library, tmp_path: Path) -> None:
    stores_with_it(library)
    library.purge(SECRET.id, "حكم قضائي")
    assert stores_with_it(library) == []
    assert files_with_it(tmp_path) == []


def test_groups_that_cannot_be_rebuilt_after_a_purge_are_deleted(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(groups, "create_tables", full)
    library.purge(SECRET.id, "حكم قضائي")
    assert stores_with_it(library) == []
    assert files_with_it(tmp_path) == []
    monkeypatch.undo()
    library.update_index()
    status = library.groups.status()
    assert status is not None
    assert status.articles == len(OTHERS)


def test_purging_an_article_keeps_the_others(library: Library) -> None:
    library.purge(SECRET.id, "حكم قضائي")
    found: list[Article] = [hit.article for hit in library.search(SearchRequest()).hits]
    assert {article.id for article in found} == {article.id for article in OTHERS}
