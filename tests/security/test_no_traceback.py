"""No input, argument, setting or environment causes a traceback or status 500."""

import io
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from newsarchive.cli import main
from newsarchive.web import create_app
from tests.libraries import open_archive
from tests.sample import sample_library

UNDECODABLE = "\udcff\udcfe"
"""Non-UTF-8 bytes on the command line, as Python decodes them."""
HALF_PAIR = "\ud800"
LONG = "9" * 5_000


class Ran(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    with sample_library(folder):
        return folder


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[FlaskClient]:
    with open_archive(folder) as library:
        yield create_app(library).test_client()


def run(*arguments: str, codes: tuple[int, ...] = (0, 1, 2, 3)) -> Ran:
    """Run the command in this process. Exit code 4 would be an unexpected error."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as left:
        main(arguments)
    printed, said = (stream.buffer.getvalue().decode() for stream in (out, err))
    code = left.value.code
    assert isinstance(code, int)
    assert code in codes, said
    assert "Traceback" not in said
    return Ran(code, printed, said)


# Queries

_PIECES = [" ", "(", ")", '"', "-", "-(", "OR ", "AND ", "NOT ", "|", "*", "=", ":", "title:", "date:", "source:", "«"]
QUERIES = [
    *(piece * 1_100 for piece in _PIECES),
    *("مصر" + piece * 1_100 + "مصر" for piece in _PIECES),
    *("(-" * 600, "(مصر " * 300 + ")" * 300, '"مصر ' * 300, "-مصر " * 300, "مصر OR " * 300, "title:" * 49 + "مصر"),
    *("\u0651" * 2_000, "م\u0640" * 2_000),
    *("\0" * 1_100, "\0", UNDECODABLE, HALF_PAIR, "\udfff\ud800", "\ufffe\uffff", "\U0010ffff", "\x1b[2J", "\u202e"),
    *(
        "date:0000",
        "date:9999-99",
        "date:1445-13-40",
        "date:31/12/9999",
        "date: بعد 9999",
        "date: before 0001",
        "e" * 999,
    ),
]
typed = st.text(st.one_of(st.sampled_from('ابمصر ()":|-=*«»/.0123٣٤\n\0'), st.characters(codec=None)), max_size=60)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: ascii(query[:12]))
def test_unusual_queries(client: FlaskClient, folder: Path, query: str) -> None:
    run("search", f"--archive={folder}", "--", query, codes=(0,))
    for path in ("/search", "/feed.xml", "/api/v1/suggest"):
        assert client.get(path, query_string={"q": query.encode(errors="surrogatepass")}).status_code == 200


@pytest.mark.parametrize("query", ["x" * (1 << 20), "مصر " * (1 << 14), " " * (1 << 20) + "مصر", "(" * (1 << 20)])
def test_very_long_queries(client: FlaskClient, folder: Path, query: str) -> None:
    run("search", f"--archive={folder}", "--", query, codes=(0,))
    assert client.get("/api/v1/search", query_string={"q": query}).status_code == 200


def test_spaces_do_not_count_toward_the_query_length(folder: Path) -> None:
    assert "24 found" in run("search", f"--archive={folder}", " " * 1_100 + "مباراة").err
    assert "too long" not in run("search", f"--archive={folder}", " " * 1_100).err


_PARAMETERS = ("q", "match", "source", "topic", "from", "to", "sort", "page", "limit", "lang", "highlight")
_PATHS = (
    *("/", "/search", "/feed.xml", "/feed.atom", "/feed.json", "/api/v1/search", "/api/v1/suggest", "/article/wheat"),
    *("/api/v1/articles/wheat", "/api/v1/articles/wheat/related"),
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(_PATHS),
    given_parameters=st.lists(st.tuples(st.sampled_from(_PARAMETERS), typed | st.binary(max_size=20)), max_size=4),
)
@example("/search", [("page", "9" * 400)])
@example("/feed.xml", [("from", "9999-12"), ("to", "0001")])
def test_page_parameters_never_cause_internal_errors(
    client: FlaskClient, path: str, given_parameters: list[tuple[str, str | bytes]]
) -> None:
    pairs = [
        (name, value if isinstance(value, bytes) else value.encode(errors="surrogatepass"))
        for name, value in given_parameters
    ]
    query = "&".join(f"{name}=" + "".join(f"%{byte:02x}" for byte in value) for name, value in pairs)
    assert client.get(path, query_string=query).status_code in {200, 400, 404}


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["/article/", "/api/v1/articles/", "/static/", "/"]), st.binary(min_size=1, max_size=40))
def test_paths_never_cause_internal_errors(client: FlaskClient, start: str, name: bytes) -> None:
    path = start + "".join(f"%{byte:02x}" for byte in name)
    assert client.get(path).status_code in {200, 308, 400, 404}


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed, st.fixed_dictionaries({}, optional=dict.fromkeys(("source", "topic", "from", "to", "page"), typed)))
def test_command_line_texts_never_cause_internal_errors(folder: Path, query: str, options: dict[str, str]) -> None:
    given_options = [f"--{name}={value}" for name, value in options.items()]
    ran = run("search", f"--archive={folder}", *given_options, "--json", "--", query, codes=(0, 2))
    if ran.code == 0:
        json.loads(ran.out)


# Arguments and settings


@pytest.mark.parametrize(
    "arguments",
    [
        *(("show", odd) for odd in ("", "a/b", "../../etc/passwd", "a" * 100_000, UNDECODABLE, HALF_PAIR, "%", "'")),
        *(("withdraw", odd, "--reason", "x") for odd in ("", UNDECODABLE, "a/b")),
        *(("search", "--page", odd) for odd in ("0", "-1", LONG, str(10**30), str(2**63), "٣", UNDECODABLE)),
        *(("search", "--limit", odd) for odd in ("0", "101", LONG, str(2**63))),
        *(
            ("search", "--from", odd)
            for odd in ("0000", "0001", "9999-12-31", "9999-99", LONG, UNDECODABLE, "2025-02-30")
        ),
        *(
            ("search", option, UNDECODABLE)
            for option in ("--source", "--topic", "--match", "--sort", "--to", "--config")
        ),
        *(("serve", "--port", odd) for odd in ("0", "-1", "65536", "99999", LONG, "x")),
        *(
            ("serve", "--host", odd)
            for odd in ("999.1.1.1", "nowhere.invalid", "a" * 100, UNDECODABLE, "::g", "a b", ".")
        ),
        ("serve", "--host", "192.0.2.1"),
        *(("reindex", "--workers", odd) for odd in ("0", "65", LONG)),
        *(
            ("ingest", "x", "--timezone", odd)
            for odd in ("../../etc/passwd", "", "/", "America", "a" * 5_000, UNDECODABLE)
        ),
        *(("ingest", odd) for odd in ("/dev/null", UNDECODABLE, "a" * 5_000, "http://", "http://[", "http:// /")),
        ("ingest", "x", "--url", UNDECODABLE, "--date", UNDECODABLE),
        (UNDECODABLE,),
        ("--config", "/", "search"),
    ],
    ids=lambda arguments: ascii(" ".join(arguments))[:50],
)
def test_invalid_arguments(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    is_usable = arguments[0] in {"show", "withdraw", "search", "serve"}
    monkeypatch.setenv("NEWSARCHIVE_ARCHIVE", str(folder if is_usable else tmp_path / "archive"))
    assert run(*arguments).code != 0 or arguments[0] in {"search", "ingest"}


def test_undecodable_texts_are_stored_and_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    name = os.fsdecode(b"\xff.txt")
    Path(name).write_text("خبر قصير عن المطر في المدينة.", encoding="utf-8")
    ran = run("ingest", name, "--source", UNDECODABLE, "--author", UNDECODABLE, "--topic", UNDECODABLE, "--json")
    assert json.loads(ran.out)["stored"] == 1
    found = json.loads(run("search", "المطر", "--json").out)["hits"][0]
    assert run("show", found["id"]).code == run("show", found["id"], "--json").code == run("stats").code == 0
    assert run("ingest", os.fsdecode(b"\xfe.txt")).err.startswith("refused: \\udcfe.txt: no such file")
    assert run("withdraw", found["id"], "--reason", UNDECODABLE).code == 0
    archive = os.fsdecode(b"\xfd")
    assert run("ingest", name, "--archive", archive).code == run("search", "--archive", archive).code == 0


def test_a_port_in_use(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        port = taken.getsockname()[1]
        ran = run("serve", f"--archive={folder}", f"--port={port}", codes=(3,))
    assert f"cannot listen on 127.0.0.1 port {port}: another program is listening there" in ran.err


_TOML = {
    "binary": bytes(range(256)),
    "deep": b"a=" + b"[" * 100_000,
    "digits": b"port=" + LONG.encode(),
    "zero": b'archive="a\\u0000b"',
    "type": b"archive=3",
    "table": b"[archive]\nx=1",
    "unknown": b"colour=1",
    "port": b"port=99999",
    "float": b"port=8000.5",
    "zone": b'timezone="../../etc/passwd"',
    "folder as spellings": b'spellings="/"',
    "endless spellings": b'spellings="/dev/zero"',
    "binary spellings": b'spellings="binary.toml"',
    "half": b'archive="\\ud800"',
    "memory": b"index_memory=0",
    "user": b'archive="~nobody-here/x"',
}


@pytest.mark.parametrize("content", _TOML.values(), ids=_TOML)
def test_invalid_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.chdir(tmp_path)
    Path("binary.toml").write_bytes(_TOML["binary"])
    Path("newsarchive.toml").write_bytes(content)
    assert run("search", "x").code == 3
    assert run("ingest", "x").code in {1, 3}


@pytest.mark.parametrize("name", ["PORT", "THREADS", "TIMEZONE", "INDEX_MEMORY", "SPELLINGS"])
@pytest.mark.parametrize("value", ["99999", "../../etc/passwd", LONG, UNDECODABLE, "-1"])
def test_invalid_environment_variables(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"NEWSARCHIVE_{name}", value)
    run("search", f"--archive={folder}", "x", codes=(0, 3))


def test_a_settings_file_that_is_a_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("newsarchive.toml").mkdir()
    assert "Is a directory" in run("stats", codes=(3,)).err


# Files of an archive


def _as_folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


def _as_file(path: Path) -> None:
    shutil.rmtree(path)
    path.write_bytes(bytes(range(256)))


def _as_binary(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 40)


@pytest.mark.parametrize(
    ("name", "harm"),
    [
        *((name, _as_folder) for name in ("archive.json", "catalogue.sqlite3", ".lock", "index/CURRENT")),
        *((name, _as_file) for name in ("articles", "index", ".")),
        *((name, _as_binary) for name in ("archive.json", "catalogue.sqlite3", ".lock", "index/CURRENT")),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_an_archive_with_unexpected_file_types(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, harm: Callable[[Path], None]
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(folder, "archive")
    harm(Path("archive", name))
    Path("a.txt").write_text("خبر قصير عن المطر في المدينة.", encoding="utf-8")
    for command in (("search", "x"), ("show", "wheat"), ("verify",), ("stats",), ("ingest", "a.txt"), ("reindex",)):
        run(*command)
    run("withdraw", "talks", "--reason", "x")


# The real command: encodings, closed streams, full disks

COMMAND = (sys.executable, "-c", "from newsarchive.cli import main; main()")


def in_shell(command: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a shell command in which `$N` is the newsarchive command."""
    call = " ".join(f"'{part}'" for part in COMMAND)
    done = subprocess.run(
        ["bash", "-c", command.replace("$N", call)],
        check=False,
        env=os.environ | environment,
        capture_output=True,
        timeout=60,
    )
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr
    return done


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "cp1252"},
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
    ids=lambda environment: next(iter(environment.values())),
)
def test_an_encoding_without_arabic(folder: Path, environment: dict[str, str]) -> None:
    done = in_shell(f"$N show --json --archive '{folder}' wheat", **environment)
    assert json.loads(done.stdout)["source"] == "الجزيرة"
    assert in_shell(f"$N --help; $N show --archive '{folder}' wheat", **environment).returncode == 0


