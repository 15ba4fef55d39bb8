"""`newsarchive batch` and `newsarchive concordance`."""

import csv
import io
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from newsarchive.article import Article
from newsarchive.cli.main import group
from tests.libraries import filled


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    articles = [
        Article(id="a", title="سعر القمح", body="وصل القمح أمس", source="تاس"),
        Article(id="b", title="=1+1", body="- القمح والشعير", source="رويترز"),
    ]
    filled(tmp_path / "news", articles).close()
    return tmp_path / "news"


def run(archive: Path, *arguments: str, text: str = "") -> Result:
    runner = CliRunner()
    # A command returns its exit code, which only a group that isn't standalone passes on.
    result = runner.invoke(group, [*arguments, "--archive", str(archive)], input=text.encode(), standalone_mode=False)
    if result.exception is None:
        result.exit_code = result.return_value or 0
    return result


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_batch_from_standard_input(archive: Path) -> None:
    result = run(archive, "batch", "-", "--by", "source", text="القمح\nالشعير\n")
    assert result.exit_code == 0
    assert result.stdout_bytes.startswith(b"\xef\xbb\xbf")
    assert [(row["query"], row["total"], row["تاس"]) for row in table(result.stdout_bytes)] == [
        ("القمح", "2", "1"),
        ("الشعير", "1", "0"),
    ]
    assert "2 queries" in result.stderr


def test_a_bad_row_is_named_and_the_exit_code_says_so(archive: Path, tmp_path: Path) -> None:
    path, out = tmp_path / "q.csv", tmp_path / "out.csv"
    path.write_text("query,from\nالقمح,2024-99\nالقمح,\n", encoding="utf-8")
    result = run(archive, "batch", str(path), "-o", str(out), "--no-bom")
    assert result.exit_code == 1
    assert f"{path}:2: 'from'" in result.stderr
    assert "1 query, 1 row not searched" in result.stderr
    rows = table(out.read_bytes())
    assert [row["total"] for row in rows] == ["", "2"]
    assert "'from'" in rows[0]["error"]
    assert not out.read_bytes().startswith(b"\xef\xbb\xbf")


def test_hits_are_harmless_in_a_spreadsheet(archive: Path) -> None:
    rows = table(run(archive, "batch", "-", "--hits", text="الشعير\n").stdout_bytes)
    assert [row["title"] for row in rows] == ["'=1+1"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--hits", "--by", "month"), "--hits lists articles"),
        (("--long",), "--long needs --by"),
        (("--limit", "2"), "--limit needs --hits"),
    ],
)
def test_options_that_contradict_each_other(archive: Path, options: tuple[str, ...], message: str) -> None:
    result = run(archive, "batch", "-", *options, text="القمح\n")
    assert isinstance(result.exception, click.UsageError)
    assert message in str(result.exception)


def test_a_file_without_queries_is_refused_before_anything_is_written(archive: Path, tmp_path: Path) -> None:
    path, out = tmp_path / "q.csv", tmp_path / "out.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    result = run(archive, "batch", str(path), "-o", str(out))
    assert result.exit_code != 0
    assert not out.exists()


def test_a_concordance(archive: Path) -> None:
    result = run(archive, "concordance", "القمح", "--sort", "after")
    assert result.exit_code == 0
    rows = table(result.stdout_bytes)
    assert [(row["before"], row["match"], row["after"]) for row in rows] == [
        ("سعر", "القمح", ""),
        ("وصل", "القمح", "أمس"),
        ("'-", "القمح", "والشعير"),
    ]
    assert "3 occurrences in 2 articles" in result.stderr
    only = run(archive, "concordance", "القمح", "--source", "تاس", "--width", "0")
    assert {row["after"] for row in table(only.stdout_bytes)} == {""}
    assert "2 occurrences in 1 article" in only.stderr


def test_a_concordance_needs_words(archive: Path) -> None:
    result = run(archive, "concordance", "--source", "تاس")
    assert isinstance(result.exception, click.UsageError)
    assert "no words" in str(result.exception)
