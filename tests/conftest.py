"""What several packages of tests use."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from newsarchive.archive import Archive
from newsarchive.article import Article
from tests.articles import make_article

MEMORY = Path("/dev/shm")
"""A file system in memory. Archives and indexes wait for the disk at every batch, and many tests did little else.
TMPDIR chooses another folder."""
ROOM = 4 << 30
"""Bytes that must be free in it. The folders of tests that have passed are deleted."""

if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
    # For processes that tests start, and for this one, which may have looked for its folder before.
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

# The same examples at every run, however slow the machine: a test that fails here fails everywhere.
settings.register_profile("same everywhere", derandomize=True, deadline=None)
settings.load_profile("same everywhere")
# For `make quick`, by --hypothesis-profile.
settings.register_profile("quick", settings.get_profile("same everywhere"), max_examples=10)


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
