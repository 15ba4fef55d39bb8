"""Exports over HTTP: the same articles as on the page of results, safe to save, limited, and linked."""

import csv
import errno
import io
import json
import re
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.archive.locks import take_lock
from newsarchive.errors import ArchiveError
from newsarchive.export.formats import CITATIONS, served
from newsarchive.library import Library
from newsarchive.web import SiteSettings, create_app
from newsarchive.web.download import AHEAD, PIECE, Download
from newsarchive.web.export_slots import ExportSlots
from newsarchive.web.exports import COUNT_HEADER
from newsarchive.web.file_names import attachment, file_name
from tests.articles import make_article
from tests.libraries import filled, withdraw
from tests.sample import MATCHES, WHEAT
from tests.web.page import Element, Page


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def links(html: str) -> list[Element]:
    """The links to downloads on a page."""
    return [
        one for one in Page(html).find("a") if any("downloads" in outer.attributes.values() for outer in one.within)
    ]


def within(html: str, tag: str) -> list[Element]:
    return [one for one in Page(html).find("a") if any(outer.tag == tag for outer in one.within)]


def page_ids(client: FlaskClient, query: str) -> list[str]:
    """The ids on all pages of the results."""
    found: list[str] = []
    for number in range(1, 9):
        hits = within(client.get(f"/search?{query}&page={number}").text, "h2")
        found += [re.sub(r".*/article/([^?]*).*", r"\1", hit["href"]) for hit in hits]
    return found


@pytest.mark.parametrize("query", ["q=مباراة", "q=مباراة&sort=oldest", "source=الرياضية", "q=القمح&from=2025"])
def test_an_export_has_all_results_in_their_order(client: FlaskClient, query: str) -> None:
    response = client.get(f"/export.csv?{query}")
    found = [row["id"] for row in rows(response.data)]
    assert found == page_ids(client, query)
    assert response.headers[COUNT_HEADER] == str(len(found))


def test_each_format_is_served_and_linked(client: FlaskClient) -> None:
    listed = links(client.get("/search?q=القمح&limit=5&page=1&fold=copies").text)
    assert [link["href"].partition("?")[0] for link in listed] == [f"/export.{form.ending}" for form in served()]
    for link, form in zip(listed, served(), strict=True):
        response = client.get(link["href"])
        assert response.status_code == 200
        assert response.headers["Content-Type"] == form.media_type
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Content-Disposition"].startswith("attachment; ")
        assert response.data
    assert client.get("/export.exe").status_code == 404
    assert client.get("/export.warc.gz").status_code == 404


def test_an_article_can_be_downloaded(client: FlaskClient) -> None:
    listed = links(client.get("/article/wheat?lang=en").text)
    others = [form for form in served() if form not in CITATIONS]  # those are among the citations
    assert [link["href"] for link in listed] == [f"/article/wheat/export.{form.ending}?lang=en" for form in others]
    (row,) = rows(client.get("/article/wheat/export.csv").data)
    assert (row["id"], row["page_url"]) == ("wheat", "http://localhost/article/wheat")
    assert len(client.get("/article/talks/export.jsonl?revisions=all").data.splitlines()) == 2
    assert client.get("/article/withdrawn/export.csv").status_code == 410
    assert client.get("/article/wheat/export.exe").status_code == 404


def test_the_parameters_of_an_export(client: FlaskClient) -> None:
    assert [row["id"] for row in rows(client.get("/export.csv?sort=oldest&q=مباراة&limit=2").data)] == [
        "match1",
        "match2",
    ]
    assert not client.get("/export.csv?q=القمح&bom=no").data.startswith(b"\xef\xbb\xbf")
    assert {row["text"] for row in rows(client.get("/export.csv?text=no").data)} == {""}
    every = client.get("/export.jsonl?source=تاس&revisions=all")
    assert {2, 1} <= {json.loads(line)["revision"] for line in every.data.splitlines()}
    assert COUNT_HEADER not in every.headers
    for wrong in ("limit=0", "revisions=some", "bom=maybe", "text=1", "looser=x", "from=never"):
        assert client.get(f"/export.csv?{wrong}").status_code == 400, wrong


def test_a_looser_reading_is_exported_if_its_page_is(client: FlaskClient) -> None:
    query = "q=القمح غرافيتون"
    link = links(client.get(f"/search?{query}").text)[0]["href"]
    assert [row["id"] for row in rows(client.get(link).data)] == page_ids(client, query) != []
    assert rows(client.get(f"/export.csv?{query}").data) == []


def test_a_page_without_results_has_no_downloads(client: FlaskClient) -> None:
    assert links(client.get("/search?q=غرافيتون").text) == []


