"""`newsarchive collections`, with its files and output."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO, TextIOWrapper
from pathlib import Path

import docx
import pytest

from newsarchive.cli import main
from tests.libraries import append, open_archive, withdraw
from tests.sample import WHEAT, sample_library

Run = Callable[..., tuple[object, str, str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    with sample_library(tmp_path / "archive"):
        return tmp_path / "archive"


@pytest.fixture
def run(folder: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    def command(*arguments: object, given: str = "") -> tuple[object, str, str]:
        capfdbinary.readouterr()
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(given.encode())))
        with pytest.raises(SystemExit) as left:
            main(["collections", *map(str, arguments), "--archive", str(folder)])
        out, err = capfdbinary.readouterr()
        return left.value.code, out.decode(), err.decode()

    return command


def shown(run: Run) -> list[dict[str, object]]:
    code, out, _ = run("show", "today", "--json")
    assert code == 0
    entries: list[dict[str, object]] = json.loads(out)["entries"]
    return entries


def ids(run: Run) -> list[object]:
    return [entry["id"] for entry in shown(run)]


def test_a_review_is_made_changed_and_deleted(run: Run) -> None:
    assert run("create", "صحافة اليوم", "--id", "today") == (0, "created: today\n", "")
    assert run("create", "Wheat deals")[1] == "created: wheat-deals\n"
    assert run("create", "أخرى", "--id", "today")[0] == 3
    added = run("add", "صحافة اليوم", "wheat", "talks", "wheat")
    assert added == (0, "added: 2 articles, 1 already there\n", "")
    code, out, err = run("add", "today", "none", "match0", "https://news.example/مقال/قمح?id=1&lang=ar")
    assert code == 1
    assert "'none'" in err
    assert out.startswith("added: ")
    assert ids(run)[:2] == ["wheat", "talks"]
    run("move", "today", "talks", "up")
    assert ids(run)[:2] == ["talks", "wheat"]
    run("move", "today", "talks", "last")
    assert ids(run)[-1] == "talks"
    run("note", "today", "talks", "-", given="سطر\nوآخر\n")
    assert shown(run)[-1]["note"] == "سطر\nوآخر"
    assert run("remove", "today", "talks", "talks2")[0] == 1
    assert "talks" not in ids(run)
    run("rename", "today", "--title", "صحافة الأسبوع", "--private")
    _, out, _ = run("list", "--json")
    listed = {one["id"]: one for one in json.loads(out)}
    assert listed["today"]["title"] == "صحافة الأسبوع"
    assert listed["today"]["private"] is True
    assert run("delete", "today")[0] == 2
    assert run("delete", "today", "--yes")[0] == 0
    assert run("show", "today")[0] == 3


def test_ids_come_from_standard_input_and_from_a_search(run: Run) -> None:
    run("create", "اليوم", "--id", "today")
    code, _, _ = run("add", "today", "-", given='talks\n\n{"id": "wheat", "title": "x"}\n')
    assert code == 0
    assert ids(run) == ["talks", "wheat"]
    assert run("add", "today", "-", given="{broken\n")[0] == 3
    run("remove", "today", "-", given="wheat\n")
    run("add", "today", "--search", "اتفاقا لشراء القمح", "--at", 1)
    assert ids(run) == ["wheat", "talks"]
    assert run("add", "today")[0] == 2


def test_what_became_of_articles_is_told_and_corrections_are_accepted(run: Run, folder: Path) -> None:
    run("create", "اليوم", "--id", "today")
    run("add", "today", "wheat", "talks", "--note", "تابع")
    with open_archive(folder) as library:
        append(library, replace(WHEAT, revision=9, body="نص مصحح عن القمح"))
        withdraw(library, "talks")
    assert [entry["state"] for entry in shown(run)] == ["corrected", "withdrawn"]
    _, out, _ = run("show", "today")
    assert "corrected since it was added" in out
    assert "تابع" in out
    run("accept", "today")
    assert [entry["state"] for entry in shown(run)] == ["current", "withdrawn"]


def test_a_damaged_line_is_named_and_stays(run: Run, folder: Path) -> None:
    run("create", "اليوم", "--id", "today")
    table = folder / "tables" / "collections.jsonl"
    with table.open("a", encoding="utf-8") as file:
        file.write("{broken\n")
    for command in (("list",), ("show", "today"), ("add", "today", "wheat"), ("export", "today")):
        code, _, err = run(*command)
        assert code == 0
        assert f"skipped: {table}:2: " in err
    assert table.read_text(encoding="utf-8").splitlines()[1] == "{broken"


def test_it_is_exported_as_documents_and_in_other_formats(run: Run, tmp_path: Path) -> None:
    run("create", "اليوم", "--id", "today")
    run("add", "today", "talks", "wheat", "--note", "ملاحظة")
    _, page, err = run("export", "today")
    assert page.startswith("<!doctype html>")
    assert page.index("محادثات") < page.index("اتفاقًا جديدًا")
    assert "2 articles written" in err
    target = tmp_path / "today.docx"
    assert run("export", "today", "--format", "docx", "-o", target)[0] == 0
    assert "ملاحظة" in [one.text for one in docx.Document(str(target)).paragraphs]
    assert "اتفاقًا جديدًا" not in run("export", "today", "--text", "none")[1]
    assert 'lang="en"' in run("export", "today", "--lang", "en")[1]
    for form, beginning in (("ris", "TY  - "), ("bibtex", "@"), ("csl", "["), ("csv", "\ufeffid"), ("text", "العنوان")):
        code, out, _ = run("export", "today", "--format", form)
        assert code == 0
        assert out.startswith(beginning)
    lines = run("export", "today", "--format", "jsonl")[1].splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["talks", "wheat"]


def test_without_an_archive_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as left:
        main(["collections", "create", "اليوم"])
    assert left.value.code == 3
    assert "Traceback" not in capfd.readouterr().err
    assert list(tmp_path.iterdir()) == []
