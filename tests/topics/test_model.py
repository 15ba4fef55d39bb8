"""The topic model: its file, and what it assigns."""

from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.article import Article
from newsarchive.errors import ConfigError
from newsarchive.topics.model import (
    FURTHER,
    LEAD,
    MAX_STEMS,
    SHOWN_WORDS,
    SURE,
    TopicModel,
    article_stems,
    assigned_columns,
    load_model,
    parse_model,
)
from newsarchive.topics.numbered import NumberedStems

SMALL = """\
# Two topics.
[sport]\t-1.0000\t1.0000\t0.0000\t0.6000
مبار\tsport\t9.000
فاز\tsport\t2.000
مصرف\tsport\t-4.000
[economy]\t-1.0000\t1.0000\t0.0000\t0.6000
مصرف\teconomy\t9.000
[weather]\t0.0000\t1.0000\t0.0000\t1.0000\ttoo few examples
طقس\tweather\t9.000
"""

SPORT = """تعادل الفريقان بهدف لكل منهما في المباراة التي جمعتهما مساء أمس على ملعب المدينة.
وسجل المهاجم الهدف الأول من ركلة جزاء في الشوط الأول، وأضاع زميله فرصة قبل صافرة الحكم.
وقال المدرب إن اللاعبين قدموا أداء جيدا، وإن المنتخب يستعد لتصفيات كأس العالم."""
ECONOMY = """ارتفعت أسعار النفط اليوم، وصعد سعر البرميل بنسبة اثنين بالمئة مع تراجع المخزونات.
وأغلقت الأسهم في البورصة على مكاسب، وقال محللون إن المستثمرين ينتظرون قرار البنك المركزي بشأن الفائدة.
وزادت أرباح الشركات والصادرات في الربع الأخير من العام."""
HEALTH = """قالت وزارة الصحة إن اللقاح الجديد يحمي الأطفال من المرض، وإن الأطباء سيبدأون حملة التطعيم في المستشفيات.
ويسبب الفيروس أعراضا مثل الحمى والالتهاب، والعلاج بالمضادات لا ينفع المرضى.
ودعت منظمة الصحة العالمية إلى الوقاية من العدوى."""
BLAND = "هذا نص لا يقول شيئا عن أي أمر، ولا يعرف أحد لماذا كتب، ولا لمن، ولا متى."


def article(body: str, title: str = "", *, title_derived: bool = False) -> Article:
    return Article(id="a", title=title, body=body, title_derived=title_derived)


@pytest.fixture
def small() -> TopicModel:
    return parse_model(SMALL, "small.tsv")


def topics(model: TopicModel, body: str, title: str = "") -> list[str]:
    return [given.topic for given in model.assign(article(body, title))]


# The model of the package.


@pytest.mark.parametrize(("body", "topic"), [(SPORT, "sport"), (ECONOMY, "economy"), (HEALTH, "health")])
def test_an_article_gets_its_topic(body: str, topic: str) -> None:
    assert topics(load_model(), body)[0] == topic


def test_an_article_about_nothing_in_particular_gets_no_topic() -> None:
    assert topics(load_model(), BLAND) == []


def test_an_assignment_shows_words_as_they_are_written() -> None:
    body = SPORT.replace("المباراة", "المُبَاراةِ")
    best = load_model().assign(article(body))[0]
    assert 1 <= len(best.words) <= SHOWN_WORDS
    assert all(word in body for word in best.words)
    assert 0 < best.confidence <= 1


def test_assignments_are_the_same_every_time_and_best_first() -> None:
    mixed = article(f"{ECONOMY}\n{SPORT}")
    first = load_model().assign(mixed)
    assert load_model().assign(mixed) == first
    confidences = [given.confidence for given in first]
    assert confidences == sorted(confidences, reverse=True)


