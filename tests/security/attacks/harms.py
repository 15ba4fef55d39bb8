"""Kinds of damage to a file on disk."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

Harm = Callable[[Path, random.Random, list[Path]], None]
"""Damages a file, given its path, the random generator for details, and all files of the archive."""


def flip_bytes(path: Path, choice: random.Random, files: list[Path]) -> None:
    """Change one to eight bytes."""
    content = bytearray(path.read_bytes())
    for _ in range(min(len(content), choice.randint(1, 8))):
        content[choice.randrange(len(content))] ^= choice.randint(1, 255)
    path.write_bytes(content)


def change_digit(path: Path, choice: random.Random, files: list[Path]) -> None:
    """Change one digit, so that JSON stays valid."""
    content = bytearray(path.read_bytes())
    places = [place for place, byte in enumerate(content) if chr(byte) in "0123456789"]
    if places:
        place = choice.choice(places)
        content[place] = ord(choice.choice([digit for digit in "0123456789" if digit != chr(content[place])]))
    path.write_bytes(content)


def zero_block(path: Path, choice: random.Random, files: list[Path]) -> None:
    """Fill a block with zeros, as a bad disk does."""
    content = bytearray(path.read_bytes())
    size = choice.choice([16, 512, 4096])
    start = choice.randrange(len(content) or 1) // size * size
    content[start : start + size] = bytes(len(content[start : start + size]))
    path.write_bytes(content)


def truncate(path: Path, choice: random.Random, files: list[Path]) -> None:
    """Cut off the end."""
    content = path.read_bytes()
    path.write_bytes(content[: choice.randrange(len(content) or 1)])


def cut_last_line(path: Path, choice: random.Random, files: list[Path]) -> None:
    """Cut off the whole last line, so that no line looks torn."""
    content = path.read_bytes()
    path.write_bytes(content[: content.rstrip(b"\n").rfind(b"\n") + 1])


def remove_line(path: Path, choice: random.Random, files: list[Path]) -> None:
    """Take a line out of the middle."""
    lines = path.read_bytes().splitlines(keepends=True)
    if lines:
        del lines[choice.randrange(len(lines))]
    path.write_bytes(b"".join(lines))


def add_junk(path: Path, choice: random.Random, files: list[Path]) -> None:
    """Add random bytes at the end."""
    with path.open("ab") as file:
        file.write(choice.randbytes(choice.choice([1, 100, 5000])) + choice.choice([b"", b"\n"]))


def insert_junk(path: Path, choice: random.Random, files: list[Path]) -> None:
    """Add random bytes in the middle."""
    content = path.read_bytes()
    at = choice.randrange(len(content) + 1)
    path.write_bytes(content[:at] + choice.randbytes(choice.randint(1, 300)) + content[at:])


def make_empty(path: Path, choice: random.Random, files: list[Path]) -> None:
    """Make the file empty."""
    path.write_bytes(b"")


def delete(path: Path, choice: random.Random, files: list[Path]) -> None:
    """Delete the file."""
    path.unlink()


def make_folder(path: Path, choice: random.Random, files: list[Path]) -> None:
    """Replace the file by a folder."""
    path.unlink()
    path.mkdir()


def swap(path: Path, choice: random.Random, files: list[Path]) -> None:
    """Swap the file with another file."""
    other = choice.choice([file for file in files if file != path])
    aside = path.with_name(path.name + ".aside")
    path.rename(aside)
    other.rename(path)
    aside.rename(other)


def copy_over(path: Path, choice: random.Random, files: list[Path]) -> None:
    """Overwrite the file with another file."""
    shutil.copyfile(choice.choice([file for file in files if file != path]), path)


HARMS: tuple[Harm, ...] = (
    flip_bytes,
    change_digit,
    zero_block,
    truncate,
    cut_last_line,
    remove_line,
    add_junk,
    insert_junk,
    make_empty,
    delete,
    make_folder,
    swap,
    copy_over,
)
