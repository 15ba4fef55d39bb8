"""Which articles are near copies, and how they are found."""

import random
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.article import Article
from newsarchive.stories import candidates
from newsarchive.stories.copies import NearCopies
from newsarchive.stories.features import Hashes
from newsarchive.stories.group_queries import GroupInfo
from newsarchive.stories.groups import Groups
from newsarchive.stories.shingles import MIN_HASHES, common, min_hashes, shingles, sketches
from tests.sample import article

FIRST_DAY = date(2024, 3, 1)
LETTERS = "بتثجحخدذرزسشصضطظعغفقكلمنهوي"


def words(seed: int, count: int) -> list[str]:
    """As many words that no other seed has."""
    choice = random.Random(seed)
    return ["".join(choice.choices(LETTERS, k=5)) + LETTERS[seed % 27] for _ in range(count)]


def text(seed: int, count: int = 60) -> str:
    return " ".join(words(seed, count))


def news(name: str, body: str, day: int | None = 0, source: str = "تاس", title: str | None = None) -> Article:
    published = None if day is None else FIRST_DAY + timedelta(day)
    return article(name, f"خبر {name}" if title is None else title, body, source, published=published)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = Archive(tmp_path / "news", create=True)
    yield archive
    archive.close()


def write(archive: Archive, articles: Sequence[Article]) -> None:
    with ArchiveWriter(archive, clock=lambda: datetime(2025, 1, 1, tzinfo=UTC)) as writer:
        writer.append(articles)


def pairs(archive: Archive) -> set[tuple[str, str]]:
    """The pairs, each with the article first that the archive had first."""
    (path,) = (archive.folder / "groups").glob("*.sqlite3")
    with sqlite3.connect(path) as database:
        return set(
            database.execute(
                "SELECT a.id, b.id FROM copies_pairs AS p JOIN articles AS a ON a.number = p.number"
                " JOIN articles AS b ON b.number = p.other WHERE a.number < b.number"
            )
        )


def paired(archive: Archive, *articles: Article) -> set[tuple[str, str]]:
    write(archive, articles)
    groups = Groups(archive)
    groups.update()
    groups.close()
    return pairs(archive)


class TestPairs:
    def test_half_of_all_shingles_in_common_is_enough(self, archive: Archive) -> None:
        start, one, other, more = text(1, 42), text(2, 20), text(3, 20), text(4, 22)
        found = paired(
            archive, news("a", f"{start} {one}"), news("b", f"{start} {other}"), news("c", f"{start} {more}")
        )
        # 40 in common, and 20 or 22 others on each side: 40 / 80 and 40 / 82.
        assert found == {("a", "b")}

    def test_a_shortened_text_is_a_near_copy_wherever_it_was_taken_from(self, archive: Archive) -> None:
        long = words(1, 900)
        parts = {"lead": long[:50], "middle": long[400:450], "end": long[-50:]}
        found = paired(archive, news("long", " ".join(long)), *(news(n, " ".join(part)) for n, part in parts.items()))
        assert found == {("long", name) for name in parts}

    def test_a_text_of_which_too_little_is_contained_is_none(self, archive: Archive) -> None:
        long, own = words(1, 300), text(2, 16)
        found = paired(
            archive,
            news("long", " ".join(long)),
            news("enough", " ".join(long[:60]) + " " + text(2, 14)),
            news("too little", " ".join(long[200:250]) + " " + own),
            news("a sentence", " ".join(long[:17])),
            news("barely long enough", " ".join(long[100:118])),
        )
        assert found == {("long", "enough"), ("long", "barely long enough")}

    def test_near_copies_are_published_within_three_days(self, archive: Archive) -> None:
        body = text(1)
        found = paired(archive, *(news(f"d{day}", f"{body} {day}", day) for day in (0, 3, 4, 8, -3)))
        assert found == {("d0", "d3"), ("d3", "d4"), ("d0", "d-3")}

    def test_marks_and_spellings_make_no_difference(self, archive: Archive) -> None:
        found = paired(
            archive,
            news("a", "أعلنت الحكومة إلى الصحافة أن المدرسة فتحت أبوابها."),
            news("b", "اعلنت الحكومه، الي الصحافه «ان المدرسة» فتحت ابوابها"),
        )
        assert found == {("a", "b")}

    def test_the_paragraphs_may_be_divided_otherwise(self, archive: Archive) -> None:
        body = words(1, 60)
        assert paired(
            archive, news("a", " ".join(body)), news("b", "\n".join(" ".join(body[i : i + 5]) for i in range(0, 60, 5)))
        )


