"""What several packages of tests use."""

import gc
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from flask import Flask
from hypothesis import settings
from jinja2 import Environment
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

from newsarchive.archive import Archive
from newsarchive.article import Article
from newsarchive.web import app as app_module
from newsarchive.web.templates import TextEnvironment
from tests.articles import make_article
from tests.search_server.fixtures import (  # noqa: F401 - fixtures
    begin_session,
    cluster_connection,
    end_session,
    index_name,
    ingest_node,
    search_hosts,
    start_early,
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


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Don't look for garbage among the million objects that collecting tests makes, neither now nor later.

    Searches on a replaced index look through all objects, and took most of the time of many tests.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that take long, so that no process is left with one of them at the end."""

    def is_short(item: pytest.Item) -> bool:
        return item.get_closest_marker("long") is None and "three_nodes" not in getattr(item, "fixturenames", ())

    items.sort(key=is_short)


def pytest_collection_finish(session: pytest.Session) -> None:
    if not session.config.option.collectonly:
        start_early(session.items)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        end_session()


class _Bytecode(BytecodeCache):
    """Compiled templates, for all applications of this process."""

    def __init__(self) -> None:
        self._compiled: dict[str, CodeType] = {}

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        # Each language has templates of its own.
        assert isinstance(environment, TextEnvironment)
        return super().get_bucket(environment, f"{environment.language} {name}", filename, source)

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._compiled.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._compiled[bucket.key] = bucket.code


class _Templates(TextEnvironment):
    """The templates of one application. Tests make hundreds of applications, and each would compile them anew."""

    _bytecode = _Bytecode()

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, bytecode_cache=self._bytecode, **options)


vars(app_module)["TextEnvironment"] = _Templates


_compile_builder = Rule._compile_builder
_builders: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}


def _kept_builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """The function that makes addresses by a rule, which is the same in all applications.

    Compiling it for each of them would take most of the time that they take to create.
    """
    key = tuple(rule._trace), repr(rule.defaults), append_unknown
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


Rule._compile_builder = _kept_builder  # type: ignore[method-assign, assignment]


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
