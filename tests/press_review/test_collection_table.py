"""The table of collections: what people wrote stays, and a kill leaves a whole file."""

import json
import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.errors import CollectionNotFound, CollectionsError
from newsarchive.press_review import edits
from newsarchive.press_review.collection import MAX_ENTRIES, Collection, Entry, clean_note, from_json, to_json
from newsarchive.press_review.collection_table import CollectionTable, new_collection
from tests.articles import start_python

NOW = datetime(2025, 4, 21, 9, 30, tzinfo=UTC)


def table_in(folder: Path) -> CollectionTable:
    return CollectionTable(folder, clock=lambda: NOW)


def create(table: CollectionTable, title: str, wanted: str = "") -> Collection:
    return table.create(lambda name, now: new_collection(name, now, title=title), wanted)


def test_a_collection_is_kept_changed_and_deleted(tmp_path: Path) -> None:
    table = table_in(tmp_path)
    assert table.load().collections == ()
    made = create(table, "صحافة اليوم")
    assert made.id == "2025-04-21"
    assert create(table, "أخرى").id == "2025-04-21-2"
    table.change("صحافة اليوم", lambda one: edits.added(one, [Entry(id="a"), Entry(id="b", note="ملاحظة")]))
    assert [entry.id for entry in table_in(tmp_path).find(made.id).entries] == ["a", "b"]
    table.delete(made.id)
    assert [one.title for one in table.load().collections] == ["أخرى"]
    with pytest.raises(CollectionNotFound):
        table.find(made.id)
    with pytest.raises(CollectionsError, match="already"):
        create(table, "ثالثة", "2025-04-21-2")


def test_what_people_wrote_stays_as_it_is(tmp_path: Path) -> None:
    table = table_in(tmp_path)
    table.path.parent.mkdir()
    lines = [
        b"\xef\xbb\xbf# mine",
        b'{"id":"a",   "title": "A", "entries": ["x", {"id": "y", "mark": 5}], "color": "red"}',
        b"",
        b'{"id": "broken", "title": ',
        b"\xff\xfe",
        b'{"id": "a", "title": "twice"}',
        b'{"id": "c", "title": "C", "entries": [{"note": "no id"}]}',
        b'{"id": "d", "title": "D"}',
    ]
    table.path.write_bytes(b"\n".join(lines))
    contents = table.load()
    assert [one.id for one in contents.collections] == ["a", "d"]
    assert [damage.line for damage in contents.damaged] == [4, 5, 6, 7]
    assert all(str(one).startswith(f"{table.path}:{one.line}: ") for one in contents.damaged)
    assert "entry 1" in contents.damaged[-1].reason
    table.change("d", lambda one: edits.renamed(one, title="Δ"))
    assert table.path.read_bytes().split(b"\n")[:7] == lines[:7]
    table.change("a", lambda one: edits.noted(one, "y", "نعم"))
    form = json.loads(table.path.read_bytes().split(b"\n")[1])
    assert form["color"] == "red"
    assert form["entries"] == [{"id": "x"}, {"id": "y", "note": "نعم", "mark": 5}]
    # Its id may be needed when somebody repairs the line.
    with pytest.raises(CollectionsError):
        create(table, "new", "broken")


def test_the_table_is_read_again_when_it_changes(tmp_path: Path) -> None:
    table, other = table_in(tmp_path), table_in(tmp_path)
    create(table, "أولى", "one")
    assert len(table.load().collections) == 1
    other.change("one", lambda one: edits.added(one, [Entry(id="x")]))
    assert [entry.id for entry in table.find("one").entries] == ["x"]
    assert [one.id for one in table.load().having("x")] == ["one"]


def test_an_unchanged_collection_is_not_written(tmp_path: Path) -> None:
    table = table_in(tmp_path)
    create(table, "أولى", "one")
    before = table.path.stat().st_ino
    table.change("one", lambda one: edits.renamed(one, title="أولى"))
    assert table.path.stat().st_ino == before


def test_a_linked_table_stays_a_link(tmp_path: Path) -> None:
    table = table_in(tmp_path)
    table.path.parent.mkdir()
    real = tmp_path / "elsewhere.jsonl"
    real.write_text('{"id": "one", "title": "1"}\n', encoding="utf-8")
    table.path.symlink_to(real)
    table.change("one", lambda one: edits.renamed(one, title="2"))
    assert table.path.is_symlink()
    assert json.loads(real.read_text(encoding="utf-8"))["title"] == "2"


