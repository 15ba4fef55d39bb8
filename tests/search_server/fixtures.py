"""Fixtures of servers: one node that all tests share, and three nodes for those that kill one.

The shared server is started by the first test that needs it, whichever process of pytest runs it, and ended with
the session. Where no server can run, the tests are skipped with the reason; with CI in the environment, they fail.
"""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from newsarchive.config import Config
from newsarchive.search.opensearch import ClusterSettings, Connection
from tests.search_server.__main__ import FAILED, READY
from tests.search_server.cluster import Cluster, free_ports
from tests.search_server.download import NoServer, get_server, java_home

FOLDER_VARIABLE = "NEWSARCHIVE_TEST_SEARCH_SERVER"
"""The environment variable with the folder of the session's server: its name is known before it exists."""
_PROCESS = "PROCESS"
_PATIENCE = 400.0
"""Seconds for a download and a start on a busy machine."""


def begin_session() -> None:
    """Choose the folder of the session's server, in the first process of pytest only."""
    os.environ[FOLDER_VARIABLE] = str(Path(tempfile.gettempdir(), f"newsarchive-server-{uuid.uuid4().hex[:12]}"))


def end_session() -> None:
    """End the session's server, if a test has started it."""
    folder = Path(os.environ.pop(FOLDER_VARIABLE))
    with suppress(FileNotFoundError, ProcessLookupError):
        process = int((folder / _PROCESS).read_text(encoding="ascii"))
        os.kill(process, signal.SIGTERM)
        for _ in range(300):  # It isn't a child of this process if a worker has started it.
            with suppress(ChildProcessError):
                os.waitpid(process, os.WNOHANG)
            os.kill(process, 0)
            time.sleep(0.1)
        os.kill(process, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


def _without_server(why: object) -> None:
    """Skip or fail a test."""
    if os.environ.get("CI"):
        pytest.fail(f"no search server: {why}", pytrace=False)
    pytest.skip(f"no search server: {str(why).splitlines()[0]}")


@contextmanager
def _open_folder(folder: Path) -> Iterator[Path]:
    """A folder that the server can enter, whichever user it runs as; only one process at a time is in this context."""
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    with (folder / "LOCK").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def start_early(items: Iterable[pytest.Item]) -> None:
    """Start the session's server if a test will need it. Other tests run while it starts."""
    if any("search_hosts" in getattr(item, "fixturenames", ()) for item in items):
        with suppress(NoServer):  # The tests say why.
            java_home()
            _start(Path(os.environ[FOLDER_VARIABLE]))


def _start(folder: Path) -> None:
    """Start the session's server unless a process of pytest has."""
    with _open_folder(folder):
        if not (folder / _PROCESS).exists():
            command = [sys.executable, "-m", "tests.search_server", "--brief", "--port", "0", "--folder", str(folder)]
            root = Path(__file__).parents[2]
            environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(root / "src"), str(root)])}
            with (folder / "starting.log").open("wb") as log:
                process = subprocess.Popen(
                    [*command, "--with-process", str(_first_process())],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=root,
                    env=environment,
                    start_new_session=True,
                )
            (folder / _PROCESS).write_text(str(process.pid), encoding="ascii")
            # It outlives this process, which may be one of several workers.
            process.returncode = 0


def _hosts(folder: Path) -> tuple[str, ...]:
    """The addresses of the session's server, started first if it wasn't yet. Raises NoServer."""
    _start(folder)
    ready, failed = folder / READY, folder / FAILED
    deadline = time.monotonic() + _PATIENCE
    while not ready.exists():
        if failed.exists():
            raise NoServer(failed.read_text(encoding="utf-8"))
        if time.monotonic() > deadline:
            raise NoServer(f"not ready after {_PATIENCE:.0f} s")
        time.sleep(0.1)
    return tuple(json.loads(ready.read_text(encoding="utf-8")))


def _first_process() -> int:
    """The process of the session: with pytest-xdist, the one that started this one."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


@pytest.fixture(scope="session")
def search_hosts() -> tuple[str, ...]:
    """The addresses of a server with one node, which all tests of the session share. Use names from `index_name`."""
    try:
        java_home()
        return _hosts(Path(os.environ[FOLDER_VARIABLE]))
    except NoServer as error:
        _without_server(error)
        raise


@pytest.fixture
def index_name() -> str:
    """What the names of a test's indexes begin with; no other test has it."""
    return f"test-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def cluster_connection(search_hosts: tuple[str, ...], index_name: str) -> Iterator[Connection]:
    """A connection to the shared server. The test's indexes are deleted afterwards."""
    connection = Connection(ClusterSettings(hosts=search_hosts))
    yield connection
    connection.request("DELETE", f"/{index_name}*", params={"ignore_unavailable": "true"})
    connection.close()


@pytest.fixture
def ingest_node(
    tmp_path: Path, search_hosts: tuple[str, ...], index_name: str, cluster_connection: Connection
) -> Config:
    """The settings of a node that has an archive on disk, and shares it with others on the cluster."""
    assert cluster_connection is not None
    return Config(
        archive=tmp_path / "archive",
        engine="opensearch",
        opensearch_hosts=search_hosts,
        opensearch_index=index_name,
        opensearch_replicas=0,
        articles_on="both",
    )


@pytest.fixture
def three_nodes() -> Iterator[Cluster]:
    """A cluster of three nodes for one test, which may kill them. Takes about 1.5 GB of memory."""
    folder = Path(tempfile.mkdtemp(prefix="newsarchive-nodes-"))
    folder.chmod(0o755)
    try:
        java_home()
        with Cluster(get_server(), folder, free_ports(6), heap="384m", is_brief=True) as cluster:
            yield cluster
    except NoServer as error:
        _without_server(error)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
