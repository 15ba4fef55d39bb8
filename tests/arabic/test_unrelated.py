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
from newsarchive.arabic.unrelated import are_unrelated

SCRIPT = Path(__file__).parents[2] / "bench" / "build_unrelated.py"
TABLE = Path(unrelated.__file__).with_name(unrelated.FILE_NAME)


def test_the_table_is_sorted_and_has_folded_words() -> None:
    lines = [line for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert len(lines) > 50
    assert lines == sorted(lines) == [fold(line) for line in lines]
    assert all(are_unrelated(*line.split("\t")) for line in lines)


def test_words_that_share_no_articles_are_unrelated(tmp_path: Path) -> None:
    texts = ["قرأ بائع ورق", "ورقة مطوية"] * 20 + ["مدينة وقرية", "في المدينة والقرية"] * 20
    texts += ["صعب", "صعب وصعبة"] * 20
    articles = tmp_path / "articles.jsonl.gz"
    rows = (json.dumps({"title": text, "body": ""}) for text in texts)
    articles.write_bytes(gzip.compress("\n".join(rows).encode()))
    subprocess.run([sys.executable, SCRIPT, articles, tmp_path], check=True)
    lines = (tmp_path / unrelated.FILE_NAME).read_text("utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["ورقه\tورق"]


def test_names_keep_their_stem_after_conjunctions() -> None:
    names = [name for name in map(fold, (*given_names(), *places())) if is_proper_name(name)]
    assert len(names) > 200
    assert [name for name in names if stem(name) != name] == []
    changed = [name for name in names if stem("و" + name) != name]
    assert len(changed) <= 0.1 * len(names), changed
