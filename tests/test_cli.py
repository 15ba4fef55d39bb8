"""End-to-end tests of the commands, with real files, a real archive and a real feed on loopback."""

import gzip
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from newsarchive.archive import Archive, ArchiveWriter
from newsarchive.cli import main
from newsarchive.errors import ArchiveError
from newsarchive.library import Library
from newsarchive.search import SearchRequest
from newsarchive.search.whoosh_index import WhooshEngine
from newsarchive.search.whoosh_index.storage.folder import locked
from tests.articles import make_article
from tests.libraries import open_archive


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A function that runs a command in a temporary folder and returns its exit code and output."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main(arguments)
        printed = capsys.readouterr()
        code = left.value.code
        return Ran(code if isinstance(code, int) else 0, printed.out, printed.err)

    return run


LINES = [
    {"url": "https://a.example/1", "title": "افتتاح مكتبة", "body": "افتتحت المدينة مكتبة جديدة.", "source": "الواحة"},
    {"url": "https://a.example/2", "title": "سباق", "content": "فاز عدّاء بالسباق في المدينة.", "category": "sport"},
    {"link": "https://a.example/3", "headline": "سوق", "text": "زار الناس سوق الكتب.", "pubDate": "21 أبريل 2025"},
]


def write_lines(path: Path, lines: list[dict[str, str]]) -> str:
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return str(path)


@pytest.fixture
def news(tmp_path: Path) -> str:
    return write_lines(tmp_path / "news.jsonl.gz", LINES)


def test_ingested_articles_can_be_searched_shown_counted_and_verified(run: Run, news: str) -> None:
    assert run("ingest", news).code == 0
    found = run("search", "المكتبات", "--json").json
    assert [hit["url"] for hit in found["hits"]] == ["https://a.example/1"]
    shown = run("show", found["hits"][0]["id"])
    assert "افتتحت المدينة مكتبة جديدة." in shown.out
    counted = run("stats").out
    assert "3 articles" in counted
    assert "groups: 0 articles with near copies in 0 groups, 0 articles in 0 stories of several, " in counted
    assert run("verify").code == 0


def test_repeating_an_ingest_adds_nothing(run: Run, news: str) -> None:
    first, second = run("ingest", news, "--json").json, run("ingest", news, "--json").json
    assert (first["stored"], first["duplicate"]) == (3, 0)
    assert (second["stored"], second["duplicate"]) == (0, 3)


