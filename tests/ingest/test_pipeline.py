import os
import random
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.archive import Archive, ArchiveWriter, verify
from newsarchive.article import Article, Origin, Topic
from newsarchive.errors import ArchiveLocked, IngestError, ParseError
from newsarchive.identity import article_id
from newsarchive.ingest import pipeline
from newsarchive.ingest.deciding import SHORT, Verdict
from newsarchive.ingest.draft import Defaults, Draft, build_article
from newsarchive.ingest.pipeline import IngestReport, Lack, Pipeline, dry_run_writer
from tests.articles import NOW, make_article, start_python

Make = Callable[..., Article]


def ingest(archive: Archive, items: list[Article | IngestError]) -> IngestReport:
    return Pipeline(ArchiveWriter(archive, clock=lambda: NOW)).run(items)


def shown(archive: Archive) -> dict[str, Article]:
    """The articles visible to users: the latest revision of each."""
    return archive.get_many(dict.fromkeys(stored.record.id for stored in archive.read()))


def test_items_are_counted_by_verdict(archive: Archive, article: Make) -> None:
    with ArchiveWriter(archive) as writer:
        writer.append([article(9)])
        writer.withdraw("id9", "طلب الناشر")
    told: list[tuple[str, str]] = []
    items: list[Article | IngestError] = [
        article(1),
        article(1),
        ParseError("news.jsonl:3", "لا نص"),
        article(2, title="العنوان 1", body=article(1).body),
        article(1, body="نص مصحح"),
        article(9),
        article(3),
    ]
    report = Pipeline(ArchiveWriter(archive), on_duplicate=lambda origin, of: told.append((origin, of))).run(items)
    assert report.counts == {Verdict.STORED: 2, Verdict.REVISED: 1, Verdict.DUPLICATE: 2, Verdict.WITHDRAWN: 1}
    assert [(failure.origin, failure.reason) for failure in report.refusals] == [("news.jsonl:3", "لا نص")]
    assert report.items == 7
    assert told == [("news.jsonl:1", "id1"), ("news.jsonl:2", "id1"), ("news.jsonl:9", "id9")]
    assert archive.get("id1").body == "نص مصحح"
    assert list(shown(archive)) == ["id1", "id3"]


def test_stored_and_revised_articles_without_a_date_are_counted(archive: Archive, article: Make) -> None:
    dated = article(2, published=date(2025, 4, 21))
    items: list[Article | IngestError] = [article(1, published_raw="قريبا"), dated, article(1, body="نص مصحح"), dated]
    assert ingest(archive, items).lacks[Lack.DATE] == 2


def test_failures_keep_no_reader_data_in_memory(archive: Archive) -> None:
    def fail() -> IngestError:
        try:
            raise ParseError("a.txt", "لا نص")
        except ParseError as error:
            return error

    (failure,) = ingest(archive, [fail()]).refusals
    assert str(failure) == "a.txt: لا نص"
    assert failure.__traceback__ is None


def test_progress_counts_only_articles_on_disk(
    archive: Archive, article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "BATCH", 4)
    reader = Archive(archive.folder)
    seen = []

    def check(report: IngestReport) -> None:
        seen.append(report.counts[Verdict.STORED])
        assert len(list(reader.read())) == report.counts[Verdict.STORED]

    Pipeline(ArchiveWriter(archive), check).run(article(number) for number in range(10))
    assert seen == [4, 8, 10]


def test_items_read_before_an_input_error_are_stored(archive: Archive, article: Make) -> None:
    def broken() -> Iterator[Article]:
        yield article(1)
        yield article(2)
        raise KeyboardInterrupt

    taken = Pipeline(ArchiveWriter(archive))
    with pytest.raises(KeyboardInterrupt):
        taken.run(broken())
    assert taken.report.counts == {Verdict.STORED: 2}
    assert list(shown(archive)) == ["id1", "id2"]


_items = st.lists(
    st.builds(
        lambda page, text, topic, extra: make_article(
            id=article_id(url=f"https://example.com/{page}"),
            title="عنوان",
            body=f"نص {text}",
            topics=tuple(Topic(name, "feed") for name in topic),
            **extra,
        ),
        st.integers(1, 3),
        st.integers(1, 3),
        st.lists(st.sampled_from(["رياضة", "سياسة"]), max_size=2),
        st.fixed_dictionaries(
            {}, optional={name: st.just("قيمة") for name in ("summary", "published_raw", "publisher")}
        ),
    ),
    max_size=10,
)


