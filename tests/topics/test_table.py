"""What the categories of outlets mean: topics, sections, and subjects as given."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.topics.table import (
    BUILT_IN,
    Meaning,
    TopicTable,
    bare_key,
    built_in_names,
    canonical_topic,
    canonical_topics,
    media_topics,
    topic_id,
    topic_label,
)


def topics(*names: str) -> Meaning:
    return Meaning(topics=names)


def sections(*names: str) -> Meaning:
    return Meaning(sections=names)


def test_no_name_has_two_meanings() -> None:
    meanings = defaultdict(set)
    for name, meaning in built_in_names():
        meanings[bare_key(name)].add(meaning)
    assert {key: found for key, found in meanings.items() if len(found) > 1} == {}


def test_categories_name_only_topics_and_sections_that_there_are() -> None:
    known = {*media_topics(), "history", "opinion"}
    for name, meaning in built_in_names():
        assert set(meaning.topics) <= known, name
        assert BUILT_IN.meaning_of(name) == meaning, name


@pytest.mark.parametrize(
    ("category", "meaning"),
    [
        ("sports", topics("sport")),
        ("رياضه", topics("sport")),
        ("الرِّياضة", topics("sport")),
        ("  مال   وأعمال ", topics("economy")),
        ("business", topics("economy")),
        ("اراء", topics("opinion")),
        ("History", topics("history")),
        ("technology", topics("science-technology")),
        ("science", topics("science-technology")),
        ("politic", topics("politics")),
        ("arts, culture, entertainment and media", topics("culture")),
        ("نزاعات، حرب وسلام", topics("conflict")),
        ("medtop:04000000", topics("economy")),
        ("04000000", topics("economy")),
        ("internationalnews", sections("world")),
        ("middleEast", sections("middle-east")),
        ("Middle East", sections("middle-east")),
        ("localNews", sections("local")),
        ("diverse", sections("misc")),
        ("أخبار", sections("latest")),
        ("News", sections("latest")),
        ("الأخبار العاجلة", sections("breaking")),
        ("الرئيسية", sections("main")),
        ("العالم العربي", sections("arab-world")),
        ("مصر", sections("egypt")),
        ("SAUDI ARABIA", sections("saudi-arabia")),
        ("أخبار الفن", topics("culture")),
        ("آخر أخبار الرياضة", topics("sport")),
        ("أخبار مصر", sections("egypt")),
        ("Egypt News", sections("egypt")),
        ("الشأن المحلي", sections("local")),
        ("Sports News", topics("sport")),
        ("سياسة واقتصاد", topics("politics", "economy")),
        ("صحة و تعليم", topics("health", "education")),
        ("arts & sport", topics("culture", "sport")),
        ("News/World/Asia", sections("News/World/Asia")),
        ("مصر وسوريا", sections("مصر وسوريا")),
        ("News > Sport", Meaning(("sport",), ("latest",))),
        ("فن وثقافة ومنوعات", Meaning(("culture",), ("misc",))),
        ("رياضة عربية", Meaning(("sport",), ("arab-world",))),
        (" زراعة   العنب ", topics("زراعة العنب")),
        ("", Meaning()),
        ("  ", Meaning()),
    ],
)
def test_a_category_means_topics_or_sections(category: str, meaning: Meaning) -> None:
    assert BUILT_IN.meaning_of(category) == meaning


@pytest.mark.parametrize(
    "category",
    [
        "عالم الحيوان",
        "العالم الرقمي",
        "مصر القديمة",
        "ولاية واشنطن",
        "أخبار الحمقى",
        "ترامب",
        "محلي الصنع",
        "واحة",
        "Worldview",
    ],
)
def test_a_name_that_only_looks_like_a_listed_one_is_a_subject_as_given(category: str) -> None:
    assert BUILT_IN.meaning_of(category) == topics(category)


def test_topics_are_deduplicated_in_order() -> None:
    names = ["رياضة", " ", "ترامب", "Sport", "اقتصاد", "ترامب", "العالم"]
    assert canonical_topics(names) == ("sport", "ترامب", "economy")
    assert BUILT_IN.meaning(names).sections == ("world",)


def test_labels_map_back_to_their_topic() -> None:
    for name in (*media_topics(), "history", "opinion", "world", "middle-east", "local", "misc", "egypt"):
        for language in ("ar", "en"):
            assert canonical_topic(topic_label(name, language)) == name
    assert topic_label("sport", "ar") == "رياضة"
    assert topic_label("economy", "en") == "Economy, business and finance"
    assert topic_label("egypt", "ar") == "مصر"
    assert topic_label("ترامب", "en") == "ترامب"


def test_only_iptc_topics_have_an_id() -> None:
    assert [topic_id(name) for name in ("sport", "history", "world", "ترامب")] == ["medtop:15000000", "", "", ""]
    assert len({topic_id(name) for name in media_topics()}) == 17


class TestAssignments:
    def test_a_category_may_have_several_topics_and_sections(self) -> None:
        table = TopicTable({"طاقة ومناخ": "economy، environment", "رياضة تونسية": "sport, تونس", "x": "Economy"})
        assert table.meaning_of("الطاقة والمناخ") == topics("economy", "environment")
        assert table.meaning_of("رياضة تونسية") == Meaning(("sport",), ("tunisia",))
        assert table.meaning_of("X") == topics("economy")

    @pytest.mark.parametrize("word", ["section", "Section", "قسم", "القسم"])
    def test_a_category_may_be_only_a_section(self, word: str) -> None:
        table = TopicTable({"نبض الشارع": word, "سينما": word, "world": word})
        assert table.meaning_of("نبض_الشارع") == sections("نبض الشارع")
        assert table.meaning_of("سينما") == sections("سينما")
        assert table.meaning_of("العالم") == sections("world")

    def test_a_label_with_commas_is_one_topic(self) -> None:
        table = TopicTable({"بورصات": "economy, business and finance"})
        assert table.meaning_of("بورصات") == topics("economy")

    def test_an_assignment_of_a_topic_applies_to_all_its_names(self) -> None:
        table = TopicTable({"sport": "ملاعبنا", "world": "politics", "أخبار الجيران": "society"})
        assert table.meaning_of("كرة القدم") == topics("ملاعبنا")
        assert table.meaning_of("international") == topics("politics")
        assert table.meaning_of("أخبار الجيران") == topics("society")

    def test_filters(self) -> None:
        table = TopicTable({"طاقة ومناخ": "economy، environment", "نبض الشارع": "section"})
        filters = table.filters(("طاقة ومناخ", "business", "world", "رياضة عربية"), ("نبض الشارع", "دولي", "غيره"))
        assert filters == Meaning(("economy", "environment", "sport"), ("world", "نبض الشارع", "غيره"))


@given(
    st.lists(st.sampled_from(["رياضة", "و", "اقتصاد", "أخبار", "مصر", "news", "/", "العالم", "سلام", "x"]), max_size=4)
)
def test_the_meaning_of_a_topic_is_itself(words: list[str]) -> None:
    meaning = BUILT_IN.meaning_of(" ".join(words))
    for topic in meaning.topics:
        assert BUILT_IN.meaning_of(topic).topics == (topic,)