def test_bad_items_are_reported_and_the_others_stored(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(json.dumps(LINES[0]) + "\n{broken\n" + json.dumps(LINES[1]) + '\n{"title": "بلا نص"}\n')
    ran = run("ingest", str(path))
    assert ran.code == 1
    assert f"{path}:2" in ran.err
    assert f"{path}:4" in ran.err
    assert "2 stored" in ran.out


def test_a_missing_file_is_reported_without_a_traceback(run: Run) -> None:
    ran = run("ingest", "nowhere.txt")
    assert ran.code == 1
    assert "nowhere.txt: no such file or folder" in ran.err


def test_a_dry_run_writes_nothing(run: Run, news: str, tmp_path: Path) -> None:
    assert run("ingest", news, "--dry-run", "--json").json["stored"] == 3
    assert not (tmp_path / "archive").exists()


def test_options_fill_missing_fields_of_a_text(run: Run, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("خبر قصير عن المطر في المدينة الكبيرة، وقد هطل طوال الليل.\nالمصدر: الواحة\n")
    run("ingest", "one.txt", "--source", "سواها", "--author", "كاتب", "--topic", "بيئة", "--date", "2025-04-21")
    hit = run("search", "المطر", "--json").json["hits"][0]
    assert (hit["source"], hit["topics"], hit["published"]) == ("الواحة", ["environment"], "2025-04-21")


def test_ingesting_from_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = io.BytesIO(json.dumps(LINES[0]).encode())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(lines))
    assert run("ingest", "-", "--json").json["stored"] == 1


def test_search_filters_sorts_and_pages(run: Run, news: str) -> None:
    run("ingest", news)
    assert run("search", "--topic", "رياضة", "--json").json["total"] == 1
    assert run("search", "--from", "2025", "--to", "2025-04", "--json").json["total"] == 1
    assert run("search", "--from", "2026", "--json").json["total"] == 0
    assert run("search", "--limit", "2", "--page", "2", "--json").json["pages"] == 2
    assert "page 1 of 1" in run("search", "المدينة").err
    assert "found, page 1 (" in run("search", "المدينة", "--fold", "copies").err


def test_search_explains_matches_that_are_not_obvious(run: Run, news: str) -> None:
    run("ingest", news)
    lines = run("search", "--match", "any", "المكتبات", "طائرات").out.splitlines()
    assert "   المكتبات ← مكتبة" in lines
    assert "   Missing: طائرات" in lines
    assert "←" not in run("search", "مكتبة").out


@pytest.mark.parametrize("arguments", [("search", "--from", "tomorrow"), ("search", "--limit", "0"), ("nonsense",)])
def test_a_wrong_command_line_has_exit_code_2(run: Run, arguments: tuple[str, ...]) -> None:
    ran = run(*arguments)
    assert ran.code == 2
    assert "Traceback" not in ran.err


def test_a_missing_archive_is_reported_with_a_remedy(run: Run) -> None:
    ran = run("search", "كلمة", "--archive", "nowhere")
    assert ran.code == 3
    assert "newsarchive ingest" in ran.err


def test_damage_is_reported_with_file_and_line(run: Run, news: str, tmp_path: Path) -> None:
    run("ingest", news)
    part = next((tmp_path / "archive" / "articles").iterdir())
    lines = part.read_bytes().split(b"\n")
    lines[1] = lines[1].replace("عدّاء".encode(), "سبّاح".encode())
    part.write_bytes(b"\n".join(lines))
    ran = run("verify")
    assert ran.code == 1
    assert f"{part.name}:2" in ran.err
    assert "2 good lines" in ran.out
    assert run("reindex").code == 0
    assert run("search", "--json").json["total"] == 2


def test_a_repeated_withdrawal_completes_an_interrupted_one(run: Run, news: str) -> None:
    run("ingest", news)
    article_id = run("search", "مكتبة", "--json").json["hits"][0]["id"]
    with closing(Archive(Path("archive"))) as archive, ArchiveWriter(archive) as writer:
        writer.withdraw(article_id, "طلب الناشر")
    assert run("withdraw", article_id, "--reason", "طلب الناشر").code == 1
    assert run("search", "--json").json["total"] == 2


def test_a_withdrawn_article_is_hidden_and_stays_hidden(run: Run, news: str) -> None:
    run("ingest", news)
    article_id = run("search", "مكتبة", "--json").json["hits"][0]["id"]
    assert run("withdraw", article_id, "--reason", "طلب الناشر").code == 0
    assert run("search", "مكتبة", "--json").json["total"] == 0
    assert run("show", article_id).code == 1
    assert run("ingest", news, "--json").json["withdrawn"] == 1
    assert run("withdraw", article_id, "--reason", "حكم", "--purge").code == 0
    assert run("search", "المدينة", "--json").json["total"] == 1


def test_settings_come_from_the_file_and_the_environment(
    run: Run, news: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "newsarchive.toml").write_text('archive = "kept-here"\n')
    run("ingest", news)
    assert (tmp_path / "kept-here" / "articles").is_dir()
    monkeypatch.setenv("NEWSARCHIVE_PORT", "many")
    ran = run("stats")
    assert ran.code == 3
    assert "NEWSARCHIVE_PORT" in ran.err


FEED = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>الميناء</title>
<link>https://b.example</link><description>أخبار</description><item><title>وصول سفينة</title>
<link>https://b.example/ship?utm_source=rss</link><description>وصلت سفينة إلى الميناء صباحًا.</description>
<pubDate>Mon, 21 Apr 2025 10:00:00 +0300</pubDate></item></channel></rss>""".encode()


class _Feed(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        self.end_headers()
        self.wfile.write(FEED)

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the overridden method's signature
        pass


@pytest.fixture
def feed_address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Feed) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/rss"
        server.shutdown()
        thread.join()


def test_a_loopback_url_is_fetched_only_if_a_setting_allows_it(run: Run, feed_address: str, tmp_path: Path) -> None:
    ran = run("ingest", feed_address)
    assert ran.code == 1
    assert "127.0.0.1 is a loopback address" in ran.err
    line = 'allow_networks = ["127.0.0.1/32"]'
    assert f"add this line to newsarchive.toml: {line} (or set" in ran.err
    (tmp_path / "newsarchive.toml").write_text(line)
    assert run("ingest", feed_address).code == 0


def test_the_proxy_setting_is_used(run: Run, feed_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSARCHIVE_PROXY", feed_address.removesuffix("rss"))
    assert run("ingest", "http://news.example/rss", "--json").json["stored"] == 1


def test_a_feed_is_ingested_from_its_url(run: Run, feed_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSARCHIVE_ALLOW_NETWORKS", "127.0.0.0/8,::1/128")
    assert run("ingest", feed_address, "--json").json["stored"] == 1
    hit = run("search", "السفينة", "--json").json
    assert hit["facets"]["source"][0]["value"] == "الميناء"


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_articles_read_before_ctrl_c_or_sigterm_are_stored(tmp_path: Path, number: signal.Signals, code: int) -> None:
    lines = [{"url": f"https://a.example/{n}", "title": f"خبر {n}", "body": f"نص الخبر رقم {n}."} for n in range(3000)]
    news = write_lines(tmp_path / "many.jsonl", lines)
    fifo = tmp_path / "pipe.jsonl"
    os.mkfifo(fifo)
    command = [sys.executable, "-c", "from newsarchive.cli import main; main()", "ingest", "-", "--format", "jsonl"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin is not None
    process.stdin.write(Path(news).read_bytes()[:200_000])
    process.stdin.flush()
    archive = tmp_path / "archive" / "articles"
    deadline = time.monotonic() + 30
    while not (archive.is_dir() and any(archive.iterdir())) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == code, err.decode()
    kept = int(out.decode().split(" stored")[0].rsplit(" ", 1)[-1].replace(",", ""))
    assert kept > 0
    assert len(next(archive.iterdir()).read_bytes().splitlines()) == kept


def test_other_spellings_and_corrections_are_reported(run: Run, tmp_path: Path) -> None:
    lines = [{"title": f"خبر عن {name}", "body": f"خبر قصير عن {name} في المدينة."} for name in ("غوغل", "جوجل")]
    run("ingest", write_lines(tmp_path / "names.jsonl", lines))
    ran = run("search", "غوغل المدينت")
    assert "غوغل: جوجل" in ran.err
    assert "Did you mean: غوغل المدينة" in ran.err
    own = tmp_path / "own.txt"
    own.write_text("خبر، نبأ", encoding="utf-8")
    (tmp_path / "newsarchive.toml").write_text('spellings = "own.txt"', encoding="utf-8")
    assert run("search", "نبأ", "--json").json["total"] == 2
    own.write_text("وحيد", encoding="utf-8")
    broken = run("search", "نبأ")
    assert broken.code == 3
    assert "own.txt:1" in broken.err


def test_a_damaged_index_is_reported_and_rebuilt(run: Run, news: str, tmp_path: Path) -> None:
    run("ingest", news)
    (path,) = (tmp_path / "archive" / "index").glob("*/*.arr")
    path.write_bytes(path.read_bytes()[:-10])
    ran = run("search", "مكتبة")
    assert ran.code == 3
    assert path.name in ran.err
    assert "run 'newsarchive reindex'" in ran.err
    ran = run("ingest", news)
    assert ran.code == 0
    assert ": the index is rebuilt from the archive" in ran.err
    assert run("search", "مكتبة", "--json").json["total"] > 0


def test_a_revised_article_is_counted_once(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if its revisions are indexed in separate ranges of the archive."""
    monkeypatch.setattr("newsarchive.search.whoosh_index.updating.update._BUFFER_PER_ARCHIVE_BYTE", 1 << 20)
    for body in ("النص الأول", "النص الثاني", "النص الثالث"):
        row = {"title": "عنوان", "body": body, "url": "https://example.org/1"}
        (tmp_path / "one.jsonl").write_text(json.dumps(row), encoding="utf-8")
        run("ingest", "one.jsonl")
    assert run("reindex").out.startswith("1 article indexed")


# Locks, and reports of failed runs


def test_the_wait_option_limits_waiting_for_the_archive_lock(run: Run, news: str) -> None:
    run("ingest", news)
    with open_archive(Path("archive")) as library:
        article_id = library.search(SearchRequest()).hits[0].article.id
        with ArchiveWriter(library.archive):
            for command in (("ingest", news), ("withdraw", article_id, "--reason", "طلب")):
                ran = run(*command, "--wait", "0")
                assert ran.code == 3
                assert f"(number {os.getpid()}) is writing to this archive" in ran.err
                assert "--wait" in ran.err
            started = time.monotonic()
            assert run("ingest", news, "--wait", "0.2").code == 3
            assert time.monotonic() - started >= 0.2
    assert run("ingest", news, "--wait", "0").code == 0


def test_stored_articles_are_reported_if_the_index_update_fails(run: Run, news: str, tmp_path: Path) -> None:
    run("ingest", news)
    for number, as_json in enumerate((False, True)):
        path = tmp_path / f"{number}.jsonl"
        path.write_text(json.dumps({"title": "جديد", "body": f"نص جديد {number}."}), encoding="utf-8")
        (build,) = (tmp_path / "archive" / "index").glob("0*")
        with locked(build / "UPDATELOCK", 0, "testing"):
            ran = run("ingest", str(path), "--wait", "0", *["--json"] * as_json)
        assert ran.code == 3
        assert f"(number {os.getpid()}) is updating the index" in ran.err
        if as_json:
            assert ran.json["stored"] == 1
            assert "is updating the index" in ran.json["error"]
        else:
            assert "1 stored" in ran.out
    # The next run updates the index.
    ran = run("ingest", news, "--json")
    assert (ran.json["indexed"], ran.json["error"]) == (2, None)


def test_a_withdrawal_is_reported_if_the_index_update_fails(run: Run, news: str, tmp_path: Path) -> None:
    run("ingest", news)
    article_id = run("search", "مكتبة", "--json").json["hits"][0]["id"]
    (build,) = (tmp_path / "archive" / "index").glob("0*")
    with locked(build / "UPDATELOCK", 0, "testing"):
        ran = run("withdraw", article_id, "--reason", "طلب", "--wait", "0")
    assert (ran.code, ran.out) == (3, f"{article_id} is withdrawn\n")


def test_the_wait_option_limits_waiting_for_the_index_lock(run: Run, news: str, tmp_path: Path) -> None:
    run("ingest", news)
    with locked(tmp_path / "archive" / "index" / "REBUILDLOCK", 0, "testing"):
        ran = run("reindex", "--wait", "0")
        assert ran.code == 3
        assert f"(number {os.getpid()}) is building the index" in ran.err
    assert run("reindex", "--wait", "0").code == 0


def test_stored_articles_are_reported_if_a_later_batch_fails(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The later batch fails with an expected error, with an unexpected error, and by Ctrl-C."""
    append = ArchiveWriter.append
    monkeypatch.setattr("newsarchive.ingest.pipeline.BATCH", 2)
    for number, (error, code) in enumerate(
        ((ArchiveError("the disk is full"), 3), (RuntimeError("unforeseen"), 4), (KeyboardInterrupt(), 130))
    ):
        batches = iter(range(2))

        def failing(writer: ArchiveWriter, records: Any, batches: Any = batches, error: Any = error) -> Any:
            if next(batches):
                raise error
            return append(writer, records)

        lines = [{"title": f"خبر {number} {n}", "body": f"نص {number} {n}."} for n in range(4)]
        path = write_lines(tmp_path / f"{number}.jsonl", lines)
        with monkeypatch.context() as patch:
            patch.setattr(ArchiveWriter, "append", failing)
            ran = run("ingest", path, "--json")
        assert ran.code == code
        assert ran.json["stored"] == 2
        assert ran.json["error"]
        assert "Traceback" not in ran.err
    assert run("ingest", path, "--json").json["stored"] == 2


def test_an_unexpected_error_explains_how_to_report_it(run: Run, news: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyError("unforeseen")

    monkeypatch.setattr(Library, "search", fail)
    run("ingest", news)
    ran = run("search", "x")
    assert ran.code == 4
    assert ran.err.startswith("newsarchive: a fault in newsarchive: KeyError: 'unforeseen'; please report it")
    monkeypatch.setenv("NEWSARCHIVE_DEBUG", "1")
    assert "Traceback" in run("search", "x").err


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_during_a_write_lets_the_write_finish(
    run: Run, news: str, monkeypatch: pytest.MonkeyPatch, number: signal.Signals, code: int
) -> None:
    append = ArchiveWriter.append

    def interrupted(writer: ArchiveWriter, records: Any) -> Any:
        os.kill(os.getpid(), number)
        return append(writer, records)

    monkeypatch.setattr(ArchiveWriter, "append", interrupted)
    ran = run("ingest", news, "--json")
    assert (ran.code, ran.json["stored"], ran.json["error"]) == (code, 3, "interrupted")
    assert signal.getsignal(number) in {signal.default_int_handler, signal.SIG_DFL}


@pytest.mark.parametrize("value", ["-1", "nan", "soon", "9" * 5000])
def test_an_invalid_wait_is_rejected(run: Run, value: str) -> None:
    ran = run("stats", f"--wait={value}")
    assert ran.code == (3 if value.isdigit() else 2)
    assert "Traceback" not in ran.err


def test_cut_and_refused_items_are_reported_and_counted(run: Run, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "long.jsonl", [LINES[0] | {"title": "كلمة " * 1_000}, {"title": "بلا نص"}])
    ran = run("ingest", path)
    assert f"cut: {path}:1: title cut from 4,999 to 995 characters" in ran.err
    assert f"refused: {path}:2" in ran.err
    assert "1 had fields that were too long" in ran.out
    report = run("ingest", path, "--json").json
    assert (report["duplicate"], report["cut"], report["refused"]) == (1, 1, 1)
    assert report["cuts"] == [{"origin": f"{path}:1", "parts": ["title cut from 4,999 to 995 characters"]}]
    assert set(report["left_out"].values()) == {0}


def test_a_json_report_counts_the_entries_it_leaves_out(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsarchive.cli.ingest_report.MAX_LISTED", 2)
    monkeypatch.setattr("newsarchive.ingest.pipeline.MAX_REFUSALS", 3)
    long = {"title": "كلمة " * 1_000, "body": "نصّ قصير."}
    path = write_lines(tmp_path / "many.jsonl", [long] * 6 + [{"title": "بلا نص"}] * 5)
    report = run("ingest", path, "--json").json
    assert (report["refused"], report["cut"], report["duplicate"]) == (5, 6, 5)
    assert [len(report[name]) for name in ("refusals", "cuts", "duplicates")] == [3, 2, 2]
    assert {name: left for name, left in report["left_out"].items() if left} == {
        "refusals": 2,
        "cuts": 4,
        "duplicates": 3,
    }
    told = run("ingest", path).err
    assert told.count("refused:") == 5
    assert told.count("cut:") == 6


def test_incomplete_articles_are_counted_and_listed(run: Run, tmp_path: Path) -> None:
    dated = {"title": "خبر", "body": "نصّ الخبر الأول."}
    unread, none = dated | {"body": "نصّ ثانٍ.", "date": "ذات يوم"}, dated | {"body": "نصّ ثالث."}
    path = write_lines(tmp_path / "news.jsonl", [dated | {"date": "2025-04-21"}, unread, none])
    ran = run("ingest", path, "--dry-run")
    assert (ran.code, ran.err.count("undated:")) == (0, 1)
    assert f"undated: {path}: «خبر»: the date «ذات يوم» is not understood" in ran.err
    assert "2 undated" in ran.out
    strict = run("ingest", path, "--strict", "--json")
    assert strict.code == 1
    report = strict.json
    assert [report[name] for name in ("stored", "revised", "duplicate", "refused", "undated")] == [3, 0, 0, 0, 2]
    assert [article["origin"] for article in report["stored_articles"]] == [str(path)] * 3
    assert [article["published_raw"] for article in report["undated_articles"]] == ["ذات يوم", ""]
    again = run("ingest", path, "--strict", "--json")
    assert (again.code, again.json["duplicate"], again.json["undated"]) == (0, 3, 0)


def part_of(folder: Path) -> Path:
    (part,) = (folder / "archive" / "articles").iterdir()
    return part


def head_in(ran: Ran) -> str:
    return ran.out.split("head: ")[1].splitlines()[0]


def test_writers_refuse_a_shortened_archive_and_readers_warn(run: Run, news: str, tmp_path: Path) -> None:
    run("ingest", news)
    article_id = run("search", "مكتبة", "--json").json["hits"][0]["id"]
    part = part_of(tmp_path)
    whole = part.read_bytes()
    first, *_ = whole.splitlines(keepends=True)
    part.write_bytes(first)
    lost = f"{part.name} lacks its last 2 lines"
    writing: list[tuple[str, ...]] = [("ingest", news), ("withdraw", article_id, "--reason", "x"), ("ingest", "no.txt")]
    for command in writing:
        ran = run(*command)
        assert ran.code == 3
        assert lost in ran.err
        assert "--accept-loss" in ran.err
    assert part.read_bytes() == first
    reading: list[tuple[str, ...]] = [("search",), ("show", article_id), ("stats",), ("ingest", news, "--dry-run")]
    for command in [*reading, ("reindex",)]:
        ran = run(*command)
        assert ran.code == 0, command
        assert ran.err.count(lost) == 1, command
    ran = run("verify")
    assert (ran.code, ran.err.count(lost)) == (1, 1)

    part.write_bytes(whole)
    assert run("verify").code == 0
    assert run("ingest", news, "--json").json["duplicate"] == 3

    part.unlink()
    ran = run("ingest", news, "--accept-loss", "--json")
    assert (ran.code, ran.json["stored"]) == (0, 3)
    assert f"given up: {part.name} is missing (3 lines" in ran.err
    assert run("verify").code == 0
    assert run("search", "--json").json["total"] == 3
    part.write_bytes(part.read_bytes()[:-20])
    assert run("withdraw", article_id, "--reason", "x", "--accept-loss").code == 0
    assert run("verify").code == 0


def test_verify_compares_the_archive_with_an_expected_head(run: Run, news: str, tmp_path: Path) -> None:
    run("ingest", news)
    head = head_in(run("verify"))
    backup = part_of(tmp_path).read_bytes(), (tmp_path / "archive" / "head.json").read_bytes()
    run("ingest", write_lines(tmp_path / "more.jsonl", [{"title": "خبر آخر", "body": "نص آخر قصير عن المطر."}]))
    ran = run("verify", "--expect", head)
    assert ran.code == 0
    assert "contains the head" in ran.out
    assert "1 line added since" in ran.out
    later = head_in(ran)

    part_of(tmp_path).write_bytes(backup[0])
    (tmp_path / "archive" / "head.json").write_bytes(backup[1])
    assert run("verify").code == 0
    ran = run("verify", "--expect", later)
    assert ran.code == 1
    assert "1 fewer than when the head" in ran.err
    assert run("verify", "--expect", "3 lines").code == 2

    article_id = run("search", "مكتبة", "--json").json["hits"][0]["id"]
    run("withdraw", article_id, "--reason", "حكم", "--purge")
    ran = run("verify", "--expect", head)
    assert ran.code == 1
    assert "can no longer be compared" in ran.err


def test_a_damaged_head_file_is_reported_and_rewritten(run: Run, news: str, tmp_path: Path) -> None:
    run("ingest", news)
    (tmp_path / "archive" / "head.json").write_bytes(b"{}")
    ran = run("verify")
    assert ran.code == 1
    assert "This loses no articles" in ran.err
    assert run("search").code == 0
    assert "It was written again" in run("ingest", news).err
    assert run("verify").code == 0


@pytest.fixture
def undated(tmp_path: Path) -> Path:
    """An archive as an older version left it: five unparsed dates, and one text with a terminal code."""
    archive = tmp_path / "archive"
    articles = [make_article(number, published_raw="21 أبريل 2025") for number in range(5)]
    leftover = make_article(5, body="كلمة " * 40 + "\x1b[31mأحمر&nbsp;قان.")
    with (
        closing(Archive(archive, create=True)) as opened,
        ArchiveWriter(opened) as writer,
    ):
        writer.append([*articles, leftover])
    return archive


def test_rereading_reports_revisions_and_changes_nothing_the_second_time(run: Run, undated: Path) -> None:
    listed = run("reread", "--dry-run")
    assert listed.code == 0
    assert listed.out.count("published: «» -> «2025-04-21», read from «21 أبريل 2025»") == 5
    assert "6 articles reread, 6 would be revised (dry run: nothing was written)" in listed.out
    ran = run("reread")
    assert (ran.code, ran.err) == (0, "")
    assert "6 articles reread, 6 revised\n" in ran.out
    assert "5  dates parsed for the first time" in ran.out
    assert ran.out.count("published: «» -> «2025-04-21»") == 5
    assert "\x1b" not in listed.out + ran.out
    assert "\\x1b[31mأحمر&nbsp;قان.» -> «…" in ran.out
    assert "أحمر قان" in run("show", "id5").out
    assert run("search", "date:2025-04-21", "--json").json["total"] == 5
    assert "6 articles reread, 0 revised\n" in run("reread").out


def test_the_json_report_of_rereading(run: Run, undated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsarchive.cli.reread.MAX_LISTED", 2)
    foreseen, report = run("reread", "--dry-run", "--json").json, run("reread", "--json").json
    assert [foreseen["dry_run"], report["dry_run"]] == [True, False]
    assert (foreseen["changes"], foreseen["listed"]) == (report["changes"], report["listed"])
    assert (report["articles"], report["revised"], report["damaged"], report["indexed"]) == (6, 6, 0, 6)
    assert {kind: count for kind, count in report["changes"].items() if count} == {"dates_read": 5, "texts_cleaned": 1}
    assert report["listed"][0] == {
        "id": "id0",
        "kind": "dates_read",
        "field": "published",
        "old": "",
        "new": "2025-04-21",
        "read_from": "21 أبريل 2025",
    }
    assert (len(report["listed"]), report["left_out"], report["error"]) == (2, 4, None)
    assert undated.is_dir()


def test_rereading_reports_damaged_lines(run: Run, undated: Path) -> None:
    part = next((undated / "articles").iterdir())
    part.write_bytes(part.read_bytes().replace("العنوان 2".encode(), "العنوان 7".encode()))
    ran = run("reread")
    assert ran.code == 1
    assert f"not reread: archive/articles/{part.name}:3" in ran.err
    assert "5 revised" in ran.out


def test_rereading_reports_the_error_that_ended_it(run: Run, undated: Path) -> None:
    with closing(Archive(undated)) as opened, ArchiveWriter(opened):
        ran = run("reread", "--json", "--wait", "0")
    assert ran.code == 3
    assert (ran.json["revised"], ran.json["articles"]) == (0, 6)
    assert "another process" in ran.json["error"]


def test_rereading_refuses_an_archive_that_has_lost_lines(run: Run, undated: Path) -> None:
    part = next((undated / "articles").iterdir())
    lines = part.read_bytes().splitlines(keepends=True)
    part.write_bytes(b"".join(lines[:3]))
    assert run("reread").code == 3
    assert "warning" in run("reread", "--dry-run").err
    ran = run("reread", "--accept-loss")
    assert (ran.code, "3 revised" in ran.out, "given up" in ran.err) == (0, True, True)


def test_the_topic_option_adds_to_the_topics_of_an_item(run: Run, news: str) -> None:
    assert run("ingest", news, "--topic", "سيرك").code == 0
    topics = [hit["topics"] for hit in run("search", "--json").json["hits"]]
    assert sorted(topics, key=len) == [["سيرك"], ["سيرك"], ["sport", "سيرك"]]


@pytest.mark.parametrize("command", [["stats"], ["withdraw", "--reason", "طلب"], ["reindex"], ["ingest"]])
def test_every_indexing_command_uses_the_index_memory_setting(
    run: Run, news: str, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run("ingest", news, "--no-index")
    article_id = next(Archive(Path("archive")).read()).record.id
    Path("newsarchive.toml").write_text("index_memory = 9")
    seen: list[int] = []
    start = WhooshEngine.__init__

    def noted(self: WhooshEngine, *arguments: Any, buffer_bytes: int, **options: Any) -> None:
        seen.append(buffer_bytes)
        start(self, *arguments, buffer_bytes=buffer_bytes, **options)

    monkeypatch.setattr(WhooshEngine, "__init__", noted)
    extra = {"withdraw": [article_id], "ingest": [news]}.get(command[0], [])
    assert run(*command, *extra).code == 0
    assert seen == [9 << 20]
