"""Handling of unusual standard streams: closed, in an encoding without Arabic, or a pipe without a reader."""

import json
import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO

import click

from newsarchive.cli.translating import in_words

_DESCRIPTORS = (0, 1, 2)


def prepare_streams() -> None:
    """Make printing safe: no character raises an error, and output to a closed stream is discarded.

    Characters that the encoding lacks are written as escapes. If ASCII comes from the locale and
    not from PYTHONIOENCODING, UTF-8 is used instead.
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
    """Open /dev/null for each closed standard stream, so that no other file gets its descriptor."""
    for descriptor in _DESCRIPTORS:
        try:
            os.fstat(descriptor)
        except OSError:
            # os.open returns the lowest free descriptor, which is this one.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def _nowhere() -> TextIOWrapper:
    return TextIOWrapper(open(os.devnull, "wb"), encoding="utf-8")  # noqa: PTH123 - open until the process ends


def _is_ascii(stream: TextIOWrapper) -> bool:
    try:
        "ا".encode(stream.encoding)
    except UnicodeEncodeError:
        return stream.encoding.lower().replace("-", "") in {"ascii", "usascii", "ansi_x3.41968"}
    return False


def standard_input() -> BinaryIO | None:
    """Return standard input as a binary stream, None if it is closed."""
    return getattr(sys.stdin, "buffer", None)


def read_input(file: Path) -> bytes:
    """Return the content of a file, of standard input for `-`. Raises click.FileError if it can't be read."""
    if str(file) == "-":
        stream = standard_input()
        return stream.read() if stream is not None else b""
    try:
        return file.read_bytes()
    except OSError as error:
        raise click.FileError(str(file), in_words(error.strerror or error)) from error


def print_json(form: Any) -> None:
    """Print a value as JSON. Arabic is escaped if the output encoding lacks it."""
    text = json.dumps(form, ensure_ascii=False, indent=2)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(form, indent=2)
    click.echo(text)


def flush_output() -> None:
    """Flush standard output and error. Raises OSError if they can't be written."""
    sys.stdout.flush()
    sys.stderr.flush()


def give_up_output() -> None:
    """Discard all further output. Otherwise Python would report the error again when it exits."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in _DESCRIPTORS[1:]:
        with suppress(OSError):
            os.dup2(nowhere, descriptor)
