"""Each change of an archive is on exactly one page, whatever happens between the pages."""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.archive import Archive, ArchiveWriter, writer
from newsarchive.archive.changes import Changes, read_changes
from newsarchive.archive.cursors import Cursor
from newsarchive.archive.moves import FILE
from newsarchive.article import Article, Copy, Withdrawal
from newsarchive.errors import ArchiveLocked, ArticleNotFound, CursorGone
from tests.articles import NOW, make_article
from tests.interrupting import break_off_purge

Make = Callable[..., Article]
Change = tuple[str, int, bool]


def changes_of(page: Changes) -> list[Change]:
    return [(one.id, one.revision, isinstance(one, Withdrawal)) for one in page.records]


def stored(archive: Archive) -> list[Change]:
    records = (one.record for one in archive.read())
    return [(one.id, one.revision, isinstance(one, Withdrawal)) for one in records if not isinstance(one, Copy)]


def harvest(archive: Archive, cursor: Cursor | None, limit: int) -> tuple[list[Change], Cursor]:
    """Everything after a cursor, and the cursor at the end, both through their texts."""
    found: list[Change] = []
    while True:
        page = read_changes(archive, cursor, limit)
        found += changes_of(page)
        cursor = Cursor.parse(str(page.cursor))
        if not page.is_more:
            return found, cursor


def test_changes_come_in_the_order_of_the_archive(archive: Archive) -> None:
    with ArchiveWriter(archive) as opened:
        opened.append([make_article(1), make_article(2), Copy(id="id1", url="https://a.example/copy")])
        opened.append([replace(make_article(1), revision=2, body="نص مصحح")])
        opened.append([make_article(3)])
        opened.withdraw("id2", "سبب")
    expected = [("id1", 1, False), ("id1", 2, False), ("id3", 1, False), ("id2", 2, True)]
    for limit in (1, 2, 3, 1000):
        found, cursor = harvest(archive, None, limit)
        assert found == expected
        assert harvest(archive, cursor, limit)[0] == []
        with ArchiveWriter(archive) as opened:
            opened.append([])


def test_a_revision_of_an_article_that_was_withdrawn_and_restored_is_a_change(archive: Archive) -> None:
    with ArchiveWriter(archive) as opened:
        opened.append([make_article(1)])
        opened.withdraw("id1", "خطأ")
        opened.append([replace(make_article(1), revision=3)])
    assert harvest(archive, None, 10)[0] == [("id1", 1, False), ("id1", 2, True), ("id1", 3, False)]


STEPS = st.lists(st.sampled_from(["append", "revise", "withdraw", "purge", "harvest", "copy"]), min_size=4, max_size=30)


@settings(max_examples=40, deadline=None)
@given(
    steps=STEPS, seed=st.integers(0, 1 << 16), limit=st.integers(1, 5), part_limit=st.sampled_from([1, 2_000, 1 << 20])
)
def test_each_change_is_harvested_once_whatever_happens_meanwhile(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str], seed: int, limit: int, part_limit: int
) -> None:
    chance = random.Random(seed)
    archive = Archive(tmp_path_factory.mktemp("archive"), create=True)
    revisions: dict[str, int] = {}
    found: list[Change] = []
    cursor: Cursor | None = None
    old_limit, writer.PART_LIMIT = writer.PART_LIMIT, part_limit
    try:
        for number, step in enumerate(steps):
            name = chance.choice([*revisions, "none"])
            with ArchiveWriter(archive) as opened, suppress(ArticleNotFound):
                if step == "append":
                    added = [make_article(number * 10 + one) for one in range(chance.randint(1, 4))]
                    opened.append(added)
                    revisions.update({one.id: 1 for one in added})
                elif step == "copy" and revisions:
                    opened.append([Copy(id=name, url="https://a.example/copy")])
                elif step == "revise" and name in revisions:
                    revisions[name] = archive.history(name)[-1].revision + 1
                    opened.append([replace(make_article(1), id=name, revision=revisions[name], body=f"نص {number}")])
                elif step == "withdraw":
                    opened.withdraw(name, "سبب")
                elif step == "purge":
                    opened.purge(name, "حكم")
            if step == "harvest":
                page = read_changes(archive, cursor, limit)
                found += changes_of(page)
                cursor = Cursor.parse(str(page.cursor))
        found += harvest(archive, cursor, limit)[0]
    finally:
        writer.PART_LIMIT = old_limit
    assert max(Counter(found).values(), default=1) == 1
    gone = {entry.id for entry in archive.catalogue.latest_of(revisions) if entry.withdrawn}
    expected = [change for change in stored(archive) if change[2] or change[0] not in gone]
    assert [change for change in found if change in set(expected)] == expected
    archive.close()


