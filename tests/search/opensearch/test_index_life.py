"""The life of an index in a cluster: updates, withdrawals, purges, rebuilds, two writers, and foreign data."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.article import Article, Record
from newsarchive.errors import IndexDamaged, IndexLocked, IndexMissing, IndexOutdated, IndexUnreachable
from newsarchive.search.door import SearchRequest, Sort
from newsarchive.search.engine import Selection
from newsarchive.search.opensearch import preparing, snapshot, updating, word_runs
from newsarchive.search.opensearch.builds import Builds
from newsarchive.search.opensearch.bulk import send
from newsarchive.search.opensearch.connection import Connection
from newsarchive.search.opensearch.engine import OpenSearchEngine
from newsarchive.search.opensearch.mapping import FORMAT
from newsarchive.search.opensearch.state import read_state, write_state
from newsarchive.search.opensearch.updating import locked
from newsarchive.search.scoring.tree import Everything, Field, Term
from newsarchive.search.service import SearchService
from newsarchive.search.whoosh_index import WhooshEngine
from tests.search.opensearch.engines import (
    NOW,
    Both,
    both_engines,
    compare_ranks,
    compare_searches,
    compare_words,
    random_articles,
    revised,
)

TEXTS = ("كتاب", "سلام نهر", "منقح", "كت*", "")
SORTED = [SearchRequest(text=text, sort=order) for text in TEXTS for order in (Sort.BEST, Sort.NEWEST, Sort.ARRIVED)]
TERMS = [(Field.EXACT, "كتاب"), (Field.EXACT, "منقح"), (Field.TEXT, "سلام"), (Field.TITLE_EXACT, "جديد")]


@pytest.fixture
def both(tmp_path: Path, search_server: str) -> Iterator[Both]:
    """Both engines over an archive of thirty articles, which they have indexed."""
    with both_engines(tmp_path, search_server) as both:
        both.append(*random_articles(7, 30))
        both.rebuild()
        yield both


def test_words_of_an_id_that_was_stored_twice_are_counted_once(both: Both) -> None:
    """An archive that other programs wrote may have two first revisions of an article."""
    (article,) = random_articles(9, 1, ids=("twice",))
    for body in ("كتاب السلام.", "نهر السلام."):
        both.append(replace(article, revision=1, body=body))
        both.update()
    assert_same(both)


def assert_same(both: Both) -> None:
    """Assert that both engines agree, after Whoosh has merged its segments."""
    both.whoosh.rebuild()
    compare_searches(both, SORTED)
    with both.whoosh.snapshot() as one, both.cluster.snapshot() as other:
        compare_words(one, other, TERMS)
        (words,) = other.word_lists()
        (expected,) = one.word_lists()
        assert words.terms(0, len(words)) == expected.terms(0, len(expected))
        counts = words.document_frequencies(0, len(words)).tolist()
        assert counts == expected.document_frequencies(0, len(expected)).tolist()


def build_of(both: Both) -> tuple[Builds, str]:
    """The builds in the cluster, and the index of the articles of the current one."""
    builds = both.cluster._builds
    return builds, builds.current()[0].articles


def test_updates_follow_the_archive(both: Both) -> None:
    articles = random_articles(7, 40)
    both.append(*articles[30:], *map(revised, articles[:5]))
    both.update()
    with both.whoosh.snapshot() as one, both.cluster.snapshot() as other:
        compare_ranks(one, other, Everything(), Selection(depth=100, order=Sort.NEWEST))
    assert_same(both)
    both.append(*(revised(article, 3) for article in articles[3:6]))
    both.withdraw("id07", "id04", "id0035")
    both.update()
    assert_same(both)
    with ArchiveWriter(both.archive) as writer:
        writer.restore("id07")
    both.update()
    assert_same(both)


def test_reports_and_status_are_the_same(both: Both) -> None:
    read: list[tuple[int, ...]] = []
    both.append(*random_articles(8, 40)[30:], revised(random_articles(7, 1)[0]))
    both.withdraw("id01")
    behind = [engine.status().behind_bytes for engine in both.engines]
    assert behind[0] == behind[1] > 0
    for engine in both.engines:
        progress: list[int] = []
        assert replace(engine.update(progress.append), undeleted=()) == replace(engine.update(), indexed=11, removed=1)
        read.append(tuple(progress))
    assert read[0] == read[1] == (12,)
    status = both.cluster.status()
    assert status.articles == 39
    assert status.behind_bytes == 0
    assert status.size_bytes > 1_000


def test_many_commits_make_few_runs_of_words(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_runs, "WORDS_OF_BLOCK", 3)
    monkeypatch.setattr(preparing, "RANGE_BYTES", 500)
    monkeypatch.setattr(updating, "RANGE_BYTES", 500)
    monkeypatch.setattr(updating, "COMMIT_BYTES", 1_000)
    both.append(*random_articles(9, 60)[30:], *map(revised, random_articles(7, 12)))
    both.cluster.update()
    _, stored = both.cluster._builds.current()
    assert stored.state.generation > 20
    assert 1 <= len(stored.state.runs) <= 5
    assert_same(both)


def test_workers_index_the_same(tmp_path: Path, search_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updating, "RANGE_BYTES", 4_000)
    with both_engines(tmp_path, search_server) as both:
        articles = random_articles(3, 60)
        both.append(*articles, *map(revised, articles[10:30]))
        both.cluster.rebuild(workers=2)
        assert_same(both)


def test_an_interrupted_update_counts_once(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = random_articles(7, 40)
    both.append(*articles[30:], *map(revised, articles[:5]))
    both.withdraw("id08")
    with monkeypatch.context() as patch:
        # As if the process was killed after it wrote the words, before it committed them.
        patch.setattr(updating, "merged", lambda *_, **__: pytest.fail("killed"))
        with pytest.raises(pytest.fail.Exception):
            both.cluster.update()
    _, stored = both.cluster._builds.current()
    assert stored.state.is_writing
    both.cluster.update()
    assert_same(both)


def test_an_interrupted_rebuild_goes_on(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updating, "RANGE_BYTES", 2_000)
    monkeypatch.setattr(updating, "COMMIT_BYTES", 2_000)
    commits = 0

    def killed_later(read: int) -> None:
        nonlocal commits
        commits += 1
        if commits == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        both.cluster.rebuild(killed_later)
    builds, current = build_of(both)
    assert [build.articles > current for build in builds.names()] == [False, True]
    report = both.cluster.rebuild()
    assert 0 < report.indexed < 30
    assert len(builds.names()) == 1
    assert build_of(both)[1] > current
    assert_same(both)


def test_a_rebuild_doesn_t_disturb_searches(both: Both) -> None:
    with both.cluster.snapshot() as before:
        both.append(*random_articles(7, 40)[30:])
        both.cluster.update()
        assert before.rank(Everything(), Selection(depth=100)).total == 30
        both.cluster.rebuild()
        with pytest.raises(IndexUnreachable, match="replaced"):
            before.rank(Term(Field.EXACT, "سلام"), Selection())
    with both.cluster.snapshot() as after:
        assert after.articles == 40
        assert after.generation != before.generation
        assert after.committed_at >= before.committed_at


def test_other_processes_find_the_new_build(both: Both) -> None:
    other = OpenSearchEngine(both.connection, both.cluster._builds.name.split("-")[0], both.archive, state_life=60)
    with other.snapshot() as before:
        assert before.articles == 30
    other.close()
    both.cluster.rebuild()
    # It still believes that the build before is there.
    with other.snapshot() as after:
        assert after.articles == 30
        assert after.generation != before.generation
    other.close()


def test_builds_that_a_killed_rebuild_left_are_deleted(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Builds, "remove_others", lambda *_: None)
        both.cluster.rebuild()
    assert len(both.cluster._builds.names()) == 2
    both.cluster.update()
    assert len(both.cluster._builds.names()) == 1


def test_an_expired_point_in_time_is_renewed(both: Both) -> None:
    with both.cluster.snapshot() as found:
        found._point.close()
        assert found.rank(Everything(), Selection(depth=100)).total == 30
        assert found._point.renewals == 1
    with both.cluster.snapshot() as again:
        assert again is not found


def test_a_point_in_time_that_is_renewed_is_counted_anew(both: Both) -> None:
    service = both.services[1]
    with both.cluster.snapshot() as found:
        before = found.articles, found.frequencies([(Field.TEXT, "نهر")])[0]
        both.append(*map(revised, random_articles(7, 60)[30:]))
        writer = OpenSearchEngine(both.connection, both.cluster._builds.name.split("-")[0], both.archive)
        writer.update()
        writer.close()
        found._point.close()
        assert found.rank(Term(Field.TEXT, "نهر", -0.5), Selection()).total > before[1]
        assert found.articles == 60
        assert found.frequencies([(Field.TEXT, "نهر")])[0] >= before[1] + 30
    assert service.search(SearchRequest(text="نهر")).total > before[1]


def test_purged_articles_are_hidden_until_the_rebuild(both: Both) -> None:
    both.purge("id03")
    with both.cluster.snapshot() as found:
        ids = found.ids(found.rank(Everything(), Selection(depth=100)).documents.tolist())
        assert "id03" not in ids
        assert len(ids) == found.articles == 29
    assert both.cluster.needs_rebuild
    assert both.cluster.status().behind_bytes == both.archive.parts.size()
    with pytest.raises(IndexOutdated, match="purged"):
        both.cluster.update()
    both.rebuild()
    assert not both.cluster.needs_rebuild or both.cluster.status().articles == 29
    assert_same(both)
    assert len(both.cluster._builds.names()) == 1


def test_words_of_purged_articles_are_not_told(both: Both) -> None:
    secret = replace(random_articles(1, 1)[0], id="secret", title="سرداب مكتوم", body="سرداب مكتوم في مكتومة")
    both.append(secret, *random_articles(7, 40)[30:])
    both.update()
    both.purge("secret")
    stock, cluster = both.services
    with both.cluster.snapshot() as found:
        assert found.frequent_words("سرد", 5) == found.frequent_words("مكت", 1) == []
        (words,) = found.word_lists()
        number = words.terms(0, len(words)).index("سرداب".encode())
        assert words.document_frequency(number) == 0
        assert words.document_frequencies(number, number + 1).tolist() == [1]
    for text in ("سردا", "مك", "كت", "سل"):
        assert cluster.complete(text, 5) == stock.complete(text, 5)
    for text in ("سرداببب", "مكتومم", "كتاببب"):
        request = SearchRequest(text=text)
        assert cluster.search(request).suggestion == stock.search(request).suggestion


def test_a_purge_during_a_rebuild_starts_it_over(both: Both) -> None:
    purged: list[str] = []

    def purge(_: int) -> None:
        if not purged:
            purged.append("id05")
            both.purge("id05")

    both.cluster.rebuild(purge)
    with both.cluster.snapshot() as found:
        assert found.articles == 29
        assert not found.occurs(Field.ID, "id05")
    assert_same(both)


def test_a_second_writer_can_t_commit(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    both.append(*random_articles(7, 40)[30:])
    wrote = word_runs.write_run

    def overtaken(connection: Connection, index: str, name: str, changes: object) -> object:
        stored = read_state(connection, index)
        assert stored is not None
        write_state(connection, index, replace(stored.state, committed=1), stored)
        return wrote(connection, index, name, changes)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(updating, "write_run", overtaken)
        with pytest.raises(IndexLocked, match="meanwhile"):
            both.cluster.update()
    both.cluster.update()
    assert_same(both)


def test_updates_on_one_machine_wait_for_each_other(both: Both) -> None:
    both.append(*random_articles(7, 40)[30:])
    with locked(both.archive.folder / "index.update.lock", 0), pytest.raises(IndexLocked, match="updating"):
        both.cluster.update(wait=0.1)
    both.cluster.update()
    assert both.cluster.status().behind_bytes == 0


def test_what_is_added_meanwhile_is_indexed(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updating, "RANGE_BYTES", 1_000)
    batches = [random_articles(7, 50)[30:40], random_articles(7, 50)[40:]]
    seen: list[int] = []

    def is_growing() -> bool:
        seen.append(both.cluster.status().articles)
        if batches:
            both.append(*batches.pop(0))
            return True
        return len(seen) < 4

    both.cluster.update(is_growing=is_growing)
    assert seen[0] == 30 < seen[-1]
    assert_same(both)


def test_there_is_no_index_at_first(tmp_path: Path, search_server: str) -> None:
    with both_engines(tmp_path, search_server) as both:
        for ask in (both.cluster.status, both.cluster.update, both.cluster.check):
            with pytest.raises(IndexMissing):
                ask()
        both.rebuild()
        assert both.cluster.status().articles == 0
        compare_searches(both, SORTED)
        both.append(*random_articles(1, 3))
        both.update()
        assert_same(both)


def test_an_index_of_another_archive_is_refused(both: Both) -> None:
    builds, _ = build_of(both)
    build, stored = builds.current()
    write_state(both.connection, build.state, replace(stored.state, archive="other"), stored)
    with pytest.raises(IndexOutdated, match="another archive"):
        both.cluster.check()
    both.cluster.rebuild()
    assert_same(both)


def test_archives_share_a_cluster(both: Both, tmp_path: Path, search_server: str) -> None:
    other = Archive(tmp_path / "other", create=True)
    with ArchiveWriter(other, clock=lambda: NOW) as writer:
        writer.append(random_articles(1, 4))
    prefix = both.cluster._builds.name.split("-")[0]
    engine = OpenSearchEngine(both.connection, prefix, other)
    engine.rebuild()
    assert (engine.status().articles, both.cluster.status().articles) == (4, 30)
    builds = engine._builds
    builds.discard(builds.current()[0])
    engine.close()
    other.close()


def test_another_format_or_mapping_asks_for_a_rebuild(both: Both) -> None:
    builds, articles = build_of(both)
    build, _ = builds.current()
    for number, said in ((FORMAT - 1, "another format"), (FORMAT + 1, "newer version of newsarchive; upgrade")):
        values = {"format": number, "archive": both.archive.identity.archive}
        send(both.connection, [{"index": {"_index": build.state, "_id": "state"}}, values])
        with pytest.raises(IndexOutdated, match=said):
            both.cluster.check()
    both.cluster.rebuild()
    builds, articles = build_of(both)
    both.connection.request("PUT", f"/{articles}/_mapping", body={"_meta": {"application": "other"}})
    fresh = OpenSearchEngine(both.connection, builds.name.split("-")[0], both.archive)
    with pytest.raises(IndexOutdated, match="not made by"):
        fresh.check()
    fresh.rebuild()
    fresh.check()
    fresh.close()


def test_damage_that_is_found_asks_for_a_rebuild(both: Both) -> None:
    with pytest.raises(IndexDamaged), both.cluster.snapshot() as found:
        found.ids([12345])
    with pytest.raises(IndexDamaged, match="12345"):
        both.cluster.check()
    both.cluster.rebuild(only_if_unusable=True)
    both.cluster.check()
    assert_same(both)


def test_words_that_come_late_are_another_generation(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    may_go_on = threading.Event()
    read = word_runs.read_run

    def slow(*arguments: object) -> object:
        may_go_on.wait(30)
        return read(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("newsarchive.search.opensearch.words.read_run", slow)
    monkeypatch.setattr(snapshot, "WORDS_PATIENCE", 0.0)
    both.append(*random_articles(7, 31)[30:])
    both.cluster.update()
    with both.cluster.snapshot() as early:
        assert early.word_lists() == []
        assert early.frequent_words("ك", 3) == []
        assert early.frequencies([(Field.EXACT, "كتاب")])[0] > 0
    may_go_on.set()
    early._words.result(30)
    with both.cluster.snapshot() as late:
        assert late.generation != early.generation
        assert len(late.word_lists()[0]) > 0


LONG = "ط" * 20_000


@pytest.mark.parametrize("name", ["~k", "ع" * 200, "a b/ج?"])
def test_unusual_ids_and_long_words_do_no_harm(tmp_path: Path, search_server: str, name: str) -> None:
    with both_engines(tmp_path, search_server) as both:
        unusual = Article(id=name, title=f"{LONG} قصير", body=f"نص {LONG}\n{LONG} آخر", language="ar")
        records: list[Record] = [unusual, *random_articles(2, 5)]
        both.append(*records)
        both.rebuild()
        for text in ("قصير", LONG[:900] + "*", f'"نص {LONG[:3]}*"', LONG[:500]):
            compare_searches(both, [SearchRequest(text=text)])
        with both.whoosh.snapshot() as one, both.cluster.snapshot() as other:
            compare_ranks(one, other, Term(Field.EXACT, LONG), Selection())
            assert other.occurs(Field.ID, name)
        both.append(revised(unusual))
        both.withdraw(name)
        both.update()
        assert both.cluster.status().articles == 5


def test_suggestions_after_updates_are_those_of_a_new_index(both: Both, tmp_path: Path) -> None:
    articles = random_articles(7, 30)
    both.append(*(revised(article) for article in articles[:15]))
    both.update()
    fresh = WhooshEngine(tmp_path / "fresh", both.archive)
    fresh.rebuild()
    expected, found = SearchService(both.archive, fresh), SearchService(both.archive, both.cluster)
    for text in ("كتب", "ك", "س", "نه", "المد"):
        assert found.complete(text, 10) == expected.complete(text, 10)
    for text in ("كتاااب", "سلاام", "القدص", "المدارص"):
        request = SearchRequest(text=text)
        assert found.search(request).suggestion == expected.search(request).suggestion
    fresh.close()


def test_words_that_could_not_be_loaded_are_loaded_again(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> object:
        raise IndexUnreachable("a node is gone")

    both.append(*random_articles(7, 31)[30:])
    both.cluster.update()
    with monkeypatch.context() as patch:
        patch.setattr("newsarchive.search.opensearch.words.read_run", fail)
        with both.cluster.snapshot() as early:
            assert early.word_lists() == []
            assert early.rank(Everything(), Selection()).total == 31
    with both.cluster.snapshot() as late:
        assert late.generation != early.generation
        assert len(late.word_lists()[0]) > 0
