"""Differences between two texts, word by word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.arabic.tokens import words
from newsarchive.differences import Change, differences

WORDS = ("قال", "الوزير", "إن", "المشروع", "سيبدأ", "غدا", "في", "مصر", ".", "،", "\n", "2020", "و2020")
TEXTS = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)


def shown(before: str, after: str, *, exactly: bool = False) -> str:
    signs = {Change.SAME: "{}", Change.REMOVED: "-[{}]", Change.ADDED: "+[{}]"}
    return "".join(
        signs[run.change].format(run.text.strip()) for run in differences(before, after, exactly=exactly).runs
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("قال الوزير أمس", "قال الوزير أمس", "قال الوزير أمس"),
        ("قال الوزير أمس", "قال الرئيس أمس", "قال-[الوزير]+[الرئيس]أمس"),
        ("قال الوزير", "قال الوزير أمس", "قال الوزير+[أمس]"),
        ("قال الوزير أمس", "الوزير أمس", "-[قال]الوزير أمس"),
        ("قُتل ثلاثة", "قتل ثلاثه", "قتل ثلاثه"),
        ("", "خبر", "+[خبر]"),
        ("خبر", "", "-[خبر]"),
        ("", "", ""),
        ("«خبر» أول", "خبر أول!", "خبر أول!"),
        ("1,500 جندي", "1500 جندي", "1500 جندي"),
    ],
)
def test_a_word_that_changed_is_removed_and_added(before: str, after: str, expected: str) -> None:
    assert shown(before, after) == expected


def test_spelling_counts_if_words_are_compared_as_written() -> None:
    assert shown("المسئول قال", "المسئولُ قال", exactly=True) == "-[المسئول]+[المسئولُ]قال"


def test_signs_count_if_texts_are_compared_as_written_but_blanks_do_not() -> None:
    assert shown("قال، أمس", "قال أمس", exactly=True) == "-[قال،]+[قال]أمس"
    assert shown("قال  أمس\n", "قال\nأمس", exactly=True).split() == ["قال", "أمس"]
    assert shown("«قال", "قال", exactly=True) == "-[«قال]+[قال]"


def test_the_share_counts_the_words_of_both_texts() -> None:
    found = differences("قال الوزير أمس", "قال الرئيس")
    assert (found.same, found.before, found.after) == (1, 3, 2)
    assert found.share == pytest.approx(2 / 5)
    assert differences("", "").share == 1


def test_paragraphs_are_kept_apart_and_empty_ones_left_out() -> None:
    found = differences("أولا\n\nثانيا", "أولا\n\nثالثا")
    assert [[(run.change, run.text) for run in paragraph] for paragraph in found.paragraphs()] == [
        [(Change.SAME, "أولا")],
        [(Change.REMOVED, "ثانيا"), (Change.ADDED, "ثالثا")],
    ]


def test_the_end_of_a_paragraph_that_was_written_anew_is_one_end() -> None:
    found = differences("سعر الخبز خمسة دنانير.\nقال الوزير", "سعر الخبز عشرة دراهم.\nقال الوزير")
    assert [[(run.change, run.text) for run in paragraph] for paragraph in found.paragraphs()] == [
        [(Change.SAME, "سعر الخبز "), (Change.REMOVED, "خمسة دنانير."), (Change.ADDED, "عشرة دراهم.")],
        [(Change.SAME, "قال الوزير")],
    ]


def test_paragraphs_that_replace_others_stay_whole() -> None:
    found = differences("أولا\nحاء\nخاء\nدال\nثانيا", "أولا\nسين\nشين\nثانيا")
    assert [[(run.change, run.text) for run in paragraph] for paragraph in found.paragraphs()] == [
        [(Change.SAME, "أولا")],
        [(Change.REMOVED, "حاء"), (Change.ADDED, "سين")],
        [(Change.REMOVED, "خاء")],
        [(Change.REMOVED, "دال")],
        [(Change.ADDED, "شين")],
        [(Change.SAME, "ثانيا")],
    ]


def test_a_moved_paragraph_is_removed_in_one_place_and_added_in_the_other() -> None:
    first, second = "اجتمع وزراء الخارجية العرب في القاهرة أمس", "وارتفعت أسعار النفط إلى أعلى مستوى منذ سنة"
    found = differences(f"{first}\n{second}", f"{second}\n{first}")
    assert [run.change for run in found.runs].count(Change.SAME) == 1
    assert found.changes == 2


@given(TEXTS, TEXTS)
def test_the_paragraphs_have_the_words_of_both_texts_in_order(before: str, after: str) -> None:
    runs = [run for paragraph in differences(before, after).paragraphs() for run in paragraph]
    assert words(" ".join(run.text for run in runs if run.change is not Change.ADDED)) == words(before)
    assert words(" ".join(run.text for run in runs if run.change is not Change.REMOVED)) == words(after)


@given(TEXTS, TEXTS)
def test_the_runs_are_both_texts(before: str, after: str) -> None:
    found = differences(before, after)
    kept_before = " ".join(run.text for run in found.runs if run.change is not Change.ADDED)
    kept_after = "".join(run.text for run in found.runs if run.change is not Change.REMOVED)
    assert words(kept_before) == words(before)
    assert kept_after == (after if words(after) else "")
    assert found.same <= min(found.before, found.after)


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert differences(text, text).changes == 0
    assert differences(text, text).share == 1


def test_long_unlike_texts_are_compared_in_bounded_time() -> None:
    many, others = " ".join(f"أ{number}" for number in range(3_000)), " ".join(f"ب{number}" for number in range(3_000))
    assert differences(many, others).same == 0
