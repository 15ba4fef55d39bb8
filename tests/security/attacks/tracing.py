"""Commands killed at a chosen system call, with strace."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

_CALLS = (
    "write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,ftruncate,openat,mkdir,mkdirat,rmdir,"
    "flock,fcntl"
)
_TRACED = ",".join(f"?{name}" for name in _CALLS.split(","))
"""The question marks are for processors that lack some of the calls."""
_ROOT = Path(__file__).parents[3]
_KILLED = -9


class Ended(NamedTuple):
    """How a traced command ended: what it reported as stored, its output, and whether it was killed."""

    stored: frozenset[tuple[str, int]]
    output: str
    is_killed: bool


def why_not() -> str:
    """Why no process can be traced here; empty where it can."""
    strace = shutil.which("strace")
    if strace is None:
        return "strace is not installed ('make system' installs it for root on Debian)"
    tried = subprocess.run([strace, "-f", "-qq", "-o", os.devnull, "true"], capture_output=True, text=True, check=False)
    return f"strace cannot trace here: {tried.stderr.strip()}" if tried.returncode else ""


class Tracer:
    """Runs commands of `newsarchive` under strace, from `with` to its end."""

    def __init__(self, work: Path) -> None:
        self._log = work / "calls.log"
        self._output = work / "output"
        self._reported = work / "reported"
        paths = os.pathsep.join([str(_ROOT), str(_ROOT / "src")])
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": paths,
            "OPENBLAS_NUM_THREADS": "1",
            "LC_ALL": "C.UTF-8",
        }
        self._launcher = subprocess.Popen(
            [sys.executable, "-m", "tests.security.attacks.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=work,
            env=environment,
        )

    def __enter__(self) -> Self:
        assert self._line() == "ready"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._launcher.stdin is not None
        assert self._launcher.stdout is not None
        self._launcher.stdin.close()
        self._launcher.stdout.close()
        self._launcher.wait()

    def count(self, *arguments: str) -> tuple[int, Ended]:
        """How many system calls a command makes that change something on the disk or lock or open it."""
        ended = self._run(arguments)
        lines = self._log.read_text(errors="replace").splitlines()
        return sum("(" in line and " resumed>" not in line for line in lines), ended

    def kill(self, number: int, *arguments: str) -> Ended:
        """Run a command and kill it as it enters the call of a number, counted from 1."""
        return self._run(arguments, "-e", f"inject={_TRACED}:signal=KILL:when={number}")

    def _run(self, arguments: tuple[str, ...], *options: str) -> Ended:
        for file in (self._output, self._reported):
            file.unlink(missing_ok=True)
        order = {"arguments": arguments, "output": str(self._output), "reported": str(self._reported)}
        self._send(json.dumps(order).encode() + b"\n")
        child = self._line()
        trace = ["strace", "-f", "-o", str(self._log), "-e", f"trace={_TRACED}", *options, "-p", child]
        with subprocess.Popen(trace, stderr=subprocess.PIPE, text=True) as strace:
            assert strace.stderr is not None
            attached = strace.stderr.readline()
            assert "attached" in attached, attached
            self._send(b"!")
            code = int(self._line())
            strace.communicate()
        stored = self._reported.read_text().splitlines()
        return Ended(
            frozenset((name, int(revision)) for name, revision in map(str.split, stored)),
            self._output.read_text(errors="replace"),
            code == _KILLED,
        )

    def _send(self, content: bytes) -> None:
        assert self._launcher.stdin is not None
        self._launcher.stdin.write(content)
        self._launcher.stdin.flush()

    def _line(self) -> str:
        assert self._launcher.stdout is not None
        return self._launcher.stdout.readline().decode().strip()
