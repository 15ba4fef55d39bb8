"""Interruptions at a chosen step: of a purge that replaces files, and of a process that changes files."""

import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from newsarchive.archive import ArchiveWriter


def break_off_purge(writer: ArchiveWriter, article_id: str, step: int) -> None:
    """Purge an article, with an interruption instead of the given replacement of a file, counted from 1."""
    replaced: list[Path] = []

    def break_off(path: Path, target: Path) -> Path:
        replaced.append(target)
        if len(replaced) == step:
            raise KeyboardInterrupt
        return path.rename(target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "replace", break_off)
        with pytest.raises(KeyboardInterrupt):
            writer.purge(article_id, "حكم قضائي")


class _Steps:
    """Kills the process before one of the calls that change files permanently."""

    def __init__(self, fatal: int) -> None:
        self._left = fatal
        for owner, name in ((os, "fsync"), (Path, "replace"), (Path, "unlink"), (shutil, "rmtree")):
            setattr(owner, name, self._counted(getattr(owner, name)))

    def _counted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            self._left -= 1
            if not self._left:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*arguments, **options)

        return call


def killed_at_each_step(do: Callable[[Path], object], folder: Path, copies: Path, most: int) -> Iterator[Path]:
    """Copies of a folder in which a process did something to it until it was killed, each at a later step.

    In the last one it wasn't killed. It counts as a failure if that takes more than `most` steps.
    """

    def until(copy: Path, fatal: int) -> None:
        _Steps(fatal)
        do(copy)

    for step in range(1, most + 1):
        copy = Path(shutil.copytree(folder, copies / f"step{step}"))
        process = multiprocessing.get_context("fork").Process(target=until, args=(copy, step))
        process.start()
        process.join()
        yield copy
        shutil.rmtree(copy)
        if process.exitcode == 0:
            return
        assert process.exitcode == -signal.SIGKILL
    raise AssertionError(f"not done after {most} steps")
