"""Kill commands at a chosen system call, with strace."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from tests.security.attacks.child import Command

_CALLS = (
    "write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,ftruncate,openat,mkdir,mkdirat,rmdir,"
    "flock"
)
_TRACED = ",".join(f"?{name}" for name in _CALLS.split(","))
"""The question marks make strace ignore calls that a processor architecture doesn't have."""
_ROOT = Path(__file__).parents[3]
_KILLED = -9


_CALL = re.compile(r"(?P<thread>\d+) +(?P<name>\w+)\((?P<arguments>.*)")


class Call(NamedTuple):
    """One system call of a command: its name, and its number among the calls with that name in its thread, from 1."""

    name: str
    number: int


class Ended(NamedTuple):
    """The result of a traced command and of the commands that ran at the same time.

    `stored` has the records that any of them reported as stored. `output` and `is_killed` are for the traced command.
    `others` has the exit status and output of each other command.
    """

    stored: frozenset[tuple[str, int]]
    output: str
    is_killed: bool
    others: tuple[tuple[int, str], ...]


def why_not() -> str:
    """The reason why processes can't be traced here; empty if they can."""
    strace = shutil.which("strace")
    if strace is None:
        return "strace is not installed ('make system' installs it for root on Debian)"
    tried = subprocess.run([strace, "-f", "-qq", "-o", os.devnull, "true"], capture_output=True, text=True, check=False)
    return f"strace cannot trace here: {tried.stderr.strip()}" if tried.returncode else ""


class Tracer:
    """A context manager that runs `newsarchive` commands under strace."""

    def __init__(self, work: Path) -> None:
        self._work = work
        self._log = work / "calls.log"
        paths = os.pathsep.join([str(_ROOT), str(_ROOT / "src")])
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": paths,
            "OPENBLAS_NUM_THREADS": "1",
            "LC_ALL": "C.UTF-8",
        }
        orders, to_launcher = os.pipe()
        from_launcher, answers = os.pipe()
        self._orders = os.fdopen(to_launcher, "w")
        self._answers = os.fdopen(from_launcher)
        self._launcher = subprocess.Popen(
            [sys.executable, "-m", "tests.security.attacks.child", str(orders), str(answers)],
            stdin=subprocess.DEVNULL,
            pass_fds=(orders, answers),
            cwd=work,
            env=environment,
        )
        os.close(orders)
        os.close(answers)

    def __enter__(self) -> Self:
        assert self._answer() == "ready"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._orders.close()
        self._answers.close()
        self._launcher.wait()

    def calls(self, *arguments: str) -> tuple[list[Call], Ended]:
        """The system calls of a command, in order, that change the disk, or lock or open files to write."""
        ended = self._run([arguments])
        return list(_calls_in(self._log.read_text(errors="replace"))), ended

    def kill(self, at: Call, *arguments: str, beside: Sequence[Sequence[str]] = ()) -> Ended:
        """Run a command and kill it at the start of a call. The commands `beside` start at once and stay alive."""
        # strace counts the calls of each name separately.
        return self._run([arguments, *beside], "-e", f"inject={at.name}:signal=KILL:when={at.number}")

    def _run(self, commands: Sequence[Sequence[str]], *options: str) -> Ended:
        orders = [self._order(number, arguments) for number, arguments in enumerate(commands)]
        self._send(json.dumps(orders))
        child = self._answer()
        trace = ["strace", "-f", "-o", str(self._log), "-e", f"trace={_TRACED}", *options, "-p", child]
        with subprocess.Popen(trace, stderr=subprocess.PIPE, text=True) as strace:
            assert strace.stderr is not None
            attached = strace.stderr.readline()
            assert "attached" in attached, attached
            self._send("begin")
            code, *codes = json.loads(self._answer())
            strace.communicate()
        output, *outputs = (Path(order["output"]).read_text(errors="replace") for order in orders)
        stored = (line.split() for order in orders for line in Path(order["reported"]).read_text().splitlines())
        return Ended(
            frozenset((name, int(revision)) for name, revision in stored),
            output,
            code == _KILLED,
            tuple(zip(codes, outputs, strict=True)),
        )

    def _order(self, number: int, arguments: Sequence[str]) -> Command:
        output, reported = (self._work / f"{name}.{number}" for name in ("output", "reported"))
        for file in (output, reported):
            file.unlink(missing_ok=True)
        return {"arguments": arguments, "output": str(output), "reported": str(reported)}

    def _send(self, line: str) -> None:
        print(line, file=self._orders, flush=True)

    def _answer(self) -> str:
        return self._answers.readline().strip()


def _calls_in(log: str) -> Iterator[Call]:
    counts: Counter[tuple[str, str]] = Counter()
    for line in log.splitlines():
        call = _CALL.match(line)
        if call is None:
            continue
        name = call["name"]
        counts[call["thread"], name] += 1
        if name != "openat" or "O_RDONLY" not in call["arguments"] or "O_CREAT" in call["arguments"]:
            yield Call(name, counts[call["thread"], name])
