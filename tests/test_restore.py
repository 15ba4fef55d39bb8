"""`newsarchive restore`: a withdrawal is taken back, and every store follows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsarchive.archive import ArchiveWriter, verify
from newsarchive.archive.lines import decode_line
from newsarchive.article import Article, Withdrawal
from newsarchive.errors import ArticleNotFound, ArticleWithdrawn, CorruptArchive, NotRestorable
from newsarchive.ingest.deciding import Verdict
from newsarchive.ingest.pipeline import Pipeline
from newsarchive.library import Library
from newsarchive.search import SearchRequest, Sort
from newsarchive.web import create_app
from tests.commands import run_command
from tests.interrupting import killed_at_each_step
from tests.libraries import append, open_archive, withdraw
from tests.search.whoosh_index.library import article, found, make_library, word
from tests.web.page import get

GONE = article(3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ten articles, one of them withdrawn, indexed."""
    with make_library(tmp_path / "archive", 10) as library:
        library.update_index()
        withdraw(library, GONE.id)
        library.update_index()
    return tmp_path / "archive"


@pytest.fixture
def library(folder: Path) -> Iterator[Library]:
    with open_archive(folder) as opened:
        yield opened


def restore(library: Library, article_id: str = GONE.id) -> Article:
    with ArchiveWriter(library.archive) as writer:
        return writer.restore(article_id)


def arrived(library: Library) -> list[str]:
    return [hit.article.id for hit in library.search(SearchRequest(sort=Sort.ARRIVED)).hits]


def test_the_last_text_is_written_again_as_the_next_revision(library: Library) -> None:
    before = library.archive.identity
    restored = restore(library)
    first, withdrawal, again = library.history(GONE.id)
    assert isinstance(withdrawal, Withdrawal)
    assert again == restored == library.article(GONE.id)
    assert isinstance(first, Article)
    assert (again.revision, restored.body, restored.title) == (3, first.body, first.title)
    assert library.archive.identity == before
    assert library.archive.catalogue.counts() == (10, 0, 12)
    assert verify(library.archive).is_sound


def test_the_line_is_one_that_every_version_reads(library: Library, folder: Path) -> None:
    restored = restore(library)
    part = max((folder / "articles").iterdir())
    line = part.read_bytes().splitlines(keepends=True)[-1]
    assert b'"type":"article"' in line
    assert decode_line(line) == restored


def test_an_article_keeps_its_place_in_the_order_of_arrival(library: Library) -> None:
    assert GONE.id not in arrived(library)
    append(library, article(50))
    restore(library)
    library.update_index()
    listed = arrived(library)
    library.rebuild_index()
    assert listed == arrived(library)
    assert listed[:8] == [article(number).id for number in (50, 9, 8, 7, 6, 5, 4, 3)]


def test_the_latest_text_is_restored_each_time(library: Library) -> None:
    restore(library)
    append(library, article(3, revision=4, text="مصحح"))
    withdraw(library, GONE.id)
    assert restore(library).revision == 6
    library.update_index()
    assert found(library, "مصحح") == {GONE.id}


@pytest.mark.parametrize("article_id", ["none", article(4).id])
def test_what_is_not_withdrawn_is_not_restored(library: Library, article_id: str) -> None:
    end = library.archive.end()
    with pytest.raises((ArticleNotFound, NotRestorable)):
        restore(library, article_id)
    assert library.archive.end() == end


def test_a_purged_article_is_not_restored(library: Library) -> None:
    library.purge(GONE.id, "حكم قضائي")
    with pytest.raises(NotRestorable, match="purged"):
        restore(library)


def test_a_restored_article_can_be_purged(library: Library, folder: Path) -> None:
    restore(library)
    library.purge(GONE.id, "حكم قضائي")
    assert found(library, word(3)) == set()
    assert not any(word(3).encode() in path.read_bytes() for path in (folder / "articles").iterdir())


def test_a_damaged_text_is_not_restored(library: Library, folder: Path) -> None:
    part = min((folder / "articles").iterdir())
    part.write_bytes(part.read_bytes().replace(word(3).encode(), word(3)[::-1].encode()))
    with pytest.raises(CorruptArchive):
        restore(library)


