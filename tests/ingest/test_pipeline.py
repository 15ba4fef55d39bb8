import os
import random
import signal
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.archive import Archive, ArchiveWriter, verify
from newsarchive.article import Article, Topic, article_id
from newsarchive.errors import IngestError, ParseError
from newsarchive.ingest import pipeline
from newsarchive.ingest.deciding import Verdict
from newsarchive.ingest.pipeline import IngestReport, Pipeline, dry_run_writer
from tests.articles import NOW, make_article, start_python

Make = Callable[..., Article]


def ingest(archive: Archive, items: list[Article | IngestError]) -> IngestReport:
    with ArchiveWriter(archive, clock=lambda: NOW) as writer:
        return Pipeline(writer).run(items)


def shown(archive: Archive) -> dict[str, Article]:
    """What a reader sees: the latest revision of each article."""
    return archive.get_many(dict.fromkeys(stored.record.id for stored in archive.read()))


def test_each_item_is_counted_under_what_became_of_it(archive: Archive, article: Make) -> None:
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
    with ArchiveWriter(archive) as writer:
        report = Pipeline(writer, on_duplicate=lambda origin, of: told.append((origin, of))).run(items)
    assert report.counts == {Verdict.KEPT: 2, Verdict.REVISED: 1, Verdict.DUPLICATE: 2, Verdict.WITHDRAWN: 1}
    assert [(failure.origin, failure.reason) for failure in report.failures] == [("news.jsonl:3", "لا نص")]
    assert report.items == 7
    assert told == [("news.jsonl:1", "id1"), ("news.jsonl:2", "id1"), ("news.jsonl:9", "id9")]
    assert archive.get("id1").body == "نص مصحح"
    assert list(shown(archive)) == ["id1", "id3"]


def test_a_failure_keeps_nothing_alive(archive: Archive) -> None:
    def fail() -> IngestError:
        try:
            raise ParseError("a.txt", "لا نص")
        except ParseError as error:
            return error

    (failure,) = ingest(archive, [fail()]).failures
    assert str(failure) == "a.txt: لا نص"
    assert failure.__traceback__ is None


def test_progress_only_counts_what_is_on_the_disk(
    archive: Archive, article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "BATCH", 4)
    reader = Archive(archive.folder)
    seen = []

    def check(report: IngestReport) -> None:
        seen.append(report.counts[Verdict.KEPT])
        assert len(list(reader.read())) == report.counts[Verdict.KEPT]

    with ArchiveWriter(archive) as writer:
        Pipeline(writer, check).run(article(number) for number in range(10))
    assert seen == [4, 8, 10]


def test_what_was_decided_is_kept_when_the_input_breaks_off(archive: Archive, article: Make) -> None:
    def broken() -> Iterator[Article]:
        yield article(1)
        yield article(2)
        raise KeyboardInterrupt

    with ArchiveWriter(archive) as writer:
        taken = Pipeline(writer)
        with pytest.raises(KeyboardInterrupt):
            taken.run(broken())
    assert taken.report.counts == {Verdict.KEPT: 2}
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
def test_the_same_run_twice_adds_nothing_and_a_dry_run_foresees_it(items: list[Article], batch: int) -> None:
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
        # No text is lost, and none is there under two ids.
        bodies = {
            (stored.record.id, stored.record.body) for stored in archive.read() if isinstance(stored.record, Article)
        }
        assert Counter(body for _, body in bodies) == Counter({item.body for item in items})
        archive.close()


def test_a_dry_run_knows_what_the_archive_has_and_leaves_it_alone(archive: Archive, article: Make) -> None:
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
        report = Pipeline(writer, beside=archive).run(items)
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
    print(report.counts[Verdict.KEPT] + report.counts[Verdict.REVISED], flush=True)

with ArchiveWriter(Archive(Path(sys.argv[1]), create=True)) as writer:
    print(writer.archive.parts.tail().decode(errors="replace"), flush=True)
    pipeline.Pipeline(writer, tell).run(many())
"""


def many() -> Iterator[Article]:
    """A long run with corrections and duplicates in it."""
    chance = random.Random(21)
    for number in range(1200):
        page = chance.randrange(700)
        yield replace(make_article(page), body=f"نص {page} {chance.randrange(2)} " * 40, summary=f"ملخص {number % 3}")


def lines_of(archive: Archive) -> list[tuple[str, int, str]]:
    records = (stored.record for stored in archive.read())
    return [(record.id, record.revision, record.body) for record in records if isinstance(record, Article)]


def test_a_killed_run_keeps_what_it_reported_and_the_next_one_goes_on(tmp_path: Path) -> None:
    whole = Archive(tmp_path / "whole", create=True)
    ingest(whole, list(many()))
    archive = Archive(tmp_path / "killed", create=True)
    chance = random.Random(4)
    for _ in range(6):
        before = lines_of(archive)
        with start_python(INGEST, archive.folder) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "\n"
            reported = 0
            for line, _ in zip(child.stdout, range(chance.randrange(25)), strict=False):
                reported = int(line)
            os.kill(child.pid, signal.SIGKILL)
            # What it managed to say before the end came was kept as well.
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
