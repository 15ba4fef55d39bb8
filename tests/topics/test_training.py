"""Training: what the model learns, and what it must not learn."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.arabic.stem import stem
from newsarchive.article import Article
from newsarchive.errors import ConfigError
from newsarchive.topics.model import MAX_STEMS, load_model, parse_model
from newsarchive.topics.regression import Prior, SparseRows, Targets, calibration, fit
from newsarchive.topics.seeds import evidence, load_seed_words
from newsarchive.topics.training import Policy, train

SPORT = ["مباراة", "ملعب", "مدرب", "لاعب", "شوط", "هداف", "تمريرة", "حارس", "مرمى", "دوري"]
ECONOMY = ["بورصة", "مصرف", "أسهم", "تضخم", "صادرات", "سندات", "إيرادات", "تداول", "ميزانية", "قروض"]
WEATHER = ["أمطار", "رياح", "ثلوج", "ضباب", "سحب", "برودة", "صقيع", "منخفض", "رعدية", "غبار"]
COMMON = ["يوم", "مدينة", "رجل", "مكان", "وقت", "عمل", "كلام", "طريق", "باب", "بيت", "شارع", "كبير", "جديد", "قديم"]
OUTLETS = ("المنارة", "الشاطئ", "الوادي", "الجبل")
SEEDS = {
    "sport": frozenset(),
    "economy": frozenset(),
    "weather": frozenset({"امطار", "رياح", "ثلوج", "ضباب", "سحب"}),
}
POLICY = Policy(thresholds={"sport": 0.6}, not_assigned={"religion": "too few"})


def corpus(per_cell: int = 40) -> Iterator[tuple[Article, tuple[str, ...]]]:
    """Articles of four outlets. Each names its outlet, and only one outlet's weather has sections."""
    choice = random.Random(5)
    for outlet in OUTLETS:
        for topic, vocabulary in (("sport", SPORT), ("economy", ECONOMY), ("", WEATHER), ("", COMMON)):
            for number in range(per_cell):
                words = choice.choices(vocabulary, k=25) + choice.choices(COMMON, k=25) + [outlet] * 4
                choice.shuffle(words)
                text = " ".join(words)
                name = f"{outlet}-{topic}-{number}"
                yield Article(id=name, title=" ".join(words[:5]), body=text, source=outlet), (topic,) if topic else ()


@pytest.fixture(scope="module")
def model_text() -> str:
    return train(corpus(), SEEDS, POLICY, "Made by a test.").text()


def test_the_topics_of_outlets_and_of_seed_words_are_learnt(model_text: str, tmp_path: Path) -> None:
    path = tmp_path / "model.tsv"
    path.write_text(model_text, encoding="utf-8")
    model = load_model(path)
    for topic, vocabulary in (("sport", SPORT), ("economy", ECONOMY), ("weather", WEATHER)):
        unseen = Article(id="x", title="", body=" ".join(vocabulary * 2 + COMMON), source="جديد")
        assert [given.topic for given in model.assign(unseen)] == [topic]
    assert model.assign(Article(id="x", title="", body=" ".join(COMMON))) == ()


def test_a_word_that_is_no_seed_is_learnt_from_articles_with_seeds(model_text: str) -> None:
    assert "\nصقيع\tweather\t" in model_text


def test_names_of_outlets_get_no_weight(model_text: str) -> None:
    stems = {line.split("\t")[0] for line in model_text.splitlines()}
    assert not stems & {"منار", "مناره", "شاطء", "شاطئ", "واد", "وادي", "جبل"}


def test_a_stem_of_several_meanings_gets_no_weight() -> None:
    articles = [
        (replace_words(article, {"بورصة": "آبل", "مصرف": "كتاب"}), topics) for article, topics in corpus(per_cell=15)
    ]
    stems = {line.split("\t")[0] for line in train(articles, SEEDS, POLICY).text().splitlines()}
    assert stems & {stem("أسهم"), stem("تضخم")}
    assert not stems & {stem("ابل"), stem("كتاب")}