def test_utf_8_is_written_in_a_non_utf_8_locale(folder: Path) -> None:
    done = in_shell(f"$N show --archive '{folder}' wheat", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert "مصر توقّع" in done.stdout.decode()


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("$N search --archive {} >&-", 0),
        ("$N search --archive {} 2>&-", 0),
        ("$N search --archive {} <&- >&- 2>&-", 0),
        ("$N ingest - --archive {} <&-", 1),
        ("$N search --archive {} > /dev/full", 3),
        ("set -o pipefail; $N search --limit 50 --json --archive {} | head -c 1", 0),
        ("$N --help > /dev/full", 3),
    ],
)
def test_unusable_streams(folder: Path, command: str, code: int) -> None:
    assert in_shell(command.format(f"'{folder}'")).returncode == code


INTERRUPTED_IMPORT = """
import sys

class Interrupting:
    def find_spec(self, name, *_):
        if name == "click":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupting())
from newsarchive.cli import main
"""


def test_ctrl_c_during_imports() -> None:
    done = subprocess.run([sys.executable, "-c", INTERRUPTED_IMPORT], check=False, capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (130, b"")


def test_a_full_disk(tmp_path: Path) -> None:
    # Of so many different words the index takes more room than the archive.
    (tmp_path / "a.txt").write_text(" ".join(f"خبر{number}" for number in range(400)), encoding="utf-8")
    for kib in (0, 8):
        done = in_shell(f"cd '{tmp_path}'; ulimit -f {kib}; $N ingest a.txt --json | cat; exit ${{PIPESTATUS[0]}}")
        assert done.returncode == 3
        assert json.loads(done.stdout)["error"]
    assert in_shell(f"cd '{tmp_path}'; $N ingest a.txt").returncode == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may read and write everything")
def test_an_archive_without_permissions(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(folder, "archive")
    Path("a.txt").write_text("خبر قصير عن المطر في المدينة.", encoding="utf-8")
    for mode in (0o500, 0):
        for path in (Path("archive"), Path("archive/articles"), Path("archive/index")):
            path.chmod(mode)
            try:
                for command in (("search", "x"), ("show", "wheat"), ("stats",), ("ingest", "a.txt"), ("reindex",)):
                    run(*command)
            finally:
                path.chmod(0o700)