@pytest.fixture
def filled(archive: Archive, article: Make) -> Archive:
    with ArchiveWriter(archive, clock=lambda: NOW) as opened:
        opened.append([article(number) for number in range(6)])
    return archive


def test_a_cursor_from_before_a_purge_goes_on(filled: Archive) -> None:
    before = read_changes(filled, None, 4).cursor
    with ArchiveWriter(filled) as opened:
        for name in ("id1", "id3", "id4"):
            opened.purge(name, "حكم")
    expected = [("id5", 1, False), ("id1", 2, True), ("id3", 2, True), ("id4", 2, True)]
    assert harvest(filled, before, 2)[0] == expected


@pytest.mark.parametrize("damage", ["missing", "damaged", "of another archive"])
def test_without_a_record_of_the_moves_a_cursor_is_refused(filled: Archive, damage: str) -> None:
    before = read_changes(filled, None, 4).cursor
    with ArchiveWriter(filled) as opened:
        opened.purge("id1", "حكم")
    moves = filled.folder / FILE
    if damage == "missing":
        moves.unlink()
    else:
        word = b"removed" if damage == "damaged" else filled.identity.archive.encode()
        moves.write_bytes(moves.read_bytes().replace(word, word[::-1]))
    with pytest.raises(CursorGone):
        read_changes(filled, before, 4)
    assert len(harvest(filled, None, 4)[0]) == 6


def test_a_cursor_in_a_part_that_no_purge_rewrote_goes_on(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "PART_LIMIT", 1)
    with ArchiveWriter(filled) as opened:
        opened.append([make_article(7)])
        opened.append([make_article(8)])
    before = read_changes(filled, None, 7).cursor
    with ArchiveWriter(filled) as opened:
        opened.purge("id1", "حكم")
    (filled.folder / FILE).unlink()
    assert harvest(filled, before, 4)[0] == [("id8", 1, False), ("id1", 2, True)]


def test_a_cursor_is_refused_after_an_accepted_loss(filled: Archive) -> None:
    before = read_changes(filled, None, 2).cursor
    (part,) = (filled.folder / "articles").iterdir()
    lines = part.read_bytes().splitlines(keepends=True)
    part.write_bytes(b"".join(lines[:-1]))
    with ArchiveWriter(filled, accept_loss=True):
        pass
    with pytest.raises(CursorGone):
        read_changes(filled, before, 2)


def test_the_start_stays_the_start(archive: Archive) -> None:
    """The cursor of an empty archive is good forever."""
    start = Cursor.parse(str(read_changes(archive, None, 5).cursor))
    with ArchiveWriter(archive) as opened:
        opened.append([make_article(1), make_article(2)])
        opened.purge("id1", "حكم")
    (archive.folder / FILE).unlink()
    assert harvest(archive, start, 5)[0] == [("id2", 1, False), ("id1", 2, True)]


def test_a_cursor_is_refused_if_other_lines_are_at_its_place(filled: Archive, article: Make) -> None:
    """As after a copy from before some arrivals was restored, and others arrived."""
    (part,) = (filled.folder / "articles").iterdir()
    copy = part.read_bytes()
    with ArchiveWriter(filled, clock=lambda: NOW) as opened:
        opened.append([article(7)])
    after = read_changes(filled, None, 100).cursor
    part.write_bytes(copy)
    (filled.folder / "head.json").unlink()
    with pytest.raises(CursorGone):
        read_changes(filled, after, 2)
    with ArchiveWriter(filled, clock=lambda: NOW) as opened:
        opened.append([article(8)])
    assert part.stat().st_size == after.position.offset
    with pytest.raises(CursorGone):
        read_changes(filled, after, 2)


def test_a_cursor_of_another_archive_is_refused(filled: Archive, tmp_path: Path) -> None:
    other = Archive(tmp_path / "other", create=True)
    with pytest.raises(CursorGone):
        read_changes(other, read_changes(filled, None, 2).cursor, 2)
    other.close()


def test_a_batch_that_was_not_reported_as_kept_is_not_delivered(filled: Archive, article: Make) -> None:
    mark = (filled.folder / "head.json").read_bytes()
    before = harvest(filled, None, 10)[1]
    with ArchiveWriter(filled) as opened:
        opened.append([article(7)])
    (filled.folder / "head.json").write_bytes(mark)
    assert harvest(filled, before, 10)[0] == []
    with ArchiveWriter(filled):
        pass
    assert harvest(filled, before, 10)[0] == [("id7", 1, False)]


