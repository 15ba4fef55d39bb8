"""`newsarchive reuse`."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsarchive.article import Article, Origin
from newsarchive.cli.main import group
from newsarchive.stories.reuse import MOST_WORDS
from tests.libraries import filled

PASSAGE = "أغلقت البلدية الحديقة العامة أسبوعين بعد سقوط أشجار عالية في عاصفة ليلة الثلاثاء"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    articles = [
        Article(
            id=f"a{n}", title=f"خبر {n}", body=f"{PASSAGE}.", published=date(2024, 9 - n, 1), origin=Origin("x", "y")
        )
        for n in range(3)
    ]
    filled(tmp_path / "news", articles).close()
    return tmp_path / "news"


def run(archive: Path, *arguments: str, text: str = PASSAGE) -> Result:
    return CliRunner().invoke(group, ["reuse", *arguments, "--archive", str(archive)], input=text)


def test_articles_are_printed_earliest_first(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("\ufeff" + PASSAGE, encoding="utf-8")
    result = run(archive, str(tmp_path / "text.txt"))
    assert result.exit_code == 0
    assert [line[:9] for line in result.stdout.splitlines() if "خبر" in line] == ["1. خبر 2", "2. خبر 1", "3. خبر 0"]
    assert f"(13) {PASSAGE}" in result.stdout
    assert "3 articles found" in result.stderr


def test_standard_input_and_json(archive: Path) -> None:
    form = json.loads(run(archive, "-", "--json", "--limit", "2").stdout)
    assert form["total"] == 3
    assert [article["id"] for article in form["articles"]] == ["a2", "a1"]


@pytest.mark.parametrize(
    ("text", "message"), [("", "there are no words"), ("كلمة " * (MOST_WORDS + 1), "5,001 words; the limit is 5,000")]
)
def test_a_text_that_cannot_be_looked_up_is_explained(archive: Path, text: str, message: str) -> None:
    result = run(archive, "-", text=text)
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_missing_file_is_explained(archive: Path) -> None:
    result = run(archive, "none.txt")
    assert result.exit_code != 0
    assert "none.txt" in result.stderr
