"""Whatever is typed wrongly, the command line says so in the language of its reader, and exits as ever."""

import io
import json
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from newsarchive.cli import main
from newsarchive.cli.main import group
from tests.articles import make_article
from tests.libraries import filled

FILES = {
    "table.csv": "one,two\n1,2\n",
    "queries.csv": "query,sort,from\nالقمح,wat,\nالقمح,,2025-99\n",
    "list.opml": '<opml><body><outline text="a" xmlUrl="https://a.example/x"/></body></opml>',
    "page.html": "<html><body><p>Nothing</p></body></html>",
    "lines.jsonl": '{broken\n{"title": 1}\n[]\n{"title": "بلا متن"}\n',
    "long.jsonl": json.dumps({"title": "كلمة " * 900, "body": "نص الخبر القصير.", "published": "غدًا"}),
    "picture.txt": "\x89PNG\r\n",
    "empty.txt": "",
    "port.toml": "port = 0",
    "unknown.toml": "wat = 1",
    "broken.toml": "=",
    "cluster.toml": 'engine = "opensearch"\nopensearch_hosts = ["http://127.0.0.1:9"]\n',
    "node.toml": 'articles_on = "cluster"\n',
    "user.toml": 'engine = "opensearch"\nopensearch_user = "reader"\n',
}
LINES = """
    --wat
    wat
    --lang xx stats
    --config none.toml stats
    --config port.toml stats
    --config unknown.toml stats
    --config broken.toml stats
    --config cluster.toml search القمح
    --config node.toml ingest lines.jsonl
    --config user.toml stats
    search --wat
    search --page
    search --page 0
    search --page x
    search --limit 1000
    search --sort wat
    search --from 2025-13
    search --to someday
    search (القمح
    search date:2025-99
    show
    show nothing
    stats extra
    stats --wait soon
    verify --expect 3-abc
    verify --expect 0:900:0123456789abcdef
    reindex --workers 0
    ingest
    ingest none.txt
    ingest lines.jsonl --dry-run
    ingest long.jsonl --dry-run
    ingest table.csv --dry-run
    ingest list.opml --dry-run
    ingest page.html --dry-run
    ingest picture.txt --dry-run
    ingest empty.txt --dry-run
    ingest http://127.0.0.1:9/feed --dry-run
    ingest http://[::1]:9/feed --dry-run
    ingest ftp://a.example/feed --dry-run
    ingest http:// --dry-run
    ingest long.jsonl --date nonsense --dry-run
    ingest long.jsonl --timezone Mars/X
    ingest long.jsonl --format wat
    ingest - --format wat
    feeds wat
    feeds add x
    feeds add http://127.0.0.1:9/
    feeds add http://127.0.0.1:9/ --header wat
    feeds add http://127.0.0.1:9/ --interval 1s
    feeds remove wat
    feeds pause wat
    feeds import none.opml
    feeds import lines.jsonl
    feeds export -o none/list.opml
    fetch wat
    fetch --every 1s
    fetch --pause x
    reread --wait -1
    alerts add NAME القمح --email x
    alerts add NAME القمح --email r@example.org --schedule wat
    alerts add NAME القمح --email r@example.org --zone Mars/X
    alerts preview wat
    alerts test wat
    alerts send wat
    alerts pause wat
    alerts pause wat --recipient x
    alerts remove wat
    alerts unsubscribe wat
    topics explain wat
    topics explain empty.txt
    topics retrain
    reuse none.txt
    reuse empty.txt
    export --format wat
    export --format csv -o none/out.csv
    export --format csv --from x
    collections create
    collections show wat
    collections add wat x
    collections add wat
    collections remove wat x
    collections move wat x sideways
    collections note wat x text
    collections rename wat --private --public
    collections delete wat
    collections export wat
    collections accept wat
    batch none.csv
    batch table.csv
    batch queries.csv -o out.csv
    batch queries.csv --hits --by source
    concordance
    concordance القمح --width -1
    withdraw nothing
    withdraw nothing --reason x
    restore nothing
    tokens create t --expires 2020-01-01
    tokens create t --expires x
    tokens create t --scope wat
    tokens revoke wat
    serve --port 0
    serve --host no.such.host.invalid
    serve --wait x
"""
COMMANDS = [line.strip() for line in LINES.splitlines() if line.strip()]
USAGE = 2
ARABIC = re.compile("[\u0621-\u064a]{2,}")
_ISOLATED = re.compile("[\u2066\u2068][^\u2066\u2068\u2069]*\u2069")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|«[^»]*»")
_COMMAND = re.compile(r"newsarchive(?: [a-z]+)*")
_ENGLISH = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z]{2,}){2,}")


def english_in(text: str) -> list[str]:
    """Three English words in a row that are neither quoted nor between marks, nor a command."""
    while (rest := _ISOLATED.sub("", text)) != text:
        text = rest
    return _ENGLISH.findall(_COMMAND.sub("", _QUOTED.sub("", text)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    made = tmp_path_factory.mktemp("bad")
    with filled(made / "news", [make_article(1), make_article(2)]):
        pass
    for name, content in FILES.items():
        (made / name).write_bytes(content.encode("latin-1") if name == "picture.txt" else content.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(made)
        patch.setenv("NEWSARCHIVE_ARCHIVE", "news")
        yield made


def run(capsys: pytest.CaptureFixture[str], language: str, line: str) -> tuple[object, str, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
        with pytest.raises(SystemExit) as stopped:
            main(["--lang", language, *shlex.split(line)])
    shown = capsys.readouterr()
    return stopped.value.code, shown.out, shown.err


@pytest.mark.parametrize("line", COMMANDS)
@pytest.mark.usefixtures("folder")
def test_bad_input_is_explained_in_arabic(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "ar", line)
    assert english_in(out + err) == []
    assert ARABIC.search(out + err)
    assert "Traceback" not in err
    assert code == USAGE or run(capsys, "en", line)[0] == code


def test_english_is_found() -> None:
    assert english_in("خطأ: no such file\u2069") == ["no such file"]
    assert english_in("'no such file' \u2066no such file\u2069 newsarchive feeds list") == []


def test_each_command_is_tried() -> None:
    context = click.Context(group)
    tried = {name for name in group.list_commands(context) if any(f" {name} " in f" {line} " for line in COMMANDS)}
    assert tried == set(group.list_commands(context))
