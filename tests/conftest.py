"""What several packages of tests use."""

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from newsarchive.archive import Archive
from newsarchive.article import Article
from tests.articles import make_article
from tests.search_server.fixtures import (  # noqa: F401 - fixtures
    begin_session,
    cluster_connection,
    end_session,
    index_name,
    search_hosts,
    three_nodes,
)

MEMORY = Path("/dev/shm")
"""A file system in memory. Archives and indexes wait for the disk at every batch, and many tests did little else.
TMPDIR chooses another folder."""
ROOM = 4 << 30
"""Bytes that must be free in it. The folders of tests that have passed are deleted."""

if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
    # For processes that tests start, and for this one, which may have looked for its folder before.
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

# Commands speak the language of the locale, and tests read what they say.
os.environ["LC_ALL"] = "C.UTF-8"

# The same examples at every run, however slow the machine: a test that fails here fails everywhere.
settings.register_profile("same everywhere", derandomize=True, deadline=None)
settings.load_profile("same everywhere")
# For `make quick`, by --hypothesis-profile.
settings.register_profile("quick", settings.get_profile("same everywhere"), max_examples=10)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let SIGINT have its usual effect, here and in the processes that a test starts.

    Shells let commands in the background ignore it, and so would all that these start.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        begin_session()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        end_session()


@pytest.fixture
def article() -> Callable[..., Article]:
    """Makes articles: `article(3, title="…")`."""
    return make_article


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An empty archive in a folder of its own."""
    opened = Archive(tmp_path / "archive", create=True)
    yield opened
    opened.close()
