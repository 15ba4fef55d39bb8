"""Errors raised anywhere speak the language of the command line, and English to programs."""

import pickle
import re
from pathlib import Path

import pytest

from newsarchive.cli import main
from newsarchive.errors import ConfigError, CorruptArchive, ParseError
from newsarchive.i18n import catalogue
from newsarchive.i18n.wordings import filled, said
from newsarchive.wording import Worded, listed, mapped, worded, words_of

MARKS = re.compile("[\u2066\u2068]([^\u2069]*)\u2069")
ARABIC = re.compile("[\u0621-\u064a]{2,}")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(list(arguments))
    shown = capsys.readouterr()
    return stopped.value.code, shown.out, shown.err


COMMANDS = {
    "a file of settings that is no TOML": (("--config", "broken.toml"), ("stats",)),
    "an unknown setting": (("--config", "unknown.toml"), ("stats",)),
    "a value of a setting": (("--config", "value.toml"), ("stats",)),
    "no archive": ((), ("verify", "--archive", "none")),
    "a folder with other files": ((), ("ingest", "news.jsonl", "--archive", "other")),
    "a missing file": ((), ("ingest", "missing.jsonl", "--archive", "new")),
    "a line that is no JSON": ((), ("ingest", "news.jsonl", "--archive", "new")),
    "a picture": ((), ("ingest", "picture.txt", "--archive", "new")),
    "a refused address": ((), ("ingest", "http://127.0.0.1:9/feed", "--archive", "new")),
    "a table without a header": ((), ("ingest", "table.csv", "--archive", "new")),
    "no token to revoke": ((), ("tokens", "revoke", "nobody", "--archive", "new")),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_failures_are_told_in_arabic(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for file, content in {
        "broken.toml": "=",
        "unknown.toml": "wat = 1",
        "value.toml": 'port = "x"',
        "news.jsonl": "{broken\n",
        "table.csv": "one,two\n1,2\n",
        "picture.txt": "\x89PNG",
        "other/notes.txt": "mine",
    }.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_bytes(content.encode("latin-1"))
    options, command = COMMANDS[name]
    english = run(capsys, "--lang", "en", *options, *command)
    arabic = run(capsys, "--lang", "ar", *options, *command)
    assert arabic[0] == english[0] != 0
    assert not ARABIC.search("".join(english[1:]))
    assert ARABIC.search("".join(arabic[1:]))
    # What libraries say stays English, and so do names and commands; all of that is between marks.
    rest = MARKS.sub("", arabic[2]).replace("newsarchive:", "")
    assert re.findall("[A-Za-z]{2,} [a-z]{2,}", rest) == []


def test_an_error_is_english_for_programs() -> None:
    error = CorruptArchive(Path("a/b.jsonl"), 3, worded("it must be an integer"))
    assert str(error) == "a/b.jsonl:3: it must be an integer"
    assert said(error, "en") == str(error)
    assert said(error, "ar") == "\u2066a/b.jsonl:3\u2069: يجب أن يكون عددًا صحيحًا"


def test_errors_within_errors_are_told_too() -> None:
    inner = ValueError(worded("it must be from {lowest} to {highest}", lowest=1, highest=9))
    error = ConfigError(
        worded("{where}: {name} cannot be {shown}: {error}", where="x", name="port", shown=0, error=inner)
    )
    assert str(error) == "x: port cannot be 0: it must be from 1 to 9"
    assert "يجب أن يكون من" in said(error, "ar")
    assert "must" not in said(error, "ar")


def test_what_is_said_goes_to_other_processes() -> None:
    text = words_of(ParseError("x", worded("it must be an integer")))
    again = pickle.loads(pickle.dumps(text))
    assert isinstance(again, Worded)
    assert (again, said(again, "ar")) == (text, said(text, "ar"))


def test_secrets_are_hidden_in_the_values() -> None:
    text = worded("{url}: {error}", url="http://u:p@h", error=worded("refused: {error}", error="u:p"))
    hidden = mapped(text, lambda value: value.replace("u:p", "***"))
    assert hidden == "http://***@h: refused: ***"
    assert "u:p" not in said(hidden, "ar")


def test_what_the_operating_system_says_is_told_too(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as missing:
        (tmp_path / "none.txt").read_text()
    text = worded("{path}: cannot be read ({error})", path="x", error=missing.value)
    assert str(text) == f"x: cannot be read ({missing.value})"
    assert "No such file" not in said(missing.value, "ar")
    assert "none.txt" in said(missing.value, "ar")
    assert said(OSError(5, "something of this machine"), "ar") == "[Errno 5] something of this machine"


@pytest.mark.parametrize(
    ("text", "arabic"),
    [
        (listed([worded("it is truncated"), worded("an image")], "; "), "مبتور؛ صورة"),
        (listed(["csv", "jsonl"]), "csv, jsonl"),
        (worded("no such format: {name!r}; the formats are {names}", name="x", names=listed(["csv", "jsonl"])), None),
        (worded("{count} feeds are old", count=3), "3 feeds are old"),
    ],
)
def test_lists_are_written_as_their_items_are(text: Worded, arabic: str | None) -> None:
    expected = arabic or "لا صيغة باسم \u2068'x'\u2069؛ الصيغ هي \u2068csv, jsonl\u2069"
    assert MARKS.sub(r"\1", said(text, "ar")) == MARKS.sub(r"\1", expected)
    assert "\u20683\u2069" not in said(text, "ar")


def test_what_is_joined_to_a_name_is_between_its_marks() -> None:
    template = "أضف newsarchive.toml: networks = [{listed}] (أو اضبط NETWORKS={listed}) في {path}:{line} و{count}"
    fields = {"listed": listed(["10.0.0.0/8", "fd00::/8"]), "path": "a.toml", "line": 3, "count": 7}
    shown = filled(template, fields, catalogue("ar"))
    assert shown == (
        "أضف \u2066newsarchive.toml: networks = [10.0.0.0/8, fd00::/8]\u2069 (أو اضبط"
        " \u2066NETWORKS=10.0.0.0/8, fd00::/8\u2069) في \u2066a.toml:3\u2069 و7"
    )
