import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.article import Topic
from newsarchive.cleaning import clean_names, clean_source_name, clean_topics
from newsarchive.names import clean_author, clean_name, clean_source, split_authors, split_names


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("\u200fوكالة  الأنباء\u200e", "وكالة الأنباء"),
        ("رويترز.", "رويترز"),
        ("- سياسة -", "سياسة"),
        ("صحيفة الخبر :", "صحيفة الخبر"),
        ("الأهرام،", "الأهرام"),
        ("(رويترز)", "رويترز"),
        ("رويترز)", "رويترز"),
        ("«القدس»", "القدس"),
        # These signs belong to the name.
        ("وكالة الأنباء (وفا)", "وكالة الأنباء (وفا)"),
        ("ج.م.ع.", "ج.م.ع."),
        ("Example Inc.", "Example Inc."),
        ("«أ» و«ب»", "«أ» و«ب»"),
        ("ثقافة/فنون", "ثقافة/فنون"),
        ("هل تعلم؟", "هل تعلم؟"),
        ("C++", "C++"),
    ],
)
def test_signs_around_a_name_are_removed(written: str, name: str) -> None:
    assert clean_name(written) == name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("بقلم: أحمد علي", "أحمد علي"),
        ("بقلم أحمد علي", "أحمد علي"),
        ("كتب : منى", "منى"),
        ("كتبت/ منى حسن", "منى حسن"),
        ("إعداد: هدى", "هدى"),
        ("By John Smith", "John Smith"),
        ("by: منى", "منى"),
        ("editor@news.example (أحمد علي)", "أحمد علي"),
        ("أحمد علي <ahmed@news.example>", "أحمد علي"),
        ("noreply@blogger.com (بقلم: منى)", "منى"),
        ("editor@news.example", ""),
        ("كتبي", "كتبي"),
        ("Byron", "Byron"),
        ("إعداد القادة", "إعداد القادة"),
        ("محرر الشؤون العربية", "محرر الشؤون العربية"),
    ],
)
def test_labels_and_addresses_are_not_part_of_an_author(written: str, name: str) -> None:
    assert clean_author(written) == name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("المصدر: رويترز", "رويترز"),
        ("نقلا عن الخبر", "الخبر"),
        ("Source: Reuters", "Reuters"),
        ("مصدر أمني", "مصدر أمني"),
        ("الأهرام، القاهرة", "الأهرام، القاهرة"),
    ],
)
def test_labels_are_not_part_of_a_source(written: str, name: str) -> None:
    assert clean_source(written) == name


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("أ، ب", ("أ", "ب")),
        ("A, B and C", ("A", "B", "C")),
        ("A, B, and C", ("A", "B", "C")),
        ("A; B", ("A", "B")),
        ("أ | ب", ("أ", "ب")),
        ("سياسة,اقتصاد", ("سياسة", "اقتصاد")),
        ("أ،، ب،", ("أ", "ب")),
        ("اقتصاد & مال", ("اقتصاد & مال",)),
        ("علوم وتكنولوجيا", ("علوم وتكنولوجيا",)),
        ("arts and culture", ("arts and culture",)),
        ("arts, food & drink", ("arts", "food & drink")),
        ("1,000 كلمة", ("1,000 كلمة",)),
        ("Example, Inc.", ("Example, Inc.",)),
        ("Dow, Jones & Company, Inc.", ("Dow, Jones & Company, Inc.",)),
        ("Martin King, Jr.", ("Martin King, Jr.",)),
    ],
)
def test_lists_of_names_are_split(written: str, names: tuple[str, ...]) -> None:
    assert split_names(written) == names


def test_and_separates_people_but_not_the_words_of_a_name() -> None:
    assert split_authors("John Smith and Jane Doe") == ("John Smith", "Jane Doe")
    assert split_authors("Simon & Garfunkel") == ("Simon & Garfunkel",)
    assert split_authors("منى حسن وأحمد علي") == ("منى حسن وأحمد علي",)


def test_an_entity_separates_nothing() -> None:
    assert clean_topics([Topic("اقتصاد &amp; مال", "feed")]) == (Topic("اقتصاد & مال", "feed"),)
    assert clean_names(["منى &quot;أم علي&quot; حسن"]) == ('منى "أم علي" حسن',)


@given(st.text(alphabet='أبت AB.,،؛;:()«»"-–|&\u200f\u200e و', max_size=30) | st.text(max_size=20))
def test_cleaning_clean_names_changes_nothing(text: str) -> None:
    names = clean_names([text])
    assert clean_names(names) == names
    topics = clean_topics([Topic(text, "feed")])
    assert clean_topics(topics) == topics
    source = clean_source_name(text)
    assert clean_source_name(source) == source
