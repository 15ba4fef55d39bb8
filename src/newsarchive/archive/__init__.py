"""The append-only store of articles."""

from newsarchive.archive.head import Head, why_not_contained
from newsarchive.archive.lines import Stored
from newsarchive.archive.parts import START, Identity, Position
from newsarchive.archive.renamed import RenamedArchive
from newsarchive.archive.seen import SeenArchive
from newsarchive.archive.store import Archive
from newsarchive.archive.verify import VerifyReport, verify
from newsarchive.archive.writer import ArchiveWriter, Healed

__all__ = [
    "START",
    "Archive",
    "ArchiveWriter",
    "Head",
    "Healed",
    "Identity",
    "Position",
    "RenamedArchive",
    "SeenArchive",
    "Stored",
    "VerifyReport",
    "verify",
    "why_not_contained",
]
