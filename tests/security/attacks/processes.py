"""What the kernel says about a process."""

from pathlib import Path


def peak_memory(process: int) -> int:
    """The most resident memory that a process has had so far, in bytes."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def open_files(process: int) -> int:
    """How many files and sockets a process has open."""
    return sum(1 for _ in Path(f"/proc/{process}/fd").iterdir())
