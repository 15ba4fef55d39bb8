"""Run the `newsarchive` command in this process: fast, with the exit code and output of the real command."""

import io
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

from newsarchive.cli import main

EXIT_CODES = (0, 1, 2, 3)
"""The valid exit codes: success, some items failed, wrong command line, archive unusable."""


class Ran(NamedTuple):
    """The exit code and output of a command. A `code` of -1 means that it raised an exception."""

    arguments: tuple[str, ...]
    code: int
    output: str
    errors: str

    def problems(self, *codes: int) -> list[str]:
        """Problems with how the command ended; `codes` are the exit codes expected here."""
        name = " ".join(self.arguments)
        text = self.output + self.errors
        if "Traceback" in text:
            return [f"traceback from '{name}': {text.strip()[-600:]}"]
        if self.code not in codes:
            return [f"'{name}' ended with {self.code}, not {' or '.join(map(str, codes))}: {text.strip()[-300:]}"]
        if self.code == EXIT_CODES[-1] and "newsarchive: " not in self.errors:
            return [f"'{name}' ended with {self.code} and without a message"]
        return []


def run(archive: Path, *arguments: str, stdin: bytes = b"") -> Ran:
    """Run a command on an archive."""
    errors = io.StringIO()
    output = io.StringIO()
    with redirect_stdout(output), redirect_stderr(errors), _standard_input(stdin):
        code = _exit_code(on_archive(archive, arguments), errors)
    return Ran(arguments, code, output.getvalue(), errors.getvalue())


def on_archive(archive: Path, arguments: Sequence[str]) -> list[str]:
    """The arguments of a command, with the option that names the archive."""
    command, *rest = arguments
    return [command, "--archive", str(archive), *rest]


def _exit_code(arguments: list[str], errors: io.StringIO) -> int:
    try:
        main(arguments)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except Exception:
        errors.write(traceback.format_exc())
    return -1


@contextmanager
def _standard_input(content: bytes) -> Iterator[None]:
    before = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(content))
    try:
        yield
    finally:
        sys.stdin = before