def test_a_head_request_has_the_headers_and_takes_no_slot(client: FlaskClient) -> None:
    for _ in range(5):
        response = client.head("/export.csv?q=القمح")
        assert (response.status_code, response.data) == (200, b"")
        assert int(response.headers[COUNT_HEADER]) > 0
        assert "ETag" not in response.headers


def test_nothing_private_leaves_the_server(client: FlaskClient) -> None:
    for form in served():
        content = client.get(f"/export.{form.ending}").data
        assert b"/srv/secret" not in content
        assert b"javascript:" not in content


# Names of files


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=القمح", "القمح"),
        ('q=a/b\\c:d*e?"f"<g>|h', "a b c d e f g h"),
        ("q=" + "كلمة " * 100, "كلمة"),
        ("q=\u202etxt.exe", "txt.exe"),
    ],
)
def test_a_file_is_named_after_the_search(client: FlaskClient, query: str, expected: str) -> None:
    header = client.get("/export.csv", query_string=query).headers["Content-Disposition"]
    assert header.isascii()
    plain, name = re.fullmatch(r"attachment; filename=\"([\w.-]+)\"; filename\*=UTF-8''([\w.%~-]+)", header).groups()  # type: ignore[union-attr]
    assert plain.endswith(".csv")
    assert expected in unquote(name)
    assert re.search(r" \d{4}-\d\d-\d\d\.csv$", unquote(name))
    assert not re.search(r'[/\\:*?"<>|\u202e]', unquote(name))
    assert len(unquote(name).encode()) < 255


def test_names_of_hidden_files_and_empty_names() -> None:
    assert file_name("..", MATCHES[0].published_day, "csv") == "2024-03-01.csv"  # type: ignore[arg-type]
    assert attachment("plain.csv").startswith('attachment; filename="plain.csv"; ')


@given(st.text(st.sampled_from("-.~ /اa\u202e") | st.characters(), max_size=120))
def test_any_name_can_be_saved_and_sent(about: str) -> None:
    name = file_name(about, date(2025, 4, 21), "parquet")
    header = attachment(name)
    assert len(name.encode()) <= 255
    assert name.endswith("2025-04-21.parquet")
    assert not name.startswith((".", " ", "-"))
    assert header.isascii()
    assert header.isprintable()
    assert unquote(header.partition("UTF-8''")[2]) == name


# Limits


@pytest.fixture
def library_of_matches(tmp_path: Path) -> Iterator[Library]:
    with filled(tmp_path / "archive", MATCHES) as opened:
        yield opened


def test_an_export_that_is_too_large_is_refused_before_anything_is_sent(library_of_matches: Library) -> None:
    client = create_app(library_of_matches, SiteSettings(export_rows=23)).test_client()
    response = client.get("/export.csv?lang=en")
    assert response.status_code == 400
    assert "There are <bdi>24</bdi> results, and one download may have <bdi>23</bdi>" in response.text
    assert "24" in client.get("/export.csv").text
    assert len(rows(client.get("/export.csv?limit=23").data)) == 23
    assert len(rows(client.get("/export.csv?q=رقم 7").data)) >= 1


def test_revisions_count_as_rows(library: Library) -> None:
    client = create_app(library, SiteSettings(export_rows=1)).test_client()
    query = "q=محادثات روسية كازاخستانية"
    assert client.get(f"/export.csv?{query}").status_code == 200
    assert client.get(f"/export.csv?{query}&revisions=all").status_code == 400


def test_no_more_exports_run_than_may(library_of_matches: Library) -> None:
    folder = library_of_matches.archive.folder
    first, second = (create_app(library_of_matches, SiteSettings(exports=2)).test_client() for _ in range(2))
    slots = ExportSlots(folder, 2)
    with slots.take():
        assert first.get("/export.csv").status_code == 200
        with slots.take():
            for client in (first, second):
                refused = client.get("/export.csv?lang=en&q=مباراة")
                assert refused.status_code == 503
                assert int(refused.headers["Retry-After"]) > 0
                assert "There are <bdi>2</bdi> downloads at the moment" in refused.text
                assert "/search?q=" in refused.text
                assert client.get("/search?q=مباراة").status_code == 200
                assert client.get("/article/match1/export.csv").status_code == 200
        assert second.get("/export.csv").status_code == 200
    for wrong in ("/export.csv?from=never", "/export.exe"):
        assert [first.get(wrong).status_code for _ in range(3)][-1] in (400, 404)
    assert first.get("/export.csv").status_code == 200


