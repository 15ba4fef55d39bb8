"""Stories: which articles are in one, in any order and any batches."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive.archive import Archive
from newsarchive.article import Article, Record
from newsarchive.stories import clustering, reading
from newsarchive.stories.clustering import Block, Story, best_story
from newsarchive.stories.clusters import Stories
from newsarchive.stories.features import FeatureReader
from newsarchive.stories.groups import Groups
from newsarchive.stories.teasers import Kept, paragraph_keys, without_teasers
from newsarchive.stories.vectors import GROUP, UNIT, DocumentCounts, Vector, counts_of_lexicon, vectors
from tests.sample import article
from tests.stories.test_groups import rows, text, withdrawal, write

QUAKE = (
    "هز زلزال عنيف بلدة صيدنايا الجبلية فجرا وانهارت عشرات البيوت القديمة",
    "انتشل رجال الإنقاذ ناجين من تحت أنقاض البيوت القديمة في صيدنايا بعد الزلزال العنيف",
    "زلزال صيدنايا: انهارت البيوت القديمة ورجال الإنقاذ يبحثون عن ناجين تحت الأنقاض",
)
SWIM = (
    "سبحت البطلة غزلان المسافة الطويلة وأحرزت ميدالية ذهبية في مسبح الأرز",
    "ميدالية ذهبية للبطلة غزلان في سباق المسافة الطويلة بمسبح الأرز",
)


def report(name: str, body: str, day: int = 1, source: str = "تاس", **fields: object) -> Article:
    given = {"published": date(2024, 1, 1) + timedelta(day), **fields}
    return article(name, body.partition(":")[0], body, source, **given)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = Archive(tmp_path / "news", create=True)
    yield archive
    archive.close()


@pytest.fixture
def groups(archive: Archive) -> Iterator[Groups]:
    groups = Groups(archive, (Stories,))
    yield groups
    groups.close()


def members(groups: Groups, article_id: str) -> list[str]:
    story = groups.story(article_id)
    return [] if story is None else [one.id for one in story.reports]


def test_reports_of_one_event_are_a_story_and_others_are_not(archive: Archive, groups: Groups) -> None:
    write(
        archive,
        report("quake", QUAKE[0], 2),
        report("swim", SWIM[0], 2),
        report("rescue", QUAKE[1], 3, "رويترز"),
        report("gold", SWIM[1], 1, "رويترز"),
    )
    groups.update()
    assert members(groups, "rescue") == ["quake", "rescue"]
    assert members(groups, "swim") == ["gold", "swim"]
    assert groups.story_of("rescue") == "quake"
    story = groups.story("gold")
    assert story is not None
    # The archive had «swim» first, which names the story; «gold» was published first.
    assert (story.id, story.first.id, story.last.id, story.sources) == ("swim", "gold", "swim", ("رويترز", "تاس"))


def test_an_article_archived_late_joins_the_story_of_its_day(archive: Archive, groups: Groups) -> None:
    write(archive, report("quake", QUAKE[0], 1), report("again", QUAKE[0] + " مرة أخرى", 400), report("swim", SWIM[0]))
    groups.update()
    write(archive, report("late", QUAKE[1], 3, "رويترز"), report("later", QUAKE[1], 402, "رويترز"))
    groups.update()
    assert members(groups, "late") == ["quake", "late"]
    assert members(groups, "later") == ["again", "later"]


def test_a_story_lives_as_long_as_it_gets_articles(archive: Archive, groups: Groups) -> None:
    days = (1, 4, 7, 12)
    write(archive, *(report(f"day{day}", f"{QUAKE[0]} {day}", day, f"صحيفة {day}") for day in days))
    groups.update()
    assert members(groups, "day7") == ["day1", "day4", "day7"]
    assert members(groups, "day12") == ["day12"]


def test_undated_and_withdrawn_articles_are_in_no_story(archive: Archive, groups: Groups) -> None:
    write(archive, report("quake", QUAKE[0]), report("rescue", QUAKE[1], 1, "رويترز"))
    write(archive, report("undated", QUAKE[2], published=None))
    groups.update()
    assert groups.story("undated") is None
    write(archive, withdrawal("quake"))
    groups.update()
    assert groups.story("quake") is None
    assert members(groups, "rescue") == ["rescue"]
    assert groups.story_of("rescue") == "rescue"
    assert groups.story("nobody") is None


def test_a_revision_can_leave_its_story_and_come_back(archive: Archive, groups: Groups) -> None:
    first = report("quake", QUAKE[0])
    write(archive, first, report("rescue", QUAKE[1], 1, "رويترز"))
    groups.update()
    write(archive, replace(first, revision=2, title="", body=SWIM[0]))
    groups.update()
    assert members(groups, "quake") == ["quake"]
    write(archive, replace(first, revision=3))
    groups.update()
    assert members(groups, "rescue") == ["quake", "rescue"]
    assert groups.story_of("rescue") == "quake"


def test_the_largest_stories_of_some_days(archive: Archive, groups: Groups) -> None:
    write(archive, *(report(f"quake{at}", body, 2, f"صحيفة {at}") for at, body in enumerate(QUAKE)))
    write(archive, *(report(f"swim{at}", body, 3, f"صحيفة {at}") for at, body in enumerate(SWIM)))
    write(archive, report("alone", text(3), 3))
    groups.update()
    day = date(2024, 1, 1)
    found = groups.stories(day, day + timedelta(9))
    assert [(story.id, len(story.reports)) for story in found] == [("quake0", 3), ("swim0", 2)]
    assert found[0].central in {one.id for one in found[0].reports}
    assert [story.id for story in groups.stories(day, day + timedelta(9), limit=1)] == ["quake0"]
    assert [story.id for story in groups.stories(day + timedelta(3), day + timedelta(9))] == ["swim0"]
    assert groups.stories(day + timedelta(4), day + timedelta(9)) == ()


def test_the_central_report_is_the_one_most_like_the_others(archive: Archive, groups: Groups) -> None:
    bodies = (f"{QUAKE[0]} وزار الوزير موقع الكارثة ووعد بمساعدات عاجلة", QUAKE[0], f"{QUAKE[0]} وحذر خبراء من هزات")
    write(archive, *(report(f"r{at}", body, 1, f"صحيفة {at}") for at, body in enumerate(bodies)))
    groups.update()
    story = groups.story("r0")
    assert story is not None
    assert (len(story.reports), story.central) == (3, "r1")


def vector(**weights: int) -> Vector:
    ordered = sorted(weights.items(), key=lambda item: -item[1])
    length = sum(weight * weight for weight in weights.values()) ** 0.5
    return Vector([ord(name) for name, _ in ordered], [round(UNIT * weight / length) for _, weight in ordered])


def story_of(*vectors: Vector, day: int = 10, outlet: int = 1) -> Story:
    story = Story()
    for one in vectors:
        story.add(day, outlet, one)
    return story


def test_one_common_stem_is_not_enough() -> None:
    story = story_of(vector(a=6, b=4, c=4, d=4))
    assert story.link(10, 2, vector(a=6, e=4, f=4, g=4)) == 0
    assert story.link(10, 2, vector(b=4, c=4, d=4, e=6)) > clustering.LINK_OF_TWO


@pytest.mark.parametrize(("gap", "outlet", "joins"), [(0, 2, True), (0, 1, False), (3, 2, False), (4, 2, False)])
def test_the_same_outlet_and_each_day_between_demand_more(gap: int, outlet: int, joins: bool) -> None:
    story = story_of(vector(a=5, b=5, c=5, d=5, e=5, f=5, g=5, h=5, i=5))
    similar = vector(a=5, b=5, c=5, p=5, q=5, r=5, s=5, t=5, u=5)
    assert bool(story.link(10 + gap, outlet, similar)) == joins


def test_a_full_story_takes_no_more() -> None:
    one = vector(a=1, b=1, c=1)
    assert story_of(*[one] * (clustering.MOST - 1)).link(10, 1, one) > 1
    assert story_of(*[one] * clustering.MOST).link(10, 1, one) == 0


def test_a_near_copy_of_one_article_joins_its_story() -> None:
    copied = vector(a=5, b=5, c=5, d=5)
    others = [vector(a=1, **{name: 9, chr(ord(name) + 1): 9}) for name in "egikmoqsuw"]
    story = story_of(copied, *others)
    assert story.link(10, 1, vector(a=5, b=5, c=5, d=5, z=2)) > 1
    assert story.link(10, 1, vector(a=5, b=5, y=5, z=5)) == 0


def test_of_equal_stories_the_older_one_is_chosen() -> None:
    one = vector(a=1, b=1, c=1)
    block = Block()
    for number in (7, 5, 9):
        block.add(number, number, one.stems)
    assert best_story(10, 1, one, [block], {number: story_of(one) for number in (5, 7, 9)}.__getitem__) == 5
    assert best_story(10, 1, vector(x=1, y=1), [block], lambda number: Story()) is None


def test_teasers_at_the_end_are_left_out_but_versions_keep_everything() -> None:
    lines = [text(seed, 12) for seed in range(1, 9)]
    own = [text(20, 12), text(21, 12), text(22, 12)]
    bodies = (lines[:3], lines[3:6], [*own, lines[0], lines[3]], [*lines[:3], own[0]], [own[0], lines[0], own[1]])
    (first, second, teasing, version, inside) = FeatureReader().read(
        [report(str(at), "\n".join(body)) for at, body in enumerate(bodies)]
    )
    keys = paragraph_keys([first, second, teasing, version, inside])
    block = Block()
    for number, (features, own_keys) in enumerate(zip((first, second), keys, strict=False), 1):
        block.add_paragraphs(number, own_keys, len(features.words))
    assert without_teasers(keys[2], teasing, [block]) == Kept(3, None)
    assert without_teasers(keys[3], version, [block]) == Kept(4, 1)
    assert without_teasers(keys[4], inside, [block]) == Kept(3, None)


@pytest.mark.parametrize(("taken", "version"), [(2, None), (3, 1)])
def test_an_article_with_most_of_a_shorter_one_is_a_version_of_it(taken: int, version: int | None) -> None:
    lines = [text(seed, 12) for seed in range(1, 5)]
    longer = [*lines[:taken], *(text(seed, 12) for seed in range(20, 28))]
    first, second = FeatureReader().read([report("a", "\n".join(lines)), report("b", "\n".join(longer))])
    keys = paragraph_keys([first, second])
    block = Block()
    block.add_paragraphs(1, keys[0], len(first.words))
    assert without_teasers(keys[1], second, [block]).version_of == version


def test_paragraphs_of_another_outlet_are_others_and_the_order_of_words_counts() -> None:
    same, other, turned = FeatureReader().read(
        [report("a", "قال الوزير كلمة"), report("b", "قال الوزير كلمة", 1, "رويترز"), report("c", "كلمة الوزير قال")]
    )
    ((one,), (two,), (three,), (again,)) = paragraph_keys([same, other, turned, same])
    assert len({one, two, three}) == 3
    assert one == again


def test_vectors_do_not_depend_on_groups_of_texts() -> None:
    features = FeatureReader().read([report(str(seed), text(seed, 15)) for seed in range(1, 40)])
    texts = [(one, 1) for one in features]
    together, apart = DocumentCounts.initial(), DocumentCounts.initial()
    at_once, _ = vectors(texts, together)
    one_by_one = [vectors([one], apart)[0][0] for one in texts]
    assert at_once == one_by_one
    assert np.array_equal(together.waiting, apart.waiting)
    lengths = [sum(weight * weight for weight in one.weights) ** 0.5 for one in at_once]
    assert all(abs(length - UNIT) < 0.01 * UNIT for length in lengths)


def test_stories_begin_with_the_counts_of_the_lexicon() -> None:
    assert np.array_equal(DocumentCounts.initial().settled, counts_of_lexicon()), "run bench/build_prior.py"


def test_counts_are_settled_when_a_group_of_texts_is_full() -> None:
    (features,) = FeatureReader().read([report("a", text(1, 15))])
    counts = DocumentCounts.initial()
    before, _ = vectors([(features, 1)], counts)
    assert not vectors([(features, 1)] * (GROUP - 2), counts)[1]
    same, is_settled = vectors([(features, 1)], counts)
    assert same == before
    assert is_settled
    assert (counts.waiting_texts, counts.texts) == (0, 3000 + GROUP)


def change(seed: int) -> Record:
    """One of many changes: articles, revisions and withdrawals of a few stories over some days."""
    name = f"a{seed % 9}"
    if seed % 7 == 0:
        return withdrawal(name)
    body = (*QUAKE, *SWIM)[seed % 5] + "\n" + text(seed % 3 + 1, 25)
    return report(name, body, seed % 11, ("تاس", "رويترز")[seed % 2])


def by_names(groups: Groups, archive: Archive) -> dict[str, list[tuple[object, ...]]]:
    found = rows(archive)
    return {table: found[table] for table in ("articles", "stories_members", "stories_counts")}


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    batches=st.lists(st.lists(st.integers(0, 400), min_size=1, max_size=8), min_size=1, max_size=5),
    size=st.integers(1, 9),
)
def test_any_updates_give_the_same_as_a_rebuild(
    batches: Sequence[Sequence[int]], size: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    archive = Archive(tmp_path_factory.mktemp("news") / "news", create=True)
    groups = Groups(archive, (Stories,))
    known: dict[str, int] = {}
    shown: set[str] = set()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reading, "BATCH", size)
        patched.setattr("newsarchive.stories.vectors.GROUP", 5)
        patched.setattr("newsarchive.stories.clusters._REMEMBERED_ARTICLES", 2)
        patched.setattr("newsarchive.stories.clusters._REMEMBERED_STORIES", 1)
        for batch in batches:
            for record in map(change, batch):
                if isinstance(record, Article):
                    known[record.id] = known.get(record.id, 0) + 1
                    write(archive, replace(record, revision=known[record.id]))
                    shown.add(record.id)
                elif record.id in shown:
                    write(archive, record)
                    known[record.id] += 1
                    shown.remove(record.id)
            groups.update()
        updated = by_names(groups, archive)
        patched.setattr(reading, "BATCH", 1000)
        patched.setattr("newsarchive.stories.clusters._REMEMBERED_ARTICLES", 60_000)
        patched.setattr("newsarchive.stories.clusters._REMEMBERED_STORIES", 10_000)
        groups.rebuild()
    assert by_names(groups, archive) == updated
    groups.close()
    archive.close()


def test_no_store_means_no_stories(groups: Groups) -> None:
    assert groups.story_of("quake") is None
    assert groups.stories(date(2024, 1, 1), date(2024, 2, 1)) == ()


def test_the_vector_of_an_article_that_was_withdrawn_is_gone(archive: Archive, groups: Groups) -> None:
    write(archive, report("quake", QUAKE[0]), report("swim", SWIM[0]))
    groups.update()
    write(archive, withdrawal("quake"))
    groups.update()
    (path,) = (archive.folder / "groups").glob("*.sqlite3")
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT number FROM stories_members").fetchall() == [(2,)]
