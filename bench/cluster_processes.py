"""What processes have used, exactly, from `/proc`: CPU and memory. For `bench/opensearch.py`.

The statistics of OpenSearch are refreshed once a second, which is longer than what is measured here.
"""

import multiprocessing
import os
import resource
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")
_BUSY = (0, 1, 2, 5, 6, 7)
"""User, nice, system, and time in interrupts and taken by the host."""


@dataclass(frozen=True, slots=True)
class Used:
    """Seconds that were used up to a moment: of CPU by this side, by the nodes, by all that runs; and of time.

    `compiling` is what the nodes used besides for compiling their own code, which ends some minutes after their start.
    """

    client: float
    nodes: float
    compiling: float
    machine: float
    wall: float

    @classmethod
    def now(cls, nodes: Iterable[int]) -> "Used":
        """Up to now; `nodes` are the numbers of the processes of the nodes."""
        compiling = sum(map(compiling_of, nodes))
        total = sum(map(cpu_of, nodes))
        return cls(client_cpu(), total - compiling, compiling, _machine_cpu(), time.perf_counter())

    def since(self, before: "Used") -> "Used":
        """What was used since an earlier moment."""
        return Used(
            self.client - before.client,
            self.nodes - before.nodes,
            self.compiling - before.compiling,
            self.machine - before.machine,
            self.wall - before.wall,
        )

    @property
    def others(self) -> float:
        """How many cores were busy with other processes, on average."""
        return max(0.0, self.machine - self.client - self.nodes - self.compiling) / self.wall if self.wall else 0.0


def cpu_of(process: int) -> float:
    """The seconds of CPU that a process has used, in all its threads and in its ended children; 0 if it is gone."""
    return _cpu_in(_PROC / str(process) / "stat", 4)


def compiling_of(process: int) -> float:
    """The seconds of CPU of the threads of a Java process that compile its code."""
    found = 0.0
    for thread in (_PROC / str(process) / "task").glob("*"):
        with suppress(OSError):
            if (thread / "comm").read_text().startswith(("C1 Compiler", "C2 Compiler")):
                found += _cpu_in(thread / "stat", 2)
    return found


def _cpu_in(stat: Path, figures: int) -> float:
    """User and system time in a file, of `figures` figures: 2 for a process or a thread, 4 with its ended children."""
    try:
        # The name of the process is in parentheses, and may have any characters.
        fields = stat.read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11 : 11 + figures])) / _TICKS


def client_cpu() -> float:
    """The seconds of CPU of this process and of its workers, those that run and those that have ended."""
    workers = sum(cpu_of(worker) for worker in _workers())
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + workers + ended.ru_utime + ended.ru_stime


def _workers() -> Sequence[int]:
    """The processes that `multiprocessing` runs. The nodes aren't among them."""
    return [worker.pid for worker in multiprocessing.active_children() if worker.pid is not None]


def _machine_cpu() -> float:
    fields = (_PROC / "stat").read_text().splitlines()[0].split()[1:]
    return sum(int(fields[place]) for place in _BUSY) / _TICKS


def forget_peak() -> None:
    """Let the peak of this process's memory begin now."""
    (_PROC / "self" / "clear_refs").write_text("5")


def client_peak_mb() -> float:
    """The most memory that this process has had since its peak was forgotten, or one of its workers that run."""
    return max(memory_mb(process, "VmHWM") for process in (os.getpid(), *_workers()))


def memory_mb(process: int, figure: str) -> float:
    """A figure of the memory of a process, such as VmRSS; 0 if it is gone."""
    try:
        lines = (_PROC / str(process) / "status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{figure}:")), 0.0)


def load() -> float:
    """The load average of the last minute."""
    return round(os.getloadavg()[0], 1)