def test_the_packaged_model_is_complete() -> None:
    source = files("newsarchive.topics")
    model = load_model()
    table = source.joinpath("media_topics.tsv").read_text(encoding="utf-8")
    assert [topic.name for topic in model.topics] == sorted(
        line.split("\t")[0] for line in table.splitlines() if not line.startswith("#")
    )
    assert "License" in model.head
    assert "bench/train_topics.py" in model.head
    assert source.joinpath("model.tsv").read_text(encoding="utf-8") == model.text()
    sizes = [sum(line.split("\t")[1:2] == [topic.name] for line in model.text().splitlines()) for topic in model.topics]
    assert max(sizes) <= MAX_STEMS
    assert all(bool(size) is not bool(topic.reason) for size, topic in zip(sizes, model.topics, strict=True))


# Reading a model.


def test_weights_add_up(small: TopicModel) -> None:
    assert topics(small, "المباراة مباراة") == ["sport"]
    assert topics(small, "المصرف") == ["economy"]
    assert topics(small, "المصرف المباراة مصرف") == ["economy"]


def test_a_topic_with_a_reason_is_never_assigned(small: TopicModel) -> None:
    assert topics(small, "الطقس طقس الطقس", "الطقس") == []


def test_the_title_counts_more_than_the_body_unless_it_was_made_from_it(small: TopicModel) -> None:
    plain = small.values(*map(small.rows, article_stems(article("فاز", title="فاز"))))
    derived = small.values(*map(small.rows, article_stems(article("فاز", title="فاز", title_derived=True))))
    assert plain.values.max() > derived.values.max() > 0


def test_only_the_beginning_of_the_body_is_read(small: TopicModel) -> None:
    filling = "كلام " * LEAD
    assert topics(small, "المصرف " + filling) == ["economy"]
    assert topics(small, filling + "المصرف") == []


def test_the_words_that_count_against_a_topic_are_not_shown(small: TopicModel) -> None:
    assigned = {found.topic: found.words for found in small.assign(article("المباراة مباراة مباراة مباراة فاز المصرف"))}
    assert assigned["sport"] == ("المباراة", "فاز")


def test_extreme_weights_give_a_confidence_too() -> None:
    model = parse_model("[sport]\t-999\t999\t0\t0.5\nكرة\tsport\t-999\n[economy]\t999\t999\t0\t0.5", "x")
    assert [(found.topic, found.confidence) for found in model.assign(article("كرة كرة"))] == [("economy", 1.0)]


def test_a_model_is_written_as_it_was_read(small: TopicModel, tmp_path: Path) -> None:
    path = tmp_path / "model.tsv"
    small.save(path)
    again = load_model(path)
    assert again.text() == small.text()
    assert again.digest == small.digest
    assert again.head == "Two topics."


def test_the_digest_names_what_decides(small: TopicModel) -> None:
    commented = parse_model("# Another comment.\n" + SMALL, "x")
    heavier = parse_model(SMALL.replace("9.000", "9.001", 1), "x")
    stricter = parse_model(SMALL.replace("0.6000", "0.7000", 1), "x")
    assert commented.digest == small.digest
    assert len({small.digest, heavier.digest, stricter.digest}) == 3