def replace_words(article: Article, others: dict[str, str]) -> Article:
    return replace(article, body=" ".join(others.get(word, word) for word in article.body.split()))


def test_the_pace_of_a_regression_is_that_of_its_group() -> None:
    rows = sparse([[1, 0], [0, 1], [1, 1], [0, 1], [1, 0], [0, 1]])
    truth = np.array([[1, 1], [0, 0], [1, 0], [0, 0], [1, 0], [0, 0]], dtype=np.float32)
    importance = np.ones_like(truth)
    importance[2:, 1] = 0.05  # few examples of the second one
    prior = Prior(np.zeros((2, 2), np.float32), 1e-6, np.ones((2, 2), bool), np.zeros((2, 2), bool))

    def learnt(groups: list[int]) -> float:
        weights, _ = fit(rows, Targets(truth, importance, np.array(groups)), prior, 5)
        return float(np.abs(weights[:, 0]).max())

    assert learnt([0, 1]) > learnt([0, 0])


def sparse(table: list[list[int]]) -> SparseRows:
    dense = np.array(table)
    rows, columns = np.nonzero(dense)
    starts = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=len(dense)))))
    return SparseRows(starts, columns, dense[rows, columns].astype(np.float32), dense.shape[1])


def test_training_twice_gives_the_same_model(model_text: str) -> None:
    assert train(corpus(), SEEDS, POLICY, "Made by a test.").text() == model_text


def test_a_topic_that_is_not_assigned_keeps_its_reason_and_has_no_stems(model_text: str) -> None:
    assert "[religion]\t0.0000\t1.0000\t0.0000\t1.0000\ttoo few" in model_text
    assert "\treligion\t" not in model_text


def test_thresholds_are_those_of_the_policy(model_text: str) -> None:
    head = {line.split("\t")[0]: line.split("\t")[4] for line in model_text.splitlines() if line.startswith("[")}
    assert head["[sport]"] == "0.6000"
    assert head["[economy]"] != "0.6000"


def test_what_was_decided_for_a_model_is_kept_for_the_next_one(model_text: str) -> None:
    policy = Policy.of(parse_model(model_text, "x"))
    assert policy.thresholds == {"economy": 0.7, "sport": 0.6, "weather": 0.7}
    assert policy.not_assigned == POLICY.not_assigned