def test_damaged_lines_are_named_once_and_others_delivered(filled: Archive) -> None:
    (part,) = (filled.folder / "articles").iterdir()
    content = part.read_bytes()
    at = content.index("العنوان 2".encode())
    part.write_bytes(content[:at] + b"X" + content[at + 1 :])
    first = read_changes(filled, None, 2)
    assert first.damaged == ()
    second = read_changes(filled, first.cursor, 2)
    assert [one.id for one in second.records] == ["id3", "id4"]
    assert [(one.part, one.line) for one in second.damaged] == [(part.name, 3)]
    assert read_changes(filled, second.cursor, 2).damaged == ()


def test_a_damaged_last_line_is_passed(filled: Archive) -> None:
    (part,) = (filled.folder / "articles").iterdir()
    content = part.read_bytes()
    part.write_bytes(content[:-9] + b"X" + content[-8:])
    page = read_changes(filled, None, 100)
    assert (len(page.records), len(page.damaged), page.is_more) == (5, 1, False)
    assert read_changes(filled, page.cursor, 100).damaged == ()


def test_changes_can_begin_with_a_moment(archive: Archive) -> None:
    # The clock is set back in between.
    for number, days in enumerate([0, 40, 41, 39, 42]):
        moment = NOW + timedelta(days=days)
        with ArchiveWriter(archive, clock=lambda moment=moment: moment) as opened:  # type: ignore[misc]
            opened.append([make_article(number)])

    def ids(moment: datetime) -> list[str]:
        return [one.id for one in read_changes(archive, moment, 10).records]

    assert ids(NOW - timedelta(days=400)) == ["id0", "id1", "id2", "id3", "id4"]
    assert ids(NOW) == ["id0", "id1", "id2", "id3", "id4"]
    assert ids(NOW + timedelta(seconds=1)) == ["id1", "id2", "id3", "id4"]
    assert ids(NOW + timedelta(days=40, seconds=1)) == ["id2", "id3", "id4"]
    assert ids(NOW + timedelta(days=42)) == ["id4"]
    late = read_changes(archive, datetime(2300, 1, 1, tzinfo=UTC), 10)
    assert (late.records, late.is_more) == ((), False)
    with ArchiveWriter(archive, clock=lambda: NOW) as opened:
        opened.append([make_article(9)])
    assert [one.id for one in read_changes(archive, late.cursor, 10).records] == ["id9"]


@pytest.mark.parametrize("step", range(1, 9))
def test_a_cursor_survives_a_purge_interrupted_anywhere_or_is_refused(
    archive: Archive, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsarchive.archive.changes._PATIENCE", 0.05)
    monkeypatch.setattr(writer, "PART_LIMIT", 1)
    secret = make_article(0)
    with ArchiveWriter(archive) as opened:
        opened.append([secret, make_article(1), make_article(2)])
        opened.append([replace(secret, revision=2, body="نص آخر"), make_article(3), make_article(4)])
    cursors = [read_changes(archive, None, limit).cursor for limit in range(1, 7)]
    with ArchiveWriter(archive) as opened:
        break_off_purge(opened, "id0", step)
    if not archive.identity.is_settled:
        with pytest.raises(ArchiveLocked):
            read_changes(archive, cursors[0], 4)
    with ArchiveWriter(archive):
        pass
    with ArchiveWriter(archive) as opened, suppress(ArticleNotFound):
        opened.purge("id0", "حكم")
    everything = ["id1", "id2", "id3", "id4", "id0"]
    refused = 0
    for cursor, expected in zip(cursors, (5, 4, 3, 3, 2, 1), strict=True):
        try:
            found, _ = harvest(archive, cursor, 10)
        except CursorGone:
            refused += 1
        else:
            assert [name for name, _, _ in found] == everything[-expected:]
    # What a purge was to remove from parts that it didn't replace can't be told from what it removed.
    assert refused == {5: 6, 6: 3}.get(step, 0)


@given(st.text(max_size=60))
def test_only_cursors_are_read_as_cursors(text: str) -> None:
    with pytest.raises(ValueError, match="not a whole cursor"):
        Cursor.parse(text)


def test_a_changed_cursor_is_not_a_cursor(filled: Archive) -> None:
    text = str(read_changes(filled, None, 3).cursor)
    assert str(Cursor.parse(text)) == text
    for at in range(len(text)):
        changed = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
        with pytest.raises(ValueError, match="not a whole cursor"):
            Cursor.parse(changed)
