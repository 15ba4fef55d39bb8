import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.cleaning import clean_text
from newsarchive.footers import without_footers

TEXT = "بحث الوزير الأوضاع في المدينة.\nوقال إن العمل مستمر."

FOOTERS = [
    "The post عنوان الخبر appeared first on المثال.",
    "The post عنوان الخبر first appeared on المثال .",
    "ظهرت المقالة عنوان الخبر أولاً على المثال.",
    "ظهرت التدوينة عنوان الخبر أولا على المثال",
    "التدوينة عنوان الخبر ظهرت أولاً على المثال.",
    "المقال عنوان الخبر نشر أولاً على المثال",
    "L’article Titre est apparu en premier sur Site.",
    "Continue reading →",
    "Read more about عنوان الخبر",
    "اقرأ المزيد",
    "متابعة القراءة ←",
    "أضف تعليق جديد",
    "Log in to post comments",
    "27 reads",
    "Submitted by admin on Mon, 04/21/2025 - 10:30",
    "admin Mon, 04/21/2025 - 10:30",
    "admin\nاثنين, 04/21/2025 - 10:30",
    "اثنين, 04/21/2025 - 10:30\nRead more\nAdd new comment",
]


@pytest.mark.parametrize("footer", FOOTERS)
def test_footers_are_removed(footer: str) -> None:
    assert without_footers(f"{TEXT}\n{footer}") == TEXT
    assert without_footers(footer) == ""


def test_a_footer_after_the_last_sentence_is_removed() -> None:
    assert without_footers(f"{TEXT} {FOOTERS[0]}") == TEXT


@pytest.mark.parametrize(
    "text",
    [
        "The post office was closed.",
        "The post appeared on his account on Monday.",
        "ظهرت المقالة الأولى عن الموضوع في عام 1990 على الصفحة الأولى.",
        "قال: اقرأ المزيد من الكتب",
        "وصل 27 قارئا إلى المكتبة",
        "أضف تعليقا على القانون، قال الوزير للنواب.",
        "الاثنين 21 نيسان 2025 - 10:30",
    ],
)
def test_text_that_is_like_a_footer_stays(text: str) -> None:
    assert without_footers(f"{TEXT}\n{text}") == f"{TEXT}\n{text}"


def test_footers_inside_a_text_stay() -> None:
    text = f"{FOOTERS[0]}\n{TEXT}"
    assert without_footers(text) == text


def test_the_title_at_the_start_of_a_node_is_removed_with_its_date() -> None:
    assert clean_text(f"عنوان\n{TEXT}\nadmin\nاثنين, 04/21/2025 - 10:30", "عنوان") == TEXT
    assert clean_text(f"عنوان\n{TEXT}", "عنوان") == f"عنوان\n{TEXT}"


@given(st.lists(st.sampled_from([*FOOTERS, "نص", "عنوان", "admin"]), max_size=12).map("\n".join))
def test_cleaning_a_clean_text_changes_nothing_but_the_lines_under_it(text: str) -> None:
    clean = clean_text(text)
    assert not clean or text.startswith(clean)
    assert len(clean_text(clean)) <= len(clean)
