"""A purge removes the kept pages of an article, and nothing else."""

from pathlib import Path

import pytest

from newsarchive.article import Article, Origin
from newsarchive.errors import ArchiveError
from newsarchive.warc.checking import check_pages
from newsarchive.warc.keeping import PageKeeper
from newsarchive.warc.kept_files import files_in
from newsarchive.warc.removing import remove_pages
from tests.warc.files import fetched, page, text_of
from tests.warc.test_keeping import kept, sound


@pytest.fixture
def keeper(tmp_path: Path) -> PageKeeper:
    keeper = PageKeeper(tmp_path)
    for number in range(4):
        keeper.keep([fetched(f"https://news.example/{number}", page(number))])
    return keeper


def article(number: int, *, url: str = "", record: str = "", body: str = "") -> Article:
    origin = Origin("page", url or f"https://news.example/{number}", None, record)
    return Article(id=f"id{number}", title="عنوان", body=body or text_of(number), url=url, origin=origin)


def targets(folder: Path) -> list[str]:
    return [one.target for one in kept(folder)]


def others(number: int) -> list[str]:
    return [f"https://news.example/{other}" for other in range(4) if other != number]


def test_the_record_that_the_article_names_is_removed(tmp_path: Path, keeper: PageKeeper) -> None:
    record = keeper.keep(
        [fetched("https://news.example/x", page(9, text="نص مختلف تماما عن كل النصوص الأخرى في الملف"))]
    )
    removed = remove_pages(tmp_path, [article(8, url="https://elsewhere.example/", record=record)])
    assert removed == 1
    assert targets(tmp_path) == [*others(-1)]


def test_all_records_of_its_address_are_removed(tmp_path: Path, keeper: PageKeeper) -> None:
    keeper.keep([fetched("https://www.news.example/2?utm_source=x", page(2, text="نسخة سابقة قصيرة"))])
    remove_pages(tmp_path, [article(2, url="https://news.example/2")])
    assert targets(tmp_path) == others(2)


def test_records_with_the_same_content_are_removed(tmp_path: Path, keeper: PageKeeper) -> None:
    keeper.keep([fetched("https://copy.example/", page(1))])
    remove_pages(tmp_path, [article(1)])
    assert targets(tmp_path) == others(1)
    assert sound(tmp_path)


@pytest.mark.parametrize(
    "shown",
    [
        page(7, text="بداية\n" + text_of(3)),
        page(7, text="بداية " + text_of(3).replace(" ", " <b>", 1).replace(" ", "</b> ", 2)),
        page(7, text="مقدمة").replace(b"</body>", f"<script>{text_of(3)!a}</script></body>".encode()),
        page(7, text=text_of(3)).decode().replace("utf-8", "windows-1256").encode("cp1256"),
    ],
)
def test_pages_with_a_passage_of_its_text_are_removed(tmp_path: Path, keeper: PageKeeper, shown: bytes) -> None:
    keeper.keep([fetched("https://front.example/", shown, headers=(("Content-Type", "text/html"),))])
    remove_pages(tmp_path, [article(3, url="https://elsewhere.example/3")])
    assert targets(tmp_path) == others(3)


def test_damage_is_removed(tmp_path: Path, keeper: PageKeeper) -> None:
    (path,) = files_in(tmp_path / "warc")
    content = path.read_bytes()
    path.write_bytes(content[:900] + b"XXXX" + content[904:])
    assert not sound(tmp_path)
    assert remove_pages(tmp_path, [article(99)]) == 1
    assert sound(tmp_path)


def test_an_article_without_pages_changes_nothing(tmp_path: Path, keeper: PageKeeper) -> None:
    (path,) = files_in(tmp_path / "warc")
    before = path.read_bytes()
    assert remove_pages(tmp_path, [article(50)]) == 0
    assert path.read_bytes() == before
    assert remove_pages(tmp_path / "nowhere", [article(1)]) == 0


def test_pages_can_be_kept_after_a_removal(tmp_path: Path, keeper: PageKeeper) -> None:
    remove_pages(tmp_path, [article(1)])
    record = keeper.keep([fetched("https://news.example/5", page(5))])
    # Its original is gone, so it can't be a revisit.
    keeper.keep([fetched("https://news.example/1", page(1))])
    assert record
    assert kept(tmp_path)[-1].type == "response"
    assert check_pages(tmp_path, print).pages == 5
    assert sound(tmp_path)


def test_a_failure_leaves_the_pages_and_can_be_repeated(
    tmp_path: Path, keeper: PageKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("newsarchive.warc.removing.os.fsync", fail)
        with pytest.raises(ArchiveError, match="the text is still there"):
            remove_pages(tmp_path, [article(1)])
    assert len(targets(tmp_path)) == 4
    remove_pages(tmp_path, [article(1)])
    assert targets(tmp_path) == others(1)
    assert not list((tmp_path / "warc").glob(".*.new"))
