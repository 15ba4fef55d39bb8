"""The append-only store of articles."""

from newsarchive.archive.lines import Stored
from newsarchive.archive.parts import START, Identity, Position
from newsarchive.archive.store import Archive
from newsarchive.archive.verify import VerifyReport, verify
from newsarchive.archive.writer import ArchiveWriter, Healed

__all__ = ["START", "Archive", "ArchiveWriter", "Healed", "Identity", "Position", "Stored", "VerifyReport", "verify"]
