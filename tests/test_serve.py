"""`newsarchive serve` as a process of its own, asked over HTTP."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.search.whoosh_index.folder import IndexFolder
from tests.articles import NOW
from tests.serving import serving


def test_the_catalogue_is_there_before_the_first_page(tmp_path: Path, article: Callable[..., Article]) -> None:
    with Library.open(tmp_path, create=True) as library:
        with ArchiveWriter(library.archive, clock=lambda: NOW) as writer:
            writer.append([article(1), article(2)])
        library.update_index()
    path = tmp_path / "catalogue.sqlite3"
    path.unlink(missing_ok=True)
    with serving(tmp_path), closing(sqlite3.connect(path)) as catalogue:
        assert catalogue.execute("SELECT count(*) FROM revisions").fetchone() == (2,)


def test_a_server_that_starts_after_a_purge_does_not_wait_for_the_new_index(
    tmp_path: Path, article: Callable[..., Article]
) -> None:
    with Library.open(tmp_path, create=True) as library:
        with ArchiveWriter(library.archive, clock=lambda: NOW) as writer:
            writer.append([article(1), article(2)])
        library.update_index()
        with ArchiveWriter(library.archive) as writer:
            writer.purge("id1", "حكم قضائي")
    # Another process is making it, and will be for long.
    with IndexFolder(tmp_path / "index").rebuilding(), serving(tmp_path) as server:
        answer = server.ask("GET", "/api/v1/search")
        assert answer.status == 200
        assert b'"total": 1,' in answer.content or b'"total":1,' in answer.content


def test_a_shortened_archive_is_served_with_a_warning(tmp_path: Path, article: Callable[..., Article]) -> None:
    with Library.open(tmp_path, create=True) as library:
        with ArchiveWriter(library.archive, clock=lambda: NOW) as writer:
            writer.append([article(1)])
            size = library.archive.parts.size()
            writer.append([article(2)])
        library.update_index()
        os.truncate(library.archive.parts.path("2025-04.001.jsonl"), size)
    with serving(tmp_path) as server:
        assert server.ask("GET", "/article/id1").status == 200
        assert server.ask("GET", "/article/id2").status == 404
        assert server.ask("GET", "/search?q=%D9%86%D8%B5").status == 200
        assert server.ask("GET", "/healthz").status == 200
        server.process.terminate()
        assert server.process.stderr is not None
        told = server.process.stderr.read().decode()
    assert told.count("the archive is shorter than it was: 2025-04.001.jsonl lacks its last 1 lines") == 1
    assert "built anew" not in told