class TestUndatedAndShort:
    def test_an_undated_article_is_a_copy_of_equal_texts_only(self, archive: Archive) -> None:
        body = text(1)
        found = paired(
            archive,
            news("dated", body),
            news("undated", body + " .", None, "رويترز"),
            news("changed", body + " كلمة", None, "رويترز"),
            news("late", body, 30, "رويترز"),
        )
        assert found == {("dated", "undated"), ("undated", "late")}

    def test_a_short_text_needs_an_equal_title(self, archive: Archive) -> None:
        short = "التفاصيل في الفيديو"
        found = paired(
            archive,
            news("a", "عاجل", title="زلزال في المدينة"),
            news("b", "عاجل", source="رويترز", title="زلزال في المدينة"),
            news("c", "عاجل", source="رويترز", title="فيضان في المدينة"),
            news("d", short, None, title=""),
            news("e", short, None, "رويترز", title=""),
        )
        assert found == {("a", "b")}

    def test_a_text_without_words_is_no_copy(self, archive: Archive) -> None:
        assert not paired(archive, news("a", "—", title=""), news("b", "—", source="رويترز", title=""))


class TestRepeatedParagraphs:
    FOOTER = text(99, 100)

    def footed(self, number: int, source: str = "تاس") -> Article:
        return news(f"n{number}", f"{text(number, 40)}\n{self.FOOTER}", 0, source)

    def test_four_articles_with_a_paragraph_are_alike_until_the_fifth_comes(self, archive: Archive) -> None:
        assert len(paired(archive, *(self.footed(number) for number in range(4)))) == 6
        assert paired(archive, self.footed(4)) == set()
        assert paired(archive, self.footed(5)) == set()

    def test_what_is_left_is_still_compared(self, archive: Archive) -> None:
        reprint = replace(self.footed(2, "رويترز"), id="reprint", body=text(2, 40))
        found = paired(archive, reprint, *(self.footed(number) for number in range(6)))
        assert found == {("reprint", "n2")}

    def test_a_paragraph_of_several_outlets_or_of_none_stays(self, archive: Archive) -> None:
        outlets = ["تاس", "تاس", "رويترز", "رويترز", "", "", "", "", ""]
        found = paired(archive, *(self.footed(number, outlet) for number, outlet in enumerate(outlets)))
        assert len(found) == 36

    def test_a_withdrawal_makes_a_paragraph_count_again(self, archive: Archive) -> None:
        assert not paired(archive, *(self.footed(number) for number in range(5)))
        with ArchiveWriter(archive) as writer:
            writer.withdraw("n0", "طلب")
        assert len(paired(archive)) == 6

    def test_one_article_that_repeats_a_paragraph_counts_once(self, archive: Archive) -> None:
        refrain = "\n".join([self.FOOTER] * 9)
        assert paired(archive, news("a", f"{refrain}\n{text(1, 20)}"), news("b", f"{refrain}\n{text(2, 20)}"))

    def test_articles_of_nothing_but_repeated_paragraphs_need_equal_titles(self, archive: Archive) -> None:
        titles = ["واحد", "اثنان", "ثلاثة", "واحد", "خمسة"]
        found = paired(archive, *(news(f"n{i}", self.FOOTER, 0, title=title) for i, title in enumerate(titles)))
        assert found == {("n0", "n3")}


def test_groups_are_connected_and_named_by_the_first_article(archive: Archive) -> None:
    body = text(1)
    write(archive, [news("z", f"{body} 1", 3), news("alone", text(2)), news("y", f"{body} 2", 6)])
    groups = Groups(archive)
    groups.update()
    assert {copy.id for copy in groups.copies_of("y")} == {"z"}
    write(archive, [news("x", f"{body} 3", 9), news("a", f"{body} 4", 12)])
    groups.update()
    assert [copy.id for copy in groups.copies_of("a")] == ["x"]
    assert [copy.id for copy in groups.copies_of("x")] == ["y", "a"]
    assert set(groups.groups_of("axyz").values()) == {GroupInfo("z", 4, 1, 1)}
    with ArchiveWriter(archive) as writer:
        writer.withdraw("y", "طلب")
    groups.update()
    assert groups.groups_of(["z"]) == {}
    assert [copy.id for copy in groups.copies_of("a")] == ["x"]
    groups.close()


def test_a_reprint_joins_two_groups(archive: Archive) -> None:
    one, other = text(1, 40), text(2, 40)
    write(archive, [news("a", one), news("b", one + " س"), news("c", other), news("d", other + " س")])
    groups = Groups(archive)
    groups.update()
    assert {info.group for info in groups.groups_of("abcd").values()} == {"a", "c"}
    write(archive, [news("e", f"{one} {other}")])
    groups.update()
    assert set(groups.groups_of("abcde").values()) == {GroupInfo("a", 5, 1, 1)}
    groups.close()