def test_ingest_goes_on_with_a_restored_article(tmp_path: Path) -> None:
    first = Article(id="a" * 16, title="خبر", body="نص الخبر كما نُشر.", source="تاس", url="https://here.example/1")
    elsewhere = Article(id="b" * 16, title="خبر", body=first.body, source="تاس", url="https://there.example/1")
    corrected = Article(id="c" * 16, title="خبر", body="نص الخبر مصححا.", source="تاس", url=first.url)

    with open_archive(tmp_path, create=True) as library:

        def ingest(item: Article) -> dict[Verdict, int]:
            return dict(Pipeline(ArchiveWriter(library.archive)).run([item]).counts)

        assert ingest(first) == {Verdict.STORED: 1}
        (article_id,) = (stored.record.id for stored in library.archive.read())
        assert ingest(elsewhere) == {Verdict.DUPLICATE: 1}
        withdraw(library, article_id)
        assert ingest(first) == ingest(corrected) == {Verdict.WITHDRAWN: 1}
        restore(library, article_id)
        assert ingest(first) == {Verdict.DUPLICATE: 1}
        assert ingest(corrected) == {Verdict.REVISED: 1}
        library.update_index()
        for url in (first.url, elsewhere.url):
            (hit,) = library.search(SearchRequest(text=f"url:{url}")).hits
            assert hit.article.body == corrected.body


def test_the_command(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = ("--archive", str(folder))
    assert run_command(capsys, "show", GONE.id, *archive)[2].startswith(f"the article '{GONE.id}' was withdrawn on 2")
    assert run_command(capsys, "restore", GONE.id, *archive) == (0, f"{GONE.id} is restored as revision 3\n", "")
    assert run_command(capsys, "show", GONE.id, *archive)[0] == 0
    assert run_command(capsys, "search", word(3), *archive)[0] == 0
    assert run_command(capsys, "restore", GONE.id, *archive) == (1, "", f"the article '{GONE.id}' isn't withdrawn\n")
    assert run_command(capsys, "restore", "none", *archive) == (1, "", "no article has the id 'none'\n")
    run_command(capsys, "withdraw", GONE.id, "--reason", "حكم", "--purge", *archive)
    code, _, said = run_command(capsys, "restore", GONE.id, *archive)
    assert code == 1
    assert "purged" in said


def test_repeating_the_command_completes_an_interrupted_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_archive(folder) as library:
        restore(library)
        assert found(library, word(3)) == set()
    assert run_command(capsys, "restore", GONE.id, "--archive", str(folder))[0] == 1
    with open_archive(folder) as library:
        assert found(library, word(3)) == {GONE.id}


def _restore(folder: Path) -> None:
    with open_archive(folder) as library:
        restore(library)
        library.update_index()


def test_a_restoration_killed_at_any_step_can_be_repeated(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = 0
    for copy in killed_at_each_step(_restore, folder, tmp_path, 100):
        steps += 1
        assert run_command(capsys, "restore", GONE.id, "--archive", str(copy))[0] in (0, 1)
        with open_archive(copy) as library:
            assert verify(library.archive).is_sound
            assert [record.revision for record in library.history(GONE.id)] == [1, 2, 3]
            assert found(library, word(3)) == {GONE.id}
    assert steps > 3


def test_a_withdrawn_article_answers_410_with_its_date_and_a_restored_one_is_back(library: Library) -> None:
    client = create_app(library).test_client()
    with pytest.raises(ArticleWithdrawn) as gone:
        library.article(GONE.id)
    page = get(client, f"/article/{GONE.id}", status=410)
    assert page.one("h1").text == "سُحب هذا المقال"
    day = f"{gone.value.withdrawn_at.day} "
    assert day in page.one("p", class_="lead").text
    answers = [f"/article/{GONE.id}", f"/article/{GONE.id}/passages", f"/compare/{GONE.id}/{article(4).id}"]
    answers += [f"/api/v1/articles/{GONE.id}{more}" for more in ("", "/related", "/copies", "/passages")]
    for address in answers:
        answer = client.get(address)
        assert answer.status_code == 410, address
        assert GONE.title not in answer.text
        assert word(3) not in answer.text
        assert "طلب الناشر" not in answer.text
        assert client.get(address.replace(GONE.id, "none")).status_code == 404, address
    error = client.get(f"/api/v1/articles/{GONE.id}").get_json()["error"]
    assert error["code"] == "article_withdrawn"
    assert error["withdrawn_at"] == gone.value.withdrawn_at.isoformat()
    restore(library)
    library.update_index()
    page = get(client, f"/article/{GONE.id}", lang="en")
    assert "Restored" in page.one("section", id="history").text


def test_nothing_says_that_a_purged_article_was_there(library: Library) -> None:
    client = create_app(library).test_client()
    library.purge(GONE.id, "حكم قضائي")
    for address in (f"/article/{GONE.id}", f"/api/v1/articles/{GONE.id}"):
        gone, unknown = client.get(address), client.get(address.replace(GONE.id, "none"))
        assert gone.status_code == unknown.status_code == 404
        assert gone.text.replace(GONE.id, "none") == unknown.text
