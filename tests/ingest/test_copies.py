"""The address of a copy is kept, so that it finds the article that the archive already had."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsarchive.archive import Archive, ArchiveWriter, verify
from newsarchive.article import Article, Copy, Origin, from_json, to_json
from newsarchive.identity import article_id
from newsarchive.ingest.deciding import Verdict
from newsarchive.ingest.pipeline import IngestReport, Pipeline
from newsarchive.library import Library
from newsarchive.search import Notice, SearchRequest
from tests.articles import NOW
from tests.libraries import open_archive, withdraw

HERE, THERE, ELSEWHERE = (f"https://{host}.example/news/7" for host in ("here", "there", "elsewhere"))


def item(url: str, body: str = "نص الخبر كما نُشر.", source: str = "تاس") -> Article:
    name = article_id(url=url, source=source, title="عنوان", body=body)
    return Article(id=name, title="عنوان", body=body, source=source, url=url, origin=Origin("jsonl", "news.jsonl:1"))


def ingest(library: Library, *items: Article) -> IngestReport:
    report = Pipeline(ArchiveWriter(library.archive, clock=lambda: NOW)).run(items)
    library.update_index()
    assert verify(library.archive).is_sound
    return report


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_archive(tmp_path / "news", create=True) as library:
        ingest(library, item(HERE))
        yield library


def found(library: Library, url: str) -> list[str]:
    return [hit.article.url for hit in library.search(SearchRequest(text=f"url:{url}")).hits]


def copies(archive: Archive) -> list[tuple[str, str]]:
    records = (stored.record for stored in archive.read())
    return [(record.id, record.url) for record in records if isinstance(record, Copy)]


def test_the_address_of_a_copy_finds_the_article(library: Library) -> None:
    assert ingest(library, item(THERE + "?utm_source=x")).counts == {Verdict.DUPLICATE: 1}
    assert found(library, THERE) == found(library, f"http://www.{THERE[8:]}/#top") == [HERE]
    assert found(library, ELSEWHERE) == []
    assert library.search(SearchRequest()).total == 1
    counts = library.archive.catalogue.counts()
    assert (counts.articles, counts.withdrawn, counts.lines) == (1, 0, 2)
    assert len(library.history(article_id(url=HERE))) == 1


def test_it_is_kept_once_and_survives_a_rebuild(library: Library) -> None:
    for _ in range(2):
        ingest(library, item(THERE), item(THERE + "/"), item(HERE), item(ELSEWHERE))
    assert copies(library.archive) == [(article_id(url=HERE), THERE), (article_id(url=HERE), ELSEWHERE)]
    library.archive.catalogue.rebuild()
    library.rebuild_index()
    assert found(library, THERE) == found(library, ELSEWHERE) == [HERE]


@pytest.mark.parametrize(
    "other",
    [
        item(THERE, body="نص آخر."),  # another article
        item(THERE, source="رويترز"),  # from another source
        item("https://there.example/"),  # the front page is no article's address
        item(""),
        item(HERE),
    ],
)
def test_nothing_is_kept_for_another_article_or_without_an_address(library: Library, other: Article) -> None:
    ingest(library, other)
    assert copies(library.archive) == []


def test_a_later_article_at_the_address_is_found_instead(library: Library) -> None:
    ingest(library, item(THERE))
    assert ingest(library, item(THERE, body="نص مختلف تمامًا.")).counts == {Verdict.STORED: 1}
    assert found(library, THERE) == [THERE]
    assert found(library, HERE) == [HERE]
    withdraw(library, article_id(url=THERE))
    library.update_index()
    assert found(library, THERE) == [HERE]


def test_a_purge_removes_the_addresses_of_copies(library: Library) -> None:
    ingest(library, item(THERE), item(ELSEWHERE, body="نص آخر."))
    library.purge(article_id(url=HERE), "طلب")
    assert copies(library.archive) == []
    for path in (library.archive.folder / "articles").iterdir():
        assert b"there.example" not in path.read_bytes()
    assert library.archive.catalogue.id_of_copy_at("there.example/news/7") is None
    results = library.search(SearchRequest(text=THERE))
    assert (results.total, results.notices) == (0, (Notice.UNKNOWN_ADDRESS,))
    assert found(library, ELSEWHERE) == [ELSEWHERE]


def test_a_purge_of_another_article_keeps_them(library: Library) -> None:
    ingest(library, item(ELSEWHERE, body="نص آخر."), item(THERE))
    library.purge(article_id(url=ELSEWHERE), "طلب")
    assert found(library, THERE) == [HERE]
    assert copies(library.archive) == [(article_id(url=HERE), THERE)]


def test_the_json_form_is_small_and_read_back() -> None:
    copy = Copy(id="a", url=THERE, archived_at=NOW)
    assert to_json(copy) == {"type": "copy", "id": "a", "url": THERE, "archived_at": NOW.isoformat()}
    assert from_json(to_json(copy)) == copy
