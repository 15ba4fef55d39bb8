"""`bench/kinds.py` compares two checkouts, and its queries come from the text by rules."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ARTICLES = (
    ("مجموعة الدول", "اجتمعت مجموعة الـ20 في باريس."),
    ("قناة جديدة", "بثت شبكة وMBC المباراة، وحضر 1,500 شخص و 20 صحفيا."),
    ("زيارة حلفاء", "زار حلفاء البلد. التقى حلفائها. جاء حلفاء آخرون، وقال عبد الوهاب إن عبدالوهاب سافر."),
    ("حلفاء في القمة", "اجتمع ترامب و بوتين في هلسنكي ثم سافر ترامب وبوتين معا."),
    ("حلفاء قدامى", "رأي آخر."),
)


@pytest.fixture
def ant(tmp_path: Path) -> Path:
    path = tmp_path / "ant.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for title, body in ARTICLES:
            row = {"title": title, "body": body, "source": "wakala", "category": "politic"}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


def run(ant: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "bench" / "kinds.py"), str(ant), *options]
    settings = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=settings)


def other_checkout(folder: Path) -> Path:
    """A checkout whose search never finds the fourth article."""
    package = folder / "src" / "newsarchive"
    package.parent.mkdir(parents=True)
    subprocess.run(["cp", "-r", ROOT / "src" / "newsarchive", package], check=True)
    with (package / "search" / "service.py").open("a") as file:
        file.write("\nfrom dataclasses import replace\n_search = SearchService.search\n")
        file.write("def _fewer(self, request, *others):\n")
        file.write("    results = _search(self, request, *others)\n")
        file.write("    kept = tuple(hit for hit in results.hits if not hit.article.url.endswith('/3'))\n")
        file.write("    return replace(results, hits=kept, total=len(kept))\n")
        file.write("SearchService.search = _fewer\n")
    return folder


@pytest.mark.long
def test_articles_of_one_checkout_only_are_counted_and_printed(ant: Path, tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    other = other_checkout(tmp_path / "other")
    options = ("--against", str(other), "--only", "lone letters", "--sample", "3", "--json", str(figures))
    done = run(ant, *options, "--index", str(tmp_path / "kept"))
    assert done.returncode == 0, done.stderr
    found = json.loads(figures.read_text())["lone letters"]
    assert (found["queries"], found["gained"], found["lost"]) == (1, 1, 0)
    assert "ترامب و بوتين  [3]" in done.stdout
    assert "«ترامب»" in done.stdout
    for marker in (tmp_path / "kept").glob("now-*/indexed"):
        marker.unlink()  # As if the run had been interrupted while it indexed.
    again = run(ant, *options, "--index", str(tmp_path / "kept"))
    assert again.stdout == done.stdout
    assert len(list((tmp_path / "kept").iterdir())) == 2


def test_a_checkout_finds_the_same_as_itself(ant: Path, tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    done = run(ant, "--against", str(ROOT), "--json", str(figures))
    assert done.returncode == 0, done.stderr
    kinds = json.loads(figures.read_text())
    assert not any(kind["gained"] or kind["lost"] for kind in kinds.values())
    asked = {name for name, kind in kinds.items() if kind["queries"]}
    assert asked >= {"words attached to digits", "words attached to Latin", "thousands", "nouns in ء", "joined names"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--against", "/nowhere"), "/nowhere is not a checkout"),
        ((), "--against PATH"),
        (("--only", "colors"), "invalid choice: 'colors'"),
    ],
)
def test_wrong_options_are_explained(ant: Path, options: tuple[str, ...], said: str) -> None:
    done = run(ant, *options)
    assert done.returncode != 0
    assert said in done.stderr
