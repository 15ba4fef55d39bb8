"""What several packages of tests use."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from newsarchive.archive import Archive
from newsarchive.article import Article
from tests.articles import make_article

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