def test_a_folder_that_cannot_be_locked_is_an_error_page(
    library_of_matches: Library, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def read_only(_path: Path) -> BinaryIO:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("newsarchive.web.export_slots.take_lock", read_only)
    response = create_app(library_of_matches).test_client().get("/export.csv")
    assert (response.status_code, response.mimetype) == (500, "text/html")
    assert "an export can't be locked: Read-only file system" in caplog.text


def test_an_archive_that_is_read_only_has_as_many_slots(
    library_of_matches: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def read_only(path: Path) -> BinaryIO:
        if path.parent == library_of_matches.archive.folder:
            raise OSError(errno.EROFS, "Read-only file system", str(path))
        return take_lock(path)

    monkeypatch.setattr("newsarchive.web.export_slots.take_lock", read_only)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    client = create_app(library_of_matches, SiteSettings(exports=1)).test_client()
    assert client.get("/export.csv").status_code == 200
    with ExportSlots(library_of_matches.archive.folder, 1).take():
        assert client.get("/export.csv").status_code == 503
    (own,) = tmp_path.glob("newsarchive-*")
    own.chmod(0o777)  # others could keep exports from running, or write through links
    assert client.get("/export.csv").status_code == 500


def test_exports_can_be_turned_off(library_of_matches: Library) -> None:
    client = create_app(library_of_matches, SiteSettings(exports=0)).test_client()
    assert client.get("/export.csv").status_code == 404
    assert links(client.get("/search?q=مباراة").text) == []
    assert links(client.get("/article/match1").text) == []


def test_full_texts_can_be_kept_back(library: Library) -> None:
    client = create_app(library, SiteSettings(public_full_text=False)).test_client()
    sentence = WHEAT.body.split("\n")[0].encode()
    for form in served():
        for address in (f"/export.{form.ending}?q=القمح", f"/article/wheat/export.{form.ending}"):
            content = client.get(address).data
            assert content
            assert sentence not in content
    assert sentence in client.get("/article/wheat").data


def test_a_format_that_is_not_installed_is_neither_linked_nor_served(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsarchive.export.format._is_installed", lambda _name: False)
    listed = links(client.get("/search?q=القمح").text)
    assert listed
    assert not any("parquet" in link["href"] for link in listed)
    assert client.get("/export.parquet").status_code == 501


def test_an_unusable_index_is_an_error_page(unindexed: FlaskClient) -> None:
    response = unindexed.get("/export.csv")
    assert (response.status_code, response.mimetype) == (503, "text/html")
    assert unindexed.get("/export.csv").status_code == 503


# What changes meanwhile


def test_articles_that_are_withdrawn_meanwhile_are_missing_from_the_count(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    many = [make_article(number, body="نص طويل. " + "… " * 6_000) for number in range(150)]
    with filled(tmp_path / "archive", many) as library:
        app = create_app(library)
        response = app.test_client().get("/export.jsonl?sort=arrived", buffered=False)
        pieces = cast(Iterator[bytes], iter(response.response))
        beginning = next(pieces)
        withdraw(library, "id0")  # the last one
        ids = [json.loads(line)["id"] for line in (beginning + b"".join(pieces)).splitlines()]
        response.close()
    assert (len(ids), response.headers[COUNT_HEADER]) == (149, "150")
    assert "an export lacks 1 articles" in caplog.text


def test_an_export_that_fails_is_cut_off(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_items: object, out: BinaryIO, _context: object) -> None:
        out.write(b"x" * 3 * PIECE)
        raise ArchiveError("the archive is gone")

    monkeypatch.setattr("newsarchive.web.exports._Export.write", lambda _self, out: failing(None, out, None))
    response = app.test_client().get("/export.csv", buffered=False)
    read: list[object] = []
    with pytest.raises(ArchiveError, match="the archive is gone"):
        read.extend(response.response)
    assert len(read) == 3
    response.close()
    assert app.test_client().head("/export.csv").status_code == 200


# The download itself


def test_a_download_is_never_far_ahead_and_stops_when_nobody_reads() -> None:
    written, ended = [0], threading.Event()

    def write(out: BinaryIO) -> None:
        while True:
            out.write(b"x" * 1000)
            written[0] += 1000

    download = Download(write, ended.set).begin()
    assert len(next(download)) == PIECE
    download.close()
    assert ended.is_set()
    assert written[0] <= (AHEAD + 3) * PIECE
    before = written[0]
    assert written[0] == before


def test_a_download_that_fails_at_once_raises_before_it_begins() -> None:
    ended: list[bool] = []

    def write(_out: BinaryIO) -> None:
        raise ArchiveError("no archive")

    with pytest.raises(ArchiveError, match="no archive"):
        Download(write, lambda: ended.append(True)).begin()
    assert ended == [True]


def test_everything_that_is_written_is_read() -> None:
    pieces = [bytes([number]) * (number * 997) for number in range(200)]
    download = Download(lambda out: [out.write(piece) for piece in pieces], lambda: None).begin()
    assert b"".join(download) == b"".join(pieces)
    download.close()
