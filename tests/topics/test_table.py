from collections import Counter

import pytest

from newsarchive.arabic.fold import folded_name
from newsarchive.topics.table import _SUBJECTS, canonical_topic, canonical_topics, topic_label


def test_no_spelling_belongs_to_two_topics() -> None:
    owners = Counter(
        key
        for subject in _SUBJECTS
        for key in {
            folded_name(spelling) for spelling in (subject.name, subject.arabic, subject.english, *subject.aliases)
        }
    )
    assert [key for key, count in owners.items() if count > 1] == []


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("sports", "sport"),
        ("SPORT", "sport"),
        ("رياضه", "sport"),
        ("الرِّياضة", "sport"),
        ("  مال   وأعمال ", "economy"),
        ("اراء", "opinion"),
        ("internationalnews", "world"),
        ("Middle East", "middle-east"),
        ("middle-east", "middle-east"),
        (" سفر   وسياحة ", "سفر وسياحة"),
        ("", ""),
    ],
)
def test_all_spellings_of_a_topic_have_one_canonical_name(given: str, canonical: str) -> None:
    assert canonical_topic(given) == canonical
    assert canonical_topic(canonical) == canonical


def test_topics_are_deduplicated_in_order() -> None:
    assert canonical_topics(["رياضة", " ", "سفر", "Sport", "اقتصاد", "سفر"]) == ("sport", "سفر", "economy")


def test_labels_map_back_to_their_topic() -> None:
    for subject in _SUBJECTS:
        for language in ("ar", "en"):
            assert canonical_topic(topic_label(subject.name, language)) == subject.name
    assert topic_label("sport", "ar") == "رياضة"
    assert topic_label("sport", "en") == "Sport"
    assert topic_label("سفر", "en") == "سفر"
