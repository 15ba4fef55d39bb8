from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from newsarchive.archive import ArchiveWriter
from newsarchive.article import Article
from newsarchive.library import Library
from newsarchive.web import create_app
from tests.articles import NOW
from tests.libraries import open_archive, put_collection
from tests.sample import sample_library


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The sample archive, which no test may change."""
    with sample_library(tmp_path_factory.mktemp("sample")) as opened:
        put_collection(opened.archive.folder, "wheat", "talks")
        yield opened


@pytest.fixture(scope="session")
def app(library: Library) -> Flask:
    return create_app(library)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def unindexed(tmp_path: Path) -> Iterator[FlaskClient]:
    """A client for an archive without an index."""
    with open_archive(tmp_path / "new", create=True) as library:
        yield create_app(library).test_client()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[FlaskClient]:
    """A client for an archive without articles."""
    with open_archive(tmp_path / "empty", create=True) as library:
        library.update_index()
        yield create_app(library).test_client()


@pytest.fixture
def changing(tmp_path: Path, article: Callable[..., Article]) -> Iterator[tuple[FlaskClient, Library]]:
    """A client for an archive of four articles that the test changes."""
    with open_archive(tmp_path, create=True) as library:
        with ArchiveWriter(library.archive, clock=lambda: NOW) as writer:
            writer.append([article(number, url=f"https://news.example/{number}") for number in range(4)])
        library.update_index()
        yield create_app(library).test_client(), library
