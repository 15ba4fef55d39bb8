"""The result of an attack: attempts, failures with their seeds, and the figures that have a limit."""

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple


class Failure(NamedTuple):
    """The failure of a seed's attempt."""

    seed: int
    reason: str


@dataclass
class Tally:
    """The result of one attack. Threads may share it.

    `slowest` is the longest wait for an answer in seconds, or the longest attempt if the attack doesn't wait for
    answers. `memory` is the peak resident memory in bytes by process, such as "server". `notes` counts what attempts
    did.
    """

    attack: str
    tries: int = 0
    failures: list[Failure] = field(default_factory=list)
    slowest: float = 0.0
    memory: dict[str, int] = field(default_factory=dict)
    notes: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add_try(self, seconds: float = 0.0, *notes: str) -> None:
        """Record an attempt, its duration, and what it did."""
        with self._lock:
            self.tries += 1
            self.slowest = max(self.slowest, seconds)
            self.notes.update(notes)

    def fail(self, seed: int, *reasons: str) -> None:
        """Add failures of one seed."""
        with self._lock:
            self.failures += [Failure(seed, reason) for reason in reasons]

    def use_memory(self, process: str, size: int) -> None:
        """Record the memory of a process, in bytes, if it is higher than before."""
        with self._lock:
            self.memory[process] = max(size, self.memory.get(process, 0))

    def report(self) -> str:
        """The failures, one per line."""
        return "\n".join(f"seed {failure.seed}: {failure.reason}" for failure in self.failures)


class SharedSeeds:
    """Seeds that several threads take from one iterator."""

    def __init__(self, seeds: Iterator[int]) -> None:
        self._seeds = seeds
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[int]:
        while True:
            with self._lock:
                seed = next(self._seeds, None)
            if seed is None:
                return
            yield seed
