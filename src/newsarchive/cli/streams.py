"""Standard input and output as a command finds them: closed, in an encoding without Arabic, or read by nobody."""

import json
import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from typing import Any, BinaryIO

import click

_DESCRIPTORS = (0, 1, 2)


def prepare_streams() -> None:
    """Make printing safe: no character is an error, and a closed stream swallows what is written to it.

    What an encoding lacks is written as an escape. Where only the locale asks for ASCII, UTF-8 is written.
    """
    _fill_closed_descriptors()
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            is_ascii_by_locale = _is_ascii(stream) and "PYTHONIOENCODING" not in os.environ
            encoding = "utf-8" if is_ascii_by_locale else None
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def _fill_closed_descriptors() -> None:
    """Otherwise the next file that is opened would get the number of a standard stream."""
    for descriptor in _DESCRIPTORS:
        try:
            os.fstat(descriptor)
        except OSError:
            # The lowest free number is the one that is missing.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def _nowhere() -> TextIOWrapper:
    return TextIOWrapper(open(os.devnull, "wb"), encoding="utf-8")  # noqa: PTH123 - as long as the process


def _is_ascii(stream: TextIOWrapper) -> bool:
    try:
        "ا".encode(stream.encoding)
    except UnicodeEncodeError:
        return stream.encoding.lower().replace("-", "") in {"ascii", "usascii", "ansi_x3.41968"}
    return False


def standard_input() -> BinaryIO | None:
    """The bytes of standard input, None where it is closed."""
    return getattr(sys.stdin, "buffer", None)


def print_json(form: Any) -> None:
    """Print a value as JSON: Arabic as Arabic where the output can hold it, else escaped, which JSON allows."""
    text = json.dumps(form, ensure_ascii=False, indent=2)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(form, indent=2)
    click.echo(text)


def flush_output() -> None:
    """Write what waits in the buffers; raises OSError where that is not possible."""
    sys.stdout.flush()
    sys.stderr.flush()


def give_up_output() -> None:
    """Send all further output nowhere: Python would complain once more when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in _DESCRIPTORS[1:]:
        with suppress(OSError):
            os.dup2(nowhere, descriptor)
