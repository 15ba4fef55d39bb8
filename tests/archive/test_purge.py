import json
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from newsarchive.archive import Archive, ArchiveWriter, Position, verify, writer
from newsarchive.archive.catalogue import Entry
from newsarchive.article import Article, Record, Withdrawal
from newsarchive.errors import ArchiveError, ArticleNotFound, CorruptArchive
from tests.archive.reading import parts_read_by
from tests.articles import NOW
from tests.interrupting import break_off_purge

Make = Callable[..., Article]


@pytest.fixture
def filled(archive: Archive, article: Make, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """Three parts; the article `secret` has a revision in the first part and another in the last part."""
    monkeypatch.setattr(writer, "PART_LIMIT", 1)
    secret = article(0, id="secret", title="سر", body="نص سري")
    with ArchiveWriter(archive, clock=lambda: NOW) as opened:
        opened.append([secret, article(1)])
        opened.append([article(2)])
        opened.append([replace(secret, revision=2, body="نص سري آخر"), article(3)])
    return archive


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_purged_text_is_gone_from_every_file(filled: Archive) -> None:
    before, position = filled.identity, filled.end()
    assert filled.get("secret").revision == 2
    with ArchiveWriter(filled, clock=lambda: NOW) as opened:
        assert opened.purge("secret", "حكم قضائي") == 2
    assert "سري".encode() not in everything_in(filled.folder)
    assert filled.history("secret") == (Withdrawal(id="secret", revision=3, reason="حكم قضائي", archived_at=NOW),)
    assert filled.identity.archive == before.archive
    assert filled.identity.generation > before.generation
    assert filled.identity.is_settled
    assert position != filled.end()
    assert [filled.get(f"id{number}").title for number in (1, 2, 3)] == ["العنوان 1", "العنوان 2", "العنوان 3"]
    assert filled.catalogue.counts() == (3, 1, 4)
    assert verify(filled).is_sound
    with pytest.raises(ArticleNotFound):
        filled.get("secret")


def test_an_article_without_text_cannot_be_purged(filled: Archive) -> None:
    with ArchiveWriter(filled) as opened:
        opened.purge("secret", "حكم قضائي")
        generation = filled.identity.generation
        for article_id in ("secret", "no"):
            with pytest.raises(ArticleNotFound):
                opened.purge(article_id, "مرة أخرى")
    assert filled.identity.generation == generation


def test_a_withdrawn_article_can_be_purged_with_its_damaged_lines(filled: Archive) -> None:
    with ArchiveWriter(filled) as opened:
        opened.withdraw("secret", "طلب الناشر")
        path = filled.parts.path(filled.parts.names()[0])
        # Damage a newline and a letter: the next article's record is on the same line, and is kept.
        path.write_bytes(path.read_bytes().replace("نص".encode(), "نض".encode(), 1).replace(b"\n", b" ", 1))
        assert opened.purge("secret", "حكم قضائي") == 2
    assert "سري".encode() not in everything_in(filled.folder)
    assert [record.id for record in filled.history("id1")] == ["id1"]
    assert verify(filled).is_sound


@pytest.mark.parametrize("is_purged", [False, True])
def test_an_article_whose_latest_line_is_damaged_can_be_withdrawn_and_purged(filled: Archive, is_purged: bool) -> None:
    filled.catch_up()
    path = filled.parts.path(filled.parts.names()[2])
    path.write_bytes(path.read_bytes().replace("نص".encode(), "نض".encode(), 1))
    with pytest.raises(CorruptArchive):
        filled.get("secret")
    with ArchiveWriter(filled) as opened:
        if is_purged:
            assert opened.purge("secret", "حكم قضائي") == 2
        else:
            assert opened.withdraw("secret", "طلب الناشر").revision == 3
    with pytest.raises(ArticleNotFound):
        filled.get("secret")
    assert ("سري".encode() in everything_in(filled.folder)) is not is_purged


def test_a_reader_retries_after_a_concurrent_purge(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Archive(filled.folder)
    load_each = reader._load_each
    purges = iter([True])

    def load_behind_a_purge(entries: Iterable[Entry]) -> list[Record | CorruptArchive]:
        if next(purges, False):
            with ArchiveWriter(filled) as opened:
                opened.purge("secret", "حكم قضائي")
        return load_each(entries)

    monkeypatch.setattr(reader, "_load_each", load_behind_a_purge)
    assert reader.get("id1").title == "العنوان 1"
    reader.close()


def test_iteration_continues_through_a_purge(filled: Archive) -> None:
    records = filled.read()
    first = next(records)
    with ArchiveWriter(Archive(filled.folder)) as opened:
        opened.purge("secret", "حكم قضائي")
    # The open part is read in its old version, the other parts in their new version.
    assert [first.record.id, *(stored.record.id for stored in records)] == ["secret", "id1", "id2", "id3"]


@pytest.mark.parametrize("step", range(1, 9))
def test_a_purge_interrupted_anywhere_loses_no_other_article(filled: Archive, step: int) -> None:
    with ArchiveWriter(filled) as opened:
        break_off_purge(opened, "secret", step)
    reader = Archive(filled.folder)
    for number in (1, 2, 3):
        assert reader.get(f"id{number}").id == f"id{number}"
    with ArchiveWriter(filled) as opened:
        assert filled.identity.is_settled
        assert not list((filled.folder / "articles").glob(".*"))
        for number in (1, 2, 3):
            assert reader.get(f"id{number}").id == f"id{number}"
        # From step 7 on, all of the text had been removed.
        with nullcontext() if step < 7 else pytest.raises(ArticleNotFound):
            assert opened.purge("secret", "حكم قضائي") in {1, 2}
    assert "سري".encode() not in everything_in(filled.folder)
    reader.close()


def test_a_purge_is_abandoned_if_the_disk_is_full(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    generation = filled.identity.generation
    with ArchiveWriter(filled) as opened:
        monkeypatch.setattr(writer, "_new_version", lambda path: path / "no folder")
        with pytest.raises(ArchiveError, match="the text is still there"):
            opened.purge("secret", "حكم قضائي")
    assert filled.identity.generation == generation
    assert [record.id for record in filled.history("secret")] == ["secret"] * 3


def test_positions_from_before_a_purge_are_void(filled: Archive) -> None:
    stored = list(filled.read())
    with ArchiveWriter(filled) as opened:
        opened.purge("secret", "حكم قضائي")
    assert not filled.parts.holds(Position(stored[0].part, stored[1].end.offset))


def test_purged_ids_and_rewritten_parts_are_recorded(filled: Archive) -> None:
    assert filled.purged_since(0) == frozenset()
    with ArchiveWriter(filled) as opened:
        opened.purge("secret", "حكم قضائي")
        assert filled.identity.generation == 2
        opened.purge("id2", "حكم قضائي")
    assert filled.purged_since(0) == {"secret", "id2"}
    assert filled.purged_since(2) == {"id2"}
    assert filled.purged_since(4) == frozenset()
    assert filled.parts.knows_purges_since(0)


def test_a_purge_is_recorded_before_the_first_part_changes(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def look_first(path: Path, target: Path) -> Path:
        if target.suffix == ".jsonl":
            assert filled.identity.generation == 1
            assert filled.purged_since(0) == filled.purged_since(1) == {"secret"}
            assert filled.parts.knows_purges_since(0)
        return path.rename(target)

    monkeypatch.setattr(Path, "replace", look_first)
    with ArchiveWriter(filled) as opened:
        opened.purge("secret", "حكم قضائي")
    assert filled.purged_since(1) == {"secret"}
    assert filled.purged_since(2) == frozenset()


def test_an_interrupted_purge_stays_recorded(filled: Archive) -> None:
    filled.parts.write_identity(filled.identity.next, purging="secret")
    assert filled.purged_since(0) == {"secret"}
    with ArchiveWriter(filled):
        pass
    assert filled.identity.generation == 2
    assert filled.purged_since(0) == {"secret"}
    assert filled.parts.knows_purges_since(0)


def test_purges_by_versions_without_a_record_are_unknown(filled: Archive) -> None:
    path = filled.folder / "archive.json"
    form = json.loads(path.read_text())
    del form["purged"], form["sha256"]
    path.write_text(json.dumps({**form, "generation": 4}))
    assert filled.purged_since(0) == frozenset()
    assert not filled.parts.knows_purges_since(2)
    assert not filled.parts.knows_purges_since(3)
    assert filled.parts.knows_purges_since(4)
    with ArchiveWriter(filled) as opened:
        opened.purge("secret", "حكم قضائي")
    assert filled.parts.knows_purges_since(4)
    assert not filled.parts.knows_purges_since(2)


@pytest.mark.parametrize("record", ["x", [1], [["a", "b"]], [[2]], None])
def test_a_damaged_purge_record_is_reported(filled: Archive, record: object) -> None:
    path = filled.folder / "archive.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "purged": record}))
    with pytest.raises(ArchiveError, match=r"archive\.json is damaged"):
        filled.purged_since(0)


def test_rewritten_parts_are_not_read_again(filled: Archive, article: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    with ArchiveWriter(filled, clock=lambda: NOW) as opened:
        opened.append([replace(article(3), revision=2), replace(article(2), revision=2)])
    reader = Archive(filled.folder)
    expected = {f"id{number}": reader.history(f"id{number}") for number in (1, 2, 3)}
    read = parts_read_by(filled, monkeypatch)
    with ArchiveWriter(filled, clock=lambda: NOW) as opened:
        opened.purge("secret", "حكم قضائي")
    # The withdrawal is in a new part. The first and the third part lose lines, and their rows are moved.
    assert set(read) == {filled.parts.names()[-1]}
    read_by_other = parts_read_by(reader, monkeypatch)
    assert {article_id: reader.history(article_id) for article_id in expected} == expected
    assert read_by_other == []
    assert reader.catalogue.counts() == (3, 1, 6)
    reader.close()


def test_a_reader_catches_up_with_rewritten_parts(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Archive(filled.folder)
    reader.catch_up()
    monkeypatch.setattr(filled, "catch_up", lambda: None)
    with ArchiveWriter(filled, clock=lambda: NOW) as opened:
        opened.purge("secret", "حكم قضائي")
    read = parts_read_by(reader, monkeypatch)
    assert [reader.get(f"id{number}").id for number in (1, 2, 3)] == ["id1", "id2", "id3"]
    assert set(read) == {filled.parts.names()[-1]}
    assert reader.catalogue.counts() == (3, 1, 4)
    reader.close()


def test_ids_purged_since_a_generation(filled: Archive) -> None:
    assert filled.purged_since(0) == frozenset()
    with ArchiveWriter(filled) as opened:
        opened.purge("secret", "حكم قضائي")
        opened.purge("id1", "حكم قضائي")
    assert [filled.purged_since(since) for since in (0, 1, 2, 3, 4)] == [
        {"secret", "id1"},
        {"secret", "id1"},
        {"id1"},
        {"id1"},
        set(),
    ]
    first, *_ = filled.parts.names()
    assert filled.parts.rewritten_since(2) == frozenset({first})
    assert filled.parts.rewritten_since(4) == frozenset()
    assert filled.parts.rewritten_since(6) is None


def test_an_unrecorded_purge_causes_a_new_catalogue(filled: Archive) -> None:
    """For example, a purge by a version that recorded no purges."""
    filled.catch_up()
    identity = filled.folder / "archive.json"
    form = json.loads(identity.read_text())
    del form["sha256"]
    path = filled.parts.path(filled.parts.names()[0])
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[1:]))
    identity.write_text(json.dumps({**form, "generation": 2}))
    filled.parts.mark_file.unlink()
    assert filled.parts.rewritten_since(0) is None
    assert [record.revision for record in filled.history("secret")] == [2]
    assert filled.get("id1").id == "id1"
    assert filled.catalogue.counts() == (4, 0, 4)
