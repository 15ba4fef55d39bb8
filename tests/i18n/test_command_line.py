"""The command line speaks the language of the locale, or of --lang; what programs read never changes."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from newsarchive.cli.main import group
from newsarchive.cli.other_texts import OF_CLICK
from newsarchive.cli.translating import language_asked, language_of_locale
from newsarchive.export.formats import FORMATS
from newsarchive.i18n import catalogue
from tests.serving import COMMAND

ARABIC = re.compile("[\u0621-\u064a]{2,}")
NEWS = {
    "title": "مباراة القمح",
    "body": "قال الوزير إن القمح وصل إلى الميناء.",
    "source": "تاس",
    "published": "2025-04-21",
}


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    settings = {"PYTHONPATH": ":".join(sys.path), "PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8", **environment}
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, env=settings, check=False)


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "ar_EG.UTF-8"}, "ar"),
        ({"LANG": "ar"}, "ar"),
        ({"LANG": "ar_SY@calendar.UTF-8"}, "ar"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "ar_MA.UTF-8"}, "ar"),
        ({"LANG": "ar_EG.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "ar_EG.UTF-8", "LC_ALL": ""}, "ar"),
        ({"LANG": "tlh_XX"}, "en"),
        ({"LANG": "POSIX"}, "en"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "ar:en"}, "ar"),
        ({"LANG": "fr_FR.UTF-8", "LANGUAGE": "fr:ar"}, "ar"),
        ({"LANG": "ar_EG.UTF-8", "LANGUAGE": "en:ar"}, "en"),
        ({"LANG": "ar_EG.UTF-8", "LANGUAGE": "fr:de"}, "en"),
        ({"LANG": "ar_EG.UTF-8", "LANGUAGE": ""}, "ar"),
        ({"LANG": "ar_EG.UTF-8", "LANGUAGE": ":"}, "ar"),
        ({"LC_ALL": "en_GB.UTF-8", "LANG": "C", "LANGUAGE": "ar_SY.UTF-8@latin"}, "ar"),
        ({"LC_ALL": "C", "LANG": "ar_EG.UTF-8", "LANGUAGE": "ar"}, "en"),
        ({"LC_ALL": "C.UTF-8", "LANGUAGE": "ar"}, "en"),
        ({"LC_MESSAGES": "POSIX", "LANG": "ar_EG.UTF-8", "LANGUAGE": "ar"}, "en"),
        ({"LANGUAGE": "ar"}, "en"),
    ],
)
def test_the_locale_decides(environment: dict[str, str], language: str) -> None:
    assert language_of_locale(environment) == language


@pytest.mark.parametrize(
    ("arguments", "language"),
    [
        (["--lang", "ar", "stats"], "ar"),
        (["--lang=ar"], "ar"),
        (["--config", "x.toml", "--lang", "ar", "stats"], "ar"),
        (["--config", "--lang", "ar"], None),
        (["export", "--lang", "ar"], None),
        (["--lang"], None),
        (["--lang", "xx"], None),
        ([], None),
    ],
)
def test_the_option_holds_only_before_the_command(arguments: list[str], language: str | None) -> None:
    assert language_asked(arguments) == language


def commands(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(command, click.Group):
        return [path]
    context = click.Context(command)
    found = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
    return [path, *(one for name, sub in found if sub for one in commands(sub, (*path, name)))]


@pytest.mark.parametrize("path", commands(group), ids=" ".join)
def test_help_is_in_arabic_and_english_again(path: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    from newsarchive.cli import main  # noqa: PLC0415

    shown = {}
    for language in ("ar", "en"):
        with pytest.raises(SystemExit) as stopped:
            main(["--lang", language, *path, "--help"])
        assert stopped.value.code == 0
        shown[language] = capsys.readouterr().out
    assert shown["ar"].startswith("الاستعمال:")
    assert shown["en"].startswith("Usage:")
    assert not ARABIC.search(shown["en"])
    # Each option and the text above them has words in Arabic.
    plain = [line for line in shown["ar"].splitlines() if re.search(r"[a-z]{4} [a-z]{2,} [a-z]{2,}", line)]
    assert [line for line in plain if not ARABIC.search(line)] == []


def test_messages_are_translated_and_what_programs_read_is_not(tmp_path: Path) -> None:
    source = tmp_path / "news.jsonl"
    source.write_text(json.dumps(NEWS) + "\n{broken\n", encoding="utf-8")
    done = {}
    for language in ("ar", "en"):
        archive = ("--archive", str(tmp_path / language))
        locale = {"LANG": {"ar": "ar_EG.UTF-8", "en": "C.UTF-8"}[language]}
        done[language] = [
            run("ingest", str(source), *archive, **locale),
            run("ingest", str(source), "--json", "--dry-run", *archive, **locale),
            run("search", "القمح", "--json", *archive, **locale),
            run("search", "القمح", *archive, **locale),
            run("export", "--format", "text", *archive, **locale),
            run("show", "none", *archive, **locale),
            run("verify", *archive, **locale),
            run("stats", "--wait", "x", *archive, **locale),
            run("--lang", "en", "stats", "--wat", *archive, **locale),
        ]
    assert [one.returncode for one in done["ar"]] == [one.returncode for one in done["en"]]
    arabic, english = done["ar"], done["en"]
    assert "مادتان" in arabic[0].stderr + arabic[0].stdout
    assert "2 items" in english[0].stderr + english[0].stdout
    for number in (1, 2):
        timeless = [
            re.sub(r'"(took_ms|seconds)": [\d.]+|"archived_at": "[^"]*"', "", one[number].stdout)
            for one in (arabic, english)
        ]
        assert timeless[0].replace(f"{tmp_path}/ar", "") == timeless[1].replace(f"{tmp_path}/en", "")
    assert "النتائج 1" in arabic[3].stderr
    assert "1 found" in english[3].stderr
    assert "خطأ:" in arabic[7].stderr
    assert ARABIC.search(arabic[8].stderr) is None


def test_texts_of_click_exist_in_click() -> None:
    folder = Path(click.__file__).parent
    known = set()
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                known.add(node.value)
    texts = {one for text in OF_CLICK for one in ([text] if isinstance(text, str) else text)}
    assert texts - known == set()


@pytest.mark.parametrize("item", sorted({one.item for one in FORMATS}))
def test_what_formats_count_has_plurals(item: str) -> None:
    forms = {catalogue("ar").plain_form(f"{{n}} {item}", f"{{n}} {item}s", n) for n in (0, 1, 2, 3)}
    assert len(forms) == 4
    assert all(map(ARABIC.search, forms))
