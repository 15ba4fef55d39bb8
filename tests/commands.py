"""Run commands of `newsarchive` in this process."""

from typing import AnyStr

import pytest

from newsarchive.cli import main


def run_command(capture: pytest.CaptureFixture[AnyStr], *arguments: object) -> tuple[object, AnyStr, AnyStr]:
    """The exit code of a command, its output and its messages."""
    capture.readouterr()
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    out, err = capture.readouterr()
    return left.value.code, out, err