def test_a_seed_word_never_counts_for_another_topic() -> None:
    choice = random.Random(4)

    def mixed() -> Iterator[tuple[Article, tuple[str, ...]]]:
        kinds = ((WEATHER[:3] + SPORT[:3], ("sport",)), (ECONOMY, ("economy",)), (COMMON, ()), (COMMON, ()))
        for number in range(240):
            vocabulary, given = kinds[number % 4]
            text = " ".join(choice.choices(vocabulary, k=30))
            yield Article(id=str(number), title="", body=text, source=OUTLETS[number // 4 % 3]), given

    weights = {
        (line.split("\t")[0], line.split("\t")[1]): float(line.split("\t")[2])
        for line in train(mixed(), SEEDS, Policy({}, {})).text().splitlines()
        if not line.startswith("[")
    }
    assert weights["ملعب", "sport"] > 0
    assert all(weights.get((seed, "sport"), 0) <= 0 for seed in SEEDS["weather"])


def test_no_topic_has_more_stems_than_a_person_reads() -> None:
    choice = random.Random(3)
    letters = "بتجدرسصعفقكلمنهي"
    vocabulary = ["".join(choice.choices(letters, k=5)) for _ in range(700)]

    def many() -> Iterator[tuple[Article, tuple[str, ...]]]:
        for number in range(240):
            half = vocabulary[:350] if number % 2 else vocabulary[350:]
            text = " ".join(choice.choices(half, k=120))
            yield (
                Article(id=str(number), title="", body=text, source=OUTLETS[number % 4 // 2]),
                ("sport" if number % 2 else "economy",),
            )

    seeds = {"sport": frozenset[str](), "economy": frozenset[str]()}
    text = train(many(), seeds, Policy({}, {})).text()
    assert 0 < text.count("\tsport\t") <= MAX_STEMS
    assert 0 < text.count("\teconomy\t") <= MAX_STEMS


def test_one_outlet_is_not_enough() -> None:
    with pytest.raises(ValueError, match="two outlets"):
        train([(Article(id="a", title="", body="كلام", source="x"), ())], SEEDS, POLICY)


# Seed words.


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        ({"امطار"}, {"رياح", "ثلوج"}, True),
        ({"امطار"}, {"رياح"}, None),
        (set(), {"امطار", "رياح", "ثلوج", "ضباب", "سحب"}, True),
        (set(), {"امطار", "رياح", "ثلوج", "ضباب"}, None),
        (set(), {"امطار"}, False),
        ({"امطار"}, set(), None),
        (set(), set(), False),
    ],
)
def test_several_seed_words_are_an_example(title: set[str], body: set[str], expected: bool | None) -> None:
    assert evidence(title, body, SEEDS["weather"]) is expected


def test_seed_words_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "seeds.tsv"
    path.write_text("# comment\n\nweather\tالأمطار، رياح\nweather\tثلج\nsport\tكرة", encoding="utf-8")
    seeds = load_seed_words(path)
    assert set(seeds) == {"weather", "sport"}
    assert len(seeds["weather"]) == 3


@pytest.mark.parametrize("bad", ["weather", "weather\t،", "\tكرة"])
def test_a_bad_line_of_seed_words_is_named(tmp_path: Path, bad: str) -> None:
    path = tmp_path / "seeds.tsv"
    path.write_text(f"sport\tكرة\n{bad}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"seeds\.tsv:2: "):
        load_seed_words(path)


def test_the_packaged_seed_words_are_for_topics_of_the_model() -> None:
    assert set(load_seed_words()) == {topic.name for topic in load_model().topics}


# Regression.


@given(
    st.integers(1, 6).flatmap(
        lambda width: st.lists(st.lists(st.integers(0, 3), min_size=width, max_size=width), min_size=1, max_size=8)
    )
)
def test_sparse_products_are_those_of_the_dense_matrix(table: list[list[int]]) -> None:
    dense = np.array(table, dtype=np.float32)
    rows, columns = np.nonzero(dense)
    starts = np.concatenate(([0], np.cumsum((dense != 0).sum(axis=1)))).astype(np.int64)
    sparse = SparseRows(starts, columns, dense[rows, columns], dense.shape[1])
    right = np.arange(dense.shape[1] * 2, dtype=np.float32).reshape(-1, 2)
    left = np.arange(len(dense) * 2, dtype=np.float32).reshape(-1, 2)
    assert np.allclose(sparse.times(right), dense @ right)
    assert np.allclose(sparse.transposed_times(left), dense.T @ left)
    chosen = np.arange(0, len(dense), 2)
    assert np.allclose(sparse.only(chosen).times(right), dense[chosen] @ right)
    kept = np.arange(0, dense.shape[1], 2)
    assert np.allclose(sparse.restricted(kept).times(right[kept]), dense[:, kept] @ right[kept])


def test_confidences_are_the_share_that_is_right() -> None:
    random_numbers = np.random.default_rng(2)
    scores = random_numbers.normal(size=4_000) * 3
    is_true = random_numbers.random(4_000) < 1 / (1 + np.exp(-(1.5 * scores - 1)))
    slope, offset = calibration(scores, is_true, np.ones(4_000))
    assert slope == pytest.approx(1.5, abs=0.15)
    assert offset == pytest.approx(-1, abs=0.15)


def test_perfect_separation_gives_a_finite_curve() -> None:
    slope, offset = calibration(np.array([-1.0, -2.0, 1.0, 2.0]), [False, False, True, True], np.ones(4))
    assert 0 < slope < 50
    assert abs(offset) < 50