@settings(max_examples=40, deadline=None)
@given(_items, st.integers(1, 5))
def test_a_second_run_adds_nothing_and_a_dry_run_predicts_the_counts(items: list[Article], batch: int) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "BATCH", batch)
        with dry_run_writer() as writer:
            foreseen = Pipeline(writer).run(items).counts
        archive = Archive(Path(folder), create=True)
        first = ingest(archive, list(items))
        assert foreseen == first.counts
        assert first.items == len(items)
        size, articles = archive.parts.size(), shown(archive)
        second = ingest(archive, list(items))
        assert second.counts == Counter({Verdict.DUPLICATE: len(items)}) + Counter()
        assert (archive.parts.size(), shown(archive)) == (size, articles)
        assert verify(archive).is_sound
        # Every text is stored under exactly one id.
        bodies = {
            (stored.record.id, stored.record.body) for stored in archive.read() if isinstance(stored.record, Article)
        }
        assert Counter(body for _, body in bodies) == Counter({item.body for item in items})
        archive.close()


def test_a_dry_run_compares_with_the_archive_and_does_not_change_it(archive: Archive, article: Make) -> None:
    ingest(archive, [article(1), article(2)])
    before = {path: path.read_bytes() for path in archive.folder.rglob("*") if path.is_file()}
    items: list[Article | IngestError] = [
        article(1),
        article(2, body="نص مصحح"),
        article(2),
        article(3),
        article(3),
        article(4, body="نص مصحح"),
    ]
    with dry_run_writer() as writer:
        report = Pipeline(writer, existing=archive).run(items)
        scratch = writer.archive.folder
    assert not scratch.exists()
    assert {path: path.read_bytes() for path in before} == before
    assert report.counts == ingest(archive, list(items)).counts


INGEST = """
import random, sys
from pathlib import Path
from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.ingest import pipeline
from newsarchive.ingest.deciding import Verdict
from tests.ingest.test_pipeline import many
pipeline.BATCH = 5

def tell(report):
    print(report.counts[Verdict.STORED] + report.counts[Verdict.REVISED], flush=True)

archive = Archive(Path(sys.argv[1]), create=True)
with ArchiveWriter(archive):
    print(archive.parts.tail().decode(errors="replace"), flush=True)
pipeline.Pipeline(ArchiveWriter(archive), tell).run(many())
"""


MANY = 480


def many() -> Iterator[Article]:
    """A long run with corrections and duplicates."""
    chance = random.Random(21)
    for number in range(MANY):
        page = chance.randrange(MANY * 7 // 12)
        yield replace(make_article(page), body=f"نص {page} {chance.randrange(2)} " * 40, summary=f"ملخص {number % 3}")


def texts_of(archive: Archive) -> set[tuple[str, str]]:
    return {(record_id, body) for record_id, _, body in lines_of(archive)}


def lines_of(archive: Archive) -> list[tuple[str, int, str]]:
    records = (stored.record for stored in archive.read())
    return [(record.id, record.revision, record.body) for record in records if isinstance(record, Article)]


def test_a_killed_run_keeps_what_it_reported_and_the_next_run_continues(tmp_path: Path) -> None:
    whole = Archive(tmp_path / "whole", create=True)
    ingest(whole, list(many()))
    archive = Archive(tmp_path / "killed", create=True)
    chance = random.Random(4)
    for _ in range(4):
        before = lines_of(archive)
        with start_python(INGEST, archive.folder) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "\n"
            reported = 0
            for line, _ in zip(child.stdout, range(chance.randrange(25)), strict=False):
                reported = int(line)
            os.kill(child.pid, signal.SIGKILL)
            # Everything reported before the kill was stored too.
            reported = max([reported, *(int(line) for line in child.stdout if line.endswith("\n"))])
        after = lines_of(archive)
        assert after[: len(before)] == before
        assert len(after) >= len(before) + reported
        report = verify(archive)
        assert report.is_sound
    ingest(archive, list(many()))
    assert verify(archive).is_sound
    assert verify(archive).torn_bytes == 0
    assert sorted(lines_of(archive)) == sorted(lines_of(whole))
    assert {key: one.body for key, one in shown(archive).items()} == {
        key: one.body for key, one in shown(whole).items()
    }
    archive.close()
    whole.close()


def test_the_archive_is_not_locked_while_items_are_read(archive: Archive, article: Make) -> None:
    """A batch is decided about when it is written, so articles from other writers count."""

    def slow() -> Iterator[Article]:
        yield article(1)
        yield article(2)
        with ArchiveWriter(Archive(archive.folder), clock=lambda: NOW) as other:
            other.append([article(2), article(3)])
        yield article(3)

    report = Pipeline(ArchiveWriter(archive)).run(slow())
    assert report.counts == {Verdict.STORED: 1, Verdict.DUPLICATE: 2}
    assert sorted(shown(archive)) == ["id1", "id2", "id3"]


def test_a_slow_source_does_not_keep_articles_in_memory(
    archive: Archive, article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "LONGEST_WAIT", 0)
    reader = Archive(archive.folder)

    def slow() -> Iterator[Article]:
        for number in range(3):
            yield article(number)
            assert len(list(reader.read())) == number + 1

    Pipeline(ArchiveWriter(archive)).run(slow())


def test_a_lock_timeout_reports_what_was_stored_before(
    archive: Archive, article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "BATCH", 2)
    other = ArchiveWriter(Archive(archive.folder))

    def items() -> Iterator[Article]:
        yield article(1)
        yield article(2)
        with other:
            yield article(3)
            yield article(4)

    taken = Pipeline(ArchiveWriter(archive, wait=0.1))
    with pytest.raises(ArchiveLocked, match=rf"\(number {os.getpid()}\).*after 0.1 seconds.*--wait"):
        taken.run(items())
    assert taken.report.counts == {Verdict.STORED: 2}
    assert sorted(shown(archive)) == ["id1", "id2"]


def test_repairs_after_a_crash_are_reported_once(archive: Archive, article: Make) -> None:
    ingest(archive, [article(1)])
    path = archive.parts.path(archive.parts.names()[-1])
    with path.open("ab") as file:
        file.write(b'{"torn')
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "BATCH", 1)
        report = ingest(archive, [article(2), article(3)])
    assert [healed.bytes_cut for healed in report.healed] == [6]


