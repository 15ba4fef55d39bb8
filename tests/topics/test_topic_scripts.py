"""`bench/train_topics.py` makes a model from a corpus, and `bench/topics.py` measures and shows it."""

import gzip
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from newsarchive.topics.model import load_model

ROOT = Path(__file__).parents[2]
SECTIONS = {
    "sport": ["مباراة", "ملعب", "مدرب", "لاعب", "شوط", "هداف", "حارس", "دوري"],
    "economy": ["بورصة", "مصرف", "أسهم", "تضخم", "صادرات", "سندات", "تداول", "قروض"],
    "technology": ["هاتف", "تطبيق", "روبوت", "حاسوب", "برمجيات", "ناسا", "كوكب", "متصفح"],
    "culture": ["فيلم", "ممثل", "أغنية", "مسلسل", "رواية", "شاعر", "مسرح", "متحف"],
    "localNews": ["طريق", "باب", "بيت", "شارع", "مدينة", "رجل", "مكان", "وقت"],
}
ONLY_WRONG = "زعفران"
"""A word that only the outlet with wrong sections uses, in every article."""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    choice = random.Random(8)
    rows = []
    for source in ("BBC", "CNN", "skynews", "france24"):
        for section, vocabulary in SECTIONS.items():
            for number in range(30):
                words = choice.choices(vocabulary, k=15) + choice.choices(SECTIONS["localNews"], k=15)
                words += [ONLY_WRONG] * 5 if source == "france24" else []
                day = f"201801{number % 28 + 1:02}"
                row = {"id": f"{source}-{section}-{number}-{day}", "source": source, "category": section}
                rows.append(row | {"title": " ".join(words[:4]), "body": " ".join(words)})
    path = tmp_path_factory.mktemp("corpus") / "articles.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, [*rows, rows[0]])).encode()))
    return path


def run(script: str, *arguments: object) -> str:
    command = [sys.executable, str(ROOT / "bench" / script), *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_the_same_corpus_gives_the_same_model(corpus: Path, tmp_path: Path) -> None:
    for name in ("first.tsv", "second.tsv"):
        run("train_topics.py", corpus, tmp_path / name)
    assert (tmp_path / "first.tsv").read_bytes() == (tmp_path / "second.tsv").read_bytes()
    model = load_model(tmp_path / "first.tsv")
    assert {"مدرب", "فيلم"} <= set(model.stems)
    assert ONLY_WRONG not in model.stems
    shown = run("topics.py", corpus, "--model", tmp_path / "first.tsv", "--read", 5, "--each", 1, "--cost", "--seed", 3)
    assert "5 of 120 articles" in shown
    assert "sport: assigned to " in shown
    assert "ms per article" in shown


def test_outlets_and_times_are_held_out(corpus: Path) -> None:
    printed = run("topics.py", corpus)
    lines = [line.split() for line in printed.splitlines()]
    held = [line[0] for line in lines if line[1:2] == ["model"]]
    assert held == ["BBC", "CNN", "skynews", "mean", "latest", "mean"]
    best = {line[0]: float(line[2]) for line in lines if line[1:2] == ["model"]}
    common = {line[0]: float(line[2]) for line in lines if line[1:2] == ["commonest"]}
    assert min(best.values()) > 0.9
    assert max(common.values()) < 0.5