def kept(articles: Sequence[Article]) -> dict[str, list[str]]:
    """The words without repeated paragraphs, by the definition."""
    counts = Counter((one.source, line) for one in articles if one.source for line in set(one.body.split("\n")))
    return {
        one.id: " ".join(line for line in one.body.split("\n") if counts[one.source, line] < 5).split()
        for one in articles
    }


def by_definition(articles: Sequence[Article]) -> set[tuple[str, str]]:
    texts = kept(articles)
    runs = {name: set(zip(found, found[1:], found[2:], strict=False)) for name, found in texts.items()}
    found = set()
    for place, one in enumerate(articles):
        for other in articles[:place]:
            near = one.published and other.published and abs(one.published - other.published) <= timedelta(days=3)
            a, b = runs[one.id], runs[other.id]
            both, shorter = len(a & b), min(len(a), len(b))
            alike = shorter and (both * 2 >= len(a | b) or (shorter >= 16 and both >= 0.8 * shorter))
            undated = not (one.published and other.published)
            equal = len(texts[one.id]) >= 8 and texts[one.id] == texts[other.id]
            if (near and (alike or equal)) or (undated and equal):
                found.add((other.id, one.id))
    return found


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from([text(seed, 24) for seed in range(5)]), min_size=1, max_size=4),
            st.sampled_from([0, 1, 3, 4, 7, 11, None]),
            st.sampled_from(["تاس", "رويترز", ""]),
        ),
        max_size=25,
    ),
    st.booleans(),
)
def test_pairs_are_those_of_the_definition(
    tmp_path_factory: pytest.TempPathFactory,
    drawn: list[tuple[list[str], int | None, str]],
    forgets: bool,
) -> None:
    articles = [news(f"n{i}", "\n".join(lines), day, source) for i, (lines, day, source) in enumerate(drawn)]
    archive = Archive(tmp_path_factory.mktemp("archive"), create=True)
    with pytest.MonkeyPatch.context() as patch:
        if forgets:
            patch.setattr(candidates, "_LEAST_WEEKS", 1)
            patch.setattr(candidates, "_MOST_WEEKS", 1)
            patch.setattr("newsarchive.stories.copies._REMEMBERED", 2)
            patch.setattr("newsarchive.stories.reading._REMEMBERED", 1)
            patch.setattr("newsarchive.stories.reading.BATCH", 3)
        assert paired(archive, *articles) == by_definition(articles)
    archive.close()


def hashes(seed: int, count: int) -> Hashes:
    return np.unique(np.random.default_rng(seed).integers(0, 1 << 63, count, np.uint64) * np.uint64(2) + np.uint64(1))


class TestSketches:
    def test_min_hashes_estimate_the_similarity(self) -> None:
        """Weak multipliers would make most min-hashes agree, or none."""
        for share in (0.1, 0.5, 0.9):
            agreeing = []
            for seed in range(40):
                both = hashes(seed, 300)
                own = round(300 * (1 - share) / share / 2)
                one = np.sort(np.concatenate((both, hashes(1000 + seed, own))))
                other = np.sort(np.concatenate((both, hashes(2000 + seed, own))))
                found = min_hashes([one, other])
                agreeing.append(np.count_nonzero(found[:, 0] == found[:, 1]) / MIN_HASHES)
            assert abs(np.mean(agreeing) - share) < 0.05

    def test_min_hashes_are_those_of_each_set(self) -> None:
        sets = [hashes(seed, seed + 1) for seed in range(30)]
        together = min_hashes(sets)
        for place, one in enumerate(sets):
            assert (together[:, place] == min_hashes([one])[:, 0]).all()
        for sketch, alone in zip(sketches(sets), (sketches([found])[0] for found in sets), strict=True):
            assert (sketch == alone).all()
        assert sketches([]) == []

    def test_shingles_are_a_set_and_their_words_are_in_order(self) -> None:
        one = np.array([1, 2, 3, 1, 2, 3, 1, 2, 3], np.uint64)
        assert len(shingles(one)) == 3
        assert len(shingles(one[:2])) == len(shingles(one[:0])) == 0
        assert common(shingles(one[:3]), shingles(one[2::-1])) == 0

    @given(st.sets(st.integers(0, 40)), st.sets(st.integers(0, 40)))
    def test_common_members_are_counted(self, one: set[int], other: set[int]) -> None:
        arrays = (np.array(sorted(found), np.uint64) for found in (one, other))
        assert common(*arrays) == len(one & other)


def test_a_group_has_a_name_of_its_own() -> None:
    assert all(f" {NearCopies.name}_" in line for line in NearCopies.tables.split(";") if "CREATE TABLE" in line)