def test_a_damaged_article_does_not_block_others(archive: Archive, article: Make) -> None:
    ingest(archive, [article(1), article(2)])
    archive.catalogue.counts()
    path = archive.parts.path(archive.parts.names()[-1])
    path.write_bytes(path.read_bytes().replace("العنوان 1".encode(), "العنوان 7".encode()))
    report = ingest(archive, [article(1, body="نص مصحح"), article(3)])
    assert report.counts == {Verdict.STORED: 1}
    assert "damaged" in report.refusals[0].reason
    assert f"{path}:1" in report.refusals[0].reason


TAKE_IN = """
import sys
from pathlib import Path
from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.ingest import pipeline
from tests.ingest.test_pipeline import many
pipeline.BATCH = 7
archive = Archive(Path(sys.argv[1]), create=True)
print(flush=True)
sys.stdin.readline()
report = pipeline.Pipeline(ArchiveWriter(archive, wait=60)).run(many())
print(report.items, len(report.refusals))
"""


def test_two_processes_ingest_the_same_input_at_once(tmp_path: Path) -> None:
    whole = Archive(tmp_path / "whole", create=True)
    ingest(whole, list(many()))
    children = [start_python(TAKE_IN, tmp_path / "both", stdin=subprocess.PIPE) for _ in range(2)]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    assert [child.communicate(timeout=120)[0] for child in children] == [f"{MANY} 0\n"] * 2
    both = Archive(tmp_path / "both")
    assert verify(both).is_sound
    assert texts_of(both) == texts_of(whole)
    assert sorted(shown(both)) == sorted(shown(whole))
    revisions = Counter((record_id, revision) for record_id, revision, _ in lines_of(both))
    assert set(revisions.values()) == {1}
    size = both.parts.size()
    assert ingest(both, list(many())).counts == {Verdict.DUPLICATE: MANY}
    assert both.parts.size() == size
    whole.close()
    both.close()


FLASH = "هيئة الأرصاد: أمطار غزيرة على السواحل الليلة"
"""A short text that an outlet publishes again and again."""


def flash(day: int | None, page: int | None = None) -> Article:
    url = "" if page is None else f"https://outlet.example/flash/{page}"
    published = None if day is None else date(2025, 4, day)
    draft = Draft(origin=Origin("jsonl", "flash.jsonl"), title=FLASH, body=FLASH, source="وكالة", url=url)
    return replace(build_article(draft, Defaults()), published=published)


@pytest.mark.parametrize("page", [None, 1])
def test_a_repeated_short_text_of_another_day_is_another_article(archive: Archive, page: int | None) -> None:
    items: list[Article | IngestError] = [flash(day, None if page is None else day) for day in (1, 2, 3)]
    assert ingest(archive, items).counts == {Verdict.STORED: 3}
    assert ingest(archive, items[::-1]).counts == {Verdict.DUPLICATE: 3}
    assert len({article.id for article in shown(archive).values()}) == 3


@pytest.mark.parametrize(("first", "second"), [(1, 1), (None, None), (1, None), (None, 1)])
def test_a_short_text_at_another_address_is_a_duplicate_unless_both_days_differ(
    archive: Archive, first: int | None, second: int | None
) -> None:
    ingest(archive, [flash(first, 1)])
    assert ingest(archive, [flash(second, 2)]).counts == {Verdict.DUPLICATE: 1}


def test_a_long_text_at_another_address_is_a_duplicate_on_any_day(archive: Archive) -> None:
    long = " ".join(f"كلمة{number}" for number in range(SHORT))
    first, second = (replace(flash(day, day), body=long) for day in (1, 2))
    assert ingest(archive, [first, second]).counts == {Verdict.STORED: 1, Verdict.DUPLICATE: 1}
