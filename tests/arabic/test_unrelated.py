"""The tables of unrelated words and of names, and the script that builds the former."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

from newsarchive.arabic import unrelated
from newsarchive.arabic.fold import fold
from newsarchive.arabic.proper_names import given_names, is_proper_name, places
from newsarchive.arabic.stem import stem
from newsarchive.arabic.unrelated import are_related, are_unrelated

SCRIPT = Path(__file__).parents[2] / "bench" / "build_unrelated.py"
TABLE = Path(unrelated.__file__).with_name(unrelated.FILE_NAME)


def test_the_table_is_sorted_and_has_folded_words() -> None:
    lines = [line for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]
    pairs = [line.split("\t") for line in lines]
    assert lines == sorted(lines) == [fold(line) for line in lines]
    assert sum(len(pair) == 2 for pair in pairs) > 300
    assert all(are_unrelated(*pair[:2]) == (len(pair) == 2) for pair in pairs)
    assert all(are_related(*pair[:2]) == (pair[2:] == ["related"]) for pair in pairs)


def test_judgments_come_before_counts(tmp_path: Path) -> None:
    texts = ["نشاط اتحادي", "في الاتحاد"] * 40
    articles = tmp_path / "articles.jsonl.gz"
    articles.write_bytes(gzip.compress("\n".join(json.dumps({"title": text, "body": ""}) for text in texts).encode()))
    subprocess.run([sys.executable, SCRIPT, articles, tmp_path], check=True)
    lines = (tmp_path / unrelated.FILE_NAME).read_text("utf-8").splitlines()
    assert "اتحادي\tاتحاد\trelated" in lines
    assert {"عاصمه\tعاصم", "فتحت\tتحت", "دوري\tدوره"} <= set(lines)


def test_words_that_share_no_articles_are_unrelated(tmp_path: Path) -> None:
    texts = ["قرأ بائع ورق", "الورقة ورقة مطوية"] * 20 + ["مدينة وقرية", "في المدينة والقرية"] * 20
    texts += ["صعب", "صعب وصعبة"] * 20
    articles = tmp_path / "articles.jsonl.gz"
    rows = (json.dumps({"title": text, "body": ""}) for text in texts)
    articles.write_bytes(gzip.compress("\n".join(rows).encode()))
    subprocess.run([sys.executable, SCRIPT, articles, tmp_path], check=True)
    lines = set((tmp_path / unrelated.FILE_NAME).read_text("utf-8").splitlines())
    judged = set(TABLE.read_text("utf-8").splitlines())
    assert lines - judged == {"ورقه\tورق"}


def test_names_keep_their_stem_after_conjunctions() -> None:
    names = [name for name in map(fold, (*given_names(), *places())) if is_proper_name(name)]
    assert len(names) > 200
    assert [name for name in names if stem(name) != name] == []
    changed = [name for name in names if stem("و" + name) != name]
    assert len(changed) <= 0.1 * len(names), changed
