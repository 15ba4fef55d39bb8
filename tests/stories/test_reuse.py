"""Passages in the store of groups: what is found in a text, and through updates, revisions, purges and damage."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.article import Article
from newsarchive.errors import ArticleNotFound
from newsarchive.stories import passage_search, passages, reading
from newsarchive.stories.groups import Groups
from newsarchive.stories.reuse import MOST_WORDS, Reused
from tests.sample import article
from tests.stories.test_groups import history, withdrawal, write

PASSAGE = (
    "وقالت الوزارة في بيانها الأخير إن الجسر القديم سيغلق أمام المركبات الثقيلة"
    " ابتداءً من مطلع الشهر المقبل حتى إشعار آخر"
)
"""Twenty words."""
CHANGED = PASSAGE.replace("القديم", "الخشبي")


def filler(seed: int, length: int = 40) -> str:
    """Words that no other seed below 289 has."""
    letters = "بتجدرسصعفقكلمنهوي"
    last = letters[seed % len(letters)] + letters[seed // len(letters)] + "ن"
    words = ("".join(letters[place * power % len(letters)] for power in (1, 3, 5)) for place in range(length))
    return " ".join(f"{word}{last}" for word in words)


def news(name: str, body: str, day: int | None = 1, source: str = "تاس") -> Article:
    published = None if day is None else date(2024, 1, 1) + timedelta(day)
    return article(name, f"خبر {name}", body, source, published=published)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = Archive(tmp_path / "news", create=True)
    yield archive
    archive.close()


@pytest.fixture
def groups(archive: Archive) -> Iterator[Groups]:
    groups = Groups(archive)
    yield groups
    groups.close()


def ids(reused: Reused) -> list[str]:
    return [reuse.article.id for reuse in reused.articles]


def test_articles_with_parts_of_a_text_are_found_the_earliest_first(archive: Archive, groups: Groups) -> None:
    write(
        archive,
        news("late", f"{filler(1)}\n{PASSAGE}\n{filler(2)}", 30),
        news("undated", f"{PASSAGE} {filler(3)}", None),
        news("early", f"{filler(4)} {CHANGED} {filler(5)}", 2, "رويترز"),
        news("other", f"{filler(6)} {PASSAGE[:40]} {filler(7)}", 1),
    )
    groups.update()
    text = f"{filler(8)} {PASSAGE}. {filler(9)}"
    reused = groups.passages_in(text)
    assert ids(reused) == ["early", "late", "undated"]
    assert reused.total == 3
    early, late, _ = reused.articles
    (passage,) = late.passages
    assert text[slice(*passage.in_text)] == PASSAGE
    assert late.article.body[slice(*passage.in_article)] == PASSAGE
    (passage,) = early.passages
    assert early.words == passage.words == 19
    assert early.article.body[slice(*passage.in_article)] == CHANGED
    assert [text[slice(*ours)] for ours, _ in passage.equal] == PASSAGE.split(" القديم ")
    assert [early.article.body[slice(*theirs)] for _, theirs in passage.equal] == CHANGED.split(" الخشبي ")
    limited = groups.passages_in(text, 1)
    assert (ids(limited), limited.total) == (["early"], 3)


def test_marks_letters_and_punctuation_make_no_difference(archive: Archive, groups: Groups) -> None:
    write(archive, news("a", f"{filler(1)} {PASSAGE}"))
    groups.update()
    text = "«" + PASSAGE.replace("الجسر", "الجِسْر").replace("إن", "أنّ", 1).replace(" حتى", "، حتـــى") + "»"
    (reuse,) = groups.passages_in(text).articles
    assert text[slice(*reuse.passages[0].in_text)] == text[1:-1]
    assert reuse.words == 20


def test_every_passage_of_an_article_is_found(archive: Archive, groups: Groups) -> None:
    second = filler(20, 15)
    write(archive, news("a", f"{PASSAGE}\n{filler(1)}\n{second}"))
    groups.update()
    text = f"{second} {filler(2)} {PASSAGE}"
    (reuse,) = groups.passages_in(text).articles
    assert [text[slice(*passage.in_text)] for passage in reuse.passages] == [second, PASSAGE]


@pytest.mark.parametrize("text", ["", "؟!", "كلمة", PASSAGE[:60]])
def test_a_text_without_passages_finds_nothing(archive: Archive, groups: Groups, text: str) -> None:
    assert groups.passages_in(PASSAGE) == Reused((), 0)
    write(archive, news("a", PASSAGE), news("short", "كلمة"))
    groups.update()
    assert groups.passages_in(text) == Reused((), 0)


def test_the_rest_of_a_text_that_is_too_long_is_ignored(archive: Archive, groups: Groups) -> None:
    write(archive, news("a", PASSAGE))
    groups.update()
    assert ids(groups.passages_in("كلمة " * (MOST_WORDS - 20) + PASSAGE)) == ["a"]
    assert ids(groups.passages_in("كلمة " * (MOST_WORDS - 5) + PASSAGE)) == []


def test_near_copies_are_marked_and_left_out_of_an_articles_own_passages(archive: Archive, groups: Groups) -> None:
    write(
        archive,
        news("first", f"{PASSAGE} {filler(1, 100)}", 1),
        news("copy", f"{PASSAGE} {filler(1, 100)} {filler(2, 5)}", 2, "رويترز"),
        news("quotes", f"{filler(3, 100)} {CHANGED}", 3),
    )
    groups.update()
    assert [(reuse.article.id, reuse.copy_of) for reuse in groups.passages_in(PASSAGE).articles] == [
        ("first", None),
        ("copy", "first"),
        ("quotes", None),
    ]
    assert ids(groups.passages_elsewhere("first")) == ["quotes"]
    assert ids(groups.passages_elsewhere("quotes")) == ["first", "copy"]
    with pytest.raises(ArticleNotFound):
        groups.passages_elsewhere("none")


def test_shared_passages_are_remembered_until_anything_changes(
    archive: Archive, groups: Groups, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(archive, *(news(f"n{day}", f"{filler(day, 100)} {PASSAGE}", day) for day in range(3)))
    groups.update()
    searches = []
    search = passage_search.search

    def noted(*arguments: Any, **options: Any) -> Any:
        searches.append(arguments)
        return search(*arguments, **options)

    monkeypatch.setattr("newsarchive.stories.reuse.search", noted)
    first = groups.passages_elsewhere("n0")
    assert ids(first) == ["n1", "n2"]
    assert groups.passages_elsewhere("n0") == first
    assert len(searches) == 1
    write(archive, withdrawal("n1"))
    assert ids(groups.passages_elsewhere("n0")) == ["n2"]
    write(archive, news("n9", f"{PASSAGE} {filler(9, 100)}", 9))
    groups.update()
    assert ids(groups.passages_elsewhere("n0")) == ["n2", "n9"]
    write(archive, replace(news("n0", filler(10, 100)), revision=2))
    assert ids(groups.passages_elsewhere("n0")) == []


@pytest.mark.parametrize(("source", "found"), [("تاس", 0), ("", 5)])
def test_a_paragraph_that_an_outlet_repeats_is_no_passage(
    archive: Archive, groups: Groups, source: str, found: int
) -> None:
    write(archive, *(news(f"n{n}", f"{filler(n)}\n{PASSAGE}", n * 9, source) for n in range(4)))
    groups.update()
    assert groups.passages_in(PASSAGE).total == 4
    write(archive, news("n4", f"{filler(4)}\n{PASSAGE}", 90, source))
    groups.update()
    assert groups.passages_in(PASSAGE).total == found
    write(archive, news("other", f"{filler(9)}\n{PASSAGE}", 90, "رويترز"))
    groups.update()
    assert groups.passages_in(PASSAGE).total == found + 1
    write(archive, withdrawal("n0"))
    groups.update()
    assert groups.passages_in(PASSAGE).total == 5


def test_a_revision_replaces_its_text_and_a_withdrawal_removes_it(archive: Archive, groups: Groups) -> None:
    first, second = news("a", f"{filler(1)} {PASSAGE}"), news("b", f"{filler(2)} {PASSAGE}")
    write(archive, first, second)
    groups.update()
    write(archive, replace(first, revision=2, body=filler(3)))
    groups.update()
    assert ids(groups.passages_in(PASSAGE)) == ["b"]
    assert ids(groups.passages_in(filler(3))) == ["a"]
    write(archive, withdrawal("b"))
    assert ids(groups.passages_in(PASSAGE)) == []
    groups.update()
    assert ids(groups.passages_in(PASSAGE)) == []


def segment_files(archive: Archive) -> list[Path]:
    return sorted((archive.folder / "groups" / "passages").iterdir())


def test_a_purge_hides_the_article_at_once_and_deletes_the_files_with_it(archive: Archive, groups: Groups) -> None:
    write(archive, news("a", f"{filler(1)} {PASSAGE}"), news("b", f"{filler(2)} {PASSAGE}"))
    groups.update()
    before = segment_files(archive)
    with ArchiveWriter(archive) as writer:
        writer.purge("a", "حكم")
    assert ids(groups.passages_in(PASSAGE)) == ["b"]
    groups.update()
    assert ids(groups.passages_in(PASSAGE)) == ["b"]
    assert not set(before) & set(segment_files(archive))


@pytest.mark.parametrize("content", [None, b"", b"damaged" * 999, "cut", "folder"])
def test_a_damaged_segment_finds_nothing_until_the_next_update(
    archive: Archive, groups: Groups, content: bytes | str | None
) -> None:
    write(archive, news("a", PASSAGE))
    groups.update()
    (file,) = segment_files(archive)
    if content in (None, "folder"):
        file.unlink()
        if content:
            file.mkdir()
    else:
        file.write_bytes(file.read_bytes()[:-64] if content == "cut" else bytes(content))  # type: ignore[arg-type]
    assert ids(groups.passages_in(PASSAGE)) == []
    groups.update()
    assert ids(groups.passages_in(PASSAGE)) == ["a"]


def test_a_changed_byte_is_found_when_segments_are_merged(archive: Archive, groups: Groups) -> None:
    write(archive, news("a", PASSAGE))
    groups.update()
    (file,) = segment_files(archive)
    content = bytearray(file.read_bytes())
    content[-300] ^= 1
    file.write_bytes(content)
    write(archive, news("b", PASSAGE))
    groups.update()
    assert ids(groups.passages_in(PASSAGE)) == ["a", "b"]


def test_changed_places_find_nothing_rather_than_fail(archive: Archive, groups: Groups) -> None:
    write(archive, news("a", PASSAGE))
    groups.update()
    (file,) = segment_files(archive)
    content = bytearray(file.read_bytes())
    content[256:] = b"\xff" * len(content[256:])
    file.write_bytes(content)
    assert ids(groups.passages_in(PASSAGE)) == []


def test_files_that_no_database_names_are_deleted(archive: Archive, groups: Groups) -> None:
    write(archive, news("a", PASSAGE))
    groups.update()
    left = archive.folder / "groups" / "passages" / "0123456789abcdef.passages"
    left.write_bytes(b"left by a crash")
    groups.update()
    assert not left.exists()
    groups.delete()
    assert segment_files(archive) == []


def test_few_segments_are_left_of_many_batches(
    archive: Archive, groups: Groups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH", 1)
    write(archive, *(news(f"n{n}", f"{filler(n)} {PASSAGE}", n) for n in range(40)))
    groups.update()
    assert len(segment_files(archive)) <= 5
    assert groups.passages_in(PASSAGE).total == 40
    monkeypatch.setattr(passages, "_LARGEST", 1)
    write(archive, news("more", PASSAGE))
    groups.update()
    assert groups.passages_in(PASSAGE).total == 41


def test_the_rarest_n_grams_are_looked_up_if_there_are_too_many(
    archive: Archive, groups: Groups, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(archive, *(news(f"n{n}", f"{filler(n)}\n{PASSAGE}", n * 9, "") for n in range(9)))
    groups.update()
    monkeypatch.setattr(passage_search, "MOST_SEEDS", 300)
    assert groups.passages_in(PASSAGE).total == 9
    monkeypatch.setattr(passage_search, "MOST_SEEDS", 8)
    assert ids(groups.passages_in(f"{PASSAGE} {filler(3)}")) == ["n3"]


SENTENCES = [PASSAGE, CHANGED, *(filler(seed, 14) for seed in range(1, 5)), "خبر قصير"]
articles = st.builds(
    lambda name, parts, day, source: news(f"n{name}", "\n".join(parts), None if day == 9 else day, source),
    st.integers(0, 9),
    st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3),
    st.integers(0, 9),
    st.sampled_from(["تاس", "رويترز", ""]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.one_of(articles, articles, st.integers(0, 9)), max_size=8), max_size=4), st.integers(1, 5))
def test_updates_find_the_same_as_a_rebuild(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[Article | int]], size: int
) -> None:
    archive = Archive(tmp_path_factory.mktemp("archive"), create=True)
    groups = Groups(archive)
    records = history([one for batch in batches for one in batch])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "BATCH", size)
        for batch in batches:
            write(archive, *records[: len(batch)])
            records = records[len(batch) :]
            groups.update()
        updated = [groups.passages_in(sentence) for sentence in SENTENCES]
    groups.rebuild()
    assert [groups.passages_in(sentence) for sentence in SENTENCES] == updated
    groups.close()
    archive.close()


def test_the_database_has_no_words(archive: Archive, groups: Groups) -> None:
    write(archive, news("a", PASSAGE))
    groups.update()
    (path,) = (archive.folder / "groups").glob("*.sqlite3")
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT count(*) FROM passage_segments").fetchone() == (1,)
    assert not any("الوزارة".encode() in file.read_bytes() for file in (path, *segment_files(archive)))


@pytest.mark.parametrize(
    ("written", "instead"), [("3.5", "طنين"), ("طنين", "3.5"), ("و2010", "و«2011»"), ("3.5", "4.7")]
)
def test_what_a_reader_takes_for_one_word_is_one_edit(
    archive: Archive, groups: Groups, written: str, instead: str
) -> None:
    before, after = PASSAGE.split()[:7], PASSAGE.split()[7:11]
    write(archive, news("a", f"{filler(1)} {' '.join([*before, written, *after])} {filler(2)}"))
    groups.update()
    found = groups.passages_in(f"{filler(3)} {' '.join([*before, instead, *after])} {filler(4)}")
    assert ids(found) == ["a"]


@pytest.mark.parametrize("instead", ["كلمتان أخريان", "", "كلمة 3.5"])
def test_two_words_are_two_edits(archive: Archive, groups: Groups, instead: str) -> None:
    before, after = PASSAGE.split()[:7], PASSAGE.split()[9:13]
    write(archive, news("a", f"{filler(1)} {' '.join(PASSAGE.split()[:13])} {filler(2)}"))
    groups.update()
    found = groups.passages_in(f"{filler(3)} {' '.join([*before, instead, *after])} {filler(4)}")
    assert found == Reused((), 0)
