"""Nodes of a server on this machine: start them, wait until they are one cluster, kill one, end all."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.search_server.download import NoServer, java_home

_NOBODY = 65534
"""The user that nodes run as if root starts them, because OpenSearch refuses to run as root."""
_PATIENCE = 150.0
"""Seconds until a cluster must be ready, however busy the machine is."""
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_LOGGING = """status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%c{1.}] %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""
_SETTINGS = """cluster.name: {cluster}
node.name: {name}
path.data: {folder}/data
path.logs: {folder}/logs
network.host: 127.0.0.1
http.port: {port}
transport.port: {transport}
discovery.seed_hosts: [{seeds}]
cluster.initial_cluster_manager_nodes: [{names}]
cluster.routing.allocation.disk.threshold_enabled: false
node.processors: 2
"""
_BRIEF = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Options of Java for nodes that run for a minute: compiling thoroughly would take more time than it saves."""


def free_ports(count: int) -> list[int]:
    """Ports on which nothing listens."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _is_free(port: int) -> bool:
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class Node:
    """One node: a process with a folder of its own."""

    def __init__(self, home: Path, folder: Path, port: int, heap: str, *, is_brief: bool = False) -> None:
        self.name = folder.name
        self.port = port
        self._home = home
        self._folder = folder
        self._heap = heap
        self._options = _BRIEF if is_brief else ()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self._folder / "out.log"

    def configure(self, settings: str) -> None:
        for name in ("config", "data", "logs", "tmp"):
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        config = self._folder / "config"
        options = (self._home / "config" / "jvm.options").read_text(encoding="utf-8").splitlines()
        kept = [line for line in options if "gc.log" not in line and not line.startswith(("-Xms", "-Xmx"))]
        if self._options:
            kept = [line for line in kept if "G1" not in line]
        kept += [f"-Xms{self._heap}", f"-Xmx{self._heap}", *self._options]
        (config / "jvm.options").write_text("\n".join(kept) + "\n", encoding="utf-8")
        (config / "log4j2.properties").write_text(_LOGGING, encoding="ascii")
        (config / "opensearch.yml").write_text(settings, encoding="utf-8")
        if os.geteuid() == 0:
            for path in (self._folder, *self._folder.rglob("*")):
                os.chown(path, _NOBODY, _NOBODY)

    def start(self) -> None:
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self._folder),
            "OPENSEARCH_JAVA_HOME": str(java_home()),
            "OPENSEARCH_PATH_CONF": str(self._folder / "config"),
            "OPENSEARCH_TMPDIR": str(self._folder / "tmp"),
        }
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*_as_nobody(), str(self._home / "bin" / "opensearch")],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                cwd=self._folder,
                start_new_session=True,  # Ctrl-C in a terminal is for the process that ends the nodes in order.
            )

    @property
    def process_number(self) -> int:
        """The number of the process, of a node that was started."""
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """End the node as a power failure would."""
        self.end(signal.SIGKILL)
        self.wait()

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)

    def wait(self) -> None:
        if self._process is not None:
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def ask(self, path: str, timeout: float = 30) -> Any:
        """The JSON of the response to a GET request. Raises OSError."""
        with _OPENER.open(self.url + path, timeout=timeout) as response:
            return json.loads(response.read())

    def last_words(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-15:])


class Cluster:
    """A context in which nodes run on loopback. Their data stays in the folder."""

    def __init__(
        self, home: Path, folder: Path, ports: Sequence[int], *, heap: str = "512m", is_brief: bool = False
    ) -> None:
        """`ports` are two for each node: one for clients, one for the other nodes. `is_brief` is for tests."""
        half = len(ports) // 2
        self._transports = ports[half:]
        self.nodes = [
            Node(home, folder / f"node-{number}", port, heap, is_brief=is_brief)
            for number, port in enumerate(ports[:half], start=1)
        ]

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(node.url for node in self.nodes)

    def start(self) -> None:
        """Start all nodes, and wait until they are one cluster. Raises NoServer."""
        for port in (*(node.port for node in self.nodes), *self._transports):
            if not _is_free(port):
                raise NoServer(f"the port {port} is taken: is another server running?")
        names = ", ".join(node.name for node in self.nodes)
        seeds = ", ".join(f'"127.0.0.1:{port}"' for port in self._transports)
        for node, transport in zip(self.nodes, self._transports, strict=True):
            settings = {"cluster": "newsarchive-try", "folder": node.log.parent, "seeds": seeds, "names": names}
            node.configure(_SETTINGS.format(name=node.name, port=node.port, transport=transport, **settings))
            node.start()
        self.wait()

    def wait(self, status: str = "yellow") -> None:
        """Wait until all nodes are in the cluster. Raises NoServer if one ends, or after some minutes."""
        deadline = time.monotonic() + _PATIENCE
        path = f"/_cluster/health?wait_for_nodes={len(self.nodes)}&wait_for_status={status}&timeout=5s"
        while time.monotonic() < deadline:
            for node in self.nodes:
                if not node.is_running:
                    raise NoServer(f"{node.name} has ended:\n{node.last_words()}")
            with suppress(OSError, ValueError):
                health = self.nodes[0].ask(path)
                if not health["timed_out"]:
                    return
            time.sleep(0.3)
        raise NoServer(f"the nodes are no cluster after {_PATIENCE:.0f} s:\n{self.nodes[0].last_words()}")

    def manager(self) -> Node:
        """The node that manages the cluster."""
        for node in self.nodes:
            with suppress(OSError):
                (one,) = node.ask("/_cat/cluster_manager?format=json")
                return next(other for other in self.nodes if other.name == one["node"])
        raise NoServer("no node answers")

    def stop(self) -> None:
        for node in self.nodes:
            node.end()
        for node in self.nodes:
            node.wait()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def _as_nobody() -> list[str]:
    """What a node is started through: as another user than root, and so that it ends with this process."""
    setpriv = shutil.which("setpriv")
    if os.geteuid() != 0:
        return [setpriv, "--pdeathsig", "KILL"] if setpriv else []
    if setpriv is None:
        raise NoServer("OpenSearch doesn't run as root, and setpriv, which changes the user, is missing")
    user = [f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]
    return [setpriv, *user, "--pdeathsig", "KILL"]