@pytest.mark.parametrize(
    ("line", "bad", "said"),
    [
        (1, "[sport]\t1\t1\t0", "columns"),
        (1, "[Sport!]\t1\t1\t0\t0.5", "no topic"),
        (1, "[sport]\t1\t1\t0\t0", "threshold"),
        (1, "[sport]\t1\t-1\t0\t0.5", "slope"),
        (1, "[sport]\tmany\t1\t0\t0.5", "no number"),
        (1, "[sport]\tnan\t1\t0\t0.5", "out of range"),
        (1, "كرة\tsport\t1", "[sport]"),
        (2, "[sport]\t1\t1\t0\t0.5\nكرة sport 1", "columns"),
        (2, "[sport]\t1\t1\t0\t0.5\nكرة\tsport\tinf", "out of range"),
        (2, "[sport]\t1\t1\t0\t0.5\nكرة\teconomy\t1", "[economy]"),
        (3, "[sport]\t1\t1\t0\t0.5\n[economy]\t1\t1\t0\t0.5\nكرة\tsport\t1", "move it below [sport]"),
        (3, "[sport]\t1\t1\t0\t0.5\nكرة\tsport\t1\nكرة\tsport\t2", "twice"),
        (2, "[sport]\t1\t1\t0\t0.5\n[sport]\t1\t1\t0\t0.5", "twice"),
        (1, "# nothing but a comment", "no topic model"),
        (402, "[sport]\t1\t1\t0\t0.5\n" + "\n".join(f"{n}\tsport\t1" for n in range(401)), "400"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: int, bad: str, said: str) -> None:
    path = tmp_path / "mine.tsv"
    path.write_text(bad, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_model(path)
    assert f"{path}:{line}: " in str(error.value)
    assert said in str(error.value)


def test_a_missing_or_unreadable_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.tsv"):
        load_model(tmp_path / "none.tsv")
    (tmp_path / "latin.tsv").write_bytes(b"[sport]\xff")
    with pytest.raises(ConfigError, match=r"latin\.tsv"):
        load_model(tmp_path / "latin.tsv")


# Stems that are known by number.

WORDS = sorted(set(f"{SPORT} {ECONOMY} {HEALTH} {BLAND}".replace("،", " ").replace(".", " ").split()))


@given(
    st.lists(st.sampled_from(WORDS), max_size=12),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=40),
    st.booleans(),
    st.integers(min_value=1, max_value=20),
)
def test_numbered_stems_give_the_same_topics(title: list[str], body: list[str], derived: bool, copies: int) -> None:
    model = load_model()
    text = article(" ".join(body * copies), " ".join(title), title_derived=derived)
    numbers: dict[str, int] = {}
    numbered = [[numbers.setdefault(stem, len(numbers)) for stem in part] for part in article_stems(text)]
    stems = NumberedStems(model)
    for stem in numbers:
        stems.extend([stem])
    assert len(stems) == len(numbers)
    assert stems.assign(*numbered) == tuple((given.topic, given.confidence) for given in model.assign(text))


def test_a_number_without_a_stem_is_an_error(small: TopicModel) -> None:
    stems = NumberedStems(small)
    stems.extend(["كرة", "مصرف"])
    with pytest.raises(IndexError):
        stems.assign([], [2])
    assert stems.assign([], []) == ()


def test_topics_of_one_confidence_come_in_one_order(small: TopicModel) -> None:
    both = [replace(topic, bias=5.0) for topic in small.topics]
    model = TopicModel(both, {"sport": {"كرة": 1.0}, "economy": {"كرة": 1.0}})
    assert topics(model, "كرة") == ["sport", "economy"]


@pytest.mark.parametrize(
    ("confidences", "expected"),
    [
        ((0.95, 0.3, 0.1), [0]),
        ((0.5, 0.1, 0.1), [0]),
        ((0.5, 0.61, 0.1), [1]),
        ((0.5, 0.35, 0.3), [0]),
        ((0.4, 0.39, 0.1), [0]),
        ((0.95, 0.94, 0.1), [0, 1]),
        ((0.95, FURTHER - 0.01, 0.1), [0]),  # a further topic must be likelier than the first
        ((0.95, FURTHER, 0.1), [0, 1]),
        ((0.3, 0.2, 0.1), []),
        ((0.5, 0.1, 0.99), [0]),  # the last one can't be assigned, so it is no rival
        ((0.1, 0.2, 0.99), []),
    ],
)
def test_a_likely_topic_is_assigned_if_it_is_ahead(confidences: tuple[float, ...], expected: list[int]) -> None:
    rivals = np.array([True, True, False])
    found = assigned_columns(np.array(confidences), np.array([0.4, 0.4, 2.0]), rivals)
    assert [column for column, _ in found] == expected


def test_a_little_of_everything_is_nothing_unless_one_topic_is_sure() -> None:
    least, rivals = np.array([0.4, 0.9, 0.9, 2.0]), np.array([True, True, True, False])
    others = [0.5, 0.5, 0.99]
    assert assigned_columns(np.array([SURE - 0.01, *others]), least, rivals) == []
    assert assigned_columns(np.array([SURE, *others]), least, rivals) == [(0, SURE)]
    assert assigned_columns(np.array([SURE - 0.01, 0.5, 0.1, 0.99]), least, rivals) == [(0, SURE - 0.01)]