WRITER = """
import sys
from pathlib import Path
from newsarchive.press_review import edits
from newsarchive.press_review.collection import Entry
from newsarchive.press_review.collection_table import CollectionTable
table = CollectionTable(Path(sys.argv[1]))
for number in range(int(sys.argv[3])):
    table.change("one", lambda one: edits.added(one, [Entry(id=f"{sys.argv[2]}{number}")]))
    print(number, flush=True)
"""


def test_two_writers_lose_nothing(tmp_path: Path) -> None:
    create(table_in(tmp_path), "أولى", "one")
    writers = [start_python(WRITER, tmp_path, name, 20) for name in "ab"]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    for writer in writers:
        assert writer.stdout is not None
        writer.stdout.close()
    entries = {entry.id for entry in table_in(tmp_path).find("one").entries}
    assert entries == {f"{name}{number}" for name in "ab" for number in range(20)}


def test_a_killed_writer_loses_nothing_that_it_reported(tmp_path: Path) -> None:
    create(table_in(tmp_path), "أولى", "one")
    with start_python(WRITER, tmp_path, "k", MAX_ENTRIES) as writer:
        assert writer.stdout is not None
        reported = [int(writer.stdout.readline()) for _ in range(5)]
        time.sleep(0.01)
        os.kill(writer.pid, signal.SIGKILL)
        reported += [int(line) for line in writer.stdout if line.endswith("\n")]
    table = table_in(tmp_path)
    assert table.load().damaged == ()
    assert {f"k{number}" for number in reported} <= {entry.id for entry in table.find("one").entries}
    table.change("one", lambda one: edits.added(one, [Entry(id="after")]))


entries = st.lists(st.sampled_from("abcdefgh"), unique=True).map(lambda ids: tuple(Entry(id=one) for one in ids))


@given(entries, st.sampled_from("abcdefgh"), st.integers(-3, 12))
def test_moving_keeps_all_others_in_order(before: tuple[Entry, ...], moved: str, place: int) -> None:
    collection = Collection(id="x", title="x", entries=before)
    if not collection.has(moved):
        with pytest.raises(CollectionNotFound):
            edits.moved(collection, moved, place)
        return
    after = edits.moved(collection, moved, place)
    assert edits.place_of(after, moved) == min(max(place, 1), len(before))
    assert edits.without(after, moved).entries == edits.without(collection, moved).entries


@given(entries, entries, st.none() | st.integers(1, 12))
def test_adding_keeps_what_is_there(before: tuple[Entry, ...], fresh: tuple[Entry, ...], at: int | None) -> None:
    after = edits.added(Collection(id="x", title="x", entries=before), fresh, at=at)
    ids = [entry.id for entry in after.entries]
    assert [one for one in ids if one in {entry.id for entry in before}] == [entry.id for entry in before]
    assert set(ids) == {entry.id for entry in (*before, *fresh)}


@given(st.text(max_size=60), st.text(st.characters(codec=None), max_size=60))
def test_any_text_survives_the_json_form(title: str, note: str) -> None:
    clean = clean_note(note)
    assert clean_note(clean) == clean
    collection = Collection(id="x", title="عنوان", entries=(Entry(id="a", note=clean, added=NOW),))
    assert from_json(json.loads(json.dumps(to_json(collection)))) == collection
    form = {"id": "x", "title": title or "-", "entries": [note or "-"]}
    try:
        read = from_json(form)
    except CollectionsError:
        assert not "".join((title or "-").split()).isprintable() or not title.strip()
    else:
        assert read.title == " ".join(read.title.split())


@pytest.mark.parametrize(
    "form",
    [
        5,
        [],
        {"id": "x"},
        {"id": "a b", "title": "x"},
        {"id": "x", "title": 5},
        {"id": "x", "title": "x", "language": "fr"},
        {"id": "x", "title": "x", "private": "yes"},
        {"id": "x", "title": "x", "entries": {}},
        {"id": "x", "title": "x", "entries": [5]},
        {"id": "x", "title": "x", "entries": ["a", "a"]},
        {"id": "x", "title": "x", "entries": [{"id": "a", "added": "gestern"}]},
        {"id": "x", "title": "x", "entries": [{"id": "a", "revision": True}]},
        {"id": "x", "title": "x", "entries": [{"id": "a", "digest": "../"}]},
        {"id": "x", "title": "x" * 201},
        {"id": "x", "title": "x", "entries": [str(number) for number in range(MAX_ENTRIES + 1)]},
    ],
)
def test_a_form_that_cannot_be_used_is_refused(form: object) -> None:
    with pytest.raises(CollectionsError):
        from_json(form)
